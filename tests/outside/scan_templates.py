"""Folders of templates → exit code 0 where no scanner finds anything that `allowed-scans.tsv` does not allow, with a reason.

usage: scan_templates.py --tools DIR FOLDER [FOLDER …]

Every different template goes through checkov, cdk-nag (AWS Solutions) and, by cfn-guard, our own rules. In place of a template an entry
names the kind of stack: central, user or pipeline. Each tool is first tried on a template with a planted fault.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from check_templates import report, timed
from checks.findings import BadAllowedFile, compare, read_allowed
from checks.templates import find as find_templates
from scans import cdk_nag, checkov, guard
from scans.kinds import different, write

ALLOWED = Path(__file__).parent / "allowed-scans.tsv"

# The kind of the planted template.
PLANT = "planted"

# What nobody should make, and what each tool must say of it: every rule of ours among it.
TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
QUEUE = "arn:aws:sqs:eu-central-1:111111111111:queue"
RULE = {"State": "ENABLED", "Targets": [{"Id": "a", "Arn": QUEUE, "DeadLetterConfig": {"Arn": QUEUE}, "RetryPolicy": {}}]}
TIMES = {"ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}}
PLANTED = {
    "Bucket": ("AWS::S3::Bucket", {}),
    "Role": (
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]},
            "Policies": [{"PolicyName": "all", "PolicyDocument": ALL}],
        },
    ),
    "Machine": ("AWS::StepFunctions::StateMachine", {"RoleArn": "r", "Definition": {"StartAt": "a", "States": {}}}),
    "Replayed": ("AWS::Events::Rule", {**RULE, "EventPattern": {"source": ["aws.states"]}}),
    "Lost": (
        "AWS::Events::Rule",
        {"EventPattern": {"replay-name": [{"exists": False}]}, "Targets": [{"Id": "a", "Arn": QUEUE}]},
    ),
    "Schedule": ("AWS::Scheduler::Schedule", {**TIMES, "Target": {"Arn": QUEUE, "RoleArn": "r"}}),
    "Function": ("AWS::Lambda::Function", {"Code": {"ZipFile": "x"}, "Role": "r", "Runtime": "python3.13"}),
    "Permission": ("AWS::Lambda::Permission", {"Action": "a", "FunctionName": "f", "Principal": "p"}),
    "Log": ("AWS::Logs::LogGroup", {}),
}
WANTED = [
    (checkov.NAME, "CKV_AWS_53", "Bucket"),
    (cdk_nag.NAME, "AwsSolutions-S1", "Bucket"),
    (cdk_nag.NAME, "AwsSolutions-IAM5", "Role"),
    (guard.NAME, "data_stays", "Bucket"),
    (guard.NAME, "functions_run_our_code_signed_where_asked", "Function"),
    (guard.NAME, "logs_do_not_stay_for_ever", "Log"),
    (guard.NAME, "machines_log_no_data_and_end", "Machine"),
    (guard.NAME, "permissions_name_their_source", "Permission"),
    (guard.NAME, "roles_have_our_path", "Role"),
    (guard.NAME, "roles_of_pipelines_have_the_boundary", "Role"),
    (guard.NAME, "rules_refuse_replays_and_lose_nothing", "Lost"),
    (guard.NAME, "rules_refuse_replays_and_lose_nothing", "Replayed"),
    (guard.NAME, "schedules_lose_nothing", "Schedule"),
]


def main():
    parser = argparse.ArgumentParser(description="holds templates against scanners for security")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--tools", required=True, type=Path, metavar="DIR", help="folder with the scanners")
    arguments = parser.parse_args()
    tools = arguments.tools.resolve()
    scanners = {
        checkov.NAME: lambda written: checkov.find(written, tools / "checkov/bin/checkov"),
        cdk_nag.NAME: lambda written: cdk_nag.find(written, tools / "scan"),
        guard.NAME: lambda written: guard.find(written, tools / "bin/cfn-guard"),
    }
    kinds = list(different(find_templates(arguments.folders)))
    if not kinds:
        sys.exit(f"no template in {', '.join(map(str, arguments.folders))}")
    try:
        allowed = read_allowed(ALLOWED)
    except BadAllowedFile as error:
        sys.exit(str(error))
    findings = []
    # The planted one comes last, so that one run of each tool serves both.
    with tempfile.TemporaryDirectory() as folder:
        written = write([*kinds, (PLANT, planted())], Path(folder))
        for name, find in scanners.items():
            findings += timed(name, f"{len(kinds)} templates", lambda: list(find(written)))
    seen = {finding.key for finding in findings if finding.template == PLANT}
    rules = {line.split()[1] for line in guard.RULES.read_text().splitlines() if line.startswith("rule ")}
    untried = rules - {rule for tool, rule, _ in WANTED if tool == guard.NAME}
    broken = [f"{guard.NAME}: no fault is planted for {rule}" for rule in sorted(untried)]
    broken += [f"{tool} does not report {rule} on {where}" for tool, rule, where in WANTED if (tool, rule, PLANT, where) not in seen]
    findings = [finding for finding in findings if finding.template != PLANT]
    refused, granted, unused = compare(findings, allowed, ALLOWED)
    report("self-test: the tool misses a planted fault", broken)
    report("not allowed", refused)
    report("allowed for nothing: take the entry out", unused)
    print(f"scans: {len(kinds)} templates, {len(refused)} findings, {len({finding.key for finding in granted})} allowed by name")
    return 1 if broken or refused or unused else 0


def planted():
    """The template with the faults."""
    resources = {name: {"Type": kind, "Properties": properties} for name, (kind, properties) in PLANTED.items()}
    return json.dumps({"Resources": resources}, indent=1)


if __name__ == "__main__":
    sys.exit(main())
