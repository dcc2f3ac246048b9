//! `type: hadoop` → jar, class and arguments.

use serde_json::{Value, json};

use crate::testing::{step, template};

fn hadoop(keys: &str) -> Value {
    let template = template(&format!("name: a\nsteps: [{{ name: s, type: hadoop, {keys} }}]\n"));
    step(&template, "s")["Arguments"]["Step"]["HadoopJarStep"].clone()
}

#[test]
fn a_jar_gets_its_class_and_its_arguments() {
    let run = hadoop(r#"jar: s3://bucket/a.jar, class: com.example.Count, arguments: [in, "{{ logicalDate }}"]"#);
    let expected =
        json!({ "Jar": "s3://bucket/a.jar", "MainClass": "com.example.Count", "Args": ["in", "{% $logicalDate %}"] });
    assert_eq!(run, expected);
}

#[test]
fn without_a_class_the_jars_manifest_names_it() {
    let run = hadoop("jar: code/a.jar");
    assert!(run["Jar"]["Fn::Sub"].as_str().unwrap().ends_with("/${CodePrefix}/code/a.jar"), "{run}");
    assert_eq!((&run["MainClass"], &run["Args"]), (&Value::Null, &json!([])));
}
