"""The pieces of a pipeline's stack that are plain documents: policies, the cluster, the steps, the condition."""

import re

from troposphere import Ref, Sub, scheduler

_SSM = "AWS::SSM::Parameter::Value<String>"
PARAMETERS = {
    "Subnets": ("AWS::SSM::Parameter::Value<List<String>>", "Subnets in which the cluster may start", "/pipesynth/network/subnets"),
    "PrimarySecurityGroup": (_SSM, "Security group of primary nodes", "/pipesynth/emr/primary-security-group"),
    "WorkerSecurityGroup": (_SSM, "Security group of core and task nodes", "/pipesynth/emr/worker-security-group"),
    "ServiceSecurityGroup": (_SSM, "Security group of EMR's service access", "/pipesynth/emr/service-security-group"),
}
SCHEDULER_INPUT = (
    '{"runKey":"schedule/<aws.scheduler.scheduled-time>#1","logicalDate":"<aws.scheduler.scheduled-time>","trigger":{"type":"SCHEDULE"}}'
)
BUCKET = "pipesynth-artifacts-${AWS::AccountId}-${AWS::Region}"
BUSY = (
    "while kill -0 $$ 2>/dev/null; do touch /emr/metricscollector/isbusy; sleep 60; done </dev/null >/dev/null 2>&1 & "
    'exec bash -c "$0" "$@"'
)
SCRIPT = 'file=$(mktemp) && aws s3 cp --quiet "$1" "$file" && shift && exec bash "$file" "$@"'
GLUE_CLIENT = "com.amazonaws.glue.catalog.metastore.AWSGlueDataCatalogHiveClientFactory"


def arn(service, rest):
    return Sub(f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}")


def role(stem):
    return Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/pipesynth/{stem}-${{AWS::Region}}")


def boundary():
    return Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/pipesynth/boundary-${AWS::Region}")


def s3(rest):
    return Sub(f"arn:${{AWS::Partition}}:s3:::{rest}")


def document(statements):
    return {"Version": "2012-10-17", "Statement": statements}


def one(items):
    return items[0] if len(items) == 1 else items


def allow(sid, actions, resources, condition=None):
    statement = {"Sid": sid, "Effect": "Allow", "Action": one(actions), "Resource": one(resources), "Condition": condition}
    return {key: value for key, value in statement.items() if value is not None}


def trust(service, condition=None):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return document([statement | ({"Condition": condition} if condition else {})])


