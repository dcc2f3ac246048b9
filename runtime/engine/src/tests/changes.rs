//! Changed, renamed and deleted pipelines.

use pipesynth_contract::Status;
use serde_json::json;

use super::help::*;
use crate::{Effect, Gate, Ignored, Spec, Standing};

/// The same gates under another condition.
fn redeployed(mut x: Child, spec: Spec) -> Child {
    x.spec = spec;
    x
}

#[test]
fn leaves_that_stay_keep_what_they_hold() {
    let mut x = Child::new(all(&[ok("a"), ok("b")]));
    x.waits(&run("a", 1));
    let spec = spec_of(&trigger(all(&[ok("a"), ok("c")]), json!({})), &Standing::default());
    let mut x = redeployed(x, spec);
    assert_eq!(x.fires_with(&run("c", 2)), ["arn:a:1", "arn:c:2"]);
    x.waits(&run("a", 1));
}

#[test]
fn a_leaf_with_other_statuses_begins_empty() {
    let mut x = Child::new(all(&[ok("a"), ok("b")]));
    x.waits(&run("a", 1));
    let wider = on("a", &["SUCCEEDED", "FAILED"]);
    let mut x = redeployed(x, spec_of(&trigger(all(&[wider, ok("b")]), json!({})), &Standing::default()));
    x.waits(&run("b", 2));
    assert_eq!(x.fires_with(&run("a", 3).status(Status::Failed)).len(), 2);
}

#[test]
fn an_edit_that_makes_a_gate_true_fires_at_the_next_look() {
    let mut x = Child::new(all(&[ok("a"), ok("b"), ok("c")]));
    x.waits(&run("a", 1));
    x.waits(&run("b", 2));
    let mut x = redeployed(x, spec_of(&trigger(all(&[ok("a"), ok("b")]), json!({})), &Standing::default()));
    let firings = x.looks_at_the_clock(MONDAY + 3 * H);
    assert_eq!(firings.len(), 1);
    assert_eq!(firings[0].rev, x.spec.rev);
    assert!(x.looks_at_the_clock(MONDAY + 4 * H).is_empty());
}

#[test]
fn generations_go_on_so_that_no_firing_id_is_used_twice() {
    let mut x = Child::with(any(&[ok("a")]), json!({"correlate": "none"}));
    let first = x.sees(&run("a", 1)).remove(0);
    let (_, gate) = x.gates.pop_first().unwrap();
    x.gates.insert("all".into(), gate);
    // The child was deleted and comes back.
    x.spec.incarnation = 1;
    let second = x.sees(&run("a", 1)).remove(0);
    assert_eq!((first.generation, second.generation, second.incarnation), (1, 2, 1));
    assert_ne!(first.firing_id, second.firing_id);
}

#[test]
fn a_new_child_does_not_catch_up_and_a_new_leaf_neither() {
    let trigger_of = |names: &[&str]| trigger(all(&names.iter().map(|n| ok(n)).collect::<Vec<_>>()), json!({}));
    let (one, two) = (trigger_of(&["a", "b"]), trigger_of(&["a", "b", "c"]));
    let first = spec_of(&one, &Standing::default());
    let standing = Standing::default().after_change(None, &first, MONDAY + 2 * H);
    let mut x = Child::of(&one, &standing);
    x.waits(&run("a", 1));
    assert!(matches!(x.effects[..], [Effect::Ignored { why: Ignored::BeforeRegistration, .. }]));
    let next = spec_of(&two, &standing);
    let standing = standing.after_change(Some(&x.spec), &next, MONDAY + 10 * H);
    let mut x = Child::of(&two, &standing);
    // `a` and `b` have been listened to since two o'clock, `c` since ten.
    x.waits(&run("a", 3));
    x.waits(&run("b", 3));
    x.waits(&run("c", 9));
    assert_eq!(x.fires_with(&run("c", 10)).len(), 3);
}

#[test]
fn a_renamed_parent_is_known_under_its_new_name() {
    let condition = || trigger(all(&[ok("a"), ok("b")]), json!({}));
    let mut x = Child::of(&condition(), &Standing::default());
    x.waits(&run("a", 1));
    let standing = Standing { renamed: [(id("a"), id("a2"))].into(), ..Standing::default() };
    let mut x = redeployed(x, spec_of(&condition(), &standing));
    assert!(x.spec.keys(&run("a", 2)).0.is_empty());
    assert_eq!(x.fires_with(&run("b", 2)), ["arn:a:1", "arn:b:2"]);
    x.waits(&run("b", 3).attempt(2).status(Status::Failed));
    assert_eq!(x.gates["2026-11-23"].leaves[0].leaf.parent, id("a2"));
}

#[test]
fn a_leaf_whose_parent_was_deleted_is_never_true() {
    let condition = || trigger(all(&[ok("a"), ok("b")]), json!({}));
    let mut x = Child::of(&condition(), &Standing::default());
    x.waits(&run("a", 1));
    let standing = Standing { orphaned: vec![id("a")], ..Standing::default() };
    let mut x = redeployed(x, spec_of(&condition(), &standing));
    x.waits(&run("b", 2));
    x.waits(&run("a", 3));
    assert!(x.looks_at_the_clock(MONDAY + 4 * H).is_empty());
}

#[test]
fn a_child_that_waits_for_itself_is_refused() {
    let broken = Spec::new(&id("x"), &trigger(ok("x"), json!({})), "UTC", &Standing::default());
    assert!(broken.unwrap_err().to_string().contains("waits for itself"));
    assert!(Spec::new(&id("x"), &trigger(ok("a"), json!({})), "Mars/Base", &Standing::default()).is_err());
    assert!(Spec::new(&id("x"), &Default::default(), "UTC", &Standing::default()).unwrap().is_none());
}

#[test]
fn a_gate_is_the_same_after_a_stores_round_trip() {
    let mut x =
        Child::with(all(&[ok("a"), ok("b")]), json!({"whileRunning": "hold", "deadline": "07:00", "onMiss": "skip"}));
    x.waits(&run("a", 1).running());
    x.waits(&run("a", 1));
    let firing = x.sees(&run("b", 2)).remove(0);
    x.waits(&run("a", 9).attempt(2).status(Status::Failed));
    let gate = &x.gates["2026-11-23"];
    let text = serde_json::to_string(gate).unwrap();
    assert_eq!(serde_json::from_str::<Gate>(&text).unwrap(), *gate);
    let text = serde_json::to_string(&firing).unwrap();
    assert_eq!(serde_json::from_str::<crate::Firing>(&text).unwrap(), *firing);
}
