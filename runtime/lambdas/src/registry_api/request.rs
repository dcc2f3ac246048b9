//! A request of API Gateway (REST, Lambda proxy) → what is asked, by somebody who may ask it; else the answer that refuses it.

use pipesynth_contract::registration::{Registration, VERSION};
use pipesynth_contract::{PipelineId, check_account, check_name};
use serde::Deserialize;
use serde_json::Value;

use super::answer::Answer;

/// Longest body of a registration, in bytes: it becomes one item of DynamoDB, which holds 400 KB.
pub(super) const MAX_BODY: usize = 256 * 1024;

/// As much of the event as is needed (API Gateway Developer Guide, "Input format of a Lambda function for proxy integration").
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    /// The path with its parameters unfilled.
    resource: String,
    pub(super) path: String,
    #[serde(rename = "httpMethod")]
    pub(super) method: String,
    #[serde(default)]
    path_parameters: Option<Parameters>,
    #[serde(default)]
    query_string_parameters: Option<Query>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
    request_context: Context,
}

#[derive(Deserialize, Default)]
struct Parameters {
    #[serde(default)]
    account: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize, Default)]
struct Query {
    #[serde(default)]
    force: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    /// The account of the API.
    #[serde(default)]
    account_id: Option<String>,
    #[serde(default)]
    request_id: Option<String>,
    identity: Identity,
}

/// Who signed the request, as API Gateway found out.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    #[serde(default)]
    account_id: Option<String>,
    #[serde(default)]
    user_arn: Option<String>,
}

/// What is asked.
pub(super) enum Ask {
    Register(Box<Registration>),
    /// By force or not.
    Remove(PipelineId, bool),
    Show(PipelineId),
    Graph,
}

impl Request {
    pub(super) fn read(payload: &Value) -> Result<Self, String> {
        Request::deserialize(payload).map_err(|e| format!("the payload is no request of API Gateway: {e}"))
    }

    /// The ARN of the caller, else its account.
    pub(super) fn caller(&self) -> Option<&str> {
        let identity = &self.request_context.identity;
        identity.user_arn.as_deref().or(identity.account_id.as_deref())
    }

    pub(super) fn id(&self) -> Option<&str> {
        self.request_context.request_id.as_deref()
    }

    pub(super) fn ask(&self) -> Result<Ask, Answer> {
        match (self.method.as_str(), self.resource.as_str()) {
            ("GET", "/graph") => self.account().map(|_| Ask::Graph),
            ("PUT", "/pipelines/{account}/{name}") => {
                let id = self.pipeline()?;
                self.own(&id, false)?;
                self.registration(&id).map(|registration| Ask::Register(Box::new(registration)))
            }
            ("DELETE", "/pipelines/{account}/{name}") => {
                let id = self.pipeline()?;
                self.own(&id, true)?;
                self.force().map(|force| Ask::Remove(id, force))
            }
            ("GET", "/pipelines/{account}/{name}") => {
                let id = self.pipeline()?;
                self.own(&id, true)?;
                Ok(Ask::Show(id))
            }
            (method, resource) => Err(Answer::refusal(404, format!("there is no `{method} {resource}`"))),
        }
    }

    /// The caller's account. Only a method without IAM has none.
    fn account(&self) -> Result<&str, Answer> {
        let account = self.request_context.identity.account_id.as_deref();
        account.ok_or_else(|| Answer::refusal(403, "the request is not signed"))
    }

    /// Whether the caller speaks for the pipeline: it is in its account, or in the central one where that may do it.
    fn own(&self, id: &PipelineId, central_too: bool) -> Result<(), Answer> {
        let caller = self.account()?;
        let central = central_too && self.request_context.account_id.as_deref() == Some(caller);
        if caller == id.account() || central {
            return Ok(());
        }
        Err(Answer::refusal(403, format!("account `{caller}` may not speak for `{id}`")))
    }

    fn pipeline(&self) -> Result<PipelineId, Answer> {
        let none = Parameters::default();
        let Parameters { account, name } = self.path_parameters.as_ref().unwrap_or(&none);
        let found: Vec<String> = [check_account(account), check_name(name)]
            .into_iter()
            .filter_map(|r| r.err().map(|e| e.to_string()))
            .collect();
        match PipelineId::new(account.clone(), name.clone()) {
            Ok(id) if found.is_empty() => Ok(id),
            Ok(_) => Err(Answer::refusal(400, found.join("; "))),
            Err(error) => {
                Err(Answer::refusal(400, if found.is_empty() { error.to_string() } else { found.join("; ") }))
            }
        }
    }

    fn force(&self) -> Result<bool, Answer> {
        match self.query_string_parameters.as_ref().and_then(|query| query.force.as_deref()) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => {
                let other: String = other.chars().take(60).collect();
                Err(Answer::refusal(400, format!("`force` is `true` or `false`, got `{other}`")))
            }
        }
    }

    /// The body, with everything that is wrong by itself; what is wrong with the graph is the engine's to say.
    fn registration(&self, id: &PipelineId) -> Result<Registration, Answer> {
        let body = self.body.as_deref().unwrap_or_default();
        if body.len() > MAX_BODY {
            let message = format!("the registration has {} bytes, at most {MAX_BODY} are taken", body.len());
            return Err(Answer::refusal(413, message));
        }
        if self.is_base64_encoded {
            return Err(Answer::refusal(400, "the body is base64, expected JSON"));
        }
        let read: Registration = serde_json::from_str(body)
            .map_err(|e| Answer::refusal(400, format!("the body is no registration: {e}")))?;
        let found = findings(&read, id);
        if found.is_empty() { Ok(read) } else { Err(Answer::refusal(400, found.join("; "))) }
    }
}

fn findings(read: &Registration, id: &PipelineId) -> Vec<String> {
    let mut found = Vec::new();
    if read.v != VERSION {
        found.push(format!("registration version {} is not known, expected {VERSION}", read.v));
    }
    if read.id != *id {
        found.push(format!("the path names `{id}`, the body `{}`", read.id));
    }
    let account = read.stack.split(':').nth(4);
    if account != Some(id.account()) {
        found.push(format!(
            "stack `{}` is not in account `{}`",
            read.stack.chars().take(200).collect::<String>(),
            id.account()
        ));
    }
    if let Some(old) = read.renamed_from.as_ref().filter(|old| old.account() != id.account()) {
        found.push(format!("`renamedFrom` names `{old}` of another account"));
    }
    found.extend(read.trigger.findings());
    found
}
