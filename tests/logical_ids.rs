//! A change of the file changes what it must and nothing else: a resource whose logical id moves would be deleted and made anew.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Scratch, copy_folder, root, run};

/// The pipeline that is changed.
const BEFORE: &str = r#"name: metric
account: Account_A_ID
trigger:
  schedule: { hour: 3 }
  executions:
    allOf:
      - { name: listings, account: Account_A_ID }
      - { name: searches, account: Account_B_ID }
  operator: OR
steps:
  - { name: first, type: spark, application: code/a.py }
  - { name: second, type: shell, command: date }
notifications:
  type: ON_FAILURE
  targets:
    - { channel: EMAIL, addresses: [team@example.com, other@example.com] }
    - { channel: SLACK, addresses: [alerts] }
"#;

/// The template of a pipeline.
fn template(text: &str) -> Value {
    let scratch = Scratch::new("logical-ids");
    copy_folder(&root().join("tests/fixtures/base"), scratch.path());
    scratch.write("pipeline.yaml", text);
    serde_json::from_str(&run(["synth".into(), scratch.arg("")]).good()).unwrap()
}

/// Logical ids that came, went, or stand for another resource than before.
#[derive(Debug, Default, PartialEq)]
struct Changes {
    added: Vec<String>,
    removed: Vec<String>,
    changed: Vec<String>,
}

fn changes(before: &str, after: &str) -> Changes {
    let resources = |text| -> BTreeMap<String, Value> {
        let resources = template(text)["Resources"].take();
        resources.as_object().unwrap().iter().map(|(id, resource)| (id.clone(), resource.clone())).collect()
    };
    let (before, after) = (resources(before), resources(after));
    let ids = |from: &BTreeMap<String, Value>, keep: &dyn Fn(&str, &Value) -> bool| {
        from.iter().filter(|(id, resource)| keep(id, resource)).map(|(id, _)| id.clone()).collect()
    };
    Changes {
        added: ids(&after, &|id, _| !before.contains_key(id)),
        removed: ids(&before, &|id, _| !after.contains_key(id)),
        changed: ids(&after, &|id, now| before.get(id).is_some_and(|was| was != now)),
    }
}

/// Replaces one part of the pipeline and says what changes.
#[track_caller]
fn after(part: &str, by: &str) -> Changes {
    assert_eq!(BEFORE.matches(part).count(), 1, "{part}");
    changes(BEFORE, &BEFORE.replace(part, by))
}

fn changed(ids: &[&str]) -> Changes {
    Changes { changed: ids.iter().map(|id| (*id).to_owned()).collect(), ..Changes::default() }
}

fn added(ids: &[&str], also: &[&str]) -> Changes {
    Changes { added: ids.iter().map(|id| (*id).to_owned()).collect(), ..changed(also) }
}

#[test]
fn comments_empty_lines_and_the_order_of_keys_change_no_byte() {
    let whole = template(BEFORE);
    assert_eq!(template(&format!("# a comment\n\n\n{BEFORE}")), whole);
    let (head, tail) = BEFORE.split_once("notifications:").unwrap();
    assert_eq!(template(&format!("notifications:{tail}{head}")), whole);
    let text = |yaml: &str| serde_json::to_string(&template(yaml)).unwrap();
    assert_eq!(text(&format!("notifications:{tail}{head}")), text(BEFORE));
}

#[test]
fn a_new_step_changes_the_machine_and_the_registration() {
    let last = "  - { name: second, type: shell, command: date }\n";
    let more = "  - { name: third, type: shell, command: date }\n";
    assert_eq!(after(last, &format!("{last}{more}")), changed(&["Machine", "Registration"]));
    assert_eq!(after(last, &format!("{more}{last}")), changed(&["Machine", "Registration"]));
    assert_eq!(after("name: second", "name: renamed"), changed(&["Machine", "Registration"]));
}

#[test]
fn the_order_of_targets_and_addresses_changes_nothing() {
    let email = "    - { channel: EMAIL, addresses: [team@example.com, other@example.com] }\n";
    let slack = "    - { channel: SLACK, addresses: [alerts] }\n";
    assert_eq!(after(&format!("{email}{slack}"), &format!("{slack}{email}")), Changes::default());
    assert_eq!(after("team@example.com, other@example.com", "other@example.com, team@example.com"), Changes::default());
}

#[test]
fn a_new_address_is_one_new_subscription() {
    let changes = after("[team@example.com,", "[new@example.com, team@example.com,");
    assert_eq!((changes.added.len(), &changes.removed, &changes.changed), (1, &vec![], &vec![]), "{changes:?}");
    assert!(changes.added[0].starts_with("EmailNewExampleCom"), "{changes:?}");
    let changes = after("team@example.com, ", "");
    assert_eq!((&changes.added, changes.removed.len(), &changes.changed), (&vec![], 1, &vec![]), "{changes:?}");
}

#[test]
fn a_new_slack_channel_changes_the_registration_alone() {
    assert_eq!(after("[alerts]", "[alerts, more]"), changed(&["Registration"]));
}

#[test]
fn another_hour_changes_the_schedule_and_the_registration() {
    assert_eq!(after("hour: 3", "hour: 4"), changed(&["Registration", "Schedule"]));
}

#[test]
fn a_new_parent_changes_the_dependency_and_the_registration() {
    let parent = "      - { name: searches, account: Account_B_ID }\n";
    let more = "      - { name: clicks, account: Account_B_ID }\n";
    assert_eq!(after(parent, &format!("{parent}{more}")), changed(&["Dependency", "Registration"]));
}

#[test]
fn data_access_brings_the_pipelines_own_role_and_changes_who_may_pass_it() {
    let before = format!("{BEFORE}access: {{ read: [s3://bucket/*] }}\n");
    let expected = added(&["AccessNodeProfile", "AccessNodeRole"], &["Machine", "Registration", "RunRole"]);
    assert_eq!(changes(BEFORE, &before), expected);
    // What is read later changes the role alone.
    let more = before.replace("[s3://bucket/*]", "[s3://bucket/*, s3://more/*]");
    assert_eq!(changes(&before, &more), changed(&["AccessNodeRole"]));
}

#[test]
fn a_tag_or_a_description_moves_no_id() {
    for line in ["tags: { a: b }\n", "team: search\n", "description: what it is for\n", "params: { a: b }\n"] {
        let changes = changes(BEFORE, &format!("{BEFORE}{line}"));
        assert_eq!((changes.added, changes.removed), (vec![], vec![]), "{line}");
    }
}

#[test]
fn a_pipeline_without_its_trigger_loses_the_triggers_resources_alone() {
    let (head, rest) = BEFORE.split_once("trigger:").unwrap();
    let (_, steps) = rest.split_once("steps:").unwrap();
    let changes = changes(BEFORE, &format!("{head}steps:{steps}"));
    let removed = ["Dependency", "Noticed", "Schedule"].map(String::from).to_vec();
    let expected = Changes { removed, ..changed(&["Registration"]) };
    assert_eq!(changes, expected);
    assert_eq!(
        self::changes(&format!("{head}steps:{steps}"), BEFORE),
        added(&["Dependency", "Noticed", "Schedule"], &["Registration"])
    );
}
