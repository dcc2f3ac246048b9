//! Synthesized templates → who listens to which bus, what starts by the clock, who is registered: everything that a simulation reads.

mod builder;
pub(crate) mod bus;
mod link;
pub(crate) mod machine;
mod parts;
pub(crate) mod policy;
pub(crate) mod rule;
pub(crate) mod template;

use std::collections::BTreeMap;

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::registration::Registration;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::Zone;
use pipesynth_engine::schedule::Schedule;
use serde_json::Value;

use crate::table::Table;
pub use builder::Builder;
use bus::Bus;
use machine::Machine;
use rule::Shape;

/// A template and where it is deployed.
#[derive(Debug, Clone, Copy)]
pub struct Stack<'a> {
    /// 12 digits.
    pub account: &'a str,
    /// AWS region.
    pub region: &'a str,
    /// The synthesized template.
    pub template: &'a Value,
}

/// Everything that is deployed: the central stack, the user accounts' and the pipelines', wired as their templates say.
#[derive(Debug)]
pub struct Deployment {
    pub(crate) organization: String,
    pub(crate) central: Central,
    /// Sorted by id.
    pub(crate) pipelines: Vec<Pipeline>,
    /// Id → position in `pipelines`.
    pub(crate) at: Table<PipelineId, usize>,
    pub(crate) buses: Vec<Bus>,
    /// ARN → position in `buses`.
    pub(crate) bus_at: BTreeMap<String, usize>,
    pub(crate) clocks: Vec<Clock>,
    /// Of all pipelines, in their order.
    pub(crate) registrations: Vec<Registration>,
}

/// The central account.
#[derive(Debug, Default)]
pub(crate) struct Central {
    pub account: String,
    pub region: String,
    /// ARN of the role that triggers are put with.
    pub dispatcher: String,
    /// ARN of the bus on which triggers are put, for its rules to hand on; none where each goes on its account's own.
    pub trigger_bus: Option<String>,
    /// ARN of the queue that the trigger manager reads.
    pub queue: String,
}

/// A pipeline.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub id: PipelineId,
    pub display_name: String,
    pub timezone: String,
    pub zone: Zone,
    pub region: String,
    pub machine: Machine,
    pub concurrency: Concurrency,
    /// Ends of its runs that its rule hands to the notifier.
    pub told: Vec<Status>,
    /// Whether its rule hands the central account's notices to the notifier.
    pub noticed: bool,
    /// Where: `SLACK channel`, `EMAIL address`.
    pub targets: Vec<String>,
    /// Position of the default bus of its account.
    pub default_bus: usize,
}

/// Something that starts a machine by the clock.
#[derive(Debug)]
pub(crate) struct Clock {
    /// Position in [`Deployment::pipelines`].
    pub pipeline: usize,
    pub schedule: Schedule,
    /// A start may be late by so many milliseconds (`FlexibleTimeWindow`).
    pub window: u64,
    pub input: ClockInput,
}

/// The execution input of a start by the clock.
#[derive(Debug)]
pub(crate) enum ClockInput {
    /// EventBridge Scheduler's: what stands before, between and after its variables.
    Scheduler(Vec<String>),
    /// A scheduled rule's: its ARN, and what it makes of its event.
    Rule(String, Shape),
}

impl ClockInput {
    /// Of a text with the variable of the scheduled time, the only one that is simulated.
    pub fn scheduler(text: &str) -> Self {
        Self::Scheduler(text.split("<aws.scheduler.scheduled-time>").map(str::to_owned).collect())
    }
}

impl Deployment {
    /// A deployment that begins with the central stack. `organization` is the value of the parameter `OrgId`.
    pub fn builder(central: Stack<'_>, organization: &str) -> Builder {
        Builder::new(central, organization)
    }

    /// All pipelines, sorted.
    pub fn pipelines(&self) -> impl Iterator<Item = &PipelineId> {
        self.pipelines.iter().map(|pipeline| &pipeline.id)
    }

    /// The position of a pipeline.
    pub(crate) fn position(&self, id: &PipelineId) -> Option<usize> {
        self.at.get(id).copied()
    }
}
