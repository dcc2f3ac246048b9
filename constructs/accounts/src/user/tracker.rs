//! Who tells people of each step: the execution tracker, which the logs of machines with `FULL_EXECUTION` call by their subscription filters.

use pipesynth_cfn::lambda;
use pipesynth_contract::names;
use pipesynth_core::{Intrinsic, Pseudo, Stack, Statement, pseudo, sub};

use crate::function::Function;

/// Seconds for one batch of a log: pages of histories among them.
const TIMEOUT: u32 = 60;

/// Further tries of an invocation that failed, the most that Lambda makes (Lambda API reference, `PutFunctionEventInvokeConfig`).
const TRIES: u32 = 2;
/// What is older than an hour is no news: the end of the run tells more.
const OLDEST_SECONDS: u32 = 3_600;

pub(super) fn add(stack: &mut Stack) {
    let root = stack.root();
    let own = |service: &str, rest: &str| -> Intrinsic {
        sub(&format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
    };
    let function = Function {
        name: names::FN_TRACKER,
        role: names::ROLE_TRACKER,
        description: "Tells how far runs are, step by step, to the topics of pipelines with FULL_EXECUTION",
        timeout: TIMEOUT,
        environment: Vec::new(),
        statements: vec![
            // The log names no state where something fails; the history does.
            Statement::allow(["states:GetExecutionHistory"])
                .sid("Runs")
                .on(own("states", &format!("execution:{}*", names::PREFIX))),
            Statement::allow(["sns:Publish"]).sid("Topics").on(own("sns", &format!("{}*", names::PREFIX))),
        ],
    }
    .add(stack, root);
    let scope = stack.scope(root, "tracker");
    let logs = format!("log-group:{}{}*", names::LOG_GROUPS, names::PREFIX);
    stack.add(
        scope,
        "permission",
        lambda::Permission::new()
            .action("lambda:InvokeFunction")
            .function_name(function.reference())
            .principal("logs.amazonaws.com")
            .source_account(pseudo(Pseudo::AccountId))
            .source_arn(own("logs", &logs)),
    );
    stack.add(
        scope,
        "tries",
        lambda::EventInvokeConfig::new()
            .function_name(function.reference())
            .qualifier("$LATEST")
            .maximum_retry_attempts(TRIES)
            .maximum_event_age_in_seconds(OLDEST_SECONDS),
    );
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn only_logs_of_the_accounts_machines_call_the_tracker_and_it_publishes_on_topics_of_pipelines_alone() {
        let template = crate::user::stack(&crate::Options::default()).template().unwrap().to_json().unwrap();
        let template: Value = serde_json::from_str(&template).unwrap();
        let properties = |id: &str| &template["Resources"][id]["Properties"];
        let permission = properties("TrackerPermission");
        assert_eq!(permission["Principal"], "logs.amazonaws.com");
        assert_eq!(permission["SourceAccount"]["Ref"], "AWS::AccountId");
        let source = permission["SourceArn"]["Fn::Sub"].as_str().unwrap();
        let (before, after) = source.split_once('*').unwrap();
        let group = |name: &str| {
            format!("arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{name}:*")
        };
        let may = |name: &str| group(name).starts_with(before) && group(name).ends_with(after);
        assert!(may(&names::log_group("listings")), "{source}");
        assert!(!may("/aws/lambda/pipesynth-claim") && !may("/aws/vendedlogs/states/other"), "{source}");
        let statements =
            properties("ExecutionTrackerRole")["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap();
        let publishes: Vec<&Value> =
            statements.iter().filter(|one| one["Action"].to_string().contains("sns:")).collect();
        assert_eq!(publishes.len(), 1);
        let topics = publishes[0]["Resource"]["Fn::Sub"].as_str().unwrap();
        assert!(topics.ends_with(":pipesynth-*") && !names::TOPIC_PLATFORM.starts_with("pipesynth-"), "{topics}");
    }
}
