//! What a topic got → the message for Slack: its words, where more is to be read, and whose thread it belongs to.

use std::fmt::Write;

use pipesynth_contract::alert::Message;
use pipesynth_contract::slack::{
    DIGEST_DIGITS, EXECUTION_CHARACTERS, ExecutionArn, LINK_CHARACTERS, SlackMessage, TEXT_CHARACTERS,
    TITLE_CHARACTERS, VERSION,
};
use pipesynth_contract::{PipelineId, Status, names};
use sha2::{Digest, Sha256};

use super::Sns;
use crate::telling::words;

/// The message as it is posted. Every topic of this kind is a pipeline's, and has its name.
pub(super) fn message(sns: &Sns) -> Result<SlackMessage, String> {
    let pipeline = pipeline(&sns.topic_arn)?;
    let told = match serde_json::from_str::<Message>(&sns.message) {
        Ok(message) => of_message(&message),
        // What EventBridge puts on the topic where the notifier could not, and what people put there by hand.
        Err(_) => of_text(sns, &pipeline),
    };
    let execution = told.execution.filter(|arn| arn.chars().count() <= EXECUTION_CHARACTERS as usize);
    let execution = execution.filter(|arn| is_of(arn, &pipeline));
    let group = digest([execution.as_deref().unwrap_or(pipeline.as_str())]);
    let id = digest([pipeline.as_str(), &told.id]);
    Ok(SlackMessage {
        v: VERSION,
        pipeline,
        execution,
        title: cut(&told.title, TITLE_CHARACTERS),
        text: cut(&told.text, TEXT_CHARACTERS),
        link: told.link.filter(|link| link.chars().count() <= LINK_CHARACTERS as usize && link.starts_with("https://")),
        loud: told.loud,
        group,
        id,
    })
}

struct Told {
    execution: Option<String>,
    title: String,
    text: String,
    link: Option<String>,
    loud: bool,
    /// The same for the same message.
    id: String,
}

fn of_message(message: &Message) -> Told {
    let loud = matches!(message, Message::RunEnded(alert) if alert.status != Status::Succeeded);
    let id = match message {
        Message::Notice(notice) => notice.id.clone(),
        // Times stand in it: what comes twice is the same to the letter.
        other => serde_json::to_string(other).unwrap_or_default(),
    };
    // Where more is to be read stands in the link.
    let lines = words::facts(message).into_iter().map(|(label, value)| format!("{:<14}{value}", format!("{label}:")));
    Told {
        execution: message.execution().map(str::to_owned),
        title: words::subject(message),
        text: lines.collect::<Vec<_>>().join("\n"),
        link: words::console(message).map(str::to_owned),
        loud,
        id,
    }
}

fn of_text(sns: &Sns, pipeline: &PipelineId) -> Told {
    let text = sns.message.trim().trim_matches('"');
    let execution = text.split_whitespace().map(|word| word.trim_matches('"')).find(|word| is_of(word, pipeline));
    let (title, text) = match sns.subject.as_deref().filter(|subject| !subject.trim().is_empty()) {
        Some(subject) => (subject, text),
        None => text.split_once('\n').unwrap_or((text, "")),
    };
    let title = if title.trim().is_empty() { "(no text)" } else { title };
    Told {
        execution: execution.map(str::to_owned),
        title: title.to_owned(),
        text: text.trim().to_owned(),
        link: None,
        loud: true,
        // Of a run nothing but this text is told; without one, the same words may be meant twice.
        id: execution.map_or_else(|| sns.message_id.clone(), |arn| format!("{arn} {}", sns.message)),
    }
}

/// `arn:partition:sns:region:account:pipesynth-name` → the pipeline.
fn pipeline(topic: &str) -> Result<PipelineId, String> {
    let parts: Vec<&str> = topic.split(':').collect();
    let ["arn", _, "sns", _, account, name] = parts[..] else { return Err(format!("`{topic:.200}` is no topic")) };
    let name = name.strip_prefix(names::PREFIX).ok_or_else(|| format!("`{topic:.200}` is no pipeline's topic"))?;
    PipelineId::new(account, name).map_err(|e| e.to_string())
}

/// Of the pipeline alone: the API's account may speak for no other one's runs, so the poster would refuse a text that names one.
fn is_of(arn: &str, pipeline: &PipelineId) -> bool {
    let machine = names::machine(pipeline.name());
    ExecutionArn::read(arn).is_some_and(|of| of.account == pipeline.account() && of.machine == machine)
}

fn cut(text: &str, most: u32) -> String {
    let most = most as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

fn digest<const N: usize>(parts: [&str; N]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let mut text = String::new();
    for byte in hash.finalize() {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.truncate(DIGEST_DIGITS);
    text
}
