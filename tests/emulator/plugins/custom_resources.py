"""Custom resources as CloudFormation runs them: invokes the function, waits for its answer at the ResponseURL."""

import json
import os
import queue
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TIMEOUT = float(os.environ.get("CFN_CUSTOM_TIMEOUT", "60"))


class ResponseServer(ThreadingHTTPServer):
    """Where custom resources put their answers: one path, and one queue, per request."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.waiting = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def open(self):
        path = f"/{uuid.uuid4().hex}"
        self.waiting[path] = queue.Queue()
        return path, f"http://127.0.0.1:{self.server_port}{path}?X-Amz-Signature=x"


class _Handler(BaseHTTPRequestHandler):
    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if waiting := self.server.waiting.get(self.path.split("?")[0]):
            waiting.put(json.loads(body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        """Nothing."""


def custom_resource_class():
    """The provider of `Custom::…`; made late, for LocalStack's modules must not be imported before they are loaded."""
    from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent, ResourceProvider

    from .cfn_types import schema

    server = ResponseServer()

    def ask(request, kind, properties, **more):
        """One request of the protocol and the answer to it."""
        path, url = server.open()
        event = {
            "RequestType": kind,
            "ResponseURL": url,
            "StackId": request.stack_id,
            "RequestId": str(uuid.uuid4()),
            "ResourceType": request.resource_type,
            "LogicalResourceId": request.logical_resource_id,
            "ServiceToken": properties["ServiceToken"],
            "ResourceProperties": as_strings(properties),
            **more,
        }
        send(request.aws_client_factory, event)
        try:
            return server.waiting[path].get(timeout=float(properties.get("ServiceTimeout", TIMEOUT)))
        except queue.Empty:
            reason = "CloudFormation did not receive a response from your Custom Resource."
            return {"Status": "FAILED", "Reason": reason}
        finally:
            del server.waiting[path]

    def result(answer, properties):
        if answer["Status"] != "SUCCESS":
            message = f"Received response status [FAILED] from custom resource. Message returned: {answer.get('Reason')}"
            return ProgressEvent(
                status=OperationStatus.FAILED,
                resource_model=properties,
                message=message,
                error_code="GeneralServiceException",
            )
        model = {**properties, **(answer.get("Data") or {})}
        model["PhysicalResourceId"] = answer.get("PhysicalResourceId") or uuid.uuid4().hex
        model["__properties"] = properties
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

    class CustomResource(ResourceProvider):
        TYPE = "AWS::CloudFormation::CustomResource"
        SCHEMA = schema("PhysicalResourceId")

        def create(self, request):
            properties = dict(request.desired_state)
            return result(ask(request, "Create", properties), properties)

        def update(self, request):
            old, properties = request.previous_state or {}, dict(request.desired_state)
            before = {
                "OldResourceProperties": as_strings(old.get("__properties", old)),
                "PhysicalResourceId": old.get("PhysicalResourceId"),
            }
            return result(ask(request, "Update", properties, **before), properties)

        def delete(self, request):
            model = request.desired_state or request.previous_state
            properties = model.get("__properties") or model
            answer = ask(request, "Delete", properties, PhysicalResourceId=model.get("PhysicalResourceId"))
            if answer["Status"] != "SUCCESS":
                return ProgressEvent(status=OperationStatus.FAILED, resource_model=model, message=answer.get("Reason"))
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})

    return CustomResource


def send(aws, event):
    """To the topic or the function that the ServiceToken names."""
    token = event["ServiceToken"]
    if ":sns:" in token:
        aws.sns.publish(TopicArn=token, Message=json.dumps(event), Subject="AWS CloudFormation custom resource request")
    else:
        aws.lambda_.invoke(FunctionName=token, InvocationType="Event", Payload=json.dumps(event).encode())


def as_strings(value):
    """CloudFormation hands every number and truth value of a custom resource's properties on as a string."""
    if isinstance(value, dict):
        return {name: as_strings(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_strings(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
