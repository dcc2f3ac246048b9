"""Runs of `listings` → their ends, and no cluster left."""

import json
import time

from harness import runs, state
from harness.aws import Failed, expect, wait_for
from harness.case_study import BUS, CENTRAL, PIPELINES, REAPER, REAPER_DEAD_LETTERS, REAPER_QUEUE, pipeline_stack
from harness.deployed import Deployed

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


class Runs(Deployed):
    """One run after the other: a good one, its repetition, bad ones, aborted ones; no cluster is left."""

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

    def _abort(self, moment):
        """A run that is stopped as soon as it has a live cluster."""
        one = PIPELINES["listings"]
        run_input = runs.schedule_input(self.stacks[pipeline_stack("listings"), one].template, moment)
        execution = runs.start(self.aws, one, "listings", run_input)
        wait_for("a live cluster", lambda: runs.clusters(self.aws, one)[1] or None)
        self.aws.client(one, "stepfunctions").stop_execution(executionArn=execution)
        expect("its status", runs.end_of(self.aws, one, execution)["status"], "ABORTED")
