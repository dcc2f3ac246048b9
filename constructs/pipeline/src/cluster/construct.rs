//! A checked cluster → the arguments of `elasticmapreduce:createCluster`.

use indexmap::IndexMap;
use pipesynth_contract::names;
use pipesynth_core::{Map, Parameter, Stack, Value, parameter, sub};

use super::metastore::{Database, Metastore};
use super::nodes::Group;
use super::plan::{ClusterPlan, Configuration, Scaling};
use crate::code_file::CodeFile;
use crate::construct::{Fixed, parameter as names_of};
use crate::text;

/// Seconds after which EMR ends a cluster by itself that has nothing to do; 60 to 604,800 (EMR API, AutoTerminationPolicy).
const IDLE_SECONDS: u32 = 900;
/// Minutes after which spot capacity that cannot be had is taken on demand; 5 to 1,440 (EMR API, SpotProvisioningSpecification).
const SPOT_MINUTES: u32 = 10;
/// Hive and Spark take the Glue Data Catalog as their metastore through this class (Amazon EMR Release Guide, "Using the AWS Glue Data Catalog").
const GLUE_CLIENT: &str = "com.amazonaws.glue.catalog.metastore.AWSGlueDataCatalogHiveClientFactory";

/// The parameters that differ per account: read from SSM, where the user-account stack keeps them.
pub fn parameters(stack: &mut Stack) {
    let mut add = |name: &'static str, kind, default: &'static str, text| {
        stack.parameter(name, Parameter::new(kind, text).with("Default", default));
    };
    let one = "AWS::SSM::Parameter::Value<String>";
    add(
        names_of::SUBNETS,
        "AWS::SSM::Parameter::Value<List<String>>",
        names::PARAM_SUBNETS,
        "Subnets in which the cluster may start",
    );
    add(names_of::PRIMARY_GROUP, one, names::PARAM_SG_PRIMARY, "Security group of primary nodes");
    add(names_of::WORKER_GROUP, one, names::PARAM_SG_WORKER, "Security group of core and task nodes");
    add(names_of::SERVICE_GROUP, one, names::PARAM_SG_SERVICE, "Security group of EMR's service access");
}

/// The request. `pipeline` is the lower-case name, `profile` the nodes' instance profile, `side_by_side` the steps that may run at once.
pub fn request(plan: &ClusterPlan, pipeline: &str, profile: Value, side_by_side: usize) -> Map {
    let mut request = Map::new()
        .with("Name", "{% $clusterName %}")
        .with("ReleaseLabel", plan.release.clone())
        .with("Applications", Value::list(plan.applications.iter().map(|a| Map::new().with("Name", a.clone()))))
        .with("ServiceRole", Fixed::role_arn(names::ROLE_EMR_SERVICE))
        .with("JobFlowRole", profile)
        .with("LogUri", sub(&format!("s3://{}/{}{pipeline}/", Fixed::bucket_text(), names::KEY_EMR_LOGS)))
        .with("SecurityConfiguration", names::EMR_SECURITY)
        .with("StepConcurrencyLevel", side_by_side as i64)
        .with("AutoTerminationPolicy", Map::new().with("IdleTimeout", IDLE_SECONDS))
        .with("Instances", instances(plan));
    if let Some(scaling) = plan.scaling {
        request.set("ManagedScalingPolicy", Map::new().with("ComputeLimits", limits(scaling)));
    }
    let configurations = configurations(plan);
    if !configurations.is_empty() {
        request.set("Configurations", Value::List(configurations));
    }
    if !plan.bootstrap.is_empty() {
        request.set("BootstrapActions", Value::list(plan.bootstrap.iter().map(bootstrap)));
    }
    request.set(
        "Tags",
        Value::list([
            tag("for-use-with-amazon-emr-managed-policies", "true".into()),
            tag(names::TAG_PIPELINE, pipeline.to_owned().into()),
            tag(names::TAG_EXECUTION, "{% $states.context.Execution.Id %}".into()),
        ]),
    );
    request
}

fn limits(scaling: Scaling) -> Map {
    let mut limits = Map::new()
        .with("UnitType", "InstanceFleetUnits")
        .with("MinimumCapacityUnits", scaling.minimum)
        .with("MaximumCapacityUnits", scaling.maximum);
    if let Some(core) = scaling.maximum_core {
        limits.set("MaximumCoreCapacityUnits", core);
    }
    limits
}

fn tag(key: &'static str, value: Value) -> Map {
    Map::new().with("Key", key).with("Value", value)
}

