//! A registration, or a pipeline to forget → signed calls of the central registry.

use std::time::{Duration, SystemTime};

use pipesynth_contract::PipelineId;
use pipesynth_contract::registration::{Accepted, Refusal, Registration, registry_path};

use super::Trouble;
use pipesynth_aws::retry::{self, Policy, Try};
use pipesynth_aws::{Answer, Outside, Request, SHORT_ANSWER, Settings};

/// API Gateway itself gives up after 29 seconds (REST API quotas, "integration timeout").
const POLICY: Policy = Policy { tries: 6, wait: Duration::from_millis(500), longest: Duration::from_secs(30) };

/// Longest text of an unknown answer that is passed on, in characters.
const MAX_TEXT: usize = 500;

/// Puts the registration; the answer is the registry's warnings.
pub(super) fn put(
    registration: &Registration,
    end: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Vec<String>, Trouble> {
    let body = serde_json::to_vec(registration).map_err(|e| Trouble::Refused(e.to_string()))?;
    let answer = call("PUT", &registration.id, body, end, settings, outside)?;
    if !(200..300).contains(&answer.status) {
        return Err(refused(&registration.id, &answer));
    }
    let accepted: Accepted = serde_json::from_slice(&answer.body).unwrap_or_default();
    Ok(accepted.warnings)
}

/// Takes the pipeline out. That it is not there is fine: a delete may be repeated.
pub(super) fn remove(
    id: &PipelineId,
    end: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<(), Trouble> {
    let answer = call("DELETE", id, Vec::new(), end, settings, outside)?;
    match answer.status {
        200..300 | 404 => Ok(()),
        _ => Err(refused(id, &answer)),
    }
}

/// Signs anew for every try, since a signature is good for some minutes only.
fn call(
    method: &'static str,
    id: &PipelineId,
    body: Vec<u8>,
    end: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Answer, Trouble> {
    let url = settings.registry(&registry_path(id)).map_err(Trouble::Refused)?;
    let mut headers = Vec::new();
    if !body.is_empty() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let unsigned = Request { method, url, headers, body, max_answer: SHORT_ANSWER };
    let result = retry::until(outside, POLICY, end, |timeout| {
        let mut request = unsigned.clone();
        if let Err(reason) = settings.sign(&mut request, "execute-api", outside.now()) {
            return Try::Done(Err(Trouble::Refused(reason)));
        }
        match outside.send(&request, timeout) {
            Ok(answer) if retry::is_temporary(&answer) => {
                Try::Again(format!("HTTP {}{}", answer.status, told(&answer)))
            }
            Ok(answer) => Try::Done(Ok(answer)),
            Err(reason) => Try::Again(reason),
        }
    });
    match result {
        Ok(settled) => settled,
        Err(reason) => Err(Trouble::Unknown(format!("the registry could not be reached for `{id}`: {reason}"))),
    }
}

fn refused(id: &PipelineId, answer: &Answer) -> Trouble {
    let hint = match answer.status {
        401 | 403 => " (is this account part of the organization, and its account stack up to date?)",
        _ => "",
    };
    Trouble::Refused(format!("the registry refused `{id}` with HTTP {}{}{hint}", answer.status, told(answer)))
}

/// `: ` and what the registry says: its message with the cycle, else the beginning of the body.
fn told(answer: &Answer) -> String {
    if let Ok(refusal) = serde_json::from_slice::<Refusal>(&answer.body) {
        let path: Vec<String> = refusal.cycle.iter().map(PipelineId::to_string).collect();
        // The message may already spell the cycle out.
        let path = path.join(" -> ");
        if path.is_empty() || refusal.message.contains(&path) {
            return format!(": {}", refusal.message);
        }
        return format!(": {} ({path})", refusal.message);
    }
    let text = String::from_utf8_lossy(&answer.body);
    match text.trim() {
        "" => String::new(),
        text => format!(": {}", text.chars().take(MAX_TEXT).collect::<String>()),
    }
}
