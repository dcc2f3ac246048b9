//! A schedule as written → one expression of EventBridge with its zone and bounds.

use jiff::civil::DateTime;
use pipesynth_contract::starts::{Engine, Schedule};
use pipesynth_diag::{Place, Spanned, codes as common, quoted};

use super::cron;
use super::spec::{EngineSpec, ScheduleSpec};
use crate::codes;
use crate::lower::Lower;

/// A checked schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct SchedulePlan {
    /// `cron(0 3 * * ? *)`, `rate(1 day)` or `at(2026-12-01T03:00:00)`.
    pub expression: String,
    /// IANA name.
    pub timezone: String,
    /// The AWS service that keeps it.
    pub engine: Engine,
    /// First instant, RFC 3339 in UTC.
    pub start: Option<String>,
    /// Last instant, RFC 3339 in UTC.
    pub end: Option<String>,
    /// How many minutes later a start may be.
    pub flexible_minutes: Option<u64>,
    /// Where it was written.
    pub place: Place,
}

impl SchedulePlan {
    /// The form in which the central side hears of it.
    pub fn contract(&self) -> Schedule {
        Schedule { expression: self.expression.clone(), timezone: self.timezone.clone(), engine: self.engine }
    }
}

/// Checks a schedule.
pub fn lower(spec: &Spanned<ScheduleSpec>, cx: &mut Lower<'_>) -> Option<SchedulePlan> {
    let engine = match spec.engine.as_ref().map(|e| e.value) {
        Some(EngineSpec::Rule) => Engine::Rule,
        Some(EngineSpec::Scheduler) | None => Engine::Scheduler,
    };
    let expression = expression(spec, cx);
    let timezone = timezone(spec, engine, cx);
    let mut instant = |text: &Option<Spanned<String>>| text.as_ref().map(|t| instant(t, &timezone, cx));
    let (start, end) = (instant(&spec.start), instant(&spec.end));
    let flexible = spec.flexible_window.as_ref().map(|w| (cx.seconds(w, 60..=86_400), w.place));
    if engine == Engine::Rule {
        refuse_for_rule(spec, cx);
    }
    if let (Some(Some(start)), Some(Some(end)), Some(written)) = (&start, &end, &spec.end)
        && end <= start
    {
        let message = "`end` is not after `start`, so the pipeline would never start";
        cx.error_help(codes::BAD_SCHEDULE, written.place, message, "write a later `end`, or take one of them away");
    }
    let flexible_minutes = match flexible {
        Some((Some(seconds), _)) if seconds % 60 == 0 => Some(seconds / 60),
        Some((Some(_), place)) => {
            cx.error_help(
                common::MALFORMED,
                place,
                "a flexible window is whole minutes",
                "write it in minutes, such as `15m`",
            );
            None
        }
        _ => None,
    };
    Some(SchedulePlan {
        expression: expression?,
        timezone,
        engine,
        start: start.flatten(),
        end: end.flatten(),
        flexible_minutes,
        place: spec.place,
    })
}

fn expression(spec: &Spanned<ScheduleSpec>, cx: &mut Lower<'_>) -> Option<String> {
    let given = [
        ("hour", spec.hour.as_ref().map(|v| v.place)),
        ("cron", spec.cron.as_ref().map(|v| v.place)),
        ("rate", spec.rate.as_ref().map(|v| v.place)),
        ("at", spec.at.as_ref().map(|v| v.place)),
    ];
    let given: Vec<(&str, Place)> = given.into_iter().filter_map(|(k, p)| Some((k, p?))).collect();
    let Some((first, rest)) = given.split_first() else {
        if cx.sink.has_errors_in(spec.place) {
            // A misspelt key or a wrong type was reported.
            return None;
        }
        let help = "add `hour: 3` for a daily start, or `cron:`, `rate:` or `at:`";
        cx.error_help(common::ONE_OF, spec.place, "a schedule needs one of `hour`, `cron`, `rate`, `at`", help);
        return None;
    };
    for (key, place) in rest {
        let message = format!("`{key}` and `{}` cannot stand together in a schedule", first.0);
        cx.error_help(common::ONE_OF, *place, message, "keep one of them");
    }
    if let (Some(minute), None) = (&spec.minute, &spec.hour) {
        cx.error_help(
            codes::BAD_SCHEDULE,
            minute.place,
            "`minute` goes with `hour`",
            "add `hour`, or write the minute into the expression",
        );
    }
    match first.0 {
        "hour" => daily(spec, cx),
        "cron" => wrapped("cron", spec.cron.as_ref()?, cron::check, cx),
        "rate" => wrapped("rate", spec.rate.as_ref()?, cron::check_rate, cx),
        _ => {
            let at = spec.at.as_ref()?;
            let inner = at.strip_prefix("at(").and_then(|t| t.strip_suffix(')')).unwrap_or(at);
            let Some(time) = local(inner) else {
                let message = format!("expected a local time such as `2026-12-01T03:00:00`, got {}", quoted(at));
                cx.error(common::MALFORMED, at.place, message);
                return None;
            };
            Some(format!("at({})", time.strftime("%Y-%m-%dT%H:%M:%S")))
        }
    }
}

