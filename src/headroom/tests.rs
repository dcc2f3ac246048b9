//! At the edge of each limit: what fits, what is near, what does not fit.

use pipesynth_core::Json;
use pipesynth_core::limits::Usage;
use pipesynth_diag::{Diagnostic, Files, Severity, Sink, Span};
use serde_json::{Value, json};

use super::*;

const USAGE: Usage = Usage { resources: 1, parameters: 1, outputs: 1, bytes: 1 };

fn measured(resources: Value, usage: &Usage) -> Measured {
    measure(&Json::from(&json!({ "Resources": resources })), usage)
}

/// What is found where a pipeline's stack is like this.
fn found(measured: &Measured) -> Vec<Diagnostic> {
    let mut files = Files::new();
    let place = files.add("pipeline.yaml", "name: a").at(Span::START);
    let mut headroom = Headroom::new(None);
    headroom.add("pipesynth-a", Some("111111111111"), Some(place), measured);
    let mut sink = Sink::new();
    report(&headroom.finish(), &mut sink);
    sink.into_sorted()
}

/// `None` where a limit is used in this amount without a word, else how bad it is.
fn said(limit: &'static Limit, used: u64) -> Option<Severity> {
    let within = Measured { within: vec![(limit, String::new(), used)], adds: Vec::new() };
    found(&within).first().map(|found| found.severity)
}

#[test]
fn four_fifths_of_a_limit_say_nothing_more_is_a_warning_and_over_it_an_error() {
    for limit in limits::ALL {
        let edge = limit.most * NEAR_PERCENT / 100;
        assert_eq!(said(limit, edge), None, "{}", limit.id);
        assert_eq!(said(limit, edge + 1), Some(Severity::Warning), "{}", limit.id);
        assert_eq!(said(limit, limit.most + 1), Some(Severity::Error), "{}", limit.id);
    }
}

#[test]
fn a_full_limit_still_fits() {
    for limit in limits::ALL.iter().filter(|limit| limit.most > 5) {
        assert_eq!(said(limit, limit.most), Some(Severity::Warning), "{}", limit.id);
    }
}

#[test]
fn every_limit_is_measured_in_a_template() {
    let rule = |bus: Value| json!({ "Type": "AWS::Events::Rule", "Properties": { "EventBusName": bus, "EventPattern": { "a": ["b"] }, "Targets": [{}] } });
    let role = json!({ "Type": "AWS::IAM::Role", "Properties": { "AssumeRolePolicyDocument": {}, "Policies": [{ "PolicyDocument": { "a": 1 } }] } });
    let resources = json!({
        "A": rule(Value::Null), "B": rule(json!("data-pipeline")), "C": rule(json!({ "Ref": "Bus" })), "D": role,
        "E": { "Type": "AWS::IAM::InstanceProfile" },
        "F": { "Type": "AWS::IAM::ManagedPolicy", "Properties": { "PolicyDocument": {} } },
        "G": { "Type": "AWS::Events::EventBusPolicy", "Properties": { "Statement": {} } },
        "H": { "Type": "AWS::StepFunctions::StateMachine", "Properties": { "Definition": {} } },
    });
    let measured = measured(resources, &USAGE);
    let names =
        measured.within.iter().map(|(limit, ..)| limit.id).chain(measured.adds.iter().map(|(limit, _)| limit.id));
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    let mut all: Vec<&str> = limits::ALL.iter().map(|limit| limit.id).collect();
    all.sort_unstable();
    assert_eq!(names, all);
    let added: Vec<(&str, u64)> = measured.adds.iter().map(|(limit, count)| (limit.id, *count)).collect();
    assert!(added.contains(&("rules-default-bus", 1)) && added.contains(&("rules-data-pipeline-bus", 2)), "{added:?}");
}

#[test]
fn an_account_is_full_when_its_pipelines_are_too_many_together() {
    let mut files = Files::new();
    let file = files.add("pipeline.yaml", "x".repeat(400));
    let rules = Measured { within: Vec::new(), adds: vec![(&limits::DEFAULT_BUS_RULES, 2)] };
    let with = |pipelines: usize| {
        let mut headroom = Headroom::new(None);
        for at in 0..pipelines {
            headroom.add(&format!("pipesynth-{at}"), Some("111111111111"), Some(file.at(Span::point(at))), &rules);
        }
        headroom.add("pipesynth-other", Some("222222222222"), Some(file.whole()), &rules);
        headroom.finish()
    };
    let most = |pipelines| with(pipelines).into_iter().next().unwrap();
    assert_eq!(most(100).more_pipelines, Some(50));
    assert_eq!((most(150).used, most(150).more_pipelines), (300, Some(0)));
    let mut sink = Sink::new();
    report(&with(151), &mut sink);
    let found = sink.into_sorted();
    assert_eq!(found.len(), 1, "the other account has room");
    assert_eq!(
        (found[0].severity, found[0].place.span),
        (Severity::Error, Span::point(150)),
        "at the pipeline that is too many"
    );
}

#[test]
fn the_account_stack_counts_in_every_account() {
    let mut files = Files::new();
    let place = files.add("pipeline.yaml", "").whole();
    let mut headroom = Headroom { users: vec!["1".into(), "2".into()], ..Headroom::default() };
    let adds = |count| Measured { within: Vec::new(), adds: vec![(&limits::ROLES, count)] };
    headroom.add(names::STACK_USER, None, None, &adds(10));
    headroom.add("pipesynth-a", Some("2"), Some(place), &adds(3));
    let uses = headroom.finish();
    assert_eq!((uses[0].by.as_str(), uses[0].used, uses[0].more_pipelines), ("2", 13, Some(329)));
}
