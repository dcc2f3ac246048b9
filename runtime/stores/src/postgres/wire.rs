//! A statement with its parameters ↔ the JSON of the Data API's `ExecuteStatement`. Signing and sending is the caller's.
//!
//! `POST /Execute` of `rds-data`, protocol rest-json (the service's model `rds-data/2018-08-01`).

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::data_api::{Failure, Field, MAX_REQUEST, MAX_STATEMENT, Rows};

/// The path of `ExecuteStatement`; the method is `POST`.
pub const PATH: &str = "/Execute";

/// Room for the headers of a request, which count against [`MAX_REQUEST`], in bytes.
const HEADERS: usize = 16 * 1024;

/// Which database the statements go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// ARN of the Aurora cluster.
    pub cluster: String,
    /// ARN of the secret with the database user.
    pub secret: String,
    /// The database's name.
    pub name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    resource_arn: &'a str,
    secret_arn: &'a str,
    database: &'a str,
    sql: &'a str,
    parameters: Vec<SqlParameter<'a>>,
    include_result_metadata: bool,
}

#[derive(Serialize)]
struct SqlParameter<'a> {
    name: &'a str,
    value: Member<'a>,
}

/// One member of the union `Field`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Member<'a> {
    StringValue(&'a str),
    LongValue(i64),
    BooleanValue(bool),
    IsNull(bool),
}

impl<'a> From<&'a Field> for Member<'a> {
    fn from(field: &'a Field) -> Self {
        match field {
            Field::Text(text) => Member::StringValue(text),
            Field::Long(number) => Member::LongValue(*number),
            Field::Bool(yes) => Member::BooleanValue(*yes),
            Field::Null => Member::IsNull(true),
        }
    }
}

/// The body of the request. What is over the service's limits is refused here, before anything is sent.
pub fn request(database: &Database, sql: &str, parameters: &[(&str, Field)]) -> Result<Vec<u8>, Failure> {
    let characters = sql.chars().count();
    if characters > MAX_STATEMENT {
        return Err(Failure::too_large(format!(
            "a statement has at most {MAX_STATEMENT} characters, this one has {characters}"
        )));
    }
    let parameters = parameters.iter().map(|(name, field)| SqlParameter { name, value: field.into() }).collect();
    let request = Request {
        resource_arn: &database.cluster,
        secret_arn: &database.secret,
        database: &database.name,
        sql,
        parameters,
        include_result_metadata: false,
    };
    let body = serde_json::to_vec(&request).map_err(|error| Failure::new(error.to_string()))?;
    if body.len() + HEADERS > MAX_REQUEST {
        return Err(Failure::too_large(format!(
            "a request has at most {MAX_REQUEST} bytes with its headers, this one's body has {}",
            body.len()
        )));
    }
    Ok(body)
}

#[derive(Deserialize)]
struct Response {
    records: Option<Vec<Vec<Received>>>,
}

/// As it comes: exactly one member is set.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Received {
    StringValue(String),
    LongValue(i64),
    BooleanValue(bool),
    IsNull(bool),
    DoubleValue(IgnoredAny),
    BlobValue(IgnoredAny),
    ArrayValue(IgnoredAny),
}

#[derive(Deserialize)]
struct Fault {
    #[serde(alias = "Message")]
    message: Option<String>,
    #[serde(rename = "__type", alias = "code")]
    kind: Option<String>,
}

/// The rows of an answer. `kind` is the header `x-amzn-ErrorType`, where there is one.
pub fn answer(status: u16, kind: Option<&str>, body: &[u8]) -> Result<Rows, Failure> {
    if status != 200 {
        return Err(fault(status, kind, body));
    }
    let response: Response = serde_json::from_slice(body)
        .map_err(|error| Failure::new(format!("the answer of the Data API cannot be read: {error}")))?;
    response.records.unwrap_or_default().into_iter().map(|row| row.into_iter().map(field).collect()).collect()
}

fn field(received: Received) -> Result<Field, Failure> {
    let other =
        |name: &str| Err(Failure::new(format!("the Data API answered with `{name}`, which no statement asks for")));
    match received {
        Received::StringValue(text) => Ok(Field::Text(text)),
        Received::LongValue(number) => Ok(Field::Long(number)),
        Received::BooleanValue(yes) => Ok(Field::Bool(yes)),
        Received::IsNull(true) => Ok(Field::Null),
        Received::IsNull(false) => other("isNull: false"),
        Received::DoubleValue(_) => other("doubleValue"),
        Received::BlobValue(_) => other("blobValue"),
        Received::ArrayValue(_) => other("arrayValue"),
    }
}

/// An error's name, its message, and the SQLSTATE at the end of the message (`…; SQLState: 23505`).
fn fault(status: u16, kind: Option<&str>, body: &[u8]) -> Failure {
    let fault: Option<Fault> = serde_json::from_slice(body).ok();
    let (message, inner) = fault.map_or((None, None), |fault| (fault.message, fault.kind));
    // `DatabaseErrorException:http://…` in the header, `namespace#DatabaseErrorException` in the body.
    let name = kind.map(str::to_owned).or(inner).unwrap_or_default();
    let name = name.split(':').next().and_then(|name| name.rsplit('#').next()).unwrap_or_default();
    let message = message.unwrap_or_else(|| "no message".to_owned());
    let state = message.rsplit_once("SQLState: ").map(|(_, state)| state.trim());
    let state = state.filter(|state| state.len() == 5 && state.bytes().all(|b| b.is_ascii_alphanumeric()));
    let name = if name.is_empty() { format!("HTTP status {status}") } else { name.to_owned() };
    Failure { state: state.map(str::to_owned), ..Failure::new(format!("{name}: {message}")) }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
