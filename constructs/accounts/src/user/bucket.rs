//! The account's bucket for the pipelines' code and the clusters' logs.

use pipesynth_cfn::s3::{self, bucket};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Policy, Stack, Statement, policy, sub};

use crate::names_in_template::bucket_name;

/// Days that logs of clusters are kept.
const LOG_DAYS: u32 = 90;

pub(super) fn add(stack: &mut Stack) -> Handle<s3::Bucket> {
    let root = stack.root();
    let by_default = bucket::ServerSideEncryptionByDefault::new().sse_algorithm("aws:kms");
    let encryption =
        bucket::ServerSideEncryptionRule::new().server_side_encryption_by_default(by_default).bucket_key_enabled(true);
    let public = bucket::PublicAccessBlockConfiguration::new()
        .block_public_acls(true)
        .block_public_policy(true)
        .ignore_public_acls(true)
        .restrict_public_buckets(true);
    let ownership = bucket::OwnershipControlsRule::new().object_ownership("BucketOwnerEnforced");
    let resource = s3::Bucket::new()
        .bucket_name(sub(&bucket_name()))
        .versioning_configuration(bucket::VersioningConfiguration::new().status("Enabled"))
        .bucket_encryption(bucket::BucketEncryption::new().server_side_encryption_configuration([encryption]))
        .public_access_block_configuration(public)
        .ownership_controls(bucket::OwnershipControls::new().rules([ownership]))
        .lifecycle_configuration(bucket::LifecycleConfiguration::new().rules(lifecycle()));
    let bucket = stack.add(root, "bucket", resource);
    stack.set_policy(bucket.id(), Policy::Retain);
    let statements = [
        ("TlsOnly", "Bool", "aws:SecureTransport", "false".into()),
        ("Tls12", "NumericLessThan", "s3:TlsVersion", "1.2".into()),
        ("OrganizationOnly", "StringNotEquals", "aws:PrincipalOrgID", sub("${OrgId}").into()),
    ]
    .map(|(sid, operator, key, value): (_, _, _, pipesynth_core::Value)| {
        let statement = Statement::deny(["s3:*"])
            .sid(sid)
            .to_anyone()
            .on(bucket.att(s3::Bucket::ARN))
            .on(sub(&format!("arn:${{AWS::Partition}}:s3:::{}/*", bucket_name())))
            .when(operator, key, value);
        // Services such as log delivery act without an organisation.
        if sid == "OrganizationOnly" {
            statement.when("BoolIfExists", "aws:PrincipalIsAWSService", "false")
        } else {
            statement
        }
    });
    stack.add(
        root,
        "bucket-policy",
        s3::BucketPolicy::new().bucket(bucket.reference()).policy_document(policy(statements)),
    );
    bucket
}

fn lifecycle() -> [bucket::Rule; 2] {
    let uploads = bucket::AbortIncompleteMultipartUpload::new().days_after_initiation(7);
    let old = bucket::NoncurrentVersionExpiration::new().noncurrent_days(30);
    [
        bucket::Rule::new()
            .id("old-versions")
            .status("Enabled")
            .abort_incomplete_multipart_upload(uploads)
            .noncurrent_version_expiration(old),
        bucket::Rule::new().id("emr-logs").status("Enabled").prefix(names::KEY_EMR_LOGS).expiration_in_days(LOG_DAYS),
    ]
}
