"""A shadow check of permissions: LocalStack lets every call through; this notes those that the role does not allow.

Each call made with a role's credentials is held against that role's policies, and `events:PutEvents` to another
account against that bus's policy too. Permission boundaries, trust and organisation policies are not evaluated. One
JSON line per distinct role, action and resource goes to the file $IAM_LOG, with `violation` null or the reason.
"""

import json
import os
import re
import threading
from dataclasses import replace

from . import policy
from .calls import calls


def install():
    from localstack.aws.handlers.service import ServiceRequestRouter

    upstream = ServiceRequestRouter.__call__

    def route(self, chain, context, response):
        try:
            for note in _notes(context):
                _once(note)
        except Exception as error:
            _write({"role": None, "action": str(context.operation), "resource": None, "violation": f"check: {error!r}"})
        return upstream(self, chain, context, response)

    ServiceRequestRouter.__call__ = route


_seen, _lock = set(), threading.Lock()


def note(account, role, call, violation):
    """Notes a call that does not come through LocalStack's own router."""
    _once({"role": f"{account}/{role}", "action": call.action, "resource": call.resource, "violation": violation})


def _once(note):
    key = tuple(note.values())
    with _lock:
        if key not in _seen:
            _seen.add(key)
            _write(note)


def _write(note):
    with open(os.environ["IAM_LOG"], "a", encoding="utf-8") as file:
        file.write(json.dumps(note) + "\n")


def _notes(context):
    """What to write about this request; nothing where no role makes it."""
    caller = _caller(context)
    if not caller or not context.operation:
        return
    account, role = caller
    for call in calls(context):
        violation = check_role(account, role, call)
        if not violation and call.action == "events:PutEvents":
            violation = check_bus(account, role, call)
        yield {"role": f"{account}/{role}", "action": call.action, "resource": call.resource, "violation": violation}


def _caller(context):
    """(account, role name) of the role whose session signed the request; None for any other key."""
    from localstack.aws.accounts import get_account_id_from_access_key_id
    from localstack.services.sts.models import sts_stores

    signed = re.search(r"Credential=([^/]+)/", context.request.headers.get("Authorization", ""))
    if not signed:
        return None
    key = signed.group(1)
    found = sts_stores[get_account_id_from_access_key_id(key)]["us-east-1"].credentials.get(key)
    if not found or ":assumed-role/" not in found.arn:
        return None
    return found.arn.split(":")[4], found.arn.split("/")[1]


def check_role(account, role, call):
    """None where a policy of the role allows it, else why not."""
    try:
        iam = _iam(account)
        documents = list(_policies(iam, role))
        boundary = iam.get_role(RoleName=role)["Role"].get("PermissionsBoundary")
        limits = [_managed(iam, boundary["PermissionsBoundaryArn"])] if boundary else []
    except Exception as error:
        return f"role or policy does not exist: {error}"
    why = policy.refusal(documents, call)
    if why or not limits:
        return why
    why = policy.refusal(limits, call)
    return why and f"permission boundary: {why}"


def _policies(iam, role):
    """The role's inline and managed policies, as documents."""
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        yield policy.document(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        yield _managed(iam, attached["PolicyArn"])


def _managed(iam, arn):
    """A managed policy's document."""
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return policy.document(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])


def check_bus(account, role, call):
    """None where the bus is the caller's own, or its policy lets the caller put this event; else why not."""
    _, _, _, region, owner, name = call.resource.split(":", 5)
    if owner == account:
        return None
    from localstack.aws.connect import connect_to

    events = connect_to(aws_access_key_id=owner, region_name=region).events
    try:
        described = events.describe_event_bus(Name=name.split("/")[-1])
    except Exception as error:
        return f"event bus: {type(error).__name__}"
    arn = role_arn(account, role)
    known = replace(call, facts=call.facts | {"aws:PrincipalArn": arn, "aws:PrincipalAccount": account})
    principals = (account, f"arn:aws:iam::{account}:root", arn)
    statements = policy.as_list(policy.document(described.get("Policy") or '{"Statement": []}')["Statement"])
    ours = [statement for statement in statements if policy.names_principal(statement, principals)]
    why = policy.refusal([{"Statement": ours}], known)
    return why and f"event bus policy of account {owner}: {why}"


def role_arn(account, role):
    """With the role's path, which a session's ARN leaves out."""
    return _iam(account).get_role(RoleName=role)["Role"]["Arn"]


def _iam(account):
    from localstack.aws.connect import connect_to

    return connect_to(aws_access_key_id=account, region_name="us-east-1").iam
