//! `notifications:` → the topic, its subscriptions, and what the central side hears.

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

#[test]
fn no_service_may_publish_and_nobody_without_tls() {
    let target = "[{ channel: EMAIL, addresses: [a@example.com] }]";
    let template = template(&format!("name: a\n{STEP}notifications: {{ type: ON_FAILURE, targets: {target} }}\n"));
    let statements = &properties(&template, "TopicPolicy")["PolicyDocument"]["Statement"];
    let allowed: Vec<&Value> = statements.as_array().unwrap().iter().filter(|s| s["Effect"] == "Allow").collect();
    assert!(allowed.is_empty(), "{allowed:?}");
    let denied = statements.as_array().unwrap().iter().find(|s| s["Effect"] == "Deny").unwrap();
    assert_eq!(denied["Condition"]["Bool"]["aws:SecureTransport"], "false");
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
