//! The ends of a pipeline's runs, and the central account's notices → rules to the account's notifier, and one to the topic for what that
//! one could not tell.
//!
//! A rule of EventBridge has no way from a target that failed to another target: its dead letters go to queues alone, and for a Lambda
//! function the delivery is done once Lambda has taken the event. Lambda hands an event that its function failed with to a destination
//! instead; that is the default bus, and the second rule finds the pipeline's own there.

use pipesynth_cfn::events::{self, rule};
use pipesynth_cfn::sns;
use pipesynth_contract::alert::Recipient;
use pipesynth_contract::{Status, alert, names};
use pipesynth_core::{Handle, Map, Pseudo, Scope, Stack, Value, pseudo};

use super::NotificationsPlan;
use crate::construct::Fixed;
use crate::plan::PipelinePlan;

/// Tries within a day: EventBridge's maxima and defaults (EventBridge User Guide, "Event retry policy").
const TRIES: u32 = 185;
const TRY_SECONDS: u32 = 86_400;

/// `source` and the beginning of `detail-type` of what Lambda puts on a bus (Lambda Developer Guide, "Capturing records of Lambda
/// asynchronous invocations").
const LAMBDA_SOURCE: &str = "lambda";
const LAMBDA_RESULT: &str = "Lambda Function Invocation Result";

/// Adds the rules; gives the one that publishes on the topic. A pipeline that waits for no other has no notices.
pub(super) fn add(
    stack: &mut Stack,
    scope: Scope,
    plan: &PipelinePlan,
    told: &NotificationsPlan,
    topic: Handle<sns::Topic>,
) -> Handle<events::Rule> {
    stack.add(scope, "run-ended", ended(plan, told));
    if let Some(executions) = &plan.trigger.executions {
        stack.add(scope, "noticed", noticed(plan, told, &executions.central_account));
    }
    stack.add(scope, "run-end-untold", untold(plan, topic))
}

fn ended(plan: &PipelinePlan, notifications: &NotificationsPlan) -> events::Rule {
    let kind = notifications.kind;
    let machine = Fixed::arn("states", &format!("stateMachine:{}", names::machine(&plan.name)));
    let told: Vec<&'static str> =
        Status::ALL.into_iter().filter(|status| kind.tells_end(*status, false)).map(Status::as_str).collect();
    let detail = Map::new().with("stateMachineArn", Value::list([machine])).with("status", told);
    let account = pseudo(Pseudo::AccountId).into();
    let pattern = pattern(names::STATES_SOURCE, Value::list([names::DETAIL_TYPE_STATUS]), account, detail);
    let targets = notifier(notifications, alert::RULE_INPUT_PATHS, |to| {
        alert::rule_input_template(&plan.name, &plan.display_name, &plan.timezone, kind, to)
    });
    let what = format!("Tells how runs of {} ended", plan.display_name);
    rule_of(names::rule_ended(&plan.name), what, pattern, targets)
}

/// On the account's own bus, which takes events of the central account's dispatcher alone.
fn noticed(plan: &PipelinePlan, notifications: &NotificationsPlan, central: &str) -> events::Rule {
    let target =
        Map::new().with("account", Value::list([pseudo(Pseudo::AccountId)])).with("pipeline", [plan.name.clone()]);
    let detail = Map::new().with("target", target);
    let kind = Value::list([names::DETAIL_TYPE_ALERT]);
    let pattern = pattern(names::EVENT_SOURCE, kind, central.to_owned().into(), detail);
    let targets = notifier(notifications, alert::NOTICE_INPUT_PATHS, |to| {
        alert::notice_input_template(&plan.name, &plan.display_name, to)
    });
    let what = format!("Tells what the central account has for the owners of {}", plan.display_name);
    rule_of(names::rule_noticed(&plan.name), what, pattern, targets).event_bus_name(names::BUS)
}

/// The notifier once for the topic and once for each service, so that what one does not take repeats nothing for the others.
fn notifier(
    notifications: &NotificationsPlan,
    paths: [(&'static str, &'static str); 2],
    template: impl Fn(Option<&Recipient>) -> String,
) -> Vec<rule::Target> {
    let call = |id: String, to: Option<&Recipient>| {
        let input = rule::InputTransformer::new().input_paths_map(paths).input_template(template(to));
        rule::Target::new().id(id).arn(Fixed::function(names::FN_NOTIFIER)).input_transformer(input)
    };
    let posted = notifications.posted.iter().enumerate().map(|(number, to)| {
        let channel = to.channel.as_str().to_lowercase();
        call(format!("{channel}-{}", number + 1), Some(to))
    });
    [call("topic".to_owned(), None)].into_iter().chain(posted).collect()
}

fn untold(plan: &PipelinePlan, topic: Handle<sns::Topic>) -> events::Rule {
    // What the rules above hand to the notifier, and nothing else of Lambda's, has the pipeline's name there.
    let function = Map::new().with("prefix", Fixed::function(names::FN_NOTIFIER));
    let context = Map::new().with("functionArn", Value::list([function]));
    let payload = Map::new().with("pipeline", [plan.name.clone()]);
    let detail = Map::new().with("requestContext", context).with("requestPayload", payload);
    let kind = Value::list([Map::new().with("prefix", LAMBDA_RESULT)]);
    let pattern = pattern(LAMBDA_SOURCE, kind, pseudo(Pseudo::AccountId).into(), detail);
    let paths = ["execution", "status"].map(|name| (name, format!("$.detail.requestPayload.{name}")));
    let text = format!(
        "\"Pipeline {}: <status>. The notifier could not tell more of it to everybody; its log says why. <execution>\"",
        plan.display_name
    );
    let input = rule::InputTransformer::new().input_paths_map(paths).input_template(text);
    let target = rule::Target::new().id("topic").arn(topic.reference()).input_transformer(input);
    let what = format!("Tells of {} what the notifier could not", plan.display_name);
    rule_of(names::rule_untold(&plan.name), what, pattern, vec![target])
}

/// Events of an account as they happen: what an archive replays tells nobody.
fn pattern(source: &'static str, kind: Value, account: Value, detail: Map) -> Map {
    Map::new()
        .with("source", [source])
        .with("detail-type", kind)
        .with("account", Value::list([account]))
        .with("replay-name", Value::list([Map::from([("exists", false)])]))
        .with("detail", detail)
}

fn rule_of(name: String, description: String, pattern: Map, targets: Vec<rule::Target>) -> events::Rule {
    let retry = || rule::RetryPolicy::new().maximum_retry_attempts(TRIES).maximum_event_age_in_seconds(TRY_SECONDS);
    let dead = || rule::DeadLetterConfig::new().arn(Fixed::dead_letters());
    let targets: Vec<_> =
        targets.into_iter().map(|target| target.dead_letter_config(dead()).retry_policy(retry())).collect();
    events::Rule::new().name(name).description(description).event_pattern(pattern).state("ENABLED").targets(targets)
}
