//! What a search goes through: tables, workers, dispatchers, triggers in flight, runs of the child; and what may happen next.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use pipesynth_engine::Firing;
use pipesynth_engine::store::{Child, Dispatch, Ingest, Sink, StoreError, Tables};

/// A Lambda that works on an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Worker {
    /// The shipped one, on the event with this number.
    Real(usize, Box<Ingest>),
    /// One that decides by queries of the run log; with what it has seen of it.
    ByQuery(usize, Vec<usize>),
    /// One that has committed and now sends by itself.
    Sends(usize, String),
}

impl Worker {
    pub fn event(&self) -> usize {
        match self {
            Worker::Real(event, _) | Worker::ByQuery(event, _) | Worker::Sends(event, _) => *event,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    pub tables: Tables,
    /// Deliveries still to come, by event.
    pub left: Vec<u8>,
    pub workers: Vec<Worker>,
    /// With whether anything has happened since it began.
    pub dispatchers: Vec<(Dispatch, bool)>,
    pub crashes: u8,
    /// Trigger events that may be lost between two buses.
    pub losses: u8,
    /// Trigger events that may arrive twice.
    pub twice: u8,
    pub now: u64,
    /// Triggers between the central bus and the child's machine, by firing id.
    pub flying: BTreeMap<String, u8>,
    /// Executions of the child by firing id: all, and those that held the claim.
    pub starts: BTreeMap<String, (u8, u8)>,
    /// Firings whose run goes on.
    pub going: Vec<String>,
    /// How many firings there were when the child was edited or deleted.
    pub changed: Option<usize>,
    pub swept: bool,
    /// The last dispatch found nothing to do, and nothing has happened since.
    pub dry: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Deliver(usize),
    Step(usize),
    Crash(usize),
    Change,
    Sweep,
    Dispatch,
    StepDispatch(usize),
    CrashDispatch(usize),
    Arrive(String),
    ArriveTwice(String),
    Lose(String),
    Wait,
    End(String),
}

/// A bus that remembers what was put on it.
#[derive(Default)]
pub struct Sent(pub RefCell<Vec<String>>);

impl Sink for Sent {
    fn send(&self, firing: &Arc<Firing>, _: &Child) -> Result<(), StoreError> {
        self.0.borrow_mut().push(firing.firing_id.clone());
        Ok(())
    }
}
