//! `pipesynth explain`: what starts one pipeline, at a time that the test sets.

use std::fs;

use pipesynth::cli::Exit;
use serde_json::Value;

use crate::support::{Ran, Scratch, root, run};

const NOW: &str = "--now=2026-11-23T12:00:00Z";
const STEPS: &str = "steps: [{ name: a, type: shell, command: date }]\n";

fn case_study(name: &str) -> Ran {
    run(["explain", name, "examples/case-study", NOW])
}

/// A folder with the case study's organisation and pipelines of these names, accounts and triggers.
fn folder(name: &str, pipelines: &[(&str, &str, &str)]) -> Scratch {
    let scratch = Scratch::new(name);
    let organization = fs::read_to_string(root().join("examples/case-study/pipesynth.yaml")).unwrap();
    scratch.write("pipesynth.yaml", organization);
    for (position, (name, account, trigger)) in pipelines.iter().enumerate() {
        let text = format!("name: {name}\naccount: {account}\ntrigger: {trigger}\n{STEPS}");
        scratch.write(&format!("p{position}/pipeline.yaml"), text);
    }
    scratch
}

fn explained(scratch: &Scratch, name: &str, now: &str) -> String {
    run(["explain".into(), name.into(), scratch.arg(""), format!("--now={now}").into()]).good()
}

