//! Alerts to Slack: the queue that the API fills → the poster, the only one that may read the token.

use pipesynth_cfn::lambda::{self, event_source_mapping as mapping};
use pipesynth_cfn::{dynamodb, secretsmanager, sqs};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Intrinsic, Policy, ResourceId, Stack, Statement, policy, sub};

use super::run_log::RunLog;
use super::slack_api;
use crate::function::Function;
use crate::queue::{self, Tries};
use crate::table::keyed;

/// Seconds for one message to all its channels, with what Slack asks to wait among them.
const TIMEOUT: u32 = 60;

/// A message waits six minutes between two tries, so that this is a day in which Slack may be away.
const TRIES: u32 = 240;

/// Posters at once: Slack takes about one message a second in a channel, and hundreds in a workspace a minute (Slack API, "Rate
/// limits"). Held at the queue, which throttles nothing; reserved concurrency would also stop the deploy in an account whose quota of
/// concurrent executions is small, as that of a new one is.
const POSTERS: u32 = 5;

/// `account` is what every API's stage has to wait for.
pub(super) fn add(stack: &mut Stack, log: RunLog, account: ResourceId) {
    let root = stack.root();
    let dead = queue::dead_letters(stack, root, "slack-dead-letters", names::dead_letter_queue(names::QUEUE_SLACK));
    let queue = queue::work_tried(
        stack,
        root,
        "slack-queue",
        names::QUEUE_SLACK.into(),
        Tries { timeout: TIMEOUT, most: TRIES },
        dead,
    );
    queue::tls_only(stack, root, "slack-queue-policy", &[queue, dead]);
    let threads = keyed(dynamodb::Table::new().table_name(names::TABLE_SLACK));
    let threads = stack.add(root, "slack-threads", threads);
    stack.set_policy(threads.id(), Policy::Retain);
    let secret = secret(stack);
    let thread_items = ["dynamodb:GetItem", "dynamodb:UpdateItem"];
    let function = Function {
        name: names::FN_SLACK_POSTER,
        role: names::ROLE_SLACK_POSTER,
        description: "Posts alerts to the channels that their pipelines registered",
        timeout: TIMEOUT,
        environment: log
            .environment()
            .into_iter()
            .chain([
                (names::ENV_SLACK_TABLE, threads.reference().into()),
                (names::ENV_SLACK_DEAD_LETTERS, dead.reference().into()),
            ])
            .collect(),
        statements: [
            Statement::allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
                .sid("Queue")
                .on(queue.att(sqs::Queue::ARN)),
            Statement::allow(["sqs:SendMessage"]).sid("DeadLetters").on(dead.att(sqs::Queue::ARN)),
            Statement::allow(thread_items).sid("Threads").on(threads.att(dynamodb::Table::ARN)),
            Statement::allow(["secretsmanager:GetSecretValue"]).sid("Token").on(secret.reference()),
        ]
        .into_iter()
        .chain(log.poster())
        .collect(),
    }
    .add(stack, root);
    stack.add(
        root,
        "slack-to-slack-poster",
        lambda::EventSourceMapping::new()
            .event_source_arn(queue.att(sqs::Queue::ARN))
            .function_name(function.reference())
            .batch_size(1)
            .function_response_types(["ReportBatchItemFailures"])
            .scaling_config(mapping::ScalingConfig::new().maximum_concurrency(POSTERS)),
    );
    slack_api::add(stack, queue, account);
}

/// The token's place, empty until somebody puts it there: it is no parameter of a template, so no stack and no change set shows it.
/// Whoever is not the poster is denied it, whatever else their roles allow.
fn secret(stack: &mut Stack) -> Handle<secretsmanager::Secret> {
    let root = stack.root();
    let secret = secretsmanager::Secret::new()
        .name(names::SECRET_SLACK)
        .description("Token of the Slack app that posts alerts (xoxb-…); put it here by hand");
    let secret = stack.add(root, "slack-token", secret);
    stack.set_policy(secret.id(), Policy::Retain);
    let others = Statement::deny(["secretsmanager:GetSecretValue"]).sid("PosterOnly").to_anyone().on("*").when(
        "ArnNotEquals",
        "aws:PrincipalArn",
        role_arn(names::ROLE_SLACK_POSTER),
    );
    stack.add(
        root,
        "slack-token-policy",
        secretsmanager::ResourcePolicy::new()
            .secret_id(secret.reference())
            .block_public_policy(true)
            .resource_policy(policy([others])),
    );
    secret
}

/// The ARN of a central role by its fixed name.
pub(super) fn role_arn(stem: &str) -> Intrinsic {
    let name = names::iam_name(stem, "${AWS::Region}");
    sub(&format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{}{name}", names::IAM_PATH))
}
