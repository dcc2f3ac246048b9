//! What holds for every resource of both account stacks, and for the arrows between them.

use pipesynth_contract::names;
use serde_json::Value;

use crate::{Options, central, user};

fn templates() -> [Value; 2] {
    let options = Options::default();
    [central::stack(&options), user::stack(&options)]
        .map(|stack| serde_json::from_str(&stack.template().unwrap().to_json().unwrap()).unwrap())
}

/// Logical id and resource of all resources of a type, in both stacks.
fn of_type<'a>(templates: &'a [Value], kind: &str) -> Vec<(&'a str, &'a Value)> {
    let all = templates.iter().flat_map(|template| template["Resources"].as_object().unwrap());
    let found: Vec<_> = all.filter(|(_, resource)| resource["Type"] == kind).map(|(id, r)| (id.as_str(), r)).collect();
    assert!(!found.is_empty(), "no {kind}");
    found
}

/// A value that may stand alone, as a list.
fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}

/// Every statement of every inline policy, with its role.
fn statements(templates: &[Value]) -> Vec<(&str, &Value)> {
    let roles = of_type(templates, "AWS::IAM::Role").into_iter();
    let policies = roles.flat_map(|(id, role)| list(&role["Properties"]["Policies"]).into_iter().map(move |p| (id, p)));
    policies
        .filter(|(_, policy)| policy.is_object())
        .flat_map(|(id, policy)| list(&policy["PolicyDocument"]["Statement"]).into_iter().map(move |s| (id, s)))
        .collect()
}

#[test]
fn no_template_names_an_account_or_an_organisation() {
    for template in templates() {
        let text = template.to_string();
        let digits = text.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 12).count();
        assert_eq!(digits, 0);
        assert!(!text.contains("\"o-"), "an organisation's id");
    }
}

#[test]
fn a_role_is_assumed_by_a_service_for_this_account_alone() {
    for (id, role) in of_type(&templates(), "AWS::IAM::Role") {
        let properties = &role["Properties"];
        assert_eq!(properties["Path"], names::IAM_PATH, "{id}");
        for statement in list(&properties["AssumeRolePolicyDocument"]["Statement"]) {
            if id == "DeployRole" {
                // The one role that people and CI take: those of this account, by their own policies.
                assert!(
                    statement["Principal"]["AWS"]["Fn::Sub"].as_str().unwrap().ends_with("::${AWS::AccountId}:root")
                );
                continue;
            }
            assert!(statement["Principal"]["Service"].is_string(), "{id}: {statement}");
            // EC2 is not documented to send the source account, and a profile can be used in its own account alone. Neither is
            // API Gateway where it writes logs, nor CloudFormation, to which a role has to be passed.
            let silent = ["ec2.amazonaws.com", "apigateway.amazonaws.com", "cloudformation.amazonaws.com"];
            let silent = silent.contains(&statement["Principal"]["Service"].as_str().unwrap());
            let condition = &statement["Condition"]["StringEquals"]["aws:SourceAccount"];
            assert_eq!(condition.is_object(), !silent, "{id}: {statement}");
        }
    }
}

/// Statements on `*`, because their actions know no resource.
const WITHOUT_RESOURCE: &[&str] = &["Trace", "Streams", "FindClusters", "WithoutResource"];

#[test]
fn no_role_may_do_everything_or_act_on_everything() {
    for (id, statement) in statements(&templates()).into_iter().filter(|(_, statement)| statement["Effect"] == "Allow")
    {
        for action in list(&statement["Action"]) {
            let action = action.as_str().unwrap();
            assert!(action.contains(':') && !action.contains('*'), "{id}: {action}");
        }
        let everything = list(&statement["Resource"]).iter().any(|resource| **resource == "*");
        let sid = statement["Sid"].as_str().unwrap();
        assert_eq!(everything, WITHOUT_RESOURCE.contains(&sid), "{id}: {sid}");
    }
}

