//! The embedded data: every type decodes, every pattern compiles, facts are where AWS has them.

use std::collections::BTreeSet;

use regex_lite::Regex;

use crate::matcher::Matcher;
use crate::model::Shape;
use crate::overlay::STATEFUL;
use crate::{Handler, Schema, TagShape, available_in, decode, format, regions, types};

fn all() -> impl Iterator<Item = &'static Schema> {
    types().map(|name| Schema::of(name).unwrap_or_else(|| panic!("{name} does not decode")))
}

fn shapes() -> impl Iterator<Item = (&'static Schema, &'static Shape)> {
    all().flat_map(|schema| schema.shapes.iter().map(move |shape| (schema, shape)))
}

fn patterns() -> BTreeSet<&'static str> {
    let text = |shape: &'static Shape| match shape {
        Shape::Text(text) => text.pattern.as_ref().map(|p| p.text),
        _ => None,
    };
    shapes().filter_map(|(_, shape)| text(shape)).collect()
}

#[test]
fn every_type_decodes_and_every_place_exists() {
    let names: Vec<_> = types().collect();
    assert!(names.is_sorted(), "binary search needs sorted names");
    assert!(names.len() > 1_890, "{}", names.len());
    for schema in all() {
        for property in schema.objects.iter().flat_map(|object| &object.properties) {
            assert!((property.shape as usize) < schema.shapes.len(), "{} {}", schema.name(), property.name);
        }
        for object in &schema.objects {
            assert!(object.properties.is_sorted_by_key(|p| p.name), "{}", schema.name());
        }
        assert!(schema.attributes().is_sorted(), "{}", schema.name());
    }
    for (schema, shape) in shapes() {
        let (shapes, objects) = (schema.shapes.len(), schema.objects.len());
        let fits = match shape {
            Shape::List { item, .. } | Shape::Map { item, .. } => (*item as usize) < shapes,
            Shape::Object(at) => (*at as usize) < objects,
            Shape::Union(parts) => parts.len() > 1 && parts.iter().all(|part| (*part as usize) < shapes),
            Shape::Any | Shape::Json | Shape::Bool | Shape::Text(_) | Shape::Int(_) | Shape::Number(_) => true,
        };
        assert!(fits, "{}", schema.name());
    }
}

#[test]
fn a_broken_chunk_gives_no_schema_and_no_panic() {
    let raw = format::unpacked("AWS::SQS::Queue").unwrap();
    assert!(decode::schema("whole", raw.clone()).is_some());
    for end in 0..raw.len() {
        assert!(decode::schema("cut", raw[..end].to_vec()).is_none(), "cut at {end}");
    }
    for at in 0..raw.len() {
        let mut flipped = raw.clone();
        flipped[at] ^= 0xff;
        let _ = decode::schema("flipped", flipped);
    }
}

#[test]
fn every_pattern_compiles() {
    let patterns = patterns();
    assert!(patterns.len() > 2_000);
    let broken: Vec<_> = patterns.into_iter().filter(|pattern| Matcher::new(pattern).is_none()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_short_cut_for_classes_agrees_with_the_regex() {
    let mut classes = 0;
    for pattern in patterns() {
        let Some(class @ Matcher::Class { low, high, .. }) = Matcher::new(pattern) else { continue };
        classes += 1;
        let regex = Regex::new(pattern).unwrap();
        let lengths = BTreeSet::from([0, 1, low.saturating_sub(1), low, low + 1, high, high.saturating_add(1)]);
        for byte in 0..128_u8 {
            for length in lengths.iter().copied().filter(|length| *length <= 40) {
                let text = char::from(byte).to_string().repeat(length);
                assert_eq!(class.matches(&text), regex.is_match(&text), "{pattern} on {text:?}");
            }
        }
        assert_eq!(class.matches("é"), regex.is_match("é"), "{pattern}");
    }
    assert!(classes > 400, "{classes}");
}

#[test]
fn types_that_hold_data_are_known() {
    assert!(STATEFUL.is_sorted(), "binary search needs sorted names");
    for name in STATEFUL {
        assert!(types().any(|known| known == *name), "{name} is no type");
        assert!(!Schema::of(name).unwrap().stateful, "{name} is marked by AWS: take it out of the overlay");
    }
    assert_eq!(all().filter(|schema| schema.stateful).count(), 29);
    for name in ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Glue::Table", "AWS::Events::Archive"] {
        assert!(Schema::of(name).unwrap().stateful(), "{name}");
    }
    assert!(!Schema::of("AWS::Events::Rule").unwrap().stateful());
}

#[test]
fn attributes_are_known_by_name() {
    let queue = Schema::of("AWS::SQS::Queue").unwrap();
    assert_eq!(queue.attributes(), ["Arn", "QueueName", "QueueUrl"]);
    assert!(!queue.has_attribute("ARN"));
    assert_eq!(queue.nearest_attribute("ARN"), Some("Arn"));
    assert!(Schema::of("AWS::RDS::DBInstance").unwrap().has_attribute("Endpoint.Address"));
    let stack = Schema::of("AWS::CloudFormation::Stack").unwrap();
    assert!(stack.has_attribute("Outputs.Bus") && !stack.has_attribute("Outputs.") && !stack.has_attribute("Bus"));
    assert!(Schema::of("Custom::Registration").unwrap().has_attribute("Anything"));
}

#[test]
fn a_queues_deploy_needs_eight_actions() {
    let queue = Schema::of("AWS::SQS::Queue").unwrap();
    let handlers = [Handler::Create, Handler::Read, Handler::Update, Handler::Delete];
    let actions: BTreeSet<_> = handlers.iter().flat_map(|h| queue.permissions(*h)).collect();
    assert_eq!(actions.len(), 8, "{actions:?}");
    assert_eq!(queue.permissions(Handler::List), ["sqs:ListQueues"]);
}

#[test]
fn tags_have_their_property_and_shape() {
    let tags = |name: &str| Schema::of(name).unwrap().tags();
    assert_eq!(tags("AWS::SQS::Queue"), Some(("Tags", TagShape::List)));
    assert_eq!(tags("AWS::SSM::Parameter"), Some(("Tags", TagShape::Map)));
    assert_eq!(tags("AWS::AutoScaling::AutoScalingGroup"), Some(("Tags", TagShape::AutoScalingList)));
    assert_eq!(tags("AWS::EC2::Route"), None);
}

#[test]
fn identifiers_write_only_properties_and_replacement_order_are_known() {
    assert_eq!(Schema::of("AWS::S3::Bucket").unwrap().primary_identifier(), ["BucketName"]);
    assert_eq!(Schema::of("AWS::Lambda::Permission").unwrap().primary_identifier(), ["FunctionName", "Id"]);
    assert!(Schema::of("AWS::SecretsManager::Secret").unwrap().write_only().any(|name| name == "SecretString"));
    assert!(all().any(Schema::delete_then_create));
    assert!(!Schema::of("AWS::SQS::Queue").unwrap().delete_then_create());
    assert_eq!(Schema::of("AWS::AppMesh::Mesh").unwrap().sunset(), Some("2026-09-30"));
}

#[test]
fn regions_know_their_types() {
    assert!(regions().contains(&"eu-central-1") && regions().len() <= 64);
    assert_eq!(available_in("AWS::SQS::Queue", "eu-central-1"), Some(true));
    assert_eq!(available_in("AWS::SQS::Queue", "moon-north-1"), None);
    assert_eq!(available_in("AWS::Nowhere::Thing", "eu-central-1"), None);
    assert!(types().any(|name| available_in(name, "ca-west-1") == Some(false)));
}
