//! The kinds of findings about pipelines among each other.

pipesynth_diag::codes! {
    /// Pipelines that wait for each other.
    CYCLE = "PS0401", "pipelines that wait for each other",
        "Each of these pipelines starts after another one of them, in a circle. With `allOf` none of them ever starts; with `anyOf` or a schedule beside it, one start goes round without end. The central account refuses the registration that closes a cycle, whatever the statuses and offsets are. Take one of the conditions away, or join the pipelines into one with several steps.";
    /// A parent that is not there.
    UNKNOWN_PARENT = "PS0402", "a parent that is not there",
        "A condition names a pipeline of an account whose pipelines lie under the same path, and none of them has this name. Such a condition never holds. This is looked at only where the path holds several projects: a project by itself may wait for pipelines that other teams keep elsewhere, so check such a project by its own folder.";
}