#[test]
fn a_message_that_nobody_takes_is_kept_for_two_weeks() {
    let templates = templates();
    for (id, rule) in of_type(&templates, "AWS::Events::Rule") {
        if rule["Properties"]["ScheduleExpression"].is_string() {
            // A sweep comes again by itself.
            continue;
        }
        for target in list(&rule["Properties"]["Targets"]) {
            assert!(target["DeadLetterConfig"]["Arn"].is_object(), "{id}");
            assert!(target["RetryPolicy"].is_object(), "{id}");
        }
        assert!(
            rule["Properties"]["EventPattern"]["replay-name"].to_string().contains("exists"),
            "{id}: replays reach nobody"
        );
    }
    for (id, queue) in of_type(&templates, "AWS::SQS::Queue") {
        assert_eq!(queue["Properties"]["MessageRetentionPeriod"], 1_209_600, "{id}");
        assert_eq!(queue["Properties"]["SqsManagedSseEnabled"], true, "{id}");
        let dead = id.ends_with("DeadLetters");
        assert_eq!(queue["Properties"]["RedrivePolicy"].is_null(), dead, "{id}");
    }
    for (id, mapping) in of_type(&templates, "AWS::Lambda::EventSourceMapping") {
        assert!(mapping["Properties"]["FunctionResponseTypes"].to_string().contains("ReportBatchItemFailures"), "{id}");
    }
}

