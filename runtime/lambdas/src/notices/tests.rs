//! What has words for the owners, what it is known by, and what the queue gets.

use pipesynth_engine::LeafId;

use super::*;
use crate::central::Invocation;
use crate::scripted::{Scripted, answer};
use crate::story::{NOW, PIPELINE_X, outside};

fn child() -> PipelineId {
    PipelineId::new(PIPELINE_X, "pipeline-x").unwrap()
}

fn gate(key: &str, effect: Effect) -> Note {
    Note { child: child(), what: What::Gate(key.into(), effect) }
}

fn date() -> pipesynth_engine::LogicalDate {
    "2026-11-23".parse().unwrap()
}

/// Every kind of note that a person is to be told of.
fn alerts() -> Vec<Note> {
    let leaf = LeafId { parent: "111111111111/listings".parse().unwrap(), status: [].into(), offset: None };
    let note = |what| Note { child: child(), what };
    vec![
        gate("2026-11-23", Effect::DeadlineMissed { date: date() }),
        gate("2026-11-23", Effect::GivenUp { date: date() }),
        gate("2026-11-23", Effect::Expired { leaf, execution: "arn:e".into(), alert: true }),
        gate("2026-11-23T05", Effect::ChainDropped { chain: vec![child()] }),
        note(What::NoKey("its input has no `country`")),
        note(What::Dead("3f9c".into())),
    ]
}

#[test]
fn whatever_a_person_is_to_be_told_has_its_words() {
    let owed: Vec<Owed> = alerts().iter().map(|note| Owed::of(note, NOW).unwrap()).collect();
    let whats: Vec<Trouble> = owed.iter().map(|one| one.what).collect();
    let wanted = Trouble::ALL.into_iter().filter(|what| *what != Trouble::ParentGone);
    assert!(wanted.clone().all(|what| whats.contains(&what)) && whats.len() == wanted.count(), "{whats:?}");
    let dates: Vec<Option<&str>> = owed.iter().map(|one| one.logical_date.as_deref()).collect();
    assert_eq!(dates, [Some("2026-11-23"), Some("2026-11-23"), Some("2026-11-23"), None, None, None]);
    assert_eq!(owed[0].id, "333333333333/pipeline-x DEADLINE_MISSED 2026-11-23");
    assert_eq!(owed[0].at, "2026-11-23T06:00:00Z");
    assert!(owed[2].text.contains("`111111111111/listings`") && owed[2].text.contains("arn:e"), "{}", owed[2].text);
    // The same again is the same.
    assert_eq!(Owed::of(&alerts()[2], NOW + 1).unwrap().id, owed[2].id);
    let silent =
        gate("2026-11-23", Effect::Expired { leaf: leaf_of(&alerts()[2]), execution: "arn:e".into(), alert: false });
    assert_eq!(Owed::of(&silent, NOW), None);
    assert_eq!(Owed::of(&Note { child: child(), what: What::Sent("3f9c".into()) }, NOW), None);
}

#[test]
fn a_start_that_a_rename_left_behind_is_told_under_the_new_name_with_its_date() {
    let firing = pipesynth_engine::Firing {
        firing_id: "3f9c".to_owned(),
        child: PipelineId::new(PIPELINE_X, "old-name").unwrap(),
        key: "2026-11-23".into(),
        rev: "r".into(),
        incarnation: 0,
        generation: 1,
        cause: pipesynth_engine::FiringCause::Executions,
        date: date(),
        instant: None,
        used: Vec::new(),
        chain: [].into(),
        backfill: false,
        at: NOW,
    };
    let owed = Owed::of(&Note { child: child(), what: What::LeftBehind(firing.into()) }, NOW).unwrap();
    assert_eq!((owed.what, owed.logical_date.as_deref()), (Trouble::InVain, Some("2026-11-23")));
    assert!(owed.id.starts_with("333333333333/pipeline-x ") && owed.text.contains("old-name"), "{owed:?}");
}

