//! What an organisation chose → the variant of the account stacks that it gets.

/// The choices of pipesynth.yaml that change what the account stacks hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Where runs and gates are kept.
    pub run_log: RunLog,
    /// How triggers reach the accounts.
    pub fanout: Fanout,
}

/// Where the central account keeps runs and gates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RunLog {
    /// One DynamoDB table.
    #[default]
    DynamoDb,
    /// An Aurora PostgreSQL cluster, through its Data API.
    AuroraPostgres,
}

/// How triggers reach the accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Fanout {
    /// The dispatcher puts each on the bus of its pipeline's account.
    #[default]
    Targeted,
    /// The dispatcher puts each on the central bus, and one rule for each of these accounts hands it on.
    Broadcast(Vec<String>),
}
