//! Operations of EMR and Step Functions → their answers, tried again while that may help.

use std::time::Duration;

use pipesynth_aws::retry::{Policy, Try};
use pipesynth_aws::{Answer, Caller, Request, Settings};
use pipesynth_contract::names::TAG_EXECUTION;
use serde_json::{Value, json};

use crate::answers;
use crate::central::Invocation;

/// EMR's quotas of calls are small and one for the whole account, so that waiting helps (EMR Management Guide, "Service limits").
const POLICY: Policy = Policy { tries: 7, wait: Duration::from_millis(250), longest: Duration::from_secs(10) };

/// The longest answer: a page of 50 clusters, or one cluster with its configurations.
const MAX_ANSWER: u64 = 2 * 1024 * 1024;

/// The states in which a cluster costs money and is not on its way out.
const LIVE: [&str; 4] = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"];

/// The way to both services for one invocation.
pub(super) struct Calls<'a> {
    pub settings: &'a Settings,
    pub invocation: &'a Invocation<'a>,
}

impl Calls<'_> {
    /// The ids of all live clusters that were created since then (seconds since 1970), of all pages.
    pub fn live(&self, since: Option<f64>) -> Result<Vec<String>, String> {
        let (mut found, mut marker) = (Vec::new(), Value::Null);
        loop {
            let mut body = json!({ "ClusterStates": LIVE });
            if let Some(since) = since {
                body["CreatedAfter"] = json!(since);
            }
            if !marker.is_null() {
                body["Marker"] = marker.clone();
            }
            let page = self.emr("ListClusters", &body)?;
            let clusters = page["Clusters"].as_array().ok_or("ListClusters: the answer has no `Clusters`")?;
            found.extend(clusters.iter().filter_map(|cluster| cluster["Id"].as_str().map(str::to_owned)));
            match &page["Marker"] {
                Value::Null => return Ok(found),
                next if *next == marker => return Err("ListClusters: the same page again".to_owned()),
                next => marker = next.clone(),
            }
        }
    }

    /// The execution that a cluster serves, by its tag; `None` where it is none of ours.
    pub fn execution(&self, cluster: &str) -> Result<Option<String>, String> {
        let answer = self.emr("DescribeCluster", &json!({ "ClusterId": cluster }))?;
        let tags = answer["Cluster"]["Tags"].as_array().map(Vec::as_slice).unwrap_or_default();
        let tag = tags.iter().find(|tag| tag["Key"] == TAG_EXECUTION);
        Ok(tag.and_then(|tag| tag["Value"].as_str()).map(str::to_owned))
    }

    pub fn terminate(&self, cluster: &str) -> Result<(), String> {
        self.emr("TerminateJobFlows", &json!({ "JobFlowIds": [cluster] })).map(|_| ())
    }

    /// Whether an execution has ended. One that Step Functions has forgotten has (90 days after its end).
    pub fn is_over(&self, execution: &str) -> Result<bool, String> {
        let url = self.settings.states()?;
        let body = json!({ "executionArn": execution });
        match self.call("states", url, "AWSStepFunctions.DescribeExecution", "1.0", &body) {
            Ok(answer) => match answer["status"].as_str() {
                Some(status) => Ok(!matches!(status, "RUNNING" | "PENDING_REDRIVE")),
                None => Err("DescribeExecution: the answer has no `status`".to_owned()),
            },
            Err(why) if why.contains("ExecutionDoesNotExist") => Ok(true),
            Err(why) => Err(why),
        }
    }

    fn emr(&self, operation: &str, body: &Value) -> Result<Value, String> {
        let url = self.settings.emr()?;
        self.call("elasticmapreduce", url, &format!("ElasticMapReduce.{operation}"), "1.1", body)
    }

    fn call(&self, service: &str, url: String, target: &str, version: &str, body: &Value) -> Result<Value, String> {
        let unsigned = Request::operation(url, version, target, body, MAX_ANSWER);
        let Invocation { outside, end, .. } = *self.invocation;
        let caller = Caller { settings: self.settings, outside, policy: POLICY, end };
        let settled = caller.call(service, &unsigned, judge).unwrap_or_else(|why| Err(why.to_string()));
        settled.map_err(|why| format!("{target}: {why}"))
    }
}

fn judge(answer: &Answer) -> Try<Result<Value, String>> {
    if answer.status == 200 {
        // TerminateJobFlows answers with nothing.
        let empty = answer.body.is_empty();
        return match serde_json::from_slice(&answer.body) {
            _ if empty => Try::Done(Ok(Value::Null)),
            Ok(body) => Try::Done(Ok(body)),
            Err(error) => Try::Again(format!("the answer is no JSON: {error}")),
        };
    }
    answers::refused(answer)
}
