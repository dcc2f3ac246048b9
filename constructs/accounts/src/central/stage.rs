//! What is deployed of the registry's API: the picture of it, its stage with throttle and access log, and where its address is told.

use pipesynth_cfn::apigateway::{self, stage};
use pipesynth_cfn::iam::{self};
use pipesynth_cfn::{logs, ssm};
use pipesynth_contract::names;
use pipesynth_core::{Policy, Scope, Stack, Statement, policy, sub};

use super::access;
use super::api::Definition;
use crate::names_in_template::regional;

/// The stage's name, a part of every address.
pub(super) const NAME: &str = "prod";

/// SSM parameter of the central account: the registry's address, for the parameter `RegistryUrl` of the account stacks.
pub(super) const PARAM_REGISTRY_URL: &str = "/pipesynth/registry-url";

/// Requests per second, and at once: deploys of many pipelines, not a load.
const RATE: u32 = 50;
const BURST: u32 = 100;

/// Days that the access log is kept.
const LOG_DAYS: u32 = 90;

/// One line per request: who asked for what, and what came of it.
const LOG_FORMAT: &str = concat!(
    r#"{"requestId":"$context.requestId","time":"$context.requestTime","account":"$context.identity.accountId","#,
    r#""caller":"$context.identity.userArn","method":"$context.httpMethod","path":"$context.path","status":"$context.status","#,
    r#""latency":"$context.responseLatency","error":"$context.error.responseType"}"#
);

pub(super) fn add(stack: &mut Stack, scope: Scope, definition: &Definition, fingerprint: &str) {
    let api = definition.api;
    let deployment = stack.add(
        scope,
        format!("deployment-{fingerprint}"),
        apigateway::Deployment::new().rest_api_id(api.reference()).description(format!("Definition {fingerprint}")),
    );
    for method in &definition.methods {
        stack.depends_on(deployment.id(), *method);
    }
    let log = stack.add(
        scope,
        "access-log",
        logs::LogGroup::new().log_group_name("/pipesynth/registry-access").retention_in_days(LOG_DAYS),
    );
    stack.set_policy(log.id(), Policy::Delete);
    let account = logging(stack, scope);
    let all = stage::MethodSetting::new()
        .http_method("*")
        .resource_path("/*")
        .throttling_rate_limit(RATE)
        .throttling_burst_limit(BURST)
        .metrics_enabled(true);
    let stage = stack.add(
        scope,
        "stage",
        apigateway::Stage::new()
            .rest_api_id(api.reference())
            .deployment_id(deployment.reference())
            .stage_name(NAME)
            .access_log_setting(
                stage::AccessLogSetting::new().destination_arn(log.att(logs::LogGroup::ARN)).format(LOG_FORMAT),
            )
            .method_settings([all])
            .tracing_enabled(true),
    );
    stack.depends_on(stage.id(), account);
    let url = format!("https://${{Api}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{NAME}");
    let url = access::with_api(&url, api);
    stack.add(
        scope,
        "url",
        ssm::Parameter::new()
            .name(PARAM_REGISTRY_URL)
            .type_("String")
            .description("Address of the registry, the value of RegistryUrl of every account stack")
            .value(url.clone()),
    );
    stack.output("RegistryUrl", "Address of the registry, the value of RegistryUrl of every account stack", url);
}

/// API Gateway writes the access logs of a whole account and region with one role (`AWS::ApiGateway::Account`).
fn logging(stack: &mut Stack, scope: Scope) -> pipesynth_core::ResourceId {
    // The documented trust has no condition, and API Gateway tries the role when it is set (API Gateway Developer Guide, "Set up
    // CloudWatch logging for REST APIs").
    let role = stack.add(
        scope,
        "log-role",
        iam::Role::new()
            .path(names::IAM_PATH)
            .role_name(regional("registry-log"))
            .description("API Gateway writes the registry's access log with it")
            .assume_role_policy_document(policy([
                Statement::allow(["sts:AssumeRole"]).to_service("apigateway.amazonaws.com")
            ]))
            .managed_policy_arns([sub(
                "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
            )]),
    );
    stack.add(scope, "log-account", apigateway::Account::new().cloud_watch_role_arn(role.att(iam::Role::ARN))).id()
}
