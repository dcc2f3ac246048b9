//! What a decision has for the owners of a pipeline → messages on the queue `pipesynth-notices`, which the dispatcher reads.
//!
//! They are sent right after the decision is written, and what is in the queue is not lost. A function that is stopped between the two
//! has told nobody; the log and the metric `Alerts` have it where sending failed.

use std::time::Duration;

use jiff::Timestamp;
use pipesynth_aws::retry::{self, Policy, Try};
use pipesynth_aws::{Answer, Caller, Request, SHORT_ANSWER, Settings};
use pipesynth_contract::PipelineId;
use pipesynth_contract::alert::Trouble;
use pipesynth_contract::names::{METRIC_ALERTS, REASON_NOT_SENT};
use pipesynth_engine::Effect;
use pipesynth_engine::store::{MAX_SENDS, Note, What};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
    /// The same for what is told again.
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
        let at = i64::try_from(now).ok().and_then(|now| Timestamp::from_millisecond(now).ok()).unwrap_or_default();
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
                let (what, about, date, text) = told(effect)?;
                owed(what, &format!("{key} {about}"), date.or_else(|| date_of(key)), text)
            }
            What::NoKey(why) => owed(
                Trouble::NoKey,
                why,
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
        Self::new(child, Trouble::ParentGone, parent.as_str(), None, text, now)
    }
}

