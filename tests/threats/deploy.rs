//! Threat 9: whoever writes a pipeline, or deploys it, wants more rights than a pipeline has.

use serde_json::{Value, json};

use super::org::{A, Org, REGION, cut, held_by, statements, works};
use super::policy::{Request, Verdict, admin, identity, resource};

const EXECUTION: &str = "CloudformationRole";
const DEPLOY: &str = "DeployRole";
const USER: &str = "pipesynth-user";

fn iam(what: &str) -> String {
    format!("arn:aws:iam::{A}:{what}")
}

fn role(name: &str) -> String {
    iam(&format!("role/pipesynth/{name}-{REGION}"))
}

/// A request of one of the roles that pipelines are deployed with.
fn asks(role_id: &str, action: &str, on: &str, context: &[(&str, &str)]) -> Request {
    let request = Request::by(&format!("arn:aws:iam::{A}:role/{role_id}"), action, on);
    context.iter().fold(request, |request, (key, value)| request.with(key, value))
}

fn may(org: &Org, id: &str, request: &Request) -> bool {
    identity(&org.user(A).rights(id), request) == Verdict::Allowed
}

/// Widens what a statement is about to everything.
fn widen(id: &'static str, sid: &'static str) -> impl FnOnce(&mut Org) {
    move |org| org.statement(USER, id, sid)["Resource"] = "*".into()
}

/// Takes the condition of a statement away.
fn unconditional(id: &'static str, sid: &'static str) -> impl FnOnce(&mut Org) {
    move |org| cut(org.statement(USER, id, sid), "Condition")
}

#[test]
fn threat_9_a_template_makes_no_role_without_the_boundary() {
    let boundary = iam(&format!("policy/pipesynth/boundary-{REGION}"));
    let key = "iam:PermissionsBoundary";
    for action in ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"] {
        let with = |context: &[(&str, &str)]| asks("cfn", action, &role("sfn-listings"), context);
        works("a pipeline's role has the boundary", |org| may(org, EXECUTION, &with(&[(key, &boundary)])));
        let other = iam("policy/AdministratorAccess");
        for attack in [with(&[]), with(&[(key, &other)])] {
            held_by(action, |org| may(org, EXECUTION, &attack), unconditional(EXECUTION, "BoundedRoles"));
        }
    }
    let unbind = asks("cfn", "iam:DeleteRolePermissionsBoundary", &role("sfn-listings"), &[(key, &boundary)]);
    held_by(
        "the list of actions",
        |org| may(org, EXECUTION, &unbind),
        |org| {
            org.statement(USER, EXECUTION, "Roles")["Action"] = json!(["iam:*"]);
        },
    );
}

