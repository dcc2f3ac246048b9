//! The case study's templates as its accounts have them deployed: every parameter and reference filled in, each control removable.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::LazyLock;

use serde_json::Value;

use super::policy::texts;
use crate::support::{Scratch, root, run};

pub const CENTRAL: &str = "999999999999";
/// Account of `listings`.
pub const A: &str = "111111111111";
/// Account of `searches`, which the attacks of a neighbour come from.
pub const B: &str = "222222222222";
/// Account of `pipeline-x`.
pub const X: &str = "333333333333";
/// An account of another organisation.
pub const OUTSIDE: &str = "666666666666";
pub const ORG: &str = "o-a1b2c3d4e5";
pub const REGION: &str = "eu-central-1";

/// Templates by the names of their stacks.
#[derive(Clone)]
pub struct Org(pub BTreeMap<String, Value>);

/// One stack in one account.
pub struct Stack<'a> {
    template: &'a Value,
    account: &'a str,
}

static CASE_STUDY: LazyLock<Org> = LazyLock::new(|| {
    let scratch = Scratch::new("threats");
    let project = root().join("examples/case-study").into_os_string();
    run([OsString::from("synth"), project, "--out".into(), scratch.arg("")]).good();
    let files = std::fs::read_dir(scratch.path()).unwrap().map(|entry| entry.unwrap().path());
    let named = files.filter_map(|file| {
        let name = file.file_name()?.to_str()?.strip_suffix(".template.json")?.to_owned();
        Some((name, serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap()))
    });
    Org(named.collect())
});

/// The attack fails as things are, and succeeds where the control is taken away: so it is this control that holds it.
#[track_caller]
pub fn held_by(control: &str, attack: impl Fn(&Org) -> bool, remove: impl FnOnce(&mut Org)) {
    assert!(!attack(&CASE_STUDY), "the attack succeeds in spite of: {control}");
    let mut without = CASE_STUDY.clone();
    remove(&mut without);
    assert!(attack(&without), "the attack fails even without: {control}");
}

/// What is meant to work does.
#[track_caller]
pub fn works(what: &str, deed: impl Fn(&Org) -> bool) {
    assert!(deed(&CASE_STUDY), "{what}");
}

impl Org {
    pub fn case_study() -> &'static Self {
        &CASE_STUDY
    }

    pub fn central(&self) -> Stack<'_> {
        Stack { template: &self.0["pipesynth-central"], account: CENTRAL }
    }

    pub fn user<'a>(&'a self, account: &'a str) -> Stack<'a> {
        Stack { template: &self.0["pipesynth-user"], account }
    }

    pub fn pipeline<'a>(&'a self, name: &str, account: &'a str) -> Stack<'a> {
        Stack { template: &self.0[&format!("pipesynth-{name}")], account }
    }

    /// Every stack, each in one of its accounts.
    pub fn stacks(&self) -> Vec<(&str, Stack<'_>)> {
        let stack = |name: &str| match name {
            "pipesynth-central" => self.central(),
            _ => self.user(A),
        };
        self.0.iter().map(|(name, template)| (name.as_str(), Stack { template, ..stack(name) })).collect()
    }

    /// A resource of a stack, to change it.
    pub fn resource(&mut self, stack: &str, id: &str) -> &mut Value {
        let resource = &mut self.0.get_mut(stack).unwrap()["Resources"][id];
        assert!(resource.is_object(), "{stack} has no {id}");
        resource
    }

    /// A statement by its name, to change it.
    pub fn statement(&mut self, stack: &str, id: &str, sid: &str) -> &mut Value {
        named(self.resource(stack, id), sid).unwrap_or_else(|| panic!("{id} has no statement {sid}"))
    }
}

fn named<'v>(value: &'v mut Value, sid: &str) -> Option<&'v mut Value> {
    if value["Sid"] == sid {
        return Some(value);
    }
    match value {
        Value::Object(map) => map.values_mut().filter(|v| v.is_object() || v.is_array()).find_map(|v| named(v, sid)),
        Value::Array(items) => items.iter_mut().filter(|v| v.is_object() || v.is_array()).find_map(|v| named(v, sid)),
        _ => None,
    }
}

/// Takes a key out of an object, which must have it.
pub fn cut(value: &mut Value, key: &str) {
    assert!(value.as_object_mut().unwrap().remove(key).is_some(), "no {key}");
}

