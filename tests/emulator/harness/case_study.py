"""The case study as the test knows it: which stack goes to which account, what starts what, and where everything is."""

CENTRAL = "999999999999"
LISTINGS, SEARCHES, PIPELINE_X = "111111111111", "222222222222", "333333333333"

CENTRAL_STACK = "pipesynth-central"
USER_STACK = "pipesynth-user"
PIPELINES = {"listings": LISTINGS, "searches": SEARCHES, "pipeline-x": PIPELINE_X}

BUS = "data-pipeline"
EXPORT_RULE = "export-events-to-central-bus"
CENTRAL_RULE = "trigger-events-manager"
RUN_EVENTS = "pipesynth-run-events"
STATE = "pipesynth-state"
SWEEP_RULE = "pipesynth-sweep"
DISPATCHER = "pipesynth-trigger-dispatcher"
QUEUES = ("pipesynth-run-events", "pipesynth-run-events-dlq", "pipesynth-triggers-dlq", "pipesynth-notices", "pipesynth-notices-dlq")
REAPER = "pipesynth-cluster-reaper"
REAPER_QUEUE = "pipesynth-reaper"
REAPER_DEAD_LETTERS = "pipesynth-reaper-dlq"
ORGANISATION = "o-a1b2c3d4e5"


def pipeline_stack(name):
    return f"pipesynth-{name}"


def machine(account, name, region):
    return f"arn:aws:states:{region}:{account}:stateMachine:pipesynth-{name}"


# Pipeline → what the `trigger` of its registration must say: the post's story, daily 03:00 and 05:00, and after both.
TRIGGERS = {
    "listings": {"schedule": "cron(0 3 * * ? *)"},
    "searches": {"schedule": "cron(0 5 * * ? *)"},
    "pipeline-x": {
        "condition": {
            "allOf": [
                {"account": LISTINGS, "name": "listings", "status": ["SUCCEEDED"]},
                {"account": SEARCHES, "name": "searches", "status": ["SUCCEEDED"]},
            ]
        }
    },
}


def told(trigger):
    """The part of a registration's trigger that `TRIGGERS` speaks of."""
    schedule, executions = trigger.get("schedule"), trigger.get("executions")
    said = {"schedule": schedule["expression"]} if schedule else {}
    return said | ({"condition": executions["condition"]} if executions else {})


def registrar_role(account, region):
    return f"arn:aws:iam::{account}:role/pipesynth/registry-client-{region}"


def registration(account, name, parent, region):
    """A registration of `account` that waits for one parent, `(account, name)`."""
    condition = {"account": parent[0], "name": parent[1], "status": ["SUCCEEDED"]}
    return {
        "v": 1,
        "id": f"{account}/{name}",
        "region": region,
        "displayName": name,
        "timezone": "Europe/Berlin",
        "trigger": {"executions": {"condition": condition, "correlate": "day", "within": "none", "onRerun": "refire"}},
        "concurrency": "queue",
        "specHash": "by-hand",
        "stack": f"arn:aws:cloudformation:{region}:{account}:stack/by-hand/0",
    }


def trigger(pipeline):
    """An event as the central side starts a pipeline with; `pipeline` is whom it names as target."""
    parents = {f"{PIPELINES[name]}/{name}": f"arn:of-{name}" for name in ("listings", "searches")}
    return {
        "v": 1,
        "firingId": "f1",
        "target": {"account": PIPELINE_X, "region": "eu-central-1", "pipeline": pipeline},
        "parents": {
            parent: {"status": "SUCCEEDED", "execution": execution, "logicalDate": "2026-11-23"}
            for parent, execution in parents.items()
        },
        "input": {
            "runKey": "dep/f1#1",
            "logicalDate": "2026-11-23",
            "trigger": {"type": "DEPENDENCY", "parents": list(parents.values()), "firingId": "f1"},
        },
    }
