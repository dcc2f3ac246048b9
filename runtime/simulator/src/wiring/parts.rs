//! The stack of one pipeline → its machine, registration, subscriptions and schedule.

use pipesynth_contract::alert::{Noticed, Recipient, RunEnd, Trouble};
use pipesynth_contract::registration::{Properties, Registration};
use pipesynth_contract::{Status, names};
use pipesynth_engine::Zone;
use pipesynth_engine::schedule::{self, Schedule};
use pipesynth_events::Pattern;
use serde_json::{Value, json};

use super::machine::Machine;
use super::rule::{RuleRead, Shape, TargetRead};
use super::template::{Site, bus_arn};
use super::{Pipeline, Stack};

/// What one pipeline's stack comes to, piece by piece.
#[derive(Default)]
pub(super) struct Parts {
    machine: Option<Machine>,
    registration: Option<Registration>,
    /// Protocol and endpoint of each subscription.
    subscriptions: Vec<(String, String)>,
    /// Pattern of the rule that hands ends of runs to the notifier.
    ends: Option<Pattern>,
    /// Services outside AWS that this rule names, in its order: `PAGERDUTY secret`.
    posted: Vec<String>,
    /// Whether its rule hands the central account's notices to the notifier.
    noticed: bool,
}

/// A schedule that is switched on, its target, and its window in milliseconds.
pub(super) fn timed(site: &Site<'_>, properties: &Value) -> Result<Option<(TargetRead, Schedule, u64)>, String> {
    if site.property(properties, "State")?.as_deref() == Some("DISABLED") {
        return Ok(None);
    }
    let zone = site.property(properties, "ScheduleExpressionTimezone")?;
    let expression = site.required(properties, "ScheduleExpression")?;
    let mut schedule = Schedule::parse(&expression, zone.as_deref().unwrap_or("UTC")).map_err(|e| e.to_string())?;
    let bound = |name: &str| {
        let text = site.property(properties, name)?;
        text.map(|text| schedule::instant(&text).map_err(|e| format!("`{name}`: {e}"))).transpose()
    };
    if let Some(start) = bound("StartDate")? {
        schedule = schedule.starting(start);
    }
    if let Some(end) = bound("EndDate")? {
        schedule = schedule.ending(end);
    }
    let window = properties.get("FlexibleTimeWindow").and_then(|window| window.get("MaximumWindowInMinutes"));
    let window = window.and_then(Value::as_u64).unwrap_or_default().saturating_mul(60_000);
    let target = TargetRead::read(site, properties.get("Target").unwrap_or(&Value::Null))?;
    Ok(Some((target, schedule, window)))
}

impl Parts {
    pub fn resource(&mut self, site: &Site<'_>, kind: &str, properties: &Value) -> Result<(), String> {
        match kind {
            "AWS::StepFunctions::StateMachine" => self.machine = Some(Machine::read(site, properties)?),
            "AWS::SNS::Subscription" => {
                let text = |name: &str| site.required(properties, name);
                self.subscriptions.push((text("Protocol")?, text("Endpoint")?));
            }
            "AWS::Events::Rule" => self.rule(site, properties)?,
            names::REGISTRATION_TYPE => {
                let properties = Properties::read(site.resolve(properties)?).map_err(|e| e.to_string())?;
                let stack = site.arn("cloudformation", &format!("stack/{}/0", names::machine(&properties.pipeline)));
                let registration = Registration::new(properties, site.account, site.region, &stack);
                self.registration = Some(registration.map_err(|e| e.to_string())?);
            }
            _ => {}
        }
        Ok(())
    }

