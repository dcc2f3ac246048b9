//! The user stack as CloudFormation makes it of given parameters: which resources there are, and what they refer to.

use serde_json::{Map, Value, json};

/// The template of the stack, with the values of these parameters over the defaults.
struct Made {
    parameters: Map<String, Value>,
    conditions: Map<String, Value>,
    resources: Map<String, Value>,
}

impl Made {
    fn of(parameters: &[(&str, &str)]) -> Self {
        let text = super::super::stack(&crate::Options::default()).template().unwrap().to_json().unwrap();
        let mut template: Value = serde_json::from_str(&text).unwrap();
        let mut take = |part: &str| template[part].take().as_object().unwrap().clone();
        let (declared, conditions, all) = (take("Parameters"), take("Conditions"), take("Resources"));
        let given = |name: &str| parameters.iter().find(|(given, _)| *given == name).map(|(_, value)| json!(value));
        let value =
            |(name, how): (&String, &Value)| (name.clone(), given(name).unwrap_or_else(|| how["Default"].clone()));
        let mut made = Self { parameters: declared.iter().map(value).collect(), conditions, resources: Map::new() };
        let there = |resource: &Value| resource["Condition"].as_str().is_none_or(|name| made.holds(name));
        let kept: Vec<_> = all.into_iter().filter(|(_, resource)| there(resource)).collect();
        made.resources = kept.into_iter().map(|(id, resource)| (id, made.chosen(&resource))).collect();
        made
    }

    fn holds(&self, condition: &str) -> bool {
        self.evaluate(&self.conditions[condition])
    }

    fn evaluate(&self, expression: &Value) -> bool {
        if let Some(name) = expression["Condition"].as_str() {
            return self.holds(name);
        }
        if let Some(all) = expression["Fn::And"].as_array() {
            return all.iter().all(|one| self.evaluate(one));
        }
        if let Some(not) = expression.get("Fn::Not") {
            return !self.evaluate(&not[0]);
        }
        let [parameter, wanted] = expression["Fn::Equals"].as_array().unwrap().as_slice() else {
            panic!("{expression}")
        };
        self.parameters[parameter["Ref"].as_str().unwrap()] == *wanted
    }

    /// The value with every `Fn::If` decided, and without what `AWS::NoValue` stands for.
    fn chosen(&self, value: &Value) -> Value {
        match value {
            Value::Object(map) => match map.get("Fn::If").and_then(Value::as_array).map(Vec::as_slice) {
                Some([condition, yes, no]) => {
                    self.chosen(if self.holds(condition.as_str().unwrap()) { yes } else { no })
                }
                _ => map.iter().map(|(key, value)| (key.clone(), self.chosen(value))).collect(),
            },
            Value::Array(items) => {
                let kept = items.iter().map(|item| self.chosen(item));
                kept.filter(|item| item["Ref"] != "AWS::NoValue").collect()
            }
            other => other.clone(),
        }
    }

    fn count(&self, kind: &str) -> usize {
        self.resources.values().filter(|resource| resource["Type"] == kind).count()
    }

    /// Names that a resource refers to by `Ref`, `Fn::GetAtt` or `DependsOn`, which neither exist nor are a parameter.
    fn dangling(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.resources.values().for_each(|resource| references(resource, &mut names));
        let known = |name: &String| {
            name.starts_with("AWS::") || self.parameters.contains_key(name) || self.resources.contains_key(name)
        };
        names.retain(|name| !known(name));
        names
    }
}

fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let attribute = map.get("Fn::GetAtt").map(|at| &at[0]);
            let named = [map.get("Ref"), attribute, map.get("DependsOn")].into_iter().flatten();
            for named in named {
                let all = named.as_array().map_or_else(|| vec![named.clone()], Clone::clone);
                names.extend(all.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            map.values().for_each(|value| references(value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}

#[test]
fn an_account_with_its_own_network_gets_none() {
    let made =
        Made::of(&[("VpcId", "vpc-1"), ("SubnetIds", "subnet-1,subnet-2"), ("NetworkExit", "nat"), ("VpcZones", "3")]);
    for kind in ["VPC", "Subnet", "RouteTable", "VPCEndpoint", "NatGateway", "InternetGateway", "EIP", "Route"] {
        assert_eq!(made.count(&format!("AWS::EC2::{kind}")), 0, "{kind}");
    }
    assert_eq!(made.dangling(), Vec::<String>::new());
    let subnets = &made.resources["EmrSubnetsParameter"]["Properties"]["Value"];
    assert_eq!(*subnets, json!({"Fn::Join": [",", {"Ref": "SubnetIds"}]}));
    assert_eq!(made.resources["EmrPrimarySecurityGroup"]["Properties"]["VpcId"], json!({"Ref": "VpcId"}));
}

#[test]
fn without_one_a_network_is_made_whose_parts_exist_together() {
    for (zones, exit, subnets) in [("2", "endpoints", 2), ("3", "endpoints", 3), ("2", "nat", 3), ("3", "nat", 4)] {
        let made = Made::of(&[("VpcZones", zones), ("NetworkExit", exit)]);
        assert_eq!(made.dangling(), Vec::<String>::new(), "{zones} {exit}");
        assert_eq!((made.count("AWS::EC2::VPC"), made.count("AWS::EC2::Subnet")), (1, subnets), "{zones} {exit}");
        let nat = usize::from(exit == "nat");
        assert_eq!(made.count("AWS::EC2::NatGateway"), nat, "{zones} {exit}");
        assert_eq!(made.count("AWS::EC2::VPCEndpoint"), if nat == 1 { 2 } else { 8 }, "{zones} {exit}");
        let told = &made.resources["EmrSubnetsParameter"]["Properties"]["Value"]["Fn::Join"][1];
        let told: Vec<_> = told.as_array().unwrap().iter().map(|one| one["Ref"].as_str().unwrap()).collect();
        assert_eq!(told.len().to_string(), zones);
        for name in told {
            let subnet = &made.resources[name]["Properties"];
            let tags = subnet["Tags"].to_string();
            assert!(tags.contains("for-use-with-amazon-emr-managed-policies"), "{name}: {tags}");
            assert_eq!(subnet["MapPublicIpOnLaunch"], false, "{name}");
            let routes = made.resources.values().filter(|one| one["Type"] == "AWS::EC2::SubnetRouteTableAssociation");
            let routes: Vec<_> = routes.filter(|one| one["Properties"]["SubnetId"]["Ref"] == name).collect();
            assert_eq!(routes.len(), 1, "{name}");
            assert_eq!(routes[0]["Properties"]["RouteTableId"]["Ref"], "NetworkPrivateRoutes", "{name}");
        }
    }
}

#[test]
fn an_endpoint_has_an_address_in_every_subnet_and_lets_the_nodes_in() {
    let made = Made::of(&[("VpcZones", "3")]);
    let endpoints = made.resources.values().filter(|one| one["Properties"]["VpcEndpointType"] == "Interface");
    for endpoint in endpoints {
        assert_eq!(endpoint["Properties"]["SubnetIds"].as_array().unwrap().len(), 3);
        assert_eq!(endpoint["Properties"]["PrivateDnsEnabled"], true);
    }
    let group = json!({"Fn::GetAtt": ["NetworkEndpointsSecurityGroup", "GroupId"]});
    let rules = made.resources.values().filter(|one| one["Properties"]["GroupId"] == group);
    let ports: Vec<_> = rules.map(|rule| rule["Properties"]["FromPort"].as_u64().unwrap()).collect();
    assert_eq!(ports, [443, 443]);
}
