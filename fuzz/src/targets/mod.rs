//! The targets, each a function from one text; what must never happen is a panic in it.

mod commands;
mod events;
mod pipeline;
mod schedule;
mod template;

/// Name and function, sorted.
pub const ALL: [(&str, super::Target); 5] = [
    ("commands", commands::run),
    ("events", events::run),
    ("pipeline", pipeline::run),
    ("schedule", schedule::run),
    ("template", template::run),
];

/// A line of its own between the files that one input holds.
const BETWEEN: &str = "\n%%%\n";

/// The files of an input; those that are not there are empty.
fn files<const N: usize>(text: &str) -> [&str; N] {
    let mut parts = text.splitn(N, BETWEEN);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// What is no text.
pub fn bytes(data: &[u8]) {
    let (mut files, mut sink) = (pipesynth_diag::Files::new(), pipesynth_diag::Sink::default());
    pipesynth_yaml::parse(&mut files, "pipeline.yaml", data.to_vec(), &mut sink);
    assert!(sink.has_errors(), "bytes that are no UTF-8 were taken");
    pipeline::shown(&files, sink);
}
