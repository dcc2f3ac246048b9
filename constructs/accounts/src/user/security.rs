//! EMR's security configuration of every cluster of the account: encrypted disks, instance metadata by session alone.

use pipesynth_cfn::emr::SecurityConfiguration;
use pipesynth_cfn::kms::{Alias, Key};
use pipesynth_contract::names;
use pipesynth_core::{Map, Policy, Scope, Stack, Statement, policy, sub};

/// The key of the nodes' disks and the configuration that uses it (Amazon EMR Management Guide, "Create a security configuration").
///
/// Disks are encrypted by LUKS with a data key that each node asks for by its own role, so neither EMR's nor Spot's roles need the key;
/// EMR leaves the volume with the operating system out of it. Data in S3 is encrypted as its bucket says: what EMRFS said would stand over
/// that. Encryption in transit needs certificates, which are the organisation's to make.
pub(super) fn add(stack: &mut Stack, scope: Scope) {
    // Who may use the key stands in the policies of roles, which name it by its alias.
    let owner = Statement::allow(["kms:*"])
        .sid("PoliciesOfTheAccount")
        .to_aws(sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root"))
        .on("*");
    let key = Key::new()
        .description("Disks of the nodes of pipelines' clusters")
        .enable_key_rotation(true)
        .key_policy(policy([owner]));
    let key = stack.add(scope, "disk-key", key);
    stack.set_policy(key.id(), Policy::Retain);
    let alias = Alias::new().alias_name(names::ALIAS_DISKS).target_key_id(key.reference());
    stack.add(scope, "disk-key-alias", alias);
    let disks = Map::new().with("EncryptionKeyProviderType", "AwsKms").with("AwsKmsKey", key.att(Key::ARN));
    let encryption = Map::new()
        .with("EnableInTransitEncryption", false)
        .with("EnableAtRestEncryption", true)
        .with("AtRestEncryptionConfiguration", Map::new().with("LocalDiskEncryptionConfiguration", disks));
    // One hop: containers on a node get no credentials of the node (Amazon EC2 User Guide, "Configure the instance metadata options").
    let metadata = Map::new().with("MinimumInstanceMetadataServiceVersion", 2).with("HttpPutResponseHopLimit", 1);
    let configuration =
        Map::new().with("EncryptionConfiguration", encryption).with("InstanceMetadataServiceConfiguration", metadata);
    stack.add(
        scope,
        "security-configuration",
        SecurityConfiguration::new().name(names::EMR_SECURITY).security_configuration(configuration),
    );
}

/// What a node needs to encrypt its disks.
pub(super) fn disks() -> Statement {
    Statement::allow(names::DISK_ACTIONS)
        .sid("Disks")
        .on(sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*"))
        .when("ForAnyValue:StringEquals", "kms:ResourceAliases", names::ALIAS_DISKS)
}
