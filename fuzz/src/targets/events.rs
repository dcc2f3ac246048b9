//! An event pattern and an event, both JSON → faults, or an answer that does not change when asked again.

use pipesynth_events::{DEFAULT_LENGTH, Pattern, too_long};
use serde_json::Value;

pub fn run(text: &str) {
    let [pattern, event] = super::files(text);
    let Ok(pattern) = serde_json::from_str::<Value>(pattern) else { return };
    let _ = too_long(&pattern, DEFAULT_LENGTH);
    match Pattern::parse(&pattern) {
        Err(faults) => {
            assert!(!faults.is_empty());
            for fault in faults {
                assert!(!fault.to_string().is_empty());
            }
        }
        Ok(read) => {
            read.fields().for_each(drop);
            let event = serde_json::from_str::<Value>(event).unwrap_or_default();
            let answer = read.matches(&event);
            assert_eq!(answer, Pattern::parse(&pattern).unwrap().matches(&event));
        }
    }
}
