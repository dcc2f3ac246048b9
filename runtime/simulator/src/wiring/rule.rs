//! A rule or a schedule of a template → what it listens to, and what it hands to its targets.

use pipesynth_events::Pattern;
use serde_json::Value;

use super::template::{Site, bus_arn};

/// A rule with a pattern or a schedule.
#[derive(Debug)]
pub(crate) struct RuleRead {
    pub name: String,
    /// ARN.
    pub arn: String,
    /// ARN of its bus.
    pub bus: String,
    /// The pattern as it stands there, and compiled.
    pub pattern: Option<(Value, Pattern)>,
    /// An expression, in UTC.
    pub schedule: Option<String>,
    pub targets: Vec<TargetRead>,
}

/// A target.
#[derive(Debug, Clone)]
pub(crate) struct TargetRead {
    pub arn: String,
    /// ARN of the role it is called with.
    pub role: String,
    pub shape: Shape,
    /// After so many milliseconds an event that could not be delivered is given up.
    pub max_age: u64,
}

/// What of the event a target gets.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Whole,
    /// `Input`.
    Text(String),
    /// `InputPath`, as keys.
    Path(Vec<String>),
    /// `InputTransformer`: variables with their paths, and the template.
    Template(Vec<(String, Vec<String>)>, String),
}

/// Where nothing else is written (EventBridge API reference, `RetryPolicy`).
const DAY: u64 = 86_400_000;

impl RuleRead {
    /// Reads the properties of `AWS::Events::Rule`; `None` for one that is switched off.
    pub fn read(site: &Site<'_>, properties: &Value) -> Result<Option<Self>, String> {
        if site.property(properties, "State")?.as_deref() == Some("DISABLED") {
            return Ok(None);
        }
        let name = site.required(properties, "Name")?;
        let bus = site.property(properties, "EventBusName")?.unwrap_or_else(|| "default".to_owned());
        let in_bus =
            if bus == "default" { String::new() } else { format!("{}/", bus.rsplit('/').next().unwrap_or(&bus)) };
        let bus = if bus.starts_with("arn:") { bus } else { bus_arn(site.account, site.region, &bus) };
        let pattern = match properties.get("EventPattern") {
            None => None,
            Some(pattern) => {
                let pattern = site.resolve(pattern)?;
                let read = Pattern::parse(&pattern).map_err(|faults| {
                    let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
                    format!("the pattern is refused: {}", all.join("; "))
                })?;
                Some((pattern, read))
            }
        };
        let targets = properties.get("Targets").and_then(Value::as_array).into_iter().flatten();
        Ok(Some(Self {
            arn: site.arn("events", &format!("rule/{in_bus}{name}")),
            name,
            bus,
            pattern,
            schedule: site.property(properties, "ScheduleExpression")?,
            targets: targets.map(|target| TargetRead::read(site, target)).collect::<Result<_, _>>()?,
        }))
    }
}

impl TargetRead {
    /// Reads a target of a rule, or that of a schedule.
    pub fn read(site: &Site<'_>, target: &Value) -> Result<Self, String> {
        let age = target.get("RetryPolicy").and_then(|policy| policy.get("MaximumEventAgeInSeconds"));
        Ok(Self {
            arn: site.required(target, "Arn")?,
            role: site.property(target, "RoleArn")?.unwrap_or_default(),
            shape: Shape::read(site, target)?,
            max_age: age.and_then(Value::as_u64).map_or(DAY, |seconds| seconds.saturating_mul(1000)),
        })
    }
}

impl Shape {
    fn read(site: &Site<'_>, target: &Value) -> Result<Self, String> {
        if let Some(text) = site.property(target, "Input")? {
            return Ok(Self::Text(text));
        }
        if let Some(path) = site.property(target, "InputPath")? {
            return Ok(Self::Path(keys(&path)?));
        }
        let Some(transformer) = target.get("InputTransformer") else { return Ok(Self::Whole) };
        let paths = transformer.get("InputPathsMap").and_then(Value::as_object).into_iter().flatten();
        let paths = paths.map(|(name, path)| Ok((name.clone(), keys(&site.text(path)?)?)));
        Ok(Self::Template(paths.collect::<Result<_, String>>()?, site.required(transformer, "InputTemplate")?))
    }

    /// Whether it is the path of these keys.
    pub fn is_path(&self, wanted: &[&str]) -> bool {
        matches!(self, Self::Path(keys) if keys == wanted)
    }

    /// The text that the target gets.
    pub fn apply(&self, event: &Value) -> String {
        match self {
            Self::Whole => event.to_string(),
            Self::Text(text) => text.clone(),
            Self::Path(keys) => at(event, keys).map_or_else(|| "null".to_owned(), Value::to_string),
            Self::Template(paths, template) => paths.iter().fold(template.clone(), |text, (name, keys)| {
                text.replace(
                    &format!("<{name}>"),
                    &match at(event, keys) {
                        Some(Value::String(value)) => value.clone(),
                        Some(value) => value.to_string(),
                        None => String::new(),
                    },
                )
            }),
        }
    }
}

fn at<'v>(event: &'v Value, keys: &[String]) -> Option<&'v Value> {
    keys.iter().try_fold(event, |value, key| value.get(key))
}

/// `$.detail.input` → `detail`, `input`.
fn keys(path: &str) -> Result<Vec<String>, String> {
    let rest = path.strip_prefix('$').ok_or_else(|| format!("the path `{path:.60}` does not begin with `$`"))?;
    let plain = |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    match rest.strip_prefix('.') {
        None if rest.is_empty() => Ok(Vec::new()),
        Some(names) if names.split('.').all(plain) => Ok(names.split('.').map(str::to_owned).collect()),
        _ => Err(format!("the path `{path:.60}` is not simulated")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_target_gets_the_part_that_its_shape_names() {
        let event = json!({"time": "T", "detail": {"input": {"a": 1}, "n": 2}});
        let path = |text: &str| Shape::Path(keys(text).unwrap());
        assert_eq!(path("$.detail.input").apply(&event), r#"{"a":1}"#);
        assert_eq!(path("$").apply(&event), event.to_string());
        let paths = vec![("time".to_owned(), keys("$.time").unwrap()), ("n".to_owned(), keys("$.detail.n").unwrap())];
        assert_eq!(
            Shape::Template(paths, r#"{"at":"<time>","n":<n>}"#.to_owned()).apply(&event),
            r#"{"at":"T","n":2}"#
        );
    }

    #[test]
    fn paths_with_more_than_keys_are_refused() {
        for path in ["detail", "$detail", "$.a[0]", "$..a", "$."] {
            assert!(keys(path).is_err(), "{path}");
        }
    }
}
