//! The kinds of findings about scenarios.

pipesynth_diag::codes! {
    /// A pipeline that was not found.
    UNKNOWN_PIPELINE = "PS0501", "a pipeline that the scenario alone knows",
        "A scenario names pipelines that lie under PATH, in any case. A pipeline whose own file has errors counts as found once they are mended.";
    /// A name that several accounts have.
    AMBIGUOUS_PIPELINE = "PS0502", "a name that several accounts have",
        "A name alone does not say which pipeline is meant. Write the account before it: `alias/name`, or its 12 digits and the name.";
    /// A span that cannot be simulated.
    BAD_SPAN = "PS0503", "a span that cannot be simulated",
        "A simulation runs from `from` to `until`, which is not included, or for so many `days`, and over at most ten years. An outage ends after it begins.";
    /// A time that no clock shows.
    SKIPPED_TIME = "PS0504", "a time that the clock skips",
        "Where summer time begins, clocks are put forward, and the hour between is never shown. Write a time before or after it, or an instant with its offset such as `2027-03-28T01:30:00Z`.";
    /// An entry outside the simulated span.
    OUTSIDE = "PS0505", "something outside the simulated span",
        "It would never happen. It is only a warning where the span was chosen on the command line, for then it is meant to be a part of the scenario.";
    /// An entry that changes or expects nothing.
    SAYS_NOTHING = "PS0506", "an entry that says nothing",
        "An entry of `runs` gives a `duration` or an `outcome`; an entry of `expect` gives at least one thing to hold.";
    /// A range whose end is before its begin.
    BACKWARDS = "PS0507", "a range that ends before it begins",
        "A range is written from the smaller to the larger value: `30m..50m`, `2026-11-01..2026-11-05`, `0..2`.";
    /// More than is simulated.
    TOO_MUCH = "PS0508", "more than is simulated",
        "Each list of a scenario has at most 1,000 entries, and all backfills together have at most 100,000 runs, so that a simulation ends in good time.";
    /// An expectation that was not met.
    NOT_MET = "PS0509", "an expectation that was not met",
        "The simulation came out differently from what the scenario expects. The message says what was seen; `pipesynth simulate` without `--format json` shows the whole timeline.";
    /// An entry that no run was like.
    NO_RUN = "PS0510", "an entry that no run was like",
        "An entry of `runs` or `faults` names a pipeline, dates or an attempt, and no run of the simulation was like that, so it changed nothing; or one of `actions` found no run to repeat, to stop or to repair. Look for a slip in its dates and times. Not said where the span was chosen on the command line.";
}
