//! What is deployed of an API: the picture of it, its stage with throttle and access log, and where its address is told.

use pipesynth_cfn::apigateway::{self, stage};
use pipesynth_cfn::iam;
use pipesynth_cfn::{logs, ssm};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Policy, ResourceId, Scope, Stack, Statement, policy, sub};

use super::access;
use crate::names_in_template::regional;

/// The stage's name, a part of every address.
pub(super) const NAME: &str = "prod";

/// Requests per second, and at once: deploys of many pipelines and alerts of bad days, not a load.
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

/// An API without what is deployed of it.
pub(super) struct Definition {
    pub(super) api: Handle<apigateway::RestApi>,
    /// What a deployment is a picture of: it has to be there before.
    pub(super) methods: Vec<ResourceId>,
}

/// Where the address of an API is told: for a parameter of the account stacks, whose name the output has.
pub(super) struct Address {
    /// SSM parameter of the central account.
    pub(super) parameter: &'static str,
    pub(super) output: &'static str,
    pub(super) description: &'static str,
    /// Log group of who asked for what.
    pub(super) access_log: &'static str,
}

/// Deploys the API. `account` is what [`logging`] gave.
pub(super) fn add(
    stack: &mut Stack,
    scope: Scope,
    definition: &Definition,
    fingerprint: &str,
    told: &Address,
    account: ResourceId,
) {
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
        logs::LogGroup::new().log_group_name(told.access_log).retention_in_days(LOG_DAYS),
    );
    stack.set_policy(log.id(), Policy::Delete);
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
        ssm::Parameter::new().name(told.parameter).type_("String").description(told.description).value(url.clone()),
    );
    stack.output(told.output, told.description, url);
}

/// API Gateway writes the access logs of a whole account and region with one role (`AWS::ApiGateway::Account`), which must be there
/// before the first stage that logs.
pub(super) fn logging(stack: &mut Stack, scope: Scope) -> ResourceId {
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

/// Changes with the API: a deployment is a picture of it, and only a new one shows a change, of the policy too (API Gateway Developer
/// Guide, "Deploying a REST API"). `define` adds the API to a stack that holds nothing else.
pub(super) fn fingerprint(define: impl Fn(&mut Stack, Scope) -> Definition) -> String {
    let mut alone = Stack::new("api", "");
    super::organisation(&mut alone);
    let scope = alone.root();
    define(&mut alone, scope);
    let text = alone.template().ok().and_then(|template| template.to_json().ok()).unwrap_or_default();
    // FNV-1a of 32 bits: it tells texts apart, it keeps no secret.
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}
