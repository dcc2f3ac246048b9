//! A service outside AWS and its secret → the one request that tells it of an alert.
//!
//! The secret is a text, or JSON with `url` and `key`. Only HTTPS to a name of the public net leaves here, and no redirect is followed,
//! so that a secret cannot turn the function against what is near it. Neither errors nor logs hold a secret or an address.

use pipesynth_aws::{Request, SHORT_ANSWER, Settings};
use pipesynth_contract::Status;
use pipesynth_contract::alert::{Channel, Message};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::telling::words;

/// Where keys belong to; a secret with `url` says another, such as the vendor's European one.
const PAGERDUTY: &str = "https://events.pagerduty.com/v2/enqueue";
const OPSGENIE: &str = "https://api.opsgenie.com/v2/alerts";
const JSM: &str = "https://api.atlassian.com/jsm/ops/integration/v2/alerts";

/// Longest message of an alert of Opsgenie and of Jira Service Management (their alert APIs), in characters.
const MESSAGE: usize = 130;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Secret {
    url: Option<String>,
    key: Option<String>,
}

impl Secret {
    /// `takes_url`: whether a secret that is a plain text is the address; else it is the key.
    fn read(text: &str, takes_url: bool) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("the secret is empty".to_owned());
        }
        if text.starts_with('{') {
            // The error of a reader may quote the text.
            return serde_json::from_str(text)
                .map_err(|_| "the secret is JSON with other keys than `url` and `key`, or malformed".to_owned());
        }
        let text = Some(text.to_owned());
        Ok(if takes_url { Self { url: text, key: None } } else { Self { url: None, key: text } })
    }
}

/// The request, ready to be sent.
pub(super) fn request(
    channel: Channel,
    secret: &str,
    message: &Message,
    settings: &Settings,
) -> Result<Request, String> {
    let default = match channel {
        Channel::PagerDuty => Some(PAGERDUTY),
        Channel::Opsgenie => Some(OPSGENIE),
        Channel::Jsm => Some(JSM),
        Channel::Https | Channel::Teams => None,
    };
    let secret = Secret::read(secret, default.is_none())?;
    let url = secret.url.as_deref().or(default).ok_or("the secret has no `url`")?;
    let key = || secret.key.as_deref().ok_or("the secret has no `key`");
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let body = match channel {
        Channel::Https => {
            headers.extend(secret.key.as_ref().map(|key| ("authorization".to_owned(), format!("Bearer {key}"))));
            json!(message)
        }
        Channel::Teams => card(message),
        Channel::PagerDuty => incident(message, key()?),
        Channel::Opsgenie | Channel::Jsm => {
            headers.push(("authorization".to_owned(), format!("GenieKey {}", key()?)));
            genie(message)
        }
    };
    if headers.iter().any(|(_, value)| !value.bytes().all(|b| (0x20..0x7f).contains(&b))) {
        return Err("the secret's `key` holds characters that no header takes".to_owned());
    }
    let url = public(url, settings)?;
    Ok(Request { method: "POST", url, headers, body: body.to_string().into_bytes(), max_answer: SHORT_ANSWER })
}

/// The address, if it is HTTPS on the usual port to a name of the public net.
fn public(url: &str, settings: &Settings) -> Result<String, String> {
    const WANTED: &str = "the secret's address must be `https://` and a name of the public net";
    let rest = url.strip_prefix("https://").ok_or(WANTED)?;
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let name = host.strip_suffix(":443").unwrap_or(host);
    let labels: Vec<&str> = name.split('.').collect();
    let label = |label: &&str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !label.starts_with('-')
    };
    // The last label of a name holds a letter, so addresses of any notation are out (RFC 3696 §2).
    let top = labels.last().copied().unwrap_or_default().to_ascii_lowercase();
    let public = labels.len() >= 2
        && labels.iter().all(label)
        && top.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && !["localhost", "local", "internal", "arpa", "test"].contains(&top.as_str());
    if !public || !path.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(WANTED.to_owned());
    }
    Ok(match settings.channels() {
        Some(instead) => format!("{}/{name}{path}", instead.trim_end_matches('/')),
        None => url.to_owned(),
    })
}

