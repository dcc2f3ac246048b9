//! The case study's templates as they are synthesized, scenarios, and what tests ask of a record.

use std::fs;
use std::path::Path;

use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::LogicalDate;
use pipesynth_simulator::record::{Record, Run, What};
use pipesynth_simulator::scenario::{Action, Behaviour, Deed, Fault, Runs, Scenario};
use pipesynth_simulator::{Deployment, Stack, simulate};
use serde_json::Value;

pub const MINUTE: u64 = 60_000;
pub const HOUR: u64 = 60 * MINUTE;
pub const DAY: u64 = 24 * HOUR;

pub const LISTINGS: &str = "111111111111/listings";
pub const SEARCHES: &str = "222222222222/searches";
pub const PIPELINE_X: &str = "333333333333/pipeline-x";

/// The synthesized stacks, to be changed before they are deployed.
#[derive(Clone)]
pub struct Stacks {
    pub central: Value,
    pub user: Value,
    pub pipelines: Vec<(String, Value)>,
}

pub fn case_study() -> Stacks {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots/case-study");
    let read = |name: &str| {
        let text = fs::read_to_string(root.join(format!("pipesynth-{name}.template.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let pipeline = |account: &str, name: &str| (account.to_owned(), read(name));
    Stacks {
        central: read("central"),
        user: read("user"),
        pipelines: vec![
            pipeline("111111111111", "listings"),
            pipeline("222222222222", "searches"),
            pipeline("333333333333", "pipeline-x"),
        ],
    }
}

impl Stacks {
    pub fn try_deploy(&self) -> Result<Deployment, Vec<String>> {
        let stack = |account, template| Stack { account, region: "eu-central-1", template };
        let mut builder = Deployment::builder(stack("999999999999", &self.central), "o-a1b2c3d4e5");
        let mut accounts: Vec<&str> = self.pipelines.iter().map(|(account, _)| account.as_str()).collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts.into_iter().for_each(|account| builder.user(stack(account, &self.user)));
        self.pipelines.iter().for_each(|(account, template)| builder.pipeline(stack(account, template)));
        builder.build()
    }

    pub fn run(&self, scenario: &Scenario) -> Record {
        simulate(&self.try_deploy().unwrap(), scenario).unwrap()
    }

    /// The properties of a resource of a pipeline.
    pub fn resource(&mut self, pipeline: usize, id: &str) -> &mut Value {
        &mut self.pipelines[pipeline].1["Resources"][id]["Properties"]
    }
}

pub fn id(text: &str) -> PipelineId {
    text.parse().unwrap()
}

pub fn date(text: &str) -> LogicalDate {
    text.parse().unwrap()
}

/// An instant in UTC, such as `2026-11-23T03:00:00Z`.
pub fn at(text: &str) -> u64 {
    pipesynth_engine::schedule::instant(text).unwrap()
}

/// Some days from 2026-11-23 on: runs take an hour, events a second.
pub fn days(count: u64) -> Scenario {
    let from = at("2026-11-23T00:00:00Z");
    Scenario {
        from,
        until: from + count * DAY,
        seed: 1,
        delivery: (1_000, 1_000),
        duration: (HOUR, HOUR),
        behaviours: Vec::new(),
        actions: Vec::new(),
        faults: Vec::new(),
        expectations: Vec::new(),
    }
}

pub fn runs_of(pipeline: &str) -> Runs {
    Runs { pipeline: Some(id(pipeline)), ..Runs::default() }
}

pub fn outcome(runs: Runs, outcome: Status) -> Behaviour {
    Behaviour { runs, duration: None, outcome: Some(outcome) }
}

pub fn takes(runs: Runs, duration: u64) -> Behaviour {
    Behaviour { runs, duration: Some((duration, duration)), outcome: None }
}

pub fn act(at: u64, pipeline: &str, what: Deed) -> Action {
    Action { at, pipeline: id(pipeline), what }
}

pub fn with(mut scenario: Scenario, fault: Fault) -> Scenario {
    scenario.faults.push(fault);
    scenario
}

/// Ask a record about one pipeline.
pub fn runs<'r>(record: &'r Record, pipeline: &str) -> Vec<&'r Run> {
    let at = record.pipelines.iter().position(|p| p.id == id(pipeline)).unwrap();
    record.runs.iter().filter(|run| run.pipeline == at).collect()
}

/// `date cause start-end status`, one line per run, times as hours and minutes of UTC.
pub fn lines(record: &Record, pipeline: &str) -> Vec<String> {
    let clock = |at: u64| pipesynth_engine::utc_text(at).unwrap()[5..16].replace('T', " ");
    let line = |run: &&Run| {
        let end = run.ended.map_or_else(|| "open".to_owned(), clock);
        let skipped = if run.skipped { " skipped" } else { "" };
        format!("{} | {} | {} to {end} {}{skipped}", run.date, run.run_key.attempt(), clock(run.started), run.status)
    };
    runs(record, pipeline).iter().map(line).collect()
}

/// All log entries about a pipeline for which the function has an answer.
pub fn logged<'r, T>(record: &'r Record, pipeline: &str, pick: impl Fn(&'r What) -> Option<T>) -> Vec<T> {
    let at = record.pipelines.iter().position(|p| p.id == id(pipeline)).unwrap();
    record.log.iter().filter(|entry| entry.pipeline == Some(at)).filter_map(|entry| pick(&entry.what)).collect()
}

/// What people were told about a pipeline.
pub fn alerts(record: &Record, pipeline: &str) -> Vec<String> {
    logged(record, pipeline, |what| match what {
        What::Alert { about, .. } => Some(about.clone()),
        _ => None,
    })
}

/// Events about a pipeline that nobody took.
pub fn undelivered(record: &Record, pipeline: &str) -> Vec<String> {
    logged(record, pipeline, |what| match what {
        What::Undelivered(why) => Some(why.clone()),
        _ => None,
    })
}
