//! A schedule expression, a zone and an instant → faults inside the text, or starts that go forward.

use pipesynth_contract::schedule::Expression;
use pipesynth_engine::schedule::Schedule;

pub fn run(text: &str) {
    let mut lines = text.lines();
    let mut line = || lines.next().unwrap_or_default();
    let (expression, zone, from) = (line(), line(), line());
    let from = from.parse().unwrap_or(1_795_000_000_000_u64);
    match Expression::parse(expression) {
        Err(faults) => {
            assert!(!faults.is_empty());
            for fault in faults {
                assert!(expression.get(fault.range.clone()).is_some(), "{fault:?}");
            }
        }
        Ok(_) => {
            let Ok(schedule) = Schedule::parse(expression, zone) else { return };
            let mut last = from;
            for start in schedule.after(from).take(5) {
                assert!(start > last, "{start} after {last}");
                last = start;
                schedule.local(start);
            }
        }
    }
}
