//! Schedules that never start anything, and those that are over.

use pipesynth_diag::{Severity, Sink};

use super::planned;
use crate::plan::over;

/// 23 November 2026, in milliseconds since 1970.
const NOW: u64 = 1_795_392_000_000;

fn schedule(keys: &str) -> String {
    format!("name: a\naccount: A\ntrigger: {{ schedule: {{ {keys} }} }}")
}

#[test]
fn a_date_that_no_calendar_has_never_fires() {
    for keys in [
        "cron: 0 3 30 2 ? *",
        "cron: '0 3 31 4,6,9,11 ? *'",
        "cron: 0 3 29 2 ? 2025-2027",
        "cron: 30 2 29 3 ? 2026, timezone: Europe/Berlin",
        "hour: 3, start: 2027-01-01T04:00:00, end: 2027-01-02T02:00:00",
        "at: 2026-03-29T02:30:00, timezone: Europe/Berlin",
    ] {
        let planned = planned(&[("a/pipeline.yaml", &schedule(keys))]);
        assert!(
            planned.messages().starts_with("PS0403 a/pipeline.yaml:3 the schedule never fires: "),
            "{keys}: {}",
            planned.messages()
        );
        assert_eq!(planned.found.len(), 1);
    }
    for keys in [
        "cron: 0 3 29 2 ? *",
        "cron: 0 3 ? * 1#5 *",
        "rate: 1 day",
        "cron: 0 3 1 1 ? 1999",
        "hour: 2, timezone: Europe/Berlin",
    ] {
        assert_eq!(planned(&[("a/pipeline.yaml", &schedule(keys))]).messages(), "", "{keys}");
    }
}

#[test]
fn years_that_are_past_are_an_error_and_an_end_that_is_past_a_warning() {
    for (keys, severity) in [
        ("cron: 0 3 1 1 ? 2024-2026", Some(Severity::Error)),
        ("cron: 0 3 1 12 ? 2024-2026", None),
        ("at: 2026-01-01T03:00:00", Some(Severity::Warning)),
        ("at: 2027-01-01T03:00:00", None),
        ("hour: 3, end: 2026-06-01", Some(Severity::Warning)),
        ("rate: 2 hours, end: 2026-06-01", Some(Severity::Warning)),
        ("rate: 2 hours", None),
        ("hour: 3", None),
    ] {
        let planned = planned(&[("a/pipeline.yaml", &schedule(keys))]);
        assert_eq!(planned.messages(), "", "{keys}: the templates do not depend on the day");
        let mut sink = Sink::new();
        over(&planned.plans, NOW, &mut sink);
        assert_eq!(sink.found().first().map(|found| found.severity), severity, "{keys}");
    }
}
