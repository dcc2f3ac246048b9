//! The Aurora PostgreSQL cluster of the run log: serverless, reached through its Data API alone, kept when the stack goes.

use pipesynth_cfn::logs;
use pipesynth_contract::names;
use pipesynth_core::{AnyResource, Attribute, Handle, Map, Policy, ResourceId, Stack, Statement, Value};

use super::network;

/// Aurora capacity units, of 2 GB of memory each: half a unit at least, for the sweep asks every minute, so that the cluster would never
/// pause (Aurora User Guide, "Scaling to Zero ACUs": after five minutes without a connection); 8 is some thousand statements a second.
const LEAST_CAPACITY: f64 = 0.5;
const MOST_CAPACITY: u32 = 8;

/// Days that a point in time can be restored: the longest of Aurora, and as long as DynamoDB's.
const BACKUP_DAYS: u32 = 35;

/// Days that the server's log is kept.
const LOG_DAYS: u32 = 30;

const ARN: Attribute<AnyResource> = Attribute::new("DBClusterArn");
const SECRET: Attribute<AnyResource> = Attribute::new("MasterUserSecret.SecretArn");

/// The cluster and what it needs.
#[derive(Clone, Copy)]
pub(in crate::central) struct Cluster {
    cluster: Handle<AnyResource>,
    /// The server: without it nobody answers.
    pub(super) server: ResourceId,
    /// The tables.
    pub(super) tables: Option<ResourceId>,
}

impl Cluster {
    /// Where the functions find it.
    pub(super) fn environment(self) -> Vec<(&'static str, Value)> {
        vec![
            (names::ENV_RUN_LOG_CLUSTER, self.cluster.att(ARN).into()),
            (names::ENV_RUN_LOG_SECRET, self.cluster.att(SECRET).into()),
        ]
    }

    /// Sends statements to it. The Data API reads the secret in the caller's name (Aurora User Guide, "Authorizing access to the Amazon
    /// RDS Data API").
    pub(super) fn statements(self) -> [Statement; 2] {
        [
            Statement::allow(["rds-data:ExecuteStatement"]).sid("RunLog").on(self.cluster.att(ARN)),
            Statement::allow(["secretsmanager:GetSecretValue"]).sid("RunLogUser").on(self.cluster.att(SECRET)),
        ]
    }
}

/// Its password is made, kept and changed every week by RDS (`ManageMasterUserPassword`); no template and no person knows it.
///
/// No version is named: Aurora takes its default, which is never one that it has withdrawn; the Data API needs 13.11 (Aurora User Guide,
/// "Data API with Aurora PostgreSQL").
pub(super) fn add(stack: &mut Stack) -> Cluster {
    let root = stack.root();
    let scope = stack.scope(root, "run-log");
    let network = network::add(stack, scope);
    let log = format!("/aws/rds/cluster/{}/postgresql", names::RUN_LOG_CLUSTER);
    let log = stack.add(scope, "log-group", logs::LogGroup::new().log_group_name(log).retention_in_days(LOG_DAYS));
    stack.set_policy(log.id(), Policy::Retain);
    let capacity = Map::new().with("MinCapacity", Value::Float(LEAST_CAPACITY)).with("MaxCapacity", MOST_CAPACITY);
    let cluster = AnyResource::new("AWS::RDS::DBCluster")
        .with("DBClusterIdentifier", names::RUN_LOG_CLUSTER)
        .with("Engine", ENGINE)
        .with("DatabaseName", names::RUN_LOG_DATABASE)
        .with("MasterUsername", names::RUN_LOG_DATABASE)
        .with("ManageMasterUserPassword", true)
        .with("EnableHttpEndpoint", true)
        .with("ServerlessV2ScalingConfiguration", capacity)
        .with("StorageEncrypted", true)
        .with("DeletionProtection", true)
        .with("BackupRetentionPeriod", BACKUP_DAYS)
        .with("CopyTagsToSnapshot", true)
        .with("EnableCloudwatchLogsExports", Value::list(["postgresql"]))
        .with("DBSubnetGroupName", network.subnets)
        .with("VpcSecurityGroupIds", Value::list([network.group]));
    let cluster = stack.add(scope, "Resource", cluster);
    stack.set_policy(cluster.id(), Policy::Retain);
    stack.depends_on(cluster.id(), log.id());
    let server = AnyResource::new("AWS::RDS::DBInstance")
        .with("DBClusterIdentifier", cluster.reference())
        .with("DBInstanceClass", "db.serverless")
        .with("Engine", ENGINE)
        .with("AutoMinorVersionUpgrade", true)
        .with("PubliclyAccessible", false);
    let server = stack.add(scope, "server", server);
    stack.set_policy(server.id(), Policy::Retain);
    Cluster { cluster, server: server.id(), tables: None }
}

const ENGINE: &str = "aurora-postgresql";
