"""The registry that the central account will have: checks the signature of every request and keeps what it gets."""

import json
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .aws import REGION

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Request:
    """One request. `role` is the ARN of the role that signed it, `fault` what is wrong with the signature, or None."""

    method: str
    path: str
    body: dict | None
    role: str | None
    fault: str | None


class Registry(ThreadingHTTPServer):
    """Listens on loopback; `url` is the value of RegistryUrl. A request with a bad signature is refused as 403."""

    daemon_threads = True

    def __init__(self, credentials):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.credentials, self.requests = Path(credentials), []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/registry"

    def secret(self, key):
        """The credentials that the emulator gave a Lambda function under this access key id, or None."""
        for line in reversed(self.credentials.read_text(encoding="utf-8").splitlines()):
            noted = json.loads(line)
            if noted["AWS_ACCESS_KEY_ID"] == key:
                return noted
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        role, fault = check_signature(self.command, self.path, self.headers, body, self.server.secret)
        path = self.path.removeprefix("/registry")
        self.server.requests.append(Request(self.command, path, json.loads(body) if body else None, role, fault))
        answer = json.dumps({"message": fault} if fault else {"warnings": []}).encode()
        self.send_response(403 if fault else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_PUT = do_DELETE = do_GET = do_POST = handle_any

    def log_message(self, *arguments):
        """Nothing: the test prints what it needs."""


def check_signature(method, path, headers, body, secret):
    """(the role that signed, what is wrong or None): signs the request again with the caller's secret and compares."""
    signed = AUTHORIZATION.fullmatch(headers.get("Authorization", ""))
    if not signed:
        return None, "no AWS signature, version 4"
    known = secret(signed["key"])
    if not known:
        return None, f"the key {signed['key']} is of no Lambda function"
    role, names = known["role"], signed["headers"].split(";")
    fault = _form_fault(signed, names, headers, known)
    if fault:
        return role, fault
    credentials = Credentials(known["AWS_ACCESS_KEY_ID"], known["AWS_SECRET_ACCESS_KEY"])
    auth = SigV4Auth(credentials, signed["service"], signed["region"])
    request = AWSRequest(method, f"http://{headers['Host']}{path}", data=body)
    for name in names:
        request.headers[name] = headers[name]
    request.context["timestamp"] = headers["X-Amz-Date"]
    wanted = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return role, None if wanted == signed["signature"] else "the signature does not fit the request"


def _form_fault(signed, names, headers, known):
    """What is wrong with the signature before any computing, or None."""
    missing = {"host", "x-amz-date", "x-amz-security-token"} - set(names)
    if missing:
        return f"not signed: {', '.join(sorted(missing))}"
    if (signed["service"], signed["region"]) != ("execute-api", REGION):
        return f"signed for {signed['service']} in {signed['region']}"
    if headers["X-Amz-Security-Token"] != known["AWS_SESSION_TOKEN"]:
        return "another session's token"
    moment = datetime.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if abs((datetime.now(UTC) - moment).total_seconds()) > 300:
        return f"signed at {moment:%H:%M:%S}, more than 5 minutes from now"
    return None
