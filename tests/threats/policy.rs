//! IAM's own rules, for tests: statements and a request → whether the request goes through.
//!
//! It shares nothing with the proofs, so it is a second opinion on them. An operator that it does not know stops the test.

use serde_json::{Value, json};

/// Whoever asks.
#[derive(Clone, Debug)]
pub enum Who {
    /// A role or user, by its ARN.
    Principal(String),
    /// A service of AWS, by its name.
    Service(String),
}

/// What is asked, with all that AWS knows of it.
#[derive(Clone, Debug)]
pub struct Request {
    pub who: Who,
    pub action: String,
    pub resource: String,
    pub context: Vec<(String, String)>,
}

impl Request {
    /// A request of a role.
    pub fn by(arn: &str, action: &str, resource: &str) -> Self {
        let who = Who::Principal(arn.to_owned());
        let request = Self { who, action: action.to_owned(), resource: resource.to_owned(), context: Vec::new() };
        request.with("aws:PrincipalArn", arn)
    }

    /// A request of a service.
    pub fn by_service(service: &str, action: &str, resource: &str) -> Self {
        let who = Who::Service(service.to_owned());
        Self { who, action: action.to_owned(), resource: resource.to_owned(), context: Vec::new() }
    }

    /// The same request with one key more.
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.context.push((key.to_owned(), value.to_owned()));
        self
    }
}

/// What all statements say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    Denied,
    Silent,
}

/// The policy of somebody who may do everything.
pub fn admin() -> Vec<Value> {
    vec![json!({"Effect": "Allow", "Action": "*", "Resource": "*"})]
}

/// What policies of an identity say, or its boundary.
pub fn identity(statements: &[Value], request: &Request) -> Verdict {
    verdict(statements, request, false)
}

/// What the policy of a resource says, a role's trust among them.
pub fn resource(statements: &[Value], request: &Request) -> Verdict {
    verdict(statements, request, true)
}

fn verdict(statements: &[Value], request: &Request, to_whom: bool) -> Verdict {
    let fits = |one: &&Value| {
        (!to_whom || is_for(&one["Principal"], &request.who))
            && texts(&one["Action"]).iter().any(|action| glob(&action.to_lowercase(), &request.action.to_lowercase()))
            && (one["Resource"].is_null() || texts(&one["Resource"]).iter().any(|on| glob(on, &request.resource)))
            && conditions(&one["Condition"], request)
    };
    let fitting: Vec<&Value> = statements.iter().filter(fits).collect();
    match fitting.iter().any(|one| one["Effect"] == "Deny") {
        true => Verdict::Denied,
        false if fitting.is_empty() => Verdict::Silent,
        false => Verdict::Allowed,
    }
}

fn is_for(principal: &Value, who: &Who) -> bool {
    if *principal == "*" {
        return true;
    }
    match who {
        Who::Service(name) => texts(&principal["Service"]).contains(name),
        Who::Principal(arn) => texts(&principal["AWS"]).iter().any(|known| {
            let account = |text: &str| text.split(':').nth(4).map(str::to_owned);
            known == "*" || known == arn || known.ends_with(":root") && account(known) == account(arn)
        }),
    }
}

/// Every operator with every key must hold; of several values of a key one, and none where the operator says `Not`.
fn conditions(condition: &Value, request: &Request) -> bool {
    let operators = condition.as_object().into_iter().flatten();
    operators.into_iter().all(|(operator, keys)| {
        keys.as_object().unwrap().iter().all(|(key, wanted)| {
            let given =
                request.context.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, v)| v.as_str());
            holds(operator, &texts(wanted), given)
        })
    })
}

fn holds(operator: &str, wanted: &[String], given: Option<&str>) -> bool {
    let negative = operator.contains("Not");
    let Some(given) = given else { return negative };
    let any = |test: fn(&str, &str) -> bool| wanted.iter().any(|wanted| test(wanted, given));
    match operator {
        "StringEquals" | "StringNotEquals" => any(|wanted, given| wanted == given) != negative,
        "Bool" => any(|wanted, given| wanted == given),
        "StringLike" | "StringNotLike" => any(glob) != negative,
        "ArnEquals" | "ArnLike" | "ArnNotEquals" | "ArnNotLike" => any(arn_like) != negative,
        "NumericLessThan" => any(|wanted, given| given.parse::<f64>().unwrap() < wanted.parse::<f64>().unwrap()),
        other => panic!("no test knows the operator `{other}`"),
    }
}

/// Each of the six parts by itself (IAM User Guide, "ARN condition operators").
fn arn_like(pattern: &str, arn: &str) -> bool {
    let (wanted, given): (Vec<_>, Vec<_>) = (pattern.splitn(6, ':').collect(), arn.splitn(6, ':').collect());
    wanted.len() == given.len() && wanted.iter().zip(given).all(|(wanted, given)| glob(wanted, given))
}

/// `*` stands for any text, `?` for one letter.
pub fn glob(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| glob(&pattern[1..], &text[at..]))
        }
        Some(first) => text.chars().next().is_some_and(|letter| {
            (first == '?' || first == letter) && glob(&pattern[first.len_utf8()..], &text[letter.len_utf8()..])
        }),
    }
}

/// A text, or a list of them.
pub fn texts(value: &Value) -> Vec<String> {
    let text = |one: &Value| one.as_str().map_or_else(|| one.to_string(), str::to_owned);
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().map(text).collect(),
        one => vec![text(one)],
    }
}

#[test]
fn requests_are_judged_as_iam_does() {
    let statement = |condition: Value| {
        vec![
            json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*",
            "Condition": condition}),
        ]
    };
    let request =
        Request::by("arn:aws:iam::1:role/x", "s3:GetObject", "arn:aws:s3:::b/k").with("aws:SourceAccount", "1");
    for (condition, wanted) in [
        (json!({}), Verdict::Allowed),
        (json!({"StringEquals": {"aws:SourceAccount": ["2", "1"]}}), Verdict::Allowed),
        (json!({"StringEquals": {"AWS:sourceaccount": "2"}}), Verdict::Silent),
        (json!({"StringNotEquals": {"aws:SourceAccount": ["2", "1"]}}), Verdict::Silent),
        (json!({"StringEquals": {"aws:SourceArn": "1"}}), Verdict::Silent),
        (json!({"ArnNotLike": {"aws:SourceArn": "1"}}), Verdict::Allowed),
        (json!({"ArnLike": {"aws:PrincipalArn": "arn:*:iam::1:role/*"}}), Verdict::Allowed),
        (json!({"ArnLike": {"aws:PrincipalArn": "arn:*:role/x"}}), Verdict::Silent),
    ] {
        assert_eq!(resource(&statement(condition.clone()), &request), wanted, "{condition}");
    }
    let mut both = admin();
    both.push(json!({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}));
    assert_eq!(identity(&both, &request), Verdict::Denied);
    let other = Request::by("arn:aws:iam::2:role/x", "s3:GetObject", "arn:aws:s3:::b/k");
    assert_eq!(resource(&statement(json!({})), &other), Verdict::Silent);
}
