//! What the central functions share: the store behind the state table, the time they may take, and notes as lines of the log.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pipesynth_aws::dynamodb::Client;
use pipesynth_aws::{Outside, Settings, rds_data};
use pipesynth_contract::names;
use pipesynth_engine::Effect;
use pipesynth_engine::store::{Note, Registry, Store, StoreError, What};
use pipesynth_stores::dynamodb::DynamoStore;
use pipesynth_stores::postgres::PostgresStore;
use serde_json::{Value, json};

use crate::notices::Owed;
use crate::{Failure, notices};

/// Ends this long before the function's deadline, so that what is done is told and what is not is tried again.
const MARGIN: Duration = Duration::from_millis(1500);

/// The error name when the function's environment does not say where the central state is.
pub(crate) const ERROR_SETTINGS: &str = "SettingsIncomplete";

/// Everything that the central functions need of a store.
pub(crate) trait Central: Store + Registry {}

impl<S: Store + Registry> Central for S {}

/// Where runs and gates are kept.
pub(crate) enum State<'a> {
    DynamoDb(DynamoStore<Client<'a>>),
    Postgres(PostgresStore<rds_data::Client<'a>>),
}

impl State<'_> {
    pub(crate) fn store(&self) -> &dyn Central {
        match self {
            State::DynamoDb(store) => store,
            State::Postgres(store) => store,
        }
    }

    /// Whether a stream tells the dispatcher of new firings and of lanes.
    pub(crate) fn has_stream(&self) -> bool {
        matches!(self, State::DynamoDb(_))
    }

    /// Deletes what is old, where the store does not by itself; how many items.
    pub(crate) fn forget(&self, now: u64) -> Result<u64, StoreError> {
        match self {
            State::DynamoDb(_) => Ok(0),
            State::Postgres(store) => store.forget(now),
        }
    }
}

/// One invocation of a central function.
pub(crate) struct Invocation<'a> {
    /// The handler's name, for the log.
    pub(crate) handler: &'static str,
    pub(crate) outside: &'a dyn Outside,
    /// Nothing is begun after it.
    pub(crate) end: SystemTime,
    /// Of those functions that decide, which owe the owners of pipelines word of it.
    owing: Option<&'a Settings>,
}

impl<'a> Invocation<'a> {
    pub(crate) fn new(handler: &'static str, outside: &'a dyn Outside, deadline: SystemTime) -> Self {
        Self { handler, outside, end: deadline.checked_sub(MARGIN).unwrap_or(deadline), owing: None }
    }

    /// Alerts are told to the owners, too.
    pub(crate) fn owing(self, settings: &'a Settings) -> Self {
        Self { owing: Some(settings), ..self }
    }

    /// The central state: in the cluster that the environment names, else in the table.
    pub(crate) fn state(&self, settings: &'a Settings) -> Result<State<'a>, Failure> {
        let database = settings.run_log().map_err(|why| Failure::new(ERROR_SETTINGS, why))?;
        Ok(match database {
            Some(database) => {
                State::Postgres(PostgresStore::new(rds_data::Client::new(self.outside, settings, database, self.end)))
            }
            None => {
                State::DynamoDb(DynamoStore::new(Client::new(self.outside, settings, self.end), settings.state_table()))
            }
        })
    }

    /// Milliseconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        let since = self.outside.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    /// Whether there is time for one thing more, which may take this long.
    pub(crate) fn has(&self, time: Duration) -> bool {
        self.end.duration_since(self.outside.now()).is_ok_and(|left| left >= time)
    }

    /// Writes a line: level, handler, and what the map holds.
    pub(crate) fn log(&self, level: &str, what: Value) {
        let mut line = json!({ "level": level, "handler": self.handler });
        if let (Value::Object(line), Value::Object(what)) = (&mut line, what) {
            line.extend(what);
        }
        self.outside.log(&line);
    }

    /// Writes a line that CloudWatch also counts, by its reason.
    pub(crate) fn count(&self, level: &str, metric: &str, reason: &str, mut what: Value) {
        what["_aws"] = json!({
            "Timestamp": self.now(),
            "CloudWatchMetrics": [{
                "Namespace": names::METRICS, "Dimensions": [["Reason"]], "Metrics": [{"Name": metric, "Unit": "Count"}],
            }],
        });
        what[metric] = json!(1);
        what["Reason"] = json!(reason);
        self.log(level, what);
    }

    /// Writes what happened, one line each; what a person is to be told is a warning, counted, and sent on its way.
    pub(crate) fn tell(&self, notes: &[Note]) {
        for note in notes {
            let Some((kind, mut line)) = line(note) else { continue };
            line["pipeline"] = json!(note.child);
            line["message"] = json!(kind);
            if note.is_alert() {
                self.count("WARN", names::METRIC_ALERTS, kind, line);
            } else {
                self.log("INFO", line);
            }
        }
        let owed: Vec<Owed> = notes.iter().filter_map(|note| Owed::of(note, self.now())).collect();
        self.owe(&owed);
    }

    /// Sends word to the owners of pipelines.
    pub(crate) fn owe(&self, owed: &[Owed]) {
        if let Some(settings) = self.owing {
            notices::send(owed, settings, self);
        }
    }
}

/// What a note says, in a word and in data. That a parent has begun to run is no news.
fn line(note: &Note) -> Option<(&'static str, Value)> {
    Some(match &note.what {
        What::Fired(firing) => (
            "fired",
            json!({"firingId": firing.firing_id, "key": firing.key, "logicalDate": firing.date, "cause": firing.cause}),
        ),
        What::Gate(_, Effect::Ignored { .. }) => return None,
        What::Gate(key, effect) => ("gate", json!({"key": key, "what": effect})),
        What::NoKey(why) => ("no correlation key", json!({"why": why})),
        What::Sent(firing) => ("sent", json!({"firingId": firing})),
        What::Dropped(firing) => ("dropped", json!({"firingId": firing})),
        What::Dead(firing) => ("given up", json!({"firingId": firing})),
        What::LeftBehind(firing) => (
            "left behind by a rename",
            json!({"firingId": firing.firing_id, "under": firing.child, "logicalDate": firing.date}),
        ),
    })
}
