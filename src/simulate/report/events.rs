//! An entry of the log → what happened, in words, and whether it is worth a line.

use pipesynth_engine::{Effect, Ignored, LeafId};
use pipesynth_simulator::record::{Entry, What};

use super::view::{Kind, View};
use super::why::listed;

/// What an entry is to its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tone {
    /// Somebody is told.
    Alert,
    /// Something was lost or went wrong.
    Bad,
    /// A start that did not happen, or happens later.
    Missed,
    /// Something that a person did.
    Deed,
    /// Somebody is told that a run succeeded.
    Told,
    /// As planned.
    Quiet,
}

impl Tone {
    /// Whether it is what a person wants to see among many.
    pub fn is_exception(self) -> bool {
        !matches!(self, Self::Told | Self::Quiet)
    }

    /// One column wide.
    pub fn mark(self) -> char {
        match self {
            Self::Alert => '▲',
            Self::Bad => '×',
            Self::Missed => '◆',
            Self::Deed => '»',
            Self::Told => '›',
            Self::Quiet => '·',
        }
    }
}

/// How an entry is to be seen.
pub(super) fn tone(view: &View<'_>, entry: &Entry) -> Tone {
    match &entry.what {
        What::Alert { .. } if is_good_news(view, entry) => Tone::Told,
        What::Alert { .. } => Tone::Alert,
        What::Dead(_) | What::Undelivered(_) | What::NoKey(_) | What::Fault(_) => Tone::Bad,
        What::Action(_) => Tone::Deed,
        What::Dropped(_) | What::Queued(_) => Tone::Missed,
        What::Fired(firing) if view.is_settled(firing) => Tone::Quiet,
        What::Fired(_) => Tone::Missed,
        What::Gate(_, effect) => match effect {
            Effect::Accepted { matching: true, .. } => Tone::Quiet,
            Effect::Ignored { why: Ignored::Running | Ignored::Skipped, .. } => Tone::Quiet,
            Effect::Expired { alert: true, .. } | Effect::DeadlineMissed { .. } => Tone::Bad,
            Effect::GivenUp { .. } | Effect::ChainDropped { .. } => Tone::Bad,
            _ => Tone::Missed,
        },
    }
}

/// Whether an alert tells that its run ended well. One from before the run's end tells of an earlier end, which was repaired in place.
fn is_good_news(view: &View<'_>, entry: &Entry) -> bool {
    let run = view.owner(entry).and_then(|run| view.run(run));
    run.is_some_and(|run| Kind::of(run) == Kind::Succeeded && run.ended.is_some_and(|ended| ended <= entry.at))
}

/// What happened, without the pipeline, which stands before it.
pub(super) fn what(view: &View<'_>, entry: &Entry) -> String {
    match &entry.what {
        What::Gate(key, effect) => {
            let day = view.clock.day(entry.at).to_string();
            let of = if **key == *"all" || **key == *day { String::new() } else { format!(" ({key})") };
            format!("{}{of}", gate(view, entry, effect))
        }
        What::Fired(firing) if view.is_settled(firing) => format!("condition holds, firing {}", short(firing)),
        What::Fired(firing) => format!("condition holds, not started before the end, firing {}", short(firing)),
        What::Dropped(firing) => format!("start dropped: a run is open (`concurrency`), firing {}", short(firing)),
        What::Dead(firing) => format!("start given up: it could not be delivered, firing {}", short(firing)),
        What::Queued(firing) => {
            let own = view.concurrency(entry.pipeline);
            let own = own.map(|own| format!(" (`concurrency: {}`)", own.as_str())).unwrap_or_default();
            format!("start waits until the open run ends{own}, firing {}", short(firing))
        }
        What::NoKey(why) => format!("no correlation key: {why}"),
        What::Undelivered(what) => format!("event that no rule takes: {what}"),
        What::Fault(what) => format!("fault: {what}"),
        What::Alert { about, targets } if targets.is_empty() => format!("{about} → nobody is told"),
        What::Alert { about, targets } => format!("{about} → {}", listed(targets)),
        What::Action(what) => what.clone(),
    }
}

/// Of a firing's 32 digits the first 8, as much as a person compares.
fn short(firing: &str) -> &str {
    match firing.len() == 32 && firing.bytes().all(|b| b.is_ascii_hexdigit()) {
        true => firing.get(..8).unwrap_or(firing),
        false => firing,
    }
}

fn gate(view: &View<'_>, entry: &Entry, effect: &Effect) -> String {
    let of = |leaf: &LeafId| leaf_name(view, leaf);
    match effect {
        Effect::Accepted { leaf, matching } => accepted(view, entry, leaf, *matching),
        Effect::Superseded { leaf, .. } => {
            format!("a run of {} gave way to a newer one before it could count", of(leaf))
        }
        Effect::Revoked { leaf, .. } => format!("revoked: {} counted and now does not", of(leaf)),
        Effect::Stale { leaf } => format!("duplicate or late news of {}, ignored", of(leaf)),
        Effect::Ignored { leaf, why } => format!("{} does not count: {}", of(leaf), ignored(*why)),
        Effect::Held { leaf, .. } => format!("start held back: {} runs again (`whileRunning: hold`)", of(leaf)),
        Effect::Expired { leaf, .. } => format!("expired: {} has waited longer than `within`", of(leaf)),
        Effect::DeadlineMissed { date } => format!("deadline missed: not started for {date}"),
        Effect::GivenUp { date } => format!("{date} given up: the deadline passed"),
        Effect::ChainDropped { chain } => {
            let chain: Vec<String> = chain.iter().map(|id| view.name_of(id)).collect();
            format!("start dropped, the chain leads back or is too long: {}", chain.join(" → "))
        }
    }
}

fn accepted(view: &View<'_>, entry: &Entry, leaf: &LeafId, matching: bool) -> String {
    let name = leaf_name(view, leaf);
    let run = entry.run.filter(|_| !leaf.is_clock());
    let mark = run.and_then(|run| view.run(run)).map(|run| format!(" {}", Kind::of(run).mark())).unwrap_or_default();
    if matching {
        return format!("{name}{mark} counts");
    }
    let wanted: Vec<&str> = leaf.status.iter().map(|status| status.as_str()).collect();
    format!("{name}{mark} does not count: waits for {}", wanted.join(" or "))
}

fn leaf_name(view: &View<'_>, leaf: &LeafId) -> String {
    if leaf.is_clock() { "its schedule".to_owned() } else { view.name_of(&leaf.parent) }
}

fn ignored(why: Ignored) -> &'static str {
    match why {
        Ignored::Skipped => "the run found its key taken",
        Ignored::Backfill => "a backfill, which it does not follow",
        Ignored::BeforeRegistration => "from before it listened",
        Ignored::GivenUp => "its date was given up at the deadline",
        Ignored::Rerun => "a repeat (`onRerun: ignore`)",
        Ignored::Running => "it is still running",
        Ignored::Orphaned => "the pipeline was deleted",
    }
}
