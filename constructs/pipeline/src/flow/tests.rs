//! Graphs → how they are laid out: exactly where that can be, and never too early.

use std::collections::BTreeSet;

use super::Flow::{Parallel, Sequence, Step};
use super::{Flow, layout};

/// `a -> b` pairs over `count` steps → who waits for whom.
fn after(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    (0..count).map(|n| edges.iter().filter(|(_, to)| *to == n).map(|(from, _)| *from).collect()).collect()
}

/// For each step, who is done before it starts; each step must occur once.
fn done(flow: &Flow, before: &BTreeSet<usize>, found: &mut Vec<Option<BTreeSet<usize>>>) -> BTreeSet<usize> {
    match flow {
        Step(step) => {
            assert!(found[*step].replace(before.clone()).is_none(), "step {step} stands twice");
            BTreeSet::from([*step])
        }
        Sequence(parts) => {
            let mut all = BTreeSet::new();
            for part in parts {
                let so_far = before.union(&all).copied().collect();
                all.extend(done(part, &so_far, found));
            }
            all
        }
        Parallel(parts) => parts.iter().flat_map(|part| done(part, before, found)).collect(),
    }
}

/// Who is before whom in the layout, and in the graph.
fn both(after: &[Vec<usize>]) -> (Vec<BTreeSet<usize>>, Vec<BTreeSet<usize>>) {
    let mut found = vec![None; after.len()];
    done(&layout(after), &BTreeSet::new(), &mut found);
    let wanted = super::ancestors(after);
    let wanted = wanted.iter().map(|row| (0..row.len()).filter(|n| row[*n]).collect()).collect();
    (found.into_iter().map(Option::unwrap).collect(), wanted)
}

/// Numbers that look random; the same ones every time.
fn numbers(mut seed: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    }
}

#[test]
fn a_chain_is_a_sequence_and_a_diamond_has_one_group() {
    assert_eq!(layout(&after(3, &[(0, 1), (1, 2)])), Sequence(vec![Step(0), Step(1), Step(2)]));
    let diamond = after(4, &[(0, 1), (0, 2), (1, 3), (2, 3)]);
    assert_eq!(layout(&diamond), Sequence(vec![Step(0), Parallel(vec![Step(1), Step(2)]), Step(3)]));
    assert_eq!(layout(&after(1, &[])), Step(0));
}

#[test]
fn branches_of_two_steps_do_not_wait_for_each_other() {
    let flow = layout(&after(5, &[(0, 1), (0, 2), (1, 3), (2, 4)]));
    let branch = |a, b| Sequence(vec![Step(a), Step(b)]);
    assert_eq!(flow, Sequence(vec![Step(0), Parallel(vec![branch(1, 3), branch(2, 4)])]));
    assert_eq!(flow.width(), 2);
    assert_eq!(flow.longest(&|step| [1, 10, 3, 10, 30][step]), 34);
}

#[test]
fn a_graph_that_is_not_made_of_groups_waits_for_more_than_it_must() {
    // 2 waits for 0 and 1, 3 waits for 1 alone.
    let crossed = after(4, &[(0, 2), (1, 2), (1, 3)]);
    assert_eq!(layout(&crossed), Sequence(vec![Parallel(vec![Step(0), Step(1)]), Parallel(vec![Step(2), Step(3)])]));
}

#[test]
fn nobody_starts_before_those_that_it_waits_for_in_any_graph() {
    let mut number = numbers(7);
    for round in 0..400 {
        let count = 1 + number(12) as usize;
        let dense = 1 + number(4);
        let graph: Vec<Vec<usize>> = (0..count).map(|n| (0..n).filter(|_| number(6) < dense).collect()).collect();
        let (found, wanted) = both(&graph);
        for (n, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
            assert!(found.is_superset(wanted), "round {round}: step {n} of {graph:?} starts after {found:?}");
        }
    }
}

/// A random flow over the next steps, and the graph in which every step waits for all that is before it in the flow.
fn random(number: &mut impl FnMut(u64) -> u64, depth: u32, next: &mut usize) -> Flow {
    if depth == 0 || number(3) == 0 {
        *next += 1;
        return Step(*next - 1);
    }
    let parts = (0..2 + number(2)).map(|_| random(number, depth - 1, next)).collect();
    if number(2) == 0 { Sequence(parts) } else { Parallel(parts) }
}

#[test]
fn what_is_made_of_sequences_and_groups_waits_for_exactly_what_it_names() {
    let mut number = numbers(11);
    for round in 0..200 {
        let mut count = 0;
        let flow = random(&mut number, 4, &mut count);
        let mut wanted = vec![None; count];
        done(&flow, &BTreeSet::new(), &mut wanted);
        let graph: Vec<Vec<usize>> = wanted.iter().map(|set| set.iter().flatten().copied().collect()).collect();
        let (found, wanted) = both(&graph);
        assert_eq!(found, wanted, "round {round}: {flow:?}");
        assert_eq!(layout(&graph).width(), flow.width(), "round {round}: {flow:?}");
    }
}

fn depth(flow: &Flow) -> usize {
    match flow {
        Step(_) => 0,
        Sequence(parts) => parts.iter().map(depth).max().unwrap_or(0),
        Parallel(parts) => 1 + parts.iter().map(depth).max().unwrap_or(0),
    }
}

#[test]
fn groups_in_groups_come_to_an_end_and_large_graphs_are_laid_out_in_time() {
    // Step 2n waits for nobody of its pair; each pair opens a group in the one before.
    let nested: Vec<Vec<usize>> =
        (0..256).map(|n: usize| (0..n).filter(|b| b % 2 == 0 && *b + 1 < n).collect()).collect();
    let ladder: Vec<Vec<usize>> =
        (0..256).map(|n: usize| (n.saturating_sub(3)..n).filter(|b| (n + b) % 2 == 1).collect()).collect();
    for graph in [nested, ladder] {
        let flow = layout(&graph);
        assert!(depth(&flow) <= super::DEPTH + 1, "{}", depth(&flow));
        let (found, wanted) = both(&graph);
        assert!(found.iter().zip(&wanted).all(|(found, wanted)| found.is_superset(wanted)));
    }
}
