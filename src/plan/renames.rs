//! `renamedFrom` over all pipelines → errors where the former name is still another one's.

use std::collections::BTreeMap;

use pipesynth_diag::{Diagnostic, Sink};
use pipesynth_pipeline::codes as pipeline_codes;

use super::Planned;
use super::dependencies::{Id, id};

/// A former name belongs to nobody else: neither to a pipeline that is there, nor to a second one that was called so.
pub(super) fn check(pipelines: &[Planned], by_id: &BTreeMap<Id<'_>, usize>, sink: &mut Sink) {
    let mut first: BTreeMap<Id<'_>, usize> = BTreeMap::new();
    for (position, planned) in pipelines.iter().enumerate() {
        let Some(old) = &planned.plan.renamed_from else { continue };
        let former: Id<'_> = (id(planned).0, old.value.as_str());
        let taken = match (by_id.get(&former), first.get(&former)) {
            (Some(there), _) => {
                let place = pipelines[*there].plan.places.pipeline;
                Some((
                    place,
                    "it is here",
                    format!("a pipeline named `{old}` is there, so this one does not take its place"),
                ))
            }
            (None, Some(other)) => pipelines[*other].plan.renamed_from.as_ref().map(|written| {
                (written.place, "the first one is here", format!("two pipelines say that they were `{old}`"))
            }),
            (None, None) => None,
        };
        if let Some((place, label, message)) = taken {
            let found = Diagnostic::error(pipeline_codes::BAD_RENAME, old.place, message)
                .related(place, label)
                .why("who waits for the old name would wait for this pipeline from now on")
                .help("take `renamedFrom` away, or take the other pipeline away");
            sink.push(found);
        }
        first.entry(former).or_insert(position);
    }
}
