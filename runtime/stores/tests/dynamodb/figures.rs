//! What status events cost in DynamoDB: a table, `cargo run -p pipesynth-stores --features emulator --example dynamodb-figures`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a program for people, on a server of its own")]
#![allow(dead_code, reason = "the helpers of the tests")]

mod server;
mod story;
mod units;

use std::io::Write;
use std::sync::Arc;

use pipesynth_contract::keys;
use pipesynth_engine::store::{Child, Sink, Store, StoreError, dispatch, ingest, sweep};
use pipesynth_engine::{Firing, Occurrence};
use pipesynth_stores::dynamodb::DynamoStore;
use story::{MONDAY, all_of, id, pipeline, register, run, running};
use units::{Meter, Units};

struct Bus;

impl Sink for Bus {
    fn send(&self, _: &Arc<Firing>, _: &Child) -> Result<(), StoreError> {
        Ok(())
    }
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let server = server::Server::new();
    let counts: Vec<u32> = std::env::args().skip(1).map(|count| count.parse().unwrap()).collect();
    let counts = if counts.is_empty() { vec![1, 10, 1000] } else { counts };
    writeln!(out, "| what | children | read units | write units | requests |\n|---|---:|---:|---:|---:|")?;
    for (first, count) in counts.iter().enumerate() {
        let table = server.table();
        let meter = Meter::new(&server);
        let store = DynamoStore::new(&meter, &table);
        let pipelines = (0..*count).map(|n| pipeline(&format!("child-{n:04}"), all_of(&parents(), "day"))).collect();
        register(&store, pipelines);
        let row = |out: &mut dyn Write, what: &str, used: ((), Units)| {
            let Units { read, write, requests } = used.1;
            writeln!(out, "| {what} | {count} | {read} | {write} | {requests} |")
        };
        let event = |occurrence: &Occurrence| meter.of(|| drop(ingest(&store, occurrence).unwrap()));
        row(&mut out, "`RUNNING`", event(&running(run("listings", 1, 4))))?;
        row(&mut out, "success that completes nothing", event(&run("listings", 1, 4)))?;
        row(&mut out, "the same event once more", event(&run("listings", 1, 4)))?;
        row(&mut out, "success that fires", event(&run("searches", 1, 5)))?;
        if first > 0 {
            continue;
        }
        let child = id("child-0000");
        let firing = store.outbox(&child).unwrap().remove(0).firing;
        let own = own(&firing);
        row(
            &mut out,
            "one firing let in and sent",
            meter.of(|| drop(dispatch(&store, &Bus, &child, MONDAY).unwrap())),
        )?;
        row(&mut out, "`RUNNING` of the run that comes of it", event(&running(own.clone())))?;
        row(&mut out, "its success", event(&own))?;
        row(&mut out, "a look at the clock, nothing due", meter.of(|| drop(sweep(&store, MONDAY).unwrap())))?;
        let day = "2026-11-24";
        let sizes = [
            ("entry", keys::pipeline(&child)),
            ("link", keys::child_of(&id("listings"), &child)),
            ("gate that has fired", keys::gate(&child, day)),
            ("firing", keys::firing(&child, day, 1)),
            ("its way", keys::outgoing(&child, day, 1)),
            ("lane", keys::lane(&child)),
        ];
        for (what, key) in sizes {
            writeln!(out, "<!-- {what}: {} bytes -->", meter.bytes(&table, &key))?;
        }
    }
    Ok(())
}

fn parents() -> Vec<String> {
    ["listings", "searches"].map(str::to_owned).to_vec()
}

/// The run that comes of a firing.
fn own(firing: &Firing) -> Occurrence {
    let mut own = run(firing.child.name(), 1, 6);
    own.run_key = firing.run_key();
    own
}
