//! A Hadoop step as written → a checked one.

use super::spec::HadoopSpec;
use crate::code_file::CodeFile;
use crate::steps::StepContext;
use crate::text::Piece;

/// A checked Hadoop step.
#[derive(Debug, Clone, PartialEq)]
pub struct HadoopPlan {
    /// The jar.
    pub jar: CodeFile,
    /// The main class.
    pub class: Option<String>,
    /// The program's arguments.
    pub arguments: Vec<Vec<Piece>>,
}

pub(super) fn lower(spec: &HadoopSpec, cx: &mut StepContext<'_, '_>) -> Option<HadoopPlan> {
    let jar = CodeFile::lower(&spec.jar, cx.cx);
    let arguments = cx.texts(spec.arguments.as_ref());
    let class = match &spec.class {
        Some(class) => Some(cx.class(class)?),
        None => None,
    };
    Some(HadoopPlan { jar: jar?, class, arguments: arguments? })
}
