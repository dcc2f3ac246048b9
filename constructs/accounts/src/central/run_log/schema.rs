//! The tables of the run log: a function that installs them, and the custom resource that calls it for every new version of them.

use pipesynth_contract::names;
use pipesynth_core::{AnyResource, ResourceId, Stack, sub};

use super::cluster::Cluster;
use crate::function::Function;

/// Seconds that an installation may take; statements of a migration are short, the server may just be coming up.
const TIMEOUT: u32 = 300;
/// Seconds that CloudFormation waits for the answer.
const WAIT: u32 = 600;

pub(super) fn add(stack: &mut Stack, cluster: Cluster) -> ResourceId {
    let root = stack.root();
    let function = Function {
        name: names::FN_RUN_LOG_SCHEMA,
        role: names::ROLE_RUN_LOG_SCHEMA,
        description: "Installs the tables of the run log in Aurora PostgreSQL",
        timeout: TIMEOUT,
        environment: cluster.environment(),
        statements: cluster.statements().into(),
    }
    .add(stack, root);
    let token = format!(
        "arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{}",
        names::FN_RUN_LOG_SCHEMA
    );
    let tables = AnyResource::new("Custom::PipesynthRunLogTables")
        .with("ServiceToken", sub(&token))
        .with("ServiceTimeout", WAIT)
        .with("Version", names::RUN_LOG_VERSION);
    let tables = stack.add(root, "run-log-tables", tables);
    stack.depends_on(tables.id(), function.id());
    stack.depends_on(tables.id(), cluster.server);
    tables.id()
}
