//! A condition as written → the canonical tree with its options.

use std::collections::BTreeMap;

use pipesynth_contract::expression::{Leaf, Node};
use pipesynth_contract::options::{Backfill, Offset, OnMiss, OnRerun, WhileRunning};
use pipesynth_contract::starts::Executions;
use pipesynth_contract::{ContractError, Status, check_name};
use pipesynth_diag::{Diagnostic, Place, Spanned, codes as common, quoted};

use super::spec::{BackfillSpec, ExecutionsSpec, LeafSpec, NodeSpec, OnMissSpec, OnRerunSpec, WhileRunningSpec};
use crate::codes;
use crate::lower::Lower;
use crate::triggers::OperatorSpec;

/// A checked condition.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionsPlan {
    /// The condition with every effective option.
    pub condition: Executions,
    /// Whether the file says what a second run of a parent within one key means: it writes `correlate` or `onRerun`.
    pub repeats_are_meant: bool,
    /// The central account, whose triggers alone count.
    pub central_account: String,
    /// Every parent as it was written, in the order of the file: the canonical condition has lost the places.
    pub parents: Vec<Parent>,
    /// Where its options were written.
    pub options: Options,
    /// Where it was written.
    pub place: Place,
}

/// Where options stand that findings are about; `None` where the default holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// `correlate`.
    pub correlate: Option<Place>,
    /// `deadline`.
    pub deadline: Option<Place>,
}

/// A pipeline that the condition names.
#[derive(Debug, Clone, PartialEq)]
pub struct Parent {
    /// Its account; `None` is the pipeline's own, which is not known either.
    pub account: Option<String>,
    /// Its name as written, in any case, and where.
    pub name: Spanned<String>,
    /// The leaf as it stands in the canonical condition.
    pub leaf: Leaf,
    /// Where its `offset` was written.
    pub offset: Option<Place>,
}

/// Walks the tree: who the pipeline is, and which leaves came before.
struct Walk<'a, 'b, 'c> {
    name: &'a str,
    account: Option<&'a str>,
    /// Parent, offset and status → where it was written first.
    seen: BTreeMap<(Option<String>, String, Option<Offset>, Status), Place>,
    parents: Vec<Parent>,
    cx: &'b mut Lower<'c>,
}

/// Checks the condition of the pipeline called `name` in `account`.
pub fn lower(
    spec: &Spanned<ExecutionsSpec>,
    name: &str,
    account: Option<&str>,
    cx: &mut Lower<'_>,
) -> Option<ExecutionsPlan> {
    let mut walk = Walk { name, account, seen: BTreeMap::new(), parents: Vec::new(), cx };
    let node = walk.lists(spec.all_of.as_ref(), spec.any_of.as_ref(), spec.operator.as_ref(), spec.place);
    let Walk { parents, cx, .. } = walk;
    let central = match cx.organization {
        Some(organization) => Some(organization.central_account.clone()),
        None if cx.broken_organization => None,
        None => {
            let help = "put pipesynth.yaml with `organization.centralAccount` beside or above the project";
            cx.error_help(
                codes::NEEDS_ORGANIZATION,
                spec.place,
                "a condition on other pipelines needs the central account, and there is no pipesynth.yaml",
                help,
            );
            None
        }
    };
    // The options are checked beside a condition that cannot be read, too.
    let good = node.is_some();
    let mut condition = Executions::new(node.unwrap_or(Node::AllOf { all_of: Vec::new() }));
    options(spec, &mut condition, cx);
    let repeats_are_meant = spec.correlate.is_some() || spec.on_rerun.is_some();
    good.then_some(ExecutionsPlan {
        condition,
        repeats_are_meant,
        central_account: central?,
        parents,
        options: Options {
            correlate: spec.correlate.as_ref().map(|c| c.place),
            deadline: spec.deadline.as_ref().map(|d| d.place),
        },
        place: spec.place,
    })
}

