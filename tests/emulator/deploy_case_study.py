"""The case study's assembly → deployed in three accounts and the central one of the emulator, run, and deleted again.

usage: deploy_case_study.py --endpoint URL --home DIR --bootstrap FILE ASSEMBLY

`--home` is the emulator's, where it writes which calls a role does not allow.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from harness import alerts, runs, slack, stacks, state
from harness.aws import REGION, Failed, expect, wait_for
from harness.case_study import (
    BUS,
    CENTRAL,
    CENTRAL_STACK,
    DISPATCHER,
    PIPELINES,
    QUEUES,
    REAPER,
    REAPER_DEAD_LETTERS,
    REAPER_QUEUE,
    RUN_EVENTS,
    STATE,
    SWEEP_RULE,
    USER_STACK,
    pipeline_stack,
    registrar_role,
    trigger,
)
from harness.deployed import Deployed
from harness.permissions import trespass, violations
from harness.registry import Registry

MOMENT = "2026-11-23T02:00:00Z"  # 03:00 in Berlin
LATER = {
    "FAILSTART": "2026-11-24T02:00:00Z",
    "FAILSTEP": "2026-11-25T02:00:00Z",
    "LOST": "2026-11-26T02:00:00Z",
    "ABORTED": "2026-11-27T02:00:00Z",
    "UNHEARD": "2026-11-28T02:00:00Z",
    "TOLD": "2026-12-01T04:00:00Z",
    "UNTOLD": "2026-12-02T04:00:00Z",
}


class CaseStudy(Deployed):
    """The steps of the test, in order; what one makes, the next uses."""

    def people_listen(self):
        """A queue on the topics of a pipeline that tells every step, of one that tells bad ends alone, and of one that waits for both."""
        self.alerts = {name: alerts.Alerts(self.aws, PIPELINES[name], name) for name in PIPELINES}
        self.slack = slack.Slack()
        slack.connect(self.aws, CENTRAL, self.slack)

    def a_scheduled_run_succeeds(self):
        """From what the schedule hands over to the end: one cluster, and none of it left."""
        self.listener = runs.listen(self.aws, CENTRAL, BUS)
        self.first = self._run("SUCCEEDED", MOMENT)
        self._clusters(1)
        return self._path(self.first)

    def the_same_start_again_is_skipped(self):
        second = self._run("SUCCEEDED", MOMENT)
        expect("output of the second run", json.loads(second["output"]), {"skipped": True, "claimed": False})
        self._clusters(1)
        return self._path(second)

    def a_cluster_that_does_not_start_fails_the_run(self):
        failed = self._run("FAILED", LATER["FAILSTART"], "FAILSTART")
        self._clusters(2)
        return self._path(failed)

    def a_failed_step_fails_the_run_and_frees_the_cluster(self):
        failed = self._run("FAILED", LATER["FAILSTEP"], "FAILSTEP")
        self._clusters(3)
        return self._path(failed)

    def _run(self, wanted, moment, mark="", name="listings"):
        """A run as its schedule starts it at `moment`."""
        run_input = runs.schedule_input(self.stacks[pipeline_stack(name), PIPELINES[name]].template, moment)
        ended = runs.run(self.aws, PIPELINES[name], name, run_input, mark)
        if ended["status"] != wanted:
            why = f"{ended.get('error')}: {ended.get('cause')}"
            raise Failed(f"the run is {ended['status']}, not {wanted}: {why}\n  {self._path(ended, name)}")
        return ended

    def _path(self, execution, name="listings"):
        return " > ".join(runs.path(self.aws, PIPELINES[name], execution["executionArn"]))

    def _clusters(self, wanted):
        """As many clusters as runs that got so far, and none of them alive."""
        everything, live = runs.clusters(self.aws, PIPELINES["listings"])
        expect("clusters", (len(everything), live), (wanted, []))

    def the_central_account_heard_of_it(self):
        """Default bus → export rule → central bus → rule → queue → trigger manager → run log."""
        execution, one = self.first["executionArn"], PIPELINES["listings"]
        self.heard = runs.events_of(self.aws, CENTRAL, self.listener, execution, ["RUNNING", "SUCCEEDED"])
        for status, event in self.heard.items():
            expect(f"account and source of {status}", (event["account"], event["source"]), (one, "aws.states"))
        expect("input in the event", self.heard["SUCCEEDED"]["detail"]["input"], self.first["input"])
        state.drained(self.aws, CENTRAL, RUN_EVENTS)
        log = [run for run in self._kept(f"RUN#{one}/listings") if run["execution"] == execution]
        expect("run log", sorted(run["status"] for run in log), ["RUNNING", "SUCCEEDED"])
        expect("its logical date", {run["date"] for run in log}, {"2026-11-23"})
        expect("pipeline-x before searches", runs.executions(self.aws, PIPELINES["pipeline-x"], "pipeline-x"), [])

    def _kept(self, beginning):
        return state.values(state.items(self.aws, CENTRAL, STATE), beginning)

    def pipeline_x_starts_once_both_parents_have_run(self):
        """Gate → firing → outbox → stream → dispatcher → bus of account C → rule → machine; without the clock."""
        self.aws.client(CENTRAL, "events").disable_rule(Name=SWEEP_RULE)
        second, one = self._run("SUCCEEDED", MOMENT, name="searches"), PIPELINES["pipeline-x"]
        start = time.monotonic()
        executions = runs.started(self.aws, one, "pipeline-x", 1)
        took = time.monotonic() - start
        ended = runs.end_of(self.aws, one, executions[0])
        expect("its status", ended["status"], "SUCCEEDED")
        told = json.loads(ended["input"])
        (firing,) = self._kept(f"FIRE#{one}/pipeline-x")
        expect("its run key", told["runKey"], f"dep/{firing['firingId']}#1")
        expect("its logical date", told["logicalDate"], "2026-11-23")
        parents = sorted([self.first["executionArn"], second["executionArn"]])
        expect("its parents", sorted(told["trigger"]["parents"]), parents)
        expect("live clusters", runs.clusters(self.aws, one)[1], [])
        return f"{took:.1f} s after the end of searches"

    def a_repeated_status_event_changes_nothing(self):
        """The very events of the parents once more, and the clock."""
        one = PIPELINES["pipeline-x"]
        state.drained(self.aws, CENTRAL, RUN_EVENTS)
        runs.events_of(self.aws, CENTRAL, self.listener, runs.executions(self.aws, one, "pipeline-x")[0], ["SUCCEEDED"])
        state.drained(self.aws, CENTRAL, RUN_EVENTS)
        before = state.items(self.aws, CENTRAL, STATE)
        expect("what is to be done", [key for key, item in before.items() if "todo" in item], [])
        sqs = self.aws.client(CENTRAL, "sqs")
        url = sqs.get_queue_url(QueueName=RUN_EVENTS)["QueueUrl"]
        for event in self.heard.values():
            sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
        state.drained(self.aws, CENTRAL, RUN_EVENTS)
        expect("what the clock finds", state.call(self.aws, CENTRAL, DISPATCHER, {"sweep": True}), {"children": 0})
        expect("the table", state.items(self.aws, CENTRAL, STATE), before)
        expect("executions of pipeline-x", len(runs.executions(self.aws, one, "pipeline-x")), 1)
        return f"{len(before)} items stay as they are"

    def what_is_no_run_of_a_pipeline_is_dropped(self):
        """Malformed, and of an account that it does not name: neither comes again, and neither leaves anything."""
        before = state.items(self.aws, CENTRAL, STATE)
        foreign = self.heard["SUCCEEDED"] | {"account": PIPELINES["searches"]}
        sqs = self.aws.client(CENTRAL, "sqs")
        url = sqs.get_queue_url(QueueName=RUN_EVENTS)["QueueUrl"]
        for body in ("no JSON", json.dumps({"source": "aws.states"}), json.dumps(foreign)):
            sqs.send_message(QueueUrl=url, MessageBody=body)
        state.drained(self.aws, CENTRAL, RUN_EVENTS)
        expect("the table", state.items(self.aws, CENTRAL, STATE), before)
        expect("what waits", {name: state.waiting(self.aws, CENTRAL, name) for name in QUEUES}, dict.fromkeys(QUEUES, 0))

    def a_trigger_for_another_pipeline_starts_nothing(self):
        """Put by the central dispatcher's role on the child's bus."""
        one, bus = PIPELINES["pipeline-x"], f"arn:aws:events:{REGION}:{PIPELINES['pipeline-x']}:event-bus/{BUS}"
        role = f"arn:aws:iam::{CENTRAL}:role/pipesynth/trigger-dispatcher-{REGION}"
        dispatcher = self.aws.client_as(CENTRAL, role, "events")
        runs.put_event(dispatcher, bus, "pipesynth.central", "Pipeline Trigger", trigger("another"))
        time.sleep(2)
        expect("executions of pipeline-x", len(runs.executions(self.aws, one, "pipeline-x")), 1)

    def repaired_parents_start_it_again_one_run_after_the_other(self):
        """Both parents run again at once: two firings. The second waits, and goes out when the first run ends, without the clock."""
        one = PIPELINES["pipeline-x"]
        begun = {}
        for name in ("listings", "searches"):
            template = self.stacks[pipeline_stack(name), PIPELINES[name]].template
            again = runs.schedule_input(template, MOMENT).replace("#1", "#2")
            begun[name] = runs.start(self.aws, PIPELINES[name], name, again)
        for name, execution in begun.items():
            expect(f"status of {name}", runs.end_of(self.aws, PIPELINES[name], execution)["status"], "SUCCEEDED")
        second, first = [runs.end_of(self.aws, one, run) for run in runs.started(self.aws, one, "pipeline-x", 3)[:2]]
        expect("status", (first["status"], second["status"]), ("SUCCEEDED", "SUCCEEDED"))
        pause = (second["startDate"] - first["stopDate"]).total_seconds()
        expect("the second began after the first had ended", pause >= 0, True)
        paths = [runs.path(self.aws, one, run["executionArn"]) for run in (first, second)]
        expect("neither waited in its machine", [step for path in paths for step in path if "Wait" in step], [])
        return f"{pause:.1f} s after the first"

    def the_clock_finds_what_the_stream_lost(self):
        """The stream is switched off, both parents run for another day, and the schedule brings pipeline-x within a minute."""
        one, lost = PIPELINES["pipeline-x"], state.no_stream(self.aws, CENTRAL, DISPATCHER)
        before = len(runs.executions(self.aws, one, "pipeline-x"))
        self._run("SUCCEEDED", LATER["LOST"])
        self._run("SUCCEEDED", LATER["LOST"], name="searches")
        state.drained(self.aws, CENTRAL, RUN_EVENTS)
        time.sleep(3)
        expect("executions without stream and clock", len(runs.executions(self.aws, one, "pipeline-x")), before)
        self.aws.client(CENTRAL, "events").enable_rule(Name=SWEEP_RULE)
        start = time.monotonic()
        newest = runs.started(self.aws, one, "pipeline-x", before + 1)[0]
        took = time.monotonic() - start
        ended = runs.end_of(self.aws, one, newest)
        expect("status and date", (ended["status"], json.loads(ended["input"])["logicalDate"]), ("SUCCEEDED", "2026-11-26"))
        state.stream_again(self.aws, CENTRAL, lost)
        return f"{took:.1f} s after the rule was switched on"

    def a_run_aborted_while_its_cluster_lives_ends_with_none(self):
        """Default bus → rule → queue → cluster reaper; the machine itself does nothing any more."""
        self._abort(LATER["ABORTED"])
        start = time.monotonic()
        wait_for("the end of all clusters", lambda: True if not runs.clusters(self.aws, PIPELINES["listings"])[1] else None)
        took = time.monotonic() - start
        expect("what waits", state.waiting(self.aws, PIPELINES["listings"], REAPER_DEAD_LETTERS), 0)
        return f"{took:.1f} s after the end of the run"

    def the_hourly_sweep_frees_what_no_event_told_and_nothing_else(self):
        """Nobody reads the queue; the message that comes late finds nothing any more."""
        one = PIPELINES["listings"]
        lost = state.no_stream(self.aws, one, REAPER, "sqs")
        self._abort(LATER["UNHEARD"])
        time.sleep(3)
        expect("live clusters without the queue", len(runs.clusters(self.aws, one)[1]), 1)
        foreign = runs.cluster_of_nobody(self.aws, one)
        expect("answer", state.call(self.aws, one, REAPER, {"sweep": True}), {})
        expect("live clusters after the sweep", runs.clusters(self.aws, one)[1], ["by-hand"])
        self.aws.client(one, "emr").terminate_job_flows(JobFlowIds=[foreign])
        state.stream_again(self.aws, one, lost)
        state.drained(self.aws, one, REAPER_QUEUE)
        expect("what waits", state.waiting(self.aws, one, REAPER_DEAD_LETTERS), 0)

    def _abort(self, moment):
        """A run that is stopped as soon as it has a live cluster."""
        one = PIPELINES["listings"]
        run_input = runs.schedule_input(self.stacks[pipeline_stack("listings"), one].template, moment)
        execution = runs.start(self.aws, one, "listings", run_input)
        wait_for("a live cluster", lambda: runs.clusters(self.aws, one)[1] or None)
        self.aws.client(one, "stepfunctions").stop_execution(executionArn=execution)
        expect("its status", runs.end_of(self.aws, one, execution)["status"], "ABORTED")

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

    def roles_allow_what_was_called(self):
        """Held against the deployed policies, call by call; planted calls without permission must be among them."""
        planted = [trespass(self.aws, CENTRAL), *self.refused_by_role]
        calls, found = violations(self.home / "iam.log")
        if missing := [line for line in planted if line not in found]:
            raise Failed(f"the emulator does not note a call without permission: {missing}")
        if found := [line for line in found if line not in planted]:
            raise Failed("not allowed:\n  " + "\n  ".join(found))
        return f"{calls} distinct calls"

    def stacks_delete(self):
        """In the reverse order; the registry forgets every pipeline that goes."""
        runs.stop_listening(self.aws, CENTRAL, BUS, self.listener)
        left = set(self.registry.graph(CENTRAL))
        for one, name in reversed(self.deployed):
            stacks.delete(self.aws, one, name)
            if name not in (USER_STACK, CENTRAL_STACK):
                left -= {f"{one}/{name.removeprefix('pipesynth-')}"}
                expect(f"registered without {name}", set(self.registry.graph(CENTRAL)), left)
        expect("registered at the end", left, set())


STEPS = (
    CaseStudy.the_emulator_refuses_what_it_lacks,
    CaseStudy.accounts_are_prepared,
    CaseStudy.central_stack_deploys,
    CaseStudy.both_apis_have_an_address,
    CaseStudy.listed_types_are_lacking,
    CaseStudy.user_stacks_deploy,
    CaseStudy.pipeline_stacks_deploy,
    CaseStudy.registrations_arrived,
    CaseStudy.the_registry_refuses_what_it_must,
    CaseStudy.rules_stand,
    CaseStudy.people_listen,
    CaseStudy.a_scheduled_run_succeeds,
    CaseStudy.the_same_start_again_is_skipped,
    CaseStudy.a_cluster_that_does_not_start_fails_the_run,
    CaseStudy.a_failed_step_fails_the_run_and_frees_the_cluster,
    CaseStudy.the_central_account_heard_of_it,
    CaseStudy.pipeline_x_starts_once_both_parents_have_run,
    CaseStudy.a_repeated_status_event_changes_nothing,
    CaseStudy.what_is_no_run_of_a_pipeline_is_dropped,
    CaseStudy.a_trigger_for_another_pipeline_starts_nothing,
    CaseStudy.repaired_parents_start_it_again_one_run_after_the_other,
    CaseStudy.the_clock_finds_what_the_stream_lost,
    CaseStudy.a_bad_end_is_told_with_its_place_and_a_good_one_is_not,
    CaseStudy.every_end_of_listings_is_told_but_that_of_a_skipped_run,
    CaseStudy.each_step_of_listings_is_told_and_none_of_a_skipped_run,
    CaseStudy.slack_shows_a_run_as_one_thread,
    CaseStudy.every_run_of_listings_is_a_thread_of_its_own,
    CaseStudy.the_slack_api_refuses_what_it_must,
    CaseStudy.what_the_notifier_cannot_tell_reaches_the_topic_all_the_same,
    CaseStudy.a_run_aborted_while_its_cluster_lives_ends_with_none,
    CaseStudy.the_hourly_sweep_frees_what_no_event_told_and_nothing_else,
    CaseStudy.the_owners_of_a_child_hear_that_its_parent_is_gone,
    CaseStudy.roles_allow_what_was_called,
    CaseStudy.stacks_delete,
)


def main():
    parser = argparse.ArgumentParser(description="deploys the case study in the emulator")
    parser.add_argument("assembly", type=Path)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--home", required=True, type=Path)
    parser.add_argument("--bootstrap", required=True, type=Path)
    study = CaseStudy(parser.parse_args())
    for step in STEPS:
        start = time.monotonic()
        title = step.__name__.replace("_", " ")
        try:
            said = step(study)
        except Failed as error:
            sys.exit(f"FAILED  {title}: {error}")
        print(f"ok {time.monotonic() - start:5.1f} s  {title}" + (f": {said}" if said else ""), flush=True)


if __name__ == "__main__":
    main()
