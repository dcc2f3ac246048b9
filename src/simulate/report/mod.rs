//! The record of a simulation → what people and programs read: a timeline for terminals, JSON, one HTML page.
//!
//! Everything here is a function of the record and the look: the same record gives the same bytes. Positions in a record that point
//! nowhere are shown as `?`, never a panic.

mod clock;
mod events;
mod html;
mod json;
#[cfg(test)]
mod tests;
mod text;
mod view;
mod why;

use pipesynth_engine::Zone;
use pipesynth_simulator::record::Record;
use serde_json::Value;

/// How a timeline is written for a terminal.
#[derive(Debug, Clone)]
pub struct Look {
    /// Whether the terminal wants escapes for colours.
    pub color: bool,
    /// Columns. Below 40 it is taken as 40.
    pub width: usize,
    /// The zone that all times are shown in.
    pub zone: Zone,
    /// What is shown.
    pub details: Details,
}

/// How much of a simulation is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Details {
    /// One line per run where that stays below [`LINES`] lines, else one line per pipeline and what went otherwise than planned.
    #[default]
    Auto,
    /// One line per run, whatever their number, and everything that the engine told about the gates.
    All,
    /// One line per pipeline, and what went otherwise than planned.
    Short,
}

/// Most lines of a timeline that nobody asked all details of.
pub const LINES: usize = 200;

/// The timeline for a terminal, with a line end at its end.
pub fn text(record: &Record, look: &Look) -> String {
    text::write(record, look)
}

/// The record for programs; docs/simulate-json.md describes it.
pub fn json(record: &Record) -> Value {
    json::document(record)
}

/// One HTML page that needs nothing else: a Gantt chart of all runs, with times in `zone`.
pub fn html(record: &Record, zone: &Zone) -> String {
    html::write(record, zone)
}
