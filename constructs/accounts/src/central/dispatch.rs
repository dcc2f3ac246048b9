//! From the outbox to the children: the table's stream → the dispatcher, which puts one new event on each child account's bus.

use pipesynth_cfn::lambda::{self, event_source_mapping as mapping};
use pipesynth_cfn::{dynamodb, sqs};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Stack, Statement, sub};

use crate::function::Function;
use crate::queue;

/// The stream's filter: only new firings, the outbox of the single table.
const NEW_FIRINGS: &str = r#"{"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"FIRE#"}]}}}}"#;

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
        statements: vec![
            Statement::allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"])
                .sid("Stream")
                .on(table.att(dynamodb::Table::STREAM_ARN)),
            Statement::allow(["dynamodb:ListStreams"]).sid("Streams").on("*"),
            Statement::allow(["dynamodb:GetItem", "dynamodb:UpdateItem"])
                .sid("Outbox")
                .on(table.att(dynamodb::Table::ARN)),
            Statement::allow(["events:PutEvents"]).sid("Triggers").on(sub(&buses)).when(
                "StringEquals",
                "aws:ResourceOrgID",
                sub("${OrgId}"),
            ),
            Statement::allow(["sqs:SendMessage"]).sid("DeadLetters").on(dead.att(sqs::Queue::ARN)),
        ],
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
            .filter_criteria(mapping::FilterCriteria::new().filters([mapping::Filter::new().pattern(NEW_FIRINGS)]))
            .destination_config(
                mapping::DestinationConfig::new()
                    .on_failure(mapping::OnFailure::new().destination(dead.att(sqs::Queue::ARN))),
            ),
    );
}
