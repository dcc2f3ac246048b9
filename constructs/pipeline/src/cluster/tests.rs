//! `cluster:` over the organisation's defaults → the request to EMR.

use serde_json::{Value, json};

use crate::testing::{ORGANIZATION, STEP, states, template, template_in};

fn request(cluster: &str) -> Value {
    states(&template(&format!("name: a\n{STEP}cluster: {cluster}\n")))["Create cluster"]["Arguments"].take()
}

#[test]
fn without_a_word_there_is_one_primary_and_two_core_nodes_with_spark() {
    let request = request("{}");
    assert_eq!(request["ReleaseLabel"], super::plan::RELEASE);
    assert_eq!(request["Applications"], json!([{ "Name": "Spark" }]));
    let fleets = request["Instances"]["InstanceFleets"].as_array().unwrap();
    let shown: Vec<(&Value, &Value)> =
        fleets.iter().map(|f| (&f["InstanceFleetType"], &f["TargetOnDemandCapacity"])).collect();
    assert_eq!(shown, [(&json!("MASTER"), &json!(1)), (&json!("CORE"), &json!(2))]);
}

#[test]
fn a_cluster_ends_by_itself_and_can_be_ended() {
    let request = request("{}");
    assert_eq!(request["AutoTerminationPolicy"]["IdleTimeout"], 900);
    assert_eq!(request["Instances"]["TerminationProtected"], false);
    assert_eq!(request["StepConcurrencyLevel"], 1);
    let tags = request["Tags"].to_string();
    assert!(tags.contains("for-use-with-amazon-emr-managed-policies") && tags.contains("pipesynth:pipeline"), "{tags}");
}

#[test]
fn spot_capacity_that_cannot_be_had_is_taken_on_demand() {
    let request = request("{ task: { count: 4, spot: true } }");
    let task = &request["Instances"]["InstanceFleets"][2];
    assert_eq!((&task["TargetSpotCapacity"], &task["TargetOnDemandCapacity"]), (&json!(4), &Value::Null));
    assert_eq!(task["LaunchSpecifications"]["SpotSpecification"]["TimeoutAction"], "SWITCH_TO_ON_DEMAND");
    let none = super::tests::request("{ task: { count: 0 } }");
    assert_eq!(none["Instances"]["InstanceFleets"].as_array().unwrap().len(), 2);
}

#[test]
fn of_several_instance_types_emr_takes_the_safest_spot_or_the_cheapest_on_demand() {
    let request = request(
        "{ core: { instanceTypes: [r6g.2xlarge, r7g.2xlarge], count: 3 }, task: { instanceTypes: [r6g.2xlarge, m6g.2xlarge], count: 4, spot: true } }",
    );
    let fleets = &request["Instances"]["InstanceFleets"];
    let types = |fleet: usize| fleets[fleet]["InstanceTypeConfigs"].clone();
    assert_eq!(types(0), json!([{ "InstanceType": "m5.xlarge" }]));
    assert_eq!(types(1), json!([{ "InstanceType": "r6g.2xlarge" }, { "InstanceType": "r7g.2xlarge" }]));
    assert_eq!(types(2), json!([{ "InstanceType": "r6g.2xlarge" }, { "InstanceType": "m6g.2xlarge" }]));
    let strategy = |fleet: usize, kind: &str| fleets[fleet]["LaunchSpecifications"][kind]["AllocationStrategy"].clone();
    assert_eq!(fleets[0]["LaunchSpecifications"], Value::Null, "nothing to choose");
    assert_eq!(strategy(1, "OnDemandSpecification"), "lowest-price");
    assert_eq!(strategy(2, "SpotSpecification"), "price-capacity-optimized");
}

#[test]
fn every_cluster_has_the_accounts_security_configuration() {
    assert_eq!(request("{}")["SecurityConfiguration"], pipesynth_contract::names::EMR_SECURITY);
}

