//! The kinds of findings about pipelines and organisations.

pipesynth_diag::codes! {
    /// A name that cannot be used.
    BAD_NAME = "PS0201", "a name that cannot be used",
        "Names become parts of AWS names. A pipeline's has letters, digits and dashes, at most 40; a step's has letters, digits, dashes and underscores, at most 60. Names that differ only in case are the same name. `central`, `user`, `assets`, `cluster-reaper` and `cluster-sweep` are taken by stacks and rules of pipesynth itself.";
    /// Two things of one name.
    DUPLICATE_NAME = "PS0202", "a name used twice",
        "The second one would take the place of the first.";
    /// An account that is neither 12 digits nor a known alias.
    UNKNOWN_ACCOUNT = "PS0203", "unknown account",
        "An account is written as its 12 digits, or as an alias that `organization.accounts` in pipesynth.yaml knows.";
    /// Something pipesynth.yaml should say.
    NEEDS_ORGANIZATION = "PS0204", "something that pipesynth.yaml must say",
        "The pipeline uses something that only pipesynth.yaml can tell, such as the central account. It is looked for in the project's folder and upwards from there.";
    /// A time zone that the tz database does not have.
    UNKNOWN_TIMEZONE = "PS0205", "unknown time zone",
        "Time zones are written as in the tz database, such as `Europe/Berlin` or `UTC`.";
    /// A schedule that AWS would refuse or that would not do what it says.
    BAD_SCHEDULE = "PS0206", "a schedule that cannot work",
        "The schedule has parts that exclude each other, or an expression that EventBridge would refuse.";
    /// A condition that means nothing or more than one thing.
    BAD_CONDITION = "PS0207", "a condition that cannot work",
        "A condition on other pipelines is a list under `allOf` or `anyOf`, not empty, each parent and status once; with both lists `operator` says how they are joined.";
    /// Template text that cannot be read.
    BAD_TEXT = "PS0208", "template text that cannot be read",
        "Between `{{` and `}}` stands one of: logicalDate, logicalDate - 1d, logicalDate | format('yyyy/MM/dd'), runId, pipeline, account, bucket, params.NAME.";
    /// Text that would turn into code or a secret look-up.
    UNSAFE_TEXT = "PS0209", "text that would be taken for code, or a secret that is written out",
        "A text that starts with `{%` would be run as JSONata, and `{{resolve:` would look up a secret while the stack is deployed. In a shell command values come in as `$1`, `$2` …, never as text inside the command. A key, or the value of a property that is called a password or a secret, would stand in git, in the template and in the cluster's description.";
    /// A part of the format that this version does not build.
    NOT_YET = "PS0210", "not in this version",
        "The file format has this part, but this version of pipesynth cannot build it. It is refused rather than left out, so that nothing is lost silently.";
    /// Notification targets that cannot work.
    BAD_TARGET = "PS0211", "a notification target that cannot work",
        "SLACK and EMAIL targets have `addresses`; the other channels name a `secret`, for their URL holds a key.";
    /// Data access that cannot be granted.
    BAD_ACCESS = "PS0212", "data access that cannot be granted",
        "What the steps may touch is written as `s3://bucket/prefix*`, `database.table`, or an ARN.";
    /// Compute that EMR would refuse.
    BAD_CLUSTER = "PS0213", "a cluster that cannot start",
        "Amazon EMR would refuse the cluster, or it could not run the pipeline's steps.";
    /// A file of the project that is not there.
    MISSING_FILE = "PS0214", "a file that is not there",
        "A step names a file of the project. It is uploaded with the deploy and must be there, inside the project's folder.";
    /// No step.
    NO_STEPS = "PS0215", "a pipeline without steps",
        "A pipeline runs at least one step.";
    /// A tag that AWS would refuse.
    BAD_TAG = "PS0216", "a tag that cannot be used",
        "AWS tags have keys of 1 to 128 and values of 1 to 256 characters, at most 50 per resource; keys that start with `aws:` belong to AWS.";
    /// Several schedules or other keys that stand together.
    OPERATOR_NEEDED = "PS0217", "`operator` is needed",
        "Two conditions stand side by side; `operator: AND` or `operator: OR` says how they are joined. It is not guessed.";
    /// A schedule and a condition in different zones.
    TWO_ZONES = "PS0218", "two time zones in one pipeline",
        "The logical date of a run is a date in its pipeline's time zone. `timezone` may stand at the schedule, at the condition, or at both with one value; without it the organisation's zone holds.";
    /// A former name that cannot be taken over.
    BAD_RENAME = "PS0219", "a former name that is not free",
        "`renamedFrom` says which name of the same account the pipeline had before. The central account then lets everyone who waits for that name wait for this pipeline, and the old entry makes way. So it is another name than the pipeline's own, and no pipeline has it any more.";
    /// Steps in an order that cannot be.
    BAD_ORDER = "PS0220", "steps in an order that cannot be",
        "`dependsOn` names the steps of the same pipeline that must be done before a step starts; without it a step waits for the entry before it. So nobody waits for itself, for a step that is not there, for one that runs beside it in a group, or in a circle.";
    /// More accounts than triggers can be broadcast to.
    TOO_MANY_ACCOUNTS = "PS0221", "more accounts than triggers can be broadcast to",
        "With `fanout: broadcast` the central bus has a rule for each account of pipesynth.yaml. EventBridge takes 300 rules on a bus.";
    /// An environment that cannot be merged.
    BAD_ENVIRONMENT = "PS0230", "an environment that cannot be merged",
        "Under `environments` stands, by name, what differs from the rest of the file: mappings are merged key by key, lists and single values are replaced, and `null` takes a key away that is there. Environments are separate accounts, in which everything has the same names, so `name` and `renamedFrom` stay as they are.";
    /// An environment that is not there.
    UNKNOWN_ENVIRONMENT = "PS0231", "an environment that is not there",
        "Where pipesynth.yaml names environments, these are all there are: `--env` takes one of them, and so do the `environments` of the pipelines under it. A pipeline that says nothing about an environment is the same in it; a file that says nothing at all about environments is the same in each.";
}
