//! `notifications:` → the topic, its subscriptions, and what the central side hears.

use pipesynth_contract::alert::{Noticed, RunEnd};
use pipesynth_events::Pattern;
use serde_json::{Value, json};

use crate::testing::{ORGANIZATION, STEP, properties, template, template_in};

fn subscriptions(template: &Value) -> Vec<(String, Value)> {
    let resources = template["Resources"].as_object().unwrap().values();
    let all = resources.filter(|r| r["Type"] == "AWS::SNS::Subscription").map(|r| &r["Properties"]);
    all.map(|p| (p["Protocol"].as_str().unwrap().to_owned(), p["Endpoint"].clone())).collect()
}

#[test]
fn without_notifications_there_is_no_topic() {
    let template = template(&format!("name: a\n{STEP}"));
    let topics = template["Resources"].as_object().unwrap().values().filter(|r| r["Type"] == "AWS::SNS::Topic").count();
    assert_eq!(topics, 0);
}

#[test]
fn each_address_has_a_subscription_and_all_slack_channels_share_one() {
    let targets =
        "[{ channel: EMAIL, addresses: [a@example.com, b@example.com] }, { channel: SLACK, addresses: ['#one', two] }]";
    let template = template(&format!("name: a\n{STEP}notifications: {{ type: ON_COMPLETION, targets: {targets} }}\n"));
    let found = subscriptions(&template);
    let emails: Vec<&Value> = found.iter().filter(|(kind, _)| kind == "email").map(|(_, to)| to).collect();
    assert_eq!(emails, ["a@example.com", "b@example.com"]);
    assert_eq!(found.iter().filter(|(kind, _)| kind == "lambda").count(), 1);
    let registered = &properties(&template, "Registration")["Notifications"];
    assert_eq!(registered["slackChannels"], json!(["one", "two"]));
    assert_eq!(registered["type"], "ON_COMPLETION");
}

/// The template of a pipeline with one e-mail address.
fn with(kind: &str) -> Value {
    let target = "[{ channel: EMAIL, addresses: [a@example.com] }]";
    template(&format!("name: a-B\n{STEP}notifications: {{ type: {kind}, targets: {target} }}\n"))
}

#[test]
fn only_the_rule_for_untold_ends_may_publish_and_nobody_without_tls() {
    let template = with("ON_FAILURE");
    let statements = &properties(&template, "TopicPolicy")["PolicyDocument"]["Statement"];
    let allowed: Vec<&Value> = statements.as_array().unwrap().iter().filter(|s| s["Effect"] == "Allow").collect();
    assert_eq!(allowed.len(), 1, "{allowed:?}");
    assert_eq!(allowed[0]["Principal"], json!({"Service": "events.amazonaws.com"}));
    let rule = &allowed[0]["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::GetAtt"][0];
    assert_eq!(rule, "RunEndUntold");
    assert_eq!(properties(&template, rule.as_str().unwrap())["Targets"][0]["Arn"]["Ref"], "Topic");
    let denied = statements.as_array().unwrap().iter().find(|s| s["Effect"] == "Deny").unwrap();
    assert_eq!(denied["Condition"]["Bool"]["aws:SecureTransport"], "false");
}

#[test]
fn the_notifier_hears_of_the_ends_that_the_type_names() {
    let bad = ["FAILED", "TIMED_OUT", "ABORTED"].as_slice();
    let all = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"].as_slice();
    for (kind, told) in [("ON_FAILURE", bad), ("ON_COMPLETION", all), ("FULL_EXECUTION", all)] {
        let template = with(kind);
        let rule = properties(&template, "RunEnded");
        let pattern = &rule["EventPattern"];
        assert_eq!(pattern["detail"]["status"], json!(told), "{kind}");
        let machine = pattern["detail"]["stateMachineArn"][0]["Fn::Sub"].as_str().unwrap();
        assert!(machine.ends_with(":stateMachine:pipesynth-a-b"), "{machine}");
        let target = &rule["Targets"][0];
        assert!(target["Arn"]["Fn::Sub"].as_str().unwrap().ends_with(":function:pipesynth-notifier"), "{target}");
        let input = target["InputTransformer"]["InputTemplate"].as_str().unwrap();
        let input = input.replace("<execution>", "arn:e").replace("<status>", told[0]);
        let end: RunEnd = serde_json::from_str(&input).unwrap();
        assert_eq!((end.pipeline.as_str(), end.display_name.as_str(), end.execution.as_str()), ("a-b", "a-B", "arn:e"));
        assert_eq!(json!(end.kind), kind);
    }
}

