//! What a year of starts costs: `cargo run --release -p pipesynth-engine --example schedule_cost`.

#![allow(clippy::unwrap_used, reason = "a measurement may stop at the first surprise")]
#![allow(clippy::print_stdout, reason = "the numbers are its output")]
#![allow(clippy::disallowed_methods, reason = "it is about time")]

use std::hint::black_box;
use std::time::Instant;

use pipesynth_engine::schedule::{Schedule, instant};

fn main() {
    for (expression, zone, number) in [
        ("cron(0 3 * * ? *)", "UTC", 365),
        ("cron(0 3 * * ? *)", "Europe/Berlin", 365),
        ("cron(0 6 ? * MON-FRI *)", "America/New_York", 261),
        ("cron(0 0 LW * ? *)", "Europe/Berlin", 12),
        ("cron(0/15 * * * ? *)", "Europe/Berlin", 365 * 96 - 4),
    ] {
        let schedule = Schedule::parse(expression, zone).unwrap();
        let (from, to) = (instant("2026-01-01T00:00:00Z").unwrap() - 1, instant("2026-12-31T23:59:59Z").unwrap());
        let year = || {
            let begun = Instant::now();
            let starts = black_box(&schedule).after(from).take_while(|at| *at <= to).count();
            (begun.elapsed(), starts)
        };
        let (best, starts) = (0..20).map(|_| year()).min().unwrap();
        println!("{expression} in {zone}: {starts} starts of a year in {best:?}");
        assert!(starts.abs_diff(number) <= 1, "{starts}");
    }
}
