//! Custom-resource properties as CloudFormation delivers them → registrations and refusals.

use super::*;
use serde_json::json;

const STACK: &str = "arn:aws:cloudformation:eu-central-1:333333333333:stack/pipesynth-pipeline-x/0";

fn delivered() -> Value {
    json!({
        "ServiceToken": "arn:aws:lambda:eu-central-1:333333333333:function:pipesynth-registrar",
        "ServiceTimeout": "120",
        "Pipeline": "pipeline-x", "DisplayName": "pipeline-X", "Account": "333333333333", "Timezone": "Europe/Berlin",
        "Trigger": {"executions": {
            "condition": {"allOf": [
                {"account": "222222222222", "name": "searches", "status": ["SUCCEEDED"], "optional": "true"},
                {"name": "listings", "status": ["SUCCEEDED"], "optional": "false", "offset": "-1d"}]},
            "correlate": "day", "within": "24h", "onRerun": "refire"}},
        "Concurrency": "queue",
        "Notifications": {"type": "FULL_EXECUTION", "slackChannels": ["data-pipeline-alerts"]},
        "SpecHash": "9f2c"
    })
}

fn register(properties: Value) -> Result<Registration, ContractError> {
    Registration::new(Properties::read(properties)?, "333333333333", "eu-central-1", STACK)
}

#[test]
fn scalars_that_cloudformation_made_strings_are_read_and_own_parents_get_the_stacks_account() {
    let registration = register(delivered()).unwrap();
    assert_eq!(registration.id.to_string(), "333333333333/pipeline-x");
    assert_eq!(registration.display_name, "pipeline-X");
    let condition = &registration.trigger.executions.as_ref().unwrap().condition;
    let leaves: Vec<_> =
        condition.leaves().iter().map(|l| (l.account.clone().unwrap(), l.name.clone(), l.optional)).collect();
    assert_eq!(
        leaves,
        [
            ("222222222222".to_owned(), "searches".to_owned(), true),
            ("333333333333".to_owned(), "listings".to_owned(), false),
        ]
    );
}

#[test]
fn a_registration_survives_its_own_wire_form() {
    let registration = register(delivered()).unwrap();
    let wire = serde_json::to_string(&registration).unwrap();
    assert_eq!(serde_json::from_str::<Registration>(&wire).unwrap(), registration);
}

#[test]
fn a_pipeline_made_for_another_account_or_region_is_refused_with_both() {
    let mut properties = delivered();
    properties["Account"] = json!("111111111111");
    properties["Region"] = json!("us-east-1");
    let error = register(properties).unwrap_err().to_string();
    for part in ["`111111111111`", "`333333333333`", "`us-east-1`", "`eu-central-1`"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn all_findings_are_told_at_once() {
    let mut properties = delivered();
    properties["Pipeline"] = json!("Pipeline X");
    properties["Trigger"]["executions"]["condition"]["allOf"][0]["status"] = json!([]);
    properties["Trigger"]["operator"] = json!("AND");
    let error = register(properties).unwrap_err().to_string();
    assert_eq!(error.matches("; ").count(), 2, "{error}");
}

#[test]
fn a_property_of_a_newer_template_is_named() {
    let mut properties = delivered();
    properties["Sla"] = json!("07:00");
    let error = register(properties).unwrap_err().to_string();
    assert!(error.contains("unknown field `Sla`"), "{error}");
}

#[test]
fn properties_that_are_no_map_are_an_error() {
    for value in [json!(null), json!([]), json!("x")] {
        assert!(Properties::read(value).is_err());
    }
}

#[test]
fn ends_are_told_by_kind_and_a_run_that_did_nothing_tells_nobody() {
    use NotificationKind::{FullExecution, OnCompletion, OnFailure};
    for status in crate::Status::ALL {
        let ended = status != crate::Status::Running;
        let bad = ended && status != crate::Status::Succeeded;
        assert_eq!(OnFailure.tells_end(status, false), bad, "{status}");
        for kind in [OnCompletion, FullExecution] {
            assert_eq!(kind.tells_end(status, false), ended, "{status}");
        }
        for kind in [OnFailure, OnCompletion, FullExecution] {
            assert!(!kind.tells_end(status, true), "{status}");
        }
    }
}
