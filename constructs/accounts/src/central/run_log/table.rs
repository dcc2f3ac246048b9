//! The one table of the central account: pipelines, dependencies, run log, gates and the outbox of firings.

use pipesynth_cfn::dynamodb::{self, table};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Policy, Stack};

use crate::table::keyed;

/// Keys `pk` and `sk` hold all items (`contract/keys.rs` lists them); the stream carries the outbox to the dispatcher. The sparse index
/// `todo` finds what the clock and the dispatcher have to look at: an item is in it only while it has the attribute `todo`.
pub(super) fn add(stack: &mut Stack) -> Handle<dynamodb::Table> {
    let root = stack.root();
    let attribute = |name| table::AttributeDefinition::new().attribute_name(name).attribute_type("S");
    let key = |name, kind: &'static str| table::KeySchema::new().attribute_name(name).key_type(kind);
    let todo = table::GlobalSecondaryIndex::new()
        .index_name(names::INDEX_TODO)
        .key_schema([key(names::ATTR_TODO, "HASH"), key(names::ATTR_AT, "RANGE")])
        .projection(table::Projection::new().projection_type("KEYS_ONLY"));
    let table = dynamodb::Table::new()
        .table_name(names::TABLE_STATE)
        .stream_specification(table::StreamSpecification::new().stream_view_type("NEW_IMAGE"));
    let table = keyed(table)
        .attribute_definitions([names::ATTR_PK, names::ATTR_SK, names::ATTR_TODO, names::ATTR_AT].map(attribute))
        .global_secondary_indexes([todo]);
    let table = stack.add(root, "state", table);
    stack.set_policy(table.id(), Policy::Retain);
    table
}
