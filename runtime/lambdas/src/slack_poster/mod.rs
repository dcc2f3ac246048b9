//! Messages of the Slack queue → posts in the channels that their pipelines registered, one thread for each run.
//!
//! The queue says which account signed a message; it is told for that account's own pipelines and runs, in the channels of the
//! registration alone. A message that may go through later comes again, and its like wait behind it: nothing is lost while Slack is away
//! or asks to wait. What cannot go through until somebody mends it becomes a dead letter at once, with what to do in the log.

mod calls;
mod slack;
#[cfg(test)]
mod tests;
mod text;
mod threads;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

use pipesynth_aws::{Outside, Settings};
use pipesynth_contract::PipelineId;
use pipesynth_contract::names::{FN_SLACK_POSTER, handler};
use pipesynth_contract::slack::{ATTR_CALLER, SlackMessage, VERSION};
use pipesynth_engine::store::State;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Failure;
use crate::batch::{Batch, Message};
use crate::central::Invocation;
use calls::Calls;
use slack::{Post, Slack};
use threads::Threads;

/// The error name when the payload is no batch of the queue.
pub const ERROR_NO_BATCH: &str = "NoBatchOfMessages";

/// Metric, by reason: messages that no account may say, or that nobody reads.
const METRIC_REFUSED: &str = "SlackRefused";
/// Metric, by reason: messages that became dead letters.
const METRIC_UNTOLD: &str = "SlackUntold";

/// The account that signed a message: API Gateway says it, not the message.
fn caller(message: &Message) -> &str {
    message.message_attributes[ATTR_CALLER]["stringValue"].as_str().unwrap_or_default()
}

/// Why something is not told.
enum Trouble {
    /// It may go through later.
    Later(String),
    /// Somebody has to mend something first: what is wrong, and what helps.
    Never(String, String),
}

/// Serves one batch; the answer names the messages that are to come again. After the first of them the rest is left alone, so that what
/// is first in stays first out.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let invocation = Invocation::new(handler(FN_SLACK_POSTER), outside, deadline);
    let batch = Batch::deserialize(payload).map_err(|e| Failure::new(ERROR_NO_BATCH, e.to_string()))?;
    let poster = Poster { settings, invocation: &invocation, calls: Calls { settings, invocation: &invocation } };
    let mut again = Vec::new();
    for message in &batch.records {
        if !again.is_empty() || !poster.taken(message)? {
            again.push(json!({"itemIdentifier": message.message_id}));
        }
    }
    Ok(json!({ "batchItemFailures": again }))
}

struct Poster<'a> {
    settings: &'a Settings,
    invocation: &'a Invocation<'a>,
    calls: Calls<'a>,
}

