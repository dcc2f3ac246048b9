//! A cluster as written.

use std::borrow::Cow;

use indexmap::IndexMap;
use pipesynth_diag::{Cx, FromNode, Node, Spanned, Text, Value, spec};
use schemars::{JsonSchema, Schema, SchemaGenerator};

spec! {
    /// An EMR cluster.
    pub struct ClusterSpec: "`cluster`" {
        /// The EMR release, such as `emr-7.12.0`.
        release: Option<Spanned<String>> => "release",
        /// The applications to install, such as `Spark` and `Hive`.
        applications: Option<Spanned<Vec<Spanned<String>>>> => "applications",
        /// The primary node.
        primary: Option<Spanned<NodesSpec>> => "primary",
        /// Nodes that keep data.
        core: Option<Spanned<NodesSpec>> => "core",
        /// Nodes that only compute.
        task: Option<Spanned<NodesSpec>> => "task",
        /// Lets EMR add and take away core and task nodes as they are needed.
        managed_scaling: Option<Spanned<ScalingSpec>> => "managedScaling",
        /// Settings of the applications.
        configurations: Option<Spanned<Vec<ConfigurationSpec>>> => "configurations",
        /// Scripts that run on every node before the applications start.
        bootstrap_actions: Option<Spanned<Vec<BootstrapSpec>>> => "bootstrapActions",
        /// Where tables are kept: `glue`, or a database.
        metastore: Option<Spanned<MetastoreSpec>> => "metastore",
    }
    /// Nodes of one kind.
    pub struct NodesSpec: "a group of nodes" {
        /// The EC2 instance type, such as `m5.xlarge`.
        instance_type: Option<Spanned<String>> => "instanceType",
        /// Several EC2 instance types, in place of one: EMR takes what there is, for spot instances where it is least likely to be taken back.
        instance_types: Option<Spanned<Vec<Spanned<String>>>> => "instanceTypes",
        /// How many.
        count: Option<Spanned<i64>> => "count",
        /// True for spot instances.
        spot: Option<Spanned<bool>> => "spot",
    }
    /// Between how many core and task nodes the cluster grows and shrinks.
    pub struct ScalingSpec: "`managedScaling`" {
        /// The fewest nodes, core and task together.
        minimum: Spanned<i64> => "minimum",
        /// The most nodes, core and task together.
        maximum: Spanned<i64> => "maximum",
        /// The most core nodes; what is added beyond them are task nodes.
        maximum_core: Option<Spanned<i64>> => "maximumCore",
    }
    /// Settings of one application.
    pub struct ConfigurationSpec: "a configuration" {
        /// The classification, such as `spark-defaults`.
        classification: Spanned<String> => "classification",
        /// The settings.
        properties: Option<IndexMap<Spanned<String>, Spanned<Text>>> => "properties",
        /// Configurations in the configuration.
        configurations: Option<Vec<ConfigurationSpec>> => "configurations",
    }
    /// A script that runs on every node.
    pub struct BootstrapSpec: "a bootstrap action" {
        /// Its name.
        name: Spanned<String> => "name",
        /// A file of the project, or `s3://bucket/key`.
        script: Spanned<String> => "script",
        /// Its arguments.
        arguments: Option<Vec<Spanned<Text>>> => "arguments",
    }
    /// A Hive metastore in a database.
    pub struct JdbcSpec: "a metastore" {
        /// The database's address, such as `jdbc:mysql://host:3306/hive`.
        jdbc_url: Spanned<String> => "jdbcUrl",
        /// The user.
        username: Spanned<String> => "username",
        /// The name of the secret that holds the password, in the pipeline's account; it starts with `pipesynth/metastore/`.
        password_secret: Spanned<String> => "passwordSecret",
    }
}

/// Where tables are kept.
#[derive(Debug, Clone, PartialEq)]
pub enum MetastoreSpec {
    /// A word: `glue`.
    Word(Spanned<String>),
    /// A database.
    Jdbc(Spanned<JdbcSpec>),
}

impl FromNode for MetastoreSpec {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match node.value {
            Value::Map(_) => Spanned::read(node, cx).map(Self::Jdbc),
            Value::Scalar(_) | Value::Seq(_) => Spanned::read(node, cx).map(Self::Word),
        }
    }
}

impl JsonSchema for MetastoreSpec {
    fn schema_name() -> Cow<'static, str> {
        "Metastore".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let jdbc = generator.subschema_for::<JdbcSpec>();
        schemars::json_schema!({
            "description": "Where tables are kept: the Glue Data Catalog, or a database.",
            "anyOf": [{ "const": "glue" }, jdbc]
        })
    }
}
