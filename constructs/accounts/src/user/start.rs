//! What starts pipelines: the schedule group and the one role that EventBridge and Scheduler start state machines with.

use pipesynth_cfn::iam::{self, role};
use pipesynth_cfn::{scheduler, sqs};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Pseudo, Stack, Statement, policy, pseudo, sub};

use crate::names_in_template::regional;

/// One role per account, for an account holds 1,000 roles by default (IAM quotas).
pub(super) fn add(stack: &mut Stack, dead: Handle<sqs::Queue>) {
    let root = stack.root();
    stack.add(root, "schedules", scheduler::ScheduleGroup::new().name(names::SCHEDULE_GROUP));
    let arn = |service: &str, rest: &str| {
        sub(&format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
    };
    let trust = |service: &'static str, sources: Vec<pipesynth_core::Intrinsic>| {
        Statement::allow(["sts:AssumeRole"])
            .to_service(service)
            .when("StringEquals", "aws:SourceAccount", pseudo(Pseudo::AccountId))
            .when("ArnLike", "aws:SourceArn", sources)
    };
    let rules = vec![
        arn("events", &format!("rule/{}*", names::PREFIX)),
        arn("events", &format!("rule/{}/{}*", names::BUS, names::PREFIX)),
    ];
    let group = vec![arn("scheduler", &format!("schedule-group/{}", names::SCHEDULE_GROUP))];
    let machines = arn("states", &format!("stateMachine:{}*", names::PREFIX));
    let statements = [
        Statement::allow(["states:StartExecution"]).sid("Start").on(machines),
        Statement::allow(["sqs:SendMessage"]).sid("DeadLetters").on(dead.att(sqs::Queue::ARN)),
    ];
    stack.add(
        root,
        "start-role",
        iam::Role::new()
            .path(names::IAM_PATH)
            .role_name(regional(names::ROLE_START))
            .description("Schedules and triggers start pipelines with it")
            .assume_role_policy_document(policy([
                trust("events.amazonaws.com", rules),
                trust("scheduler.amazonaws.com", group),
            ]))
            .policies([role::Policy::new().policy_name(names::ROLE_START).policy_document(policy(statements))]),
    );
}