fn daily(spec: &ScheduleSpec, cx: &mut Lower<'_>) -> Option<String> {
    let hour = within("hour", spec.hour.as_ref(), 23, cx);
    let minute = if spec.minute.is_some() { within("minute", spec.minute.as_ref(), 59, cx) } else { Some(0) };
    Some(format!("cron({} {} * * ? *)", minute?, hour?))
}

fn within(key: &str, value: Option<&Spanned<i64>>, most: i64, cx: &mut Lower<'_>) -> Option<i64> {
    let value = value?;
    if !(0..=most).contains(&value.value) {
        cx.error(common::OUT_OF_RANGE, value.place, format!("`{key}` must be 0 to {most}, got {}", value.value));
        return None;
    }
    Some(value.value)
}

fn wrapped(
    kind: &str,
    text: &Spanned<String>,
    check: fn(&str) -> Result<String, String>,
    cx: &mut Lower<'_>,
) -> Option<String> {
    let inner = text.trim();
    let inner =
        inner.strip_prefix(kind).and_then(|t| t.strip_prefix('(')).and_then(|t| t.strip_suffix(')')).unwrap_or(inner);
    match check(inner) {
        Ok(good) => Some(format!("{kind}({good})")),
        Err(message) => {
            cx.error(codes::BAD_SCHEDULE, text.place, message);
            None
        }
    }
}

/// A rule knows UTC alone. A zone written at the schedule is then an error; the organisation's is one too, where it is not UTC.
fn timezone(spec: &Spanned<ScheduleSpec>, engine: Engine, cx: &mut Lower<'_>) -> String {
    let zone = cx.timezone(spec.timezone.as_ref());
    if engine == Engine::Rule && zone != "UTC" {
        let place = spec.timezone.as_ref().or(None).map_or(spec.place, |t| t.place);
        let message = format!("a rule's schedule is in UTC, and this one is in `{zone}`");
        cx.error_help(codes::BAD_SCHEDULE, place, message, "write `timezone: UTC`, or use `engine: scheduler`");
    }
    zone
}

fn refuse_for_rule(spec: &ScheduleSpec, cx: &mut Lower<'_>) {
    let parts =
        [("at", &spec.at), ("start", &spec.start), ("end", &spec.end), ("flexibleWindow", &spec.flexible_window)];
    for (key, value) in parts {
        if let Some(value) = value {
            let message = format!("`{key}` does not go with `engine: rule`");
            cx.error_help(codes::BAD_SCHEDULE, value.place, message, "use `engine: scheduler`, the default");
        }
    }
}

/// A date or a local time. An offset or a zone inside the text is refused, for it would be read and not heeded.
fn local(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
    let made_of = |text: &str, mark: char| text.chars().all(|c| c.is_ascii_digit() || c == mark);
    (made_of(date, '-') && made_of(time, ':')).then(|| text.parse().ok()).flatten()
}

/// A date or a local time in a zone → an instant in UTC.
fn instant(text: &Spanned<String>, zone: &str, cx: &mut Lower<'_>) -> Option<String> {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(instant.to_string());
    }
    let zone = jiff::tz::TimeZoneDatabase::bundled().get(zone);
    let instant = local(text).zip(zone.ok()).and_then(|(local, zone)| local.to_zoned_datetime(zone).ok());
    if instant.is_none() {
        let message =
            format!("expected a date or time such as `2026-12-01` or `2026-12-01T03:00:00`, got {}", quoted(text));
        cx.error(common::MALFORMED, text.place, message);
    }
    instant.map(|i| i.timestamp().to_string())
}
