//! A seed → a history: registrations, deletions, runs, looks at the clock, dispatches, and raw writes that fit or do not.

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::registration::Registration;
use pipesynth_contract::starts::Trigger;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::Occurrence;
use pipesynth_engine::store::Sending;
use serde_json::{Value, json};

use crate::world::{HOUR, MONDAY, id, not_before, registration, run, trigger};

/// The pipelines of the histories.
pub const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Event {
    Register(Box<Registration>),
    Deregister(PipelineId, bool),
    Ingest(Box<Occurrence>),
    /// The own run of a child for the oldest of its firings in this state, or nothing.
    Own(PipelineId, Status),
    Sweep,
    Recheck(PipelineId),
    /// With a bus that answers or does not.
    Dispatch(PipelineId, bool),
    /// Writes the first gate that the child holds again, as the version this much after the stored one, with a registration this much
    /// older, with or without a firing.
    Commit(PipelineId, u64, u64, bool),
    /// Moves the oldest firing from this state to that, with a lane this much after the stored one.
    Settle(PipelineId, Sending, Sending, Option<u64>),
    Claim(PipelineId, u64, u64),
}

/// Numbers from a seed: xorshift64*, Marsaglia 2003 and Vigna 2016.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Below `limit`.
    pub fn roll(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    /// Once in so many.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.roll(times) == 0
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.roll(from.len() as u64)).unwrap_or(0)].clone()
    }

    fn name(&mut self) -> PipelineId {
        id(self.pick(&NAMES))
    }

    /// What happens next; `now` goes on by itself.
    pub fn event(&mut self, now: &mut u64) -> Event {
        *now += self.roll(40) * 60_000;
        match self.roll(100) {
            0..14 => Event::Register(Box::new(self.registration())),
            14..18 => Event::Deregister(self.name(), self.once_in(2)),
            18..58 => Event::Ingest(Box::new(self.occurrence(*now))),
            58..66 => Event::Own(self.name(), self.pick(&[Status::Running, Status::Succeeded, Status::Failed])),
            66..70 => Event::Sweep,
            70..74 => Event::Recheck(self.name()),
            74..86 => Event::Dispatch(self.name(), !self.once_in(6)),
            86..92 => {
                Event::Commit(self.name(), self.pick(&[0, 1, 1, 1, 2]), self.pick(&[0, 0, 0, 1]), self.once_in(2))
            }
            92..97 => {
                let lane = self.pick(&[None, None, Some(0), Some(1), Some(1), Some(2)]);
                Event::Settle(self.name(), self.sending(*now), self.sending(*now), lane)
            }
            _ => Event::Claim(self.name(), self.roll(3), self.roll(4)),
        }
    }

    fn sending(&mut self, now: u64) -> Sending {
        let sent = Sending::Sent { at: now, tries: 1 };
        self.pick(&[Sending::Pending, Sending::Pending, Sending::Admitted, sent, Sending::Dropped])
    }

    fn registration(&mut self) -> Registration {
        let name = self.pick(&NAMES);
        let trigger = if self.once_in(5) { Trigger::default() } else { self.trigger() };
        let concurrency = self.pick(&[Concurrency::Allow, Concurrency::Queue, Concurrency::Latest, Concurrency::Skip]);
        let renamed_from = self.once_in(8).then(|| self.name());
        Registration { concurrency, renamed_from, ..registration(name, trigger) }
    }

    fn trigger(&mut self) -> Trigger {
        let parents = 1 + self.roll(3);
        let mut nodes = vec![Value::from(self.pick(&["all", "all", "any"]))];
        for _ in 0..parents {
            let name = self.pick(&NAMES);
            let failed = json!({"account": "111111111111", "name": name, "status": ["FAILED", "RUNNING"]});
            nodes.push(if self.once_in(6) { failed } else { name.into() });
        }
        let options = self.pick(&[
            json!({"correlate": "none", "within": "2h"}),
            json!({"correlate": "none", "within": "none"}),
            json!({"correlate": "day", "deadline": "07:00", "onMiss": "notify"}),
            json!({"correlate": "day", "onRerun": "ignore"}),
            json!({"correlate": "key:$.n", "whileRunning": "hold"}),
        ]);
        let trigger = trigger(&Value::Array(nodes), &options);
        if self.once_in(8) { not_before("cron(0 6 * * ? *)", trigger) } else { trigger }
    }

    /// One of few, so that many come again, as twins, or in another order.
    fn occurrence(&mut self, now: u64) -> Occurrence {
        let name = self.pick(&NAMES);
        let number = 1 + self.roll(5);
        let status =
            self.pick(&[Status::Succeeded, Status::Succeeded, Status::Succeeded, Status::Failed, Status::Running]);
        let day = now.saturating_sub(MONDAY) / (24 * HOUR);
        let at = now.saturating_sub(self.roll(4) * HOUR);
        let mut run = run(&format!("{name}{number}"));
        run.run_key = format!("manual/{name}-{day}-{number}#{}", 1 + self.roll(2)).parse().unwrap_or(run.run_key);
        run.execution = format!("arn:{}:{}", run.run_key, if self.once_in(8) { "twin" } else { "one" }).into();
        run.date = run.date.plus_days(i32::try_from(day).unwrap_or(0)).unwrap_or(run.date);
        run.input.insert("n".into(), self.roll(3).into());
        let skipped = status != Status::Running && self.once_in(15);
        Occurrence { status, at, started: at.saturating_sub(HOUR), skipped, ..run }
    }
}
