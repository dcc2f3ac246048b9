//! P1 to P6 and P14 over a searched world.

use pipesynth_engine::store::Sending;
use pipesynth_engine::{Firing, tick};
use stateright::{Model, Property};

use super::model::Search;
use super::scenario::{Change, HOUR, MONDAY};
use super::world::World;

pub const P1: &str = "P1 an occurrence is used by one firing";
pub const P2: &str = "P2 tokens of successive firings increase";
pub const P3: &str = "P3 drained: no start is missing";
pub const P4: &str = "P4 drained: no gate stays true";
pub const P5: &str = "P5 a firing is one run";
pub const P6: &str = "P6 at the end every firing has run";
pub const P14: &str = "P14 nothing fires for a deleted child or an old condition";
pub const P17: &str = "P17 no two runs at once where they queue";
pub const REACHED: &str = "the child starts";

pub fn firings(world: &World) -> Vec<&Firing> {
    world.tables.firings.values().map(|o| &*o.firing).collect()
}

pub fn all() -> Vec<Property<Search>> {
    vec![
        Property::always(P1, |_, world: &World| used_once(world)),
        Property::always(P2, |_, world: &World| increase(world)),
        Property::always(P3, |search: &Search, world| {
            !search.drained(world) || !search.keeps_outbox() || (search.scenario.outcome)(&firings(world))
        }),
        Property::always(P4, |search: &Search, world| !search.drained(world) || is_settled(search, world)),
        Property::always(P5, |_, world: &World| world.starts.values().all(|(_, ran)| *ran <= 1)),
        Property::always(P6, |search: &Search, world| {
            !search.sends || !is_over(search, world) || all_ran(search, world)
        }),
        Property::always(P14, p14),
        Property::always(P17, |search: &Search, world: &World| search.allows() || world.going.len() <= 1),
        Property::sometimes(REACHED, |search: &Search, world| {
            matches!(search.scenario.change, Some(Change::Remove))
                || !firings(world).is_empty()
                || !world.starts.is_empty()
        }),
    ]
}

fn fresh(firing: &Firing) -> Vec<(String, u64, &str, String)> {
    let used = firing.used.iter().filter(|u| !u.previous);
    used.map(|u| (format!("{:?}", u.leaf), u.token.at, &*u.token.execution, u.token.status.to_string())).collect()
}

fn used_once(world: &World) -> bool {
    let mut used: Vec<_> =
        firings(world).into_iter().flat_map(|f| fresh(f).into_iter().map(move |t| (&f.key, t))).collect();
    used.sort();
    used.windows(2).all(|pair| pair[0] != pair[1])
}

fn increase(world: &World) -> bool {
    let all = firings(world);
    all.iter().enumerate().all(|(i, later)| {
        all[..i].iter().filter(|earlier| earlier.key == later.key).all(|earlier| {
            let olds = fresh(earlier);
            fresh(later).iter().all(|new| olds.iter().filter(|old| old.0 == new.0).all(|old| old < new))
        })
    })
}

fn is_settled(search: &Search, world: &World) -> bool {
    let registered = world.tables.children.values().next().and_then(|child| child.spec.as_ref());
    let Some(spec) = registered else { return true };
    search.drained(world)
        && world.tables.gates.values().all(|gate| tick(gate.clone(), spec, MONDAY + 4 * HOUR).firing.is_none())
}

/// Nothing can happen any more.
fn is_over(search: &Search, world: &World) -> bool {
    let mut actions = Vec::new();
    search.actions(world, &mut actions);
    actions.is_empty()
}

fn all_ran(search: &Search, world: &World) -> bool {
    let ran = |id: &String| world.starts.get(id).is_some_and(|(_, ran)| *ran >= 1);
    let dropped = |state: Sending| matches!(state, Sending::Dropped);
    let stored =
        world.tables.firings.values().all(|o| o.state.is_settled() && (dropped(o.state) || ran(&o.firing.firing_id)));
    // Without an outbox the firing of the story is looked for among the runs.
    stored && (search.keeps_outbox() || world.starts.values().any(|(_, ran)| *ran >= 1))
}

fn p14(search: &Search, world: &World) -> bool {
    let (Some(before), Some(change)) = (world.changed, &search.scenario.change) else { return true };
    match change {
        Change::Remove => world.tables.firings.len() == before,
        Change::Edit(child) => {
            let rev = &child.spec.as_ref().unwrap().rev;
            firings(world).iter().filter(|f| f.rev != *rev).count() <= before
        }
    }
}
