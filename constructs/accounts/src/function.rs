//! One Lambda function with its role, its log group and its alarm. All functions share one asset; the handler's name picks the code.

use crate::alarm;
use crate::names_in_template::regional;
use pipesynth_cfn::iam::{self, role};
use pipesynth_cfn::lambda::{self, function};
use pipesynth_cfn::logs;
use pipesynth_contract::names;
use pipesynth_core::{
    Handle, Intrinsic, Parameter, Policy, Pseudo, Scope, Stack, Statement, Value, parameter, policy, pseudo, sub,
};

/// Days that a function's log is kept.
const LOG_DAYS: u32 = 30;

/// What a function is made from.
pub(crate) struct Function {
    /// The fixed name; without the prefix `pipesynth-` it is also the handler's.
    pub name: &'static str,
    /// The stem of the role's name.
    pub role: &'static str,
    pub description: &'static str,
    /// Seconds; 900 at most (AWS Lambda quotas).
    pub timeout: u32,
    pub environment: Vec<(&'static str, Value)>,
    pub statements: Vec<Statement>,
}

/// The parameters that say where the functions' code lies.
pub(crate) fn code_parameters(stack: &mut Stack) {
    stack.parameter(
        "AssetBucket",
        Parameter::new("String", "Bucket of the Lambda code, readable by the organisation")
            .with("AllowedPattern", "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"),
    );
    stack.parameter(
        "AssetKey",
        Parameter::new("String", "Key of the Lambda code in that bucket; it holds the hash of the code")
            .with("MinLength", 1)
            .with("MaxLength", 1024),
    );
    stack.parameter(
        SIGNING,
        Parameter::new("String", "ARN of the code signing configuration of all functions; empty: code may be unsigned")
            .with("Default", "")
            .with(
                "AllowedPattern",
                "^(arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:code-signing-config:csc-[a-z0-9]{17})?$",
            ),
    );
    let unsigned = Intrinsic::Equals(parameter(SIGNING).into(), "".into());
    stack.condition(IS_SIGNED, Intrinsic::Not(unsigned.into()));
}

/// The parameter, and the condition that it has a value.
const SIGNING: &str = "CodeSigningConfig";
const IS_SIGNED: &str = "HasCodeSigning";

/// The configuration, or nothing.
fn signing() -> Intrinsic {
    Intrinsic::If(IS_SIGNED.into(), parameter(SIGNING).into(), pseudo(Pseudo::NoValue).into())
}

impl Function {
    pub fn add(self, stack: &mut Stack, parent: Scope) -> Handle<lambda::Function> {
        let handler = names::handler(self.name);
        let scope = stack.scope(parent, handler);
        let log = stack.add(
            scope,
            "log-group",
            logs::LogGroup::new().log_group_name(format!("/aws/lambda/{}", self.name)).retention_in_days(LOG_DAYS),
        );
        stack.set_policy(log.id(), Policy::Delete);
        let mut statements = vec![
            Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"]).sid("Log").on(log.att(logs::LogGroup::ARN)),
            Statement::allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"]).sid("Trace").on("*"),
        ];
        statements.extend(self.statements);
        let role = stack.add(
            scope,
            "role",
            iam::Role::new()
                .path(names::IAM_PATH)
                .role_name(regional(self.role))
                .description(format!("Runs the Lambda function {}", self.name))
                .assume_role_policy_document(policy([Statement::allow(["sts:AssumeRole"])
                    .to_service("lambda.amazonaws.com")
                    .when("StringEquals", "aws:SourceAccount", pseudo(Pseudo::AccountId))]))
                .policies([role::Policy::new().policy_name(handler).policy_document(policy(statements))]),
        );
        let mut resource = lambda::Function::new()
            .function_name(self.name)
            .description(self.description)
            .runtime("provided.al2023")
            .architectures(["x86_64"])
            .handler(handler)
            .memory_size(256)
            .timeout(self.timeout)
            .role(role.att(iam::Role::ARN))
            .code(function::Code::new().s3_bucket(sub("${AssetBucket}")).s3_key(sub("${AssetKey}")))
            .code_signing_config_arn(signing())
            .logging_config(function::LoggingConfig::new().log_format("JSON").log_group(log.reference()))
            .tracing_config(function::TracingConfig::new().mode("Active"));
        if !self.environment.is_empty() {
            resource = resource.environment(function::Environment::new().variables(self.environment));
        }
        let function = stack.add(scope, "Resource", resource);
        alarm::of_function(stack, scope, self.name, function);
        function
    }
}
