//! Random pipelines, mostly good: what passes has unique ids, a machine whose ways lead somewhere, and the same text again.

use std::collections::BTreeSet;

use pipesynth::cli::Exit;
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::{config, machine};
use crate::support::{Scratch, copy_folder, from_yaml, root, run};

/// Names of which some are long, some differ only in case, and one is refused.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[A-Za-z][A-Za-z0-9-]{0,20}[A-Za-z0-9]",
        2 => select(vec!["a", "A", "a-b", "aB", "x1"]).prop_map(str::to_owned),
        1 => "[a-z]{38,41}",
    ]
}

fn account() -> impl Strategy<Value = Value> {
    select(vec!["Account_A_ID", "Account_B_ID", "Account_C_ID", "111111111111", "012345678901"]).prop_map(Value::from)
}

/// Text of a step, with characters that mean something to JSON, YAML, bash, JSONata or `Fn::Sub`.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        5 => "[ -~]{0,12}".prop_filter("no template text", |text: &String| !text.contains("{{") && !text.contains("{%")),
        3 => select(vec![
            "{{ logicalDate }}", "{{ logicalDate - 1d }}", "{{ logicalDate | format('yyyy/MM/dd') }}", "{{ runId }}",
            "{{ pipeline }}", "{{ account }}", "{{ bucket }}", "{{ params.country }}",
        ]).prop_map(str::to_owned),
        2 => select(vec!["'", "\"", "\\", "${x}", "${AWS::Region}", "$states", "%}", "é漢", "\t", "\n", "&", ""]).prop_map(str::to_owned),
    ];
    vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn step() -> impl Strategy<Value = Value> {
    let spark = (vec(text(), 0..4), vec(("[a-z.]{1,12}", text()), 0..3)).prop_map(|(arguments, conf)| {
        let conf: Map<String, Value> = conf.into_iter().map(|(key, value)| (key, value.into())).collect();
        json!({ "type": "spark", "application": "code/a.py", "arguments": arguments, "conf": conf })
    });
    let shell = (text(), vec(text(), 0..4)).prop_map(|(command, arguments)| {
        json!({ "type": "shell", "command": format!("echo {}", command.replace("{{", "").replace("}}", "")), "arguments": arguments })
    });
    let hive = vec(("[A-Z_]{1,6}", text()), 0..3).prop_map(|variables| {
        let variables: Map<String, Value> = variables.into_iter().map(|(key, value)| (key, value.into())).collect();
        json!({ "type": "hive", "script": "code/check.hql", "variables": variables })
    });
    let hadoop = (vec(text(), 0..4), of(Just("com.example.Count"))).prop_map(|(arguments, class)| {
        let mut step = json!({ "type": "hadoop", "jar": "s3://tools/count.jar", "arguments": arguments });
        insert(&mut step, "class", class);
        step
    });
    let retry = (1..5_u32, 1..600_u32, 1..4_u32)
        .prop_map(|(attempts, interval, backoff)| json!({ "attempts": attempts, "interval": format!("{interval}s"), "backoff": backoff }));
    let timeout = (1..48_u32).prop_map(|hours| format!("{hours}h"));
    (prop_oneof![3 => spark, 3 => shell, 1 => hive, 1 => hadoop], name(), of(retry), of(timeout)).prop_map(
        |(mut step, name, retry, timeout)| {
            step["name"] = name.into();
            insert(&mut step, "retry", retry);
            insert(&mut step, "timeout", timeout);
            step
        },
    )
}

