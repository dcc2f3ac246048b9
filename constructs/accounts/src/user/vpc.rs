//! The network in which clusters start: the account's own where the parameters name one, else a VPC made here.
//!
//! The made one has private subnets alone. What clusters need of AWS they reach through endpoints, and nothing else; or, by choice, everything
//! through one NAT gateway (`NetworkExit`).

use pipesynth_cfn::ec2;
use pipesynth_core::{Handle, Intrinsic, Parameter, Scope, Stack, Text, Value, parameter, sub};

use super::network::{EMR_TAG, Group, ingress};

/// The account names no VPC, so that one is made.
pub(super) const CREATED: &str = "CreateVpc";
/// The made VPC reaches everything, through a NAT gateway.
const NAT: &str = "CreateNat";
/// The made VPC reaches AWS alone, through endpoints.
const ENDPOINTS: &str = "CreateEndpoints";
/// The made VPC has subnets in three zones.
const THIRD: &str = "CreateThirdSubnet";

/// What a cluster's nodes call, beside S3 and DynamoDB: EMR itself, the Glue catalog, secrets, keys, roles, logs.
const SERVICES: [&str; 6] = ["elasticmapreduce", "glue", "kms", "logs", "secretsmanager", "sts"];

/// The network, made or named.
pub(super) struct Vpc {
    scope: Scope,
    made: Handle<ec2::VPC>,
    routes: Handle<ec2::RouteTable>,
    private: [Handle<ec2::Subnet>; 3],
}

/// Declares the parameters, and makes the VPC where they name none.
pub(super) fn add(stack: &mut Stack) -> Vpc {
    parameters(stack);
    conditions(stack);
    let root = stack.root();
    let scope = stack.scope(root, "network");
    let resource = ec2::VPC::new()
        .cidr_block(addresses("0.0/16".to_owned()))
        .enable_dns_support(true)
        .enable_dns_hostnames(true)
        .tags([("Name", "pipesynth")]);
    let made = only_when(stack, CREATED, scope, "vpc", resource);
    let routes = ec2::RouteTable::new().vpc_id(made.reference()).tags([("Name", "pipesynth private")]);
    let routes = only_when(stack, CREATED, scope, "private-routes", routes);
    let private = [(0, "first-subnet", CREATED), (1, "second-subnet", CREATED), (2, "third-subnet", THIRD)];
    let private = private.map(|(zone, id, condition)| {
        // EMR refuses subnets without its tag.
        let subnet = subnet(made, zone, zone).tags([EMR_TAG, ("Name", "pipesynth private")]);
        let subnet = only_when(stack, condition, scope, id, subnet);
        associate(stack, condition, scope, id, subnet, routes);
        subnet
    });
    let vpc = Vpc { scope, made, routes, private };
    exit(stack, &vpc);
    vpc
}

impl Vpc {
    /// The VPC's id.
    pub(super) fn id(&self) -> Intrinsic {
        choose(CREATED, self.made.reference(), parameter("VpcId"))
    }

    /// The subnets' ids with commas between them.
    pub(super) fn subnets(&self) -> Intrinsic {
        let join = |subnets: Value| Intrinsic::Join(",".into(), subnets);
        let [first, second, third] = self.private.map(|subnet| subnet.reference());
        let three = join(Value::list([first.clone(), second.clone(), third]));
        let two = join(Value::list([first, second]));
        choose(CREATED, choose(THIRD, three, two), join(parameter("SubnetIds").into()))
    }

    /// Interface endpoints that the nodes in these groups may call, each with an address in every subnet.
    pub(super) fn endpoints(&self, stack: &mut Stack, nodes: [(&str, Group); 2]) {
        let group = ec2::SecurityGroup::new()
            .group_description("Endpoints of AWS services")
            .vpc_id(self.made.reference())
            .tags([("Name", "pipesynth endpoints")]);
        let group = only_when(stack, ENDPOINTS, self.scope, "endpoints-security-group", group);
        for (name, node) in nodes {
            let rule = ingress(stack, self.scope, format!("endpoints-from-{name}"), group, node, Some(443));
            stack.set_condition(rule, ENDPOINTS);
        }
        let [first, second, third] = self.private.map(|subnet| Value::from(subnet.reference()));
        let third = choose(THIRD, third, pipesynth_core::pseudo(pipesynth_core::Pseudo::NoValue));
        for service in SERVICES {
            let endpoint = ec2::VPCEndpoint::new()
                .vpc_endpoint_type("Interface")
                .service_name(service_name(service))
                .vpc_id(self.made.reference())
                .private_dns_enabled(true)
                .security_group_ids([group.att(ec2::SecurityGroup::GROUP_ID)])
                .subnet_ids([first.clone(), second.clone(), third.clone().into()]);
            only_when(stack, ENDPOINTS, self.scope, format!("{service}-endpoint"), endpoint);
        }
    }
}

