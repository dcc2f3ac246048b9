"""Runs of a pipeline's machine in the emulator: start, wait, what it left behind, what the central account heard."""

import json
import uuid

from .aws import REGION, expect, wait_for
from .case_study import machine

LIVE = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"]


def schedule_input(template, moment):
    """What the schedule of this template hands to the machine at `moment`."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Scheduler::Schedule":
            return resource["Properties"]["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", moment)
    raise KeyError("no schedule in this template")


def run(aws, account, pipeline, run_input, mark=""):
    """StartExecution to its end: the execution as DescribeExecution shows it."""
    return end_of(aws, account, start(aws, account, pipeline, run_input, mark))


def start(aws, account, pipeline, run_input, mark=""):
    """StartExecution; gives the execution's ARN.

    `mark` goes into the execution's name, and with it into the cluster's, where the emulated EMR looks for `FAILSTART`
    and `FAILSTEP`.
    """
    states, arn = aws.client(account, "stepfunctions"), machine(account, pipeline, REGION)
    return states.start_execution(stateMachineArn=arn, name=uuid.uuid4().hex + mark, input=run_input)["executionArn"]


def end_of(aws, account, execution):
    """Waits for the end of an execution; gives it as DescribeExecution shows it."""
    states = aws.client(account, "stepfunctions")

    def ended():
        described = states.describe_execution(executionArn=execution)
        return described if described["status"] != "RUNNING" else None

    return wait_for(f"the end of {execution}", ended, seconds=120)


def started(aws, account, pipeline, count):
    """Waits until the machine has started this often; gives the executions, newest first."""

    def look():
        found = executions(aws, account, pipeline)
        return found if len(found) >= count else None

    return wait_for(f"{count} executions of {pipeline}", look, seconds=150)


def put_event(events, bus, source, kind, detail):
    """PutEvents with this client to a bus of any account."""
    entry = {"Source": source, "DetailType": kind, "Detail": json.dumps(detail), "EventBusName": bus}
    answer = events.put_events(Entries=[entry])
    expect(f"events that {bus} did not take", answer["FailedEntryCount"], 0)


def path(aws, account, execution):
    """The names of the states that an execution entered, in order."""
    history = aws.client(account, "stepfunctions").get_execution_history(executionArn=execution, maxResults=500)
    return [
        event["stateEnteredEventDetails"]["name"]
        for event in history["events"]
        if "stateEnteredEventDetails" in event
    ]


def clusters(aws, account):
    """(all, live) clusters of an account, by name."""
    found = aws.client(account, "emr").list_clusters()["Clusters"]
    names = [cluster["Name"] for cluster in found]
    return names, [cluster["Name"] for cluster in found if cluster["Status"]["State"] in LIVE]


def cluster_of_nobody(aws, account):
    """A live cluster that no pipeline made; gives its id."""
    request = {"Name": "by-hand", "ServiceRole": f"emr-service-{REGION}", "JobFlowRole": f"emr-ec2-{REGION}"}
    instances = {"KeepJobFlowAliveWhenNoSteps": True}
    return aws.client(account, "emr").run_job_flow(Instances=instances, **request)["JobFlowId"]


def listen(aws, account, bus):
    """A queue that gets every event of a bus beside those who are meant; gives its URL."""
    sqs, events = aws.client(account, "sqs"), aws.client(account, "events")
    url = sqs.create_queue(QueueName="listener")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="listener", EventBusName=bus, EventPattern=json.dumps({"source": ["aws.states"]}))
    events.put_targets(Rule="listener", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def stop_listening(aws, account, bus, url):
    events = aws.client(account, "events")
    events.remove_targets(Rule="listener", EventBusName=bus, Ids=["queue"])
    events.delete_rule(Name="listener", EventBusName=bus)
    aws.client(account, "sqs").delete_queue(QueueUrl=url)


def events_of(aws, account, url, execution, statuses):
    """The status events of one execution in a queue; waits until every wanted status is there."""
    sqs, seen = aws.client(account, "sqs"), {}

    def read():
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            event = json.loads(message["Body"])
            if event["detail"]["executionArn"] == execution:
                seen[event["detail"]["status"]] = event
        return seen if set(statuses) <= set(seen) else None

    return wait_for(f"events {', '.join(statuses)} of {execution}", read, seconds=30)


def executions(aws, account, pipeline):
    """The machine's executions, newest first."""
    states, arn = aws.client(account, "stepfunctions"), machine(account, pipeline, REGION)
    return [one["executionArn"] for one in states.list_executions(stateMachineArn=arn)["executions"]]
