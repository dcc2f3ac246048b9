//! The turn of a run by `concurrency`: executions that ask, wait, crash between reading and writing, end and are aborted, in every order.

use std::convert::Infallible;

use pipesynth_contract::claim::Turn;
use pipesynth_contract::options::Concurrency;
use pipesynth_engine::{Asks, Lineup, take_turn};
use stateright::{Checker, Model, Property};

/// How far an execution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Run {
    Waits,
    Runs,
    /// Ended, gave up or was aborted.
    Over,
}

/// A claim under way: what it has read, and what it has decided and not written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Claim {
    Read(Lineup),
    /// With whether there is anything to write.
    Decided(Lineup, Turn, bool),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Account {
    lineup: Lineup,
    runs: Vec<Run>,
    claims: Vec<Option<Claim>>,
    /// In which order they began to run.
    began: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    Read(usize),
    Decide(usize),
    Write(usize),
    /// The function dies after writing, so that the machine asks again.
    Lose(usize),
    End(usize),
    Abort(usize),
}

/// `careful` is the shipped condition; without it a write counts whatever stands there.
#[derive(Clone)]
struct Runs {
    concurrency: Concurrency,
    number: usize,
    careful: bool,
}

fn arn(number: usize) -> String {
    format!("arn:{number}")
}

impl Model for Runs {
    type State = Account;
    type Action = Step;

    fn init_states(&self) -> Vec<Account> {
        let runs = vec![Run::Waits; self.number];
        vec![Account { lineup: Lineup::default(), claims: vec![None; runs.len()], runs, began: Vec::new() }]
    }

    fn actions(&self, state: &Account, steps: &mut Vec<Step>) {
        for (n, (run, claim)) in state.runs.iter().zip(&state.claims).enumerate() {
            match (run, claim) {
                (Run::Over, _) => {}
                (Run::Runs, _) => steps.push(Step::End(n)),
                (Run::Waits, None) => steps.extend([Step::Read(n), Step::Abort(n)]),
                (Run::Waits, Some(Claim::Read(_))) => steps.extend([Step::Decide(n), Step::Abort(n)]),
                (Run::Waits, Some(Claim::Decided(..))) => steps.extend([Step::Write(n), Step::Lose(n), Step::Abort(n)]),
            }
        }
    }

    fn next_state(&self, state: &Account, step: Step) -> Option<Account> {
        let mut next = state.clone();
        match step {
            Step::Read(n) => next.claims[n] = Some(Claim::Read(state.lineup.clone())),
            Step::Decide(n) => {
                let Some(Claim::Read(read)) = &state.claims[n] else { return None };
                let over = |other: &str| {
                    let is_over = |(n, run): (usize, &Run)| arn(n) == other && *run == Run::Over;
                    Ok::<_, Infallible>(state.runs.iter().enumerate().any(is_over))
                };
                let Ok((lineup, turn)) =
                    take_turn(self.concurrency, read, Asks { execution: &arn(n), started: n as u64 }, over);
                let turn = turn?;
                let changed = lineup.ver != read.ver;
                next.claims[n] = Some(Claim::Decided(lineup, turn, changed));
            }
            Step::Write(n) | Step::Lose(n) => {
                let Some(Claim::Decided(lineup, turn, changed)) = next.claims[n].take() else { return None };
                if changed && self.careful && lineup.ver != state.lineup.ver + 1 {
                    return Some(next);
                }
                if changed {
                    next.lineup = lineup;
                }
                match turn {
                    _ if matches!(step, Step::Lose(_)) => {}
                    Turn::Go => {
                        next.runs[n] = Run::Runs;
                        next.began.push(n);
                    }
                    Turn::Skip => next.runs[n] = Run::Over,
                    Turn::Wait => {}
                }
            }
            Step::End(n) | Step::Abort(n) => (next.runs[n], next.claims[n]) = (Run::Over, None),
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("one at a time", |_, state: &Account| {
                state.runs.iter().filter(|run| **run == Run::Runs).count() <= 1
            }),
            Property::sometimes("all of them run", |model: &Runs, state: &Account| state.began.len() == model.number),
        ]
    }
}

#[test]
fn one_run_at_a_time_in_every_order() {
    for concurrency in [Concurrency::Queue, Concurrency::Latest, Concurrency::Skip] {
        let checker = Runs { concurrency, number: 3, careful: true }.checker().threads(2).spawn_bfs().join();
        eprintln!("turn, {concurrency:?}: {} states, depth {}", checker.unique_state_count(), checker.max_depth());
        checker.assert_properties();
    }
}

#[test]
fn without_the_condition_of_the_version_two_runs_go_at_once() {
    let broken = Runs { concurrency: Concurrency::Queue, number: 2, careful: false };
    let checker = broken.checker().spawn_bfs().join();
    assert!(checker.discovery("one at a time").is_some(), "nobody saw it");
}
