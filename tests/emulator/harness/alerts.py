"""What a pipeline's topic tells: a queue subscribed to it, and the notifier out of order."""

import json
import time

from .aws import REGION, wait_for
from .case_study import machine

NOTIFIER = "pipesynth-notifier"
NOWHERE = {"AWS_ENDPOINT_URL_SFN": "http://127.0.0.1:9"}


def listen(aws, account, pipeline):
    """Subscribes a queue to the pipeline's topic; gives its URL."""
    sqs, sns = aws.client(account, "sqs"), aws.client(account, "sns")
    url = sqs.create_queue(QueueName="alerts")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = f"arn:aws:sns:{REGION}:{account}:{machine(account, pipeline, REGION).split(':')[-1]}"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


class Alerts:
    """The messages of one queue so far: ends by their execution, and what is no JSON as it is; steps by their execution; notices."""

    def __init__(self, aws, account, pipeline):
        self.aws, self.account = aws, account
        self.url = listen(aws, account, pipeline)
        self.seen, self.steps, self.notices = {}, {}, {}

    def read(self):
        sqs = self.aws.client(self.account, "sqs")
        while messages := sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                envelope = json.loads(message["Body"])
                try:
                    alert = json.loads(envelope["Message"])
                    self._keep(envelope.get("Subject"), alert)
                except (json.JSONDecodeError, TypeError):
                    self.seen[envelope["Message"]] = (envelope.get("Subject"), envelope["Message"])
        return self.seen

    def _keep(self, subject, alert):
        if alert["kind"] == "NOTICE":
            self.notices[alert["what"]] = (subject, alert)
        elif alert["kind"] == "RUN_ENDED":
            self.seen[alert["execution"]] = (subject, alert)
        else:
            self.steps.setdefault(alert["execution"], []).append((subject, alert))

    def notice(self, what, seconds=30):
        """Waits for a notice of this kind: subject and notice."""

        def look():
            self.read()
            return self.notices.get(what)

        return wait_for(f"the notice {what}", look, seconds=seconds)

    def way(self, execution):
        """The subjects of what was told of a run before its end, in the order of their names: a topic keeps no other."""
        self.read()
        return sorted(subject for subject, _ in self.steps.get(execution, []))

    def of(self, execution, seconds=30):
        """Waits for what is told of one execution: subject and alert."""

        def look():
            return next((told for key, told in self.read().items() if execution in key), None)

        return wait_for(f"an alert of {execution}", look, seconds=seconds)


def publish(aws, account, pipeline, subject, text):
    """Somebody writes to the pipeline's topic by hand."""
    topic = f"arn:aws:sns:{REGION}:{account}:{machine(account, pipeline, REGION).split(':')[-1]}"
    aws.client(account, "sns").publish(TopicArn=topic, Subject=subject, Message=text)


def break_notifier(aws, account):
    """The notifier reaches no Step Functions from now on; gives its environment as it was."""
    functions = aws.client(account, "lambda")
    before = functions.get_function_configuration(FunctionName=NOTIFIER).get("Environment", {}).get("Variables", {})
    _set(functions, before | NOWHERE)
    return before


def mend_notifier(aws, account, before):
    _set(aws.client(account, "lambda"), before)


def _set(functions, variables):
    # The emulator's poller of asynchronous calls waits two seconds for each; a call that comes while it changes hands with the
    # function's version stays in its queue.
    time.sleep(3)
    functions.update_function_configuration(FunctionName=NOTIFIER, Environment={"Variables": variables})
    done = lambda: functions.get_function_configuration(FunctionName=NOTIFIER).get("LastUpdateStatus")  # noqa: E731
    wait_for("the notifier's new environment", lambda: True if done() == "Successful" else None)
    time.sleep(3)
