//! What a status event costs: the figures of docs/benchmarks.md for one child of two parents.

use pipesynth_contract::keys;
use pipesynth_engine::Occurrence;
use pipesynth_engine::store::ingest;
use pipesynth_stores::dynamodb::DynamoStore;

use crate::server::Server;
use crate::story::{all_of, id, pipeline, register, run, running};
use crate::units::{Meter, Units};

#[test]
fn an_event_costs_no_more_units_than_the_figures_say() {
    let server = Server::new();
    let (table, meter) = (server.table(), Meter::new(&server));
    let store = DynamoStore::new(&meter, &table);
    register(&store, vec![pipeline("x", all_of(&["a".into(), "b".into()], "day"))]);
    let costs = |occurrence: &Occurrence| {
        let (notes, Units { read, write, .. }) = meter.of(|| ingest(&store, occurrence));
        assert!(notes.is_ok(), "{notes:?}");
        (read, write)
    };
    assert_eq!(costs(&running(run("a", 1, 4))), (3.0, 2.0));
    assert_eq!(costs(&run("a", 1, 4)), (4.0, 6.0), "it completes nothing");
    assert_eq!(costs(&run("a", 1, 4)), (4.0, 2.0), "it was there before");
    assert_eq!(costs(&run("b", 1, 5)), (4.0, 11.0), "it fires");
    let gate = meter.bytes(&table, &keys::gate(&id("x"), "2026-11-24"));
    assert!(gate <= 1024, "a gate of two parents is one write unit, and has {gate} bytes");
}
