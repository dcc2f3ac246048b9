//! A resource's properties → findings, all of them, each at its place.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use pipesynth_core::{Intrinsic, Map, Value};

use crate::finding::{Finding, Kind, Path};
use crate::format;
use crate::intrinsic::{self, Outcome};
use crate::model::{Object, Range, Schema, Shape, ShapeId};
use crate::rules::{Presence, presence};

/// How many unions may stand in one another before the innermost is taken as it is: each tries all its alternatives.
const MAX_TRIALS: u32 = 6;

/// Checks the properties of a resource. `Custom::…` types take any properties beside `ServiceToken`; types of registries other than
/// AWS's (`Vendor::Service::Thing`) and modules (`…::MODULE`) cannot be checked and give no finding.
pub fn validate(resource_type: &str, properties: &Map) -> Vec<Finding> {
    match Schema::of(resource_type) {
        Some(schema) => {
            let mut checker = Checker::new(schema);
            checker.object(0, properties, &Path::Root);
            checker.findings
        }
        None => unknown_type(resource_type),
    }
}

/// As [`validate`], for properties that are not a plain object, such as an `Fn::If` between two objects.
pub fn validate_value(resource_type: &str, properties: &Value) -> Vec<Finding> {
    match (Schema::of(resource_type), properties) {
        (None, _) => unknown_type(resource_type),
        (Some(schema), properties) => {
            let mut checker = Checker::new(schema);
            checker.own(properties);
            checker.findings
        }
    }
}

fn unknown_type(name: &str) -> Vec<Finding> {
    let first = name.split("::").next().unwrap_or_default();
    let ours = ["AWS", "Alexa", "AMZN"].iter().any(|known| known.eq_ignore_ascii_case(first));
    if name.ends_with("::MODULE") || (!ours && name.matches("::").count() >= 2) {
        return Vec::new();
    }
    vec![Finding {
        path: String::new(),
        kind: Kind::UnknownType,
        message: format!("`{name}` is not a CloudFormation resource type"),
        nearest: nearest_type(name),
    }]
}

/// The nearest type of the same service, or of the service that was probably meant. Over all 1,900 names the nearest is mostly a stranger.
fn nearest_type(name: &str) -> Option<&'static str> {
    let (service, last) = name.rsplit_once("::")?;
    static SERVICES: OnceLock<BTreeSet<&str>> = OnceLock::new();
    let known = || format::types().filter_map(|known| known.rsplit_once("::")).map(|(service, _)| service).collect();
    let services = SERVICES.get_or_init(known);
    let service = match services.get(service) {
        Some(known) => *known,
        None => pipesynth_diag::nearest(service, services.iter().copied())?,
    };
    let split = || format::types().filter_map(|known| known.rsplit_once("::")).filter(|(s, _)| *s == service);
    let meant = match split().find(|(_, known)| *known == last) {
        Some((_, known)) => known,
        None => pipesynth_diag::nearest(last, split().map(|(_, known)| known))?,
    };
    format::types().find(|known| known.rsplit_once("::") == Some((service, meant)))
}

pub(crate) struct Checker {
    schema: &'static Schema,
    pub(crate) findings: Vec<Finding>,
    trials: u32,
}

impl Checker {
    pub(crate) fn new(schema: &'static Schema) -> Self {
        Self { schema, findings: Vec::new(), trials: 0 }
    }

    pub(crate) fn add(&mut self, path: &Path<'_>, kind: Kind, message: String, nearest: Option<&'static str>) {
        self.findings.push(Finding { path: path.to_string(), kind, message, nearest });
    }

    /// The resource's own properties.
    fn own(&mut self, properties: &Value) {
        match properties {
            Value::Map(map) => self.object(0, map, &Path::Root),
            Value::Fn(function) => match intrinsic::outcome(function) {
                Outcome::Either(yes, no) => {
                    self.own(yes);
                    self.own(no);
                }
                Outcome::Any | Outcome::Nothing => {}
                _ => self.wrong_type("an object", properties, &Path::Root),
            },
            other => self.wrong_type("an object", other, &Path::Root),
        }
    }

    pub(crate) fn object(&mut self, at: u32, map: &Map, path: &Path<'_>) {
        let Some(object) = self.schema.objects.get(at as usize) else { return };
        for (name, value) in map.iter() {
            let here = Path::Key(path, name);
            match object.property(name) {
                Some(property) if property.read_only() => {
                    let message = format!("`{name}` is read-only: AWS sets it, `Fn::GetAtt` reads it");
                    self.add(&here, Kind::ReadOnly, message, None);
                }
                Some(property) => self.value(property.shape, value, &here),
                // `Fn::Transform` and `Fn::ForEach::…` stand between properties.
                None if object.open || name.starts_with("Fn::") => {}
                None => self.unknown_property(object, name, &here),
            }
        }
        if map.iter().any(|(name, _)| name.starts_with("Fn::")) {
            return; // what a macro adds is not known
        }
        for property in object.properties.iter().filter(|p| p.required() && !p.read_only()) {
            if presence(map, property.name) == Presence::No {
                self.add(path, Kind::Missing, format!("`{}` is required", property.name), None);
            }
        }
        for rule in &object.rules {
            self.rule(rule, map, path);
        }
    }

    fn unknown_property(&mut self, object: &Object, name: &str, path: &Path<'_>) {
        let settable = object.properties.iter().filter(|p| !p.read_only()).map(|p| p.name);
        let nearest = pipesynth_diag::nearest(name, settable);
        self.add(path, Kind::UnknownProperty, format!("`{name}` is not a property here"), nearest);
    }

