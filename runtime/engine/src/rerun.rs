//! An occurrence and what a leaf fired on → whether it is a rerun (decisions: "Reruns").

use crate::gate::LeafState;
use crate::{Occurrence, Source, Token};

/// What a newer occurrence is to a gate that has fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// A run of its own; a second scheduled instant within one key is one.
    No,
    /// Marked as a rerun, of a run that the leaf does not know.
    Marked,
    /// A repeat of a run that the child has run on.
    Known,
}

/// Judges an occurrence that the leaf accepts.
pub(crate) fn repeat(occurrence: &Occurrence, leaf: &LeafState) -> Repeat {
    let held = leaf.cur.as_ref().filter(|token| token.rerun);
    if [leaf.fired.as_ref(), held].into_iter().flatten().any(|token| repeats(occurrence, token)) {
        return Repeat::Known;
    }
    if occurrence.rerun_of.is_some() { Repeat::Marked } else { Repeat::No }
}

/// A higher attempt of the same run, the same execution redriven to another end, a run that says so itself, or a higher attempt of an
/// earlier scheduled instant: the leaf has fired on that one or on what superseded it.
fn repeats(occurrence: &Occurrence, token: &Token) -> bool {
    let (run, known) = (&occurrence.run_key, &token.run_key);
    let higher = run.attempt() > known.attempt();
    let ended = occurrence.status.is_terminal() && token.status.is_terminal();
    let redriven = occurrence.execution == token.execution && ended;
    let scheduled = run.source() == Source::Schedule && known.source() == Source::Schedule;
    let earlier = scheduled && run.attempt() > 1 && occurrence.instant < token.instant;
    occurrence.rerun_of.as_deref() == Some(&*token.execution)
        || (run.same_run(known) && (higher || redriven))
        || earlier
}
