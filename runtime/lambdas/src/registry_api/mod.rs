//! The central registry behind API Gateway: who may ask is checked here once more, the rules are the engine's.
//!
//! | request | who | answer |
//! |---|---|---|
//! | `PUT /pipelines/{account}/{name}` | that account | 200 `Accepted`; 400 all that is wrong; 409 a cycle, or another pipeline of that name |
//! | `DELETE /pipelines/{account}/{name}`, `?force=true` | that account, the central account | 200 `Accepted`; 409 others wait for it |
//! | `GET /pipelines/{account}/{name}` | that account, the central account | 200 what is registered, and who waits for it; 404 |
//! | `GET /graph` | everybody who may call | 200 version and pipelines |
//!
//! Every refusal is a `Refusal` with a message: 403 for another account's pipeline, 413 too large, 500 an item that cannot be read, 503 when
//! the store does not answer and the same request may succeed later. API Gateway has checked signature, organisation and role.

mod answer;
mod request;

use std::time::SystemTime;

use pipesynth_aws::{Outside, Settings};
use pipesynth_contract::PipelineId;
use pipesynth_contract::names::{FN_REGISTRY_API, handler};
use pipesynth_contract::registration::Registration;
use pipesynth_engine::registry::{self, Outcome, RegisterError};
use pipesynth_engine::store::{State, StoreError};
use serde_json::{Value, json};

use crate::Failure;
use crate::central::{Central, Invocation};
use crate::notices::Owed;
use answer::{Answer, Graph, Known};
use request::{Ask, Request};

/// The error name when the payload is no request of API Gateway.
pub const ERROR_NO_REQUEST: &str = "NoApiRequest";

/// Serves one request. What is refused is an answer too, never an error of the function.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let invocation = Invocation::new(handler(FN_REGISTRY_API), outside, deadline).owing(settings);
    serve(payload, invocation.state(settings)?.store(), &invocation)
}

fn serve(payload: &Value, store: &dyn Central, invocation: &Invocation<'_>) -> Result<Value, Failure> {
    let request = Request::read(payload).map_err(|e| Failure::new(ERROR_NO_REQUEST, e))?;
    let api = Api { store, invocation };
    let answer = match request.ask() {
        Ok(Ask::Register(registration)) => api.register(&registration),
        Ok(Ask::Remove(id, force)) => api.remove(&id, force),
        Ok(Ask::Show(id)) => api.show(&id),
        Ok(Ask::Graph) => api.graph(),
        Err(answer) => answer,
    };
    invocation.log(
        if answer.status < 400 { "INFO" } else { "WARN" },
        json!({
            "message": "answered", "caller": request.caller(), "method": request.method, "path": request.path,
            "status": answer.status, "why": answer.why(), "requestId": request.id(),
        }),
    );
    Ok(answer.to_proxy())
}

struct Api<'a> {
    store: &'a dyn Central,
    invocation: &'a Invocation<'a>,
}

impl Api<'_> {
    fn register(&self, registration: &Registration) -> Answer {
        self.settle(registry::register(self.store, registration, self.invocation.now()))
    }

    fn remove(&self, id: &PipelineId, force: bool) -> Answer {
        self.settle(registry::deregister(self.store, id, force))
    }

    /// After a write the gates of all that were written are looked at. Where that fails, the caller asks again: the same registration
    /// is written no second time, and the look is taken again.
    fn settle(&self, outcome: Result<Outcome, RegisterError>) -> Answer {
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(RegisterError::Refused(refused)) => return Answer::refused(refused.status(), refused.refusal()),
            Err(RegisterError::Store(error)) => return Answer::store(&error),
        };
        for child in &outcome.orphaned {
            let what = json!({"message": "orphaned", "pipeline": child, "parent": outcome.id});
            self.invocation.count("WARN", "Alerts", "orphaned", what);
        }
        let now = self.invocation.now();
        let owed: Vec<Owed> = outcome.orphaned.iter().map(|child| Owed::orphaned(child, &outcome.id, now)).collect();
        self.invocation.owe(&owed);
        match registry::follow_up(self.store, &outcome, self.invocation.now()) {
            Ok(notes) => self.invocation.tell(&notes),
            Err(error) => return Answer::store(&error),
        }
        Answer::json(200, &outcome.accepted())
    }

    fn show(&self, id: &PipelineId) -> Answer {
        let found = self.store.entry(id).and_then(|entry| match entry.map(|entry| entry.state) {
            Some(State::Live(registered)) => Ok(Ok(Known { registered: *registered, children: self.children(id)? })),
            Some(State::Deleted { successor: Some(now) }) => Ok(Err(format!("`{id}` is now called `{now}`"))),
            Some(State::Deleted { successor: None }) => Ok(Err(format!("`{id}` was deleted"))),
            None => Ok(Err(format!("there is no pipeline `{id}`"))),
        });
        match found {
            Ok(Ok(known)) => Answer::json(200, &known),
            Ok(Err(message)) => Answer::refusal(404, message),
            Err(error) => Answer::store(&error),
        }
    }

    fn children(&self, id: &PipelineId) -> Result<Vec<PipelineId>, StoreError> {
        Ok(self.store.children(id)?.iter().map(|child| child.id().clone()).filter(|child| child != id).collect())
    }

    fn graph(&self) -> Answer {
        let read = self.store.graph_version().and_then(|version| {
            let live = self.store.entries()?.into_iter().filter_map(|entry| match entry.state {
                State::Live(registered) => Some(*registered),
                State::Deleted { .. } => None,
            });
            Ok(Graph { version, pipelines: live.collect() })
        });
        match read {
            Ok(graph) => Answer::json(200, &graph),
            Err(error) => Answer::store(&error),
        }
    }
}

#[cfg(test)]
mod tests;
