//! A schedule as written → one expression of EventBridge with its zone and bounds.

use jiff::civil::DateTime;
use pipesynth_contract::schedule::Expression;
use pipesynth_contract::starts::{Engine, Schedule};
use pipesynth_diag::{Diagnostic, Place, Spanned, codes as common, quoted};

use super::spec::{EngineSpec, ScheduleSpec};
use crate::codes;
use crate::lower::Lower;
use crate::triggers::Zone;

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
    /// Where its hour or expression was written.
    pub expression_place: Place,
}

impl SchedulePlan {
    /// The form in which the central side hears of it.
    pub fn contract(&self) -> Schedule {
        Schedule {
            expression: self.expression.clone(),
            timezone: self.timezone.clone(),
            engine: self.engine,
            start: self.start.clone(),
            end: self.end.clone(),
        }
    }
}

/// Checks a schedule of a pipeline in `zone`, which may have been written elsewhere.
pub fn lower(spec: &Spanned<ScheduleSpec>, zone: &Zone, cx: &mut Lower<'_>) -> Option<SchedulePlan> {
    let engine = match spec.engine.as_ref().map(|e| e.value) {
        Some(EngineSpec::Rule) => Engine::Rule,
        Some(EngineSpec::Scheduler) | None => Engine::Scheduler,
    };
    let expression = expression(spec, cx);
    let timezone = zone.name.clone();
    let mut instant = |text: &Option<Spanned<String>>| text.as_ref().map(|t| instant(t, &timezone, cx));
    let (start, end) = (instant(&spec.start), instant(&spec.end));
    let flexible = spec.flexible_window.as_ref().map(|w| (cx.seconds(w, 60..=86_400), w.place));
    if engine == Engine::Rule {
        refuse_for_rule(spec, zone, cx);
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
    let expression = expression?;
    Some(SchedulePlan {
        expression_place: expression.place,
        expression: expression.value,
        timezone,
        engine,
        start: start.flatten(),
        end: end.flatten(),
        flexible_minutes,
        place: spec.place,
    })
}

/// The expression, and where it was written.
fn expression(spec: &Spanned<ScheduleSpec>, cx: &mut Lower<'_>) -> Option<Spanned<String>> {
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
    let expression = match first.0 {
        "hour" => daily(spec, cx),
        "cron" => wrapped("cron", spec.cron.as_ref()?, cx),
        "rate" => wrapped("rate", spec.rate.as_ref()?, cx),
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
    };
    expression.map(|expression| Spanned::new(expression, first.1))
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

/// `kind(text)` with single spaces, held against the grammar; `text` may have its `kind(…)` already.
fn wrapped(kind: &str, text: &Spanned<String>, cx: &mut Lower<'_>) -> Option<String> {
    let bare = |text: &str| {
        let inner = text.trim().strip_prefix(kind)?.strip_prefix('(')?.strip_suffix(')')?;
        Some(inner.to_owned())
    };
    let inner = bare(text).unwrap_or_else(|| text.trim().to_owned());
    let expression = format!("{kind}({inner})");
    let Err(faults) = Expression::parse(&expression) else {
        return Some(format!("{kind}({})", inner.split_whitespace().collect::<Vec<_>>().join(" ")));
    };
    // From the bytes of the expression to those of the text.
    let (before, written) = (kind.len() + 1, text.find(&inner).unwrap_or_default());
    for fault in faults {
        let at = |byte: usize| (byte.saturating_sub(before) + written).min(text.len());
        let place = cx.part(text, at(fault.range.start)..at(fault.range.end));
        cx.error(codes::BAD_SCHEDULE, place, fault.message);
    }
    None
}

/// A rule knows UTC and nothing else that a schedule may say. A zone that was written is then an error; the organisation's is one too,
/// where it is not UTC.
fn refuse_for_rule(spec: &Spanned<ScheduleSpec>, zone: &Zone, cx: &mut Lower<'_>) {
    if zone.name != "UTC" {
        let message = format!("a rule's schedule is in UTC, and this one is in `{}`", zone.name);
        let help = "write `timezone: UTC`, or use `engine: scheduler`";
        cx.error_help(codes::BAD_SCHEDULE, zone.place.unwrap_or(spec.place), message, help);
    }
    let parts =
        [("at", &spec.at), ("start", &spec.start), ("end", &spec.end), ("flexibleWindow", &spec.flexible_window)];
    for (key, value) in parts {
        if let Some(value) = value {
            let message = format!("`{key}` does not go with `engine: rule`");
            cx.error_help(codes::BAD_SCHEDULE, value.place, message, "use `engine: scheduler`, the default");
        }
    }
}

/// What a schedule cannot say where a condition must hold, too: AWS then keeps no schedule of it, and the central side takes its instants
/// from the registration.
pub fn refuse_with_condition(spec: &ScheduleSpec, cx: &mut Lower<'_>) {
    let why = "with `operator: AND` the central account looks at the time itself, and no schedule is made in AWS";
    let mut refuse = |place: Place, message: &str, help: &str| {
        cx.sink.push(Diagnostic::error(codes::BAD_SCHEDULE, place, message).why(why).help(help));
    };
    if let Some(rate) = spec.rate.as_ref().filter(|_| spec.start.is_none()) {
        let help = "add `start`, or write times of the day: `hour` or `cron`";
        refuse(rate.place, "`rate` without `start` has no instants that are known", help);
    }
    if let Some(window) = &spec.flexible_window {
        let help = "take it away: the pipeline starts as soon as the time has come and the condition holds";
        refuse(window.place, "`flexibleWindow` does not go with `operator: AND`", help);
    }
    if let Some(engine) = spec.engine.as_ref().filter(|engine| engine.value == EngineSpec::Rule) {
        refuse(engine.place, "`engine: rule` does not go with `operator: AND`", "take it away");
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
