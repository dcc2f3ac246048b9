//! What every step may have beside its type's own keys: retries.

use pipesynth_diag::{Spanned, codes as common, spec};

use crate::lower::Lower;

spec! {
    /// Further tries of a step that failed.
    pub struct RetrySpec: "`retry`" {
        /// How many further tries, 1 to 99.
        attempts: Spanned<i64> => "attempts",
        /// How long before the first of them, such as `60s`.
        interval: Option<Spanned<String>> => "interval",
        /// By how much each wait is longer than the one before, 1 to 10.
        backoff: Option<Spanned<f64>> => "backoff",
    }
}

/// Further tries, checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retry {
    /// How many further tries.
    pub attempts: u32,
    /// Seconds before the first of them.
    pub interval: u64,
    /// By how much each wait is longer.
    pub backoff: f64,
}

/// No wait between tries is longer, in seconds.
pub const LONGEST_WAIT: u64 = 3_600;

impl Retry {
    pub(crate) fn lower(spec: &RetrySpec, cx: &mut Lower<'_>) -> Option<Self> {
        let attempts = u32::try_from(spec.attempts.value).ok().filter(|n| (1..=99).contains(n));
        if attempts.is_none() {
            cx.error(
                common::OUT_OF_RANGE,
                spec.attempts.place,
                format!("`attempts` must be 1 to 99, got {}", spec.attempts.value),
            );
        }
        let interval = match &spec.interval {
            Some(text) => cx.seconds(text, 1..=LONGEST_WAIT),
            None => Some(60),
        };
        let backoff = spec.backoff.as_ref().map_or(2.0, |b| b.value);
        if let Some(written) = spec.backoff.as_ref().filter(|b| !(1.0..=10.0).contains(&b.value)) {
            cx.error(common::OUT_OF_RANGE, written.place, format!("`backoff` must be 1 to 10, got {}", written.value));
            return None;
        }
        Some(Self { attempts: attempts?, interval: interval?, backoff })
    }

    /// The longest time that all waits together take, in seconds.
    pub fn longest(&self) -> u64 {
        let mut wait = self.interval as f64;
        let mut sum = 0.0;
        for _ in 0..self.attempts {
            sum += wait.min(LONGEST_WAIT as f64);
            wait = (wait * self.backoff).min(LONGEST_WAIT as f64);
        }
        sum.ceil() as u64
    }
}