/// What it is, what tells it from others of the gate, its date and words. Nothing where nobody is to be told.
fn told(effect: &Effect) -> Option<(Trouble, String, Option<String>, String)> {
    Some(match effect {
        Effect::DeadlineMissed { date } => {
            let text = "the deadline has passed, and the pipeline has not been started for this date".to_owned();
            (Trouble::DeadlineMissed, String::new(), Some(date.to_string()), text)
        }
        Effect::GivenUp { date } => {
            let text = "the deadline has passed: this date is given up, and what comes for it later counts for nothing";
            (Trouble::GivenUp, String::new(), Some(date.to_string()), text.to_owned())
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
            (Trouble::ChainDropped, way, None, text)
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
    let body = String::from_utf8_lossy(&answer.body);
    let told = || format!("HTTP {}: {}", answer.status, body.chars().take(300).collect::<String>());
    if answer.status != 200 {
        return if retry::is_temporary(answer) { Try::Again(told()) } else { Try::Done(Err(told())) };
    }
    let read: Value = serde_json::from_str(&body).unwrap_or_default();
    match read["Failed"].as_array() {
        Some(failed) if !failed.is_empty() => Try::Again(told()),
        _ => Try::Done(Ok(())),
    }
}

#[cfg(test)]
mod tests {
    use pipesynth_engine::LeafId;

    use super::*;
    use crate::central::Invocation;
    use crate::scripted::{Scripted, answer};
    use crate::story::{NOW, PIPELINE_X, outside};

    fn child() -> PipelineId {
        PipelineId::new(PIPELINE_X, "pipeline-x").unwrap()
    }

    fn gate(key: &str, effect: Effect) -> Note {
        Note { child: child(), what: What::Gate(key.into(), effect) }
    }

    fn date() -> pipesynth_engine::LogicalDate {
        "2026-11-23".parse().unwrap()
    }

    /// Every kind of note that a person is to be told of.
    fn alerts() -> Vec<Note> {
        let leaf = LeafId { parent: "111111111111/listings".parse().unwrap(), status: [].into(), offset: None };
        let note = |what| Note { child: child(), what };
        vec![
            gate("2026-11-23", Effect::DeadlineMissed { date: date() }),
            gate("2026-11-23", Effect::GivenUp { date: date() }),
            gate("2026-11-23", Effect::Expired { leaf, execution: "arn:e".into(), alert: true }),
            gate("2026-11-23T05", Effect::ChainDropped { chain: vec![child()] }),
            note(What::NoKey("its input has no `country`")),
            note(What::Dead("3f9c".into())),
        ]
    }

    #[test]
    fn whatever_a_person_is_to_be_told_has_its_words() {
        let owed: Vec<Owed> = alerts().iter().map(|note| Owed::of(note, NOW).unwrap()).collect();
        let whats: Vec<Trouble> = owed.iter().map(|one| one.what).collect();
        let wanted = Trouble::ALL.into_iter().filter(|what| *what != Trouble::ParentGone);
        assert!(wanted.clone().all(|what| whats.contains(&what)) && whats.len() == wanted.count(), "{whats:?}");
        let dates: Vec<Option<&str>> = owed.iter().map(|one| one.logical_date.as_deref()).collect();
        assert_eq!(dates, [Some("2026-11-23"), Some("2026-11-23"), Some("2026-11-23"), None, None, None]);
        assert_eq!(owed[0].id, "333333333333/pipeline-x DEADLINE_MISSED 2026-11-23");
        assert_eq!(owed[0].at, "2026-11-23T06:00:00Z");
        assert!(owed[2].text.contains("`111111111111/listings`") && owed[2].text.contains("arn:e"), "{}", owed[2].text);
        // The same again is the same.
        assert_eq!(Owed::of(&alerts()[2], NOW + 1).unwrap().id, owed[2].id);
        let silent = gate(
            "2026-11-23",
            Effect::Expired { leaf: leaf_of(&alerts()[2]), execution: "arn:e".into(), alert: false },
        );
        assert_eq!(Owed::of(&silent, NOW), None);
        assert_eq!(Owed::of(&Note { child: child(), what: What::Sent("3f9c".into()) }, NOW), None);
    }

    #[test]
    fn a_start_that_a_rename_left_behind_is_told_under_the_new_name_with_its_date() {
        let firing = pipesynth_engine::Firing {
            firing_id: "3f9c".to_owned(),
            child: PipelineId::new(PIPELINE_X, "old-name").unwrap(),
            key: "2026-11-23".into(),
            rev: "r".into(),
            incarnation: 0,
            generation: 1,
            cause: pipesynth_engine::FiringCause::Executions,
            date: date(),
            instant: None,
            used: Vec::new(),
            chain: [].into(),
            backfill: false,
            at: NOW,
        };
        let owed = Owed::of(&Note { child: child(), what: What::LeftBehind(firing.into()) }, NOW).unwrap();
        assert_eq!((owed.what, owed.logical_date.as_deref()), (Trouble::InVain, Some("2026-11-23")));
        assert!(owed.id.starts_with("333333333333/pipeline-x ") && owed.text.contains("old-name"), "{owed:?}");
    }

    fn leaf_of(note: &Note) -> LeafId {
        match &note.what {
            What::Gate(_, Effect::Expired { leaf, .. }) => leaf.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn settings() -> Settings {
        Settings::read(|name| {
            let value = match name {
                "AWS_REGION" => "eu-central-1",
                "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "key",
                "NOTICES_QUEUE" => "https://sqs.eu-central-1.amazonaws.com/999999999999/pipesynth-notices",
                _ => return None,
            };
            Some(value.to_owned())
        })
    }

    fn told(
        script: &dyn Fn(usize, &Request) -> Result<Answer, String>,
        notes: &[Note],
    ) -> (usize, Vec<String>, Vec<Owed>) {
        let (outside, deadline): (Scripted<'_>, _) = outside(script);
        let settings = settings();
        Invocation::new("under-test", &outside, deadline).owing(&settings).tell(notes);
        let sent = outside.sent.borrow();
        let bodies: Vec<Value> = sent.iter().map(|one| serde_json::from_slice(&one.body).unwrap()).collect();
        let entries = bodies.iter().flat_map(|body| body["Entries"].as_array().unwrap());
        let owed = entries.map(|one| serde_json::from_str(one["MessageBody"].as_str().unwrap()).unwrap()).collect();
        assert!(sent.iter().all(|one| one.url == "https://sqs.eu-central-1.amazonaws.com/"));
        (sent.len(), outside.log.borrow().clone(), owed)
    }

    #[test]
    fn ten_notices_go_with_one_request() {
        let taken = |_: usize, _: &Request| answer(200, r#"{"Successful":[],"Failed":[]}"#);
        let twelve: Vec<Note> = alerts().into_iter().cycle().take(12).collect();
        let (requests, log, owed) = told(&taken, &twelve);
        assert_eq!((requests, owed.len()), (2, 12));
        assert!(log.iter().all(|line| !line.contains("ERROR")), "{log:?}");
        let silent = Note { child: child(), what: What::Sent("3f9c".into()) };
        assert_eq!(told(&taken, &[silent]).0, 0);
    }

    #[test]
    fn what_the_queue_does_not_take_is_tried_again_and_then_an_error() {
        let second = |n: usize, _: &Request| match n {
            0 => answer(200, r#"{"Failed":[{"Id":"0","Code":"InternalError","SenderFault":false}]}"#),
            _ => answer(200, r#"{"Successful":[{"Id":"0"}]}"#),
        };
        assert_eq!(told(&second, &alerts()[..1]).0, 2);
        let (requests, log, _) = told(&|_, _| answer(403, "AccessDenied"), &alerts()[..1]);
        assert_eq!(requests, 1);
        assert!(
            log.iter().any(|line| line.contains("owners are not told") && line.contains("AccessDenied")),
            "{log:?}"
        );
    }
}
