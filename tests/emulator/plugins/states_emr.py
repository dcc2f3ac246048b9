"""Step Functions' own EMR integration: `elasticmapreduce:createCluster`, `addStep`, `terminateCluster`, with `.sync`."""

import json
from datetime import datetime

from . import hooks

ACTIONS = ("createcluster", "addstep", "terminatecluster", "cancelstep")


def install():
    hooks.on_load("stepfunctions", _patch)


def _patch():
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import state_task_factory
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service import (
        state_task_service_factory,
    )

    service, upstream = _service_class(), state_task_service_factory.state_task_service_for

    def for_name(service_name):
        return service() if service_name == "elasticmapreduce" else upstream(service_name)

    state_task_service_factory.state_task_service_for = for_name
    state_task_factory.state_task_service_for = for_name


def call(emr, action, arguments):
    """Starts one action; gives what the state gets when it does not wait."""
    if action == "createcluster":
        answer = emr.run_job_flow(**arguments)
        return {"ClusterId": answer["JobFlowId"], "ClusterArn": answer["ClusterArn"]}
    if action == "addstep":
        answer = emr.add_job_flow_steps(JobFlowId=arguments["ClusterId"], Steps=[arguments["Step"]])
        return {"StepId": answer["StepIds"][0]}
    if action == "cancelstep":
        answer = emr.cancel_steps(ClusterId=arguments["ClusterId"], StepIds=[arguments["StepId"]])
        return answer["CancelStepsInfoList"][0]
    emr.terminate_job_flows(JobFlowIds=[arguments["ClusterId"]])
    return {}


def look(emr, action, arguments, started):
    """Looks whether an action has come to its end: (done, failed, what is to be seen)."""
    if action == "addstep":
        seen = emr.describe_step(ClusterId=arguments["ClusterId"], StepId=started["StepId"])
        state = seen["Step"]["Status"]["State"]
        return state == "COMPLETED", state in ("FAILED", "CANCELLED", "INTERRUPTED"), {"Step": seen["Step"]}
    cluster = emr.describe_cluster(ClusterId=started.get("ClusterId") or arguments["ClusterId"])["Cluster"]
    state = cluster["Status"]["State"]
    if action == "createcluster":
        return state in ("WAITING", "RUNNING"), state.startswith("TERMINATED"), {**started, "Cluster": cluster}
    return state.startswith("TERMINATED"), False, {"Cluster": cluster}


def plain(value):
    """Times become milliseconds, as Step Functions hands them on."""

    def convert(thing):
        return int(thing.timestamp() * 1000) if isinstance(thing, datetime) else str(thing)

    return json.loads(json.dumps(value, default=convert))


def _service_class():
    """The class is made here, for LocalStack's modules must not be imported before the service is loaded."""
    from botocore.exceptions import ClientError
    from localstack.aws.api.stepfunctions import HistoryEventType, TaskFailedEventDetails
    from localstack.services.stepfunctions.asl.component.common.error_name.custom_error_name import CustomErrorName
    from localstack.services.stepfunctions.asl.component.common.error_name.failure_event import (
        FailureEvent,
        FailureEventException,
    )
    from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name import StatesErrorName
    from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name_type import (
        StatesErrorNameType,
    )
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service.resource import (
        ResourceCondition,
    )
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service.state_task_service_callback import (  # noqa: E501
        StateTaskServiceCallback,
    )
    from localstack.services.stepfunctions.asl.eval.event.event_detail import EventDetails
    from localstack.services.stepfunctions.asl.utils.boto_client import boto_client_for
    from localstack.services.stepfunctions.asl.utils.encoding import to_json_str

    class EmrTask(StateTaskServiceCallback):
        def __init__(self):
            super().__init__(supported_integration_patterns={ResourceCondition.Sync})

        @property
        def action(self):
            return self.resource.api_action.lower()

        def _validate_service_integration_is_supported(self):
            if self.action not in ACTIONS:
                raise ValueError(
                    f"The resource provided {self.resource.resource_arn} not recognized. "
                    "The value is not a valid resource ARN, or the resource is not available in this region."
                )

        def _normalise_parameters(self, parameters, **ignored):
            """The arguments stand as the API has them."""

        def _normalise_response(self, response, **ignored):
            """The answer stands as the API gives it."""

        def _failure(self, env, name, error, cause):
            details = TaskFailedEventDetails(
                error=error,
                cause=cause,
                resource=self._get_sfn_resource(),
                resourceType=self._get_sfn_resource_type(),
            )
            return FailureEvent(
                env=env,
                error_name=name,
                event_type=HistoryEventType.TaskFailed,
                event_details=EventDetails(taskFailedEventDetails=details),
            )

        def _from_error(self, env, ex):
            if isinstance(ex, ClientError):
                error = f"ElasticMapReduce.{ex.response['Error']['Code']}"
                return self._failure(env, CustomErrorName(error), error, ex.response["Error"]["Message"])
            return super()._from_error(env=env, ex=ex)

        def _emr(self, runtime, credentials):
            return boto_client_for(service="emr", region=runtime.region, state_credentials=credentials)

        def _eval_service_task(self, env, resource_runtime_part, normalised_parameters, state_credentials):
            emr = self._emr(resource_runtime_part, state_credentials)
            env.stack.append(call(emr, self.action, normalised_parameters))

        def _build_sync_resolver(self, env, resource_runtime_part, normalised_parameters, state_credentials):
            started, emr = env.stack.pop(), self._emr(resource_runtime_part, state_credentials)

            def resolve():
                done, failed, seen = look(emr, self.action, normalised_parameters, started)
                if failed:
                    name = StatesErrorName(typ=StatesErrorNameType.StatesTaskFailed)
                    cause = to_json_str(plain(seen))
                    raise FailureEventException(self._failure(env, name, "States.TaskFailed", cause))
                return plain(seen) if done else None

            return resolve

    return EmrTask
