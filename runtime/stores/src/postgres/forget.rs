//! Rows that are past their time → deleted, some at a time. DynamoDB does the same by itself, by each item's `ttl`.

use pipesynth_contract::names::STATE_DAYS;
use pipesynth_engine::store::StoreError;

use super::data_api::DataApi;
use super::{PostgresStore, read, time, unavailable};

const DAY: u64 = 86_400_000;

/// Rows of one table that go at once: with a call every minute over a million a day, and no statement that takes long.
const ROWS: i64 = 1_000;

/// What each table keeps, and the column with the time by which it goes. Of firings the settled ones alone.
const TABLES: [(&str, &str, &str, &str); 4] = [
    ("run_log", "pipeline, at, execution, status", "at", ""),
    ("holder", "pipeline, run_key, status", "at", ""),
    ("firing", "child, key, generation", "at", "AND settled"),
    ("gate", "child, key", "expires", ""),
];

fn statement(table: &str, key: &str, column: &str, more: &str) -> String {
    format!(
        "WITH old AS MATERIALIZED (
  SELECT {key} FROM pipesynth.{table} WHERE {column} <= CAST(:before AS bigint) {more}
  ORDER BY {column} LIMIT CAST(:limit AS bigint)
  FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM pipesynth.{table} WHERE ({key}) IN (SELECT {key} FROM old) RETURNING 1
)
SELECT count(*) FROM gone"
    )
}

impl<D: DataApi> PostgresStore<D> {
    /// Deletes the run log and settled firings of more than [`STATE_DAYS`] ago, and gates that are past their time; `now` in milliseconds
    /// since 1970. Tells how many rows went; there may be more. To be called every minute.
    ///
    /// # Errors
    /// The database's own; what went before is gone.
    pub fn forget(&self, now: u64) -> Result<u64, StoreError> {
        let mut gone = 0;
        for (table, key, column, more) in TABLES {
            let what = format!("what is old in `{table}`");
            let before = if column == "expires" { now } else { now.saturating_sub(STATE_DAYS * DAY) };
            let parameters = [("before", time(before).into()), ("limit", ROWS.into())];
            let rows = self.run(&what, &statement(table, key, column, more), &parameters)?;
            let count = rows.first().map_or(Ok(0), |row| read::long(row, 0));
            gone += count.map_err(|failure| unavailable(&what, &failure))?.unsigned_abs();
        }
        Ok(gone)
    }
}
