"""ROOT → words.dict and the seeds that are one line or one JSON document, below the current folder.

Words are the keys and choices of the published schemas, what stands between `{{` and `}}`, and what YAML, cron and event patterns have of
their own. Seeds are the event patterns of the snapshots, and lines of the tests.
"""

import json
import sys
from pathlib import Path

YAML = ["- ", ": ", "? ", "{", "}", "[", "]", "|\n", ">-\n", "&a ", "*a", "<<: ", "!!str ", "---\n", "...\n", "# ", "~", "null", "0x1f", ".inf", "%%%", "\u00e9"]
TEXT = ["{{ logicalDate }}", "{{ logicalDate - 1d }}", " | format('yyyy/MM/dd')", "{{ runId }}", "{{ bucket }}", "{{ params.a }}", "{{resolve:", "{%", "${", "}}"]
CRON = ["cron(0 3 * * ? *)", "cron(*/5 8-18 ? * MON-FRI *)", "cron(0 0 L * ? 2028/2)", "cron(0 9 ? * 6#3 *)", "cron(0 0 15W * ? *)", "rate(5 minutes)", "at(2026-12-01T03:00:00)"]
ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca"]
OPERATORS = ["prefix", "suffix", "anything-but", "numeric", "exists", "wildcard", "equals-ignore-case", "cidr", "$or"]


def strings(value, found):
    """Keys of `properties` and values of `enum` and `const`, wherever they stand."""
    if isinstance(value, dict):
        found.update(value.get("properties", {}))
        found.update(text for text in value.get("enum", []) if isinstance(text, str))
        if isinstance(value.get("const"), str):
            found.add(value["const"])
        for inner in value.values():
            strings(inner, found)
    elif isinstance(value, list):
        for inner in value:
            strings(inner, found)


def patterns(value, found):
    if isinstance(value, dict):
        if "EventPattern" in value:
            found.append(value["EventPattern"])
        for inner in value.values():
            patterns(inner, found)
    elif isinstance(value, list):
        for inner in value:
            patterns(inner, found)


def main():
    root, words, found = Path(sys.argv[1]), set(), []
    for schema in sorted((root / "schema").glob("*.json")):
        strings(json.loads(schema.read_text()), words)
    for template in sorted((root / "snapshots").rglob("*.template.json")):
        patterns(json.loads(template.read_text()), found)
    written = [*sorted(words), *YAML, *TEXT, *CRON, *ZONES, *OPERATORS]
    escaped = ("".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in word.encode()) for word in written)
    Path("words.dict").write_text("".join(f'"{word}"\n' for word in escaped))
    events = {"source": "aws.states", "detail-type": "x", "detail": {"status": "SUCCEEDED", "name": "a"}}
    found += [{"detail": {"a": [{operator: value}]}} for operator in OPERATORS for value in ("a", ["a"], True, [">", 1], "10.0.0.0/8", "a*b")]
    for number, pattern in enumerate(found):
        Path(f"events/{number:04}").write_text(f"{json.dumps(pattern)}\n%%%\n{json.dumps(events)}")
    for number, text in enumerate(CRON):
        Path(f"schedule/{number:02}").write_text(f"{text}\n{ZONES[number % len(ZONES)]}\n1795000000000")
    for number, text in enumerate(TEXT):
        Path(f"template/{number:02}").write_text(f"s3://{text}/a")


if __name__ == "__main__":
    main()
