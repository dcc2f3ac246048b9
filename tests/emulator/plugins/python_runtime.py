"""The Python runtime of Lambda in short: asks the Runtime API for invocations and calls the handler. Run as a script."""

import importlib
import json
import os
import sys
import time
import traceback
import urllib.error
import urllib.request

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/"


class Context:
    """What a handler gets beside its event."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return self._deadline - int(time.time() * 1000)


def post(path, body):
    urllib.request.urlopen(urllib.request.Request(API + path, data=body, method="POST"), timeout=30).read()


def failure(error):
    trace = traceback.format_tb(error.__traceback__)
    return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace}).encode()


def load_handler():
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    module, name = os.environ["_HANDLER"].rsplit(".", 1)
    return getattr(importlib.import_module(module.replace("/", ".")), name)


def main():
    try:
        handler = load_handler()
    except Exception as error:
        post("init/error", failure(error))
        raise
    while True:
        try:
            response = urllib.request.urlopen(API + "invocation/next")
        except urllib.error.URLError:
            return
        request = response.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.loads(response.read() or b"null")
        try:
            answer = json.dumps(handler(event, Context(response.headers))).encode()
            post(f"invocation/{request}/response", answer)
        except Exception as error:
            traceback.print_exc()
            post(f"invocation/{request}/error", failure(error))


main()
