//! Machines, run: a small interpreter of what our machines are made of. The clock is virtual, EMR is a set of live clusters, and steps fail on
//! demand. Whatever fails, the run ends as documented and no cluster outlives it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::shapes::{shapes, shell};
use crate::testing::{states, template};

/// One execution.
#[derive(Default)]
struct Run {
    /// Names of tasks that fail, and how often.
    fails: BTreeMap<String, u32>,
    /// How long a step takes; 10 without a word.
    takes: BTreeMap<String, u64>,
    /// `resumeFrom` of the input; empty without it.
    from: String,
    variables: BTreeMap<String, String>,
    /// Clusters that live, and how many there ever were.
    live: BTreeSet<u32>,
    created: u32,
    /// Each try of a step: name, start, end. The end of one that was stopped is that of its group.
    tries: Vec<(String, u64, u64)>,
}

/// How a level of states ends: when, and with an error or not.
type End = (u64, Result<String, String>);

impl Run {
    fn level(&mut self, level: &Value, mut now: u64) -> End {
        let mut name = level["StartAt"].as_str().unwrap().to_owned();
        loop {
            let state = &level["States"][&name];
            let (end, outcome) = self.state(&name, state, now);
            now = end;
            let next = match outcome {
                Ok(next) => next,
                Err(error) => match state["Catch"][0]["Next"].as_str() {
                    Some(next) => {
                        if !state["Catch"][0]["Assign"]["failure"].is_null() {
                            self.variables.insert("failure.Error".into(), error);
                        }
                        Some(next.to_owned())
                    }
                    None => return (now, Err(error)),
                },
            };
            match next {
                Some(next) => name = next,
                None => return (now, Ok(name)),
            }
        }
    }

    /// When a state ends, and with which next state, the end of its level, or an error.
    fn state(&mut self, name: &str, state: &Value, now: u64) -> (u64, Result<Option<String>, String>) {
        let next = state["Next"].as_str().map(str::to_owned);
        match state["Type"].as_str().unwrap() {
            "Succeed" => (now, Ok(None)),
            "Fail" => (now, Err(self.variables["failure.Error"].clone())),
            "Choice" => {
                let all = state["Choices"].as_array().unwrap();
                let holds = all.iter().find(|choice| self.holds(choice["Condition"].as_str().unwrap()));
                let next = holds.map_or(&state["Default"], |choice| &choice["Next"]);
                (now, Ok(Some(next.as_str().unwrap().to_owned())))
            }
            "Parallel" => {
                let (end, outcome) = self.parallel(state, now);
                (end, outcome.map(|()| next))
            }
            "Task" => {
                let (end, outcome) = self.task(name, state, now);
                (end, outcome.map(|()| next))
            }
            other => panic!("no machine has a state of type {other}"),
        }
    }

    /// `{% $name = 'value' %}`, or with `!=`, or `in` a list.
    fn holds(&self, condition: &str) -> bool {
        if let Some((_, list)) = condition.split_once("$resumeFrom in ") {
            return list.contains(&format!("'{}'", self.variables["resumeFrom"]));
        }
        let words: Vec<&str> = condition.split_whitespace().collect();
        let [_, name, operator, value, _] = words[..] else { panic!("{condition}") };
        let same = self.variables[name.trim_start_matches('$')] == value.trim_matches('\'');
        same == (operator == "=")
    }

    /// The first branch that fails stops the others at that instant.
    fn parallel(&mut self, state: &Value, now: u64) -> (u64, Result<(), String>) {
        let first = self.tries.len();
        let ends: Vec<End> =
            state["Branches"].as_array().unwrap().iter().map(|branch| self.level(branch, now)).collect();
        let failed = ends.iter().filter_map(|(end, outcome)| Some((*end, outcome.clone().err()?))).min();
        let Some((stop, error)) = failed else { return (ends.iter().map(|(end, _)| *end).max().unwrap(), Ok(())) };
        let late = |(_, start, _): &(String, u64, u64)| *start < stop;
        let inside: Vec<_> = self.tries.split_off(first).into_iter().filter(late).collect();
        self.tries.extend(inside.into_iter().map(|(name, start, end)| (name, start, end.min(stop))));
        (stop, Err(error))
    }

