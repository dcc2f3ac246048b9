//! What EventBridge would not take.

use crate::schedule::Schedule;

fn refused(expression: &str) -> String {
    Schedule::parse(expression, "UTC").expect_err(expression).to_string()
}

#[test]
fn every_field_that_is_wrong_is_told() {
    let error = Schedule::parse("cron(60 24 0 13 ? 2200)", "Mars/Phobos").unwrap_err();
    assert_eq!(
        error.faults(),
        [
            "`60` is not a value of minutes; allowed: 0 to 59",
            "`24` is not a value of hours; allowed: 0 to 23",
            "`0` is not a value of day of month; allowed: 1 to 31",
            "`13` is not a value of month; allowed: 1 to 12 or JAN to DEC",
            "`2200` is not a value of year; allowed: 1970 to 2199",
            "unknown time zone `Mars/Phobos`; expected a name such as `Europe/Berlin` or `UTC`",
        ]
    );
}

#[test]
fn one_day_field_says_the_day() {
    assert!(refused("cron(0 0 * * * *)").contains("must be `?`"));
    assert!(refused("cron(0 0 ? * ? *)").contains("both `?`"));
}

#[test]
fn forms_that_do_not_exist() {
    for fields in [
        "0 0 * * ?",
        "0 0 * * ? * *",
        "? 0 * * ? *",
        "L 0 * * ? *",
        "-1 0 * * ? *",
        "+1 0 * * ? *",
        "1- 0 * * ? *",
        ", 0 * * ? *",
        "1-2-3 0 * * ? *",
        "*/0 0 * * ? *",
        "*/60 0 * * ? *",
        "0/ 0 * * ? *",
        "1/2/3 0 * * ? *",
        "0 0 L/2 * ? *",
        "0 0 L-3 * ? *",
        "0 0 W * ? *",
        "0 0 32W * ? *",
        "0 0 ?,1 * ? *",
        "0 0 ? * 8 *",
        "0 0 ? * 0 *",
        "0 0 ? * MON#6 *",
        "0 0 ? * MON# *",
        "0 0 ? * #1 *",
        "0 0 ? * 3#1,6#3 *",
        "0 0 ? * MONDAY *",
        "0 0 ? * *L *",
        "0 0 ? * 2-6/2 *",
        "0 0 ? * */2 *",
        "0 0 * * ? 2030-2026",
        "99999999999 0 * * ? *",
        "٣ 0 * * ? *",
    ] {
        refused(&format!("cron({fields})"));
    }
    for other in [
        "",
        "cron",
        "cron()",
        "cron(0 0 * * ? *",
        "rate()",
        "rate(0 days)",
        "rate(1 days)",
        "rate(2 day)",
        "rate(2 weeks)",
        "rate(-1 days)",
        "rate( days)",
        "rate(4294967296 days)",
        "at()",
        "at(2026-12-01)",
        "at(2026-12-01T03:00:00Z)",
        "at(2026-12-01T03:00:00+01:00)",
        "at(2026-02-30T03:00:00)",
        "0 3 * * ? *",
    ] {
        refused(other);
    }
}

#[test]
fn a_long_expression_is_refused_by_its_length() {
    let long = format!("cron({} 0 * * ? *)", "1,".repeat(1_000_000));
    assert_eq!(refused(&long), "an expression has at most 256 characters, got 2000016");
    assert!(refused(&"x".repeat(256)).len() < 200);
}

mod any_text {
    use proptest::prelude::*;

    use crate::schedule::Schedule;

    proptest! {
        #[test]
        fn never_panics(text in "(cron|rate|at)\\([-0-9*?/,LW#A-Z ]{0,30}\\)|\\PC{0,40}", instant in any::<u64>()) {
            if let Ok(schedule) = Schedule::parse(&text, "Europe/Berlin") {
                prop_assert!(schedule.next_after(instant).is_none_or(|next| next > instant));
            }
        }
    }
}
