//! The role with which a pipeline's machine acts: exactly the calls of its states, on its own cluster.

use pipesynth_cfn::iam::{self, role};
use pipesynth_contract::names;
use pipesynth_core::{Intrinsic, Pseudo, Scope, Stack, Statement, policy, pseudo, sub};

use crate::construct::Fixed;
use crate::plan::PipelinePlan;

/// The tag that every cluster of a pipeline carries.
const TAG: &str = names::TAG_PIPELINE;

/// Adds the role and gives its ARN.
pub(crate) fn add(stack: &mut Stack, scope: Scope, plan: &PipelinePlan) -> Intrinsic {
    let stem = names::execution_role(&plan.name);
    let trust = Statement::allow(["sts:AssumeRole"])
        .to_service("states.amazonaws.com")
        .when("StringEquals", "aws:SourceAccount", pseudo(Pseudo::AccountId))
        .when(
            "ArnLike",
            "aws:SourceArn",
            Fixed::arn("states", &format!("stateMachine:{}", names::machine(&plan.name))),
        );
    let resource = iam::Role::new()
        .path(names::IAM_PATH)
        .role_name(Fixed::regional(&stem))
        .description(format!("Runs pipeline {}", plan.display_name))
        .permissions_boundary(Fixed::boundary())
        .assume_role_policy_document(policy([trust]))
        .policies([role::Policy::new().policy_name("run").policy_document(policy(statements(plan)))]);
    stack.add(scope, "run-role", resource).att(iam::Role::ARN)
}

fn statements(plan: &PipelinePlan) -> Vec<Statement> {
    let nodes = if plan.has_own_role() { names::instance_role(&plan.name) } else { names::ROLE_NODES.to_owned() };
    let name = plan.name.clone();
    let mut own = vec![
        "elasticmapreduce:AddJobFlowSteps",
        "elasticmapreduce:CancelSteps",
        "elasticmapreduce:DescribeCluster",
        "elasticmapreduce:DescribeStep",
        "elasticmapreduce:PutAutoTerminationPolicy",
    ];
    own.extend(plan.cluster.scaling.map(|_| "elasticmapreduce:PutManagedScalingPolicy"));
    own.push("elasticmapreduce:TerminateJobFlows");
    vec![
        Statement::allow(["lambda:InvokeFunction"]).sid("Claim").on(Fixed::function(names::FN_CLAIM)),
        Statement::allow(["elasticmapreduce:RunJobFlow", "elasticmapreduce:AddTags"]).sid("Create").on("*").when(
            "StringEquals",
            format!("elasticmapreduce:RequestTag/{TAG}"),
            name.clone(),
        ),
        Statement::allow(own)
            .sid("OwnCluster")
        .on(Fixed::arn("elasticmapreduce", "cluster/*"))
        .when("StringEquals", format!("elasticmapreduce:ResourceTag/{TAG}"), name),
        Statement::allow(["elasticmapreduce:ListClusters"]).sid("Find").on("*"),
        Statement::allow(["iam:PassRole"]).sid("PassServiceRole").on(Fixed::role_arn(names::ROLE_EMR_SERVICE)).when(
            "StringEquals",
            "iam:PassedToService",
            "elasticmapreduce.amazonaws.com",
        ),
        Statement::allow(["iam:PassRole"]).sid("PassNodeRole").on(Fixed::role_arn(&nodes)).when(
            "StringLike",
            "iam:PassedToService",
            "ec2.amazonaws.com*",
        ),
        // EMR makes this role when the first cluster of an account starts; RunJobFlow fails where it may not
        // (Amazon EMR Management Guide, "Using service-linked roles for cleanup").
        Statement::allow(["iam:CreateServiceLinkedRole"])
            .sid("FirstCluster")
            .on(sub(
                "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/elasticmapreduce.amazonaws.com*/AWSServiceRoleForEMRCleanup*",
            ))
            .when("StringLike", "iam:AWSServiceName", ["elasticmapreduce.amazonaws.com", "elasticmapreduce.amazonaws.com.cn"]),
        // The rules by which `.sync` integrations hear of their end (Step Functions Developer Guide, IAM policies for Amazon EMR).
        Statement::allow(["events:DescribeRule", "events:PutRule", "events:PutTargets"])
            .sid("Sync")
            .on(Fixed::arn("events", "rule/StepFunctionsGetEventForEMRAddJobFlowStepsRule"))
            .on(Fixed::arn("events", "rule/StepFunctionsGetEventForEMRRunJobFlowRule")),
        log_delivery(),
        Statement::allow([
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
        ])
        .sid("Trace")
        .on("*"),
    ]
}

/// Delivery of a machine's log has no resource to name (Step Functions Developer Guide, "Logging using CloudWatch Logs").
fn log_delivery() -> Statement {
    Statement::allow([
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
    ])
    .sid("Log")
    .on("*")
}
