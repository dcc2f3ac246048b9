//! P1, P2, P3, P4, P7, P13: what a child is started with, and that no start is missing.

use pipesynth_contract::expression::Leaf;
use pipesynth_contract::options::{Backfill, Correlate, OnRerun, WhileRunning};
use pipesynth_engine::{Firing, FiringCause, Occurrence, tick};
use proptest::prelude::*;

use super::world::{Child, deliveries, executions, frame, holds, is_young};

/// The tokens that a firing used for the first time: key, leaf, place in the order.
fn fresh(firing: &Firing) -> Vec<(String, String, u64, String, String)> {
    let used = firing.used.iter().filter(|u| !u.previous);
    used.map(|u| {
        let t = &u.token;
        (firing.key.to_string(), format!("{:?}", u.leaf), t.at, t.execution.to_string(), t.status.to_string())
    })
    .collect()
}

proptest! {
    #![proptest_config(super::world::config())]

    #[test]
    fn p1_an_occurrence_is_used_by_one_firing((_, delivered) in deliveries(), executions in executions()) {
        let mut x = Child::new(&executions);
        x.sees_all(&delivered);
        let mut used: Vec<_> = x.firings.iter().flat_map(|firing| fresh(firing)).collect();
        used.sort();
        let all = used.len();
        used.dedup();
        prop_assert_eq!(used.len(), all);
        for firing in &x.firings {
            prop_assert!(firing.cause == FiringCause::Rerun || firing.used.iter().all(|u| !u.previous));
            prop_assert!(firing.used.iter().any(|u| !u.previous), "something new starts the child");
        }
    }

    #[test]
    fn p2_a_child_never_goes_back_in_time((_, delivered) in deliveries(), executions in executions()) {
        let mut x = Child::new(&executions);
        x.sees_all(&delivered);
        for (i, later) in x.firings.iter().enumerate() {
            for earlier in x.firings[..i].iter().filter(|f| f.key == later.key) {
                prop_assert!(earlier.generation < later.generation);
                for new in fresh(later) {
                    for old in fresh(earlier).iter().filter(|old| old.1 == new.1) {
                        prop_assert!((old.2, &old.3, &old.4) < (new.2, &new.3, &new.4));
                    }
                }
            }
        }
    }

    #[test]
    fn p3_p13_where_nothing_fired_the_newest_ends_do_not_satisfy_the_condition(
        (events, delivered) in deliveries(), mut executions in executions()
    ) {
        executions.while_running = WhileRunning::Ignore;
        let mut x = Child::new(&executions);
        x.sees_all(&delivered);
        for gate in x.gates.values().filter(|g| g.generation == 0) {
            let newest = |leaf: &Leaf| newest(&events, leaf, &x, &gate.key);
            let matching = |leaf: &Leaf| newest(leaf).filter(|o| leaf.status.contains(&o.status));
            let leaves = executions.condition.leaves();
            let young = leaves.iter().filter_map(|l| Some(frame(matching(l)?.at, l.offset))).max().unwrap_or(0);
            let is_true = |leaf: &Leaf| {
                matching(leaf).is_some_and(|o| is_young(leaf, &executions, young - frame(o.at, leaf.offset)))
            };
            prop_assert!(!holds(&executions.condition, &is_true), "{gate:#?}");
        }
    }

    #[test]
    fn p13_a_firing_uses_the_newest_run_of_each_parent_that_was_seen(
        (_, delivered) in deliveries(), mut executions in executions()
    ) {
        // With `ignore` a repeat of a run that was used is not looked at.
        executions.on_rerun = OnRerun::Refire;
        let mut x = Child::new(&executions);
        for (number, occurrence) in delivered.iter().enumerate() {
            let known = x.firings.len();
            x.sees(occurrence);
            for firing in &x.firings[known..] {
                for used in firing.used.iter().filter(|u| !u.previous) {
                    let leaves = executions.condition.leaves().into_iter();
                    let mut same = leaves.filter(|l| l.name == used.leaf.parent.name() && *l.status == *used.leaf.status && l.offset == used.leaf.offset);
                    let newest = newest(&delivered[..=number], same.next().unwrap(), &x, &firing.key).unwrap();
                    prop_assert_eq!((newest.at, &newest.execution), (used.token.at, &used.token.execution));
                }
            }
        }
    }

    #[test]
    fn p4_no_gate_stays_true((events, delivered) in deliveries(), executions in executions()) {
        let mut x = Child::new(&executions);
        x.sees_all(&delivered);
        // The runs are over, also those that ended as skipped, so nothing is held back; the clock stands where nothing expires.
        let now = events.iter().map(|e| e.started).min().unwrap_or(0);
        for gate in x.gates.into_values() {
            let decision = tick(gate, &x.spec, now);
            prop_assert!(!decision.changed, "{:?}", decision.firing);
        }
    }

    #[test]
    fn p7_a_firing_satisfies_its_condition((_, delivered) in deliveries(), executions in executions()) {
        let mut x = Child::new(&executions);
        x.sees_all(&delivered);
        for firing in &x.firings {
            let used = |leaf: &Leaf| {
                firing.used.iter().find(|u| u.leaf.parent.name() == leaf.name && *u.leaf.status == *leaf.status && u.leaf.offset == leaf.offset)
            };
            let newest = firing.used.iter().filter(|u| !u.previous).map(|u| frame(u.token.at, u.leaf.offset)).max().unwrap();
            let is_true = |leaf: &Leaf| used(leaf).is_some_and(|u| {
                let age = newest.saturating_sub(frame(u.token.at, u.leaf.offset));
                leaf.status.contains(&u.token.status) && (u.previous || is_young(leaf, &executions, age))
            });
            prop_assert!(holds(&executions.condition, &is_true), "{firing:#?}");
            prop_assert!(firing.chain.len() == 1 && firing.rev == x.spec.rev);
            if executions.correlate == Correlate::Day {
                prop_assert_eq!(&*firing.date.to_string(), &*firing.key);
            }
        }
    }
}

/// The newest occurrence that a leaf listens to under a key, straight from the history.
fn newest<'a>(events: &'a [Occurrence], leaf: &Leaf, x: &Child, key: &str) -> Option<&'a Occurrence> {
    let listens = |o: &&Occurrence| {
        let date = o.date.plus_days(if leaf.offset.is_some() { 1 } else { 0 }).unwrap();
        o.parent.name() == leaf.name
            && !o.skipped
            && (!o.backfill || x.executions.backfill == Backfill::Follow)
            && (o.status.is_terminal() || leaf.status.contains(&o.status))
            && (x.executions.correlate == Correlate::None || date.to_string() == key)
    };
    events.iter().filter(listens).max_by(|a, b| a.mark().cmp(&b.mark()))
}
