//! Records made by hand and by lot → what people and programs get to see.

mod arbitrary;
mod fixture;
mod json;
mod page;
mod properties;
mod short;
mod text;

use pipesynth_engine::Zone;

use super::{Details, Look};

/// Berlin without colours.
fn look(width: usize, details: Details) -> Look {
    Look { color: false, width, zone: berlin(), details }
}

fn berlin() -> Zone {
    "Europe/Berlin".parse().unwrap()
}
