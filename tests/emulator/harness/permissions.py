"""The emulator's log of calls → those that the caller's role does not allow."""

import json
from pathlib import Path

from botocore.exceptions import ClientError

from .aws import REGION

# Calls that the emulator makes with a role's credentials and AWS does not.
NOT_OURS = {"logs:CreateLogGroup": "made by LocalStack before a function's first log line"}


def violations(log):
    """(how many distinct calls were checked, a line for each that is not allowed)"""
    calls = [json.loads(line) for line in Path(log).read_text(encoding="utf-8").splitlines()]
    found = [
        f"{call['role']} {call['action']} on {call['resource']}: {call['violation']}"
        for call in calls
        if call["violation"] and call["action"] not in NOT_OURS
    ]
    return len(calls), found


def trespass(aws, account):
    """A call by a role that may do nothing; gives the line that must stand in the log for it."""
    trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws.client(account, "iam").create_role(RoleName="nobody", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    topic = f"arn:aws:sns:{REGION}:{account}:nothing"
    try:
        aws.client_as(account, role, "sns").publish(TopicArn=topic, Message="probe")
    except ClientError:
        pass  # there is no such topic; what counts is the note
    aws.client(account, "iam").delete_role(RoleName="nobody")
    return f"{account}/nobody sns:Publish on {topic}: not allowed by any policy"
