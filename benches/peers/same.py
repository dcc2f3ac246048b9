"""OURS THEIRS → how many templates of the two folders are the same document, whatever the order of keys.

Left out of the comparison: SpecHash, a hash of pipesynth's own text.
"""

import json
import sys
from pathlib import Path


def document(path):
    body = json.loads(path.read_text())
    for resource in body["Resources"].values():
        resource.get("Properties", {}).pop("SpecHash", None)
    return body, path.stat().st_size


def first(ours, theirs, at=""):
    """Where two documents differ first."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}):
            if found := first(ours.get(key), theirs.get(key), f"{at}/{key}"):
                return found
        return None
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return next((found for n, pair in enumerate(zip(ours, theirs)) if (found := first(*pair, f"{at}/{n}"))), None)
    return None if ours == theirs else f"{at}: {json.dumps(ours)[:150]} != {json.dumps(theirs)[:150]}"


def main():
    ours, theirs = map(Path, sys.argv[1:3])
    names = sorted(p.name for p in theirs.glob("*.template.json"))
    differ, resources, sizes = [], 0, [0, 0]
    for name in names:
        (a, size_a), (b, size_b) = document(ours / name), document(theirs / name)
        if found := first(a, b):
            differ.append(f"{name}{found}")
        resources += len(a["Resources"])
        sizes = [sizes[0] + size_a, sizes[1] + size_b]
    print(f"{len(names) - len(differ)}/{len(names)} equal; {resources / len(names):.1f} resources a pipeline, bytes a pipeline: {sizes[0] // len(names)} and {sizes[1] // len(names)}")
    print("\n".join(differ[:5]))
    return 1 if differ or not names else 0


if __name__ == "__main__":
    sys.exit(main())
