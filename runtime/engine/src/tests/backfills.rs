//! Backfilled runs: who follows them, and how the word is handed down.

use pipesynth_contract::trigger::{Cause, CauseKind, ExecutionInput};
use serde_json::json;

use super::help::*;
use crate::{Firing, Occurrence, read_event};

fn backfilled(name: &str, hour: u64) -> Occurrence {
    run(name, hour).but(|o| o.backfill = true)
}

/// The end of the run that the firing starts, read from its event.
fn started_by(firing: &Firing) -> Occurrence {
    of_input(&firing.detail("eu-central-1").input)
}

fn of_input(input: &ExecutionInput) -> Occurrence {
    let machine = "arn:aws:states:eu-central-1:111111111111";
    let event = json!({
        "source": "aws.states", "detail-type": "Step Functions Execution Status Change", "account": "111111111111",
        "detail": {
            "executionArn": format!("{machine}:execution:pipesynth-x:one"), "name": "one", "status": "SUCCEEDED",
            "stateMachineArn": format!("{machine}:stateMachine:pipesynth-x"), "startDate": MONDAY, "stopDate": MONDAY + H,
            "input": serde_json::to_string(input).unwrap(), "output": "{}",
        },
    });
    read_event(&event, MONDAY + H, |_| "UTC".parse().unwrap()).unwrap()
}

#[test]
fn a_run_that_a_backfilled_run_started_is_one_for_its_own_children() {
    let mut follows = Child::with(all(&[ok("a"), ok("b")]), json!({"backfill": "follow"}));
    follows.waits(&run("a", 1));
    let firing = follows.sees(&backfilled("b", 2)).remove(0);
    let run_of_y = started_by(&firing).but(|o| o.parent = id("y"));
    assert!(run_of_y.backfill);
    let mut grandchild = Child::new(ok("y"));
    grandchild.waits(&run_of_y);
    assert!(started_by(&Child::with(ok("y"), json!({"backfill": "follow"})).sees(&run_of_y)[0]).backfill);
}

#[test]
fn a_plain_start_says_nothing_of_backfills() {
    let firing = Child::new(ok("a")).sees(&run("a", 1)).remove(0);
    let input = serde_json::to_value(firing.detail("eu-central-1").input).unwrap();
    assert_eq!(input["trigger"].get("backfill"), None);
    assert!(!started_by(&firing).backfill);
    assert_eq!(serde_json::to_value(&firing).unwrap().get("backfill"), None);
}

#[test]
fn a_repeat_of_a_backfilled_run_says_so() {
    let repeat = |backfill| ExecutionInput {
        run_key: Some("schedule/2026-11-23T03:00:00Z#2".to_owned()),
        trigger: Some(Cause { kind: CauseKind::Rerun, backfill, ..Cause::default() }),
        rerun_of: Some("arn:x:1".to_owned()),
        ..ExecutionInput::default()
    };
    assert!(of_input(&repeat(true)).backfill && !of_input(&repeat(false)).backfill);
}

#[test]
fn without_a_key_todays_start_is_plain_though_an_old_backfilled_run_is_among_its_parents() {
    let options = json!({"correlate": "none", "within": "none", "backfill": "follow"});
    let mut x = Child::with(all(&[ok("a"), ok("b")]), options);
    x.waits(&backfilled("a", 1));
    let firing = x.sees(&run("b", 26).day(1)).remove(0);
    assert_eq!((firing.date.to_string().as_str(), firing.backfill), ("2026-11-24", false));
    x.waits(&run("a", 27));
    assert!(x.sees(&backfilled("b", 28).day(2))[0].backfill);
}
