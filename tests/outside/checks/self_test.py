"""The checkers themselves, tried on planted faults: each must be found, and the clean template must stay clean."""

import copy
import json
import tempfile
from pathlib import Path

from . import assembly, aws_validator, cfn_lint, state_machines
from .templates import SUFFIX, Template

TAGS = [{"Key": "team", "Value": "t"}]
TRUST = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}

CLEAN = {
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"Tags": TAGS}},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "Tags": TAGS,
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]},
            },
        },
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "Tags": TAGS,
                "Definition": {
                    "QueryLanguage": "JSONata",
                    "StartAt": "Publish",
                    "States": {
                        "Publish": {
                            "Type": "Task",
                            "Resource": {"Fn::Sub": "arn:${AWS::Partition}:states:::sns:publish"},
                            "Arguments": {"TopicArn": {"Ref": "Topic"}, "Message": "{% $states.input.text %}"},
                            "Next": "Done",
                        },
                        "Done": {"Type": "Succeed"},
                    },
                },
            },
        },
    }
}


def _states(body):
    return body["Resources"]["Machine"]["Properties"]["Definition"]["States"]


def _unknown_property(body):
    body["Resources"]["Topic"]["Properties"]["TopicNames"] = "t"


def _missing_resource(body):
    body["Resources"]["Machine"]["Properties"]["RoleArn"] = {"Ref": "Nobody"}


def _switched_off(body):
    body["Metadata"] = {"cfn-lint": {"config": {"ignore_checks": ["E3002"]}}}


def _missing_state(body):
    _states(body)["Publish"]["Next"] = "Nowhere"


def _broken_jsonata(body):
    _states(body)["Publish"]["Arguments"]["Message"] = "{% $states.input.( %}"


# tool, rule it must report, logical id it must name, the fault
PLANTED = [
    (cfn_lint.NAME, "E3002", "Topic", _unknown_property),
    (cfn_lint.NAME, "E1020", "Machine", _missing_resource),
    (cfn_lint.NAME, "own-config", "-", _switched_off),
    (aws_validator.NAME, "F3002", "Topic", _unknown_property),
    (aws_validator.NAME, "F1020", "Machine", _missing_resource),
    (state_machines.NAME, "MISSING_TRANSITION_TARGET", "Machine", _missing_state),
    (state_machines.NAME, "SCHEMA_VALIDATION_FAILED", "Machine", _broken_jsonata),
]


def run(checkers):
    """A line for each planted fault that its tool does not report, and for each finding in the clean template."""
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        clean = _template(folder, CLEAN)
        for name, find in checkers.items():
            broken += [f"finds something in the clean template: {finding}" for finding in find([clean])]
        for tool, rule, logical_id, plant in PLANTED:
            body = copy.deepcopy(CLEAN)
            plant(body)
            found = {finding.key for finding in checkers[tool]([_template(folder, body)])}
            if (tool, rule, "planted", logical_id) not in found:
                broken.append(f"{tool} does not report {rule} on {logical_id} for {plant.__name__.strip('_')}")
    return broken


def run_assembly(node, home):
    """The same for `cdk list`: a template of no stack, a name for two stacks, and a manifest that it cannot read."""

    def stack(account):
        return {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://{account}/eu-central-1",
            "displayName": "stack",
            "properties": {"templateFile": f"listed{SUFFIX}", "stackName": "stack"},
        }

    with tempfile.TemporaryDirectory() as folder:
        for name in ("listed", "planted"):
            _template(folder, CLEAN, name)
        artifacts = {"stack-1": stack("111111111111"), "stack-2": stack("222222222222")}
        broken = []
        for version, wanted in (("36.0.0", ["names", "templates"]), ("9999.0.0", ["failed", "templates"])):
            manifest = {"version": version, "artifacts": artifacts}
            Path(folder, "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
            found = sorted(finding.rule for finding in assembly.find([folder], node, home))
            if found != wanted:
                broken.append(f"{assembly.NAME} reports {found} for planted faults {wanted}")
    return broken


def _template(folder, body, name="planted"):
    path = Path(folder, f"{name}{SUFFIX}")
    path.write_text(json.dumps(body, indent=1), encoding="utf-8")
    return Template(name, path, path.read_text(encoding="utf-8"))
