//! The documented example of the whole format, verbatim with its `...`: exactly what is left open there, or not built yet, is refused.

use serde_json::Value;

use crate::support::{Scratch, copy_folder, root, run};

/// Everything that is said about the example: place, code, and the text at that place.
const FOUND: &[&str] = &[
    "pipesynth.yaml:12:23 PS0104 `...`",
    "pipesynth.yaml:12:29 PS0103 `targets`",
    "pipesynth.yaml:12:29 PS0103 `type`",
    "pipesynth.yaml:12:45 PS0104 `...`",
    "pipesynth.yaml:12:58 PS0106 `...`",
    "pipesynth.yaml:13:6 PS0210 `app`",
    "pipeline.yaml:9:25 PS0101 `allOf`",
    "pipeline.yaml:9:39 PS0101 `anyOf`",
    "pipeline.yaml:18:45 PS0214 `s3://...`",
    "pipeline.yaml:24:9 PS0212 `arn:aws:kms:...`",
    "pipeline.yaml:43:46 PS0101 `targets`",
];

#[test]
fn of_the_long_example_only_what_it_leaves_open_and_what_is_not_built_yet_is_refused() {
    let scratch = Scratch::new("long-example");
    copy_folder(&root().join("tests/fixtures/format/long-example"), scratch.path());
    for file in ["aggregate.py", "count.py", "publish.sh", "check.hql"] {
        scratch.write(&format!("code/{file}"), "");
    }
    let ran = run(["validate".into(), "--format=json".into(), scratch.arg("")]);
    let json: Value = serde_json::from_str(&scratch.without_path(&ran.out)).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found: Vec<String> = json["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| {
            let message = text(&d["message"]);
            let about = message.split('`').nth(1).unwrap_or_default();
            // A message about an argument names what was got last.
            let about =
                if message.starts_with("expected ") { message.rsplit('`').nth(1).unwrap_or_default() } else { about };
            format!("{}:{}:{} {} `{about}`", text(&d["path"]), d["line"], d["column"], text(&d["code"]))
        })
        .collect();
    assert_eq!(found, FOUND);
}
