//! The claim of a run key belongs to the first.

use crate::Whole;
use crate::world::id;

crate::cases!(claim_first);

fn claim_first(store: &dyn Whole) {
    let key = |text: &str| text.parse().unwrap();
    for (pipeline, run, execution, holder) in [
        ("x", "dep/3f9c#1", "one", "one"),
        ("x", "dep/3f9c#1", "two", "one"),
        ("x", "dep/3f9c#1", "one", "one"),
        ("x", "dep/3f9c#2", "two", "two"),
        ("y", "dep/3f9c#1", "three", "three"),
        ("x", "manual/3f9c#1", "four", "four"),
        ("x", "dep/3f9c#2", "one", "two"),
    ] {
        assert_eq!(store.claim(&id(pipeline), &key(run), execution).unwrap(), holder, "{pipeline} {run} {execution}");
    }
}
