//! What those share that tell people of runs: where a run is, what is read of it, the words, and the way to the pipeline's topic.

mod calls;
pub(crate) mod history;
pub(crate) mod words;

use jiff::Timestamp;
use pipesynth_contract::names::PREFIX;
use pipesynth_contract::{ContractError, PipelineId};

pub(crate) use calls::{Calls, Run};

/// The parts of an execution's ARN: `arn:partition:states:region:account:execution:machine:name`.
pub(crate) struct Place<'a> {
    partition: &'a str,
    region: &'a str,
    pub(crate) account: &'a str,
    machine: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> Place<'a> {
    pub(crate) fn of(arn: &'a str) -> Option<Self> {
        let parts: Vec<&str> = arn.split(':').collect();
        match parts[..] {
            ["arn", partition, "states", region, account, "execution", machine, name] => {
                Some(Self { partition, region, account, machine, name })
            }
            _ => None,
        }
    }

    /// The pipeline whose machine it is, by the machine's name.
    pub(crate) fn pipeline(&self) -> Result<PipelineId, ContractError> {
        PipelineId::new(self.account, self.machine.strip_prefix(PREFIX).unwrap_or_default())
    }

    pub(crate) fn topic(&self) -> String {
        topic(self.region, self.account, self.machine)
    }

    /// The consoles of the three partitions (AWS General Reference, "Console endpoints").
    pub(crate) fn console(&self, execution: &str) -> String {
        let region = self.region;
        let host = match self.partition {
            "aws-cn" => format!("{region}.console.amazonaws.cn"),
            "aws-us-gov" => format!("{region}.console.amazonaws-us-gov.com"),
            _ => format!("{region}.console.aws.amazon.com"),
        };
        format!("https://{host}/states/home?region={region}#/v2/executions/details/{execution}")
    }
}

/// The pipeline's topic has the name of its machine.
pub(crate) fn topic(region: &str, account: &str, machine: &str) -> String {
    format!("arn:{}:sns:{region}:{account}:{machine}", partition(region))
}

/// The partition follows from the region (AWS General Reference, "ARN").
pub(crate) fn partition(region: &str) -> &'static str {
    match region {
        china if china.starts_with("cn-") => "aws-cn",
        government if government.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// Seconds since 1970 → RFC 3339, whole seconds.
pub(crate) fn time(seconds: f64) -> String {
    Timestamp::from_second(seconds as i64).map_or_else(|_| "unknown".to_owned(), |time| time.to_string())
}
