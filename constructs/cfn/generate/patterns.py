"""Regular expressions of the provider schemas → those that Rust's `regex-lite` compiles, with the same or a wider meaning."""

import re

LARGEST_REPEAT = 256
# Look-around, back references, Unicode classes, possessive and atomic groups, inline flags: not in regex-lite.
UNSUPPORTED = re.compile(r"\(\?(?!:|P?<[A-Za-z])|\\[1-9]|\\[pPuUZGKX]|[+*?}]\+|&&|\[\[|--|~~|\\[<>]")

# A bracket inside a class: a literal for some engines, a class within the class for others.
NESTED_CLASS = re.compile(r"(?<!\\)\[\^?\]?(?:\\.|[^\]\\\[])*\[")


def portable(pattern: str) -> str | None:
    """The pattern in regex-lite's grammar, or None where it has no equal there. Repeats above 256 become unbounded: lengths are
    checked apart, and an automaton with thousands of copies of a group costs more than it finds."""
    pattern = re.sub(r"\\u00([0-7][0-9A-Fa-f])", r"\\x\1", pattern)
    pattern = re.sub(r"\\[zZ]$", "$", pattern)
    if UNSUPPORTED.search(pattern) or NESTED_CLASS.search(pattern) or not pattern.isascii() or pattern in ("", ".*", "^.*$", ".+"):
        return None
    try:
        re.compile(pattern)
    except re.error:
        return None
    return re.sub(r"(?<!\\)\{(\d+),(\d+)\}", widen, pattern)


def widen(match: re.Match) -> str:
    """`{1,2048}` → `+`, `{0,2048}` → `*`, `{20,2048}` → `{20,}`."""
    low, high = int(match[1]), int(match[2])
    if high <= LARGEST_REPEAT:
        return match[0]
    low = min(low, LARGEST_REPEAT)
    return {0: "*", 1: "+"}.get(low, f"{{{low},}}")
