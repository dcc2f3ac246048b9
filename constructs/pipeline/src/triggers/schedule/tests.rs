//! Which schedules are taken and which refused.

use super::cron::{check, check_rate};

#[test]
fn cron_expressions_of_the_user_guide_are_taken() {
    for text in [
        "0 10 * * ? *",
        "15 12 * * ? *",
        "0 18 ? * MON-FRI *",
        "0 8 1 * ? *",
        "0/15 * * * ? *",
        "0/10 * ? * MON-FRI *",
        "0/30 20-2 ? * MON-FRI *",
        "0 9 ? * 2#1 *",
        "0 12 L * ? *",
        "0 12 15W * ? *",
        "0 9 ? * 6L 2026-2030",
        "0,30 8 ? JAN,MAR * 2026/2",
    ] {
        assert_eq!(check(text).as_deref(), Ok(text));
    }
}

#[test]
fn cron_expressions_that_eventbridge_refuses_are_refused() {
    for text in [
        "0 3 * * *",
        "75 3 * * ? *",
        "0 24 * * ? *",
        "0 3 * * * *",
        "0 3 ? * ? *",
        "0 3 32 * ? *",
        "0 3 * 13 ? *",
        "0 3 ? * 8 *",
        "0 3 ? * MON#6 *",
        "a 3 * * ? *",
        "0/0 3 * * ? *",
        "",
        "-1 3 * * ? *",
        "0 3 * * ? 1969",
    ] {
        assert!(check(text).is_err(), "{text}");
    }
}

#[test]
fn rates_agree_in_number() {
    assert_eq!(check_rate("1 hour").as_deref(), Ok("1 hour"));
    assert_eq!(check_rate("1 hours").as_deref(), Ok("1 hour"));
    assert_eq!(check_rate("15 minute").as_deref(), Ok("15 minutes"));
    for text in ["0 hours", "1 week", "hour", "1", "-1 day", "1.5 days", ""] {
        assert!(check_rate(text).is_err(), "{text}");
    }
}
