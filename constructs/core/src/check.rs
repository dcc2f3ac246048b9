//! Stack → faults: references that lead nowhere, resources that wait in a circle, numbers over CloudFormation's limits.

use crate::fault::Fault;
use crate::limits;
use crate::render::Ids;
use crate::stack::Stack;
use crate::tree::ResourceNode;
use crate::walk::{Reference, references};

pub(crate) fn check(stack: &Stack, ids: &Ids, faults: &mut Vec<Fault>) {
    limits(stack, faults);
    let mut edges: Vec<Vec<u32>> = Vec::with_capacity(stack.tree.resources.len());
    for (index, node) in stack.tree.resources.iter().enumerate() {
        let at = ids.0.get(index).map_or("", String::as_str);
        edges.push(resource(stack, node, at, faults));
    }
    for (name, output) in &stack.outputs {
        references(&output.value, &mut |r| {
            known(stack, r, name, faults);
        });
    }
    for (name, value) in &stack.conditions {
        references(value, &mut |r| {
            known(stack, r, name, faults);
        });
    }
    if let Some(circle) = find_circle(&edges) {
        let names = circle.iter().map(|i| ids.0.get(*i as usize).cloned().unwrap_or_default()).collect();
        faults.push(Fault::Circle(names));
    }
}

fn limits(stack: &Stack, faults: &mut Vec<Fault>) {
    let counts = [
        ("resources", stack.tree.resources.len(), limits::RESOURCES),
        ("parameters", stack.parameters.len(), limits::PARAMETERS),
        ("outputs", stack.outputs.len(), limits::OUTPUTS),
        ("mappings", stack.mappings.len(), limits::MAPPINGS),
        ("tags", stack.tags.len(), limits::TAGS),
        ("bytes of description", stack.description.len(), limits::DESCRIPTION_BYTES),
        ("characters of stack name", stack.name.chars().count(), limits::STACK_NAME),
    ];
    let over = counts.into_iter().filter(|(_, got, limit)| got > limit);
    faults.extend(over.map(|(what, got, limit)| Fault::OverLimit { what, got, limit }));
}

/// Checks one resource's references and gives the resources that it waits for.
fn resource(stack: &Stack, node: &ResourceNode, at: &str, faults: &mut Vec<Fault>) -> Vec<u32> {
    let mut waits = Vec::new();
    let mut visit = |reference: Reference<'_>, faults: &mut Vec<Fault>| {
        if let Some(index) = known(stack, reference, at, faults) {
            waits.push(index);
        }
    };
    for (_, value) in node.properties.iter().chain(node.metadata.iter()) {
        references(value, &mut |r| visit(r, faults));
    }
    for id in &node.depends_on {
        visit(Reference::Resource(*id), faults);
    }
    if let Some(condition) = &node.condition {
        visit(Reference::Condition(condition), faults);
    }
    waits
}

/// The index of the resource that a reference leads to; a fault where it leads nowhere.
fn known(stack: &Stack, reference: Reference<'_>, at: &str, faults: &mut Vec<Fault>) -> Option<u32> {
    let at = || at.to_owned();
    match reference {
        Reference::Resource(id) if id.stack == stack.mark => return Some(id.index),
        Reference::Resource(_) => faults.push(Fault::ForeignReference { at: at() }),
        Reference::Parameter(name) if !stack.parameters.contains_key(name) => {
            faults.push(Fault::UnknownParameter { at: at(), name: name.to_owned() });
        }
        Reference::Condition(name) if !stack.conditions.contains_key(name) => {
            faults.push(Fault::UnknownCondition { at: at(), name: name.to_owned() });
        }
        Reference::Parameter(_) | Reference::Condition(_) => {}
    }
    None
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    New,
    Open,
    Done,
}

/// Depth-first search without recursion, so that a long chain cannot exhaust the stack.
fn find_circle(edges: &[Vec<u32>]) -> Option<Vec<u32>> {
    let mut marks = vec![Mark::New; edges.len()];
    for start in 0..edges.len() {
        if marks.get(start) != Some(&Mark::New) {
            continue;
        }
        let mut path: Vec<(u32, usize)> = vec![(start as u32, 0)];
        set(&mut marks, start as u32, Mark::Open);
        while let Some((at, next)) = path.last().copied() {
            match edges.get(at as usize).and_then(|e| e.get(next)) {
                None => {
                    set(&mut marks, at, Mark::Done);
                    path.pop();
                }
                Some(&to) => {
                    if let Some(last) = path.last_mut() {
                        last.1 += 1;
                    }
                    match marks.get(to as usize) {
                        Some(Mark::Open) => {
                            let mut circle: Vec<u32> = path.iter().map(|p| p.0).skip_while(|i| *i != to).collect();
                            circle.push(to);
                            return Some(circle);
                        }
                        Some(Mark::New) => {
                            set(&mut marks, to, Mark::Open);
                            path.push((to, 0));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    None
}

fn set(marks: &mut [Mark], index: u32, mark: Mark) {
    if let Some(slot) = marks.get_mut(index as usize) {
        *slot = mark;
    }
}
