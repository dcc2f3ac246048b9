//! A child's registered trigger → the tree and leaves that decisions are made with.

use std::collections::BTreeMap;
use std::sync::Arc;

use pipesynth_contract::expression::{Leaf, Node};
use pipesynth_contract::options::{Backfill, Correlate, LocalTime, Offset, OnMiss, OnRerun, WhileRunning, Within};
use pipesynth_contract::starts::{Operator, Trigger};
use pipesynth_contract::{ContractError, PipelineId, Status};
use serde::{Deserialize, Serialize};

use crate::correlate::{correlation_key, span};
use crate::{Occurrence, Origin, Zone, rev};

/// What tells one leaf of a condition from another. A leaf that has it unchanged after an edit keeps what it holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeafId {
    /// Whose runs; the child itself for the leaf that its schedule is.
    pub parent: PipelineId,
    /// The statuses that make it true; empty for the leaf that the child's schedule is.
    pub status: Arc<[Status]>,
    /// By how much the parent's logical time is moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<Offset>,
}

impl LeafId {
    /// Whether it is the child's own schedule: "not before".
    pub fn is_clock(&self) -> bool {
        self.status.is_empty()
    }

    /// Whether `other` is this leaf, once its parent is called `parent`.
    pub(crate) fn is_but_for_parent(&self, other: &LeafId, parent: &PipelineId) -> bool {
        self.parent == *parent && self.status == other.status && self.offset == other.offset
    }

    /// Whether the occurrence is about it.
    pub(crate) fn concerns(&self, occurrence: &Occurrence) -> bool {
        self.parent == occurrence.parent && self.is_clock() == (occurrence.origin == Origin::Clock)
    }

    /// Whether a run in this status makes it true.
    pub(crate) fn matches(&self, status: Status) -> bool {
        self.is_clock() || self.status.contains(&status)
    }
}

/// One distinct leaf of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    pub id: LeafId,
    /// The names that the condition writes for the parent.
    written: Vec<PipelineId>,
    /// Milliseconds since 1970 at which the child began to listen; older occurrences do not count.
    pub since: u64,
    /// Whether the parent was deleted: never true again.
    pub orphaned: bool,
    /// The longest that an occurrence stays valid, over all places where the leaf stands; `None` for ever.
    pub longest: Option<u64>,
}

/// The condition over slot numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tree {
    All(Vec<Tree>),
    Any(Vec<Tree>),
    /// `within` in milliseconds.
    Leaf {
        slot: usize,
        optional: bool,
        within: Option<u64>,
    },
}

/// What the graph of pipelines knows about a child beside its trigger.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Standing {
    /// When each leaf began to be listened to, in milliseconds since 1970; a leaf that is not here has listened for ever.
    pub since: Vec<(LeafId, u64)>,
    /// Parents that were renamed: old → new.
    pub renamed: BTreeMap<PipelineId, PipelineId>,
    /// Parents that were deleted by force.
    pub orphaned: Vec<PipelineId>,
}

impl Standing {
    /// The standing after the trigger changed at `now`: leaves that stay keep their time, new ones begin now (no catching up).
    pub fn after_change(&self, old: Option<&Spec>, new: &Spec, now: u64) -> Self {
        let known = |id: &LeafId| old.and_then(|o| o.slots.iter().find(|s| s.id == *id)).map(|s| s.since);
        let since = new.slots.iter().map(|s| (s.id.clone(), known(&s.id).unwrap_or(now))).collect();
        Self { since, ..self.clone() }
    }

    /// The standing after a parent took another name: its leaves stay what they are.
    pub(crate) fn renamed_to(&self, old: &PipelineId, new: &PipelineId) -> Self {
        let current = |id: &PipelineId| if id == old { new.clone() } else { id.clone() };
        let since = self.since.iter().map(|(leaf, at)| {
            let parent = current(&leaf.parent);
            (LeafId { parent, ..leaf.clone() }, *at)
        });
        let mut renamed: BTreeMap<_, _> = self.renamed.iter().map(|(from, to)| (from.clone(), current(to))).collect();
        renamed.insert(old.clone(), new.clone());
        // A name that is taken back stands for itself.
        renamed.retain(|from, to| from != to);
        let orphaned = self.orphaned.iter().filter(|parent| *parent != old).cloned().collect();
        Self { since: since.collect(), renamed, orphaned }
    }
}

