//! What every store must do: the shared cases, each in a database of its own, and longer histories beside the store in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use pipesynth_suite::{Fresh, Whole, all, differential};

use crate::transport::Database;

/// The databases by name; everybody who opens one has a connection of his own.
#[derive(Default)]
struct Databases(Mutex<BTreeMap<String, Database>>);

impl Fresh for Databases {
    fn open(&self, name: &str) -> Box<dyn Whole> {
        let mut databases = self.0.lock().unwrap();
        Box::new(databases.entry(name.to_owned()).or_insert_with(Database::new).store())
    }
}

#[test]
fn every_shared_case_holds() {
    let databases = Databases::default();
    let mut failed = Vec::new();
    let cases = all();
    assert!(cases.len() > 40, "only {} cases", cases.len());
    for case in cases {
        // A thread with the case's name: that is what the message of a panic begins with.
        let ended = thread::scope(|scope| {
            let named = thread::Builder::new().name(case.name.to_owned());
            named.spawn_scoped(scope, || (case.run)(&databases)).unwrap().join()
        });
        if ended.is_err() {
            failed.push(case.name);
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn random_histories_leave_what_they_leave_in_memory() {
    let databases = Databases::default();
    for seed in 100..112 {
        differential(&databases, &format!("long_{seed}"), seed, 250);
    }
}
