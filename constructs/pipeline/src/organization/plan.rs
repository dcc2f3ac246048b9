//! pipesynth.yaml as written → the checked organisation.

use indexmap::IndexMap;
use pipesynth_contract::check_account;
use pipesynth_diag::{Diagnostic, Sink, Spanned, Text, codes as common, quoted};

use super::spec::{AccountSpec, DefaultsSpec, FanoutSpec, OrganizationFile, RunLogSpec};
use crate::codes;
use crate::lower::{check_timezone, is_name, is_region};

/// The checked organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct OrganizationPlan {
    /// The AWS organisation's id.
    pub id: String,
    /// The central account.
    pub central_account: String,
    /// The region of all stacks.
    pub region: String,
    /// The time zone under every schedule.
    pub timezone: String,
    /// Accounts by alias.
    pub accounts: IndexMap<String, Account>,
    /// Where runs and gates are kept.
    pub run_log: RunLog,
    /// How triggers reach the accounts.
    pub fanout: Fanout,
    /// What stands under every pipeline.
    pub defaults: Option<DefaultsSpec>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// 12 digits.
    pub id: String,
    /// VPC and subnets; without them the account's stack makes its own.
    pub vpc: Option<(String, Vec<String>)>,
}

/// Where runs and gates are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunLog {
    /// Amazon DynamoDB.
    DynamoDb,
    /// Aurora PostgreSQL.
    AuroraPostgres,
}

/// How triggers reach the accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fanout {
    /// To the child's account alone.
    Targeted,
    /// To every account of the organisation.
    Broadcast,
}

/// Rules on a bus (EventBridge quotas), of which one is the trigger manager's.
const MOST_BROADCAST: usize = 300 - 1;

/// Checks pipesynth.yaml. `None` only after an error was reported.
pub fn lower(file: &OrganizationFile, sink: &mut Sink) -> Option<OrganizationPlan> {
    let spec = &file.organization.value;
    not_yet(file, sink);
    let id = organization_id(&spec.id, sink);
    let central = account_id(&spec.central_account, sink);
    let region = region(&spec.region, sink);
    let timezone = match &spec.timezone {
        Some(name) => check_timezone(name, sink),
        None => Some("UTC".to_owned()),
    };
    let accounts = accounts(spec.accounts.as_ref(), sink);
    let fanout = fanout(file.fanout.as_ref(), accounts.len(), sink);
    Some(OrganizationPlan {
        id: id?,
        central_account: central?,
        region: region?,
        timezone: timezone?,
        accounts,
        run_log: match file.run_log.as_ref().map(|log| log.value) {
            None | Some(RunLogSpec::DynamoDb) => RunLog::DynamoDb,
            Some(RunLogSpec::AuroraPostgres) => RunLog::AuroraPostgres,
        },
        fanout,
        defaults: file.defaults.as_ref().map(|d| d.value.clone()),
    })
}

fn fanout(written: Option<&Spanned<FanoutSpec>>, accounts: usize, sink: &mut Sink) -> Fanout {
    let Some(broadcast) = written.filter(|fanout| fanout.value == FanoutSpec::Broadcast) else {
        return Fanout::Targeted;
    };
    if accounts > MOST_BROADCAST {
        let message = format!("`broadcast` reaches {MOST_BROADCAST} accounts at most, got {accounts}");
        let found = Diagnostic::error(codes::TOO_MANY_ACCOUNTS, broadcast.place, message);
        sink.push(
            found
                .why("each account takes a rule of the central bus, which has 300 (EventBridge quotas)")
                .help("take it away: `targeted` is the default, and knows no such limit"),
        );
    }
    Fanout::Broadcast
}

fn not_yet(file: &OrganizationFile, sink: &mut Sink) {
    let mut refuse = |place, what: &str, help: &str| {
        let found = Diagnostic::error(codes::NOT_YET, place, format!("{what} cannot be built by this version"));
        sink.push(found.why("the templates would not do what the file says").help(help));
    };
    if let Some(app) = &file.app {
        refuse(app.place, "`app`", "take it away, and describe each pipeline in a pipeline.yaml");
    }
}

