//! IAM policy documents: statements put together by what they allow, to whom, on what and when.

use indexmap::IndexMap;

use crate::value::{Map, Text, Value};

/// One statement of a policy. Order of keys in the document: Sid, Effect, Principal, Action, Resource, Condition.
#[derive(Clone, Debug)]
pub struct Statement {
    sid: Option<Text>,
    effect: &'static str,
    principal: Option<Value>,
    actions: Vec<Text>,
    resources: Vec<Value>,
    conditions: IndexMap<&'static str, Map>,
}

impl Statement {
    /// Allows actions, such as `["sqs:SendMessage"]`.
    pub fn allow<A: Into<Text>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new("Allow", actions)
    }

    /// Denies actions.
    pub fn deny<A: Into<Text>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new("Deny", actions)
    }

    fn new<A: Into<Text>>(effect: &'static str, actions: impl IntoIterator<Item = A>) -> Self {
        Self {
            sid: None,
            effect,
            principal: None,
            actions: actions.into_iter().map(Into::into).collect(),
            resources: Vec::new(),
            conditions: IndexMap::new(),
        }
    }

    /// Names the statement (letters and digits).
    #[must_use]
    pub fn sid(mut self, sid: impl Into<Text>) -> Self {
        self.sid = Some(sid.into());
        self
    }

    /// To an AWS service, such as `events.amazonaws.com`.
    #[must_use]
    pub fn to_service(mut self, service: &'static str) -> Self {
        self.principal = Some(Value::map([("Service", service)]));
        self
    }

    /// To AWS principals: account root, role …
    #[must_use]
    pub fn to_aws(mut self, principal: impl Into<Value>) -> Self {
        self.principal = Some(Value::map([("AWS", principal.into())]));
        self
    }

    /// To everybody; only ever with a condition.
    #[must_use]
    pub fn to_anyone(mut self) -> Self {
        self.principal = Some("*".into());
        self
    }

    /// On a resource.
    #[must_use]
    pub fn on(mut self, resource: impl Into<Value>) -> Self {
        self.resources.push(resource.into());
        self
    }

    /// Only when a condition holds: operator, key, value.
    #[must_use]
    pub fn when(mut self, operator: &'static str, key: impl Into<Text>, value: impl Into<Value>) -> Self {
        self.conditions.entry(operator).or_default().set(key, value);
        self
    }

    /// The actions, for checks over a policy.
    pub fn actions(&self) -> &[Text] {
        &self.actions
    }

    fn into_value(self) -> Value {
        let mut out = Map::new();
        if let Some(sid) = self.sid {
            out.set("Sid", sid);
        }
        out.set("Effect", self.effect);
        if let Some(principal) = self.principal {
            out.set("Principal", principal);
        }
        out.set("Action", one_or_list(self.actions.into_iter().map(Value::from).collect()));
        if !self.resources.is_empty() {
            out.set("Resource", one_or_list(self.resources));
        }
        if !self.conditions.is_empty() {
            out.set("Condition", Value::map(self.conditions));
        }
        Value::Map(out)
    }
}

fn one_or_list(mut items: Vec<Value>) -> Value {
    match items.len() {
        1 => items.remove(0),
        _ => Value::List(items),
    }
}

impl From<Statement> for Value {
    fn from(statement: Statement) -> Self {
        statement.into_value()
    }
}

/// A policy document of the given statements.
pub fn policy(statements: impl IntoIterator<Item = Statement>) -> Map {
    Map::new().with("Version", "2012-10-17").with("Statement", Value::list(statements))
}
