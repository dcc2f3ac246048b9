"""AWS's markdown documentation → one rustdoc line: the first sentence, links reduced to their text, brackets escaped."""

import re

LONGEST = 300
ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no|inc|st|example|ex)|\b[A-Z])\.$", re.IGNORECASE)


def first_sentence(markdown: str | None) -> str:
    """The first sentence of the first paragraph, as one line that rustdoc renders as plain text."""
    text = paragraph(markdown or "")
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([.,;:)])(?=\s|$)", r"\1", text).replace("( ", "(")
    text = sentence(text)
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return escape(text)


def paragraph(markdown: str) -> str:
    """The first paragraph that is running text."""
    for block in re.split(r"\n\s*\n", markdown.strip()):
        block = block.strip()
        if block and not re.match(r"(>|```|#|\||- |\* |<)", block):
            return block
    return ""


def sentence(text: str) -> str:
    """The text up to its first full stop that ends a sentence, outside code spans."""
    code = False
    for at, char in enumerate(text):
        if char == "`":
            code = not code
        ends = char == "." and text[at + 1 : at + 2] in ("", " ")
        if ends and not code and not ABBREVIATION.search(text[: at + 1]):
            return text[: at + 1]
    return text


def escape(text: str) -> str:
    """Escapes what rustdoc would read as a link or as HTML, outside code spans."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # an open code span: no code at all
        parts = ["'".join(parts)]
    for at in range(0, len(parts), 2):
        part = re.sub(r"https?://(\S+)", r"\1", parts[at])
        parts[at] = re.sub(r"([\[\]<>*_\\])", r"\\\1", part.replace("\\", ""))
    return "`".join(parts)
