//! An alert → its subject and its text.

use pipesynth_contract::Status;
use pipesynth_contract::alert::{Alert, CAUSE_CHARACTERS, SUBJECT_CHARACTERS};
use serde_json::Value;

/// `listings FAILED at aggregate (2026-11-23)`, within what SNS takes.
pub(super) fn subject(alert: &Alert) -> String {
    let mut text = format!("{} {}", alert.display_name, alert.status);
    if let Some(step) = &alert.step {
        text += &format!(" at {step}");
    }
    if let Some(date) = &alert.logical_date {
        text += &format!(" ({date})");
    }
    text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).take(SUBJECT_CHARACTERS).collect()
}

/// One line per fact.
pub(super) fn text(alert: &Alert) -> String {
    let run = ("Run", alert.console.clone());
    facts(alert)
        .into_iter()
        .chain([run])
        .map(|(label, value)| format!("{:<14}{value}\n", format!("{label}:")))
        .collect()
}

/// What is known of the run, in words; what is not has no line.
pub(super) fn facts(alert: &Alert) -> Vec<(&'static str, String)> {
    let at = if alert.status == Status::Failed { "Failed at" } else { "Stopped at" };
    let all = [
        ("Pipeline", Some(format!("{} (account {})", alert.display_name, alert.pipeline.account()))),
        ("Status", Some(alert.status.to_string())),
        ("Logical date", alert.logical_date.clone()),
        (at, alert.step.clone()),
        ("Error", alert.error.clone()),
        ("Cause", alert.cause.clone()),
        ("Started", Some(alert.started.clone())),
        ("Ended", Some(alert.ended.clone())),
        ("Duration", Some(duration(alert.seconds))),
    ];
    all.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// What a person needs of an error's cause. A Lambda function's is JSON with a message in it.
pub(super) fn cause(text: &str) -> Option<String> {
    let json: Option<Value> = serde_json::from_str(text).ok();
    let message = json.as_ref().and_then(|json| json["errorMessage"].as_str()).unwrap_or(text).trim();
    if message.is_empty() {
        return None;
    }
    let short: String = message.chars().take(CAUSE_CHARACTERS).collect();
    Some(if short.len() < message.len() { short + " …" } else { short })
}

/// `1 h 12 min 5 s`.
fn duration(seconds: u64) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let first = parts.iter().position(|(number, _)| *number > 0).unwrap_or(2);
    parts[first..].iter().map(|(number, unit)| format!("{number} {unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_begins_with_its_greatest_unit() {
        let all = [(0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3600, "1 h 0 min 0 s"), (90_061, "25 h 1 min 1 s")];
        for (seconds, text) in all {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn a_cause_is_cut_by_characters_and_a_functions_message_taken_out_of_it() {
        assert_eq!(cause(r#"{"errorMessage":"no table","errorType":"X"}"#).as_deref(), Some("no table"));
        assert_eq!(cause(" \n"), None);
        let long = cause(&"ü".repeat(5_000)).unwrap();
        assert_eq!(long.chars().count(), CAUSE_CHARACTERS + 2);
    }
}