#[test]
fn the_machines_log_goes_to_the_tracker_for_full_execution_alone() {
    let filters = |template: &Value| -> Vec<Value> {
        let resources = template["Resources"].as_object().unwrap().values();
        let all = resources.filter(|r| r["Type"] == "AWS::Logs::SubscriptionFilter").map(|r| r["Properties"].clone());
        all.collect()
    };
    for kind in ["ON_FAILURE", "ON_COMPLETION"] {
        assert_eq!(filters(&with(kind)), Vec::<Value>::new(), "{kind}");
    }
    let template = with("FULL_EXECUTION");
    let [filter] = &filters(&template)[..] else { panic!("one filter") };
    assert_eq!(filter["LogGroupName"]["Ref"], "LogGroup");
    assert_eq!(filter["FilterName"], "a-B");
    assert!(filter["DestinationArn"]["Fn::Sub"].as_str().unwrap().ends_with(":function:pipesynth-execution-tracker"));
    let pattern = filter["FilterPattern"].as_str().unwrap();
    assert!(pattern.len() <= 1_024 && pattern.starts_with("{ ($.type = \"ParallelStateEntered\") || ("), "{pattern}");
    // The notifier tells the end of a run, and nobody else.
    assert!(!pattern.contains("Execution"), "{pattern}");
    // The level at which all of these events are logged (Step Functions Developer Guide, "Log levels for execution events").
    assert_eq!(properties(&template, "Machine")["LoggingConfiguration"]["Level"], "ALL");
}

#[test]
fn what_the_notifier_fails_with_reaches_the_topic_of_its_own_pipeline() {
    let template = with("ON_FAILURE");
    let rule = properties(&template, "RunEndUntold");
    let pattern = Pattern::parse(&resolved(&rule["EventPattern"])).unwrap();
    let event = |pipeline: &str, function: &str| {
        let arn = format!("arn:aws:lambda:eu-central-1:111111111111:function:{function}:$LATEST");
        json!({
            "source": "lambda", "detail-type": "Lambda Function Invocation Result - Failure", "account": "111111111111",
            "detail": {"requestContext": {"condition": "RetriesExhausted", "functionArn": arn},
                "requestPayload": {"pipeline": pipeline, "execution": "arn:e", "status": "FAILED"}},
        })
    };
    assert!(pattern.matches(&event("a-b", "pipesynth-notifier")));
    for (pipeline, function) in [("a-b-c", "pipesynth-notifier"), ("a", "pipesynth-notifier"), ("a-b", "other")] {
        assert!(!pattern.matches(&event(pipeline, function)), "{pipeline} {function}");
    }
    let input = &rule["Targets"][0]["InputTransformer"];
    assert_eq!(input["InputPathsMap"]["execution"], "$.detail.requestPayload.execution");
    // A text in quotes: a target that is no JSON takes it as it is.
    let text: String = serde_json::from_str(input["InputTemplate"].as_str().unwrap()).unwrap();
    assert!(text.contains("a-B") && text.contains("<status>") && text.contains("<execution>"), "{text}");
}

#[test]
fn what_the_central_account_has_for_the_owners_of_a_pipeline_goes_to_its_notifier() {
    let trigger = "trigger: { executions: { allOf: [{ name: x, account: \"111111111111\" }] } }\n";
    let targets = "[{ channel: EMAIL, addresses: [a@example.com] }, { channel: JSM, secret: alerts/jsm }]";
    let file = format!("name: a-B\n{STEP}{trigger}notifications: {{ type: ON_FAILURE, targets: {targets} }}\n");
    let template = template(&file);
    let rule = properties(&template, "Noticed");
    assert_eq!((&rule["EventBusName"], &rule["Name"]), (&json!("data-pipeline"), &json!("pipesynth-a-b.noticed")));
    let pattern = Pattern::parse(&resolved(&rule["EventPattern"])).unwrap();
    let event = |account: &str, kind: &str, pipeline: &str| {
        let target = json!({"account": "111111111111", "region": "eu-central-1", "pipeline": pipeline});
        json!({
            "source": "pipesynth.central", "detail-type": kind, "account": account,
            "detail": {"v": 1, "id": "i", "target": target, "what": "IN_VAIN", "text": "t", "at": "2026-11-23T06:00:00Z"},
        })
    };
    let central = "999999999999";
    assert!(pattern.matches(&event(central, "Pipeline Alert", "a-b")));
    for (account, kind, pipeline) in [
        ("111111111111", "Pipeline Alert", "a-b"),
        (central, "Pipeline Trigger", "a-b"),
        (central, "Pipeline Alert", "a"),
    ] {
        assert!(!pattern.matches(&event(account, kind, pipeline)), "{account} {kind} {pipeline}");
    }
    // No start comes of it.
    let starts = Pattern::parse(&resolved(&properties(&template, "Dependency")["EventPattern"])).unwrap();
    assert!(!starts.matches(&event(central, "Pipeline Alert", "a-b")));
    let read: Vec<Noticed> = rule["Targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|target| {
            let input = target["InputTransformer"]["InputTemplate"].as_str().unwrap();
            let detail = event(central, "Pipeline Alert", "a-b")["detail"].to_string();
            serde_json::from_str(&input.replace("<status>", "IN_VAIN").replace("<notice>", &detail)).unwrap()
        })
        .collect();
    assert_eq!(read[0].display_name, "a-B");
    let to: Vec<Option<&str>> = read.iter().map(|one| one.to.as_ref().map(|to| to.secret.as_str())).collect();
    assert_eq!(to, [None, Some("alerts/jsm")]);
    // A pipeline that waits for nobody has nothing that only the central account knows.
    assert!(with("ON_FAILURE")["Resources"].get("Noticed").is_none());
}

