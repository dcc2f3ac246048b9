//! What holds for every machine: no cluster outlives its run, no error is lost, every wait has an end.

use serde_json::{Value, json};

use crate::testing::{STEP, properties, states, template};

fn next(state: &Value) -> &str {
    state["Next"].as_str().unwrap()
}

fn catch(state: &Value) -> &Value {
    let all = state["Catch"].as_array().unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["ErrorEquals"], json!(["States.ALL"]), "everything is caught");
    &all[0]
}

#[test]
fn every_way_after_the_creation_of_a_cluster_leads_to_its_end() {
    let states = states(&template(&format!("name: a\n{STEP}")));
    let create = &states["Create cluster"];
    // A creation that failed may have left a cluster behind: it is looked for by its name.
    assert_eq!(next(catch(create)), "Find cluster");
    assert_eq!(next(create), "Run steps");
    let steps = &states["Run steps"];
    assert_eq!((next(catch(steps)), next(steps)), ("Terminate cluster", "Terminate cluster"));
    let found = &states["Cluster found?"];
    assert_eq!(found["Choices"][0]["Next"], "Terminate cluster");
    assert_eq!(found["Choices"][1]["Next"], "Find cluster", "all pages are read");
    assert_eq!(create["Retry"], Value::Null, "a repeated creation could leave the first cluster behind");
}

#[test]
fn the_end_of_a_cluster_is_tried_again_and_never_hides_how_the_run_ended() {
    let states = states(&template(&format!("name: a\n{STEP}")));
    for name in ["Find cluster", "Terminate cluster"] {
        let state = &states[name];
        assert!(state["Retry"][0]["MaxAttempts"].as_u64().unwrap() >= 5, "{name}");
        let caught = catch(state);
        assert_eq!(next(caught), "Run outcome?");
        assert_eq!(caught["Assign"], Value::Null, "{name}: the first error stands");
    }
    assert_eq!(states["Run outcome?"]["Choices"][0]["Next"], "Run failed");
    assert_eq!(states["Run outcome?"]["Default"], "Run succeeded");
}

#[test]
fn a_run_whose_key_is_taken_starts_nothing_and_says_so() {
    let template = template(&format!("name: a\n{STEP}"));
    assert_eq!(properties(&template, "Machine")["Definition"]["StartAt"], "Claim run");
    let states = states(&template);
    assert_eq!(states["Run claimed?"]["Default"], "Run skipped");
    assert_eq!(states["Run skipped"]["Output"], json!({ "skipped": true, "claimed": "{% $claimed %}" }));
}

#[test]
fn a_run_that_may_have_to_wait_asks_again_until_it_may_go() {
    for (written, waits) in [("", true), ("queue", true), ("latest", true), ("skip", false), ("allow", false)] {
        let line = if written.is_empty() { String::new() } else { format!("concurrency: {written}\n") };
        let template = template(&format!("name: a\n{line}{STEP}"));
        let states = states(&template);
        let payload = &states["Claim run"]["Arguments"]["Payload"];
        let asked = if written.is_empty() { "queue" } else { written };
        let sent = if asked == "allow" { Value::Null } else { json!(asked) };
        assert_eq!(payload["concurrency"], sent);
        assert_eq!(payload["input"], "{% $states.context.Execution.Input %}", "also after a wait");
        assert_eq!(properties(&template, "Registration")["Concurrency"], asked);
        let choices = states["Run claimed?"]["Choices"].as_array().unwrap();
        assert_eq!(choices[0], json!({"Condition": "{% $turn = 'go' %}", "Next": "Create cluster"}));
        assert_eq!(choices.len() == 2 && choices[1]["Next"] == "Wait for turn", waits, "{written}");
        assert_eq!(states.get("Wait for turn").map(next), waits.then_some("Claim run"));
        let limit = properties(&template, "Machine")["Definition"]["TimeoutSeconds"].as_u64().unwrap();
        assert_eq!(limit > 86_400, waits, "{written}: {limit}");
    }
}

#[test]
fn every_task_has_a_time_limit_and_the_machines_own_is_longer_than_all_of_them() {
    let steps = "steps:
  - { name: a, type: shell, command: date, timeout: 1h, retry: { attempts: 2, interval: 60s, backoff: 2 } }
  - { name: b, type: shell, command: date }\n";
    let template = template(&format!("name: a\n{steps}"));
    let definition = &properties(&template, "Machine")["Definition"];
    let states = states(&template);
    let branch = states["Run steps"]["Branches"][0]["States"].as_object().unwrap();
    for (name, state) in states.as_object().unwrap().iter().chain(branch) {
        assert!(state["Type"] != "Task" || state["TimeoutSeconds"].is_u64(), "{name}");
    }
    // A day of waiting for its turn, three hours with waits of one and two minutes, the six hours of a step without a limit, an hour for the cluster, an hour for the rest.
    let expected = 86_400 + 3 * 3_600 + 60 + 120 + 21_600 + 3_600 + 3_600;
    assert_eq!(definition["TimeoutSeconds"], expected);
}

