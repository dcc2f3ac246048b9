"""Templates → findings of asl-validator on every state machine in them."""

import json
import re
import subprocess

from .findings import Finding
from .templates import REGION

NAME = "asl-validator"
TYPE = "AWS::StepFunctions::StateMachine"
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": "111111111111",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
}


def find(templates, node):
    """Every error in every machine. `node` is the folder with the checker and its `node_modules`."""
    machines = []
    for template in templates:
        for logical_id, resource in template.body.get("Resources", {}).items():
            if resource["Type"] == TYPE:
                machines.append((template.name, logical_id, definition(resource["Properties"])))
    for (name, logical_id, _), errors in zip(machines, _run(node, [machine[2] for machine in machines]), strict=True):
        for error in errors:
            yield Finding(NAME, error["code"], name, logical_id, "Definition" + error["path"], message=error["message"])


def definition(properties):
    """The machine as Step Functions will get it, with a likely value in place of each intrinsic function."""
    if "Definition" in properties:
        return literal(properties["Definition"])
    text = literal(properties["DefinitionString"])
    for name, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace("${" + name + "}", str(literal(value)))
    return json.loads(text)


def literal(value):
    """A template value → the value without `Ref` and `Fn::…`, each replaced by what it might become in a stack."""
    if isinstance(value, list):
        return [literal(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, argument),) = value.items()
        if name in INTRINSICS:
            return INTRINSICS[name](argument)
        if name.startswith("Fn::"):
            raise ValueError(f"no likely value for {name}: add it to INTRINSICS")
    return {key: literal(item) for key, item in value.items()}


def _ref(name):
    return PSEUDO.get(name, f"ref-{name}")


def _get_att(argument):
    name, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
    if attribute.endswith("Arn"):
        return f"arn:aws:lambda:{REGION}:{PSEUDO['AWS::AccountId']}:function:{name}"
    return f"{name}-{attribute}"


def _sub(argument):
    text, variables = argument if isinstance(argument, list) else (argument, {})

    def value(match):
        name = match.group(1)
        if name.startswith("!"):
            return "${" + name[1:] + "}"
        if name in variables:
            return str(literal(variables[name]))
        return _get_att(name) if "." in name and name not in PSEUDO else _ref(name)

    return re.sub(r"\$\{([^}]+)\}", value, text)


INTRINSICS = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": lambda argument: argument[0].join(str(literal(item)) for item in argument[1]),
    "Fn::Select": lambda argument: f"selected-{argument[0]}",
    "Fn::If": lambda argument: literal(argument[1]),
    "Fn::ImportValue": lambda argument: f"imported-{literal(argument)}",
}


def _run(node, definitions):
    """One Node process for all machines: a list of errors for each."""
    if not definitions:
        return []
    run = subprocess.run(
        ["node", "asl.mjs"], cwd=node, input=json.dumps(definitions), capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        raise RuntimeError(f"asl.mjs failed: {run.stderr.strip()}")
    return json.loads(run.stdout)
