//! EMR: the service role, the nodes' default role with its instance profile, and the security configuration.

use pipesynth_cfn::iam::{self, role};
use pipesynth_cfn::s3;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Pseudo, Scope, Stack, Statement, policy, pseudo, sub};

use crate::names_in_template::{bucket_name, regional};

use super::network::Network;
use super::security;

pub(super) fn add(stack: &mut Stack, bucket: Handle<s3::Bucket>, _network: Network) {
    let root = stack.root();
    let scope = stack.scope(root, "emr");
    service_role(stack, scope);
    node_role(stack, scope, bucket);
    security::add(stack, scope);
}

/// AmazonEMRServicePolicy_v2 passes only a role of the default name, so passing ours is allowed here
/// (Amazon EMR Management Guide, "Service role for Amazon EMR").
fn service_role(stack: &mut Stack, scope: Scope) {
    let nodes =
        |name: &str| sub(&format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{}{name}", names::IAM_PATH));
    let trust = Statement::allow(["sts:AssumeRole"])
        .to_service("elasticmapreduce.amazonaws.com")
        .when("StringEquals", "aws:SourceAccount", pseudo(Pseudo::AccountId))
        .when(
            "ArnLike",
            "aws:SourceArn",
            sub("arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:*"),
        );
    let pass = Statement::allow(["iam:PassRole"])
        .sid("PassNodeRoles")
        .on(nodes(&format!("{}-*", names::ROLE_NODES)))
        .on(nodes("ec2-*"))
        .when("StringLike", "iam:PassedToService", "ec2.amazonaws.com*");
    // Spot capacity needs it, and only the console makes it by itself (Amazon EC2 User Guide, "Service-linked role for Spot Instance requests").
    let spot = Statement::allow(["iam:CreateServiceLinkedRole"])
        .sid("FirstSpotRequest")
        .on(sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot*"))
        .when("StringEquals", "iam:AWSServiceName", "spot.amazonaws.com");
    // Passwords of metastores: EMR resolves them with its service role (Amazon EMR Release Guide, "Store sensitive configuration data").
    let secrets = Statement::allow(["secretsmanager:GetSecretValue"]).sid("MetastorePasswords").on(sub(&format!(
        "arn:${{AWS::Partition}}:secretsmanager:${{AWS::Region}}:${{AWS::AccountId}}:secret:{}*",
        names::SECRET_METASTORE
    )));
    stack.add(
        scope,
        "service-role",
        iam::Role::new()
            .path(names::IAM_PATH)
            .role_name(regional(names::ROLE_EMR_SERVICE))
            .description("Amazon EMR starts and stops cluster nodes with it")
            .assume_role_policy_document(policy([trust]))
            .managed_policy_arns([sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2")])
            .policies([role::Policy::new()
                .policy_name("pass-node-roles")
                .policy_document(policy([pass, spot, secrets]))]),
    );
}

/// What nodes of a pipeline without `access:` may do: read code, write logs, nothing else.
fn node_role(stack: &mut Stack, scope: Scope, bucket: Handle<s3::Bucket>) {
    let objects = |prefix: &str| sub(&format!("arn:${{AWS::Partition}}:s3:::{}/{prefix}*", bucket_name()));
    // Without a condition: a profile can be used in its own account alone, and EC2 is not documented to send the source account.
    let trust = Statement::allow(["sts:AssumeRole"]).to_service("ec2.amazonaws.com");
    let statements = [
        Statement::allow(["s3:GetObject"]).sid("Code").on(objects(names::KEY_CODE)),
        Statement::allow(["s3:PutObject"]).sid("Logs").on(objects(names::KEY_EMR_LOGS)),
        Statement::allow(["s3:ListBucket"]).sid("List").on(bucket.att(s3::Bucket::ARN)).when(
            "StringLike",
            "s3:prefix",
            [format!("{}*", names::KEY_CODE), format!("{}*", names::KEY_EMR_LOGS)],
        ),
        security::disks(),
    ];
    let role = stack.add(
        scope,
        "node-role",
        iam::Role::new()
            .path(names::IAM_PATH)
            .role_name(regional(names::ROLE_NODES))
            .description("Nodes of clusters whose pipeline asks for no data access")
            .assume_role_policy_document(policy([trust]))
            .policies([role::Policy::new().policy_name("code-and-logs").policy_document(policy(statements))]),
    );
    stack.add(
        scope,
        "node-profile",
        iam::InstanceProfile::new()
            .path(names::IAM_PATH)
            .instance_profile_name(regional(names::ROLE_NODES))
            .roles([role.reference()]),
    );
}
