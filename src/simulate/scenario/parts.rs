//! The parts that entries of a scenario share: pipelines, accounts, dates, times, durations, counts.

use pipesynth_contract::{PipelineId, check_account};
use pipesynth_diag::{Diagnostic, Place, Spanned, Text, codes as common, quoted};
use pipesynth_engine::{LogicalDate, TimeError};
use pipesynth_pipeline::duration;
use pipesynth_simulator::scenario::Runs;

use super::lower::{Lowering, MAX_BACKFILLED};
use super::{range, when};
use crate::simulate::codes;

/// Most copies of one event.
const MAX_TIMES: i64 = 100;
/// Longest duration in seconds: a year, as long as an execution of Step Functions may take (service quotas, "Maximum execution time").
const MAX_SECONDS: u64 = 365 * 86_400;
/// Milliseconds; one of 23 or 25 hours is nearest to one of these as well.
const DAY: u64 = 86_400_000;

impl Lowering<'_, '_> {
    /// Which runs an entry is about.
    pub fn runs(
        &mut self,
        pipeline: Option<&Spanned<String>>,
        dates: Option<&Spanned<String>>,
        attempt: Option<&Spanned<i64>>,
    ) -> Option<Runs> {
        let pipeline = pipeline.map(|pipeline| self.pipeline(pipeline));
        let dates = dates.map(|dates| self.dates(dates));
        let attempt = attempt.map(|attempt| self.number(attempt, "`attempt`", 1, 9_999));
        let attempt = attempt.map(|attempt| u32::try_from(attempt?).ok());
        Some(Runs { pipeline: flat(pipeline)?, dates: flat(dates)?, attempt: flat(attempt)? })
    }

    /// A pipeline by its name in any case, or by `account/name`.
    pub fn pipeline(&mut self, text: &Spanned<String>) -> Option<PipelineId> {
        let (account, name) = match text.split_once('/') {
            None => (None, text.as_str()),
            Some((account, name)) => {
                let account = Spanned::new(Text(account.to_owned()), text.place);
                (Some(self.lower.account(&account)?.id), name)
            }
        };
        let known = self.names.of(name);
        let mut of_account = known.iter().filter(|known| account.as_deref().is_none_or(|id| id == known.account));
        match (of_account.next(), of_account.next()) {
            (Some(one), None) => one.id(),
            (Some(_), Some(_)) => {
                let all: Vec<String> = known.iter().map(|known| format!("`{}`", self.names.full(known))).collect();
                let message = format!("{} accounts have a pipeline named {}", known.len(), quoted(name));
                let help = format!("write which one is meant: {}", all.join(", "));
                self.lower.error_help(codes::AMBIGUOUS_PIPELINE, text.place, message, help);
                None
            }
            (None, _) => {
                self.unknown(text, account.as_deref(), name);
                None
            }
        }
    }

    fn unknown(&mut self, text: &Spanned<String>, account: Option<&str>, name: &str) {
        if !self.names.complete {
            // It may be one of those that have errors of their own.
            return;
        }
        let near = self.lower.did_you_mean(name, self.names.all(account));
        let elsewhere = self.names.of(name).first().map(|known| format!("there is `{}`", self.names.full(known)));
        let message = match account {
            None => format!("no pipeline named {} was found", quoted(name)),
            Some(account) => format!("no pipeline named {} was found in account `{account}`", quoted(name)),
        };
        let found = Diagnostic::error(codes::UNKNOWN_PIPELINE, text.place, message)
            .help_if(elsewhere.or(near))
            .help("a scenario names the pipelines under PATH, as `name` or `account/name`");
        self.lower.sink.push(found);
    }

