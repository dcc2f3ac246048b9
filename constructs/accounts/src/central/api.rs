//! The registry's API: REST, signed by IAM, for the registrars of the organisation's accounts → the function `dependency-api`.

use pipesynth_cfn::apigateway::{self, method, rest_api};
use pipesynth_cfn::lambda;
use pipesynth_contract::names;
use pipesynth_core::{Handle, ResourceId, Scope, Stack, Statement, policy, sub};

use super::access;
use super::notices::Notices;
use super::run_log::RunLog;
use super::stage::{self, Address, Definition};
use crate::function::Function;

/// Seconds that the function may take. API Gateway gives up after 29 (REST API quotas, "integration timeout").
const TIMEOUT: u32 = 27;

/// Stem of the function's role.
const ROLE: &str = "registry-api";

/// Methods under `/pipelines/{account}/{name}`.
const PIPELINE_METHODS: [&str; 3] = ["PUT", "GET", "DELETE"];

/// Adds it; gives what every API's stage has to wait for.
pub(super) fn add(stack: &mut Stack, log: RunLog, notices: Notices) -> ResourceId {
    let root = stack.root();
    let function = Function {
        name: names::FN_REGISTRY_API,
        role: ROLE,
        description: "Keeps the graph of all pipelines: registers, refuses cycles, tells what is there",
        timeout: TIMEOUT,
        environment: log.environment().into_iter().chain([notices.environment()]).collect(),
        statements: log.registry().into_iter().chain([notices.send()]).collect(),
    }
    .add(stack, root);
    let scope = stack.scope(root, "registry");
    let definition = define(stack, scope);
    let account = stage::logging(stack, scope);
    stage::add(stack, scope, &definition, &stage::fingerprint(define), &ADDRESS, account);
    let every_method = format!(
        "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{Api}}/{}/*/*",
        stage::NAME
    );
    stack.add(
        scope,
        "permission",
        lambda::Permission::new()
            .action("lambda:InvokeFunction")
            .function_name(function.reference())
            .principal("apigateway.amazonaws.com")
            .source_arn(access::with_api(&every_method, definition.api)),
    );
    account
}

/// Where the registry is.
const ADDRESS: Address = Address {
    parameter: "/pipesynth/registry-url",
    output: "RegistryUrl",
    description: "Address of the registry, the value of RegistryUrl of every account stack",
    access_log: "/pipesynth/registry-access",
};

/// The API's name, by which its metrics go.
pub(super) const NAME: &str = "pipesynth-registry";

/// Paths, methods and the resource policy. Nothing here refers to another resource of the stack.
fn define(stack: &mut Stack, scope: Scope) -> Definition {
    let api = stack.add(
        scope,
        "api",
        apigateway::RestApi::new()
            .name(NAME)
            .description("Registers pipelines, and tells the graph of all of them")
            .endpoint_configuration(rest_api::EndpointConfiguration::new().types(["REGIONAL"]))
            .policy(policy([clients()])),
    );
    let path = |stack: &mut Stack, id: &'static str, part: &'static str, parent: pipesynth_core::Value| {
        let resource = apigateway::Resource::new().rest_api_id(api.reference()).path_part(part).parent_id(parent);
        stack.add(scope, id, resource)
    };
    let top = || api.att(apigateway::RestApi::ROOT_RESOURCE_ID).into();
    let pipelines = path(stack, "pipelines", "pipelines", top());
    let account = path(stack, "account", "{account}", pipelines.reference().into());
    let name = path(stack, "name", "{name}", account.reference().into());
    let graph = path(stack, "graph", "graph", top());
    let mut methods = Vec::new();
    for verb in PIPELINE_METHODS {
        let id = format!("{}-pipeline", verb.to_lowercase());
        let method = stack.add(scope, id, method(api, name, verb));
        methods.push(method.id());
    }
    methods.push(stack.add(scope, "get-graph", method(api, graph, "GET")).id());
    Definition { api, methods }
}

/// Each method is signed by IAM and answered by the function; the function knows the caller by `requestContext.identity`.
fn method(
    api: Handle<apigateway::RestApi>,
    path: Handle<apigateway::Resource>,
    verb: &'static str,
) -> apigateway::Method {
    let function = format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:\
         ${{AWS::AccountId}}:function:{}/invocations",
        names::FN_REGISTRY_API
    );
    apigateway::Method::new()
        .rest_api_id(api.reference())
        .resource_id(path.reference())
        .http_method(verb)
        .authorization_type("AWS_IAM")
        .integration(method::Integration::new().type_("AWS_PROXY").integration_http_method("POST").uri(sub(&function)))
}

/// Registrars of the organisation's accounts. Their own roles must allow it too, for they are in other accounts (API Gateway
/// Developer Guide, "How API Gateway resource policies affect authorization workflow").
fn clients() -> Statement {
    let roles = format!("arn:${{AWS::Partition}}:iam::*:role{}{}-*", names::IAM_PATH, names::ROLE_REGISTRY_CLIENT);
    Statement::allow(["execute-api:Invoke"])
        .sid("OrgRegistrarsOnly")
        .to_anyone()
        .on("execute-api:/*")
        .when("StringEquals", "aws:PrincipalOrgID", sub("${OrgId}"))
        .when("ArnLike", "aws:PrincipalArn", sub(&roles))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_of_the_api_has_a_name_of_its_own() {
        let print = stage::fingerprint(define);
        assert_eq!(print.len(), 8);
        assert_ne!(print, "811c9dc5", "the API alone does not render");
    }
}
