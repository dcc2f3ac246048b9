"""A RunJobFlow request → the error that EMR gives for what does not exist in the account, else nothing."""

from localstack.aws.api import CommonServiceException

GROUPS = ("EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup", "ServiceAccessSecurityGroup")


def check_request(context, request):
    """Looks for the roles, subnets and security groups that the request names."""
    from localstack.aws.connect import connect_to

    aws = connect_to(aws_access_key_id=context.account_id, region_name=context.region)
    instances = request["Instances"]
    _exists("ServiceRole", request, lambda name: aws.iam.get_role(RoleName=name))
    _exists("JobFlowRole", request, lambda name: aws.iam.get_instance_profile(InstanceProfileName=name))
    for group in GROUPS:
        _exists(group, instances, lambda one: aws.ec2.describe_security_groups(GroupIds=[one]))
    for subnet in [*instances.get("Ec2SubnetIds", []), instances.get("Ec2SubnetId")]:
        _exists("subnet", {"subnet": subnet}, lambda one: aws.ec2.describe_subnets(SubnetIds=[one]))


def _exists(field, fields, look):
    value = fields.get(field)
    if value is None:
        return
    try:
        look(value.split("/")[-1])
    except Exception as error:
        raise CommonServiceException("ValidationException", f"{field} {value} is invalid: {error}") from error