/// `Fn::Sub` and `Ref` of pseudo parameters in account 111111111111.
fn resolved(value: &Value) -> Value {
    let text = value.to_string();
    let mut read: Value = serde_json::from_str(
        &text
            .replace("${AWS::Partition}", "aws")
            .replace("${AWS::Region}", "eu-central-1")
            .replace("${AWS::AccountId}", "111111111111"),
    )
    .unwrap();
    fn walk(value: &mut Value) {
        if value["Ref"] == "AWS::AccountId" {
            *value = json!("111111111111");
        } else if let Some(text) = value.get("Fn::Sub").cloned() {
            *value = text;
        }
        match value {
            Value::Array(items) => items.iter_mut().for_each(walk),
            Value::Object(map) => map.values_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut read);
    read
}

#[test]
fn each_service_by_secret_is_a_target_of_its_own_with_a_way_for_its_failures() {
    let all = ["OPSGENIE", "HTTPS", "PAGERDUTY", "JSM"];
    let targets: Vec<String> = all
        .iter()
        .map(|channel| format!("{{ channel: {channel}, secret: alerts/{} }}", channel.to_lowercase()))
        .collect();
    let file = format!("name: a\n{STEP}notifications: {{ type: ON_FAILURE, targets: [{}] }}\n", targets.join(", "));
    let template = template(&file);
    let targets = properties(&template, "RunEnded")["Targets"].as_array().unwrap().clone();
    let ids: Vec<&Value> = targets.iter().map(|target| &target["Id"]).collect();
    assert_eq!(ids, ["topic", "opsgenie-1", "https-2", "pagerduty-3", "jsm-4"]);
    let told: Vec<Value> = targets
        .iter()
        .map(|target| {
            assert!(target["DeadLetterConfig"]["Arn"].is_object() && target["RetryPolicy"].is_object(), "{target}");
            let input = target["InputTransformer"]["InputTemplate"].as_str().unwrap();
            let end: RunEnd = serde_json::from_str(&input.replace("<status>", "FAILED")).unwrap();
            json!(end.to.map(|to| (to.channel, to.secret)))
        })
        .collect();
    assert_eq!(told[0], Value::Null);
    assert_eq!(told[1], json!(["OPSGENIE", "alerts/opsgenie"]));
    assert_eq!(told[4], json!(["JSM", "alerts/jsm"]));
}

#[test]
fn the_organisations_notifications_stand_where_a_pipeline_has_none() {
    let default = "defaults: { notifications: { type: ON_FAILURE, targets: [{ channel: EMAIL, addresses: [ops@example.com] }] } }\n";
    let organization = format!("{ORGANIZATION}{default}");
    let inherited = template_in(&organization, &format!("name: a\n{STEP}"));
    assert_eq!(subscriptions(&inherited), [("email".to_owned(), json!("ops@example.com"))]);
    let own = "notifications: { type: ON_FAILURE, targets: [{ channel: EMAIL, addresses: [own@example.com] }] }\n";
    let overridden = template_in(&organization, &format!("name: a\n{STEP}{own}"));
    assert_eq!(subscriptions(&overridden), [("email".to_owned(), json!("own@example.com"))]);
}
