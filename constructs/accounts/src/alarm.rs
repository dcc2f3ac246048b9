//! The topic of an account's platform, and the alarms that go there: of every dead-letter queue and every function.
//!
//! They tell those who run pipesynth, not the owners of a pipeline. No data, no alarm: what nobody uses is in order.

use pipesynth_cfn::cloudwatch::{self, alarm};
use pipesynth_cfn::{lambda, sns, sqs};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Intrinsic, Parameter, Pseudo, Scope, Stack, Statement, parameter, policy, pseudo, sub};

/// Somebody wants the platform's alarms by e-mail.
const TO_SOMEBODY: &str = "HasAlertEmail";
/// The parameter with the address.
const EMAIL: &str = "AlertEmail";

/// One metric, as CloudWatch knows it.
pub(crate) struct Metric {
    pub namespace: &'static str,
    pub name: &'static str,
    pub dimensions: Vec<(&'static str, pipesynth_core::Value)>,
}

/// More than so much of a metric in one of `periods` minutes is an alarm.
pub(crate) struct Limit {
    pub statistic: &'static str,
    pub above: u32,
    /// Seconds of one look.
    pub period: u32,
    /// So many looks in a row.
    pub periods: u32,
}

/// The topic, and its subscription by e-mail where the parameter `AlertEmail` has an address.
pub(crate) fn topic(stack: &mut Stack) {
    let address = Parameter::new("String", "Who gets the alarms of the platform in this account; empty for nobody");
    let pattern = r"^([^@ ]+@[^@ ]+\.[^@ ]+)?$";
    stack.parameter(EMAIL, address.with("Default", "").with("AllowedPattern", pattern));
    let nobody = Intrinsic::Equals(parameter(EMAIL).into(), "".into());
    stack.condition(TO_SOMEBODY, Intrinsic::Not(nobody.into()));
    let root = stack.root();
    let topic = sns::Topic::new().topic_name(names::TOPIC_PLATFORM).display_name("pipesynth platform");
    let topic = stack.add(root, "platform-alerts", topic);
    let alarms = sub("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*");
    let publish = Statement::allow(["sns:Publish"])
        .sid("Alarms")
        .to_service("cloudwatch.amazonaws.com")
        .on(topic.reference())
        .when("StringEquals", "aws:SourceAccount", pseudo(Pseudo::AccountId))
        .when("ArnLike", "aws:SourceArn", alarms);
    let tls = Statement::deny(["sns:Publish"]).sid("TlsOnly").to_anyone().on(topic.reference());
    let tls = tls.when("Bool", "aws:SecureTransport", "false");
    let policy = sns::TopicPolicy::new().topics([topic.reference()]).policy_document(policy([publish, tls]));
    stack.add(root, "platform-alerts-policy", policy);
    let email = sns::Subscription::new().topic_arn(topic.reference()).protocol("email").endpoint(parameter(EMAIL));
    let email = stack.add(root, "platform-alerts-email", email);
    stack.set_condition(email.id(), TO_SOMEBODY);
}

/// An alarm on one metric.
pub(crate) fn of(stack: &mut Stack, scope: Scope, id: String, text: String, metric: Metric, limit: Limit) {
    let dimension = |(name, value)| alarm::Dimension::new().name(name).value(value);
    let resource = base(text, limit.periods, limit.above)
        .namespace(metric.namespace)
        .metric_name(metric.name)
        .dimensions(metric.dimensions.into_iter().map(dimension).collect::<Vec<_>>())
        .statistic(limit.statistic)
        .period(limit.period);
    stack.add(scope, id, resource);
}

/// A dead letter is a thing that will not be done unless somebody does it.
pub(crate) fn of_dead_letters(stack: &mut Stack, scope: Scope, id: &str, name: &str, queue: Handle<sqs::Queue>) {
    let metric = Metric {
        namespace: "AWS/SQS",
        name: "ApproximateNumberOfMessagesVisible",
        dimensions: vec![("QueueName", queue.att(sqs::Queue::QUEUE_NAME).into())],
    };
    let limit = Limit { statistic: "Maximum", above: 0, period: 300, periods: 1 };
    of(stack, scope, format!("{id}-alarm"), format!("Dead letters in {name}"), metric, limit);
}

/// Errors and throttled invocations of a function, within five minutes.
pub(crate) fn of_function(stack: &mut Stack, scope: Scope, name: &str, function: Handle<lambda::Function>) {
    let query = |id: &'static str, metric: &'static str| {
        let dimension = alarm::Dimension::new().name("FunctionName").value(function.reference());
        let metric = alarm::Metric::new().namespace("AWS/Lambda").metric_name(metric).dimensions([dimension]);
        let stat = alarm::MetricStat::new().metric(metric).period(300).stat("Sum");
        alarm::MetricDataQuery::new().id(id).metric_stat(stat).return_data(false)
    };
    // A period without one of them is no period without the other.
    let sum = alarm::MetricDataQuery::new().id("failed").expression("FILL(errors, 0) + FILL(throttles, 0)");
    let queries = [query("errors", "Errors"), query("throttles", "Throttles"), sum.return_data(true)];
    let resource = base(format!("Errors or throttled calls of {name}"), 1, 0).metrics(queries);
    stack.add(scope, "alarm", resource);
}

fn base(text: String, periods: u32, above: u32) -> cloudwatch::Alarm {
    let topic = format!("arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:{}", names::TOPIC_PLATFORM);
    cloudwatch::Alarm::new()
        .alarm_description(text)
        .comparison_operator("GreaterThanThreshold")
        .threshold(above)
        .evaluation_periods(periods)
        .treat_missing_data("notBreaching")
        .alarm_actions([sub(&topic)])
}
