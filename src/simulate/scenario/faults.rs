//! What goes wrong in a scenario: as written, and as it is simulated.

use std::borrow::Cow;

use pipesynth_diag::{Cx, FromFields, FromNode, Node, Spanned, Text, spec};
use pipesynth_simulator::scenario::{Fault, Runs};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::kind::kind;
use super::lower::Lowering;
use super::spec::StatusSpec;

spec! {
    /// The status events of some runs arrive several times.
    pub struct DuplicateFault: "a `duplicate` fault" {
        /// The pipeline: a name, `account/name`, or `all`.
        duplicate: Spanned<String> => "duplicate",
        /// Of these logical dates: one, or a range with both ends.
        dates: Option<Spanned<String>> => "dates",
        /// Of this attempt.
        attempt: Option<Spanned<i64>> => "attempt",
        /// Of this status only.
        status: Option<Spanned<StatusSpec>> => "status",
        /// How many times in all, 2 to 100; 2 without it.
        times: Option<Spanned<i64>> => "times",
    }
    /// The start of some runs is delivered several times, by the scheduler or the rule.
    pub struct DuplicateStartFault: "a `duplicateStart` fault" {
        /// The pipeline: a name, `account/name`, or `all`.
        duplicate_start: Spanned<String> => "duplicateStart",
        /// Of these logical dates: one, or a range with both ends.
        dates: Option<Spanned<String>> => "dates",
        /// Of this attempt.
        attempt: Option<Spanned<i64>> => "attempt",
        /// How many times in all, 2 to 100; 2 without it.
        times: Option<Spanned<i64>> => "times",
    }
    /// The status events of some runs are longer on their way; later ones overtake them.
    pub struct DelayFault: "a `delay` fault" {
        /// The pipeline: a name, `account/name`, or `all`.
        delay: Spanned<String> => "delay",
        /// How much longer, such as `2h`.
        by: Spanned<String> => "by",
        /// Of these logical dates: one, or a range with both ends.
        dates: Option<Spanned<String>> => "dates",
        /// Of this attempt.
        attempt: Option<Spanned<i64>> => "attempt",
        /// Of this status only.
        status: Option<Spanned<StatusSpec>> => "status",
    }
    /// The status events of some runs never arrive.
    pub struct LoseFault: "a `lose` fault" {
        /// The pipeline: a name, `account/name`, or `all`.
        lose: Spanned<String> => "lose",
        /// Of these logical dates: one, or a range with both ends.
        dates: Option<Spanned<String>> => "dates",
        /// Of this attempt.
        attempt: Option<Spanned<i64>> => "attempt",
        /// Of this status only.
        status: Option<Spanned<StatusSpec>> => "status",
    }
    /// Events to and from an account wait until an outage is over.
    pub struct OutageFault: "an `outage` fault" {
        /// The account: `central`, an alias, or 12 digits.
        outage: Spanned<Text> => "outage",
        /// Since when: a time such as `2026-11-23T03:00`.
        from: Spanned<String> => "from",
        /// Until when, not included.
        until: Spanned<String> => "until",
    }
}

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum FaultSpec {
    /// `duplicate`
    Duplicate(DuplicateFault),
    /// `duplicateStart`
    DuplicateStart(DuplicateStartFault),
    /// `delay`
    Delay(DelayFault),
    /// `lose`
    Lose(LoseFault),
    /// `outage`
    Outage(OutageFault),
}

impl FromNode for FaultSpec {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        const KINDS: [(&str, &str); 5] = [
            ("duplicate", "a `duplicate` fault"),
            ("duplicateStart", "a `duplicateStart` fault"),
            ("delay", "a `delay` fault"),
            ("lose", "a `lose` fault"),
            ("outage", "an `outage` fault"),
        ];
        const OTHERS: [&str; 7] = ["dates", "attempt", "status", "times", "by", "from", "until"];
        let (kind, mut fields) = kind(node, "a fault", &KINDS, &OTHERS, cx)?;
        let fault = match kind {
            "duplicate" => DuplicateFault::read_fields(&mut fields, cx).map(Self::Duplicate),
            "duplicateStart" => DuplicateStartFault::read_fields(&mut fields, cx).map(Self::DuplicateStart),
            "delay" => DelayFault::read_fields(&mut fields, cx).map(Self::Delay),
            "lose" => LoseFault::read_fields(&mut fields, cx).map(Self::Lose),
            _ => OutageFault::read_fields(&mut fields, cx).map(Self::Outage),
        };
        fields.finish(cx);
        fault
    }
}

impl JsonSchema for FaultSpec {
    fn schema_name() -> Cow<'static, str> {
        "Fault".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let kinds = [
            generator.subschema_for::<DuplicateFault>(),
            generator.subschema_for::<DuplicateStartFault>(),
            generator.subschema_for::<DelayFault>(),
            generator.subschema_for::<LoseFault>(),
            generator.subschema_for::<OutageFault>(),
        ];
        schemars::json_schema!({ "description": "Something that goes wrong.", "anyOf": kinds })
    }
}

/// The fault that is simulated.
pub(super) fn lower(spec: &FaultSpec, cx: &mut Lowering<'_, '_>) -> Option<Fault> {
    let status = |status: &Option<Spanned<StatusSpec>>| status.as_ref().map(|status| status.value.into());
    Some(match spec {
        FaultSpec::Duplicate(fault) => {
            let runs = whose(&fault.duplicate, fault.dates.as_ref(), fault.attempt.as_ref(), cx);
            let times = cx.times(fault.times.as_ref());
            Fault::Duplicate { runs: runs?, status: status(&fault.status), times: times? }
        }
        FaultSpec::DuplicateStart(fault) => {
            let runs = whose(&fault.duplicate_start, fault.dates.as_ref(), fault.attempt.as_ref(), cx);
            let times = cx.times(fault.times.as_ref());
            Fault::DuplicateStart { runs: runs?, times: times? }
        }
        FaultSpec::Delay(fault) => {
            let runs = whose(&fault.delay, fault.dates.as_ref(), fault.attempt.as_ref(), cx);
            let by = cx.duration(&fault.by);
            Fault::Delay { runs: runs?, status: status(&fault.status), by: by? }
        }
        FaultSpec::Lose(fault) => {
            let runs = whose(&fault.lose, fault.dates.as_ref(), fault.attempt.as_ref(), cx);
            Fault::Lose { runs: runs?, status: status(&fault.status) }
        }
        FaultSpec::Outage(fault) => {
            let account = cx.account_or_central(&fault.outage);
            let (from, until) = cx.outage(&fault.from, &fault.until);
            Fault::Outage { account: account?, from: from?, until: until? }
        }
    })
}

/// `all` is every pipeline; one that is called so is reached as `account/all`.
fn whose(
    pipeline: &Spanned<String>,
    dates: Option<&Spanned<String>>,
    attempt: Option<&Spanned<i64>>,
    cx: &mut Lowering<'_, '_>,
) -> Option<Runs> {
    let named = (pipeline.value != "all").then_some(pipeline);
    cx.runs(named, dates, attempt)
}
