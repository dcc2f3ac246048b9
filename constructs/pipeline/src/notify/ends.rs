//! The ends of a pipeline's runs → two rules on the default bus: to the account's notifier, and to the topic what that one could not tell.
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

/// Adds both rules; gives the one that publishes on the topic.
pub(super) fn add(
    stack: &mut Stack,
    scope: Scope,
    plan: &PipelinePlan,
    told: &NotificationsPlan,
    topic: Handle<sns::Topic>,
) -> Handle<events::Rule> {
    stack.add(scope, "run-ended", ended(plan, told));
    stack.add(scope, "run-end-untold", untold(plan, topic))
}

fn ended(plan: &PipelinePlan, notifications: &NotificationsPlan) -> events::Rule {
    let kind = notifications.kind;
    let machine = Fixed::arn("states", &format!("stateMachine:{}", names::machine(&plan.name)));
    let told: Vec<&'static str> =
        Status::ALL.into_iter().filter(|status| kind.tells_end(*status, false)).map(Status::as_str).collect();
    let detail = Map::new().with("stateMachineArn", Value::list([machine])).with("status", told);
    let pattern = pattern(names::STATES_SOURCE, Value::list([names::DETAIL_TYPE_STATUS]), detail);
    // The notifier once for the topic and once for each service, so that what one does not take repeats nothing for the others.
    let call = |id: String, to: Option<&Recipient>| {
        let template = alert::rule_input_template(&plan.name, &plan.display_name, &plan.timezone, kind, to);
        let input = rule::InputTransformer::new().input_paths_map(alert::RULE_INPUT_PATHS).input_template(template);
        rule::Target::new().id(id).arn(Fixed::function(names::FN_NOTIFIER)).input_transformer(input)
    };
    let posted = notifications.posted.iter().enumerate().map(|(number, to)| {
        let channel = to.channel.as_str().to_lowercase();
        call(format!("{channel}-{}", number + 1), Some(to))
    });
    let targets = [call("topic".to_owned(), None)].into_iter().chain(posted).collect();
    let what = format!("Tells how runs of {} ended", plan.display_name);
    rule_of(names::rule_ended(&plan.name), what, pattern, targets)
}

fn untold(plan: &PipelinePlan, topic: Handle<sns::Topic>) -> events::Rule {
    let runs = Fixed::arn("states", &format!("execution:{}:", names::machine(&plan.name)));
    let payload = Map::new().with("execution", Value::list([Map::new().with("prefix", runs)]));
    let detail = Map::new().with("requestPayload", payload);
    let kind = Value::list([Map::new().with("prefix", LAMBDA_RESULT)]);
    let pattern = pattern(LAMBDA_SOURCE, kind, detail);
    let paths = ["execution", "status"].map(|name| (name, format!("$.detail.requestPayload.{name}")));
    let text = format!(
        "\"A run of pipeline {} ended: <status>. The notifier could not tell more of it to everybody; its log says why. <execution>\"",
        plan.display_name
    );
    let input = rule::InputTransformer::new().input_paths_map(paths).input_template(text);
    let target = rule::Target::new().id("topic").arn(topic.reference()).input_transformer(input);
    let what = format!("Tells that a run of {} ended where the notifier could not", plan.display_name);
    rule_of(names::rule_untold(&plan.name), what, pattern, vec![target])
}

/// Events of this account as they happen: what an archive replays tells nobody.
fn pattern(source: &'static str, kind: Value, detail: Map) -> Map {
    Map::new()
        .with("source", [source])
        .with("detail-type", kind)
        .with("account", Value::list([pseudo(Pseudo::AccountId)]))
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
