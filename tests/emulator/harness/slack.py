"""A Slack on loopback that keeps what is posted, and the central account's way to it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .aws import expect, wait_for

POSTER = "pipesynth-slack-poster"
SECRET = "pipesynth/slack"
DEAD_LETTERS = "pipesynth-slack-dlq.fifo"
TOKEN = "xoxb-of-the-emulator"
PATH = "/slack.com/api/chat.postMessage"


class Slack:
    """Takes posts, and asks the first one to wait for a second, as Slack does when it is asked too often."""

    def __init__(self):
        self.posts, self.refused, self._lock = [], 0, threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                status, answer = outer.answer(self.path, self.headers["authorization"], body)
                data = json.dumps(answer).encode()
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "1")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, path, authorization, body):
        with self._lock:
            if path != PATH or authorization != f"Bearer {TOKEN}":
                return 200, {"ok": False, "error": "invalid_auth"}
            if not self.refused:
                self.refused += 1
                return 429, {"ok": False, "error": "ratelimited"}
            body["ts"] = f"{len(self.posts)}.0"
            self.posts.append(body)
            return 200, {"ok": True, "channel": "C" + body["channel"].lstrip("#C"), "ts": body["ts"]}

    def of(self, channel):
        """What stands in a channel, by the thread that it belongs to: the text that begins it, and the replies."""
        threads = {}
        with self._lock:
            for post in self.posts:
                if post["channel"].lstrip("#C") == channel.lstrip("C"):
                    threads.setdefault(post.get("thread_ts", post["ts"]), []).append(post["text"])
        return list(threads.values())

    def wait(self, channel, posts, seconds=30):
        """The threads of a channel as soon as so many posts stand in it."""

        def look():
            threads = self.of(channel)
            return threads if sum(map(len, threads)) >= posts else None

        return wait_for(f"{posts} posts in #{channel}, which has {self.of(channel)}", look, seconds)


def connect(aws, central, slack):
    """The token into its secret, as the guide says, and the poster to the Slack on loopback."""
    aws.client(central, "secretsmanager").put_secret_value(SecretId=SECRET, SecretString=TOKEN)
    functions = aws.client(central, "lambda")
    before = functions.get_function_configuration(FunctionName=POSTER)["Environment"]["Variables"]
    variables = before | {"CHANNELS_URL": slack.url}
    functions.update_function_configuration(FunctionName=POSTER, Environment={"Variables": variables})
    done = lambda: functions.get_function_configuration(FunctionName=POSTER).get("LastUpdateStatus")  # noqa: E731
    wait_for("the poster's new environment", lambda: True if done() == "Successful" else None)
    expect("its environment", variables["CHANNELS_URL"], slack.url)


def message(account, pipeline, execution, title):
    """A message as the Slack caller of an account posts it."""
    return {
        "v": 1,
        "pipeline": f"{account}/{pipeline}",
        "execution": execution,
        "title": title,
        "group": "0" * 32,
        "id": "1" * 32,
    }
