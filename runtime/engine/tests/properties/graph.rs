//! P15 and the rules of the graph after any sequence of registrations, renames and deletions.

use std::collections::{BTreeMap, BTreeSet};

use pipesynth_contract::PipelineId;
use pipesynth_contract::registration::Registration;
use pipesynth_engine::registry::{Outcome, Refused, RegisterError, deregister, register};
use pipesynth_engine::store::{Child, Entry, MemoryStore, Registry, State, Store};
use pipesynth_suite::world::{id, waits_for};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

#[derive(Debug, Clone)]
enum Act {
    Register(&'static str, Vec<&'static str>, Option<&'static str>),
    Deregister(&'static str, bool),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let name = || select(NAMES.to_vec());
    let register = (name(), subsequence(NAMES.to_vec(), 0..=3), prop::option::weighted(0.2, name()));
    let act = prop_oneof![
        4 => register.prop_map(|(name, parents, old)| Act::Register(name, parents, old)),
        1 => (name(), any::<bool>()).prop_map(|(name, force)| Act::Deregister(name, force)),
    ];
    prop::collection::vec(act, 1..25)
}

fn play(store: &MemoryStore, act: &Act, now: u64) -> Result<Outcome, RegisterError> {
    match act {
        Act::Register(name, parents, old) => {
            let registration = Registration { renamed_from: old.map(id), ..waits_for(name, parents) };
            register(store, &registration, now)
        }
        Act::Deregister(name, force) => deregister(store, &id(name), *force),
    }
}

fn live(store: &MemoryStore) -> BTreeMap<PipelineId, BTreeSet<PipelineId>> {
    let ids = NAMES.iter().filter_map(|name| store.child(&id(name)).unwrap());
    ids.map(|child: std::sync::Arc<Child>| {
        let leaves = child.spec.iter().flat_map(|spec| spec.leaves());
        (child.id().clone(), leaves.map(|leaf| leaf.parent.clone()).collect())
    })
    .collect()
}

/// The pipelines from which one comes back to itself.
fn in_cycles(graph: &BTreeMap<PipelineId, BTreeSet<PipelineId>>) -> Vec<PipelineId> {
    let mut left = graph.clone();
    // Whoever waits for nobody that is left is in none.
    while let Some(free) = left.iter().find(|(_, parents)| parents.iter().all(|p| !left.contains_key(p))) {
        let free = free.0.clone();
        left.remove(&free);
    }
    left.into_keys().collect()
}

/// A refused cycle is one: each of its pipelines starts the next, and the last one is what was asked for.
fn is_a_way(store: &MemoryStore, cycle: &[PipelineId], parents: &[&str]) -> bool {
    let graph = live(store);
    let inner = cycle[1..].windows(2).all(|pair| {
        let is_last = pair[1] == cycle[0];
        is_last || graph.get(&pair[1]).is_some_and(|parents| parents.contains(&pair[0]))
    });
    inner && cycle.first() == cycle.last() && (cycle.len() > 2 || !parents.is_empty())
}

fn check(store: &MemoryStore) -> Result<(), TestCaseError> {
    let graph = live(store);
    prop_assert_eq!(in_cycles(&graph), vec![]);
    let entries: BTreeMap<PipelineId, Entry> =
        store.entries().unwrap().into_iter().map(|entry| (entry.id.clone(), entry)).collect();
    for name in NAMES {
        let waiting: Vec<PipelineId> =
            graph.iter().filter(|(_, parents)| parents.contains(&id(name))).map(|(child, _)| child.clone()).collect();
        prop_assert_eq!(&store.dependants(&id(name)).unwrap(), &waiting, "links of {}", name);
    }
    for (child, parents) in &graph {
        let registered = entries[child].registered().unwrap();
        let orphans: Vec<PipelineId> = parents
            .iter()
            .filter(|p| entries.get(p).is_some_and(|e| matches!(e.state, State::Deleted { successor: None })))
            .cloned()
            .collect();
        prop_assert_eq!(&registered.standing.orphaned, &orphans, "orphaned leaves of {}", child);
        let renamed =
            |p: &&PipelineId| entries.get(p).is_some_and(|e| matches!(e.state, State::Deleted { successor: Some(_) }));
        prop_assert_eq!(parents.iter().find(renamed), None, "{} waits for a name that is gone", child);
        let since: BTreeSet<&PipelineId> = registered.standing.since.iter().map(|(leaf, _)| &leaf.parent).collect();
        prop_assert_eq!(since, parents.iter().collect::<BTreeSet<_>>());
    }
    Ok(())
}

proptest! {
    #![proptest_config(super::world::config())]

    #[test]
    fn p15_whatever_is_accepted_the_graph_is_whole_and_has_no_cycle(acts in acts()) {
        let store = MemoryStore::default();
        for (number, act) in acts.iter().enumerate() {
            let before = (store.graph_version().unwrap(), store.entries().unwrap());
            let answer = play(&store, act, number as u64);
            match &answer {
                Ok(outcome) => {
                    prop_assert_eq!(store.graph_version().unwrap(), before.0 + u64::from(outcome.written));
                    // CloudFormation may repeat its requests.
                    let again = play(&store, act, 1_000);
                    prop_assert!(again.as_ref().is_ok_and(|again| !again.written), "{:?}: {:?}", act, again);
                }
                Err(RegisterError::Refused(refused)) => {
                    prop_assert_eq!((store.graph_version().unwrap(), store.entries().unwrap()), before);
                    if let (Refused::Cycle(cycle), Act::Register(_, parents, None)) = (refused, act) {
                        prop_assert!(is_a_way(&store, cycle, parents), "{:?}: {:?}", act, cycle);
                    }
                }
                Err(other) => prop_assert!(false, "{other:?}"),
            }
            check(&store)?;
        }
    }

    #[test]
    fn a_registration_is_refused_only_for_a_cycle_that_it_would_close(acts in acts()) {
        let store = MemoryStore::default();
        for act in &acts {
            let mut graph = live(&store);
            let answer = play(&store, act, 0);
            // Names that were renamed stand for others, for who named them before also once somebody else has the name; here only those
            // that stand for themselves.
            let plain = store.entries().unwrap().iter().all(|entry| {
                let follows = entry.registered().is_some_and(|registered| !registered.standing.renamed.is_empty());
                !follows && !matches!(entry.state, State::Deleted { successor: Some(_) })
            });
            if let Act::Register(name, parents, None) = act && plain {
                graph.insert(id(name), parents.iter().map(|p| id(p)).collect());
                let refused = matches!(answer, Err(RegisterError::Refused(Refused::Cycle(_))));
                prop_assert_eq!(refused, !in_cycles(&graph).is_empty(), "{:?}: {:?}", act, answer);
            }
        }
    }
}
