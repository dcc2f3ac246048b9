//! Policy documents → statements, and whether they let a call through.

use std::borrow::Cow;
use std::fmt::Write;
use std::rc::Rc;

use pipesynth_core::Json;

use crate::document::{Document, Resource};

/// What a statement says of conditions: operator, key, values.
pub(crate) type Condition = (String, String, Vec<String>);

/// One statement.
pub(crate) struct Statement {
    /// `Sid`, or its place.
    pub name: String,
    pub allows: bool,
    /// Services, ARNs, `*`; empty in a role's own policy.
    pub principals: Vec<String>,
    pub actions: Vec<String>,
    /// `logs:`, where all actions are of one service; else empty.
    pub service: String,
    pub resources: Vec<String>,
    pub conditions: Vec<Condition>,
}

/// A text that is mostly the program's.
type Text = Cow<'static, str>;

/// A call that somebody makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Call {
    /// `service:Action`.
    pub action: Text,
    /// `None` where it is known at run time alone: any resource of a statement fits.
    pub resource: Option<String>,
    /// What is known of the request: condition keys and their values. A key that is not here may have any value.
    pub context: Vec<(String, String)>,
    /// Who needs it, for messages.
    pub why: Text,
}

impl Call {
    pub fn new(why: &str, action: &str, resource: impl Into<Option<String>>) -> Self {
        let (why, action) = (why.to_owned().into(), action.to_owned().into());
        Self { action, resource: resource.into(), context: Vec::new(), why }
    }

    /// As [`Call::new`], of texts of the program: there may be thousands.
    pub fn fixed(why: &'static str, action: &'static str, resource: Option<String>) -> Self {
        Self { action: Text::Borrowed(action), resource, context: Vec::new(), why: Text::Borrowed(why) }
    }

    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.context.push((key.into(), value.into()));
        self
    }

    /// `logs:`
    pub fn service(&self) -> &str {
        self.action.find(':').and_then(|at| self.action.get(..=at)).unwrap_or_default()
    }

    /// A statement that would allow it.
    pub fn statement(&self) -> String {
        let mut text = format!(r#"{{"Effect": "Allow", "Action": "{}", "Resource": "{}""#, self.action, self.on());
        if self.action == "iam:PassRole"
            && let Some((key, value)) = self.context.first()
        {
            // Writing into a String cannot fail.
            let _ = write!(text, r#", "Condition": {{"StringEquals": {{"{key}": "{value}"}}}}"#);
        }
        text + "}"
    }

    /// What it is done to, for messages.
    pub fn on(&self) -> String {
        self.resource.as_deref().map_or_else(|| "*".to_owned(), readable)
    }
}

/// A text with symbols as `Fn::Sub` writes it.
pub(crate) fn readable(text: &str) -> String {
    let known = [
        ("{partition}", "${AWS::Partition}"),
        ("{region}", "${AWS::Region}"),
        ("{user}", "${AWS::AccountId}"),
        ("{central}", "${CentralAccountId}"),
        ("{org}", "${OrgId}"),
    ];
    known.iter().fold(text.to_owned(), |text, (symbol, written)| text.replace(symbol, written))
}

/// The statements of a policy document.
pub(crate) fn statements(document: &Document<'_>, policy: &Json<'_>) -> Vec<Statement> {
    listed(document, &policy["Statement"])
}

/// The statements of a list of them, or of one.
pub(crate) fn listed(document: &Document<'_>, written: &Json<'_>) -> Vec<Statement> {
    let one = std::slice::from_ref(written);
    let all = written.as_array().map_or(one, Vec::as_slice);
    all.iter().filter(|v| v.is_object()).enumerate().map(|(at, value)| statement(document, at, value)).collect()
}

fn statement(document: &Document<'_>, at: usize, value: &Json<'_>) -> Statement {
    let principals = match &value["Principal"] {
        Json::Object(kinds) => kinds.values().flat_map(|who| document.texts(who)).collect(),
        one => document.texts(one),
    };
    let conditions = value["Condition"].as_object().into_iter().flatten().flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(|(key, values)| (operator.to_owned(), key.to_owned(), document.texts(values)))
    });
    let actions = document.texts(&value["Action"]);
    Statement {
        name: value["Sid"].as_str().map_or_else(|| format!("statement {}", at + 1), str::to_owned),
        allows: value["Effect"] == "Allow",
        principals,
        service: service(&actions),
        actions,
        resources: document.texts(&value["Resource"]),
        conditions: conditions.collect(),
    }
}

