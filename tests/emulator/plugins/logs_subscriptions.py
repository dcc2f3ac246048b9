"""CloudWatch Logs: a subscription filter lets through what its pattern says, and nobody waits for the function that it calls.

Upstream lets everything through, and calls the function while the log is written: a function that asks Step Functions about the
execution would wait for the execution, which waits for the function.
"""

import json
import logging
import queue
import re
import threading

from . import hooks

LOG = logging.getLogger(__name__)
TERM = re.compile(r'\(\$\.(\w+) = "([^"]*)"\)')


def install():
    hooks.on_load("logs", _patch)


def _patch():
    from localstack.services.logs import provider
    from moto.logs.models import LogStream

    upstream, waiting = LogStream.put_log_events, queue.Queue()
    provider.get_pattern_matcher = lambda pattern: lambda _pattern, event: matches(pattern, event["message"])

    def put_log_events(self, log_events):
        if not self.log_group.subscription_filters:
            return upstream(self, log_events)
        waiting.put((self, log_events))
        return f"{waiting.qsize():056d}"

    def work():
        while True:
            stream, log_events = waiting.get()
            try:
                upstream(stream, log_events)
            except Exception:
                LOG.exception("a subscription of %s", stream.log_group.name)

    LogStream.put_log_events = put_log_events
    threading.Thread(target=work, name="log-subscriptions", daemon=True).start()


def matches(pattern, message):
    """A pattern of comparisons joined by `||`; another one is an error, for what it lets through is not known here."""
    terms = TERM.findall(pattern)
    if pattern != "{ " + " || ".join(f'($.{key} = "{value}")' for key, value in terms) + " }":
        raise ValueError(f"a filter pattern that the emulator does not know: {pattern}")
    try:
        event = json.loads(message)
    except ValueError:
        return False
    return isinstance(event, dict) and any(event.get(key) == value for key, value in terms)
