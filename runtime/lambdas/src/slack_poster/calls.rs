//! The Slack token from Secrets Manager; a message that cannot be told → the dead-letter queue.

use std::time::Duration;

use pipesynth_aws::retry::Policy;
use pipesynth_aws::{Caller, Request, SHORT_ANSWER, Settings};
use pipesynth_contract::names::SECRET_SLACK;
use pipesynth_contract::slack::{ATTR_CALLER, ATTR_WHY};
use serde_json::{Value, json};

use super::{Trouble, caller};
use crate::answers::judge;
use crate::batch::Message;
use crate::central::Invocation;

const POLICY: Policy = Policy { tries: 5, wait: Duration::from_millis(200), longest: Duration::from_secs(5) };

pub(super) struct Calls<'a> {
    pub settings: &'a Settings,
    pub invocation: &'a Invocation<'a>,
}

impl Calls<'_> {
    /// The token: the secret's text, or `token` of the JSON in it. It is read with each message, so that a new one counts at once; it
    /// stands in no error.
    pub(super) fn token(&self) -> Result<String, Trouble> {
        let never = |why: &str| {
            let help = format!(
                "aws secretsmanager put-secret-value --secret-id {SECRET_SLACK} --secret-string file://token, in the central account, \
                 with the bot token of your Slack app (xoxb-…); then redrive the dead letters"
            );
            Trouble::Never(format!("secret `{SECRET_SLACK}`: {why}"), help)
        };
        let url = self.settings.secrets().map_err(Trouble::Later)?;
        let body = json!({"SecretId": SECRET_SLACK});
        let answer = match self.call("secretsmanager", url, "1.1", "secretsmanager.GetSecretValue", &body) {
            Ok(answer) => answer,
            // An empty secret has no version that could be read, which is the same error as no secret at all.
            Err(why) if why.contains("ResourceNotFound") => return Err(never("there is no token in it")),
            Err(why) => return Err(Trouble::Later(format!("secret `{SECRET_SLACK}`: {why}"))),
        };
        let text = answer["SecretString"].as_str().unwrap_or_default().trim();
        let json = serde_json::from_str::<Value>(text).ok();
        let token = json.as_ref().and_then(|json| json["token"].as_str()).unwrap_or(text).trim();
        let good = token.starts_with("xox") && token.bytes().all(|b| b.is_ascii_graphic());
        if good { Ok(token.to_owned()) } else { Err(never("what is in it is no token of Slack")) }
    }

    /// Sends the message to the dead letters as it came, with what was in the way.
    pub(super) fn dead_letter(&self, message: &Message, why: &str) -> Result<(), String> {
        let text = |value: &str| json!({"DataType": "String", "StringValue": value});
        let why: String = why.chars().filter(|c| !c.is_control()).take(1_000).collect();
        let mut attributes = json!({ ATTR_WHY: text(&why) });
        if !caller(message).is_empty() {
            attributes[ATTR_CALLER] = text(caller(message));
        }
        let group = Some(message.attributes.message_group_id.as_str()).filter(|group| !group.is_empty());
        let body = json!({
            "QueueUrl": self.settings.slack_dead_letters()?, "MessageBody": message.body, "MessageAttributes": attributes,
            "MessageGroupId": group.unwrap_or(&message.message_id), "MessageDeduplicationId": message.message_id,
        });
        self.call("sqs", self.settings.sqs()?, "1.0", "AmazonSQS.SendMessage", &body).map(drop)
    }

    fn call(&self, service: &str, url: String, version: &str, target: &str, body: &Value) -> Result<Value, String> {
        let request = Request::operation(url, version, target, body, SHORT_ANSWER);
        let Invocation { outside, end, .. } = *self.invocation;
        let caller = Caller { settings: self.settings, outside, policy: POLICY, end };
        let answer = caller.call(service, &request, judge).map_err(|why| why.to_string())??;
        serde_json::from_slice(&answer.body).map_err(|_| format!("{target}: the answer is no JSON"))
    }
}
