//! Former names: who may take one over, and who waits for it.

use super::planned;

fn pipeline(name: &str, more: &str) -> String {
    format!("name: {name}\naccount: A\n{more}")
}

#[test]
fn a_former_name_is_free() {
    let renamed = pipeline("new", "renamedFrom: Old");
    assert_eq!(planned(&[("a/pipeline.yaml", &renamed)]).messages(), "");
    let old = pipeline("old", "");
    assert_eq!(
        planned(&[("a/pipeline.yaml", &renamed), ("b/pipeline.yaml", &old)]).messages(),
        "PS0219 a/pipeline.yaml:3 a pipeline named `old` is there, so this one does not take its place"
    );
    let elsewhere = old.replace("account: A", "account: B");
    assert_eq!(planned(&[("a/pipeline.yaml", &renamed), ("b/pipeline.yaml", &elsewhere)]).messages(), "");
    let second = pipeline("other", "renamedFrom: old");
    assert_eq!(
        planned(&[("a/pipeline.yaml", &renamed), ("b/pipeline.yaml", &second)]).messages(),
        "PS0219 b/pipeline.yaml:3 two pipelines say that they were `old`"
    );
}

#[test]
fn a_former_name_is_another_name() {
    assert_eq!(
        planned(&[("a/pipeline.yaml", &pipeline("New", "renamedFrom: new"))]).messages(),
        "PS0219 a/pipeline.yaml:3 `new` is the pipeline's own name; names that differ only in case are the same name"
    );
    assert!(planned(&[("a/pipeline.yaml", &pipeline("new", "renamedFrom: o_ld"))]).messages().starts_with("PS0201 "));
}

#[test]
fn who_waits_for_the_former_name_waits_for_the_pipeline() {
    let child = pipeline("child", "trigger: { executions: { allOf: [{ name: old }] } }");
    let renamed = pipeline("new", "renamedFrom: old");
    assert_eq!(planned(&[("a/pipeline.yaml", &child), ("b/pipeline.yaml", &renamed)]).messages(), "");
    let circle = pipeline("new", "renamedFrom: old\ntrigger: { executions: { allOf: [{ name: child }] } }");
    let found = planned(&[("a/pipeline.yaml", &child), ("b/pipeline.yaml", &circle)]).messages();
    assert!(found.starts_with("PS0401 a/pipeline.yaml:3 "), "{found}");
}
