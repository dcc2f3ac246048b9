//! The table in which every run claims its key, so that one start gives one run.

use pipesynth_cfn::dynamodb;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Policy, Stack};

use crate::table::keyed;

pub(super) fn add(stack: &mut Stack) -> Handle<dynamodb::Table> {
    let root = stack.root();
    let table = stack.add(root, "runs", keyed(dynamodb::Table::new().table_name(names::TABLE_RUNS)));
    stack.set_policy(table.id(), Policy::Retain);
    table
}
