//! What holds for every record.

use pipesynth_simulator::record::Record;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::arbitrary::Tape;
use super::{berlin, look};
use crate::simulate::report::view::Kind;
use crate::simulate::report::{Details, html, json, text};

fn records() -> impl Strategy<Value = Record> {
    proptest::collection::vec(any::<u64>(), 0..400).prop_map(|tape| Tape(tape.into_iter()).record())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_run_and_every_verdict_is_in_the_timeline(record in records()) {
        let text = text(&record, &look(400, Details::All));
        for kind in Kind::ALL {
            let word = format!("{} {}", kind.mark(), kind.word());
            let lines = text.lines().filter(|line| line.contains(&word)).count();
            prop_assert_eq!(lines, record.runs.iter().filter(|run| Kind::of(run) == kind).count(), "{} in\n{}", word, text);
        }
        for verdict in &record.verdicts {
            let start = verdict.label.split(' ').next().unwrap_or_default();
            prop_assert!(text.lines().any(|line| line.trim_start_matches([' ', '✓', '✗']).starts_with(start)), "{}", text);
        }
        // A line for the log's entries too: those of runs below them, the others under their day.
        for mark in ['▲', '»', '×', '◆', '›', '·'] {
            prop_assert!(text.matches(mark).count() >= record.log.iter().filter(|entry| tone(&record, entry) == mark).count());
        }
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_or_ends_in_spaces(record in records(), width in 40_usize..200, all in any::<bool>()) {
        let details = if all { Details::All } else { Details::Short };
        for line in text(&record, &look(width, details)).lines() {
            prop_assert!(line.width() <= width, "{} > {}: `{}`", line.width(), width, line);
            prop_assert!(!line.ends_with(' '), "`{}`", line);
            prop_assert!(!line.contains(char::is_control), "`{}`", line);
        }
    }

    #[test]
    fn every_record_has_a_page_and_a_document(record in records()) {
        let document = json(&record);
        prop_assert_eq!(document["runs"].as_array().map(Vec::len), Some(record.runs.len()));
        prop_assert_eq!(document["log"].as_array().map(Vec::len), Some(record.log.len()));
        let page = html(&record, &berlin());
        prop_assert_eq!(page.matches("data-at=").count(), record.runs.len());
        prop_assert_eq!(page.matches("<script").count(), 2);
        prop_assert!(page.len() < 2_000_000, "{}", page.len());
        prop_assert!(!page.contains("NaN") && !page.contains("inf"));
    }
}

fn tone(record: &Record, entry: &pipesynth_simulator::record::Entry) -> char {
    let zone = berlin();
    let view = crate::simulate::report::view::View::new(record, &zone);
    crate::simulate::report::events::tone(&view, entry).mark()
}