    /// Keeps what of a rule calls the notifier.
    fn rule(&mut self, site: &Site<'_>, properties: &Value) -> Result<(), String> {
        let Some(rule) = RuleRead::read(site, properties)? else { return Ok(()) };
        let mut ends = false;
        let service = |to: Recipient| format!("{} {}", to.channel.as_str(), to.secret);
        for target in rule.targets.iter().filter(|t| t.arn.rsplit(':').next() == Some(names::FN_NOTIFIER)) {
            let Shape::Template(_, template) = &target.shape else {
                return Err("the notifier is called without what it reads".to_owned());
            };
            if template.contains("<notice>") {
                let (event, detail) = notice(site);
                let template = template.replace("<status>", Trouble::InVain.as_str()).replace("<notice>", &detail);
                let read: Noticed =
                    serde_json::from_str(&template).map_err(|e| format!("the notifier's input: {e}"))?;
                let event = event(&read.pipeline);
                self.noticed |= rule.bus == bus_arn(site.account, site.region, names::BUS)
                    && rule.pattern.as_ref().is_some_and(|(_, pattern)| pattern.matches(&event));
                continue;
            }
            ends = true;
            let template = template.replace("<status>", Status::Failed.as_str());
            let end: RunEnd = serde_json::from_str(&template).map_err(|e| format!("the notifier's input: {e}"))?;
            self.posted.extend(end.to.map(service));
        }
        if ends {
            self.ends = rule.pattern.map(|(_, pattern)| pattern);
        }
        Ok(())
    }

    /// The ends that the rule's pattern lets through.
    fn told(&self, account: &str, machine: &str) -> Vec<Status> {
        let Some(pattern) = &self.ends else { return Vec::new() };
        let event = |status: Status| {
            json!({
                "source": names::STATES_SOURCE, "detail-type": names::DETAIL_TYPE_STATUS, "account": account,
                "detail": {"stateMachineArn": machine, "status": status},
            })
        };
        Status::ALL.into_iter().filter(|status| pattern.matches(&event(*status))).collect()
    }

    pub fn finish(self, stack: Stack<'_>) -> Result<(Registration, Pipeline), String> {
        let told = self.machine.as_ref().map(|machine| self.told(stack.account, &machine.arn)).unwrap_or_default();
        let registration =
            self.registration.ok_or_else(|| format!("a pipeline's stack has no `{}`", names::REGISTRATION_TYPE))?;
        let id = registration.id.clone();
        let machine = self.machine.ok_or_else(|| format!("the stack of `{id}` has no state machine"))?;
        let zone: Zone = registration.timezone.parse().map_err(|e| format!("pipeline `{id}`: {e}"))?;
        let channels = registration.notifications.as_ref().map_or(&[][..], |n| &n.slack_channels);
        let mut targets = Vec::new();
        for (protocol, endpoint) in &self.subscriptions {
            match protocol.as_str() {
                "lambda" if endpoint.rsplit(':').next() == Some(names::FN_SLACK_CALLER) => {
                    targets.extend(channels.iter().map(|channel| format!("SLACK {channel}")));
                }
                protocol => targets.push(format!("{} {endpoint}", protocol.to_uppercase())),
            }
        }
        targets.extend(self.posted);
        let pipeline = Pipeline {
            id,
            display_name: registration.display_name.clone(),
            timezone: registration.timezone.clone(),
            zone,
            region: stack.region.to_owned(),
            machine,
            concurrency: registration.concurrency,
            told,
            noticed: self.noticed,
            targets,
            default_bus: 0,
        };
        Ok((registration, pipeline))
    }
}

/// A notice of the central account, as its event and as its detail alone.
fn notice(site: &Site<'_>) -> (impl Fn(&str) -> Value, String) {
    let central = site.parameters.iter().find(|(name, _)| *name == "CentralAccountId").map_or("", |(_, value)| value);
    let (account, region) = (site.account.to_owned(), site.region.to_owned());
    let detail = move |pipeline: &str| {
        json!({
            "v": 1, "id": "notice", "target": {"account": account, "region": region, "pipeline": pipeline},
            "what": Trouble::InVain, "text": "a notice", "at": "2026-11-23T03:00:00Z",
        })
    };
    let (central, text) = (central.to_owned(), detail("any").to_string());
    let event = move |pipeline: &str| {
        json!({
            "source": names::EVENT_SOURCE, "detail-type": names::DETAIL_TYPE_ALERT, "account": central, "detail": detail(pipeline),
        })
    };
    (event, text)
}
