//! The files of `migrations/` → the tables in a database, at the newest version.

use super::data_api::{DataApi, Failure, Field};
use super::read;
use pipesynth_contract::names;

/// What each version adds to the one before, from version 1 on. A file is never changed once it was deployed. Functions of the version
/// before go on for minutes beside the new tables, and come back when a deploy is rolled back: so a version adds, and takes nothing away.
pub const MIGRATIONS: [&str; 1] = [include_str!("migrations/1.sql")];

const _: () = assert!(MIGRATIONS.len() == names::RUN_LOG_VERSION as usize);

/// How often a statement is tried that met another installation.
const TRIES: usize = 5;

/// Where the installed versions are written down.
const BASE: [&str; 2] = [
    "CREATE SCHEMA IF NOT EXISTS pipesynth",
    "CREATE TABLE IF NOT EXISTS pipesynth.installed (version bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())",
];

const VERSION: &str = "SELECT coalesce(max(version), 0) FROM pipesynth.installed";

const INSTALLED: &str =
    "INSERT INTO pipesynth.installed (version) VALUES (CAST(:version AS bigint)) ON CONFLICT (version) DO NOTHING";

/// What an installation found and left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installed {
    /// The version before: 0 for an empty database.
    pub before: u64,
    /// The version now. A newer one than this program's is left as it is.
    pub after: u64,
}

/// Brings the tables to this program's version. Safe to repeat after a failure, and beside another installation.
///
/// # Errors
/// The database's own.
pub fn install(api: &dyn DataApi) -> Result<Installed, Failure> {
    for statement in BASE {
        run(api, statement, &[])?;
    }
    let rows = api.execute(VERSION, &[])?;
    let row = rows.first().ok_or_else(|| Failure::new("the version of the tables is not told"))?;
    let before = u64::try_from(read::long(row, 0)?).unwrap_or_default();
    let mut after = before;
    for (version, text) in (1..).zip(MIGRATIONS).skip(usize::try_from(before).unwrap_or(usize::MAX)) {
        for statement in statements(text) {
            run(api, &statement, &[])?;
        }
        run(api, INSTALLED, &[("version", Field::Long(version))])?;
        after = version.unsigned_abs();
    }
    Ok(Installed { before, after })
}

/// The statements of a migration one by one, as the Data API takes them, without comments.
pub fn statements(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let text = lines.join("\n");
    text.split(";\n")
        .map(|statement| statement.trim().trim_end_matches(';').to_owned())
        .filter(|s| !s.is_empty())
        .collect()
}

/// `IF NOT EXISTS` looks before it makes, so another installation may come between: then the thing is there the next time.
fn run(api: &dyn DataApi, statement: &str, parameters: &[(&str, Field)]) -> Result<(), Failure> {
    let mut tries = 1;
    loop {
        match api.execute(statement, parameters) {
            Err(failure) if tries < TRIES && (failure.is_conflict() || is_there(&failure)) => tries += 1,
            done => return done.map(|_| ()),
        }
    }
}

/// `duplicate_table`, `duplicate_object`, `duplicate_schema`, and `internal_error`, which is how PostgreSQL tells that a row of its own
/// tables was changed twice at once.
fn is_there(failure: &Failure) -> bool {
    matches!(failure.state.as_deref(), Some("42P07" | "42710" | "42P06" | "XX000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_is_cut_at_its_statements_and_nowhere_else() {
        for text in MIGRATIONS {
            let statements = statements(text);
            assert_eq!(statements.len(), text.lines().filter(|line| line.ends_with(';')).count());
            for statement in &statements {
                assert!(statement.starts_with("CREATE ") || statement.starts_with("INSERT "), "{statement}");
                assert!(statement.contains("IF NOT EXISTS") || statement.contains("ON CONFLICT"), "{statement}");
                assert!(!statement.contains(';') && !statement.contains("--"), "{statement}");
            }
        }
    }
}
