//! The Data API as a server in this process: the JSON of `ExecuteStatement` → a real PostgreSQL, within the service's limits.
//!
//! What goes in and out is the JSON that the real service takes and gives, so that the shapes are tested with every statement.

use std::fmt::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use pipesynth_stores::postgres::data_api::{DataApi, Failure, Field, MAX_RESPONSE, MAX_ROW, Rows};
use pipesynth_stores::postgres::{PostgresStore, schema, wire};
use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls, Row};
use serde_json::{Value, json};

/// Where the server is, in libpq's words; `tests/postgres/with-server` sets it.
fn server() -> String {
    std::env::var("PIPESYNTH_POSTGRES").expect("PIPESYNTH_POSTGRES is not set: run `./run-tests stores`")
}

/// A database of one test with the store's tables.
#[derive(Clone)]
pub struct Database(String);

impl Database {
    pub fn new() -> Self {
        let database = Self::empty();
        schema::install(&database.api()).unwrap();
        database
    }

    /// Without the tables.
    pub fn empty() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut client = Client::connect(&server(), NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Self(format!("{} dbname={name}", server()))
    }

    /// A connection that speaks PostgreSQL's own protocol.
    pub fn client(&self) -> Client {
        Client::connect(&self.0, NoTls).unwrap()
    }

    /// A connection behind a Data API.
    pub fn api(&self) -> Api {
        let mut client = self.client();
        // A call ends after 45 seconds (Aurora User Guide, "Using RDS Data API").
        client.batch_execute("SET statement_timeout = '45s'").unwrap();
        let id = client.query_one("SELECT pg_backend_pid()", &[]).unwrap().get(0);
        Api { client: Mutex::new(client), id, calls: Mutex::default() }
    }

    pub fn store(&self) -> PostgresStore<Api> {
        PostgresStore::new(self.api())
    }
}

/// One connection.
pub struct Api {
    client: Mutex<Client>,
    /// The server's process behind it.
    pub id: i32,
    calls: Mutex<Vec<Call>>,
}

/// What was asked and how much was answered.
#[derive(Clone, Debug)]
pub struct Call {
    pub sql: String,
    pub parameters: Vec<(String, Field)>,
    pub answer: usize,
    /// PostgreSQL refused it, and rolled back.
    pub failed: bool,
}

impl Api {
    /// The calls since the last time.
    pub fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The lines of a plan, of the statement of a call.
    pub fn explain(&self, call: &Call) -> String {
        let (sql, order) = positional(&call.sql);
        let mut client = self.client.lock().unwrap();
        let literal = |field: &Field| match field {
            Field::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Field::Long(number) => number.to_string(),
            Field::Bool(yes) => yes.to_string(),
            Field::Null => "NULL".to_owned(),
        };
        let mut sql = sql;
        for (at, name) in order.iter().enumerate().rev() {
            let field = &call.parameters.iter().find(|(n, _)| n == name).unwrap().1;
            sql = sql.replace(&format!("${}", at + 1), &literal(field));
        }
        let rows = client.query(&format!("EXPLAIN (COSTS OFF) {sql}"), &[]).unwrap();
        rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
    }
}

impl DataApi for Api {
    fn execute(&self, sql: &str, parameters: &[(&str, Field)]) -> Result<Rows, Failure> {
        let database = wire::Database {
            cluster: "arn:aws:rds:eu-west-1:999999999999:cluster:pipesynth".to_owned(),
            secret: "arn:aws:secretsmanager:eu-west-1:999999999999:secret:pipesynth".to_owned(),
            name: "pipesynth".to_owned(),
        };
        let body = wire::request(&database, sql, parameters)?;
        let request: Value = serde_json::from_slice(&body).unwrap();
        let (status, kind, body) = answer(&mut self.client.lock().unwrap(), &request);
        let body = body.to_string();
        // The longest way to write it, for nobody promises how the service does: everything beyond ASCII escaped.
        let length = body.chars().map(|c| if c.is_ascii() { 1 } else { 6 * c.len_utf16() }).sum();
        let parameters = parameters.iter().map(|(name, field)| ((*name).to_owned(), field.clone())).collect();
        let call = Call { sql: sql.to_owned(), parameters, answer: length, failed: status != 200 };
        self.calls.lock().unwrap().push(call);
        if length > MAX_RESPONSE {
            let body =
                json!({ "message": format!("Database returned more than the allowed response size limit: {length}") });
            return wire::answer(400, Some("UnsupportedResultException"), body.to_string().as_bytes());
        }
        wire::answer(status, kind.as_deref(), body.as_bytes())
    }
}

