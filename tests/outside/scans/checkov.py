"""Templates → findings of checkov's rules for CloudFormation, all templates in one process."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from checks.findings import Finding

NAME = "checkov"


def find(written, program):
    """Every check that fails. `written` is path → kind, `program` checkov's own."""
    if not written:
        return
    with tempfile.TemporaryDirectory() as folder:
        for path in written:
            Path(folder, path.name).write_text(_shorter(path.read_text(encoding="utf-8")), encoding="utf-8")
        yield from _scan(folder, {path.name: kind for path, kind in written.items()}, program)


def _shorter(text):
    """A template without the definitions of its machines: no rule reads them, and they take four fifths of the time."""
    body = json.loads(text)
    for resource in body["Resources"].values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            resource["Properties"].pop("Definition", None)
    return json.dumps(body, indent=1)


def _scan(folder, names, program):
    command = [program, "--directory", folder, "--framework", "cloudformation", "--output", "json", "--compact", "--quiet"]
    # Nothing is asked of the network: no guidelines, no telemetry, no look for a newer version.
    quiet = {"CKV_IGNORE_HIDDEN_DIRECTORIES": "false", "CHECKOV_RUN_SCA_PACKAGE_SCAN_V2": "false", "PYTHONUTF8": "1"}
    run = subprocess.run(
        [*command, "--skip-download"], env={**os.environ, **quiet}, capture_output=True, text=True, check=False
    )
    if run.returncode not in (0, 1):
        raise RuntimeError(f"checkov failed: {run.stderr.strip()}")
    report = json.loads(run.stdout)
    # Without one failed check there is but a summary.
    summary = report.get("summary", report)
    if not summary["resource_count"] or summary["parsing_errors"]:
        raise RuntimeError(f"checkov did not read every template: {summary}")
    for failed in report.get("results", {}).get("failed_checks", []):
        kind = names[os.path.basename(failed["file_path"])]
        logical_id = failed["resource"].split(".", 1)[1]
        yield Finding(NAME, failed["check_id"], kind, logical_id, message=failed["check_name"])
