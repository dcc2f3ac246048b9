//! AWS's limits that pipelines grow towards, each with where AWS says so.

/// One limit.
#[derive(Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name in JSON; never given to another limit later.
    pub id: &'static str,
    /// What is counted, for people.
    pub what: &'static str,
    /// How many there may be.
    pub most: u64,
    /// Whether AWS raises it on request.
    pub adjustable: bool,
    /// The page of AWS's documentation.
    pub source: &'static str,
}

/// The page with CloudFormation's limits.
const CLOUDFORMATION: &str = "AWS CloudFormation User Guide, \"Understand CloudFormation quotas\"";
/// The page with EventBridge's limits.
const EVENTBRIDGE: &str = "Amazon EventBridge User Guide, \"Amazon EventBridge quotas\"";
/// The page with IAM's limits.
const IAM: &str = "AWS IAM User Guide, \"IAM and AWS STS quotas\"";
/// The page with the limits of state machines.
const STEP_FUNCTIONS: &str = "AWS Step Functions Developer Guide, \"Service quotas\"";

macro_rules! limits {
    ($( $name:ident = $id:literal, $what:literal, $most:literal, $adjustable:literal, $source:ident; )+) => {
        $( #[doc = concat!("The limit on ", $what, ".")]
           pub static $name: Limit = Limit { id: $id, what: $what, most: $most, adjustable: $adjustable, source: $source }; )+
        /// Every limit, in the order in which they are shown.
        pub static ALL: &[&Limit] = &[$(&$name),+];
    };
}

limits! {
    DEFAULT_BUS_RULES = "rules-default-bus", "rules on an account's default bus", 300, true, EVENTBRIDGE;
    PIPELINE_BUS_RULES = "rules-data-pipeline-bus", "rules on an account's bus `data-pipeline`", 300, true, EVENTBRIDGE;
    STACKS = "stacks", "stacks of an account and region", 2_000, true, CLOUDFORMATION;
    ROLES = "roles", "IAM roles of an account", 1_000, true, IAM;
    INSTANCE_PROFILES = "instance-profiles", "instance profiles of an account", 1_000, true, IAM;
    RESOURCES = "resources", "resources of a template", 500, false, CLOUDFORMATION;
    TEMPLATE_BYTES = "template-bytes", "bytes of a template", 1_000_000, false, CLOUDFORMATION;
    PARAMETERS = "parameters", "parameters of a template", 200, false, CLOUDFORMATION;
    OUTPUTS = "outputs", "outputs of a template", 200, false, CLOUDFORMATION;
    DEFINITION_BYTES = "definition-bytes", "bytes of a state machine's definition", 1_048_576, false, STEP_FUNCTIONS;
    PATTERN = "event-pattern", "characters of an event pattern", 2_048, true, EVENTBRIDGE;
    TARGETS = "rule-targets", "targets of a rule", 5, true, EVENTBRIDGE;
    BUS_POLICY = "bus-policy", "characters of a bus's policy", 10_240, true, EVENTBRIDGE;
    INLINE_POLICIES = "inline-policies", "characters of a role's inline policies", 10_240, false, IAM;
    TRUST_POLICY = "trust-policy", "characters of a role's trust policy", 2_048, true, IAM;
    MANAGED_POLICY = "managed-policy", "characters of a managed policy", 6_144, false, IAM;
}
