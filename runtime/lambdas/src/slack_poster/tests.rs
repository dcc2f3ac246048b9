//! What the poster tells, to whom, and what it does where Slack does not play along.

mod world;

use std::cell::Cell;
use std::time::Duration;

use pipesynth_aws::{Answer, Request};
use serde_json::{Value, json};

use super::handle;
use crate::scripted::{START, Scripted, settings};
use world::{OWNER, RUN, TOKEN, World, record};

fn said(id: &str, execution: Option<&str>) -> Value {
    let mut said = json!({
        "v": 1, "pipeline": "111111111111/listings", "title": format!("title {id}"), "text": "Cause: <!here>", "group": "g", "id": id,
    });
    if let Some(execution) = execution {
        said["execution"] = json!(execution);
    }
    said
}

fn good(_: &str) -> Option<Answer> {
    None
}

fn error(name: &str) -> Answer {
    Answer::new(200, json!({"ok": false, "error": name}).to_string())
}

fn post(channel: &str, thread: Option<&str>, loud: bool) -> (String, Option<String>, bool) {
    (channel.to_owned(), thread.map(str::to_owned), loud)
}

#[test]
fn a_run_is_one_thread_in_each_of_its_channels() {
    let world = World::new(&["a", "b"], &good);
    let mut end = said("2", Some(RUN));
    end["loud"] = json!(true);
    assert_eq!(world.serve(&[said("1", Some(RUN)), end]).0, Vec::<String>::new());
    let wanted = [
        post("#a", None, false),
        post("#b", None, false),
        post("C-a", Some("0.1"), true),
        post("C-b", Some("1.1"), true),
    ];
    assert_eq!(world.posted(), wanted);
    assert_eq!(world.posts.borrow()[0]["text"], "*title 1*\n```\nCause: &lt;!here&gt;\n```");
}

#[test]
fn what_is_about_no_run_stands_alone() {
    let world = World::new(&["a"], &good);
    world.serve(&[said("1", None), said("2", None)]);
    assert_eq!(world.posted(), [post("#a", None, false), post("#a", None, false)]);
}

#[test]
fn a_message_that_comes_twice_is_told_once() {
    let world = World::new(&["a"], &good);
    for message in [
        said("1", Some(RUN)),
        said("1", Some(RUN)),
        said("2", Some(RUN)),
        said("2", Some(RUN)),
        said("3", None),
        said("3", None),
    ] {
        assert_eq!(world.serve(&[message]).0, Vec::<String>::new());
    }
    assert_eq!(world.posted().len(), 3);
}

