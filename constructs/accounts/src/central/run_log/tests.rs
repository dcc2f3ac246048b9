//! The central stack with its run log in Aurora PostgreSQL: who reaches the cluster, and what stays.

use pipesynth_contract::names;
use serde_json::{Value, json};

use crate::{Options, RunLog, central};

fn template(run_log: RunLog) -> Value {
    let stack = central::stack(&Options { run_log, ..Options::default() });
    serde_json::from_str(&stack.template().unwrap().to_json().unwrap()).unwrap()
}

fn resources(template: &Value) -> impl Iterator<Item = (&str, &Value)> {
    template["Resources"].as_object().unwrap().iter().map(|(id, resource)| (id.as_str(), resource))
}

fn of_type<'a>(template: &'a Value, kind: &str) -> Vec<(&'a str, &'a Value)> {
    resources(template).filter(|(_, resource)| resource["Type"] == kind).collect()
}

#[test]
fn nothing_but_the_data_api_reaches_the_cluster_and_it_reaches_nothing() {
    let template = template(RunLog::AuroraPostgres);
    let cluster = &template["Resources"]["RunLog"]["Properties"];
    for switch in ["EnableHttpEndpoint", "ManageMasterUserPassword", "StorageEncrypted", "DeletionProtection"] {
        assert_eq!(cluster[switch], true, "{switch}");
    }
    assert!(cluster["MasterUserPassword"].is_null());
    assert_eq!(template["Resources"]["RunLogServer"]["Properties"]["PubliclyAccessible"], false);
    let group = &template["Resources"]["RunLogSecurityGroup"]["Properties"];
    assert_eq!(
        (&group["SecurityGroupIngress"], &group["SecurityGroupEgress"][0]["CidrIp"]),
        (&Value::Null, &json!("127.0.0.1/32"))
    );
    let ways =
        ["InternetGateway", "NatGateway", "Route", "VPCEndpoint", "VPCPeeringConnection", "SecurityGroupIngress"];
    for way in ways.map(|kind| format!("AWS::EC2::{kind}")) {
        assert!(of_type(&template, &way).is_empty(), "{way}");
    }
    for (id, function) in of_type(&template, "AWS::Lambda::Function") {
        assert!(function["Properties"]["VpcConfig"].is_null(), "{id} stands outside every network");
    }
}

#[test]
fn the_functions_that_know_the_cluster_may_use_it_and_its_user_and_no_table() {
    let template = template(RunLog::AuroraPostgres);
    assert!(of_type(&template, "AWS::DynamoDB::Table").iter().all(|(id, _)| *id == "SlackThreads"));
    let cluster = json!({"Fn::GetAtt": ["RunLog", "DBClusterArn"]});
    let mut know = Vec::new();
    for (_, function) in of_type(&template, "AWS::Lambda::Function") {
        let properties = &function["Properties"];
        let variables = &properties["Environment"]["Variables"];
        assert!(variables[names::ENV_STATE_TABLE].is_null());
        let role = properties["Role"]["Fn::GetAtt"][0].as_str().unwrap();
        let role = template["Resources"][role]["Properties"]["Policies"].to_string();
        let knows = variables[names::ENV_RUN_LOG_CLUSTER] == cluster;
        assert_eq!(
            (knows, knows),
            (role.contains("rds-data:ExecuteStatement"), role.contains("MasterUserSecret.SecretArn"))
        );
        know.extend(knows.then(|| properties["FunctionName"].as_str().unwrap()));
    }
    know.sort_unstable();
    let mut wanted = [
        names::FN_RUN_LOG_SCHEMA,
        names::FN_TRIGGER_MANAGER,
        names::FN_TRIGGER_DISPATCHER,
        names::FN_REGISTRY_API,
        names::FN_SLACK_POSTER,
    ];
    wanted.sort_unstable();
    assert_eq!(know, wanted);
}

#[test]
fn the_tables_are_there_before_the_first_event_is_read_and_a_new_version_is_installed() {
    let template = template(RunLog::AuroraPostgres);
    let tables = &template["Resources"]["RunLogTables"];
    assert_eq!(tables["DependsOn"], json!(["RunLogSchema", "RunLogServer"]));
    assert_eq!(tables["Properties"]["Version"], names::RUN_LOG_VERSION);
    assert_eq!(template["Resources"]["RunEventsToTriggerManager"]["DependsOn"], json!(["RunLogTables"]));
}

#[test]
fn the_cluster_stays_with_all_that_it_stands_in() {
    let template = template(RunLog::AuroraPostgres);
    let kept = resources(&template).filter(|(_, resource)| {
        let kind = resource["Type"].as_str().unwrap();
        kind.starts_with("AWS::RDS::") || kind.starts_with("AWS::EC2::")
    });
    let mut count = 0;
    for (id, resource) in kept {
        assert_eq!(
            (&resource["DeletionPolicy"], &resource["UpdateReplacePolicy"]),
            (&json!("Retain"), &json!("Retain")),
            "{id}"
        );
        count += 1;
    }
    assert_eq!(count, 7);
}

#[test]
fn a_table_has_a_stream_and_alarms_of_its_own_and_a_cluster_has_neither() {
    let (table, cluster) = (template(RunLog::DynamoDb), template(RunLog::AuroraPostgres));
    for id in ["OutboxToTriggerDispatcher", "StreamAgeAlarm", "StateReadsThrottledAlarm", "TriggersDeadLetters"] {
        assert_eq!((table["Resources"][id].is_null(), cluster["Resources"][id].is_null()), (false, true), "{id}");
    }
    assert!(
        table["Resources"]["RunLogCapacityAlarm"].is_null() && cluster["Resources"]["RunLogCapacityAlarm"].is_object()
    );
}
