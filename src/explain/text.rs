//! An explanation → text for terminals.

use std::fmt::Write;

use pipesynth_contract::starts::Operator;

use super::condition::{Tree, options};
use super::{Explanation, Pipeline};
use crate::graph::words;

/// Writes one explanation.
pub(super) fn write(explanation: &Explanation) -> String {
    let pipeline = &explanation.pipeline;
    let mut out = format!("{}\n", head(pipeline));
    if pipeline.file.is_none() {
        out.push_str("  its file is not under this path, so what starts it is not known\n");
    } else {
        starts(&mut out, explanation);
        next(&mut out, pipeline, "  ");
    }
    if !explanation.parents.is_empty() {
        out.push_str("\nfed by\n");
        for parent in &explanation.parents {
            _ = writeln!(out, "  {}", head(parent));
            match &parent.file {
                None => out.push_str("    not found under this path: whether and when it runs is not known\n"),
                Some(_) => {
                    _ = writeln!(out, "    starts {}", parent.starts);
                    next(&mut out, parent, "    ");
                }
            }
        }
    }
    out.push_str("\nawaited by\n");
    for child in &explanation.children {
        _ = writeln!(out, "  {}", head(child));
    }
    if explanation.children.is_empty() {
        out.push_str("  no pipeline under this path\n");
    }
    out
}

/// `listings · Account_A_ID · listings/pipeline.yaml`
fn head(pipeline: &Pipeline) -> String {
    let mut words = vec![pipeline.name.as_str(), &pipeline.account_name];
    words.extend(pipeline.file.as_deref());
    words.join(" · ")
}

fn starts(out: &mut String, explanation: &Explanation) {
    let pipeline = &explanation.pipeline;
    let schedule = pipeline.schedule.as_ref().map(words::schedule);
    let before = match (schedule, explanation.operator) {
        (Some(schedule), Some(Operator::And)) => format!("starts not before {schedule}, and when"),
        (Some(schedule), Some(Operator::Or)) => format!("starts {schedule}, or when"),
        (Some(schedule), None) => return out.push_str(&format!("  starts {schedule}\n")),
        (None, _) => "starts when".to_owned(),
    };
    let (Some(tree), Some(executions)) = (&explanation.tree, &explanation.executions) else {
        return out.push_str("  starts by hand alone: it has neither a schedule nor a condition\n");
    };
    _ = writeln!(out, "  {before} {}", tree.words);
    members(out, tree, "  ");
    for line in options(executions) {
        _ = writeln!(out, "  {line}");
    }
}

fn members(out: &mut String, tree: &Tree, indent: &str) {
    let last = tree.members.len().saturating_sub(1);
    for (position, member) in tree.members.iter().enumerate() {
        let (branch, below) = if position == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        _ = writeln!(out, "{indent}{branch}{}", member.words);
        members(out, member, &format!("{indent}{below}"));
    }
}

/// The next scheduled instants of a pipeline that has a schedule.
fn next(out: &mut String, pipeline: &Pipeline, indent: &str) {
    if pipeline.schedule.is_none() {
        return;
    }
    if pipeline.counts_from_deployment {
        _ = writeln!(out, "{indent}next: counted from its first deployment, so not known here");
        return;
    }
    if let Some(fault) = &pipeline.refused {
        _ = writeln!(out, "{indent}next: never, because EventBridge would refuse the schedule: {fault}");
        return;
    }
    if pipeline.next.is_empty() {
        _ = writeln!(out, "{indent}next: never again");
    }
    let next = if pipeline.next_is_earliest { "next, not before" } else { "next" };
    for start in &pipeline.next {
        _ = writeln!(out, "{indent}{next} {}, logical date {}", start.instant, start.logical_date);
    }
}
