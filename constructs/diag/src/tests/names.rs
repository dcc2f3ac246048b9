//! Proposals, and literals in messages.

use proptest::prelude::*;

use crate::{nearest, quoted};

const KEYS: &[&str] = &[
    "name",
    "account",
    "schedule",
    "flexibleWindow",
    "dependsOn",
    "arguments",
    "timeout",
    "emr-serverless",
    "cron",
    "at",
];

#[test]
fn the_meant_name_is_found() {
    for (given, meant) in [
        ("nmae", "name"),
        ("Name", "name"),
        ("naem", "name"),
        ("shedule", "schedule"),
        ("scheduled", "schedule"),
        ("flexible_window", "flexibleWindow"),
        ("flexible-window", "flexibleWindow"),
        ("depends_on", "dependsOn"),
        ("dependson", "dependsOn"),
        ("argumnets", "arguments"),
        ("args", "arguments"),
        ("emrServerless", "emr-serverless"),
        ("timeot", "timeout"),
        ("crom", "cron"),
    ] {
        assert_eq!(nearest(given, KEYS.iter().copied()), Some(meant), "{given}");
    }
}

#[test]
fn nothing_is_proposed_for_what_is_like_nothing() {
    for given in ["", "zzz", "x", "bucket", "memory", &"name".repeat(20)] {
        assert_eq!(nearest(given, KEYS.iter().copied()), None, "{given}");
    }
    assert_eq!(nearest("name", ["name"]), None);
}

#[test]
fn of_two_near_names_the_nearer_wins() {
    assert_eq!(nearest("hours", ["house", "hour"]), Some("hour"));
    assert_eq!(nearest("start-at", ["startsAt", "start_at"]), Some("start_at"));
}

#[test]
fn literals_stay_on_one_line_and_short() {
    assert_eq!(quoted("a b"), "`a b`");
    assert_eq!(quoted("a\nb\u{1b}["), "`a\\nb\\u{1b}[`");
    assert_eq!(quoted(&"é".repeat(60)), format!("`{}`", "é".repeat(60)));
    assert_eq!(quoted(&"é".repeat(61)), format!("`{}…`", "é".repeat(60)));
}

proptest! {
    #[test]
    fn a_proposal_is_one_of_the_allowed_names(given in "\\PC{0,80}") {
        if let Some(name) = nearest(&given, KEYS.iter().copied()) {
            prop_assert!(KEYS.contains(&name) && name != given);
        }
    }
}
