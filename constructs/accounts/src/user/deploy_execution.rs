//! What CloudFormation may do for a pipeline's stack: the role `cloudformation-<region>`.
//!
//! It makes, changes and deletes the types that pipeline stacks hold, under their names, and nothing of the account's own. A role that it
//! makes has the account's permission boundary, so whoever writes a template gets no more rights than a pipeline may have. The actions are
//! those of AWS's resource schemas; constructs/proofs/src/deploy holds the role against them for every template.

use pipesynth_cfn::iam::{self, role};
use pipesynth_contract::names;
use pipesynth_core::{Intrinsic, Stack, Statement, policy, sub};

use crate::names_in_template::regional;

/// Actions that IAM lets through only with the boundary (Service Authorization Reference, AWS IAM: `iam:PermissionsBoundary`).
/// `DeleteRolePermissionsBoundary` is not there: nothing takes a boundary away.
const WITH_BOUNDARY: [&str; 6] = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
];

/// The rest of a role's life, for which IAM has no such condition.
const ROLES: [&str; 10] = [
    "iam:DeleteRole",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
];

const PROFILES: [&str; 5] = [
    "iam:AddRoleToInstanceProfile",
    "iam:CreateInstanceProfile",
    "iam:DeleteInstanceProfile",
    "iam:GetInstanceProfile",
    "iam:RemoveRoleFromInstanceProfile",
];

const MACHINES: [&str; 7] = [
    "states:CreateStateMachine",
    "states:DeleteStateMachine",
    "states:DescribeStateMachine",
    "states:ListTagsForResource",
    "states:TagResource",
    "states:UntagResource",
    "states:UpdateStateMachine",
];

const RULES: [&str; 9] = [
    "events:DeleteRule",
    "events:DescribeRule",
    "events:ListTagsForResource",
    "events:ListTargetsByRule",
    "events:PutRule",
    "events:PutTargets",
    "events:RemoveTargets",
    "events:TagResource",
    "events:UntagResource",
];

const SCHEDULES: [&str; 4] =
    ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule", "scheduler:UpdateSchedule"];

const TOPICS: [&str; 10] = [
    "sns:CreateTopic",
    "sns:DeleteTopic",
    "sns:GetDataProtectionPolicy",
    "sns:GetTopicAttributes",
    "sns:ListSubscriptionsByTopic",
    "sns:ListTagsForResource",
    "sns:SetTopicAttributes",
    "sns:Subscribe",
    "sns:TagResource",
    "sns:UntagResource",
];

const LOGS: [&str; 11] = [
    "logs:CreateLogGroup",
    "logs:DeleteLogGroup",
    "logs:DeleteRetentionPolicy",
    "logs:DeleteSubscriptionFilter",
    "logs:DescribeSubscriptionFilters",
    "logs:GetDataProtectionPolicy",
    "logs:ListTagsForResource",
    "logs:PutRetentionPolicy",
    "logs:PutSubscriptionFilter",
    "logs:TagResource",
    "logs:UntagResource",
];

/// Actions that know no resource (Service Authorization Reference, Amazon SNS and Amazon CloudWatch Logs).
const WITHOUT_RESOURCE: [&str; 6] = [
    "logs:DescribeIndexPolicies",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
];

pub(super) fn add(stack: &mut Stack) {
    let root = stack.root();
    // CloudFormation is not documented to send the source account; to hand it the role takes `iam:PassRole` in this account.
    let trust = Statement::allow(["sts:AssumeRole"]).to_service("cloudformation.amazonaws.com");
    let rights: Vec<_> = roles().into_iter().chain(starts()).chain(telling()).collect();
    stack.add(
        root,
        "cloudformation-role",
        iam::Role::new()
            .path(names::IAM_PATH)
            .role_name(regional(names::ROLE_CLOUDFORMATION))
            .description("CloudFormation makes the stacks of this account's pipelines with it")
            .assume_role_policy_document(policy([trust]))
            .policies([role::Policy::new().policy_name("pipeline-stacks").policy_document(policy(rights))]),
    );
}

/// A pipeline's two roles and its instance profile.
fn roles() -> Vec<Statement> {
    let named = |what: &str, stem: &str| iam_arn(&format!("{what}{}{stem}-*-${{AWS::Region}}", names::IAM_PATH));
    let (run, nodes) = (|| named("role", "sfn"), || named("role", "ec2"));
    let boundary = iam_arn(&format!("policy{}{}-${{AWS::Region}}", names::IAM_PATH, names::POLICY_BOUNDARY));
    let start = iam_arn(&format!("role{}{}-${{AWS::Region}}", names::IAM_PATH, names::ROLE_START));
    let pass = |sid: &'static str, role: Intrinsic, to: Vec<&'static str>| {
        let pass = Statement::allow(["iam:PassRole"]).sid(sid).on(role);
        pass.when("StringEquals", "iam:PassedToService", to)
    };
    vec![
        Statement::allow(WITH_BOUNDARY).sid("BoundedRoles").on(run()).on(nodes()).when(
            "ArnEquals",
            "iam:PermissionsBoundary",
            boundary,
        ),
        Statement::allow(ROLES).sid("Roles").on(run()).on(nodes()),
        Statement::allow(PROFILES).sid("Profiles").on(named("instance-profile", "ec2")),
        pass("PassRunRole", run(), vec!["states.amazonaws.com"]),
        pass("PassNodeRole", nodes(), vec!["ec2.amazonaws.com"]),
        pass("PassStartRole", start, vec!["events.amazonaws.com", "scheduler.amazonaws.com"]),
    ]
}

/// The machine and what starts it.
fn starts() -> Vec<Statement> {
    let rule = |name: &str| own("events", &format!("rule/{name}"));
    vec![
        Statement::allow(MACHINES).sid("Machines").on(own("states", &format!("stateMachine:{}*", names::PREFIX))),
        Statement::allow(RULES).sid("Rules").on(rule(&format!("{}*", names::PREFIX))).on(rule(&format!(
            "{}/{}*",
            names::BUS,
            names::PREFIX
        ))),
        // The account's own rules begin as those of pipelines do.
        Statement::deny(["events:*"])
            .sid("AccountRules")
            .on(rule(names::RULE_REAPER))
            .on(rule(names::RULE_CLUSTER_SWEEP)),
        Statement::allow(SCHEDULES)
            .sid("Schedules")
            .on(own("scheduler", &format!("schedule/{}/{}*", names::SCHEDULE_GROUP, names::PREFIX))),
        Statement::allow(["lambda:InvokeFunction"])
            .sid("Register")
            .on(own("lambda", &format!("function:{}", names::FN_REGISTRAR))),
        Statement::allow(["ssm:GetParameters"]).sid("Parameters").on(own("ssm", "parameter/pipesynth/*")),
    ]
}

/// The topic and the log.
fn telling() -> Vec<Statement> {
    let groups = own("logs", &format!("log-group:{}*", names::log_group("")));
    vec![
        Statement::allow(TOPICS).sid("Topics").on(own("sns", &format!("{}*", names::PREFIX))),
        Statement::allow(LOGS).sid("Logs").on(groups),
        Statement::allow(WITHOUT_RESOURCE).sid("WithoutResource").on("*"),
    ]
}

fn own(service: &str, rest: &str) -> Intrinsic {
    sub(&format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
}

fn iam_arn(rest: &str) -> Intrinsic {
    sub(&format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{rest}"))
}
