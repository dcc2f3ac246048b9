//! Alerts for Slack channels: topics of pipelines → the Slack caller → the Slack API of the central account.

use pipesynth_cfn::lambda::{self, event_invoke_config as invoke};
use pipesynth_cfn::sqs;
use pipesynth_contract::{names, slack};
use pipesynth_core::{Handle, Parameter, Stack, Statement, parameter as value_of, sub};

use crate::function::Function;

/// Further tries of an alert that the API did not take, the most that Lambda makes: after one minute and two more. What is left then is a
/// dead letter. The hours are for what Lambda itself could not start (AWS Lambda Developer Guide, "Error handling for asynchronous
/// invocation").
const TRIES: u32 = 2;
const OLDEST_SECONDS: u32 = 21_600;

/// The parameter with the API's address.
const URL: &str = "SlackUrl";

/// Declares it.
pub(super) fn parameter(stack: &mut Stack) {
    let url =
        Parameter::new("String", "URL of the central account's Slack API, with its stage, without a slash at the end")
            .with("AllowedPattern", "^https?://[^ ]+[^/ ]$");
    stack.parameter(URL, url);
}

/// May post messages of its account's pipelines; the API's resource policy names the role `slack-caller-<region>`. The API's id and
/// stage are not known here: method and path are.
pub(super) fn add(stack: &mut Stack, dead: Handle<sqs::Queue>) {
    let root = stack.root();
    let messages =
        format!("arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{CentralAccountId}}:*/*/POST{}", slack::PATH);
    let function = Function {
        name: names::FN_SLACK_CALLER,
        role: names::ROLE_SLACK_CALLER,
        description: "Hands alerts of this account's pipelines to the central Slack API",
        timeout: 30,
        environment: vec![(names::ENV_SLACK_URL, value_of(URL).into())],
        statements: vec![
            Statement::allow(["execute-api:Invoke"]).sid("Messages").on(sub(&messages)),
            // Lambda puts what the function could not hand over there, with the function's role.
            Statement::allow(["sqs:SendMessage"]).sid("DeadLetters").on(dead.att(sqs::Queue::ARN)),
        ],
    }
    .add(stack, root);
    // No document of SNS says that it names the account when it calls a function, so the topic's ARN does.
    let topics = format!("arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:{}*", names::PREFIX);
    stack.add(
        root,
        "slack-caller-permission",
        lambda::Permission::new()
            .action("lambda:InvokeFunction")
            .function_name(function.reference())
            .principal("sns.amazonaws.com")
            .source_arn(sub(&topics)),
    );
    let untold = invoke::OnFailure::new().destination(dead.att(sqs::Queue::ARN));
    stack.add(
        root,
        "slack-caller-untold",
        lambda::EventInvokeConfig::new()
            .function_name(function.reference())
            .qualifier("$LATEST")
            .maximum_retry_attempts(TRIES)
            .maximum_event_age_in_seconds(OLDEST_SECONDS)
            .destination_config(invoke::DestinationConfig::new().on_failure(untold)),
    );
}
