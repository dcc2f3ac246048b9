//! What the case study asks for: C runs once after A and B, for their date.

use pipesynth_simulator::record::{Cause, What};

use super::support::*;

#[test]
fn pipeline_x_runs_once_after_both_for_their_date() {
    let record = case_study().run(&days(2));
    assert_eq!(
        lines(&record, LISTINGS),
        [
            "2026-11-23 | 1 | 11-23 03:00 to 11-23 04:00 SUCCEEDED",
            "2026-11-24 | 1 | 11-24 03:00 to 11-24 04:00 SUCCEEDED"
        ]
    );
    assert_eq!(
        lines(&record, SEARCHES),
        [
            "2026-11-23 | 1 | 11-23 05:00 to 11-23 06:00 SUCCEEDED",
            "2026-11-24 | 1 | 11-24 05:00 to 11-24 06:00 SUCCEEDED"
        ]
    );
    assert_eq!(
        lines(&record, PIPELINE_X),
        [
            "2026-11-23 | 1 | 11-23 06:00 to 11-23 07:00 SUCCEEDED",
            "2026-11-24 | 1 | 11-24 06:00 to 11-24 07:00 SUCCEEDED"
        ]
    );
    let first = runs(&record, PIPELINE_X)[0];
    let Cause::Condition { parents, .. } = &first.cause else { panic!("{:?}", first.cause) };
    let parents: Vec<_> =
        parents.iter().map(|(run, previous)| (record.runs[*run].execution.as_str(), *previous)).collect();
    assert_eq!(parents, [("schedule-20261123T030000Z", false), ("schedule-20261123T050000Z", false)]);
    assert!(record.waiting.is_empty(), "{:?}", record.waiting);
    assert!(!record.log.iter().any(|entry| matches!(entry.what, What::Undelivered(_))), "{:#?}", record.log);
}
