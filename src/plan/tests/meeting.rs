//! Parents whose runs never meet, by what their schedules say.

use super::planned;

/// A child of `a` and `b`, which have schedules.
fn found(a: &str, b: &str, child: &str) -> String {
    let parent =
        |name: &str, schedule: &str| format!("name: {name}\naccount: A\ntrigger: {{ schedule: {{ {schedule} }} }}");
    let child = format!("name: child\naccount: A\ntrigger: {{ {child} }}");
    let texts =
        [("a/pipeline.yaml", &*parent("a", a)), ("b/pipeline.yaml", &*parent("b", b)), ("c/pipeline.yaml", &*child)];
    planned(&texts).messages()
}

fn by_hour(a: &str, b: &str) -> bool {
    let found = found(a, b, "executions: { allOf: [{ name: a }, { name: b }], correlate: hour }");
    assert!(
        found.is_empty() || found.starts_with("PS0404 c/pipeline.yaml:3 `b` never runs in the same hour"),
        "{found}"
    );
    !found.is_empty()
}

#[test]
fn parents_that_never_share_an_hour_are_told() {
    assert!(by_hour("hour: 1", "hour: 3"));
    assert!(!by_hour("hour: 1", "hour: 1, minute: 30"));
    assert!(!by_hour("hour: 1", "rate: 1 hour"));
    assert!(!by_hour("hour: 1", "cron: '0 1,3 * * ? *'"));
    // 03:00 in Berlin is 01:00 or 02:00 in UTC.
    assert!(!by_hour("hour: 1", "hour: 3, timezone: Europe/Berlin"));
    assert!(!by_hour("hour: 2", "hour: 3, timezone: Europe/Berlin"));
    assert!(by_hour("hour: 3", "hour: 3, timezone: Europe/Berlin"));
}

#[test]
fn only_parents_that_are_needed_must_share_the_hour() {
    let found =
        |executions: &str| found("hour: 1", "hour: 3", &format!("executions: {{ {executions}, correlate: hour }}"));
    assert_eq!(found("anyOf: [{ name: a }, { name: b }]"), "");
    assert_eq!(found("allOf: [{ name: a }, { name: b, optional: true }]"), "");
    assert_eq!(found("allOf: [{ name: a }, { name: b, offset: 2h }]"), "");
    assert!(found("allOf: [{ name: a }, { name: b, offset: -2h }]").starts_with("PS0404 "));
}

#[test]
fn the_own_schedule_must_share_the_hour_where_it_is_waited_for() {
    let child = |hour: u8| {
        format!(
            "schedule: {{ hour: {hour} }}, operator: AND, executions: {{ allOf: [{{ name: a }}], correlate: hour }}"
        )
    };
    assert!(found("hour: 1", "hour: 2", &child(3)).starts_with("PS0404 c/pipeline.yaml:3 `a` never runs"));
    assert_eq!(found("hour: 1", "hour: 2", &child(1)), "");
}

#[test]
fn scheduled_runs_have_no_value_of_params() {
    let found = |path: &str| {
        found(
            "hour: 1",
            "hour: 2",
            &format!("executions: {{ anyOf: [{{ name: a }}, {{ name: c }}], correlate: 'key:{path}' }}"),
        )
    };
    let expected =
        "PS0406 c/pipeline.yaml:3 scheduled runs of `a` are never met: their input has no value at `$.params.country`";
    assert!(found("$.params.country").contains(expected), "{}", found("$.params.country"));
    assert!(found("$.country").contains("PS0406"));
    assert!(!found("$.logicalDate").contains("PS0406"));
}
