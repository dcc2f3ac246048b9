//! Instants, zones and texts → logical dates.

use super::*;

fn date(given: &str, zone: &str) -> String {
    match logical_date(Some(given), "2000-01-01T00:00:00Z", &zone.parse().unwrap()) {
        Ok(date) => date.to_string(),
        Err(error) => format!("! {error}"),
    }
}

#[test]
fn an_instant_has_the_date_of_its_zone() {
    for (instant, zone, expected) in [
        ("2026-11-23T03:00:00Z", "UTC", "2026-11-23"),
        ("2026-11-23T03:00:00Z", "America/Los_Angeles", "2026-11-22"),
        ("2026-11-23T03:00:00Z", "Pacific/Honolulu", "2026-11-22"),
        ("2026-11-22T22:30:00Z", "Europe/Berlin", "2026-11-22"),
        ("2026-11-22T23:30:00Z", "Europe/Berlin", "2026-11-23"),
        ("2026-11-22T18:30:00Z", "Asia/Kolkata", "2026-11-23"),
        ("2026-11-22T10:00:00Z", "Pacific/Kiritimati", "2026-11-23"),
        ("2026-11-23T03:00:00+14:00", "UTC", "2026-11-22"),
    ] {
        assert_eq!(date(instant, zone), expected, "{instant} in {zone}");
    }
}

#[test]
fn midnight_belongs_to_the_day_that_begins() {
    assert_eq!(date("2026-11-22T22:59:59.999Z", "Europe/Berlin"), "2026-11-22");
    assert_eq!(date("2026-11-22T23:00:00Z", "Europe/Berlin"), "2026-11-23");
    assert_eq!(date("2026-11-23T00:00:00Z", "UTC"), "2026-11-23");
}

#[test]
fn days_on_which_the_clock_moves_keep_their_date_all_day() {
    // Berlin, 29 March 2026: 02:00 becomes 03:00, the day has 23 hours (22:59:59Z is its last second minus one hour).
    for (instant, expected) in [
        ("2026-03-28T22:59:59Z", "2026-03-28"),
        ("2026-03-28T23:00:00Z", "2026-03-29"),
        ("2026-03-29T01:00:00Z", "2026-03-29"),
        ("2026-03-29T21:59:59Z", "2026-03-29"),
        ("2026-03-29T22:00:00Z", "2026-03-30"),
    ] {
        assert_eq!(date(instant, "Europe/Berlin"), expected, "{instant}");
    }
    // Berlin, 25 October 2026: 03:00 becomes 02:00 again, the day has 25 hours.
    for (instant, expected) in [
        ("2026-10-24T22:00:00Z", "2026-10-25"),
        ("2026-10-25T00:30:00Z", "2026-10-25"),
        ("2026-10-25T01:30:00Z", "2026-10-25"),
        ("2026-10-25T22:59:59Z", "2026-10-25"),
        ("2026-10-25T23:00:00Z", "2026-10-26"),
    ] {
        assert_eq!(date(instant, "Europe/Berlin"), expected, "{instant}");
    }
    // Cairo, 24 April 2026: midnight itself is skipped, the day begins at 01:00.
    assert_eq!(date("2026-04-23T21:59:59Z", "Africa/Cairo"), "2026-04-23");
    assert_eq!(date("2026-04-23T22:00:00Z", "Africa/Cairo"), "2026-04-24");
}

#[test]
fn a_date_that_was_handed_down_stands_in_every_zone() {
    for zone in ["UTC", "Pacific/Kiritimati", "Pacific/Honolulu"] {
        assert_eq!(date("2026-11-22", zone), "2026-11-22");
    }
    assert_eq!(date("2028-02-29", "UTC"), "2028-02-29");
}

#[test]
fn a_start_by_hand_has_the_date_of_its_start() {
    let zone = "Asia/Tokyo".parse().unwrap();
    let date = logical_date(None, "2026-11-22T15:00:00.123Z", &zone).unwrap();
    assert_eq!(date.to_string(), "2026-11-23");
}

#[test]
fn what_is_neither_date_nor_instant_is_refused() {
    for text in [
        "",
        "today",
        "2026-11-23T03:00:00",
        "20261123",
        "2026-02-29",
        "2026-13-01",
        "2026-11-23T25:00:00Z",
        "२०२६-११-२३",
    ] {
        assert!(date(text, "UTC").starts_with("! expected a date"), "{text}: {}", date(text, "UTC"));
    }
    let long = format!("2026-11-23T03:00:00Z{}", " ".repeat(1_000_000));
    assert!(date(&long, "UTC").len() < 200);
}

#[test]
fn dates_outside_the_calendar_are_refused_and_do_not_panic() {
    for text in ["1969-12-31", "0000-01-01", "1969-12-31T23:59:59Z", "-000001-01-01T00:00:00Z"] {
        assert!(date(text, "UTC").contains("outside the years"), "{text}: {}", date(text, "UTC"));
    }
    assert!(date("9999-12-31T23:59:59Z", "Pacific/Kiritimati").starts_with('!'));
    let last: LogicalDate = "9999-12-31".parse().unwrap();
    assert!(last.plus_days(1).is_err() && last.plus_days(i32::MAX).is_err());
    assert!(last.plus_days(i32::MIN).is_err());
}

#[test]
fn offsets_count_calendar_days() {
    let date: LogicalDate = "2028-03-01".parse().unwrap();
    assert_eq!(date.plus_days(-1).unwrap().to_string(), "2028-02-29");
    assert_eq!(date.plus_days(0).unwrap(), date);
}

#[test]
fn an_unknown_zone_is_named() {
    let error = "Europe/Berln".parse::<Zone>().unwrap_err().to_string();
    assert!(error.contains("`Europe/Berln`"), "{error}");
    assert!("".parse::<Zone>().is_err() && "../etc/passwd".parse::<Zone>().is_err());
}

#[test]
fn a_local_time_on_a_date_is_one_instant() {
    let berlin = "Europe/Berlin".parse().unwrap();
    let instant = |date: &str, hour, minute| {
        date.parse::<LogicalDate>().unwrap().at(LocalTime::new(hour, minute).unwrap(), &berlin).unwrap()
    };
    let at = |text: &str| u64::try_from(read_instant(text).unwrap().as_millisecond()).unwrap();
    assert_eq!(instant("2026-11-23", 7, 0), at("2026-11-23T06:00:00Z"));
    // 02:30 is skipped on 29 March 2026 and stands twice on 25 October 2026.
    assert_eq!(instant("2026-03-29", 2, 30), at("2026-03-29T01:30:00Z"));
    assert_eq!(instant("2026-10-25", 2, 30), at("2026-10-25T00:30:00Z"));
    let back = LogicalDate::of_millis(at("2026-11-22T23:30:00Z"), &berlin).unwrap();
    assert_eq!(back.to_string(), "2026-11-23");
    assert!(LogicalDate::of_millis(u64::MAX, &berlin).is_err());
}