def data_access(pipeline):
    name, access = pipeline["name"], pipeline["access"]
    files = [step.get("application", step.get("script")) for step in pipeline["steps"]]
    files = list(dict.fromkeys(f[5:] for f in files if f))
    read, write = ([location[5:] for location in access.get(key, [])] for key in ("read", "write"))
    statements = [
        allow("Code", ["s3:GetObject"], [s3(f"{BUCKET}/code/{name}/*")]),
        allow("Logs", ["s3:PutObject"], [s3(f"{BUCKET}/emr-logs/{name}/*")]),
        allow("Disks", ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], [arn("kms", "key/*")],
              {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/pipesynth-disks"}}),
    ]
    if files:
        statements.append(allow("Files", ["s3:GetObject"], [s3(f) for f in files]))
    if read + write:
        statements.append(allow("Read", ["s3:GetObject"], [s3(location) for location in read + write]))
    if write:
        actions = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        statements.append(allow("Write", actions, [s3(location) for location in write]))
    buckets = {}
    for location in read + write:
        bucket, key = location.split("/", 1)
        buckets.setdefault(bucket, {})[key] = None
    for bucket, keys in buckets.items():
        statements.append(allow(None, ["s3:ListBucket"], [s3(bucket)], {"StringLike": {"s3:prefix": list(keys)}}))
    if buckets:
        statements.append(allow("Region", ["s3:GetBucketLocation"], [s3(bucket) for bucket in buckets]))
    tables = [table.split(".") for table in access.get("glue", [])]
    metastore = pipeline["cluster"].get("metastore") == "glue"
    if tables or metastore:
        actions = ["GetDatabase", "GetDatabases", "GetTable", "GetTables", "GetPartition", "GetPartitions", "BatchGetPartition"]
        resources, seen = [arn("glue", "catalog")], {"default"} if metastore else set()
        resources += [arn("glue", "database/default")] if metastore else []
        for database, table in tables:
            if database not in seen:
                seen.add(database)
                resources.append(arn("glue", f"database/{database}"))
            resources.append(arn("glue", f"table/{database}/{table}"))
        statements.append(allow("Tables", [f"glue:{action}" for action in actions], resources))
    return statements


def run(name):
    emr, own = "elasticmapreduce", {"StringEquals": {"elasticmapreduce:ResourceTag/pipesynth:pipeline": name}}
    cluster = "AddJobFlowSteps CancelSteps DescribeCluster DescribeStep PutAutoTerminationPolicy TerminateJobFlows".split()
    log = "CreateLogDelivery DeleteLogDelivery DescribeLogGroups DescribeResourcePolicies GetLogDelivery ListLogDeliveries PutResourcePolicy UpdateLogDelivery".split()
    trace = "GetSamplingRules GetSamplingTargets PutTelemetryRecords PutTraceSegments".split()
    sync = [arn("events", f"rule/StepFunctionsGetEventForEMR{rule}Rule") for rule in ("AddJobFlowSteps", "RunJobFlow")]
    cleanup = "role/aws-service-role/elasticmapreduce.amazonaws.com*/AWSServiceRoleForEMRCleanup*"
    services = ["elasticmapreduce.amazonaws.com", "elasticmapreduce.amazonaws.com.cn"]
    return [
        allow("Claim", ["lambda:InvokeFunction"], [arn("lambda", "function:pipesynth-claim")]),
        allow("Create", [f"{emr}:RunJobFlow", f"{emr}:AddTags"], ["*"], {"StringEquals": {f"{emr}:RequestTag/pipesynth:pipeline": name}}),
        allow("OwnCluster", [f"{emr}:{action}" for action in cluster], [arn(emr, "cluster/*")], own),
        allow("Find", [f"{emr}:ListClusters"], ["*"]),
        allow("PassServiceRole", ["iam:PassRole"], [role("emr-service")], {"StringEquals": {"iam:PassedToService": services[0]}}),
        allow("PassNodeRole", ["iam:PassRole"], [role(f"ec2-{name}")], {"StringLike": {"iam:PassedToService": "ec2.amazonaws.com*"}}),
        allow("FirstCluster", ["iam:CreateServiceLinkedRole"], [Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{cleanup}")],
              {"StringLike": {"iam:AWSServiceName": services}}),
        allow("Sync", ["events:DescribeRule", "events:PutRule", "events:PutTargets"], sync),
        allow("Log", [f"logs:{action}" for action in log], ["*"]),
        allow("Trace", [f"xray:{action}" for action in trace], ["*"]),
    ]


def catch(following):
    error = "{% $merge([{'Error': 'States.Unknown', 'Cause': 'no cause was given'}, $states.errorOutput]) %}"
    return [{"ErrorEquals": ["States.ALL"], "Assign": {"failure": error}, "Next": following}]


def create_cluster(pipeline):
    name, cluster = pipeline["name"], pipeline["cluster"]
    fleets = []
    for kind, key in (("MASTER", "primary"), ("CORE", "core"), ("TASK", "task")):
        if key in cluster:
            group = cluster[key]
            spot = group.get("spot", False)
            fleet = {"Name": key, "InstanceFleetType": kind, ("TargetSpotCapacity" if spot else "TargetOnDemandCapacity"): group.get("count", 1),
                     "InstanceTypeConfigs": [{"InstanceType": group["instanceType"]}]}
            if spot:
                fleet["LaunchSpecifications"] = {"SpotSpecification": {
                    "AllocationStrategy": "price-capacity-optimized", "TimeoutAction": "SWITCH_TO_ON_DEMAND", "TimeoutDurationMinutes": 10}}
            fleets.append(fleet)
    configurations = []
    if cluster.get("metastore") == "glue":
        properties = {"hive.metastore.client.factory.class": GLUE_CLIENT}
        configurations += [{"Classification": c, "Properties": properties} for c in ("hive-site", "spark-hive-site")]
    configurations += [{"Classification": c["classification"], "Properties": c["properties"]} for c in cluster.get("configurations", [])]
    arguments = {
        "Name": "{% $clusterName %}", "ReleaseLabel": cluster["release"], "Applications": [{"Name": a} for a in cluster["applications"]],
        "ServiceRole": role("emr-service"), "JobFlowRole": Ref("AccessNodeProfile"), "LogUri": Sub(f"s3://{BUCKET}/emr-logs/{name}/"),
        "SecurityConfiguration": "pipesynth-1", "StepConcurrencyLevel": 1, "AutoTerminationPolicy": {"IdleTimeout": 900},
        "Instances": {
            "KeepJobFlowAliveWhenNoSteps": True, "TerminationProtected": False, "Ec2SubnetIds": Ref("Subnets"),
            "EmrManagedMasterSecurityGroup": Ref("PrimarySecurityGroup"), "EmrManagedSlaveSecurityGroup": Ref("WorkerSecurityGroup"),
            "ServiceAccessSecurityGroup": Ref("ServiceSecurityGroup"), "InstanceFleets": fleets},
        "Tags": [{"Key": "for-use-with-amazon-emr-managed-policies", "Value": "true"}, {"Key": "pipesynth:pipeline", "Value": name},
                 {"Key": "pipesynth:execution", "Value": "{% $states.context.Execution.Id %}"}],
    }
    if configurations:
        arguments["Configurations"] = configurations
    return {"Type": "Task", "Resource": Sub("arn:${AWS::Partition}:states:::elasticmapreduce:createCluster.sync"), "Arguments": arguments,
            "TimeoutSeconds": 3600, "Catch": catch("Find cluster"), "Assign": {"clusterId": "{% $states.result.ClusterId %}"}, "Next": "Run steps"}


def text(written):
    """Template text → JSONata, `Fn::Sub` or a literal; of the forms that the generator writes."""
    written = str(written)
    date = re.fullmatch(r"\{\{ logicalDate(?: - (\d+)d)?(?: \| format\('([^']*)'\))? \}\}", written)
    if date:
        days, form = date.groups()
        if not days and not form:
            return "{% $logicalDate %}"
        shift = f" - {int(days) * 86_400_000}" if days else ""
        picture = (form or "yyyy-MM-dd").replace("yyyy", "[Y0001]").replace("MM", "[M01]").replace("dd", "[D01]")
        return f"{{% $fromMillis($toMillis($logicalDate){shift}, '{picture}') %}}"
    if "{{ bucket }}" in written:
        return Sub(written.replace("{{ bucket }}", BUCKET))
    if "{{" in written:
        raise ValueError(f"not among the generator's forms: {written}")
    return written


def seconds(written):
    return int(written[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[written[-1]]


def steps(pipeline):
    states, total, all_steps = {}, 0, pipeline["steps"]
    for step, following in zip(all_steps, [*all_steps[1:], None]):
        if step["type"] == "spark":
            arguments = ["spark-submit", "--deploy-mode", "cluster"]
            arguments += ["--class", step["class"]] if "class" in step else []
            for key, value in step.get("conf", {}).items():
                arguments += ["--conf", f"{key}={value}"]
            arguments.append(step["application"])
        elif "command" in step:
            arguments = ["bash", "-c", BUSY, step["command"], step["name"]]
        else:
            arguments = ["bash", "-c", BUSY, SCRIPT, step["name"], step["script"]]
        arguments += [text(argument) for argument in step.get("arguments", [])]
        timeout = seconds(step.get("timeout", "6h"))
        body = {"Name": step["name"], "ActionOnFailure": "CONTINUE", "HadoopJarStep": {"Jar": "command-runner.jar", "Args": arguments}}
        state = {"Type": "Task", "Resource": Sub("arn:${AWS::Partition}:states:::elasticmapreduce:addStep.sync"),
                 "Arguments": {"ClusterId": "{% $clusterId %}", "Step": body}, "TimeoutSeconds": timeout}
        total += timeout
        if "retry" in step:
            retry = step["retry"]
            interval, attempts, backoff = seconds(retry["interval"]), retry["attempts"], retry["backoff"]
            state["Retry"] = [
                {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 0},
                {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": interval, "MaxAttempts": attempts, "BackoffRate": backoff,
                 "MaxDelaySeconds": 3600, "JitterStrategy": "FULL"}]
            total += timeout * attempts + -int(-sum(min(interval * backoff**n, 3600) for n in range(attempts)) // 1)
        state.update({"Next": following["name"]} if following else {"End": True})
        states[step["name"]] = state
    names = [step["name"] for step in all_steps]
    if len(names) > 1:
        choices = [{"Condition": f"{{% $resumeFrom = '{name}' %}}", "Next": name} for name in names[1:]]
        first = {f"From {names[1]} on?": {"Type": "Choice", "Choices": choices, "Default": names[0]}}
        states = first | states
    return states, total


_SEEN = ["ParallelStateEntered", "TaskStateEntered", "TaskScheduled", "TaskStateExited", "TaskFailed", "TaskTimedOut", "TaskSubmitFailed",
         "TaskStartFailed", "EvaluationFailed"]
STEPS_OF_A_LOG = "{ " + " || ".join(f'($.type = "{kind}")' for kind in _SEEN) + " }"


def condition(written, accounts):
    """The canonical tree: groups of one are their member, groups of one kind are one group, members are sorted."""
    groups = {}
    for key in ("allOf", "anyOf"):
        if key in written:
            leaves = [{"account": accounts[p["account"]], "name": p["name"],
                       "status": ["SUCCEEDED"] + (["FAILED"] if "FAILED" in p["status"] else [])} for p in written[key]]
            groups[key] = leaves
    if len(groups) == 1:
        return group(*groups.popitem())
    outer = "allOf" if written["operator"] == "AND" else "anyOf"
    members = []
    for key, leaves in groups.items():
        inner = group(key, leaves)
        members += inner[outer] if outer in inner else [inner]
    return group(outer, members)


def group(kind, members):
    ordered = sorted(members, key=lambda m: (0 if "allOf" in m else 1 if "anyOf" in m else 2, str(m)))
    return ordered[0] if len(ordered) == 1 else {kind: ordered}


def parents(tree):
    leaves = tree.get("allOf", [tree] if "name" in tree else [])
    if not leaves or any("name" not in leaf for leaf in leaves):
        return None
    return {f"{leaf['account']}/{leaf['name']}": {"status": leaf["status"]} for leaf in leaves}


def has_and(tree):
    return len(tree.get("allOf", [])) > 1 or any(has_and(member) for member in tree.get("anyOf", []))


def window(written):
    if "flexibleWindow" in written:
        return scheduler.FlexibleTimeWindow(Mode="FLEXIBLE", MaximumWindowInMinutes=seconds(written["flexibleWindow"]) // 60)
    return scheduler.FlexibleTimeWindow(Mode="OFF")


def email_id(address):
    """pipesynth's logical id: the words of the name, and FNV-1a of it where characters are lost."""
    words = "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", f"email-{address}"))
    hashed = 0x811C9DC5
    for byte in f"email-{address}".encode():
        hashed = (hashed ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"{words}{hashed:08X}"


def rules(name, kind, zone, central):
    """The three rules that tell people: how runs ended, what the central account knows, and what the notifier could not tell."""
    here, live = {"account": [Ref("AWS::AccountId")]}, {"replay-name": [{"exists": False}]}
    notifier = arn("lambda", "function:pipesynth-notifier")
    ends = ["FAILED", "TIMED_OUT", "ABORTED"] if kind == "ON_FAILURE" else ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    who = f'"pipeline":"{name}","displayName":"{name}"'
    return {
        "RunEnded": {
            "suffix": "ended", "description": f"Tells how runs of {name} ended", "to": notifier,
            "pattern": {"source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"], **here, **live,
                        "detail": {"stateMachineArn": [arn("states", f"stateMachine:pipesynth-{name}")], "status": ends}},
            "paths": {"execution": "$.detail.executionArn", "status": "$.detail.status"},
            "template": f'{{{who},"timezone":"{zone}","type":"{kind}","execution":"<execution>","status":"<status>"}}'},
        "Noticed": {
            "suffix": "noticed", "description": f"Tells what the central account has for the owners of {name}", "to": notifier,
            "more": {"EventBusName": "data-pipeline"},
            "pattern": {"source": ["pipesynth.central"], "detail-type": ["Pipeline Alert"], "account": [central], **live,
                        "detail": {"target": {**here, "pipeline": [name]}}},
            "paths": {"notice": "$.detail", "status": "$.detail.what"},
            "template": f'{{{who},"status":"<status>","notice":<notice>}}'},
        "RunEndUntold": {
            "suffix": "untold", "description": f"Tells of {name} what the notifier could not", "to": Ref("Topic"),
            "pattern": {"source": ["lambda"], "detail-type": [{"prefix": "Lambda Function Invocation Result"}], **here, **live,
                        "detail": {"requestContext": {"functionArn": [{"prefix": notifier}]}, "requestPayload": {"pipeline": [name]}}},
            "paths": {"execution": "$.detail.requestPayload.execution", "status": "$.detail.requestPayload.status"},
            "template": f'"Pipeline {name}: <status>. The notifier could not tell more of it to everybody; its log says why. <execution>"'},
    }