#[test]
fn a_child_shows_its_condition_and_when_its_parents_run() {
    insta::assert_snapshot!(case_study("pipeline-X").good(), @r"
    pipeline-X · Account_C_ID · pipeline-x/pipeline.yaml
      starts when all of
      ├─ listings (Account_A_ID) is SUCCEEDED
      └─ searches (Account_B_ID) is SUCCEEDED
      runs of one logical date belong together (correlate: day)
      a parent's run counts without limit (within: none)
      a newer run of a parent starts it again (onRerun: refire)

    fed by
      listings · Account_A_ID · listings/pipeline.yaml
        starts daily at 03:00 (UTC)
        next 2026-11-24T03:00:00Z, logical date 2026-11-24
        next 2026-11-25T03:00:00Z, logical date 2026-11-25
        next 2026-11-26T03:00:00Z, logical date 2026-11-26
      searches · Account_B_ID · searches/pipeline.yaml
        starts daily at 05:00 (UTC)
        next 2026-11-24T05:00:00Z, logical date 2026-11-24
        next 2026-11-25T05:00:00Z, logical date 2026-11-25
        next 2026-11-26T05:00:00Z, logical date 2026-11-26

    awaited by
      no pipeline under this path
    ");
}

#[test]
fn a_scheduled_pipeline_shows_its_next_starts_and_who_waits() {
    insta::assert_snapshot!(case_study("listings").good(), @r"
    listings · Account_A_ID · listings/pipeline.yaml
      starts daily at 03:00 (UTC)
      next 2026-11-24T03:00:00Z, logical date 2026-11-24
      next 2026-11-25T03:00:00Z, logical date 2026-11-25
      next 2026-11-26T03:00:00Z, logical date 2026-11-26

    awaited by
      pipeline-X · Account_C_ID · pipeline-x/pipeline.yaml
    ");
}

#[test]
fn parents_that_are_elsewhere_are_named() {
    let text = run(["explain", "pipeline-X", "examples/case-study/pipeline-x", NOW]).good();
    insta::assert_snapshot!(text, @r"
    pipeline-X · Account_C_ID · pipeline.yaml
      starts when all of
      ├─ listings (Account_A_ID) is SUCCEEDED
      └─ searches (Account_B_ID) is SUCCEEDED
      runs of one logical date belong together (correlate: day)
      a parent's run counts without limit (within: none)
      a newer run of a parent starts it again (onRerun: refire)

    fed by
      listings · Account_A_ID
        not found under this path: whether and when it runs is not known
      searches · Account_B_ID
        not found under this path: whether and when it runs is not known

    awaited by
      no pipeline under this path
    ");
}

#[test]
fn groups_options_and_both_kinds_of_start_are_said() {
    let trigger = "{ schedule: { hour: 7, timezone: Europe/Berlin }, operator: OR, executions: { allOf: [{ name: left }, \
                   { anyOf: [{ name: right, status: [FAILED, ABORTED] }, { name: left, offset: -1d, optional: true }] }], \
                   within: 6h, onRerun: ignore, deadline: '09:30', onMiss: skip } }";
    let pipelines = [
        ("child", "Account_A_ID", trigger),
        ("left", "Account_A_ID", "{ schedule: { rate: 2 hours } }"),
        ("right", "Account_A_ID", "{ schedule: { at: '2026-01-01T00:00:00' } }"),
    ];
    let scratch = folder("explain-options", &pipelines);
    insta::assert_snapshot!(explained(&scratch, "child", "2026-10-24T12:00:00Z"), @r"
    child · Account_A_ID · p0/pipeline.yaml
      starts daily at 07:00 (Europe/Berlin), or when all of
      ├─ any of
      │  ├─ left (Account_A_ID) is SUCCEEDED, of -1d, optional
      │  └─ right (Account_A_ID) is FAILED or ABORTED
      └─ left (Account_A_ID) is SUCCEEDED
      runs of one logical date belong together (correlate: day)
      a parent's run counts for 6h (within)
      a newer run of a parent does not start it again (onRerun: ignore)
      if it has not started by 09:30, this logical date is given up (onMiss: skip)
      next 2026-10-25T07:00:00+01:00, logical date 2026-10-25
      next 2026-10-26T07:00:00+01:00, logical date 2026-10-26
      next 2026-10-27T07:00:00+01:00, logical date 2026-10-27

    fed by
      left · Account_A_ID · p1/pipeline.yaml
        starts every 2 hours (UTC)
        next: counted from its first deployment, so not known here
      right · Account_A_ID · p2/pipeline.yaml
        starts once at 2026-01-01T00:00:00 (UTC)
        next: never again

    awaited by
      no pipeline under this path
    ");
}

#[test]
fn where_both_are_needed_the_next_instants_are_the_earliest() {
    let text = run(["explain", "morning-report", "examples/not-before", NOW]).good();
    insta::assert_snapshot!(text, @r"
    morning-report · Reports · pipelines/morning-report.yaml
      starts not before daily at 06:00 (Europe/Berlin), and when all of
      ├─ orders (Data) is SUCCEEDED
      └─ visits (Data) is SUCCEEDED
      runs of one logical date belong together (correlate: day)
      a parent's run counts without limit (within: none)
      a newer run of a parent starts it again (onRerun: refire)
      if it has not started by 09:00, its owners are told (onMiss: notify)
      next, not before 2026-11-24T06:00:00+01:00, logical date 2026-11-24
      next, not before 2026-11-25T06:00:00+01:00, logical date 2026-11-25
      next, not before 2026-11-26T06:00:00+01:00, logical date 2026-11-26

    fed by
      orders · Data · pipelines/orders.yaml
        starts daily at 01:30 (Europe/Berlin)
        next 2026-11-24T01:30:00+01:00, logical date 2026-11-24
        next 2026-11-25T01:30:00+01:00, logical date 2026-11-25
        next 2026-11-26T01:30:00+01:00, logical date 2026-11-26
      visits · Data · pipelines/visits.yaml
        starts daily at 02:00 (Europe/Berlin)
        next 2026-11-24T02:00:00+01:00, logical date 2026-11-24
        next 2026-11-25T02:00:00+01:00, logical date 2026-11-25
        next 2026-11-26T02:00:00+01:00, logical date 2026-11-26

    awaited by
      no pipeline under this path
    ");
}

#[test]
fn a_start_that_the_clock_skips_is_not_shown() {
    let trigger = "{ schedule: { cron: '30 2 * * ? *', timezone: Europe/Berlin, end: '2027-03-29T12:00:00' } }";
    let scratch = folder("explain-skipped", &[("one", "Account_A_ID", trigger)]);
    let text = explained(&scratch, "one", "2027-03-27T00:00:00Z");
    let next: Vec<&str> = text.lines().filter(|line| line.contains("next")).collect();
    assert_eq!(
        next,
        [
            "  next 2027-03-27T02:30:00+01:00, logical date 2027-03-27",
            "  next 2027-03-29T02:30:00+02:00, logical date 2027-03-29"
        ]
    );
}

#[test]
fn a_rate_counts_from_its_start() {
    let trigger = "{ schedule: { rate: 12 hours, start: '2026-12-01T06:00:00Z' } }";
    let scratch = folder("explain-rate", &[("one", "Account_A_ID", trigger)]);
    let text = explained(&scratch, "one", "2026-12-01T06:00:00Z");
    assert!(text.contains("  next 2026-12-01T18:00:00Z, logical date 2026-12-01\n"), "{text}");
}

#[test]
fn a_name_is_found_in_any_case_and_in_every_account() {
    let trigger = "{ schedule: { hour: 3 } }";
    let scratch = folder("explain-case", &[("Same", "Account_A_ID", trigger), ("same", "Account_B_ID", trigger)]);
    let ran = run(["explain".into(), "SAME".into(), scratch.arg(""), NOW.into()]);
    assert_eq!(ran.out.lines().filter(|line| line.to_lowercase().starts_with("same · ")).count(), 2, "{}", ran.out);
}

#[test]
fn a_name_that_only_others_know_is_said_to_be_elsewhere() {
    let text = run(["explain", "listings", "examples/case-study/pipeline-x", NOW]).good();
    assert!(text.starts_with("listings · Account_A_ID\n  its file is not under this path"), "{text}");
    assert!(text.ends_with("awaited by\n  pipeline-X · Account_C_ID · pipeline.yaml\n"), "{text}");
}

#[test]
fn a_slip_in_the_name_is_wrong_usage_with_the_nearest_name() {
    let ran = case_study("listing");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    assert_eq!(ran.err, "error: no pipeline `listing` under `examples/case-study`\nhint: did you mean `listings`?\n");
}

#[test]
fn a_pipeline_with_mistakes_is_told_what_they_are_and_not_that_it_is_not_there() {
    let scratch = folder("explain-mistakes", &[("listings", "Account_A_ID", "{ schedule: { hours: 3 } }")]);
    let ran = run(["explain".into(), "Listings".into(), scratch.arg("")]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Findings, ""));
    assert!(ran.err.contains("unknown key `hours`") && !ran.err.contains("no pipeline"), "{}", ran.err);
    let ran = run(["explain".into(), "lisings".into(), scratch.arg("")]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("1 pipeline with errors is left out"), "{}", ran.err);
}

#[test]
fn a_time_without_offset_is_wrong_usage() {
    let ran = run(["explain", "listings", "examples/case-study", "--now=2026-11-23T12:00:00"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("an instant such as `2026-11-23T03:00:00Z`"), "{}", ran.err);
}

#[test]
fn without_a_time_the_next_starts_are_after_today() {
    let text = run(["explain", "listings", "examples/case-study", "--format=json"]).good();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["pipelines"][0]["next"].as_array().unwrap().len(), 3);
    assert!(document["pipelines"][0]["next"][0]["instant"].as_str().unwrap() > "2026-");
}

#[test]
fn programs_get_one_document() {
    let text = run(["explain", "pipeline-x", "examples/case-study", NOW, "--format=json"]).good();
    let document: Value = serde_json::from_str(&text).unwrap();
    let pipeline = &document["pipelines"][0];
    assert_eq!(
        (&document["version"], &pipeline["name"], &pipeline["accountName"]),
        (&1.into(), &"pipeline-X".into(), &"Account_C_ID".into())
    );
    assert_eq!(pipeline["executions"]["condition"]["allOf"].as_array().unwrap().len(), 2);
    let next = &pipeline["parents"][0]["next"][0];
    assert_eq!((&next["instant"], &next["logicalDate"]), (&"2026-11-24T03:00:00Z".into(), &"2026-11-24".into()));
    assert!(pipeline["children"].as_array().unwrap().is_empty());
}