/// A child's condition, ready for decisions. Only a trigger with `executions` has one.
#[derive(Debug, Clone)]
pub struct Spec {
    /// The child.
    pub child: PipelineId,
    /// Content hash of its trigger.
    pub rev: Arc<str>,
    /// The child's life that it belongs to; 0 unless [`crate::store::Child::new`] knows another.
    pub incarnation: u64,
    pub(crate) zone: Zone,
    pub(crate) slots: Vec<Slot>,
    pub(crate) tree: Tree,
    pub(crate) renamed: BTreeMap<PipelineId, PipelineId>,
    pub(crate) correlate: Correlate,
    pub(crate) on_rerun: OnRerun,
    pub(crate) deadline: Option<(LocalTime, OnMiss)>,
    pub(crate) while_running: WhileRunning,
    pub(crate) backfill: Backfill,
}

impl Spec {
    /// Compiles a registered trigger (every leaf names its account or takes the child's). `timezone` is the child's, for the
    /// deadline. `None` for a trigger without a condition; an error for a broken one or one that waits for the child itself.
    pub fn new(
        child: &PipelineId,
        trigger: &Trigger,
        timezone: &str,
        standing: &Standing,
    ) -> Result<Option<Self>, ContractError> {
        ContractError::unless_empty(trigger.findings())?;
        let Some(executions) = &trigger.executions else { return Ok(None) };
        let mut trigger = trigger.clone();
        let condition = executions.condition.clone().resolved(child.account()).canonical();
        if let Some(executions) = trigger.executions.as_mut() {
            executions.condition = condition.clone();
        }
        let mut builder = Builder { child, standing, within: executions.within, slots: Vec::new() };
        let mut tree = builder.tree(&condition)?;
        if trigger.operator == Some(Operator::And) {
            let id = LeafId { parent: child.clone(), status: Arc::default(), offset: None };
            let clock = Tree::Leaf { slot: builder.slot(id, None, child), optional: false, within: None };
            tree = Tree::All(vec![clock, tree]);
        }
        Ok(Some(Self {
            child: child.clone(),
            rev: rev(&trigger)?.into(),
            incarnation: 0,
            zone: timezone.parse().map_err(|e: crate::TimeError| ContractError::new(e.to_string()))?,
            slots: builder.slots,
            tree,
            renamed: standing.renamed.clone(),
            correlate: executions.correlate.clone(),
            on_rerun: executions.on_rerun,
            deadline: executions.deadline.zip(executions.on_miss),
            while_running: executions.while_running,
            backfill: executions.backfill,
        }))
    }

    /// The keys of the gates that an occurrence concerns, each once; with reasons for the leaves where it has none.
    ///
    /// `RUNNING` concerns the gates of leaves that wait for it, and all with `whileRunning: hold`; it would change no other, so that half
    /// of all events need no gate to be read.
    pub fn keys(&self, occurrence: &Occurrence) -> (Vec<Arc<str>>, Vec<&'static str>) {
        let (mut keys, mut reasons) = (Vec::<Arc<str>>::new(), Vec::new());
        let any = occurrence.status.is_terminal() || self.while_running == WhileRunning::Hold;
        let counts = |slot: &&Slot| slot.id.concerns(occurrence) && (any || slot.id.matches(occurrence.status));
        for slot in self.slots.iter().filter(counts) {
            match correlation_key(&self.correlate, slot.id.offset, occurrence) {
                Ok(key) if !keys.iter().any(|known| **known == *key) => keys.push(key.into()),
                Ok(_) => {}
                Err(reason) => reasons.push(reason),
            }
        }
        (keys, reasons)
    }

    /// All leaves, each once.
    pub fn leaves(&self) -> impl Iterator<Item = &LeafId> {
        self.slots.iter().map(|slot| &slot.id)
    }

