//! The most that a role of a pipeline stack may ever do, whatever its policies say: the permission boundary `boundary-<region>`.
//!
//! It grants nothing by itself. Whoever writes a pipeline writes its `access:`, and with it managed policies of any kind; what they get is
//! what both allow. Data is reached within the organisation alone.

use pipesynth_cfn::iam;
use pipesynth_contract::names;
use pipesynth_core::{Intrinsic, Stack, Statement, policy, sub};

use crate::names_in_template::regional;

/// Services in which pipelines keep data, and what reading it needs. `lakeformation:GetDataAccess` and metrics know no resource.
const DATA: [&str; 8] = [
    "athena:*",
    "dynamodb:*",
    "glue:*",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKey*",
    "s3:*",
    "secretsmanager:GetSecretValue",
];

/// What a machine does on its cluster.
const CLUSTERS: [&str; 10] = [
    "elasticmapreduce:AddJobFlowSteps",
    "elasticmapreduce:AddTags",
    "elasticmapreduce:CancelSteps",
    "elasticmapreduce:DescribeCluster",
    "elasticmapreduce:DescribeStep",
    "elasticmapreduce:ListClusters",
    "elasticmapreduce:PutAutoTerminationPolicy",
    "elasticmapreduce:PutManagedScalingPolicy",
    "elasticmapreduce:RunJobFlow",
    "elasticmapreduce:TerminateJobFlows",
];

/// Logs, metrics and traces: nothing to be taken from, and without a resource to name.
const TELLING: [&str; 16] = [
    "cloudwatch:PutMetricData",
    "lakeformation:GetDataAccess",
    "logs:CreateLogDelivery",
    "logs:CreateLogStream",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutLogEvents",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
];

pub(super) fn add(stack: &mut Stack) {
    let root = stack.root();
    let role = |name: &str| iam_arn(&format!("role{}{name}-*", names::IAM_PATH));
    let statements = [
        Statement::allow(DATA).sid("DataOfTheOrganisation").on("*").when(
            "StringEquals",
            "aws:ResourceOrgID",
            sub("${OrgId}"),
        ),
        Statement::allow(TELLING).sid("Telling").on("*"),
        Statement::allow(CLUSTERS).sid("Clusters").on("*"),
        Statement::allow(["lambda:InvokeFunction"])
            .sid("Functions")
            .on(own("lambda", &format!("function:{}*", names::PREFIX))),
        Statement::allow(["iam:PassRole"])
            .sid("ClusterRoles")
            .on(role(names::ROLE_EMR_SERVICE))
            .on(role(names::ROLE_NODES))
            .on(iam_arn(&format!("role{}ec2-*", names::IAM_PATH))),
        Statement::allow(["iam:CreateServiceLinkedRole"])
            .sid("FirstCluster")
            .on(iam_arn("role/aws-service-role/elasticmapreduce.amazonaws.com*/AWSServiceRoleForEMRCleanup*")),
        Statement::allow(["events:DescribeRule", "events:PutRule", "events:PutTargets"])
            .sid("WaitForSteps")
            .on(own("events", "rule/StepFunctionsGetEvent*")),
    ];
    stack.add(
        root,
        names::POLICY_BOUNDARY,
        iam::ManagedPolicy::new()
            .path(names::IAM_PATH)
            .managed_policy_name(regional(names::POLICY_BOUNDARY))
            .description("The most that roles of pipeline stacks may do")
            .policy_document(policy(statements)),
    );
}

fn own(service: &str, rest: &str) -> Intrinsic {
    sub(&format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
}

fn iam_arn(rest: &str) -> Intrinsic {
    sub(&format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{rest}"))
}
