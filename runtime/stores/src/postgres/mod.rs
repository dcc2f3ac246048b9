//! The store in Aurora PostgreSQL: the conditions of the protocol as single SQL statements through the RDS Data API.
//!
//! Nothing is decided in SQL. What is to be decided on is read, decided in Rust, and written by one statement that holds the
//! conditions; where it answers that it wrote nothing, the caller reads again. A statement is a transaction of its own (autocommit), so
//! no transaction ever waits for a caller. Map: [`schema`] (the tables), `statements` (the writes), `read` (pages and pieces),
//! `outbox`, `registry`, `forget` (what is old), [`data_api`] (the trait and the limits), [`wire`] (its JSON).
//!
//! # Why the statements are safe among each other
//!
//! The isolation level is READ COMMITTED, PostgreSQL's and Aurora's default. A statement sees the rows that were committed when it
//! began (its snapshot). An `UPDATE`, a `DELETE` or a `SELECT … FOR` that meets a row which another transaction has changed waits for
//! that one to end, and if it committed looks at the newest version of the row and **checks the `WHERE` again** on it (manual, 13.2.1).
//! An `INSERT … ON CONFLICT DO NOTHING` waits for an insertion of the same key that is under way. What a statement only reads it sees as
//! it was in the snapshot: so each condition stands on a row that the statement locks, or on one that cannot have changed while the
//! locked row has not.
//!
//! **Commit** ([`Store::commit`](pipesynth_engine::store::Store::commit)).
//! 1. `registration` takes the child's row `FOR SHARE`, if it is live and has the version. A change of the graph that is under way is
//!    waited for, and the condition is checked again on what it wrote: *gone*. From then on the row cannot change before this statement
//!    has ended: no gate and no firing is committed for a registration that is no longer the one decided on. `FOR KEY SHARE` would not
//!    do: it lets updates of columns that are in no key through. Decisions for one child do not wait for each other here.
//! 2. `written` updates the gate `WHERE ver = …`. Of two statements with the same version before one waits for the other's row lock,
//!    checks again and finds another version: *conflict*. The first gate is an `INSERT … ON CONFLICT DO NOTHING`: the second one waits
//!    for the first, and then inserts nothing if that committed.
//! 3. The firing's slot is looked up in the snapshot only. That is enough, for whoever takes a slot writes its gate in the same
//!    statement: a slot that was taken since the snapshot means another version of the gate. Were it ever otherwise the primary key
//!    would roll the whole statement back (`unique_violation`), which is told as a conflict.
//! 4. `fired` inserts from `written`: without the gate there is no firing. A part of a statement is never committed alone.
//!
//! **Settle** ([`Store::settle`](pipesynth_engine::store::Store::settle)).
//! `held` takes the firings `FOR UPDATE`, if each is in the state it must be in; a firing that another statement is moving is waited for
//! and checked again. `go` is there only if all were found. The lane is written only if `go` is there and the lane has the version
//! before, by the same means as a gate; the firings are moved only if the lane was written. `moved` does not look at the states again:
//! the rows are locked, and it finds them by their key, which never changes.
//!
//! **Apply** ([`Registry::apply`](pipesynth_engine::store::Registry::apply)).
//! The row of the graph's version is locked first, so changes of the graph are one after the other. Entries are written by changes of the
//! graph only, and each of them makes another graph version; so where the locked row has the version that was decided on, the entries in
//! the snapshot are the newest. The update of an entry waits for the commits that hold it `FOR SHARE`: each of them comes before the
//! change or is *gone*. Links are written in the same transaction.
//!
//! **Log and claim.** `ON CONFLICT DO NOTHING` lets one execution take the place. Another one that waited for it does not see it in its
//! snapshot: the statement answers neither "taken" nor a holder, and is sent again.
//!
//! **Forget.** A row that somebody holds is passed over, and the others are deleted by what their newest version says: a gate that was
//! written meanwhile has another time. A commit that waited for the deletion finds no gate of its version: *conflict*, and reads again.
//!
//! **No deadlock.** Each statement takes its locks in an order that all of them share: the graph, entries, gates and their firings
//! (commit takes one of each); firings by key and generation, then the lane; a holder, then the log. No statement that holds a gate, a
//! firing or a lane waits for an entry. Should a deadlock be found all the same, the statement that is rolled back is a conflict.
//!
//! **A statement whose answer is lost** may have run. The caller's event comes again, and every step is idempotent.

pub mod data_api;
mod forget;
mod outbox;
mod read;
mod registry;
pub mod schema;
mod statements;
mod store;
pub mod wire;

use pipesynth_engine::store::StoreError;

use data_api::{DataApi, Failure, Field, Rows};
use read::{Item, ReadError};

/// The store behind a Data API.
#[derive(Debug)]
pub struct PostgresStore<D> {
    api: D,
}

impl<D: DataApi> PostgresStore<D> {
    /// A store in a database that has the tables of [`schema::install`].
    pub fn new(api: D) -> Self {
        Self { api }
    }

    /// What it speaks through.
    pub fn api(&self) -> &D {
        &self.api
    }

    /// Runs a statement; `what` is what it is about, for a person.
    fn run(&self, what: &str, sql: &str, parameters: &[(&str, Field)]) -> Result<Rows, StoreError> {
        self.api.execute(sql, parameters).map_err(|failure| unavailable(what, &failure))
    }

    /// Runs a conditional write and gives its one row, or `None` where another statement was faster and this one was rolled back.
    fn write(&self, what: &str, sql: &str, parameters: &[(&str, Field)]) -> Result<Option<Vec<Field>>, StoreError> {
        match self.api.execute(sql, parameters) {
            Ok(rows) => match rows.into_iter().next() {
                Some(row) => Ok(Some(row)),
                None => Err(unavailable(what, &Failure::new("the statement answered without a row"))),
            },
            Err(failure) if failure.is_conflict() => Ok(None),
            Err(failure) => Err(unavailable(what, &failure)),
        }
    }

    /// Reads items; `what` is what they are, for a person.
    fn items(&self, what: &str, query: &str, parameters: &[(&str, Field)]) -> Result<Vec<Item>, StoreError> {
        read::items(&self.api, query, parameters).map_err(|error| match error {
            ReadError::Failed(failure) => unavailable(what, &failure),
            ReadError::Contended => StoreError::Contended,
        })
    }
}

fn unavailable(what: &str, failure: &Failure) -> StoreError {
    let told = format!("{what}: {failure}");
    if failure.too_large { StoreError::TooLarge(told) } else { StoreError::Unavailable(told) }
}

/// A stored or given number that the other side has no place for.
fn out_of_range(what: &str, number: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("{what} is {number}, which is out of range"))
}

/// A number as PostgreSQL's `bigint`.
fn long(what: &str, number: u64) -> Result<Field, StoreError> {
    i64::try_from(number).map(Field::Long).map_err(|_| out_of_range(what, number))
}

/// A time that is only compared: one after the year 292,000,000 is the end of time.
fn time(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}

fn write_json(what: &str, item: &impl serde::Serialize) -> Result<Field, StoreError> {
    serde_json::to_string(item).map(Field::Text).map_err(|error| StoreError::Broken(format!("{what}: {error}")))
}

fn read_json<T: serde::de::DeserializeOwned>(what: &str, doc: &str) -> Result<T, StoreError> {
    serde_json::from_str(doc).map_err(|error| StoreError::Broken(format!("{what}: {error}")))
}
