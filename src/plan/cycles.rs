//! Who waits for whom → an error for each group of pipelines that wait for each other.
//!
//! Every cycle is refused: one over `anyOf`, over `optional: true`, over FAILED alone or over another day's runs too. The central side
//! refuses them all when a stack registers its pipeline, for nothing bounds how often a start would go round.

use std::collections::{BTreeMap, VecDeque};

use pipesynth_diag::{Diagnostic, Place, Sink};

use super::codes;
use super::components::cyclic_components;
use super::dependencies::Dependencies;

/// How many pipelines of one cycle the message names, and how many further places are shown.
const SHOWN: usize = 32;

/// Reports one cycle of each group: a shortest one through its first pipeline. Mending it shows the next one.
pub(super) fn check(dependencies: &Dependencies<'_>, sink: &mut Sink) {
    let next: Vec<Vec<usize>> =
        dependencies.links.iter().map(|links| links.iter().map(|link| link.parent).collect()).collect();
    for component in cyclic_components(&next) {
        let cycle = shortest(dependencies, &component);
        sink.push(finding(dependencies, &cycle, component.len() - cycle.len()));
    }
}

/// One pipeline of a cycle: its position, and where it names the next one.
type Member = (usize, Place);

/// A shortest cycle through the first pipeline of a component, found breadth first.
fn shortest(dependencies: &Dependencies<'_>, component: &[usize]) -> Vec<Member> {
    let first = component[0];
    // Reached pipeline → who waits for it, and where.
    let mut from: BTreeMap<usize, Member> = BTreeMap::new();
    let mut queue = VecDeque::from([first]);
    while let (Some(child), false) = (queue.pop_front(), from.contains_key(&first)) {
        for link in &dependencies.links[child] {
            if component.binary_search(&link.parent).is_ok() && !from.contains_key(&link.parent) {
                from.insert(link.parent, (child, link.place));
                queue.push_back(link.parent);
            }
        }
    }
    let mut cycle = Vec::new();
    let mut at = first;
    while let Some((child, place)) = from.get(&at) {
        cycle.push((*child, *place));
        at = *child;
        if at == first {
            break;
        }
    }
    cycle.reverse();
    cycle
}

fn finding(dependencies: &Dependencies<'_>, cycle: &[Member], others: usize) -> Diagnostic {
    let name = |member: usize| format!("`{}`", dependencies.name(cycle[member % cycle.len()].0));
    let mut hops: Vec<String> = (0..cycle.len().min(SHOWN))
        .map(|at| format!("{}{} for {}", name(at), if at == 0 { " waits" } else { "" }, name(at + 1)))
        .collect();
    if cycle.len() > SHOWN {
        hops.push(format!("and so on over {} pipelines", cycle.len()));
    }
    let message = format!("pipelines wait for each other: {}", hops.join(", "));
    let mut found = Diagnostic::error(codes::CYCLE, cycle[0].1, message);
    for (at, (_, place)) in cycle.iter().enumerate().skip(1).take(SHOWN) {
        found = found.related(*place, format!("{} waits for {} here", name(at), name(at + 1)));
    }
    let also = match others {
        0 => String::new(),
        1 => "; 1 more pipeline is in a cycle with these".to_owned(),
        n => format!("; {n} more pipelines are in cycles with these"),
    };
    found
        .why(format!("none of them would start, or one start would go round without end{also}"))
        .help("take one of these conditions away")
}
