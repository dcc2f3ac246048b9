//! The kinds of findings about pipelines among each other.

pipesynth_diag::codes! {
    /// Pipelines that wait for each other.
    CYCLE = "PS0401", "pipelines that wait for each other",
        "Each of these pipelines starts after another one of them, in a circle. With `allOf` none of them ever starts; with `anyOf` or a schedule beside it, one start goes round without end. The central account refuses the registration that closes a cycle, whatever the statuses and offsets are. Take one of the conditions away, or join the pipelines into one with several steps.";
    /// A parent that is not there.
    UNKNOWN_PARENT = "PS0402", "a parent that is not there",
        "A condition names a pipeline of an account whose pipelines lie under the same path, and none of them has this name. Such a condition never holds. This is looked at only where the path holds several projects: a project by itself may wait for pipelines that other teams keep elsewhere, so check such a project by its own folder.";
    /// A schedule without an instant.
    NEVER_FIRES = "PS0403", "a schedule that never fires",
        "The expression is well formed, and no date and time that it means ever comes: 30 February, a local time that the zone's clocks skip, bounds that leave nothing between them. `validate` also looks at the clock and reports a `cron` whose years are past; `synth` does not, for its templates do not depend on the day.";
    /// A condition that cannot hold.
    IMPOSSIBLE = "PS0404", "a condition that can never hold",
        "Parts of the condition contradict each other, or an option goes with another `correlate` alone, or times never fit: a deadline before the time that `operator: AND` waits for, `correlate: hour` with parents whose schedules never share an hour. Of one pipeline by itself the judgement is the decision engine's own, the one that runs in the central account.";
    /// A parent that runs more often than its child counts.
    TOO_OFTEN = "PS0405", "a parent that runs more than once a day",
        "Runs of parents meet by their logical date unless `correlate` says otherwise, and a second scheduled run of the same date is not a rerun of the first. A pipeline that waits for a parent that runs by the hour must say what it means: `correlate` or `onRerun` in its `executions`. A pipeline whose condition has an AND starts when all its parents have run for the date, and needs all of them again after that, so a parent that runs by the hour is counted once for each run of the slowest; without an AND it starts after each accepted run of a parent. There is no option for once a day in the second case: wait for a parent that runs once, or join them by `allOf`. `onRerun` alone says that the default is meant; it is about repeated runs and changes nothing here. A parent that starts after each run of such a parent is one itself.";
    /// A key that a parent's runs do not have.
    NO_KEY = "PS0406", "a parent whose scheduled runs have no key",
        "`correlate: key:$.path` matches runs by a value of the parent execution's input. A run that a schedule starts has its run key, its logical date and its cause there, and no `params`, so such a run meets no other one and the owners are told each time. It is a warning, for the parent may be started with the value by hand or by a program.";
}
