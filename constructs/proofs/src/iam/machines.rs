//! A state machine → the calls that its states, its log and its trace make, against its role.

use std::collections::BTreeMap;

use pipesynth_contract::names;
use pipesynth_core::Json;

use super::{allowed, needed, trusted};
use crate::codes::HANDSHAKE;
use crate::document::{Document, Resource};
use crate::finding::Findings;
use crate::machine::{Integration, all_states};
use crate::policy::Call;
use crate::world::{World, items};

/// What the vended log needs, on all resources (Step Functions developer guide, "Logging to CloudWatch Logs").
const LOG: [&str; 8] = [
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
];
/// What a trace needs (same guide, "Tracing with X-Ray").
const TRACE: [&str; 4] =
    ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"];
/// Names of an SDK's services that IAM calls otherwise.
const PREFIXES: [(&str, &str); 4] =
    [("emr", "elasticmapreduce"), ("sfn", "states"), ("eventbridge", "events"), ("cloudwatchlogs", "logs")];

/// Everything that is known of one machine's calls.
struct Calls<'w, 'a> {
    world: &'w World<'w, 'a>,
    document: &'w Document<'a>,
    machine: Resource<'a>,
    own: Vec<Call>,
    /// ARN of a role → what is done with it on a node.
    others: BTreeMap<String, Vec<Call>>,
    /// The role of the nodes of the machine's clusters.
    nodes: Option<String>,
    /// Tags of the machine's clusters, as condition keys.
    tags: Vec<(String, String)>,
    /// Every call is known, so that what nobody needs can be told.
    complete: bool,
}

/// Proves the roles of a template's machines.
pub(crate) fn check<'w, 'a>(world: &'w World<'w, 'a>, document: &'w Document<'a>, findings: &mut Findings) {
    for machine in document.of("AWS::StepFunctions::StateMachine") {
        let arn = document.text(machine.get("RoleArn")).unwrap_or_default();
        let Some((home, role)) = world.at(&arn) else {
            findings.say(HANDSHAKE, machine.id, "the role of the machine is in no template");
            continue;
        };
        let mut calls = Calls {
            world,
            document,
            machine,
            own: vec![],
            others: BTreeMap::new(),
            nodes: None,
            tags: vec![],
            complete: true,
        };
        calls.collect(findings);
        trusted(home, &role, "states.amazonaws.com", document.arn_of(&machine).as_deref(), findings);
        allowed(home, &role, &calls.own, machine.id, findings);
        if calls.complete && std::ptr::eq(home, document) {
            needed(home, &role, &calls.own, findings);
        }
        for (arn, others) in &calls.others {
            match world.at(arn) {
                Some((home, role)) => allowed(home, &role, others, machine.id, findings),
                None => {
                    let message = format!("a cluster uses role `{arn}`, which is in no template");
                    findings.say(HANDSHAKE, machine.id, message);
                }
            }
        }
    }
}

