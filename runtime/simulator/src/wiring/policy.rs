//! An event bus's resource policy → whether somebody may put an event there.

use serde_json::Value;

/// Somebody from another account, or a function, who puts an event.
pub(crate) struct Sender<'a> {
    pub account: &'a str,
    /// ARN of the role.
    pub role: &'a str,
    /// The organisation; everybody simulated is in the same one.
    pub organization: &'a str,
    /// Whether it is a rule of another bus that forwards, and not a call of `PutEvents`.
    pub forwards: bool,
    pub source: &'a str,
    pub detail_type: &'a str,
}

/// One statement, with what it asks for.
#[derive(Debug)]
pub(crate) struct Statement {
    allows: bool,
    /// Accounts; empty for everybody.
    accounts: Vec<String>,
    conditions: Vec<Condition>,
}

#[derive(Debug)]
struct Condition {
    operator: Operator,
    key: Key,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Operator {
    Equals,
    Like,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Key {
    Source,
    DetailType,
    Organization,
    Role,
    Forwards,
}

impl Statement {
    /// Reads a statement whose references are resolved. What it does not know is an error: a wrong guess would change who may send.
    pub fn read(statement: &Value) -> Result<Self, String> {
        let one = |name: &str| statement.get(name).map(texts).unwrap_or_default();
        if !one("Action").iter().any(|action| action == "events:PutEvents" || action == "events:*") {
            return Err("a statement without the action `events:PutEvents` is not simulated".to_owned());
        }
        let accounts = match statement.get("Principal") {
            Some(Value::String(everybody)) if everybody == "*" => Vec::new(),
            Some(Value::Object(map)) if map.len() == 1 && map.contains_key("AWS") => {
                let named = texts(&map["AWS"]);
                let account = |text: &String| text.split(':').nth(4).unwrap_or(text).to_owned();
                if named.iter().any(|text| text == "*") { Vec::new() } else { named.iter().map(account).collect() }
            }
            other => return Err(format!("the principal `{:.60}` is not simulated", other.unwrap_or(&Value::Null))),
        };
        let mut conditions = Vec::new();
        for (word, tests) in statement.get("Condition").and_then(Value::as_object).into_iter().flatten() {
            let operator = match word.as_str() {
                "StringEquals" | "Bool" => Operator::Equals,
                // ArnEquals and ArnLike behave identically (IAM User Guide, "Condition operators").
                "ArnEquals" | "ArnLike" | "StringLike" => Operator::Like,
                other => return Err(format!("the condition `{other}` is not simulated")),
            };
            for (name, values) in tests.as_object().into_iter().flatten() {
                let key = match name.as_str() {
                    "events:source" => Key::Source,
                    "events:detail-type" => Key::DetailType,
                    "aws:PrincipalOrgID" => Key::Organization,
                    "aws:PrincipalArn" => Key::Role,
                    "events:eventBusInvocation" => Key::Forwards,
                    other => return Err(format!("the condition key `{other}` is not simulated")),
                };
                conditions.push(Condition { operator, key, values: texts(values) });
            }
        }
        Ok(Self { allows: statement.get("Effect").and_then(Value::as_str) == Some("Allow"), accounts, conditions })
    }

    fn concerns(&self, sender: &Sender<'_>) -> bool {
        let account = self.accounts.is_empty() || self.accounts.iter().any(|account| account == sender.account);
        account && self.conditions.iter().all(|condition| condition.holds(sender))
    }
}

impl Condition {
    fn holds(&self, sender: &Sender<'_>) -> bool {
        let value = match self.key {
            Key::Source => sender.source,
            Key::DetailType => sender.detail_type,
            Key::Organization => sender.organization,
            Key::Role => sender.role,
            Key::Forwards => {
                if sender.forwards {
                    "true"
                } else {
                    "false"
                }
            }
        };
        self.values.iter().any(|wanted| match self.operator {
            Operator::Equals => wanted == value,
            Operator::Like => like(wanted.as_bytes(), value.as_bytes()),
        })
    }
}

/// Whether a policy lets the sender in. Within the bus's own account IAM alone decides, and is not simulated.
pub(crate) fn allows(policy: &[Statement], owner: &str, sender: &Sender<'_>) -> bool {
    let denied = policy.iter().any(|s| !s.allows && s.concerns(sender));
    !denied && (sender.account == owner || policy.iter().any(|s| s.allows && s.concerns(sender)))
}

fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        one => vec![text(one)],
    }
}

