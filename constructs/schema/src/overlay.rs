//! What both inputs leave out: types that hold data although AWS does not mark them, and attributes without a fixed name.

use crate::format::CUSTOM_RESOURCE;

/// Types that lose data when they are deleted or replaced, beside the 29 that the service specification marks. Sorted.
pub(crate) const STATEFUL: &[&str] = &[
    "AWS::Cassandra::Keyspace",
    "AWS::Cassandra::Table",
    "AWS::CloudTrail::EventDataStore",
    "AWS::CodeCommit::Repository",
    "AWS::DSQL::Cluster",
    "AWS::DataZone::Domain",
    "AWS::DocDBElastic::Cluster",
    "AWS::ECR::PublicRepository",
    "AWS::ECR::Repository",
    "AWS::ElastiCache::ServerlessCache",
    "AWS::Events::Archive",
    "AWS::FSx::Volume",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::HealthLake::FHIRDatastore",
    "AWS::KMS::ReplicaKey",
    "AWS::KinesisVideo::Stream",
    "AWS::Lightsail::Database",
    "AWS::Lightsail::Disk",
    "AWS::MSK::Cluster",
    "AWS::MSK::ServerlessCluster",
    "AWS::MemoryDB::Cluster",
    "AWS::NeptuneGraph::Graph",
    "AWS::OpenSearchServerless::Collection",
    "AWS::RDS::GlobalCluster",
    "AWS::RedshiftServerless::Namespace",
    "AWS::S3Express::DirectoryBucket",
    "AWS::S3Tables::Namespace",
    "AWS::S3Tables::Table",
    "AWS::S3Tables::TableBucket",
    "AWS::S3Vectors::Index",
    "AWS::S3Vectors::VectorBucket",
    "AWS::SageMaker::FeatureGroup",
    "AWS::Timestream::Database",
    "AWS::Timestream::InfluxDBInstance",
    "AWS::Timestream::Table",
];

pub(crate) fn stateful(name: &str) -> bool {
    STATEFUL.binary_search(&name).is_ok()
}

/// Attributes that a template or a provider names: a custom resource's data, a nested stack's outputs.
pub(crate) fn free_attribute(resource_type: &str, attribute: &str) -> bool {
    match resource_type {
        CUSTOM_RESOURCE => true,
        "AWS::CloudFormation::Stack" | "AWS::ServiceCatalog::CloudFormationProvisionedProduct" => {
            attribute.strip_prefix("Outputs.").is_some_and(|output| !output.is_empty())
        }
        _ => false,
    }
}
