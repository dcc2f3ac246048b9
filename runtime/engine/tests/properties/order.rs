//! P8 to P12: duplicates, disorder, replay, redrives; more that matches never means less.

use pipesynth_contract::Status;
use pipesynth_contract::expression::{Leaf, Node};
use pipesynth_contract::options::WhileRunning;
use pipesynth_engine::{Effect, Gate, Ignored, LeafId, Occurrence, decide};
use proptest::prelude::*;
use proptest::sample::Index;

use super::world::{Child, deliveries, executions};

proptest! {
    #![proptest_config(super::world::config())]

    #[test]
    fn p8_one_more_parent_that_matches_never_prevents_a_start((_, delivered) in deliveries(), mut executions in executions()) {
        executions.while_running = WhileRunning::Ignore;
        let mut x = Child::new(&executions);
        for occurrence in &delivered {
            let before = x.gates.clone();
            let known = x.firings.len();
            x.sees(occurrence);
            for firing in x.firings[known..].iter().filter(|f| f.generation == 1) {
                let gate = before.get(&*firing.key).cloned().unwrap_or_else(|| Gate::new(&x.spec, &*firing.key));
                for leaf in gate.leaves.iter().filter(|l| l.cur.is_none()) {
                    if let Some(spare) = spare(&leaf.leaf, occurrence, &x) {
                        let with = decide(gate.clone(), &spare, &x.spec);
                        let starts = with.firing.is_some() || decide(with.gate, occurrence, &x.spec).firing.is_some();
                        prop_assert!(starts, "{spare:#?}");
                    }
                }
            }
        }
    }

    #[test]
    fn p9_a_second_delivery_changes_nothing((_, delivered) in deliveries(), executions in executions()) {
        let mut x = Child::new(&executions);
        for occurrence in &delivered {
            x.sees(occurrence);
            let (gates, firings) = (x.gates.clone(), x.firings.len());
            x.sees(occurrence);
            prop_assert_eq!(&x.gates, &gates);
            prop_assert_eq!(x.firings.len(), firings);
        }
    }

    #[test]
    fn p10_before_the_first_firing_the_order_of_delivery_does_not_matter(
        (events, delivered) in deliveries(), mut executions in executions()
    ) {
        // A parent that never runs keeps the condition from holding.
        let never = Leaf {
            account: Some("111111111111".into()), name: "never".into(), status: vec![Status::Succeeded],
            optional: false, within: None, offset: None,
        };
        executions.condition = Node::AllOf { all_of: vec![executions.condition, Node::Leaf(never)] }.canonical();
        let gates_after = |events: &[Occurrence]| {
            let mut x = Child::new(&executions);
            x.sees_all(events);
            assert!(x.firings.is_empty());
            x.gates.values_mut().for_each(|gate| gate.ver = 0);
            x.gates
        };
        prop_assert_eq!(gates_after(&events), gates_after(&delivered));
    }

    #[test]
    fn p11_a_replay_of_the_whole_log_starts_nobody(
        (events, delivered) in deliveries(), executions in executions()
    ) {
        // Live in one order, then everything again in another.
        for (live, replayed) in [(&events, &delivered), (&delivered, &events)] {
            let mut x = Child::new(&executions);
            x.sees_all(live);
            let (gates, firings) = (x.gates.clone(), x.firings.len());
            x.sees_all(replayed);
            prop_assert_eq!(x.firings.len(), firings);
            prop_assert_eq!(x.gates, gates);
        }
    }

    #[test]
    fn p12_a_redrive_with_a_later_end_is_always_taken(
        (events, delivered) in deliveries(), executions in executions(), which in any::<Index>()
    ) {
        let mut x = Child::new(&executions);
        x.sees_all(&delivered);
        let mut redriven = which.get(&events).clone();
        redriven.at = events.iter().map(|e| e.at).max().unwrap() + 1;
        redriven.skipped = false;
        redriven.status = if redriven.status.is_terminal() { redriven.status } else { Status::Succeeded };
        for effect in x.sees(&redriven) {
            let taken = matches!(effect, Effect::Accepted { .. } | Effect::Superseded { .. } | Effect::Revoked { .. });
            let left_out = matches!(effect, Effect::Ignored { why: Ignored::Rerun | Ignored::Backfill, .. });
            prop_assert!(taken || left_out || matches!(effect, Effect::Held { .. }), "{effect:?}");
        }
    }
}

/// A run that makes a leaf true which holds nothing, and no other leaf false; not newer than `occurrence`, so that the time that
/// `within` counts back from stays.
fn spare(leaf: &LeafId, occurrence: &Occurrence, x: &Child) -> Option<Occurrence> {
    let status = *leaf.status.first()?;
    if !x.spec.leaves().all(|l| l.parent != leaf.parent || (l.offset == leaf.offset && l.status.contains(&status))) {
        return None;
    }
    let mut spare =
        Occurrence { parent: leaf.parent.clone(), execution: "arn:spare".into(), status, ..occurrence.clone() };
    if leaf.offset.is_some() {
        spare.date = spare.date.plus_days(-1).ok()?;
        spare.at -= 24 * 3_600_000;
    }
    x.spec.keys(&spare).0.iter().any(|key| x.spec.keys(occurrence).0.contains(key)).then_some(spare)
}
