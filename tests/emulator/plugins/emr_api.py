"""The calls of the emulated EMR: names, fields and errors as in EMR's API."""

from datetime import UTC, datetime

from localstack.aws.api import CommonServiceException

from .emr import PAGE, Cluster
from .emr_checks import check_request


class EmrApi:
    """One method per emulated operation; every other operation answers NotImplemented."""

    def __init__(self):
        self.clusters = {}
        self.security = {}

    def RunJobFlow(self, context, request):
        for field in ("Name", "Instances", "ServiceRole", "JobFlowRole"):
            if field not in request:
                raise CommonServiceException("ValidationException", f"{field} is required.")
        configuration = request.get("SecurityConfiguration")
        if configuration and _here(context, configuration) not in self.security:
            raise _invalid(f"Security configuration with name '{configuration}' does not exist.")
        check_request(context, request)
        cluster = Cluster(context.account_id, context.region, request)
        self.clusters[_here(context, cluster.id)] = cluster
        return {"JobFlowId": cluster.id, "ClusterArn": _arn(cluster)}

    def DescribeCluster(self, context, request):
        cluster = self._cluster(context, request["ClusterId"])
        return {
            "Cluster": {
                "Id": cluster.id,
                "Name": cluster.name,
                "ClusterArn": _arn(cluster),
                "Status": cluster.status,
                "Tags": cluster.tags,
                "AutoTerminate": not cluster.keep,
                "ReleaseLabel": cluster.request.get("ReleaseLabel"),
                "ServiceRole": cluster.request["ServiceRole"],
                "LogUri": cluster.request.get("LogUri"),
            }
        }

    def ListClusters(self, context, request):
        """Newest first; filters and pages as EMR has them."""
        states = request.get("ClusterStates")
        after = request.get("CreatedAfter") or datetime.min.replace(tzinfo=UTC)
        found = [
            cluster
            for (account, region, _), cluster in reversed(self.clusters.items())
            if (account, region) == (context.account_id, context.region)
            and (not states or cluster.state in states)
            and cluster.created >= _utc(after)
        ]
        start = int(request.get("Marker") or 0)
        page = found[start : start + PAGE]
        answer = {
            "Clusters": [
                {"Id": cluster.id, "Name": cluster.name, "ClusterArn": _arn(cluster), "Status": cluster.status}
                for cluster in page
            ]
        }
        return answer | ({"Marker": str(start + PAGE)} if found[start + PAGE :] else {})

    def AddJobFlowSteps(self, context, request):
        cluster = self._cluster(context, request["JobFlowId"])
        if not cluster.live:
            message = "A job flow that is shutting down, terminated, or finished may not be modified."
            raise CommonServiceException("ValidationException", message)
        return {"StepIds": cluster.add_steps(request["Steps"])}

    def DescribeStep(self, context, request):
        for step in self._cluster(context, request["ClusterId"]).steps:
            if step.id == request["StepId"]:
                return {"Step": step.description}
        raise _invalid(f"Step id '{request['StepId']}' is not valid.")

    def ListSteps(self, context, request):
        cluster = self._cluster(context, request["ClusterId"])
        return {"Steps": [step.description for step in reversed(cluster.steps)]}

    def CancelSteps(self, context, request):
        cluster, answers = self._cluster(context, request["ClusterId"]), []
        for step in cluster.steps:
            if step.id in request["StepIds"]:
                cancelled = step.state in ("PENDING", "RUNNING")
                if cancelled:
                    step.become("CANCELLED")
                answers.append({"StepId": step.id, "Status": "SUBMITTED" if cancelled else "FAILED"})
        return {"CancelStepsInfoList": answers}

    def TerminateJobFlows(self, context, request):
        for cluster_id in request["JobFlowIds"]:
            self._cluster(context, cluster_id).terminate()
        return {}

    def AddTags(self, context, request):
        self._cluster(context, request["ResourceId"]).tags += request["Tags"]
        return {}

    def PutAutoTerminationPolicy(self, context, request):
        self._cluster(context, request["ClusterId"])
        return {}

    def CreateSecurityConfiguration(self, context, request):
        key = _here(context, request["Name"])
        if key in self.security:
            raise _invalid(f"Security configuration with name '{request['Name']}' already exists.")
        self.security[key] = request["SecurityConfiguration"]
        return {"Name": request["Name"], "CreationDateTime": datetime.now(UTC)}

    def DescribeSecurityConfiguration(self, context, request):
        key = _here(context, request["Name"])
        if key not in self.security:
            raise _invalid(f"Security configuration with name '{request['Name']}' does not exist.")
        return {"Name": request["Name"], "SecurityConfiguration": self.security[key]}

    def DeleteSecurityConfiguration(self, context, request):
        if self.security.pop(_here(context, request["Name"]), None) is None:
            raise _invalid(f"Security configuration with name '{request['Name']}' does not exist.")
        return {}

    def _cluster(self, context, cluster_id):
        cluster = self.clusters.get(_here(context, cluster_id))
        if not cluster:
            raise _invalid(f"Cluster id '{cluster_id}' is not valid.")
        return cluster


def _here(context, name):
    return (context.account_id, context.region, name)


def _arn(cluster):
    return f"arn:aws:elasticmapreduce:{cluster.region}:{cluster.account}:cluster/{cluster.id}"


def _invalid(message):
    return CommonServiceException("InvalidRequestException", message)


def _utc(moment):
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
