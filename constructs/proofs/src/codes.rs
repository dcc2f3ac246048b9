//! The kinds of findings about what templates do → their table.

pipesynth_diag::codes! {
    /// A state machine whose graph is broken.
    GRAPH = "PS0601", "a state machine that cannot run to its end",
        "A state leads to a state that is not there, nothing leads to a state, or a state has no way to an end; or a run that goes on from one of its steps would not start there. Step Functions would refuse the machine, or a run would stop where nobody expects it. The machine is made by pipesynth: please report it.";
    /// A path of a machine on which a cluster may be left behind.
    COMPUTE = "PS0602", "a cluster that may outlive its run",
        "There is a path through the state machine that asks for a cluster and ends without having tried to terminate it. The message names the states of the path. The machine is made by pipesynth: please report it.";
    /// A JSONata variable that is not set on every way.
    VARIABLE = "PS0603", "a variable that may not be set",
        "An expression of a state uses a variable that no state before it sets on at least one path. The run would fail there with `States.QueryEvaluationError`.";
    /// A service integration that Step Functions does not have.
    INTEGRATION = "PS0604", "an unknown service integration",
        "The `Resource` of a task state is no service integration of Step Functions, so the machine could not be created.";
    /// An event rule that EventBridge would refuse, or that would not do what it says.
    RULE = "PS0605", "an event rule that EventBridge would refuse",
        "The event pattern, the schedule expression or a target of a rule breaks what EventBridge documents: operators and their values, 2,048 characters, 5 targets, a cron of six fields with `?` in one of the two day fields, schedules on the default bus alone.";
    /// A name that is too long for its service.
    NAME = "PS0606", "a name that is too long",
        "The name of a resource, with the longest region and an account's 12 digits put in, is longer than its service takes. Give the pipeline a shorter name.";
    /// A call that a role does not allow.
    CALL = "PS0607", "a call that is not allowed",
        "Something in the templates makes a call, and the role that it makes it with has no statement that allows it. The help shows the statement to add.";
    /// A permission that nothing needs.
    UNUSED = "PS0608", "a permission that nothing needs",
        "A role allows a call that nothing that uses the role makes. Take it away: a permission that is not needed is one that can be misused.";
    /// One half of an arrow between two resources or accounts is missing.
    HANDSHAKE = "PS0609", "an arrow with one half",
        "What crosses from one service or account to another needs a permission on both sides: the sender's role and the receiver's policy. One of the halves is missing or does not fit the other. The help shows the statement to add.";
    /// A policy that lets in more than it is meant to.
    TOO_WIDE = "PS0610", "a policy that lets in too many",
        "A policy that lets in other accounts, or a service on behalf of others, names no condition that says on whose behalf. Anybody's bus, role or rule could use it.";
}
