//! P15: chains stay short and never lead back, even where the registered graph has a cycle.

use pipesynth_contract::Status;
use pipesynth_contract::expression::{Leaf, Node};
use pipesynth_contract::options::Correlate;
use pipesynth_contract::starts::{Executions, Trigger};
use pipesynth_engine::{Gate, MAX_CHAIN, Occurrence, Origin, Spec, Standing, decide};
use proptest::prelude::*;

use super::world::{MONDAY, id};

/// A pipeline that starts after any of its parents.
fn spec_of(child: usize, parents: &[usize]) -> Option<Spec> {
    let leaf = |p: &usize| {
        Node::Leaf(Leaf {
            account: None,
            name: format!("p{p}"),
            status: vec![Status::Succeeded],
            optional: false,
            within: None,
            offset: None,
        })
    };
    let any_of: Vec<Node> = parents.iter().filter(|p| **p != child).map(leaf).collect();
    if any_of.is_empty() {
        return None;
    }
    let mut executions = Executions::new(Node::AnyOf { any_of });
    executions.correlate = Correlate::None;
    let trigger = Trigger { executions: Some(executions), ..Trigger::default() };
    Spec::new(&id(&format!("p{child}")), &trigger, "UTC", &Standing::default()).unwrap()
}

fn run(pipeline: usize, number: u64, chain: Vec<pipesynth_contract::PipelineId>) -> Occurrence {
    Occurrence {
        parent: id(&format!("p{pipeline}")),
        run_key: format!("manual/m{number}#1").parse().unwrap(),
        execution: format!("arn:{number}").into(),
        status: Status::Succeeded,
        at: MONDAY + number,
        started: MONDAY + number,
        date: "2026-11-23".parse().unwrap(),
        instant: None,
        rerun_of: None,
        backfill: false,
        skipped: false,
        given_up: false,
        chain: chain.into(),
        input: Default::default(),
        origin: Origin::Run,
    }
}

proptest! {
    #![proptest_config(super::world::config())]

    #[test]
    fn p15_a_cycle_that_slipped_in_comes_to_an_end(
        parents in prop::collection::vec(prop::collection::vec(0..6usize, 0..2), 6), first in 0..6usize
    ) {
        let specs: Vec<Option<Spec>> = parents.iter().enumerate().map(|(child, p)| spec_of(child, p)).collect();
        let mut gates: Vec<Option<Gate>> = specs.iter().map(|s| s.as_ref().map(|s| Gate::new(s, "all"))).collect();
        let (mut queue, mut number) = (vec![run(first, 0, Vec::new())], 0);
        while let Some(occurrence) = queue.pop() {
            for (child, spec) in specs.iter().enumerate() {
                let Some(spec) = spec else { continue };
                let decision = decide(gates[child].take().unwrap(), &occurrence, spec);
                gates[child] = Some(decision.gate);
                if let Some(firing) = decision.firing {
                    prop_assert!(firing.chain.len() <= MAX_CHAIN && !firing.chain.contains(&firing.child));
                    number += 1;
                    queue.push(run(child, number, firing.chain.to_vec()));
                }
            }
            prop_assert!(number < 500, "the loop does not end");
        }
    }

    #[test]
    fn p15_a_line_of_pipelines_is_followed_for_32_links(length in 1..40usize) {
        let (mut chain, mut fired) = (Vec::new(), 0);
        for child in 1..=length {
            let spec = spec_of(child, &[child - 1]).unwrap();
            let decision = decide(Gate::new(&spec, "all"), &run(child - 1, 1, chain), &spec);
            let Some(firing) = decision.firing else { break };
            chain = firing.chain.to_vec();
            fired = child;
        }
        prop_assert_eq!(fired, length.min(MAX_CHAIN));
    }
}
