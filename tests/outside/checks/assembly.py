"""A cloud assembly → whether the CDK's own command line reads it and lists every stack."""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path

from .findings import Finding
from .templates import SUFFIX

NAME = "cdk-list"


def find(assemblies, node, home):
    """A finding per stack that the manifest names and `cdk list` does not, or the reverse, and per template of no stack."""
    for assembly in map(Path, assemblies):
        templates = {path.name for path in assembly.glob(f"*{SUFFIX}")}
        named, used = _manifest(assembly)
        listed, error = _list(assembly, node, home)
        faults = {"failed": [error] if error else []}
        faults["templates"] = [f"{name} is of no stack" for name in sorted(templates - used)]
        if not error:
            stacks = Counter((name, place) for _, name, place in listed)
            faults["stacks"] = [f"{name} in {place} is listed and not in the manifest" for name, place in stacks - named]
            faults["stacks"] += [f"{name} in {place} is not listed" for name, place in named - stacks]
            ids = Counter(name for name, _, _ in listed)
            faults["names"] = [f"{count} stacks are listed as {name}" for name, count in ids.items() if count > 1]
        for rule, messages in faults.items():
            for message in messages:
                yield Finding(NAME, rule, assembly.name, "-", message=message)


def _manifest(assembly):
    """(name and environment of each stack, the template files) as the manifest has them."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    stacks = {id: one for id, one in manifest["artifacts"].items() if one["type"] == "aws:cloudformation:stack"}
    named = Counter((one["properties"].get("stackName", id), one["environment"]) for id, one in stacks.items())
    return named, {one["properties"]["templateFile"] for one in stacks.values()}


def _list(assembly, node, home):
    """(id, name, environment) of each stack as `cdk list` prints them, or what it says instead."""
    quiet = {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_HOME": str(home), "CI": "true", "NO_COLOR": "1"}
    command = [node / "node_modules" / ".bin" / "cdk", "list", "--app", assembly.resolve(), "--no-notices", "--json", "--long"]
    Path(home).mkdir(parents=True, exist_ok=True)
    run = subprocess.run(command, cwd=home, env=os.environ | quiet, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        return [], run.stderr.strip() or f"exit code {run.returncode}"
    return [(stack["id"], stack["name"], stack["environment"]["name"]) for stack in json.loads(run.stdout)], None
