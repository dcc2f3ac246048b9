//! `from`, `until` and `days` of the file, and those of the command line over them → the simulated span.

use pipesynth_diag::{Diagnostic, Place, codes as common, quoted};
use pipesynth_pipeline::Lower;

use super::parts::read_time;
use super::spec::ScenarioFile;
use super::when::Clock;
use crate::simulate::codes;

/// Most days of a simulation: ten years.
pub const MAX_DAYS: i32 = 3_653;

/// What the command line says over the file.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// `--from`
    pub from: Option<String>,
    /// `--until`
    pub until: Option<String>,
    /// `--days`
    pub days: Option<i32>,
    /// `--seed`
    pub seed: Option<u64>,
}

impl Chosen {
    /// Whether it says anything of the span.
    pub fn is_span(&self) -> bool {
        self.from.is_some() || self.until.is_some() || self.days.is_some()
    }
}

/// Begin and end in milliseconds since 1970; `None` only after an error was reported in the file.
///
/// # Errors
/// What is wrong with what the command line chose, in one line.
pub(super) fn of(
    file: Option<&ScenarioFile>,
    chosen: &Chosen,
    now: u64,
    clock: &Clock,
    cx: &mut Lower<'_>,
) -> Result<Option<(u64, u64)>, String> {
    let written = Written::read(file, clock, cx);
    let on_clock = |option: &str, text: &str| {
        clock.instant(text).map_err(|fault| format!("`{option} {text}` cannot be used: {fault}"))
    };
    let from = match (&chosen.from, written.from) {
        (Some(text), _) => on_clock("--from", text)?,
        (None, Some(None)) => return Ok(None),
        (None, Some(Some(from))) => from,
        // A `from` that is not there may be one of the file's mistakes: nothing is held against today then.
        (None, None) if cx.sink.has_errors() => return Ok(None),
        (None, None) => clock.midnight_before(now).unwrap_or(now),
    };
    let after = |days: i32| clock.days_after(from, days).unwrap_or(u64::MAX);
    let (until, place) = match (&chosen.until, chosen.days) {
        (Some(text), _) => (on_clock("--until", text)?, None),
        (None, Some(days)) => (after(days), None),
        (None, None) => match written.end {
            End::Faulty => return Ok(None),
            End::Unwritten => (after(1), None),
            End::Until(until, place) => (until, Some(place)),
            End::Days(days, place) => (after(days), Some(place)),
        },
    };
    let (fault, help) = if until <= from {
        let fault = format!("the end {} is not after the begin {}", clock.shown(until), clock.shown(from));
        (fault, "the end itself is not included: write the day after the last one, or `days: 1`")
    } else if until > after(MAX_DAYS) {
        ("a simulation goes over at most ten years".to_owned(), "choose an earlier end")
    } else {
        return Ok(Some((from, until)));
    };
    match place.filter(|_| chosen.from.is_none()) {
        None => Err(fault),
        Some(place) => {
            cx.error_help(codes::BAD_SPAN, place, fault, help);
            Ok(None)
        }
    }
}

/// What the file says of the span.
struct Written {
    /// `Some(None)` where it cannot be read.
    from: Option<Option<u64>>,
    end: End,
}

enum End {
    Unwritten,
    Faulty,
    Until(u64, Place),
    Days(i32, Place),
}

impl Written {
    fn read(file: Option<&ScenarioFile>, clock: &Clock, cx: &mut Lower<'_>) -> Self {
        let from = file.and_then(|file| file.from.as_ref()).map(|text| read_time(text, clock, cx.sink));
        let (until, days) = (file.and_then(|file| file.until.as_ref()), file.and_then(|file| file.days.as_ref()));
        if let (Some(until), Some(days)) = (until, days) {
            let found =
                Diagnostic::error(common::ONE_OF, days.place, "`days` and `until` cannot stand together in a scenario")
                    .related(until.place, format!("the end is {} here", quoted(until)))
                    .help("keep one of them");
            cx.sink.push(found);
        }
        let end = match (until, days) {
            (Some(text), _) => {
                read_time(text, clock, cx.sink).map_or(End::Faulty, |until| End::Until(until, text.place))
            }
            (None, Some(days)) => match i32::try_from(days.value).ok().filter(|days| (1..=MAX_DAYS).contains(days)) {
                Some(number) => End::Days(number, days.place),
                None => {
                    let message = format!("`days` must be 1 to {MAX_DAYS}, got {}", days.value);
                    cx.error(common::OUT_OF_RANGE, days.place, message);
                    End::Faulty
                }
            },
            (None, None) => End::Unwritten,
        };
        Self { from, end }
    }
}
