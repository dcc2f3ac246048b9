"""Stacks in the emulator: create, wait, say what went wrong, delete."""

import json
import time

from botocore.exceptions import ClientError

from .aws import REGION, Failed, wait_for

LONGEST_BODY = 51_200  # CloudFormation quotas, "Template body size in a request"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]


def create(aws, account, name, template, parameters, tags=None):
    """CreateStack; gives the seconds it took. `Failed` with the reason of every failed resource."""
    start = time.monotonic()
    status, reasons = attempt(aws, account, name, template, parameters, tags)
    if status != "CREATE_COMPLETE":
        raise Failed(f"stack {name} in {account}: {status}\n  " + "\n  ".join(reasons))
    return time.monotonic() - start


def attempt(aws, account, name, template, parameters, tags=None):
    """CreateStack to its end: the stack's status and the reason of every failed resource."""
    cloudformation = aws.client(account, "cloudformation")
    try:
        cloudformation.create_stack(
            StackName=name,
            **_template(aws, account, name, template),
            Parameters=parameters,
            Tags=[{"Key": key, "Value": value} for key, value in (tags or {}).items()],
            Capabilities=CAPABILITIES,
        )
    except ClientError as error:
        return "REFUSED", [error.response["Error"]["Message"]]
    stack = wait_for(f"stack {name} in {account}", lambda: _settled(cloudformation, name), seconds=180)
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    reasons = [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("FAILED") and event.get("ResourceStatusReason")
    ]
    return stack["StackStatus"], reasons or [stack.get("StackStatusReason", "no reason given")]


def _template(aws, account, name, template):
    """In the request where it fits, else in a bucket, as CloudFormation wants it."""
    body = json.dumps(template)
    if len(body) <= LONGEST_BODY:
        return {"TemplateBody": body}
    s3, bucket = aws.client(account, "s3"), f"templates-{account}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=bucket, Key=name, Body=body.encode())
    return {"TemplateURL": f"https://s3.{REGION}.amazonaws.com/{bucket}/{name}"}


def delete(aws, account, name):
    """DeleteStack; `Failed` unless it goes."""
    cloudformation = aws.client(account, "cloudformation")
    cloudformation.delete_stack(StackName=name)
    stack = wait_for(f"the end of stack {name} in {account}", lambda: _settled(cloudformation, name), seconds=120)
    if stack["StackStatus"] != "DELETE_COMPLETE":
        raise Failed(f"stack {name} in {account}: {stack['StackStatus']}: {stack.get('StackStatusReason')}")


def resources(aws, account, name):
    """Logical id → physical id of a stack."""
    described = aws.client(account, "cloudformation").describe_stack_resources(StackName=name)["StackResources"]
    return {resource["LogicalResourceId"]: resource.get("PhysicalResourceId") for resource in described}


def _settled(cloudformation, name):
    try:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError:
        return {"StackStatus": "DELETE_COMPLETE"}
    return None if stack["StackStatus"].endswith("IN_PROGRESS") else stack
