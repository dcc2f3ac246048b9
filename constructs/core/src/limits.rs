//! CloudFormation's limits that a template can break before it is sent. Source: AWS CloudFormation User Guide, "quotas".

use serde::Serialize;

/// Resources in one template.
pub const RESOURCES: usize = 500;
/// Parameters in one template.
pub const PARAMETERS: usize = 200;
/// Outputs in one template.
pub const OUTPUTS: usize = 200;
/// Mappings in one template.
pub const MAPPINGS: usize = 200;
/// Bytes of a template body that is sent in the request.
pub const INLINE_BYTES: usize = 51_200;
/// Bytes of a template body that is read from S3.
pub const S3_BYTES: usize = 1_000_000;
/// Bytes of the template's description.
pub const DESCRIPTION_BYTES: usize = 1_024;
/// Bytes of a parameter's value or default.
pub const PARAMETER_BYTES: usize = 4_096;
/// Characters of a stack's name.
pub const STACK_NAME: usize = 128;
/// Tags of a stack.
pub const TAGS: usize = 50;

/// How full a template is: what it holds of each limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Resources, of [`RESOURCES`].
    pub resources: usize,
    /// Parameters, of [`PARAMETERS`].
    pub parameters: usize,
    /// Outputs, of [`OUTPUTS`].
    pub outputs: usize,
    /// Bytes of the template as it is written, of [`S3_BYTES`].
    pub bytes: usize,
}

impl Usage {
    /// True where the template is too big for the request and has to be read from S3.
    pub fn needs_s3(&self) -> bool {
        self.bytes > INLINE_BYTES
    }
}
