//! What people do in a scenario: as written, and as it is simulated.

use std::borrow::Cow;

use pipesynth_diag::{Cx, FromFields, FromNode, Node, Spanned, spec};
use pipesynth_simulator::scenario::{Action, Deed};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::kind::kind;
use super::lower::Lowering;

spec! {
    /// Somebody starts a pipeline by hand.
    pub struct RunAction: "a `run` action" {
        /// The pipeline: a name, or `account/name`.
        run: Spanned<String> => "run",
        /// When: a time such as `2026-11-23T07:00`.
        at: Spanned<String> => "at",
        /// For this logical date; without it that of the moment.
        date: Option<Spanned<String>> => "date",
    }
    /// Somebody repeats a run: the next attempt of the same instant or firing.
    pub struct RerunAction: "a `rerun` action" {
        /// The pipeline: a name, or `account/name`.
        rerun: Spanned<String> => "rerun",
        /// When: a time such as `2026-11-23T07:00`.
        at: Spanned<String> => "at",
        /// The last run of this logical date; without it the last run.
        date: Option<Spanned<String>> => "date",
    }
    /// Somebody repairs the last failed run in place (`RedriveExecution`): the same execution goes on and ends again.
    pub struct RedriveAction: "a `redrive` action" {
        /// The pipeline: a name, or `account/name`.
        redrive: Spanned<String> => "redrive",
        /// When: a time such as `2026-11-23T07:00`.
        at: Spanned<String> => "at",
    }
    /// Somebody aborts the open runs of a pipeline.
    pub struct StopAction: "a `stop` action" {
        /// The pipeline: a name, or `account/name`.
        stop: Spanned<String> => "stop",
        /// When: a time such as `2026-11-23T07:00`.
        at: Spanned<String> => "at",
    }
    /// Somebody runs a pipeline for each of some logical dates, one after the other, the oldest first.
    pub struct BackfillAction: "a `backfill` action" {
        /// The pipeline: a name, or `account/name`.
        backfill: Spanned<String> => "backfill",
        /// When: a time such as `2026-11-23T07:00`.
        at: Spanned<String> => "at",
        /// For these logical dates: `2026-11-01..2026-11-05` with both ends, or one date.
        dates: Spanned<String> => "dates",
    }
}

/// Something that a person does.
#[derive(Debug, Clone, PartialEq)]
pub enum ActionSpec {
    /// `run`
    Run(RunAction),
    /// `rerun`
    Rerun(RerunAction),
    /// `redrive`
    Redrive(RedriveAction),
    /// `stop`
    Stop(StopAction),
    /// `backfill`
    Backfill(BackfillAction),
}

impl FromNode for ActionSpec {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        const KINDS: [(&str, &str); 5] = [
            ("run", "a `run` action"),
            ("rerun", "a `rerun` action"),
            ("redrive", "a `redrive` action"),
            ("stop", "a `stop` action"),
            ("backfill", "a `backfill` action"),
        ];
        let (kind, mut fields) = kind(node, "an action", &KINDS, &["at", "date", "dates"], cx)?;
        let action = match kind {
            "run" => RunAction::read_fields(&mut fields, cx).map(Self::Run),
            "rerun" => RerunAction::read_fields(&mut fields, cx).map(Self::Rerun),
            "redrive" => RedriveAction::read_fields(&mut fields, cx).map(Self::Redrive),
            "stop" => StopAction::read_fields(&mut fields, cx).map(Self::Stop),
            _ => BackfillAction::read_fields(&mut fields, cx).map(Self::Backfill),
        };
        fields.finish(cx);
        action
    }
}

impl JsonSchema for ActionSpec {
    fn schema_name() -> Cow<'static, str> {
        "Action".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let kinds = [
            generator.subschema_for::<RunAction>(),
            generator.subschema_for::<RerunAction>(),
            generator.subschema_for::<RedriveAction>(),
            generator.subschema_for::<StopAction>(),
            generator.subschema_for::<BackfillAction>(),
        ];
        schemars::json_schema!({ "description": "Something that a person does.", "anyOf": kinds })
    }
}

/// The action that is simulated.
pub(super) fn lower(spec: &ActionSpec, cx: &mut Lowering<'_, '_>) -> Option<Action> {
    let (pipeline, at) = match spec {
        ActionSpec::Run(action) => (&action.run, &action.at),
        ActionSpec::Rerun(action) => (&action.rerun, &action.at),
        ActionSpec::Redrive(action) => (&action.redrive, &action.at),
        ActionSpec::Stop(action) => (&action.stop, &action.at),
        ActionSpec::Backfill(action) => (&action.backfill, &action.at),
    };
    let (pipeline, at) = (cx.pipeline(pipeline), cx.time_inside("an action", at));
    let what = match spec {
        ActionSpec::Run(action) => cx.date_if(action.date.as_ref()).map(Deed::Run),
        ActionSpec::Rerun(action) => cx.date_if(action.date.as_ref()).map(Deed::Rerun),
        ActionSpec::Redrive(_) => Some(Deed::Redrive),
        ActionSpec::Stop(_) => Some(Deed::Stop),
        ActionSpec::Backfill(action) => cx.backfill(&action.dates).map(|(first, last)| Deed::Backfill(first, last)),
    };
    Some(Action { at: at?, pipeline: pipeline?, what: what? })
}
