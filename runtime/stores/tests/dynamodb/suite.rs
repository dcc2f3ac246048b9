//! What every store must do: the shared cases, each in a table of its own, and longer histories beside the store in memory.

use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use pipesynth_contract::PipelineId;
use pipesynth_engine::store::{Change, Child, Claims, Committed, Entry, Move, Outgoing, Registry, Store, StoreError};
use pipesynth_engine::{Admission, Firing, Gate, Lane, Occurrence, RunKey};
use pipesynth_stores::dynamodb::{DynamoClaims, DynamoStore};
use pipesynth_suite::{Fresh, Whole, all, differential};

use crate::server::Server;

/// The tables of a name, and a connection of its own for everybody who opens it.
#[derive(Default)]
struct Tables(Mutex<BTreeMap<String, [String; 2]>>);

impl Fresh for Tables {
    fn open(&self, name: &str) -> Box<dyn Whole> {
        let server = Arc::new(Server::new());
        let mut tables = self.0.lock().unwrap();
        let [state, runs] = tables.entry(name.to_owned()).or_insert_with(|| [server.table(), server.table()]);
        Box::new(Both {
            store: DynamoStore::new(server.clone(), state.clone()),
            claims: DynamoClaims::new(server, runs.clone(), 2_000_000_000),
        })
    }
}

/// The central state and the claims of an account.
struct Both {
    store: DynamoStore<Arc<Server>>,
    claims: DynamoClaims<Arc<Server>>,
}

impl Claims for Both {
    fn claim(&self, pipeline: &PipelineId, key: &RunKey, execution: &str) -> Result<String, StoreError> {
        self.claims.claim(pipeline, key, execution)
    }
}

/// Methods that the central state answers.
macro_rules! of_the_store {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {
        $(fn $name(&self, $($argument: $kind),*) -> Result<$answer, StoreError> {
            self.store.$name($($argument),*)
        })*
    };
}

impl Store for Both {
    of_the_store! {
        log(occurrence: &Occurrence) -> Admission;
        children(parent: &PipelineId) -> Vec<Arc<Child>>;
        child(id: &PipelineId) -> Option<Arc<Child>>;
        successor(id: &PipelineId) -> Option<PipelineId>;
        gate(child: &PipelineId, key: &str) -> Option<Gate>;
        commit(child: &Child, gate: &Gate, firing: Option<&Arc<Firing>>) -> Committed;
        due_gates(now: u64) -> Vec<(PipelineId, String)>;
        gates(child: &PipelineId) -> Vec<String>;
        with_deadline() -> Vec<Arc<Child>>;
        unsettled() -> Vec<PipelineId>;
        outbox(child: &PipelineId) -> Vec<Outgoing>;
        lane(child: &PipelineId) -> Lane;
        settle(child: &PipelineId, lane: Option<&Lane>, moves: &[Move]) -> Committed;
    }
}

impl Registry for Both {
    of_the_store! {
        graph_version() -> u64;
        entry(id: &PipelineId) -> Option<Entry>;
        dependants(parent: &PipelineId) -> Vec<PipelineId>;
        entries() -> Vec<Entry>;
        apply(change: &Change) -> Committed;
    }
}

#[test]
fn every_shared_case_holds() {
    let tables = Tables::default();
    let mut failed = Vec::new();
    let cases = all();
    for case in &cases {
        if catch_unwind(AssertUnwindSafe(|| (case.run)(&tables))).is_err() {
            failed.push(case.name);
        }
    }
    writeln!(std::io::stderr(), "{} shared cases, {} failed", cases.len(), failed.len()).unwrap();
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn random_histories_leave_what_they_leave_in_memory() {
    let tables = Tables::default();
    for seed in 100..106 {
        differential(&tables, &format!("long_{seed}"), seed, 60);
    }
}
