//! A DynamoDB table of the one shape that both accounts use.

use pipesynth_cfn::dynamodb::{self, table};
use pipesynth_contract::names;

/// Sets what all tables have: keys `pk` and `sk`, expiry by `ttl`, on-demand capacity, recovery, protection, encryption.
pub(crate) fn keyed(table: dynamodb::Table) -> dynamodb::Table {
    let attribute = |name| table::AttributeDefinition::new().attribute_name(name).attribute_type("S");
    let key = |name, kind: &'static str| table::KeySchema::new().attribute_name(name).key_type(kind);
    table
        .billing_mode("PAY_PER_REQUEST")
        .attribute_definitions([attribute(names::ATTR_PK), attribute(names::ATTR_SK)])
        .key_schema([key(names::ATTR_PK, "HASH"), key(names::ATTR_SK, "RANGE")])
        .time_to_live_specification(table::TimeToLiveSpecification::new().attribute_name(names::ATTR_TTL).enabled(true))
        .point_in_time_recovery_specification(
            table::PointInTimeRecoverySpecification::new().point_in_time_recovery_enabled(true),
        )
        .sse_specification(table::SSESpecification::new().sse_enabled(true))
        .deletion_protection_enabled(true)
}
