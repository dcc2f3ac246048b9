//! A template → the same template with one thing taken away, once for each thing that must not be missing.

use pipesynth_core::{Json, Object};

/// A thing to take away: in words that do not depend on the order of lists, and as a JSON pointer.
pub type Cut = (String, String);

/// A template of an example with one thing taken away.
pub struct Mutant {
    pub example: &'static str,
    pub stack: &'static str,
    /// What is taken away, in words.
    pub name: String,
    /// Where it stands, as a JSON pointer.
    pub pointer: String,
}

/// Every thing to take away from a template.
pub fn cuts(template: &Json<'_>) -> Vec<Cut> {
    let mut cuts = Vec::new();
    for (id, resource) in template["Resources"].as_object().unwrap() {
        let base = format!("/Resources/{id}");
        let within = format!("{base}/Properties");
        let properties = &resource["Properties"];
        match resource["Type"].as_str().unwrap() {
            "AWS::StepFunctions::StateMachine" => {
                scope(id, &format!("{within}/Definition"), &properties["Definition"], &mut cuts);
            }
            "AWS::IAM::Role" => {
                let trust = "AssumeRolePolicyDocument";
                statements(&format!("{id}: trust"), &format!("{within}/{trust}"), &properties[trust], &mut cuts);
                for (at, policy) in list(&properties["Policies"]) {
                    let pointer = format!("{within}/Policies/{at}/PolicyDocument");
                    statements(id, &pointer, &policy["PolicyDocument"], &mut cuts);
                }
            }
            "AWS::Events::EventBusPolicy" => {
                cuts.push((format!("{id}: whole"), base));
                conditions(id, &format!("{within}/Statement"), &properties["Statement"], &mut cuts);
            }
            "AWS::ApiGateway::RestApi" => {
                statements(id, &format!("{within}/Policy"), &properties["Policy"], &mut cuts);
                for (at, statement) in list(&properties["Policy"]["Statement"]) {
                    conditions(id, &format!("{within}/Policy/Statement/{at}"), statement, &mut cuts);
                }
            }
            "AWS::SecretsManager::ResourcePolicy" => {
                cuts.push((format!("{id}: whole"), base));
                for (at, statement) in list(&properties["ResourcePolicy"]["Statement"]) {
                    let here = format!("{within}/ResourcePolicy/Statement/{at}");
                    conditions(id, &here, statement, &mut cuts);
                }
                statements(id, &format!("{within}/ResourcePolicy"), &properties["ResourcePolicy"], &mut cuts);
            }
            "AWS::Lambda::Permission" | "AWS::Logs::SubscriptionFilter" => cuts.push((format!("{id}: whole"), base)),
            _ => {
                let pointer = format!("{within}/PolicyDocument");
                statements(id, &pointer, &properties["PolicyDocument"], &mut cuts);
            }
        }
    }
    cuts
}

fn scope(id: &str, base: &str, scope_of: &Json<'_>, cuts: &mut Vec<Cut>) {
    for (name, state) in scope_of["States"].as_object().into_iter().flatten() {
        let here = format!("{base}/States/{}", name.replace('~', "~0").replace('/', "~1"));
        for key in ["Next", "Default", "Catch"].into_iter().filter(|key| !state[*key].is_null()) {
            cuts.push((format!("{id}: `{key}` of `{name}`"), format!("{here}/{key}")));
        }
        for key in ["Catch", "Choices"] {
            for (at, entry) in list(&state[key]) {
                let what = format!("`{key}` {} of `{name}`", at + 1);
                cuts.push((format!("{id}: {what}"), format!("{here}/{key}/{at}")));
                assert!(entry["Next"].is_string(), "{name}");
                cuts.push((format!("{id}: `Next` in {what}"), format!("{here}/{key}/{at}/Next")));
            }
        }
        for (at, branch) in list(&state["Branches"]) {
            scope(id, &format!("{here}/Branches/{at}"), branch, cuts);
        }
        if state["ItemProcessor"].is_object() {
            scope(id, &format!("{here}/ItemProcessor"), &state["ItemProcessor"], cuts);
        }
    }
}

/// Each statement, and each action where it allows several.
fn statements(owner: &str, base: &str, policy: &Json<'_>, cuts: &mut Vec<Cut>) {
    for (at, statement) in list(&policy["Statement"]) {
        let name = match statement["Sid"].as_str() {
            Some(sid) => sid.to_owned(),
            None => format!("{}", at + 1),
        };
        let here = format!("{base}/Statement/{at}");
        cuts.push((format!("{owner}: statement {name}"), here.clone()));
        for key in ["Action", "Resource"] {
            for (at, value) in list(&statement[key]).filter(|_| statement["Effect"] == "Allow") {
                let value = value.as_str().map_or_else(|| format!("{}", at + 1), str::to_owned);
                cuts.push((format!("{owner}: {key} {value} of {name}"), format!("{here}/{key}/{at}")));
            }
        }
    }
}

fn conditions(owner: &str, base: &str, statement: &Json<'_>, cuts: &mut Vec<Cut>) {
    for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
        for key in keys.as_object().unwrap().keys() {
            cuts.push((format!("{owner}: condition {key}"), format!("{base}/Condition/{operator}/{key}")));
        }
    }
}

fn list<'b>(value: &'b Json<'_>) -> impl Iterator<Item = (usize, &'b Json<'b>)> {
    value.as_array().into_iter().flatten().enumerate()
}

/// A template without the thing that a JSON pointer leads to.
pub fn without<'b>(template: &'b Json<'_>, pointer: &str) -> Json<'b> {
    let path: Vec<String> = pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
    copy(template, &path).unwrap()
}

/// A value without what lies at a path; `None` where that is the value itself.
fn copy<'b>(value: &'b Json<'_>, path: &[String]) -> Option<Json<'b>> {
    let (key, rest) = path.split_first()?;
    let mut met = 0;
    let mut keep = |here: &str, value: &'b Json<'_>| -> Option<Json<'b>> {
        if here != key {
            return Some(value.clone());
        }
        met += 1;
        copy(value, rest)
    };
    let copied = match value {
        Json::Array(items) => {
            let items = items.iter().enumerate();
            Json::Array(items.filter_map(|(at, item)| keep(&at.to_string(), item)).collect())
        }
        Json::Object(map) => {
            let pairs = map.iter().filter_map(|(name, value)| Some((name, keep(name, value)?)));
            Json::Object(pairs.collect::<Object<'_>>())
        }
        _ => panic!("{path:?}"),
    };
    assert_eq!(met, 1, "{path:?}");
    Some(copied)
}
