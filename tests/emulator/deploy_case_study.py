"""The case study's assembly → deployed in three accounts and the central one of the emulator, run, and deleted again.

usage: deploy_case_study.py --endpoint URL --home DIR --bootstrap FILE ASSEMBLY

`--home` is the emulator's, where it writes which credentials it gave out and which calls a role does not allow.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from harness import account, assembly, runs, stacks, unsupported
from harness.aws import REGION, Aws, Failed, expect
from harness.case_study import (
    BUS,
    CENTRAL,
    CENTRAL_RULE,
    CENTRAL_STACK,
    EXPORT_RULE,
    ORGANISATION,
    PIPELINES,
    RUN_EVENTS,
    TRIGGERS,
    USER_STACK,
    pipeline_stack,
    told,
    trigger,
)
from harness.permissions import trespass, violations
from harness.registry import Registry

MOMENT = "2026-11-23T02:00:00Z"  # 03:00 in Berlin
LATER = {"FAILSTART": "2026-11-24T02:00:00Z", "FAILSTEP": "2026-11-25T02:00:00Z"}


class CaseStudy:
    """The steps of the test, in order; what one makes, the next uses."""

    def __init__(self, arguments):
        self.aws = Aws(arguments.endpoint)
        self.home = arguments.home
        self.bootstrap = arguments.bootstrap
        self.stacks = assembly.read(arguments.assembly)
        self.lacking = unsupported.read_list()
        self.registry = Registry(arguments.home / "lambda-credentials.log")
        self.deployed = []

    def the_emulator_refuses_what_it_lacks(self):
        """Else a stack that deploys would prove nothing."""
        probe = {"Resources": {"Probe": {"Type": "AWS::EventsV2::EventBus", "Properties": {"Name": "probe"}}}}
        status, reasons = stacks.attempt(self.aws, CENTRAL, "probe-lacking", probe, [])
        expect("status of a stack of a type that the emulator lacks", status in ("REFUSED", "CREATE_FAILED"), True)
        return f"{status}: {reasons[0]}"

    def accounts_are_prepared(self):
        self.own = {
            "OrgId": ORGANISATION,
            "CentralAccountId": CENTRAL,
            "RegistryUrl": self.registry.url,
            **account.upload_code(self.aws, CENTRAL, self.bootstrap),
        }
        self.networks = {one: account.create_network(self.aws, one) for one in PIPELINES.values()}

    def listed_types_are_lacking(self):
        """Each type of the list occurs in the assembly and does not deploy, even alone."""
        for kind in self.lacking:
            owners = [stack for stack in self.stacks.values() if unsupported.alone(stack.template, kind)]
            if not owners:
                raise Failed(f"{unsupported.LIST.name}: {kind} occurs in no template: take it out")
            alone = unsupported.alone(owners[0].template, kind)
            values = assembly.parameters(owners[0], self.own | self.networks[PIPELINES["listings"]], alone)
            name = f"probe-{kind.replace('::', '-').lower()}"
            status, reasons = stacks.attempt(self.aws, CENTRAL, name, alone, values)
            if status == "CREATE_COMPLETE":
                raise Failed(f"{unsupported.LIST.name}: {kind} deploys: take it out")
            if status != "CREATE_FAILED":
                raise Failed(f"{unsupported.LIST.name}: {kind} could not be tried: {status}: {reasons}")
        return f"{len(self.lacking)} types"

    def central_stack_deploys(self):
        return self._deploy(CENTRAL_STACK, CENTRAL)

    def user_stacks_deploy(self):
        return ", ".join(self._deploy(USER_STACK, one) for one in PIPELINES.values())

    def pipeline_stacks_deploy(self):
        return ", ".join(self._deploy(pipeline_stack(name), one) for name, one in PIPELINES.items())

    def _deploy(self, name, one):
        stack = self.stacks.get((name, one))
        if not stack:
            raise Failed(f"the assembly has no stack {name} for account {one}: {sorted(self.stacks)}")
        template = unsupported.without(stack.template, self.lacking)
        values = assembly.parameters(stack, self.own | self.networks.get(one, {}))
        seconds = stacks.create(self.aws, one, stack.name, template, values, stack.tags)
        self.deployed.append((one, stack.name))
        left_out = len(stack.template["Resources"]) - len(template["Resources"])
        return f"{name} in {one}: {len(template['Resources'])} resources ({left_out} left out) {seconds:.1f} s"

    def registrations_arrived(self):
        """Exactly one for each pipeline, signed by its account's registrar, with its own trigger."""
        requests = self.registry.requests
        faults = [f"{request.method} {request.path}: {request.fault}" for request in requests if request.fault]
        expect("requests with a bad signature", faults, [])
        heard = [(request.method, request.path) for request in requests]
        expect("requests", heard, [("PUT", f"/pipelines/{one}/{name}") for name, one in PIPELINES.items()])
        for (name, one), request in zip(PIPELINES.items(), requests, strict=True):
            role = f"arn:aws:iam::{one}:role/pipesynth/registry-client-"
            expect(f"who registered {name}", request.role.startswith(role), True)
            expect(f"id of {name}", request.body["id"], f"{one}/{name}")
            expect(f"trigger of {name}", told(request.body["trigger"]), TRIGGERS[name])

    def rules_stand(self):
        for one in PIPELINES.values():
            rule = self.aws.client(one, "events").describe_rule(Name=EXPORT_RULE)
            expect(f"{EXPORT_RULE} in {one}", (rule["EventBusName"], rule["State"]), ("default", "ENABLED"))
        rule = self.aws.client(CENTRAL, "events").describe_rule(Name=CENTRAL_RULE, EventBusName=BUS)
        expect(f"{CENTRAL_RULE} in {CENTRAL}", (rule["EventBusName"], rule["State"]), (BUS, "ENABLED"))

    def a_scheduled_run_succeeds(self):
        """From what the schedule hands over to the end: one cluster, and none of it left."""
        runs.stop_consumer(self.aws, CENTRAL, RUN_EVENTS)
        self.first = self._run("SUCCEEDED", MOMENT)
        self._clusters(1)
        return self._path(self.first)

    def the_same_start_again_is_skipped(self):
        second = self._run("SUCCEEDED", MOMENT)
        expect("output of the second run", json.loads(second["output"]), {"skipped": True})
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

    def _run(self, wanted, moment, mark=""):
        """A run of `listings` as its schedule starts it at `moment`."""
        run_input = runs.schedule_input(self.stacks[pipeline_stack("listings"), PIPELINES["listings"]].template, moment)
        ended = runs.run(self.aws, PIPELINES["listings"], "listings", run_input, mark)
        if ended["status"] != wanted:
            why = f"{ended.get('error')}: {ended.get('cause')}"
            raise Failed(f"the run is {ended['status']}, not {wanted}: {why}\n  {self._path(ended)}")
        return ended

    def _path(self, execution):
        return " > ".join(runs.path(self.aws, PIPELINES["listings"], execution["executionArn"]))

    def _clusters(self, wanted):
        """As many clusters as runs that got so far, and none of them alive."""
        everything, live = runs.clusters(self.aws, PIPELINES["listings"])
        expect("clusters", (len(everything), live), (wanted, []))

    def the_central_account_heard_of_it(self):
        """Default bus → export rule → central bus → rule → queue."""
        execution = self.first["executionArn"]
        events = runs.events_of(self.aws, CENTRAL, RUN_EVENTS, execution, ["RUNNING", "SUCCEEDED"])
        for status, event in events.items():
            expect(f"account and source of {status}", (event["account"], event["source"]), (PIPELINES["listings"], "aws.states"))
        expect("input in the event", events["SUCCEEDED"]["detail"]["input"], self.first["input"])

    def a_trigger_starts_pipeline_x(self):
        """Put by the central dispatcher's role on the child's bus; one that names another pipeline starts nothing."""
        one, bus = PIPELINES["pipeline-x"], f"arn:aws:events:{REGION}:{PIPELINES['pipeline-x']}:event-bus/{BUS}"
        role = f"arn:aws:iam::{CENTRAL}:role/pipesynth/trigger-dispatcher-{REGION}"
        dispatcher = self.aws.client_as(CENTRAL, role, "events")
        for target in ("another", "pipeline-x"):
            runs.put_event(dispatcher, bus, "pipesynth.central", "Pipeline Trigger", trigger(target))
        executions = runs.started(self.aws, one, "pipeline-x", 1)
        expect("executions", len(executions), 1)
        ended = runs.end_of(self.aws, one, executions[0])
        expect("its status", ended["status"], "SUCCEEDED")
        expect("its input", json.loads(ended["input"]), trigger("pipeline-x")["input"])
        expect("live clusters", runs.clusters(self.aws, one)[1], [])

    def roles_allow_what_was_called(self):
        """Held against the deployed policies, call by call; a planted call without permission must be among them."""
        planted = trespass(self.aws, CENTRAL)
        calls, found = violations(self.home / "iam.log")
        if planted not in found:
            raise Failed("the emulator does not note a call without permission")
        if found := [line for line in found if line != planted]:
            raise Failed("not allowed:\n  " + "\n  ".join(found))
        return f"{calls} distinct calls"

    def stacks_delete(self):
        """In the reverse order; the registry hears of every pipeline that goes."""
        before = len(self.registry.requests)
        for one, name in reversed(self.deployed):
            stacks.delete(self.aws, one, name)
        heard = sorted((request.method, request.path, request.fault) for request in self.registry.requests[before:])
        wanted = sorted(("DELETE", f"/pipelines/{one}/{name}", None) for name, one in PIPELINES.items())
        expect("requests on delete", heard, wanted)


STEPS = (
    CaseStudy.the_emulator_refuses_what_it_lacks,
    CaseStudy.accounts_are_prepared,
    CaseStudy.listed_types_are_lacking,
    CaseStudy.central_stack_deploys,
    CaseStudy.user_stacks_deploy,
    CaseStudy.pipeline_stacks_deploy,
    CaseStudy.registrations_arrived,
    CaseStudy.rules_stand,
    CaseStudy.a_scheduled_run_succeeds,
    CaseStudy.the_same_start_again_is_skipped,
    CaseStudy.a_cluster_that_does_not_start_fails_the_run,
    CaseStudy.a_failed_step_fails_the_run_and_frees_the_cluster,
    CaseStudy.the_central_account_heard_of_it,
    CaseStudy.a_trigger_starts_pipeline_x,
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
