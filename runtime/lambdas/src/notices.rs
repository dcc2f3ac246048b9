//! What a decision has for the owners of a pipeline → messages on the queue `pipesynth-notices`, which the dispatcher reads.
//!
//! They are sent right after the decision is written, and what is in the queue is not lost. A function that is stopped between the two
//! has told nobody; the log and the metric `Alerts` have it where sending failed.

use std::time::Duration;

use jiff::Timestamp;
use pipesynth_aws::retry::{Policy, Try};
use pipesynth_aws::{Answer, Caller, Request, SHORT_ANSWER, Settings};
use pipesynth_contract::PipelineId;
use pipesynth_contract::alert::Trouble;
use pipesynth_contract::names::{METRIC_ALERTS, REASON_NOT_SENT};
use pipesynth_engine::Effect;
use pipesynth_engine::store::{MAX_SENDS, Note, What};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answers;
use crate::central::Invocation;

const POLICY: Policy = Policy { tries: 4, wait: Duration::from_millis(200), longest: Duration::from_secs(5) };

/// Messages of one request (SQS API reference, `SendMessageBatch`).
const AT_ONCE: usize = 10;

/// Most characters of a notice's text: ten messages together have at most 256 KB.
const TEXT_CHARACTERS: usize = 2_000;

/// One message of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Owed {
    /// Whose owners are told.
    pub pipeline: PipelineId,
    /// The same for what is told again; another for each date, or day, on which something like it happens.
    pub id: String,
    pub what: Trouble,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical_date: Option<String>,
    /// For a person.
    pub text: String,
    /// RFC 3339.
    pub at: String,
}

impl Owed {
    fn new(pipeline: &PipelineId, what: Trouble, about: &str, date: Option<String>, text: String, now: u64) -> Self {
        let at = moment(now);
        let id = format!("{pipeline} {} {}", what.as_str(), about.trim()).chars().take(500).collect();
        let text = text.chars().take(TEXT_CHARACTERS).collect();
        Self { pipeline: pipeline.clone(), id, what, logical_date: date, text, at: at.to_string() }
    }

    /// What a note has for the owners, if it has.
    pub(crate) fn of(note: &Note, now: u64) -> Option<Self> {
        if !note.is_alert() {
            return None;
        }
        let owed = |what, about: &str, date, text| Some(Self::new(&note.child, what, about, date, text, now));
        match &note.what {
            What::Gate(key, effect) => {
                let (what, about, date, text) = told(effect, now)?;
                let about = if *about == **key { about } else { format!("{key} {about}") };
                owed(what, &about, date.or_else(|| date_of(key)), text)
            }
            What::NoKey(why) => owed(
                Trouble::NoKey,
                &format!("{} {why}", day(now)),
                None,
                format!("a run of a parent has no correlation key and counts for nothing: {why}"),
            ),
            What::Dead(firing) => {
                let text = format!(
                    "it was started {MAX_SENDS} times and no run came of it (firing `{firing}`): is its stack there?"
                );
                owed(Trouble::InVain, firing, None, text)
            }
            What::LeftBehind(firing) => {
                let text = format!(
                    "a start waited for its turn as `{}` when the pipeline was renamed, and is dropped: run it by hand for {}",
                    firing.child, firing.date
                );
                owed(Trouble::InVain, &firing.firing_id, Some(firing.date.to_string()), text)
            }
            What::Fired(_) | What::Sent(_) | What::Dropped(_) => None,
        }
    }

    /// A parent is gone that the pipeline waits for.
    pub(crate) fn orphaned(child: &PipelineId, parent: &PipelineId, now: u64) -> Self {
        let text = format!(
            "`{parent}` was deleted, and no run of it comes any more: a condition that needs it never holds again"
        );
        Self::new(child, Trouble::ParentGone, &format!("{} {parent}", day(now)), None, text, now)
    }
}

fn moment(now: u64) -> Timestamp {
    i64::try_from(now).ok().and_then(|now| Timestamp::from_millisecond(now).ok()).unwrap_or_default()
}

/// The day in UTC, for what has no date of its own: told again within it, it is the same.
fn day(now: u64) -> String {
    moment(now).to_string().chars().take_while(|c| *c != 'T').collect()
}

/// What it is, what tells it from others of the gate, its date and words. Nothing where nobody is to be told.
fn told(effect: &Effect, now: u64) -> Option<(Trouble, String, Option<String>, String)> {
    Some(match effect {
        Effect::DeadlineMissed { date } => {
            let text = "the deadline has passed, and the pipeline has not been started for this date".to_owned();
            (Trouble::DeadlineMissed, date.to_string(), Some(date.to_string()), text)
        }
        Effect::GivenUp { date } => {
            let text = "the deadline has passed: this date is given up, and what comes for it later counts for nothing";
            (Trouble::GivenUp, date.to_string(), Some(date.to_string()), text.to_owned())
        }
        Effect::Expired { leaf, execution, .. } => {
            let text = format!(
                "a run of `{}` has waited for the others longer than `within` and counts no more: {execution}",
                leaf.parent
            );
            (Trouble::Expired, execution.to_string(), None, text)
        }
        Effect::ChainDropped { chain } => {
            let way = chain.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" → ");
            let text = format!("the condition held and nothing was started: the chain of pipelines has no end ({way})");
            (Trouble::ChainDropped, format!("{} {way}", day(now)), None, text)
        }
        _ => return None,
    })
}

/// A gate's key is a date with `correlate: day`.
fn date_of(key: &str) -> Option<String> {
    key.parse::<jiff::civil::Date>().ok().filter(|date| date.to_string() == key).map(|date| date.to_string())
}

/// Puts notices on the queue. What cannot be put is an error of the log, and counted.
pub(crate) fn send(owed: &[Owed], settings: &Settings, invocation: &Invocation<'_>) {
    for some in owed.chunks(AT_ONCE) {
        if let Err(why) = put(some, settings, invocation) {
            let lost = json!({"message": "owners are not told", "notices": some, "why": why});
            invocation.count("ERROR", METRIC_ALERTS, REASON_NOT_SENT, lost);
        }
    }
}

fn put(owed: &[Owed], settings: &Settings, invocation: &Invocation<'_>) -> Result<(), String> {
    let entry = |(n, one): (usize, &Owed)| json!({"Id": n.to_string(), "MessageBody": json!(one).to_string()});
    let entries: Vec<Value> = owed.iter().enumerate().map(entry).collect();
    let body = json!({"QueueUrl": settings.notices()?, "Entries": entries});
    let unsigned = Request::operation(settings.sqs()?, "1.0", "AmazonSQS.SendMessageBatch", &body, SHORT_ANSWER);
    let caller = Caller { settings, outside: invocation.outside, policy: POLICY, end: invocation.end };
    caller.call("sqs", &unsigned, judge).map_err(|why| why.to_string())?
}

/// HTTP 200 says nothing yet: each message has a result of its own. A few that are sent twice do no harm.
fn judge(answer: &Answer) -> Try<Result<(), String>> {
    if answer.status != 200 {
        return answers::refused(answer);
    }
    let read: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    match read["Failed"].as_array() {
        Some(failed) if !failed.is_empty() => {
            Try::Again(format!("not all messages were taken: {:.300}", read.to_string()))
        }
        _ => Try::Done(Ok(())),
    }
}

#[cfg(test)]
mod tests;
