"""Policy documents and one call → whether the documents allow it. No emulator in here.

A condition counts where this check knows the fact that it asks for, and is taken to hold where it does not: the check
then finds less, and never something that is not there.
"""

import json
import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    """One action on one resource. `resource` is None where the action has none, or it is not known.

    `facts` has the condition keys that are known; of a key with a prefix in `complete` everything is known, so that
    one which is not in `facts` is certainly absent.
    """

    action: str
    resource: str | None = None
    facts: dict = field(default_factory=dict)
    complete: tuple = ()


def refusal(documents, call):
    """None where the documents allow the call, else why not."""
    allowed = False
    for statement in (statement for document in documents for statement in as_list(document["Statement"])):
        if not _is_about(statement, call):
            continue
        if statement["Effect"] == "Deny":
            return "explicit deny"
        allowed = True
    return None if allowed else "not allowed by any policy"


def names_principal(statement, principals):
    """Whether a resource policy's statement is about a caller that goes by any of these names."""
    principal = statement.get("Principal", [])
    named = as_list(principal.get("AWS", []) if isinstance(principal, dict) else principal)
    return any(one == "*" or one in principals for one in named)


def _is_about(statement, call):
    if not any(like(pattern, call.action) for pattern in as_list(statement.get("Action", []))):
        return False
    if call.resource and not any(like(pattern, call.resource) for pattern in as_list(statement.get("Resource", "*"))):
        return False
    return all(
        _holds(operator, key, as_list(wanted), call, statement["Effect"])
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )


# operator: how a fact is compared with one wanted value; every other operator is taken to hold
COMPARE = {
    "StringEquals": lambda wanted, fact: wanted == fact,
    "StringLike": lambda wanted, fact: like(wanted, fact),
    "ArnEquals": lambda wanted, fact: like(wanted, fact),
    "ArnLike": lambda wanted, fact: like(wanted, fact),
}


def _holds(operator, key, wanted, call, effect):
    """Whether one condition holds; what is not known decides in favour of the caller."""
    compare = COMPARE.get(operator.removesuffix("IfExists"))
    if compare and key in call.facts:
        return any(compare(str(one), call.facts[key]) for one in wanted)
    if compare and key.startswith(call.complete):
        return operator.endswith("IfExists")
    return effect == "Allow"


def document(value):
    """A policy that is a document or its text → the document."""
    return json.loads(value) if isinstance(value, str) else value


def as_list(value):
    return value if isinstance(value, list) else [value]


def like(pattern, value):
    """AWS's wildcards: `*` any text, `?` one character."""
    parts = {"*": ".*", "?": "."}
    return re.fullmatch("".join(parts.get(char, re.escape(char)) for char in pattern), value, re.IGNORECASE) is not None
