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
        /// The secret that holds the address with its key: a name or an ARN of AWS Secrets Manager.
        secret: Option<Spanned<String>> => "secret",
    }
}

spec_enum! {
    /// What is told about a run.
    pub enum KindSpec: "a kind of notification" {
        /// Every step.
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
        /// Opsgenie; its vendor ends support on 2027-04-05.
        Opsgenie => "OPSGENIE",
        /// Any HTTPS address.
        Https => "HTTPS",
        /// PagerDuty.
        PagerDuty => "PAGERDUTY",
        /// Jira Service Management.
        Jsm => "JSM",
        /// Microsoft Teams.
        Teams => "TEAMS",
    }
}