#[test]
fn the_same_trouble_of_another_date_or_day_is_told_again() {
    let id = |note: &Note, at| Owed::of(note, at).unwrap().id;
    // Without a correlation all dates share one gate.
    let missed = |date: &str| gate("all", Effect::DeadlineMissed { date: date.parse().unwrap() });
    let given_up = |date: &str| gate("all", Effect::GivenUp { date: date.parse().unwrap() });
    assert_ne!(id(&missed("2026-11-23"), NOW), id(&missed("2026-11-24"), NOW));
    assert_ne!(id(&given_up("2026-11-23"), NOW), id(&given_up("2026-11-24"), NOW));
    let dropped = gate("all", Effect::ChainDropped { chain: vec![child()] });
    let no_key = Note { child: child(), what: What::NoKey("its input has no `country`") };
    let gone = |at| Owed::orphaned(&child(), &"111111111111/listings".parse().unwrap(), at).id;
    let all = |at| [id(&dropped, at), id(&no_key, at), gone(at)];
    assert_eq!(all(NOW), all(NOW + 1));
    for (one, tomorrow) in all(NOW).iter().zip(all(NOW + 86_400_000)) {
        assert_ne!(*one, tomorrow);
    }
}

fn leaf_of(note: &Note) -> LeafId {
    match &note.what {
        What::Gate(_, Effect::Expired { leaf, .. }) => leaf.clone(),
        other => panic!("{other:?}"),
    }
}

fn settings() -> Settings {
    Settings::read(|name| {
        let value = match name {
            "AWS_REGION" => "eu-central-1",
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "key",
            "NOTICES_QUEUE" => "https://sqs.eu-central-1.amazonaws.com/999999999999/pipesynth-notices",
            _ => return None,
        };
        Some(value.to_owned())
    })
}

fn told(script: &dyn Fn(usize, &Request) -> Result<Answer, String>, notes: &[Note]) -> (usize, Vec<String>, Vec<Owed>) {
    let (outside, deadline): (Scripted<'_>, _) = outside(script);
    let settings = settings();
    Invocation::new("under-test", &outside, deadline).owing(&settings).tell(notes);
    let sent = outside.sent.borrow();
    let bodies: Vec<Value> = sent.iter().map(|one| serde_json::from_slice(&one.body).unwrap()).collect();
    let entries = bodies.iter().flat_map(|body| body["Entries"].as_array().unwrap());
    let owed = entries.map(|one| serde_json::from_str(one["MessageBody"].as_str().unwrap()).unwrap()).collect();
    assert!(sent.iter().all(|one| one.url == "https://sqs.eu-central-1.amazonaws.com/"));
    (sent.len(), outside.log.borrow().clone(), owed)
}

#[test]
fn ten_notices_go_with_one_request() {
    let taken = |_: usize, _: &Request| answer(200, r#"{"Successful":[],"Failed":[]}"#);
    let twelve: Vec<Note> = alerts().into_iter().cycle().take(12).collect();
    let (requests, log, owed) = told(&taken, &twelve);
    assert_eq!((requests, owed.len()), (2, 12));
    assert!(log.iter().all(|line| !line.contains("ERROR")), "{log:?}");
    let silent = Note { child: child(), what: What::Sent("3f9c".into()) };
    assert_eq!(told(&taken, &[silent]).0, 0);
}

#[test]
fn what_the_queue_does_not_take_is_tried_again_and_then_an_error() {
    let second = |n: usize, _: &Request| match n {
        0 => answer(200, r#"{"Failed":[{"Id":"0","Code":"InternalError","SenderFault":false}]}"#),
        _ => answer(200, r#"{"Successful":[{"Id":"0"}]}"#),
    };
    assert_eq!(told(&second, &alerts()[..1]).0, 2);
    let throttled = |n: usize, _: &Request| match n {
        0 => answer(400, r#"{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow down"}"#),
        _ => answer(200, r#"{"Successful":[{"Id":"0"}]}"#),
    };
    assert_eq!(told(&throttled, &alerts()[..1]).0, 2);
    let (requests, log, _) = told(&|_, _| answer(403, "AccessDenied"), &alerts()[..1]);
    assert_eq!(requests, 1);
    assert!(log.iter().any(|line| line.contains("owners are not told") && line.contains("AccessDenied")), "{log:?}");
}
