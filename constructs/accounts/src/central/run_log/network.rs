//! A network for the cluster alone: it has no way out, nobody has a way in. The Data API needs neither.

use pipesynth_cfn::ec2::{self, security_group as group};
use pipesynth_core::Handle;
use pipesynth_core::{AnyResource, Intrinsic, Policy, Resource, Scope, Stack, Value};

/// Addresses of the network, which meet nobody's. A subnet group has subnets of two zones at least (Amazon RDS User Guide, "Working
/// with DB subnet groups"), and a cluster takes a few addresses.
const BLOCK: &str = "10.0.0.0/26";
const SUBNETS: [(&str, u32, &str); 2] = [("first-subnet", 0, "10.0.0.0/27"), ("second-subnet", 1, "10.0.0.32/27")];

/// What the cluster is put into.
pub(super) struct Network {
    /// The subnet group's name.
    pub(super) subnets: Intrinsic,
    /// The security group's id.
    pub(super) group: Intrinsic,
}

pub(super) fn add(stack: &mut Stack, scope: Scope) -> Network {
    let name = ("Name", "pipesynth run log");
    let vpc = kept(stack, scope, "vpc", ec2::VPC::new().cidr_block(BLOCK).tags([name]));
    let subnets = SUBNETS.map(|(id, zone, block)| {
        let subnet = ec2::Subnet::new()
            .vpc_id(vpc.reference())
            .availability_zone(Intrinsic::Select(zone, Intrinsic::GetAzs("".into()).into()))
            .cidr_block(block)
            .map_public_ip_on_launch(false)
            .tags([name]);
        Value::from(kept(stack, scope, id, subnet).reference())
    });
    let subnets = AnyResource::new("AWS::RDS::DBSubnetGroup")
        .with("DBSubnetGroupDescription", "Subnets of the run log's cluster, without a way out")
        .with("SubnetIds", Value::list(subnets));
    let subnets = kept(stack, scope, "subnets", subnets);
    // A group without rules for what goes out lets everything out: this one names nowhere.
    let nowhere = group::Egress::new().ip_protocol("-1").cidr_ip("127.0.0.1/32").description("Nowhere");
    let group = ec2::SecurityGroup::new()
        .group_description("Cluster of the run log: nobody reaches it, and it reaches nobody")
        .vpc_id(vpc.reference())
        .security_group_egress([nowhere])
        .tags([name]);
    let group = kept(stack, scope, "security-group", group);
    Network { subnets: subnets.reference(), group: group.att(ec2::SecurityGroup::GROUP_ID) }
}

/// The cluster stays when its stack goes, and so does what it stands in.
fn kept<R: Resource>(stack: &mut Stack, scope: Scope, id: &'static str, resource: R) -> Handle<R> {
    let resource = stack.add(scope, id, resource);
    stack.set_policy(resource.id(), Policy::Retain);
    resource
}
