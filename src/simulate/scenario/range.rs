//! Durations, counts and dates, alone or from one to another → pairs of numbers.

use pipesynth_engine::{LogicalDate, TimeError};
use pipesynth_pipeline::duration;

/// Why a text is no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It does not follow the grammar.
    Malformed,
    /// The end is before the begin.
    Backwards,
    /// A date before 1970.
    Early,
}

/// `30m` or `30m..50m` → milliseconds, from and to.
pub(super) fn durations(text: &str) -> Result<(u64, u64), Fault> {
    let one = |text: &str| duration::seconds(text)?.checked_mul(1_000);
    pair(text, one)
}

/// `2`, `0..2`, or `1..` without an end.
pub(super) fn counts(text: &str) -> Result<(u64, u64), Fault> {
    let one = |text: &str| match text.bytes().all(|b| b.is_ascii_digit()) {
        true => text.parse().ok(),
        false => None,
    };
    match text.strip_suffix("..") {
        Some(least) => one(least.trim()).map(|least| (least, u64::MAX)).ok_or(Fault::Malformed),
        None => pair(text, one),
    }
}

/// `2026-11-23` or `2026-11-01..2026-11-05`, both included.
pub(super) fn dates(text: &str) -> Result<(LogicalDate, LogicalDate), Fault> {
    let early = |text: &str| matches!(text.trim().parse::<LogicalDate>(), Err(TimeError::Range(_)));
    match pair(text, |text| text.parse().ok()) {
        Err(Fault::Malformed) if text.split("..").any(early) => Err(Fault::Early),
        read => read,
    }
}

fn pair<T: PartialOrd + Copy>(text: &str, one: impl Fn(&str) -> Option<T>) -> Result<(T, T), Fault> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let both = one(first.trim()).zip(one(last.trim())).ok_or(Fault::Malformed)?;
    if both.1 < both.0 { Err(Fault::Backwards) } else { Ok(both) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_a_range_of_its_own() {
        assert_eq!(durations("45s"), Ok((45_000, 45_000)));
        assert_eq!(counts("0"), Ok((0, 0)));
        let date = "2026-11-23".parse().unwrap();
        assert_eq!(dates("2026-11-23"), Ok((date, date)));
    }

    #[test]
    fn both_ends_count_and_may_have_spaces_between_them() {
        assert_eq!(durations("30m..1h"), Ok((1_800_000, 3_600_000)));
        assert_eq!(counts("1 .. 3"), Ok((1, 3)));
        assert_eq!(counts("2.."), Ok((2, u64::MAX)));
        let [first, last] = ["2026-02-28", "2026-03-01"].map(|date| date.parse().unwrap());
        assert_eq!(dates("2026-02-28..2026-03-01"), Ok((first, last)));
    }

    #[test]
    fn other_texts_are_no_ranges() {
        for text in ["", "..", "30m..", "..30m", "30", "30m...40m", "30m-40m", "99999999999999999d", "30m..40m..50m"] {
            assert_eq!(durations(text), Err(Fault::Malformed), "{text}");
        }
        for text in ["", "..", "-1", "1.5", "+1", "..2", "99999999999999999999999"] {
            assert_eq!(counts(text), Err(Fault::Malformed), "{text}");
        }
        for text in ["2026-02-30", "2026-11-23..", "2026-11-23T00:00"] {
            assert_eq!(dates(text), Err(Fault::Malformed), "{text}");
        }
        assert_eq!(dates("1969-12-31..2026-11-23"), Err(Fault::Early));
        assert_eq!(durations("50m..30m"), Err(Fault::Backwards));
        assert_eq!(counts("2..1"), Err(Fault::Backwards));
    }
}
