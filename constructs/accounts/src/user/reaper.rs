//! No cluster outlives its run: runs that ended badly → queue → cluster reaper, and the reaper once an hour by the clock.
//!
//! Step Functions does not terminate a cluster when an execution stops (Step Functions Developer Guide, "Create and manage Amazon EMR
//! clusters"). The machines free theirs on every path that they control; this is for the ends that they do not see.

use pipesynth_cfn::events::{self, rule};
use pipesynth_cfn::lambda::{self, event_source_mapping as mapping};
use pipesynth_cfn::sqs;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Policy, Stack, Statement, sub};

use crate::alarm::{self, Limit, Metric};
use crate::function::Function;
use crate::queue;

use super::export::status_changes;

/// Seconds for one batch, or for a look at all clusters of an account.
const TIMEOUT: u32 = 120;

/// The ends of a run that its machine may not have seen: `FAILED` too, for no `Catch` sees `States.DataLimitExceeded` and
/// `States.Runtime` (Step Functions Developer Guide, "Handling errors").
const BAD_ENDS: [&str; 3] = ["ABORTED", "FAILED", "TIMED_OUT"];

/// Input of the hourly call.
const SWEEP: &str = r#"{"sweep":true}"#;

pub(super) fn add(stack: &mut Stack) {
    let root = stack.root();
    let dead = queue::dead_letters(stack, root, "reaper-dead-letters", names::dead_letter_queue(names::QUEUE_REAPER));
    // Nothing is lost with it: the sweep finds what its messages were about.
    stack.set_policy(dead.id(), Policy::Delete);
    let queue = queue::work(stack, root, "reaper-queue", names::QUEUE_REAPER.into(), TIMEOUT, dead);
    let rule = stack.add(root, "reaper-rule", rule(queue, dead));
    queue::allow_send(stack, root, "reaper-queue-policy", &[queue, dead], |statement| {
        statement.when("ArnEquals", "aws:SourceArn", rule.att(events::Rule::ARN))
    });
    let function = Function {
        name: names::FN_CLUSTER_REAPER,
        role: names::ROLE_CLUSTER_REAPER,
        description: "Terminates clusters whose run is over",
        timeout: TIMEOUT,
        environment: vec![],
        statements: statements(queue),
    }
    .add(stack, root);
    stack.add(
        root,
        "reaper-queue-to-cluster-reaper",
        lambda::EventSourceMapping::new()
            .event_source_arn(queue.att(sqs::Queue::ARN))
            .function_name(function.reference())
            .batch_size(10)
            .function_response_types(["ReportBatchItemFailures"])
            // Two are the fewest that Lambda takes. EMR's quotas of calls are small, and one search serves a whole batch.
            .scaling_config(mapping::ScalingConfig::new().maximum_concurrency(2)),
    );
    sweep(stack, function);
    alarm::of(
        stack,
        root,
        "cluster-sweep-alarm".to_owned(),
        "A cluster outlived its run, and no event told of it".to_owned(),
        Metric {
            namespace: names::METRICS,
            name: names::METRIC_CLUSTERS_FREED,
            dimensions: vec![("Reason", names::REASON_SWEPT.into())],
        },
        Limit { statistic: "Sum", above: 0, period: 300, periods: 1 },
    );
}

/// It reads every cluster of the account, for only the cluster's tags tell whose it is; it terminates those of pipelines' runs alone.
fn statements(queue: Handle<sqs::Queue>) -> Vec<Statement> {
    let arn = |service: &str, rest: &str| {
        sub(&format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
    };
    let executions = || arn("states", &format!("execution:{}*", names::PREFIX));
    vec![
        Statement::allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
            .sid("Queue")
            .on(queue.att(sqs::Queue::ARN)),
        Statement::allow(["elasticmapreduce:ListClusters"]).sid("FindClusters").on("*"),
        Statement::allow(["elasticmapreduce:DescribeCluster"]).sid("ReadTags").on(arn("elasticmapreduce", "cluster/*")),
        Statement::allow(["elasticmapreduce:TerminateJobFlows"])
            .sid("Free")
            .on(arn("elasticmapreduce", "cluster/*"))
            .when("StringLike", format!("elasticmapreduce:ResourceTag/{}", names::TAG_EXECUTION), executions()),
        Statement::allow(["states:DescribeExecution"]).sid("IsOver").on(executions()),
    ]
}

fn rule(queue: Handle<sqs::Queue>, dead: Handle<sqs::Queue>) -> events::Rule {
    events::Rule::new()
        .name(names::RULE_REAPER)
        .description("Runs of this account's pipelines that ended badly, to the cluster reaper's queue")
        .event_pattern(status_changes(&BAD_ENDS))
        .state("ENABLED")
        .targets([rule::Target::new()
            .id("reaper-queue")
            .arn(queue.att(sqs::Queue::ARN))
            .dead_letter_config(rule::DeadLetterConfig::new().arn(dead.att(sqs::Queue::ARN)))
            .retry_policy(rule::RetryPolicy::new().maximum_retry_attempts(185).maximum_event_age_in_seconds(86_400))])
}

/// A call that fails is tried twice more, as Lambda does by itself; the next hour does its work too.
fn sweep(stack: &mut Stack, function: Handle<lambda::Function>) {
    let root = stack.root();
    let rule = stack.add(
        root,
        "cluster-sweep",
        events::Rule::new()
            .name(names::RULE_CLUSTER_SWEEP)
            .description("Clusters whose run is over, once an hour")
            .schedule_expression("rate(1 hour)")
            .state("ENABLED")
            .targets([rule::Target::new()
                .id("cluster-reaper")
                .arn(function.att(lambda::Function::ARN))
                .input(SWEEP)
                .retry_policy(rule::RetryPolicy::new().maximum_retry_attempts(3).maximum_event_age_in_seconds(3600))]),
    );
    stack.add(
        root,
        "cluster-sweep-permission",
        lambda::Permission::new()
            .action("lambda:InvokeFunction")
            .function_name(function.reference())
            .principal("events.amazonaws.com")
            .source_arn(rule.att(events::Rule::ARN)),
    );
}
