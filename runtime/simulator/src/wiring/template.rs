//! A synthesized template and where it is deployed → its resources' properties, with references resolved as CloudFormation would.

use pipesynth_contract::names;
use serde_json::{Map, Value};

/// Where a stack is deployed, and with which parameters.
pub(crate) struct Site<'a> {
    pub account: &'a str,
    pub region: &'a str,
    /// Values of parameters; others have their `Default`.
    pub parameters: [(&'a str, &'a str); 2],
    pub template: &'a Value,
}

/// What of a resource is asked for.
enum Ask<'a> {
    Ref,
    Attribute(&'a str),
}

impl<'a> Site<'a> {
    /// Logical id, type and properties of every resource.
    pub fn resources(&self) -> impl Iterator<Item = (&'a str, &'a str, &'a Value)> {
        let all = self.template.get("Resources").and_then(Value::as_object);
        all.into_iter().flatten().map(|(id, resource)| {
            let kind = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
            (id.as_str(), kind, resource.get("Properties").unwrap_or(&Value::Null))
        })
    }

    /// The partition of the region's ARNs.
    pub fn partition(&self) -> &'static str {
        partition(self.region)
    }

    /// `arn:aws:<service>:<region>:<account>:<rest>`.
    pub fn arn(&self, service: &str, rest: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{rest}", self.partition(), self.region, self.account)
    }

    /// A value with all references in it resolved.
    pub fn resolve(&self, value: &Value) -> Result<Value, String> {
        match value {
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            Value::Object(map) => match self.function(map) {
                Some(text) => Ok(Value::String(text?)),
                None => {
                    let entry = |(key, value): (&String, &Value)| Ok((key.clone(), self.resolve(value)?));
                    map.iter().map(entry).collect::<Result<Map<_, _>, String>>().map(Value::Object)
                }
            },
            plain => Ok(plain.clone()),
        }
    }

    /// A text, after resolving.
    pub fn text(&self, value: &Value) -> Result<String, String> {
        match self.resolve(value)? {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            other => Err(format!("expected a text, got `{other:.60}`")),
        }
    }

    /// A property that is a text; `None` where it is absent.
    pub fn property(&self, properties: &Value, name: &str) -> Result<Option<String>, String> {
        properties.get(name).map(|value| self.text(value).map_err(|e| format!("`{name}`: {e}"))).transpose()
    }

    /// A property that is a text and must be there.
    pub fn required(&self, properties: &Value, name: &str) -> Result<String, String> {
        self.property(properties, name)?.ok_or_else(|| format!("`{name}` is missing"))
    }

    fn function(&self, map: &Map<String, Value>) -> Option<Result<String, String>> {
        let (name, argument) = map.iter().next().filter(|_| map.len() == 1)?;
        Some(match name.as_str() {
            "Ref" => argument.as_str().ok_or_else(|| "`Ref` takes a name".to_owned()).and_then(|id| self.variable(id)),
            "Fn::Sub" => self.substitute(argument),
            "Fn::GetAtt" => self.get_att(argument),
            "Fn::Join" => self.join(argument),
            other if other.starts_with("Fn::") => Err(format!("`{other}` is not simulated")),
            _ => return None,
        })
    }

    fn get_att(&self, argument: &Value) -> Result<String, String> {
        let parts: Option<(&str, &str)> = match argument {
            Value::String(text) => text.split_once('.'),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(id), Value::String(attribute)] => Some((id, attribute)),
                _ => None,
            },
            _ => None,
        };
        let (id, attribute) = parts.ok_or_else(|| "`Fn::GetAtt` takes a resource and an attribute".to_owned())?;
        self.resource(id, &Ask::Attribute(attribute))
    }

    fn join(&self, argument: &Value) -> Result<String, String> {
        let fault = || "`Fn::Join` takes a delimiter and a list".to_owned();
        let [Value::String(delimiter), Value::Array(parts)] = argument.as_array().map_or(&[][..], Vec::as_slice) else {
            return Err(fault());
        };
        let parts: Vec<String> = parts.iter().map(|part| self.text(part)).collect::<Result<_, _>>()?;
        Ok(parts.join(delimiter))
    }

    /// `${name}`, `${resource.attribute}`, and `${!literal}`.
    fn substitute(&self, argument: &Value) -> Result<String, String> {
        let none = Value::Null;
        let (text, own) = match argument {
            Value::String(text) => (text, &none),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(text), own] => (text, own),
                _ => return Err("`Fn::Sub` takes a text and a map".to_owned()),
            },
            _ => return Err("`Fn::Sub` takes a text".to_owned()),
        };
        let (mut out, mut rest) = (String::with_capacity(text.len() + 40), text.as_str());
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or_else(|| format!("`{text:.60}` leaves `${{` open"))?;
            out.push_str(before);
            out.push_str(&match (name.strip_prefix('!'), own.get(name), name.split_once('.')) {
                (Some(literal), ..) => format!("${{{literal}}}"),
                (None, Some(value), _) => self.text(value)?,
                (None, None, Some((id, attribute))) => self.resource(id, &Ask::Attribute(attribute))?,
                (None, None, None) => self.variable(name)?,
            });
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// A pseudo parameter, a parameter, or a resource.
    fn variable(&self, name: &str) -> Result<String, String> {
        Ok(match name {
            "AWS::AccountId" => self.account.to_owned(),
            "AWS::Region" => self.region.to_owned(),
            "AWS::Partition" => self.partition().to_owned(),
            "AWS::URLSuffix" => {
                if self.partition() == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }.to_owned()
            }
            _ => match self.template.get("Parameters").and_then(|all| all.get(name)) {
                Some(parameter) => {
                    let given = self.parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
                    let default = || parameter.get("Default").and_then(Value::as_str);
                    given.or_else(default).ok_or_else(|| format!("parameter `{name}` has no value here"))?.to_owned()
                }
                None => self.resource(name, &Ask::Ref)?,
            },
        })
    }

    /// What `Ref` and `Fn::GetAtt` of a resource give, for the types that events pass through (CloudFormation's "Return values").
    fn resource(&self, id: &str, ask: &Ask<'_>) -> Result<String, String> {
        let resource = self.template.get("Resources").and_then(|all| all.get(id));
        let resource = resource.ok_or_else(|| format!("there is no resource or parameter `{id}`"))?;
        let kind = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
        let properties = resource.get("Properties").unwrap_or(&Value::Null);
        let name = |property: &str| self.required(properties, property).map_err(|e| format!("`{id}`: {e}"));
        let unknown = || match ask {
            Ask::Ref => format!("`Ref` of `{id}` (`{kind}`) is not simulated"),
            Ask::Attribute(attribute) => format!("`{attribute}` of `{id}` (`{kind}`) is not simulated"),
        };
        match (kind, ask) {
            ("AWS::Events::EventBus", Ask::Ref | Ask::Attribute("Name")) => name("Name"),
            ("AWS::Events::EventBus", Ask::Attribute("Arn")) => {
                Ok(self.arn("events", &format!("event-bus/{}", name("Name")?)))
            }
            ("AWS::SQS::Queue", Ask::Attribute("Arn")) => Ok(self.arn("sqs", &name("QueueName")?)),
            ("AWS::SQS::Queue", Ask::Attribute("QueueName")) => name("QueueName"),
            ("AWS::StepFunctions::StateMachine", Ask::Ref | Ask::Attribute("Arn")) => {
                Ok(self.arn("states", &format!("stateMachine:{}", name("StateMachineName")?)))
            }
            ("AWS::SNS::Topic", Ask::Ref | Ask::Attribute("TopicArn")) => Ok(self.arn("sns", &name("TopicName")?)),
            ("AWS::Lambda::Function", Ask::Ref) => name("FunctionName"),
            ("AWS::Lambda::Function", Ask::Attribute("Arn")) => {
                Ok(self.arn("lambda", &format!("function:{}", name("FunctionName")?)))
            }
            ("AWS::IAM::Role", Ask::Ref) => name("RoleName"),
            ("AWS::IAM::Role", Ask::Attribute("Arn")) => {
                let path = self.property(properties, "Path")?.unwrap_or_else(|| "/".to_owned());
                Ok(format!("arn:{}:iam::{}:role{path}{}", self.partition(), self.account, name("RoleName")?))
            }
            ("AWS::Events::Rule", Ask::Attribute("Arn")) => {
                let bus = match self.property(properties, "EventBusName")?.as_deref() {
                    None | Some("default") => String::new(),
                    Some(bus) => format!("{}/", bus.rsplit('/').next().unwrap_or(bus)),
                };
                Ok(self.arn("events", &format!("rule/{bus}{}", name("Name")?)))
            }
            _ => Err(unknown()),
        }
    }
}

/// The partition of a region's ARNs.
pub(crate) fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// ARN of a bus: `default`, or one with a name.
pub(crate) fn bus_arn(account: &str, region: &str, name: &str) -> String {
    format!("arn:{}:events:{region}:{account}:event-bus/{name}", partition(region))
}

/// ARN of the bus that triggers go to.
pub(crate) fn trigger_bus(account: &str, region: &str) -> String {
    bus_arn(account, region, names::BUS)
}