impl Calls<'_, '_> {
    fn collect(&mut self, findings: &mut Findings) {
        let mut states = Vec::new();
        all_states(self.machine.get("Definition"), &mut states);
        let states: Vec<(String, Integration, &Json<'_>)> = states
            .into_iter()
            .filter_map(|(name, state)| {
                Some((format!("state `{name}`"), Integration::of(self.document, state)?, &state["Arguments"]))
            })
            .collect();
        for (_, _, arguments) in states.iter().filter(|(_, call, _)| call.creates()) {
            self.nodes = self.document.text(&arguments["JobFlowRole"]).and_then(|profile| self.role_of(&profile));
            self.tags.extend(
                items(&arguments["Tags"])
                    .filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), self.document.text(&tag["Value"])?))),
            );
        }
        for (why, call, arguments) in &states {
            match (call.sdk, call.service.as_str()) {
                (false, "elasticmapreduce") => self.cluster(why, call, arguments, findings),
                (false, "lambda") => {
                    let function = self.document.text(&arguments["FunctionName"]).unwrap_or_default();
                    if self.world.at(&function).is_none() {
                        findings.say(
                            HANDSHAKE,
                            self.machine.id,
                            format!("{why} invokes `{function}`, which is in no template"),
                        );
                    }
                    self.own.push(Call::new(why, "lambda:InvokeFunction", function));
                }
                _ => self.other(why, call, arguments),
            }
        }
        let logs = self.machine.get("LoggingConfiguration")["Level"].as_str().is_some_and(|level| level != "OFF");
        let traces = self.machine.get("TracingConfiguration")["Enabled"] == true;
        let log = LOG.iter().filter(|_| logs).map(|action| Call::new("the machine's log", action, "*".to_owned()));
        let trace =
            TRACE.iter().filter(|_| traces).map(|action| Call::new("the machine's trace", action, "*".to_owned()));
        self.own.extend(log.chain(trace));
    }

    /// Calls to Amazon EMR (Step Functions developer guide, "IAM policies for calling Amazon EMR").
    fn cluster(&mut self, why: &str, call: &Integration, arguments: &Json<'_>, findings: &mut Findings) {
        let one = format!("arn:{{partition}}:elasticmapreduce:{{region}}:{}:cluster/{{id}}", self.document.account());
        let mut actions: Vec<&str> = Vec::new();
        let rule = match call.call.as_str() {
            "createCluster" => {
                self.create(why, &one, arguments, findings);
                actions.extend(["DescribeCluster", "TerminateJobFlows"].iter().filter(|_| call.sync));
                "RunJobFlow"
            }
            "addStep" => {
                actions.push("AddJobFlowSteps");
                actions.extend(["DescribeStep", "CancelSteps"].iter().filter(|_| call.sync));
                self.code(why, arguments);
                "AddJobFlowSteps"
            }
            "terminateCluster" => {
                actions.push("TerminateJobFlows");
                actions.extend(["DescribeCluster"].iter().filter(|_| call.sync));
                "TerminateJobFlows"
            }
            _ => return self.other(why, call, arguments),
        };
        for action in actions {
            self.on_cluster(why, action, &one);
        }
        if call.sync {
            let rule = format!("rule/StepFunctionsGetEventForEMR{rule}Rule");
            let arn = format!("arn:{{partition}}:events:{{region}}:{}:{rule}", self.document.account());
            let actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"];
            self.own.extend(actions.map(|action| Call::new(why, action, arn.clone())));
        }
    }

    fn on_cluster(&mut self, why: &str, action: &str, cluster: &str) {
        let call = Call::new(why, &format!("elasticmapreduce:{action}"), cluster.to_owned());
        let tags = self.tags.clone().into_iter();
        self.own.push(
            tags.fold(call, |call, (key, value)| call.with(format!("elasticmapreduce:ResourceTag/{key}"), value)),
        );
    }

    fn create(&mut self, why: &str, one: &str, arguments: &Json<'_>, findings: &mut Findings) {
        let account = self.document.account();
        for (action, resource) in [("RunJobFlow", "*"), ("AddTags", one)] {
            let call = Call::new(why, &format!("elasticmapreduce:{action}"), resource.to_owned());
            let tags = self.tags.clone().into_iter();
            self.own.push(
                tags.fold(call, |call, (key, value)| call.with(format!("elasticmapreduce:RequestTag/{key}"), value)),
            );
        }
        for (key, action) in
            [("AutoTerminationPolicy", "PutAutoTerminationPolicy"), ("ManagedScalingPolicy", "PutManagedScalingPolicy")]
        {
            if !arguments[key].is_null() {
                self.on_cluster(why, action, one);
            }
        }
        let linked = "role/aws-service-role/elasticmapreduce.amazonaws.com/AWSServiceRoleForEMRCleanup";
        let linked =
            Call::new(why, "iam:CreateServiceLinkedRole", format!("arn:{{partition}}:iam::{account}:{linked}"));
        self.own.push(linked.with("iam:AWSServiceName", "elasticmapreduce.amazonaws.com"));
        let service = self.document.text(&arguments["ServiceRole"]).unwrap_or_default();
        let pass =
            |role: &str, to: &str| Call::new(why, "iam:PassRole", role.to_owned()).with("iam:PassedToService", to);
        self.own.push(pass(&service, "elasticmapreduce.amazonaws.com"));
        let profile = self.document.text(&arguments["JobFlowRole"]).unwrap_or_default();
        let Some(nodes) = self.nodes.clone() else {
            let message = format!("{why} uses instance profile `{profile}`, which is in no template");
            return findings.say(HANDSHAKE, self.machine.id, message);
        };
        self.own.push(pass(&nodes, "ec2.amazonaws.com"));
        self.other_role(&service, pass(&nodes, "ec2.amazonaws.com"));
        self.trusts(&service, "elasticmapreduce.amazonaws.com", findings);
        self.trusts(&nodes, "ec2.amazonaws.com", findings);
        if let Some(log) = self.document.text(&arguments["LogUri"]).and_then(|uri| s3(&uri, "node")) {
            self.other_role(&nodes, Call::new(why, "s3:PutObject", log));
        }
        self.disks(why, &nodes, arguments, findings);
        self.code(why, arguments);
    }

    /// The key of the nodes' disks, where the cluster's security configuration has one.
    fn disks(&mut self, why: &str, nodes: &str, arguments: &Json<'_>, findings: &mut Findings) {
        let Some(wanted) = self.document.text(&arguments["SecurityConfiguration"]) else {
            let message = format!("{why} names no security configuration: its disks would be as the account has them");
            return findings.say(HANDSHAKE, self.machine.id, message);
        };
        let is_it = |home: &Document<'_>, one: &Resource<'_>| home.text(one.get("Name")).as_ref() == Some(&wanted);
        let all = self.world.of("AWS::EMR::SecurityConfiguration");
        let Some((_, found)) = all.into_iter().find(|(home, one)| is_it(home, one)) else {
            let message = format!("{why} uses security configuration `{wanted}`, which is in no template");
            return findings.say(HANDSHAKE, self.machine.id, message);
        };
        let rest = &found.get("SecurityConfiguration")["EncryptionConfiguration"]["AtRestEncryptionConfiguration"];
        if !rest["LocalDiskEncryptionConfiguration"]["AwsKmsKey"].is_null() {
            let key = format!("arn:{{partition}}:kms:{{region}}:{}:key/{{id}}", self.document.account());
            for action in names::DISK_ACTIONS {
                let call =
                    Call::new(why, action, key.clone()).with("kms:ResourceAliases", names::ALIAS_DISKS.to_owned());
                self.other_role(nodes, call);
            }
        }
    }

    fn trusts(&self, arn: &str, service: &str, findings: &mut Findings) {
        if let Some((home, role)) = self.world.at(arn) {
            trusted(home, &role, service, None, findings);
        }
    }

    /// The ARN of an instance profile's role.
    fn role_of(&self, profile: &str) -> Option<String> {
        let is_it = |document: &Document<'_>, resource: &Resource<'_>| {
            document.name_of(resource).is_some_and(|name| name == profile)
        };
        let (home, profile) = self.world.of("AWS::IAM::InstanceProfile").find(|(d, r)| is_it(d, r))?;
        let name = home.texts(profile.get("Roles")).into_iter().next()?;
        let role = home.of("AWS::IAM::Role").find(|role| home.name_of(role).as_ref() == Some(&name))?;
        home.arn_of(&role)
    }

    /// The pipeline's own files, which the nodes read.
    fn code(&mut self, why: &str, arguments: &Json<'_>) {
        let mut found = Vec::new();
        texts(self.document, arguments, &mut found);
        let prefix = self.document.parameters().find(|(name, _)| *name == "CodePrefix");
        let prefix = prefix.and_then(|(_, parameter)| parameter["AllowedPattern"].as_str());
        let Some(prefix) = prefix.and_then(|text| text.trim_start_matches('^').split('[').next()) else { return };
        let Some(nodes) = self.nodes.clone() else { return };
        for uri in found.iter().filter(|text| text.starts_with("s3://") && text.contains("{CodePrefix}")) {
            if let Some(object) = s3(&uri.replace("{CodePrefix}", &format!("{prefix}hash")), "") {
                self.other_role(&nodes, Call::new(why, "s3:GetObject", object));
            }
        }
    }

    fn other_role(&mut self, role: &str, call: Call) {
        self.others.entry(role.to_owned()).or_default().push(call);
    }

    /// Any other integration: the action by its name; what else it needs is not known.
    fn other(&mut self, why: &str, call: &Integration, arguments: &Json<'_>) {
        let prefix = PREFIXES.iter().find(|(sdk, _)| call.sdk && *sdk == call.service).map(|(_, iam)| *iam);
        let prefix = prefix.unwrap_or(&call.service);
        let (first, rest) = call.call.split_at(1);
        let action = format!("{prefix}:{}{rest}", first.to_ascii_uppercase());
        let resource = match call.finds() {
            true => Some("*".to_owned()),
            false => ["TopicArn", "StateMachineArn"].into_iter().find_map(|key| self.document.text(&arguments[key])),
        };
        self.complete &= call.finds();
        self.own.push(Call::new(why, &action, resource));
    }
}

/// The ARN of an object: of the URI, with a name put behind a prefix.
fn s3(uri: &str, name: &str) -> Option<String> {
    Some(format!("arn:{{partition}}:s3:::{}{name}", uri.strip_prefix("s3://")?))
}

/// The texts with something in them that is known later.
fn texts(document: &Document<'_>, value: &Json<'_>, found: &mut Vec<String>) {
    match value {
        Json::Array(items) => items.iter().for_each(|item| texts(document, item, found)),
        Json::Object(map) => match document.text(value) {
            Some(text) => found.push(text),
            None => map.values().for_each(|item| texts(document, item, found)),
        },
        // A text that is known already names no parameter.
        _ => {}
    }
}
