"""AWS Lambda's Runtime API for one execution environment: hands invocations to a process and takes its answers."""

import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class RuntimeApi(ThreadingHTTPServer):
    """`next` holds invocations to hand out, `answers` a queue per request id; None in `next` ends the process."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.next = queue.Queue()
        self.answers = {}
        self.ready = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.next.put(None)
        threading.Thread(target=self.shutdown, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """`/invocation/next`: waits for the next invocation."""
        self.server.ready.set()
        invocation = self.server.next.get()
        if invocation is None:  # the environment is closed, its process mostly gone already
            self.close_connection = True
            return None
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation["id"],
            "Lambda-Runtime-Deadline-Ms": str(invocation["deadline"]),
            "Lambda-Runtime-Invoked-Function-Arn": invocation["arn"],
            "Lambda-Runtime-Trace-Id": invocation["trace"],
        }
        return self._reply(200, invocation["payload"].encode(), headers)

    def do_POST(self):
        """`/init/error`, or `/invocation/ID/response` and `/invocation/ID/error`."""
        body, parts = self._body(), self.path.split("/")
        if self.path.endswith("/init/error"):
            self.server.ready.set()
        elif answer := self.server.answers.pop(parts[-2], None):
            answer.put((body, parts[-1] == "error"))
        self._reply(202, b'{"status":"OK"}')

    def _body(self):
        if "chunked" not in (self.headers.get("Transfer-Encoding") or ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _reply(self, status, body=b"", headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Nothing: the emulator's log has the invocations."""
