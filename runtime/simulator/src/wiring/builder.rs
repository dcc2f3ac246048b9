//! Stacks one after the other → a deployment, with every fault of the templates.

use std::collections::BTreeMap;

use pipesynth_contract::names;
use pipesynth_contract::registration::Registration;
use pipesynth_engine::schedule::Schedule;
use serde_json::Value;

use super::parts::{Parts, timed};
use super::policy::Statement;
use super::rule::{RuleRead, TargetRead};
use super::template::{Site, bus_arn};
use super::{Central, Pipeline, Stack};

/// Reads stacks; what they refer to is looked up at the end, so their order does not matter.
#[derive(Debug)]
pub struct Builder {
    pub(super) organization: String,
    pub(super) central: Central,
    pub(super) buses: BTreeMap<String, BusRead>,
    pub(super) rules: Vec<RuleRead>,
    pub(super) schedules: Vec<(TargetRead, Schedule, u64)>,
    pub(super) pipelines: Vec<(Registration, Pipeline)>,
    pub(super) faults: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct BusRead {
    pub account: String,
    pub policy: Vec<Statement>,
}

impl Builder {
    pub(super) fn new(stack: Stack<'_>, organization: &str) -> Self {
        let central = Central { account: stack.account.into(), region: stack.region.into(), ..Central::default() };
        let mut builder = Self {
            organization: organization.to_owned(),
            central,
            buses: BTreeMap::new(),
            rules: Vec::new(),
            schedules: Vec::new(),
            pipelines: Vec::new(),
            faults: Vec::new(),
        };
        builder.read(stack, |builder, site, kind, properties, _| builder.central_resource(site, kind, properties));
        if builder.central.queue.is_empty() {
            builder
                .faults
                .push(format!("the central template has no queue that `{}` reads", names::FN_TRIGGER_MANAGER));
        }
        if builder.central.dispatcher.is_empty() {
            builder.faults.push(format!("the central template has no function `{}`", names::FN_TRIGGER_DISPATCHER));
        }
        builder
    }

    /// The stack of a user account in a region.
    pub fn user(&mut self, stack: Stack<'_>) {
        self.read(stack, |_, _, _, _, _| Ok(()));
    }

    /// The stack of a pipeline.
    pub fn pipeline(&mut self, stack: Stack<'_>) {
        let parts = self.read(stack, |_, site, kind, properties, parts| parts.resource(site, kind, properties));
        let fault = |why: String| format!("account {}: {why}", stack.account);
        match parts.finish(stack) {
            Ok(pipeline) => self.pipelines.push(pipeline),
            Err(why) => self.faults.push(fault(why)),
        }
    }

    /// Every resource of a stack: buses, policies and rules are read for all kinds of stacks, the rest by `more`.
    fn read(
        &mut self,
        stack: Stack<'_>,
        more: impl Fn(&mut Self, &Site<'_>, &str, &Value, &mut Parts) -> Result<(), String>,
    ) -> Parts {
        let (organization, central) = (self.organization.clone(), self.central.account.clone());
        let parameters = [("OrgId", organization.as_str()), ("CentralAccountId", central.as_str())];
        let site = Site { account: stack.account, region: stack.region, parameters, template: stack.template };
        let mut parts = Parts::default();
        for (id, kind, properties) in site.resources() {
            let read =
                self.common(&site, kind, properties).and_then(|()| more(self, &site, kind, properties, &mut parts));
            if let Err(why) = read {
                self.faults.push(format!("account {}, resource `{id}`: {why}", stack.account));
            }
        }
        parts
    }

    fn common(&mut self, site: &Site<'_>, kind: &str, properties: &Value) -> Result<(), String> {
        let mut bus = |name: &str| {
            let arn = if name.starts_with("arn:") { name.to_owned() } else { bus_arn(site.account, site.region, name) };
            let bus = self.buses.entry(arn).or_default();
            bus.account = site.account.to_owned();
        };
        match kind {
            "AWS::Events::EventBus" => bus(&site.required(properties, "Name")?),
            "AWS::Events::EventBusPolicy" => {
                let name = site.property(properties, "EventBusName")?.unwrap_or_else(|| "default".to_owned());
                bus(&name);
                let statement = Statement::read(&site.resolve(properties.get("Statement").unwrap_or(&Value::Null))?)?;
                if let Some(bus) = self.buses.get_mut(&bus_arn(site.account, site.region, &name)) {
                    bus.policy.push(statement);
                }
            }
            "AWS::Events::Rule" => {
                let rule = RuleRead::read(site, properties)?;
                if rule.as_ref().is_some_and(|rule| rule.bus.ends_with(":event-bus/default")) {
                    bus("default");
                }
                self.rules.extend(rule);
            }
            "AWS::Scheduler::Schedule" => self.schedules.extend(timed(site, properties)?),
            _ => {}
        }
        Ok(())
    }

    fn central_resource(&mut self, site: &Site<'_>, kind: &str, properties: &Value) -> Result<(), String> {
        let function = |property: &str| {
            let name = site.property(properties, property)?;
            Ok::<_, String>(name.map(|name| name.rsplit(':').next().unwrap_or_default().to_owned()))
        };
        match kind {
            "AWS::Lambda::EventSourceMapping"
                if function("FunctionName")?.as_deref() == Some(names::FN_TRIGGER_MANAGER) =>
            {
                self.central.queue = site.required(properties, "EventSourceArn")?;
            }
            "AWS::Lambda::Function" if function("FunctionName")?.as_deref() == Some(names::FN_TRIGGER_DISPATCHER) => {
                self.central.dispatcher = site.required(properties, "Role")?;
                let variables = &properties["Environment"]["Variables"];
                let bus = site.property(variables, names::ENV_TRIGGER_BUS)?;
                self.central.trigger_bus = bus.map(|name| bus_arn(site.account, site.region, &name));
            }
            _ => {}
        }
        Ok(())
    }
}
