//! The case study's files with slips of the pen: whatever happens to a line or a character, it is refused at a place or it still works.

use std::fs;

use pipesynth::cli::Exit;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::config;
use crate::support::{Scratch, copy_folder, root, run};

const FILES: [&str; 4] =
    ["pipesynth.yaml", "listings/pipeline.yaml", "searches/pipeline.yaml", "pipeline-x/pipeline.yaml"];

/// One slip of the pen.
#[derive(Debug, Clone)]
enum Slip {
    DeleteLine(Index),
    DuplicateLine(Index),
    SwapLines(Index, Index),
    Indent(Index, usize),
    Cut(Index),
    DeleteCharacter(Index),
    ReplaceCharacter(Index, char),
    Insert(Index, String),
}

fn slip() -> impl Strategy<Value = Slip> {
    let character = prop_oneof![select(":-#{}[]'\"&*!|>%@` \t\n,?\\é\0".chars().collect::<Vec<_>>()), any::<char>()];
    let words = [
        "null",
        "~",
        "{{ runId }}",
        "{% 1 %}",
        "<<: *a",
        "&a ",
        "*a",
        "!Ref ",
        "---\n",
        "1e999",
        "0x10",
        "[[[",
        "}}",
        "2026-01-01",
        "- ",
    ];
    prop_oneof![
        any::<Index>().prop_map(Slip::DeleteLine),
        any::<Index>().prop_map(Slip::DuplicateLine),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Slip::SwapLines(a, b)),
        (any::<Index>(), 0..9_usize).prop_map(|(line, spaces)| Slip::Indent(line, spaces)),
        any::<Index>().prop_map(Slip::Cut),
        any::<Index>().prop_map(Slip::DeleteCharacter),
        (any::<Index>(), character).prop_map(|(at, c)| Slip::ReplaceCharacter(at, c)),
        (any::<Index>(), select(words.to_vec())).prop_map(|(at, word)| Slip::Insert(at, word.to_owned())),
    ]
}

fn slipped(text: &str, slip: &Slip) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut characters: Vec<char> = text.chars().collect();
    if lines.is_empty() {
        return String::new();
    }
    let (line_count, character_count) = (lines.len(), characters.len());
    let (line, character) = (|at: &Index| at.index(line_count), |at: &Index| at.index(character_count));
    match slip {
        Slip::DeleteLine(at) => drop(lines.remove(line(at))),
        Slip::DuplicateLine(at) => lines.insert(line(at), lines[line(at)].clone()),
        Slip::SwapLines(a, b) => lines.swap(line(a), line(b)),
        Slip::Indent(at, spaces) => {
            let at = line(at);
            lines[at] = " ".repeat(*spaces) + lines[at].trim_start_matches(' ');
        }
        Slip::Cut(at) => return characters[..character(at)].iter().collect(),
        Slip::DeleteCharacter(at) => {
            characters.remove(character(at));
            return characters.into_iter().collect();
        }
        Slip::ReplaceCharacter(at, c) => {
            let at = character(at);
            characters[at] = *c;
            return characters.into_iter().collect();
        }
        Slip::Insert(at, word) => {
            let at = character(at);
            return characters[..at]
                .iter()
                .chain(word.chars().collect::<Vec<_>>().iter())
                .chain(&characters[at..])
                .collect();
        }
    }
    lines.concat()
}

