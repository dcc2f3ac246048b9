//! `steps:` — what a pipeline does. One folder per step type; the table at the end names them all.

mod common;
pub mod hadoop;
pub mod hive;
mod lower;
mod order;
pub mod shell;
pub mod spark;
mod spec;

pub use common::{LONGEST_WAIT, Retry, RetrySpec};
pub use lower::{StepContext, lower};
pub use spec::{ParallelSpec, StepEntry, StepSpec};

use pipesynth_core::Value;
use pipesynth_diag::{FromFields, Spanned};
use schemars::JsonSchema;

use crate::code_file::CodeFile;
use crate::text::{Part, Piece};

/// A step type. The compiler is the checklist for a new one.
pub trait StepType {
    /// The word after `type:`.
    const TAG: &'static str;
    /// What a step of this type is called in messages: ``a `spark` step``.
    const WHAT: &'static str;
    /// The application of EMR without which the step cannot run.
    const NEEDS: Option<&'static str>;
    /// As written, without the keys that every step has.
    type Spec: FromFields + JsonSchema;
    /// Checked.
    type Plan;
    /// Checks a step. `None` only after an error was reported.
    fn lower(spec: &Self::Spec, cx: &mut StepContext<'_, '_>) -> Option<Self::Plan>;
    /// The EMR step: jar and arguments.
    fn jar_step(plan: &Self::Plan, name: &str, texts: &Texts<'_>) -> JarStep;
    /// The files that the step runs.
    fn code(plan: &Self::Plan) -> Vec<&CodeFile>;
}

/// What EMR runs for a step.
pub struct JarStep {
    /// The jar: `command-runner.jar`, or an address in S3.
    pub jar: Value,
    /// The class whose `main` runs, where the jar's manifest does not say it.
    pub class: Option<String>,
    /// Its arguments.
    pub arguments: Vec<Value>,
}

impl JarStep {
    /// A command on the primary node (Amazon EMR Release Guide, "Using command-runner.jar").
    pub(crate) fn command(arguments: Vec<Value>) -> Self {
        Self { jar: "command-runner.jar".into(), class: None, arguments }
    }
}

/// Turns a step's texts into values of the machine.
pub struct Texts<'a> {
    /// The pipeline's name.
    pub pipeline: &'a str,
}

impl Texts<'_> {
    /// The value of template text.
    pub fn value(&self, pieces: &[Piece]) -> Value {
        crate::text::value(self.parts(pieces))
    }

    /// The parts of template text, to be joined with others.
    pub fn parts(&self, pieces: &[Piece]) -> Vec<Part> {
        pieces.iter().map(|piece| crate::machine::part(piece, self.pipeline)).collect()
    }
}

/// A checked step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepPlan {
    /// Its name; also the state's.
    pub name: Spanned<String>,
    /// Seconds for one try.
    pub timeout: u64,
    /// Further tries.
    pub retry: Option<Retry>,
    /// What it does.
    pub kind: KindPlan,
}

impl StepPlan {
    /// Seconds of all its tries and the waits between them.
    pub fn longest(&self) -> u64 {
        let tries = 1 + self.retry.map_or(0, |r| u64::from(r.attempts));
        self.timeout * tries + self.retry.map_or(0, |r| r.longest())
    }
}

macro_rules! step_types {
    ($($module:ident :: $type:ident),+ $(,)?) => {
        /// What a step of each type says.
        #[derive(Debug, Clone, PartialEq)]
        pub enum KindSpec {
            $(#[doc = concat!("A `", stringify!($module), "` step.")] $type(<$module::$type as StepType>::Spec),)+
        }

        /// What a checked step of each type does.
        #[derive(Debug, Clone, PartialEq)]
        pub enum KindPlan {
            $(#[doc = concat!("A `", stringify!($module), "` step.")] $type(<$module::$type as StepType>::Plan),)+
        }

        /// The words after `type:`, sorted.
        pub const TAGS: &[&str] = &[$($module::$type::TAG),+];

        impl KindSpec {
            /// Reads the keys of a step of type `tag`.
            pub(crate) fn read(tag: &str, fields: &mut pipesynth_diag::Fields<'_>, cx: &mut pipesynth_diag::Cx<'_>) -> Option<Self> {
                match tag {
                    $(<$module::$type as StepType>::TAG => {
                        fields.rename(<$module::$type as StepType>::WHAT);
                        <$module::$type as StepType>::Spec::read_fields(fields, cx).map(Self::$type)
                    })+
                    _ => None,
                }
            }

            /// The schemas of all types, with their words.
            pub(crate) fn schemas(generator: &mut schemars::SchemaGenerator) -> Vec<(&'static str, schemars::Schema)> {
                vec![$((
                    <$module::$type as StepType>::TAG,
                    <<$module::$type as StepType>::Spec as JsonSchema>::json_schema(generator),
                )),+]
            }

            pub(crate) fn lower(&self, cx: &mut StepContext<'_, '_>) -> Option<KindPlan> {
                match self {
                    $(Self::$type(spec) => $module::$type::lower(spec, cx).map(KindPlan::$type),)+
                }
            }
        }

        impl KindPlan {
            /// The EMR step: jar and arguments.
            pub fn jar_step(&self, name: &str, texts: &Texts<'_>) -> JarStep {
                match self {
                    $(Self::$type(plan) => $module::$type::jar_step(plan, name, texts),)+
                }
            }

            /// The files that the step runs.
            pub fn code(&self) -> Vec<&CodeFile> {
                match self {
                    $(Self::$type(plan) => $module::$type::code(plan),)+
                }
            }

            /// The application of EMR without which the step cannot run.
            pub fn needs(&self) -> Option<&'static str> {
                match self {
                    $(Self::$type(_) => $module::$type::NEEDS,)+
                }
            }

            /// The word after `type:`.
            pub fn tag(&self) -> &'static str {
                match self {
                    $(Self::$type(_) => $module::$type::TAG,)+
                }
            }
        }
    };
}

step_types! {
    hadoop::Hadoop,
    hive::Hive,
    shell::Shell,
    spark::Spark,
}

/// Step types of the file format that this version does not build.
pub(crate) const LATER: &[&str] =
    &["approval", "athena", "batch", "ecs", "emr-serverless", "glue", "lambda", "pipeline", "redshift", "ssm"];
