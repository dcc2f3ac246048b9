"""EventBridge → Step Functions, with an input of its own.

Upstream names the execution after `event["id"]` and fails where InputPath or InputTransformer made another value.
"""

from . import hooks


def install():
    hooks.on_load("events", _patch)


def _patch():
    from localstack.services.events import target
    from localstack.utils.strings import long_uid

    def send_event(self, event, trace_header):
        self.service = "stepfunctions"
        whole = isinstance(event, dict) and "source" in event and isinstance(event.get("id"), str)
        self.client.start_execution(
            stateMachineArn=self.target["Arn"],
            name=event["id"] if whole else long_uid(),
            input=event if isinstance(event, str) else target.to_json_str(event),
        )

    target.StatesTargetSender.send_event = send_event
