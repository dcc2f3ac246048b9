//! The HTML page: what it draws, and what it never does.

use pipesynth_simulator::record::{Cause, Record};
use serde_json::Value;

use super::berlin;
use super::fixture::{at, long, record, run};
use crate::simulate::report::html;

fn data(page: &str) -> Value {
    let data = page.split_once("id=\"data\">").unwrap().1.split_once("</script>").unwrap().0;
    serde_json::from_str(data).unwrap()
}

#[test]
fn it_asks_for_nothing_from_outside() {
    for page in [html(&record(), &berlin()), html(&long(30, 200), &berlin())] {
        assert!(page.contains("default-src 'none'"));
        for word in ["http://", "https://", "src=", "<link", "@import", "fetch(", "url(http", "innerHTML", "eval("] {
            assert!(!page.contains(word), "{word}");
        }
    }
}

#[test]
fn nothing_that_a_user_writes_becomes_markup_or_ends_the_script() {
    let page = html(&record(), &berlin());
    assert_eq!(page.matches("<script").count(), 2, "the data and the code");
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("<b>team"));
    assert!(page.contains("EMAIL &lt;b&gt;team&lt;/b&gt;@example.com"));
    assert!(page.contains("alert(1)&lt;/script&gt; {{style}}"), "marks in a user's text are text");
    assert!(!page.contains('\u{1b}'), "no control characters");
}

#[test]
fn every_run_is_a_bar_with_its_reason_in_the_order_of_the_data() {
    let record = record();
    let page = html(&record, &berlin());
    assert_eq!(page.matches("<rect class=\"bar\" x=").count(), record.runs.len() + 6, "and six of the legend");
    for at in 0..record.runs.len() {
        assert_eq!(page.matches(&format!("data-at=\"{at}\"")).count(), 1, "{at}");
    }
    assert_eq!(data(&page)["runs"].as_array().unwrap().len(), record.runs.len());
    assert!(page.contains("<title>report 111111111111 ✓ SUCCEEDED\nMon 2026-11-23 05:31–06:16, 45m\nlistings ✓ 03:30 and Searches ✓ 05:30</title>"));
    assert!(page.contains("\n▲ 03:12 FAILED → SLACK data-pipeline-alerts and EMAIL"), "alerts stand with their run");
}

#[test]
fn what_a_run_waited_for_its_turn_is_drawn_over_its_bar() {
    let page = html(&record(), &berlin());
    assert_eq!(
        page.matches("<rect class=\"wait\"").count(),
        2,
        "one that had its turn late, one that waits at the end"
    );
    assert!(page.contains("\nby hand\nwaited 2h 00m for its turn</title>"));
}

#[test]
fn arrows_lead_from_every_run_to_those_that_it_started() {
    let page = html(&record(), &berlin());
    let mut arrows: Vec<&str> =
        page.split("class=\"arrow\" ").skip(1).map(|rest| rest.split(" d=").next().unwrap()).collect();
    arrows.sort_unstable();
    let expected = ["0-3", "0-4", "10-13", "2-10", "2-3", "2-5", "4-5", "5-6"].map(|pair| {
        let (of, to) = pair.split_once('-').unwrap();
        format!("data-of=\"{of}\" data-to=\"{to}\"")
    });
    assert_eq!(arrows, expected);
}

#[test]
fn parents_stand_above_their_children_and_accounts_together() {
    let page = html(&record(), &berlin());
    let labels: Vec<&str> =
        page.split("<div class=\"label\">").skip(2).map(|rest| rest.split('<').next().unwrap()).collect();
    assert_eq!(
        labels,
        [
            "platform",
            "222222222222",
            "Searches",
            "report",
            "111111111111",
            "listings",
            "report",
            "333333333333",
            "dashboard"
        ]
    );
}

#[test]
fn runs_at_the_same_time_lie_in_lanes() {
    let together = Record {
        until: at(1, 0, 0),
        from: at(0, 0, 0),
        pipelines: record().pipelines,
        runs: (0..9)
            .map(|n| run(0, at(0, 3, n), 60, Cause::Manual))
            .chain([run(0, at(0, 5, 0), 5, Cause::Manual)])
            .collect(),
        ..Record::default()
    };
    let data = data(&html(&together, &berlin()));
    let lanes: Vec<u64> = data["runs"].as_array().unwrap().iter().map(|run| run[1].as_u64().unwrap()).collect();
    assert_eq!(lanes, [0, 1, 2, 3, 4, 5, 5, 5, 5, 0]);
}

#[test]
fn a_year_of_many_pipelines_is_a_strip_of_days_and_says_so() {
    let page = html(&long(365, 100), &berlin());
    assert!(page.contains("36500 runs: above 4000 the page shows no bars but a cell per day"), "the note");
    assert!(!page.contains("data-at="));
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    let data = data(&page);
    assert_eq!(data["edges"].as_array().unwrap().len(), 366);
    let strips = data["strips"].as_array().unwrap();
    assert_eq!(strips.len(), 100);
    let runs = |strip: &Value| -> u64 {
        let stretches = strip.as_array().unwrap().iter();
        stretches.map(|s| s[1].as_u64().unwrap() * (0..6).map(|k| s[2][k].as_u64().unwrap()).sum::<u64>()).sum()
    };
    assert!(strips.iter().all(|strip| runs(strip) == 365), "no run is lost");
}

#[test]
fn cells_are_local_days_where_the_clock_changes() {
    let mut record = long(365, 100);
    // From Monday 2026-03-23 on: a week later Berlin has lost an hour.
    let earlier = 245 * 86_400_000;
    (record.from, record.until) = (record.from - earlier, record.until - earlier);
    let edges = data(&html(&record, &berlin()))["edges"].clone();
    let lasts = |at: usize| (edges[at + 1].as_u64().unwrap() - edges[at].as_u64().unwrap()) / 3_600_000;
    let odd: Vec<u64> = (0..300).map(lasts).filter(|hours| *hours != 24).collect();
    assert_eq!(odd, [23, 25]);
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    assert_eq!(html(&record(), &berlin()), html(&record(), &berlin()));
}
