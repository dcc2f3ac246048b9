//! The end of a simulation → what still waits, and what became of the expectations.

use pipesynth_engine::LeafState;

use super::World;
use crate::record::{Pipeline, Record, Waiting};

impl World<'_> {
    pub(super) fn close(mut self) -> Record {
        self.record.pipelines = self
            .deployment
            .pipelines
            .iter()
            .map(|p| Pipeline { id: p.id.clone(), name: p.display_name.clone(), timezone: p.timezone.clone() })
            .collect();
        self.record.waiting = self.waiting();
        self.record.verdicts = self.scenario.expectations.iter().map(|expected| self.judge(expected)).collect();
        self.record
    }

    fn waiting(&self) -> Vec<Waiting> {
        let mut waiting = Vec::new();
        for (child, gate) in self.store.holding() {
            let Some(pipeline) = self.deployment.position(&child) else { continue };
            let true_of = |leaf: &&LeafState| {
                leaf.cur.as_ref().is_some_and(|token| leaf.leaf.is_clock() || leaf.leaf.status.contains(&token.status))
            };
            let held =
                gate.leaves.iter().filter_map(|leaf| Some((leaf.leaf.parent.clone(), leaf.cur.as_ref()?.status)));
            let missing = gate.leaves.iter().filter(|leaf| !true_of(leaf)).map(|leaf| leaf.leaf.parent.clone());
            waiting.push(Waiting {
                pipeline,
                key: gate.key.clone(),
                holds: held.collect(),
                missing: missing.collect(),
            });
        }
        waiting
    }
}
