//! A pipeline as written → the checked pipeline.

use indexmap::{IndexMap, IndexSet};
use pipesynth_contract::options::Concurrency;
use pipesynth_contract::{MAX_NAME, names};
use pipesynth_diag::{Diagnostic, Place, Spanned, Text, codes as common, quoted};

use crate::access::{self, AccessPlan, OwnNeeds};
use crate::cluster::{self, ClusterPlan, Metastore};
use crate::code_file::CodeFile;
use crate::codes;
use crate::flow::Flow;
use crate::lower::{Lower, is_name, is_region};
use crate::notify::{self, NotificationsPlan};
use crate::organization::Account;
use crate::rules;
use crate::spec::PipelineSpec;
use crate::steps::{self, StepPlan};
use crate::triggers::{self, TriggerPlan};

/// A checked pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct PipelinePlan {
    /// Lower-case name: with the account, its identity.
    pub name: String,
    /// The name as its owner writes it.
    pub display_name: String,
    /// The lower-case name that it had before.
    pub renamed_from: Option<Spanned<String>>,
    /// Owner.
    pub team: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The account; `None` makes a template for any account.
    pub account: Option<Account>,
    /// The region; `None` makes a template for any region.
    pub region: Option<String>,
    /// The zone of its logical dates.
    pub timezone: String,
    /// Tags of all its resources.
    pub tags: IndexMap<String, String>,
    /// Parameters of a run with their defaults.
    pub params: IndexMap<String, String>,
    /// What starts it.
    pub trigger: TriggerPlan,
    /// What happens to a start while an earlier run is still going.
    pub concurrency: Concurrency,
    /// Compute.
    pub cluster: ClusterPlan,
    /// What the steps may touch beside code and logs.
    pub access: Option<AccessPlan>,
    /// What it does, in the order of the file.
    pub steps: Vec<StepPlan>,
    /// How its steps follow each other.
    pub flow: Flow,
    /// Whom to tell.
    pub notifications: Option<NotificationsPlan>,
    /// Where `trigger`, `cluster`, `access`, `steps` were written.
    pub places: Places,
}

/// Where the parts of a pipeline were written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Places {
    /// The pipeline: its name, else the start of the file.
    pub pipeline: Place,
    /// `trigger`
    pub trigger: Option<Place>,
    /// `access`
    pub access: Option<Place>,
}

impl PipelinePlan {
    /// Seconds of the longest way through the steps, with all tries.
    pub(crate) fn longest_way(&self) -> u64 {
        self.flow.longest(&|index| self.steps.get(index).map_or(0, StepPlan::longest))
    }

    /// Whether a run may have to wait for an earlier one.
    pub(crate) fn waits_for_its_turn(&self) -> bool {
        matches!(self.concurrency, Concurrency::Queue | Concurrency::Latest)
    }

    /// Every file of the project that a step or a bootstrap action runs, each path once.
    pub fn code(&self) -> Vec<&Spanned<String>> {
        let files: IndexSet<&Spanned<String>> = self.files().filter_map(CodeFile::local).collect();
        files.into_iter().collect()
    }

    fn files(&self) -> impl Iterator<Item = &CodeFile> {
        let steps = self.steps.iter().flat_map(|s| s.kind.code());
        steps.chain(self.cluster.bootstrap.iter().map(|(_, file, _)| file))
    }

    /// What the nodes need beside the data that `access:` names.
    pub fn own_needs(&self) -> OwnNeeds {
        let files: IndexSet<String> = self.files().filter_map(CodeFile::object).map(str::to_owned).collect();
        OwnNeeds { files: files.into_iter().collect(), glue_metastore: self.cluster.metastore == Some(Metastore::Glue) }
    }

    /// True where the nodes have a role of their own; else they share the account's, which reads code and writes logs.
    pub fn has_own_role(&self) -> bool {
        self.access.is_some()
            || self.cluster.metastore == Some(Metastore::Glue)
            || self.files().any(|f| f.object().is_some())
    }
}