#[test]
fn threat_9_a_template_changes_nothing_of_the_accounts_own() {
    let boundary = iam(&format!("policy/pipesynth/boundary-{REGION}"));
    let bounded = [("iam:PermissionsBoundary", boundary.as_str())];
    let own = |service: &str, rest: &str| format!("arn:aws:{service}:{REGION}:{A}:{rest}");
    for (sid, action, on) in [
        ("BoundedRoles", "iam:PutRolePolicy", role("registry-client")),
        ("BoundedRoles", "iam:CreateRole", iam("role/admin")),
        ("Roles", "iam:UpdateAssumeRolePolicy", role("event-forwarder")),
        ("Roles", "iam:UpdateAssumeRolePolicy", role("cloudformation")),
        ("Profiles", "iam:AddRoleToInstanceProfile", iam(&format!("instance-profile/pipesynth/emr-ec2-{REGION}"))),
        ("Machines", "states:UpdateStateMachine", own("states", "stateMachine:payroll")),
        ("Rules", "events:PutTargets", own("events", "rule/export-events-to-central-bus")),
        ("Topics", "sns:SetTopicAttributes", own("sns", "platform-alerts-pipesynth")),
        ("Logs", "logs:DeleteLogGroup", own("logs", "log-group:/aws/lambda/pipesynth-claim")),
        ("Schedules", "scheduler:UpdateSchedule", own("scheduler", "schedule/default/payroll")),
        ("Register", "lambda:InvokeFunction", own("lambda", "function:payroll")),
        ("Parameters", "ssm:GetParameters", own("ssm", "parameter/payroll/password")),
    ] {
        let attack = asks("cfn", action, &on, &bounded);
        held_by(&format!("resources of `{sid}`"), |org| may(org, EXECUTION, &attack), widen(EXECUTION, sid));
    }
    for rule in ["rule/pipesynth-cluster-reaper", "rule/pipesynth-cluster-sweep"] {
        let attack = asks("cfn", "events:DeleteRule", &own("events", rule), &[]);
        held_by(
            "the denial `AccountRules`",
            |org| may(org, EXECUTION, &attack),
            |org| {
                org.statement(USER, EXECUTION, "AccountRules")["Resource"] = "nothing".into();
            },
        );
    }
    for (action, on) in [
        ("iam:CreatePolicyVersion", boundary.clone()),
        ("events:PutPermission", own("events", "event-bus/data-pipeline")),
        ("lambda:UpdateFunctionCode", own("lambda", "function:pipesynth-registrar")),
        ("dynamodb:DeleteTable", own("dynamodb", "table/pipesynth-runs")),
        ("iam:CreateUser", iam("user/x")),
    ] {
        let attack = asks("cfn", action, &on, &bounded);
        held_by(
            "the list of actions",
            |org| may(org, EXECUTION, &attack),
            |org| {
                let statement = org.statement(USER, EXECUTION, "Roles");
                (statement["Action"], statement["Resource"]) = (json!("*"), json!("*"));
            },
        );
    }
}

#[test]
fn threat_9_roles_are_passed_to_their_service_alone() {
    let pass = |on: &str, to: &str| asks("cfn", "iam:PassRole", on, &[("iam:PassedToService", to)]);
    works("a machine gets its role", |org| may(org, EXECUTION, &pass(&role("sfn-listings"), "states.amazonaws.com")));
    for (sid, name, to) in [
        ("PassRunRole", "sfn-listings", "lambda.amazonaws.com"),
        ("PassNodeRole", "ec2-listings", "glue.amazonaws.com"),
        ("PassStartRole", "start", "lambda.amazonaws.com"),
    ] {
        held_by(sid, |org| may(org, EXECUTION, &pass(&role(name), to)), unconditional(EXECUTION, sid));
    }
    for name in ["registry-client", "cloudformation", "emr-service"] {
        let attack = pass(&role(name), "states.amazonaws.com");
        held_by("the resources of `PassRunRole`", |org| may(org, EXECUTION, &attack), widen(EXECUTION, "PassRunRole"));
    }
    let execution = role("cloudformation");
    works("CloudFormation gets its role", |org| may(org, DEPLOY, &pass(&execution, "cloudformation.amazonaws.com")));
    let to_lambda = pass(&execution, "lambda.amazonaws.com");
    held_by("ExecutionRole", |org| may(org, DEPLOY, &to_lambda), unconditional(DEPLOY, "ExecutionRole"));
    let stronger = pass(&iam("role/admin"), "cloudformation.amazonaws.com");
    held_by("ExecutionRole", |org| may(org, DEPLOY, &stronger), widen(DEPLOY, "ExecutionRole"));
}

