//! A schedule as written.

use pipesynth_diag::{Spanned, spec, spec_enum};

spec! {
    /// When a pipeline starts: `hour` (and `minute`) every day, or a `cron`, `rate` or `at` expression.
    pub struct ScheduleSpec: "a schedule" {
        /// The hour of a daily start, 0 to 23.
        hour: Option<Spanned<i64>> => "hour",
        /// The minute of a daily start, 0 to 59; 0 without it.
        minute: Option<Spanned<i64>> => "minute",
        /// Six fields as EventBridge takes them: minutes, hours, day of month, month, day of week, year.
        cron: Option<Spanned<String>> => "cron",
        /// A distance, such as `15 minutes`, `1 hour` or `2 days`.
        rate: Option<Spanned<String>> => "rate",
        /// One start, in local time, such as `2026-12-01T03:00:00`.
        at: Option<Spanned<String>> => "at",
        /// The pipeline's time zone, that of the times above and of its logical dates; the organisation's without it.
        timezone: Option<Spanned<String>> => "timezone",
        /// No start before this date or local time.
        start: Option<Spanned<String>> => "start",
        /// No start after this date or local time.
        end: Option<Spanned<String>> => "end",
        /// How much later a start may be, such as `15m`: 1 minute to 24 hours.
        flexible_window: Option<Spanned<String>> => "flexibleWindow",
        /// The AWS service that keeps it.
        engine: Option<Spanned<EngineSpec>> => "engine",
    }
}

spec_enum! {
    /// The AWS service that keeps a schedule.
    pub enum EngineSpec: "a schedule's engine" {
        /// Amazon EventBridge Scheduler, in any time zone.
        Scheduler => "scheduler",
        /// A rule on the default bus, in UTC.
        Rule => "rule",
    }
}
