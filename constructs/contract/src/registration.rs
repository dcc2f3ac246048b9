//! Properties of `Custom::PipesynthRegistration` → what the registrar puts to the registry.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::options::Concurrency;
use crate::starts::Trigger;
use crate::{ContractError, PipelineId, Status, check_account, check_name};

/// Version of [`Registration`] that this crate writes.
pub const VERSION: u32 = 1;

/// The properties in the template, beside `ServiceToken` and `ServiceTimeout`. CloudFormation turns numbers and booleans into
/// strings on the way; the types read both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Properties {
    /// Lower-case name.
    pub pipeline: String,
    /// The name as its owner writes it, when it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The account the template was made for; the registrar refuses another account's stack. Absent in a template for any account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The region the template was made for, as above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// IANA name of the zone that logical dates are in.
    pub timezone: String,
    /// What starts the pipeline.
    #[serde(default)]
    pub trigger: Trigger,
    /// What happens to a start while a run is going.
    #[serde(default)]
    pub concurrency: Concurrency,
    /// Who is told centrally.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifications: Option<Notifications>,
    /// The lower-case name that the pipeline had before, in the same account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// Content hash of the pipeline's plan, so that a change of it updates the registration.
    pub spec_hash: String,
}

/// Which alerts go to which Slack channels. E-mail and HTTPS targets hang on the pipeline's own topic and need no registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Notifications {
    /// What is told.
    #[serde(rename = "type")]
    pub kind: NotificationKind,
    /// Slack channel names, without `#`.
    pub slack_channels: Vec<String>,
}

/// What is told about a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationKind {
    /// Every step.
    FullExecution,
    /// A bad end.
    OnFailure,
    /// Every end.
    OnCompletion,
}

impl NotificationKind {
    /// Whether the end of a run is told. A run that did nothing, because its key was taken or `concurrency` gave it up, tells nobody.
    pub fn tells_end(self, status: Status, skipped: bool) -> bool {
        let bad = status.is_terminal() && status != Status::Succeeded;
        match self {
            _ if skipped => false,
            NotificationKind::OnFailure => bad,
            NotificationKind::OnCompletion | NotificationKind::FullExecution => status.is_terminal(),
        }
    }
}

impl Properties {
    /// Reads `ResourceProperties` of a custom-resource event: drops CloudFormation's own `ServiceToken` and `ServiceTimeout`.
    /// An unknown property is an error, since it comes from a template newer than the reader.
    pub fn read(mut properties: Value) -> Result<Self, ContractError> {
        let Some(map) = properties.as_object_mut() else {
            return Err(ContractError::new("the properties are no map"));
        };
        map.remove("ServiceToken");
        map.remove("ServiceTimeout");
        serde_json::from_value(properties).map_err(|e| ContractError::new(e.to_string()))
    }
}

/// The body of `PUT /pipelines/{account}/{name}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// [`VERSION`].
    pub v: u32,
    /// The pipeline.
    pub id: PipelineId,
    /// Where its machine lives.
    pub region: String,
    /// The name as its owner writes it.
    pub display_name: String,
    /// Owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// IANA name of the zone that logical dates are in.
    pub timezone: String,
    /// What starts it: every leaf names its account, and the condition is canonical.
    pub trigger: Trigger,
    /// What happens to a start while a run is going.
    pub concurrency: Concurrency,
    /// Who is told centrally.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifications: Option<Notifications>,
    /// The pipeline under the name that it had before; those who wait for that one wait for this one from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<PipelineId>,
    /// Content hash of the pipeline's plan.
    pub spec_hash: String,
    /// ARN of the stack that registered it.
    pub stack: String,
}

impl Registration {
    /// Joins the properties with what CloudFormation itself says about the stack: its ARN and the account and region in it, which
    /// stand over the properties. Collects all findings.
    pub fn new(properties: Properties, account: &str, region: &str, stack: &str) -> Result<Self, ContractError> {
        let mut found = properties.trigger.findings();
        found.extend(check_account(account).err().map(|e| e.to_string()));
        found.extend(check_name(&properties.pipeline).err().map(|e| e.to_string()));
        if let Some(old) = &properties.renamed_from {
            found.extend(check_name(old).err().map(|e| format!("`renamedFrom`: {e}")));
            if *old == properties.pipeline {
                found.push(format!("`renamedFrom` is the pipeline's own name, `{old}`"));
            }
        }
        let claims =
            [("account", properties.account.as_deref(), account), ("region", properties.region.as_deref(), region)];
        for (what, claimed, real) in claims {
            if let Some(claimed) = claimed.filter(|c| *c != real) {
                found.push(format!(
                    "the pipeline was synthesized for {what} `{claimed}`, but its stack is in `{real}`; deploy it there or change `{what}`"
                ));
            }
        }
        ContractError::unless_empty(found)?;
        let id = PipelineId::new(account, properties.pipeline)?;
        let renamed_from = properties.renamed_from.map(|old| PipelineId::new(account, old)).transpose()?;
        let mut trigger = properties.trigger;
        if let Some(executions) = trigger.executions.as_mut() {
            executions.condition = executions.condition.clone().resolved(account).canonical();
        }
        Ok(Self {
            v: VERSION,
            region: region.to_owned(),
            display_name: properties.display_name.unwrap_or_else(|| id.name().to_owned()),
            id,
            team: properties.team,
            timezone: properties.timezone,
            trigger,
            concurrency: properties.concurrency,
            notifications: properties.notifications,
            renamed_from,
            spec_hash: properties.spec_hash,
            stack: stack.to_owned(),
        })
    }
}

/// Path of a pipeline in the registry's API, with a leading slash.
pub fn registry_path(id: &PipelineId) -> String {
    format!("/pipelines/{}/{}", id.account(), id.name())
}

/// The registry's answer to an accepted `PUT`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Accepted {
    /// What its owner should know: a parent that nobody has registered yet.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// The registry's answer when it refuses (4xx).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Refusal {
    /// Why, for a person.
    pub message: String,
    /// 409: the pipelines of the cycle in order, the first again at the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cycle: Vec<PipelineId>,
}

#[cfg(test)]
#[path = "registration_tests.rs"]
mod tests;