#[test]
fn a_step_that_ran_out_of_time_is_not_started_beside_itself() {
    let steps =
        "steps: [{ name: a, type: shell, command: date, retry: { attempts: 3, interval: 90s, backoff: 1.5 } }]\n";
    let states = states(&template(&format!("name: a\n{steps}")));
    let retry = &states["Run steps"]["Branches"][0]["States"]["a"]["Retry"];
    assert_eq!((&retry[0]["ErrorEquals"], &retry[0]["MaxAttempts"]), (&json!(["States.Timeout"]), &json!(0)));
    let failed = &retry[1];
    assert_eq!(
        (&failed["MaxAttempts"], &failed["IntervalSeconds"], &failed["BackoffRate"]),
        (&json!(3), &json!(90), &json!(1.5))
    );
}

#[test]
fn steps_follow_each_other_in_the_order_of_the_file() {
    let steps = "steps: [{ name: b, type: shell, command: x }, { name: a, type: shell, command: y }, { name: c, type: shell, command: z }]\n";
    let states = states(&template(&format!("name: a\n{steps}")));
    let branch = &states["Run steps"]["Branches"][0];
    assert_eq!(branch["States"]["From a on?"]["Default"], "b");
    assert_eq!((next(&branch["States"]["b"]), next(&branch["States"]["a"])), ("a", "c"));
    assert_eq!(branch["States"]["c"]["End"], true);
}

#[test]
fn a_sequence_asks_from_which_of_its_parts_on_it_runs_and_a_single_step_asks_nothing() {
    let (with_group, _) = group(GROUP);
    let branch = &with_group["Run steps"]["Branches"][0];
    assert_eq!(branch["StartAt"], "From b on?");
    let expected = json!({ "Type": "Choice", "Choices": [
        { "Condition": "{% $resumeFrom in ['b', 'c'] %}", "Next": "Side by side: b, c" },
        { "Condition": "{% $resumeFrom = 'd' %}", "Next": "d" }
    ], "Default": "a" });
    assert_eq!(branch["States"]["From b on?"], expected);
    assert_eq!(with_group["Claim run"]["Arguments"]["Payload"]["steps"], json!(["a", "b", "c", "d"]));
    assert_eq!(with_group["Claim run"]["Assign"]["resumeFrom"], "{% $states.result.Payload.resumeFrom %}");
    let one = states(&template(&format!("name: a\n{STEP}")));
    assert_eq!(one["Run steps"]["Branches"][0]["States"].as_object().unwrap().len(), 1);
    assert_eq!(one["Claim run"]["Assign"]["resumeFrom"], Value::Null);
}

#[test]
fn parameters_are_handed_to_the_claim_only_where_there_are_some() {
    let claim = |head: &str| states(&template(&format!("name: a\n{head}{STEP}")))["Claim run"].take();
    assert_eq!(claim("")["Arguments"]["Payload"]["params"], Value::Null);
    let with = claim("params: { country: de }\n");
    assert_eq!(with["Arguments"]["Payload"]["params"], json!({ "country": "de" }));
    assert_eq!(with["Assign"]["params"], "{% $states.result.Payload.params %}");
}

fn group(steps: &str) -> (Value, Value) {
    let template = template(&format!("name: a\n{steps}"));
    (states(&template), properties(&template, "Machine")["Definition"]["TimeoutSeconds"].clone())
}

const GROUP: &str = "steps:
  - { name: a, type: shell, command: date, timeout: 1h }
  - parallel:
      - { name: b, type: shell, command: date, timeout: 2h }
      - { name: c, type: shell, command: date, timeout: 5h }
  - { name: d, type: shell, command: date, timeout: 1h }\n";

#[test]
fn a_group_is_a_state_of_its_own_and_the_cluster_lets_as_many_run_at_once() {
    let (states, limit) = group(GROUP);
    let branch = &states["Run steps"]["Branches"][0]["States"];
    assert_eq!(next(&branch["a"]), "Side by side: b, c");
    let group = &branch["Side by side: b, c"];
    assert_eq!((next(group), &group["Output"]), ("d", &json!({})));
    assert_eq!(group["Branches"][1]["StartAt"], "c");
    assert_eq!(group["Branches"][1]["States"]["c"]["Output"], json!({}), "what branches give together stays small");
    assert_eq!((&group["Catch"], &group["Retry"]), (&Value::Null, &Value::Null));
    assert_eq!(states["Create cluster"]["Arguments"]["StepConcurrencyLevel"], 2);
    // A day of waiting for its turn, an hour for the cluster, an hour for the rest; of the group only the longer branch.
    assert_eq!(limit, 86_400 + 3_600 + (1 + 5 + 1) * 3_600 + 3_600);
}

#[test]
fn names_of_groups_differ_and_fit_whatever_the_steps_are_called() {
    let long = |c: char| c.to_string().repeat(60);
    let [a, b, c, d] = ['a', 'b', 'c', 'd'].map(long);
    let shell =
        |name: &str, after: &str| format!("  - {{ name: {name}, type: shell, command: x, dependsOn: [{after}] }}\n");
    let steps = [shell(&a, ""), shell(&b, ""), shell(&c, &format!("{a}, {b}")), shell(&d, "")].concat();
    let (states, _) = group(&format!("steps:\n{steps}"));
    let outer = &states["Run steps"]["Branches"][0];
    assert_eq!(outer["StartAt"], format!("Side by side: {d}"));
    let inner = &outer["States"][format!("Side by side: {d}")]["Branches"][0];
    assert_eq!(inner["StartAt"], format!("From {c} on?"));
    assert_eq!(inner["States"][format!("From {c} on?")]["Default"], format!("Side by side: {b}"));
}