/// What is the same for what is told twice: services join what has it.
fn key_of(message: &Message) -> &str {
    match message {
        Message::Notice(notice) => &notice.id,
        other => other.execution().unwrap_or_default(),
    }
}

fn is_good(message: &Message) -> bool {
    matches!(message, Message::RunEnded(alert) if alert.status == Status::Succeeded)
}

/// Events API v2. The execution is its key, so that what comes twice is one incident.
fn incident(message: &Message, key: &str) -> Value {
    let severity = if is_good(message) { "info" } else { "error" };
    let (when, name) = match message {
        Message::RunEnded(alert) => (&alert.ended, &alert.display_name),
        Message::Notice(notice) => (&notice.at, &notice.display_name),
        Message::RunStarted(at) | Message::StepStarted(at) => (&at.at, &at.display_name),
        Message::StepSucceeded(at) | Message::StepFailed(at) => (&at.at, &at.display_name),
    };
    let link = |console| json!({"href": console, "text": "The run in the AWS console"});
    json!({
        "routing_key": key, "event_action": "trigger", "dedup_key": short(key_of(message), 255),
        "payload": {
            "summary": words::subject(message), "source": message.pipeline(), "severity": severity, "timestamp": when,
            "component": name, "custom_details": message,
        },
        "links": words::console(message).map(link).into_iter().collect::<Vec<_>>(),
    })
}

/// The alert API of Opsgenie, which Jira Service Management took over.
fn genie(message: &Message) -> Value {
    let priority = if is_good(message) { "P5" } else { "P3" };
    let date = match message {
        Message::RunEnded(alert) => alert.logical_date.as_ref(),
        Message::Notice(notice) => notice.logical_date.as_ref(),
        _ => None,
    };
    json!({
        "message": short(&words::subject(message), MESSAGE), "alias": short(key_of(message), 512),
        "description": words::text(message), "source": "pipesynth", "entity": message.pipeline(), "priority": priority,
        "tags": [message.status()],
        "details": {"pipeline": message.pipeline(), "status": message.status(), "logicalDate": date},
    })
}