/// Checks a pipeline. `folder` names it where the file does not; `head` is the start of the file. `None` only after an error was reported.
pub fn lower(spec: &PipelineSpec, folder: &str, head: Place, cx: &mut Lower<'_>) -> Option<PipelinePlan> {
    let organization = cx.organization;
    let defaults = organization.and_then(|o| o.defaults.as_ref());
    let display_name = name(spec.name.as_ref(), folder, head, cx);
    let lower_name = display_name.as_ref().map(|n| n.to_ascii_lowercase()).unwrap_or_default();
    let renamed_from = spec.renamed_from.as_ref().map(|old| former_name(old, &lower_name, cx));
    let written_account = spec.account.as_ref().or_else(|| defaults.and_then(|d| d.account.as_ref()));
    let account = written_account.map(|a| cx.account(a));
    let account_id = account.as_ref().and_then(|a| a.as_ref()).map(|a| a.id.clone());
    if let (Some(id), Some(written)) = (&account_id, written_account) {
        has_user_stack(id, written.place, cx);
    }
    let region = region(spec.region.as_ref(), cx);
    let tags = tags(spec, defaults.and_then(|d| d.tags.as_ref()), cx);
    let params = params(spec.params.as_ref(), defaults.and_then(|d| d.params.as_ref()), cx);
    let trigger = spec.trigger.as_ref().map(|t| triggers::lower(t, &lower_name, account_id.as_deref(), cx));
    let cluster = cluster::lower(spec.cluster.as_ref(), cx);
    let access = spec.access.as_ref().map(|a| access::lower(a, cx));
    let steps = steps::lower(&spec.steps, head, &params, cx);
    let notifications = notify::lower(spec.notifications.as_ref(), cx);
    let team = spec.team.as_ref().or_else(|| defaults.and_then(|d| d.team.as_ref()));
    if let Some(team) = team {
        tag_value(team, team.place, cx);
    }
    let (steps, flow) = steps?;
    let trigger = trigger.unwrap_or_else(|| Some(TriggerPlan::default()))?;
    let plan = PipelinePlan {
        name: lower_name,
        display_name: display_name?,
        renamed_from: flatten(renamed_from)?,
        team: team.map(|t| t.value.clone()),
        description: spec.description.as_ref().map(|d| d.value.clone()),
        account: flatten(account)?,
        region: region?,
        timezone: trigger.timezone.clone().unwrap_or_else(|| cx.timezone()),
        tags,
        params,
        trigger,
        concurrency: spec.concurrency.as_ref().map(|c| c.value.contract()).unwrap_or_default(),
        cluster: cluster?,
        access: flatten(access)?,
        steps,
        flow,
        notifications: notifications?,
        places: Places {
            pipeline: spec.name.as_ref().map_or(head, |n| n.place),
            trigger: spec.trigger.as_ref().map(|t| t.place),
            access: spec.access.as_ref().map(|a| a.place),
        },
    };
    rules::check(&plan, cx);
    Some(plan)
}

/// A part that is not written is `Some(None)`; one that was refused is `None`.
fn flatten<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    match part {
        None => Some(None),
        Some(None) => None,
        Some(some) => Some(some),
    }
}

fn name(written: Option<&Spanned<String>>, folder: &str, head: Place, cx: &mut Lower<'_>) -> Option<String> {
    let (text, place) = written.map_or((folder, head), |n| (n.value.as_str(), n.place));
    let Err(message) = check_name(text) else { return Some(text.to_owned()) };
    let help = match written {
        None => "the name is the folder's, for the file has none: add `name: …`",
        Some(_) => "choose another name",
    };
    cx.error_help(codes::BAD_NAME, place, message, help);
    None
}

fn former_name(old: &Spanned<String>, name: &str, cx: &mut Lower<'_>) -> Option<Spanned<String>> {
    let lower = old.to_ascii_lowercase();
    if let Err(message) = check_name(old) {
        cx.error_help(codes::BAD_NAME, old.place, message, "write the name that the pipeline had before");
        return None;
    }
    if lower == name {
        let message = format!("`{old}` is the pipeline's own name; names that differ only in case are the same name");
        cx.error_help(codes::BAD_RENAME, old.place, message, "take `renamedFrom` away");
        return None;
    }
    Some(Spanned::new(lower, old.place))
}

/// Checks a pipeline's name as its owner writes it.
///
/// # Errors
/// What is wrong with it, in one line.
pub fn check_name(text: &str) -> Result<(), String> {
    if !is_name(text, MAX_NAME, "") {
        let rule =
            format!("a pipeline's name has letters, digits and dashes, at most {MAX_NAME}, no dash at either end");
        return Err(format!("{rule}, got {}", quoted(text)));
    }
    let machine = names::machine(&text.to_ascii_lowercase());
    let own = |what: &str| Err(format!("`{text}` is the name of one of pipesynth's own {what} (`{machine}`)"));
    if names::OWN_STACKS.contains(&machine.as_str()) {
        return own("stacks");
    }
    if names::OWN_RULES.contains(&machine.as_str()) {
        return own("rules");
    }
    Ok(())
}

