"""Step Functions: status events as AWS writes them. Upstream has times as text and an empty input as an object.

Developer Guide, "Standard Workflow execution status change": `startDate` and `stopDate` are milliseconds since 1970, `input` is a text.
"""

import json
from datetime import datetime

from . import hooks


def install():
    hooks.on_load("stepfunctions", _patch)


def _patch():
    from localstack.services.stepfunctions.backend.execution import Execution

    upstream = Execution._get_events_client

    def client(self):
        return _Events(upstream(self))

    Execution._get_events_client = client


class _Events:
    """Puts events after bringing their details into AWS's form."""

    def __init__(self, client):
        self.client = client

    def put_events(self, Entries):  # noqa: N803  (the API's name)
        return self.client.put_events(Entries=[entry | {"Detail": as_aws(entry["Detail"])} for entry in Entries])


def as_aws(text):
    """A detail of a status event."""
    detail = json.loads(text)
    for name in ("startDate", "stopDate"):
        if isinstance(detail[name], str):
            detail[name] = int(datetime.fromisoformat(detail[name]).timestamp() * 1000)
    if detail["input"] == {}:
        detail["input"] = "{}"
    return json.dumps(detail)
