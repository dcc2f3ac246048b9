//! Everything that was read → a deployment: targets, buses and machines looked up by their ARNs.

use std::collections::BTreeMap;

use pipesynth_engine::schedule::Schedule;

use super::builder::{Builder, BusRead};
use super::bus::{Bus, Delivery, Rule};
use super::rule::{RuleRead, Shape, TargetRead};
use super::template::bus_arn;
use super::{Clock, ClockInput, Deployment, Pipeline};

/// ARN → position.
type Places = BTreeMap<String, usize>;

impl Builder {
    /// Looks everything up. `Err` has every fault of the templates.
    pub fn build(mut self) -> Result<Deployment, Vec<String>> {
        self.pipelines.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        for pair in self.pipelines.windows(2).filter(|pair| pair[0].0.id == pair[1].0.id) {
            self.faults.push(format!("pipeline `{}` is deployed twice", pair[0].0.id));
        }
        for (registration, pipeline) in &self.pipelines {
            let account = registration.id.account().to_owned();
            let default = bus_arn(&account, &pipeline.region, "default");
            self.buses.entry(default).or_insert_with(|| BusRead { account, policy: Vec::new() });
        }
        let bus_at: Places = self.buses.keys().cloned().zip(0..).collect();
        let machines: Places = self.pipelines.iter().zip(0..).map(|((_, p), at)| (p.machine.arn.clone(), at)).collect();
        let mut rules: Vec<Vec<Rule>> = self.buses.iter().map(|_| Vec::new()).collect();
        let mut clocks = Vec::new();
        for rule in std::mem::take(&mut self.rules) {
            self.scheduled_rule(&rule, &machines, &mut clocks);
            let Some((raw, pattern)) = rule.pattern else { continue };
            let Some(bus) = bus_at.get(&rule.bus) else {
                self.faults.push(format!("rule `{}` listens to bus `{}`, which no stack makes", rule.name, rule.bus));
                continue;
            };
            let targets = rule.targets.into_iter().map(|target| self.delivery(target, &bus_at, &machines)).collect();
            rules[*bus].push(Rule { raw, pattern, targets });
        }
        for (target, schedule, window) in std::mem::take(&mut self.schedules) {
            if let (Some(pipeline), Shape::Text(input)) = (machines.get(&target.arn), target.shape) {
                clocks.push(Clock { pipeline: *pipeline, schedule, window, input: ClockInput::scheduler(&input) });
            }
        }
        clocks.sort_by_key(|clock| clock.pipeline);
        if self.faults.is_empty() {
            Ok(self.deployment(bus_at, rules, clocks))
        } else {
            self.faults.sort();
            self.faults.dedup();
            Err(self.faults)
        }
    }

    fn scheduled_rule(&mut self, rule: &RuleRead, machines: &Places, clocks: &mut Vec<Clock>) {
        let Some(expression) = &rule.schedule else { return };
        let schedule = match Schedule::parse(expression, "UTC") {
            Ok(schedule) => schedule,
            Err(why) => return self.faults.push(format!("rule `{}`: {why}", rule.name)),
        };
        for target in &rule.targets {
            if let Some(pipeline) = machines.get(&target.arn) {
                let input = ClockInput::Rule(rule.arn.clone(), target.shape.clone());
                clocks.push(Clock { pipeline: *pipeline, schedule: schedule.clone(), window: 0, input });
            }
        }
    }

    fn delivery(&self, target: TargetRead, buses: &Places, machines: &Places) -> Delivery {
        match machines.get(&target.arn) {
            Some(machine) => Delivery::Machine(*machine, target.shape),
            None if target.arn == self.central.queue => Delivery::Manager,
            None if target.arn.contains(":event-bus/") => Delivery::Bus {
                at: buses.get(&target.arn).copied(),
                arn: target.arn,
                role: target.role,
                max_age: target.max_age,
            },
            None => Delivery::Elsewhere,
        }
    }

    fn deployment(self, bus_at: Places, rules: Vec<Vec<Rule>>, clocks: Vec<Clock>) -> Deployment {
        let buses = self.buses.into_iter().zip(rules);
        let buses = buses.map(|((arn, bus), rules)| Bus::new(arn, bus.account, bus.policy, rules)).collect();
        let registrations = self.pipelines.iter().map(|(registration, _)| registration.clone()).collect();
        let place = |(_, pipeline): (_, Pipeline)| {
            let default = bus_arn(pipeline.id.account(), &pipeline.region, "default");
            Pipeline { default_bus: bus_at.get(&default).copied().unwrap_or_default(), ..pipeline }
        };
        let pipelines: Vec<Pipeline> = self.pipelines.into_iter().map(place).collect();
        let at = pipelines.iter().map(|pipeline| pipeline.id.clone()).zip(0..).collect();
        Deployment {
            organization: self.organization,
            central: self.central,
            pipelines,
            at,
            buses,
            bus_at,
            clocks,
            registrations,
        }
    }
}
