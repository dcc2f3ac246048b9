//! The one table of the central account: pipelines, dependencies, run log, gates and the outbox of firings.

use pipesynth_cfn::dynamodb::{self, table};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Policy, Stack};

use crate::table::keyed;

/// Keys `pk` and `sk` hold all items (`PIPE#`, `PARENT#`, `RUN#`, `GATE#`, `FIRE#`); the stream carries the outbox to the dispatcher.
pub(super) fn add(stack: &mut Stack) -> Handle<dynamodb::Table> {
    let root = stack.root();
    let table = dynamodb::Table::new()
        .table_name(names::TABLE_STATE)
        .stream_specification(table::StreamSpecification::new().stream_view_type("NEW_IMAGE"));
    let table = stack.add(root, "state", keyed(table));
    stack.set_policy(table.id(), Policy::Retain);
    table
}
