//! Queues, their dead letters, and the topic of alarms.

/// Central queue: run status changes.
pub const QUEUE_RUN_EVENTS: &str = "pipesynth-run-events";
/// Central queue: Slack messages, first in first out per run.
pub const QUEUE_SLACK: &str = "pipesynth-slack.fifo";
/// Central queue: what the owners of pipelines are to be told.
pub const QUEUE_NOTICES: &str = "pipesynth-notices";
/// User-account queue: runs that ended badly, for the cluster reaper.
pub const QUEUE_REAPER: &str = "pipesynth-reaper";
/// User-account dead-letter queue of rules and schedules.
pub const QUEUE_DEAD_LETTERS: &str = "pipesynth-dead-letters";

/// The dead-letter queue of a queue; first-in-first-out queues keep their ending.
pub fn dead_letter_queue(queue: &str) -> String {
    match queue.strip_suffix(".fifo") {
        Some(stem) => format!("{stem}-dlq.fifo"),
        None => format!("{queue}-dlq"),
    }
}

/// Central dead-letter queue of broadcast triggers and notices that an account's bus did not take.
pub const QUEUE_BROADCAST_DEAD_LETTERS: &str = "pipesynth-broadcast-dlq";
/// Central dead-letter queue of triggers that could not be put on a child account's bus.
pub const QUEUE_TRIGGERS_DEAD_LETTERS: &str = "pipesynth-triggers-dlq";
/// Topic of the alarms of an account's platform. A pipeline's topic begins with [`PREFIX`](super::PREFIX), so it is no pipeline's.
pub const TOPIC_PLATFORM: &str = "platform-alerts-pipesynth";
