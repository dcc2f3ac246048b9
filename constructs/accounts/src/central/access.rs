//! What the central functions may do with the state table: each exactly the operations that its part of the store protocol makes.

use pipesynth_cfn::{apigateway, dynamodb};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Intrinsic, Piece, Statement, Target};

const READ: [&str; 3] = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];

/// A decision is a transaction of a gate, its firing, and a look at the registration. IAM checks each item of a transaction as an
/// operation of its own (DynamoDB Developer Guide, "IAM and transactions").
const DECIDE: [&str; 2] = ["dynamodb:PutItem", "dynamodb:ConditionCheckItem"];

/// A firing goes on its way.
const MOVE: &str = "dynamodb:UpdateItem";

/// A pipeline waits no longer for another.
const UNLINK: &str = "dynamodb:DeleteItem";

/// The trigger manager: run log and gates, lanes, and firings whose run is seen.
pub(super) fn manager(table: Handle<dynamodb::Table>) -> Vec<Statement> {
    vec![state(table, MOVE)]
}

/// The dispatcher: firings and lanes, and the gates that the clock changes, which the index finds.
pub(super) fn dispatcher(table: Handle<dynamodb::Table>) -> Vec<Statement> {
    vec![state(table, MOVE), Statement::allow(["dynamodb:Query"]).sid("Todo").on(index(table))]
}

/// The registry: entries and links, and the gates of a pipeline whose condition changed.
pub(super) fn registry(table: Handle<dynamodb::Table>) -> Vec<Statement> {
    vec![state(table, UNLINK)]
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

/// Text with `${Api}` in it, which is the API's id, and with pseudo parameters.
pub(super) fn with_api(text: &str, api: Handle<apigateway::RestApi>) -> Intrinsic {
    let Intrinsic::Sub(mut pieces) = pipesynth_core::sub(text) else { return api.reference() };
    for piece in &mut pieces {
        if *piece == Piece::Ref(Target::Parameter("Api".into())) {
            *piece = Piece::Ref(Target::Resource(api.id()));
        }
    }
    Intrinsic::Sub(pieces)
}
