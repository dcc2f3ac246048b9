//! Templates with one thing wrong → what the finding says, and what it says to do.

use pipesynth_core::Json;
use pipesynth_proofs::{Document, Finding, Home};
use serde_json::{Value, json};

use crate::examples::{CENTRAL, USER, case_study};

/// The findings of one of the case study's templates after a change of one of them.
fn after(proven: &str, changed: &str, change: impl FnOnce(&mut Value)) -> Vec<Finding> {
    let mut templates = case_study();
    change(templates.get_mut(changed).unwrap());
    let json = |stack: &str| Json::from(&templates[stack]);
    let (central, user) = (json(CENTRAL), json(USER));
    let (central, user) = (Document::new(&central, Home::Central), Document::new(&user, Home::User));
    match proven {
        CENTRAL => pipesynth_proofs::accounts(&central, &user),
        USER => pipesynth_proofs::accounts(&user, &central),
        other => pipesynth_proofs::pipeline(&Document::new(&json(other), Home::User), &central, &user),
    }
}

fn machine(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let definition = "/Resources/Machine/Properties/Definition";
    let found = after("pipesynth-listings", "pipesynth-listings", |t| change(t.pointer_mut(definition).unwrap()));
    found.into_iter().map(|f| format!("{} {}", f.code.id, f.message)).collect()
}

#[test]
fn a_missing_half_of_an_arrow_is_printed_as_the_statement_to_add() {
    let found = after(USER, CENTRAL, |t| drop(t["Resources"].as_object_mut().unwrap().shift_remove("BusPolicy")));
    let one = found.iter().find(|f| f.resource == "ExportEventsToCentralBus").unwrap();
    assert_eq!(one.code.id, "PS0609");
    let bus = "arn:${AWS::Partition}:events:${AWS::Region}:${CentralAccountId}:event-bus/data-pipeline";
    let role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/pipesynth/event-forwarder-${AWS::Region}";
    assert_eq!(one.message, format!("the policy of `{bus}` does not let `{role}` do `events:PutEvents`"));
    let statement = format!(
        r#"add to its policy: {{"Effect": "Allow", "Principal": {{"AWS": "{role}"}}, "Action": "events:PutEvents", "Resource": "{bus}"}}"#
    );
    assert_eq!(one.help.as_ref(), Some(&statement));
}

#[test]
fn a_path_that_leaves_a_cluster_behind_is_named() {
    let found = machine(|d| drop(d["States"]["Create cluster"].as_object_mut().unwrap().remove("Catch")));
    let path = "`Claim run` → `Run claimed?` → `Create cluster`";
    let message = format!("PS0602 on the path {path} a cluster may still run, and nothing tried to terminate it");
    assert!(found.contains(&message), "{found:#?}");
}

#[test]
fn cleaning_up_may_not_be_left_out_on_any_way() {
    let found = machine(|d| d["States"]["Run steps"]["Next"] = json!("Run outcome?"));
    assert!(
        found.iter().any(|f| f.contains("`Run steps` → `From publish on?` → `publish` → `Run outcome?`")),
        "{found:#?}"
    );
}

#[test]
fn a_run_from_a_step_on_has_to_start_at_that_step() {
    let found = machine(|d| {
        let choices = &mut d["States"]["Run steps"]["Branches"][0]["States"]["From publish on?"]["Choices"];
        choices[0]["Condition"] = json!("{% $resumeFrom = 'publich' %}");
    });
    let message = "PS0601 a run from step `publish` on would start at `aggregate`, and not at `publish`";
    assert_eq!(found, [message]);
    let found = machine(|d| d["States"]["Claim run"]["Arguments"]["Payload"]["steps"][1] = json!("publich"));
    assert_eq!(found, ["PS0601 the claim lets a run go on from `publich`, and no state has that name"]);
}

