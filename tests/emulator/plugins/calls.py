"""A request to the emulator → the calls that IAM would check for it, with what is known about each."""

from .policy import Call

SERVICE_PREFIX = {"stepfunctions": "states", "emr": "elasticmapreduce", "dynamodbstreams": "dynamodb"}
ACTION_OF_OPERATION = {
    ("lambda", "Invoke"): "InvokeFunction",
    ("s3", "ListObjectsV2"): "ListBucket",
    ("s3", "HeadObject"): "GetObject",
    ("sqs", "DeleteMessageBatch"): "DeleteMessage",
    ("sqs", "SendMessageBatch"): "SendMessage",
}

# service: the field of a request that names the resource, and how its ARN goes on from there
NAMED = {
    "dynamodb": [("TableName", "table", "/")],
    "dynamodbstreams": [("StreamArn", "", "")],
    "emr": [("ClusterId", "cluster", "/"), ("JobFlowId", "cluster", "/")],
    "lambda": [("FunctionName", "function", ":")],
    "secretsmanager": [("SecretId", "secret", ":")],
    "sns": [("TopicArn", "", "")],
    "stepfunctions": [("stateMachineArn", "stateMachine", ":")],
}


def calls(context):
    """One call for most requests; one per cluster, entry or passed role where there are more."""
    service, operation = context.service.service_name, context.operation.name
    request = context.service_request or {}
    action = f"{SERVICE_PREFIX.get(service, service)}:{ACTION_OF_OPERATION.get((service, operation), operation)}"
    if service == "dynamodb" and operation == "TransactWriteItems":
        return [_item_write(context, item) for item in request["TransactItems"]]
    if service == "dynamodb" and operation == "BatchGetItem":
        return [Call(action, _arn(context, service, "table", table)) for table in request["RequestItems"]]
    if service == "dynamodb" and request.get("IndexName"):
        table = _arn(context, service, "table", request["TableName"])
        return [Call(action, f"{table}/index/{request['IndexName']}")]
    if service == "events" and operation == "PutEvents":
        return [_put_event(context, action, entry) for entry in request["Entries"]]
    if service == "emr" and operation == "RunJobFlow":
        return [_with_tags(action, None, "Request", request.get("Tags", [])), *_passed_roles(context, request)]
    if service == "emr" and operation == "TerminateJobFlows":
        return [_on_cluster(context, action, cluster) for cluster in request["JobFlowIds"]]
    if service == "emr" and (cluster := request.get("ClusterId") or request.get("JobFlowId")):
        return [_on_cluster(context, action, cluster)]
    return [Call(action, _resource(context, service, request))]


ITEM_WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


def _item_write(context, item):
    """IAM sees each item of a transaction as an operation of its own."""
    ((kind, write),) = item.items()
    return Call(f"dynamodb:{ITEM_WRITES[kind]}", _arn(context, "dynamodb", "table", write["TableName"]))


def _put_event(context, action, entry):
    bus = _arn(context, "events", "event-bus", entry.get("EventBusName") or "default")
    return Call(action, bus, {"events:source": entry["Source"], "events:detail-type": entry["DetailType"]})


def _on_cluster(context, action, cluster_id):
    """A call on a cluster, with the cluster's tags; without them where there is no such cluster."""
    clients, arn = _aws(context.account_id, context.region), _arn(context, "emr", "cluster", cluster_id)
    try:
        tags = clients.emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Tags"]
    except Exception:
        return Call(action, arn)
    return _with_tags(action, arn, "Resource", tags)


def _with_tags(action, resource, kind, tags):
    """EMR has its tag keys under its own prefix and under AWS's."""
    prefixes = (f"elasticmapreduce:{kind}Tag/", f"aws:{kind}Tag/")
    facts = {f"{prefix}{tag['Key']}": tag["Value"] for prefix in prefixes for tag in tags}
    return Call(action, resource, facts, prefixes)


def _passed_roles(context, request):
    """Who starts a cluster hands EMR its service role, and EC2 the role of the instance profile."""
    iam = _aws(context.account_id, "us-east-1").iam
    service = iam.get_role(RoleName=request["ServiceRole"].split("/")[-1])["Role"]["Arn"]
    profile = iam.get_instance_profile(InstanceProfileName=request["JobFlowRole"].split("/")[-1])["InstanceProfile"]
    passed = {service: "elasticmapreduce.amazonaws.com", profile["Roles"][0]["Arn"]: "ec2.amazonaws.com"}
    return [Call("iam:PassRole", role, {"iam:PassedToService": to}) for role, to in passed.items()]


def _resource(context, service, request):
    if service == "s3" and "Bucket" in request:
        return f"arn:aws:s3:::{request['Bucket']}" + (f"/{request['Key']}" if request.get("Key") else "")
    if service == "sqs" and "QueueUrl" in request:
        return f"arn:aws:sqs:{context.region}:{context.account_id}:{request['QueueUrl'].rsplit('/', 1)[-1]}"
    if service == "secretsmanager" and not (request.get("SecretId") or "arn:").startswith("arn:"):
        return _secret(context, request["SecretId"])
    for field, kind, separator in NAMED.get(service, ()):
        if request.get(field):
            return _arn(context, service, kind, request[field], separator)
    return None


def _secret(context, name):
    """The ARN of a secret ends in six characters that its name does not tell."""
    secrets = _aws(context.account_id, context.region).secretsmanager
    try:
        return secrets.describe_secret(SecretId=name)["ARN"]
    except Exception:
        return _arn(context, "secretsmanager", "secret", name, ":")


def _arn(context, service, kind, name, separator="/"):
    if name.startswith("arn:"):
        return name
    prefix = SERVICE_PREFIX.get(service, service)
    return f"arn:aws:{prefix}:{context.region}:{context.account_id}:{kind}{separator}{name}"


def _aws(account, region):
    from localstack.aws.connect import connect_to

    return connect_to(aws_access_key_id=account, region_name=region)
