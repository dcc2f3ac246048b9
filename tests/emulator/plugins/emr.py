"""EMR on EC2, emulated: clusters and steps that take time, end well or badly, and tell EventBridge about it.

EMR_STARTUP_S and EMR_STEP_S are the seconds that a start and a step take. A cluster with FAILSTART in its name does
not start, and steps of one with FAILSTEP in its name fail; so does a step with FAIL in an argument.
"""

import json
import os
import threading
import time
import uuid
from datetime import UTC, datetime

from localstack.aws.api import CommonServiceException
from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.plugins import Service

from . import hooks

STARTUP = float(os.environ.get("EMR_STARTUP_S", "1"))
STEP = float(os.environ.get("EMR_STEP_S", "1"))
SHUTDOWN = 0.3
LIVE = ("STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING")
PAGE = 50  # clusters on a page of ListClusters, as EMR has it


def install():
    hooks.add_service("emr", _service)


def _service():
    from .emr_api import EmrApi

    api, model = EmrApi(), load_service("emr")
    operations = {}
    for name in model.operation_names:
        operations[name] = getattr(api, name, None) or _missing(name)
    return Service(name="emr", skeleton=Skeleton(model, operations))


def _missing(name):
    def refuse(context, request):
        raise CommonServiceException("NotImplemented", f"emr.{name} is not emulated", 501)

    return refuse


def new_id(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:13].upper()}"


class Cluster:
    """One cluster, run by a thread of its own from its start to its end."""

    def __init__(self, account, region, request):
        self.account, self.region, self.request = account, region, request
        self.id, self.name = new_id("j"), request["Name"]
        self.created = datetime.now(UTC)
        self.keep = request["Instances"].get("KeepJobFlowAliveWhenNoSteps", False)
        self.tags = list(request.get("Tags", []))
        self.steps = []
        self.lock = threading.RLock()
        self._become("STARTING")
        self.add_steps(request.get("Steps", []))
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def live(self):
        return self.state in LIVE

    @property
    def status(self):
        reason = {"Message": self.reason} if self.reason else {}
        return {"State": self.state, "StateChangeReason": reason, "Timeline": {"CreationDateTime": self.created}}

    def add_steps(self, requests):
        with self.lock:
            steps = [Step(self, request) for request in requests]
            self.steps += steps
        return [step.id for step in steps]

    def terminate(self):
        """As EMR does: TERMINATING at once, what is pending is cancelled, TERMINATED soon after."""
        with self.lock:
            if not self.live:
                return
            self._become("TERMINATING", "USER_REQUEST")
            for step in self.steps:
                if step.state == "PENDING":
                    step.become("CANCELLED")
        threading.Timer(SHUTDOWN, self._become, ("TERMINATED", "USER_REQUEST")).start()

    def _run(self):
        time.sleep(STARTUP)
        if "FAILSTART" in self.name:
            return self._if_live("TERMINATED_WITH_ERRORS", "BOOTSTRAP_FAILURE")
        self._if_live("WAITING" if self.keep else "RUNNING")
        while self.live:
            step = next((step for step in self.steps if step.state == "PENDING"), None)
            if step:
                self._run_step(step)
            elif self.steps and not self.keep:
                self._if_live("TERMINATED", "ALL_STEPS_COMPLETED")
            else:
                time.sleep(0.05)

    def _run_step(self, step):
        self._if_live("RUNNING")
        step.become("RUNNING")
        time.sleep(STEP)
        with self.lock:
            if step.state != "RUNNING":
                return
            if not self.live:
                step.become("CANCELLED")
            elif not step.fails:
                step.become("COMPLETED")
            else:
                step.become("FAILED")
                if step.on_failure in ("TERMINATE_CLUSTER", "TERMINATE_JOB_FLOW"):
                    return self._if_live("TERMINATED_WITH_ERRORS", "STEP_FAILURE")
            if self.keep:
                self._if_live("WAITING")

    def _if_live(self, state, reason=""):
        with self.lock:
            if self.live and self.state != state:
                self._become(state, reason)

    def _become(self, state, reason=""):
        self.state, self.reason = state, reason
        detail = {
            "clusterId": self.id,
            "name": self.name,
            "state": state,
            "severity": "INFO",
            "message": reason or state,
            "stateChangeReason": json.dumps({"code": reason}),
        }
        self.tell("EMR Cluster State Change", detail)

    def tell(self, kind, detail):
        """Puts an `aws.emr` event on the account's default bus."""
        from localstack.aws.connect import connect_to

        events = connect_to(aws_access_key_id=self.account, region_name=self.region).events
        try:
            events.put_events(Entries=[{"Source": "aws.emr", "DetailType": kind, "Detail": json.dumps(detail)}])
        except Exception as error:
            print(f"[emr] no event {kind}: {error}", flush=True)


class Step:
    """One step of a cluster."""

    def __init__(self, cluster, request):
        self.cluster, self.request = cluster, request
        self.id, self.name = new_id("s"), request["Name"]
        self.on_failure = request.get("ActionOnFailure", "CONTINUE")
        self.state = "PENDING"

    @property
    def fails(self):
        arguments = self.request["HadoopJarStep"].get("Args", [])
        return "FAILSTEP" in self.cluster.name or any("FAIL" in argument for argument in arguments)

    @property
    def description(self):
        jar = self.request["HadoopJarStep"]
        status = {"State": self.state, "Timeline": {"CreationDateTime": self.cluster.created}}
        if self.state == "FAILED":
            status["FailureDetails"] = {"Reason": "Unknown Error.", "Message": "step failed"}
        config = {"Jar": jar.get("Jar"), "Args": jar.get("Args", [])}
        return {
            "Id": self.id,
            "Name": self.name,
            "ActionOnFailure": self.on_failure,
            "Status": status,
            "Config": config,
        }

    def become(self, state):
        self.state = state
        detail = {
            "clusterId": self.cluster.id,
            "stepId": self.id,
            "name": self.name,
            "state": state,
            "severity": "ERROR" if state == "FAILED" else "INFO",
            "actionOnFailure": self.on_failure,
            "message": state,
        }
        self.cluster.tell("EMR Step Status Change", detail)
