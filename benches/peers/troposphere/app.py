"""IN OUT → the templates of IN's pipelines, by troposphere: the same resources, properties and state machine as pipesynth's.

What a team would write that builds the same stacks with troposphere. The pipelines are those of ../generate.py; nothing is checked
beyond what troposphere checks. `states.json` holds the states that are the same in every machine.
"""

import copy
import json
import sys
from pathlib import Path

import yaml
from troposphere import GetAtt, Output, Parameter, Ref, Sub, Tags, Template, events, iam, logs, scheduler, sns, stepfunctions
from troposphere.cloudformation import AWSCustomObject

import parts

STATES = (Path(__file__).parent / "states.json").read_text()


class Registration(AWSCustomObject):
    resource_type = "Custom::PipesynthRegistration"
    props = {
        name: (object, False)
        for name in "ServiceToken ServiceTimeout Pipeline Account Region Team Timezone Trigger Concurrency Notifications SpecHash".split()
    }


def main():
    source, target = map(Path, sys.argv[1:3])
    target.mkdir(parents=True, exist_ok=True)
    organization = yaml.load((source / "pipesynth.yaml").read_text(), Loader=yaml.CSafeLoader)
    accounts = {alias: entry["id"] for alias, entry in organization["organization"]["accounts"].items()}
    for file in sorted(source.glob("*/pipeline.yaml")):
        pipeline = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)
        text = stack(pipeline, organization, accounts).to_json(indent=1)
        (target / f"pipesynth-{pipeline['name']}.template.json").write_text(text)


def stack(pipeline, organization, accounts):
    name, org = pipeline["name"], organization["organization"]
    template = Template(f"pipesynth pipeline {name}: {pipeline['description']}")
    template.set_version("2010-09-09")
    for key, (kind, text, default) in parts.PARAMETERS.items():
        template.add_parameter(Parameter(key, Type=kind, Description=text, Default=default))
    tags = {**organization.get("defaults", {}).get("tags", {}), **pipeline.get("tags", {})}
    tags = in_order({**tags, "pipesynth:pipeline": name, "pipesynth:team": pipeline["team"]})
    roles(template, pipeline, tags)
    machine(template, pipeline, org, tags)
    trigger, depends = start(template, pipeline, org, accounts, tags)
    zone = pipeline["trigger"].get("schedule", {}).get("timezone", org["timezone"])
    slack = topic(template, pipeline, zone, org, tags)
    template.add_resource(Registration(
        "Registration", DependsOn=depends, ServiceToken=parts.arn("lambda", "function:pipesynth-registrar"), ServiceTimeout=120,
        Pipeline=name, Account=accounts[pipeline["account"]], Region=org["region"], Team=pipeline["team"], Timezone=zone,
        Trigger=trigger, Concurrency="queue",
        Notifications={"type": pipeline["notifications"]["type"], "slackChannels": slack}, SpecHash="-"))
    template.add_output(Output("StateMachineArn", Description="The pipeline's state machine", Value=Ref("Machine")))
    return template


def in_order(pairs):
    """troposphere's own constructor sorts them."""
    tags = Tags()
    tags.tags = [{"Key": key, "Value": value} for key, value in pairs.items()]
    return tags


