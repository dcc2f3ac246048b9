//! The Slack API: `POST /messages`, signed by IAM, for the Slack callers of the organisation's accounts → the queue of the poster.
//!
//! API Gateway puts the message into the queue itself, so an alert is safe before anything of ours runs. It checks the body's form and
//! adds what no body can say: the account that signed the request, before group and id too, so that no account can hold up, or swallow,
//! what another one tells.

use pipesynth_cfn::apigateway::{self, method, rest_api};
use pipesynth_cfn::iam::{self, role};
use pipesynth_cfn::sqs;
use pipesynth_contract::{names, slack as wire};
use pipesynth_core::{Handle, Map, ResourceId, Scope, Stack, Statement, Value, policy, sub};

use super::slack::role_arn;
use super::stage::{self, Address, Definition};
use crate::names_in_template::regional;

/// The API's name, by which its metrics go.
pub(super) const NAME: &str = "pipesynth-slack";

/// Where the Slack API is.
const ADDRESS: Address = Address {
    parameter: "/pipesynth/slack-url",
    output: "SlackUrl",
    description: "Address of the Slack API, the value of SlackUrl of every account stack",
    access_log: "/pipesynth/slack-access",
};

const JSON: &str = "application/json";

/// A request → the form of SQS's query protocol (SQS API reference, `SendMessage`). The digests are hexadecimal, as the model holds;
/// encoded all the same, for the one who checks a body and the one who reads it need not agree on a key that comes twice. A slash stands
/// before them, for a dash could be a part of the name before it (Velocity User Guide, "Variables").
const TEMPLATE: &str = concat!(
    "Action=SendMessage&Version=2012-11-05",
    "&MessageGroupId=$context.identity.accountId/$util.urlEncode($input.path('$.group'))",
    "&MessageDeduplicationId=$context.identity.accountId/$util.urlEncode($input.path('$.id'))",
    "&MessageAttribute.1.Name=caller&MessageAttribute.1.Value.DataType=String",
    "&MessageAttribute.1.Value.StringValue=$context.identity.accountId",
    "&MessageBody=$util.urlEncode($input.body)"
);

pub(super) fn add(stack: &mut Stack, queue: Handle<sqs::Queue>, account: ResourceId) {
    let root = stack.root();
    let scope = stack.scope(root, "slack");
    // API Gateway documents no condition for the trust of an integration's role; whoever deploys must be allowed to pass it.
    let role = stack.add(
        scope,
        "role",
        iam::Role::new()
            .path(names::IAM_PATH)
            .role_name(regional(names::ROLE_SLACK_API))
            .description("API Gateway puts messages into the Slack poster's queue with it")
            .assume_role_policy_document(policy([
                Statement::allow(["sts:AssumeRole"]).to_service("apigateway.amazonaws.com")
            ]))
            .policies([role::Policy::new().policy_name("queue").policy_document(policy([Statement::allow([
                "sqs:SendMessage",
            ])
            .sid("Queue")
            .on(queue.att(sqs::Queue::ARN))]))]),
    );
    let definition = define(stack, scope);
    for method in &definition.methods {
        stack.depends_on(*method, role.id());
    }
    stage::add(stack, scope, &definition, &stage::fingerprint(define), &ADDRESS, account);
}

/// The path, its method and the resource policy. Nothing here refers to another resource of the stack.
fn define(stack: &mut Stack, scope: Scope) -> Definition {
    let api = stack.add(
        scope,
        "api",
        apigateway::RestApi::new()
            .name(NAME)
            .description("Takes alerts for Slack channels")
            .endpoint_configuration(rest_api::EndpointConfiguration::new().types(["REGIONAL"]))
            .policy(policy([clients()])),
    );
    let top = api.att(apigateway::RestApi::ROOT_RESOURCE_ID);
    let messages = apigateway::Resource::new()
        .rest_api_id(api.reference())
        .path_part(wire::PATH.trim_start_matches('/'))
        .parent_id(top);
    let messages = stack.add(scope, "messages", messages);
    let model =
        apigateway::Model::new().rest_api_id(api.reference()).name("Message").content_type(JSON).schema(schema());
    let model = stack.add(scope, "message", model);
    let validator =
        apigateway::RequestValidator::new().rest_api_id(api.reference()).name("body").validate_request_body(true);
    let validator = stack.add(scope, "validator", validator);
    let post = apigateway::Method::new()
        .rest_api_id(api.reference())
        .resource_id(messages.reference())
        .http_method("POST")
        .authorization_type("AWS_IAM")
        .request_validator_id(validator.reference())
        .request_models([(JSON, model.reference())])
        .integration(integration())
        .method_responses(["202", "503"].map(|status| method::MethodResponse::new().status_code(status)));
    let post = stack.add(scope, "post-messages", post);
    Definition { api, methods: vec![post.id()] }
}

