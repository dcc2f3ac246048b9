//! Notifications as written → checked addresses.

use indexmap::IndexMap;
use pipesynth_contract::alert::{Channel, Recipient};
use pipesynth_contract::registration::{NotificationKind, Notifications};
use pipesynth_diag::{Diagnostic, Place, Spanned, quoted};

use super::spec::{ChannelSpec, KindSpec, NotificationsSpec, TargetSpec};
use crate::codes;
use crate::lower::Lower;

/// Checked notifications.
#[derive(Debug, Clone, PartialEq)]
pub struct NotificationsPlan {
    /// What is told.
    pub kind: NotificationKind,
    /// Slack channels, without `#`.
    pub slack: Vec<Spanned<String>>,
    /// E-mail addresses.
    pub email: Vec<Spanned<String>>,
    /// Services outside AWS, with the secrets that hold their addresses and keys.
    pub posted: Vec<Spanned<Recipient>>,
    /// Where it was written.
    pub place: Place,
}

impl NotificationsPlan {
    /// The form in which the central side hears of it.
    pub fn contract(&self) -> Notifications {
        Notifications { kind: self.kind, slack_channels: self.slack.iter().map(|s| s.value.clone()).collect() }
    }
}

/// Checks notifications; the organisation's default stands in where a pipeline has none.
pub fn lower(own: Option<&Spanned<NotificationsSpec>>, cx: &mut Lower<'_>) -> Option<Option<NotificationsPlan>> {
    let organization = cx.organization;
    let default = organization.and_then(|o| o.defaults.as_ref()).and_then(|d| d.notifications.as_ref());
    let Some(spec) = own.or(default) else { return Some(None) };
    let kind = match spec.kind.value {
        KindSpec::FullExecution => NotificationKind::FullExecution,
        KindSpec::OnFailure => NotificationKind::OnFailure,
        KindSpec::OnCompletion => NotificationKind::OnCompletion,
    };
    let mut plan =
        NotificationsPlan { kind, slack: Vec::new(), email: Vec::new(), posted: Vec::new(), place: spec.place };
    if spec.targets.value.is_empty() && !cx.sink.has_errors_in(spec.targets.place) {
        cx.error_help(
            codes::BAD_TARGET,
            spec.targets.place,
            "`targets` is empty",
            "name a target, or take `notifications` away",
        );
    }
    let mut good = true;
    let mut seen = IndexMap::new();
    for target in &spec.targets.value {
        good &= one(target, &mut plan, &mut seen, cx);
    }
    good.then_some(Some(plan))
}

/// Addresses by channel (true for Slack), with the place of the first.
type Seen = IndexMap<(bool, String), Place>;

fn one(target: &Spanned<TargetSpec>, plan: &mut NotificationsPlan, seen: &mut Seen, cx: &mut Lower<'_>) -> bool {
    let channel = target.channel.value;
    if !matches!(channel, ChannelSpec::Slack | ChannelSpec::Email) {
        return by_secret(target, plan, cx);
    }
    if let Some(secret) = &target.secret {
        let message = format!("a {channel} target has `addresses` and no `secret`");
        cx.error_help(codes::BAD_TARGET, secret.place, message, "take `secret` away");
    }
    let Some(addresses) = target.addresses.as_ref().filter(|a| !a.value.is_empty()) else {
        let example = if channel == ChannelSpec::Slack { "data-pipeline-alerts" } else { "team@example.com" };
        let message = format!("a {channel} target needs `addresses`");
        cx.error_help(codes::BAD_TARGET, target.place, message, format!("add `addresses: [{example}]`"));
        return false;
    };
    let mut good = true;
    for address in &addresses.value {
        let checked = if channel == ChannelSpec::Slack { slack(address) } else { email(address) };
        let list = if channel == ChannelSpec::Slack { &mut plan.slack } else { &mut plan.email };
        match checked {
            Err(what) => {
                cx.error(codes::BAD_TARGET, address.place, format!("expected {what}, got {}", quoted(address)));
                good = false;
            }
            Ok(text) => match seen.insert((channel == ChannelSpec::Slack, text.clone()), address.place) {
                None => list.push(Spanned::new(text, address.place)),
                Some(first) => {
                    let found = Diagnostic::error(
                        codes::DUPLICATE_NAME,
                        address.place,
                        format!("{} stands twice", quoted(address)),
                    )
                    .related(first, "the first one is here")
                    .help("keep one of them");
                    cx.sink.push(found);
                    good = false;
                }
            },
        }
    }
    good
}

