//! How PostgreSQL runs the statements on 100,000 gates: by index, whatever the tables hold.

use pipesynth_engine::store::{Claims, Committed, Move, Registry, Sending, Store};
use pipesynth_engine::{Lane, Occurrence};

use crate::help::*;
use crate::transport::Database;

/// 1,000 pipelines that wait for ten each; 100 gates of each, of which one in a hundred is due and one in ten holds something;
/// 100,000 firings, of which a hundred are open; as many log lines, holders and claims.
const FILL: &str = "
INSERT INTO pipesynth.pipeline SELECT '111111111111/p' || i, 1, 0, true, i % 50 = 0, repeat('x', 800)
  FROM generate_series(1, 1000) i;
INSERT INTO pipesynth.link SELECT '111111111111/p' || (i * 7 + n * 31) % 1000, '111111111111/p' || i, 1
  FROM generate_series(1, 1000) i, generate_series(1, 10) n ON CONFLICT DO NOTHING;
INSERT INTO pipesynth.gate SELECT '111111111111/p' || i, CAST(DATE '2026-06-01' + d AS text), 1,
  CASE WHEN d = 99 THEN 5 END, d >= 90, CASE WHEN d < 90 THEN 1000000 + d END, repeat('x', 800) FROM generate_series(1, 1000) i, generate_series(0, 99) d;
INSERT INTO pipesynth.firing SELECT '111111111111/p' || i, CAST(DATE '2026-06-01' + d AS text), 1, d,
  CASE WHEN i % 10 = 0 AND d = 99 THEN 'PENDING' ELSE 'STARTED' END, NULL, NULL, NOT (i % 10 = 0 AND d = 99), repeat('x', 800)
  FROM generate_series(1, 1000) i, generate_series(0, 99) d;
INSERT INTO pipesynth.lane SELECT '111111111111/p' || i, 1, '' FROM generate_series(1, 1000) i;
INSERT INTO pipesynth.run_log SELECT '111111111111/p' || i, d, 'arn', 'SUCCEEDED', 'dep/x#1', d, '2026-11-23', false, ''
  FROM generate_series(1, 1000) i, generate_series(0, 99) d;
INSERT INTO pipesynth.holder SELECT '111111111111/p' || i, 'dep/' || d || '#1', 'SUCCEEDED', 'arn', d
  FROM generate_series(1, 1000) i, generate_series(0, 99) d;
INSERT INTO pipesynth.claim SELECT '111111111111/p' || i, 'dep/' || d || '#1', 'arn'
  FROM generate_series(1, 1000) i, generate_series(0, 99) d;
ANALYZE";

/// Tables of one row for each pipeline are small: reading a quarter of one whole may be the cheaper way.
const LARGE: [&str; 5] = ["gate", "firing", "run_log", "holder", "claim"];

#[test]
fn the_statements_find_their_rows_by_index_on_a_hundred_thousand_gates() {
    let database = Database::new();
    let store = database.store();
    database.client().batch_execute(FILL).unwrap();
    register(&store, waits_for("x", &["a", "b"]));
    let x = child(&store, "x");
    let key = "dep/0#1".parse().unwrap();
    let mut uses = Vec::new();
    let mut look = |name: &str, indexes: &[&str]| {
        let calls = store.api().calls();
        let plan = calls.iter().map(|call| store.api().explain(call)).collect::<Vec<_>>().join("\n");
        for table in LARGE {
            let scan = format!("Seq Scan on {table}");
            assert!(!plan.lines().any(|line| line.contains(&scan)), "{name} reads all of {table}:\n{plan}");
        }
        for index in indexes {
            assert!(
                plan.contains(&format!(" {index} ")) || plan.contains(&format!(" {index}\n")),
                "{name} does not use {index}:\n{plan}"
            );
        }
        uses.push(format!("{name}: {}", indexes.join(", ")));
    };
    store.api().calls();

    assert_eq!(
        store.gate(&id("p7"), "2026-06-03").unwrap_err().to_string().split(':').next(),
        Some("a stored item cannot be read")
    );
    look("gate", &["gate_pkey"]);
    let first = step(&store, &x, &run("a", 1)).0;
    let fired = step(&store, &x, &run("b", 2)).0;
    assert_eq!((first, fired), (Committed::Done, Committed::Done));
    look("commit", &["gate_pkey", "pipeline_pkey", "firing_pkey"]);
    let outgoing = store.outbox(x.id()).unwrap().remove(0);
    look("outbox", &["firing_open"]);
    let lane = Lane { ver: 1, ..Lane::default() };
    let settled = store.settle(x.id(), Some(&lane), &[Move::of(&outgoing, Sending::Admitted)]).unwrap();
    assert_eq!(settled, Committed::Done);
    look("settle", &["firing_pkey"]);
    let _ = store.lane(&id("p7")).unwrap_err();
    look("lane", &["lane_pkey"]);
    assert_eq!(store.due_gates(5).unwrap().len(), 1_000);
    look("due_gates", &["gate_due"]);
    assert_eq!(store.gates(&id("p7")).unwrap().len(), 10);
    look("gates", &["gate_holds"]);
    assert_eq!(store.unsettled().unwrap().len(), 101);
    look("unsettled", &["firing_open"]);
    let _ = store.with_deadline().unwrap_err();
    look("with_deadline", &["pipeline_clock"]);
    let _ = store.children(&id("p7")).unwrap_err();
    look("children", &["link_pkey", "pipeline_pkey"]);
    assert_eq!(store.dependants(&id("p7")).unwrap().len(), 10);
    look("dependants", &["link_pkey"]);
    store.log(&Occurrence { parent: id("p7"), ..run("a", 1) }).unwrap();
    look("log", &["holder_pkey"]);
    store.claim(&id("p7"), &key, "arn:new").unwrap();
    look("claim", &["claim_pkey"]);
    assert_eq!(store.apply(&change_to_deleted(&store, "x")).unwrap(), Committed::Done);
    look("apply", &["pipeline_pkey"]);
    assert_eq!(store.forget(MONDAY).unwrap(), 3_000 + 1_000);
    look("forget", &["run_log_at", "holder_at", "firing_settled", "gate_expires"]);
    assert_eq!(uses.len(), 15);
}
