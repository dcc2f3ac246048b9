//! Stories of parents and children → what the gates do with them. One file per subject.

mod help;

mod backfills;
mod chains;
mod changes;
mod clock;
mod contradictions;
mod keys;
mod lanes;
mod reruns;
mod rules;
mod stores;
mod sweeps;
