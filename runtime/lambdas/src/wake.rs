//! Pipelines that have something to send → an asynchronous call of the dispatcher, where the run log has no stream that tells it.
//!
//! Nothing depends on the call: what it does not reach, the minute's sweep does.

use std::collections::BTreeSet;
use std::time::Duration;

use pipesynth_aws::retry::{self, Policy, Try};
use pipesynth_aws::{Caller, Request, SHORT_ANSWER, Settings};
use pipesynth_contract::PipelineId;
use pipesynth_contract::names::FN_TRIGGER_DISPATCHER;
use serde_json::json;

use crate::central::Invocation;

const POLICY: Policy = Policy { tries: 3, wait: Duration::from_millis(100), longest: Duration::from_secs(2) };

/// Pipelines of one call. A payload of an asynchronous call has at most 256 KB (AWS Lambda quotas, of old), an id 53 characters.
const AT_ONCE: usize = 2_000;

/// Calls the dispatcher for these pipelines.
pub(crate) fn dispatcher(children: &BTreeSet<PipelineId>, settings: &Settings, invocation: &Invocation<'_>) {
    let children: Vec<&PipelineId> = children.iter().collect();
    for some in children.chunks(AT_ONCE) {
        if let Err(why) = call(some, settings, invocation) {
            invocation.log("WARN", json!({"message": "left to the sweep", "pipelines": some.len(), "why": why}));
        }
    }
}

/// `Invoke` with the invocation type `Event` (Lambda API reference): 202, and the payload is queued.
fn call(children: &[&PipelineId], settings: &Settings, invocation: &Invocation<'_>) -> Result<(), String> {
    let unsigned = Request {
        method: "POST",
        url: format!("{}2015-03-31/functions/{FN_TRIGGER_DISPATCHER}/invocations", settings.lambda()?),
        headers: vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("x-amz-invocation-type".to_owned(), "Event".to_owned()),
        ],
        body: json!({ "children": children }).to_string().into_bytes(),
        max_answer: SHORT_ANSWER,
    };
    let caller = Caller { settings, outside: invocation.outside, policy: POLICY, end: invocation.end };
    let called = caller.call("lambda", &unsigned, |answer| match answer.status {
        200..300 => Try::Done(Ok(())),
        status if retry::is_temporary(answer) => Try::Again(format!("HTTP {status}")),
        status => Try::Done(Err(format!("HTTP {status}: {}", String::from_utf8_lossy(&answer.body)))),
    });
    called.unwrap_or_else(|why| Err(why.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::scripted::{answer, settings};
    use crate::story::{invocation, outside};

    fn ids(count: usize) -> BTreeSet<PipelineId> {
        (0..count).map(|n| PipelineId::new("333333333333", format!("p{n}")).unwrap()).collect()
    }

    #[test]
    fn the_dispatcher_is_called_without_waiting_for_what_it_does() {
        let (outside, deadline) = outside(&|_, _| answer(202, ""));
        dispatcher(&ids(2), &settings(), &invocation(&outside, deadline));
        let sent = outside.sent.borrow();
        let url =
            "https://lambda.eu-central-1.amazonaws.com/2015-03-31/functions/pipesynth-trigger-dispatcher/invocations";
        assert_eq!((sent.len(), sent[0].method, sent[0].url.as_str()), (1, "POST", url));
        assert!(sent[0].headers.contains(&("x-amz-invocation-type".into(), "Event".into())), "{:?}", sent[0].headers);
        let body: Value = serde_json::from_slice(&sent[0].body).unwrap();
        assert_eq!(body, json!({"children": ["333333333333/p0", "333333333333/p1"]}));
    }

    #[test]
    fn nobody_is_called_for_nothing_and_many_pipelines_take_several_calls() {
        let (outside, deadline) = outside(&|_, _| answer(202, ""));
        dispatcher(&ids(0), &settings(), &invocation(&outside, deadline));
        assert!(outside.sent.borrow().is_empty());
        dispatcher(&ids(AT_ONCE + 1), &settings(), &invocation(&outside, deadline));
        let sent = outside.sent.borrow();
        assert!(sent.len() == 2 && sent[0].body.len() < 256 * 1024, "{}", sent[0].body.len());
    }

    #[test]
    fn a_call_that_fails_is_told_and_left_to_the_sweep() {
        let (outside, deadline) = outside(&|_, _| answer(403, "no"));
        dispatcher(&ids(1), &settings(), &invocation(&outside, deadline));
        assert_eq!(outside.sent.borrow().len(), 1, "it is not tried again");
        let log = outside.log.borrow();
        assert!(log[0].contains("WARN") && log[0].contains("HTTP 403: no"), "{log:?}");
    }
}
