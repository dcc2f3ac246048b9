//! Who tells people about runs: the notifier, which every pipeline's rule calls, and the way of what it cannot tell.

use pipesynth_cfn::lambda::{self, event_invoke_config as invoke};
use pipesynth_contract::{alert, names};
use pipesynth_core::{Intrinsic, Stack, Statement, sub};

use crate::function::Function;

/// Seconds for one end: pages of its history among them.
const TIMEOUT: u32 = 60;

/// Further tries of an asynchronous invocation that failed, the most that Lambda makes (Lambda API reference,
/// `PutFunctionEventInvokeConfig`).
const TRIES: u32 = 2;
/// An alert that is older than an hour goes the other way instead.
const OLDEST_SECONDS: u32 = 3_600;

fn own(service: &str, rest: &str) -> Intrinsic {
    sub(&format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
}

pub(super) fn add(stack: &mut Stack) {
    let root = stack.root();
    let runs = || own("states", &format!("execution:{}*", names::PREFIX));
    let function = Function {
        name: names::FN_NOTIFIER,
        role: names::ROLE_NOTIFIER,
        description: "Tells how a run ended, and what the central account has for its owners, to the pipeline's topic",
        timeout: TIMEOUT,
        environment: Vec::new(),
        statements: vec![
            Statement::allow(["states:DescribeExecution", "states:GetExecutionHistory"]).sid("Runs").on(runs()),
            Statement::allow(["sns:Publish"]).sid("Topics").on(own("sns", &format!("{}*", names::PREFIX))),
            // The secrets of the services outside AWS: the tag is their owner's word that alerts may use them.
            Statement::allow(["secretsmanager:GetSecretValue"])
                .sid("Channels")
                .on(own("secretsmanager", "secret:*"))
                .when("StringEquals", format!("aws:ResourceTag/{}", alert::SECRET_TAG), "true"),
            // Lambda puts what the function could not tell on the default bus, with the function's role.
            Statement::allow(["events:PutEvents"]).sid("Untold").on(own("events", "event-bus/default")),
        ],
    }
    .add(stack, root);
    let scope = stack.scope(root, "alerts");
    let rules = [
        ("permission", format!("rule/{}*{}", names::PREFIX, names::RULE_ENDED)),
        ("notices-permission", format!("rule/{}/{}*{}", names::BUS, names::PREFIX, names::RULE_NOTICED)),
    ];
    for (id, rules) in rules {
        let permission = lambda::Permission::new()
            .action("lambda:InvokeFunction")
            .function_name(function.reference())
            .principal("events.amazonaws.com")
            .source_arn(own("events", &rules));
        stack.add(scope, id, permission);
    }
    let untold = invoke::OnFailure::new().destination(own("events", "event-bus/default"));
    stack.add(
        scope,
        "untold",
        lambda::EventInvokeConfig::new()
            .function_name(function.reference())
            .qualifier("$LATEST")
            .maximum_retry_attempts(TRIES)
            .maximum_event_age_in_seconds(OLDEST_SECONDS)
            .destination_config(invoke::DestinationConfig::new().on_failure(untold)),
    );
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn rules_of_ends_and_notices_alone_may_call_the_notifier_and_what_it_fails_with_goes_to_the_default_bus() {
        let template = crate::user::stack(&crate::Options::default()).template().unwrap().to_json().unwrap();
        let template: Value = serde_json::from_str(&template).unwrap();
        let properties = |id: &str| &template["Resources"][id]["Properties"];
        let source = properties("AlertsPermission")["SourceArn"]["Fn::Sub"].as_str().unwrap();
        let (before, after) = source.split_once('*').unwrap();
        let rule =
            |name: &str| format!("arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:rule/{name}");
        let may = |name: &str| rule(name).starts_with(before) && rule(name).ends_with(after);
        assert!(may(&names::rule_ended("listings")), "{source}");
        assert!(!may(&names::machine("listings")) && !may(names::RULE_EXPORT), "{source}");
        let notices = properties("AlertsNoticesPermission")["SourceArn"]["Fn::Sub"].as_str().unwrap();
        assert!(notices.ends_with(":rule/data-pipeline/pipesynth-*.noticed"), "{notices}");
        let untold = properties("AlertsUntold");
        assert_eq!(untold["FunctionName"], properties("AlertsPermission")["FunctionName"]);
        let to = untold["DestinationConfig"]["OnFailure"]["Destination"]["Fn::Sub"].as_str().unwrap();
        assert!(to.ends_with(":event-bus/default"), "{to}");
        let policy = &properties("NotifierRole")["Policies"][0]["PolicyDocument"]["Statement"];
        let puts = policy.as_array().unwrap().iter().find(|s| s["Sid"] == "Untold").unwrap();
        assert_eq!(puts["Resource"]["Fn::Sub"], to);
    }
}
