//! What the registry keeps about a pipeline → the child that decisions are made for.

use std::hash::{Hash, Hasher};

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::starts::Trigger;
use pipesynth_contract::{ContractError, PipelineId};
use serde::{Deserialize, Serialize};

use crate::{Spec, Standing};

/// A registered pipeline as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    /// The pipeline.
    pub id: PipelineId,
    /// The region of its machine.
    pub region: String,
    /// IANA name of the zone of its logical dates.
    pub timezone: String,
    /// What starts it.
    pub trigger: Trigger,
    /// What happens to a start while a run is going.
    pub concurrency: Concurrency,
    /// What the graph knows about its parents.
    #[serde(default)]
    pub standing: Standing,
}

/// A registered pipeline with its condition compiled.
#[derive(Debug, Clone)]
pub struct Child {
    /// As it is kept.
    pub registered: Registered,
    /// Its condition; `None` where other pipelines do not start it.
    pub spec: Option<Spec>,
}

impl Child {
    /// Compiles the condition.
    pub fn new(registered: Registered) -> Result<Self, ContractError> {
        let Registered { id, trigger, timezone, standing, .. } = &registered;
        let spec = Spec::new(id, trigger, timezone, standing)?;
        Ok(Self { registered, spec })
    }

    /// The pipeline.
    pub fn id(&self) -> &PipelineId {
        &self.registered.id
    }

    /// Whether a run or an instant of `parent` may concern its condition.
    pub fn listens_to(&self, parent: &PipelineId) -> bool {
        self.spec.as_ref().is_some_and(|spec| spec.leaves().any(|leaf| leaf.parent == *parent))
    }
}

impl PartialEq for Child {
    fn eq(&self, other: &Self) -> bool {
        self.registered == other.registered
    }
}

impl Eq for Child {}

impl Hash for Child {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
        self.spec.as_ref().map(|spec| &spec.rev).hash(state);
    }
}
