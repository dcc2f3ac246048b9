//! What is to happen, in the order of time; at one instant in the order in which it was planned.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use pipesynth_contract::Status;
use pipesynth_contract::trigger::TriggerDetail;

/// Something that happens at its time.
#[derive(Debug)]
pub(crate) enum Item {
    /// A schedule's instant: position in the deployment's clocks.
    Clock(usize),
    /// A start reaches its machine.
    Start {
        pipeline: usize,
        input: Arc<str>,
        /// The backfill that goes on when the run is over.
        backfill: Option<usize>,
    },
    /// An event reaches a bus.
    Arrive { bus: usize, message: Message },
    /// A run asks for its turn again.
    Ask(usize),
    /// A run ends, unless something else has happened to it since: its position, and how often it was begun or stopped.
    End(usize, u32),
    /// Position in the scenario's actions.
    Act(usize),
    /// The central side looks at the clock.
    Sweep,
}

/// An event on its way to another account.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// A run has this status since then.
    Status {
        run: usize,
        status: Status,
        /// `None` for `RUNNING`.
        stop: Option<u64>,
    },
    /// A pipeline is to start.
    Trigger(Arc<TriggerDetail>),
}

#[derive(Debug)]
struct Planned {
    at: u64,
    number: u64,
    item: Item,
}

/// The items that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    heap: BinaryHeap<Planned>,
    count: u64,
}

impl Queue {
    pub fn push(&mut self, at: u64, item: Item) {
        self.count += 1;
        self.heap.push(Planned { at, number: self.count, item });
    }

    /// The next item before `until`.
    pub fn pop(&mut self, until: u64) -> Option<(u64, Item)> {
        if self.heap.peek()?.at >= until {
            return None;
        }
        self.heap.pop().map(|planned| (planned.at, planned.item))
    }
}

impl Ord for Planned {
    /// The heap gives the greatest first: the earliest is the greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Planned {}
