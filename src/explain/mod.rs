//! Checked plans, a name and an instant → what starts a pipeline, who feeds it, when that is next, who waits for it.
//!
//! Everything here is a function of its inputs; the clock is read by the command.

mod condition;
mod text;

use std::path::Path;

use pipesynth_contract::starts::{Executions, Operator, Schedule};
use pipesynth_engine::{LogicalDate, Zone, schedule};
use serde::Serialize;

use crate::graph::{Graph, Node, words};
use crate::plan::{Planned, Plans};
pub use condition::Tree;

/// How many scheduled instants are shown.
const NEXT: usize = 3;

/// What there is to say of one pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The pipeline itself.
    #[serde(flatten)]
    pub pipeline: Pipeline,
    /// Its condition with every effective option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executions: Option<Executions>,
    /// How its schedule and its condition are joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<Operator>,
    /// Its condition in words.
    #[serde(skip)]
    pub tree: Option<Tree>,
    /// Whose runs its condition counts, each pipeline once.
    pub parents: Vec<Pipeline>,
    /// Who waits for it.
    pub children: Vec<Pipeline>,
}

/// A pipeline, and when its own schedule starts it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pipeline {
    /// As its owner writes it.
    pub name: String,
    /// 12 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// What pipesynth.yaml calls the account, else its number, else `any account`.
    pub account_name: String,
    /// Its file; `None` where it was only named by others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What starts it: `daily at 03:00 (UTC)`, `by other pipelines`, `by hand`, `not found`.
    pub starts: String,
    /// Its schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// Whether the schedule counts from its first deployment, so that `next` is not known.
    pub counts_from_deployment: bool,
    /// Why EventBridge would not take the schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Its next scheduled instants.
    pub next: Vec<Start>,
    /// Whether these are only the earliest ones: the condition of the same date must hold as well.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub next_is_earliest: bool,
}

/// A scheduled instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Start {
    /// RFC 3339, with the offset of the schedule's zone.
    pub instant: String,
    /// The logical date of the run.
    pub logical_date: String,
}

/// What every pipeline of this name (in any case) is, one for each account; empty where nobody has or names it. `now` is in milliseconds
/// since 1970; files are shown from `root`.
pub fn explain(plans: &Plans, root: &Path, name: &str, now: u64) -> Vec<Explanation> {
    let graph = Graph::new(plans, root);
    let view = View { plans, graph: &graph, now };
    let positions = 0..graph.nodes.len();
    positions.filter(|at| graph.nodes[*at].name.eq_ignore_ascii_case(name)).map(|at| view.explanation(at)).collect()
}

/// Every explanation as text for people.
pub fn text(explanations: &[Explanation]) -> String {
    explanations.iter().map(text::write).collect::<Vec<_>>().join("\n")
}

struct View<'a> {
    plans: &'a Plans,
    graph: &'a Graph,
    now: u64,
}

impl View<'_> {
    fn explanation(&self, at: usize) -> Explanation {
        let found = self.graph.nodes[at].found.as_ref();
        let executions = found.and_then(|found| found.executions.clone());
        let edges = &self.graph.edges;
        let mut parents: Vec<usize> = Vec::new();
        for edge in edges.iter().filter(|edge| edge.child == at) {
            if !parents.contains(&edge.parent) {
                parents.push(edge.parent);
            }
        }
        let mut children: Vec<usize> = edges.iter().filter(|e| e.parent == at).map(|edge| edge.child).collect();
        children.sort_unstable();
        children.dedup();
        Explanation {
            pipeline: self.pipeline(at),
            tree: executions.as_ref().map(|executions| condition::tree(self.graph, &executions.condition)),
            executions,
            operator: found.and_then(|found| found.operator),
            parents: parents.into_iter().map(|at| self.pipeline(at)).collect(),
            children: children.into_iter().map(|at| self.pipeline(at)).collect(),
        }
    }

    fn pipeline(&self, at: usize) -> Pipeline {
        let node = &self.graph.nodes[at];
        let planned = self.planned(node);
        let (schedule, refused) = match planned.and_then(schedule_of).transpose() {
            Ok(schedule) => (schedule, None),
            Err(fault) => (None, Some(fault.to_string())),
        };
        let next = planned.zip(schedule.as_ref()).map(|(planned, schedule)| self.next(planned, schedule));
        Pipeline {
            name: node.display_name.clone(),
            account: node.account.clone(),
            account_name: words::account(node).to_owned(),
            file: node.found.as_ref().map(|found| found.file.clone()),
            starts: words::start(node),
            schedule: node.found.as_ref().and_then(|found| found.schedule.clone()),
            counts_from_deployment: schedule.is_some_and(|schedule| schedule.floats()),
            refused,
            next: next.unwrap_or_default(),
            next_is_earliest: planned.is_some_and(|planned| planned.plan.trigger.waits_for_both()),
        }
    }

    /// The first pipeline of this identity: the one that the graph shows.
    fn planned(&self, node: &Node) -> Option<&Planned> {
        node.found.as_ref()?;
        let account = |planned: &Planned| planned.plan.account.as_ref().map(|account| account.id.clone());
        self.plans.pipelines.iter().find(|p| p.plan.name == node.name && account(p) == node.account)
    }

    fn next(&self, planned: &Planned, schedule: &schedule::Schedule) -> Vec<Start> {
        if schedule.floats() {
            return Vec::new();
        }
        let Ok(zone) = planned.plan.timezone.parse::<Zone>() else { return Vec::new() };
        let start = |instant| {
            let logical_date = LogicalDate::of_millis(instant, &zone).ok()?.to_string();
            Some(Start { instant: schedule.local(instant)?, logical_date })
        };
        schedule.after(self.now).take(NEXT).filter_map(start).collect()
    }
}

/// The schedule of a plan with its bounds.
fn schedule_of(planned: &Planned) -> Option<Result<schedule::Schedule, schedule::ScheduleError>> {
    Some(schedule::Schedule::of(&planned.plan.trigger.schedule.as_ref()?.contract()))
}
