//! The kinds of findings: each has one number, stands in a table, is explained in the manual.

use std::collections::BTreeMap;
use std::fmt::Write;

use pipesynth_diag::Code;

use super::{none, sources};
use crate::support::Held;

/// A crate's table: where it stands, what its numbers are about.
pub struct Table {
    source: &'static str,
    about: &'static str,
    numbers: std::ops::RangeInclusive<u32>,
    pub codes: &'static [&'static Code],
}

/// All tables, by their numbers.
pub fn tables() -> Vec<Table> {
    vec![
        Table {
            source: "constructs/yaml",
            about: "The text of a file",
            numbers: 1..=99,
            codes: pipesynth_yaml::codes::ALL,
        },
        Table {
            source: "constructs/diag",
            about: "Keys and values",
            numbers: 100..=199,
            codes: pipesynth_diag::codes::ALL,
        },
        Table {
            source: "constructs/pipeline",
            about: "What a pipeline or an organisation says",
            numbers: 200..=299,
            codes: pipesynth_pipeline::codes::ALL,
        },
        Table { source: "src/synth", about: "The stacks", numbers: 300..=399, codes: pipesynth::synth::codes::ALL },
        Table {
            source: "src/plan",
            about: "Pipelines among each other",
            numbers: 400..=499,
            codes: pipesynth::plan::codes::ALL,
        },
        Table {
            source: "src/simulate",
            about: "Scenarios",
            numbers: 500..=599,
            codes: pipesynth::simulate::codes::ALL,
        },
        Table {
            source: "constructs/proofs",
            about: "What the stacks do together",
            numbers: 600..=699,
            codes: pipesynth_proofs::codes::ALL,
        },
    ]
}

#[test]
fn each_number_is_given_once_and_within_its_tables_range() {
    let mut owners = BTreeMap::new();
    let mut faults = Vec::new();
    for table in tables() {
        for code in table.codes {
            let number = code.id.strip_prefix("PS").filter(|n| n.len() == 4).and_then(|n| n.parse().ok());
            if !number.is_some_and(|n: u32| table.numbers.contains(&n)) {
                faults.push(format!("{} stands in {}, whose numbers are {:?}", code.id, table.source, table.numbers));
            }
            if let Some(other) = owners.insert(code.id, table.source) {
                faults.push(format!("{} stands in {} and in {other}", code.id, table.source));
            }
        }
        let ids: Vec<&str> = table.codes.iter().map(|code| code.id).collect();
        if !ids.is_sorted() {
            faults.push(format!("the table of {} is not sorted", table.source));
        }
    }
    none(&faults, "a number is given once and never again to another kind");
}

#[test]
fn no_table_is_forgotten() {
    let mut faults = Vec::new();
    for file in sources(&["src", "constructs"]) {
        let made = file.code().any(|(_, code)| code.trim() == "codes! {" || code.trim() == "pipesynth_diag::codes! {");
        if made && !tables().iter().any(|table| file.path.starts_with(table.source)) {
            faults.push(file.path);
        }
    }
    none(&faults, "add the table to tests/arch/codes.rs, for the manual is made from there");
}

#[test]
fn titles_and_explanations_are_written_in_one_voice() {
    let mut faults = Vec::new();
    for code in tables().iter().flat_map(|table| table.codes) {
        if code.title.ends_with('.') || code.title.is_empty() {
            faults.push(format!("{}: the title is a few words without a full stop", code.id));
        }
        if !code.explanation.ends_with('.') {
            faults.push(format!("{}: the explanation is whole sentences", code.id));
        }
    }
    none(&faults, "see the other entries of the table");
}

#[test]
fn the_manual_explains_every_code() {
    let mut text = String::from(
        "# Findings\n\nEvery finding has a number. `validate`, `synth` and `simulate` print it with the place, a caret, why, and what to do. A number\n\
         never changes its meaning. This page is made from the code: `INSTA_UPDATE=always cargo test --test main` writes it.\n",
    );
    for table in tables() {
        write!(text, "\n## {}\n", table.about).unwrap();
        for code in table.codes {
            write!(text, "\n### {}: {}\n\n{}\n", code.id, code.title, code.explanation).unwrap();
        }
    }
    let mut held = Held::new();
    held.file("docs/diagnostics.md", &text);
    held.check();
}