/// A body of another type than the model's is refused, for nothing checks it. Whatever SQS answers but 200 is worth another try.
fn integration() -> method::Integration {
    let queue = format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:sqs:path/${{AWS::AccountId}}/{}",
        names::QUEUE_SLACK
    );
    let answer = |status: &'static str, body: &'static str| {
        method::IntegrationResponse::new().status_code(status).response_templates([(JSON, body)])
    };
    method::Integration::new()
        .type_("AWS")
        .integration_http_method("POST")
        .uri(sub(&queue))
        .credentials(role_arn(names::ROLE_SLACK_API))
        .passthrough_behavior("NEVER")
        .request_parameters([("integration.request.header.Content-Type", "'application/x-www-form-urlencoded'")])
        .request_templates([(JSON, TEMPLATE)])
        .integration_responses([
            answer("202", r#"{"accepted":true}"#),
            answer("503", r#"{"message":"the queue did not take the message"}"#).selection_pattern(r"[45]\d{2}"),
        ])
}

/// Slack callers of the organisation's accounts, whose own roles must allow it too.
fn clients() -> Statement {
    let roles = format!("arn:${{AWS::Partition}}:iam::*:role{}{}-*", names::IAM_PATH, names::ROLE_SLACK_CALLER);
    Statement::allow(["execute-api:Invoke"])
        .sid("OrgSlackCallersOnly")
        .to_anyone()
        .on(format!("execute-api:/*/POST{}", wire::PATH))
        .when("StringEquals", "aws:PrincipalOrgID", sub("${OrgId}"))
        .when("ArnLike", "aws:PrincipalArn", sub(&roles))
}

/// A [`wire::SlackMessage`] (JSON Schema draft 4, API Gateway Developer Guide, "Data models for REST APIs").
fn schema() -> Map {
    let text = |most: u32| Map::new().with("type", "string").with("maxLength", most);
    let like = |pattern: String| Map::new().with("type", "string").with("pattern", pattern);
    let digest = || like(format!("^[0-9a-f]{{{}}}$", wire::DIGEST_DIGITS));
    let properties = Map::new()
        .with("v", Map::new().with("type", "integer").with("enum", Value::list([wire::VERSION])))
        .with("pipeline", like(format!("^[0-9]{{12}}/[a-z0-9-]{{1,{}}}$", pipesynth_contract::MAX_NAME)))
        .with("execution", text(wire::EXECUTION_CHARACTERS))
        .with("title", text(wire::TITLE_CHARACTERS).with("minLength", 1))
        .with("text", text(wire::TEXT_CHARACTERS))
        .with("link", text(wire::LINK_CHARACTERS).with("pattern", "^https://"))
        .with("loud", Map::new().with("type", "boolean"))
        .with("group", digest())
        .with("id", digest());
    Map::new()
        .with("$schema", "http://json-schema.org/draft-04/schema#")
        .with("title", "Message")
        .with("type", "object")
        .with("additionalProperties", false)
        .with("required", Value::list(["v", "pipeline", "title", "group", "id"]))
        .with("properties", properties)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_model_knows_every_field_of_a_message_and_no_other() {
        let digest = |digit: &str| digit.repeat(wire::DIGEST_DIGITS);
        let message = json!({
            "v": 1, "pipeline": "111111111111/listings", "execution": "arn", "title": "t", "text": "x", "link": "https://a",
            "loud": true, "group": digest("0"), "id": digest("1"),
        });
        let read: wire::SlackMessage = serde_json::from_value(message.clone()).unwrap();
        assert_eq!(json!(read), message);
        let schema = schema();
        let names: Vec<_> =
            schema.get("properties").unwrap().as_map().unwrap().iter().map(|(name, _)| name.to_owned()).collect();
        let fields: Vec<_> = message.as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, fields);
    }

    #[test]
    fn nothing_but_digests_and_the_body_as_a_whole_goes_into_the_form() {
        assert!(TEMPLATE.contains(&format!(".Name={}&", wire::ATTR_CALLER)));
        let from_body: Vec<_> = TEMPLATE.split('&').filter(|field| field.contains("$input")).collect();
        assert_eq!(from_body.len(), 3, "{from_body:?}");
        for field in &from_body[..2] {
            assert!(field.contains("=$context.identity.accountId/$util.urlEncode($input.path('$."), "{field}");
        }
        assert_eq!(from_body[2], "MessageBody=$util.urlEncode($input.body)");
    }
}