fn options(spec: &ExecutionsSpec, condition: &mut Executions, cx: &mut Lower<'_>) {
    if let Some(correlate) = parsed(spec.correlate.as_ref(), cx) {
        condition.correlate = correlate;
    }
    condition.within = parsed(spec.within.as_ref(), cx)
        .unwrap_or_else(|| Executions::default_within(&condition.condition, &condition.correlate));
    condition.deadline = parsed(spec.deadline.as_ref(), cx);
    condition.on_miss = spec.on_miss.as_ref().map(|m| match m.value {
        OnMissSpec::Notify => OnMiss::Notify,
        OnMissSpec::Fire => OnMiss::Fire,
        OnMissSpec::Skip => OnMiss::Skip,
    });
    match (&spec.deadline, &spec.on_miss) {
        (Some(deadline), None) => {
            cx.error_help(
                codes::BAD_CONDITION,
                deadline.place,
                "`deadline` needs `onMiss`",
                "add `onMiss: notify`, `fire` or `skip`",
            );
        }
        (None, Some(miss)) => {
            cx.error_help(
                codes::BAD_CONDITION,
                miss.place,
                "`onMiss` needs `deadline`",
                "add `deadline`, such as `\"07:00\"`",
            );
        }
        _ => {}
    }
    if let Some(rerun) = &spec.on_rerun {
        condition.on_rerun = match rerun.value {
            OnRerunSpec::Refire => OnRerun::Refire,
            OnRerunSpec::Ignore => OnRerun::Ignore,
        };
    }
    if let Some(running) = &spec.while_running {
        condition.while_running = match running.value {
            WhileRunningSpec::Hold => WhileRunning::Hold,
            WhileRunningSpec::Ignore => WhileRunning::Ignore,
        };
    }
    if let Some(backfill) = &spec.backfill {
        condition.backfill = match backfill.value {
            BackfillSpec::None => Backfill::None,
            BackfillSpec::Follow => Backfill::Follow,
        };
    }
}

fn parsed<T: std::str::FromStr<Err = ContractError>>(text: Option<&Spanned<String>>, cx: &mut Lower<'_>) -> Option<T> {
    let text = text?;
    text.parse().map_err(|error: ContractError| cx.error(common::MALFORMED, text.place, error.to_string())).ok()
}

type List = Spanned<Vec<NodeSpec>>;

