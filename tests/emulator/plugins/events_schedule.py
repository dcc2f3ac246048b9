"""EventBridge: a scheduled rule that is disabled does not fire. Upstream forgets to look."""

from . import hooks


def install():
    hooks.on_load("events", _patch)


def _patch():
    from localstack.services.events.provider import EventsProvider

    upstream = EventsProvider._get_scheduled_rule_job_function

    def job(self, account_id, region, rule):
        fire = upstream(self, account_id, region, rule)

        def unless_disabled(*arguments, **named):
            if rule.state != "DISABLED":
                fire(*arguments, **named)

        return unless_disabled

    EventsProvider._get_scheduled_rule_job_function = job
