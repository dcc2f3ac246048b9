//! The newest events of an execution's history → the step that failed, or that the run was at when it was stopped.
//!
//! Events name their predecessor, not their state: the state is that of the nearest `…StateEntered` before them. Names of the machine's
//! own states hold a space, which a step's name cannot.

use std::collections::{BTreeMap, BTreeSet};

use pipesynth_contract::Status;
use serde::Deserialize;
use serde_json::{Map, Value};

/// One event (Step Functions API reference, `HistoryEvent`).
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub id: u64,
    #[serde(default)]
    pub previous_event_id: u64,
    #[serde(rename = "type")]
    pub kind: String,
    /// The details, under a name of the event's type.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

/// What failed, once.
struct Fault<'a> {
    state: &'a str,
    error: Option<&'a str>,
    cause: Option<&'a str>,
}

/// The name of the step, or of the machine's own state where it was none of the steps. `events` are the newest first; `error` and
/// `cause` are the execution's own.
pub(crate) fn step(events: &[Event], status: Status, error: Option<&str>, cause: Option<&str>) -> Option<String> {
    let by_id: BTreeMap<u64, &Event> = events.iter().map(|event| (event.id, event)).collect();
    let entered = |event: &Event| entered(&by_id, event);
    let good: BTreeSet<u64> = events
        .iter()
        .filter(|event| event.kind.ends_with("Succeeded") && !event.is_of_the_run())
        .filter_map(|event| Some(entered(event)?.id))
        .collect();
    if status != Status::Failed {
        let mut stopped = events.iter().filter(|event| {
            matches!(event.kind.as_str(), "TaskStateEntered" | "WaitStateEntered") && !good.contains(&event.id)
        });
        return stopped.next().and_then(Event::state).map(str::to_owned);
    }
    let faults: Vec<Fault<'_>> = events
        .iter()
        .filter(|event| event.is_fault())
        .filter_map(|event| {
            let state = entered(event)?;
            let detail = |name| event.detail(name);
            let fault = Fault { state: state.state()?, error: detail("error"), cause: detail("cause") };
            (!good.contains(&state.id)).then_some(fault)
        })
        .collect();
    let own = |fault: &&Fault<'_>| !fault.state.contains(' ');
    let same = |fault: &&Fault<'_>| error.is_some() && fault.error == error && fault.cause == cause;
    // The error that the run ended with; else the last step that failed; else what failed first, for the rest is cleaning up.
    let found = faults.iter().find(same).or_else(|| faults.iter().find(own)).or(faults.last());
    found.map(|fault| fault.state.to_owned())
}

/// How the state of an event was on its way when the event came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Way<'a> {
    /// The state's name.
    pub state: &'a str,
    /// When it was entered, in seconds since 1970.
    pub since: f64,
    /// Tries that had failed before the event.
    pub failed: u32,
}

/// The way of the event with this number. `events` are as [`step`] takes them.
pub(crate) fn way(events: &[Event], id: u64) -> Option<Way<'_>> {
    let by_id: BTreeMap<u64, &Event> = events.iter().map(|event| (event.id, event)).collect();
    let entered = entered(&by_id, by_id.get(&id)?)?;
    let (mut failed, mut at) = (0, by_id.get(&id)?.previous_event_id);
    while at > entered.id {
        let event = by_id.get(&at)?;
        failed += u32::from(event.is_fault());
        at = event.previous_event_id;
    }
    let since = entered.details.get("timestamp").and_then(Value::as_f64)?;
    Some(Way { state: entered.state()?, since, failed })
}

/// The event by which the state of an event was entered.
fn entered<'a>(by_id: &BTreeMap<u64, &'a Event>, event: &Event) -> Option<&'a Event> {
    let mut id = event.previous_event_id;
    // Ids fall along the way, so it ends.
    while let Some(before) = by_id.get(&id) {
        if before.kind.ends_with("StateEntered") {
            return Some(before);
        }
        if before.previous_event_id >= id {
            return None;
        }
        id = before.previous_event_id;
    }
    None
}

impl Event {
    fn is_of_the_run(&self) -> bool {
        ["Execution", "ParallelState", "MapState", "MapIteration"].iter().any(|of| self.kind.starts_with(of))
    }

    /// `TaskFailed`, `TaskTimedOut`, `LambdaFunctionFailed`, `EvaluationFailed` … of one state.
    pub(crate) fn is_fault(&self) -> bool {
        (self.kind.ends_with("Failed") || self.kind.ends_with("TimedOut")) && !self.is_of_the_run()
    }

    pub(crate) fn state(&self) -> Option<&str> {
        self.details.get("stateEnteredEventDetails")?["name"].as_str()
    }

    /// Of `taskFailedEventDetails` and the like.
    fn detail(&self, name: &str) -> Option<&str> {
        let details = self.details.iter().find(|(key, _)| key.ends_with("EventDetails"))?;
        details.1[name].as_str()
    }
}
