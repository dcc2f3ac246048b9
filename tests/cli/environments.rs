//! `--env`: the values of an environment stand over the others, and findings stand where the value came from.

use pipesynth::cli::Exit;
use serde_json::Value;

use crate::support::{Scratch, run};

const ORGANIZATION: &str = "organization:
  id: o-a1b2c3d4e5
  centralAccount: '999999999999'
  region: eu-central-1
  accounts: { data: '111111111111' }
defaults:
  params: { lake: big, tries: 3 }
environments:
  prod: {}
  dev:
    organization: { region: eu-west-1, centralAccount: '888888888888', accounts: { data: '222222222222' } }
    defaults: { params: { lake: small } }
";

const PIPELINE: &str = "name: orders
account: data
trigger: { schedule: { hour: 3 } }
steps: [{ name: load, type: shell, command: 'echo $1', arguments: ['{{ params.lake }}'] }]
";

fn project(pipeline: &str) -> Scratch {
    let scratch = Scratch::new("environments");
    scratch.write("pipesynth.yaml", ORGANIZATION);
    scratch.write("pipeline.yaml", format!("{PIPELINE}{pipeline}"));
    scratch
}

fn template(project: &Scratch, more: &[&str]) -> Value {
    let arguments = ["synth".into(), project.arg("")].into_iter().chain(more.iter().map(Into::into));
    serde_json::from_str(&run(arguments).good()).unwrap()
}

fn registration(template: &Value) -> &Value {
    &template["Resources"]["Registration"]["Properties"]
}

#[test]
fn the_values_of_the_environment_stand_over_the_others() {
    let project = project("");
    let dev = template(&project, &["--env", "dev"]);
    assert_eq!(registration(&dev)["Account"], "222222222222");
    assert_eq!(registration(&dev)["Region"], "eu-west-1");
    assert!(dev.to_string().contains(r#""params":{"lake":"small","tries":"3"}"#), "{dev:#}");
    let base = template(&project, &[]);
    assert_eq!(registration(&base)["Account"], "111111111111");
    assert_eq!(
        base,
        template(&project, &["--env", "prod"]),
        "an environment that changes nothing is the file as it stands"
    );
}

#[test]
fn a_pipeline_has_environments_of_its_own_and_names_stay_the_same() {
    let project = project("environments: { dev: { trigger: null } }\n");
    let (base, dev) = (template(&project, &[]), template(&project, &["--env=dev"]));
    assert!(base["Resources"].get("Schedule").is_some());
    assert!(dev["Resources"].get("Schedule").is_none());
    let name = |template: &Value| template["Resources"]["Machine"]["Properties"]["StateMachineName"].clone();
    assert_eq!(name(&base), name(&dev));
}

#[test]
fn a_finding_stands_where_the_value_came_from() {
    let project = project("environments:\n  dev:\n    trigger: { schedule: { hour: 27 } }\n");
    run(["validate".into(), project.arg("")]).good();
    let dev = run(["validate".into(), project.arg(""), "--env=dev".into()]);
    assert_eq!(dev.exit, Exit::Findings);
    assert!(dev.err.contains("pipeline.yaml:7:34"), "{}", dev.err);
}

#[test]
fn every_environment_is_read_whichever_is_meant() {
    let project = project("environments:\n  dev:\n    trigger: { schedul: { hour: 3 } }\n");
    for more in ["--env=prod", "--env=dev", "--color=never"] {
        let ran = run(["validate".into(), project.arg(""), more.into()]);
        assert_eq!(ran.exit, Exit::Findings, "{more}: {}", ran.err);
        assert_eq!(ran.err.matches("unknown key `schedul`").count(), 1, "{}", ran.err);
    }
}

#[test]
fn a_name_that_no_file_has_is_wrong_usage_for_every_command() {
    let project = project("");
    for command in [&["validate"][..], &["synth"], &["graph"], &["explain", "orders"], &["simulate"]] {
        let arguments = command.iter().map(Into::into).chain([project.arg(""), "--env=prd".into()]);
        let ran = run(arguments);
        assert_eq!(ran.exit, Exit::Usage, "{}", ran.err);
        assert!(ran.err.contains("did you mean `prod`?") && ran.err.contains("there are `dev`, `prod`"), "{}", ran.err);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_the_first_thing_to_say() {
    let project = project("");
    project.write("pipesynth.yaml", "organization: [\n");
    let ran = run(["validate".into(), project.arg(""), "--env=dev".into()]);
    assert_eq!(ran.exit, Exit::Findings, "{}", ran.err);
}

#[test]
fn an_organisation_without_the_environment_says_so() {
    let project = project("");
    project.write("other/pipesynth.yaml", ORGANIZATION.replace("  dev:", "  test:"));
    project.write("other/pipeline.yaml", PIPELINE.replace("orders", "visits"));
    std::fs::rename(project.at("pipeline.yaml"), project.at("pipeline.old")).unwrap();
    project.write("orders/pipeline.yaml", PIPELINE);
    let ran = run(["validate".into(), project.arg(""), "--env=dev".into()]);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.err.contains("`dev` is not an environment of this organisation"), "{}", ran.err);
}

#[test]
fn the_schema_asks_for_no_key_in_an_environment_and_takes_null() {
    for file in ["pipeline", "organization"] {
        let schema: Value = serde_json::from_str(&run(["schema", file]).good()).unwrap();
        let environment = &schema["properties"]["environments"]["additionalProperties"];
        let keys = environment["properties"].as_object().unwrap();
        assert!(keys.get("name").is_none() && keys.get("environments").is_none());
        let outside_lists = |mut schema: Value| {
            fn without_items(schema: &mut Value) {
                if let Value::Object(map) = schema {
                    map.remove("items");
                    map.values_mut().for_each(without_items);
                } else if let Value::Array(all) = schema {
                    all.iter_mut().for_each(without_items);
                }
            }
            without_items(&mut schema);
            schema.to_string()
        };
        assert!(!outside_lists(environment.clone()).contains("\"required\""), "{environment:#}");
    }
}