#[test]
fn slack_is_given_the_time_that_it_asks_for() {
    let asked = Cell::new(0);
    let slack = |_: &str| {
        asked.set(asked.get() + 1);
        let wait = Some(Duration::from_secs(7));
        (asked.get() == 1)
            .then(|| Answer { retry_after: wait, ..Answer::new(429, r#"{"ok":false,"error":"ratelimited"}"#) })
    };
    let world = World::new(&["a"], &slack);
    let script = |_: usize, request: &Request| world.answer(request);
    let outside = Scripted::new(&script);
    let batch = json!({"Records": [record("m", OWNER, &said("1", Some(RUN)))]});
    let served = handle(&batch, START + Duration::from_secs(60), &settings(), &outside);
    assert_eq!((served.unwrap(), world.posted().len()), (json!({"batchItemFailures": []}), 1));
    // A second for each request, and the seven.
    let took = pipesynth_aws::Outside::now(&outside).duration_since(START).unwrap();
    assert_eq!(took.as_secs(), outside.sent.borrow().len() as u64 + 7);
}

#[test]
fn one_channel_that_has_to_wait_brings_the_message_again_and_is_then_the_only_one_told() {
    let busy = Cell::new(true);
    for passing in [
        Answer { retry_after: Some(Duration::from_secs(300)), ..Answer::new(429, "") },
        Answer::new(503, "<html>"),
        Answer::new(200, "<html>"),
        Answer::new(0, ""),
        error("internal_error"),
    ] {
        busy.set(true);
        let slack = |channel: &str| (channel == "#a" && busy.get()).then(|| passing.clone());
        let world = World::new(&["a", "b"], &slack);
        let (again, log) = world.serve(&[said("1", Some(RUN)), said("2", Some(RUN))]);
        assert_eq!(again, ["m0", "m1"], "the second waits behind the first: {log}");
        assert_eq!((world.posted(), world.dead.borrow().len()), (vec![post("#b", None, false)], 0));
        busy.set(false);
        assert_eq!(world.serve(&[said("1", Some(RUN))]).0, Vec::<String>::new());
        assert_eq!(world.posted(), [post("#b", None, false), post("#a", None, false)]);
    }
}

#[test]
fn what_somebody_must_mend_is_a_dead_letter_with_help_in_the_log_and_the_other_channels_are_told() {
    for (name, help) in [
        ("channel_not_found", "/invite"),
        ("not_in_channel", "/invite"),
        ("invalid_auth", "chat:write"),
        ("odd", "Slack's documentation"),
    ] {
        let slack = |channel: &str| (channel == "#a").then(|| error(name));
        let world = World::new(&["a", "b"], &slack);
        let message = said("1", Some(RUN));
        let (again, log) = world.serve(std::slice::from_ref(&message));
        assert_eq!((again.len(), world.posted()), (0, vec![post("#b", None, false)]));
        assert!(log.contains("\"ERROR\"") && log.contains(help) && log.contains(name), "{log}");
        let dead = world.dead.borrow();
        assert_eq!(dead[0]["MessageBody"], message.to_string());
        assert_eq!(dead[0]["MessageAttributes"]["caller"]["StringValue"], OWNER);
        assert!(dead[0]["MessageAttributes"]["why"]["StringValue"].as_str().unwrap().contains(name));
        assert!(dead[0]["QueueUrl"].as_str().unwrap().ends_with("/pipesynth-slack-dlq.fifo"));
    }
}

#[test]
fn without_a_token_nothing_is_posted_and_the_log_says_how_to_put_it_there() {
    for secret in ["", "hush-hush", r#"{"key":"hush-hush"}"#, "xoxb-hush\nx: y"] {
        let world = World { secret, ..World::new(&["a"], &good) };
        let (again, log) = world.serve(&[said("1", Some(RUN))]);
        assert_eq!((again.len(), world.posted().len(), world.dead.borrow().len()), (0, 0, 1));
        assert!(log.contains("aws secretsmanager put-secret-value --secret-id pipesynth/slack"), "{log}");
    }
    let quoted = format!(" {{\"token\": \"{TOKEN}\"}}\n");
    let world = World { secret: &quoted, ..World::new(&["a"], &good) };
    assert_eq!((world.serve(&[said("1", None)]).0.len(), world.posted().len()), (0, 1));
}

#[test]
fn an_account_is_told_for_its_own_pipelines_and_runs_in_their_registered_channels_alone() {
    let foreign_run = RUN.replace(OWNER, "222222222222");
    let with = |key: &str, value: Value| {
        let mut message = said("1", Some(RUN));
        message[key] = value;
        message
    };
    let registered = World::new(&["a"], &good);
    let unknown = with("channel", json!("#general"));
    let other = with("pipeline", json!("111111111111/other"));
    let other_run = RUN.replace("listings", "other");
    for (caller, message) in [
        ("222222222222", said("1", Some(RUN))),
        ("", said("1", None)),
        (OWNER, said("1", Some(&foreign_run))),
        (OWNER, other),
        (
            OWNER,
            json!({"v": 1, "pipeline": "111111111111/other", "execution": other_run, "title": "t", "group": "g", "id": "1"}),
        ),
        (OWNER, unknown),
        (OWNER, with("v", json!(2))),
        (OWNER, json!("no message")),
    ] {
        let (again, log) = registered.serve_records(&json!([record("m", caller, &message)]));
        assert_eq!((again.len(), registered.posted().len(), registered.dead.borrow().len()), (0, 0, 0), "{message}");
        assert!(log.contains("SlackRefused"), "{message}: {log}");
    }
    let none = World::new(&[], &good);
    assert!(none.serve(&[said("1", Some(RUN))]).1.contains("NoChannel"));
}

#[test]
fn two_messages_of_one_run_never_begin_two_threads() {
    let world = World::new(&["a"], &good);
    let key = json!({"pk": {"S": RUN}, "sk": {"S": "a"}}).to_string();
    world.threads.borrow_mut().insert(key, json!({"claim": {"S": "other"}, "claimedUntil": {"N": "1000"}}));
    let (again, log) = world.serve(&[said("1", Some(RUN))]);
    assert_eq!((again.len(), world.posted().len()), (1, 0), "{log}");
    // The one that had claimed it is long gone.
    world.threads.borrow_mut().values_mut().for_each(|item| item["claimedUntil"] = json!({"N": "0"}));
    world.clock.set(1);
    assert_eq!(world.serve(&[said("1", Some(RUN))]).0.len(), 0);
    assert_eq!(world.posted(), [post("#a", None, false)]);
}

#[test]
fn a_reply_whose_thread_was_deleted_is_told_in_the_channel() {
    let gone = Cell::new(false);
    let slack = |channel: &str| (channel == "C-a" && gone.replace(false)).then(|| error("thread_not_found"));
    let world = World::new(&["a"], &slack);
    world.serve(&[said("1", Some(RUN))]);
    gone.set(true);
    assert_eq!(world.serve(&[said("2", Some(RUN))]).0.len(), 0);
    assert_eq!(world.posted()[1], post("C-a", None, false));
}