#[test]
fn a_slip_of_the_pen_is_refused_at_its_place_or_does_no_harm() {
    let original = root().join("examples/case-study");
    let scratch = Scratch::new("random-slips");
    copy_folder(&original, scratch.path());
    let texts = FILES.map(|file| fs::read_to_string(original.join(file)).unwrap());
    proptest!(config(400), |(which in 0..FILES.len(), slips in proptest::collection::vec(slip(), 1..4))| {
        let text = slips.iter().fold(texts[which].clone(), |text, slip| slipped(&text, slip));
        scratch.write(FILES[which], &text);
        let ran = run(["validate".into(), "--format=json".into(), scratch.arg("")]);
        scratch.write(FILES[which], &texts[which]);
        prop_assert!(matches!(ran.exit, Exit::Done | Exit::Findings), "{:?}: {}\n{}", ran.exit, ran.err, text);
        let found: Value = serde_json::from_str(&ran.out).unwrap();
        let found = found["diagnostics"].as_array().unwrap();
        prop_assert_eq!(ran.exit == Exit::Findings, !found.is_empty());
        for diagnostic in found {
            let file = scratch.without_path(diagnostic["path"].as_str().unwrap());
            prop_assert!(FILES.contains(&file.as_str()), "{}", file);
            let shown = if file == FILES[which] { &text } else { &texts[FILES.iter().position(|f| *f == file).unwrap()] };
            let line = usize::try_from(diagnostic["line"].as_u64().unwrap()).unwrap();
            let column = diagnostic["column"].as_u64().unwrap();
            prop_assert!((1..=shown.lines().count().max(1) + 1).contains(&line) && column >= 1, "{:#}\n{}", diagnostic, text);
        }
        // People are shown the same, without a panic in the drawing of it.
        scratch.write(FILES[which], &text);
        let human = run(["validate".into(), scratch.arg("")]);
        scratch.write(FILES[which], &texts[which]);
        prop_assert_eq!(human.exit, ran.exit);
        prop_assert_eq!(human.err.matches("error[PS").count() >= found.len(), true, "{}", human.err);
    });
}

/// Every list of a scenario, with every kind of entry.
const SCENARIO: &str = "from: 2026-11-23
until: 2026-11-25T06:00
timezone: Europe/Berlin
seed: 7
delivery: 1s..3s
runs:
  - { pipeline: searches, dates: 2026-11-23, attempt: 1, duration: 40m..2h, outcome: FAILED }
actions:
  - { at: 2026-11-23T09:00, rerun: searches }
  - { at: 2026-11-23T10:00, run: Account_A_ID/listings, date: 2026-11-20 }
  - { at: 2026-11-23T11:00, backfill: listings, dates: 2026-11-01..2026-11-05 }
  - { at: 2026-11-24T04:10, stop: listings }
  - { at: 2026-11-24T05:00, redrive: listings }
faults:
  - { duplicate: all, status: SUCCEEDED, times: 3 }
  - { duplicateStart: listings }
  - { delay: searches, by: 2h }
  - { lose: pipeline-X, dates: 2026-11-24 }
  - { outage: central, from: 2026-11-23T03:00, until: 2026-11-23T05:00 }
expect:
  - { pipeline: pipeline-X, dates: 2026-11-23, count: 0..3, alerts: 0.. }
";

#[test]
fn a_slip_of_the_pen_in_a_scenario_is_refused_at_its_place_or_does_no_harm() {
    let scratch = Scratch::new("random-scenario-slips");
    let simulated = |text: &str| {
        scratch.write("scenario.yaml", text);
        run(["simulate".into(), "examples/case-study".into(), "--scenario".into(), scratch.arg("scenario.yaml")])
    };
    let whole = simulated(SCENARIO);
    assert_eq!((whole.exit, whole.err.as_str()), (Exit::Done, ""), "{}", whole.out);
    proptest!(config(150), |(slips in proptest::collection::vec(slip(), 1..4))| {
        let text = slips.iter().fold(SCENARIO.to_owned(), |text, slip| slipped(&text, slip));
        let ran = simulated(&text);
        // The end may lie ten years after the begin, or before it: a date is a date.
        prop_assert!(matches!(ran.exit, Exit::Done | Exit::Findings), "{:?}: {}\n{}", ran.exit, ran.err, text);
        prop_assert_eq!(ran.exit == Exit::Findings, ran.err.contains("error[PS"), "{}\n{}", ran.err, text);
        // Where nothing of the scenario could be used, nothing was simulated.
        prop_assert!(ran.exit == Exit::Done || ran.out.is_empty() || ran.err.contains("PS0509"), "{}", text);
    });
}
