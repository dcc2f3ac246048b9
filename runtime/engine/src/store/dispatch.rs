//! A child's outbox → firings let in by `concurrency` and sent; sent again or given up where no run comes of them.

use std::sync::Arc;

use pipesynth_contract::PipelineId;
use pipesynth_contract::options::Concurrency;

use super::{Child, Committed, MAX_TRIES, Move, Note, Outgoing, Sending, Store, StoreError, What};
use crate::{Firing, Lane, admit};

/// A firing whose run has not been seen for so long is sent again: 15 minutes, in milliseconds. The claim makes that safe.
pub const RESEND_AFTER: u64 = 15 * 60_000;

/// How often a firing is sent before it is given up and told.
pub const MAX_SENDS: u32 = 4;

/// Firings that one transaction lets in or drops: DynamoDB takes 100 items (API reference, `TransactWriteItems`), the lane is one.
const BATCH: usize = 90;

/// Where firings go: the child account's bus.
pub trait Sink {
    /// Puts the event; at least once is enough.
    fn send(&self, firing: &Arc<Firing>, child: &Child) -> Result<(), StoreError>;
}

/// Sends what is to be sent of one child at the time `now`, in milliseconds since 1970. Safe to repeat.
pub fn dispatch(store: &dyn Store, sink: &dyn Sink, child: &PipelineId, now: u64) -> Result<Vec<Note>, StoreError> {
    let (mut work, mut notes) = (Dispatch::new(child.clone()), Vec::new());
    while !work.step(store, sink, now, &mut notes)? {}
    Ok(notes)
}

/// A dispatch on its way. Each step does one read, one conditional write or one sending, with the notes of what it wrote.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Dispatch {
    id: PipelineId,
    stage: Stage,
    tries: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Stage {
    Read,
    /// The outbox was read. The child is read after it: what the outbox held belongs to that life of the child or to an earlier one.
    Child(Vec<Outgoing>),
    /// The child was read.
    Lane(Arc<Child>, Vec<Outgoing>),
    /// The lane was read too.
    Admit(Arc<Child>, Vec<Outgoing>, Lane),
    /// What is to be sent; the last is the next.
    Send(Arc<Child>, Vec<Outgoing>),
    /// The last one was sent.
    Mark(Arc<Child>, Vec<Outgoing>),
    Done,
}

impl Dispatch {
    /// At the beginning.
    pub fn new(child: PipelineId) -> Self {
        Self { id: child, stage: Stage::Read, tries: 0 }
    }

