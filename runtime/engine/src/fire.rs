//! A condition that holds → one firing with its deterministic id, and a gate whose tokens are used up.

use std::collections::BTreeMap;
use std::sync::Arc;

use pipesynth_contract::PipelineId;
use pipesynth_contract::options::Correlate;
use pipesynth_contract::trigger::{Cause, CauseKind, ExecutionInput, ParentRun, Target, TriggerDetail, VERSION};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::correlate::{date_of_key, instant_of_key};
use crate::gate::Gate;
use crate::spec::Spec;
use crate::{Chain, LeafId, LogicalDate, RunKey, Token};

/// Longest chain of pipelines that start each other; one link more is dropped and told (triggers: AWS warns of rules in a loop).
pub const MAX_CHAIN: usize = 32;

/// One start of a child: what the outbox keeps.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Firing {
    /// [`firing_id`] of child, key, rev and generation.
    pub firing_id: String,
    /// The child.
    pub child: PipelineId,
    /// The correlation key of its gate.
    pub key: Arc<str>,
    /// The condition that held.
    pub rev: Arc<str>,
    /// The life of the child that it is for; see [`Gate::incarnation`].
    #[serde(default, skip_serializing_if = "crate::gate::is_zero")]
    pub incarnation: u64,
    /// Number of the firing within the gate, from 1.
    pub generation: u64,
    /// Why.
    pub cause: FiringCause,
    /// The logical date that the child runs for.
    pub date: LogicalDate,
    /// The scheduled instant that it goes back to, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instant: Option<u64>,
    /// The leaves that were true, and with what.
    pub used: Vec<Used>,
    /// The pipelines that led here, the first first; at most [`MAX_CHAIN`].
    pub chain: Chain,
    /// Whether a backfilled run started it: its children take it for one too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backfill: bool,
    /// When it was decided, in milliseconds since 1970: the time of the occurrence, or the clock's at a deadline.
    pub at: u64,
}

/// Why a child starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FiringCause {
    /// Its condition holds.
    Executions,
    /// A run that it had run on was repeated.
    Rerun,
    /// Its deadline passed, with `onMiss: fire`.
    Deadline,
}

/// A leaf that was true in a firing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Used {
    /// Which leaf.
    pub leaf: LeafId,
    /// The names that the condition writes for its parent, where one of them is a former name; the child's rule was deployed with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<PipelineId>,
    /// With what.
    pub token: Token,
    /// Whether an earlier firing had used it too, and it stands in beside a rerun.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub previous: bool,
}

