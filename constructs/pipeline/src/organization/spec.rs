//! pipesynth.yaml as written.

use std::borrow::Cow;

use indexmap::IndexMap;
use pipesynth_diag::{Cx, FromNode, Node, Spanned, Text, Value, spec, spec_enum};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::environments::Environments;
use crate::cluster::ClusterSpec;
use crate::notify::NotificationsSpec;

spec! {
    /// The organisation that a project belongs to: pipesynth.yaml, found upwards from the project.
    pub struct OrganizationFile: "pipesynth.yaml" {
        /// The organisation's accounts.
        organization: Spanned<OrganizationSpec> => "organization",
        /// Where the central account keeps runs and gates.
        run_log: Option<Spanned<RunLogSpec>> => "runLog",
        /// How triggers reach the accounts.
        fanout: Option<Spanned<FanoutSpec>> => "fanout",
        /// What stands under every pipeline, for its own file to override.
        defaults: Option<Spanned<DefaultsSpec>> => "defaults",
        /// What differs in an environment, by its name: any of the keys above, merged over them with `--env NAME`. Mappings are merged key by key, lists and
        /// single values are replaced, and `null` takes a key away.
        environments: Option<Environments> => "environments",
        /// A program that writes the assembly to `$PIPESYNTH_OUT`, instead of pipeline.yaml.
        app: Option<Spanned<String>> => "app",
    }
    /// The organisation's accounts.
    pub struct OrganizationSpec: "`organization`" {
        /// The AWS organisation's id, such as `o-a1b2c3d4e5`.
        id: Spanned<String> => "id",
        /// The central account: 12 digits.
        central_account: Spanned<Text> => "centralAccount",
        /// The region of all stacks, such as `eu-central-1`.
        region: Spanned<String> => "region",
        /// The time zone under every schedule; UTC without it.
        timezone: Option<Spanned<String>> => "timezone",
        /// Aliases of accounts: 12 digits, or the id with its network.
        accounts: Option<IndexMap<Spanned<String>, AccountSpec>> => "accounts",
    }
    /// An account's network.
    pub struct NetworkSpec: "`vpc`" {
        /// The VPC's id.
        id: Spanned<String> => "id",
        /// Private subnets of two zones or more.
        subnets: Vec<Spanned<String>> => "subnets",
    }
    /// What stands under every pipeline.
    pub struct DefaultsSpec: "`defaults`" {
        /// The account of pipelines that name none.
        account: Option<Spanned<Text>> => "account",
        /// The owner of pipelines that name none.
        team: Option<Spanned<String>> => "team",
        /// Compute of the EMR steps, key by key under the pipeline's own.
        cluster: Option<Spanned<ClusterSpec>> => "cluster",
        /// Notifications of pipelines that have none.
        notifications: Option<Spanned<NotificationsSpec>> => "notifications",
        /// Parameters of a run, name by name under the pipeline's own.
        params: Option<IndexMap<Spanned<String>, Spanned<Text>>> => "params",
        /// Tags, key by key under the pipeline's own.
        tags: Option<IndexMap<Spanned<String>, Spanned<Text>>> => "tags",
    }
}

spec_enum! {
    /// Where the central account keeps runs and gates.
    pub enum RunLogSpec: "a run log" {
        /// One DynamoDB table. The default.
        DynamoDb => "dynamodb",
        /// An Aurora PostgreSQL cluster, which can be asked in SQL; it costs money when nothing runs.
        AuroraPostgres => "aurora-postgres",
    }
    /// How triggers reach the accounts.
    pub enum FanoutSpec: "a fanout" {
        /// To the child's account alone. The default.
        Targeted => "targeted",
        /// To every account, by a rule of the central bus for each; every account then sees every trigger.
        Broadcast => "broadcast",
    }
}

/// An account: its id, or its id with its network.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountSpec {
    /// 12 digits.
    pub id: Spanned<Text>,
    /// The network in which its clusters start; without it the account's stack makes one.
    pub vpc: Option<Spanned<NetworkSpec>>,
}

impl FromNode for AccountSpec {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match node.value {
            Value::Map(_) => {
                let long = LongAccount::read(node, cx)?;
                Some(Self { id: long.id, vpc: long.vpc })
            }
            Value::Scalar(_) | Value::Seq(_) => Some(Self { id: Spanned::read(node, cx)?, vpc: None }),
        }
    }
}

spec! {
    /// An account with its network.
    pub struct LongAccount: "an account" {
        /// 12 digits.
        id: Spanned<Text> => "id",
        /// The network in which its clusters start; without it the account's stack makes one.
        vpc: Option<Spanned<NetworkSpec>> => "vpc",
    }
}

impl JsonSchema for AccountSpec {
    fn schema_name() -> Cow<'static, str> {
        "Account".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let long = generator.subschema_for::<LongAccount>();
        schemars::json_schema!({
            "description": "An account: 12 digits, or its id with its network.",
            "anyOf": [Text::json_schema(generator), long]
        })
    }
}
