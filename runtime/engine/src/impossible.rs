//! A condition → why it, or a part of it, can never hold.

use std::collections::BTreeMap;

use pipesynth_contract::Status;
use pipesynth_contract::expression::{Leaf, Node};
use pipesynth_contract::options::{Correlate, LocalTime, Offset};
use pipesynth_contract::schedule::{Expression, Values};
use pipesynth_contract::starts::{Executions, Operator, Trigger};

/// A parent's runs as one leaf sees them: account, name, offset.
type Subject<'a> = (Option<&'a str>, &'a str, Option<Offset>);

/// Above this number of parents that stand more than once in one AND nothing is said about it: the search is over all their ends.
const MAX_SUBJECTS: usize = 6;

const ENDS: [Status; 4] = [Status::Succeeded, Status::Failed, Status::TimedOut, Status::Aborted];

/// Something that can never hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impossible {
    /// Which part of the trigger it is about.
    pub at: Part,
    /// One sentence.
    pub why: String,
}

/// A part of a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The condition as a whole.
    Condition,
    /// One of its leaves, the first where several are to blame.
    Leaf(Leaf),
    /// The option `offset` of a leaf.
    Offset(Leaf),
    /// The option `deadline`.
    Deadline,
}

/// One finding for each part of the condition that can never hold, or whose options contradict each other. `timezone` is the
/// pipeline's, in which its deadline is read.
pub fn impossible(trigger: &Trigger, timezone: &str) -> Vec<Impossible> {
    let Some(executions) = &trigger.executions else { return Vec::new() };
    let condition = |why| Impossible { at: Part::Condition, why };
    let mut found: Vec<Impossible> = executions.condition.findings().into_iter().map(condition).collect();
    for leaf in executions.condition.leaves() {
        let why = bad_offset(leaf, &executions.correlate);
        found.extend(why.map(|why| Impossible { at: Part::Offset(leaf.clone()), why }));
    }
    let deadline = bad_deadline(executions).or_else(|| early_deadline(trigger, timezone));
    found.extend(deadline.map(|why| Impossible { at: Part::Deadline, why }));
    contradictions(&executions.condition, &mut found);
    found.dedup();
    found
}

fn bad_deadline(executions: &Executions) -> Option<String> {
    let by_hour = executions.deadline.is_some() && executions.correlate == Correlate::Hour;
    by_hour.then(|| "`deadline` is a time of the day, and with `correlate: hour` each hour stands alone".to_owned())
}

/// With `operator: AND` and a schedule of fixed times: a deadline before the first of them is missed every day.
fn early_deadline(trigger: &Trigger, timezone: &str) -> Option<String> {
    let deadline = trigger.executions.as_ref()?.deadline?;
    let schedule =
        trigger.schedule.as_ref().filter(|s| trigger.operator == Some(Operator::And) && s.timezone == timezone)?;
    let Ok(Expression::Cron(cron)) = Expression::parse(&schedule.expression) else { return None };
    let first = |values: Values| u8::try_from(values.at_or_after(0)?).ok();
    let first = LocalTime::new(first(cron.hours)?, first(cron.minutes)?)?;
    (deadline < first).then(|| {
        format!("`deadline: {deadline}` is missed every day: `operator: AND` starts nothing before the scheduled time, {first}")
    })
}

fn bad_offset(leaf: &Leaf, correlate: &Correlate) -> Option<String> {
    let offset = leaf.offset?;
    let why = match (correlate, offset) {
        (Correlate::None | Correlate::Key(_), _) => "needs `correlate: day` or `hour`",
        (Correlate::Day, Offset::Hours(_)) => "in hours needs `correlate: hour`",
        _ => return None,
    };
    Some(format!("parent `{}` is never met: `offset: {offset}` {why}, got `correlate: {correlate}`", leaf.name))
}

/// Reports the smallest groups that cannot hold.
fn contradictions(node: &Node, found: &mut Vec<Impossible>) {
    let (Node::AllOf { all_of: nodes } | Node::AnyOf { any_of: nodes }) = node else { return };
    let before = found.len();
    nodes.iter().for_each(|n| contradictions(n, found));
    if found.len() == before && matches!(node, Node::AllOf { .. }) {
        found.extend(contradiction(node));
    }
}

/// The newest end of a parent decides all its leaves, so an AND that wants two ends of one run at once cannot hold. A leaf that takes
/// `RUNNING` is left out: another run of the parent may be going.
fn contradiction(node: &Node) -> Option<Impossible> {
    let mut count: BTreeMap<Subject, usize> = BTreeMap::new();
    for leaf in node.leaves().into_iter().filter(|l| decided_by_end(l)) {
        *count.entry(subject(leaf)).or_default() += 1;
    }
    let subjects: Vec<Subject> = count.into_iter().filter(|(_, n)| *n > 1).map(|(s, _)| s).collect();
    if subjects.is_empty() || subjects.len() > MAX_SUBJECTS {
        return None;
    }
    let tries = ENDS.len().pow(u32::try_from(subjects.len()).ok()?);
    let holds = (0..tries).any(|number| {
        let end = |s: &Subject| {
            let place = subjects.iter().position(|known| known == s)?;
            Some(ENDS[number / ENDS.len().pow(u32::try_from(place).ok()?) % ENDS.len()])
        };
        can_hold(node, &end)
    });
    let first = node.leaves().into_iter().find(|leaf| decided_by_end(leaf) && subjects.contains(&subject(leaf)))?;
    (!holds).then(|| {
        let names: Vec<&str> = subjects.iter().map(|(_, name, _)| *name).collect();
        let why = format!(
            "`allOf` wants different ends of one run of `{}` at once; the newest end decides, so it never holds: use `anyOf` or one list of statuses",
            names.join("`, `")
        );
        Impossible { at: Part::Leaf(first.clone()), why }
    })
}

fn can_hold(node: &Node, end: &impl Fn(&Subject) -> Option<Status>) -> bool {
    match node {
        Node::AnyOf { any_of } => any_of.iter().any(|n| can_hold(n, end)),
        Node::AllOf { all_of } => {
            let optional = |n: &&Node| matches!(n, Node::Leaf(leaf) if leaf.optional);
            all_of.iter().filter(|n| !optional(n)).all(|n| can_hold(n, end))
        }
        Node::Leaf(leaf) if decided_by_end(leaf) => end(&subject(leaf)).is_none_or(|s| leaf.status.contains(&s)),
        Node::Leaf(_) => true,
    }
}

fn decided_by_end(leaf: &Leaf) -> bool {
    !leaf.status.contains(&Status::Running)
}

fn subject(leaf: &Leaf) -> Subject<'_> {
    (leaf.account.as_deref(), &leaf.name, leaf.offset)
}
