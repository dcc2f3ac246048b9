//! An execution, or a message about none, and a channel → the thread in Slack that tells of it, in the table `pipesynth-slack-threads`.
//!
//! Who begins a thread claims it first by a conditional write, so that two messages of one run begin one thread and not two. A claim is
//! over after a few minutes, for its holder may be gone; whether it had posted before, nobody knows then. `told` holds what was posted,
//! so that a message which comes again for the sake of one channel is not told twice in another.

use std::collections::BTreeSet;
use std::time::UNIX_EPOCH;

use pipesynth_aws::Settings;
use pipesynth_aws::dynamodb::Client;
use pipesynth_contract::names::{ATTR_PK, ATTR_SK, ATTR_TTL, SLACK_DAYS};
use pipesynth_stores::dynamodb::{DynamoDb, Failure};
use serde_json::{Value, json};

use super::slack::Posted;
use crate::central::Invocation;

/// Seconds that a claim counts: longer than the function may run.
const CLAIM_SECONDS: u64 = 120;
const DAY_SECONDS: u64 = 86_400;

/// `ts` of the message that the thread begins with: the post's "slack_message_id".
const ROOT: &str = "slackMessageId";
const CHANNEL: &str = "channelId";
const CLAIM: &str = "claim";
const UNTIL: &str = "claimedUntil";
const TOLD: &str = "told";

/// One thread's item.
pub(super) struct Threads<'a> {
    db: Client<'a>,
    table: &'a str,
    key: Value,
    /// Seconds since 1970.
    now: u64,
}

/// What is known of a thread.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Thread {
    /// What it begins with.
    pub root: Option<Posted>,
    /// Ids of the messages that stand in it.
    pub told: BTreeSet<String>,
}

impl<'a> Threads<'a> {
    pub(super) fn new(settings: &'a Settings, invocation: &Invocation<'a>, about: &str, channel: &str) -> Self {
        let since = invocation.outside.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            db: Client::new(invocation.outside, settings, invocation.end),
            table: settings.slack_table(),
            key: json!({ATTR_PK: {"S": about}, ATTR_SK: {"S": channel}}),
            now: since.as_secs(),
        }
    }

    pub(super) fn find(&self) -> Result<Thread, String> {
        let request = json!({"TableName": self.table, "Key": self.key, "ConsistentRead": true});
        let answer = self.db.call("GetItem", &request).map_err(told)?;
        let item = &answer["Item"];
        let text = |name: &str| item[name]["S"].as_str().map(str::to_owned);
        let root = text(ROOT).and_then(|message| Some(Posted { channel: text(CHANNEL)?, message }));
        let ids = item[TOLD]["SS"].as_array().into_iter().flatten();
        Ok(Thread { root, told: ids.filter_map(|id| id.as_str().map(str::to_owned)).collect() })
    }

    /// Whether this message may begin the thread. Its own claim it takes up again.
    pub(super) fn claim(&self, id: &str) -> Result<bool, String> {
        let condition =
            "attribute_not_exists(#root) AND (attribute_not_exists(#claim) OR #claim = :id OR #until < :now)";
        let request = self.update(
            "SET #claim = :id, #until = :until, #ttl = :ttl",
            Some(condition),
            json!({"#root": ROOT, "#claim": CLAIM, "#until": UNTIL, "#ttl": ATTR_TTL}),
            json!({":id": {"S": id}, ":now": number(self.now), ":until": number(self.now + CLAIM_SECONDS), ":ttl": self.expiry()}),
        );
        match self.db.call("UpdateItem", &request) {
            Ok(_) => Ok(true),
            Err(Failure::ConditionFailed { .. }) => Ok(false),
            Err(failure) => Err(told(failure)),
        }
    }

    /// Notes what the thread begins with. A root that is there already stays.
    pub(super) fn begun(&self, id: &str, root: &Posted) -> Result<(), String> {
        let request = self.update(
            "SET #root = :root, #channel = :channel, #ttl = :ttl ADD #told :ids REMOVE #claim, #until",
            Some("attribute_not_exists(#root)"),
            json!({"#root": ROOT, "#channel": CHANNEL, "#told": TOLD, "#claim": CLAIM, "#until": UNTIL, "#ttl": ATTR_TTL}),
            json!({":root": {"S": root.message}, ":channel": {"S": root.channel}, ":ids": {"SS": [id]}, ":ttl": self.expiry()}),
        );
        self.db.call("UpdateItem", &request).map(drop).map_err(told)
    }

    /// Notes a reply.
    pub(super) fn replied(&self, id: &str) -> Result<(), String> {
        let names = json!({"#told": TOLD});
        let request = self.update("ADD #told :ids", None, names, json!({":ids": {"SS": [id]}}));
        self.db.call("UpdateItem", &request).map(drop).map_err(told)
    }

    fn update(&self, update: &str, condition: Option<&str>, names: Value, values: Value) -> Value {
        let mut request = json!({
            "TableName": self.table, "Key": self.key, "UpdateExpression": update, "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        });
        if let Some(condition) = condition {
            request["ConditionExpression"] = json!(condition);
        }
        request
    }

    fn expiry(&self) -> Value {
        number(self.now + SLACK_DAYS * DAY_SECONDS)
    }
}

fn number(value: u64) -> Value {
    json!({"N": value.to_string()})
}

fn told(failure: Failure) -> String {
    format!("the table of threads: {}", failure.told())
}
