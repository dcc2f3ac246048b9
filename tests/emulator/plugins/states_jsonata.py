"""Step Functions: JSONata in Python instead of a downloaded Java engine, and errors inside a Parallel branch."""

from . import hooks


def install():
    hooks.on_load("stepfunctions", _patch_jsonata)
    hooks.on_load("stepfunctions", _patch_error_names)


def _patch_jsonata():
    import jsonata
    from localstack.services.stepfunctions.asl.jsonata import jsonata as upstream

    def evaluate(expression):
        try:
            return jsonata.Jsonata(expression).evaluate(None)
        except Exception as error:
            raise upstream.JSONataException("UNKNOWN", str(error)) from error

    upstream._eval_jsonata = evaluate


def _patch_error_names():
    """Upstream refuses a custom error name that begins with `States.`, which a failed branch hands up: the run crashed."""
    from localstack.services.stepfunctions.asl.component.common.error_name import custom_error_name
    from localstack.services.stepfunctions.asl.component.common.error_name.error_name import ErrorName

    def accept(self, error_name):
        ErrorName.__init__(self, error_name=error_name)

    custom_error_name.CustomErrorName.__init__ = accept
