//! Threat 12: a cluster's nodes, from the internet, from other networks, and by a key on them.

use serde_json::{Value, json};

use super::org::{A, Org, cut, held_by};

/// Whom the clusters' groups let in by an address.
fn by_address(org: &Org) -> bool {
    let stack = org.user(A);
    let inline = stack
        .of("AWS::EC2::SecurityGroup")
        .into_iter()
        .flat_map(|(_, group)| group["SecurityGroupIngress"].as_array().cloned().unwrap_or_default());
    let own = stack.of("AWS::EC2::SecurityGroupIngress").into_iter().map(|(_, rule)| rule);
    inline.chain(own).any(|rule| ["CidrIp", "CidrIpv6", "SourcePrefixListId"].iter().any(|key| !rule[*key].is_null()))
}

#[test]
fn threat_12_nobody_reaches_a_node_by_an_address() {
    held_by("rules between our own groups", by_address, |org| {
        let rule = &mut org.resource("pipesynth-user", "EmrPrimaryFromPrimary")["Properties"];
        rule["CidrIp"] = "0.0.0.0/0".into();
    });
    let public =
        |org: &Org| org.user(A).of("AWS::EC2::Subnet").iter().any(|(_, subnet)| subnet["MapPublicIpOnLaunch"] != false);
    held_by("MapPublicIpOnLaunch", public, |org| {
        org.resource("pipesynth-user", "NetworkFirstSubnet")["Properties"]["MapPublicIpOnLaunch"] = true.into();
    });
}

/// The arguments of the state that makes a pipeline's cluster.
fn cluster(org: &Org) -> Value {
    org.pipeline("listings", A).get("Machine")["Definition"]["States"]["Create cluster"]["Arguments"].clone()
}

fn change(org: &mut Org, change: impl FnOnce(&mut Value)) {
    let machine = &mut org.resource("pipesynth-listings", "Machine")["Properties"]["Definition"];
    change(&mut machine["States"]["Create cluster"]["Arguments"]);
}

#[test]
fn threat_12_a_cluster_starts_in_our_network_with_our_groups_and_without_a_key() {
    let open = |org: &Org| {
        let instances = &cluster(org)["Instances"];
        ["EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup", "ServiceAccessSecurityGroup", "Ec2SubnetIds"]
            .iter()
            .any(|key| instances[*key].is_null())
    };
    for key in
        ["EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup", "ServiceAccessSecurityGroup", "Ec2SubnetIds"]
    {
        held_by(key, open, |org| change(org, |arguments| cut(&mut arguments["Instances"], key)));
    }
    let with_key = |org: &Org| !cluster(org)["Instances"]["Ec2KeyName"].is_null();
    held_by("no key pair", with_key, |org| {
        change(org, |arguments| arguments["Instances"]["Ec2KeyName"] = json!("somebody"));
    });
}

#[test]
fn threat_12_nodes_have_the_rights_of_their_own_pipeline() {
    let shared = |org: &Org| {
        let role = cluster(org)["JobFlowRole"].as_str().unwrap().to_owned();
        !role.contains("ec2-listings-")
    };
    held_by("the pipeline's own profile", shared, |org| {
        change(org, |arguments| arguments["JobFlowRole"] = json!("emr-ec2-eu-central-1"));
    });
}

#[test]
fn threat_12_a_container_gets_no_credentials_of_its_node_and_a_lost_disk_is_unreadable() {
    let weak = |org: &Org| {
        let name = cluster(org)["SecurityConfiguration"].clone();
        let all = org.user(A).of("AWS::EMR::SecurityConfiguration");
        let Some((_, found)) = all.into_iter().find(|(_, one)| one["Name"] == name) else { return true };
        let found = &found["SecurityConfiguration"];
        let metadata = &found["InstanceMetadataServiceConfiguration"];
        let encryption = &found["EncryptionConfiguration"];
        metadata["MinimumInstanceMetadataServiceVersion"] != 2
            || metadata["HttpPutResponseHopLimit"] != 1
            || encryption["EnableAtRestEncryption"] != true
            || encryption["AtRestEncryptionConfiguration"]["LocalDiskEncryptionConfiguration"].is_null()
    };
    held_by("SecurityConfiguration", weak, |org| change(org, |arguments| cut(arguments, "SecurityConfiguration")));
    for key in ["InstanceMetadataServiceConfiguration", "EncryptionConfiguration"] {
        held_by(key, weak, |org| {
            let own = org.resource("pipesynth-user", "EmrSecurityConfiguration");
            cut(&mut own["Properties"]["SecurityConfiguration"], key);
        });
    }
}
