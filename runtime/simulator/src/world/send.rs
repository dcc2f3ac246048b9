//! An event on its way: from a run over the buses to the central side, and from there to a pipeline's machine.

use std::sync::Arc;

use pipesynth_contract::{PipelineId, Status, names};
use pipesynth_engine::store::StoreError;
use pipesynth_engine::{Firing, LogicalDate};

use super::World;
use super::faults::Which;
use super::queue::{Item, Message};
use super::views::TriggerView;
use crate::lots::{Lot, Seed};
use crate::record::What;
use crate::wiring::bus::{Delivery, Event};
use crate::wiring::policy::{Sender, allows};

impl World<'_> {
    /// Step Functions puts a status event on the account's default bus.
    pub(super) fn emit(&mut self, run: usize, status: Status, stop: Option<u64>) {
        self.record.events += 1;
        let at = self.runs[run].pipeline;
        let deployment = self.deployment;
        let bus = deployment.pipelines[at].default_bus;
        let takers = {
            let mut memo = std::mem::take(&mut self.memos[bus]);
            let takers = deployment.buses[bus].takers(&mut memo, &self.view(run, status, stop));
            self.memos[bus] = memo;
            takers
        };
        if takers.is_empty() {
            let why = format!("no rule on `{}` takes the event `{status}`", deployment.buses[bus].arn);
            self.log(Some(at), Some(run), What::Undelivered(why));
            return;
        }
        for rule in takers.iter() {
            for target in &deployment.buses[bus].rules[*rule].targets {
                if let Delivery::Bus { at: to, arn, role, max_age } = target {
                    self.forward(run, status, stop, bus, (*to, arn, role, *max_age));
                }
            }
        }
    }

    /// A rule forwards a status event to another bus, with the troubles of the scenario.
    fn forward(
        &mut self,
        run: usize,
        status: Status,
        stop: Option<u64>,
        from: usize,
        to: (Option<usize>, &str, &str, u64),
    ) {
        let (to, arn, role, max_age) = to;
        let at = self.runs[run].pipeline;
        let deployment = self.deployment;
        let sending = from;
        let from = &deployment.buses[from];
        let Some((to, target)) = to.map(|to| (to, &deployment.buses[to])) else {
            return self.log(Some(at), Some(run), What::Undelivered(format!("`{status}`: there is no bus `{arn}`")));
        };
        if !self.may_forward((sending, to), role, (names::STATES_SOURCE, names::DETAIL_TYPE_STATUS)) {
            let why = format!("`{status}`: the policy of bus `{arn}` refuses the role `{role}`");
            return self.log(Some(at), Some(run), What::Undelivered(why));
        }
        let trouble = self.plan.trouble(self.which(run), status);
        let mut told = |what: String| {
            self.record.log.push(crate::record::Entry {
                at: self.now,
                pipeline: Some(at),
                run: Some(run),
                what: What::Fault(what),
            })
        };
        if trouble.lost {
            return told(format!("the event `{status}` is lost"));
        }
        if trouble.copies > 0 {
            told(format!("the event `{status}` is delivered {} times", u64::from(trouble.copies) + 1));
        }
        if trouble.delay > 0 {
            told(format!("the event `{status}` is {} late", long(trouble.delay)));
        }
        let seed = self.runs[run].seed.text(status.as_str()).number(self.runs[run].life.into());
        for copy in 0..=trouble.copies {
            let delay = seed.number(copy.into()).draw(Lot::Delivery, self.scenario.delivery);
            match self.travel([&from.account, &target.account], (delay, trouble.delay), max_age) {
                Some(arrival) => {
                    self.queue.push(arrival, Item::Arrive { bus: to, message: Message::Status { run, status, stop } })
                }
                None => {
                    let what =
                        format!("the event `{status}` has waited too long for the end of an outage: dead-letter queue");
                    self.log(Some(at), Some(run), What::Fault(what));
                }
            }
        }
    }

    /// Whether the other bus lets the role of a rule in, with an event of this source and detail type, which are the same for all events
    /// from one bus to another. It is asked once for each pair of buses and role.
    fn may_forward(&mut self, (from, to): (usize, usize), role: &str, event: (&str, &str)) -> bool {
        if let Some((_, allowed)) = self.allowed.get(&(from, to)).filter(|(known, _)| known == role) {
            return *allowed;
        }
        let deployment = self.deployment;
        let target = &deployment.buses[to];
        let sender = Sender {
            account: &deployment.buses[from].account,
            role,
            organization: &deployment.organization,
            forwards: true,
            source: event.0,
            detail_type: event.1,
        };
        let allowed = allows(&target.policy, &target.account, &sender);
        self.allowed.insert((from, to), (role.to_owned(), allowed));
        allowed
    }

    /// When an event arrives that is sent now. One that meets an outage arrives after its end, in the order of sending; `None` where
    /// that is later than its target's rule would try.
    fn travel(&mut self, accounts: [&str; 2], (delay, extra): (u64, u64), max_age: u64) -> Option<u64> {
        let (mut leaves, mut arrives) = (self.now, self.now.saturating_add(delay));
        loop {
            let met = |outage: &&mut super::Outage<'_>| {
                accounts.contains(&outage.account)
                    && outage.from < outage.until
                    && leaves < outage.until
                    && arrives >= outage.from
            };
            let Some(outage) = self.outages.iter_mut().find(met) else { break };
            leaves = outage.until;
            arrives = leaves.saturating_add(delay).max(outage.last + 1);
            outage.last = arrives;
        }
        (leaves - self.now <= max_age).then(|| arrives.saturating_add(extra))
    }

    /// The dispatcher puts a trigger on the bus of the child's account.
    pub(super) fn put(&mut self, firing: &Firing, region: &str) {
        self.record.events += 1;
        let deployment = self.deployment;
        let Some(at) = deployment.position(&firing.child) else { return };
        if let Some(arn) = &deployment.central.trigger_bus {
            return self.broadcast(at, arn, firing, region);
        }
        let bus = match self.trigger_bus(at, region) {
            Ok(bus) => bus,
            Err(why) => return self.log(Some(at), None, What::Undelivered(why)),
        };
        let delay = self.seed.text(&firing.firing_id).number(self.now).draw(Lot::Delivery, self.scenario.delivery);
        // The dispatcher's own tries go on for as long as the outbox holds the firing.
        if let Some(arrival) = self.travel([&deployment.central.account, firing.child.account()], (delay, 0), u64::MAX)
        {
            let message = Message::Trigger(Arc::new(firing.detail(region)));
            self.queue.push(arrival, Item::Arrive { bus, message });
        }
    }

    /// The dispatcher puts a trigger on the central bus, whose rules hand it to the bus of every account.
    fn broadcast(&mut self, at: usize, arn: &str, firing: &Firing, region: &str) {
        let deployment = self.deployment;
        let Some(from) = deployment.bus_at.get(arn).copied() else {
            return self.log(Some(at), None, What::Undelivered(format!("the trigger: there is no bus `{arn}`")));
        };
        let detail = Arc::new(firing.detail(region));
        let mut memo = std::mem::take(&mut self.memos[from]);
        let takers = deployment.buses[from].takers(&mut memo, &self.trigger_view(&detail));
        self.memos[from] = memo;
        let mut reached = false;
        for target in takers.iter().flat_map(|rule| &deployment.buses[from].rules[*rule].targets) {
            let Delivery::Bus { at: to, arn, role, max_age } = target else { continue };
            // An account in which nothing of the simulation runs has no bus here.
            let Some(to) = *to else { continue };
            if !self.may_forward((from, to), role, (names::EVENT_SOURCE, names::DETAIL_TYPE_TRIGGER)) {
                let why = format!("the trigger: the policy of bus `{arn}` refuses the role `{role}`");
                self.log(Some(at), None, What::Undelivered(why));
                continue;
            }
            let account = &deployment.buses[to].account;
            reached |= account == firing.child.account();
            let seed = self.seed.text(&firing.firing_id).text(account).number(self.now);
            let delay = seed.draw(Lot::Delivery, self.scenario.delivery);
            match self.travel([&deployment.central.account, account], (delay, 0), *max_age) {
                Some(arrival) => {
                    let message = Message::Trigger(detail.clone());
                    self.queue.push(arrival, Item::Arrive { bus: to, message });
                }
                None => {
                    let what = "the trigger has waited too long for the end of an outage: dead-letter queue".to_owned();
                    self.log(Some(at), None, What::Fault(what));
                }
            }
        }
        if !reached {
            let why = format!("the trigger: no rule on `{arn}` hands it to account {}", firing.child.account());
            self.log(Some(at), None, What::Undelivered(why));
        }
    }

    /// The bus that takes the triggers of a pipeline, or why none does. It is asked once for each pipeline.
    fn trigger_bus(&mut self, at: usize, region: &str) -> Result<usize, String> {
        if let Some(known) = &self.trigger_buses[at] {
            return known.clone();
        }
        let found = self.find_trigger_bus(self.deployment.pipelines[at].id.account(), region);
        self.trigger_buses[at] = Some(found.clone());
        found
    }

    fn find_trigger_bus(&self, account: &str, region: &str) -> Result<usize, String> {
        let deployment = self.deployment;
        let central = &deployment.central;
        let arn = crate::wiring::template::trigger_bus(account, region);
        let bus = deployment.bus_at.get(&arn).copied();
        let bus = bus.ok_or_else(|| format!("the trigger: there is no bus `{arn}`"))?;
        let target = &deployment.buses[bus];
        let sender = Sender {
            account: &central.account,
            role: &central.dispatcher,
            organization: &deployment.organization,
            forwards: false,
            source: names::EVENT_SOURCE,
            detail_type: names::DETAIL_TYPE_TRIGGER,
        };
        if !allows(&target.policy, &target.account, &sender) {
            return Err(format!("the trigger: the policy of bus `{arn}` refuses the role `{}`", central.dispatcher));
        }
        Ok(bus)
    }

    /// An event from another account is on a bus.
    pub(super) fn arrive(&mut self, at: usize, message: &Message) -> Result<(), StoreError> {
        let deployment = self.deployment;
        let bus = &deployment.buses[at];
        let mut memo = std::mem::take(&mut self.memos[at]);
        let takers = match message {
            Message::Status { run, status, stop } => bus.takers(&mut memo, &self.view(*run, *status, *stop)),
            Message::Trigger(detail) => bus.takers(&mut memo, &self.trigger_view(detail)),
        };
        self.memos[at] = memo;
        let others = matches!(message, Message::Trigger(detail) if detail.target.account != bus.account);
        if takers.is_empty() && !others {
            self.undelivered(message, |what| format!("no rule on `{}` takes {what}", bus.arn));
        }
        for target in takers.iter().flat_map(|rule| &bus.rules[*rule].targets) {
            match (target, message) {
                (Delivery::Manager, Message::Status { run, status, stop }) => self.manage(*run, *status, *stop)?,
                (Delivery::Machine(pipeline, shape), Message::Trigger(detail)) => {
                    let input = if shape.is_path(&["detail", "input"]) {
                        // The same, without the rest of the event.
                        serde_json::to_string(&detail.input).unwrap_or_default()
                    } else {
                        shape.apply(&self.trigger_view(detail).value())
                    };
                    let date = detail.input.logical_date.as_deref().and_then(|date| date.parse().ok());
                    let which = Which { pipeline: *pipeline, date: date.unwrap_or(LogicalDate::FIRST), attempt: 1 };
                    let seed: Seed = self.seed.text(&detail.firing_id);
                    self.deliver_start(which, seed, 0, input.into());
                }
                // EventBridge never forwards an event a second time to a third account.
                (Delivery::Bus { arn, .. }, _) => {
                    self.undelivered(message, |what| {
                        format!("{what} has been forwarded once and does not go on to `{arn}`")
                    });
                }
                (Delivery::Machine(pipeline, shape), Message::Status { run, status, stop }) => {
                    let input = shape.apply(&self.view(*run, *status, *stop).value());
                    self.queue.push(self.now, Item::Start { pipeline: *pipeline, input: input.into(), backfill: None });
                }
                (Delivery::Manager, Message::Trigger(_)) | (Delivery::Elsewhere, _) => {}
            }
        }
        Ok(())
    }

    /// Notes about an event that nobody gets here: whose it is, and why.
    fn undelivered(&mut self, message: &Message, why: impl FnOnce(&str) -> String) {
        let (at, run, why) = match message {
            Message::Status { run, status, .. } => {
                (Some(self.runs[*run].pipeline), Some(*run), why(&format!("the event `{status}`")))
            }
            Message::Trigger(detail) => {
                let target = &detail.target;
                let id = PipelineId::new(target.account.as_str(), target.pipeline.as_str());
                (id.ok().and_then(|id| self.deployment.position(&id)), None, why("the trigger"))
            }
        };
        self.log(at, run, What::Undelivered(why));
    }

    fn trigger_view<'e>(&'e self, detail: &'e pipesynth_contract::trigger::TriggerDetail) -> TriggerView<'e> {
        let central = &self.deployment.central;
        TriggerView { account: &central.account, region: &central.region, detail, at: self.now }
    }
}

/// `3h`, `1h 5m`, `30s`: milliseconds for a person, to the second.
fn long(millis: u64) -> String {
    let seconds = millis / 1000;
    let parts = [(seconds / 3600, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}
