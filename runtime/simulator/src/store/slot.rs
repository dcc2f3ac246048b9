//! What the store keeps about one pipeline.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::table::Table;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::store::{Child, Committed, Entry, Move, Outgoing, Sending};
use pipesynth_engine::{Admission, Firing, Gate, Lane, Occurrence, RunKey, admission};

/// Who has a run key.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Which execution first came with each status, by its place in [`Status::ALL`].
    first: [Option<Arc<str>>; Status::ALL.len()],
    /// Which execution has claimed it.
    claim: Option<Arc<str>>,
}

/// One pipeline's rows of all tables.
#[derive(Debug, Default)]
pub(super) struct Slot {
    pub entry: Option<Entry>,
    /// Ready for decisions, while it is live.
    pub child: Option<Arc<Child>>,
    /// Who waits for it, and the version of the entry that wrote the link.
    pub links: BTreeMap<PipelineId, u64>,
    /// Those of them that are live and listen, as long as the graph has this version.
    pub listening: (u64, Vec<Arc<Child>>),
    /// Who has each run key.
    pub runs: Table<RunKey, Held>,
    pub gates: Table<Arc<str>, Gate>,
    /// Firings that are not settled; few at a time.
    pub open: Vec<Outgoing>,
    /// Firings that are: what became of them.
    pub settled: Table<(Arc<str>, u64), Sending>,
    pub lane: Lane,
    /// When the clock alone may next change something.
    pub look: Option<u64>,
}

impl Slot {
    pub fn log(&mut self, occurrence: &Occurrence) -> Admission {
        if !occurrence.holds_its_key() {
            return Admission::Again;
        }
        let Some(place) = Status::ALL.iter().position(|status| *status == occurrence.status) else {
            return Admission::Again;
        };
        let first = &mut self.held(&occurrence.run_key).first[place];
        let answer = admission(first.as_deref(), &occurrence.execution);
        first.get_or_insert_with(|| occurrence.execution.clone());
        answer
    }

    fn held(&mut self, key: &RunKey) -> &mut Held {
        let at = match self.runs.get_index_of(key) {
            Some(at) => at,
            None => self.runs.insert_full(key.clone(), Held::default()).0,
        };
        &mut self.runs[at]
    }

    /// What became of the write, and when the gate was due before it.
    pub fn commit(&mut self, child: &Child, gate: &Gate, firing: Option<&Arc<Firing>>) -> (Committed, Option<u64>) {
        if self.child.as_ref().is_none_or(|live| live.registered.version != child.registered.version) {
            return (Committed::Gone, None);
        }
        let taken = |firing: &Arc<Firing>| {
            let place = (firing.key.clone(), firing.generation);
            self.position(&place.0, place.1).is_some() || self.settled.contains_key(&place)
        };
        let stored = self.gates.get(&gate.key);
        if stored.map_or(0, |stored| stored.ver) + 1 != gate.ver || firing.is_some_and(taken) {
            return (Committed::Conflict, None);
        }
        let before = stored.and_then(|stored| stored.due);
        self.gates.insert(gate.key.clone(), gate.clone());
        if let Some(firing) = firing {
            self.open.push(Outgoing { firing: firing.clone(), state: Sending::Pending });
        }
        (Committed::Done, before)
    }

    pub fn settle(&mut self, lane: Option<&Lane>, moves: &[Move]) -> Committed {
        let state = |m: &Move| match self.position(&m.key, m.generation) {
            Some(at) => Some(self.open[at].state),
            None => self.settled.get(&(m.key.clone(), m.generation)).copied(),
        };
        let stale = lane.is_some_and(|lane| lane.ver != self.lane.ver + 1);
        if stale || moves.iter().any(|m| state(m) != Some(m.from)) {
            return Committed::Conflict;
        }
        if let Some(lane) = lane {
            self.lane = lane.clone();
        }
        for change in moves {
            let Some(at) = self.position(&change.key, change.generation) else { continue };
            if change.to.is_settled() {
                self.open.swap_remove(at);
                self.settled.insert((change.key.clone(), change.generation), change.to);
            } else {
                self.open[at].state = change.to;
            }
        }
        Committed::Done
    }

    fn position(&self, key: &str, generation: u64) -> Option<usize> {
        self.open.iter().position(|open| open.firing.generation == generation && *open.firing.key == *key)
    }

    /// The oldest first: by time, generation, key.
    pub fn outbox(&self) -> Vec<Outgoing> {
        let mut open = self.open.clone();
        let place = |o: &Outgoing| (o.firing.at, o.firing.generation);
        open.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.firing.key.cmp(&b.firing.key)));
        open
    }

    pub fn claim(&mut self, key: &RunKey, execution: &str) -> String {
        self.held(key).claim.get_or_insert_with(|| execution.into()).to_string()
    }
}
