"""Lambda functions run as processes of this machine: the `bootstrap` of `provided.*`, or a Python handler."""

import json
import os
import queue
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from localstack import config
from localstack.services.lambda_.invocation import runtime_executor
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor

from .runtime_api import RuntimeApi

PYTHON_RUNTIME = Path(__file__).parent / "python_runtime.py"
START_LIMIT = 20  # seconds until the process must ask for its first invocation


def install():
    runtime_executor.get_runtime_executor = lambda: LambdaProcess


class LambdaProcess(RuntimeExecutor):
    """One execution environment: a process, its Runtime API, its log."""

    process = api = log = None
    read = 0  # how much of the log is in CloudWatch already

    def start(self, env_vars):
        self.environment = {name: str(value) for name, value in env_vars.items()}
        self._spawn()

    def _spawn(self):
        code = Path(str(self.function_version.config.code.get_unzipped_code_location()))
        self.api = RuntimeApi()
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC"} | self.environment
        environment |= {"LAMBDA_TASK_ROOT": str(code), "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.api.server_port}"}
        self.log, self.read = tempfile.TemporaryFile(), 0
        start = time.perf_counter()
        self.process = subprocess.Popen(
            self._command(code), cwd=code, env=environment, stdout=self.log, stderr=subprocess.STDOUT
        )
        while not self.api.ready.wait(0.01):
            if self.process.poll() is not None:
                raise LambdaRuntimeException(f"runtime exited {self.process.returncode}: {self.get_logs()}")
            if time.perf_counter() - start > START_LIMIT:
                raise LambdaRuntimeException("init timeout")
        name = self.function_version.id.function_name
        print(f"[lambda] {name} started in {1000 * (time.perf_counter() - start):.0f} ms", flush=True)

    def _command(self, code):
        if (self.function_version.config.runtime or "").startswith("python"):
            return [sys.executable, "-u", str(PYTHON_RUNTIME)]
        bootstrap = code / "bootstrap"
        bootstrap.chmod(0o755)
        return [str(bootstrap)]

    def stop(self):
        self._kill()
        if self.api:
            self.api.close()

    def _kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def invoke(self, payload):
        if self.process.poll() is not None:
            self.stop()
            self._spawn()
        request, limit = payload["invoke-id"], int(self.function_version.config.timeout)
        answer = self.api.answers[request] = queue.Queue()
        start = time.perf_counter()
        self.api.next.put(
            {
                "id": request,
                "payload": payload["payload"],
                "arn": payload["invoked-function-arn"],
                "trace": payload["trace-id"],
                "deadline": int((time.time() + limit) * 1000),
            }
        )
        body, failed = self._wait(answer, request, start + limit)
        version, took = self.function_version.id.qualifier, 1000 * (time.perf_counter() - start)
        logs = f"START RequestId: {request} Version: {version}\n{self.get_logs()}\nEND RequestId: {request}\n"
        logs += f"REPORT RequestId: {request}\tDuration: {took:.2f} ms\n"
        self.read = os.fstat(self.log.fileno()).st_size
        return InvocationResult(request, body, is_error=failed, logs=logs)

    def _wait(self, answer, request, end):
        """The function's answer, or the error that Lambda gives for a process that ended or took too long."""
        while True:
            try:
                return answer.get(timeout=0.05)
            except queue.Empty:
                code = self.process.poll()
                if code is not None:
                    return _error(request, "Runtime.ExitError", f"Error: Runtime exited with error: exit status {code}")
                if time.perf_counter() > end:
                    self._kill()
                    limit = int(self.function_version.config.timeout)
                    return _error(request, "Sandbox.Timedout", f"Error: Task timed out after {limit}.00 seconds")

    def get_logs(self):
        if not self.log:
            return ""
        return os.pread(self.log.fileno(), 1 << 20, self.read).decode(errors="replace")

    def get_address(self):
        return "127.0.0.1"

    def get_endpoint_from_executor(self):
        return "127.0.0.1"

    def get_runtime_endpoint(self):
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}/_none"

    @classmethod
    def prepare_version(cls, function_version):
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version):
        """Nothing to clean: the code is LocalStack's."""


def _error(request, kind, message):
    return json.dumps({"errorType": kind, "errorMessage": f"RequestId: {request} {message}"}).encode(), True
