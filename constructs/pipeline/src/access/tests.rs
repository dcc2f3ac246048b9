//! `access:` → exactly those statements.

use serde_json::{Value, json};

use crate::testing::{ORGANIZATION, STEP, check_in, properties, template};

/// The node role's statements by their Sid; listing has none.
fn statements(access: &str) -> Vec<Value> {
    let template = template(&format!("name: a\n{STEP}access: {access}\n"));
    let policy = &properties(&template, "AccessNodeRole")["Policies"][0]["PolicyDocument"]["Statement"];
    policy.as_array().unwrap().clone()
}

fn by_sid<'a>(statements: &'a [Value], sid: &str) -> Option<&'a Value> {
    statements.iter().find(|statement| statement["Sid"] == sid)
}

#[test]
fn without_access_the_accounts_default_nodes_are_used_and_no_role_is_made() {
    let template = template(&format!("name: a\n{STEP}"));
    let ids: Vec<&String> = template["Resources"].as_object().unwrap().keys().collect();
    assert!(ids.iter().all(|id| !id.starts_with("Access")), "{ids:?}");
}

#[test]
fn empty_access_grants_the_pipelines_own_code_logs_and_disks_alone() {
    let sids: Vec<Value> = statements("{ read: [] }").iter().map(|s| s["Sid"].clone()).collect();
    assert_eq!(sids, ["Code", "Logs", "Disks"]);
}

#[test]
fn what_is_read_is_not_written() {
    let statements = statements("{ read: [s3://input/*, s3://input/b/c*] }");
    let read = by_sid(&statements, "Read").unwrap();
    assert_eq!(read["Action"], "s3:GetObject");
    let arns: Vec<&Value> = read["Resource"].as_array().unwrap().iter().map(|arn| &arn["Fn::Sub"]).collect();
    assert_eq!(arns, ["arn:${AWS::Partition}:s3:::input/*", "arn:${AWS::Partition}:s3:::input/b/c*"]);
    assert_eq!(by_sid(&statements, "Write"), None);
    let text = serde_json::to_string(&statements[2..]).unwrap();
    assert!(!text.contains("Put") && !text.contains("Delete"), "{text}");
}

#[test]
fn what_is_written_can_be_read_and_listed_under_its_prefix_alone() {
    let statements = statements("{ write: [s3://out/metric/*], read: [s3://out/other/*] }");
    let read = by_sid(&statements, "Read").unwrap();
    assert_eq!(read["Resource"].as_array().unwrap().len(), 2);
    let list = statements.iter().find(|s| s["Action"].to_string().contains("s3:ListBucket")).unwrap();
    assert_eq!(list["Resource"], json!({ "Fn::Sub": "arn:${AWS::Partition}:s3:::out" }));
    assert_eq!(list["Action"], "s3:ListBucket");
    assert_eq!(list["Condition"]["StringLike"]["s3:prefix"], json!(["other/*", "metric/*"]));
}

#[test]
fn tables_are_granted_with_their_database_and_for_reading() {
    let statements = statements("{ glue: [core.listings, core.searches, x.*] }");
    let tables = by_sid(&statements, "Tables").unwrap();
    let text = tables["Resource"].to_string();
    for part in ["catalog", "database/core", "database/x", "table/core/listings", "table/core/searches", "table/x/*"] {
        assert_eq!(text.matches(&format!("{part}\"")).count(), 1, "{part}: {text}");
    }
    let actions = tables["Action"].as_array().unwrap();
    assert!(
        actions.iter().all(|a| a.as_str().unwrap().contains(":Get") || a == "glue:BatchGetPartition"),
        "{actions:?}"
    );
}

#[test]
fn policies_and_keys_are_taken_as_they_are() {
    let key = "arn:aws:kms:eu-central-1:111111111111:key/1234";
    let template =
        template(&format!("name: a\n{STEP}access: {{ kms: ['{key}'], policies: ['arn:aws:iam::aws:policy/X'] }}\n"));
    let role = properties(&template, "AccessNodeRole");
    assert_eq!(role["ManagedPolicyArns"], json!(["arn:aws:iam::aws:policy/X"]));
    let keys = role["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap().last().unwrap();
    assert_eq!((&keys["Sid"], &keys["Resource"]), (&json!("Keys"), &json!(key)));
}

#[test]
fn arns_that_no_policy_and_no_key_can_have_are_refused_in_the_file() {
    let key = "arn:aws:kms:eu-central-1:111111111111:key/1234";
    for (list, arn) in [
        ("policies", "arn:aws:iam:null:aws:policy/X"),
        ("policies", "arn:aws:iam::1234:policy/X"),
        ("policies", "arn:aws:iam::aws:policy/"),
        ("policies", "arn:aws:iam::aws:policy/X:y"),
        ("policies", "arn:awsome:iam::aws:policy/X"),
        ("policies", key),
        ("kms", "arn:aws:kms::111111111111:key/1234"),
        ("kms", "arn:aws:kms:eu-central-1:aws:key/1234"),
    ] {
        let checked = check_in(ORGANIZATION, &format!("name: a\n{STEP}access: {{ {list}: ['{arn}'] }}\n"));
        let codes: Vec<&str> = checked.found.iter().map(|found| found.code.id).collect();
        assert_eq!(codes, ["PS0212"], "{list} {arn}");
    }
}