    pub(crate) fn value(&mut self, shape: ShapeId, value: &Value, path: &Path<'_>) {
        let schema = self.schema;
        let Some(shape) = schema.shapes.get(shape as usize) else { return };
        if let Value::Fn(function) = value {
            return self.function(shape, function, path);
        }
        self.literal(shape, value, path);
    }

    fn literal(&mut self, shape: &Shape, value: &Value, path: &Path<'_>) {
        match (shape, value) {
            (Shape::Any, _) | (Shape::Json, Value::Map(_) | Value::Str(_)) => {}
            (Shape::Object(at), Value::Map(map)) => self.object(*at, map, path),
            (Shape::List { item, count, unique }, Value::List(items)) => {
                self.count(*count, items, path);
                if *unique {
                    self.duplicates(items, path);
                }
                for (at, value) in items.iter().enumerate() {
                    self.value(*item, value, &Path::Index(path, at));
                }
            }
            (Shape::Map { item, count }, Value::Map(map)) => {
                self.size(*count, map.len() as u64, "keys", path);
                for (key, value) in map.iter().filter(|(key, _)| !key.starts_with("Fn::")) {
                    self.value(*item, value, &Path::Key(path, key));
                }
            }
            (Shape::Union(parts), _) => self.union(parts, value, path),
            (Shape::Text(_) | Shape::Int(_) | Shape::Number(_) | Shape::Bool, _) => self.scalar(shape, value, path),
            (Shape::Json, _) => self.wrong_type("an object or a text that holds one", value, path),
            (Shape::Object(_) | Shape::Map { .. }, _) => self.wrong_type("an object", value, path),
            (Shape::List { .. }, _) => self.wrong_type("a list", value, path),
        }
    }

    /// A list that holds a function may be longer or shorter in the end.
    fn count(&mut self, count: Range<u64>, items: &[Value], path: &Path<'_>) {
        if !items.iter().any(|item| matches!(item, Value::Fn(_))) {
            self.size(count, items.len() as u64, "items", path);
        }
    }

    fn duplicates(&mut self, items: &[Value], path: &Path<'_>) {
        let mut seen = BTreeSet::new();
        for (at, item) in items.iter().enumerate() {
            if let Value::Str(text) = item
                && !seen.insert(text)
            {
                self.add(&Path::Index(path, at), Kind::Conflict, format!("`{text}` stands here twice"), None);
            }
        }
    }

    /// The value must fit one of the alternatives; where it fits none, the alternative with the fewest findings speaks.
    fn union(&mut self, parts: &[ShapeId], value: &Value, path: &Path<'_>) {
        if self.trials >= MAX_TRIALS {
            return;
        }
        let mut best: Option<Vec<Finding>> = None;
        for part in parts {
            let mut trial = Self { schema: self.schema, findings: Vec::new(), trials: self.trials + 1 };
            trial.value(*part, value, path);
            if trial.findings.is_empty() {
                return;
            }
            if best.as_ref().is_none_or(|b| weight(&trial.findings, path) < weight(b, path)) {
                best = Some(trial.findings);
            }
        }
        self.findings.extend(best.unwrap_or_default());
    }

    fn function(&mut self, shape: &Shape, function: &Intrinsic, path: &Path<'_>) {
        let expected = match (intrinsic::outcome(function), shape) {
            (Outcome::Nothing | Outcome::Any, _) | (_, Shape::Any) => return,
            (Outcome::Either(yes, no), _) => {
                for branch in [yes, no] {
                    match branch {
                        Value::Fn(inner) => self.function(shape, inner, path),
                        literal => self.literal(shape, literal, path),
                    }
                }
                return;
            }
            (Outcome::LooksLike(key, name), Shape::Object(_) | Shape::Map { .. } | Shape::Json | Shape::Union(_)) => {
                let map = Map::new().with(key, name.to_owned());
                return self.literal(shape, &Value::Map(map), path);
            }
            (_, Shape::Union(parts)) => {
                let fits = |part: &ShapeId| {
                    let mut trial = Self { schema: self.schema, findings: Vec::new(), trials: self.trials };
                    let shape = self.schema.shapes.get(*part as usize);
                    shape.is_some_and(|shape| {
                        trial.function(shape, function, path);
                        trial.findings.is_empty()
                    })
                };
                if parts.iter().any(fits) {
                    return;
                }
                "another type"
            }
            (Outcome::Scalar | Outcome::ScalarOrList, shape) if shape.takes_text() => return,
            (Outcome::List | Outcome::ScalarOrList, Shape::List { .. }) => return,
            (_, Shape::List { .. }) => "a list",
            (_, Shape::Object(_) | Shape::Map { .. }) => "an object",
            (_, Shape::Bool) => "a truth value",
            (_, Shape::Int(_) | Shape::Number(_)) => "a number",
            (_, _) => "a text",
        };
        let message = format!("`{}` cannot give {expected}", intrinsic::name(function));
        self.add(path, Kind::WrongType, message, None);
    }
}

impl Shape {
    fn takes_text(&self) -> bool {
        matches!(self, Self::Json | Self::Bool | Self::Text(_) | Self::Int(_) | Self::Number(_))
    }
}

/// How far an alternative is from fitting: one whose type is wrong as a whole is the farthest.
fn weight(findings: &[Finding], path: &Path<'_>) -> usize {
    let here = path.to_string();
    let other_type = findings.iter().any(|f| f.kind == Kind::WrongType && f.path == here);
    findings.len() + if other_type { 1000 } else { 0 }
}

pub(crate) fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
