//! A template as JSON → its resources by id and by ARN, and the text of values whose parts are known only when the stack is deployed.
//!
//! What is known later gets a name in braces: `{partition}`, `{region}`, the accounts `{user}` and `{central}`, `{org}`, and parameters by
//! their own names. Two texts are of the same thing where they are equal, which holds over the templates of several accounts.

use std::borrow::Cow;
use std::collections::BTreeMap;

use pipesynth_core::{Json, Object};

use crate::once::Once;

/// The account that a template is deployed into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// The central account.
    Central,
    /// An account in which pipelines run.
    User,
}

/// A template, read once for all proofs.
pub struct Document<'a> {
    home: Home,
    /// In the template's order.
    all: Vec<Resource<'a>>,
    /// Logical id → place in `all`.
    ids: BTreeMap<&'a str, usize>,
    parameters: Option<&'a Object<'a>>,
    /// ARN → logical id.
    arns: BTreeMap<String, &'a str>,
    /// Statements of roles, by logical id.
    pub(crate) of_roles: Once,
    /// Statements of what others are let in by, by ARN.
    pub(crate) of_receivers: Once,
}

/// A resource of a template.
#[derive(Clone, Copy)]
pub struct Resource<'a> {
    /// Its logical id.
    pub id: &'a str,
    /// Its type.
    pub kind: &'a str,
    properties: &'a Json<'a>,
}

impl<'a> Resource<'a> {
    /// A property; null where there is none.
    pub fn get(&self, property: &str) -> &'a Json<'a> {
        &self.properties[property]
    }
}

fn resource<'a>((id, value): (&'a str, &'a Json<'a>)) -> Resource<'a> {
    Resource { id, kind: value["Type"].as_str().unwrap_or(""), properties: &value["Properties"] }
}

impl<'a> Document<'a> {
    /// Reads a template; whatever is no template has no resources.
    pub fn new(template: &'a Json<'a>, home: Home) -> Self {
        let all: Vec<Resource<'a>> = template["Resources"].as_object().into_iter().flatten().map(resource).collect();
        let ids = all.iter().enumerate().map(|(at, resource)| (resource.id, at)).collect();
        let parameters = template["Parameters"].as_object();
        let mut document = Self {
            home,
            all,
            ids,
            parameters,
            arns: BTreeMap::new(),
            of_roles: Once::default(),
            of_receivers: Once::default(),
        };
        let arns: Vec<_> = document.all().filter_map(|r| Some((document.arn_of(&r)?, r.id))).collect();
        document.arns.extend(arns);
        document
    }

