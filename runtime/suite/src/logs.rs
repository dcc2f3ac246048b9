//! The run log: who comes first with a pipeline, run key and status.

use pipesynth_contract::Status;
use pipesynth_engine::Admission::{Again, Duplicate, New};
use pipesynth_engine::Occurrence;

use crate::Whole;
use crate::world::{ended, id, run};

crate::cases!(log_first, log_identity, log_skipped, log_redriven);

fn by(run: Occurrence, execution: &str) -> Occurrence {
    Occurrence { execution: execution.into(), ..run }
}

fn log_first(store: &dyn Whole) {
    assert_eq!(store.log(&run("a1")).unwrap(), New);
    assert_eq!(store.log(&run("a1")).unwrap(), Again, "delivered again");
    assert_eq!(store.log(&by(run("a1"), "arn:twin")).unwrap(), Duplicate, "another execution with the same key");
    assert_eq!(store.log(&by(run("a1"), "arn:twin")).unwrap(), Duplicate, "and again");
    assert_eq!(store.log(&run("a1")).unwrap(), Again, "the holder keeps its place");
}

fn log_identity(store: &dyn Whole) {
    assert_eq!(store.log(&run("a1")).unwrap(), New);
    let running = ended("a1", Status::Running);
    assert_eq!(store.log(&by(running, "arn:other")).unwrap(), New, "each status has a place of its own");
    let other = Occurrence { parent: id("b"), ..run("a1") };
    assert_eq!(store.log(&by(other, "arn:other")).unwrap(), New, "each pipeline");
    let attempt = Occurrence { run_key: "manual/a1#2".parse().unwrap(), ..run("a1") };
    assert_eq!(store.log(&by(attempt, "arn:other")).unwrap(), New, "each attempt");
}

fn log_skipped(store: &dyn Whole) {
    let skipped = Occurrence { skipped: true, ..by(run("a1"), "arn:twin") };
    assert_eq!(store.log(&skipped).unwrap(), Again, "a skipped run takes no place");
    assert_eq!(store.log(&run("a1")).unwrap(), New);
    assert_eq!(store.log(&skipped).unwrap(), Again);
}

fn log_redriven(store: &dyn Whole) {
    assert_eq!(store.log(&ended("a1", Status::Failed)).unwrap(), New);
    let later = |hours: u64| Occurrence { at: run("a1").at + hours, ..ended("a1", Status::Failed) };
    assert_eq!(store.log(&later(1)).unwrap(), Again, "the same execution with a later end");
    assert_eq!(store.log(&later(2)).unwrap(), Again);
}
