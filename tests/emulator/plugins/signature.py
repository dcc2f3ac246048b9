"""A request as it came over the wire → who signed it, and whether AWS would accept the signature (version 4). No emulator in here."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Signer:
    """Whose key signed: the secret and the session token belong to it, the token is None for a key that is no role's."""

    arn: str
    secret: str
    token: str | None


def check_signature(method, path, headers, body, region, find):
    """(the signer, what is wrong or None): signs the request again with the signer's secret and compares.

    `find` gives the `Signer` of an access key id, or None.
    """
    signed = AUTHORIZATION.fullmatch(headers.get("Authorization", ""))
    if not signed:
        return None, "no AWS signature, version 4"
    signer = find(signed["key"])
    if not signer:
        return None, f"the key {signed['key']} is nobody's"
    names = signed["headers"].split(";")
    fault = _form_fault(signed, names, headers, signer, region)
    if fault:
        return signer, fault
    credentials = Credentials(signed["key"], signer.secret)
    auth = SigV4Auth(credentials, signed["service"], signed["region"])
    request = AWSRequest(method, f"http://{headers['Host']}{path}", data=body)
    for name in names:
        request.headers[name] = headers[name]
    request.context["timestamp"] = headers["X-Amz-Date"]
    wanted = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return signer, None if wanted == signed["signature"] else "the signature does not fit the request"


def _form_fault(signed, names, headers, signer, region):
    """What is wrong with the signature before any computing, or None."""
    needed = {"host", "x-amz-date"} | ({"x-amz-security-token"} if signer.token else set())
    missing = needed - set(names)
    if missing:
        return f"not signed: {', '.join(sorted(missing))}"
    if (signed["service"], signed["region"]) != ("execute-api", region):
        return f"signed for {signed['service']} in {signed['region']}"
    if signer.token and headers["X-Amz-Security-Token"] != signer.token:
        return "another session's token"
    moment = datetime.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if abs((datetime.now(UTC) - moment).total_seconds()) > 300:
        return f"signed at {moment:%H:%M:%S}, more than 5 minutes from now"
    return None
