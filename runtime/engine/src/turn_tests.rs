//! Random executions that come, ask, end and are aborted → never two at once, in order, and nobody forgotten.

use std::collections::BTreeSet;
use std::convert::Infallible;

use pipesynth_contract::options::Concurrency;
use proptest::prelude::*;

use super::*;

/// Executions by number; each is over, waits or runs.
#[derive(Default)]
struct Account {
    lineup: Lineup,
    over: BTreeSet<String>,
    running: BTreeSet<String>,
    started: Vec<usize>,
}

impl Account {
    fn ask(&mut self, concurrency: Concurrency, number: usize) -> Turn {
        let me = number.to_string();
        let over = |other: &str| Ok::<_, Infallible>(self.over.contains(other));
        let asks = Asks { execution: &me, started: number as u64 };
        let Ok((lineup, answer)) = take_turn(concurrency, &self.lineup, asks, over);
        let changed = lineup != Lineup { ver: lineup.ver, ..self.lineup.clone() };
        assert_eq!(lineup.ver, self.lineup.ver + u64::from(changed));
        self.lineup = lineup;
        let answer = answer.expect("the line is not full");
        match answer {
            Turn::Go if self.running.insert(me) => self.started.push(number),
            Turn::Skip => self.end(number),
            _ => {}
        }
        answer
    }

    fn end(&mut self, number: usize) {
        self.running.remove(&number.to_string());
        self.over.insert(number.to_string());
    }

    fn is_over(&self, number: usize) -> bool {
        self.over.contains(&number.to_string())
    }
}

fn mode() -> impl Strategy<Value = Concurrency> {
    prop_oneof![Just(Concurrency::Queue), Just(Concurrency::Latest), Just(Concurrency::Skip)]
}

proptest! {
    #[test]
    fn never_do_two_executions_have_the_turn(mode in mode(), script in prop::collection::vec((0..8usize, 0..4u8), 0..80)) {
        let mut account = Account::default();
        for (number, what) in script {
            match what {
                // It has asked and ends, or it is aborted before or while it waits.
                0 => account.end(number),
                _ if account.is_over(number) => {}
                _ => {
                    let first = account.ask(mode, number);
                    prop_assert!(first == Turn::Skip || account.ask(mode, number) == first, "asking again changes the answer");
                }
            }
            prop_assert!(account.running.len() <= 1, "{:?}", account.running);
        }
    }

    #[test]
    fn those_that_queue_start_in_the_order_in_which_they_came(aborted in prop::collection::vec(any::<bool>(), 1..8)) {
        let mut account = Account::default();
        account.ask(Concurrency::Queue, 100);
        for number in 0..aborted.len() {
            prop_assert_eq!(account.ask(Concurrency::Queue, number), Turn::Wait);
        }
        (0..aborted.len()).filter(|n| aborted[*n]).for_each(|n| account.end(n));
        account.end(100);
        let alive: Vec<usize> = (0..aborted.len()).filter(|n| !aborted[*n]).collect();
        for next in &alive {
            for other in alive.iter().rev().filter(|other| *other > next) {
                prop_assert_eq!(account.ask(Concurrency::Queue, *other), Turn::Wait);
            }
            prop_assert_eq!(account.ask(Concurrency::Queue, *next), Turn::Go);
            account.end(*next);
        }
        prop_assert_eq!(&account.started[1..], &alive[..]);
    }
}

#[test]
fn of_those_that_wait_latest_keeps_the_newest_only() {
    let mut account = Account::default();
    let mut ask = |number| account.ask(Concurrency::Latest, number);
    assert_eq!([ask(1), ask(2), ask(3)], [Turn::Go, Turn::Wait, Turn::Wait]);
    assert_eq!((ask(2), ask(3), ask(1)), (Turn::Skip, Turn::Wait, Turn::Go));
    account.end(1);
    assert_eq!(account.ask(Concurrency::Latest, 3), Turn::Go);
    account.end(3);
    assert_eq!(account.ask(Concurrency::Latest, 2), Turn::Skip, "never the older one after the newer");
}

#[test]
fn latest_keeps_the_newest_of_many() {
    let mut account = Account::default();
    account.ask(Concurrency::Latest, 0);
    for number in 1..200 {
        account.ask(Concurrency::Latest, number);
    }
    let still = |n: &usize| account.ask(Concurrency::Latest, *n) == Turn::Wait;
    assert_eq!((1..200).filter(still).collect::<Vec<_>>(), [199]);
    account.end(0);
    assert_eq!(account.ask(Concurrency::Latest, 199), Turn::Go);
}

#[test]
fn a_line_of_aborted_executions_is_not_full() {
    let mut account = Account::default();
    account.ask(Concurrency::Queue, 1000);
    for number in 0..MAX_WAITING {
        account.ask(Concurrency::Queue, number);
    }
    (0..MAX_WAITING).for_each(|n| account.end(n));
    assert_eq!(account.ask(Concurrency::Queue, 2000), Turn::Wait);
}

#[test]
fn skip_gives_up_while_another_runs_and_allow_asks_nobody() {
    let mut account = Account::default();
    assert_eq!([1, 2].map(|n| account.ask(Concurrency::Skip, n)), [Turn::Go, Turn::Skip]);
    account.end(1);
    assert_eq!(account.ask(Concurrency::Skip, 3), Turn::Go);
    assert_eq!(account.ask(Concurrency::Allow, 4), Turn::Go);
    assert_eq!(account.lineup.holder.as_deref(), Some("3"), "allow writes nothing");
}

#[test]
fn a_line_has_an_end() {
    let mut lineup = Lineup { holder: Some("a".into()), ..Lineup::default() };
    let mut ask = |me: &str| {
        let asks = Asks { execution: me, started: 1 };
        let Ok((next, turn)) = take_turn(Concurrency::Queue, &lineup, asks, |_| Ok::<_, Infallible>(false));
        lineup = next;
        turn
    };
    for number in 0..MAX_WAITING {
        assert_eq!(ask(&number.to_string()), Some(Turn::Wait));
    }
    assert_eq!((ask("late"), ask("7"), ask("a")), (None, Some(Turn::Wait), Some(Turn::Go)));
}

#[test]
fn where_nobody_knows_whether_the_holder_is_over_nothing_is_decided() {
    let lineup = Lineup { holder: Some("a".into()), ..Lineup::default() };
    assert_eq!(
        take_turn(Concurrency::Queue, &lineup, Asks { execution: "b", started: 1 }, |_| Err("throttled")),
        Err("throttled")
    );
}
