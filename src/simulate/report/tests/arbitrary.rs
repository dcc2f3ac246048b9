//! A row of numbers → any record, sensible or not: positions that point nowhere, times outside the calendar, ends before starts.

use pipesynth_contract::Status;
use pipesynth_contract::options::Concurrency;
use pipesynth_engine::FiringCause;
use pipesynth_simulator::record::{Cause, Entry, Pipeline, Reason, Record, Run, Verdict, Waiting, What};

use super::fixture::{at, date, effects, id, run};

/// Numbers that are used up one after the other; 0 behind their end.
pub(super) struct Tape(pub std::vec::IntoIter<u64>);

const TEXTS: [&str; 7] = [
    "plain",
    "",
    "<b>\"&'{{data}}",
    "日本語の長い名前",
    "❤\u{fe0f}❤\u{fe0f}❤\u{fe0f}👩\u{200d}🚀❤\u{fe0f}❤\u{fe0f}",
    "a\u{1b}[31m\nb\u{202e}c\td",
    "words that are many and go on for longer than a line has columns",
];

impl Tape {
    fn next(&mut self) -> u64 {
        self.0.next().unwrap_or(0)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn text(&mut self) -> String {
        TEXTS[usize::try_from(self.below(7)).unwrap()].to_owned()
    }

    fn time(&mut self) -> u64 {
        match self.below(8) {
            0 => self.next(),
            1 => 0,
            2 => u64::MAX,
            _ => at(0, 0, 0) + self.below(5 * 86_400_000),
        }
    }

    /// Mostly below `count`, now and then beyond.
    fn position(&mut self, count: u64) -> usize {
        usize::try_from(match self.below(9) {
            0 => u64::MAX,
            _ => self.below(count + 1),
        })
        .unwrap()
    }

    fn cause(&mut self, runs: u64) -> Cause {
        match self.below(7) {
            0 => Cause::Schedule(self.time()),
            1 => Cause::Manual,
            2 => Cause::Rerun(self.position(runs)),
            3 => Cause::Backfill,
            kind => Cause::Condition {
                firing_id: self.text(),
                cause: [FiringCause::Executions, FiringCause::Rerun, FiringCause::Deadline]
                    [usize::try_from(kind - 4).unwrap()],
                parents: (0..self.below(9)).map(|n| (self.position(runs), n % 3 == 1)).collect(),
                decided: self.time(),
            },
        }
    }

    fn run(&mut self, pipelines: u64, runs: u64) -> Run {
        let started = self.time();
        Run {
            pipeline: self.position(pipelines),
            cause: self.cause(runs),
            started,
            worked_from: (self.below(4) > 0).then(|| self.time()),
            ended: (self.below(4) > 0).then(|| self.time()),
            status: Status::ALL[usize::try_from(self.below(5)).unwrap()],
            skipped: self.below(6) == 0,
            reason: match self.below(12) {
                0 => Some(Reason::KeyTaken),
                1 => Some(Reason::GivenUp),
                2 => Some(Reason::WaitedTooLong),
                3 => Some(Reason::QueueFull),
                4 => Some(Reason::TimeLimit(self.next())),
                5 => Some(Reason::InputRefused),
                _ => None,
            },
            date: date(self.below(7)),
            ..run(0, at(0, 3, 0), 0, Cause::Manual)
        }
    }

    fn what(&mut self) -> What {
        let mut effects = effects();
        match self.below(20) {
            0 => What::Fired(self.text()),
            1 => What::Dropped(self.text()),
            2 => What::Dead(self.text()),
            3 => What::Queued(self.text()),
            4 => What::NoKey(self.text()),
            5 => What::Undelivered(self.text()),
            6 => What::Fault(self.text()),
            7 => What::Action(self.text()),
            8..12 => What::Alert { about: self.text(), targets: (0..self.below(9)).map(|_| self.text()).collect() },
            _ => {
                let which = usize::try_from(self.next() % effects.len() as u64).unwrap();
                What::Gate(self.text().into(), effects.swap_remove(which))
            }
        }
    }

    pub fn record(&mut self) -> Record {
        let (pipelines, runs) = (self.below(6), self.below(12));
        let ids =
            |tape: &mut Self| id("111111111111", ["a", "b", "elsewhere"][usize::try_from(tape.below(3)).unwrap()]);
        Record {
            from: self.time(),
            until: self.time(),
            pipelines: (0..pipelines)
                .map(|n| Pipeline {
                    id: id("111111111111", &format!("p{n}")),
                    name: self.text(),
                    timezone: self.text(),
                    concurrency: [Concurrency::Queue, Concurrency::Skip, Concurrency::Latest]
                        [usize::try_from(n % 3).unwrap()],
                })
                .collect(),
            runs: (0..runs).map(|_| self.run(pipelines, runs)).collect(),
            log: (0..self.below(12))
                .map(|_| Entry {
                    at: self.time(),
                    pipeline: (self.below(4) > 0).then(|| self.position(pipelines)),
                    run: (self.below(2) > 0).then(|| self.position(runs)),
                    what: self.what(),
                })
                .collect(),
            waiting: (0..self.below(3))
                .map(|_| Waiting {
                    pipeline: self.position(pipelines),
                    key: self.text(),
                    holds: (0..self.below(3))
                        .map(|_| (ids(self), (self.below(2) > 0).then_some(Status::Failed)))
                        .collect(),
                    missing: (0..self.below(9))
                        .map(|_| (ids(self), Status::ALL[..usize::try_from(self.below(3)).unwrap()].to_vec()))
                        .collect(),
                })
                .collect(),
            vain: Vec::new(),
            verdicts: (0..self.below(3))
                .map(|n| Verdict {
                    label: format!("expect[{n}] {}", self.text()),
                    faults: (0..self.below(3)).map(|_| self.text()).collect(),
                })
                .collect(),
            events: self.next(),
            decisions: self.next(),
        }
    }
}
