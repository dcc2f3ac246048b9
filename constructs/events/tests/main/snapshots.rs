//! The patterns of our own templates → what is meant passes, near misses do not.

use std::fs;
use std::path::Path;

use pipesynth_events::{DEFAULT_LENGTH, Pattern, too_long};
use serde_json::{Map, Value, json};

/// What stands for the pseudo parameters of CloudFormation.
const PARAMETERS: &[(&str, &str)] =
    &[("AWS::AccountId", "333333333333"), ("AWS::Partition", "aws"), ("AWS::Region", "eu-central-1")];

/// The function whose failures are told on the topic.
const NOTIFIER: &str = "arn:aws:lambda:eu-central-1:333333333333:function:pipesynth-notifier";

/// The pipeline that a template is of.
fn pipeline(template: &str) -> &str {
    template.trim_start_matches("pipesynth-").trim_end_matches(".template.json")
}

/// As Step Functions sends it of the pipeline whose template has this name; at the end of a run that went as the pattern asks for.
fn status_change(template: &str, status: &Value) -> Value {
    let machine = format!("pipesynth-{}", pipeline(template));
    let arn = |kind: &str, rest: &str| format!("arn:aws:states:eu-central-1:333333333333:{kind}:{machine}{rest}");
    let status = status.get(0).cloned().unwrap_or(json!("SUCCEEDED"));
    json!({
        "version": "0",
        "id": "315c1398-40ff-a850-213b-158f73e60175",
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": "333333333333",
        "time": "2026-02-26T19:42:21Z",
        "region": "eu-central-1",
        "resources": [arn("execution", ":2026-02-26")],
        "detail": {
            "executionArn": arn("execution", ":2026-02-26"),
            "stateMachineArn": arn("stateMachine", ""),
            "name": "2026-02-26",
            "status": status,
            "startDate": 1_772_134_941_000_u64,
            "stopDate": 1_772_134_949_000_u64,
            "input": "{}",
            "output": null,
        },
    })
}

/// As the central account sends it to the account of a pipeline, whose template has this name: what the pattern asks for first, a trigger
/// or a notice; a trigger when the parents that it names have succeeded.
fn from_central(template: &str, pattern: &Value) -> Value {
    let (pipeline, parents) = (pipeline(template), &pattern["detail"]["parents"]);
    let succeeded = |parent: &String| (parent.clone(), json!({"status": "SUCCEEDED"}));
    let parents: Map<_, _> = parents.as_object().into_iter().flat_map(Map::keys).map(succeeded).collect();
    json!({
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": pattern["detail-type"][0],
        "source": "pipesynth.central",
        "account": "999999999999",
        "time": "2026-02-26T19:42:25Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": {
            "target": {"account": "333333333333", "pipeline": pipeline},
            "parents": parents,
        },
    })
}

/// As Lambda sends it to the default bus when the notifier has failed for a run of a pipeline.
fn notifier_failed(template: &str) -> Value {
    let pipeline = pipeline(template);
    let execution = format!("arn:aws:states:eu-central-1:333333333333:execution:pipesynth-{pipeline}:run");
    json!({
        "version": "0",
        "id": "0a1b2c3d-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "Lambda Function Invocation Result - Failure",
        "source": "lambda",
        "account": "333333333333",
        "time": "2026-02-26T19:42:25Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": {
            "requestContext": {"functionArn": format!("{NOTIFIER}:$LATEST")},
            "requestPayload": {"pipeline": pipeline, "execution": execution},
        },
    })
}

/// Values of a field that are nearly right, by the field's keys; `null` takes the field away.
fn near_misses(field: &[&str]) -> Vec<Value> {
    match field {
        ["source"] => vec![json!("aws.emr"), json!("pipesynth"), json!("Aws.states"), Value::Null],
        ["detail-type"] => {
            vec![json!("Step Functions Map Run Status Change"), json!("pipeline trigger"), json!("Lambda"), Value::Null]
        }
        ["account"] => vec![json!("444444444444"), json!(333_333_333_333_u64), Value::Null],
        // A replayed event is not news.
        ["replay-name"] => vec![json!("replay-of-monday")],
        ["detail", "stateMachineArn"] => {
            let arn = |name: &str| json!(format!("arn:aws:states:eu-central-1:333333333333:{name}"));
            vec![
                arn("stateMachine:nightly"),
                arn("stateMachine:my-pipesynth-x"),
                arn("activity:pipesynth-x"),
                Value::Null,
            ]
        }
        ["detail", "status"] => vec![json!("RUNNING"), json!("failed"), json!("PENDING_REDRIVE"), Value::Null],
        ["detail", "requestContext", "functionArn"] => {
            let function = |name: &str| json!(NOTIFIER.replace("pipesynth-notifier", name));
            vec![function("pipesynth-claim"), function("notifier"), Value::Null]
        }
        ["detail", "requestPayload", "pipeline"] => {
            vec![json!("other"), json!("listings-2"), json!("pipesynth-listings"), Value::Null]
        }
        ["detail", "target", "account"] => vec![json!("444444444444"), Value::Null],
        ["detail", "target", "pipeline"] => {
            vec![json!("pipeline-y"), json!("pipeline-x2"), json!("Pipeline-X"), json!("Morning-Report"), Value::Null]
        }
        ["detail", "parents", _, "status"] => vec![json!("FAILED"), json!("succeeded"), json!(true), Value::Null],
        other => panic!("a template asks for {other:?}: say here what is nearly right for it"),
    }
}