    /// Does the next step; true when there is none left.
    pub fn step(
        &mut self,
        store: &dyn Store,
        sink: &dyn Sink,
        now: u64,
        notes: &mut Vec<Note>,
    ) -> Result<bool, StoreError> {
        self.stage = match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Read => match store.outbox(&self.id)? {
                outbox if outbox.is_empty() => Stage::Done,
                outbox => Stage::Child(outbox),
            },
            Stage::Child(outbox) => {
                let child = store.child(&self.id)?;
                let life = child.as_ref().map(|child| child.registered.incarnation);
                let bereft = |o: &&Outgoing| life != Some(o.firing.incarnation);
                let dropped: Vec<&Outgoing> = outbox.iter().filter(bereft).take(BATCH).collect();
                match child {
                    Some(child) if dropped.is_empty() => Stage::Lane(child, outbox),
                    Some(_) => self.drop_all(store, &dropped, None, notes)?,
                    None => self.drop_all(store, &dropped, store.successor(&self.id)?.as_ref(), notes)?,
                }
            }
            Stage::Lane(child, outbox) => Stage::Admit(child, outbox, store.lane(&self.id)?),
            Stage::Admit(child, outbox, lane) => self.admit(store, (child, outbox, lane), now, notes)?,
            Stage::Send(child, items) => match items.last() {
                None => Stage::Done,
                Some(next) => {
                    sink.send(&next.firing, &child)?;
                    notes.push(Note::new(&self.id, What::Sent(next.firing.firing_id.clone())));
                    Stage::Mark(child, items)
                }
            },
            Stage::Mark(child, mut items) => {
                if let Some(sent) = items.pop() {
                    let tries = if let Sending::Sent { tries, .. } = sent.state { tries } else { 0 };
                    // Whoever was faster has sent it too, or has seen its run.
                    store.settle(&self.id, None, &[Move::of(&sent, Sending::Sent { at: now, tries: tries + 1 })])?;
                }
                Stage::Send(child, items)
            }
            Stage::Done => Stage::Done,
        };
        Ok(matches!(&self.stage, Stage::Done) || matches!(&self.stage, Stage::Send(_, items) if items.is_empty()))
    }

    /// Drops firings of a life of the child that is over; then reads again. Where the child was renamed, the owners learn of those that
    /// nobody has sent: another dispatcher may be about to, so the new name does not take them over.
    fn drop_all(
        &mut self,
        store: &dyn Store,
        outbox: &[&Outgoing],
        renamed: Option<&PipelineId>,
        notes: &mut Vec<Note>,
    ) -> Result<Stage, StoreError> {
        let moves: Vec<Move> = outbox.iter().map(|o| Move::of(o, Sending::Dropped)).collect();
        let told = |outgoing: &&Outgoing| match (renamed, outgoing.state) {
            (Some(new), Sending::Pending | Sending::Admitted) => {
                Note::new(new, What::LeftBehind(outgoing.firing.clone()))
            }
            _ => Note::new(&self.id, What::Dropped(outgoing.firing.firing_id.clone())),
        };
        let told = outbox.iter().map(told).collect();
        let committed = store.settle(&self.id, None, &moves)?;
        self.again(committed, told, notes)
    }

    /// After a write: reads what is left, unless others were faster too often.
    fn again(&mut self, committed: Committed, mut told: Vec<Note>, notes: &mut Vec<Note>) -> Result<Stage, StoreError> {
        if committed == Committed::Done {
            notes.append(&mut told);
            self.tries = 0;
        } else {
            self.tries += 1;
        }
        if self.tries < MAX_TRIES { Ok(Stage::Read) } else { Err(StoreError::Contended) }
    }

    /// Lets firings in, drops and gives up, in one transaction; then reads again, until nothing is left but sending.
    fn admit(
        &mut self,
        store: &dyn Store,
        (child, outbox, mut lane): (Arc<Child>, Vec<Outgoing>, Lane),
        now: u64,
        notes: &mut Vec<Note>,
    ) -> Result<Stage, StoreError> {
        let concurrency = child.registered.concurrency;
        lane = lane.of_life(child.registered.incarnation);
        let before = lane.ver;
        let (mut moves, mut told) = (Vec::new(), Vec::new());
        let dead = outbox.iter().filter(|o| is_dead(o.state, now)).take(1);
        for outgoing in dead {
            moves.push(Move::of(outgoing, Sending::Dead));
            lane.give_up(&crate::RunKey::of_firing(&outgoing.firing));
            lane.ver = before + 1;
            told.push(Note::new(&self.id, What::Dead(outgoing.firing.firing_id.clone())));
        }
        if moves.is_empty() {
            let pending = outbox.iter().filter(|o| o.state == Sending::Pending);
            let waiting: Vec<Arc<Firing>> = pending.map(|o| o.firing.clone()).take(BATCH).collect();
            let answer = admit(concurrency, lane, &waiting, now);
            let to = |o: &Outgoing| match &o.firing.firing_id {
                id if answer.send.contains(id) => Some(Sending::Admitted),
                id if answer.drop.contains(id) => Some(Sending::Dropped),
                _ => None,
            };
            moves.extend(outbox.iter().filter_map(|o| Some(Move::of(o, to(o)?))));
            told.extend(answer.drop.iter().map(|id| Note::new(&self.id, What::Dropped(id.clone()))));
            lane = answer.lane;
        }
        if moves.is_empty() {
            let due = |o: &Outgoing| match o.state {
                Sending::Admitted => true,
                Sending::Sent { at, .. } => now >= at.saturating_add(RESEND_AFTER),
                _ => false,
            };
            let mut items: Vec<Outgoing> = outbox.into_iter().filter(due).collect();
            items.reverse();
            return Ok(Stage::Send(child, items));
        }
        let lane = (lane.ver != before && concurrency != Concurrency::Allow).then_some(lane);
        let committed = store.settle(&self.id, lane.as_ref(), &moves)?;
        self.again(committed, told, notes)
    }
}

fn is_dead(state: Sending, now: u64) -> bool {
    matches!(state, Sending::Sent { at, tries } if tries >= MAX_SENDS && now >= at.saturating_add(RESEND_AFTER))
}