def roles(template, pipeline, tags):
    name = pipeline["name"]
    template.add_resource(iam.Role(
        "AccessNodeRole", Path="/pipesynth/", RoleName=Sub(f"ec2-{name}-${{AWS::Region}}"),
        PermissionsBoundary=parts.boundary(), Description=f"What the steps of pipeline {name} may touch", AssumeRolePolicyDocument=parts.trust("ec2.amazonaws.com"),
        Policies=[iam.Policy(PolicyName="data-access", PolicyDocument=parts.document(parts.data_access(pipeline)))], Tags=tags))
    template.add_resource(iam.InstanceProfile(
        "AccessNodeProfile", Path="/pipesynth/", InstanceProfileName=Sub(f"ec2-{name}-${{AWS::Region}}"), Roles=[Ref("AccessNodeRole")]))
    template.add_resource(logs.LogGroup(
        "LogGroup", DeletionPolicy="Delete", UpdateReplacePolicy="Delete",
        LogGroupName=f"/aws/vendedlogs/states/pipesynth-{name}", RetentionInDays=30, Tags=tags))
    template.add_resource(iam.Role(
        "RunRole", Path="/pipesynth/", RoleName=Sub(f"sfn-{name}-${{AWS::Region}}"), Description=f"Runs pipeline {name}",
        PermissionsBoundary=parts.boundary(),
        AssumeRolePolicyDocument=parts.trust("states.amazonaws.com", {
            "StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")},
            "ArnLike": {"aws:SourceArn": parts.arn("states", f"stateMachine:pipesynth-{name}")}}),
        Policies=[iam.Policy(PolicyName="run", PolicyDocument=parts.document(parts.run(name)))], Tags=tags))


def machine(template, pipeline, org, tags):
    name = pipeline["name"]
    states = json.loads(STATES.replace("NAME", name))
    zone = pipeline["trigger"].get("schedule", {}).get("timezone", org["timezone"])
    states["Claim run"]["Arguments"]["Payload"]["timezone"] = zone
    states["Create cluster"] = parts.create_cluster(pipeline)
    states["Claim run"]["Arguments"]["Payload"]["steps"] = [step["name"] for step in pipeline["steps"]]
    steps, seconds = parts.steps(pipeline)
    states["Run steps"] = {"Type": "Parallel", "Branches": [{"StartAt": next(iter(steps)), "States": steps}],
                           "Catch": copy.deepcopy(parts.catch("Terminate cluster")), "Next": "Terminate cluster"}
    definition = {"Comment": f"Pipeline {name}", "QueryLanguage": "JSONata", "TimeoutSeconds": 86400 + 3600 + seconds + 3600,
                  "StartAt": "Claim run", "States": states}
    group = stepfunctions.CloudWatchLogsLogGroup(LogGroupArn=GetAtt("LogGroup", "Arn"))
    template.add_resource(stepfunctions.StateMachine(
        "Machine", StateMachineName=f"pipesynth-{name}", StateMachineType="STANDARD", RoleArn=GetAtt("RunRole", "Arn"),
        LoggingConfiguration=stepfunctions.LoggingConfiguration(
            Level="ALL", IncludeExecutionData=False, Destinations=[stepfunctions.LogDestination(CloudWatchLogsLogGroup=group)]),
        TracingConfiguration=stepfunctions.TracingConfiguration(Enabled=True), Definition=definition, Tags=tags))


def start(template, pipeline, org, accounts, tags):
    name, trigger = pipeline["name"], pipeline["trigger"]
    role, dead = parts.role("start"), parts.arn("sqs", "pipesynth-dead-letters")
    if "schedule" in trigger:
        written = trigger["schedule"]
        expression = f"cron({written['cron']})" if "cron" in written else f"cron({written.get('minute', 0)} {written['hour']} * * ? *)"
        zone = written.get("timezone", org["timezone"])
        template.add_resource(scheduler.Schedule(
            "Schedule", Name=f"pipesynth-{name}", GroupName="pipesynth", ScheduleExpression=expression, ScheduleExpressionTimezone=zone,
            FlexibleTimeWindow=parts.window(written), State="ENABLED",
            Target=scheduler.Target(
                Arn=Ref("Machine"), RoleArn=role, Input=parts.SCHEDULER_INPUT, DeadLetterConfig=scheduler.DeadLetterConfig(Arn=dead),
                RetryPolicy=scheduler.RetryPolicy(MaximumRetryAttempts=60, MaximumEventAgeInSeconds=7200))))
        return {"schedule": {"expression": expression, "timezone": zone}}, ["Machine"]
    condition = parts.condition(trigger["executions"], accounts)
    detail = {"target": {"account": [Ref("AWS::AccountId")], "pipeline": [name]}}
    parents = parts.parents(condition)
    if parents:
        detail["parents"] = parents
    template.add_resource(events.Rule(
        "Dependency", Name=f"pipesynth-{name}", Description=f"Starts {name} when the central account says that its condition holds",
        EventBusName="data-pipeline", State="ENABLED", Tags=tags,
        EventPattern={"source": ["pipesynth.central"], "account": [org["centralAccount"]], "detail-type": ["Pipeline Trigger"],
                      "replay-name": [{"exists": False}], "detail": detail},
        Targets=[events.Target(
            Id="machine", Arn=Ref("Machine"), RoleArn=role, InputPath="$.detail.input", DeadLetterConfig=events.DeadLetterConfig(Arn=dead),
            RetryPolicy=events.RetryPolicy(MaximumRetryAttempts=185, MaximumEventAgeInSeconds=86400))]))
    wire = {"condition": condition, "correlate": "day", "within": "none", "onRerun": "refire"}
    return {"executions": wire}, ["Machine", "Dependency"]


