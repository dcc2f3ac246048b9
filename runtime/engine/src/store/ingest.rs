//! One status event → the run log, the child's own lane, and every gate that it concerns.

use std::sync::Arc;

use pipesynth_contract::options::Concurrency;

use super::{Child, Committed, Move, Note, Sending, Store, StoreError, What};
use crate::{Admission, Gate, Lane, Occurrence, Origin, Source, decide};

/// After this many lost races in a row an event goes back to its queue.
pub const MAX_TRIES: u32 = 10;

/// Takes an event through all steps. Safe to repeat, whole or after a crash at any point.
pub fn ingest(store: &dyn Store, occurrence: &Occurrence) -> Result<Vec<Note>, StoreError> {
    let mut notes = Vec::new();
    ingest_into(store, occurrence, &mut notes).map(|()| notes)
}

/// [`ingest`] with the notes of what was written also where something failed. One child whose gate cannot be read or written keeps none
/// of the others waiting: all are tried, and the first failure comes back.
pub fn ingest_into(store: &dyn Store, occurrence: &Occurrence, notes: &mut Vec<Note>) -> Result<(), StoreError> {
    let (mut work, mut result) = (Ingest::new(occurrence.clone()), Ok(()));
    loop {
        match work.step(store, notes) {
            Ok(true) => return result,
            Ok(false) => {}
            Err(error) => result = result.and(Err(error)),
        }
    }
}

/// An event on its way. A step reads or writes, never both, so that everything that may come in between can be tried.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ingest {
    occurrence: Occurrence,
    stage: Stage,
    tries: u32,
    /// How often the children were read again.
    anew: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Stage {
    Log,
    Own,
    /// What the child's own run changes was read.
    OwnWrite(Option<Lane>, Vec<Move>),
    Children,
    /// Nobody waits for the pipeline: it may have been renamed since its run began.
    Successor,
    /// Gates that are still to be read; the last is the next.
    Gates(Vec<(Arc<Child>, Arc<str>)>),
    /// The last one was read.
    Commit(Vec<(Arc<Child>, Arc<str>)>, Option<Box<Gate>>),
    Done,
}

/// What follows a look at a gate.
enum After {
    /// The gates that are left: the same one again where others were faster.
    Next,
    /// The children are read again.
    Anew,
}

impl Ingest {
    /// At the beginning.
    pub fn new(occurrence: Occurrence) -> Self {
        Self { occurrence, stage: Stage::Log, tries: 0, anew: 0 }
    }

    /// The event.
    pub fn occurrence(&self) -> &Occurrence {
        &self.occurrence
    }

