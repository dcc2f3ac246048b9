"""Ends of parents → the central account → one start of their child."""

import json
import time

from harness import runs, state
from harness.aws import REGION, expect
from harness.case_study import BUS, CENTRAL, DISPATCHER, PIPELINES, QUEUES, RUN_EVENTS, STATE, SWEEP_RULE, pipeline_stack, trigger
from story.runs import LATER, MOMENT, Runs


class Triggers(Runs):
    """From the end of two parents to the start of their child, once."""

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

    def _kept(self, beginning):
        return state.values(state.items(self.aws, CENTRAL, STATE), beginning)
