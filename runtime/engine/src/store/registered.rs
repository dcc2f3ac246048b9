//! What the registry keeps about a pipeline → the child that decisions are made for.

use std::hash::{Hash, Hasher};

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::registration::{Notifications, Registration};
use pipesynth_contract::starts::Trigger;
use pipesynth_contract::{ContractError, PipelineId};
use serde::{Deserialize, Serialize};

use crate::gate::is_zero;
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
    /// What people want to know.
    #[serde(default)]
    pub about: About,
    /// One more with each write of its entry: the condition of [`super::Store::commit`]. 0 is not registered yet.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub version: u64,
    /// One more with each deletion.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub incarnation: u64,
}

/// What decisions do not need and people do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct About {
    /// The name as its owner writes it.
    pub display_name: String,
    /// Owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Who is told centrally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notifications: Option<Notifications>,
    /// Content hash of the pipeline's plan.
    pub spec_hash: String,
    /// ARN of the stack that registered it.
    pub stack: String,
}

impl Registered {
    /// A pipeline with nothing but what decisions need; `concurrency` is the default.
    pub fn new(id: PipelineId, region: impl Into<String>, timezone: impl Into<String>, trigger: Trigger) -> Self {
        Self {
            id,
            region: region.into(),
            timezone: timezone.into(),
            trigger,
            concurrency: Concurrency::default(),
            standing: Standing::default(),
            about: About::default(),
            version: 0,
            incarnation: 0,
        }
    }
}

impl From<Registration> for Registered {
    /// As it is before the graph knows it: version and incarnation 0, no standing.
    fn from(from: Registration) -> Self {
        Self {
            concurrency: from.concurrency,
            about: About {
                display_name: from.display_name,
                team: from.team,
                notifications: from.notifications,
                spec_hash: from.spec_hash,
                stack: from.stack,
            },
            ..Self::new(from.id, from.region, from.timezone, from.trigger)
        }
    }
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
        let mut spec = Spec::new(id, trigger, timezone, standing)?;
        if let Some(spec) = &mut spec {
            spec.incarnation = registered.incarnation;
        }
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
        self.registered.version.hash(state);
        self.spec.as_ref().map(|spec| &spec.rev).hash(state);
    }
}