/// Most services outside AWS of one pipeline: each is a target of the rule for ends of runs, which has five (EventBridge quotas), the
/// topic's among them.
const MOST_POSTED: usize = 4;

/// Channels whose address holds a key: it comes from a secret, never from the file.
fn by_secret(target: &Spanned<TargetSpec>, plan: &mut NotificationsPlan, cx: &mut Lower<'_>) -> bool {
    let (word, channel) = (target.channel.value, channel(target.channel.value));
    if let Some(addresses) = &target.addresses {
        cx.sink.push(literal(addresses.place, format!("a {word} target has no `addresses`")));
        return false;
    }
    let (Some(channel), Some(secret)) = (channel, &target.secret) else {
        let message = format!("a {word} target needs `secret`");
        cx.error_help(codes::BAD_TARGET, target.place, message, "add `secret: name-or-arn` of AWS Secrets Manager");
        return false;
    };
    if is_key(secret) {
        let found =
            literal(secret.place, "expected the name or ARN of a secret, got what looks like its value".to_owned());
        cx.sink.push(found);
        return false;
    }
    if !is_secret(secret) {
        let message = format!("expected the name or ARN of a secret of AWS Secrets Manager, got {}", quoted(secret));
        cx.error(codes::BAD_TARGET, secret.place, message);
        return false;
    }
    let recipient = Recipient { channel, secret: secret.value.clone() };
    if let Some(first) = plan.posted.iter().find(|other| other.value == recipient) {
        let found = Diagnostic::error(codes::DUPLICATE_NAME, secret.place, format!("{} stands twice", quoted(secret)))
            .related(first.place, "the first one is here")
            .help("keep one of them");
        cx.sink.push(found);
        return false;
    }
    if plan.posted.len() == MOST_POSTED {
        let message = format!("a pipeline tells at most {MOST_POSTED} services by `secret`");
        cx.error_help(codes::BAD_TARGET, target.place, message, "let one of them pass it on to the others");
        return false;
    }
    plan.posted.push(Spanned::new(recipient, secret.place));
    true
}

fn channel(spec: ChannelSpec) -> Option<Channel> {
    match spec {
        ChannelSpec::Slack | ChannelSpec::Email => None,
        ChannelSpec::Opsgenie => Some(Channel::Opsgenie),
        ChannelSpec::Https => Some(Channel::Https),
        ChannelSpec::PagerDuty => Some(Channel::PagerDuty),
        ChannelSpec::Jsm => Some(Channel::Jsm),
        ChannelSpec::Teams => Some(Channel::Teams),
    }
}

fn literal(place: Place, message: String) -> Diagnostic {
    Diagnostic::error(codes::BAD_TARGET, place, message)
        .why("its address holds a key, and the file and the templates are read by many")
        .help("put the address into a secret of AWS Secrets Manager and write `secret: its-name`")
}

/// An address, or a key as the services give them: 32 hexadecimal digits or more, or a UUID. None is told in a message.
fn is_key(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let bare = digits >= 32 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    text.contains("://") || bare
}

/// A name of 1 to 512 letters, digits and `/_+=.@-` (Secrets Manager API reference, `CreateSecret`), or an ARN.
fn is_secret(text: &str) -> bool {
    let name = |text: &str| {
        (1..=512).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+=.@-".contains(&b))
    };
    if !text.starts_with("arn:") {
        return name(text);
    }
    let parts: Vec<&str> = text.splitn(7, ':').collect();
    let ["arn", partition, "secretsmanager", region, account, "secret", rest] = parts[..] else { return false };
    let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    word(partition) && word(region) && account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) && name(rest)
}

/// Slack's channel names: lower-case letters, digits, dashes and underscores, at most 80 (Slack API, conversations.create).
fn slack(text: &str) -> Result<String, &'static str> {
    let name = text.strip_prefix('#').unwrap_or(text);
    let good = (1..=80).contains(&name.chars().count())
        && name.chars().all(|c| (c.is_alphanumeric() && !c.is_uppercase()) || matches!(c, '-' | '_'));
    if good { Ok(name.to_owned()) } else { Err("a Slack channel such as `data-pipeline-alerts`") }
}

/// The shape of an address; whether it exists, its confirmation mail tells.
fn email(text: &str) -> Result<String, &'static str> {
    let good = text.split_once('@').is_some_and(|(user, host)| {
        let user_good =
            !user.is_empty() && user.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
        user_good
            && host.contains('.')
            && host.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-'))
    });
    if good && text.len() <= 254 { Ok(text.to_owned()) } else { Err("an e-mail address such as `team@example.com`") }
}
