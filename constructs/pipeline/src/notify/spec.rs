//! Notifications as written.

use pipesynth_diag::{Spanned, spec, spec_enum};

spec! {
    /// Whom to tell about a run, and about what.
    pub struct NotificationsSpec: "`notifications`" {
        /// What is told.
        kind: Spanned<KindSpec> => "type",
        /// Who is told.
        targets: Spanned<Vec<Spanned<TargetSpec>>> => "targets",
    }
    /// Who is told.
    pub struct TargetSpec: "a target" {
        /// The way to them.
        channel: Spanned<ChannelSpec> => "channel",
        /// Slack channels or e-mail addresses.
        addresses: Option<Spanned<Vec<Spanned<String>>>> => "addresses",
        /// The secret that holds the address or the key: a name or an ARN of AWS Secrets Manager, in the pipeline's account and with the
        /// tag `pipesynth:alerts` = `true`. Its text is the address (HTTPS, TEAMS) or the key (the others), or JSON with `url` and `key`.
        secret: Option<Spanned<String>> => "secret",
    }
}

spec_enum! {
    /// What is told about a run.
    pub enum KindSpec: "a kind of notification" {
        /// Every run: its begin, each step with its tries, and its end. Steps are told on the topic alone: by e-mail, in Slack, to queues.
        FullExecution => "FULL_EXECUTION",
        /// A bad end.
        OnFailure => "ON_FAILURE",
        /// Every end.
        OnCompletion => "ON_COMPLETION",
    }
    /// The way to somebody.
    pub enum ChannelSpec: "a channel" {
        /// Slack channels.
        Slack => "SLACK",
        /// E-mail.
        Email => "EMAIL",
        /// Opsgenie, by an API key; its vendor ends support on 2027-04-05.
        Opsgenie => "OPSGENIE",
        /// Any HTTPS address, which gets the alert as JSON.
        Https => "HTTPS",
        /// PagerDuty, by a routing key of its Events API v2.
        PagerDuty => "PAGERDUTY",
        /// Jira Service Management, by an API key.
        Jsm => "JSM",
        /// Microsoft Teams, by the address of a workflow.
        Teams => "TEAMS",
    }
}
