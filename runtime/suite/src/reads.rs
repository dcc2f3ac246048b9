//! Pipelines as the decisions see them: live, compiled, by their parents.

use pipesynth_contract::starts::Trigger;
use pipesynth_contract::{ContractError, PipelineId};
use pipesynth_engine::registry::{deregister, register};
use pipesynth_engine::store::{Change, Committed, Entry, Link};
use serde_json::json;

use crate::Whole;
use crate::world::{HOUR, id, not_before, registered, registration, spec, trigger, waits_for};

crate::cases!(
    child_as_registered,
    child_only_while_live,
    children_by_parent,
    children_with_own_schedule,
    children_despite_stale_links,
    clock_pipelines,
);

fn children(store: &dyn Whole, parent: &str) -> Vec<PipelineId> {
    store.children(&id(parent)).unwrap().iter().map(|child| child.id().clone()).collect()
}

fn child_as_registered(store: &dyn Whole) {
    assert!(store.child(&id("x")).unwrap().is_none());
    let wide = json!({"name": "b", "account": "222222222222", "status": ["FAILED", "ABORTED"], "offset": "-1d", "within": "2h"});
    let options = json!({"correlate": "day", "deadline": "07:00", "onMiss": "skip", "whileRunning": "hold"});
    let registration = registration("x", trigger(&json!(["any", "a", wide]), &options));
    register(store, &registration, 17 * HOUR).unwrap();
    let child = store.child(&id("x")).unwrap().unwrap();
    let kept = &child.registered;
    assert_eq!((kept.version, kept.incarnation), (1, 0));
    assert_eq!(
        (&kept.trigger, &kept.timezone, &kept.region),
        (&registration.trigger, &registration.timezone, &registration.region)
    );
    assert_eq!((&kept.about.team, &kept.about.notifications), (&registration.team, &registration.notifications));
    assert_eq!((&kept.about.display_name, &kept.about.stack), (&registration.display_name, &registration.stack));
    assert!(kept.standing.since.len() == 2 && kept.standing.since.iter().all(|(_, at)| *at == 17 * HOUR));
    assert_eq!(store.entry(&id("x")).unwrap().unwrap().registered(), Some(kept));
    let other = store.children(&PipelineId::new("222222222222", "b").unwrap()).unwrap();
    assert_eq!(other, std::slice::from_ref(&child));
    assert_eq!(spec(&child).rev, spec(&other[0]).rev);
}

fn child_only_while_live(store: &dyn Whole) {
    registered(store, &waits_for("x", &["a"]));
    deregister(store, &id("x"), false).unwrap();
    assert!(store.child(&id("x")).unwrap().is_none());
    assert_eq!(children(store, "a"), []);
    let back = registered(store, &waits_for("x", &["a"]));
    assert_eq!((back.registered.version, back.registered.incarnation), (3, 1));
    assert_eq!(spec(&back).incarnation, 1);
    assert_eq!(children(store, "a"), [id("x")]);
}

fn children_by_parent(store: &dyn Whole) {
    assert_eq!(children(store, "a"), []);
    for (name, parents) in [("z", &["a", "b"][..]), ("y", &["a"]), ("ab", &["b"]), ("alone", &[])] {
        registered(store, &waits_for(name, parents));
    }
    assert_eq!((children(store, "a"), children(store, "b")), (vec![id("y"), id("z")], vec![id("ab"), id("z")]));
    // Another condition.
    registered(store, &waits_for("z", &["b", "c"]));
    let all = ["a", "b", "c"].map(|parent| children(store, parent));
    assert_eq!(all, [vec![id("y")], vec![id("ab"), id("z")], vec![id("z")]]);
}

fn children_with_own_schedule(store: &dyn Whole) {
    let registration = registration("x", not_before("cron(0 6 * * ? *)", trigger(&json!("a"), &json!({}))));
    registered(store, &registration);
    assert_eq!((children(store, "a"), children(store, "x")), (vec![id("x")], vec![id("x")]));
    registered(store, &waits_for("x", &["a"]));
    assert_eq!((children(store, "a"), children(store, "x")), (vec![id("x")], vec![]));
}

fn children_despite_stale_links(store: &dyn Whole) {
    registered(store, &waits_for("x", &["a"]));
    let entry = store.entry(&id("x")).unwrap().unwrap();
    let next = registered_again(&entry).unwrap();
    // A writer that died: a link that the condition does not know.
    let change = Change {
        graph: store.graph_version().unwrap(),
        entries: vec![next],
        link: vec![Link { parent: id("b"), child: id("x"), version: 2 }],
        unlink: Vec::new(),
    };
    assert_eq!(store.apply(&change).unwrap(), Committed::Done);
    assert_eq!((children(store, "a"), children(store, "b")), (vec![id("x")], vec![]));
}

fn registered_again(entry: &Entry) -> Result<Entry, ContractError> {
    let mut registered = entry.registered().cloned().ok_or_else(|| ContractError::new("not live"))?;
    registered.version += 1;
    Ok(Entry::live(registered))
}

fn clock_pipelines(store: &dyn Whole) {
    let watched = |store: &dyn Whole| -> Vec<PipelineId> {
        store.with_deadline().unwrap().iter().map(|child| child.id().clone()).collect()
    };
    let late = trigger(&json!("a"), &json!({"deadline": "07:00", "onMiss": "notify"}));
    let timed = not_before("cron(0 6 * * ? *)", trigger(&json!("a"), &json!({})));
    let plain = Trigger { schedule: timed.schedule.clone(), ..Trigger::default() };
    for (name, trigger) in [("timed", timed), ("late", late), ("plain", plain)] {
        registered(store, &registration(name, trigger));
    }
    registered(store, &waits_for("x", &["a"]));
    assert_eq!(watched(store), [id("late"), id("timed")]);
    registered(store, &waits_for("late", &["a"]));
    assert_eq!(watched(store), [id("timed")], "the deadline is gone");
    deregister(store, &id("timed"), true).unwrap();
    assert_eq!(watched(store), []);
}