#[test]
fn a_queue_hides_a_message_six_times_as_long_as_its_function_may_take() {
    let templates = templates();
    let (functions, queues) = (of_type(&templates, "AWS::Lambda::Function"), of_type(&templates, "AWS::SQS::Queue"));
    let resource =
        |all: &[(&str, &Value)], id: &Value| all.iter().find(|(other, _)| id == other).map(|(_, r)| (*r).clone());
    let mut seen = 0;
    for (id, mapping) in of_type(&templates, "AWS::Lambda::EventSourceMapping") {
        let Some(queue) = resource(&queues, &mapping["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]) else {
            continue;
        };
        let function = resource(&functions, &mapping["Properties"]["FunctionName"]["Ref"]).unwrap();
        let (hidden, longest) = (&queue["Properties"]["VisibilityTimeout"], &function["Properties"]["Timeout"]);
        assert!(hidden.as_u64().unwrap() >= 6 * longest.as_u64().unwrap(), "{id}");
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn what_holds_data_stays_when_its_stack_goes() {
    let templates = templates();
    for kind in ["AWS::DynamoDB::Table", "AWS::S3::Bucket"] {
        for (id, resource) in of_type(&templates, kind) {
            assert_eq!(
                (&resource["DeletionPolicy"], &resource["UpdateReplacePolicy"]),
                (&"Retain".into(), &"Retain".into()),
                "{id}"
            );
        }
    }
    for (id, table) in of_type(&templates, "AWS::DynamoDB::Table") {
        let properties = &table["Properties"];
        assert_eq!(properties["DeletionProtectionEnabled"], true, "{id}");
        assert_eq!(properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true, "{id}");
    }
}

#[test]
fn every_function_runs_the_one_binary_under_its_handlers_name_and_logs_where_its_role_may() {
    let templates = templates();
    for (id, function) in of_type(&templates, "AWS::Lambda::Function") {
        let properties = &function["Properties"];
        let name = properties["FunctionName"].as_str().unwrap();
        assert_eq!(properties["Handler"], names::handler(name), "{id}");
        assert_eq!(properties["Runtime"], "provided.al2023", "{id}");
        assert!(properties["Code"]["S3Key"].to_string().contains("AssetKey"), "{id}");
        let group = properties["LoggingConfig"]["LogGroup"]["Ref"].as_str().unwrap();
        let logs = of_type(&templates, "AWS::Logs::LogGroup");
        let group = logs.iter().find(|(other, _)| *other == group).unwrap().1;
        assert_eq!(group["Properties"]["LogGroupName"], format!("/aws/lambda/{name}"), "{id}");
        assert!(group["Properties"]["RetentionInDays"].is_u64(), "{id}");
    }
}

#[test]
fn both_halves_of_the_way_up_name_each_other() {
    let [central, user] = templates();
    let statement = &central["Resources"]["BusPolicy"]["Properties"]["Statement"];
    let forwarder = statement["Condition"]["ArnLike"]["aws:PrincipalArn"]["Fn::Sub"].as_str().unwrap();
    let users = [user];
    let roles = of_type(&users, "AWS::IAM::Role");
    let role = roles.iter().find(|(id, _)| *id == "EventForwarder").unwrap().1;
    let name = role["Properties"]["RoleName"]["Fn::Sub"].as_str().unwrap();
    assert_eq!(name, format!("{}-${{AWS::Region}}", names::ROLE_EVENT_FORWARDER));
    assert!(forwarder.ends_with(&format!("role{}{}-*", names::IAM_PATH, names::ROLE_EVENT_FORWARDER)), "{forwarder}");
    let rule = &users[0]["Resources"]["ExportEventsToCentralBus"]["Properties"];
    let target = rule["Targets"][0]["Arn"]["Fn::Sub"].as_str().unwrap();
    assert!(target.ends_with("${CentralAccountId}:event-bus/data-pipeline"), "{target}");
    assert_eq!(rule["EventPattern"]["source"][0], statement["Condition"]["StringEquals"]["events:source"]);
    assert_eq!(rule["EventPattern"]["detail-type"][0], statement["Condition"]["StringEquals"]["events:detail-type"]);
}

#[test]
fn both_halves_of_the_way_down_name_each_other() {
    let [central, user] = templates();
    let statement = &user["Resources"]["BusPolicy"]["Properties"]["Statement"];
    let dispatcher = statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]["Fn::Sub"].as_str().unwrap();
    let centrals = [central];
    let dispatcher_name = format!("{}-${{AWS::Region}}", names::ROLE_TRIGGER_DISPATCHER);
    assert!(
        dispatcher.ends_with(&format!("${{CentralAccountId}}:role{}{dispatcher_name}", names::IAM_PATH)),
        "{dispatcher}"
    );
    let roles = of_type(&centrals, "AWS::IAM::Role");
    assert!(roles.iter().any(|(_, role)| role["Properties"]["RoleName"]["Fn::Sub"] == dispatcher_name.as_str()));
    let statements = statements(&centrals);
    let puts = statements.iter().find(|(_, s)| s["Action"] == "events:PutEvents").unwrap().1;
    assert!(puts["Resource"]["Fn::Sub"].as_str().unwrap().ends_with(":*:event-bus/data-pipeline"), "{puts}");
    assert!(puts["Condition"]["StringEquals"]["aws:ResourceOrgID"].is_object(), "{puts}");
}

#[test]
fn both_halves_of_the_way_to_the_registry_name_each_other() {
    let [central, user] = templates();
    let api = &central["Resources"]["RegistryApi"]["Properties"];
    let statement = &api["Policy"]["Statement"][0];
    let clients = statement["Condition"]["ArnLike"]["aws:PrincipalArn"]["Fn::Sub"].as_str().unwrap();
    assert!(statement["Condition"]["StringEquals"]["aws:PrincipalOrgID"].is_object(), "{statement}");
    let users = [user];
    let role = &users[0]["Resources"]["RegistrarRole"]["Properties"];
    let name = role["RoleName"]["Fn::Sub"].as_str().unwrap();
    assert_eq!(name, format!("{}-${{AWS::Region}}", names::ROLE_REGISTRY_CLIENT));
    assert!(clients.ends_with(&format!("role{}{}-*", names::IAM_PATH, names::ROLE_REGISTRY_CLIENT)), "{clients}");
    let statements = statements(&users);
    let own = statements.iter().find(|(_, s)| s["Sid"] == "Registry").unwrap().1;
    let resources: Vec<_> = list(&own["Resource"]).iter().map(|r| r["Fn::Sub"].as_str().unwrap().to_owned()).collect();
    let methods: Vec<_> = resources.iter().map(|r| r.split('/').nth(2).unwrap()).collect();
    assert_eq!(methods, ["PUT", "DELETE"]);
    assert!(resources.iter().all(|r| r.ends_with("/pipelines/${AWS::AccountId}/*")), "{resources:?}");
}

#[test]
fn every_method_of_both_apis_is_signed_and_deployed_throttled_and_logged() {
    let centrals = [central_template()];
    let deployments = of_type(&centrals, "AWS::ApiGateway::Deployment");
    let deployed: Vec<_> = deployments.iter().flat_map(|(_, one)| list(&one["DependsOn"])).collect();
    let methods = of_type(&centrals, "AWS::ApiGateway::Method");
    assert_eq!(methods.len(), 5);
    for (id, method) in methods {
        assert_eq!(method["Properties"]["AuthorizationType"], "AWS_IAM", "{id}");
        assert!(deployed.iter().any(|name| **name == id), "{id} is not in a deployment");
        let uri = method["Properties"]["Integration"]["Uri"]["Fn::Sub"].as_str().unwrap();
        let registry = format!(":function:{}/invocations", names::FN_REGISTRY_API);
        assert!(uri.ends_with(&registry) || uri.ends_with(&format!("/{}", names::QUEUE_SLACK)), "{uri}");
    }
    let stages = of_type(&centrals, "AWS::ApiGateway::Stage");
    assert_eq!((deployments.len(), stages.len()), (2, 2));
    for (id, stage) in stages {
        assert!(stage["Properties"]["AccessLogSetting"]["DestinationArn"].is_object(), "{id}");
        assert_eq!(stage["Properties"]["MethodSettings"][0]["ThrottlingRateLimit"], 50, "{id}");
        assert!(list(&stage["DependsOn"]).iter().any(|name| **name == "RegistryLogAccount"), "{id}");
    }
}

#[test]
fn both_halves_of_the_way_to_slack_name_each_other() {
    let [central, user] = templates();
    let policy = &central["Resources"]["SlackApi"]["Properties"]["Policy"]["Statement"][0];
    let clients = policy["Condition"]["ArnLike"]["aws:PrincipalArn"]["Fn::Sub"].as_str().unwrap();
    assert!(clients.ends_with(&format!("role{}{}-*", names::IAM_PATH, names::ROLE_SLACK_CALLER)), "{clients}");
    assert!(policy["Condition"]["StringEquals"]["aws:PrincipalOrgID"].is_object(), "{policy}");
    let users = [user];
    let own = statements(&users).into_iter().find(|(_, s)| s["Sid"] == "Messages").unwrap().1;
    let path = |text: &str| text.split_once("/*/").or(text.split_once(":/*/")).unwrap().1.to_owned();
    let (theirs, ours) = (policy["Resource"].as_str().unwrap(), own["Resource"]["Fn::Sub"].as_str().unwrap());
    assert_eq!((path(theirs), path(ours)), ("POST/messages".to_owned(), "POST/messages".to_owned()));
    let variables = &users[0]["Resources"]["SlackCaller"]["Properties"]["Environment"]["Variables"];
    assert_eq!(variables[names::ENV_SLACK_URL]["Ref"], "SlackUrl");
    assert!(central["Outputs"]["SlackUrl"].is_object());
}

fn central_template() -> Value {
    let [central, _] = templates();
    central
}

#[test]
fn the_dispatcher_hears_of_new_firings_of_lanes_and_of_the_clock() {
    let centrals = [central_template()];
    let mappings = of_type(&centrals, "AWS::Lambda::EventSourceMapping");
    let outbox = mappings.iter().find(|(_, m)| m["Properties"]["StartingPosition"] == "TRIM_HORIZON").unwrap().1;
    let id: pipesynth_contract::PipelineId = "333333333333/pipeline-x".parse().unwrap();
    let patterns: Vec<Value> = list(&outbox["Properties"]["FilterCriteria"]["Filters"])
        .iter()
        .map(|filter| serde_json::from_str(filter["Pattern"].as_str().unwrap()).unwrap())
        .collect();
    let prefixes: Vec<_> =
        patterns.iter().map(|p| p["dynamodb"]["Keys"]["pk"]["S"][0]["prefix"].as_str().unwrap()).collect();
    let keys = [pipesynth_contract::keys::firing(&id, "all", 1), pipesynth_contract::keys::lane(&id)];
    for (prefix, key) in prefixes.iter().zip(&keys) {
        assert!(key.pk.starts_with(prefix), "{prefix} {}", key.pk);
    }
    let rules = of_type(&centrals, "AWS::Events::Rule");
    let sweep = rules.iter().find(|(_, rule)| rule["Properties"]["ScheduleExpression"].is_string()).unwrap().1;
    assert_eq!(sweep["Properties"]["Targets"][0]["Input"], r#"{"sweep":true}"#);
    let permissions = of_type(&centrals, "AWS::Lambda::Permission");
    assert!(permissions.iter().any(|(_, p)| p["Properties"]["SourceArn"]["Fn::GetAtt"][0] == "Sweep"));
}

#[test]
fn every_dead_letter_queue_and_every_function_has_an_alarm_that_goes_to_its_accounts_topic() {
    for template in templates() {
        let template = [template];
        let topic = of_type(&template, "AWS::SNS::Topic")[0].1["Properties"]["TopicName"].as_str().unwrap();
        let alarms = of_type(&template, "AWS::CloudWatch::Alarm");
        for (id, alarm) in &alarms {
            let properties = &alarm["Properties"];
            let action = properties["AlarmActions"][0]["Fn::Sub"].as_str().unwrap();
            assert!(action.ends_with(&format!(":{topic}")), "{id}: {action}");
            assert_eq!(properties["TreatMissingData"], "notBreaching", "{id}");
        }
        let watched =
            |id: &str| alarms.iter().any(|(_, alarm)| alarm["Properties"].to_string().contains(&format!("\"{id}\"")));
        let dead = of_type(&template, "AWS::SQS::Queue").into_iter().filter(|(id, _)| id.ends_with("DeadLetters"));
        for (id, _) in dead.chain(of_type(&template, "AWS::Lambda::Function")) {
            assert!(watched(id), "{id}");
        }
    }
}

#[test]
fn a_broadcast_trigger_goes_by_one_rule_for_each_account_to_buses_that_let_in_these_rules_alone() {
    let accounts = ["111111111111", "222222222222"];
    let fanout = crate::Fanout::Broadcast(accounts.map(str::to_owned).into());
    let options = Options { fanout, ..Options::default() };
    let [central, user] = [central::stack(&options), user::stack(&options)]
        .map(|stack| serde_json::from_str::<Value>(&stack.template().unwrap().to_json().unwrap()).unwrap());
    let centrals = [central];
    let rules = of_type(&centrals, "AWS::Events::Rule");
    let exports: Vec<_> = rules.iter().filter(|(id, _)| id.starts_with("ExportTrigger")).collect();
    assert_eq!(exports.len(), 2);
    for ((_, rule), account) in exports.iter().zip(accounts) {
        let properties = &rule["Properties"];
        assert_eq!(properties["Name"], names::rule_export_trigger(account));
        let target = &properties["Targets"][0];
        assert!(target["Arn"]["Fn::Sub"].as_str().unwrap().ends_with(&format!(":{account}:event-bus/data-pipeline")));
        assert_eq!(target["RoleArn"]["Fn::GetAtt"][0], "TriggerForwarder");
    }
    let dispatcher = &centrals[0]["Resources"]["TriggerDispatcher"]["Properties"]["Environment"]["Variables"];
    assert_eq!(dispatcher[names::ENV_TRIGGER_BUS]["Ref"], "Bus");
    let statement = &user["Resources"]["BusPolicy"]["Properties"]["Statement"];
    let sender = statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]["Fn::Sub"].as_str().unwrap();
    assert!(
        sender.ends_with(&format!("role{}{}-${{AWS::Region}}", names::IAM_PATH, names::ROLE_TRIGGER_FORWARDER)),
        "{sender}"
    );
}