#[test]
fn a_key_of_the_pipeline_stands_over_the_default_and_others_stay() {
    let organization =
        format!("{ORGANIZATION}defaults: {{ cluster: {{ release: emr-7.10.0, core: {{ count: 5 }} }} }}\n");
    let pipeline = format!("name: a\n{STEP}cluster: {{ release: emr-7.11.0 }}\n");
    let request = states(&template_in(&organization, &pipeline))["Create cluster"]["Arguments"].take();
    assert_eq!(request["ReleaseLabel"], "emr-7.11.0");
    assert_eq!(request["Instances"]["InstanceFleets"][1]["TargetOnDemandCapacity"], 5);
}

#[test]
fn settings_of_one_classification_are_merged_over_the_metastores() {
    let request = request(
        "{ metastore: glue, configurations: [
            { classification: hive-site, properties: { a: b } },
            { classification: spark-defaults, properties: { c: 1 } },
            { classification: hive-site, properties: { a: z, d: e } }] }",
    );
    let all = request["Configurations"].as_array().unwrap();
    let names: Vec<&Value> = all.iter().map(|c| &c["Classification"]).collect();
    assert_eq!(names, ["hive-site", "spark-hive-site", "spark-defaults"]);
    let hive = all[0]["Properties"].as_object().unwrap();
    assert_eq!((hive.len(), &hive["a"], &hive["d"]), (3, &json!("z"), &json!("e")));
    assert!(hive.contains_key("hive.metastore.client.factory.class"));
    assert_eq!(all[2]["Properties"], json!({ "c": "1" }), "a property is a text");
}

#[test]
fn a_script_of_the_project_is_found_under_the_prefix_of_its_code() {
    let request = request("{ bootstrapActions: [{ name: tools, script: code/tools.sh, arguments: [1, two] }] }");
    let action = &request["BootstrapActions"][0];
    assert_eq!(action["Name"], "tools");
    let path = action["ScriptBootstrapAction"]["Path"]["Fn::Sub"].as_str().unwrap();
    assert!(path.ends_with("/${CodePrefix}/code/tools.sh"), "{path}");
    assert_eq!(action["ScriptBootstrapAction"]["Args"], json!(["1", "two"]));
}

const DATABASE: &str = "{ applications: [Spark, Hive], metastore: { jdbcUrl: 'jdbc:mysql://db.example:3306/hive', username: hive, passwordSecret: pipesynth/metastore/main } }";

#[test]
fn the_password_of_a_metastore_is_a_reference_that_emr_resolves() {
    let request = request(DATABASE);
    let hive = &request["Configurations"][0];
    assert_eq!(hive["Classification"], "hive-site");
    let properties = hive["Properties"].as_object().unwrap();
    assert_eq!(properties["javax.jdo.option.ConnectionURL"], "jdbc:mysql://db.example:3306/hive");
    let secret = &properties["EMR.secret@javax.jdo.option.ConnectionPassword"]["Fn::Sub"];
    let arn = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:pipesynth/metastore/main";
    assert_eq!(secret, arn);
    assert!(!properties.contains_key("javax.jdo.option.ConnectionPassword"));
    assert!(!request.to_string().contains("resolve:"), "nothing is decrypted while the stack is deployed");
}

#[test]
fn a_database_metastore_gives_the_nodes_no_access_to_glue() {
    let with = template(&format!("name: a\n{STEP}cluster: {DATABASE}\n"));
    assert!(!with.to_string().contains("glue:"), "{with:#}");
}

#[test]
fn managed_scaling_has_limits_in_nodes_and_the_machine_may_set_them() {
    let scaled = "{ managedScaling: { minimum: 2, maximum: 20, maximumCore: 4 } }";
    let expected = json!({
        "UnitType": "InstanceFleetUnits",
        "MinimumCapacityUnits": 2,
        "MaximumCapacityUnits": 20,
        "MaximumCoreCapacityUnits": 4
    });
    assert_eq!(request(scaled)["ManagedScalingPolicy"]["ComputeLimits"], expected);
    let may = |cluster: &str| {
        let template = template(&format!("name: a\n{STEP}cluster: {cluster}\n"));
        template.to_string().contains("elasticmapreduce:PutManagedScalingPolicy")
    };
    assert_eq!((may(scaled), may("{}")), (true, false), "and only where it is asked for");
}
