//! Long spans and many pipelines on a terminal.

use pipesynth_simulator::record::{Entry, What};

use super::fixture::{long, record};
use super::look;
use crate::simulate::report::{Details, LINES, text};

#[test]
fn one_line_per_pipeline_and_what_went_otherwise_than_planned() {
    insta::assert_snapshot!(text(&record(), &look(140, Details::Short)), @r"
    Mon 2026-11-23 00:00 to Wed 2026-11-25 04:00 Europe/Berlin, 5 pipelines

    15 runs, one line per pipeline; `--show all` shows each run
    the strip is the whole span, each place its worst run: ━ succeeded, ✗ failed, ◷ timed out, ■ aborted, ▷ still running

      listings                  5      30m  ··━···━···········✗················▷  2 succeeded, 1 failed, 1 still running, 1 skipped · 2026-11-23
                                                                                  … 2026-11-25
        ⊘ 2026-11-23 03:01–03:01 SKIPPED, schedule 03:00 · its run key was taken
        × 2026-11-23 03:01 (the run of 03:01) fault: the scheduler started it 2 times
        » 2026-11-23 09:00 run again by hand
        ✗ 2026-11-24 03:00–03:12 FAILED, schedule 03:00 · ▲ FAILED → SLACK data-pipeline-alerts and EMAIL <b>team</b>@example.com
        ▷ 2026-11-25 03:00–… RUNNING, schedule 03:00 · waits for its turn
      report 111111111111       3      44m  ···━··━··············━··············  3 succeeded · 2026-11-23 … 2026-11-24
        ◆ 2026-11-23 06:00 start dropped: a run is open (`concurrency`), firing 01234567
        ◆ 2026-11-23 06:01 start waits until the open run ends (`concurrency: latest`), firing firing-2
        × 2026-11-23 06:02 start given up: it could not be delivered, firing firing-3
      report 222222222222       2  11h 40m  ········━············━··············  2 succeeded · 2026-11-23 … 2026-11-24
      Searches                  3   1h 30m  ··━················◷···■············  1 succeeded, 1 timed out, 1 aborted · 2026-11-23 … 2026-11-24
        ◷ 2026-11-24 04:00–08:00 TIMED_OUT, schedule 04:00 · timed out: the machine's limit of 4h 00m · ▲ TIMED_OUT → nobody is told
        ■ 2026-11-24 10:00–10:15 ABORTED, backfill · for 2026-11-23
      dashboard                 2       9m  ······━················━············  2 succeeded · 2026-11-23 … 2026-11-24
        × 2026-11-23 09:40 no correlation key: the input has no `$.country`
        ◆ 2026-11-24 09:01 listings ✗ does not count: waits for SUCCEEDED
        ◆ 2026-11-24 09:03 a run of listings gave way to a newer one before it could count
        ◆ 2026-11-24 09:04 revoked: listings counted and now does not
        ◆ 2026-11-24 09:05 duplicate or late news of Searches, ignored
        … and 11 more
      of no pipeline
        × 2026-11-23 10:00 event that no rule takes: default bus of 444444444444: \u{1b}[31mSUCCEEDED
        × 2026-11-24 08:00 fault: outage of 222222222222 until 09:00

    half met at the end
      report 111111111111 · 2026-11-24 · has listings FAILED and its schedule, waits for Searches SUCCEEDED and 999999999999/elsewhere FAILED or
                                         TIMED_OUT
      dashboard waits for report 111111111111 SUCCEEDED and its schedule

    1 of 2 expectations met
      ✓ expect[0]: report runs once for 2026-11-23
      ✗ expect[1]: </script><script>alert(1)</script> {{style}}
          expected 1 run, got 0
          expected 1 alert, got 0

    15 runs: 10 succeeded, 1 failed, 1 timed out, 1 aborted, 1 still running, 1 skipped · 3 alerts · 61 events · 34 decisions
    ");
}

#[test]
fn what_would_be_too_long_is_condensed_unless_all_is_asked_for() {
    // 60 days of 4 pipelines are 240 runs; 10 days are 40.
    let lines = |days, details| text(&long(days, 4), &look(120, details)).lines().count();
    assert!(lines(60, Details::Auto) < 20, "{}", lines(60, Details::Auto));
    assert!(lines(60, Details::All) > 240);
    assert!(lines(10, Details::Auto) > 40);
    assert!(lines(10, Details::Short) < 20);
    assert_eq!(LINES, 200);
}

#[test]
fn the_strip_and_the_exceptions_show_when_something_failed() {
    let text = text(&long(60, 4), &look(120, Details::Auto));
    let line = text.lines().find(|line| line.contains("pipeline-000")).unwrap();
    assert!(line.contains("━✗━"), "{line}");
    assert!(line.contains("59 succeeded, 1 failed"), "{line}");
    assert!(text.contains("FAILED, schedule 02:00"), "{text}");
    assert!(text.contains("▲ FAILED → SLACK alerts"), "the alert stands in the line of its run");
}

#[test]
fn of_many_exceptions_the_first_are_shown_and_the_rest_counted() {
    let mut record = long(20, 1);
    record.runs.iter_mut().for_each(|run| run.status = pipesynth_contract::Status::Failed);
    let text = text(&record, &look(120, Details::Short));
    assert_eq!(text.matches("FAILED, schedule").count(), 5);
    assert!(text.contains("… and 15 more"), "{text}");
}

#[test]
fn news_of_success_is_no_exception_but_news_of_a_failure_that_was_repaired_is() {
    let mut record = long(20, 1);
    let told = |at| Entry {
        at,
        pipeline: Some(0),
        run: Some(3),
        what: What::Alert { about: "ended".to_owned(), targets: vec!["SLACK alerts".to_owned()] },
    };
    let run = &record.runs[3];
    record.log = vec![told(run.ended.unwrap())];
    assert!(!text(&record, &look(120, Details::Short)).contains("SLACK"));
    assert!(text(&record, &look(120, Details::Auto)).contains("› 02:05 ended → SLACK alerts"));
    record.log = vec![told(run.started + 60_000)];
    assert!(
        text(&record, &look(120, Details::Short))
            .contains("▲ 2026-11-26 02:01 (the run of 02:00) ended → SLACK alerts")
    );
}