impl Walk<'_, '_, '_> {
    fn lists(
        &mut self,
        all: Option<&List>,
        any: Option<&List>,
        operator: Option<&Spanned<OperatorSpec>>,
        place: Place,
    ) -> Option<Node> {
        if let (Some(operator), false) = (operator, all.is_some() && any.is_some()) {
            let help = "take `operator` away; it joins `allOf` with `anyOf`";
            self.cx.error_help(codes::BAD_CONDITION, operator.place, "`operator` needs both `allOf` and `anyOf`", help);
        }
        let all_of = all.map(|l| self.list(l, "allOf"));
        let any_of = any.map(|l| self.list(l, "anyOf"));
        match (all_of, any_of) {
            // A misspelt key was reported.
            (None, None) if self.cx.sink.has_errors_in(place) => None,
            (None, None) => {
                let help = "add `allOf:` or `anyOf:` with the pipelines to wait for";
                self.cx.error_help(codes::BAD_CONDITION, place, "a condition needs `allOf` or `anyOf`", help);
                None
            }
            (Some(all_of), None) => Some(Node::AllOf { all_of: all_of? }),
            (None, Some(any_of)) => Some(Node::AnyOf { any_of: any_of? }),
            (Some(all_of), Some(any_of)) => {
                let operator = operator.map(|o| o.value);
                if operator.is_none() {
                    self.operator_needed(all, any);
                }
                let parts = vec![Node::AllOf { all_of: all_of? }, Node::AnyOf { any_of: any_of? }];
                match operator? {
                    OperatorSpec::And => Some(Node::AllOf { all_of: parts }),
                    OperatorSpec::Or => Some(Node::AnyOf { any_of: parts }),
                }
            }
        }
    }

    fn operator_needed(&mut self, all: Option<&List>, any: Option<&List>) {
        let (Some(all), Some(any)) = (all, any) else { return };
        let found = Diagnostic::error(
            codes::OPERATOR_NEEDED,
            any.place,
            "`allOf` and `anyOf` stand together without `operator`",
        )
        .related(all.place, "`allOf` is here")
        .why("they could both be needed, or each be enough; this is not guessed")
        .help("add `operator: AND` or `operator: OR` beside them");
        self.cx.sink.push(found);
    }

    fn list(&mut self, list: &List, key: &str) -> Option<Vec<Node>> {
        if list.value.is_empty() {
            // Entries that could not be read were reported and left out.
            if self.cx.sink.has_errors_in(list.place) {
                return None;
            }
            let help = "name the pipelines to wait for, or take the key away";
            self.cx.error_help(codes::BAD_CONDITION, list.place, format!("`{key}` is empty"), help);
            return None;
        }
        let nodes: Vec<Option<Node>> = list
            .value
            .iter()
            .map(|node| match node {
                NodeSpec::Leaf(leaf) => self.leaf(leaf).map(Node::Leaf),
                NodeSpec::Group(group) => {
                    self.lists(group.all_of.as_ref(), group.any_of.as_ref(), group.operator.as_ref(), group.place)
                }
            })
            .collect();
        nodes.into_iter().collect()
    }

    fn leaf(&mut self, spec: &Spanned<LeafSpec>) -> Option<Leaf> {
        let name = spec.name.to_ascii_lowercase();
        let named =
            check_name(&name).map_err(|error| self.cx.error(codes::BAD_NAME, spec.name.place, error.to_string()));
        let account = match &spec.account {
            Some(text) => self.cx.account(text).map(|account| Some(account.id)),
            None => Some(self.account.map(str::to_owned)),
        };
        let status = self.statuses(spec);
        let within = parsed(spec.within.as_ref(), self.cx);
        let offset = parsed(spec.offset.as_ref(), self.cx);
        named.ok()?;
        let (account, status) = (account?, status?);
        if name == self.name && account.as_deref() == self.account {
            let help = "name another pipeline; for repeats of the pipeline itself use `retry` at its steps";
            self.cx.error_help(
                codes::BAD_CONDITION,
                spec.name.place,
                "the pipeline waits for itself, so it would never start",
                help,
            );
            return None;
        }
        let optional = spec.optional.as_ref().is_some_and(|o| o.value);
        let leaf = Leaf { account, name, status, optional, within, offset };
        self.once(&leaf, spec);
        self.parents.push(Parent {
            account: leaf.account.clone(),
            name: spec.name.clone(),
            leaf: leaf.clone(),
            offset: spec.offset.as_ref().map(|o| o.place),
        });
        Some(leaf)
    }

    fn statuses(&mut self, spec: &LeafSpec) -> Option<Vec<Status>> {
        let Some(list) = &spec.status else { return Some(vec![Status::Succeeded]) };
        if list.value.is_empty() {
            self.cx.error_help(
                codes::BAD_CONDITION,
                list.place,
                "`status` is empty",
                "name a status, or take the key away for SUCCESS",
            );
            return None;
        }
        let mut statuses = Vec::new();
        let mut good = true;
        for word in &list.value {
            match Status::parse(word) {
                Ok(more) => statuses.extend(more),
                Err(_) => {
                    good = false;
                    let near = self.cx.did_you_mean(word, Status::WORDS.iter().copied());
                    let found = Diagnostic::error(
                        common::UNKNOWN_VALUE,
                        word.place,
                        format!("{} is not a status", quoted(word)),
                    )
                    .help_if(near)
                    .help(format!("allowed: `{}`", Status::WORDS.join("`, `")));
                    self.cx.sink.push(found);
                }
            }
        }
        statuses.sort();
        statuses.dedup();
        good.then_some(statuses)
    }

    /// A parent may stand twice, but not twice with one status and one offset: the second would say nothing.
    fn once(&mut self, leaf: &Leaf, spec: &Spanned<LeafSpec>) {
        let mut first = None;
        for status in &leaf.status {
            let key = (leaf.account.clone(), leaf.name.clone(), leaf.offset, *status);
            let written = *self.seen.entry(key).or_insert(spec.place);
            first = first.or((written != spec.place).then_some(written));
        }
        if let Some(first) = first {
            let found = Diagnostic::error(
                codes::BAD_CONDITION,
                spec.place,
                format!("`{}` stands twice with the same status", spec.name),
            )
            .related(first, "the first one is here")
            .help("keep one of them");
            self.cx.sink.push(found);
        }
    }
}
