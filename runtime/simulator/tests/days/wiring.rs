//! It is the synthesized template that is simulated: what is wrong there goes wrong here.

use serde_json::json;

use super::support::*;

#[test]
fn a_trigger_that_no_rule_takes_starts_nobody_and_is_told_after_four_tries() {
    let mut stacks = case_study();
    stacks.resource(2, "Dependency")["EventPattern"]["account"] = json!(["888888888888"]);
    let record = stacks.run(&days(1));
    assert!(runs(&record, PIPELINE_X).is_empty());
    let found = undelivered(&record, PIPELINE_X);
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[0].contains("no rule on") && found[0].contains("333333333333:event-bus/data-pipeline"), "{found:?}");
    assert_eq!(alerts(&record, PIPELINE_X).len(), 1);
}

#[test]
fn an_export_rule_for_another_machine_takes_no_event() {
    let mut stacks = case_study();
    stacks.user["Resources"]["ExportEventsToCentralBus"]["Properties"]["EventPattern"]["detail"]["stateMachineArn"] = json!([{"prefix": {"Fn::Sub": "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:other-"}}]);
    let record = stacks.run(&days(1));
    assert!(runs(&record, PIPELINE_X).is_empty());
    // Its start; its end has another rule, the one of its alerts.
    assert!(!undelivered(&record, LISTINGS).is_empty());
}

#[test]
fn a_bus_policy_for_another_organisation_or_role_refuses() {
    for (path, value) in [("aws:PrincipalOrgID", json!("o-other")), ("events:source", json!("aws.s3"))] {
        let mut stacks = case_study();
        stacks.central["Resources"]["BusPolicy"]["Properties"]["Statement"]["Condition"]["StringEquals"][path] = value;
        let record = stacks.run(&days(1));
        assert!(runs(&record, PIPELINE_X).is_empty());
        assert!(undelivered(&record, LISTINGS)[0].contains("policy"), "{path}");
    }
    let mut stacks = case_study();
    stacks.user["Resources"]["BusPolicy"]["Properties"]["Statement"]["Condition"]["ArnEquals"]["aws:PrincipalArn"] =
        json!("arn:aws:iam::999999999999:role/pipesynth/other");
    let record = stacks.run(&days(1));
    assert!(runs(&record, PIPELINE_X).is_empty() && undelivered(&record, PIPELINE_X)[0].contains("policy"));
}

#[test]
fn a_rule_that_is_switched_off_or_a_schedule_does_nothing() {
    let mut stacks = case_study();
    stacks.resource(0, "Schedule")["State"] = json!("DISABLED");
    stacks.resource(2, "Dependency")["State"] = json!("DISABLED");
    let record = stacks.run(&days(1));
    assert!(runs(&record, LISTINGS).is_empty() && runs(&record, PIPELINE_X).is_empty());
    assert_eq!(runs(&record, SEARCHES).len(), 1);
}

#[test]
fn a_machine_without_a_claim_runs_as_often_as_it_is_started() {
    let mut stacks = case_study();
    stacks.resource(0, "Machine")["Definition"]["StartAt"] = json!("Create cluster");
    let twice = pipesynth_simulator::scenario::Fault::DuplicateStart { runs: runs_of(LISTINGS), times: 2 };
    let record = stacks.run(&with(days(1), twice));
    assert!(runs(&record, LISTINGS).len() == 2 && runs(&record, LISTINGS).iter().all(|run| !run.skipped));
}

#[test]
fn every_fault_of_the_templates_is_told_at_once() {
    let mut stacks = case_study();
    stacks.resource(0, "Schedule")["ScheduleExpression"] = json!("cron(0 25 * * ? *)");
    stacks.resource(1, "Registration")["Account"] = json!("111111111111");
    stacks.resource(2, "Dependency")["EventPattern"]["source"] = json!("text");
    stacks.central["Resources"]["RunEventsToTriggerManager"] = json!({"Type": "AWS::SNS::Topic"});
    let faults = stacks.try_deploy().unwrap_err();
    for word in ["`Schedule`", "222222222222", "`Dependency`", "pipesynth-trigger-manager"] {
        assert!(faults.iter().any(|fault| fault.contains(word)), "{word}: {faults:#?}");
    }
}

#[test]
fn a_pipeline_that_the_registry_refuses_is_a_fault() {
    let mut stacks = case_study();
    let own = json!({"account": "333333333333", "name": "pipeline-x", "status": ["SUCCEEDED"]});
    stacks.resource(2, "Registration")["Trigger"]["executions"]["condition"] = own;
    let deployment = stacks.try_deploy().unwrap();
    let faults = pipesynth_simulator::simulate(&deployment, &days(1)).unwrap_err();
    assert!(faults[0].contains("333333333333/pipeline-x"), "{faults:?}");
}
