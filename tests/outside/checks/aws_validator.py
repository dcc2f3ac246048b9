"""Templates → findings of AWS's own offline validator (`cloudformation-validate`)."""

from cloudformation_validate import CompositeEngine, PseudoParameterOverrides, ReportStatus, ValidateConfig

from .findings import Finding
from .templates import REGION

NAME = "aws-validate"

# Rules that state a fact about every template and find no fault, so that an entry per resource would say nothing.
NO_FAULT = {
    "I9001": "names each create-only property that has a value",
    "I4010": "asks for AWS's own description block in Metadata",
}


def find(templates):
    """Every finding of every severity but `NO_FAULT`, and a finding where the validator could not look at all of a template."""
    engine = CompositeEngine()
    config = ValidateConfig(pseudo_parameter_overrides=PseudoParameterOverrides(region=REGION))
    for template in templates:
        report = engine.validate_template(template.path, config)
        if report.status == ReportStatus.ANALYSIS_INCOMPLETE:
            yield Finding(NAME, "incomplete", template.name, "-", message="the validator gave up before the end")
        for diagnostic in report.diagnostics:
            if diagnostic.rule_id not in NO_FAULT:
                yield _finding(template, diagnostic)


def _finding(template, diagnostic):
    """The validator names an entity and its kind; a resource stands without its section, as cfn-lint's findings do."""
    logical_id = "-"
    if diagnostic.entity:
        kind = diagnostic.entity.entity_type.name
        name = diagnostic.entity.logical_id
        logical_id = name if kind == "RESOURCE" else f"{kind.capitalize()}s.{name}"
    return Finding(
        NAME,
        diagnostic.rule_id,
        template.name,
        logical_id,
        diagnostic.property_path or "",
        diagnostic.start_line or 0,
        diagnostic.message,
    )
