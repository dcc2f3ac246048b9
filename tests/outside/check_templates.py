"""Folders of templates → exit code 0 where no outside tool finds anything that `allowed-findings.tsv` does not allow.

usage: check_templates.py --node DIR FOLDER [FOLDER …] [--assembly DIR …]

Every `*.template.json` below the folders goes through cfn-lint, AWS's own validator and, for the state machines in
it, asl-validator; every assembly through `cdk list`. Each tool is first tried on a template with planted faults: a
tool that misses one is broken, and then its silence on the real templates means nothing.
"""

import argparse
import sys
import time
from pathlib import Path

from checks import assembly, aws_validator, cfn_lint, self_test, state_machines
from checks.findings import BadAllowedFile, compare, read_allowed
from checks.templates import find as find_templates


def main():
    arguments = parse()
    checkers = {
        cfn_lint.NAME: cfn_lint.find,
        aws_validator.NAME: aws_validator.find,
        state_machines.NAME: lambda templates: state_machines.find(templates, arguments.node),
    }
    templates = find_templates(arguments.folders)
    if not templates:
        sys.exit(f"no template in {', '.join(map(str, arguments.folders))}")
    try:
        allowed = read_allowed()
    except BadAllowedFile as error:
        sys.exit(str(error))

    broken = self_test.run(checkers) + self_test.run_assembly(arguments.node, arguments.home)
    findings = []
    for name, find in checkers.items():
        findings += timed(name, f"{len(templates)} templates", lambda: list(find(templates)))
    listed = f"{len(arguments.assembly)} assemblies"
    findings += timed(assembly.NAME, listed, lambda: list(assembly.find(arguments.assembly, arguments.node, arguments.home)))

    refused, granted, unused = compare(findings, allowed)
    report("self-test: the tool misses a planted fault", broken)
    report("not allowed", refused)
    report("allowed for nothing: take the entry out", unused)
    print(f"outside checks: {len(templates)} templates, {len(refused)} findings, {len(granted)} allowed by name")
    return 1 if broken or refused or unused else 0


def parse():
    parser = argparse.ArgumentParser(description="holds templates against tools that this project did not write")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--assembly", action="append", default=[], type=Path, metavar="DIR")
    parser.add_argument("--node", required=True, type=Path, metavar="DIR", help="folder with asl.mjs and node_modules")
    parser.add_argument("--home", type=Path, metavar="DIR", help="where the CDK may keep its files (default: NODE/home)")
    arguments = parser.parse_args()
    arguments.node = arguments.node.resolve()
    arguments.home = (arguments.home or arguments.node / "home").resolve()
    return arguments


def timed(name, what, work):
    start = time.monotonic()
    found = work()
    print(f"{name}: {what}, {len(found)} findings, {time.monotonic() - start:.1f} s", flush=True)
    return found


def report(title, lines):
    if lines:
        print(f"\n{title}:")
        for line in lines:
            print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