/// Steps of which some stand in groups, and some wait for others: mostly for earlier ones.
fn steps() -> impl Strategy<Value = Vec<Value>> {
    let place = (weighted(0.3, vec(0..9_usize, 0..3)), weighted(0.3, Just(())), 0..20_u32);
    vec((step(), place), 1..6).prop_map(|all| {
        let names: Vec<Value> = all.iter().map(|(step, _)| step["name"].clone()).collect();
        let mut entries: Vec<Value> = Vec::new();
        for (index, (mut step, (after, grouped, late))) in all.into_iter().enumerate() {
            let among = if late == 0 { names.len() } else { index };
            if let Some(after) = after.filter(|_| among > 0) {
                let after: BTreeSet<usize> = after.into_iter().map(|n| n % among).collect();
                step["dependsOn"] = after.into_iter().map(|n| names[n].clone()).collect();
            }
            // Steps of a group that wait for each other are refused: the files with mistakes have that.
            let grouped = grouped.filter(|()| step["dependsOn"].is_null());
            match entries.last_mut().and_then(|last| last["parallel"].as_array_mut()) {
                Some(group) if grouped.is_some() => group.push(step),
                _ if grouped.is_some() => entries.push(json!({ "parallel": [step] })),
                _ => entries.push(step),
            }
        }
        entries
    })
}

fn insert<V: Into<Value>>(into: &mut Value, key: &str, value: Option<V>) {
    if let Some(value) = value {
        into[key] = value.into();
    }
}

fn parent() -> impl Strategy<Value = Value> {
    let status =
        vec(select(vec!["SUCCESS", "SUCCEEDED", "FAILED", "TIMED_OUT", "COMPLETED", "NOT_SUCCESS", "RUNNING"]), 1..3);
    (name(), of(account()), of(status), of(any::<bool>())).prop_map(|(name, account, status, optional)| {
        let mut parent = json!({ "name": name });
        insert(&mut parent, "account", account);
        insert(&mut parent, "status", status);
        insert(&mut parent, "optional", optional);
        parent
    })
}

fn condition() -> impl Strategy<Value = Value> {
    let node = parent().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(|all| json!({ "allOf": all })),
            vec(inner, 1..4).prop_map(|any| json!({ "anyOf": any }))
        ]
    });
    let lists = (vec(node.clone(), 1..5), of(vec(node, 1..4)), select(vec!["AND", "OR"]));
    lists.prop_map(|(all, any, operator)| match any {
        Some(any) => json!({ "allOf": all, "anyOf": any, "operator": operator }),
        None => json!({ "allOf": all }),
    })
}

fn schedule() -> impl Strategy<Value = Value> {
    let zone = select(vec!["UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Kiritimati"]);
    prop_oneof![
        (0..25_u32, 0..60_u32, zone)
            .prop_map(|(hour, minute, zone)| json!({ "hour": hour, "minute": minute, "timezone": zone })),
        (1..30_u32, select(vec!["minutes", "hours", "day"]))
            .prop_map(|(n, unit)| json!({ "rate": format!("{n} {unit}") })),
        select(vec!["0 3 * * ? *", "0/15 8-18 ? * MON-FRI *", "0 3 L * ? *"]).prop_map(|cron| json!({ "cron": cron })),
    ]
}

fn trigger() -> impl Strategy<Value = Value> {
    prop_oneof![
        schedule().prop_map(|schedule| json!({ "schedule": schedule })),
        condition().prop_map(|executions| json!({ "executions": executions })),
        (schedule(), condition()).prop_map(|(s, e)| json!({ "schedule": s, "executions": e, "operator": "OR" })),
    ]
}

fn notifications() -> impl Strategy<Value = Value> {
    let email =
        vec("[a-z.+]{1,8}@[a-z]{1,6}\\.[a-z]{2}", 1..5).prop_map(|a| json!({ "channel": "EMAIL", "addresses": a }));
    let slack = vec("[a-z0-9_-]{1,12}", 1..4).prop_map(|a| json!({ "channel": "SLACK", "addresses": a }));
    let kind = select(vec!["FULL_EXECUTION", "ON_FAILURE", "ON_COMPLETION"]);
    (kind, vec(prop_oneof![email, slack], 1..3)).prop_map(|(kind, targets)| json!({ "type": kind, "targets": targets }))
}