    /// `central`, or the account of pipelines.
    #[allow(clippy::option_option, reason = "`None` is a fault, `Some(None)` the central account")]
    pub fn account_or_central(&mut self, text: &Spanned<Text>) -> Option<Option<String>> {
        let central = self.lower.organization.is_some_and(|o| o.central_account == text.value.0);
        if text.value.0 == "central" || central {
            return Some(None);
        }
        let account = self.lower.account(text)?.id;
        let known = self.names.all(Some(&account)).next().is_some();
        if check_account(&account).is_ok() && !known && self.names.complete {
            let message = format!("no pipeline was found in account `{account}`, so its outage would change nothing");
            let help = "name an account of the pipelines under PATH, or `central`";
            self.lower.error_help(codes::UNKNOWN_PIPELINE, text.place, message, help);
            return None;
        }
        Some(Some(account))
    }

    /// A date or a time.
    pub fn time(&mut self, text: &Spanned<String>) -> Option<u64> {
        read_time(text, &self.clock, self.lower.sink)
    }

    /// A time within the simulated span.
    pub fn time_inside(&mut self, what: &str, text: &Spanned<String>) -> Option<u64> {
        let at = self.time(text)?;
        let (from, until) = self.span;
        if (from..until).contains(&at) {
            return Some(at);
        }
        let message = format!("{what} at {} is outside the simulated span", quoted(text));
        self.outside(text.place, message);
        None
    }

    /// An error where the file says both; a warning where the command line chose another span.
    fn outside(&mut self, place: Place, message: String) {
        let (from, until) = self.span;
        let make = if self.chosen { Diagnostic::warning } else { Diagnostic::error };
        let found = make(codes::OUTSIDE, place, message)
            .why(format!(
                "it goes from {} to {}, the end not included",
                self.clock.shown(from),
                self.clock.shown(until)
            ))
            .help("choose another time, or other `from`, `until` or `days`");
        self.lower.sink.push(found);
    }

    /// Begin and end of an outage, at least a part of it in the span.
    pub fn outage(&mut self, from: &Spanned<String>, until: &Spanned<String>) -> (Option<u64>, Option<u64>) {
        let (begin, end) = (self.time(from), self.time(until));
        if let (Some(begin), Some(end)) = (begin, end) {
            if end <= begin {
                let message = "the outage ends before it begins";
                self.lower.error_help(codes::BAD_SPAN, until.place, message, "write an `until` that is after `from`");
            } else if end <= self.span.0 || begin >= self.span.1 {
                self.outside(from.place, "the outage is outside the simulated span".to_owned());
                return (None, None);
            }
        }
        (begin, end)
    }

    /// A logical date.
    pub fn date(&mut self, text: &Spanned<String>) -> Option<LogicalDate> {
        match text.parse() {
            Ok(date) => return Some(date),
            Err(TimeError::Range(_)) => self.early(text),
            Err(_) => self.malformed(text, "a date such as `2026-11-23`"),
        }
        None
    }

    /// A logical date that may be left out.
    #[allow(clippy::option_option, reason = "`None` is a fault, `Some(None)` nothing written")]
    pub fn date_if(&mut self, text: Option<&Spanned<String>>) -> Option<Option<LogicalDate>> {
        flat(text.map(|text| self.date(text)))
    }

    fn dates(&mut self, text: &Spanned<String>) -> Option<(LogicalDate, LogicalDate)> {
        self.range(range::dates(text), text, "a date such as `2026-11-23`, or a range such as `2026-11-01..2026-11-05`")
    }

    /// The dates of a backfill.
    pub fn backfill(&mut self, text: &Spanned<String>) -> Option<(LogicalDate, LogicalDate)> {
        let (first, last) = self.dates(text)?;
        let [begin, end] = [first, last].map(|date| self.clock.midnight(date).unwrap_or_default());
        let days = end.saturating_sub(begin).saturating_add(DAY / 2) / DAY;
        self.backfilled = self.backfilled.saturating_add(days).saturating_add(1);
        if self.backfilled > MAX_BACKFILLED {
            let message = format!("the backfills up to here have {} runs, at most {MAX_BACKFILLED}", self.backfilled);
            self.lower.error_help(codes::TOO_MUCH, text.place, message, "choose fewer dates");
            return None;
        }
        Some((first, last))
    }

