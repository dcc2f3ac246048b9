//! Checked data access → the pipeline's own node role and instance profile.

use indexmap::{IndexMap, IndexSet};
use pipesynth_cfn::iam::{self, role};
use pipesynth_contract::names;
use pipesynth_core::{Intrinsic, Scope, Stack, Statement, policy, sub};

use super::plan::{AccessPlan, Location};
use crate::construct::Fixed;

/// What the nodes need beside the data that `access:` names.
#[derive(Debug, Default)]
pub struct OwnNeeds {
    /// Files in S3 that steps and bootstrap actions run: `bucket/key`.
    pub files: Vec<String>,
    /// True where tables are kept in the Glue Data Catalog.
    pub glue_metastore: bool,
}

/// Adds the role and the profile, and gives the profile's `Ref`, which is its name.
pub fn add(stack: &mut Stack, scope: Scope, plan: &AccessPlan, name: &str, own: &OwnNeeds) -> Intrinsic {
    let stem = names::instance_role(name);
    // Without a condition: a profile can be used in its own account alone, and EC2 is not documented to send the source account.
    let trust = Statement::allow(["sts:AssumeRole"]).to_service("ec2.amazonaws.com");
    let mut resource = iam::Role::new()
        .path(names::IAM_PATH)
        .role_name(Fixed::regional(&stem))
        .description(format!("What the steps of pipeline {name} may touch"))
        .permissions_boundary(Fixed::boundary())
        .assume_role_policy_document(policy([trust]))
        .policies([role::Policy::new()
            .policy_name("data-access")
            .policy_document(policy(statements(plan, name, own)))]);
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

fn statements(plan: &AccessPlan, name: &str, own_needs: &OwnNeeds) -> Vec<Statement> {
    let own = |key: &str| sub(&format!("arn:${{AWS::Partition}}:s3:::{}/{key}", Fixed::bucket_text()));
    let mut statements = vec![
        Statement::allow(["s3:GetObject"]).sid("Code").on(own(&format!("{}{name}/*", names::KEY_CODE))),
        Statement::allow(["s3:PutObject"]).sid("Logs").on(own(&format!("{}{name}/*", names::KEY_EMR_LOGS))),
    ];
    // Every cluster of the account has encrypted disks; the key's ARN is the account's own, so its alias stands for it.
    let disks = Statement::allow(names::DISK_ACTIONS).sid("Disks").on(Fixed::arn("kms", "key/*"));
    statements.push(disks.when("ForAnyValue:StringEquals", "kms:ResourceAliases", names::ALIAS_DISKS));
    if !own_needs.files.is_empty() {
        let mut files = Statement::allow(["s3:GetObject"]).sid("Files");
        for file in &own_needs.files {
            files = files.on(sub(&format!("arn:${{AWS::Partition}}:s3:::{file}")));
        }
        statements.push(files);
    }
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
    statements.extend(glue(plan, own_needs.glue_metastore));
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

/// Listing only what is under the locations, one statement a bucket: Spark and Hive list before they read. A request without a prefix
/// asks for the whole bucket and is refused.
fn lists(locations: &[&Location]) -> Vec<Statement> {
    let mut buckets: IndexMap<&str, IndexSet<String>> = IndexMap::new();
    for location in locations {
        buckets.entry(&location.bucket).or_default().insert(location.key.clone());
    }
    let arn = |bucket: &str| sub(&format!("arn:${{AWS::Partition}}:s3:::{bucket}"));
    let mut statements = Vec::new();
    let mut region = Statement::allow(["s3:GetBucketLocation"]).sid("Region");
    for (bucket, prefixes) in &buckets {
        let prefixes: Vec<String> = prefixes.iter().cloned().collect();
        statements.push(Statement::allow(["s3:ListBucket"]).on(arn(bucket)).when("StringLike", "s3:prefix", prefixes));
        region = region.on(arn(bucket));
    }
    if !buckets.is_empty() {
        statements.push(region);
    }
    statements
}

/// Read access. A metastore client asks for the database `default` when it opens, whatever tables the steps use.
fn glue(plan: &AccessPlan, metastore: bool) -> Option<Statement> {
    if plan.glue.is_empty() && !metastore {
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
    if metastore && databases.insert("default") {
        statement = statement.on(Fixed::arn("glue", "database/default"));
    }
    for (database, table) in &plan.glue {
        if databases.insert(database) {
            statement = statement.on(Fixed::arn("glue", &format!("database/{database}")));
        }
        statement = statement.on(Fixed::arn("glue", &format!("table/{database}/{table}")));
    }
    Some(statement)
}
