//! A request that may fail for a while → its answer, or the last reason when tries or time are used up.

use std::time::{Duration, SystemTime};

use crate::outside::{Answer, Outside};

/// How often and how long something is tried.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// At most this many tries.
    pub tries: u32,
    /// The wait after the first try; it doubles with every further one. What is waited is between half of it and all of it, by chance,
    /// so that those who met once do not meet again.
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
        outside.sleep(jittered(wait, outside.random()));
        wait *= 2;
    }
    Err(last)
}

fn jittered(wait: Duration, random: u64) -> Duration {
    let half = wait / 2;
    let nanos = u64::try_from(half.as_nanos()).unwrap_or(u64::MAX);
    wait - half + Duration::from_nanos(random % nanos.saturating_add(1).max(1))
}

/// Whether a service with this status may accept the same request later (RFC 9110 §15.5.9, §15.6; RFC 6585 §4).
pub fn is_temporary(answer: &Answer) -> bool {
    matches!(answer.status, 408 | 429 | 500..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_never_longer_than_asked_for_nor_shorter_than_half() {
        for wait in [Duration::ZERO, Duration::from_nanos(1), Duration::from_millis(100), Duration::from_secs(3)] {
            for random in [0, 1, 12_345_678_901, u64::MAX] {
                let waited = jittered(wait, random);
                assert!(waited <= wait && waited >= wait / 2, "{wait:?} {random} {waited:?}");
            }
        }
    }
}