/// A pipeline runs where the user-account stack is: in an account of the organisation, not in the central one, whose stack has a bus of
/// the same name.
fn has_user_stack(id: &str, place: Place, cx: &mut Lower<'_>) {
    let Some(organization) = cx.organization else { return };
    if id == organization.central_account {
        let message = format!("`{id}` is the central account, and pipelines do not run there");
        cx.error_help(codes::UNKNOWN_ACCOUNT, place, message, "choose an account of `organization.accounts`");
    } else if !organization.accounts.values().any(|a| a.id == id) {
        let message = format!("account `{id}` is not in pipesynth.yaml, so it gets no user-account stack");
        let help = format!("add it to `organization.accounts`: `an-alias: \"{id}\"`");
        cx.error_help(codes::UNKNOWN_ACCOUNT, place, message, help);
    }
}

fn region(written: Option<&Spanned<String>>, cx: &mut Lower<'_>) -> Option<Option<String>> {
    match written {
        None => Some(cx.organization.map(|o| o.region.clone())),
        Some(text) if is_region(text) => {
            if let Some(own) = cx.organization.map(|o| o.region.clone()).filter(|own| *own != text.value) {
                let message =
                    format!("`{}` is not the organisation's region; this version builds for `{own}` alone", text.value);
                let found = Diagnostic::error(codes::NOT_YET, text.place, message)
                    .why("the account stacks are made for that region, so the pipeline would find neither bus nor roles elsewhere")
                    .help(format!("take `region` away, or write `{own}`"));
                cx.sink.push(found);
            }
            Some(Some(text.value.clone()))
        }
        Some(text) => {
            let message = format!("expected a region such as `eu-central-1`, got {}", quoted(text));
            cx.error(common::MALFORMED, text.place, message);
            None
        }
    }
}

type Tags = IndexMap<Spanned<String>, Spanned<Text>>;

/// The organisation's tags, over them the pipeline's, over them ours. AWS's limits: Tag Editor User Guide, "Tag naming limits".
fn tags(spec: &PipelineSpec, defaults: Option<&Tags>, cx: &mut Lower<'_>) -> IndexMap<String, String> {
    let mut tags = IndexMap::new();
    let mut last = None;
    for (key, value) in defaults.into_iter().flatten().chain(spec.tags.iter().flatten()) {
        let lower = key.to_ascii_lowercase();
        let reserved = lower.starts_with("aws:") || lower.starts_with("pipesynth:");
        if reserved || key.is_empty() || key.chars().count() > 128 {
            let message = format!(
                "a tag's key has 1 to 128 characters and does not start with `aws:` or `pipesynth:`, got {}",
                quoted(key)
            );
            cx.error(codes::BAD_TAG, key.place, message);
        }
        tag_text(key, key.place, cx);
        tag_value(&value.value, value.place, cx);
        tags.insert(key.value.clone(), value.value.0.clone());
        last = Some(key.place);
    }
    if let (true, Some(place)) = (tags.len() > 45, last) {
        let message = format!("{} tags; AWS allows 50 per resource, and 5 are pipesynth's", tags.len());
        cx.error(codes::BAD_TAG, place, message);
    }
    tags
}

fn tag_value(text: &str, place: Place, cx: &mut Lower<'_>) {
    // Some types take no empty value: AWS Step Functions API, Tag.
    if !(1..=256).contains(&text.chars().count()) {
        cx.error(codes::BAD_TAG, place, "a tag's value has 1 to 256 characters");
    }
    tag_text(text, place, cx);
}

fn tag_text(text: &str, place: Place, cx: &mut Lower<'_>) {
    let allowed = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
    if let Some(bad) = text.chars().find(|c| !allowed(*c)) {
        let message =
            format!("a tag has letters, digits, spaces and `_ . : / = + - @`, got {}", quoted(&bad.to_string()));
        cx.error(codes::BAD_TAG, place, message);
    }
}

/// The organisation's parameters, over them the pipeline's.
fn params(written: Option<&Tags>, defaults: Option<&Tags>, cx: &mut Lower<'_>) -> IndexMap<String, String> {
    let mut params = IndexMap::new();
    for (name, default) in defaults.into_iter().flatten().chain(written.into_iter().flatten()) {
        let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !word || name.len() > 60 {
            let message = format!(
                "a parameter's name has letters, digits and underscores, begins with a letter, at most 60, got {}",
                quoted(name)
            );
            cx.error(codes::BAD_NAME, name.place, message);
        }
        if let Err(fault) = crate::text::check_plain(&default.value) {
            cx.error_help(codes::UNSAFE_TEXT, default.place, fault.message, fault.help);
        }
        params.insert(name.value.clone(), default.value.0.clone());
    }
    params
}
