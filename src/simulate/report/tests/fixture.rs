//! A record made by hand that holds every kind of cause and of entry.

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::{Effect, FiringCause, Ignored, LeafId, LogicalDate, RunKey, Source};
use pipesynth_simulator::record::{Cause, Entry, Pipeline, Reason, Record, Run, Verdict, Waiting, What};

const HOUR: u64 = 3_600_000;
/// Monday 2026-11-23, 00:00 in Berlin.
const MIDNIGHT: u64 = 1_795_392_000_000 - HOUR;

/// Milliseconds since 1970 of a local time, by days after the Monday.
pub(super) fn at(day: u64, hour: u64, minute: u64) -> u64 {
    MIDNIGHT + (day * 24 + hour) * HOUR + minute * 60_000
}

pub(super) fn id(account: &str, name: &str) -> PipelineId {
    PipelineId::new(account, name).unwrap()
}

pub(super) fn date(day: u64) -> LogicalDate {
    format!("2026-11-{:02}", 23 + day).parse().unwrap()
}

const ACCOUNTS: [&str; 3] = ["111111111111", "222222222222", "333333333333"];
const NAMES: [(usize, &str); 5] = [(0, "listings"), (0, "report"), (1, "report"), (1, "Searches"), (2, "dashboard")];
const LISTINGS: usize = 0;
const REPORT: usize = 1;
const OTHER_REPORT: usize = 2;
const SEARCHES: usize = 3;
const DASHBOARD: usize = 4;

fn pipelines() -> Vec<Pipeline> {
    let pipeline = |(account, name): &(usize, &str)| Pipeline {
        id: id(ACCOUNTS[*account], &name.to_lowercase()),
        name: (*name).to_owned(),
        timezone: "Europe/Berlin".to_owned(),
        concurrency: if *account == 0 { Concurrency::Latest } else { Concurrency::Queue },
    };
    NAMES.iter().map(pipeline).collect()
}

/// A run that succeeds on the day of its start.
pub(super) fn run(pipeline: usize, started: u64, minutes: u64, cause: Cause) -> Run {
    let source = match cause {
        Cause::Condition { .. } => Source::Dependency,
        _ => Source::Manual,
    };
    Run {
        pipeline,
        execution: format!("execution-{pipeline}-{started}"),
        run_key: RunKey::new(source, &format!("{started:032}"), 1).unwrap(),
        date: date((started - MIDNIGHT) / (24 * HOUR) % 7),
        cause,
        started,
        worked_from: Some(started),
        ended: Some(started + minutes * 60_000),
        status: Status::Succeeded,
        skipped: false,
        reason: None,
    }
}

fn condition(cause: FiringCause, parents: &[(usize, bool)], decided: u64) -> Cause {
    Cause::Condition { firing_id: format!("{decided:032x}"), cause, parents: parents.to_vec(), decided }
}

fn runs() -> Vec<Run> {
    let scheduled =
        |pipeline, day, hour, minutes| run(pipeline, at(day, hour, 0), minutes, Cause::Schedule(at(day, hour, 0)));
    let again = |run: Run| Run { run_key: run.run_key.next_attempt().unwrap(), ..run };
    vec![
        scheduled(LISTINGS, 0, 3, 30),
        Run {
            skipped: true,
            worked_from: None,
            reason: Some(Reason::KeyTaken),
            ..run(LISTINGS, at(0, 3, 1), 0, Cause::Schedule(at(0, 3, 0)))
        },
        scheduled(SEARCHES, 0, 4, 90),
        run(REPORT, at(0, 5, 31), 45, condition(FiringCause::Executions, &[(0, false), (2, false)], at(0, 5, 30))),
        again(run(LISTINGS, at(0, 9, 0), 30, Cause::Rerun(0))),
        run(REPORT, at(0, 9, 31), 44, condition(FiringCause::Rerun, &[(4, false), (2, true)], at(0, 9, 30))),
        run(DASHBOARD, at(0, 9, 32), 5, condition(FiringCause::Executions, &[(5, false)], at(0, 9, 31))),
        Run { worked_from: Some(at(0, 14, 0)), ..run(OTHER_REPORT, at(0, 12, 0), 700, Cause::Manual) },
        Run { status: Status::Failed, ..scheduled(LISTINGS, 1, 3, 12) },
        Run { status: Status::TimedOut, reason: Some(Reason::TimeLimit(4 * HOUR)), ..scheduled(SEARCHES, 1, 4, 240) },
        Run {
            date: date(0),
            ..run(REPORT, at(1, 7, 0), 41, condition(FiringCause::Deadline, &[(2, false)], at(1, 7, 0)))
        },
        run(OTHER_REPORT, at(1, 7, 30), 20, condition(FiringCause::Deadline, &[], at(1, 7, 30))),
        Run { status: Status::Aborted, date: date(0), ..run(SEARCHES, at(1, 10, 0), 15, Cause::Backfill) },
        run(DASHBOARD, at(1, 10, 0), 9, condition(FiringCause::Executions, &[(10, false)], at(1, 8, 0))),
        Run { status: Status::Running, worked_from: None, ended: None, ..scheduled(LISTINGS, 2, 3, 0) },
    ]
}

