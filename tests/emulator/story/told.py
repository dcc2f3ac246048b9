"""Runs, steps and notices → what people read on the topics."""

import json
import time

from harness import alerts, runs, slack, state
from harness.aws import expect, wait_for
from harness.case_study import CENTRAL, PIPELINES
from story.runs import LATER, MOMENT
from story.triggers import Triggers


class Told(Triggers):
    """What stands on the topics of the pipelines."""

    def people_listen(self):
        """A queue on the topics of a pipeline that tells every step, of one that tells bad ends alone, and of one that waits for both."""
        self.alerts = {name: alerts.Alerts(self.aws, PIPELINES[name], name) for name in PIPELINES}
        self.slack = slack.Slack()
        slack.connect(self.aws, CENTRAL, self.slack)

    def a_bad_end_is_told_with_its_place_and_a_good_one_is_not(self):
        """Default bus → the pipeline's rule → notifier → topic; `searches` tells bad ends alone."""
        failed = self._run("FAILED", LATER["TOLD"], "FAILSTART", name="searches")
        subject, alert = self.alerts["searches"].of(failed["executionArn"])
        expect("pipeline", alert["pipeline"], f"{PIPELINES['searches']}/searches")
        expect("status and date", (alert["status"], alert["logicalDate"]), ("FAILED", LATER["TOLD"][:10]))
        expect("error", (alert["error"], alert["cause"][:999]), (failed["error"], failed["cause"][:999]))
        expect("subject", subject, f"searches FAILED at Create cluster ({LATER['TOLD'][:10]})")
        time.sleep(2)
        expect("what searches told", list(self.alerts["searches"].read()), [failed["executionArn"]])
        return subject

    def every_end_of_listings_is_told_but_that_of_a_skipped_run(self):
        one = PIPELINES["listings"]
        ended = [runs.end_of(self.aws, one, run) for run in runs.executions(self.aws, one, "listings")]
        skipped = [run["executionArn"] for run in ended if json.loads(run.get("output") or "{}").get("skipped")]
        expect("skipped runs", len(skipped), 1)
        told = sorted(run["executionArn"] for run in ended if run["executionArn"] not in skipped)
        for execution in told:
            self.alerts["listings"].of(execution)
        expect("what listings told", sorted(self.alerts["listings"].read()), told)
        subjects = [subject for subject, _ in self.alerts["listings"].seen.values()]
        (step,) = [subject for subject in subjects if LATER["FAILSTEP"][:10] in subject]
        expect("subject of the failed step", step, f"listings FAILED at aggregate ({LATER['FAILSTEP'][:10]})")
        return f"{len(told)} ends"

    def each_step_of_listings_is_told_and_none_of_a_skipped_run(self):
        """Machine's log → subscription filter → execution tracker → topic."""
        heard = self.alerts["listings"]
        ended = [runs.end_of(self.aws, PIPELINES["listings"], run) for run in runs.executions(self.aws, PIPELINES["listings"], "listings")]
        (skipped,) = [run["executionArn"] for run in ended if json.loads(run.get("output") or "{}").get("skipped")]
        expect("steps of the skipped run", heard.way(skipped), [])
        date = f"({MOMENT[:10]})"
        steps = [f"listings: {step} {what} {date}" for step in ("aggregate", "publish") for what in ("started", "succeeded")]
        wanted = sorted([f"listings started {date}", *steps])
        wait_for("all steps", lambda: True if heard.way(self.first["executionArn"]) == wanted else None)
        (failed,) = [run for run in ended if LATER["FAILSTEP"][:10] in run["input"]]
        told = heard.way(failed["executionArn"])
        expect("the failed step", f"listings: aggregate FAILED at attempt 1 ({LATER['FAILSTEP'][:10]})" in told, True)
        expect("the step after it", [one for one in told if "publish" in one], [])
        (why,) = {step["error"] for subject, step in heard.steps[failed["executionArn"]] if step["kind"] == "STEP_FAILED"}
        expect("its error", why, failed["error"])
        return ", ".join(told)

    def the_owners_of_a_child_hear_that_its_parent_is_gone(self):
        """Registry → queue → dispatcher → bus of account C → the pipeline's rule → notifier → topic."""
        parent = f"{PIPELINES['searches']}/searches"
        status, _ = self.registry.as_account(CENTRAL, "DELETE", f"/pipelines/{parent}?force=true")
        expect("status", status, 200)
        subject, notice = self.alerts["pipeline-x"].notice("PARENT_GONE")
        expect("subject", subject, "pipeline-X: a parent is gone")
        expect("pipeline", notice["pipeline"], f"{PIPELINES['pipeline-x']}/pipeline-x")
        expect("its words name the parent", f"`{parent}`" in notice["text"], True)
        state.drained(self.aws, CENTRAL, "pipesynth-notices")
        return notice["text"]

    def what_the_notifier_cannot_tell_reaches_the_topic_all_the_same(self):
        """Notifier fails → Lambda's tries → default bus → the pipeline's second rule → topic."""
        one = PIPELINES["searches"]
        before = alerts.break_notifier(self.aws, one)
        failed = self._run("FAILED", LATER["UNTOLD"], "FAILSTART", name="searches")
        subject, told = self.alerts["searches"].of(failed["executionArn"], seconds=120)
        alerts.mend_notifier(self.aws, one, before)
        expect("what is told", "Pipeline searches: FAILED" in told, True)
        return told
