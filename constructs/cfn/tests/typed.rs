//! Typed resources → the properties that CloudFormation expects, held against the schema.

use pipesynth_cfn::{Tag, dynamodb, ec2, events, iam, lambda, logs, s3, scheduler, sns, sqs, ssm, stepfunctions};
use pipesynth_core::{Intrinsic, Map, Pseudo, Resource, Stack, Statement, Value, parameter, policy, pseudo, sub};
use pipesynth_schema::{Kind, Schema, validate};

fn findings<R: Resource>(resource: R) -> Vec<String> {
    let kind = resource.resource_type();
    validate(&kind, &resource.into_properties()).iter().map(ToString::to_string).collect()
}

#[track_caller]
fn clean<R: Resource>(resource: R) {
    assert_eq!(findings(resource), [] as [&str; 0]);
}

fn trust() -> Map {
    policy([Statement::allow(["sts:AssumeRole"]).to_service("events.amazonaws.com")])
}

#[test]
fn a_setter_writes_the_property_of_that_name() {
    let rule = events::Rule::new()
        .name("pipesynth-x")
        .state(events::rule::State::ENABLED)
        .event_pattern(Map::new().with("source", ["pipesynth.central"]))
        .targets([events::rule::Target::new().id("bus").arn(parameter("BusArn"))]);
    assert_eq!(rule.resource_type(), "AWS::Events::Rule");
    let target = Map::new().with("Id", "bus").with("Arn", parameter("BusArn"));
    let expected = Map::new()
        .with("Name", "pipesynth-x")
        .with("State", "ENABLED")
        .with("EventPattern", Map::new().with("source", ["pipesynth.central"]))
        .with("Targets", [target]);
    assert_eq!(rule.into_properties(), expected);
}

#[test]
fn setting_a_property_twice_keeps_the_last_value() {
    let queue = sqs::Queue::new().queue_name("a").delay_seconds(1).queue_name("b");
    assert_eq!(queue.into_properties(), Map::new().with("QueueName", "b").with("DelaySeconds", 1));
}

#[test]
fn open_enums_take_their_constants_other_texts_and_functions() {
    let of = |queue: sqs::Queue| queue.into_properties().get("DeduplicationScope").cloned();
    assert_eq!(
        of(sqs::Queue::new().deduplication_scope(sqs::queue::DeduplicationScope::MESSAGE_GROUP)),
        Some("messageGroup".into())
    );
    assert_eq!(of(sqs::Queue::new().deduplication_scope("newValue")), Some("newValue".into()));
    assert_eq!(of(sqs::Queue::new().deduplication_scope(parameter("Scope"))), Some(parameter("Scope").into()));
}

#[test]
fn tags_are_pairs_objects_or_maps_as_the_type_has_them() {
    let tags = |value: Option<&Value>| value.cloned();
    let queue = sqs::Queue::new().tags([("team", "search")]).into_properties();
    let expected = Value::list([Map::new().with("Key", "team").with("Value", "search")]);
    assert_eq!(tags(queue.get("Tags")), Some(expected.clone()));
    assert_eq!(
        tags(sqs::Queue::new().tags(vec![Tag::new("team", "search")]).into_properties().get("Tags")),
        Some(expected)
    );
    clean(sqs::Queue::new().tags([("region", pseudo(Pseudo::Region))]));
    clean(stepfunctions::StateMachine::new().role_arn("arn:aws:iam::111111111111:role/a").tags([("team", "search")]));
    clean(ssm::Parameter::new().type_("String").value("a").tags([("team", "search")]));
}

#[test]
fn attributes_are_those_of_the_schema() {
    let mut stack = Stack::new("a", "");
    let root = stack.root();
    let queue = stack.add(root, "queue", sqs::Queue::new());
    let Intrinsic::GetAtt(_, name) = queue.att(sqs::Queue::ARN) else { panic!("not an attribute") };
    assert!(Schema::of("AWS::SQS::Queue").unwrap().has_attribute(&name));
    let bucket = stack.add(root, "bucket", s3::Bucket::new());
    let nested = bucket.att(s3::Bucket::METADATA_TABLE_CONFIGURATION_S3_TABLES_DESTINATION_TABLE_ARN);
    let Intrinsic::GetAtt(_, name) = nested else { panic!("not an attribute") };
    assert_eq!(name, "MetadataTableConfiguration.S3TablesDestination.TableArn");
    assert!(Schema::of("AWS::S3::Bucket").unwrap().has_attribute(&name));
}

#[test]
fn resources_of_the_stacks_pass_the_schema() {
    clean(events::EventBus::new().name("data-pipeline").tags([("team", "search")]));
    clean(
        dynamodb::Table::new()
            .billing_mode(dynamodb::table::BillingMode::PAY_PER_REQUEST)
            .attribute_definitions([dynamodb::table::AttributeDefinition::new()
                .attribute_name("pk")
                .attribute_type("S")])
            .key_schema([dynamodb::table::KeySchema::new().attribute_name("pk").key_type("HASH")])
            .time_to_live_specification(
                dynamodb::table::TimeToLiveSpecification::new().enabled(true).attribute_name("ttl"),
            ),
    );
    clean(
        lambda::Function::new()
            .role(sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/pipesynth/a"))
            .runtime("provided.al2023")
            .handler("registrar")
            .architectures(["x86_64"])
            .code(lambda::function::Code::new().s3_bucket("assets").s3_key("bootstrap.zip"))
            .environment(lambda::function::Environment::new().variables([("TABLE", "t")]))
            .timeout(30),
    );
    clean(iam::Role::new().path("/pipesynth/").assume_role_policy_document(trust()));
    clean(logs::LogGroup::new().log_group_name("/aws/vendedlogs/states/a").retention_in_days(30));
    clean(sns::Subscription::new().topic_arn(parameter("Topic")).protocol("email").endpoint("team@example.com"));
    clean(
        scheduler::Schedule::new()
            .schedule_expression("cron(0 3 * * ? *)")
            .schedule_expression_timezone("Europe/Berlin")
            .flexible_time_window(scheduler::schedule::FlexibleTimeWindow::new().mode("OFF"))
            .target(scheduler::schedule::Target::new().arn(parameter("Machine")).role_arn(parameter("Role"))),
    );
    clean(
        ec2::VPCEndpoint::new()
            .vpc_id(parameter("Vpc"))
            .service_name("com.amazonaws.eu-central-1.s3")
            .route_table_ids([parameter("Table")]),
    );
    let definition =
        Map::new().with("StartAt", "A").with("States", Map::new().with("A", Map::new().with("Type", "Succeed")));
    clean(stepfunctions::StateMachine::new().role_arn(parameter("Role")).definition(definition));
}

#[test]
fn builders_leave_what_is_required_to_the_schema() {
    let role = iam::Role::new().path("/pipesynth/");
    let found = validate(&role.resource_type(), &role.into_properties());
    assert_eq!(found.iter().map(|f| f.kind).collect::<Vec<_>>(), [Kind::Missing]);
}