/// `o-` and 10 to 32 lower-case letters and digits (AWS Organizations API, Organization).
fn organization_id(id: &Spanned<String>, sink: &mut Sink) -> Option<String> {
    let rest = id.strip_prefix("o-").unwrap_or_default();
    let good = (10..=32).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if !good {
        let message =
            format!("an organisation's id must be `o-` and 10 to 32 lower-case letters and digits, got {}", quoted(id));
        sink.push(Diagnostic::error(common::MALFORMED, id.place, message));
    }
    good.then(|| id.value.clone())
}

pub(crate) fn account_id(text: &Spanned<Text>, sink: &mut Sink) -> Option<String> {
    match check_account(&text.value) {
        Ok(()) => Some(text.value.0.clone()),
        Err(error) => {
            let help = "quote it, so that no tool takes its leading zeros away: `\"012345678901\"`";
            sink.push(Diagnostic::error(codes::UNKNOWN_ACCOUNT, text.place, error.to_string()).help(help));
            None
        }
    }
}

pub(crate) fn region(text: &Spanned<String>, sink: &mut Sink) -> Option<String> {
    if !is_region(text) {
        let message = format!("expected a region such as `eu-central-1`, got {}", quoted(text));
        sink.push(Diagnostic::error(common::MALFORMED, text.place, message));
        return None;
    }
    Some(text.value.clone())
}

fn accounts(spec: Option<&IndexMap<Spanned<String>, AccountSpec>>, sink: &mut Sink) -> IndexMap<String, Account> {
    let mut accounts: IndexMap<String, Account> = IndexMap::new();
    let mut first: IndexMap<String, Spanned<String>> = IndexMap::new();
    for (alias, account) in spec.into_iter().flatten() {
        let digits = alias.bytes().all(|b| b.is_ascii_digit());
        if !is_name(alias, 64, "_") || digits {
            let message = format!(
                "an account's alias has letters, digits, dashes and underscores, and not digits alone, got {}",
                quoted(alias)
            );
            sink.push(Diagnostic::error(codes::BAD_NAME, alias.place, message));
            continue;
        }
        let Some(id) = account_id(&account.id, sink) else { continue };
        if let Some(other) = first.get(&id) {
            let found =
                Diagnostic::error(codes::DUPLICATE_NAME, alias.place, format!("account `{id}` has two aliases"))
                    .related(other.place, format!("it is `{}` here", other.value))
                    .help("keep one of them");
            sink.push(found);
        }
        first.insert(id.clone(), alias.clone());
        let vpc = account.vpc.as_ref().and_then(|vpc| network(&vpc.value, sink));
        accounts.insert(alias.value.clone(), Account { id, vpc });
    }
    accounts
}

fn network(vpc: &super::spec::NetworkSpec, sink: &mut Sink) -> Option<(String, Vec<String>)> {
    let mut good = true;
    let mut check = |text: &Spanned<String>, prefix: &str| {
        if !text.starts_with(prefix) || text.len() == prefix.len() {
            let message = format!("expected an id that starts with `{prefix}`, got {}", quoted(text));
            sink.push(Diagnostic::error(common::MALFORMED, text.place, message));
            good = false;
        }
    };
    check(&vpc.id, "vpc-");
    vpc.subnets.iter().for_each(|s| check(s, "subnet-"));
    if vpc.subnets.is_empty() {
        let found = Diagnostic::error(codes::BAD_CLUSTER, vpc.id.place, "a network needs at least one subnet");
        sink.push(found.help("name private subnets: `subnets: [subnet-…, subnet-…]`"));
        return None;
    }
    good.then(|| (vpc.id.value.clone(), vpc.subnets.iter().map(|s| s.value.clone()).collect()))
}
