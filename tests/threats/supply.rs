//! Threats 13 and 14: other code in the Lambda functions, and everything deleted.

use serde_json::{Value, json};

use super::org::{A, Org, REGION, cut, held_by};
use super::policy::{Request, Verdict, identity};
use crate::support::root;

#[test]
fn threat_13_every_function_runs_code_that_is_named_by_its_hash_and_signed_where_the_account_asks() {
    let stacks = ["pipesynth-central", "pipesynth-user"];
    // An attack is a function whose code comes from elsewhere, or whose signature nobody asks for.
    let loose = |org: &Org| {
        stacks.iter().any(|name| {
            let all = org.0[*name]["Resources"].as_object().unwrap().values();
            let mut functions = all.filter(|one| one["Type"] == "AWS::Lambda::Function").map(|one| &one["Properties"]);
            functions.any(|one| {
                let signed = &one["CodeSigningConfigArn"]["Fn::If"];
                one["Code"] != json!({"S3Bucket": {"Fn::Sub": "${AssetBucket}"}, "S3Key": {"Fn::Sub": "${AssetKey}"}})
                    || signed[1] != json!({"Ref": "CodeSigningConfig"})
            })
        })
    };
    held_by("CodeSigningConfigArn", loose, |org| {
        cut(&mut org.resource("pipesynth-user", "Registrar")["Properties"], "CodeSigningConfigArn");
    });
    held_by("the code's place", loose, |org| {
        org.resource("pipesynth-user", "Registrar")["Properties"]["Code"] = json!({"ZipFile": "somebody's"});
    });
}

#[test]
fn threat_14_data_outlives_its_stack() {
    let lost = |org: &Org| {
        org.0.values().any(|template| {
            let data = ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::RDS::DBCluster", "AWS::KMS::Key"];
            let all = template["Resources"].as_object().unwrap().values();
            let mut kept = all.filter(|one| data.iter().any(|kind| one["Type"] == *kind));
            kept.any(|one| one["DeletionPolicy"] != "Retain" || one["UpdateReplacePolicy"] != "Retain")
        })
    };
    for (stack, id) in [("pipesynth-user", "Bucket"), ("pipesynth-user", "Runs"), ("pipesynth-central", "State")] {
        held_by("DeletionPolicy", lost, |org| cut(org.resource(stack, id), "DeletionPolicy"));
    }
    let droppable = |org: &Org| {
        let tables = [org.central(), org.user(A)].map(|stack| stack.of("AWS::DynamoDB::Table"));
        tables.iter().flatten().any(|(_, table)| {
            table["DeletionProtectionEnabled"] != true
                || table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] != true
        })
    };
    for key in ["DeletionProtectionEnabled", "PointInTimeRecoverySpecification"] {
        held_by(key, droppable, |org| cut(&mut org.resource("pipesynth-central", "State")["Properties"], key));
    }
}

#[test]
fn threat_14_ci_deletes_no_stack_of_an_account() {
    for (stack, action) in [("pipesynth-user", "DeleteStack"), ("pipesynth-listings", "UpdateTerminationProtection")] {
        let on = format!("arn:aws:cloudformation:{REGION}:{A}:stack/{stack}/1");
        let execution = format!("arn:aws:iam::{A}:role/pipesynth/cloudformation-{REGION}");
        let attack = Request::by(&format!("arn:aws:iam::{A}:role/ci"), &format!("cloudformation:{action}"), &on)
            .with("cloudformation:RoleArn", &execution);
        let may = |org: &Org| identity(&org.user(A).rights("DeployRole"), &attack) == Verdict::Allowed;
        held_by("the rights of `DeployRole`", may, |org| {
            org.statement("pipesynth-user", "DeployRole", "AccountStacks")["Resource"] = "nothing".into();
            org.statement("pipesynth-user", "DeployRole", "Stacks")["Action"] = json!(["cloudformation:*"]);
        });
    }
    let manifest = std::fs::read_to_string(root().join("snapshots/case-study/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let stacks = manifest["artifacts"].as_object().unwrap().iter();
    let accounts = stacks.filter(|(name, _)| *name == "pipesynth-central" || name.starts_with("pipesynth-user-"));
    let protected: Vec<_> = accounts.map(|(_, stack)| &stack["properties"]["terminationProtection"]).collect();
    assert!(protected.len() == 4 && protected.iter().all(|on| **on == true), "{protected:?}");
}
