//! What a pipeline's stack and its runs call: `registrar` (custom resource) and `claim` (first state of every run).

use pipesynth_cfn::dynamodb;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Stack, Statement, sub};

use crate::function::Function;

pub(super) fn add(stack: &mut Stack, runs: Handle<dynamodb::Table>) {
    registrar(stack);
    claim(stack, runs);
}

/// May register and take out pipelines of its own account at the registry of the central account, whose resource policy names the role
/// `registry-client-<region>`. The API's id and stage are not known here: methods and path are.
fn registrar(stack: &mut Stack) {
    let root = stack.root();
    let own = |method: &str| {
        sub(&format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{CentralAccountId}}:*/*/{method}/pipelines/${{AWS::AccountId}}/*"
        ))
    };
    Function {
        name: names::FN_REGISTRAR,
        role: names::ROLE_REGISTRY_CLIENT,
        description: "Registers pipelines with the central account when their stacks are deployed",
        timeout: 60,
        environment: vec![(names::ENV_REGISTRY_URL, sub("${RegistryUrl}").into())],
        statements: vec![Statement::allow(["execute-api:Invoke"]).sid("Registry").on(own("PUT")).on(own("DELETE"))],
    }
    .add(stack, root);
}

fn claim(stack: &mut Stack, runs: Handle<dynamodb::Table>) {
    let root = stack.root();
    Function {
        name: names::FN_CLAIM,
        role: names::ROLE_CLAIM,
        description: "Gives a run its logical date, claims its key, so that one start gives one run, and waits for its turn",
        timeout: 30,
        environment: vec![(names::ENV_RUNS_TABLE, runs.reference().into())],
        statements: vec![
            Statement::allow(["dynamodb:GetItem", "dynamodb:PutItem"]).sid("Claim").on(runs.att(dynamodb::Table::ARN)),
            // Whether the run that has the turn is over.
            Statement::allow(["states:DescribeExecution"]).sid("Turn").on(sub(&format!(
                "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:execution:{}*",
                names::PREFIX
            ))),
        ],
    }
    .add(stack, root);
}
