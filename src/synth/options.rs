//! An organisation's choices → the variant of the account stacks that it gets.

use pipesynth_accounts::{Fanout, Options, RunLog};
use pipesynth_pipeline::organization::{self, OrganizationPlan};

/// The choices of an organisation; without one those that hold where nothing is said.
#[must_use]
pub fn options(organization: Option<&OrganizationPlan>) -> Options {
    let Some(plan) = organization else { return Options::default() };
    Options {
        run_log: match plan.run_log {
            organization::RunLog::DynamoDb => RunLog::DynamoDb,
            organization::RunLog::AuroraPostgres => RunLog::AuroraPostgres,
        },
        fanout: match plan.fanout {
            organization::Fanout::Targeted => Fanout::Targeted,
            organization::Fanout::Broadcast => {
                Fanout::Broadcast(plan.accounts.values().map(|account| account.id.clone()).collect())
            }
        },
    }
}
