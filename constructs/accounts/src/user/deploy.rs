//! Who may deploy pipelines of this account: the role `deploy-<region>`, for people and for CI.
//!
//! It changes stacks of pipelines alone, and only through the role `cloudformation-<region>`, which does what templates say (`deploy_execution`).

use pipesynth_cfn::iam::{self, role};
use pipesynth_contract::names;
use pipesynth_core::{Intrinsic, Parameter, Stack, Statement, parameter, policy, sub};

use crate::names_in_template::{bucket_name, regional};

/// Parameter: which of the account's principals may take the role.
const PRINCIPAL: &str = "DeployPrincipal";

/// What names a stack's service role, so that it can be asked for (Service Authorization Reference, AWS CloudFormation). A deletion that
/// names none is refused too.
const THROUGH_THE_ROLE: [&str; 4] = [
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteStack",
    "cloudformation:RollbackStack",
];

/// What else a deploy does: it reads, and goes on with what has a role already. Nothing lifts a stack's termination protection or its
/// policy.
const ON_A_STACK: [&str; 14] = [
    "cloudformation:CancelUpdateStack",
    "cloudformation:DeleteChangeSet",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeEvents",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStackResources",
    "cloudformation:DescribeStacks",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:GetTemplate",
    "cloudformation:GetTemplateSummary",
    "cloudformation:ListChangeSets",
    "cloudformation:ListStackResources",
    "cloudformation:TagResource",
    "cloudformation:UntagResource",
];

pub(super) fn add(stack: &mut Stack) {
    let text = "Which roles and users of this account may deploy pipelines, as an ARN with or without `*`";
    let pattern = Parameter::new("String", text).with("Default", "arn:*:iam::*:*");
    stack.parameter(PRINCIPAL, pattern.with("AllowedPattern", r"^arn:[a-z*-]+:iam::([0-9]{12}|\*):[^ ]+$"));
    let root = stack.root();
    stack.add(
        root,
        "deploy-role",
        iam::Role::new()
            .path(names::IAM_PATH)
            .role_name(regional(names::ROLE_DEPLOY))
            .description("Deploys pipelines of this account: for people and for CI")
            .assume_role_policy_document(policy([trust()]))
            .policies([role::Policy::new().policy_name(names::ROLE_DEPLOY).policy_document(policy(statements()))]),
    );
}

/// The account's principals that their own policies let take the role, for the account's root stands for those. A role of pipesynth's is
/// never one of them: what runs in a pipeline deploys none.
fn trust() -> Statement {
    let own = format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{}*", names::IAM_PATH);
    Statement::allow(["sts:AssumeRole"])
        .to_aws(sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root"))
        .when("ArnLike", "aws:PrincipalArn", parameter(PRINCIPAL))
        .when("ArnNotLike", "aws:PrincipalArn", sub(&own))
}

fn statements() -> Vec<Statement> {
    let stacks = || stack_arn(&format!("{}*", names::PREFIX));
    let execution = || iam_arn(&format!("role{}{}-${{AWS::Region}}", names::IAM_PATH, names::ROLE_CLOUDFORMATION));
    let code = format!("arn:${{AWS::Partition}}:s3:::{}/{}*", bucket_name(), names::KEY_CODE);
    let others = Statement::deny(["cloudformation:*"]).sid("AccountStacks");
    vec![
        Statement::allow(THROUGH_THE_ROLE).sid("Change").on(stacks()).when(
            "ArnEquals",
            "cloudformation:RoleArn",
            execution(),
        ),
        Statement::allow(ON_A_STACK).sid("Stacks").on(stacks()),
        // A stack keeps its service role, and whoever may change the stack may use it. The stacks of the account have a strong one
        // (CloudFormation User Guide, "CloudFormation service role").
        names::OWN_STACKS.into_iter().fold(others, |others, name| others.on(stack_arn(name))),
        Statement::allow(["iam:PassRole"]).sid("ExecutionRole").on(execution()).when(
            "StringEquals",
            "iam:PassedToService",
            "cloudformation.amazonaws.com",
        ),
        // Code, and templates that are too large for a request.
        Statement::allow(["s3:GetObject", "s3:PutObject"]).sid("Code").on(sub(&code)),
    ]
}

fn stack_arn(name: &str) -> Intrinsic {
    sub(&format!("arn:${{AWS::Partition}}:cloudformation:${{AWS::Region}}:${{AWS::AccountId}}:stack/{name}/*"))
}

fn iam_arn(rest: &str) -> Intrinsic {
    sub(&format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{rest}"))
}