/// The service's answer to a request: status, header `x-amzn-ErrorType`, body.
pub fn answer(client: &mut Client, request: &Value) -> (u16, Option<String>, Value) {
    match serve(client, request) {
        Ok(records) => (200, None, json!({ "generatedFields": [], "numberOfRecordsUpdated": 0, "records": records })),
        Err((kind, message)) => (400, Some(format!("{kind}:http://internal/")), json!({ "message": message })),
    }
}

type Fault = (&'static str, String);

/// One statement, committed by itself: `ExecuteStatement` without `transactionId`.
fn serve(client: &mut Client, request: &Value) -> Result<Vec<Vec<Value>>, Fault> {
    let bad = |message: String| ("BadRequestException", message);
    let (sql, order) = positional(request["sql"].as_str().unwrap());
    let given = request["parameters"].as_array().unwrap();
    if let Some(unused) = given.iter().find(|p| !order.iter().any(|name| p["name"] == **name)) {
        return Err(bad(format!("Parameter {} is not in the statement", unused["name"])));
    }
    let mut types = Vec::new();
    let mut values: Vec<Box<dyn ToSql + Sync>> = Vec::new();
    for name in &order {
        let parameter = given.iter().find(|p| p["name"] == **name);
        let value = &parameter.ok_or_else(|| bad(format!("Cannot find parameter: {name}")))?["value"];
        let (member, value) = value.as_object().and_then(|members| members.iter().next()).unwrap();
        let (kind, value): (Type, Box<dyn ToSql + Sync>) = match member.as_str() {
            "stringValue" => (Type::TEXT, Box::new(value.as_str().unwrap().to_owned())),
            "longValue" => (Type::INT8, Box::new(value.as_i64().unwrap())),
            "booleanValue" => (Type::BOOL, Box::new(value.as_bool().unwrap())),
            "isNull" => (Type::TEXT, Box::new(None::<String>)),
            other => return Err(bad(format!("no such member: {other}"))),
        };
        types.push(kind);
        values.push(value);
    }
    let fault = |error: postgres::Error| match error.as_db_error() {
        Some(error) => {
            let detail = error.detail().map_or(String::new(), |detail| format!("\n  Detail: {detail}"));
            let message = format!("ERROR: {}{detail}; SQLState: {}", error.message(), error.code().code());
            ("DatabaseErrorException", message)
        }
        None => ("DatabaseErrorException", error.to_string()),
    };
    let statement = client.prepare_typed(&sql, &types).map_err(fault)?;
    let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| &**value).collect();
    client.query(&statement, &values).map_err(fault)?.iter().map(record).collect()
}

fn record(row: &Row) -> Result<Vec<Value>, Fault> {
    let mut size = 0;
    let mut record = Vec::new();
    for (at, column) in row.columns().iter().enumerate() {
        let null = || json!({ "isNull": true });
        record.push(match *column.type_() {
            Type::TEXT => row.get::<_, Option<String>>(at).map_or_else(null, |text| {
                size += text.len();
                json!({ "stringValue": text })
            }),
            Type::INT8 => row.get::<_, Option<i64>>(at).map_or_else(null, |number| json!({ "longValue": number })),
            Type::INT4 => row.get::<_, Option<i32>>(at).map_or_else(null, |number| json!({ "longValue": number })),
            Type::BOOL => row.get::<_, Option<bool>>(at).map_or_else(null, |yes| json!({ "booleanValue": yes })),
            ref other => return Err(("UnsupportedResultException", format!("column of type {other}"))),
        });
        size += 8;
    }
    if size > MAX_ROW {
        return Err(("UnsupportedResultException", format!("a row of {size} bytes, at most {MAX_ROW}")));
    }
    Ok(record)
}

/// `:name` → `$n`, outside of quotes and casts; and the names by their numbers.
fn positional(sql: &str) -> (String, Vec<String>) {
    let (mut out, mut names) = (String::new(), Vec::<String>::new());
    let mut rest = sql;
    while let Some(at) = rest.find([':', '\'']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('\'') {
            let end = after.find('\'').expect("a quote that ends") + 2;
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        assert!(!rest.starts_with("::"), "the service may take `::` for a name, CAST is safe: {sql}");
        let end = rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(rest.len(), |end| end + 1);
        let name = &rest[1..end];
        let number = names.iter().position(|n| n == name).unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        });
        write!(out, "${}", number + 1).unwrap();
        rest = &rest[end..];
    }
    out.push_str(rest);
    (out, names)
}
