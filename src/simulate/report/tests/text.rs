//! The timeline on a terminal.

use pipesynth_simulator::record::{Cause, Record};

use super::fixture::{at, date, record, run};
use super::look;
use crate::simulate::report::clock::{duration, weekday};
use crate::simulate::report::{Details, text};

#[test]
fn a_wide_terminal_shows_days_with_bars_and_reasons() {
    insta::assert_snapshot!(text(&record(), &look(140, Details::Auto)), @r"
    Mon 2026-11-23 00:00 to Wed 2026-11-25 04:00 Europe/Berlin, 5 pipelines

    Mon 2026-11-23                                            03        13:30       24
      03:00–03:30      30m  listings             ✓ SUCCEEDED  █·······················  schedule 03:00
                            └ › 03:30 listings ended SUCCEEDED → EMAIL team@example.com
      03:01–03:01       0s  listings             ⊘ SKIPPED    ▌·······················  schedule 03:00 · its run key was taken
                            └ × 03:01 fault: the scheduler started it 2 times
      04:00–05:30   1h 30m  Searches             ✓ SUCCEEDED  ·██·····················  schedule 04:00
      05:31–06:16      45m  report 111111111111  ✓ SUCCEEDED  ··▐█····················  listings ✓ 03:30 and Searches ✓ 05:30
      06:00                 report 111111111111  ◆ start dropped: a run is open (`concurrency`), firing 01234567
      06:01                 report 111111111111  ◆ start waits until the open run ends (`concurrency: latest`), firing firing-2
      06:02                 report 111111111111  × start given up: it could not be delivered, firing firing-3
      09:00                 listings             » run again by hand
      09:00–09:30      30m  listings             ✓ SUCCEEDED  ······▐▌················  rerun of 03:00 ✓ · attempt 2
      09:31–10:15      44m  report 111111111111  ✓ SUCCEEDED  ·······█▌···············  again: listings #2 ✓ 09:30, with Searches ✓ 05:30 as
                                                                                        before
      09:32–09:37       5m  dashboard            ✓ SUCCEEDED  ·······█················  report 111111111111 ▷ 09:31
      09:40                 dashboard            × no correlation key: the input has no `$.country`
      10:00                 —                    × event that no rule takes: default bus of 444444444444: \u{1b}[31mSUCCEEDED
      12:00–23:40  11h 40m  report 222222222222  ✓ SUCCEEDED  ··········██████████████  by hand · waited 2h 00m for its turn

    Tue 2026-11-24                                            03        13:30       24
      03:00–03:12      12m  listings             ✗ FAILED     ▌·······················  schedule 03:00
                            └ ▲ 03:12 FAILED → SLACK data-pipeline-alerts and EMAIL <b>team</b>@example.com
      04:00–08:00   4h 00m  Searches             ◷ TIMED_OUT  ·█████··················  schedule 04:00 · timed out: the machine's limit of 4h
                                                                                        00m
                            └ ▲ 08:00 TIMED_OUT → nobody is told
      07:00–07:41      41m  report 111111111111  ✓ SUCCEEDED  ····▐▌··················  deadline passed, with Searches ✓ 11-23 05:30 · for
                                                                                        2026-11-23
      07:30–07:50      20m  report 222222222222  ✓ SUCCEEDED  ·····█··················  deadline passed without its parents
      08:00                 —                    × fault: outage of 222222222222 until 09:00
      09:01                 dashboard            ◆ listings ✗ does not count: waits for SUCCEEDED
      09:03                 dashboard            ◆ a run of listings gave way to a newer one before it could count
      09:04                 dashboard            ◆ revoked: listings counted and now does not
      09:05                 dashboard            ◆ duplicate or late news of Searches, ignored
      09:06                 dashboard            ◆ start held back: Searches runs again (`whileRunning: hold`)
      09:07                 dashboard            ◆ expired: Searches has waited longer than `within`
      09:08                 dashboard            × expired: Searches has waited longer than `within`
      09:09                 dashboard            × deadline missed: not started for 2026-11-24
      09:10                 dashboard            × 2026-11-24 given up: the deadline passed
      09:11                 dashboard            × start dropped, the chain leads back or is too long: dashboard → 999999999999/elsewhere
      09:13                 dashboard            ◆ Searches does not count: a backfill, which it does not follow
      09:14                 dashboard            ◆ Searches does not count: from before it listened
      09:15                 dashboard            ◆ Searches does not count: its date was given up at the deadline
      09:16                 dashboard            ◆ Searches does not count: a repeat (`onRerun: ignore`)
      09:18                 dashboard            ◆ Searches does not count: the pipeline was deleted
      10:00–10:15      15m  Searches             ■ ABORTED    ········▌···············  backfill · for 2026-11-23
      10:00–10:09       9m  dashboard            ✓ SUCCEEDED  ········▌···············  report 111111111111 ✓ 07:41 of 2026-11-23, decided
                                                                                        08:00, waited 2h 00m

    Wed 2026-11-25                                            03        13:30       24
      03:00–…               listings             ▷ RUNNING    █▌······················  schedule 03:00 · waits for its turn

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
fn a_narrow_terminal_wraps_reasons_below_their_column() {
    let text = text(&record(), &look(80, Details::All));
    let first_day = text.split("\n\n").nth(1).unwrap();
    insta::assert_snapshot!(first_day, @r"
    Mon 2026-11-23
      03:00–03:30      30m  listings             ✓  schedule 03:00
                            └ › 03:30 listings ended SUCCEEDED → EMAIL
                                team@example.com
      03:01–03:01       0s  listings             ⊘  SKIPPED schedule 03:00 · its run
                                                    key was taken
                            └ × 03:01 fault: the scheduler started it 2 times
      04:00–05:30   1h 30m  Searches             ✓  schedule 04:00
      05:30                 report 111111111111  · condition holds, firing 00000000
      05:31–06:16      45m  report 111111111111  ✓  listings ✓ 03:30 and Searches ✓
                                                    05:30
      06:00                 report 111111111111  · condition holds, firing 01234567
      06:00                 report 111111111111  ◆ start dropped: a run is open
                                                   (`concurrency`), firing 01234567
      06:01                 report 111111111111  ◆ start waits until the open run
                                                   ends (`concurrency: latest`),
                                                   firing firing-2
      06:02                 report 111111111111  × start given up: it could not be
                                                   delivered, firing firing-3
      09:00                 listings             » run again by hand
      09:00–09:30      30m  listings             ✓  rerun of 03:00 ✓ · attempt 2
      09:31–10:15      44m  report 111111111111  ✓  again: listings #2 ✓ 09:30, with
                                                    Searches ✓ 05:30 as before
      09:32–09:37       5m  dashboard            ✓  report 111111111111 ▷ 09:31
      09:40                 dashboard            × no correlation key: the input has
                                                   no `$.country`
      10:00                 —                    × event that no rule takes: default
                                                   bus of 444444444444:
                                                   \u{1b}[31mSUCCEEDED
      12:00–23:40  11h 40m  report 222222222222  ✓  by hand · waited 2h 00m for its
                                                    turn
    ");
}

#[test]
fn colours_change_nothing_but_the_colours() {
    let plain = text(&record(), &look(100, Details::All));
    let mut color = look(100, Details::All);
    color.color = true;
    let colored = text(&record(), &color);
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        stripped.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
    assert!(colored.contains("\u{1b}[31m✗ FAILED"), "failures are red");
    assert!(!plain.contains('\u{1b}'), "escapes in a user's text are spelled out");
}

#[test]
fn a_short_span_shows_seconds_and_a_bar_of_its_own_hour() {
    let short = Record {
        from: at(0, 3, 0),
        until: at(0, 4, 0),
        pipelines: record().pipelines,
        runs: vec![run(0, at(0, 3, 0) + 5_000, 10, Cause::Schedule(at(0, 3, 0)))],
        ..Record::default()
    };
    insta::assert_snapshot!(text(&short, &look(120, Details::Auto)), @"
    Mon 2026-11-23 03:00:00 to Mon 2026-11-23 04:00:00 Europe/Berlin, 5 pipelines

    Mon 2026-11-23                                   03        03:30       04
      03:00:05–03:10:05  10m  listings  ✓ SUCCEEDED  ████▌···················  schedule 03:00:00

    1 run: 1 succeeded · 0 alerts · 0 events · 0 decisions
    ");
}

#[test]
fn nothing_at_all_is_said() {
    let empty = Record { from: at(0, 0, 0), until: at(1, 0, 0), ..Record::default() };
    insta::assert_snapshot!(text(&empty, &look(100, Details::Auto)), @"
    Mon 2026-11-23 00:00 to Tue 2026-11-24 00:00 Europe/Berlin, 0 pipelines

    nothing happened: no schedule fires in this span and nobody starts anything

    0 runs · 0 alerts · 0 events · 0 decisions
    ");
}

#[test]
fn the_axis_spans_the_hours_in_which_anything_runs_and_midnight_makes_it_the_whole_day() {
    let heading = |started, minutes| {
        let record = Record {
            until: at(1, 12, 0),
            pipelines: record().pipelines,
            runs: vec![run(0, started, minutes, Cause::Manual)],
            from: at(0, 0, 0),
            ..Record::default()
        };
        let text = text(&record, &look(120, Details::Auto));
        let axis = text.lines().find(|line| line.starts_with("Mon 2026-11-23 ") && !line.contains("to")).unwrap();
        let times = text.lines().find(|line| line.contains("by hand")).unwrap().trim_start();
        (axis["Mon 2026-11-23".len()..].trim().to_owned(), times.split("  ").next().unwrap().to_owned())
    };
    let (axis, times) = heading(at(0, 3, 10), 65);
    assert_eq!((axis.split_whitespace().collect::<Vec<_>>(), times.as_str()), (vec!["03", "04", "05"], "03:10–04:15"));
    let (axis, times) = heading(at(0, 23, 0), 120);
    assert_eq!(
        (axis.split_whitespace().collect::<Vec<_>>(), times.as_str()),
        (vec!["00", "12", "24"], "23:00–01:00 +1")
    );
    assert_eq!(axis.len(), 24, "as wide as the bars");
}

#[test]
fn durations_have_two_units_at_most() {
    let shown = [0, 999, 45_000, 60_000, 750_000, 3_600_000, 5_430_000, 90_000_000, 864_000_000].map(duration);
    assert_eq!(shown, ["0s", "0s", "45s", "1m", "12m 30s", "1h 00m", "1h 30m", "1d 01h", "10d 00h"]);
}

#[test]
fn weekdays_are_those_of_the_calendar() {
    let days = (0..7).map(|day| weekday(date(day)));
    assert_eq!(days.collect::<Vec<_>>(), ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    for (day, name) in [("1970-01-01", "Thu"), ("2000-02-29", "Tue"), ("2100-03-01", "Mon"), ("9999-12-31", "Fri")] {
        assert_eq!(weekday(day.parse().unwrap()), name, "{day}");
    }
}