    /// Every resource, in the template's order.
    pub fn all(&self) -> impl Iterator<Item = Resource<'a>> {
        self.all.iter().copied()
    }

    /// The resources of a type.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = Resource<'a>> {
        self.all().filter(move |r| r.kind == kind)
    }

    /// A resource by its logical id.
    pub fn resource(&self, id: &str) -> Option<Resource<'a>> {
        self.all.get(*self.ids.get(id)?).copied()
    }

    /// A resource by its ARN.
    pub fn at(&self, arn: &str) -> Option<Resource<'a>> {
        self.resource(self.arns.get(arn)?)
    }

    /// The account that it is deployed into.
    #[must_use]
    pub fn home(&self) -> Home {
        self.home
    }

    /// The account's symbol.
    pub fn account(&self) -> &'static str {
        match self.home {
            Home::Central => "{central}",
            Home::User => "{user}",
        }
    }

    /// The parameters and their declarations.
    pub fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a Json<'a>)> {
        self.parameters.into_iter().flatten()
    }

    /// The text of a value, with what is known later as symbols. `None` for what is no text.
    pub fn text(&self, value: &Json<'_>) -> Option<String> {
        match value {
            Json::String(text) => Some(text.clone().into_owned()),
            Json::Int(number) => Some(number.to_string()),
            Json::Float(number) => Some(number.to_string()),
            Json::Bool(flag) => Some(flag.to_string()),
            Json::Object(map) if map.len() == 1 => {
                let (key, inner) = map.iter().next()?;
                match (key, inner) {
                    ("Ref", Json::String(id)) => Some(self.reference(id)),
                    ("Fn::GetAtt", Json::Array(parts)) => match parts.as_slice() {
                        [Json::String(id), Json::String(attribute)] => Some(self.attribute(id, attribute)),
                        _ => None,
                    },
                    ("Fn::Sub", Json::String(text)) => Some(self.substituted(text)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The texts of a value that is one or a list of them.
    pub fn texts(&self, value: &Json<'_>) -> Vec<String> {
        match value {
            Json::Array(items) => items.iter().filter_map(|item| self.text(item)).collect(),
            one => self.text(one).into_iter().collect(),
        }
    }

    /// The value with all references put in as texts.
    pub fn plain<'b>(&self, value: &'b Json<'_>) -> Json<'b> {
        if let (Json::Object(_), Some(text)) = (value, self.text(value)) {
            return Json::String(Cow::Owned(text));
        }
        match value {
            Json::Array(items) => Json::Array(items.iter().map(|item| self.plain(item)).collect()),
            Json::Object(map) => Json::Object(map.iter().map(|(key, value)| (key, self.plain(value))).collect()),
            other => other.clone(),
        }
    }

    fn substituted(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            out.push_str(before);
            let Some((name, behind)) = behind.split_once('}') else { return out + behind };
            match name.split_once('.') {
                Some((id, attribute)) => out.push_str(&self.attribute(id, attribute)),
                None => out.push_str(&self.reference(name)),
            }
            rest = behind;
        }
        out + rest
    }

    fn reference(&self, id: &str) -> String {
        match id {
            "AWS::Partition" => "{partition}".to_owned(),
            "AWS::Region" => "{region}".to_owned(),
            "AWS::AccountId" => self.account().to_owned(),
            "CentralAccountId" => "{central}".to_owned(),
            "OrgId" => "{org}".to_owned(),
            _ => match self.resource(id) {
                None => format!("{{{id}}}"),
                Some(r)
                    if matches!(
                        r.kind,
                        "AWS::SNS::Topic" | "AWS::StepFunctions::StateMachine" | "AWS::SecretsManager::Secret"
                    ) =>
                {
                    self.arn_of(&r).unwrap_or_default()
                }
                Some(r) => self.name_of(&r).unwrap_or_else(|| format!("{{{id}}}")),
            },
        }
    }

    fn attribute(&self, id: &str, attribute: &str) -> String {
        let resource = self.resource(id);
        match attribute {
            "Arn" => resource.and_then(|r| self.arn_of(&r)).unwrap_or_else(|| format!("{{{id}.Arn}}")),
            "StreamArn" => resource
                .and_then(|r| self.arn_of(&r))
                .map_or_else(|| format!("{{{id}.StreamArn}}"), |arn| format!("{arn}/stream/{{latest}}")),
            _ => format!("{{{id}.{attribute}}}"),
        }
    }

    /// The name that a resource is given.
    pub fn name_of(&self, resource: &Resource<'_>) -> Option<String> {
        self.text(resource.get(crate::names::property(resource.kind)?))
    }

    /// The ARN of a resource of a type that policies speak of. A resource without a name gets its logical id for it.
    pub fn arn_of(&self, resource: &Resource<'_>) -> Option<String> {
        let account = self.account();
        let name = || self.name_of(resource).unwrap_or_else(|| format!("{{{}}}", resource.id));
        let regional = |service: &str, rest: String| format!("arn:{{partition}}:{service}:{{region}}:{account}:{rest}");
        Some(match resource.kind {
            "AWS::IAM::Role" | "AWS::IAM::InstanceProfile" => {
                let what = if resource.kind == "AWS::IAM::Role" { "role" } else { "instance-profile" };
                let path = resource.get("Path").as_str().unwrap_or("/");
                format!("arn:{{partition}}:iam::{account}:{what}{path}{}", name())
            }
            "AWS::S3::Bucket" => format!("arn:{{partition}}:s3:::{}", name()),
            "AWS::Events::EventBus" => regional("events", format!("event-bus/{}", name())),
            "AWS::Events::Rule" => match self.text(resource.get("EventBusName")) {
                Some(bus) if bus != "default" => regional("events", format!("rule/{bus}/{}", name())),
                _ => regional("events", format!("rule/{}", name())),
            },
            "AWS::SQS::Queue" => regional("sqs", name()),
            "AWS::SNS::Topic" => regional("sns", name()),
            "AWS::Lambda::Function" => regional("lambda", format!("function:{}", name())),
            "AWS::DynamoDB::Table" => regional("dynamodb", format!("table/{}", name())),
            "AWS::Logs::LogGroup" => regional("logs", format!("log-group:{}:*", name())),
            "AWS::StepFunctions::StateMachine" => regional("states", format!("stateMachine:{}", name())),
            "AWS::Scheduler::Schedule" => {
                let group = self.text(resource.get("GroupName")).unwrap_or_else(|| "default".to_owned());
                regional("scheduler", format!("schedule/{group}/{}", name()))
            }
            // Secrets Manager adds six characters by chance (its user guide, "What's in a secret").
            "AWS::SecretsManager::Secret" => regional("secretsmanager", format!("secret:{}-??????", name())),
            "AWS::ApiGateway::RestApi" => regional("execute-api", format!("{{{}}}", resource.id)),
            _ => return None,
        })
    }
}