    fn task(&mut self, name: &str, state: &Value, now: u64) -> (u64, Result<(), String>) {
        let fails = |run: &mut Self| {
            let left = run.fails.get_mut(name).filter(|left| **left > 0);
            left.map(|left| *left -= 1).is_some()
        };
        match name {
            "Claim run" => {
                for (variable, value) in
                    [("turn", "go"), ("clusterId", "none"), ("marker", "none"), ("failure.Error", "none")]
                {
                    self.variables.insert(variable.into(), value.into());
                }
                self.variables.insert("resumeFrom".into(), self.from.clone());
            }
            "Create cluster" => {
                assert_eq!(state["Retry"], Value::Null);
                self.created += 1;
                self.live.insert(self.created);
                if fails(self) {
                    return (now, Err("NotReady".into()));
                }
                self.variables.insert("clusterId".into(), self.created.to_string());
            }
            "Find cluster" => {
                let found = self.live.first().map_or("none".into(), u32::to_string);
                self.variables.insert("clusterId".into(), found);
            }
            "Terminate cluster" => {
                self.live.remove(&self.variables["clusterId"].parse().unwrap());
            }
            step => {
                let id = self.variables["clusterId"].parse().unwrap();
                assert!(self.live.contains(&id), "`{step}` has no cluster");
                let tries = 1 + state["Retry"][1]["MaxAttempts"].as_u64().unwrap_or(0);
                let takes = self.takes.get(step).copied().unwrap_or(10);
                let mut at = now;
                for _ in 0..tries {
                    self.tries.push((step.to_owned(), at, at + takes));
                    at += takes;
                    if !fails(self) {
                        return (at, Ok(()));
                    }
                }
                return (at, Err(format!("Failed.{step}")));
            }
        }
        (now, Ok(()))
    }
}

/// Runs a pipeline with these steps.
fn run(steps: &str, fails: &[(&str, u32)], takes: &[(&str, u64)]) -> (Run, Result<String, String>) {
    resumed("", steps, fails, takes)
}

/// The same, from a step on.
fn resumed(from: &str, steps: &str, fails: &[(&str, u32)], takes: &[(&str, u64)]) -> (Run, Result<String, String>) {
    let template = template(&format!("name: a\nsteps:\n{steps}"));
    let mut run = Run {
        fails: fails.iter().map(|(name, often)| ((*name).to_owned(), *often)).collect(),
        takes: takes.iter().map(|(name, seconds)| ((*name).to_owned(), *seconds)).collect(),
        from: from.to_owned(),
        ..Run::default()
    };
    let machine = serde_json::json!({ "StartAt": "Claim run", "States": states(&template) });
    let (_, outcome) = run.level(&machine, 0);
    (run, outcome)
}

/// When each step ran, by name.
fn times(run: &Run) -> BTreeMap<&str, (u64, u64)> {
    run.tries.iter().map(|(name, start, end)| (name.as_str(), (*start, *end))).collect()
}

#[test]
fn every_shape_runs_each_step_once_and_after_those_that_it_waits_for() {
    for (shape, steps, waits) in shapes() {
        for slow in ["a", "b", "c", "d"] {
            let (run, outcome) = run(&steps, &[], &[(slow, 100)]);
            assert_eq!(outcome.as_deref(), Ok("Run succeeded"), "{shape}");
            assert_eq!((run.created, run.live.len()), (1, 0), "{shape}: live clusters");
            let times = times(&run);
            assert_eq!((run.tries.len(), times.len()), (steps.matches("name:").count(), run.tries.len()), "{shape}");
            for (before, after) in &waits {
                assert!(
                    times[before].1 <= times[after].0,
                    "{shape}: {after} began before {before} was done: {times:?}"
                );
            }
        }
    }
}

