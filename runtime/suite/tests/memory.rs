//! The store in memory does what every store must do.

use pipesynth_suite::{InMemory, all, differential};

#[test]
fn the_store_in_memory_does_what_every_store_must_do() {
    let stores = InMemory::default();
    let cases = all();
    assert!(cases.len() > 40, "{}", cases.len());
    for case in cases {
        (case.run)(&stores);
    }
}

#[test]
fn names_of_cases_are_names_of_stores() {
    let mut names: Vec<&str> = all().iter().map(|case| case.name).collect();
    for name in &names {
        let fits = name.len() <= 40 && name.starts_with(|c: char| c.is_ascii_lowercase());
        assert!(fits && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{name}");
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn the_same_history_in_two_stores_gives_the_same_answers() {
    let stores = InMemory::default();
    for seed in 100..140 {
        differential(&stores, &format!("seed_{seed}"), seed, 400);
    }
}
