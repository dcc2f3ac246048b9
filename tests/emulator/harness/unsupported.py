"""Types that the emulator lacks: taken out of a template with every reference to them, and tried on their own."""

import copy
import csv
import json
import re
from pathlib import Path

LIST = Path(__file__).parent.parent / "unsupported-types.tsv"


def read_list():
    """The listed types with the reason of each."""
    rows = csv.reader(LIST.read_text(encoding="utf-8").splitlines(), delimiter="\t")
    return {kind: reason for kind, reason in rows if kind != "type"}


def without(template, types):
    """The template without the resources of these types and without what refers to them.

    `Ref` and `Fn::GetAtt` become a placeholder, `Fn::Sub` gets one in its text, `DependsOn` loses the name and outputs
    that name one go. Nothing else changes.
    """
    template = copy.deepcopy(template)
    resources = template["Resources"]
    gone = {name for name, resource in resources.items() if resource["Type"] in types}
    if not gone:
        return template
    template["Resources"] = {name: _cut(resource, gone) for name, resource in resources.items() if name not in gone}
    outputs = {name: output for name, output in template.get("Outputs", {}).items() if not names(output, gone)}
    template.pop("Outputs", None)
    return template | ({"Outputs": outputs} if outputs else {})


def alone(template, type_name):
    """A template with just the first resource of this type, for a try whether it deploys after all; None without one."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == type_name:
            cut = _cut(resource, set(template["Resources"]) - {name})
            kept = {key: value for key, value in template.items() if key in ("Conditions", "Mappings")}
            body = kept | {"Resources": {name: cut}}
            used = {one: how for one, how in template.get("Parameters", {}).items() if names(body, {one})}
            return body | ({"Parameters": used} if used else {})
    return None


def names(value, gone):
    """Whether anything in `value` refers to one of the resources."""
    return json.dumps(value) != json.dumps(_replace(value, gone))


def _cut(resource, gone):
    resource = dict(resource)
    depends = resource.pop("DependsOn", [])
    depends = [name for name in ([depends] if isinstance(depends, str) else depends) if name not in gone]
    cut = {key: _replace(value, gone) for key, value in resource.items()}
    return cut | ({"DependsOn": depends} if depends else {})


def _replace(value, gone):
    """The value with a placeholder for each reference to one of the resources."""
    if isinstance(value, list):
        return [_replace(item, gone) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((function, argument),) = value.items()
        if function == "Ref" and argument in gone:
            return f"unsupported-{argument}"
        if function == "Fn::GetAtt":
            name = argument[0] if isinstance(argument, list) else argument.split(".")[0]
            return f"unsupported-{name}" if name in gone else value
        if function == "Fn::Sub" and isinstance(argument, str):
            return {"Fn::Sub": _replace_in_text(argument, gone)}
        if function == "Fn::Sub":
            return {"Fn::Sub": [_replace_in_text(argument[0], gone - set(argument[1])), _replace(argument[1], gone)]}
    return {key: _replace(item, gone) for key, item in value.items()}


def _replace_in_text(text, gone):
    def placeholder(match):
        name = match.group(1).split(".")[0]
        return f"unsupported-{name}" if name in gone else match.group(0)

    return re.sub(r"\$\{([^}!][^}]*)\}", placeholder, text)
