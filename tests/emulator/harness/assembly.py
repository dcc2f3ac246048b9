"""A cloud assembly on disk → its stacks: template, account, parameter values."""

import json
from dataclasses import dataclass
from pathlib import Path

from .aws import Failed


@dataclass(frozen=True)
class Stack:
    """One stack of the assembly; `account` is where it goes, `unknown-account` where the manifest leaves it open."""

    name: str
    template: dict
    account: str
    parameters: dict
    tags: dict


def read(folder):
    """The stacks that `manifest.json` names, by (name, account)."""
    manifest = json.loads(Path(folder, "manifest.json").read_text(encoding="utf-8"))
    stacks = {}
    for name, artifact in manifest["artifacts"].items():
        if artifact["type"] != "aws:cloudformation:stack":
            continue
        properties = artifact["properties"]
        stack = Stack(
            properties.get("stackName", name),
            json.loads(Path(folder, properties["templateFile"]).read_text(encoding="utf-8")),
            artifact["environment"].removeprefix("aws://").split("/")[0],
            properties.get("parameters", {}),
            properties.get("tags", {}),
        )
        stacks[stack.name, stack.account] = stack
    return stacks


def parameters(stack, own, template=None):
    """Values for CreateStack: what the test made in the emulator before what the manifest says, defaults for the rest.

    `template` is what is deployed where that is less than the stack's own.
    """
    values, missing = [], []
    for name, declared in (template or stack.template).get("Parameters", {}).items():
        value = own.get(name, stack.parameters.get(name))
        if value is not None:
            values.append({"ParameterKey": name, "ParameterValue": value})
        elif "Default" not in declared:
            missing.append(name)
    if missing:
        raise Failed(f"{stack.name}: neither the manifest nor the test has a value for {', '.join(missing)}")
    return values
