//! What people and programs get to see.

use super::{graph, knot, numbered};
use crate::graph::Format;

#[test]
fn the_list_shows_conditions_as_trees_and_what_is_not_as_it_should_be() {
    insta::assert_snapshot!(knot().render(Format::Text), @"
    4 pipelines in 2 accounts, 6 dependencies
    1 pipeline named by conditions and not found
    2 pipelines wait for each other in a cycle

    delta · A 111111111111
      starts every 2 hours (UTC)
      feeds Alpha

    beta · B 222222222222
      starts by hand
      feeds Alpha

    outside · 444444444444
      not found
      feeds Alpha

    Alpha · A 111111111111 · core
      starts daily at 03:05 (Europe/Berlin), or when all of
      ├─ any of
      │  ├─ delta (A) SUCCEEDED
      │  └─ beta (B) RUNNING
      ├─ any of
      │  ├─ beta (B) SUCCEEDED, within 2h
      │  └─ outside (444444444444) SUCCEEDED — not found
      └─ gamma (A) FAILED or ABORTED, of -1d, optional — closes a cycle
      feeds gamma

    gamma · A 111111111111
      starts when Alpha (A) SUCCEEDED — closes a cycle
      feeds Alpha
    ");
}

#[test]
fn mermaid_marks_what_is_missing_optional_and_cyclic() {
    insta::assert_snapshot!(knot().render(Format::Mermaid), @r#"
    flowchart LR
      n0["delta<br/>A<br/>every 2 hours (UTC)"]
      n1["beta<br/>B<br/>by hand"]
      n2["outside<br/>444444444444<br/>not found"]
      n3["Alpha<br/>A<br/>daily at 03:05 (Europe/Berlin), or by other pipelines"]
      n4["gamma<br/>A<br/>by other pipelines"]
      n0 -->|"all › any 1"| n3
      n1 -->|"all › any 1: RUNNING"| n3
      n1 -->|"all › any 2: within 2h"| n3
      n2 -->|"all › any 2"| n3
      n4 -.->|"all: FAILED or ABORTED, of -1d, optional"| n3
      n3 --> n4
      classDef missing stroke-dasharray: 4 3
      class n2 missing
      classDef cycle stroke: #c62828
      class n3,n4 cycle
      linkStyle 4,5 stroke: #c62828
    "#);
}

#[test]
fn dot_marks_what_is_missing_optional_and_cyclic() {
    insta::assert_snapshot!(knot().render(Format::Dot), @r##"
    digraph pipelines {
      rankdir=LR;
      node [shape=box, style=rounded, fontname="sans-serif"];
      edge [fontname="sans-serif", fontsize=10];
      "111111111111/delta" [label="delta\nA\nevery 2 hours (UTC)"];
      "222222222222/beta" [label="beta\nB\nby hand"];
      "444444444444/outside" [label="outside\n444444444444\nnot found", style="rounded,dashed"];
      "111111111111/alpha" [label="Alpha\nA\ndaily at 03:05 (Europe/Berlin), or by other pipelines", color="#c62828"];
      "111111111111/gamma" [label="gamma\nA\nby other pipelines", color="#c62828"];
      "111111111111/delta" -> "111111111111/alpha" [label="all › any 1"];
      "222222222222/beta" -> "111111111111/alpha" [label="all › any 1: RUNNING"];
      "222222222222/beta" -> "111111111111/alpha" [label="all › any 2: within 2h"];
      "444444444444/outside" -> "111111111111/alpha" [label="all › any 2"];
      "111111111111/gamma" -> "111111111111/alpha" [label="all: FAILED or ABORTED, of -1d, optional", style=dashed, color="#c62828"];
      "111111111111/alpha" -> "111111111111/gamma" [color="#c62828"];
    }
    "##);
}

#[test]
fn starts_are_told_in_words() {
    let start = |trigger: &str| {
        let text = format!("name: a\naccount: A\n{trigger}");
        let text = graph(&[("a/p.yaml", &text)]).render(Format::Text);
        text.lines().find(|line| line.starts_with("  starts ")).unwrap_or_default().trim().to_owned()
    };
    let schedule = |text: &str| start(&format!("trigger: {{ schedule: {{ {text} }} }}"));
    assert_eq!(schedule("hour: 3"), "starts daily at 03:00 (UTC)");
    assert_eq!(schedule("cron: '0 3 ? * MON *'"), "starts cron(0 3 ? * MON *) (UTC)");
    assert_eq!(schedule("cron: '*/5 3 * * ? *'"), "starts cron(*/5 3 * * ? *) (UTC)");
    assert_eq!(schedule("rate: 1 day, timezone: Europe/Berlin"), "starts every day (Europe/Berlin)");
    assert_eq!(schedule("at: '2027-01-31T04:00:00'"), "starts once at 2027-01-31T04:00:00 (UTC)");
    assert_eq!(start(""), "starts by hand");
    assert_eq!(
        start("trigger: { executions: { anyOf: [{ name: b, account: B, status: [COMPLETED] }] } }"),
        "starts when b (B) SUCCEEDED or FAILED or TIMED_OUT or ABORTED — not found"
    );
}

#[test]
fn a_pipeline_that_feeds_many_names_some_and_counts_the_rest() {
    let edges: Vec<(usize, usize)> = (1..20).map(|at| (0, at)).collect();
    let text = numbered(20, &edges).render(Format::Text);
    assert!(
        text.contains("  feeds p00001, p00002, p00003, p00004, p00005, p00006, p00007, p00008, 11 more\n"),
        "{text}"
    );
}

#[test]
fn json_has_every_pipeline_and_dependency() {
    let json: serde_json::Value = serde_json::from_str(&knot().render(Format::Json)).unwrap();
    let ids: Vec<&str> = json["pipelines"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap()).collect();
    assert_eq!(json["version"], 1);
    for dependency in json["dependencies"].as_array().unwrap() {
        assert!(ids.contains(&dependency["parent"].as_str().unwrap()));
        assert!(ids.contains(&dependency["child"].as_str().unwrap()));
    }
    let shifted = &json["dependencies"][4];
    assert_eq!(
        *shifted,
        serde_json::json!({ "parent": "111111111111/gamma", "child": "111111111111/alpha", "status": ["FAILED", "ABORTED"],
            "group": "all", "optional": true, "offset": "-1d", "inCycle": true })
    );
    let alpha = json["pipelines"].as_array().unwrap().iter().find(|p| p["name"] == "Alpha").unwrap();
    assert_eq!(alpha["operator"], "OR");
    assert_eq!(alpha["schedule"]["expression"], "cron(5 3 * * ? *)");
    assert_eq!(alpha["executions"]["correlate"], "day");
}

#[test]
fn the_page_asks_for_nothing_from_outside() {
    let page = knot().render(Format::Html);
    assert!(page.contains("default-src 'none'"));
    for word in ["http://", "https://", "src=", "<link", "@import", "fetch(", "url(http"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn nothing_that_a_user_writes_becomes_markup_or_ends_the_script() {
    let page = knot().render(Format::Html);
    assert_eq!(page.matches("<script").count(), 2, "the data and the code");
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("<b>"));
    assert!(page.contains("{{style}} &lt;/script&gt;"), "marks in a user's text are text");
    let data = page.split_once("id=\"data\">").unwrap().1.split_once("</script>").unwrap().0;
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let description = data["pipelines"].as_array().unwrap().iter().find_map(|p| p["description"].as_str()).unwrap();
    assert!(description.ends_with("</script><script>alert(1)</script> \\N"));
}

#[test]
fn the_page_draws_every_pipeline_and_every_dependency_in_the_order_of_its_data() {
    let graph = knot();
    let page = graph.render(Format::Html);
    let names: Vec<&str> =
        page.split("class=\"name\"").skip(1).map(|rest| rest.split(['>', '<']).nth(1).unwrap()).collect();
    assert_eq!(names, graph.nodes.iter().map(|n| n.display_name.as_str()).collect::<Vec<_>>());
    assert_eq!(page.matches("<path class=\"edge").count(), graph.edges.len());
    assert_eq!(page.matches("class=\"edge optional cycle\"").count(), 1);
    assert_eq!(page.matches("class=\"node missing\"").count(), 1);
}
