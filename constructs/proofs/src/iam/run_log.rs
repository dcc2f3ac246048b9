//! A central function's environment → the calls of its part of the store protocol: to the table, or to the cluster's Data API.

use pipesynth_contract::names;

use crate::document::{Document, Resource};
use crate::policy::Call;

const WHY: &str = "the function's handler";

/// What a store's reads and conditional writes need; `TransactWriteItems` is allowed by its parts.
const READ: [&str; 3] = ["GetItem", "BatchGetItem", "Query"];
const WRITE: [&str; 2] = ["PutItem", "ConditionCheckItem"];

/// What all parts do, and one operation of their own.
pub(super) fn all_and(document: &Document<'_>, function: &Resource<'_>, own: &str) -> Vec<Call> {
    let operations: Vec<&str> = READ.into_iter().chain(WRITE).chain([own]).collect();
    calls(document, function, &operations)
}

/// These operations of the table; where there is a cluster, statements with its user.
pub(super) fn calls(document: &Document<'_>, function: &Resource<'_>, operations: &[&str]) -> Vec<Call> {
    if let Some(cluster) = variable(document, function, names::ENV_RUN_LOG_CLUSTER) {
        let user = variable(document, function, names::ENV_RUN_LOG_SECRET).unwrap_or_default();
        return vec![
            Call::new(WHY, "rds-data:ExecuteStatement", cluster),
            Call::new(WHY, "secretsmanager:GetSecretValue", user),
        ];
    }
    let table = variable(document, function, names::ENV_STATE_TABLE).unwrap_or_default();
    let arn = format!("arn:{{partition}}:dynamodb:{{region}}:{}:table/{table}", document.account());
    operations.iter().map(|operation| Call::new(WHY, &format!("dynamodb:{operation}"), arn.clone())).collect()
}

/// How the dispatcher hears of firings: it looks into the table's index; where there is a cluster, the trigger manager calls it.
pub(super) fn tidings(document: &Document<'_>, function: &Resource<'_>, name: &str) -> Option<Call> {
    let account = document.account();
    match (name, variable(document, function, names::ENV_RUN_LOG_CLUSTER)) {
        (names::FN_TRIGGER_DISPATCHER, None) => {
            let index = format!("table/{}/index/{}", names::TABLE_STATE, names::INDEX_TODO);
            Some(Call::new(WHY, "dynamodb:Query", format!("arn:{{partition}}:dynamodb:{{region}}:{account}:{index}")))
        }
        (names::FN_TRIGGER_MANAGER, Some(_)) => {
            let dispatcher = format!("function:{}", names::FN_TRIGGER_DISPATCHER);
            let arn = format!("arn:{{partition}}:lambda:{{region}}:{account}:{dispatcher}");
            Some(Call::new(WHY, "lambda:InvokeFunction", arn))
        }
        _ => None,
    }
}

fn variable(document: &Document<'_>, function: &Resource<'_>, name: &str) -> Option<String> {
    document.text(&function.get("Environment")["Variables"][name])
}
