//! What the proofs say of every example's templates: nothing, and of every template with one thing taken away: something.

#![allow(clippy::unwrap_used)] // a test may stop at the first surprise

mod messages;
mod mutants;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pipesynth_core::Json;
use pipesynth_proofs::{Document, Home};
use serde_json::Value;

use mutants::mutants;

/// The example that holds the default account stacks.
const DEFAULT: &str = "case-study";
const CENTRAL: &str = "pipesynth-central";
const USER: &str = "pipesynth-user";

/// The templates of one example, by the names of their stacks.
type Templates = BTreeMap<String, Value>;

/// The templates of every example, as its snapshots hold them.
fn examples() -> BTreeMap<String, Templates> {
    let mut found: BTreeMap<String, Templates> = BTreeMap::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots");
    let entries = |path: &Path| -> Vec<PathBuf> { fs::read_dir(path).unwrap().map(|e| e.unwrap().path()).collect() };
    for file in entries(&folder).iter().filter(|path| path.is_dir()).flat_map(|path| entries(path)) {
        let Some(stack) = file.file_name().and_then(|n| n.to_str()?.strip_suffix(".template.json")) else { continue };
        let example = file.parent().and_then(|folder| folder.file_name()?.to_str()).unwrap();
        let template = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        found.entry(example.to_owned()).or_default().insert(stack.to_owned(), template);
    }
    // Account stacks that are those of the case study are held there alone.
    let default = found[DEFAULT].clone();
    for templates in found.values_mut() {
        for name in [CENTRAL, USER] {
            templates.entry(name.to_owned()).or_insert_with(|| default[name].clone());
        }
    }
    assert!(found.len() >= 2, "examples with templates: {:?}", found.keys());
    found
}

/// Everything that the proofs say of a set of templates, with one of them replaced.
fn findings(templates: &Templates, stack: &str, instead: &Value) -> Vec<String> {
    let json = |name: &str| Json::from(if name == stack { instead } else { &templates[name] });
    let (central, user) = (json(CENTRAL), json(USER));
    let (central, user) = (Document::new(&central, Home::Central), Document::new(&user, Home::User));
    let mut found = Vec::new();
    for name in templates.keys() {
        let said = match name.as_str() {
            // The account stacks tell nothing of a pipeline's, nor does another pipeline's.
            CENTRAL | USER if stack != CENTRAL && stack != USER => continue,
            CENTRAL => pipesynth_proofs::accounts(&central, &user),
            USER => pipesynth_proofs::accounts(&user, &central),
            _ if stack != name && stack != CENTRAL && stack != USER => continue,
            _ => pipesynth_proofs::pipeline(&Document::new(&json(name), Home::User), &central, &user),
        };
        found.extend(said.into_iter().map(|f| format!("{name}: {}: `{}`: {}", f.code.id, f.resource, f.message)));
    }
    found
}

/// Fails with one line per fault, and with what to do.
#[track_caller]
fn none(faults: &mut Vec<String>, help: &str) {
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "\n{}\n\n{help}\n", faults.join("\n"));
}

#[test]
fn the_templates_of_every_example_hold_what_is_proven() {
    let mut faults = Vec::new();
    for (example, templates) in examples() {
        for (stack, template) in &templates {
            let found = findings(&templates, stack, template);
            faults.extend(found.into_iter().map(|finding| format!("{example}: {finding}")));
        }
    }
    none(&mut faults, "the templates are wrong, or a proof in constructs/proofs is");
}

/// One line of harmless.tsv: stack, mutant, both with `*`; the reason.
struct Harmless {
    stack: String,
    mutant: String,
    used: bool,
}

fn harmless() -> Vec<Harmless> {
    let lines = include_str!("harmless.tsv").lines().skip(1).filter(|line| !line.is_empty());
    let entry = |line: &str| match line.split('\t').collect::<Vec<_>>().as_slice() {
        [stack, mutant, reason] if reason.len() > 20 => {
            Harmless { stack: (*stack).to_owned(), mutant: (*mutant).to_owned(), used: false }
        }
        _ => panic!("harmless.tsv: stack, mutant and reason, with tabs between: {line}"),
    };
    lines.map(entry).collect()
}

/// `*` holds anything, `?` one digit.
fn like(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        let same = |(p, t): (char, char)| p == t || p == '?' && t.is_ascii_digit();
        return pattern.len() == text.len() && pattern.chars().zip(text.chars()).all(same);
    };
    let Some(behind) = text.strip_prefix(first) else { return false };
    (0..=behind.len()).filter(|at| behind.is_char_boundary(*at)).any(|at| like(rest, &behind[at..]))
}

#[test]
fn every_template_with_one_thing_taken_away_is_refused_or_known_to_be_harmless() {
    let mut table = harmless();
    let (mut made, mut refused, mut faults) = (0, 0, Vec::new());
    let examples = examples();
    let default = &examples[DEFAULT];
    for (example, templates) in &examples {
        for (stack, template) in templates {
            // Account stacks that are those of the case study lose their parts there.
            if example != DEFAULT && [CENTRAL, USER].contains(&stack.as_str()) && *template == default[stack] {
                continue;
            }
            for (mutant, changed) in mutants(template) {
                made += 1;
                if !findings(templates, stack, &changed).is_empty() {
                    refused += 1;
                    continue;
                }
                let mut known =
                    table.iter_mut().filter(|e| like(&e.stack, stack) && like(&e.mutant, &mutant)).peekable();
                if known.peek().is_none() {
                    faults.push(format!("{example}\t{stack}\t{mutant}"));
                }
                known.for_each(|entry| entry.used = true);
            }
        }
    }
    for entry in table.iter().filter(|entry| !entry.used) {
        faults.push(format!("harmless.tsv: nobody needs the entry `{}`, `{}`", entry.stack, entry.mutant));
    }
    assert!(made > 500 && refused * 10 > made * 7, "{made} mutants, {refused} refused");
    none(
        &mut faults,
        &format!("{made} mutants, {refused} refused; a proof should refuse these, or harmless.tsv say why not"),
    );
}
