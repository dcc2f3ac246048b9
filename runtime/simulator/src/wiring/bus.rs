//! A bus with its rules, and an event → what is delivered. Which rule takes an event is remembered by the values of the fields that the rules name.
//!
//! That is sound: an event pattern looks at nothing but the leaves that it names (`Pattern::fields`), so two events with the same values
//! there are taken by the same rules. A field whose value an event cannot tell as one text is not remembered by: then the patterns are
//! asked, with the whole event as AWS would put it there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pipesynth_events::Pattern;
use serde_json::Value;

use super::policy::Statement;
use super::rule::Shape;
use crate::table::Table;

/// What an event is to the rules: the whole of it, and single leaves.
pub(crate) trait Event {
    /// The envelope as EventBridge delivers it.
    fn value(&self) -> Value;

    /// The leaf of a name, its keys joined with dots.
    fn leaf(&self, name: &str) -> Leaf<'_>;

    /// A number that stands for all leaves but those that are [`Leaf::Other`]: events with the same number have the same.
    fn number(&self) -> Option<u64> {
        None
    }
}

/// A leaf of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaf<'e> {
    /// A string, alone in its place.
    Text(&'e str),
    /// It is not there.
    Absent,
    /// Something else, or something that no two events share.
    Other,
}

/// A bus.
#[derive(Debug)]
pub(crate) struct Bus {
    pub arn: String,
    pub account: String,
    pub policy: Vec<Statement>,
    pub rules: Vec<Rule>,
    /// The field that tells most rules apart, and the rules by its value: `(None, _)` for all other values.
    by: String,
    groups: BTreeMap<String, Group>,
    others: Group,
}

/// A rule with a pattern.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The pattern as it stands in the template.
    pub raw: Value,
    pub pattern: Pattern,
    pub targets: Vec<Delivery>,
}

/// A target, looked up.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// Another bus; `at` is `None` where nobody made it.
    Bus { at: Option<usize>, arn: String, role: String, max_age: u64 },
    /// The machine of a pipeline.
    Machine(usize, Shape),
    /// The queue of the trigger manager.
    Manager,
    /// Something that a simulation does not follow.
    Elsewhere,
}

/// Rules that may take an event, and the fields that they name.
#[derive(Debug, Default)]
struct Group {
    rules: Vec<usize>,
    fields: Vec<String>,
}

/// What is remembered of one bus.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    known: Table<String, Arc<[usize]>>,
    by_number: Table<u64, Arc<[usize]>>,
    key: String,
}

/// As many answers are remembered per bus; then it begins again.
const REMEMBERED: usize = 100_000;

impl Bus {
    pub fn new(arn: String, account: String, policy: Vec<Statement>, rules: Vec<Rule>) -> Self {
        let exact: Vec<BTreeMap<String, Vec<String>>> = rules.iter().map(|rule| exact(&rule.raw)).collect();
        let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, wanted) in exact.iter().flatten() {
            values.entry(name).or_default().extend(wanted.iter().map(String::as_str));
        }
        let by = values.iter().max_by_key(|(_, values)| values.len()).map_or("", |(name, _)| name).to_owned();
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        let mut others = Group::default();
        for (at, exact) in exact.iter().enumerate() {
            match exact.get(&by) {
                Some(wanted) => wanted.iter().for_each(|value| groups.entry(value.clone()).or_default().rules.push(at)),
                None => others.rules.push(at),
            }
        }
        for group in groups.values_mut() {
            group.rules.extend(&others.rules);
            group.rules.sort_unstable();
            group.rules.dedup();
        }
        for group in groups.values_mut().chain([&mut others]) {
            let named: BTreeSet<&str> = group.rules.iter().flat_map(|at| rules[*at].pattern.fields()).collect();
            group.fields = named.into_iter().map(str::to_owned).collect();
        }
        Self { arn, account, policy, rules, by, groups, others }
    }

    /// Positions of the rules that take an event, in order.
    pub fn takers(&self, memo: &mut Memo, event: &impl Event) -> Arc<[usize]> {
        let number = event.number();
        if let Some(known) = number.and_then(|number| memo.by_number.get(&number)) {
            return known.clone();
        }
        let (answer, sound) = self.by_leaves(memo, event);
        if let Some(number) = number.filter(|_| sound) {
            memo.by_number.insert(number, answer.clone());
        }
        answer
    }

    /// The answer, and whether it depends on nothing but leaves that are texts or absent.
    fn by_leaves(&self, memo: &mut Memo, event: &impl Event) -> (Arc<[usize]>, bool) {
        let group = match event.leaf(&self.by) {
            Leaf::Text(value) => self.groups.get(value).unwrap_or(&self.others),
            Leaf::Absent => &self.others,
            Leaf::Other => return (self.ask(0..self.rules.len(), event), false),
        };
        memo.key.clear();
        for field in &group.fields {
            match event.leaf(field) {
                Leaf::Text(text) => {
                    memo.key.push('=');
                    memo.key.push_str(text);
                }
                Leaf::Absent => {}
                Leaf::Other => return (self.ask(group.rules.iter().copied(), event), false),
            }
            // No text of a field holds it, so that the values keep apart.
            memo.key.push('\0');
        }
        if let Some(known) = memo.known.get(&memo.key) {
            return (known.clone(), true);
        }
        let answer = self.ask(group.rules.iter().copied(), event);
        if memo.known.len() >= REMEMBERED {
            memo.known.clear();
        }
        memo.known.insert(memo.key.clone(), answer.clone());
        (answer, true)
    }

    fn ask(&self, rules: impl Iterator<Item = usize>, event: &impl Event) -> Arc<[usize]> {
        let event = event.value();
        rules.filter(|at| self.rules[*at].pattern.matches(&event)).collect()
    }
}

/// Fields that must be one of some strings for the pattern to match: its lists of nothing but strings. Strings that are addresses are left
/// out, for these stand for other spellings too, and all of a pattern with `$or`, for a branch may widen what stands outside.
fn exact(pattern: &Value) -> BTreeMap<String, Vec<String>> {
    let (mut found, mut seen) = (BTreeMap::new(), BTreeSet::new());
    let mut open = vec![(String::new(), pattern)];
    while let Some((name, value)) = open.pop() {
        match value {
            Value::Object(map) => {
                if map.contains_key("$or") {
                    return BTreeMap::new();
                }
                for (key, value) in map {
                    let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                    open.push((name, value));
                }
            }
            Value::Array(wanted) => {
                // `{"a.b": …}` and `{"a": {"b": …}}` are one field with the values of both.
                if !seen.insert(name.clone()) {
                    return BTreeMap::new();
                }
                let plain = |value: &Value| {
                    let text = value.as_str()?;
                    let address = |c: char| c.is_ascii_hexdigit() || c == '.' || c == ':';
                    (!(text.contains(['.', ':']) && text.chars().all(address))).then(|| text.to_owned())
                };
                if let Some(wanted) = wanted.iter().map(plain).collect() {
                    found.insert(name, wanted);
                }
            }
            _ => {}
        }
    }
    found
}