/// Instance fleets: only with fleets does EMR choose among subnets (EMR API, JobFlowInstancesConfig, `Ec2SubnetIds`).
fn instances(plan: &ClusterPlan) -> Map {
    let mut fleets = vec![fleet("MASTER", "primary", &plan.primary)];
    fleets.extend(plan.core.as_ref().map(|g| fleet("CORE", "core", g)));
    fleets.extend(plan.task.as_ref().map(|g| fleet("TASK", "task", g)));
    Map::new()
        .with("KeepJobFlowAliveWhenNoSteps", true)
        .with("TerminationProtected", false)
        .with("Ec2SubnetIds", parameter(names_of::SUBNETS))
        .with("EmrManagedMasterSecurityGroup", parameter(names_of::PRIMARY_GROUP))
        .with("EmrManagedSlaveSecurityGroup", parameter(names_of::WORKER_GROUP))
        .with("ServiceAccessSecurityGroup", parameter(names_of::SERVICE_GROUP))
        .with("InstanceFleets", Value::list(fleets))
}

/// The capacity counts instances, for a type without a weight weighs 1.
fn fleet(kind: &'static str, name: &'static str, group: &Group) -> Map {
    let types = group.instance_types.iter().map(|one| Map::new().with("InstanceType", one.clone()));
    let capacity = if group.spot { "TargetSpotCapacity" } else { "TargetOnDemandCapacity" };
    let mut fleet = Map::new()
        .with("Name", name)
        .with("InstanceFleetType", kind)
        .with(capacity, group.count)
        .with("InstanceTypeConfigs", Value::list(types));
    if group.spot {
        let spot = Map::new()
            .with("AllocationStrategy", "price-capacity-optimized")
            .with("TimeoutAction", "SWITCH_TO_ON_DEMAND")
            .with("TimeoutDurationMinutes", SPOT_MINUTES);
        fleet.set("LaunchSpecifications", Map::new().with("SpotSpecification", spot));
    } else if group.instance_types.len() > 1 {
        // Without a strategy a fleet has five types at most.
        let cheapest = Map::new().with("AllocationStrategy", "lowest-price");
        fleet.set("LaunchSpecifications", Map::new().with("OnDemandSpecification", cheapest));
    }
    fleet
}

/// What configurations of one classification say together.
#[derive(Default)]
struct Merged<'a> {
    properties: IndexMap<&'a str, Value>,
    nested: Vec<&'a Configuration>,
}

/// The written configurations; the metastore's own come first, so that a written one of the same classification is merged over it.
fn configurations(plan: &ClusterPlan) -> Vec<Value> {
    let mut all: IndexMap<&str, Merged<'_>> = IndexMap::new();
    match &plan.metastore {
        None => {}
        Some(Metastore::Glue) => {
            for classification in ["hive-site", "spark-hive-site"] {
                let properties = &mut all.entry(classification).or_default().properties;
                properties.insert("hive.metastore.client.factory.class", GLUE_CLIENT.into());
            }
        }
        Some(Metastore::Database(database)) => {
            all.entry("hive-site").or_default().properties.extend(database_properties(database));
        }
    }
    for written in &plan.configurations {
        let merged = all.entry(&written.classification).or_default();
        merged.properties.extend(written.properties.iter().map(|(key, value)| (key.as_str(), value.clone().into())));
        merged.nested.extend(&written.nested);
    }
    all.into_iter()
        .map(|(classification, c)| configuration(classification, c.properties.into_iter(), &c.nested))
        .collect()
}

/// How Hive reaches its database. EMR puts the secret's value in place of its ARN when it sends the settings to the nodes, so the password
/// is in no template, no machine and no description of the cluster (Amazon EMR Release Guide, "Store sensitive configuration data").
fn database_properties(database: &Database) -> [(&'static str, Value); 4] {
    let secret = Fixed::arn("secretsmanager", &format!("secret:{}", database.secret));
    [
        ("javax.jdo.option.ConnectionURL", database.url.clone().into()),
        ("javax.jdo.option.ConnectionDriverName", "org.mariadb.jdbc.Driver".into()),
        ("javax.jdo.option.ConnectionUserName", database.username.clone().into()),
        ("EMR.secret@javax.jdo.option.ConnectionPassword", secret.into()),
    ]
}

fn configuration<'a>(
    classification: &str,
    properties: impl Iterator<Item = (&'a str, Value)>,
    nested: &[&Configuration],
) -> Value {
    let properties = properties.map(|(key, value)| (key.to_owned(), value));
    let map = Map::new().with("Classification", classification.to_owned()).with("Properties", Value::map(properties));
    match nested {
        [] => map.into(),
        nested => map.with("Configurations", Value::list(nested.iter().map(|c| inner(c)))).into(),
    }
}

fn inner(written: &Configuration) -> Value {
    let properties = written.properties.iter().map(|(key, value)| (key.as_str(), value.clone().into()));
    configuration(&written.classification, properties, &written.nested.iter().collect::<Vec<_>>())
}

fn bootstrap((name, script, arguments): &(String, CodeFile, Vec<String>)) -> Map {
    let action = Map::new()
        .with("Path", text::value(vec![script.address()]))
        .with("Args", Value::list(arguments.iter().cloned()));
    Map::new().with("Name", name.clone()).with("ScriptBootstrapAction", action)
}
