//! A request that may fail for a while → its answer, or the last reason when tries or time are used up.

use std::time::{Duration, SystemTime};

use crate::outside::{Answer, Outside};

/// How often and how long something is tried.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// At most this many tries.
    pub tries: u32,
    /// The wait after the first try; it doubles with every further one.
    pub wait: Duration,
    /// The longest time that one try may take.
    pub longest: Duration,
}

/// What one try came to.
pub enum Try<T> {
    /// It is settled.
    Done(T),
    /// It may go better later; the reason is for a person.
    Again(String),
}

/// Tries until settled, but never past `end`: each try gets the time that is left.
pub fn until<T>(
    outside: &dyn Outside,
    policy: Policy,
    end: SystemTime,
    mut attempt: impl FnMut(Duration) -> Try<T>,
) -> Result<T, String> {
    let mut last = "there was no time left to try".to_owned();
    let mut wait = policy.wait;
    for number in 1..=policy.tries {
        let left = end.duration_since(outside.now()).unwrap_or_default();
        if left.is_zero() {
            break;
        }
        match attempt(left.min(policy.longest)) {
            Try::Done(done) => return Ok(done),
            Try::Again(reason) => last = reason,
        }
        let left = end.duration_since(outside.now()).unwrap_or_default();
        if number == policy.tries || left <= wait {
            break;
        }
        outside.sleep(wait);
        wait *= 2;
    }
    Err(last)
}

/// Whether a service with this status may accept the same request later (RFC 9110 §15.5.9, §15.6; RFC 6585 §4).
pub fn is_temporary(answer: &Answer) -> bool {
    matches!(answer.status, 408 | 429 | 500..)
}