def topic(template, pipeline, zone, org, tags):
    name, slack = pipeline["name"], []
    template.add_resource(sns.Topic("Topic", TopicName=f"pipesynth-{name}", DisplayName=f"Pipeline {name}", Tags=tags))
    alerts(template, pipeline, zone, org, tags)
    untold = {"Sid": "UntoldEnds", "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish",
              "Resource": Ref("Topic"), "Condition": {"ArnEquals": {"aws:SourceArn": GetAtt("RunEndUntold", "Arn")}}}
    tls = {"Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": Ref("Topic"),
                 "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    template.add_resource(sns.TopicPolicy("TopicPolicy", Topics=[Ref("Topic")], PolicyDocument=parts.document([untold, tls])))
    for target in pipeline["notifications"]["targets"]:
        if target["channel"] == "SLACK":
            slack += target["addresses"]
            continue
        for address in target["addresses"]:
            template.add_resource(sns.SubscriptionResource(
                parts.email_id(address), TopicArn=Ref("Topic"), Protocol="email", Endpoint=address))
    if slack:
        template.add_resource(sns.SubscriptionResource(
            "Slack", TopicArn=Ref("Topic"), Protocol="lambda", Endpoint=parts.arn("lambda", "function:pipesynth-slack-caller")))
    return slack


def alerts(template, pipeline, zone, org, tags):
    """What the notifier hears of, and who tells where it cannot."""
    name, kind = pipeline["name"], pipeline["notifications"]["type"]
    if kind == "FULL_EXECUTION":
        template.add_resource(logs.SubscriptionFilter(
            "StepsToTracker", FilterName=name, LogGroupName=Ref("LogGroup"), FilterPattern=parts.STEPS_OF_A_LOG,
            DestinationArn=parts.arn("lambda", "function:pipesynth-execution-tracker")))
    for title, rule in parts.rules(name, kind, zone, org["centralAccount"]).items():
        if title == "Noticed" and "executions" not in pipeline["trigger"]:
            continue
        target = events.Target(
            Id="topic", Arn=rule["to"], InputTransformer=events.InputTransformer(InputPathsMap=rule["paths"], InputTemplate=rule["template"]),
            DeadLetterConfig=events.DeadLetterConfig(Arn=parts.arn("sqs", "pipesynth-dead-letters")),
            RetryPolicy=events.RetryPolicy(MaximumRetryAttempts=185, MaximumEventAgeInSeconds=86400))
        template.add_resource(events.Rule(
            title, Name=f"pipesynth-{name}.{rule['suffix']}", Description=rule["description"], EventPattern=rule["pattern"],
            State="ENABLED", Targets=[target], Tags=tags, **rule.get("more", {})))


if __name__ == "__main__":
    main()
