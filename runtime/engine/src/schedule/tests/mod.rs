//! Tests of schedules. What they share: instants as text.

mod calendar;
mod daylight;
mod refused;
mod walk;

use super::{Schedule, instant};

fn at(text: &str) -> u64 {
    instant(text).unwrap()
}

/// The first starts after an instant, as the zone's clock shows them.
fn starts(schedule: &Schedule, after: &str, number: usize) -> Vec<String> {
    schedule.after(at(after)).take(number).map(|instant| schedule.local(instant).unwrap()).collect()
}

/// The first starts of an expression after an instant.
#[track_caller]
fn first(expression: &str, zone: &str, after: &str, number: usize) -> Vec<String> {
    starts(&Schedule::parse(expression, zone).unwrap(), after, number)
}

/// Dates and hours of the first starts in UTC, without the year: `11-24 03:00`.
#[track_caller]
fn short(expression: &str, after: &str, number: usize) -> Vec<String> {
    first(expression, "UTC", after, number).iter().map(|text| text[5..16].replace('T', " ")).collect()
}
