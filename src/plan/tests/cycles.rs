//! Pipelines that wait for each other are found whatever joins them, once per group, with every place.

use super::planned;

fn waits(name: &str, parents: &[&str]) -> (String, String) {
    let leaves: String = parents.iter().map(|p| format!("\n      - {{ name: {p}, account: A }}")).collect();
    (format!("{name}/p.yaml"), format!("name: {name}\naccount: A\ntrigger:\n  executions:\n    allOf:{leaves}"))
}

fn found(pipelines: &[(String, String)]) -> super::Planned {
    let texts: Vec<(&str, &str)> = pipelines.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    planned(&texts)
}

#[test]
fn a_cycle_is_told_as_a_path_with_the_line_of_each_condition() {
    let root = ("root/p.yaml".to_owned(), "name: root\naccount: A\ntrigger: { schedule: { hour: 3 } }".to_owned());
    let planned = found(&[root, waits("a", &["root", "c"]), waits("b", &["a"]), waits("c", &["b"])]);
    assert_eq!(
        planned.messages(),
        "PS0401 a/p.yaml:7 pipelines wait for each other: `a` waits for `c`, `c` for `b`, `b` for `a`"
    );
    let finding = &planned.found[0];
    let related: Vec<(&str, &str)> =
        finding.related.iter().map(|l| (planned.files.path(l.place.file), l.text.as_str())).collect();
    assert_eq!(related, [("c/p.yaml", "`c` waits for `b` here"), ("b/p.yaml", "`b` waits for `a` here")]);
    assert_eq!(planned.plans.pipelines.len(), 4, "they are planned all the same, so that they can be drawn");
}

#[test]
fn a_name_in_another_case_closes_the_cycle_too() {
    let planned = found(&[waits("a", &["B"]), waits("b", &["A"])]);
    assert_eq!(planned.messages(), "PS0401 a/p.yaml:6 pipelines wait for each other: `a` waits for `b`, `b` for `a`");
}

#[test]
fn any_of_optional_offsets_and_other_statuses_close_a_cycle_as_well() {
    let back = "name: a\naccount: A\ntrigger:\n  operator: OR\n  schedule: { hour: 3 }\n  executions:\n    anyOf:\n      \
        - { name: b, account: A, status: [FAILED], optional: true, offset: -1d }";
    let planned = planned(&[("a/p.yaml", back), ("b/p.yaml", waits("b", &["a"]).1.as_str())]);
    assert!(planned.messages().starts_with("PS0401 a/p.yaml:8 "), "{}", planned.messages());
}

#[test]
fn each_group_has_one_finding_that_counts_the_rest_of_it() {
    let planned = found(&[
        waits("a", &["b"]),
        waits("b", &["a", "c"]),
        waits("c", &["b"]),
        waits("x", &["y"]),
        waits("y", &["x"]),
        waits("z", &["a", "x"]),
    ]);
    assert_eq!(
        planned.messages(),
        "PS0401 a/p.yaml:6 pipelines wait for each other: `a` waits for `b`, `b` for `a`\n\
         PS0401 x/p.yaml:6 pipelines wait for each other: `x` waits for `y`, `y` for `x`"
    );
    assert!(planned.found[0].why.as_ref().unwrap().ends_with("1 more pipeline is in a cycle with these"));
    assert!(!planned.found[1].why.as_ref().unwrap().contains("more"));
}

#[test]
fn the_same_name_in_another_account_is_another_pipeline() {
    let a = "name: a\naccount: A\ntrigger: { executions: { allOf: [{ name: b, account: B }] } }";
    let b = "name: b\naccount: A\ntrigger: { executions: { allOf: [{ name: a, account: A }] } }";
    assert_eq!(planned(&[("one/a.yaml", a), ("one/b.yaml", b)]).messages(), "");
}

#[test]
fn a_cycle_of_two_thousand_pipelines_is_a_short_message() {
    let count = 2_000;
    let pipelines: Vec<(String, String)> =
        (0..count).map(|n| waits(&format!("p{n}"), &[&format!("p{}", (n + 1) % count)])).collect();
    let planned = found(&pipelines);
    assert_eq!(planned.found.len(), 1);
    assert!(planned.found[0].message.ends_with("`p31` for `p32`, and so on over 2000 pipelines"));
    assert_eq!(planned.found[0].related.len(), 32);
}
