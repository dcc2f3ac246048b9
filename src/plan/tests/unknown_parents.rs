//! A parent that was not found is an error where its account's pipelines are there, and nowhere else.

use super::planned;

const LISTINGS: (&str, &str) = ("listings/p.yaml", "name: Listings\naccount: A");

fn child(parent: &str) -> String {
    format!("name: child\naccount: C\ntrigger:\n  executions:\n    allOf:\n      - {parent}")
}

#[test]
fn a_slip_in_the_name_is_an_error_with_the_nearest_name() {
    let planned = planned(&[LISTINGS, ("child/p.yaml", &child("{ name: lisitngs, account: A }"))]);
    assert_eq!(
        planned.messages(),
        "PS0402 child/p.yaml:6 no pipeline of account `A` (111111111111) is named `lisitngs`"
    );
    assert_eq!(planned.found[0].help[0], "did you mean `Listings`?");
}

#[test]
fn another_case_of_the_name_is_the_same_pipeline() {
    assert_eq!(planned(&[LISTINGS, ("child/p.yaml", &child("{ name: LISTINGS, account: A }"))]).messages(), "");
}

#[test]
fn the_account_that_has_the_name_is_proposed() {
    let other = ("other/p.yaml", "name: other\naccount: B");
    let planned = planned(&[LISTINGS, other, ("child/p.yaml", &child("{ name: listings, account: B }"))]);
    assert_eq!(
        planned.messages(),
        "PS0402 child/p.yaml:6 no pipeline of account `B` (222222222222) is named `listings`"
    );
    assert_eq!(planned.found[0].help[0], "account `A` (111111111111) has a pipeline of this name");
}

#[test]
fn an_account_of_which_nothing_was_found_may_hold_anything() {
    assert_eq!(planned(&[LISTINGS, ("child/p.yaml", &child("{ name: searches, account: B }"))]).messages(), "");
}

#[test]
fn a_project_by_itself_may_wait_for_what_is_elsewhere() {
    let texts = [("one/a.yaml", LISTINGS.1), ("one/b.yaml", &child("{ name: lisitngs, account: A }"))];
    assert_eq!(planned(&texts).messages(), "");
}

#[test]
fn a_pipeline_with_errors_of_its_own_is_not_missing() {
    let broken = ("searches/p.yaml", "name: searches\naccount: A\ntrigger: { schedule: { hour: 27 } }");
    let messages = planned(&[LISTINGS, broken, ("child/p.yaml", &child("{ name: searches, account: A }"))]).messages();
    assert_eq!(messages, "PS0102 searches/p.yaml:3 `hour` must be 0 to 23, got 27");
    let unread = ("searches/p.yaml", "{");
    let messages = planned(&[LISTINGS, unread, ("child/p.yaml", &child("{ name: searches, account: A }"))]).messages();
    assert!(!messages.contains("PS0402"), "{messages}");
}

#[test]
fn a_pipeline_for_any_account_may_be_the_parent() {
    let anywhere = ("searches/p.yaml", "name: searches");
    assert_eq!(
        planned(&[LISTINGS, anywhere, ("child/p.yaml", &child("{ name: searches, account: A }"))]).messages(),
        ""
    );
}

#[test]
fn without_an_account_the_childs_own_is_meant() {
    let sibling = ("sibling/p.yaml", "name: sibling\naccount: C");
    let planned = planned(&[LISTINGS, sibling, ("child/p.yaml", &child("{ name: listings }"))]);
    assert_eq!(
        planned.messages(),
        "PS0402 child/p.yaml:6 no pipeline of account `C` (333333333333) is named `listings`"
    );
}

#[test]
fn many_unknown_parents_are_told_in_linear_time() {
    let known: Vec<(String, String)> =
        (0..1_000).map(|n| (format!("k{n}/p.yaml"), format!("name: known-{n}\naccount: A"))).collect();
    let unknown: Vec<(String, String)> = (0..1_000)
        .map(|n| {
            let parent = format!("{{ name: unknown-{n}, account: A }}");
            (format!("c{n}/p.yaml"), child(&parent).replace("child", &format!("child-{n}")))
        })
        .collect();
    let texts: Vec<(&str, &str)> = known.iter().chain(&unknown).map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let planned = planned(&texts);
    assert_eq!(planned.found.len(), 1_000);
    let with_proposal = planned.found.iter().filter(|d| d.help.len() > 1).count();
    assert!((1..400).contains(&with_proposal), "{with_proposal}");
}
