//! What an item is about → its DynamoDB keys, in the account's table `pipesynth-runs` and the central table `pipesynth-state`.
//!
//! Numbers inside a sort key are padded with zeros, for DynamoDB sorts keys as bytes.

use crate::{PipelineId, Status};

/// Partition key and sort key of one item, both strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Value of the attribute `pk`.
    pub pk: String,
    /// Value of the attribute `sk`.
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }
}

/// User account, `pipesynth-runs`: the claim of one run key. The function `pipesynth-claim` writes it.
pub fn claim(pipeline_name: &str, run_key: &str) -> Key {
    Key::new(claim_partition(pipeline_name), run_key)
}

/// Partition key of all claims of a pipeline: `RUN#listings`.
pub fn claim_partition(pipeline_name: &str) -> String {
    format!("RUN#{pipeline_name}")
}

/// Central: what a pipeline is, or that it was deleted. It stays for ever.
pub fn pipeline(id: &PipelineId) -> Key {
    Key::new(format!("PIPE#{id}"), "META")
}

/// Central: the version of the whole graph.
pub fn graph() -> Key {
    Key::new(GRAPH.to_owned(), "VERSION")
}

/// Central: that a pipeline has an entry. One query on [`GRAPH`] finds all of them.
pub fn graph_member(id: &PipelineId) -> Key {
    Key::new(GRAPH.to_owned(), format!("PIPE#{id}"))
}

/// Partition key of the graph's version and of its members.
pub const GRAPH: &str = "GRAPH";

/// Central: that `child` listens to `parent`. One query on the partition finds all children of a parent.
pub fn child_of(parent: &PipelineId, child: &PipelineId) -> Key {
    Key::new(children_partition(parent), format!("CHILD#{child}"))
}

/// Partition key of all children of a parent.
pub fn children_partition(parent: &PipelineId) -> String {
    format!("PARENT#{parent}")
}

/// Central: one entry of the append-only run log. `at` is milliseconds since 1970: the stop, or for `RUNNING` the start.
pub fn run_log(id: &PipelineId, at: u64, execution_arn: &str, status: Status) -> Key {
    Key::new(format!("RUN#{id}"), format!("{}#{execution_arn}#{status}", time(at)))
}

/// Central: which execution first came with this pipeline, run key and status; another one is a duplicate.
pub fn holder(id: &PipelineId, run_key: &str, status: Status) -> Key {
    Key::new(format!("RUN#{id}"), format!("KEY#{run_key}#{status}"))
}

/// User account, `pipesynth-runs`: which execution of a pipeline has its turn, and which wait. No run key is `TURN`, for each has a source.
pub fn lineup(pipeline_name: &str) -> Key {
    Key::new(claim_partition(pipeline_name), "TURN")
}

/// Central: the open runs of a child, for its `concurrency`.
pub fn lane(child: &PipelineId) -> Key {
    Key::new(format!("LANE#{child}"), "STATE")
}

/// Central: the state of a child's condition for one correlation key.
pub fn gate(child: &PipelineId, correlation: &str) -> Key {
    Key::new(gates_partition(child), correlation)
}

/// Partition key of all gates of a child.
pub fn gates_partition(child: &PipelineId) -> String {
    format!("GATE#{child}")
}

/// Central: what a child's firing number `generation` for one correlation key is. It never changes.
pub fn firing(child: &PipelineId, correlation: &str, generation: u64) -> Key {
    Key::new(format!("FIRE#{child}"), numbered(correlation, generation))
}

/// Central: how far that firing is on its way; it goes soon after it is settled.
pub fn outgoing(child: &PipelineId, correlation: &str, generation: u64) -> Key {
    Key::new(outbox_partition(child), numbered(correlation, generation))
}

/// Partition key of a child's firings on their way.
pub fn outbox_partition(child: &PipelineId) -> String {
    format!("OUT#{child}")
}

fn numbered(correlation: &str, generation: u64) -> String {
    format!("{correlation}#{generation:010}")
}

/// A time inside a sort key: milliseconds since 1970, as wide as the year 33658 needs; a later one is cut to that.
pub fn time(millis: u64) -> String {
    format!("{:015}", millis.min(999_999_999_999_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_data_model() {
        let (a, c) = (id("111111111111/listings"), id("333333333333/pipeline-x"));
        let cases = [
            (claim("listings", "schedule/2026-11-23T03:00:00Z#1"), "RUN#listings", "schedule/2026-11-23T03:00:00Z#1"),
            (pipeline(&a), "PIPE#111111111111/listings", "META"),
            (child_of(&a, &c), "PARENT#111111111111/listings", "CHILD#333333333333/pipeline-x"),
            (graph(), "GRAPH", "VERSION"),
            (graph_member(&a), "GRAPH", "PIPE#111111111111/listings"),
            (gate(&c, "2026-11-23"), "GATE#333333333333/pipeline-x", "2026-11-23"),
            (lane(&c), "LANE#333333333333/pipeline-x", "STATE"),
            (holder(&a, "dep/3f9c#1", Status::Running), "RUN#111111111111/listings", "KEY#dep/3f9c#1#RUNNING"),
            (firing(&c, "2026-11-23", 3), "FIRE#333333333333/pipeline-x", "2026-11-23#0000000003"),
            (outgoing(&c, "2026-11-23", 3), "OUT#333333333333/pipeline-x", "2026-11-23#0000000003"),
        ];
        for (key, pk, sk) in cases {
            assert_eq!((key.pk.as_str(), key.sk.as_str()), (pk, sk));
        }
    }

    #[test]
    fn the_run_log_sorts_by_time() {
        let a = id("111111111111/listings");
        let early = run_log(&a, 999_999_999_999, "arn:z", Status::Succeeded);
        let late = run_log(&a, 1_000_000_000_000, "arn:a", Status::Running);
        assert!(early.sk < late.sk);
        assert_eq!(late.sk, "001000000000000#arn:a#RUNNING");
    }

    #[test]
    fn times_sort_as_text() {
        assert!(time(9) < time(10) && time(u64::MAX) > time(2_000_000_000_000));
    }

    fn id(text: &str) -> PipelineId {
        text.parse().unwrap()
    }
}
