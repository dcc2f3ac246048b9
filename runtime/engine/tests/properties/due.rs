//! Due gates: before its time a look at the clock leaves a gate as it is, and at that time it does not.

use pipesynth_contract::options::{LocalTime, OnMiss};
use pipesynth_contract::starts::Executions;
use pipesynth_engine::{Gate, tick};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::world::{Child, MONDAY, deliveries, executions};

const HOUR: u64 = 3_600_000;

fn with_deadline() -> impl Strategy<Value = Executions> {
    let miss = select(vec![OnMiss::Notify, OnMiss::Fire, OnMiss::Skip]);
    (executions(), prop::option::of((0..24u8, 0..60u8, miss))).prop_map(|(mut executions, deadline)| {
        executions.deadline = deadline.and_then(|(hour, minute, _)| LocalTime::new(hour, minute));
        executions.on_miss = deadline.map(|(.., miss)| miss);
        executions
    })
}

/// That `due` is exactly the first time at which the clock changes the gate.
fn is_exact(x: &Child, gate: &Gate, sooner: u64) -> Result<(), TestCaseError> {
    let look = |now| tick(gate.clone(), &x.spec, now);
    let Some(due) = gate.due else {
        for now in [MONDAY, MONDAY + sooner, MONDAY + 10_000 * HOUR, u64::MAX] {
            prop_assert!(!look(now).changed, "never due, and changed at {now}: {gate:#?}");
        }
        return Ok(());
    };
    for now in [0, due.saturating_sub(1), due.saturating_sub(sooner)] {
        prop_assert!(now >= due || !look(now).changed, "due at {due}, and changed at {now}: {gate:#?}");
    }
    let after = look(due);
    prop_assert!(after.changed, "due at {due}, and not changed then: {gate:#?}");
    // One look is enough.
    prop_assert!(after.gate.due.is_none_or(|next| next > due), "{after:#?}");
    prop_assert!(!tick(after.gate.clone(), &x.spec, due).changed, "{after:#?}");
    Ok(())
}

proptest! {
    #![proptest_config(super::world::config())]

    #[test]
    fn a_gate_changes_by_the_clock_when_it_is_due_and_not_before(
        (_, delivered) in deliveries(), executions in with_deadline(), sooner in 1..200 * HOUR, looks in prop::collection::vec(any::<Index>(), 0..4)
    ) {
        let mut x = Child::new(&executions);
        let looks: Vec<usize> = looks.iter().map(|index| index.index(delivered.len())).collect();
        for (number, occurrence) in delivered.iter().enumerate() {
            x.sees(occurrence);
            for gate in x.gates.values().filter(|gate| gate.ver > 0) {
                is_exact(&x, gate, sooner)?;
            }
            if looks.contains(&number) {
                x.looks_at_the_clock(occurrence.at + sooner / 4);
                for gate in x.gates.values() {
                    is_exact(&x, gate, sooner)?;
                }
            }
        }
    }
}
