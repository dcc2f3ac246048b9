//! The command line as its users meet it: in process where that shows all, through the real command where the process matters.

mod assembly;
mod create_project;
mod environments;
mod explain;
pub mod graph;
mod headroom;
mod paths;
mod process;
pub mod simulate;
mod starts;
mod synth;
mod usage;
mod validate;
