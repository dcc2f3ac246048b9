//! The flow from pipeline.yaml to an assembly of CloudFormation templates, and the command line around it.
//!
//! | stage | from → to |
//! |---|---|
//! | [`project`] | PATH → the files of the projects under it (the file system's edge) |
//! | [`parse`] | bytes → specs and findings |
//! | [`plan`] | specs → checked plans and findings |
//! | [`synth`] | plans → an assembly: templates, assets, manifest |
//! | [`headroom`] | templates → what is used of AWS's limits |
//! | [`graph`] | plans → the dependency graph: text, Mermaid, DOT, JSON, HTML |
//! | [`explain`] | plans and an instant → what starts one pipeline, and when next |
//! | [`simulate`] | plans and a scenario → what would happen on a virtual clock, and its report |
//! | [`report`] | findings → text or JSON |
//! | [`cli`] | one file per command; the only place that knows the terminal |
//!
//! What a pipeline is and which resources it becomes is not here but in the crates under `constructs/`.

pub mod cli;
pub mod explain;
pub mod graph;
pub mod headroom;
pub mod parse;
pub mod plan;
pub mod project;
pub mod report;
pub mod simulate;
pub mod synth;
