//! The parts that need no parser; readers on real YAML are tested in `pipesynth-yaml`.

mod diagnostics;
mod files;
mod names;
mod nodes;
