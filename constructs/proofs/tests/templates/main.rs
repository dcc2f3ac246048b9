//! What the proofs say of every example's templates: nothing, and of every template with one thing taken away: something.

#![allow(clippy::unwrap_used)] // a test may stop at the first surprise

mod examples;
mod messages;
mod mutants;
mod proving;

use std::sync::Arc;

use examples::{CENTRAL, DEFAULT, USER, examples};
use mutants::{Mutant, cuts};
use proving::{Proofs, refused};

/// Fails with one line per fault, and with what to do.
#[track_caller]
fn none(faults: &mut Vec<String>, help: &str) {
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "\n{}\n\n{help}\n", faults.join("\n"));
}

#[test]
fn the_templates_of_every_example_hold_what_is_proven() {
    let (mut faults, mut proven) = (Vec::new(), Vec::new());
    for (example, templates) in examples() {
        let proofs = Proofs::new(templates);
        let mut found: Vec<_> = proofs.pipelines().collect();
        // Account stacks that are equal are proven once.
        let pair = [CENTRAL, USER].map(|name| Arc::as_ptr(&templates[name]));
        if !proven.contains(&pair) {
            proven.push(pair);
            found.extend(proofs.accounts());
        }
        for (stack, finding) in found.iter().flat_map(|(stack, said)| said.iter().map(move |one| (stack, one))) {
            let (code, resource, message) = (finding.code.id, &finding.resource, &finding.message);
            faults.push(format!("{example}: {stack}: {code}: `{resource}`: {message}"));
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

/// Every mutant of every example.
fn mutants() -> Vec<Mutant> {
    let mut made = Vec::new();
    let default = &examples()[DEFAULT];
    for (&example, templates) in examples() {
        for (&stack, template) in templates {
            // Account stacks that are those of the case study lose their parts there.
            if example != DEFAULT && default.get(stack).is_some_and(|one| Arc::ptr_eq(one, template)) {
                continue;
            }
            let cuts = cuts(template).into_iter();
            made.extend(cuts.map(|(name, pointer)| Mutant { example, stack, name, pointer }));
        }
    }
    made
}

#[test]
fn every_template_with_one_thing_taken_away_is_refused_or_known_to_be_harmless() {
    let mut table = harmless();
    let mutants = mutants();
    let answers = refused(&mutants);
    let (made, refused) = (mutants.len(), answers.iter().filter(|refused| **refused).count());
    let mut faults = Vec::new();
    for (Mutant { example, stack, name, .. }, _) in mutants.iter().zip(&answers).filter(|(_, refused)| !**refused) {
        let mut known = table.iter_mut().filter(|e| like(&e.stack, stack) && like(&e.mutant, name)).peekable();
        if known.peek().is_none() {
            faults.push(format!("{example}\t{stack}\t{name}"));
        }
        known.for_each(|entry| entry.used = true);
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