#[test]
fn our_patterns_let_through_what_they_are_for_and_no_near_miss() {
    let mut found = Vec::new();
    templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots"), &mut found);
    let mut kinds = [0; 3];
    for (name, pattern) in &found {
        let read = Pattern::parse(pattern).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        assert_eq!(too_long(pattern, DEFAULT_LENGTH), None, "{name}");
        let (kind, event) = match pattern["source"][0].as_str() {
            Some("aws.states") => (0, status_change(name, &pattern["detail"]["status"])),
            Some("lambda") => (2, notifier_failed(name)),
            Some("pipesynth.central") => (1, from_central(name, pattern)),
            other => panic!("{name} is for events of {other:?}: write one here"),
        };
        kinds[kind] += 1;
        assert!(read.matches(&event), "{name}: {pattern} should let {event} through");
        let mut fields = Vec::new();
        leaves(pattern, &mut Vec::new(), &mut fields);
        for field in &fields {
            for value in near_misses(field) {
                let mut missed = event.clone();
                put(&mut missed, field, value);
                assert!(!read.matches(&missed), "{name}: {pattern} should not let {missed} through");
            }
        }
    }
    assert!(kinds.iter().all(|seen| *seen > 0), "{kinds:?} of {} patterns", found.len());
}

/// The patterns of all templates below a folder, each with the template's name.
fn templates(folder: &Path, found: &mut Vec<(String, Value)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            templates(&path, found);
        } else if path.to_str().unwrap().ends_with(".template.json") {
            let template: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            patterns(&template["Resources"], &path.file_name().unwrap().to_string_lossy(), found);
        }
    }
}

fn patterns(value: &Value, name: &str, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if key == "EventPattern" {
                    found.push((name.to_owned(), resolved(value)));
                } else {
                    patterns(value, name, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| patterns(item, name, found)),
        _ => {}
    }
}

/// A value without CloudFormation's functions.
fn resolved(value: &Value) -> Value {
    match value {
        Value::Object(fields) => match fields.iter().next() {
            Some((key, Value::String(name))) if key == "Ref" => {
                json!(PARAMETERS.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{value}")).1)
            }
            Some((key, Value::String(text))) if key == "Fn::Sub" => {
                let fill = |text: String, (name, value): &(&str, &str)| text.replace(&format!("${{{name}}}"), value);
                let text = PARAMETERS.iter().fold(text.clone(), fill);
                assert!(!text.contains("${"), "{text}");
                json!(text)
            }
            Some((key, _)) if key.starts_with("Fn::") => panic!("resolve {key} here, too"),
            _ => Value::Object(fields.iter().map(|(key, value)| (key.clone(), resolved(value))).collect()),
        },
        Value::Array(items) => items.iter().map(resolved).collect(),
        other => other.clone(),
    }
}

/// The keys of every field of a pattern.
fn leaves<'p>(pattern: &'p Value, above: &mut Vec<&'p str>, found: &mut Vec<Vec<&'p str>>) {
    match pattern {
        Value::Object(fields) => {
            for (key, value) in fields {
                above.push(key);
                leaves(value, above, found);
                above.pop();
            }
        }
        _ => found.push(above.clone()),
    }
}

fn put(event: &mut Value, field: &[&str], value: Value) {
    let (last, above) = field.split_last().unwrap();
    let target = above.iter().fold(event, |object, key| &mut object[key]);
    let target: &mut Map<_, _> = target.as_object_mut().unwrap();
    if value.is_null() {
        target.shift_remove(*last);
    } else {
        target.insert((*last).to_owned(), value);
    }
}
