//! `concurrency`: which of a child's starts go, wait or are dropped.

use std::sync::Arc;

use pipesynth_contract::Status;
use pipesynth_contract::options::Concurrency;
use serde_json::json;

use super::help::*;
use crate::{Firing, Lane, Occurrence, admit};

/// When firings are let in here: soon after the runs began.
const NOW: u64 = MONDAY + 12 * H;

/// Three firings of a child.
fn three() -> Vec<Arc<Firing>> {
    let mut x = Child::with(ok("a"), json!({"correlate": "none"}));
    (1..4).flat_map(|hour| x.sees(&run("a", hour))).collect()
}

/// The child's run of a firing.
fn own(firing: &Firing) -> Occurrence {
    run("x", 9).but(|o| o.run_key = firing.run_key()).execution(&format!("arn:{}", firing.firing_id))
}

fn ids(firings: &[&Firing]) -> Vec<String> {
    firings.iter().map(|f| f.firing_id.clone()).collect()
}

#[test]
fn queue_lets_one_in_and_the_next_at_its_end() {
    let [a, b, c] = &three()[..] else { unreachable!() };
    let waiting = [a.clone(), b.clone(), c.clone()];
    let first = admit(Concurrency::Queue, Lane::default(), &waiting, NOW);
    assert_eq!((first.send, first.drop), (ids(&[a]), vec![]));
    let mut lane = first.lane;
    assert!(!lane.observe(&own(a).running()), "its start was known");
    assert_eq!(admit(Concurrency::Queue, lane.clone(), &waiting[1..], NOW).send, ids(&[]));
    assert!(lane.observe(&own(a).status(Status::Failed)));
    assert!(!lane.observe(&own(a).running()), "a late RUNNING opens nothing");
    assert!(!lane.observe(&own(a).execution("arn:twin").running()), "nor does a duplicate's");
    assert_eq!(admit(Concurrency::Queue, lane, &waiting[1..], NOW).send, ids(&[b]));
}

#[test]
fn latest_keeps_the_newest_and_skip_none() {
    let [a, b, c] = &three()[..] else { unreachable!() };
    let busy = admit(Concurrency::Latest, Lane::default(), std::slice::from_ref(a), NOW).lane;
    let waiting = [b.clone(), c.clone()];
    let latest = admit(Concurrency::Latest, busy.clone(), &waiting, NOW);
    assert_eq!((latest.send, latest.drop), (vec![], ids(&[b])));
    let skip = admit(Concurrency::Skip, busy.clone(), &waiting, NOW);
    assert_eq!((skip.send, skip.drop), (vec![], ids(&[b, c])));
    let free = admit(Concurrency::Skip, Lane::default(), &waiting, NOW);
    assert_eq!((free.send, free.drop), (ids(&[b]), ids(&[c])));
    assert_eq!(admit(Concurrency::Allow, busy, &waiting, NOW).send, ids(&[b, c]));
}

#[test]
fn a_start_by_hand_and_a_firing_meet_in_the_account_and_not_here() {
    // Else a firing would wait behind starts that came later, for as long as there is always one of them.
    let [a, ..] = &three()[..] else { unreachable!() };
    let mut lane = Lane::default();
    let by_hand = run("x", 8).key("manual/m#1").execution("arn:m");
    assert!(!lane.observe(&by_hand.clone().running()) && !lane.observe(&by_hand));
    assert_eq!(admit(Concurrency::Queue, lane, std::slice::from_ref(a), NOW).send.len(), 1);
}

#[test]
fn a_twin_that_ends_as_skipped_ends_nothing() {
    let [a, b, _] = &three()[..] else { unreachable!() };
    let mut lane = admit(Concurrency::Queue, Lane::default(), std::slice::from_ref(a), NOW).lane;
    assert!(!lane.observe(&own(a).execution("arn:twin").but(|o| o.skipped = true)));
    assert!(admit(Concurrency::Queue, lane, std::slice::from_ref(b), NOW).send.is_empty());
}

#[test]
fn a_start_that_never_became_a_run_can_be_given_up() {
    let [a, b, _] = &three()[..] else { unreachable!() };
    let mut lane = admit(Concurrency::Queue, Lane::default(), std::slice::from_ref(a), NOW).lane;
    assert!(lane.give_up(&a.run_key()) && !lane.give_up(&a.run_key()));
    assert_eq!(admit(Concurrency::Queue, lane, std::slice::from_ref(b), NOW).send.len(), 1);
}

#[test]
fn a_lane_remembers_no_more_than_it_needs() {
    let mut lane = Lane::default();
    for hour in 0..1000 {
        lane.observe(&run("x", hour + 1).key(&format!("dep/{hour}#1")));
    }
    assert!(lane.ended.len() <= 32 && lane.open.is_empty());
}

#[test]
fn a_run_that_was_given_up_frees_its_place_and_one_that_found_its_key_taken_does_not() {
    let [a, ..] = &three()[..] else { unreachable!() };
    let other = run("x", 8).key("dep/other#1").execution("arn:m");
    for (given_up, free) in [(false, false), (true, true)] {
        let mut lane = Lane::default();
        assert!(lane.observe(&other.clone().running()));
        let end = other.clone().but(|o| (o.skipped, o.given_up) = (true, given_up));
        assert_eq!(lane.observe(&end), free);
        assert_eq!(admit(Concurrency::Queue, lane, std::slice::from_ref(a), NOW).send.is_empty(), !free);
    }
}

#[test]
fn a_run_whose_end_was_lost_keeps_no_firing_waiting_for_ever() {
    let [a, b, _] = &three()[..] else { unreachable!() };
    let lane = admit(Concurrency::Queue, Lane::default(), std::slice::from_ref(a), NOW).lane;
    let later = |hours| admit(Concurrency::Queue, lane.clone(), std::slice::from_ref(b), NOW + hours * H).send;
    assert_eq!((later(24), later(25)), (ids(&[]), ids(&[b])));
    // A RUNNING that comes when nobody remembers the end opens the lane for no longer than that.
    let mut late = Lane::default();
    assert!(late.observe(&own(a).running()));
    assert_eq!(admit(Concurrency::Queue, late, std::slice::from_ref(b), NOW + 25 * H).send, ids(&[b]));
}
