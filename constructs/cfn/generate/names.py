"""CloudFormation names → Rust names: snake_case setters, type names, constants, all free of keywords and clashes."""

import re

KEYWORDS = frozenset(
    """as break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self
    Self static struct super trait true type unsafe use where while async await abstract become box do final gen macro override
    priv try typeof unsized virtual yield""".split()
)
# Inherent names that the block macros define themselves.
RESERVED = frozenset(["new"])


def snake(name: str) -> str:
    """`SSESpecification` → `sse_specification`, `CIDRs` → `cidrs`, `Endpoint.Address` → `endpoint_address`."""
    text = re.sub(r"[^A-Za-z0-9]+", "_", name)
    text = re.sub(r"([A-Z]{2,})s(?=[A-Z_]|$)", lambda m: m[1][0] + m[1][1:].lower() + "s", text)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", text)
    text = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text).lower()
    text = re.sub(r"_+", "_", text).strip("_") or "empty"
    return f"_{text}" if text[0].isdigit() else text


def value_name(name: str, taken: set[str]) -> str:
    """The name of a function or module; a keyword gets an underscore behind it, and so does a clash."""
    text = snake(name)
    if text in KEYWORDS or text in RESERVED:
        text += "_"
    return claim(text, taken)


def type_name(name: str, taken: set[str], suffix: str) -> str:
    """The name of a type; a clash gets `suffix`."""
    words = re.sub(r"[^A-Za-z0-9]+", " ", name).split()
    text = "".join(word[:1].upper() + word[1:] for word in words) or "Empty"
    if text[0].isdigit():
        text = f"_{text}"
    if text in taken or text == "Self":
        text += suffix
    return claim(text, taken)


def constant_name(text: str, taken: set[str]) -> str:
    """The name of a constant: `provided.al2023` → `PROVIDED_AL2023`."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_") or "EMPTY"
    if not name.isupper():
        name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).upper()
    if name[0].isdigit():
        name = f"_{name}"
    return claim(name, taken)


def claim(name: str, taken: set[str]) -> str:
    """Takes the name, with underscores behind it where it is taken already."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name
