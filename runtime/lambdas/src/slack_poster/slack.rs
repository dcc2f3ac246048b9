//! `chat.postMessage` of Slack → where the post stands, or what is in the way.

use std::time::Duration;

use pipesynth_aws::{Answer, Request, SHORT_ANSWER, Settings, retry};
use pipesynth_contract::names::SECRET_SLACK;
use serde::Deserialize;
use serde_json::json;

use super::Trouble;
use crate::central::Invocation;

const HOST: &str = "slack.com";
const PATH: &str = "/api/chat.postMessage";

/// Tries of one post within an invocation, the wait where Slack names none, and the longest time of one.
const TRIES: u32 = 4;
const WAIT: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(10);

/// Errors that pass (Slack API, "chat.postMessage", errors).
const PASSING: [&str; 7] = [
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "message_limit_exceeded",
];
/// Errors of the token.
const TOKEN: [&str; 9] = [
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "not_allowed_token_type",
    "missing_scope",
    "no_permission",
    "access_denied",
];
/// Errors of a reply whose thread is not there any more.
const THREAD: [&str; 4] = ["thread_not_found", "message_not_found", "invalid_thread_ts", "cannot_reply_to_message"];
/// Errors of the channel.
const CHANNEL: [&str; 4] = ["channel_not_found", "not_in_channel", "is_archived", "restricted_action"];

/// Slack, for one invocation.
pub(super) struct Slack<'a> {
    pub token: &'a str,
    pub settings: &'a Settings,
    pub invocation: &'a Invocation<'a>,
}

/// One post.
pub(super) struct Post<'a> {
    /// `#name`, or a channel's id.
    pub channel: &'a str,
    pub text: &'a str,
    /// The message that it replies to.
    pub thread: Option<&'a str>,
    /// A reply that the channel sees too.
    pub loud: bool,
}

/// Where a post stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Posted {
    /// The channel's id, which a rename leaves as it is.
    pub channel: String,
    /// The message's `ts`.
    pub message: String,
}

#[derive(Deserialize)]
struct Said {
    ok: bool,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    ts: Option<String>,
}

impl Slack<'_> {
    /// Posts; `name` is the channel for people. Waits as long as Slack asks, where there is time for it.
    pub(super) fn post(&self, post: &Post<'_>, name: &str) -> Result<Posted, Trouble> {
        let request = self.request(post);
        let Invocation { outside, end, .. } = *self.invocation;
        let mut last = "there was no time left to try".to_owned();
        for number in 1..=TRIES {
            let left = end.duration_since(outside.now()).unwrap_or_default();
            if left.is_zero() {
                break;
            }
            let (why, wait) = match outside.send(&request, left.min(LONGEST)) {
                Ok(answer) => match judge(&answer, name, post.thread.is_some())? {
                    Came::Posted(posted) => return Ok(posted),
                    // Somebody has deleted what the thread began with.
                    Came::NoThread => return self.post(&Post { thread: None, loud: false, ..*post }, name),
                    Came::NotYet(why) => (why, answer.retry_after.unwrap_or(WAIT * number)),
                },
                Err(why) => (why, WAIT * number),
            };
            last = why;
            let left = end.duration_since(outside.now()).unwrap_or_default();
            if number == TRIES || left <= wait {
                break;
            }
            outside.sleep(wait);
        }
        Err(Trouble::Later(format!("Slack, #{name}: {last}")))
    }

    fn request(&self, post: &Post<'_>) -> Request {
        let mut body = json!({
            "channel": post.channel, "text": post.text, "parse": "none", "link_names": false, "unfurl_links": false,
            "unfurl_media": false,
        });
        if let Some(thread) = post.thread {
            body["thread_ts"] = json!(thread);
            body["reply_broadcast"] = json!(post.loud);
        }
        let url = match self.settings.channels() {
            Some(instead) => format!("{}/{HOST}{PATH}", instead.trim_end_matches('/')),
            None => format!("https://{HOST}{PATH}"),
        };
        let header = |name: &str, value: String| (name.to_owned(), value);
        Request {
            method: "POST",
            url,
            headers: vec![
                header("content-type", "application/json; charset=utf-8".to_owned()),
                header("authorization", format!("Bearer {}", self.token)),
            ],
            body: body.to_string().into_bytes(),
            max_answer: SHORT_ANSWER,
        }
    }
}

/// What an answer means.
enum Came {
    Posted(Posted),
    NoThread,
    /// It may go through later.
    NotYet(String),
}

fn judge(answer: &Answer, name: &str, reply: bool) -> Result<Came, Trouble> {
    if retry::is_temporary(answer) {
        return Ok(Came::NotYet(format!("HTTP {}", answer.status)));
    }
    let Ok(said) = serde_json::from_slice::<Said>(&answer.body) else {
        return Ok(Came::NotYet(format!("HTTP {}, and the answer is none of Slack's", answer.status)));
    };
    if said.ok {
        let channel = said.channel.unwrap_or_else(|| format!("#{name}"));
        return Ok(Came::Posted(Posted { channel, message: said.ts.unwrap_or_default() }));
    }
    let error = said.error.unwrap_or_else(|| format!("HTTP {}", answer.status));
    match error.as_str() {
        passing if PASSING.contains(&passing) => Ok(Came::NotYet(error)),
        lost if reply && THREAD.contains(&lost) => Ok(Came::NoThread),
        _ => Err(Trouble::Never(format!("Slack, #{name}: `{error:.100}`"), help(&error, name))),
    }
}

/// What to do.
fn help(error: &str, name: &str) -> String {
    if TOKEN.contains(&error) {
        return format!(
            "put the bot token of a Slack app with the scope `chat:write` into the secret `{SECRET_SLACK}` of the central account, then \
             redrive the dead letters"
        );
    }
    if CHANNEL.contains(&error) {
        return format!(
            "see that the channel exists and is not archived, and write `/invite @the-app` in it, or name another channel in pipeline.yaml; \
             then redrive the dead letters (#{name})"
        );
    }
    "look the error up in Slack's documentation of chat.postMessage, mend it, and redrive the dead letters".to_owned()
}
