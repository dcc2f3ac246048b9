//! A scenario file as written.

use pipesynth_diag::{Spanned, Text, spec, spec_enum};

use super::actions::ActionSpec;
use super::faults::FaultSpec;

spec! {
    /// A scenario for `pipesynth simulate`: how long runs take, how they end, what people do, what goes wrong, and what must come of it.
    pub struct ScenarioFile: "a scenario" {
        /// The first instant: a date (its midnight), or a time such as `2026-11-22T03:00`. Today without it.
        from: Option<Spanned<String>> => "from",
        /// The end, not included: a date or a time. One day after `from` without it and without `days`.
        until: Option<Spanned<String>> => "until",
        /// How many days, instead of `until`.
        days: Option<Spanned<i64>> => "days",
        /// The time zone of the dates and times of this file and of the output; the organisation's without it.
        timezone: Option<Spanned<String>> => "timezone",
        /// Seed of everything random, such as a duration out of a range; 0 without it.
        seed: Option<Spanned<i64>> => "seed",
        /// How long an event is on its way, such as `1s` or `1s..3s`; `1s` without it.
        delivery: Option<Spanned<String>> => "delivery",
        /// How long runs take, such as `30m` or `20m..40m`; `30m` without it.
        duration: Option<Spanned<String>> => "duration",
        /// How runs behave; of the entries that match a run the last one counts, key by key.
        runs: Vec<Spanned<RunsSpec>> => "runs" or default,
        /// What people do.
        actions: Vec<Spanned<ActionSpec>> => "actions" or default,
        /// What goes wrong.
        faults: Vec<Spanned<FaultSpec>> => "faults" or default,
        /// What must come of it; otherwise `pipesynth simulate` ends with exit code 1.
        expect: Vec<Spanned<ExpectSpec>> => "expect" or default,
    }
    /// How some runs behave.
    pub struct RunsSpec: "an entry of `runs`" {
        /// Whose runs: a name, or `account/name` with the account's alias or 12 digits; every pipeline's without it.
        pipeline: Option<Spanned<String>> => "pipeline",
        /// Of these logical dates: `2026-11-23`, or `2026-11-01..2026-11-05` with both ends.
        dates: Option<Spanned<String>> => "dates",
        /// Of this attempt: 1 for a first run, 2 for its first rerun.
        attempt: Option<Spanned<i64>> => "attempt",
        /// How long they take, such as `40m` or `30m..50m`.
        duration: Option<Spanned<String>> => "duration",
        /// How they end.
        outcome: Option<Spanned<OutcomeSpec>> => "outcome",
    }
    /// What must come of the simulation.
    pub struct ExpectSpec: "an expectation" {
        /// Of which pipeline; of all without it.
        pipeline: Option<Spanned<String>> => "pipeline",
        /// Of these logical dates: `2026-11-23`, or `2026-11-01..2026-11-05` with both ends.
        dates: Option<Spanned<String>> => "dates",
        /// Of this attempt: 1 for a first run, 2 for its first rerun.
        attempt: Option<Spanned<i64>> => "attempt",
        /// How many runs there are: `1`, `0..2`, or `1..` for at least one.
        count: Option<Spanned<Text>> => "count",
        /// Each of them starts at this time or later, and there is at least one, unless `count` allows none.
        not_before: Option<Spanned<String>> => "notBefore",
        /// Each of them starts at this time or earlier, and there is at least one.
        not_after: Option<Spanned<String>> => "notAfter",
        /// Each of them has ended like this, and there is at least one, unless `count` allows none.
        status: Option<Spanned<OutcomeSpec>> => "status",
        /// How often somebody is told: `0`, `1..2`, or `1..` for at least once.
        alerts: Option<Spanned<Text>> => "alerts",
    }
}

spec_enum! {
    /// How a run ends.
    pub enum OutcomeSpec: "an outcome" {
        /// Well.
        Succeeded => "SUCCEEDED" | "SUCCESS",
        /// With an error.
        Failed => "FAILED",
        /// It passes its time limit.
        TimedOut => "TIMED_OUT",
        /// It is stopped from outside.
        Aborted => "ABORTED",
    }
    /// The status that an event tells.
    pub enum StatusSpec: "a status" {
        /// The run has started.
        Running => "RUNNING",
        /// It has ended well.
        Succeeded => "SUCCEEDED" | "SUCCESS",
        /// It has ended with an error.
        Failed => "FAILED",
        /// It has passed its time limit.
        TimedOut => "TIMED_OUT",
        /// It was stopped from outside.
        Aborted => "ABORTED",
    }
}