    /// One duration, in milliseconds.
    pub fn duration(&mut self, text: &Spanned<String>) -> Option<u64> {
        self.lower.seconds(text, 1..=MAX_SECONDS).map(|seconds| seconds * 1_000)
    }

    /// One duration or a range of them, in milliseconds.
    pub fn durations(&mut self, text: &Spanned<String>) -> Option<(u64, u64)> {
        let form = format!("{}, or a range such as `30m..50m`", duration::FORM);
        let range = self.range(range::durations(text), text, &form)?;
        if range.1 > MAX_SECONDS * 1_000 {
            let message = format!("at most 365 days, got {}", quoted(text));
            self.lower.sink.push(Diagnostic::error(common::OUT_OF_RANGE, text.place, message));
            return None;
        }
        Some(range)
    }

    /// A count or a range of them.
    pub fn counts(&mut self, text: &Spanned<Text>) -> Option<(u64, u64)> {
        let text = Spanned::new(text.value.0.clone(), text.place);
        self.range(range::counts(&text), &text, "a number such as `1`, or a range such as `0..2` or `1..`")
    }

    /// How many copies there are of an event.
    pub fn times(&mut self, times: Option<&Spanned<i64>>) -> Option<u32> {
        let Some(times) = times else { return Some(2) };
        self.number(times, "`times`", 2, MAX_TIMES).and_then(|times| u32::try_from(times).ok())
    }

    fn range<T>(&mut self, read: Result<T, range::Fault>, text: &Spanned<String>, form: &str) -> Option<T> {
        match read {
            Ok(range) => return Some(range),
            Err(range::Fault::Malformed) => self.malformed(text, form),
            Err(range::Fault::Early) => self.early(text),
            Err(range::Fault::Backwards) => {
                let message = format!("the range {} ends before it begins", quoted(text));
                self.lower.error_help(codes::BACKWARDS, text.place, message, "write the smaller value first");
            }
        }
        None
    }

    fn early(&mut self, text: &Spanned<String>) {
        let message = format!("logical dates begin with 1970-01-01, got {}", quoted(text));
        self.lower.sink.push(
            Diagnostic::error(common::OUT_OF_RANGE, text.place, message).label("allowed: 1970-01-01 to 9999-12-31"),
        );
    }

    fn malformed(&mut self, text: &Spanned<String>, form: &str) {
        let message = format!("expected {form}, got {}", quoted(text));
        self.lower.sink.push(Diagnostic::error(common::MALFORMED, text.place, message));
    }
}

/// A date or a time on a clock.
pub(super) fn read_time(text: &Spanned<String>, clock: &when::Clock, sink: &mut pipesynth_diag::Sink) -> Option<u64> {
    let fault = match clock.instant(text) {
        Ok(instant) => return Some(instant),
        Err(fault) => fault,
    };
    let got = quoted(text);
    sink.push(match fault {
        when::Fault::Malformed => {
            Diagnostic::error(common::MALFORMED, text.place, format!("expected {}, got {got}", when::FORM))
        }
        when::Fault::Range => Diagnostic::error(common::OUT_OF_RANGE, text.place, format!("{fault}, got {got}")),
        when::Fault::Skipped(zone) => {
            let message = format!("the clock of `{zone}` skips {got}: summer time begins there");
            Diagnostic::error(codes::SKIPPED_TIME, text.place, message)
                .help("write an earlier or a later time, or an instant with its offset")
        }
    });
    None
}

/// A part that is not written is `Some(None)`; one that was refused is `None`.
#[allow(clippy::option_option, reason = "the three cases are three things")]
fn flat<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    match part {
        None => Some(None),
        Some(None) => None,
        Some(some) => Some(some),
    }
}
