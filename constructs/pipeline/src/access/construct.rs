//! Checked data access → the pipeline's own node role and instance profile.

use indexmap::{IndexMap, IndexSet};
use pipesynth_cfn::iam::{self, role};
use pipesynth_contract::names;
use pipesynth_core::{Intrinsic, Pseudo, Scope, Stack, Statement, policy, pseudo, sub};

use super::plan::{AccessPlan, Location};
use crate::construct::Fixed;

/// Adds the role and the profile, and gives the profile's `Ref`, which is its name.
pub fn add(stack: &mut Stack, scope: Scope, plan: &AccessPlan, name: &str) -> Intrinsic {
    let stem = names::instance_role(name);
    let trust = Statement::allow(["sts:AssumeRole"]).to_service("ec2.amazonaws.com").when(
        "StringEquals",
        "aws:SourceAccount",
        pseudo(Pseudo::AccountId),
    );
    let mut resource = iam::Role::new()
        .path(names::IAM_PATH)
        .role_name(Fixed::regional(&stem))
        .description(format!("What the steps of pipeline {name} may touch"))
        .assume_role_policy_document(policy([trust]))
        .policies([role::Policy::new().policy_name("data-access").policy_document(policy(statements(plan, name)))]);
    if !plan.policies.is_empty() {
        resource = resource.managed_policy_arns(plan.policies.clone());
    }
    let role = stack.add(scope, "node-role", resource);
    let profile = iam::InstanceProfile::new()
        .path(names::IAM_PATH)
        .instance_profile_name(Fixed::regional(&stem))
        .roles([role.reference()]);
    stack.add(scope, "node-profile", profile).reference()
}

fn statements(plan: &AccessPlan, name: &str) -> Vec<Statement> {
    let own = |key: &str| sub(&format!("arn:${{AWS::Partition}}:s3:::{}/{key}", Fixed::bucket_text()));
    let mut statements = vec![
        Statement::allow(["s3:GetObject"]).sid("Code").on(own(&format!("{}{name}/*", names::KEY_CODE))),
        Statement::allow(["s3:PutObject"]).sid("Logs").on(own(&format!("{}{name}/*", names::KEY_EMR_LOGS))),
    ];
    let all: Vec<&Location> = plan.read.iter().chain(&plan.write).collect();
    if !all.is_empty() {
        let mut read = Statement::allow(["s3:GetObject"]).sid("Read");
        for location in &all {
            read = read.on(objects(location));
        }
        statements.push(read);
    }
    if !plan.write.is_empty() {
        let actions = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
        let mut write = Statement::allow(actions).sid("Write");
        for location in &plan.write {
            write = write.on(objects(location));
        }
        statements.push(write);
    }
    statements.extend(lists(&all));
    statements.extend(glue(plan));
    if !plan.kms.is_empty() {
        let mut keys = Statement::allow(["kms:Decrypt", "kms:GenerateDataKey"]).sid("Keys");
        for key in &plan.kms {
            keys = keys.on(key.clone());
        }
        statements.push(keys);
    }
    statements
}

fn objects(location: &Location) -> Intrinsic {
    sub(&format!("arn:${{AWS::Partition}}:s3:::{}/{}", location.bucket, location.key))
}

/// One statement a bucket: listing only what is under the locations. Spark and Hive list before they read.
fn lists(locations: &[&Location]) -> Vec<Statement> {
    let mut buckets: IndexMap<&str, IndexSet<String>> = IndexMap::new();
    for location in locations {
        buckets.entry(&location.bucket).or_default().insert(location.key.clone());
    }
    let statement = |(bucket, prefixes): (&str, IndexSet<String>)| {
        let prefixes: Vec<String> = prefixes.into_iter().collect();
        Statement::allow(["s3:ListBucket", "s3:GetBucketLocation"])
            .on(sub(&format!("arn:${{AWS::Partition}}:s3:::{bucket}")))
            .when("StringLikeIfExists", "s3:prefix", prefixes)
    };
    buckets.into_iter().map(statement).collect()
}

fn glue(plan: &AccessPlan) -> Option<Statement> {
    if plan.glue.is_empty() {
        return None;
    }
    let actions = [
        "glue:GetDatabase",
        "glue:GetDatabases",
        "glue:GetTable",
        "glue:GetTables",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:BatchGetPartition",
    ];
    let mut statement = Statement::allow(actions).sid("Tables").on(Fixed::arn("glue", "catalog"));
    let mut databases: IndexSet<&str> = IndexSet::new();
    for (database, table) in &plan.glue {
        if databases.insert(database) {
            statement = statement.on(Fixed::arn("glue", &format!("database/{database}")));
        }
        statement = statement.on(Fixed::arn("glue", &format!("table/{database}/{table}")));
    }
    Some(statement)
}