    /// Does the next step; true when there is none left. After an error the next step goes on with what does not depend on the failed
    /// one: the other gates.
    pub fn step(&mut self, store: &dyn Store, notes: &mut Vec<Note>) -> Result<bool, StoreError> {
        self.stage = match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Log => match (self.occurrence.origin, store.log(&self.occurrence)?) {
                (_, Admission::Duplicate) => Stage::Done,
                (Origin::Clock, _) => Stage::Children,
                (Origin::Run, _) => Stage::Own,
            },
            Stage::Own => self.own(store)?,
            Stage::OwnWrite(lane, moves) => self.own_write(store, lane.as_ref(), &moves)?,
            Stage::Children => self.children(store, notes)?,
            Stage::Successor => self.successor(store)?,
            Stage::Gates(mut gates) => match gates.last().map(|(child, key)| store.gate(child.id(), key)) {
                None => Stage::Done,
                Some(Ok(gate)) => Stage::Commit(gates, gate.map(Box::new)),
                Some(Err(error)) => {
                    gates.pop();
                    return self.go_on(gates, error);
                }
            },
            Stage::Commit(mut gates, gate) => match self.commit(store, &mut gates, gate, notes) {
                Ok(After::Next) => Stage::Gates(gates),
                Ok(After::Anew) => Stage::Children,
                Err(error) => {
                    gates.pop();
                    return self.go_on(gates, error);
                }
            },
            Stage::Done => Stage::Done,
        };
        Ok(matches!(&self.stage, Stage::Done) || matches!(&self.stage, Stage::Gates(gates) if gates.is_empty()))
    }

    /// The run of a pipeline that is a child itself: its firing has started, and its end makes room for the next.
    fn own(&self, store: &dyn Store) -> Result<Stage, StoreError> {
        let run = &self.occurrence;
        let Some(child) = store.child(&run.parent)?.filter(|child| child.spec.is_some()) else {
            return Ok(Stage::Children);
        };
        let mut moves = Vec::new();
        if run.run_key.source() == Source::Dependency {
            let outbox = store.outbox(&run.parent)?;
            moves.extend(
                outbox.iter().filter(|o| o.firing.firing_id == run.run_key.id()).map(|o| Move::of(o, Sending::Started)),
            );
        }
        let mut lane = None;
        if child.registered.concurrency != Concurrency::Allow {
            let mut seen = store.lane(&run.parent)?.of_life(child.registered.incarnation);
            lane = seen.observe(run).then_some(seen);
        }
        let nothing = lane.is_none() && moves.is_empty();
        Ok(if nothing { Stage::Children } else { Stage::OwnWrite(lane, moves) })
    }

    fn own_write(&mut self, store: &dyn Store, lane: Option<&Lane>, moves: &[Move]) -> Result<Stage, StoreError> {
        if store.settle(&self.occurrence.parent, lane, moves)? != Committed::Done {
            return self.again(Stage::Own);
        }
        self.tries = 0;
        Ok(Stage::Children)
    }

    fn children(&self, store: &dyn Store, notes: &mut Vec<Note>) -> Result<Stage, StoreError> {
        let mut gates = Vec::new();
        let children = store.children(&self.occurrence.parent)?;
        if children.is_empty() && self.occurrence.origin == Origin::Run {
            return Ok(Stage::Successor);
        }
        for child in children {
            let Some(spec) = &child.spec else { continue };
            let (keys, reasons) = spec.keys(&self.occurrence);
            notes.extend(reasons.into_iter().map(|why| Note::new(child.id(), What::NoKey(why))));
            gates.extend(keys.into_iter().map(|key| (child.clone(), key)));
        }
        Ok(Stage::Gates(gates))
    }

    /// A run that began under a former name of its pipeline is a run of the pipeline: it begins again as one, from the run log on, so
    /// that its key counts there too. A rename moves those who wait before the name is gone, so this is asked where nobody waits.
    fn successor(&mut self, store: &dyn Store) -> Result<Stage, StoreError> {
        let Some(new) = store.successor(&self.occurrence.parent)? else { return Ok(Stage::Done) };
        if self.anew >= MAX_TRIES {
            return Err(StoreError::Contended);
        }
        self.anew += 1;
        self.occurrence.parent = new;
        Ok(Stage::Log)
    }

    /// After a failure: the next step takes the next gate.
    fn go_on(&mut self, gates: Vec<(Arc<Child>, Arc<str>)>, error: StoreError) -> Result<bool, StoreError> {
        self.tries = 0;
        self.stage = Stage::Gates(gates);
        Err(error)
    }

    /// Decides for the last gate and writes it.
    fn commit(
        &mut self,
        store: &dyn Store,
        gates: &mut Vec<(Arc<Child>, Arc<str>)>,
        gate: Option<Box<Gate>>,
        notes: &mut Vec<Note>,
    ) -> Result<After, StoreError> {
        let Some((child, key)) = gates.last() else { return Ok(After::Next) };
        let Some(spec) = &child.spec else {
            gates.pop();
            return Ok(After::Next);
        };
        let gate = gate.map_or_else(|| Gate::new(spec, key.clone()), |gate| *gate);
        let decision = decide(gate, &self.occurrence, spec);
        if decision.changed {
            match store.commit(child, &decision.gate, decision.firing.as_ref())? {
                Committed::Done => {}
                Committed::Conflict => return self.again(After::Next),
                // The registration is another one: begin again with what is registered now. Gates that are done change no more.
                Committed::Gone if self.anew < MAX_TRIES => {
                    self.anew += 1;
                    return Ok(After::Anew);
                }
                Committed::Gone => return Err(StoreError::Contended),
            }
        }
        let told = |effect| Note::new(child.id(), What::Gate(key.clone(), effect));
        notes.extend(decision.effects.into_iter().map(told));
        notes.extend(decision.firing.map(|f| Note::new(child.id(), What::Fired(f))));
        self.tries = 0;
        gates.pop();
        Ok(After::Next)
    }

    fn again<T>(&mut self, stage: T) -> Result<T, StoreError> {
        self.tries += 1;
        if self.tries < MAX_TRIES { Ok(stage) } else { Err(StoreError::Contended) }
    }
}
