"""`patches.json` → corrections of the raw inputs. A patch that changes nothing is an error: AWS has mended it, so it must go."""

import json
from pathlib import Path

FILE = Path(__file__).with_name("patches.json")
MISSING = object()


class Patches:
    """Patches by input and type; `apply` is called once for every raw type."""

    def __init__(self) -> None:
        self.entries = json.loads(FILE.read_text())
        for entry in self.entries:
            if not entry.get("reason") or ("set" in entry) == ("remove" in entry):
                raise SystemExit(f"patches.json: {entry} needs a reason, and either `set` or `remove`")
        self.used = [False] * len(self.entries)

    def apply(self, source: str):
        """A function that patches one raw type of an input."""

        def patch(name: str, raw: dict) -> None:
            for at, entry in enumerate(self.entries):
                if (entry["input"], entry["type"]) == (source, name):
                    change(raw, entry)
                    self.used[at] = True

        return patch

    def finish(self) -> None:
        """Fails on patches of types that are not there."""
        for entry, used in zip(self.entries, self.used):
            if not used:
                raise SystemExit(f"patches.json: {entry['input']} has no type {entry['type']}")


def change(raw: dict, entry: dict) -> None:
    """Sets or removes what stands at the path."""
    *parents, last = entry["path"].split("/")
    here = raw
    for name in parents:
        here = here.get(name, MISSING) if isinstance(here, dict) else MISSING
        if here is MISSING:
            raise SystemExit(f"patches.json: {entry['type']} has no {entry['path']}")
    before = here.get(last, MISSING)
    if before == entry.get("set", MISSING):
        raise SystemExit(f"patches.json: {entry['type']} {entry['path']} is so already: remove the patch")
    if "set" in entry:
        here[last] = entry["set"]
    else:
        del here[last]