#[test]
fn variables_integrations_and_targets_are_looked_at_in_branches_too() {
    let step = |d: &mut Value, key: &str, value: Value| {
        d["States"]["Run steps"]["Branches"][0]["States"]["aggregate"][key] = value
    };
    let found = machine(|d| step(d, "Arguments", json!({ "ClusterId": "{% $clusterID %}" })));
    let message = "PS0603 state `aggregate` uses `$clusterID`, which is not set on every way to it";
    assert_eq!(found.first().map(String::as_str), Some(message));
    let found = machine(|d| step(d, "Resource", json!("arn:aws:states:::elasticmapreduce:addSteps.sync")));
    assert!(found.iter().any(|f| f.starts_with("PS0604 state `aggregate` calls")), "{found:#?}");
    let found = machine(|d| step(d, "Next", json!("Terminate cluster")));
    assert!(found.iter().any(|f| f.starts_with("PS0601 state `aggregate` leads to `Terminate cluster`")), "{found:#?}");
}

#[test]
fn rules_schedules_and_names_are_held_to_what_eventbridge_takes() {
    let pipeline = "pipesynth-pipeline-x";
    let codes = |pointer: &str, value: Value| -> Vec<&str> {
        let found = after(pipeline, pipeline, |t| *t.pointer_mut(pointer).unwrap() = value);
        found.into_iter().map(|f| f.code.id).filter(|id| matches!(*id, "PS0605" | "PS0606")).collect()
    };
    let rule = "/Resources/Dependency/Properties";
    assert_eq!(codes(&format!("{rule}/EventPattern/source"), json!("pipesynth.central")), ["PS0605"]);
    assert_eq!(codes(&format!("{rule}/EventPattern/source"), json!(["x".repeat(2048)])), ["PS0605"]);
    assert_eq!(codes(&format!("{rule}/Targets"), json!([])), ["PS0605"]);
    assert_eq!(codes(&format!("{rule}/Name"), json!("x".repeat(65))), ["PS0606"]);
    let schedule = |text: &str| {
        let at = "/Resources/Schedule/Properties/ScheduleExpression";
        after("pipesynth-listings", "pipesynth-listings", |t| *t.pointer_mut(at).unwrap() = json!(text)).len()
    };
    assert_eq!(
        (schedule("cron(0 3 * * ? *)"), schedule("cron(75 3 * * ? *)"), schedule("cron(0 3 ? * ? *)")),
        (0, 1, 1)
    );
}

#[test]
fn a_permission_that_nothing_needs_is_found() {
    let at = "/Resources/RunRole/Properties/Policies/0/PolicyDocument/Statement";
    let found = after("pipesynth-listings", "pipesynth-listings", |t| {
        let more = json!({"Sid": "More", "Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "*"});
        t.pointer_mut(at).unwrap().as_array_mut().unwrap().push(more);
    });
    assert_eq!(
        found.first().map(|f| f.message.as_str()),
        Some("statement `More` allows `s3:DeleteObject`, which nothing needs")
    );
}

#[test]
fn a_log_that_does_not_come_to_the_tracker_is_found() {
    let pipeline = "pipesynth-listings";
    let of_filter = |found: Vec<Finding>| -> Vec<String> {
        found.into_iter().filter(|f| f.resource == "StepsToTracker").map(|f| f.message).collect()
    };
    let changed = |pointer: &str, value: Value| {
        of_filter(after(pipeline, pipeline, |t| *t.pointer_mut(pointer).unwrap() = value))
    };
    let level = changed("/Resources/Machine/Properties/LoggingConfiguration/Level", json!("ERROR"));
    assert_eq!(level, ["it reads the log of `Machine`, whose level is \"ERROR\", not `ALL`"]);
    let filter = "/Resources/StepsToTracker/Properties";
    let pattern = changed(&format!("{filter}/FilterPattern"), json!("x".repeat(1_025)));
    assert_eq!(pattern, ["its pattern has 1025 characters, allowed are 1024"]);
    let group = changed(&format!("{filter}/LogGroupName"), json!("/aws/lambda/pipesynth-claim"));
    assert_eq!(group.first().map(String::as_str), Some("its log group is not in the template"));
    let found =
        after(pipeline, USER, |t| drop(t["Resources"].as_object_mut().unwrap().shift_remove("TrackerPermission")));
    let one = found.iter().find(|f| f.message.contains("logs.amazonaws.com")).unwrap();
    assert!(one.message.contains("does not let `logs.amazonaws.com` do `lambda:InvokeFunction`"), "{}", one.message);
}
