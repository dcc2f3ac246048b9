//! The checked pipeline → its stack.

use pipesynth_cfn::{logs, stepfunctions};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Intrinsic, Map, Origin, Parameter, Piece, Policy, Stack, Value, sub};
use pipesynth_diag::{Files, Place};
use stepfunctions::state_machine as machine_of;

use crate::plan::PipelinePlan;
use crate::{access, cluster, machine, notify, registration, roles, triggers};

/// Names of the stack's parameters.
pub mod parameter {
    /// The prefix under which the pipeline's files lie in the account's bucket; it holds their hash.
    pub const CODE_PREFIX: &str = "CodePrefix";
    /// Subnets, from SSM.
    pub const SUBNETS: &str = "Subnets";
    /// Security group of primary nodes, from SSM.
    pub const PRIMARY_GROUP: &str = "PrimarySecurityGroup";
    /// Security group of core and task nodes, from SSM.
    pub const WORKER_GROUP: &str = "WorkerSecurityGroup";
    /// Security group of EMR's service access, from SSM.
    pub const SERVICE_GROUP: &str = "ServiceSecurityGroup";
}

/// Days that a machine's log is kept.
const LOG_DAYS: u32 = 30;

/// What lies under fixed names in the pipeline's account.
pub(crate) struct Fixed;

