//! Threads that race for one memory store, for real.

use std::sync::{Arc, Mutex};
use std::thread;

use pipesynth_contract::options::Concurrency;
use pipesynth_engine::store::{Child, MemoryStore, Sink, Store, StoreError, Tables, dispatch, ingest};
use pipesynth_engine::{Firing, Occurrence};
use serde_json::json;

use super::scenario::{child, event, id};

#[derive(Default)]
struct Bus(Mutex<Vec<String>>);

impl Sink for Bus {
    fn send(&self, firing: &Arc<Firing>, _: &Child) -> Result<(), StoreError> {
        self.0.lock().unwrap().push(firing.firing_id.clone());
        Ok(())
    }
}

#[test]
fn eight_threads_with_the_same_events_start_the_child_once_for_each_pair() {
    let mut tables = Tables::default();
    tables.register(child(
        &json!(["all", "a", "b"]),
        &json!({"correlate": "key:$.n", "within": "none"}),
        Concurrency::Allow,
    ));
    let store = MemoryStore::new(tables);
    let events: Vec<Occurrence> = (0..40u32)
        .flat_map(|n| {
            [event(&format!("a{n} SUCCEEDED @1")), event(&format!("b{n} SUCCEEDED @2"))].map(|mut e| {
                drop(e.input.insert("n".into(), json!(n)));
                e
            })
        })
        .collect();
    let bus = Bus::default();
    thread::scope(|scope| {
        for offset in 0..8 {
            let (store, events, bus) = (&store, &events, &bus);
            scope.spawn(move || {
                for n in 0..events.len() {
                    let event = &events[(n * 7 + offset * 11) % events.len()];
                    while ingest(store, event) == Err(StoreError::Contended) {}
                    let _ = dispatch(store, bus, &id("x"), 1);
                }
            });
        }
    });
    while dispatch(&store, &bus, &id("x"), 1) == Err(StoreError::Contended) {}
    let mut sent = bus.0.into_inner().unwrap();
    sent.sort();
    sent.dedup();
    assert_eq!((store.tables().firings.len(), sent.len()), (40, 40));
    assert!(store.outbox(&id("x")).unwrap().iter().all(|o| format!("{:?}", o.state).starts_with("Sent")));
}