    /// Whether the deadline needs a look at the clock even where nothing has arrived.
    pub fn has_deadline(&self) -> bool {
        self.deadline.is_some()
    }

    /// Whether the child's own schedule is a part of the condition: `operator: AND`.
    pub fn has_clock(&self) -> bool {
        self.leaves().any(LeafId::is_clock)
    }

    /// Whether the sweeper looks at the child though no gate of it is due: it has a deadline, or waits for its own schedule.
    pub fn needs_clock(&self) -> bool {
        self.has_deadline() || self.has_clock()
    }

    /// When the child's own schedule began to count, in milliseconds since 1970, where it is a part of the condition.
    pub(crate) fn clock_since(&self) -> Option<u64> {
        self.slots.iter().find(|slot| slot.id.is_clock()).map(|slot| slot.since)
    }

    /// When the child began to listen to the first of its parents, in milliseconds since 1970.
    pub(crate) fn since(&self) -> u64 {
        self.slots.iter().map(|slot| slot.since).min().unwrap_or(0)
    }
}

struct Builder<'a> {
    child: &'a PipelineId,
    standing: &'a Standing,
    within: Within,
    slots: Vec<Slot>,
}

impl Builder<'_> {
    fn tree(&mut self, node: &Node) -> Result<Tree, ContractError> {
        Ok(match node {
            Node::AllOf { all_of } => Tree::All(all_of.iter().map(|n| self.tree(n)).collect::<Result<_, _>>()?),
            Node::AnyOf { any_of } => Tree::Any(any_of.iter().map(|n| self.tree(n)).collect::<Result<_, _>>()?),
            Node::Leaf(leaf) => self.leaf(leaf)?,
        })
    }

    fn leaf(&mut self, leaf: &Leaf) -> Result<Tree, ContractError> {
        let named = PipelineId::new(leaf.account.as_deref().unwrap_or(self.child.account()), &leaf.name)?;
        let parent = self.standing.renamed.get(&named).unwrap_or(&named).clone();
        if parent == *self.child {
            return Err(ContractError::new(format!("`{parent}` waits for itself")));
        }
        let within = match leaf.within.unwrap_or(self.within) {
            Within::None => None,
            Within::Seconds(seconds) => Some(seconds.saturating_mul(1000)),
        };
        let id = LeafId { parent, status: leaf.status.as_slice().into(), offset: leaf.offset };
        Ok(Tree::Leaf { slot: self.slot(id, within, &named), optional: leaf.optional, within })
    }

    /// The number of the leaf's slot, made at need. Where a leaf stands twice, its occurrence stays as long as the longer `within`.
    /// `name` is what the condition writes.
    fn slot(&mut self, id: LeafId, within: Option<u64>, name: &PipelineId) -> usize {
        if let Some(index) = self.slots.iter().position(|s| s.id == id) {
            let slot = &mut self.slots[index];
            if !slot.written.contains(name) {
                slot.written.push(name.clone());
            }
            slot.longest = slot.longest.zip(within).map(|(a, b)| a.max(b));
            return index;
        }
        let since = self.standing.since.iter().find(|(known, _)| *known == id).map_or(0, |(_, since)| *since);
        let orphaned = self.standing.orphaned.contains(&id.parent);
        let mut slot = Slot { id, written: Vec::new(), since, orphaned, longest: within };
        slot.written.push(name.clone());
        self.slots.push(slot);
        self.slots.len() - 1
    }
}

impl Slot {
    /// The names that the condition writes for the parent; none where that is its present one alone.
    pub(crate) fn names(&self) -> Vec<PipelineId> {
        if self.written.iter().all(|name| *name == self.id.parent) { Vec::new() } else { self.written.clone() }
    }

    /// The time of an occurrence in the frame of the child's key: a run that is met with `offset: -1d` counts as a day later.
    pub(crate) fn frame(&self, at: u64) -> i64 {
        i64::try_from(at).unwrap_or(i64::MAX).saturating_sub(span(self.id.offset))
    }
}
