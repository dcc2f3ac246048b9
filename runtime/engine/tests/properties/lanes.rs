//! P17: how many runs of a child there are at once, and that no start is lost.

use std::collections::BTreeSet;

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::{Firing, FiringCause, Lane, Occurrence, Origin, admit, firing_id};
use proptest::prelude::*;
use proptest::sample::select;

use super::world::id;

/// What happens next.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// A new firing.
    Fires,
    /// The dispatcher lets firings in and sends them; it may crash before the sending, or before it marks them as sent.
    Dispatches { sends: bool, marks: bool },
    /// The oldest open run says that it is running, once more.
    Runs,
    /// The oldest open run ends.
    Ends,
}

fn firing(generation: u64) -> Firing {
    let child: PipelineId = id("x");
    let firing_id = firing_id(&child, "all", "rev", generation);
    let date = "2026-11-23".parse().unwrap();
    let (key, rev) = ("all".into(), "rev".into());
    let (used, chain) = (Vec::new(), [].into());
    let cause = FiringCause::Executions;
    Firing {
        firing_id,
        child,
        key,
        rev,
        generation,
        incarnation: 0,
        cause,
        date,
        instant: None,
        used,
        chain,
        backfill: false,
        at: generation,
    }
}

fn own(firing: &Firing, status: Status) -> Occurrence {
    Occurrence {
        parent: id("x"),
        run_key: firing.run_key(),
        execution: firing.firing_id.as_str().into(),
        status,
        at: 1,
        started: 1,
        date: firing.date,
        instant: None,
        rerun_of: None,
        backfill: false,
        skipped: false,
        given_up: false,
        chain: [].into(),
        input: Default::default(),
        origin: Origin::Run,
    }
}

proptest! {
    #![proptest_config(super::world::config())]

    #[test]
    fn p17_a_queue_runs_one_at_a_time_and_loses_nothing(
        concurrency in select(vec![Concurrency::Allow, Concurrency::Queue, Concurrency::Latest, Concurrency::Skip]),
        steps in prop::collection::vec(prop_oneof![
            3 => Just(Next::Fires), 4 => any::<(bool, bool)>().prop_map(|(sends, marks)| Next::Dispatches { sends, marks }),
            1 => Just(Next::Runs), 2 => Just(Next::Ends),
        ], 1..60),
    ) {
        let (mut lane, mut waiting, mut admitted, mut going) =
            (Lane::default(), Vec::<Firing>::new(), Vec::<Firing>::new(), Vec::<Firing>::new());
        let (mut made, mut ended, mut dropped) = (0, BTreeSet::new(), BTreeSet::new());
        for step in steps {
            match step {
                Next::Fires => {
                    made += 1;
                    waiting.push(firing(made));
                }
                Next::Dispatches { sends, marks } => {
                    let answer = admit(concurrency, lane, &waiting, 1);
                    lane = answer.lane;
                    dropped.extend(answer.drop.iter().cloned());
                    admitted.extend(waiting.extract_if(.., |f| answer.send.contains(&f.firing_id)));
                    waiting.retain(|f| !answer.drop.contains(&f.firing_id));
                    for sent in admitted.iter().filter(|_| sends) {
                        if !going.contains(sent) && !ended.contains(&sent.firing_id) {
                            going.push(sent.clone());
                        } else {
                            // It finds the key claimed and ends as skipped.
                            let twin = |status| Occurrence { execution: "twin".into(), ..own(sent, status) };
                            lane.observe(&twin(Status::Running));
                            lane.observe(&Occurrence { skipped: true, ..twin(Status::Succeeded) });
                        }
                    }
                    if sends && marks {
                        admitted.clear();
                    }
                }
                Next::Runs => drop(going.first().map(|f| lane.observe(&own(f, Status::Running)))),
                Next::Ends if !going.is_empty() => {
                    let over = going.remove(0);
                    lane.observe(&own(&over, Status::Failed));
                    lane.observe(&own(&over, Status::Running));
                    ended.insert(over.firing_id);
                }
                Next::Ends => {}
            }
            prop_assert!(concurrency == Concurrency::Allow || going.len() <= 1, "{} at once", going.len());
            let names = |firings: &[Firing]| firings.iter().map(|f| f.firing_id.clone()).collect::<BTreeSet<_>>();
            let mut all = names(&waiting);
            all.extend(names(&admitted));
            all.extend(names(&going));
            all.extend(ended.iter().chain(&dropped).cloned());
            prop_assert_eq!(all.len() as u64, made, "every firing waits, runs, ran or was dropped");
            prop_assert!(dropped.is_disjoint(&ended) && names(&going).is_disjoint(&dropped));
            let busy = !going.is_empty() || admitted.iter().any(|f| !ended.contains(&f.firing_id));
            prop_assert!(busy || lane.open.is_empty(), "nothing runs, and the lane is not free");
            let keeps_all = matches!(concurrency, Concurrency::Allow | Concurrency::Queue);
            prop_assert!(!keeps_all || dropped.is_empty());
        }
    }
}
