//! A record → one JSON document, whose shape docs/simulate-json.md describes and a test holds.

use pipesynth_engine::{Effect, FiringCause, utc_text};
use pipesynth_simulator::record::{Cause, Entry, Reason, Record, Run, Verdict, Waiting, What};
use serde_json::{Map, Value, json};

use super::view::{Counts, Kind, Totals};

/// Version of the shape: higher when a reader would have to change. Members may be added without it.
const VERSION: u32 = 1;

/// The document.
pub(super) fn document(record: &Record) -> Value {
    let totals = Totals::of(record);
    let pipelines = record
        .pipelines
        .iter()
        .map(|pipeline| json!({ "id": pipeline.id.to_string(), "name": pipeline.name, "timezone": pipeline.timezone, "concurrency": pipeline.concurrency }));
    json!({
        "version": VERSION,
        "from": time(record.from),
        "until": time(record.until),
        "met": totals.verdicts_met == record.verdicts.len(),
        "totals": {
            "runs": totals.counts.all(),
            "byStatus": by_status(&totals.counts),
            "alerts": totals.alerts,
            "events": record.events,
            "decisions": record.decisions,
        },
        "pipelines": pipelines.collect::<Vec<_>>(),
        "runs": record.runs.iter().enumerate().map(|(at, one)| run(record, at, one)).collect::<Vec<_>>(),
        "log": record.log.iter().map(|one| entry(record, one)).collect::<Vec<_>>(),
        "waiting": record.waiting.iter().map(|one| waiting(record, one)).collect::<Vec<_>>(),
        "expectations": record.verdicts.iter().map(verdict).collect::<Vec<_>>(),
    })
}

/// RFC 3339 in UTC; `null` outside the calendar.
fn time(at: u64) -> Value {
    utc_text(at).map_or(Value::Null, Value::String)
}

/// The identity of a pipeline; `null` where the position points nowhere.
fn pipeline(record: &Record, at: usize) -> Value {
    record.pipelines.get(at).map_or(Value::Null, |pipeline| Value::String(pipeline.id.to_string()))
}

/// Every status, also those without a run, so that a reader needs no defaults.
fn by_status(counts: &Counts) -> Value {
    let pairs = Kind::ALL.into_iter().map(|kind| (kind.word().to_owned(), counts.get(kind).into()));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn run(record: &Record, at: usize, run: &Run) -> Value {
    json!({
        "id": at,
        "pipeline": pipeline(record, run.pipeline),
        "execution": run.execution,
        "runKey": run.run_key.to_string(),
        "attempt": run.run_key.attempt(),
        "logicalDate": run.date.to_string(),
        "started": time(run.started),
        "workedFrom": run.worked_from.map(time),
        "ended": run.ended.map(time),
        "status": run.status.as_str(),
        "skipped": run.skipped,
        "reason": run.reason.map(reason),
        "cause": cause(&run.cause),
    })
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::KeyTaken => "keyTaken",
        Reason::GivenUp => "givenUp",
        Reason::WaitedTooLong => "waitedTooLong",
        Reason::QueueFull => "queueFull",
        Reason::TimeLimit(_) => "timeLimit",
        Reason::InputRefused => "inputRefused",
    }
}

fn cause(cause: &Cause) -> Value {
    match cause {
        Cause::Schedule(at) => json!({ "kind": "schedule", "at": time(*at) }),
        Cause::Manual => json!({ "kind": "manual" }),
        Cause::Backfill => json!({ "kind": "backfill" }),
        Cause::Rerun(of) => json!({ "kind": "rerun", "of": of }),
        Cause::Condition { firing_id, cause, parents, decided } => {
            let reason = match cause {
                FiringCause::Executions => "executions",
                FiringCause::Rerun => "rerun",
                FiringCause::Deadline => "deadline",
            };
            let parents = parents.iter().map(|(run, previous)| json!({ "run": run, "asBefore": previous }));
            json!({
                "kind": "condition",
                "reason": reason,
                "firingId": firing_id,
                "decided": time(*decided),
                "parents": parents.collect::<Vec<_>>(),
            })
        }
    }
}

/// What all entries have in common, and what this one says.
fn entry(record: &Record, entry: &Entry) -> Value {
    let mut out = Map::new();
    out.insert("at".to_owned(), time(entry.at));
    out.insert("pipeline".to_owned(), entry.pipeline.map_or(Value::Null, |at| pipeline(record, at)));
    out.insert("run".to_owned(), entry.run.filter(|at| *at < record.runs.len()).into());
    let (kind, members) = match &entry.what {
        What::Gate(key, effect) => ("gate", gate(key, effect)),
        What::Fired(firing) => ("fired", json!({ "firingId": firing })),
        What::Dropped(firing) => ("dropped", json!({ "firingId": firing })),
        What::Dead(firing) => ("dead", json!({ "firingId": firing })),
        What::Queued(firing) => ("queued", json!({ "firingId": firing })),
        What::NoKey(text) => ("noKey", json!({ "text": text })),
        What::Undelivered(text) => ("undelivered", json!({ "text": text })),
        What::Fault(text) => ("fault", json!({ "text": text })),
        What::Alert { about, targets } => ("alert", json!({ "text": about, "targets": targets })),
        What::Action(text) => ("action", json!({ "text": text })),
    };
    out.insert("kind".to_owned(), kind.into());
    if let Value::Object(members) = members {
        out.extend(members);
    }
    Value::Object(out)
}

/// The key, and the effect as the engine writes it: its name under `effect`, and its members.
fn gate(key: &str, effect: &Effect) -> Value {
    let mut members = Map::from_iter([("key".to_owned(), Value::from(key))]);
    if let Ok(Value::Object(effect)) = serde_json::to_value(effect) {
        members.extend(effect);
    }
    Value::Object(members)
}

fn waiting(record: &Record, waiting: &Waiting) -> Value {
    let holds = waiting.holds.iter().map(|(id, status)| json!({ "pipeline": id.to_string(), "status": status }));
    let missing = waiting.missing.iter().map(|(id, wanted)| json!({ "pipeline": id.to_string(), "status": wanted }));
    json!({
        "pipeline": pipeline(record, waiting.pipeline),
        "key": waiting.key,
        "holds": holds.collect::<Vec<_>>(),
        "missing": missing.collect::<Vec<_>>(),
    })
}

fn verdict(verdict: &Verdict) -> Value {
    json!({ "label": verdict.label, "met": verdict.faults.is_empty(), "faults": verdict.faults })
}
