"""CloudFormation: a list parameter is a list on update and delete too; upstream splits only the new value."""

from . import hooks


def install():
    hooks.on_load("cloudformation", _patch)


def _patch():
    from localstack.services.cloudformation.engine.v2.change_set_model_preproc import ChangeSetModelPreproc

    upstream = ChangeSetModelPreproc.visit_node_parameter

    def visit(self, node_parameter):
        delta = upstream(self, node_parameter)
        kind = self.visit(node_parameter.type_).before
        if isinstance(delta.before, str) and (kind == "CommaDelimitedList" or str(kind).startswith("List<")):
            delta.before = [item.strip() for item in delta.before.split(",")]
        return delta

    ChangeSetModelPreproc.visit_node_parameter = visit
