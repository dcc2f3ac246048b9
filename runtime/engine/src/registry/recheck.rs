//! A pipeline whose condition was written → its gates that hold something, looked at with the new condition.

use pipesynth_contract::PipelineId;

use crate::store::{Note, Store, StoreError, look};

/// Looks at every gate of the child that holds something, at the time `now` in milliseconds since 1970: an edit may have made a
/// condition true, or moved the time at which the gate is due. To be called after each write of the child's entry; safe to repeat.
///
/// A gate that is written by an event in between is looked at with the new condition by that event.
pub fn recheck(store: &dyn Store, child: &PipelineId, now: u64) -> Result<Vec<Note>, StoreError> {
    let mut notes = Vec::new();
    for key in store.gates(child)? {
        look(store, child, &key, now, &mut notes)?;
    }
    Ok(notes)
}
