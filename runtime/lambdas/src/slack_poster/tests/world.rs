//! A Slack, a table of threads, a registration and a secret → what the poster does with messages.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use pipesynth_aws::{Answer, Request};
use pipesynth_contract::registration::Registration;
use pipesynth_engine::registry;
use pipesynth_engine::store::MemoryStore;
use serde_json::{Value, json};

use super::super::handle;
use crate::scripted::{SILENCE, START, Scripted, answer, settings};

pub(super) const OWNER: &str = "111111111111";
pub(super) const RUN: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e1";
pub(super) const TOKEN: &str = "xoxb-hush-hush";

/// What Slack says to a post in a channel; `None` for a good answer.
pub(super) type Answers<'a> = &'a dyn Fn(&str) -> Option<Answer>;

pub(super) struct World<'a> {
    pub(super) channels: &'a [&'a str],
    pub(super) secret: &'a str,
    pub(super) slack: Answers<'a>,
    /// Attributes of the threads by their keys.
    pub(super) threads: RefCell<BTreeMap<String, Value>>,
    pub(super) posts: RefCell<Vec<Value>>,
    pub(super) dead: RefCell<Vec<Value>>,
    pub(super) clock: Cell<u64>,
}

impl<'a> World<'a> {
    pub(super) fn new(channels: &'a [&'a str], slack: Answers<'a>) -> Self {
        Self {
            channels,
            secret: TOKEN,
            slack,
            threads: RefCell::default(),
            posts: RefCell::default(),
            dead: RefCell::default(),
            clock: Cell::new(0),
        }
    }

    /// One batch; the ids of the messages that come again, and the log.
    pub(super) fn serve(&self, messages: &[Value]) -> (Vec<String>, String) {
        let records: Vec<_> =
            messages.iter().enumerate().map(|(n, message)| record(&format!("m{n}"), OWNER, message)).collect();
        self.serve_records(&json!(records))
    }

    pub(super) fn serve_records(&self, records: &Value) -> (Vec<String>, String) {
        let script = |_: usize, request: &Request| self.answer(request);
        let outside = Scripted::new(&script);
        let late = Duration::from_secs(60);
        let served = handle(&json!({ "Records": records }), START + late, &settings(), &outside).unwrap();
        let again = served["batchItemFailures"].as_array().unwrap().iter();
        let log = outside.log.borrow().join("\n");
        assert!(!log.contains("hush"), "the token stands in the log: {log}");
        (again.map(|one| one["itemIdentifier"].as_str().unwrap().to_owned()).collect(), log)
    }

    pub(super) fn answer(&self, request: &Request) -> Result<Answer, String> {
        if request.url.starts_with("https://slack.com/") {
            return self.post(request);
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let target = request.headers.iter().find(|(name, _)| name == "x-amz-target").unwrap().1.as_str();
        match (target, body["TableName"].as_str()) {
            ("secretsmanager.GetSecretValue", _) if self.secret.is_empty() => {
                answer(400, r#"{"__type":"ResourceNotFoundException"}"#)
            }
            ("secretsmanager.GetSecretValue", _) => answer(200, &json!({"SecretString": self.secret}).to_string()),
            ("AmazonSQS.SendMessage", _) => {
                self.dead.borrow_mut().push(body);
                answer(200, r#"{"MessageId":"x"}"#)
            }
            ("DynamoDB_20120810.GetItem", Some("pipesynth-state")) => {
                answer(200, &self.registration(&body).to_string())
            }
            ("DynamoDB_20120810.GetItem", Some("pipesynth-slack-threads")) => {
                let item = self.threads.borrow().get(&body["Key"].to_string()).cloned();
                answer(200, &json!({ "Item": item }).to_string())
            }
            ("DynamoDB_20120810.UpdateItem", Some("pipesynth-slack-threads")) => self.update(&body),
            other => panic!("asked {other:?}"),
        }
    }

    fn post(&self, request: &Request) -> Result<Answer, String> {
        let header = |name: &str| request.headers.iter().find(|(n, _)| n == name).unwrap().1.clone();
        assert_eq!(
            (request.url.as_str(), header("authorization")),
            ("https://slack.com/api/chat.postMessage", format!("Bearer {TOKEN}"))
        );
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let channel = body["channel"].as_str().unwrap().to_owned();
        if let Some(answer) = (self.slack)(&channel) {
            return if answer.status == 0 { Err(SILENCE.to_owned()) } else { Ok(answer) };
        }
        let number = self.posts.borrow().len();
        self.posts.borrow_mut().push(body);
        answer(
            200,
            &json!({"ok": true, "channel": channel.replace('#', "C-"), "ts": format!("{number}.1")}).to_string(),
        )
    }

    fn registration(&self, body: &Value) -> Value {
        if body["Key"]["pk"]["S"] != "PIPE#111111111111/listings" {
            return json!({});
        }
        let store = MemoryStore::default();
        let registration: Registration = serde_json::from_value(json!({
            "v": 1, "id": "111111111111/listings", "region": "eu-central-1", "displayName": "listings", "timezone": "UTC",
            "concurrency": "allow", "specHash": "9f2c", "stack": "arn:x", "trigger": {},
            "notifications": {"type": "FULL_EXECUTION", "slackChannels": self.channels},
        }))
        .unwrap();
        registry::register(&store, &registration, 0).unwrap();
        let entry = json!(store.tables().entries.values().next().unwrap());
        json!({"Item": {"pk": body["Key"]["pk"], "sk": body["Key"]["sk"], "json": {"S": entry.to_string()}}})
    }

    /// As DynamoDB does the three updates, with their conditions.
    fn update(&self, body: &Value) -> Result<Answer, String> {
        let mut threads = self.threads.borrow_mut();
        let item = threads.entry(body["Key"].to_string()).or_insert_with(|| json!({}));
        let (values, begun) = (&body["ExpressionAttributeValues"], item.get("slackMessageId").is_some());
        let number = |value: &Value| value["N"].as_str().unwrap_or("0").parse::<u64>().unwrap();
        let update = body["UpdateExpression"].as_str().unwrap();
        let claimed = item.get("claim").is_some_and(|claim| *claim != values[":id"])
            && number(&item["claimedUntil"]) >= number(&values[":now"]) + self.clock.get();
        if begun && !update.starts_with("ADD") || update.starts_with("SET #claim") && claimed {
            return answer(400, r#"{"__type":"ConditionalCheckFailedException"}"#);
        }
        if update.starts_with("SET #claim") {
            item["claim"] = values[":id"].clone();
            item["claimedUntil"] = values[":until"].clone();
            return answer(200, "{}");
        }
        if update.starts_with("SET #root") {
            item["slackMessageId"] = values[":root"].clone();
            item["channelId"] = values[":channel"].clone();
        }
        let mut told = item["told"]["SS"].as_array().cloned().unwrap_or_default();
        told.extend(values[":ids"]["SS"].as_array().unwrap().clone());
        item["told"] = json!({ "SS": told });
        answer(200, "{}")
    }

    /// Channel, thread and whether the channel sees it too, of each post.
    pub(super) fn posted(&self) -> Vec<(String, Option<String>, bool)> {
        let of = |post: &Value| {
            let thread = post["thread_ts"].as_str().map(str::to_owned);
            (post["channel"].as_str().unwrap().to_owned(), thread, post["reply_broadcast"] == true)
        };
        self.posts.borrow().iter().map(of).collect()
    }
}

pub(super) fn record(id: &str, caller: &str, message: &Value) -> Value {
    json!({
        "messageId": id, "body": message.to_string(), "attributes": {"MessageGroupId": "111111111111/g"},
        "messageAttributes": {"caller": {"stringValue": caller, "dataType": "String"}},
    })
}
