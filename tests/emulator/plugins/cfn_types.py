"""CloudFormation types that LocalStack's open release lacks although it has the API behind them, and custom resources.

No type here is a mere stub: each makes its call, so that a template which the API refuses does not deploy. A type
without an API behind it stays unsupported, and the tests say so in `unsupported-types.tsv`.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from . import hooks


@dataclass(frozen=True)
class ApiType:
    """A type that is one call to create and one to delete. `create` and `delete` get the clients and the properties.

    `id` is the property that `Ref` gives, made up where the template leaves it out; `attributes` is what `Fn::GetAtt`
    can give, with the account, region and id filled in.
    """

    id: str
    create: Callable
    delete: Callable
    attributes: dict = field(default_factory=dict)


def pick(properties, *names, **renamed):
    """The named properties that are there; `theirs=ours` under another name."""
    chosen = {name: properties[name] for name in names if name in properties}
    return chosen | {theirs: properties[ours] for theirs, ours in renamed.items() if ours in properties}


def document(value):
    """A policy or pattern as text, as the APIs want it."""
    return value if isinstance(value, str) else json.dumps(value)


def _security_group_rule(direction):
    """`AWS::EC2::SecurityGroupIngress` and `…Egress`: a rule of their own for a group."""

    def permission(properties):
        peer = "Source" if direction == "ingress" else "Destination"
        rule = pick(properties, "IpProtocol", "FromPort", "ToPort")
        if group := properties.get(f"{peer}SecurityGroupId"):
            rule["UserIdGroupPairs"] = [{"GroupId": group}]
        if prefix_list := properties.get(f"{peer}PrefixListId"):
            rule["PrefixListIds"] = [{"PrefixListId": prefix_list}]
        if cidr := properties.get("CidrIp"):
            rule["IpRanges"] = [{"CidrIp": cidr}]
        return {"GroupId": properties["GroupId"], "IpPermissions": [rule]}

    return ApiType(
        "Id",
        lambda aws, own: getattr(aws.ec2, f"authorize_security_group_{direction}")(**permission(own)),
        lambda aws, own: getattr(aws.ec2, f"revoke_security_group_{direction}")(**permission(own)),
    )


def _delete_policy(aws, own):
    """By its name and path: the ARN holds the account."""
    local = aws.iam.list_policies(Scope="Local", PathPrefix=own.get("Path", "/"))["Policies"]
    for policy in local:
        if policy["PolicyName"] == own["ManagedPolicyName"]:
            aws.iam.delete_policy(PolicyArn=policy["Arn"])


TYPES = {
    "AWS::EC2::SecurityGroupIngress": _security_group_rule("ingress"),
    "AWS::EC2::SecurityGroupEgress": _security_group_rule("egress"),
    "AWS::EMR::SecurityConfiguration": ApiType(
        "Name",
        lambda aws, own: aws.emr.create_security_configuration(
            Name=own["Name"], SecurityConfiguration=document(own["SecurityConfiguration"])
        ),
        lambda aws, own: aws.emr.delete_security_configuration(Name=own["Name"]),
    ),
    "AWS::Events::Archive": ApiType(
        "ArchiveName",
        lambda aws, own: aws.events.create_archive(
            EventPattern=document(own.get("EventPattern", {"version": ["0"]})),
            **pick(own, "ArchiveName", "Description", "RetentionDays", EventSourceArn="SourceArn"),
        ),
        lambda aws, own: aws.events.delete_archive(ArchiveName=own["ArchiveName"]),
        {"Arn": "arn:aws:events:{region}:{account}:archive/{id}"},
    ),
    "AWS::Glue::Database": ApiType(
        "DatabaseName",
        lambda aws, own: aws.glue.create_database(DatabaseInput={"Name": own["DatabaseName"], **own["DatabaseInput"]}),
        lambda aws, own: aws.glue.delete_database(Name=own["DatabaseName"]),
    ),
    "AWS::Glue::Job": ApiType(
        "Name",
        lambda aws, own: aws.glue.create_job(**pick(own, "Name", "Role", "Command", "GlueVersion")),
        lambda aws, own: aws.glue.delete_job(JobName=own["Name"]),
    ),
    # LocalStack's own leaves the path out.
    "AWS::IAM::ManagedPolicy": ApiType(
        "ManagedPolicyName",
        lambda aws, own: aws.iam.create_policy(
            PolicyDocument=document(own["PolicyDocument"]), **pick(own, "Path", "Description", PolicyName="ManagedPolicyName")
        ),
        _delete_policy,
    ),
    "AWS::IAM::RolePolicy": ApiType(
        "PolicyName",
        lambda aws, own: aws.iam.put_role_policy(
            PolicyDocument=document(own["PolicyDocument"]), **pick(own, "RoleName", "PolicyName")
        ),
        lambda aws, own: aws.iam.delete_role_policy(**pick(own, "RoleName", "PolicyName")),
    ),
    "AWS::Logs::ResourcePolicy": ApiType(
        "PolicyName",
        lambda aws, own: aws.logs.put_resource_policy(
            policyName=own["PolicyName"], policyDocument=document(own["PolicyDocument"])
        ),
        lambda aws, own: aws.logs.delete_resource_policy(policyName=own["PolicyName"]),
    ),
    "AWS::RDS::DBSubnetGroup": ApiType(
        "DBSubnetGroupName",
        lambda aws, own: aws.rds.create_db_subnet_group(
            **pick(own, "DBSubnetGroupName", "DBSubnetGroupDescription", "SubnetIds")
        ),
        lambda aws, own: aws.rds.delete_db_subnet_group(DBSubnetGroupName=own["DBSubnetGroupName"]),
    ),
}


def install():
    hooks.on_load("cloudformation", _patch)


def _patch():
    from localstack.services.cloudformation import resource_provider
    from localstack.services.cloudformation.engine.v2 import change_set_resource_support_checker as checker

    from .custom_resources import custom_resource_class

    providers = {kind: _provider_class(api) for kind, api in TYPES.items()}
    custom, upstream = custom_resource_class(), resource_provider.ResourceProviderExecutor.try_load_resource_provider

    def is_custom(kind):
        return kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"

    def load(kind):
        if kind and is_custom(kind):
            return custom()
        return providers[kind]() if kind in providers else upstream(kind)

    def support(self, kind):
        """Without its online catalogue LocalStack takes every type for unsupported: what has a provider is supported."""
        if is_custom(kind) or kind in providers:
            return checker.CloudFormationResourcesSupportAtRuntime.AVAILABLE
        try:
            resource_provider.plugin_manager.is_loaded(kind)
        except ValueError:
            return checker.CloudFormationResourcesSupportInLatest.NOT_SUPPORTED
        return checker.CloudFormationResourcesSupportAtRuntime.AVAILABLE

    resource_provider.ResourceProviderExecutor.try_load_resource_provider = staticmethod(load)
    checker.ChangeSetResourceSupportChecker._resource_support_status = support


def schema(identifier, read_only=()):
    """As much of a type's schema as LocalStack's engine reads."""
    return {
        "primaryIdentifier": [f"/properties/{identifier}"],
        "readOnlyProperties": [f"/properties/{name}" for name in read_only],
        "properties": {identifier: {"type": "string"}},
    }


def _provider_class(api):
    """An `ApiType` as LocalStack wants it: a class with create, update and delete."""
    from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent, ResourceProvider

    class Provider(ResourceProvider):
        SCHEMA = schema(api.id, api.attributes)

        def create(self, request):
            model = dict(request.desired_state)
            model.setdefault(api.id, f"{request.stack_name}-{request.logical_resource_id}-{uuid.uuid4().hex[:8]}")
            api.create(request.aws_client_factory, model)
            known = {"account": request.account_id, "region": request.region_name, "id": model[api.id]}
            model |= {name: value.format(**known) for name, value in api.attributes.items()}
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

        def update(self, request):
            api.delete(request.aws_client_factory, request.previous_state)
            return self.create(request)

        def delete(self, request):
            api.delete(request.aws_client_factory, request.desired_state or request.previous_state)
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})

    return Provider
