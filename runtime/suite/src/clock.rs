//! The sweeper over the store: instants of schedules joined by AND, deadlines, expiry.

use std::sync::Arc;

use pipesynth_engine::registry::{follow_up, register};
use pipesynth_engine::store::{Note, What, ingest, sweep};
use pipesynth_engine::{Effect, Firing, Occurrence};
use serde_json::json;

use crate::Whole;
use crate::world::{HOUR, MONDAY, id, not_before, registration, run, trigger};

crate::cases!(sweep_counts_instants, sweep_knows_registrations, sweep_follows_an_edit, sweep_expires_and_misses);

fn firings(notes: Vec<Note>) -> Vec<Arc<Firing>> {
    notes.into_iter().filter_map(|n| if let What::Fired(firing) = n.what { Some(firing) } else { None }).collect()
}

fn sweep_counts_instants(store: &dyn Whole) {
    let at_six = |options| registration("x", not_before("cron(0 6 * * ? *)", trigger(&json!("a"), &options)));
    register(store, &at_six(json!({"correlate": "day"})), MONDAY).unwrap();
    ingest(store, &run("a2")).unwrap();
    let mut started = Vec::new();
    for step in 0..12 * 12 {
        let now = MONDAY + step * HOUR / 12;
        started.extend(firings(sweep(store, now).unwrap()).into_iter().map(|firing| (now, firing)));
    }
    assert_eq!(started.len(), 1, "{started:?}");
    let (now, firing) = &started[0];
    assert_eq!((*now, firing.at, firing.instant), (MONDAY + 6 * HOUR, MONDAY + 6 * HOUR, Some(MONDAY + 6 * HOUR)));
    // A day later the instant comes first; the run of that day starts the child at once.
    assert_eq!(firings(sweep(store, MONDAY + 31 * HOUR).unwrap()), []);
    let notes = ingest(store, &tuesday(run("a9"))).unwrap();
    assert_eq!(firings(notes).len(), 1);
    assert_eq!(store.outbox(&id("x")).unwrap().len(), 2);
}

fn tuesday(mut run: Occurrence) -> Occurrence {
    run.at += 24 * HOUR;
    run.date = run.date.plus_days(1).unwrap();
    run
}

fn sweep_knows_registrations(store: &dyn Whole) {
    let at = |hour: u64| {
        let options = json!({"correlate": "day", "within": "none"});
        registration("x", not_before(&format!("cron(0 {hour} * * ? *)"), trigger(&json!("a"), &options)))
    };
    register(store, &at(6), MONDAY + 7 * HOUR).unwrap();
    ingest(store, &run("a8")).unwrap();
    assert_eq!(firings(sweep(store, MONDAY + 9 * HOUR).unwrap()), [], "six o'clock was before the registration");
    register(store, &at(8), MONDAY + 10 * HOUR).unwrap();
    assert_eq!(firings(sweep(store, MONDAY + 11 * HOUR).unwrap()), [], "eight o'clock was before the edit");
    // Nobody looked for a day and a half.
    assert_eq!(firings(ingest(store, &tuesday(run("a3"))).unwrap()), []);
    let started = firings(sweep(store, MONDAY + 44 * HOUR).unwrap());
    assert_eq!(started.iter().map(|firing| firing.instant).collect::<Vec<_>>(), [Some(MONDAY + 32 * HOUR)]);
    assert_eq!(sweep(store, MONDAY + 44 * HOUR).unwrap(), []);
}

fn sweep_follows_an_edit(store: &dyn Whole) {
    let at = |hour: u64| {
        let options = json!({"correlate": "day", "within": "none"});
        registration("x", not_before(&format!("cron(0 {hour} * * ? *)"), trigger(&json!("a"), &options)))
    };
    register(store, &at(6), MONDAY).unwrap();
    assert_eq!(firings(sweep(store, MONDAY + 6 * HOUR).unwrap()), []);
    let outcome = register(store, &at(8), MONDAY + 13 * HOUR / 2).unwrap();
    assert_eq!(firings(follow_up(store, &outcome, MONDAY + 13 * HOUR / 2).unwrap()), []);
    assert_eq!(firings(ingest(store, &run("a7")).unwrap()), [], "six o'clock has come, and it is eight now");
    assert_eq!(firings(sweep(store, MONDAY + 8 * HOUR).unwrap()).len(), 1);
}

fn sweep_expires_and_misses(store: &dyn Whole) {
    let options = json!({"correlate": "day", "within": "2h", "deadline": "07:00", "onMiss": "notify"});
    register(store, &registration("x", trigger(&json!(["all", "a", "b"]), &options)), MONDAY).unwrap();
    ingest(store, &run("a1")).unwrap();
    let told = |now: u64| -> Vec<Effect> {
        let notes = sweep(store, now).unwrap().into_iter();
        notes.filter_map(|n| if let What::Gate(_, effect) = n.what { Some(effect) } else { None }).collect()
    };
    assert_eq!(told(MONDAY + 3 * HOUR), []);
    assert!(matches!(told(MONDAY + 3 * HOUR + 1)[..], [Effect::Expired { .. }]));
    assert_eq!(told(MONDAY + 7 * HOUR - 1), []);
    assert!(matches!(told(MONDAY + 7 * HOUR)[..], [Effect::DeadlineMissed { .. }]));
    assert_eq!(told(MONDAY + 8 * HOUR), []);
    assert!(matches!(told(MONDAY + 31 * HOUR)[..], [Effect::DeadlineMissed { .. }]), "the next day has its own");
}
