//! A condition on other pipelines as written.

use std::borrow::Cow;

use pipesynth_diag::{Cx, FromNode, Node, Spanned, Text, Value, spec, spec_enum};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::triggers::OperatorSpec;

spec! {
    /// A condition on other pipelines, with its options.
    pub struct ExecutionsSpec: "`executions`" {
        /// All of these must hold.
        all_of: Option<Spanned<Vec<NodeSpec>>> => "allOf",
        /// One of these must hold.
        any_of: Option<Spanned<Vec<NodeSpec>>> => "anyOf",
        /// How `allOf` and `anyOf` are joined.
        operator: Option<Spanned<OperatorSpec>> => "operator",
        /// How long a parent's run stays valid, such as `24h`, or `none`, the default; with `correlate: none` and an `allOf` the default is 24h.
        within: Option<Spanned<String>> => "within",
        /// Which runs of the parents belong together: `day` (the default), `hour`, `none` or `key:$.path`: the value at that path of the parent execution's input, or of its `params`; a run that a schedule starts has no `params` there.
        correlate: Option<Spanned<String>> => "correlate",
        /// The pipeline's time zone, the same as the schedule's; the organisation's without either.
        timezone: Option<Spanned<String>> => "timezone",
        /// The latest local time at which the condition should hold, such as `07:00`.
        deadline: Option<Spanned<String>> => "deadline",
        /// What happens when the deadline is missed.
        on_miss: Option<Spanned<OnMissSpec>> => "onMiss",
        /// What a parent's repeated run does after the pipeline ran.
        on_rerun: Option<Spanned<OnRerunSpec>> => "onRerun",
        /// What an open newer run of a parent does.
        while_running: Option<Spanned<WhileRunningSpec>> => "whileRunning",
        /// What a parent's backfilled run does.
        backfill: Option<Spanned<BackfillSpec>> => "backfill",
    }
    /// Another pipeline and its statuses.
    pub struct LeafSpec: "a parent" {
        /// The other pipeline's name.
        name: Spanned<String> => "name",
        /// Its account: 12 digits or an alias; the pipeline's own without it.
        account: Option<Spanned<Text>> => "account",
        /// The statuses that count; SUCCESS without them.
        status: Option<Spanned<Vec<Spanned<String>>>> => "status",
        /// True where the condition may hold without it.
        optional: Option<Spanned<bool>> => "optional",
        /// How long its run stays valid.
        within: Option<Spanned<String>> => "within",
        /// Moves its logical date: `-1d` meets yesterday's run.
        offset: Option<Spanned<String>> => "offset",
    }
    /// Conditions inside a condition.
    pub struct GroupSpec: "a condition" {
        /// All of these must hold.
        all_of: Option<Spanned<Vec<NodeSpec>>> => "allOf",
        /// One of these must hold.
        any_of: Option<Spanned<Vec<NodeSpec>>> => "anyOf",
        /// How `allOf` and `anyOf` are joined.
        operator: Option<Spanned<OperatorSpec>> => "operator",
    }
}

spec_enum! {
    /// What happens when a deadline is missed.
    pub enum OnMissSpec: "an answer to a missed deadline" {
        /// The owners are told.
        Notify => "notify",
        /// The pipeline starts all the same.
        Fire => "fire",
        /// The date is left out.
        Skip => "skip",
    }
    /// What a parent's repeated run does.
    pub enum OnRerunSpec: "an answer to a rerun" {
        /// The pipeline runs again.
        Refire => "refire",
        /// Nothing.
        Ignore => "ignore",
    }
    /// What an open newer run of a parent does.
    pub enum WhileRunningSpec: "an answer to an open run" {
        /// The condition waits for it.
        Hold => "hold",
        /// Nothing.
        Ignore => "ignore",
    }
    /// What a parent's backfilled run does.
    pub enum BackfillSpec: "an answer to a backfill" {
        /// Nothing.
        None => "none",
        /// It counts like any other run.
        Follow => "follow",
    }
}

/// One entry of `allOf` or `anyOf`.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeSpec {
    /// Another pipeline.
    Leaf(Spanned<LeafSpec>),
    /// A condition in the condition.
    Group(Spanned<GroupSpec>),
}

impl FromNode for NodeSpec {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let group =
            matches!(node.value, Value::Map(_)) && (node.entry("allOf").is_some() || node.entry("anyOf").is_some());
        if group { Spanned::read(node, cx).map(Self::Group) } else { Spanned::read(node, cx).map(Self::Leaf) }
    }
}

impl JsonSchema for NodeSpec {
    fn schema_name() -> Cow<'static, str> {
        "Condition".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let leaf = generator.subschema_for::<LeafSpec>();
        let group = generator.subschema_for::<GroupSpec>();
        schemars::json_schema!({ "description": "Another pipeline, or a condition in the condition.", "anyOf": [leaf, group] })
    }
}
