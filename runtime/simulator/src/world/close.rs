//! The end of a simulation → what still waits, and what became of the expectations.

use pipesynth_engine::LeafState;

use super::{Ended, World};
use crate::record::{Pipeline, Waiting};
use crate::wiring::{self, Deployment};

impl World<'_> {
    pub(super) fn close(mut self) -> Ended {
        self.record.waiting = self.waiting();
        self.record.verdicts = self.scenario.expectations.iter().map(|expected| self.judge(expected)).collect();
        Ended { record: self.record, astray: self.astray }
    }

    /// Gates that hold something that counts.
    fn waiting(&self) -> Vec<Waiting> {
        let mut waiting = Vec::new();
        for (child, gate) in self.store.holding() {
            let Some(pipeline) = self.deployment.position(&child) else { continue };
            let (mut holds, mut missing) = (Vec::new(), Vec::new());
            for LeafState { leaf, cur, .. } in &gate.leaves {
                let parent = leaf.parent.clone();
                match cur {
                    Some(_) if leaf.is_clock() => holds.push((parent, None)),
                    Some(token) if leaf.status.contains(&token.status) => holds.push((parent, Some(token.status))),
                    _ => missing.push((parent, leaf.status.to_vec())),
                }
            }
            if !holds.is_empty() {
                waiting.push(Waiting { pipeline, key: gate.key.to_string(), holds, missing });
            }
        }
        waiting
    }
}

/// All pipelines, as a record has them.
pub(crate) fn pipelines(deployment: &Deployment) -> Vec<Pipeline> {
    let shown = |p: &wiring::Pipeline| Pipeline {
        id: p.id.clone(),
        name: p.display_name.clone(),
        timezone: p.timezone.clone(),
        concurrency: p.concurrency,
    };
    deployment.pipelines.iter().map(shown).collect()
}
