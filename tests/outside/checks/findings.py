"""What a tool found, the file of findings that are allowed, and how one is held against the other."""

from dataclasses import dataclass
from pathlib import Path

ALLOWED = Path(__file__).parent.parent / "allowed-findings.tsv"
COLUMNS = ("tool", "rule", "template", "logical id", "reason")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that one tool says against one template.

    `logical_id` is the resource's, or `Parameters.X`, `Outputs.X`, or `-` where the whole template is meant.
    `place` says where inside it, in the tool's own words.
    """

    tool: str
    rule: str
    template: str
    logical_id: str
    place: str = ""
    line: int = 0
    message: str = ""

    @property
    def key(self):
        """What an entry of the allowed file must say to allow this."""
        return (self.tool, self.rule, self.template, self.logical_id)

    def __str__(self):
        line = f" line {self.line}" if self.line else ""
        place = f" at {self.place}" if self.place else ""
        return f"{self.tool} {self.rule} {self.template}{line}: {self.logical_id}{place}: {self.message}"


class BadAllowedFile(Exception):
    """The allowed file itself is wrong; the text lists every fault with its line."""


def read_allowed(path=ALLOWED):
    """The allowed findings: key → (line number, reason). Every entry is complete, unique and without wildcards."""
    allowed, faults = {}, []
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if tuple(cells) == COLUMNS:
            continue
        fault = _fault(cells, allowed)
        if fault:
            faults.append(f"{path.name}:{number}: {fault}")
        else:
            allowed[tuple(cells[:4])] = (number, cells[4])
    if faults:
        raise BadAllowedFile("\n".join(faults))
    return allowed


def _fault(cells, allowed):
    """Why these cells are no entry, or None."""
    if len(cells) != len(COLUMNS) or not all(cells):
        return f"an entry has {len(COLUMNS)} filled cells with a tab between: {', '.join(COLUMNS)}"
    if any(mark in cell for cell in cells[:4] for mark in "*?"):
        return "no wildcards: name the one rule, template and logical id"
    if tuple(cells[:4]) in allowed:
        return "stands here twice"
    return None


def compare(findings, allowed, path=ALLOWED):
    """Splits `findings` into those not allowed and those allowed, and names the entries of the file that match nothing."""
    refused = sorted(finding for finding in findings if finding.key not in allowed)
    granted = sorted(finding for finding in findings if finding.key in allowed)
    seen = {finding.key for finding in findings}
    unused = [
        f"{path.name}:{number}: matches no finding: {' '.join(key)}"
        for key, (number, _) in allowed.items()
        if key not in seen
    ]
    return refused, granted, unused
