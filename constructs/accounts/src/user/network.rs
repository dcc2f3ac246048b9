//! Security groups of EMR clusters in private subnets, with their full rule set.
//!
//! Source of the rules: Amazon EMR Management Guide, "Working with Amazon EMR-managed security groups" (private subnets). EMR adds missing
//! inbound rules by itself; they are all declared here, so that CloudFormation sees no drift.

use pipesynth_cfn::ec2::{self, security_group as group};
use pipesynth_cfn::ssm;
use pipesynth_contract::names;
use pipesynth_core::{Handle, ResourceId, Scope, Stack};

use super::vpc::{self, Vpc};

pub(super) type Group = Handle<ec2::SecurityGroup>;

/// EMR refuses groups without this tag (AmazonEMRServicePolicy_v2).
pub(super) const EMR_TAG: (&str, &str) = ("for-use-with-amazon-emr-managed-policies", "true");

/// The three groups of a cluster.
#[derive(Clone, Copy)]
pub(super) struct Network {
    pub primary: Group,
    pub worker: Group,
    pub service_access: Group,
}

pub(super) fn add(stack: &mut Stack) -> Network {
    let vpc = vpc::add(stack);
    let root = stack.root();
    let scope = stack.scope(root, "emr");
    let https = || {
        group::Egress::new()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .cidr_ip("0.0.0.0/0")
            .description("AWS services and package sources")
    };
    let primary = group(stack, scope, &vpc, "primary", "EMR primary nodes", vec![https()]);
    let worker = group(stack, scope, &vpc, "worker", "EMR core and task nodes", vec![https()]);
    let to = |node: Group, what: &'static str| {
        group::Egress::new()
            .ip_protocol("tcp")
            .from_port(8443)
            .to_port(8443)
            .destination_security_group_id(node.att(ec2::SecurityGroup::GROUP_ID))
            .description(what)
    };
    let egress = vec![to(primary, "to primary nodes"), to(worker, "to core and task nodes")];
    let service_access = group(stack, scope, &vpc, "service-access", "EMR service access", egress);
    for (name, node) in [("primary", primary), ("worker", worker)] {
        for (other_name, other) in [("primary", primary), ("worker", worker)] {
            ingress(stack, scope, format!("{name}-from-{other_name}"), node, other, None);
            egress_to(stack, scope, format!("{name}-to-{other_name}"), node, other, None);
        }
        ingress(stack, scope, format!("{name}-from-service-access"), node, service_access, Some(8443));
    }
    ingress(stack, scope, "service-access-from-primary".into(), service_access, primary, Some(9443));
    egress_to(stack, scope, "primary-to-service-access".into(), primary, service_access, Some(9443));
    vpc.endpoints(stack, [("primary", primary), ("worker", worker)]);
    let network = Network { primary, worker, service_access };
    parameters(stack, scope, network, &vpc);
    network
}

fn group(
    stack: &mut Stack,
    scope: Scope,
    vpc: &Vpc,
    id: &'static str,
    text: &'static str,
    egress: Vec<group::Egress>,
) -> Group {
    let resource = ec2::SecurityGroup::new()
        .group_description(text)
        .vpc_id(vpc.id())
        .security_group_egress(egress)
        .tags([EMR_TAG, ("Name", text)]);
    stack.add(scope, format!("{id}-security-group"), resource)
}

/// Without a port: all traffic.
pub(super) fn ingress(
    stack: &mut Stack,
    scope: Scope,
    id: String,
    node: Group,
    from: Group,
    port: Option<u32>,
) -> ResourceId {
    let rule = ec2::SecurityGroupIngress::new()
        .group_id(node.att(ec2::SecurityGroup::GROUP_ID))
        .source_security_group_id(from.att(ec2::SecurityGroup::GROUP_ID))
        .description(id.replace('-', " "));
    let rule = match port {
        Some(port) => rule.ip_protocol("tcp").from_port(port).to_port(port),
        None => rule.ip_protocol("-1"),
    };
    stack.add(scope, id, rule).id()
}

fn egress_to(stack: &mut Stack, scope: Scope, id: String, node: Group, to: Group, port: Option<u32>) {
    let rule = ec2::SecurityGroupEgress::new()
        .group_id(node.att(ec2::SecurityGroup::GROUP_ID))
        .destination_security_group_id(to.att(ec2::SecurityGroup::GROUP_ID))
        .description(id.replace('-', " "));
    let rule = match port {
        Some(port) => rule.ip_protocol("tcp").from_port(port).to_port(port),
        None => rule.ip_protocol("-1"),
    };
    stack.add(scope, id, rule);
}

/// What differs per account and every pipeline stack needs: read there as parameters of type `AWS::SSM::Parameter::Value`.
fn parameters(stack: &mut Stack, scope: Scope, network: Network, vpc: &Vpc) {
    let groups = [
        (names::PARAM_SG_PRIMARY, "primary-parameter", network.primary),
        (names::PARAM_SG_WORKER, "worker-parameter", network.worker),
        (names::PARAM_SG_SERVICE, "service-access-parameter", network.service_access),
    ];
    for (name, id, group) in groups {
        let value = group.att(ec2::SecurityGroup::GROUP_ID);
        stack.add(scope, id, ssm::Parameter::new().name(name).type_("String").value(value));
    }
    stack.add(
        scope,
        "subnets-parameter",
        ssm::Parameter::new().name(names::PARAM_SUBNETS).type_("StringList").value(vpc.subnets()),
    );
}