#[test]
fn a_run_from_a_step_on_skips_exactly_what_is_always_done_before_it() {
    // What is skipped of each shape, from its steps in the order of their names on.
    let skipped: [(&str, &[&str]); 6] = [
        ("sequence", &["", "a"]),
        ("group", &["", "a", "a", "a", "abcd"]),
        ("two groups", &["", "", "ab", "ab"]),
        ("two ways", &["", "a", "a", "ac", "abcd"]),
        // `d` waits for `b` alone, and the machine runs it after `a` as well.
        ("crossed", &["", "", "ab", "ab"]),
        ("group in a way", &["", "", "a", "b", ""]),
    ];
    for ((shape, steps, _), (same, skipped)) in shapes().into_iter().zip(skipped) {
        assert_eq!(shape, same);
        for (from, skipped) in ["a", "b", "c", "d", "e"].into_iter().zip(skipped) {
            let (run, outcome) = resumed(from, &steps, &[], &[]);
            assert_eq!((outcome.as_deref(), run.live.len()), (Ok("Run succeeded"), 0), "{shape} from {from}");
            let ran = times(&run);
            assert_eq!(ran.len(), run.tries.len(), "{shape} from {from}: each step once");
            let all = ["a", "b", "c", "d", "e"].into_iter().filter(|name| steps.contains(&format!("name: {name},")));
            let left_out: String = all.filter(|name| !ran.contains_key(name)).collect();
            assert_eq!(&left_out, skipped, "{shape} from {from}");
        }
    }
}

#[test]
fn a_step_that_fails_in_whatever_branch_fails_the_run_and_leaves_no_cluster() {
    for (shape, steps, waits) in shapes() {
        for bad in ["a", "b", "c", "d", "e"] {
            if !steps.contains(&format!("name: {bad},")) {
                continue;
            }
            let (run, outcome) = run(&steps, &[(bad, 1)], &[]);
            assert_eq!(outcome, Err(format!("Failed.{bad}")), "{shape}, {bad} fails");
            assert_eq!((run.created, run.live.len()), (1, 0), "{shape}, {bad} fails: live clusters");
            for (_, after) in waits.iter().filter(|(before, _)| *before == bad) {
                assert!(!times(&run).contains_key(after), "{shape}: {after} ran though {bad} had failed");
            }
        }
    }
}

#[test]
fn two_ways_of_a_graph_do_not_wait_for_each_other() {
    let (_, steps, _) = shapes().remove(3);
    let (run, _) = run(&steps, &[], &[("b", 100)]);
    let times = times(&run);
    assert_eq!((times["b"], times["c"], times["d"], times["e"]), ((10, 110), (10, 20), (20, 30), (110, 120)));
}

#[test]
fn a_branch_that_fails_stops_the_others_at_once() {
    let (_, steps, _) = shapes().remove(1);
    let (run, outcome) = run(&steps, &[("c", 1)], &[("b", 500)]);
    assert_eq!(outcome, Err("Failed.c".into()));
    assert_eq!(times(&run)["b"], (10, 20), "the run does not wait for b");
}

#[test]
fn a_step_of_a_group_is_tried_again_while_the_others_go_on() {
    let steps = format!(
        "  - parallel:\n      - {}\n      - {}\n",
        shell("a", ", retry: { attempts: 2 }"),
        shell("b", ", timeout: 1h")
    );
    let (run, outcome) = run(&steps, &[("a", 2)], &[]);
    assert_eq!(outcome.as_deref(), Ok("Run succeeded"));
    assert_eq!((run.tries.len(), times(&run)["b"], run.live.len()), (4, (0, 10), 0));
}

#[test]
fn a_cluster_that_does_not_come_up_is_looked_for_and_ended() {
    for (shape, steps, _) in shapes() {
        let (run, outcome) = run(&steps, &[("Create cluster", 1)], &[]);
        assert_eq!(outcome, Err("NotReady".into()), "{shape}");
        assert_eq!((run.created, run.live.len(), run.tries.len()), (1, 0, 0), "{shape}: live clusters");
    }
}