fn parameters(stack: &mut Stack) {
    let vpc = Parameter::new("String", "Network in which clusters start; without one, a VPC is made")
        .with("Default", "")
        .with("AllowedPattern", "^(vpc-[0-9a-z]+)?$");
    stack.parameter("VpcId", vpc);
    let subnets = Parameter::new("CommaDelimitedList", "Private subnets of that network, of two zones or more");
    stack.parameter("SubnetIds", subnets.with("Default", ""));
    let prefix = Parameter::new("String", "First two numbers of all addresses in the VPC that is made")
        .with("Default", "10.0")
        .with("AllowedPattern", r"^[0-9]{1,3}\.[0-9]{1,3}$");
    stack.parameter("VpcPrefix", prefix);
    let zones = Parameter::new("String", "Zones in which the VPC that is made has a subnet");
    stack.parameter("VpcZones", zones.with("Default", "2").with("AllowedValues", Value::list(["2", "3"])));
    let exit = Parameter::new(
        "String",
        "How clusters in the VPC that is made reach others: AWS alone by `endpoints`, or everything by a `nat` gateway",
    );
    let ways = Value::list(["endpoints", "nat"]);
    stack.parameter("NetworkExit", exit.with("Default", "endpoints").with("AllowedValues", ways));
}

fn conditions(stack: &mut Stack) {
    let is = |name: &'static str, value: &'static str| Intrinsic::Equals(parameter(name).into(), value.into());
    let created_and = |also| Intrinsic::And(vec![Intrinsic::Condition(CREATED.into()).into(), Value::from(also)]);
    stack.condition(CREATED, is("VpcId", ""));
    stack.condition(NAT, created_and(is("NetworkExit", "nat")));
    stack.condition(ENDPOINTS, created_and(is("NetworkExit", "endpoints")));
    stack.condition(THIRD, created_and(is("VpcZones", "3")));
}

/// The endpoints of S3 and DynamoDB, which cost nothing, and the NAT gateway with its way out.
fn exit(stack: &mut Stack, vpc: &Vpc) {
    let (scope, made) = (vpc.scope, vpc.made);
    for service in ["s3", "dynamodb"] {
        let endpoint = ec2::VPCEndpoint::new()
            .vpc_endpoint_type("Gateway")
            .service_name(service_name(service))
            .vpc_id(made.reference())
            .route_table_ids([vpc.routes.reference()]);
        only_when(stack, CREATED, scope, format!("{service}-endpoint"), endpoint);
    }
    let gateway = only_when(stack, NAT, scope, "internet-gateway", ec2::InternetGateway::new());
    let attachment = ec2::VPCGatewayAttachment::new().vpc_id(made.reference());
    let attachment = attachment.internet_gateway_id(gateway.reference());
    let attachment = only_when(stack, NAT, scope, "internet-gateway-attachment", attachment);
    let routes = ec2::RouteTable::new().vpc_id(made.reference()).tags([("Name", "pipesynth public")]);
    let routes = only_when(stack, NAT, scope, "public-routes", routes);
    let out = ec2::Route::new().route_table_id(routes.reference()).destination_cidr_block("0.0.0.0/0");
    let out = only_when(stack, NAT, scope, "public-route", out.gateway_id(gateway.reference()));
    stack.depends_on(out.id(), attachment.id());
    // Without EMR's tag: no cluster starts there.
    let public = subnet(made, 0, 3).tags([("Name", "pipesynth public")]);
    let public = only_when(stack, NAT, scope, "public-subnet", public);
    associate(stack, NAT, scope, "public-subnet", public, routes);
    let address = only_when(stack, NAT, scope, "nat-address", ec2::EIP::new().domain("vpc"));
    stack.depends_on(address.id(), attachment.id());
    let nat = ec2::NatGateway::new().subnet_id(public.reference());
    let nat = nat.allocation_id(address.att(ec2::EIP::ALLOCATION_ID)).tags([("Name", "pipesynth")]);
    let nat = only_when(stack, NAT, scope, "nat-gateway", nat);
    let out = ec2::Route::new().route_table_id(vpc.routes.reference()).destination_cidr_block("0.0.0.0/0");
    only_when(stack, NAT, scope, "private-route", out.nat_gateway_id(nat.reference()));
}

/// The quarter number `part` of the VPC's addresses, in the region's zone number `zone`.
fn subnet(vpc: Handle<ec2::VPC>, zone: u32, part: u32) -> ec2::Subnet {
    ec2::Subnet::new()
        .vpc_id(vpc.reference())
        .availability_zone(Intrinsic::Select(zone, Intrinsic::GetAzs("".into()).into()))
        .cidr_block(addresses(format!("{}.0/18", 64 * part)))
        .map_public_ip_on_launch(false)
}

/// A block of addresses that begin with the parameter's two numbers.
fn addresses(rest: String) -> Intrinsic {
    Intrinsic::Join(".".into(), Value::list([Value::from(parameter("VpcPrefix")), rest.into()]))
}

fn associate(
    stack: &mut Stack,
    condition: &'static str,
    scope: Scope,
    id: &str,
    subnet: Handle<ec2::Subnet>,
    routes: Handle<ec2::RouteTable>,
) {
    let resource =
        ec2::SubnetRouteTableAssociation::new().subnet_id(subnet.reference()).route_table_id(routes.reference());
    only_when(stack, condition, scope, format!("{id}-routes"), resource);
}

fn only_when<R: pipesynth_core::Resource>(
    stack: &mut Stack,
    condition: &'static str,
    scope: Scope,
    id: impl Into<String>,
    resource: R,
) -> Handle<R> {
    let resource = stack.add(scope, id, resource);
    stack.set_condition(resource.id(), condition);
    resource
}

fn choose(condition: &'static str, yes: impl Into<Value>, no: impl Into<Value>) -> Intrinsic {
    Intrinsic::If(Text::from(condition), yes.into(), no.into())
}

fn service_name(service: &str) -> Intrinsic {
    sub(&format!("com.amazonaws.${{AWS::Region}}.{service}"))
}

#[cfg(test)]
#[path = "vpc_tests.rs"]
mod tests;
