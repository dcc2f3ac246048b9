"""Services that LocalStack's open release lacks or takes from a download, answered by moto in the same process."""

from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.plugins import Service

from . import hooks

SERVICES = ("dynamodb", "dynamodbstreams", "rds", "rds-data", "glue", "mwaa", "organizations", "athena", "emr-serverless")


def install():
    for name in SERVICES:
        hooks.add_service(name, lambda name=name: _service(name))


def _service(name):
    from localstack.services.moto import call_moto

    model = load_service(name)
    operations = {operation: lambda context, request: call_moto(context) for operation in model.operation_names}
    return Service(name=name, skeleton=Skeleton(model, operations))
