//! Which expressions are taken, what they mean, and where a fault is seen.

use super::{Cron, Days, Expression, Fault, Rate};

fn cron(fields: &str) -> Cron {
    Cron::parse(fields).unwrap_or_else(|faults| panic!("{fields}: {faults:?}"))
}

/// Message and the text at its place.
fn faults(text: &str) -> Vec<(String, String)> {
    let faults = Expression::parse(text).expect_err(text);
    assert!(!faults.is_empty());
    faults.into_iter().map(|Fault { message, range }| (message, text[range].to_owned())).collect()
}

#[test]
fn expressions_of_the_user_guides_are_taken() {
    for fields in [
        "0 10 * * ? *",
        "15 12 * * ? *",
        "0 18 ? * MON-FRI *",
        "0 8 1 * ? *",
        "0/15 * * * ? *",
        "0/10 * ? * MON-FRI *",
        "0/5 8-17 ? * MON-FRI *",
        "0/30 20-2 ? * MON-FRI *",
        "0 9 ? * 2#1 *",
        "0 12 L * ? *",
        "0 12 3W * ? *",
        "15 10 ? * 6L 2022-2023",
        "0,30 8 ? JAN,MAR * 2026/2",
        "0 10 * * ?   *",
    ] {
        cron(fields);
    }
    for text in ["rate(1 hour)", "rate(5 minutes)", "rate(15 days)", "at(2022-11-20T13:00:00)", " rate(1 day) "] {
        assert!(Expression::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn every_field_that_is_wrong_is_shown_at_its_place() {
    let found = faults("cron(0,60 24 0 13 ? 2200)");
    let places: Vec<&str> = found.iter().map(|(_, place)| place.as_str()).collect();
    assert_eq!(places, ["60", "24", "0", "13", "2200"]);
    assert_eq!(found[0].0, "`60` is not a value of minutes; allowed: 0 to 59");
    assert_eq!(found[3].0, "`13` is not a value of month; allowed: 1 to 12 or JAN to DEC");
}

#[test]
fn a_fault_in_a_list_is_shown_at_its_member() {
    for (text, place) in [
        ("cron(0 3 ? * MON,TUE,MONDAY *)", "MONDAY"),
        ("cron(0 3 ? * 3#1,6#3 *)", "3#1,6#3"),
        ("cron(0 3 * * ? 2026,2030-2026)", "2030-2026"),
        ("cron(0 3 L/2 * ? *)", "L/2"),
        ("cron(0 3 ? * MON-FRI/2 *)", "MON-FRI/2"),
        ("cron(0 3 1 * MON *)", "MON"),
        ("cron(0 3 ? * MON#6 *)", "MON#6"),
        ("cron(0 3 * * *)", "0 3 * * *"),
        ("rate(1 hours)", "hours"),
        ("rate(2 week)", "2 week"),
        ("at(2026-02-30T03:00:00)", "2026-02-30T03:00:00"),
        ("  daily", "  daily"),
        ("cron(0 3, * * ? *)", ""),
        ("cron(\t0\u{a0}3,x\n* * ?  * )", "x"),
        ("cron(٣ 3 * * ? *)", "٣"),
    ] {
        let found = faults(text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].1, place, "{found:?}");
    }
}

#[test]
fn words_count_from_the_beginning_of_their_field() {
    assert_eq!(cron("0 3 ? jan,DEC * *"), cron("0 3 ? 1,12 * *"));
    assert_eq!(cron("0 3 ? * SUN,sat *"), cron("0 3 ? * 1,7 *"));
}

#[test]
fn a_range_over_the_end_comes_back_to_the_beginning() {
    assert_eq!(cron("0 22-1 * * ? *").hours, cron("0 0,1,22,23 * * ? *").hours);
    assert_eq!(cron("0 20-2/3 * * ? *").hours, cron("0 20,23,2 * * ? *").hours);
    assert_eq!(cron("0 3 * * ? *").hours.len(), 1);
    assert_eq!(cron("50/5 0 * * ? *").minutes, cron("50,55 0 * * ? *").minutes);
}

#[test]
fn the_last_day_of_the_week_is_saturday() {
    let Days::OfWeek { plain, last, nth: None } = cron("0 3 ? * L,2L *").days else { panic!() };
    assert!(plain.contains(7) && plain.len() == 1);
    assert!(last.contains(2) && last.len() == 1 && !last.is_empty());
}

#[test]
fn a_rate_is_a_distance_in_seconds() {
    assert_eq!(Rate::parse("90 minutes").unwrap().seconds(), 5_400);
    assert_eq!(Rate::parse("1 day").unwrap().seconds(), 86_400);
    for text in ["0 hours", "1 week", "hour", "1", "-1 day", "1.5 days", "", " ", "4294967296 days", "2 day", "2 dayss"]
    {
        assert!(Rate::parse(text).is_err(), "{text}");
    }
}

#[test]
fn one_time_is_a_time_of_the_calendar() {
    for (text, good) in [
        ("at(2028-02-29T00:00:00)", true),
        ("at(2100-02-29T00:00:00)", false),
        ("at(2000-02-29T23:59:59)", true),
        ("at(2026-04-31T00:00:00)", false),
        ("at(2026-13-01T00:00:00)", false),
        ("at(2026-00-01T00:00:00)", false),
        ("at(2026-12-01T24:00:00)", false),
        ("at(2026-12-01T03:00:60)", false),
        ("at(2026-12-01 03:00:00)", false),
        ("at(2026-12-01T03:00:00Z)", false),
        ("at(2026-12-01)", false),
        ("at(+026-12-01T03:00:00)", false),
    ] {
        assert_eq!(Expression::parse(text).is_ok(), good, "{text}");
    }
}

#[test]
fn a_long_text_is_refused_by_its_length() {
    let long = format!("cron({} 0 * * ? *)", "1,".repeat(1_000_000));
    assert_eq!(faults(&long)[0].0, "an expression has at most 256 characters, got 2000016");
    assert!(faults(&"x".repeat(256))[0].0.len() < 200);
}
