//! `schema.sql` → the tables in a database.

use super::data_api::{DataApi, Failure};

/// The text of `schema.sql`.
pub const SCHEMA: &str = include_str!("schema.sql");

/// The statements of [`SCHEMA`] one by one, as the Data API takes them, without comments.
pub fn statements() -> Vec<String> {
    let lines: Vec<&str> = SCHEMA.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let text = lines.join("\n");
    text.split(";\n")
        .map(|statement| statement.trim().trim_end_matches(';').to_owned())
        .filter(|s| !s.is_empty())
        .collect()
}

/// Makes the tables that are not there. Safe to repeat, not to run twice at once: PostgreSQL's `IF NOT EXISTS` looks before it makes.
pub fn install(api: &dyn DataApi) -> Result<(), Failure> {
    for statement in statements() {
        api.execute(&statement, &[])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_cut_at_its_statements_and_nowhere_else() {
        let statements = statements();
        assert_eq!(statements.len(), SCHEMA.lines().filter(|line| line.ends_with(';')).count());
        for statement in &statements {
            assert!(statement.starts_with("CREATE ") || statement.starts_with("INSERT "), "{statement}");
            assert!(!statement.contains(';') && !statement.contains("--"), "{statement}");
        }
    }
}
