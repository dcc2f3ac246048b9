//! Steps in every arrangement that a machine lays out in its own way.

pub(super) fn shell(name: &str, more: &str) -> String {
    format!("{{ name: {name}, type: shell, command: date{more} }}")
}

/// A name, the steps, and who waits for whom at least.
pub(super) type Shape = (&'static str, String, Vec<(&'static str, &'static str)>);

pub(super) fn shapes() -> Vec<Shape> {
    let line = |name: &str, more: &str| format!("  - {}\n", shell(name, more));
    let group = |names: &[&str]| {
        let steps: String = names.iter().map(|name| format!("      - {}\n", shell(name, ""))).collect();
        format!("  - parallel:\n{steps}")
    };
    vec![
        ("sequence", line("a", "") + &line("b", ""), vec![("a", "b")]),
        (
            "group",
            line("a", "") + &group(&["b", "c", "d"]) + &line("e", ""),
            vec![("a", "b"), ("a", "d"), ("b", "e"), ("c", "e"), ("d", "e")],
        ),
        ("two groups", group(&["a", "b"]) + &group(&["c", "d"]), vec![("a", "c"), ("b", "c"), ("a", "d"), ("b", "d")]),
        (
            "two ways",
            line("a", "")
                + &line("b", "")
                + &line("c", ", dependsOn: [a]")
                + &line("d", ", dependsOn: [c]")
                + &line("e", ", dependsOn: [b, d]"),
            vec![("a", "b"), ("a", "c"), ("c", "d"), ("b", "e"), ("d", "e")],
        ),
        (
            "crossed",
            line("a", "")
                + &line("b", ", dependsOn: []")
                + &line("c", ", dependsOn: [a, b]")
                + &line("d", ", dependsOn: [b]"),
            vec![("a", "c"), ("b", "c"), ("b", "d")],
        ),
        (
            "group in a way",
            group(&["a", "b"])
                + &line("c", ", dependsOn: [a]")
                + &line("d", ", dependsOn: [b]")
                + &line("e", ", dependsOn: []"),
            vec![("a", "c"), ("b", "d")],
        ),
    ]
}