/// The first 32 hex digits of the SHA-256 of `child|key|rev|generation`: whoever decides the same thing twice names it the same.
pub fn firing_id(child: &PipelineId, key: &str, rev: &str, generation: u64) -> String {
    let digest = Sha256::digest(format!("{child}|{key}|{rev}|{generation}").as_bytes());
    let digits = digest.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

impl Firing {
    /// The run key of the run that it starts.
    pub fn run_key(&self) -> RunKey {
        RunKey::of_firing(self)
    }

    /// The event for the child's bus. Of a parent with two leaves the newer run stands in `parents`; a parent that was renamed stands
    /// there under each name by which the child's rule may know it.
    pub fn detail(&self, region: &str) -> TriggerDetail {
        let mut runs: Vec<&Used> = self.used.iter().filter(|u| !u.leaf.is_clock()).collect();
        runs.sort_by(|a, b| a.token.order().cmp(&b.token.order()));
        let run = |token: &Token| ParentRun {
            status: token.status,
            execution: token.execution.as_ref().into(),
            logical_date: token.date.to_string(),
        };
        let input = ExecutionInput {
            run_key: Some(self.run_key().to_string()),
            logical_date: Some(self.date.to_string()),
            trigger: Some(Cause {
                kind: CauseKind::Dependency,
                parents: runs.iter().map(|u| u.token.execution.as_ref().into()).collect(),
                firing_id: Some(self.firing_id.clone()),
                chain: self.chain.to_vec(),
                instant: self.instant.and_then(crate::utc_text),
                backfill: self.backfill,
            }),
            ..ExecutionInput::default()
        };
        TriggerDetail {
            v: VERSION,
            firing_id: self.firing_id.clone(),
            target: Target {
                account: self.child.account().to_owned(),
                region: region.to_owned(),
                pipeline: self.child.name().to_owned(),
            },
            parents: parents(&runs, run),
            input,
        }
    }
}

/// Runs by their parents' present names, then each under the names that the condition writes for its own leaf.
fn parents(runs: &[&Used], run: impl Fn(&Token) -> ParentRun) -> BTreeMap<PipelineId, ParentRun> {
    let present = runs.iter().map(|used| (&used.leaf.parent, used));
    let names =
        |used: &Used| if used.written.is_empty() { vec![used.leaf.parent.clone()] } else { used.written.clone() };
    let written = runs.iter().flat_map(|used| names(used).into_iter().map(move |name| (name, used)));
    let present = present.map(|(name, used)| (name.clone(), used));
    present.chain(written).map(|(name, used)| (name, run(&used.token))).collect()
}

/// Uses up everything that the gate holds, the leaves that were not needed too: the child is about to see their data.
///
/// `date` is the logical date where the caller knows it; else it is the key's, or the newest of the runs.
/// `Err` is the chain of a firing that must not be sent: the child is among its own ancestors, or the chain is too long.
pub(crate) fn fire(
    gate: &mut Gate,
    spec: &Spec,
    used: &[bool],
    cause: FiringCause,
    at: u64,
    date: Option<LogicalDate>,
) -> Result<Firing, Vec<PipelineId>> {
    let tokens: Vec<Used> = gate
        .leaves
        .iter()
        .zip(&spec.slots)
        .zip(used)
        .filter(|(_, used)| **used)
        .filter_map(|((s, slot), _)| {
            let token = s.cur.as_ref().or(s.fired.as_ref())?.clone();
            Some(Used { leaf: s.leaf.clone(), written: slot.names(), token, previous: s.cur.is_none() })
        })
        .collect();
    for leaf in &mut gate.leaves {
        if let Some(token) = leaf.consume() {
            leaf.fired = Some(token);
        }
    }
    let date = date.or_else(|| date_of(gate, spec, &tokens)).unwrap_or(LogicalDate::FIRST);
    gate.fired_date = gate.fired_date.max(Some(date));
    let chain = chain(&spec.child, &tokens)?.into();
    // Without a key a backfilled run may have met today's: the start is for the newest date then, and of that date's kind.
    let of_its_date = |token: &Token| spec.correlate != Correlate::None || token.date == date;
    let backfill = tokens.iter().any(|u| u.token.backfill && of_its_date(&u.token));
    gate.generation += 1;
    Ok(Firing {
        firing_id: firing_id(&spec.child, &gate.key, &spec.rev, gate.generation),
        child: spec.child.clone(),
        key: gate.key.clone(),
        rev: spec.rev.clone(),
        incarnation: spec.incarnation,
        generation: gate.generation,
        cause,
        date,
        instant: instant_of_key(&spec.correlate, &gate.key)
            .or_else(|| unmoved(&tokens).filter_map(|t| t.instant).max()),
        used: tokens,
        chain,
        backfill,
        at,
    })
}

/// The day that the key is; without one the newest date among the runs.
fn date_of(gate: &Gate, spec: &Spec, used: &[Used]) -> Option<LogicalDate> {
    let newest = || unmoved(used).map(|t| t.date).max().or_else(|| used.iter().map(|u| u.token.date).max());
    date_of_key(&spec.correlate, &gate.key).or_else(newest)
}

/// Tokens of leaves without an offset: they are of the key's own time.
fn unmoved(used: &[Used]) -> impl Iterator<Item = &Token> {
    used.iter().filter(|u| u.leaf.offset.is_none()).map(|u| &u.token)
}

/// The longest way that led here. One way is enough: a loop makes its own way longer each time round.
fn chain(child: &PipelineId, used: &[Used]) -> Result<Vec<PipelineId>, Vec<PipelineId>> {
    let ways = used.iter().filter(|u| !u.leaf.is_clock()).map(|u| {
        let mut way = u.token.chain.to_vec();
        way.push(u.leaf.parent.clone());
        way
    });
    let mut longest: Vec<PipelineId> = Vec::new();
    for way in ways {
        if way.contains(child) || way.len() > MAX_CHAIN {
            return Err(way);
        }
        if (way.len(), &longest) > (longest.len(), &way) {
            longest = way;
        }
    }
    Ok(longest)
}