#[test]
fn threat_9_a_deploy_changes_stacks_of_pipelines_alone_and_through_the_role() {
    let stack = |name: &str| format!("arn:aws:cloudformation:{REGION}:{A}:stack/{name}/1");
    let through = |action: &str, name: &str, by: &str| {
        asks("ci", &format!("cloudformation:{action}"), &stack(name), &[("cloudformation:RoleArn", by)])
    };
    let execution = role("cloudformation");
    works("a pipeline is deployed", |org| {
        ["CreateChangeSet", "ExecuteChangeSet", "DeleteStack", "DescribeStacks"]
            .iter()
            .all(|action| may(org, DEPLOY, &through(action, "pipesynth-listings", &execution)))
    });
    for action in ["CreateChangeSet", "DeleteStack"] {
        let by_admin = through(action, "pipesynth-listings", &iam("role/admin"));
        held_by("Change", |org| may(org, DEPLOY, &by_admin), unconditional(DEPLOY, "Change"));
    }
    for name in ["pipesynth-user", "pipesynth-central", "pipesynth-assets"] {
        let attack = through("ExecuteChangeSet", name, &execution);
        held_by(
            "the denial `AccountStacks`",
            |org| may(org, DEPLOY, &attack),
            |org| {
                org.statement(USER, DEPLOY, "AccountStacks")["Resource"] = "nothing".into();
            },
        );
    }
    let other = through("ExecuteChangeSet", "payroll", &execution);
    held_by("Stacks", |org| may(org, DEPLOY, &other), widen(DEPLOY, "Stacks"));
    let bucket = format!("arn:aws:s3:::pipesynth-artifacts-{A}-{REGION}");
    let put = |key: &str| asks("ci", "s3:PutObject", &format!("{bucket}/{key}"), &[]);
    works("code is put", |org| may(org, DEPLOY, &put("code/listings/0/a.py")));
    held_by("Code", |org| may(org, DEPLOY, &put("emr-logs/listings/x")), widen(DEPLOY, "Code"));
}

#[test]
fn threat_9_what_runs_in_a_pipeline_takes_no_role_that_deploys() {
    let takes = |org: &Org, arn: &str| {
        let trust = statements(&org.user(A).get(DEPLOY)["AssumeRolePolicyDocument"]);
        resource(&trust, &Request::by(arn, "sts:AssumeRole", &role("deploy"))) == Verdict::Allowed
    };
    works("CI deploys", |org| takes(org, &iam("role/ci")));
    assert!(!takes(Org::case_study(), "arn:aws:iam::222222222222:role/ci"), "CI of another account");
    held_by(
        "the trust's `ArnNotLike`",
        |org| takes(org, &role("ec2-listings")),
        |org| {
            let trust = &mut org.resource(USER, DEPLOY)["Properties"]["AssumeRolePolicyDocument"]["Statement"];
            let statement = if trust.is_array() { &mut trust[0] } else { trust };
            cut(&mut statement["Condition"], "ArnNotLike");
        },
    );
}

#[test]
fn threat_9_a_pipeline_with_every_policy_stays_within_the_boundary() {
    let boundary = |org: &Org| -> Vec<Value> {
        let (_, policy) = org.user(A).of("AWS::IAM::ManagedPolicy").remove(0);
        statements(&policy["PolicyDocument"])
    };
    let may = |org: &Org, request: &Request| {
        // `access.policies: [AdministratorAccess]`
        identity(&admin(), request) == Verdict::Allowed && identity(&boundary(org), request) == Verdict::Allowed
    };
    let asks = |action: &str, on: &str| Request::by(&role("ec2-listings"), action, on);
    let data = asks("s3:GetObject", "arn:aws:s3:::listings-raw/x");
    works("data of the organisation is read", |org| may(org, &data.clone().with("aws:ResourceOrgID", "o-a1b2c3d4e5")));
    let id = Org::case_study().user(A).of("AWS::IAM::ManagedPolicy").remove(0).0;
    let foreign = data.with("aws:ResourceOrgID", "o-somebody0else");
    held_by(
        "aws:ResourceOrgID",
        |org| may(org, &foreign),
        |org| {
            cut(org.statement(USER, &id, "DataOfTheOrganisation"), "Condition");
        },
    );
    for (action, on) in [
        ("iam:CreateRole", iam("role/admin")),
        ("iam:PassRole", role("registry-client")),
        ("sts:AssumeRole", role("deploy")),
        ("events:PutEvents", format!("arn:aws:events:{REGION}:{A}:event-bus/data-pipeline")),
        ("lambda:UpdateFunctionCode", format!("arn:aws:lambda:{REGION}:{A}:function:pipesynth-registrar")),
        ("cloudformation:CreateStack", format!("arn:aws:cloudformation:{REGION}:{A}:stack/pipesynth-x/1")),
    ] {
        held_by(
            "the boundary",
            |org| may(org, &asks(action, &on)),
            |org| {
                let statement = org.statement(USER, &id, "Telling");
                (statement["Action"], statement["Resource"]) = (json!("*"), json!("*"));
            },
        );
    }
}
