//! A message → its subject and its text.

use pipesynth_contract::Status;
use pipesynth_contract::alert::{Alert, CAUSE_CHARACTERS, Message, Notice, Progress, SUBJECT_CHARACTERS, Trouble};
use serde_json::Value;

/// `listings FAILED at aggregate (2026-11-23)`, `listings: aggregate succeeded at attempt 2`, within what SNS takes.
pub(crate) fn subject(message: &Message) -> String {
    let text = match message {
        Message::RunEnded(alert) => {
            let step = alert.step.as_ref().map_or_else(String::new, |step| format!(" at {step}"));
            format!("{} {}{step}{}", alert.display_name, alert.status, date(alert.logical_date.as_ref()))
        }
        Message::RunStarted(run) => format!("{} started{}", run.display_name, date(run.logical_date.as_ref())),
        Message::StepStarted(at) => progress(at, "started"),
        Message::StepSucceeded(at) => progress(at, "succeeded"),
        Message::StepFailed(at) => progress(at, "FAILED"),
        Message::Notice(notice) => {
            format!("{}: {}{}", notice.display_name, trouble(notice.what), date(notice.logical_date.as_ref()))
        }
    };
    text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).take(SUBJECT_CHARACTERS).collect()
}

fn date(date: Option<&String>) -> String {
    date.map_or_else(String::new, |date| format!(" ({date})"))
}

/// The attempt is of interest from the second one on, and where one failed.
fn progress(at: &Progress, what: &str) -> String {
    let step = at.step.as_deref().unwrap_or("a step");
    let attempt = at.attempt.filter(|attempt| *attempt > 1 || what == "FAILED");
    let attempt = attempt.map_or_else(String::new, |attempt| format!(" at attempt {attempt}"));
    format!("{}: {step} {what}{attempt}{}", at.display_name, date(at.logical_date.as_ref()))
}

/// What it is about, in a few words.
pub(crate) fn trouble(what: Trouble) -> &'static str {
    match what {
        Trouble::DeadlineMissed => "deadline missed",
        Trouble::GivenUp => "given up at its deadline",
        Trouble::Expired => "a run of a parent has expired",
        Trouble::NoKey => "a run of a parent has no key",
        Trouble::ChainDropped => "start dropped",
        Trouble::InVain => "started in vain",
        Trouble::ParentGone => "a parent is gone",
    }
}

/// One line per fact.
pub(crate) fn text(message: &Message) -> String {
    facts(message)
        .into_iter()
        .chain(console(message).map(|console| ("Run", console.to_owned())))
        .map(|(label, value)| format!("{:<14}{value}\n", format!("{label}:")))
        .collect()
}

/// The page of the run that it is about.
pub(crate) fn console(message: &Message) -> Option<&str> {
    match message {
        Message::RunEnded(alert) => Some(&alert.console),
        Message::RunStarted(at) | Message::StepStarted(at) => Some(&at.console),
        Message::StepSucceeded(at) | Message::StepFailed(at) => Some(&at.console),
        Message::Notice(_) => None,
    }
}

/// What is known, in words; what is not has no line.
pub(crate) fn facts(message: &Message) -> Vec<(&'static str, String)> {
    let known = match message {
        Message::RunEnded(alert) => end(alert),
        Message::RunStarted(run) => way(run, "run started"),
        Message::StepStarted(at) => way(at, "started"),
        Message::StepSucceeded(at) => way(at, "succeeded"),
        Message::StepFailed(at) => way(at, "failed"),
        Message::Notice(notice) => told(notice),
    };
    known.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// What is known, with a label each.
type Facts = Vec<(&'static str, Option<String>)>;

fn end(alert: &Alert) -> Facts {
    let at = if alert.status == Status::Failed { "Failed at" } else { "Stopped at" };
    vec![
        ("Pipeline", Some(format!("{} (account {})", alert.display_name, alert.pipeline.account()))),
        ("Status", Some(alert.status.to_string())),
        ("Logical date", alert.logical_date.clone()),
        (at, alert.step.clone()),
        ("Error", alert.error.clone()),
        ("Cause", alert.cause.clone()),
        ("Started", Some(alert.started.clone())),
        ("Ended", Some(alert.ended.clone())),
        ("Duration", Some(duration(alert.seconds))),
    ]
}

fn way(at: &Progress, what: &str) -> Facts {
    vec![
        ("Pipeline", Some(format!("{} (account {})", at.display_name, at.pipeline.account()))),
        ("Logical date", at.logical_date.clone()),
        ("Step", at.step.clone()),
        ("Status", Some(what.to_owned())),
        ("Attempt", at.attempt.map(|attempt| attempt.to_string())),
        ("Error", at.error.clone()),
        ("Cause", at.cause.clone()),
        ("Time", Some(at.at.clone())),
        ("Duration", at.seconds.map(duration)),
    ]
}

fn told(notice: &Notice) -> Facts {
    vec![
        ("Pipeline", Some(format!("{} (account {})", notice.display_name, notice.pipeline.account()))),
        ("About", Some(trouble(notice.what).to_owned())),
        ("Logical date", notice.logical_date.clone()),
        ("What", Some(notice.text.clone())),
        ("Time", Some(notice.at.clone())),
    ]
}

/// What a person needs of an error's cause. A Lambda function's is JSON with a message in it.
pub(crate) fn cause(text: &str) -> Option<String> {
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

    fn progress(attempt: Option<u32>) -> Progress {
        Progress {
            v: 1,
            pipeline: "111111111111/listings".parse().unwrap(),
            display_name: "Listings".into(),
            logical_date: attempt.map(|_| "2026-11-23".to_owned()),
            step: Some("aggregate".into()),
            attempt,
            error: Some("E".into()),
            cause: Some("because".into()),
            at: "2026-11-23T03:12:12Z".into(),
            seconds: Some(4324),
            execution: "arn:e".into(),
            console: "https://console.example/run".into(),
        }
    }

    #[test]
    fn the_attempt_is_told_where_it_matters() {
        let subjects = [
            (Message::StepStarted(progress(Some(1))), "Listings: aggregate started (2026-11-23)"),
            (Message::StepStarted(progress(Some(2))), "Listings: aggregate started at attempt 2 (2026-11-23)"),
            (Message::StepSucceeded(progress(Some(1))), "Listings: aggregate succeeded (2026-11-23)"),
            (Message::StepFailed(progress(Some(1))), "Listings: aggregate FAILED at attempt 1 (2026-11-23)"),
            (Message::StepFailed(progress(None)), "Listings: aggregate FAILED"),
            (Message::RunStarted(progress(None)), "Listings started"),
        ];
        for (message, wanted) in subjects {
            assert_eq!(subject(&message), wanted);
        }
    }

    #[test]
    fn a_failed_step_tells_why_in_one_line_per_fact() {
        let wanted = "Pipeline:     Listings (account 111111111111)\nLogical date: 2026-11-23\nStep:         aggregate\n\
                      Status:       failed\nAttempt:      2\nError:        E\nCause:        because\nTime:         2026-11-23T03:12:12Z\n\
                      Duration:     1 h 12 min 4 s\nRun:          https://console.example/run\n";
        assert_eq!(text(&Message::StepFailed(progress(Some(2)))), wanted);
    }

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
