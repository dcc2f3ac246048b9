"""The case study's assembly → deployed in three accounts and the central one of the emulator, run, and deleted again.

usage: deploy_case_study.py --endpoint URL --home DIR --bootstrap FILE ASSEMBLY

`--home` is the emulator's, where it writes which calls a role does not allow.
"""

import argparse
import sys
import time
from pathlib import Path

from harness import runs, stacks
from harness.aws import Failed, expect
from harness.case_study import BUS, CENTRAL, CENTRAL_STACK, USER_STACK
from harness.permissions import trespass, violations
from story.slack_threads import SlackThreads


class CaseStudy(SlackThreads):
    """The steps of the test, in order; what one makes, the next uses."""

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
