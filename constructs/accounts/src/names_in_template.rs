//! Names that hold the account or the region, as templates write them.

use pipesynth_contract::names;
use pipesynth_core::{Intrinsic, sub};

/// The name of a role, policy or instance profile: IAM is global, so it ends in the region.
pub(crate) fn regional(stem: &str) -> Intrinsic {
    sub(&names::iam_name(stem, "${AWS::Region}"))
}

/// The account's bucket, as text for `Fn::Sub`.
pub(crate) fn bucket_name() -> String {
    names::artifact_bucket("${AWS::AccountId}", "${AWS::Region}")
}
