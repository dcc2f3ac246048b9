"""Templates → where they break our own rules in guard.rules, by cfn-guard."""

import json
import subprocess
from pathlib import Path

from checks.findings import Finding

NAME = "cfn-guard"
RULES = Path(__file__).parent / "guard.rules"


def find(written, program):
    """Every rule that a template breaks, with the resources that break it. `program` is cfn-guard."""
    if not written:
        return
    (folder,) = {path.parent for path in written}
    command = [program, "validate", "--rules", RULES, "--data", folder, "--structured", "--output-format", "json"]
    run = subprocess.run([*command, "--show-summary", "none"], capture_output=True, text=True, check=False)
    # 19 says that a rule is broken, 5 that the rules themselves cannot be read.
    if run.returncode not in (0, 19):
        raise RuntimeError(f"cfn-guard failed: {run.stderr.strip() or run.stdout.strip()}")
    names = {path.name: kind for path, kind in written.items()}
    reports = json.loads(run.stdout)
    if len(reports) != len(written):
        raise RuntimeError(f"cfn-guard looked at {len(reports)} of {len(written)} templates")
    for report in reports:
        kind = names[Path(report["name"]).name]
        for broken in report["not_compliant"]:
            rule = broken["Rule"]
            for logical_id in sorted(set(_resources(rule["checks"]))) or ["-"]:
                yield Finding(NAME, rule["name"], kind, logical_id, message=RULES.name)


def _resources(value):
    """The logical ids in the paths of a report: `/Resources/Id/…`."""
    if isinstance(value, list):
        for item in value:
            yield from _resources(item)
    elif isinstance(value, dict):
        path = value.get("path")
        if isinstance(path, str) and path.startswith("/Resources/"):
            yield path.split("/")[2]
        for item in value.values():
            yield from _resources(item)
