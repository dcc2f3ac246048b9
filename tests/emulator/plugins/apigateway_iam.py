"""API Gateway: `AWS_IAM` on a method means something. LocalStack's open release lets every request through and names no caller.

The signature is computed anew, the caller's role and the API's resource policy are held against the call, and a request that AWS would
refuse is refused: across accounts both must allow it, within one account either (API Gateway Developer Guide, "How API Gateway resource
policies affect authorization workflow"). `requestContext.identity` then names the caller.
"""

import json
import re

from . import hooks, iam_check, policy
from .signature import Signer, check_signature

OPEN_SECRET = "test"  # of a key that is an account's number, as the tests use


def install():
    hooks.on_load("apigateway", _patch)


def _patch():
    from localstack.services.apigateway.next_gen.execute_api import handlers

    handlers.preprocess_request.append(_authorize)


def _authorize(chain, context, response):
    from localstack.services.apigateway.next_gen.execute_api import gateway_response as refused

    if context.resource_method.get("authorizationType") != "AWS_IAM":
        return
    request = context.request
    path, body = request.environ.get("RAW_URI") or request.path, context.invocation_request["body"]
    signer, fault = check_signature(request.method, path, request.headers, body, context.region, _signer)
    if fault:
        kind = refused.InvalidSignatureError if signer else refused.MissingAuthTokenError
        raise kind(message=fault if signer else "Missing Authentication Token")
    account = signer.arn.split(":")[4]
    resource = (
        f"arn:aws:execute-api:{context.region}:{context.account_id}:{context.api_id}/{context.stage}/{request.method}"
        f"{context.invocation_request['path']}"
    )
    if why := _refusal(context, signer, account, resource):
        raise refused.AccessDeniedError(message=f"User: {signer.arn} is not authorized to perform: execute-api:Invoke: {why}")
    context.context_variables["identity"] |= {
        "accountId": account,
        "accessKey": re.search(r"Credential=([^/]+)/", request.headers["Authorization"]).group(1),
        "caller": signer.arn.split("/")[-1],
        "user": signer.arn.split("/")[-1],
        "userArn": signer.arn,
    }


def _signer(key):
    """A role's session, or an account that goes by its number."""
    from localstack.aws.accounts import get_account_id_from_access_key_id
    from localstack.services.sts.models import sts_stores

    if re.fullmatch(r"\d{12}", key):
        return Signer(f"arn:aws:iam::{key}:root", OPEN_SECRET, None)
    found = sts_stores[get_account_id_from_access_key_id(key)]["us-east-1"].credentials.get(key)
    return found and Signer(found.arn, found.secret_access_key, found.session_token)


def _refusal(context, signer, account, resource):
    """None where identity and API let the caller in, else why not. What a role's own policies refuse goes to the log too."""
    own, role = account == context.account_id, None
    call = policy.Call("execute-api:Invoke", resource)
    if ":assumed-role/" in signer.arn:
        role = signer.arn.split("/")[1]
        by_role = iam_check.check_role(account, role, call)
        iam_check.note(account, role, call, by_role)
    else:
        by_role = None
    by_api = _check_api(context, account, role, call)
    if own:
        return by_role and by_api
    return by_role or (by_api and f"the API's policy: {by_api}")


def _check_api(context, account, role, call):
    """None where the API's resource policy allows it. `execute-api:/…` in it stands for the API's own ARN."""
    from localstack.aws.connect import connect_to

    gateway = connect_to(aws_access_key_id=context.account_id, region_name=context.region).apigateway
    text = gateway.get_rest_api(restApiId=context.api_id).get("policy")
    if not text:
        return "there is none"
    document = json.loads(text.replace("\\/", "/").replace('\\"', '"'))
    api = f"arn:aws:execute-api:{context.region}:{context.account_id}:{context.api_id}"
    arn = iam_check.role_arn(account, role) if role else f"arn:aws:iam::{account}:root"
    known = policy.Call(call.action, call.resource, {"aws:PrincipalArn": arn, "aws:PrincipalAccount": account})
    names, statements = (account, f"arn:aws:iam::{account}:root", arn), []
    for statement in policy.as_list(document["Statement"]):
        if policy.names_principal(statement, names):
            resources = [one.replace("execute-api:", api, 1) if one.startswith("execute-api:/") else one
                         for one in policy.as_list(statement["Resource"])]
            statements.append(statement | {"Resource": resources})
    return policy.refusal([{"Statement": statements}], known)
