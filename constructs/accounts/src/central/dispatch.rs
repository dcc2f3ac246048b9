//! From the outbox to the children: the table's stream and the clock → the dispatcher, which puts one new event on each child account's bus.

use pipesynth_cfn::events::{self, rule};
use pipesynth_cfn::lambda::{self, event_source_mapping as mapping};
use pipesynth_cfn::{dynamodb, sqs};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Stack, Statement, sub};

use super::access;
use crate::function::Function;
use crate::queue;

/// What of the stream is for the dispatcher: new firings, and lanes, for a run that ends makes room for the next one.
const FILTERS: [&str; 2] = [
    r#"{"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"FIRE#"}]}}}}"#,
    r#"{"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"LANE#"}]}}}}"#,
];

/// Rule that calls the sweep.
const RULE_SWEEP: &str = "pipesynth-sweep";
/// Its input.
const SWEEP: &str = r#"{"sweep":true}"#;

pub(super) fn add(stack: &mut Stack, table: Handle<dynamodb::Table>) {
    let root = stack.root();
    let dead = queue::dead_letters(stack, root, "triggers-dead-letters", names::QUEUE_TRIGGERS_DEAD_LETTERS.into());
    let buses = format!("arn:${{AWS::Partition}}:events:${{AWS::Region}}:*:event-bus/{}", names::BUS);
    let function = Function {
        name: names::FN_TRIGGER_DISPATCHER,
        role: names::ROLE_TRIGGER_DISPATCHER,
        description: "Puts a trigger on the bus of the account whose pipeline starts",
        timeout: 60,
        environment: vec![(names::ENV_STATE_TABLE, table.reference().into())],
        statements: [
            Statement::allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"])
                .sid("Stream")
                .on(table.att(dynamodb::Table::STREAM_ARN)),
            Statement::allow(["dynamodb:ListStreams"]).sid("Streams").on("*"),
            Statement::allow(["events:PutEvents"]).sid("Triggers").on(sub(&buses)).when(
                "StringEquals",
                "aws:ResourceOrgID",
                sub("${OrgId}"),
            ),
            Statement::allow(["sqs:SendMessage"]).sid("DeadLetters").on(dead.att(sqs::Queue::ARN)),
        ]
        .into_iter()
        .chain(access::dispatcher(table))
        .collect(),
    }
    .add(stack, root);
    stack.add(
        root,
        "outbox-to-trigger-dispatcher",
        lambda::EventSourceMapping::new()
            .event_source_arn(table.att(dynamodb::Table::STREAM_ARN))
            .function_name(function.reference())
            .starting_position("TRIM_HORIZON")
            .batch_size(10)
            .bisect_batch_on_function_error(true)
            .maximum_retry_attempts(20)
            .function_response_types(["ReportBatchItemFailures"])
            .filter_criteria(
                mapping::FilterCriteria::new().filters(FILTERS.map(|pattern| mapping::Filter::new().pattern(pattern))),
            )
            .destination_config(
                mapping::DestinationConfig::new()
                    .on_failure(mapping::OnFailure::new().destination(dead.att(sqs::Queue::ARN))),
            ),
    );
    sweep(stack, function);
}

/// Every minute, the shortest that EventBridge has. One that fails is not tried again: the next one does its work too.
fn sweep(stack: &mut Stack, function: Handle<lambda::Function>) {
    let root = stack.root();
    let rule = stack.add(
        root,
        "sweep",
        events::Rule::new()
            .name(RULE_SWEEP)
            .description("Deadlines, expiries, and triggers that nobody took, once a minute")
            .schedule_expression("rate(1 minute)")
            .state("ENABLED")
            .targets([rule::Target::new()
                .id("trigger-dispatcher")
                .arn(function.att(lambda::Function::ARN))
                .input(SWEEP)
                .retry_policy(rule::RetryPolicy::new().maximum_retry_attempts(0).maximum_event_age_in_seconds(60))]),
    );
    stack.add(
        root,
        "sweep-permission",
        lambda::Permission::new()
            .action("lambda:InvokeFunction")
            .function_name(function.reference())
            .principal("events.amazonaws.com")
            .source_arn(rule.att(events::Rule::ARN)),
    );
    stack.add(
        root,
        "sweep-once",
        lambda::EventInvokeConfig::new()
            .function_name(function.reference())
            .qualifier("$LATEST")
            .maximum_retry_attempts(0)
            .maximum_event_age_in_seconds(60),
    );
}
