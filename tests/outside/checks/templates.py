"""Folders → the CloudFormation templates in them."""

import json
from dataclasses import dataclass
from pathlib import Path

SUFFIX = ".template.json"
REGION = "eu-central-1"


# Stacks that every example has, most with the same text.
ACCOUNTS = ("pipesynth-central", "pipesynth-user")


@dataclass(frozen=True)
class Template:
    """One template. `name` is its path below the folder it was found in, without the suffix; of an account's stack its own name alone."""

    name: str
    path: Path
    text: str

    @property
    def body(self):
        """The parsed template; a new value at every call, so that a check may change it."""
        return json.loads(self.text)


def find(folders):
    """Every template below the folders, in order of name; a name that two folders give with the same text comes once."""
    found = {}
    for folder in folders:
        for path in sorted(Path(folder).rglob(f"*{SUFFIX}")):
            name = path.relative_to(folder).as_posix().removesuffix(SUFFIX)
            text = path.read_text(encoding="utf-8")
            name = path.name.removesuffix(SUFFIX) if name.endswith(ACCOUNTS) else name
            found.setdefault((name, text), Template(name, path, text))
    return sorted(found.values(), key=lambda template: template.name)


def place(path):
    """`Resources`, `Id`, `Properties`, … → the logical id of a finding and the place inside it."""
    parts = [str(part) for part in path or []]
    if len(parts) < 2:
        return "-", ".".join(parts)
    section, name, *rest = parts
    return (name if section == "Resources" else f"{section}.{name}"), ".".join(rest)
