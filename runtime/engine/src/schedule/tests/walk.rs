//! The arithmetic against a walk over every minute, with a second reading of each field that knows nothing of sets.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::at;
use crate::schedule::Schedule;

/// Zones and instants a day before their clocks change, and a quiet one.
const PLACES: [(&str, &str); 8] = [
    ("Europe/Berlin", "2027-03-27T00:00:00Z"),
    ("Europe/Berlin", "2026-10-24T00:00:00Z"),
    ("America/New_York", "2026-03-07T00:00:00Z"),
    ("America/New_York", "2026-10-31T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T00:00:00Z"),
    ("Australia/Lord_Howe", "2027-04-03T00:00:00Z"),
    ("Pacific/Apia", "2011-12-29T00:00:00Z"),
    ("UTC", "2028-02-28T00:00:00Z"),
];

/// One member of a list.
#[derive(Debug, Clone)]
enum Part {
    All(Option<i16>),
    One(i16, Option<i16>),
    Range(i16, i16, Option<i16>),
}

impl Part {
    fn text(&self) -> String {
        let (text, step) = match self {
            Part::All(step) => ("*".to_owned(), step),
            Part::One(value, step) => (value.to_string(), step),
            Part::Range(first, last, step) => (format!("{first}-{last}"), step),
        };
        step.map_or(text.clone(), |step| format!("{text}/{step}"))
    }

    /// Counts up from the first value, over the end where the range does.
    fn means(&self, value: i16, low: i16, high: i16) -> bool {
        let (first, last, step) = match *self {
            Part::All(step) => (low, high, step),
            Part::One(value, None) => (value, value, None),
            Part::One(value, step) => (value, high, step),
            Part::Range(first, last, step) => (first, last, step),
        };
        let (mut now, mut far) = (first, 0);
        loop {
            if now == value && far % step.unwrap_or(1) == 0 {
                return true;
            }
            if now == last {
                return false;
            }
            (now, far) = (if now == high { low } else { now + 1 }, far + 1);
        }
    }
}

fn parts(low: i16, high: i16) -> impl Strategy<Value = Vec<Part>> {
    let step = || proptest::option::of(1..=high);
    let part = prop_oneof![
        2 => step().prop_map(Part::All),
        3 => (low..=high, step()).prop_map(|(value, step)| Part::One(value, step)),
        3 => (low..=high, low..=high, step()).prop_map(|(first, last, step)| Part::Range(first, last, step)),
    ];
    proptest::collection::vec(part, 1..4)
}

/// The same without steps, which a day of the week does not take.
fn days_of_week() -> impl Strategy<Value = Vec<Part>> {
    let part = prop_oneof![
        Just(Part::All(None)),
        (1..=7_i16).prop_map(|value| Part::One(value, None)),
        (1..=7_i16, 1..=7_i16).prop_map(|(first, last)| Part::Range(first, last, None)),
    ];
    proptest::collection::vec(part, 1..4)
}

fn text(parts: &[Part]) -> String {
    parts.iter().map(Part::text).collect::<Vec<_>>().join(",")
}

fn mean(parts: &[Part], value: i16, low: i16, high: i16) -> bool {
    parts.iter().any(|part| part.means(value, low, high))
}

/// Every minute of three days whose local time is meant and is shown for the first time.
fn walked(zone: &TimeZone, from: u64, meant: impl Fn(DateTime) -> bool) -> Vec<u64> {
    let (mut shown, mut found) = (BTreeSet::new(), Vec::new());
    // A day before, so that the first pass of a repeated hour is seen.
    for minute in 0..4 * 1440 {
        let instant = from - 1440 * 60_000 + minute * 60_000;
        let local = zone.to_datetime(Timestamp::from_millisecond(instant.cast_signed()).unwrap());
        if shown.insert(local) && instant > from && meant(local) {
            found.push(instant);
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 200 } else { 5_000 }))]

    #[test]
    fn every_start_is_a_minute_that_the_clock_shows_first(
        minutes in parts(0, 59),
        hours in parts(0, 23),
        days in parts(1, 31),
        place in 0..PLACES.len(),
        late in 0..1440_u64,
    ) {
        let (zone, begin) = PLACES[place];
        let from = at(begin) + late * 60_000;
        let expression = format!("cron({} {} {} * ? *)", text(&minutes), text(&hours), text(&days));
        let schedule = Schedule::parse(&expression, zone).unwrap();
        let end = from + 3 * 1440 * 60_000;
        let found: Vec<u64> = schedule.after(from).take_while(|instant| *instant < end).collect();
        let expected = walked(&TimeZone::get(zone).unwrap(), from, |local| {
            mean(&minutes, local.minute().into(), 0, 59)
                && mean(&hours, local.hour().into(), 0, 23)
                && mean(&days, local.day().into(), 1, 31)
        });
        prop_assert_eq!(found, expected, "{} in {} after {}", expression, zone, from);
    }

    #[test]
    fn starts_only_go_up(
        minutes in parts(0, 59),
        hours in parts(0, 23),
        days in days_of_week(),
        place in 0..PLACES.len(),
        late in 0..3 * 86_400_000_u64,
    ) {
        let (zone, begin) = PLACES[place];
        let expression = format!("cron({} {} ? * {} *)", text(&minutes), text(&hours), text(&days));
        let schedule = Schedule::parse(&expression, zone).unwrap();
        let mut last = at(begin) + late;
        for next in schedule.after(last).take(200) {
            prop_assert!(next > last, "{} in {}", expression, zone);
            // Nothing lies between: asked just before it, it is the answer again.
            prop_assert_eq!(schedule.next_after(next - 1), Some(next));
            prop_assert_eq!(schedule.next_after(last + (next - last) / 2), Some(next));
            last = next;
        }
    }

    #[test]
    fn special_days_are_those_of_the_calendar(year in 1970_i16..2199, month in 1_i8..=12, day in 1_i8..=31, of_week in 1_i8..=7, nth in 1_i8..=5) {
        let first = Date::new(year, month, 1).unwrap();
        let all: Vec<Date> = (1..=first.days_in_month()).map(|day| first.with().day(day).build().unwrap()).collect();
        let weekday = |date: &&Date| !matches!(date.weekday().to_sunday_one_offset(), 1 | 7);
        let like = |date: &&Date| date.weekday().to_sunday_one_offset() == of_week;
        let nearest = all.iter().filter(weekday).min_by_key(|date| (date.day() - day).abs()).filter(|_| day <= first.days_in_month());
        for (fields, expected) in [
            (format!("L {month} ?"), all.last()),
            (format!("LW {month} ?"), all.iter().rfind(weekday)),
            (format!("{day}W {month} ?"), nearest),
            (format!("? {month} {of_week}L"), all.iter().rfind(like)),
            (format!("? {month} {of_week}#{nth}"), all.iter().filter(like).nth(usize::from(nth.unsigned_abs()) - 1)),
        ] {
            let schedule = Schedule::parse(&format!("cron(0 0 {fields} {year})"), "UTC").unwrap();
            let found: Vec<String> = schedule.after(0).map(|instant| schedule.local(instant).unwrap()[..10].to_owned()).collect();
            // 1970-01-01T00:00Z itself is not after 0.
            let expected: Vec<String> = expected.map(ToString::to_string).into_iter().filter(|date| date != "1970-01-01").collect();
            prop_assert_eq!(found, expected, "{}", fields);
        }
    }
}
