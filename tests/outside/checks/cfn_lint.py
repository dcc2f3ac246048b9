"""Templates → findings of cfn-lint, all templates in one process, its informational rules included."""

from cfnlint.api import lint_file
from cfnlint.config import ManualArgs

from .findings import Finding
from .templates import REGION, place

NAME = "cfn-lint"


def find(templates):
    """Every finding of every severity. A template may not switch rules off for itself."""
    for template in templates:
        yield from _switched_off(template)
        for match in lint_file(template.path, config=ManualArgs(regions=[REGION], include_checks=["I"])):
            logical_id, where = place(getattr(match, "path", None))
            yield Finding(NAME, match.rule.id, template.name, logical_id, where, match.linenumber, match.message)


def _switched_off(template):
    """cfn-lint obeys `Metadata: cfn-lint` in a template; here the allowed file is the only place for that."""
    body = template.body
    holders = {"-": body, **body.get("Resources", {})}
    for logical_id, holder in holders.items():
        if "cfn-lint" in holder.get("Metadata", {}):
            yield Finding(NAME, "own-config", template.name, logical_id, "Metadata.cfn-lint", message="switches rules off")
