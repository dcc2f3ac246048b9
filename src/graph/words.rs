//! Parts of a graph → the words that all pictures share.

use pipesynth_contract::Status;
use pipesynth_contract::starts::{Operator, Schedule};

use super::{Edge, Group, Node};

/// `Account_A_ID`, else the 12 digits, else `any account`.
pub(crate) fn account(node: &Node) -> &str {
    node.alias.as_deref().or(node.account.as_deref()).unwrap_or("any account")
}

/// `Account_A_ID 111111111111`, or what there is of it.
pub(crate) fn account_with_id(node: &Node) -> String {
    match (&node.alias, &node.account) {
        (Some(alias), Some(id)) => format!("{alias} {id}"),
        _ => account(node).to_owned(),
    }
}

/// `daily at 03:00 (Europe/Berlin)`, `every 2 hours (UTC)`, `once at 2026-12-01T03:00:00 (UTC)`, else the expression.
pub(crate) fn schedule(schedule: &Schedule) -> String {
    let inner = |kind: &str| schedule.expression.strip_prefix(kind).and_then(|rest| rest.strip_suffix(')'));
    let when = if let Some(daily) = inner("cron(").and_then(daily) {
        daily
    } else if let Some(rate) = inner("rate(") {
        format!("every {}", rate.strip_prefix("1 ").unwrap_or(rate))
    } else if let Some(at) = inner("at(") {
        format!("once at {at}")
    } else {
        schedule.expression.clone()
    };
    format!("{when} ({})", schedule.timezone)
}

/// `0 3 * * ? *` → `daily at 03:00`.
fn daily(cron: &str) -> Option<String> {
    let fields: Vec<&str> = cron.split(' ').collect();
    let [minute, hour, "*", "*", "?", "*"] = fields[..] else { return None };
    let (minute, hour): (u8, u8) = (minute.parse().ok()?, hour.parse().ok()?);
    Some(format!("daily at {hour:02}:{minute:02}"))
}

/// What starts a pipeline: `daily at 03:00 (UTC)`, `by other pipelines`, both with their operator, `by hand`, or `not found`.
pub(crate) fn start(node: &Node) -> String {
    let Some(found) = &node.found else { return "not found".to_owned() };
    match (found.schedule.as_ref().map(schedule), &found.executions, found.operator) {
        (Some(schedule), Some(_), Some(Operator::And)) => format!("by other pipelines, not before {schedule}"),
        (Some(schedule), Some(_), _) => format!("{schedule}, or by other pipelines"),
        (Some(schedule), None, _) => schedule,
        (None, Some(_), _) => "by other pipelines".to_owned(),
        (None, None, _) => "by hand".to_owned(),
    }
}

/// `all`, `any`, `all › any 2`: the groups around an edge; empty for a condition of one parent.
pub(super) fn groups(groups: &[Group]) -> String {
    let words: Vec<String> = groups
        .iter()
        .map(|group| match group.number {
            Some(number) => format!("{} {number}", join(group.operator)),
            None => join(group.operator).to_owned(),
        })
        .collect();
    words.join(" › ")
}

/// `all` or `any`.
pub(super) fn join(operator: Operator) -> &'static str {
    match operator {
        Operator::And => "all",
        Operator::Or => "any",
    }
}

/// What an edge asks for: `SUCCEEDED`, `FAILED or ABORTED, of -1d, within 2h, optional`.
pub(super) fn demand(edge: &Edge) -> String {
    let statuses: Vec<&str> = edge.statuses.iter().map(|s| s.as_str()).collect();
    let mut words = vec![statuses.join(" or ")];
    words.extend(edge.offset.map(|offset| format!("of {offset}")));
    words.extend(edge.within.map(|within| format!("within {within}")));
    words.extend(edge.optional.then(|| "optional".to_owned()));
    words.join(", ")
}

/// The label of an edge in a picture: its groups, and what it asks for unless that is plain success.
pub(super) fn label(edge: &Edge) -> String {
    let plain = edge.statuses == [Status::Succeeded];
    let demand = demand(edge);
    let asked =
        if plain { demand.strip_prefix("SUCCEEDED").unwrap_or(&demand).trim_start_matches(", ") } else { &demand };
    let groups = groups(&edge.groups);
    match (groups.is_empty(), asked.is_empty()) {
        (true, _) => asked.to_owned(),
        (false, true) => groups,
        (false, false) => format!("{groups}: {asked}"),
    }
}

/// `1 pipeline`, `2 pipelines`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
