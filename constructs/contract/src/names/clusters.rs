//! What a run and its cluster are known by: tags, states, network, disks.

/// Tag of a cluster: the pipeline that it serves, in lower case.
pub const TAG_PIPELINE: &str = "pipesynth:pipeline";
/// Tag of a cluster: the ARN of the execution that it serves.
pub const TAG_EXECUTION: &str = "pipesynth:execution";
/// EMR's security configuration of every cluster. EMR cannot change one, so other content needs another name.
pub const EMR_SECURITY: &str = "pipesynth-1";
/// The key of the nodes' disks.
pub const ALIAS_DISKS: &str = "alias/pipesynth-disks";
/// What a node does with that key (Amazon EMR Management Guide, "Create keys and certificates for data encryption").
pub const DISK_ACTIONS: [&str; 3] = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"];
/// How names of secrets begin that EMR's service role may read: passwords of metastores.
pub const SECRET_METASTORE: &str = "pipesynth/metastore/";
/// The state of a machine that creates the cluster: whoever enters it has its turn.
pub const STATE_CREATE_CLUSTER: &str = "Create cluster";
/// The state of a machine around all of the user's steps.
pub const STATE_STEPS: &str = "Run steps";
/// SSM parameter: subnets of the clusters, comma separated.
pub const PARAM_SUBNETS: &str = "/pipesynth/network/subnets";
/// SSM parameter: EMR's primary security group.
pub const PARAM_SG_PRIMARY: &str = "/pipesynth/emr/primary-security-group";
/// SSM parameter: EMR's worker security group.
pub const PARAM_SG_WORKER: &str = "/pipesynth/emr/worker-security-group";
/// SSM parameter: EMR's service-access security group.
pub const PARAM_SG_SERVICE: &str = "/pipesynth/emr/service-security-group";