impl Poster<'_> {
    /// Whether the message is done with. A panic is about this message, which would come again for a day.
    fn taken(&self, message: &Message) -> Result<bool, Failure> {
        let done = match catch_unwind(AssertUnwindSafe(|| self.take(message))) {
            Ok(done) => done?,
            Err(_) => {
                Err(vec![Trouble::Never("the poster itself failed".into(), "its log says where; tell us".into())])
            }
        };
        let (mut later, mut never) = (Vec::new(), Vec::new());
        for trouble in done.err().into_iter().flatten() {
            match trouble {
                Trouble::Later(why) => later.push(why),
                Trouble::Never(why, help) => never.push((why, help)),
            }
        }
        if !later.is_empty() {
            let told =
                json!({"message": "to be tried again", "messageId": message.message_id, "why": later.join("; ")});
            self.invocation.log("WARN", told);
            return Ok(false);
        }
        Ok(never.is_empty() || self.bury(message, &never))
    }

    /// Makes a dead letter of it: whether that is done.
    fn bury(&self, message: &Message, troubles: &[(String, String)]) -> bool {
        for (why, help) in troubles {
            let told =
                json!({"message": "not told in Slack", "messageId": message.message_id, "why": why, "help": help});
            self.invocation.count("ERROR", METRIC_UNTOLD, "NotPosted", told);
        }
        let whys: Vec<&str> = troubles.iter().map(|(why, _)| why.as_str()).collect();
        let buried = self.calls.dead_letter(message, &whys.join("; "));
        if let Err(why) = &buried {
            let told = json!({"message": "no dead letter", "messageId": message.message_id, "why": why});
            self.invocation.log("ERROR", told);
        }
        buried.is_ok()
    }

    /// Tells it in each channel; what is in the way, one for each channel. The function itself fails where its settings are incomplete.
    fn take(&self, message: &Message) -> Result<Result<(), Vec<Trouble>>, Failure> {
        let refuse = |reason: &str, why: String| {
            let told =
                json!({"message": "refused", "messageId": message.message_id, "account": caller(message), "why": why});
            self.invocation.count("WARN", METRIC_REFUSED, reason, told);
            Ok(Ok(()))
        };
        let said: SlackMessage = match serde_json::from_str(&message.body) {
            Ok(said) => said,
            Err(error) => return refuse("Malformed", error.to_string()),
        };
        if said.v != VERSION {
            return refuse("Malformed", format!("version {} is not known, expected {VERSION}", said.v));
        }
        if !said.is_of(caller(message)) {
            let why = format!(
                "account `{}` may not speak for `{}`, execution {:?}",
                caller(message),
                said.pipeline,
                said.execution
            );
            return refuse("Foreign", why);
        }
        let channels = match self.channels(&said.pipeline)? {
            Ok(Some(channels)) if !channels.is_empty() => channels,
            Ok(_) => return refuse("NoChannel", format!("`{}` has no Slack channel registered", said.pipeline)),
            Err(why) => return Ok(Err(vec![Trouble::Later(why)])),
        };
        let token = match self.calls.token() {
            Ok(token) => token,
            Err(trouble) => return Ok(Err(vec![trouble])),
        };
        let slack = Slack { token: &token, settings: self.settings, invocation: self.invocation };
        let told = channels.iter().map(|channel| self.tell(&said, channel, &slack));
        let troubles: Vec<Trouble> = told.filter_map(Result::err).collect();
        Ok(if troubles.is_empty() { Ok(()) } else { Err(troubles) })
    }

    /// The channels of a pipeline; none where it is not registered.
    fn channels(&self, id: &PipelineId) -> Result<Result<Option<Vec<String>>, String>, Failure> {
        let state = self.invocation.state(self.settings)?;
        let entry = match state.store().entry(id) {
            Ok(entry) => entry,
            Err(error) => return Ok(Err(format!("the registration of `{id}`: {error}"))),
        };
        let Some(State::Live(registered)) = entry.map(|entry| entry.state) else { return Ok(Ok(None)) };
        Ok(Ok(registered.about.notifications.map(|notifications| notifications.slack_channels)))
    }

    /// In one channel, once: as the beginning of the run's thread, or as a reply in it.
    fn tell(&self, said: &SlackMessage, channel: &str, slack: &Slack<'_>) -> Result<(), Trouble> {
        let text = text::of(said);
        // What is about no run stands alone.
        let alone = || format!("{}#{}", said.pipeline, said.id);
        let about = said.execution.clone().unwrap_or_else(alone);
        let threads = Threads::new(self.settings, self.invocation, &about, channel);
        let thread = threads.find().map_err(Trouble::Later)?;
        if thread.told.contains(&said.id) {
            self.told(said, channel, "posted before");
            return Ok(());
        }
        if let Some(root) = &thread.root {
            let reply = Post { channel: &root.channel, text: &text, thread: Some(&root.message), loud: said.loud };
            slack.post(&reply, channel)?;
            self.noted(threads.replied(&said.id), said, channel);
            self.told(said, channel, "replied");
            return Ok(());
        }
        if !threads.claim(&said.id).map_err(Trouble::Later)? {
            return Err(Trouble::Later(format!("#{channel}: another message begins the thread")));
        }
        let first = Post { channel: &format!("#{channel}"), text: &text, thread: None, loud: false };
        let root = slack.post(&first, channel)?;
        self.noted(threads.begun(&said.id, &root), said, channel);
        self.told(said, channel, "posted");
        Ok(())
    }

    /// What is posted is posted: where that cannot be noted, the message may come twice, or the next one begin another thread.
    fn noted(&self, noted: Result<(), String>, said: &SlackMessage, channel: &str) {
        if let Err(why) = noted {
            let told = json!({"message": "the thread is not noted", "execution": said.execution, "channel": channel, "why": why});
            self.invocation.log("ERROR", told);
        }
    }

    fn told(&self, said: &SlackMessage, channel: &str, what: &str) {
        let told = json!({"message": what, "pipeline": said.pipeline, "execution": said.execution, "channel": channel, "id": said.id});
        self.invocation.log("INFO", told);
    }
}
