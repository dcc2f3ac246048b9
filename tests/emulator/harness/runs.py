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
    """StartExecution to its end: the execution as DescribeExecution shows it.

    `mark` goes into the execution's name, and with it into the cluster's, where the emulated EMR looks for `FAILSTART`
    and `FAILSTEP`.
    """
    states, arn = aws.client(account, "stepfunctions"), machine(account, pipeline, REGION)
    execution = states.start_execution(stateMachineArn=arn, name=uuid.uuid4().hex + mark, input=run_input)["executionArn"]
    return end_of(aws, account, execution)


def end_of(aws, account, execution):
    """Waits for the end of an execution; gives it as DescribeExecution shows it."""
    states = aws.client(account, "stepfunctions")

    def ended():
        described = states.describe_execution(executionArn=execution)
        return described if described["status"] != "RUNNING" else None

    return wait_for(f"the end of {execution}", ended, seconds=120)


def started(aws, account, pipeline, count):
    """Waits until the machine has started this often; gives the executions, newest first."""
    states, arn = aws.client(account, "stepfunctions"), machine(account, pipeline, REGION)

    def look():
        found = [one["executionArn"] for one in states.list_executions(stateMachineArn=arn)["executions"]]
        return found if len(found) >= count else None

    return wait_for(f"{count} executions of {pipeline}", look, seconds=30)


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


def stop_consumer(aws, account, queue):
    """Switches off what reads the queue, so that the test can read it; the queue's name is the end of its ARN."""
    functions = aws.client(account, "lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        if mapping["EventSourceArn"].endswith(f":{queue}"):
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)

            def disabled(mapping=mapping):
                state = functions.get_event_source_mapping(UUID=mapping["UUID"])["State"]
                return state if state == "Disabled" else None

            wait_for(f"{queue} without consumer", disabled)


def events_of(aws, account, queue, execution, statuses):
    """The status events of one execution in the queue; waits until every wanted status is there."""
    sqs, seen = aws.client(account, "sqs"), {}
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]

    def read():
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            event = json.loads(message["Body"])
            if event["detail"]["executionArn"] == execution:
                seen[event["detail"]["status"]] = event
        return seen if set(statuses) <= set(seen) else None

    return wait_for(f"events {', '.join(statuses)} of {execution} in {queue}", read, seconds=30)
