//! Buckets, their keys, and secrets.

use super::PREFIX;

/// Key prefix of pipelines' code in the artifact bucket.
pub const KEY_CODE: &str = "code/";
/// Key prefix of clusters' logs in the artifact bucket.
pub const KEY_EMR_LOGS: &str = "emr-logs/";
/// Central secret: the Slack token.
pub const SECRET_SLACK: &str = "pipesynth/slack";

/// The bucket with the Lambda code, per region, in the central account.
pub fn asset_bucket(central_account: &str, region: &str) -> String {
    format!("{PREFIX}assets-{central_account}-{region}")
}

/// The bucket for pipelines' code, data and logs, per user account and region.
pub fn artifact_bucket(account: &str, region: &str) -> String {
    format!("{PREFIX}artifacts-{account}-{region}")
}