pub(super) fn leaf(parent: usize) -> LeafId {
    let (account, name) = NAMES[parent];
    LeafId { parent: id(ACCOUNTS[account], &name.to_lowercase()), status: [Status::Succeeded].into(), offset: None }
}

/// Every effect.
pub(super) fn effects() -> Vec<Effect> {
    let execution = || "execution-x".to_owned();
    let ignored = [
        Ignored::Skipped,
        Ignored::Backfill,
        Ignored::BeforeRegistration,
        Ignored::GivenUp,
        Ignored::Rerun,
        Ignored::Running,
        Ignored::Orphaned,
    ];
    let clock = LeafId { parent: id(ACCOUNTS[2], "dashboard"), status: [].into(), offset: None };
    let mut effects = vec![
        Effect::Accepted { leaf: leaf(LISTINGS), matching: true },
        Effect::Accepted { leaf: leaf(LISTINGS), matching: false },
        Effect::Accepted { leaf: clock, matching: true },
        Effect::Superseded { leaf: leaf(LISTINGS), execution: execution().into() },
        Effect::Revoked { leaf: leaf(LISTINGS), execution: execution().into() },
        Effect::Stale { leaf: leaf(SEARCHES) },
        Effect::Held { leaf: leaf(SEARCHES), execution: execution().into() },
        Effect::Expired { leaf: leaf(SEARCHES), execution: execution().into(), alert: false },
        Effect::Expired { leaf: leaf(SEARCHES), execution: execution().into(), alert: true },
        Effect::DeadlineMissed { date: date(1) },
        Effect::GivenUp { date: date(1) },
        Effect::ChainDropped { chain: vec![id(ACCOUNTS[2], "dashboard"), id("999999999999", "elsewhere")] },
    ];
    effects.extend(ignored.map(|why| Effect::Ignored { leaf: leaf(SEARCHES), why }));
    effects
}

fn log() -> Vec<Entry> {
    let entry = |at, pipeline, run, what| Entry { at, pipeline, run, what };
    let alert = |about: &str, targets: &[&str]| What::Alert {
        about: about.to_owned(),
        targets: targets.iter().map(|target| (*target).to_owned()).collect(),
    };
    let slack = "SLACK data-pipeline-alerts";
    let mut log = vec![
        entry(at(0, 3, 1), Some(LISTINGS), Some(1), What::Fault("the scheduler started it 2 times".to_owned())),
        entry(at(0, 3, 30), Some(LISTINGS), Some(0), alert("listings ended SUCCEEDED", &["EMAIL team@example.com"])),
        entry(at(0, 5, 30), Some(REPORT), Some(2), What::Fired(format!("{:032x}", at(0, 5, 30)))),
        entry(at(0, 6, 0), Some(REPORT), None, What::Fired("0123456789abcdef0123456789abcdef".to_owned())),
        entry(at(0, 6, 0), Some(REPORT), None, What::Dropped("0123456789abcdef0123456789abcdef".to_owned())),
        entry(at(0, 6, 1), Some(REPORT), None, What::Queued("firing-2".to_owned())),
        entry(at(0, 6, 2), Some(REPORT), None, What::Dead("firing-3".to_owned())),
        entry(at(0, 9, 0), Some(LISTINGS), None, What::Action("run again by hand".to_owned())),
        entry(at(0, 9, 40), Some(DASHBOARD), Some(5), What::NoKey("the input has no `$.country`".to_owned())),
        entry(
            at(0, 10, 0),
            None,
            None,
            What::Undelivered("default bus of 444444444444: \u{1b}[31mSUCCEEDED".to_owned()),
        ),
        entry(at(1, 3, 12), Some(LISTINGS), Some(8), alert("FAILED", &[slack, "EMAIL <b>team</b>@example.com"])),
        entry(at(1, 8, 0), None, None, What::Fault("outage of 222222222222 until 09:00".to_owned())),
        entry(at(1, 8, 0), Some(SEARCHES), Some(9), alert("TIMED_OUT", &[])),
    ];
    for (number, effect) in (0..).zip(effects()) {
        let key = if number % 2 == 0 { "2026-11-24" } else { "all" };
        log.push(entry(at(1, 9, number), Some(DASHBOARD), Some(8), What::Gate(key.into(), effect)));
    }
    log
}