/// An adaptive card, as workflows of Teams take it.
fn card(message: &Message) -> Value {
    let facts: Vec<Value> =
        words::facts(message).into_iter().map(|(title, value)| json!({"title": title, "value": value})).collect();
    let title = json!({
        "type": "TextBlock", "text": words::subject(message), "weight": "Bolder", "size": "Medium", "wrap": true,
    });
    let open = |console| json!({"type": "Action.OpenUrl", "title": "Open the run", "url": console});
    let content = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
        "body": [title, {"type": "FactSet", "facts": facts}],
        "actions": words::console(message).map(open).into_iter().collect::<Vec<_>>(),
    });
    json!({"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}]})
}

fn short(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}

#[cfg(test)]
mod tests {
    use pipesynth_contract::alert::{Alert, VERSION};

    use super::*;
    use crate::scripted::settings;

    fn alert() -> Alert {
        Alert {
            v: VERSION,
            pipeline: "111111111111/listings".parse().unwrap(),
            display_name: "listings".into(),
            status: Status::Failed,
            logical_date: Some("2026-11-23".into()),
            step: Some("aggregate".into()),
            error: Some("E".into()),
            cause: Some("because".into()),
            started: "2026-11-23T02:00:07Z".into(),
            ended: "2026-11-23T03:12:12Z".into(),
            seconds: 4324,
            execution: "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e1".into(),
            console: "https://console.example/run".into(),
        }
    }

    fn sent(channel: Channel, secret: &str) -> Result<(Request, Value), String> {
        let request = request(channel, secret, &Message::RunEnded(alert()), &settings())?;
        let body = serde_json::from_slice(&request.body).unwrap();
        Ok((request, body))
    }

    fn authorization(request: &Request) -> Option<&str> {
        request.headers.iter().find(|(name, _)| name == "authorization").map(|(_, value)| value.as_str())
    }

    #[test]
    fn each_service_gets_its_own_form_at_its_own_address() {
        let subject = "listings FAILED at aggregate (2026-11-23)";
        let (request, body) = sent(Channel::PagerDuty, "ROUTING").unwrap();
        assert_eq!(request.url, "https://events.pagerduty.com/v2/enqueue");
        assert_eq!((&body["routing_key"], &body["dedup_key"]), (&json!("ROUTING"), &json!(alert().execution)));
        assert_eq!((&body["payload"]["summary"], &body["payload"]["severity"]), (&json!(subject), &json!("error")));
        for (channel, url) in [(Channel::Opsgenie, OPSGENIE), (Channel::Jsm, JSM)] {
            let (request, body) = sent(channel, " KEY\n").unwrap();
            assert_eq!((request.url.as_str(), authorization(&request)), (url, Some("GenieKey KEY")));
            assert_eq!((&body["message"], &body["alias"]), (&json!(subject), &json!(alert().execution)));
        }
        let (request, body) = sent(Channel::Teams, "https://prod.logic.azure.com:443/workflows/1?sig=x").unwrap();
        assert_eq!(request.url, "https://prod.logic.azure.com:443/workflows/1?sig=x");
        let card = &body["attachments"][0]["content"];
        assert_eq!((&card["type"], &card["body"][0]["text"]), (&json!("AdaptiveCard"), &json!(subject)));
        let (request, body) = sent(Channel::Https, "https://hooks.example.com/a?key=1").unwrap();
        assert_eq!((body, authorization(&request)), (json!(Message::RunEnded(alert())), None));
    }

    #[test]
    fn a_secret_may_say_another_address_and_a_key_apart() {
        let (request, _) =
            sent(Channel::Opsgenie, r#"{"url":"https://api.eu.opsgenie.com/v2/alerts","key":"K"}"#).unwrap();
        assert_eq!(
            (request.url.as_str(), authorization(&request)),
            ("https://api.eu.opsgenie.com/v2/alerts", Some("GenieKey K"))
        );
        let (request, _) = sent(Channel::Https, r#"{"url":"https://hooks.example.com/a","key":"K"}"#).unwrap();
        assert_eq!(authorization(&request), Some("Bearer K"));
        for secret in [
            "",
            "  ",
            r#"{"url":"https://a.example.com"}"#,
            r#"{"token":"hush-hush"}"#,
            "{hush-hush",
            "hush-hush\u{7f}\r\nx: y",
        ] {
            let why = sent(Channel::Opsgenie, secret).unwrap_err();
            assert!(!why.contains("hush"), "{why}");
        }
    }

    #[test]
    fn nothing_but_https_to_a_public_name_is_called() {
        for url in [
            "http://hooks.example.com/",
            "HTTPS://hooks.example.com/",
            "https://",
            "https:///x",
            "https://localhost/",
            "https://a.localhost/",
            "https://169.254.169.254/latest/meta-data",
            "https://127.1/",
            "https://0x7f.0x1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://hooks.example.com:8080/",
            "https://user@hooks.example.com/",
            "https://hooks.example.com@127.0.0.1/",
            "https://intranet/",
            "https://db.corp.internal/",
            "https://hooks..example.com/",
            "https://hooks.example.com./",
            "https://hooks.example.com\\@evil.example.com/",
            "https://hooks.example.com/a b",
            "https://hooks.example.com/\r\nx: y",
            "file:///etc/passwd",
            "hooks.example.com",
        ] {
            for channel in [Channel::Https, Channel::Teams] {
                let why = sent(channel, url).unwrap_err();
                assert!(!why.contains("hooks") && !why.contains("169"), "{url}: {why}");
            }
        }
        assert!(sent(Channel::Https, "https://hooks.example.com:443").is_ok());
    }
}
