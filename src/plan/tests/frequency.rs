//! Parents that run more often than their children count.

use super::planned;

/// A child of `a` and `b` with options; `a` with a schedule, `b` daily.
fn found(schedule: &str, condition: &str) -> String {
    let a = format!("name: a\naccount: A\ntrigger: {{ schedule: {{ {schedule} }} }}");
    let child = format!("name: child\naccount: B\ntrigger:\n  executions: {{ {condition} }}");
    let b = "name: b\naccount: A\ntrigger: { schedule: { hour: 5 } }";
    planned(&[("a/pipeline.yaml", &a), ("b/pipeline.yaml", b), ("child/pipeline.yaml", &child)]).messages()
}

const ALL: &str = "allOf: [{ name: a, account: A }, { name: b, account: A }]";

#[test]
fn a_parent_that_starts_twice_on_some_day_is_told() {
    for (schedule, often) in [
        ("hour: 3", false),
        ("rate: 1 hour", true),
        ("rate: 23 hours", true),
        ("rate: 24 hours", false),
        ("rate: 1 day", false),
        ("cron: '0 3,15 * * ? *'", true),
        ("cron: 0/30 3 ? * MON *", true),
        ("cron: '0,30 3 29 2 ? *'", true),
        ("cron: 0 3 * * ? *", false),
        ("cron: '0 3 1,15 * ? *'", false),
        ("at: 2027-01-01T03:00:00", false),
        // Both times of a day lie in it only once a year, when clocks change, and never both.
        ("cron: '30 1,2 28 3 ? 2027', timezone: Europe/Berlin", false),
    ] {
        let expected = "PS0405 child/pipeline.yaml:4 `a` runs more than once a day: ";
        let found = found(schedule, ALL);
        assert_eq!(found.starts_with(expected), often, "{schedule}: {found}");
        assert_eq!(found.is_empty(), !often, "{schedule}: {found}");
    }
}

#[test]
fn what_the_file_says_is_meant() {
    for option in ["correlate: hour", "correlate: day", "correlate: none", "onRerun: refire", "onRerun: ignore"] {
        assert_eq!(found("rate: 1 hour", &format!("{ALL}, {option}")), "", "{option}");
    }
}

#[test]
fn a_pipeline_that_starts_after_each_run_of_a_frequent_one_is_frequent() {
    let middle = |name: &str, trigger: &str| format!("name: {name}\naccount: A\ntrigger: {trigger}");
    let hourly = middle("hourly", "{ schedule: { rate: 1 hour } }");
    let daily = middle("daily", "{ schedule: { hour: 3 } }");
    let last = "name: last\naccount: A\ntrigger: { executions: { allOf: [{ name: middle }, { name: daily }] } }";
    for (trigger, often) in [
        ("{ executions: { anyOf: [{ name: daily }, { name: hourly }], correlate: hour } }", true),
        ("{ schedule: { hour: 4 }, executions: { anyOf: [{ name: hourly }], correlate: hour }, operator: OR }", true),
        ("{ schedule: { hour: 4 }, executions: { anyOf: [{ name: hourly }], correlate: day }, operator: AND }", false),
        ("{ executions: { allOf: [{ name: daily }, { name: hourly }], correlate: day } }", false),
        ("{ executions: { anyOf: [{ name: daily }] } }", false),
    ] {
        let middle = middle("middle", trigger);
        let texts = [
            ("d/pipeline.yaml", daily.as_str()),
            ("h/pipeline.yaml", &hourly),
            ("l/pipeline.yaml", last),
            ("m/pipeline.yaml", &middle),
        ];
        let found = planned(&texts).messages();
        let expected = "PS0405 l/pipeline.yaml:3 `middle` runs more than once a day with `hourly`: every hour (UTC)";
        assert_eq!(found, if often { expected } else { "" }, "{trigger}");
    }
}

#[test]
fn a_schedule_that_waits_for_a_condition_is_counted_like_a_parent() {
    let found = |schedule: &str, more: &str| {
        let executions = format!("{{ anyOf: [{{ name: elsewhere }}]{more} }}");
        let trigger = format!("{{ schedule: {{ {schedule} }}, executions: {executions}, operator: AND }}");
        planned(&[("a/pipeline.yaml", &format!("name: a\naccount: A\ntrigger: {trigger}"))]).messages()
    };
    let twice = "cron: '0 6,18 * * ? *'";
    assert!(found(twice, "").starts_with("PS0405 a/pipeline.yaml:3 the schedule comes more than once a day: "));
    assert_eq!(found(twice, ", correlate: hour"), "");
    assert_eq!(found("hour: 6", ""), "");
    assert_eq!(found("rate: 1 day, start: 2027-01-01", ""), "");
}

#[test]
fn long_chains_and_circles_end() {
    let link = |n: usize| {
        let parent = if n == 0 { 3_000 } else { n - 1 };
        let text = format!("name: p{n}\naccount: A\ntrigger: {{ executions: {{ anyOf: [{{ name: p{parent} }}] }} }}");
        (format!("p{n}/pipeline.yaml"), text)
    };
    let mut texts: Vec<(String, String)> = (0..3_000).map(link).collect();
    let circle: Vec<(&str, &str)> = texts.iter().take(3).map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert!(!planned(&circle).messages().contains("PS0405"));
    texts.push((
        "p3000/pipeline.yaml".into(),
        "name: p3000\naccount: A\ntrigger: { schedule: { rate: 1 hour } }".into(),
    ));
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(planned(&texts).messages().matches("PS0405").count(), 3_000);
}
