//! The endpoint in the environment → a new table with the keys and the index of the central stack, and the real client in front of it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use pipesynth_aws::dynamodb::Client;
use pipesynth_aws::{Answer, Outside, Request, Settings, World};
use pipesynth_contract::names::{ATTR_AT, ATTR_PK, ATTR_SK, ATTR_TODO, INDEX_TODO};
use pipesynth_stores::dynamodb::{DynamoDb, DynamoStore, Failure};
use serde_json::{Value, json};

/// A connection that threads share.
pub struct Server {
    world: World,
    settings: Settings,
    /// Answers that get lost on the way: after the server has done what it was asked for.
    lost: AtomicU32,
}

impl Server {
    pub fn new() -> Self {
        let endpoint = std::env::var("PIPESYNTH_DYNAMODB").expect("`PIPESYNTH_DYNAMODB` is the endpoint of a server");
        let settings = Settings::read(|name| {
            Some(match name {
                "AWS_ENDPOINT_URL_DYNAMODB" => endpoint.clone(),
                "AWS_REGION" => "eu-central-1".to_owned(),
                "AWS_ACCESS_KEY_ID" => "999999999999".to_owned(),
                "AWS_SECRET_ACCESS_KEY" => "secret".to_owned(),
                _ => return None,
            })
        });
        Self { world: World::keeping(8), settings, lost: AtomicU32::new(0) }
    }

    /// Loses so many of the next answers.
    pub fn lose(&self, answers: u32) {
        self.lost.store(answers, Ordering::SeqCst);
    }

    /// Makes a table that nobody else has, and gives its name.
    pub fn table(&self) -> String {
        let name = format!("check-{:016x}", self.world.random());
        let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
        let attribute = |name| json!({ "AttributeName": name, "AttributeType": "S" });
        let body = json!({
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [attribute(ATTR_PK), attribute(ATTR_SK), attribute(ATTR_TODO), attribute(ATTR_AT)],
            "KeySchema": [key(ATTR_PK, "HASH"), key(ATTR_SK, "RANGE")],
            "GlobalSecondaryIndexes": [{
                "IndexName": INDEX_TODO,
                "KeySchema": [key(ATTR_TODO, "HASH"), key(ATTR_AT, "RANGE")],
                "Projection": { "ProjectionType": "KEYS_ONLY" },
            }],
        });
        match self.call("CreateTable", &body) {
            Ok(_) => name,
            // A server that has just started may answer after the client's patience; the name is nobody else's.
            Err(Failure::Refused(told)) if told.contains("ResourceInUseException") => name,
            Err(failure) => panic!("{}", failure.told()),
        }
    }

    /// A store in a table of its own.
    pub fn store(&self) -> DynamoStore<&Self> {
        DynamoStore::new(self, self.table())
    }
}

impl DynamoDb for Server {
    fn call(&self, operation: &'static str, body: &Value) -> Result<Value, Failure> {
        let end = self.world.now() + Duration::from_secs(60);
        Client::new(self, &self.settings, end).call(operation, body)
    }
}

impl Outside for Server {
    fn send(&self, request: &Request, timeout: Duration) -> Result<Answer, String> {
        let answer = self.world.send(request, timeout);
        let lost = self.lost.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if lost.is_ok() { Err("the answer was lost".to_owned()) } else { answer }
    }

    fn now(&self) -> SystemTime {
        self.world.now()
    }

    fn sleep(&self, time: Duration) {
        self.world.sleep(time);
    }

    fn random(&self) -> u64 {
        self.world.random()
    }

    fn log(&self, line: &Value) {
        self.world.log(line);
    }
}