/// The service of all these actions, with its colon; empty where there is more than one, or a `*` for it.
pub(crate) fn service(actions: &[String]) -> String {
    let of = |action: &String| action.find(':').map(|at| action.get(..=at).unwrap_or_default().to_owned());
    let first = actions.first().and_then(of).filter(|service| !service.contains(['*', '?'])).unwrap_or_default();
    if actions.iter().all(|action| action.starts_with(&first)) { first } else { String::new() }
}

/// The statements of a role's own policies.
pub(crate) fn of_role(document: &Document<'_>, role: &Resource<'_>) -> Rc<[Statement]> {
    document.of_roles.get(role.id, || {
        let policies = role.get("Policies").as_array().into_iter().flatten();
        policies.flat_map(|policy| statements(document, &policy["PolicyDocument"])).collect()
    })
}

impl Statement {
    /// True where the statement allows the call, as far as is known.
    pub fn allows(&self, call: &Call) -> bool {
        self.allows && self.action(call).is_some() && self.fits_resource(call) && self.fits_conditions(call)
    }

    /// True where the statement forbids the call, as far as is known.
    pub fn denies(&self, call: &Call) -> bool {
        !self.allows && self.action(call).is_some() && self.fits_resource(call) && self.fits_conditions(call)
    }

    /// The action that fits, in the case in which AWS writes it.
    pub fn action(&self, call: &Call) -> Option<usize> {
        if !call.action.starts_with(&self.service) {
            return None;
        }
        self.actions.iter().position(|action| covers(action, &call.action))
    }

    fn fits_resource(&self, call: &Call) -> bool {
        self.resources.is_empty() || self.resources.iter().any(|resource| fits(resource, call))
    }

    /// True where every condition whose key is known holds.
    pub fn fits_conditions(&self, call: &Call) -> bool {
        self.conditions.iter().all(|(operator, key, values)| {
            let given = call.context.iter().find(|(known, _)| known.eq_ignore_ascii_case(key));
            // What is known later may be anything; tags of clusters are all known, and one that is not there is no match.
            let Some((_, given)) = given else {
                return !(key.starts_with("elasticmapreduce:") && key.contains("Tag/"));
            };
            let exact = operator.starts_with("String") && operator.ends_with("Equals");
            let holds = values.iter().any(|value| if exact { value == given } else { covers(value, given) });
            holds != operator.contains("Not")
        })
    }

    /// True where one of the principals is this service, or holds this ARN's account.
    pub fn is_for(&self, principal: &str) -> bool {
        let account = principal.split(':').nth(4).unwrap_or("-");
        self.principals.iter().any(|known| {
            let whole_account = known.ends_with(":root") && known.split(':').nth(4) == Some(account);
            known == "*" || known == principal || whole_account
        })
    }

    /// True where a condition with this key is there.
    pub fn has(&self, key: &str) -> bool {
        self.conditions.iter().any(|(_, known, _)| known.eq_ignore_ascii_case(key))
    }
}

/// True where a resource of a statement holds what the call is for.
pub(crate) fn fits(resource: &str, call: &Call) -> bool {
    call.resource.as_deref().is_none_or(|wanted| covers(resource, wanted))
}

/// True where a text with `*` and `?` holds another text.
pub(crate) fn covers(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    // Most of them end otherwise, which is seen at once.
    if let Some(last) = pattern.last()
        && !matches!(last, b'*' | b'?')
        && text.last() != Some(last)
    {
        return false;
    }
    // ARNs of one account start alike.
    let alike = |(p, t): &(&u8, &u8)| p == t && !matches!(p, b'*' | b'?');
    let alike = pattern.iter().zip(text).take_while(alike).count();
    let (mut p, mut t) = (alike, alike);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                back = Some((p, t));
                p += 1;
            }
            Some(c) if *c == b'?' || Some(c) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star, from)) = back else { return false };
                back = Some((star, from + 1));
                p = star + 1;
                t = from + 1;
            }
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == b'*'))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn stars_hold_anything_and_letters_themselves() {
        for (pattern, text) in
            [("*", ""), ("a*c", "abbc"), ("a?c", "abc"), ("role/p-*", "role/p-x"), ("**", "x"), ("", "")]
        {
            assert!(covers(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a*c", "abd"), ("a?c", "ac"), ("", "x"), ("abc", "ab")] {
            assert!(!covers(pattern, text), "{pattern} {text}");
        }
    }
}
