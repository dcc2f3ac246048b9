//! Chains of pipelines that start each other, and the ids of firings.

use serde_json::json;

use super::help::*;
use crate::{Effect, MAX_CHAIN, firing_id};

#[test]
fn a_firing_carries_the_longest_way_that_led_to_it() {
    let mut x = Child::new(all(&[ok("a"), ok("b")]));
    x.waits(&run("a", 1).but(|o| o.chain = [id("root"), id("mid")].into()));
    let firing = x.sees(&run("b", 2)).remove(0);
    assert_eq!(*firing.chain, [id("root"), id("mid"), id("a")]);
    assert_eq!(firing.detail("eu-central-1").input.trigger.unwrap().chain, *firing.chain);
}

#[test]
fn a_loop_is_cut_and_told() {
    let mut x = Child::new(ok("a"));
    x.waits(&run("a", 1).but(|o| o.chain = [id("x")].into()));
    assert!(x.effects.iter().any(|e| matches!(e, Effect::ChainDropped { .. }) && e.is_alert()), "{:?}", x.effects);
    // The run is used up: it does not come back with the next look at the gate.
    assert!(x.looks_at_the_clock(MONDAY + 2 * H).is_empty());
    x.waits(&run("a", 1).but(|o| o.chain = [id("x")].into()));
}

#[test]
fn a_chain_has_at_most_32_links() {
    let links = |n: usize| (0..n).map(|i| id(&format!("p{i}"))).collect::<Vec<_>>();
    let mut x = Child::with(ok("a"), json!({"correlate": "none"}));
    assert_eq!(x.fires_with(&run("a", 1).but(|o| o.chain = links(MAX_CHAIN - 1).into())).len(), 1);
    x.waits(&run("a", 2).but(|o| o.chain = links(MAX_CHAIN).into()));
}

#[test]
fn the_firing_id_is_the_hash_of_child_key_rev_and_generation() {
    // printf '111111111111/x|2026-11-23|9f2c|1' | sha256sum
    let id_of = |generation| firing_id(&id("x"), "2026-11-23", "9f2c", generation);
    assert_eq!(id_of(1), "8d0912bed724faf7493ea350c916d99c");
    assert_ne!(id_of(1), id_of(2));
}