impl Fixed {
    /// `arn:<partition>:<service>:<region>:<account>:<rest>`.
    pub fn arn(service: &str, rest: &str) -> Intrinsic {
        sub(&format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
    }

    /// A function's ARN.
    pub fn function(name: &str) -> Intrinsic {
        Self::arn("lambda", &format!("function:{name}"))
    }

    /// A name of IAM, which ends in the region.
    pub fn regional(stem: &str) -> Intrinsic {
        sub(&names::iam_name(stem, "${AWS::Region}"))
    }

    /// The permission boundary of every role that a pipeline stack makes.
    pub fn boundary() -> Intrinsic {
        let name = names::iam_name(names::POLICY_BOUNDARY, "${AWS::Region}");
        sub(&format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy{}{name}", names::IAM_PATH))
    }

    /// The ARN of one of our roles.
    pub fn role_arn(stem: &str) -> Intrinsic {
        let name = names::iam_name(stem, "${AWS::Region}");
        sub(&format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{}{name}", names::IAM_PATH))
    }

    /// The role with which schedules and rules start machines.
    pub fn start_role() -> Intrinsic {
        Self::role_arn(names::ROLE_START)
    }

    /// The account's dead-letter queue.
    pub fn dead_letters() -> Intrinsic {
        Self::arn("sqs", names::QUEUE_DEAD_LETTERS)
    }

    /// The account's bucket, as text for [`sub`].
    pub fn bucket_text() -> String {
        names::artifact_bucket("${AWS::AccountId}", "${AWS::Region}")
    }

    /// The account's bucket, as pieces of `Fn::Sub`.
    pub fn bucket() -> Vec<Piece> {
        match sub(&Self::bucket_text()) {
            Intrinsic::Sub(pieces) => pieces,
            other => vec![Piece::Text(format!("{other:?}").into())],
        }
    }
}

/// Builds the pipeline's stack. `files` gives places their lines.
pub fn stack(plan: &PipelinePlan, files: &Files) -> Stack {
    let origin = |place: Place| {
        let at = files.start(place);
        Origin { path: files.path(place.file).to_owned(), line: at.line, column: at.column }
    };
    let mut stack = Stack::new(names::machine(&plan.name), description(plan));
    let root = stack.root();
    stack.set_origin(root, origin(plan.places.pipeline));
    tags(&mut stack, plan);
    if !plan.code().is_empty() {
        let text = "Prefix of the pipeline's files in the account's bucket; it holds their hash";
        stack.parameter(
            parameter::CODE_PREFIX,
            Parameter::new("String", text)
                .with("AllowedPattern", format!("^{}{}/[0-9a-f]{{16}}$", names::KEY_CODE, plan.name)),
        );
    }
    cluster::parameters(&mut stack);
    let profile: Value = if plan.has_own_role() {
        let scope = stack.scope(root, "access");
        if let Some(place) = plan.places.access {
            stack.set_origin(scope, origin(place));
        }
        let data = plan.access.clone().unwrap_or_default();
        access::add(&mut stack, scope, &data, &plan.name, &plan.own_needs()).into()
    } else {
        Fixed::regional(names::ROLE_NODES).into()
    };
    let definition = machine::definition(plan, profile);
    let hash = registration::spec_hash(plan, &definition);
    let (machine, log) = add_machine(&mut stack, plan, definition);
    if let Some(first) = plan.steps.first() {
        stack.set_resource_origin(machine.id(), origin(first.name.place));
    }
    let arn = || machine.reference();
    let mut dependency = None;
    if let Some(schedule) = plan.trigger.schedule.as_ref().filter(|_| !plan.trigger.waits_for_both()) {
        let scope = stack.scope(root, "Default");
        stack.set_origin(scope, origin(schedule.place));
        triggers::schedule::add(&mut stack, scope, schedule, &plan.name, arn());
    }
    if let Some(executions) = &plan.trigger.executions {
        let scope = stack.scope(root, "Default");
        stack.set_origin(scope, origin(executions.place));
        dependency = Some(triggers::executions::add(&mut stack, scope, executions, &plan.name, arn()).id());
    }
    if let Some(notifications) = &plan.notifications {
        let scope = stack.scope(root, "Default");
        stack.set_origin(scope, origin(notifications.place));
        notify::add(&mut stack, scope, notifications, plan, log, &origin);
    }
    let waits: Vec<_> = [Some(machine.id()), dependency].into_iter().flatten().collect();
    registration::add(&mut stack, plan, hash, &waits);
    stack.output("StateMachineArn", "The pipeline's state machine", machine.reference());
    stack
}

fn description(plan: &PipelinePlan) -> String {
    let text = plan.description.as_deref().map_or_else(String::new, |d| format!(": {d}"));
    let all = format!("pipesynth pipeline {}{text}", plan.display_name);
    // CloudFormation takes 1,024 bytes; a longer text is for readers of the file.
    all.char_indices().take_while(|(at, c)| at + c.len_utf8() <= 1_024).map(|(_, c)| c).collect()
}

fn tags(stack: &mut Stack, plan: &PipelinePlan) {
    for (key, value) in &plan.tags {
        stack.tag(key, value);
    }
    stack.tag("pipesynth:pipeline", &plan.name);
    if let Some(team) = &plan.team {
        stack.tag("pipesynth:team", team);
    }
}

fn add_machine(
    stack: &mut Stack,
    plan: &PipelinePlan,
    definition: Map,
) -> (Handle<stepfunctions::StateMachine>, Handle<logs::LogGroup>) {
    let root = stack.root();
    let log = logs::LogGroup::new().log_group_name(names::log_group(&plan.name)).retention_in_days(LOG_DAYS);
    let log = stack.add(root, "log-group", log);
    stack.set_policy(log.id(), Policy::Delete);
    let role = roles::add(stack, root, plan);
    let destination = machine_of::LogDestination::new().cloud_watch_logs_log_group(
        machine_of::CloudWatchLogsLogGroup::new().log_group_arn(log.att(logs::LogGroup::ARN)),
    );
    let logging =
        machine_of::LoggingConfiguration::new().level("ALL").include_execution_data(false).destinations([destination]);
    let machine = stepfunctions::StateMachine::new()
        .state_machine_name(names::machine(&plan.name))
        .state_machine_type("STANDARD")
        .role_arn(role)
        .logging_configuration(logging)
        .tracing_configuration(machine_of::TracingConfiguration::new().enabled(true))
        .definition(definition);
    (stack.add(root, "machine", machine), log)
}
