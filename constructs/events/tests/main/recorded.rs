//! Recorded answers of AWS's Event Ruler 2.0.1 → ours are the same.

use super::answer;

/// Chosen by hand. Columns: `true`, `false` or `invalid` with the reason; the pattern; the event.
const CHOSEN: &str = include_str!("../fixtures/cases.tsv");

/// Drawn at random, as `examples/answers.rs` does.
const RANDOM: &str = include_str!("../fixtures/random.tsv");

#[track_caller]
fn hold(table: &str, at_least: usize) {
    let mut wrong = Vec::new();
    for line in table.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [recorded, pattern, event] = columns[..] else { panic!("not three columns: {line}") };
        let recorded = recorded.split(':').next().unwrap();
        let ours = answer(&serde_json::from_str(pattern).unwrap(), &serde_json::from_str(event).unwrap());
        if ours != recorded {
            wrong.push(format!("Event Ruler says {recorded}, we say {ours}: {pattern} on {event}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(table.lines().count() >= at_least);
}

#[test]
fn chosen_cases_are_answered_as_aws_answers_them() {
    hold(CHOSEN, 48);
}

#[test]
fn random_cases_are_answered_as_aws_answers_them() {
    hold(RANDOM, 500);
    for kind in ["true\t", "false\t", "invalid\t"] {
        let count = RANDOM.lines().filter(|line| line.starts_with(kind)).count();
        assert!(count >= 50, "{count} cases of {kind:?}");
    }
}
