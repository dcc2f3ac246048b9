//! Where runs and gates are kept: one DynamoDB table, or an Aurora PostgreSQL cluster; and what the central functions may do there.
//!
//! Each function gets exactly the operations that its part of the store protocol makes. SQL knows no such parts: whoever may send a
//! statement may send any.

mod cluster;
mod network;
mod schema;
mod table;
#[cfg(test)]
mod tests;

use pipesynth_cfn::dynamodb;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Intrinsic, Piece, ResourceId, Stack, Statement, Value, sub};

use crate::RunLog as Choice;
use cluster::Cluster;

/// Where runs and gates are kept.
#[derive(Clone, Copy)]
pub(super) enum RunLog {
    /// The table, whose stream carries the outbox to the dispatcher.
    Table(Handle<dynamodb::Table>),
    /// The cluster; the trigger manager calls the dispatcher, for it has no stream.
    Cluster(Cluster),
}

/// Adds what an organisation chose.
pub(super) fn add(stack: &mut Stack, choice: Choice) -> RunLog {
    match choice {
        Choice::DynamoDb => RunLog::Table(table::add(stack)),
        Choice::AuroraPostgres => {
            let mut cluster = cluster::add(stack);
            cluster.tables = Some(schema::add(stack, cluster));
            RunLog::Cluster(cluster)
        }
    }
}

const READ: [&str; 3] = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];

/// A decision is a transaction of a gate, its firing, and a look at the registration. IAM checks each item of a transaction as an
/// operation of its own (DynamoDB Developer Guide, "IAM and transactions").
const DECIDE: [&str; 2] = ["dynamodb:PutItem", "dynamodb:ConditionCheckItem"];

/// A firing goes on its way.
const MOVE: &str = "dynamodb:UpdateItem";

/// A pipeline waits no longer for another.
const UNLINK: &str = "dynamodb:DeleteItem";

impl RunLog {
    /// How the functions know where it is.
    pub(super) fn environment(self) -> Vec<(&'static str, Value)> {
        match self {
            RunLog::Table(table) => vec![(names::ENV_STATE_TABLE, table.reference().into())],
            RunLog::Cluster(cluster) => cluster.environment(),
        }
    }

    /// What has to be there before a function can use it.
    pub(super) fn ready(self) -> Option<ResourceId> {
        match self {
            RunLog::Table(_) => None,
            RunLog::Cluster(cluster) => cluster.tables,
        }
    }

    /// The table whose stream tells of new firings.
    pub(super) fn stream(self) -> Option<Handle<dynamodb::Table>> {
        match self {
            RunLog::Table(table) => Some(table),
            RunLog::Cluster(_) => None,
        }
    }

    /// The trigger manager: run log and gates, lanes, and firings whose run is seen.
    pub(super) fn manager(self) -> Vec<Statement> {
        match self {
            RunLog::Table(table) => vec![state(table, MOVE)],
            RunLog::Cluster(cluster) => {
                let dispatcher = format!(
                    "arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{}",
                    names::FN_TRIGGER_DISPATCHER
                );
                let call = Statement::allow(["lambda:InvokeFunction"]).sid("Dispatcher").on(sub(&dispatcher));
                cluster.statements().into_iter().chain([call]).collect()
            }
        }
    }

    /// The dispatcher: firings and lanes, and the gates that the clock changes, which the index finds.
    pub(super) fn dispatcher(self) -> Vec<Statement> {
        match self {
            RunLog::Table(table) => {
                vec![state(table, MOVE), Statement::allow(["dynamodb:Query"]).sid("Todo").on(index(table))]
            }
            RunLog::Cluster(cluster) => cluster.statements().into(),
        }
    }

    /// The registry: entries and links, and the gates of a pipeline whose condition changed.
    pub(super) fn registry(self) -> Vec<Statement> {
        match self {
            RunLog::Table(table) => vec![state(table, UNLINK)],
            RunLog::Cluster(cluster) => cluster.statements().into(),
        }
    }

    /// The Slack poster: the channels of one pipeline.
    pub(super) fn poster(self) -> Vec<Statement> {
        match self {
            RunLog::Table(table) => {
                vec![Statement::allow(["dynamodb:GetItem"]).sid("Channels").on(table.att(dynamodb::Table::ARN))]
            }
            RunLog::Cluster(cluster) => cluster.statements().into(),
        }
    }
}

fn state(table: Handle<dynamodb::Table>, own: &'static str) -> Statement {
    Statement::allow(READ.into_iter().chain(DECIDE).chain([own])).sid("State").on(table.att(dynamodb::Table::ARN))
}

fn index(table: Handle<dynamodb::Table>) -> Intrinsic {
    Intrinsic::Sub(vec![
        Piece::GetAtt(table.id(), "Arn".into()),
        Piece::Text(format!("/index/{}", names::INDEX_TODO).into()),
    ])
}
