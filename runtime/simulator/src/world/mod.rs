//! The virtual clock: everything that happens, one thing after the other, through the production code.

mod actions;
mod central;
mod close;
mod faults;
mod queue;
mod run;
mod send;
mod start;
mod verdicts;
pub(crate) mod views;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use pipesynth_engine::{FiringCause, Lineup, LogicalDate};

use crate::lots::Seed;
use crate::record::{Entry, Record, What};
use crate::scenario::{Fault, Scenario};
use crate::shares::Share;
use crate::store::Central;
use crate::table::Table;
use crate::wiring::Deployment;
use crate::wiring::bus::Memo;
pub(crate) use close::pipelines;
use faults::Plan;
use queue::{Item, Queue};
use run::RunState;

/// The central side looks at the clock this often: 5 minutes, in milliseconds.
pub(crate) const SWEEP: u64 = 5 * 60_000;

/// A simulation on its way.
struct World<'a> {
    deployment: &'a Deployment,
    scenario: &'a Scenario,
    share: Share<'a>,
    /// Whether a pipeline was started that is not of this share.
    astray: bool,
    plan: Plan<'a>,
    seed: Seed,
    now: u64,
    queue: Queue,
    store: Box<dyn Central>,
    /// For each bus.
    memos: Vec<Memo>,
    /// Whether a role may put status events from one bus on another: by position of both, and role.
    allowed: Table<(usize, usize), (String, bool)>,
    /// The bus that takes each pipeline's triggers or why none does, once it was asked.
    trigger_buses: Vec<Option<Result<usize, String>>>,
    /// Beside [`Record::runs`], at the same positions.
    runs: Vec<RunState>,
    /// Positions of each pipeline's runs, in the order of their starts.
    of_pipeline: Vec<Vec<usize>>,
    /// ARN → run.
    executions: Table<Arc<str>, usize>,
    /// Firings that were decided, by id.
    firings: Table<String, Decided>,
    /// Who has the turn, by pipeline.
    lineups: BTreeMap<usize, Lineup>,
    /// Dates that a backfill has still to run.
    backfills: Vec<(usize, VecDeque<LogicalDate>)>,
    outages: Vec<Outage<'a>>,
    /// Who was told: pipeline, run, and the date where there is no run.
    told: Vec<(usize, Option<usize>, Option<LogicalDate>)>,
    record: Record,
}

/// A world that is over.
pub(crate) struct Ended {
    /// What happened.
    pub record: Record,
    /// Whether a pipeline was started that is not of its share.
    pub astray: bool,
}

/// What is kept of a firing for the run that it starts.
struct Decided {
    cause: FiringCause,
    date: LogicalDate,
    parents: Vec<(usize, bool)>,
    /// When: later than the event where that was late.
    decided: u64,
}

/// An account that cannot be reached for a while.
struct Outage<'a> {
    account: &'a str,
    from: u64,
    until: u64,
    /// When the last event that waited arrives.
    last: u64,
}

/// Runs a scenario. `Err` has every fault of the scenario.
pub(crate) fn simulate(
    deployment: &Deployment,
    scenario: &Scenario,
    store: Box<dyn Central>,
    share: Share<'_>,
) -> Result<Ended, Vec<String>> {
    let mut faults = faults::unknown(deployment, scenario);
    if scenario.from >= scenario.until {
        faults.push("the simulation ends before it begins".to_owned());
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    // Through the production registry, with its rules.
    let own = |id| deployment.position(id).is_none_or(|pipeline| share.has(pipeline));
    for registration in deployment.registrations.iter().filter(|registration| own(&registration.id)) {
        if let Err(why) = pipesynth_engine::registry::register(&*store, registration, scenario.from) {
            faults.push(format!("pipeline `{}` is refused: {why}", registration.id));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut world = World::new(deployment, scenario, store, share);
    world.begin();
    while let Some((at, item)) = world.queue.pop(scenario.until) {
        world.now = at;
        world.happen(item).map_err(|error| vec![error.to_string()])?;
    }
    Ok(world.close())
}

impl<'a> World<'a> {
    fn new(deployment: &'a Deployment, scenario: &'a Scenario, store: Box<dyn Central>, share: Share<'a>) -> Self {
        let outages = scenario.faults.iter().filter_map(|fault| match fault {
            Fault::Outage { account, from, until } => {
                let account = account.as_deref().unwrap_or(&deployment.central.account);
                Some(Outage { account, from: *from, until: *until, last: 0 })
            }
            _ => None,
        });
        Self {
            deployment,
            scenario,
            share,
            astray: false,
            plan: Plan::new(deployment, scenario),
            seed: Seed::new(scenario.seed),
            now: scenario.from,
            queue: Queue::default(),
            store,
            memos: deployment.buses.iter().map(|_| Memo::default()).collect(),
            allowed: Table::default(),
            trigger_buses: vec![None; deployment.pipelines.len()],
            runs: Vec::new(),
            of_pipeline: vec![Vec::new(); deployment.pipelines.len()],
            executions: Table::default(),
            firings: Table::default(),
            lineups: BTreeMap::new(),
            backfills: Vec::new(),
            outages: outages.collect(),
            told: Vec::new(),
            record: Record { from: scenario.from, until: scenario.until, ..Record::default() },
        }
    }

    /// What is known beforehand: schedules, actions, sweeps.
    fn begin(&mut self) {
        for (at, clock) in self.deployment.clocks.iter().enumerate() {
            if self.share.has(clock.pipeline) {
                self.plan_clock(at, self.scenario.from.checked_sub(1));
            }
        }
        for (at, action) in self.scenario.actions.iter().enumerate() {
            let own = self.deployment.position(&action.pipeline).is_some_and(|pipeline| self.share.has(pipeline));
            if action.at >= self.scenario.from && own {
                self.queue.push(action.at, Item::Act(at));
            }
        }
        self.queue.push(self.scenario.from, Item::Sweep);
    }

    fn happen(&mut self, item: Item) -> Result<(), pipesynth_engine::store::StoreError> {
        match item {
            Item::Clock(at) => self.clock(at),
            Item::Start { pipeline, input, backfill } => self.start(pipeline, input, backfill)?,
            Item::Arrive { bus, message } => self.arrive(bus, &message)?,
            Item::Ask(run) => self.ask(run),
            Item::End(run, life) => self.end(run, life),
            Item::Act(at) => self.act(at),
            Item::Sweep => self.sweep()?,
        }
        Ok(())
    }

    fn log(&mut self, pipeline: Option<usize>, run: Option<usize>, what: What) {
        self.record.log.push(Entry { at: self.now, pipeline, run, what });
    }
}
