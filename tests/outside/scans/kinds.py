"""Templates → each different one once, with the kind of stack that it is: findings are the same for all examples of a kind."""

from checks.templates import SUFFIX

ACCOUNTS = {"pipesynth-central": "central", "pipesynth-user": "user"}


def different(templates):
    """(kind, text) of every template whose text no other one has."""
    seen = set()
    for template in templates:
        if template.text not in seen:
            seen.add(template.text)
            yield ACCOUNTS.get(template.name, "pipeline"), template.text


def write(kinds, folder):
    """Writes them into a folder: path → kind."""
    written = {}
    for number, (kind, text) in enumerate(kinds):
        path = folder / f"{number}-{kind}{SUFFIX}"
        path.write_text(text, encoding="utf-8")
        written[path] = kind
    return written
