//! pipeline.yaml as written.

use indexmap::IndexMap;
use pipesynth_contract::options::Concurrency;
use pipesynth_diag::{Spanned, Text, spec, spec_enum};

use crate::access::AccessSpec;
use crate::cluster::ClusterSpec;
use crate::notify::NotificationsSpec;
use crate::organization::Environments;
use crate::steps::StepEntry;
use crate::triggers::TriggerSpec;

spec! {
    /// A data pipeline: its steps, when it runs, and whom to tell.
    pub struct PipelineSpec: "a pipeline" {
        /// Letters, digits and dashes, at most 40; the folder's name without it.
        name: Option<Spanned<String>> => "name",
        /// The name it had before, in the same account: who waits for that name waits for this pipeline from then on.
        renamed_from: Option<Spanned<String>> => "renamedFrom",
        /// The owner; becomes a tag.
        team: Option<Spanned<String>> => "team",
        /// What it is for.
        description: Option<Spanned<String>> => "description",
        /// The account in which it runs: 12 digits, or an alias of pipesynth.yaml.
        account: Option<Spanned<Text>> => "account",
        /// The region in which it runs: the organisation's, which it is without it, too.
        region: Option<Spanned<String>> => "region",
        /// Tags of all its resources.
        tags: Option<IndexMap<Spanned<String>, Spanned<Text>>> => "tags",
        /// Parameters of a run, with their defaults.
        params: Option<IndexMap<Spanned<String>, Spanned<Text>>> => "params",
        /// What starts it; without it, it is started by hand.
        trigger: Option<Spanned<TriggerSpec>> => "trigger",
        /// What happens to a start, of whatever kind, while an earlier run is still going: `queue` by default. A run waits a day at most.
        concurrency: Option<Spanned<ConcurrencySpec>> => "concurrency",
        /// Compute of the EMR steps.
        cluster: Option<Spanned<ClusterSpec>> => "cluster",
        /// What the steps may touch.
        access: Option<Spanned<AccessSpec>> => "access",
        /// What it does, in order.
        steps: Vec<StepEntry> => "steps" else default,
        /// Whom to tell.
        notifications: Option<Spanned<NotificationsSpec>> => "notifications",
        /// What differs in an environment, by its name: any of the keys above but `name` and `renamedFrom`, merged over them with `--env NAME`.
        /// Mappings are merged key by key, lists and single values are replaced, and `null` takes a key away.
        environments: Option<Environments> => "environments",
    }
}

spec_enum! {
    /// What happens to a start while an earlier run is still going.
    pub enum ConcurrencySpec: "a concurrency" {
        /// They run side by side.
        Allow => "allow",
        /// The new start waits its turn, for a day at most; the default.
        Queue => "queue",
        /// Of those that wait only the newest is kept.
        Latest => "latest",
        /// The new start is dropped.
        Skip => "skip",
    }
}

impl ConcurrencySpec {
    /// As the central side knows it.
    pub(crate) fn contract(&self) -> Concurrency {
        match self {
            Self::Allow => Concurrency::Allow,
            Self::Queue => Concurrency::Queue,
            Self::Latest => Concurrency::Latest,
            Self::Skip => Concurrency::Skip,
        }
    }
}
