"""What the central account keeps: the items of its table, its queues, its functions as the clock calls them."""

import json

from .aws import expect, wait_for


def items(aws, account, table):
    """All items by (pk, sk), as DynamoDB has them."""
    pages = aws.client(account, "dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}


def values(found, beginning):
    """The values of the items whose partition key begins so; not every item has one."""
    named = [item for (pk, _), item in sorted(found.items()) if pk.startswith(beginning)]
    return [json.loads(item["json"]["S"]) for item in named if "json" in item]


def waiting(aws, account, queue):
    """Messages of a queue, those in work too."""
    sqs = aws.client(account, "sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(number) for number in counted.values())


def drained(aws, account, queue):
    """Waits until the queue is empty and nobody works on a message of it."""
    wait_for(f"the end of {queue}", lambda: True if waiting(aws, account, queue) == 0 else None, seconds=60)


def call(aws, account, function, payload):
    """Invokes a function as its event source does; gives its answer."""
    answer = aws.client(account, "lambda").invoke(FunctionName=function, Payload=json.dumps(payload))
    body = json.loads(answer["Payload"].read())
    expect(f"error of {function}", (answer.get("FunctionError"), body if answer.get("FunctionError") else None), (None, None))
    return body


def no_stream(aws, account, function, source="dynamodb"):
    """Switches off what a table's stream, or a queue, brings to a function; gives the mapping's id."""
    functions = aws.client(account, "lambda")
    mappings = functions.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    (mapping,) = [one["UUID"] for one in mappings if f":{source}:" in one["EventSourceArn"]]
    _switch(functions, mapping, False, "Disabled")
    return mapping


def stream_again(aws, account, mapping):
    """Switches it on again."""
    _switch(aws.client(account, "lambda"), mapping, True, "Enabled")


def _switch(functions, mapping, enabled, wanted):
    functions.update_event_source_mapping(UUID=mapping, Enabled=enabled)
    seen = lambda: functions.get_event_source_mapping(UUID=mapping)["State"]  # noqa: E731
    wait_for(f"a mapping that is {wanted}", lambda: wanted if seen() == wanted else None)
