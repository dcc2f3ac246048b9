//! The archive of the central bus: what every account reported in the last month, for after a disaster.
//!
//! Nobody hears a replay by itself: every rule of ours refuses events with a `replay-name`.

use pipesynth_cfn::events;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Map, Stack};

/// Days that events are kept.
const DAYS: u32 = 30;

pub(super) fn add(stack: &mut Stack, bus: Handle<events::EventBus>) {
    let root = stack.root();
    stack.add(
        root,
        "archive",
        events::Archive::new()
            .archive_name(names::ARCHIVE)
            .description("Status changes of every pipesynth run in the organisation")
            .source_arn(bus.att(events::EventBus::ARN))
            .event_pattern(Map::new().with("source", [names::STATES_SOURCE]))
            .retention_days(DAYS),
    );
}
