//! From the outbox to the children: the table's stream, or the trigger manager's call, and the clock → the dispatcher, which puts one new event on each child account's bus.

use pipesynth_cfn::events::{self, rule};
use pipesynth_cfn::lambda::{self, event_source_mapping as mapping};
use pipesynth_cfn::{dynamodb, sqs};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Stack, Statement, sub};

use super::notices::Notices;
use super::run_log::RunLog;
use crate::function::Function;
use crate::queue;

/// What of the stream is for the dispatcher: new firings, and lanes, for a run that ends makes room for the next one.
const FILTERS: [&str; 2] = [
    r#"{"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"FIRE#"}]}}}}"#,
    r#"{"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"LANE#"}]}}}}"#,
];

/// Seconds for one batch, or one sweep.
pub(super) const TIMEOUT: u32 = 60;

/// Rule that calls the sweep.
const RULE_SWEEP: &str = "pipesynth-sweep";
/// Its input.
const SWEEP: &str = r#"{"sweep":true}"#;

/// `broadcasts` is the central bus, where everything is put on it; else each goes on its account's own.
pub(super) fn add(stack: &mut Stack, log: RunLog, notices: Notices, broadcasts: Option<Handle<events::EventBus>>) {
    let root = stack.root();
    let stream = log.stream().map(|table| (table, dead_letters(stack)));
    let buses = format!("arn:${{AWS::Partition}}:events:${{AWS::Region}}:*:event-bus/{}", names::BUS);
    let triggers = Statement::allow(["events:PutEvents"]).sid("Triggers");
    let function = Function {
        name: names::FN_TRIGGER_DISPATCHER,
        role: names::ROLE_TRIGGER_DISPATCHER,
        description: "Puts a trigger on the bus of the account whose pipeline starts",
        timeout: TIMEOUT,
        environment: log
            .environment()
            .into_iter()
            .chain([notices.environment()])
            .chain(broadcasts.map(|bus| (names::ENV_TRIGGER_BUS, bus.reference().into())))
            .collect(),
        statements: [match broadcasts {
            None => triggers.on(sub(&buses)).when("StringEquals", "aws:ResourceOrgID", sub("${OrgId}")),
            Some(bus) => triggers.on(bus.att(events::EventBus::ARN)),
        }]
        .into_iter()
        .chain(stream.into_iter().flat_map(|(table, dead)| hears(table, dead)))
        .chain([notices.read()])
        .chain(log.dispatcher())
        .collect(),
    }
    .add(stack, root);
    if let Some((table, dead)) = stream {
        listen(stack, table, function, dead);
    }
    notices.listen(stack, function);
    sweep(stack, function);
}

/// Changes of the table that could not be handed to the dispatcher.
fn dead_letters(stack: &mut Stack) -> Handle<sqs::Queue> {
    let root = stack.root();
    let dead = queue::dead_letters(stack, root, "triggers-dead-letters", names::QUEUE_TRIGGERS_DEAD_LETTERS.into());
    queue::tls_only(stack, root, "triggers-dead-letters-policy", &[dead]);
    dead
}

/// Reads the stream, and keeps what nobody could take (AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB").
fn hears(table: Handle<dynamodb::Table>, dead: Handle<sqs::Queue>) -> [Statement; 3] {
    [
        Statement::allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"])
            .sid("Stream")
            .on(table.att(dynamodb::Table::STREAM_ARN)),
        Statement::allow(["dynamodb:ListStreams"]).sid("Streams").on("*"),
        Statement::allow(["sqs:SendMessage"]).sid("DeadLetters").on(dead.att(sqs::Queue::ARN)),
    ]
}

fn listen(
    stack: &mut Stack,
    table: Handle<dynamodb::Table>,
    function: Handle<lambda::Function>,
    dead: Handle<sqs::Queue>,
) {
    let root = stack.root();
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
