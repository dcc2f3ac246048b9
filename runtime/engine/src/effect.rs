//! What a decision did beside firing → a line of the log, or a message to the owners.

use std::sync::Arc;

use pipesynth_contract::PipelineId;
use serde::{Deserialize, Serialize};

use crate::{LeafId, LogicalDate};

/// One thing that happened to a gate, in the order in which it happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "camelCase")]
pub enum Effect {
    /// A leaf took the occurrence.
    Accepted {
        /// The leaf.
        leaf: LeafId,
        /// Whether it makes the leaf true.
        matching: bool,
    },
    /// A held run gave way to a newer one of the same parent before it could fire.
    Superseded {
        /// The leaf.
        leaf: LeafId,
        /// The execution that gave way.
        execution: Arc<str>,
    },
    /// A held run that matched gave way to a newer one that does not.
    Revoked {
        /// The leaf.
        leaf: LeafId,
        /// The execution that gave way.
        execution: Arc<str>,
    },
    /// The occurrence is not newer than what the leaf holds or has consumed: a duplicate, or late.
    Stale {
        /// The leaf.
        leaf: LeafId,
    },
    /// The occurrence does not count for the leaf.
    Ignored {
        /// The leaf.
        leaf: LeafId,
        /// Why.
        why: Ignored,
    },
    /// The condition holds, and `whileRunning: hold` waits for a newer run of a parent.
    Held {
        /// The leaf whose parent runs.
        leaf: LeafId,
        /// The execution that runs.
        execution: Arc<str>,
    },
    /// A held run has waited longer than `within`.
    Expired {
        /// The leaf.
        leaf: LeafId,
        /// The execution.
        execution: Arc<str>,
        /// Whether the owners are told: not when the child ran for this key already.
        alert: bool,
    },
    /// The deadline passed and the pipeline has not been started for that date.
    DeadlineMissed {
        /// The logical date.
        date: LogicalDate,
    },
    /// The deadline passed and the date is given up.
    GivenUp {
        /// The logical date.
        date: LogicalDate,
    },
    /// The condition held, and the firing was dropped: the child is its own ancestor, or the chain is too long.
    ChainDropped {
        /// The pipelines that led here.
        chain: Vec<PipelineId>,
    },
}

/// Why an occurrence does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ignored {
    /// The run found its key taken.
    Skipped,
    /// A backfilled run, and the child does not follow them.
    Backfill,
    /// From before the child listened to this parent.
    BeforeRegistration,
    /// Its date was given up at the deadline.
    GivenUp,
    /// A repeat of a run that the child ran on, with `onRerun: ignore`.
    Rerun,
    /// `RUNNING`, which the leaf does not wait for.
    Running,
    /// The parent was deleted.
    Orphaned,
}

impl Effect {
    /// Whether a person is to be told.
    pub fn is_alert(&self) -> bool {
        match self {
            Effect::Expired { alert, .. } => *alert,
            Effect::DeadlineMissed { .. } | Effect::GivenUp { .. } | Effect::ChainDropped { .. } => true,
            _ => false,
        }
    }
}