fn cluster() -> impl Strategy<Value = Value> {
    let group = || (select(vec!["m5.xlarge", "r7g.2xlarge"]), 1..9_u32, any::<bool>());
    let group_of = |(instance, count, spot)| json!({ "instanceType": instance, "count": count, "spot": spot });
    let parts = (
        of(group()),
        of(group()),
        any::<bool>(),
        vec(("[a-z-]{1,12}", vec(("[a-z.]{1,9}", "[ -~]{0,9}"), 0..3)), 0..3),
    );
    parts.prop_map(move |(core, task, glue, configurations)| {
        let mut cluster = json!({ "applications": ["Spark", "Hive"] });
        insert(&mut cluster, "core", core.map(group_of));
        insert(&mut cluster, "task", task.map(group_of));
        insert(&mut cluster, "metastore", glue.then_some("glue"));
        let all = configurations.into_iter().map(|(classification, properties)| {
            let properties: Map<String, Value> = properties.into_iter().map(|(k, v)| (k, v.into())).collect();
            json!({ "classification": classification, "properties": properties })
        });
        cluster["configurations"] = all.collect();
        cluster
    })
}

fn access() -> impl Strategy<Value = Value> {
    let place = || vec("s3://[a-z]{3,9}/[a-z/]{0,6}\\*", 0..4);
    (place(), place(), vec("[a-z]{1,5}\\.([a-z]{1,5}|\\*)", 0..3))
        .prop_map(|(read, write, glue)| json!({ "read": read, "write": write, "glue": glue }))
}

fn pipeline() -> impl Strategy<Value = Value> {
    let tags = vec(("[A-Za-z0-9:/=+@_. -]{1,12}", "[A-Za-z0-9 ]{0,9}"), 0..4);
    let head = (name(), of(account()), of("[a-z -]{1,9}"), of("\\PC{0,40}"), tags);
    let body = (of(trigger()), weighted(0.4, cluster()), weighted(0.4, access()), steps(), of(notifications()));
    (head, body).prop_map(
        |((name, account, team, description, tags), (trigger, cluster, access, steps, notifications))| {
            let mut pipeline = json!({ "name": name, "params": { "country": "de" }, "steps": steps });
            insert(&mut pipeline, "account", account);
            insert(&mut pipeline, "team", team);
            insert(&mut pipeline, "description", description);
            let tags: Map<String, Value> = tags.into_iter().map(|(key, value)| (key, value.into())).collect();
            pipeline["tags"] = tags.into();
            insert(&mut pipeline, "trigger", trigger);
            let hive = pipeline["steps"].to_string().contains("\"type\":\"hive\"");
            let needed = hive.then(|| json!({ "applications": ["Spark", "Hive"] }));
            insert(&mut pipeline, "cluster", cluster.or(needed));
            insert(&mut pipeline, "access", access);
            insert(&mut pipeline, "notifications", notifications);
            pipeline
        },
    )
}

#[test]
fn a_random_pipeline_is_refused_at_a_place_or_becomes_a_template_that_holds_together() {
    let scratch = Scratch::new("random-specs");
    copy_folder(&root().join("tests/fixtures/base"), scratch.path());
    let passed = std::cell::Cell::new(0);
    proptest!(config(600), |(spec in pipeline())| {
        scratch.write("pipeline.yaml", spec.to_string());
        let synth = || run(["synth".into(), scratch.arg("")]);
        let ran = synth();
        match ran.exit {
            Exit::Findings => {
                prop_assert!(ran.out.is_empty());
                prop_assert!(ran.err.contains("pipeline.yaml:1:"), "{}", ran.err);
                // What is refused are names, hours and doubles that the strategies make on purpose, never a stack that AWS would not take.
                let ours = ["error[PS03", "error[PS06"].iter().any(|code| ran.err.contains(code));
                prop_assert!(!ours, "{}", ran.err);
            }
            Exit::Done => {
                passed.set(passed.get() + 1);
                // Our reader refuses a key that stands twice: so logical ids are unique.
                let template = from_yaml(&ran.out);
                let faults = machine::faults(machine::of(&template));
                prop_assert!(faults.is_empty(), "{}", faults.join("\n"));
                prop_assert_eq!(&ran.out, &synth().out);
            }
            other => prop_assert!(false, "{:?}: {}", other, ran.err),
        }
    });
    assert!(passed.get() > 50, "only {} of the random pipelines were good", passed.get());
}
