//! Nodes of one kind as written → checked: their instance types, how many, spot or not.

use pipesynth_diag::{Diagnostic, Spanned, codes as common, quoted};

use super::spec::NodesSpec;
use crate::codes;
use crate::lower::Lower;

/// Without `instanceType:`, for every kind of node.
pub(super) const INSTANCE_TYPE: &str = "m5.xlarge";

/// Nodes of one kind at most.
pub(super) const MOST_NODES: u32 = 2_000;

/// Types of a fleet with an allocation strategy (Amazon EMR Management Guide, "Planning and configuring instance fleets").
const MOST_TYPES: usize = 30;

/// Nodes of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// EC2 instance types, at least one.
    pub instance_types: Vec<String>,
    /// How many.
    pub count: u32,
    /// True for spot instances.
    pub spot: bool,
}

pub(super) fn group(spec: Option<&Spanned<NodesSpec>>, kind: &str, cx: &mut Lower<'_>) -> Option<Group> {
    let Some(spec) = spec else {
        return Some(Group { instance_types: vec![INSTANCE_TYPE.into()], count: 1, spot: false });
    };
    let instance_types = instance_types(spec, cx);
    let count = match &spec.count {
        None => Some(1),
        Some(count) => {
            let most = if kind == "primary" { 1 } else { MOST_NODES };
            let least = if kind == "task" { 0 } else { 1 };
            let number = u32::try_from(count.value).ok().filter(|n| (least..=most).contains(n));
            if number.is_none() {
                let bounds = if least == most { most.to_string() } else { format!("{least} to {most}") };
                let message = format!("`count` of {kind} nodes must be {bounds}, got {}", count.value);
                cx.error(common::OUT_OF_RANGE, count.place, message);
            }
            number
        }
    };
    Some(Group { instance_types: instance_types?, count: count?, spot: spec.spot.as_ref().is_some_and(|s| s.value) })
}

/// One type, or several that count the same.
fn instance_types(spec: &NodesSpec, cx: &mut Lower<'_>) -> Option<Vec<String>> {
    let Some(several) = &spec.instance_types else {
        return match &spec.instance_type {
            Some(text) => instance_type(text, cx).map(|one| vec![one]),
            None => Some(vec![INSTANCE_TYPE.to_owned()]),
        };
    };
    if let Some(one) = &spec.instance_type {
        let found = Diagnostic::error(codes::BAD_CLUSTER, several.place, "`instanceType` and `instanceTypes` together")
            .related(one.place, "the single one is here")
            .help("put it into the list, or take the list away");
        cx.sink.push(found);
        return None;
    }
    let mut good = true;
    if several.value.is_empty() || several.value.len() > MOST_TYPES {
        let message = format!("`instanceTypes` has 1 to {MOST_TYPES} types, got {}", several.value.len());
        cx.error(common::OUT_OF_RANGE, several.place, message);
        good = false;
    }
    let mut types: Vec<String> = Vec::new();
    for text in &several.value {
        match instance_type(text, cx) {
            Some(known) if types.contains(&known) => {
                cx.error_help(codes::DUPLICATE_NAME, text.place, format!("`{known}` stands twice"), "keep one of them");
                good = false;
            }
            Some(new) => types.push(new),
            None => good = false,
        }
    }
    good.then_some(types)
}

/// `family.size`, such as `m5.xlarge`; EMR itself says which of them it knows in a region.
fn instance_type(text: &Spanned<String>, cx: &mut Lower<'_>) -> Option<String> {
    let word = |w: &str| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let good = text.split_once('.').is_some_and(|(family, size)| word(family) && word(size));
    if !good {
        let message = format!("expected an EC2 instance type such as `{INSTANCE_TYPE}`, got {}", quoted(text));
        cx.error(common::MALFORMED, text.place, message);
    }
    good.then(|| text.value.clone())
}