impl Stack<'_> {
    /// Properties of a resource, with all that is known after a deploy.
    pub fn get(&self, id: &str) -> Value {
        let resource = &self.template["Resources"][id];
        assert!(resource.is_object(), "no {id}");
        self.filled(&resource["Properties"])
    }

    /// Ids and properties of all resources of a type.
    pub fn of(&self, kind: &str) -> Vec<(String, Value)> {
        let all = self.template["Resources"].as_object().unwrap().iter();
        all.filter(|(_, resource)| resource["Type"] == kind).map(|(id, _)| (id.clone(), self.get(id))).collect()
    }

    /// The statements of a role's own policies.
    pub fn rights(&self, id: &str) -> Vec<Value> {
        let policies = self.get(id)["Policies"].as_array().cloned().unwrap_or_default();
        policies.iter().flat_map(|policy| statements(&policy["PolicyDocument"])).collect()
    }

    /// The ARN of a resource.
    pub fn arn(&self, id: &str) -> String {
        let resource = &self.template["Resources"][id];
        let kind = resource["Type"].as_str().unwrap();
        let (_, service, before, name) = NAMES.iter().find(|(known, ..)| *known == kind).unwrap_or(&("", "", "", ""));
        let name = self.filled(&resource["Properties"][*name]);
        let name = name.as_str().map_or_else(|| format!("<{id}>"), str::to_owned);
        let (region, account) = match *service {
            "iam" => ("", self.account),
            "s3" => ("", ""),
            _ => (REGION, self.account),
        };
        let bus = self.filled(&resource["Properties"]["EventBusName"]);
        let bus = bus.as_str().filter(|_| *before == "rule/").map(|bus| format!("{bus}/")).unwrap_or_default();
        format!("arn:aws:{service}:{region}:{account}:{before}{bus}{name}")
    }

    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(map) => match map.iter().next() {
                Some((key, Value::String(name))) if key == "Ref" => self.named(name).into(),
                Some((key, Value::String(text))) if key == "Fn::Sub" => self.text(text).into(),
                Some((key, Value::Array(parts))) if key == "Fn::GetAtt" => {
                    self.attribute(parts[0].as_str().unwrap(), parts[1].as_str().unwrap()).into()
                }
                Some((key, Value::Array(parts))) if key == "Fn::If" => self.filled(&parts[1]),
                Some((key, Value::Array(parts))) if key == "Fn::Join" => {
                    texts(&self.filled(&parts[1])).join(parts[0].as_str().unwrap()).into()
                }
                _ => map.iter().map(|(key, value)| (key.clone(), self.filled(value))).collect(),
            },
            other => other.clone(),
        }
    }

    fn text(&self, text: &str) -> String {
        let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
        let (name, behind) = rest.split_once('}').unwrap();
        let value = match name.split_once('.') {
            Some((id, attribute)) => self.attribute(id, attribute),
            None => self.named(name),
        };
        format!("{before}{value}{}", self.text(behind))
    }

    fn attribute(&self, id: &str, attribute: &str) -> String {
        if attribute == "Arn" { self.arn(id) } else { format!("<{id}.{attribute}>") }
    }

    fn named(&self, name: &str) -> String {
        let known = match name {
            "AWS::AccountId" => self.account,
            "AWS::Region" => REGION,
            "AWS::Partition" => "aws",
            "CentralAccountId" => CENTRAL,
            "OrgId" => ORG,
            _ => return self.other(name),
        };
        known.to_owned()
    }

    fn other(&self, name: &str) -> String {
        let resource = &self.template["Resources"][name];
        if resource.is_null() {
            let default = &self.template["Parameters"][name]["Default"];
            return default.as_str().filter(|text| !text.is_empty()).map_or_else(|| format!("<{name}>"), str::to_owned);
        }
        let kind = resource["Type"].as_str().unwrap();
        if matches!(kind, "AWS::SNS::Topic" | "AWS::StepFunctions::StateMachine") {
            return self.arn(name);
        }
        let property = NAMES.iter().find(|(known, ..)| *known == kind).map_or("", |(.., property)| *property);
        let given = self.filled(&resource["Properties"][property]);
        given.as_str().map_or_else(|| format!("<{name}>"), str::to_owned)
    }
}

/// The statements of a policy document.
pub fn statements(document: &Value) -> Vec<Value> {
    match &document["Statement"] {
        Value::Array(items) => items.clone(),
        one => vec![one.clone()],
    }
}

/// Type, service, what stands before the name in an ARN, and the property with the name.
const NAMES: &[(&str, &str, &str, &str)] = &[
    ("AWS::DynamoDB::Table", "dynamodb", "table/", "TableName"),
    ("AWS::Events::EventBus", "events", "event-bus/", "Name"),
    ("AWS::Events::Rule", "events", "rule/", "Name"),
    ("AWS::IAM::InstanceProfile", "iam", "instance-profile/pipesynth/", "InstanceProfileName"),
    ("AWS::IAM::ManagedPolicy", "iam", "policy/pipesynth/", "ManagedPolicyName"),
    ("AWS::IAM::Role", "iam", "role/pipesynth/", "RoleName"),
    ("AWS::Lambda::Function", "lambda", "function:", "FunctionName"),
    ("AWS::Logs::LogGroup", "logs", "log-group:", "LogGroupName"),
    ("AWS::S3::Bucket", "s3", "", "BucketName"),
    ("AWS::SNS::Topic", "sns", "", "TopicName"),
    ("AWS::SQS::Queue", "sqs", "", "QueueName"),
    ("AWS::StepFunctions::StateMachine", "states", "stateMachine:", "StateMachineName"),
];
