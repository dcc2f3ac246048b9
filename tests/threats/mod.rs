//! The threats of docs/security.md, each as an attack that fails, and that succeeds when its control is taken away.
//!
//! What a Lambda function itself refuses (threats 3, 5 and 8) is attacked in runtime/lambdas, where the function is.

mod cluster;
mod deploy;
mod deputies;
mod events;
mod org;
mod policy;
mod registry;
mod secrets;
mod supply;

use std::collections::BTreeSet;

use crate::support::{files_under, root};

/// How many threats there are.
const THREATS: usize = 14;

#[test]
fn every_threat_has_a_test_or_a_line_that_says_what_is_missing() {
    let page = std::fs::read_to_string(root().join("docs/security.md")).unwrap();
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| ") && line[2..].starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    assert_eq!(rows.len(), THREATS, "rows of docs/security.md");
    let (mut attacked, mut names) = (BTreeSet::new(), BTreeSet::new());
    for folder in ["tests/threats", "runtime/lambdas/src"] {
        for file in files_under(&root().join(folder)).iter().filter(|file| file.ends_with(".rs")) {
            let text = std::fs::read_to_string(root().join(folder).join(file)).unwrap();
            let numbers =
                text.split("fn threat_").skip(1).filter_map(|rest| rest.split('_').next()?.parse::<usize>().ok());
            attacked.extend(numbers);
            let functions = text.split("fn ").skip(1).filter_map(|rest| rest.split('(').next());
            names.extend(functions.map(str::to_owned));
        }
    }
    for (row, number) in rows.iter().zip(1..) {
        assert!(row.starts_with(&format!("| {number} | ")), "{row}");
        let open = row.contains("| open: ");
        for name in row.split('`').filter(|name| {
            name.len() > 20 && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        }) {
            assert!(names.contains(name), "no test `{name}`");
        }
        assert!(attacked.contains(&number) || open, "threat {number} has no test `threat_{number}_…`, and no `open:`");
    }
}