/// Two days and a bit: five pipelines in three accounts.
pub(super) fn record() -> Record {
    let verdict = |label: &str, faults: &[&str]| Verdict {
        label: label.to_owned(),
        faults: faults.iter().map(|fault| (*fault).to_owned()).collect(),
    };
    Record {
        from: at(0, 0, 0),
        until: at(2, 4, 0),
        pipelines: pipelines(),
        runs: runs(),
        log: log(),
        waiting: vec![
            Waiting {
                pipeline: REPORT,
                key: "2026-11-24".to_owned(),
                holds: vec![(id(ACCOUNTS[0], "listings"), Some(Status::Failed)), (id(ACCOUNTS[0], "report"), None)],
                missing: vec![
                    (id(ACCOUNTS[1], "searches"), vec![Status::Succeeded]),
                    (id("999999999999", "elsewhere"), vec![Status::Failed, Status::TimedOut]),
                ],
            },
            Waiting {
                pipeline: DASHBOARD,
                key: "all".to_owned(),
                holds: Vec::new(),
                missing: vec![
                    (id(ACCOUNTS[0], "report"), vec![Status::Succeeded]),
                    (id(ACCOUNTS[2], "dashboard"), vec![]),
                ],
            },
        ],
        vain: Vec::new(),
        verdicts: vec![
            verdict("expect[0]: report runs once for 2026-11-23", &[]),
            verdict(
                "expect[1]: </script><script>alert(1)</script> {{style}}",
                &["expected 1 run, got 0", "expected 1 alert, got 0"],
            ),
        ],
        events: 61,
        decisions: 34,
    }
}

/// So many days of so many pipelines: the first of ten feeds the others, every 97th run fails.
pub(super) fn long(days: u64, pipelines: usize) -> Record {
    let name = |n: usize| Pipeline {
        id: id(ACCOUNTS[n / 10 % 3], &format!("pipeline-{n:03}")),
        name: format!("pipeline-{n:03}"),
        timezone: "UTC".to_owned(),
        concurrency: Concurrency::Allow,
    };
    let mut record = Record {
        from: at(0, 0, 0),
        until: at(days, 0, 0),
        pipelines: (0..pipelines).map(name).collect(),
        ..Record::default()
    };
    for day in 0..days {
        let first = record.runs.len();
        for n in 0..pipelines {
            let (ten, place) = (n / 10 * 10, n % 10);
            let start = at(day, 2 + (n as u64 / 10) % 5, 7 * place as u64 % 60);
            let cause = match place {
                0 => Cause::Schedule(start),
                _ => condition(FiringCause::Executions, &[(first + ten, false)], start),
            };
            let failed = record.runs.len() % 97 == 96;
            let status = if failed { Status::Failed } else { Status::Succeeded };
            let run = Run { status, date: date(day % 7), ..run(n, start, 5 + place as u64 * 3, Cause::Manual) };
            record.runs.push(Run { cause, ..run });
            if failed {
                let what = What::Alert { about: "FAILED".to_owned(), targets: vec!["SLACK alerts".to_owned()] };
                record.log.push(Entry { at: start, pipeline: Some(n), run: Some(record.runs.len() - 1), what });
            }
        }
    }
    record
}
