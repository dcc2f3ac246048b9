//! Conditions that can never hold: told at the part that is to blame.

use super::planned;

/// Code, line, column and message of what is found in a trigger that begins in line 3.
fn found(trigger: &str) -> Vec<String> {
    let planned = planned(&[("a/pipeline.yaml", &format!("name: a\naccount: A\n{trigger}"))]);
    let place = |d: &pipesynth_diag::Diagnostic| planned.files.start(d.place);
    planned.found.iter().map(|d| format!("{} {}:{}", d.code, place(d).line, place(d).column)).collect()
}

#[test]
fn a_condition_that_never_holds_is_told_at_the_leaf_or_key() {
    let offset = "trigger:\n  executions:\n    allOf:\n      - name: b\n      - name: c\n        offset: -2h\n";
    assert_eq!(found(offset), ["PS0404 8:17"]);
    let ends = "trigger:\n  executions:\n    allOf:\n      - name: z\n      - { name: b }\n      - { name: b, status: [FAILED] }\n";
    assert_eq!(found(ends), ["PS0404 7:17"]);
    let deadline = "trigger:\n  executions:\n    allOf: [{ name: b }]\n    correlate: hour\n    deadline: '07:00'\n    onMiss: skip\n";
    assert_eq!(found(deadline), ["PS0404 7:15"]);
}

#[test]
fn a_deadline_before_the_scheduled_time_is_told_at_the_deadline() {
    let trigger = |deadline: &str| {
        format!(
            "trigger:\n  schedule: {{ hour: 6 }}\n  operator: AND\n  executions:\n    allOf: [{{ name: b }}]\n    deadline: '{deadline}'\n    onMiss: notify\n"
        )
    };
    assert_eq!(found(&trigger("05:00")), ["PS0404 8:15"]);
    assert_eq!(found(&trigger("07:00")), Vec::<String>::new());
}

#[test]
fn a_schedule_that_is_waited_for_needs_a_correlation_by_date() {
    let trigger = |operator: &str, correlate: &str| {
        format!(
            "trigger:\n  schedule: {{ hour: 6 }}\n  operator: {operator}\n  executions:\n    anyOf: [{{ name: b }}]\n    correlate: {correlate}\n"
        )
    };
    for (operator, correlate, expected) in [
        ("AND", "none", vec!["PS0207 8:16"]),
        ("AND", "key:$.country", vec!["PS0207 8:16"]),
        ("AND", "day", vec![]),
        ("AND", "hour", vec![]),
        ("OR", "none", vec![]),
    ] {
        assert_eq!(found(&trigger(operator, correlate)), expected, "{operator} {correlate}");
    }
}
