"""Topics → the Slack API → threads in channels."""

import time

from harness import alerts, slack, state
from harness.aws import REGION, expect, wait_for
from harness.case_study import CENTRAL, PIPELINES, registrar_role
from harness.registry import Registry
from story.runs import LATER
from story.told import Told


class SlackThreads(Told):
    """What a Slack of ours shows, and what its API refuses."""

    def slack_shows_a_run_as_one_thread(self):
        """Topic → Slack caller → signed API → queue → poster; what is told a second time is posted no second time."""
        (execution,) = [run for run in self.alerts["searches"].read() if run.startswith("arn:")][:1]
        begun = self.slack.wait("search-alerts", 1)[0][0].splitlines()[0]
        expect("what begins it", begun, f":red_circle: *searches FAILED at Create cluster ({LATER['TOLD'][:10]})*")
        for _ in range(2):
            text = f"<!channel> is looked at: {execution}"
            alerts.publish(self.aws, PIPELINES["searches"], "searches", "By hand & late", text)
        thread = self.slack.wait("search-alerts", 2)[0]
        expect("the reply", thread[1].splitlines()[:3:2], [":red_circle: *By hand &amp; late*", f"&lt;!channel&gt; is looked at: {execution}"])
        return f"{len(thread)} posts, after Slack asked to wait {self.slack.refused} time(s)"

    def every_run_of_listings_is_a_thread_of_its_own(self):
        told = [run for run in self.alerts["listings"].read() if run.startswith("arn:")]
        enough = lambda: True if len(self.slack.of("data-pipeline-alerts")) == len(told) else None  # noqa: E731
        wait_for(f"{len(told)} threads", enough)
        return f"{len(told)} threads"

    def the_slack_api_refuses_what_it_must(self):
        """Nobody unsigned, no other role, no field that the model lacks; another account's pipeline the poster refuses."""
        one, other = PIPELINES["listings"], PIPELINES["searches"]
        role = f"arn:aws:iam::{one}:role/pipesynth/slack-caller-{REGION}"
        before = {channel: self.slack.of(channel) for channel in ("search-alerts", "data-pipeline-alerts")}
        (execution,) = [run for run in self.alerts["searches"].read() if run.startswith("arn:")][:1]
        api, foreign = Registry(self.aws, self.own["SlackUrl"]), slack.message(other, "searches", execution, "a lie")
        asked = {
            "unsigned": api.unsigned("POST", "/messages"),
            "an account, not its Slack caller": api.as_account(other, "POST", "/messages", foreign),
            "a registrar": api.as_role(one, registrar_role(one, REGION), "POST", "/messages", foreign),
            "a channel": api.as_role(one, role, "POST", "/messages", foreign | {"channel": "#general"}),
            "a digest that is none": api.as_role(one, role, "POST", "/messages", foreign | {"group": "&Action=x"}),
            "another account's run": api.as_role(one, role, "POST", "/messages", foreign),
        }
        expect("answers", {what: status for what, (status, _) in asked.items()}, dict(zip(asked, [403, 403, 403, 400, 400, 202])))
        call = f"execute-api:Invoke on arn:aws:execute-api:{REGION}:{CENTRAL}:{api.url.split('/')[-2]}/prod/POST/messages"
        self.refused_by_role.append(f"{one}/registry-client-{REGION} {call}: not allowed by any policy")
        state.drained(self.aws, CENTRAL, "pipesynth-slack.fifo")
        expect("what Slack shows", {channel: self.slack.of(channel) for channel in before}, before)
        expect("dead letters", state.waiting(self.aws, CENTRAL, slack.DEAD_LETTERS), 0)