/// `*` stands for any text, `?` for one character. A colon in the wanted text is matched by a colon, so that parts of ARNs keep apart as
/// long as a pattern writes them all.
fn like(wanted: &[u8], got: &[u8]) -> bool {
    let (mut w, mut g, mut star) = (0, 0, None);
    while g < got.len() {
        match wanted.get(w) {
            Some(b'*') => {
                star = Some((w, g));
                w += 1;
            }
            Some(c) if *c == got[g] || *c == b'?' => {
                w += 1;
                g += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    w = at + 1;
                    g = from + 1;
                    star = Some((at, g));
                }
                None => return false,
            },
        }
    }
    wanted[w..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sender<'a>(account: &'a str, role: &'a str) -> Sender<'a> {
        Sender { account, role, organization: "o-1", forwards: true, source: "aws.states", detail_type: "T" }
    }

    #[test]
    fn every_condition_must_hold_and_a_missing_statement_lets_nobody_in() {
        let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Condition": {
            "StringEquals": {"aws:PrincipalOrgID": "o-1", "events:source": "aws.states", "events:detail-type": ["T", "U"]},
            "Bool": {"events:eventBusInvocation": "true"},
            "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/pipesynth/event-forwarder-*"}}});
        let policy = [Statement::read(&statement).unwrap()];
        let role = "arn:aws:iam::111111111111:role/pipesynth/event-forwarder-eu-west-1";
        let allowed = |s: Sender<'_>| allows(&policy, "999999999999", &s);
        assert!(allowed(sender("111111111111", role)));
        assert!(!allowed(sender("111111111111", "arn:aws:iam::111111111111:role/other")));
        assert!(!allowed(Sender { organization: "o-2", ..sender("111111111111", role) }));
        assert!(!allowed(Sender { forwards: false, ..sender("111111111111", role) }));
        assert!(!allowed(Sender { source: "x", ..sender("111111111111", role) }));
        assert!(!allows(&[], "999999999999", &sender("111111111111", role)));
        assert!(allows(&[], "111111111111", &sender("111111111111", role)), "its own account");
    }

    #[test]
    fn a_principal_is_an_account_whichever_way_it_is_written() {
        for principal in [json!({"AWS": "arn:aws:iam::111111111111:root"}), json!({"AWS": ["111111111111"]})] {
            let statement = json!({"Effect": "Allow", "Principal": principal, "Action": "events:PutEvents"});
            let policy = [Statement::read(&statement).unwrap()];
            assert!(
                allows(&policy, "9", &sender("111111111111", "r"))
                    && !allows(&policy, "9", &sender("222222222222", "r"))
            );
        }
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        let read = |extra: Value| Statement::read(&extra).unwrap_err();
        let base = |condition: Value| json!({"Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Condition": condition});
        assert!(read(base(json!({"DateLessThan": {"aws:CurrentTime": "x"}}))).contains("`DateLessThan`"));
        assert!(read(base(json!({"StringEquals": {"aws:SourceIp": "x"}}))).contains("`aws:SourceIp`"));
        assert!(read(json!({"Action": "events:PutRule"})).contains("PutEvents"));
        assert!(read(json!({"Action": "events:PutEvents", "Principal": {"Service": "s3"}})).len() < 120);
    }

    #[test]
    fn stars_and_question_marks() {
        for (wanted, got, holds) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abb", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*b*b", "abab", true),
        ] {
            assert_eq!(like(wanted.as_bytes(), got.as_bytes()), holds, "{wanted} {got}");
        }
    }
}
