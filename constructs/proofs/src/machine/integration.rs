//! The `Resource` of a task state → the service and call that it means, or a finding.

use pipesynth_core::Json;

use super::{all_states, kind};
use crate::codes;
use crate::document::Document;
use crate::finding::Findings;

/// Optimised integrations: service, calls, with `s` what `.sync` and with `t` what `.waitForTaskToken` is there for
/// (Step Functions developer guide, "Integrating services").
const OPTIMISED: &[(&str, &[&str], &str)] = &[
    ("apigateway", &["invoke"], "t"),
    ("athena", &["startQueryExecution", "stopQueryExecution", "getQueryExecution", "getQueryResults"], "s"),
    ("batch", &["submitJob"], "s"),
    ("codebuild", &["startBuild", "stopBuild", "batchDeleteBuilds", "startBuildBatch"], "s"),
    ("dynamodb", &["getItem", "putItem", "updateItem", "deleteItem"], ""),
    ("ecs", &["runTask"], "st"),
    ("elasticmapreduce", &["createCluster", "terminateCluster", "addStep"], "s"),
    (
        "elasticmapreduce",
        &["setClusterTerminationProtection", "cancelStep", "modifyInstanceFleetByName", "modifyInstanceGroupByName"],
        "",
    ),
    ("emr-serverless", &["createApplication", "startApplication", "stopApplication", "deleteApplication"], "s"),
    ("emr-serverless", &["startJobRun", "cancelJobRun"], "s"),
    ("emr-containers", &["createVirtualCluster", "deleteVirtualCluster", "startJobRun"], "s"),
    ("events", &["putEvents"], "t"),
    ("glue", &["startJobRun"], "s"),
    ("http", &["invoke"], ""),
    ("lambda", &["invoke"], "t"),
    ("sns", &["publish"], "t"),
    ("sqs", &["sendMessage"], "t"),
    ("states", &["startExecution"], "st"),
];

/// Integrations with `aws-sdk` that the templates use: the SDK's service, the call. Others are read by their form alone.
const NOT_IN_SDK: [&str; 2] = ["elasticmapreduce", "logs"];

/// A service integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Integration {
    /// The service, as `Resource` writes it; of an SDK integration the SDK's name.
    pub service: String,
    /// The call, in camel case.
    pub call: String,
    /// True where the state waits for the job (`.sync`, `.sync:2`).
    pub sync: bool,
    /// True for `aws-sdk:…`.
    pub sdk: bool,
}

impl Integration {
    /// Reads a `Resource`: `arn:{partition}:states:::elasticmapreduce:addStep.sync`.
    pub fn of(document: &Document<'_>, state: &Json<'_>) -> Option<Self> {
        let text = document.text(&state["Resource"])?;
        let rest = text.strip_prefix("arn:{partition}:states:::").or_else(|| text.strip_prefix("arn:aws:states:::"))?;
        let (sdk, rest) = rest.strip_prefix("aws-sdk:").map_or((false, rest), |rest| (true, rest));
        let (service, call) = rest.split_once(':')?;
        let (call, how) = call.split_once('.').unwrap_or((call, ""));
        let integration =
            Self { service: service.to_owned(), call: call.to_owned(), sync: how.starts_with("sync"), sdk };
        integration.known(how).then_some(integration)
    }

    fn known(&self, how: &str) -> bool {
        if self.sdk {
            let lower = |text: &str| text.starts_with(|c: char| c.is_ascii_lowercase());
            return matches!(how, "" | "waitForTaskToken")
                && lower(&self.service)
                && lower(&self.call)
                && !NOT_IN_SDK.contains(&self.service.as_str());
        }
        OPTIMISED.iter().any(|(service, calls, ways)| {
            let way = match how {
                "" => true,
                "sync" | "sync:2" => ways.contains('s'),
                "waitForTaskToken" => ways.contains('t'),
                _ => false,
            };
            *service == self.service && calls.contains(&self.call.as_str()) && way
        })
    }

    fn is(&self, optimised: (&str, &str), sdk: (&str, &str)) -> bool {
        let wanted = if self.sdk { sdk } else { optimised };
        (self.service.as_str(), self.call.as_str()) == wanted
    }

    /// Asks for a cluster.
    pub fn creates(&self) -> bool {
        self.is(("elasticmapreduce", "createCluster"), ("emr", "runJobFlow"))
    }

    /// Terminates a cluster.
    pub fn frees(&self) -> bool {
        self.is(("elasticmapreduce", "terminateCluster"), ("emr", "terminateJobFlows"))
    }

    /// Looks for clusters whose id is not known.
    pub fn finds(&self) -> bool {
        self.is(("", ""), ("emr", "listClusters"))
    }
}

/// Checks the `Resource` of every task.
pub(super) fn check(document: &Document<'_>, machine: &str, definition: &Json<'_>, findings: &mut Findings) {
    let mut all = Vec::new();
    all_states(definition, &mut all);
    for (name, state) in all.into_iter().filter(|(_, state)| kind(state) == "Task") {
        if Integration::of(document, state).is_none() {
            let got = document.text(&state["Resource"]).unwrap_or_else(|| "nothing".to_owned());
            let message = format!("state `{name}` calls `{got}`, which is no service integration of Step Functions");
            findings.say(codes::INTEGRATION, machine, message);
        }
    }
}
