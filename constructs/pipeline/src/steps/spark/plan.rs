//! A Spark step as written → a checked one.

use pipesynth_diag::quoted;

use super::spec::SparkSpec;
use crate::code_file::CodeFile;
use crate::codes;
use crate::steps::StepContext;
use crate::text::Piece;

/// A checked Spark step.
#[derive(Debug, Clone, PartialEq)]
pub struct SparkPlan {
    /// The application.
    pub application: CodeFile,
    /// The main class of a jar.
    pub class: Option<String>,
    /// The application's arguments.
    pub arguments: Vec<Vec<Piece>>,
    /// Spark properties.
    pub conf: Vec<(String, Vec<Piece>)>,
}

pub(super) fn lower(spec: &SparkSpec, cx: &mut StepContext<'_, '_>) -> Option<SparkPlan> {
    let application = CodeFile::lower(&spec.application, cx.cx);
    let class = spec.class.as_ref().map(|c| cx.class(c));
    let arguments = cx.texts(spec.arguments.as_ref());
    let mut conf = Vec::new();
    let mut good = true;
    for (key, value) in spec.conf.iter().flatten() {
        if key.is_empty() || key.contains(|c: char| c.is_whitespace() || c == '=' || c == '{') {
            let help = "write a property's name, such as `spark.executor.memory`";
            cx.cx.error_help(codes::BAD_TEXT, key.place, format!("{} is no Spark property", quoted(key)), help);
            good = false;
        }
        good &= cx.property(key, &value.value, value.place);
        match cx.text(&value.value, value.place) {
            Some(text) => conf.push((key.value.clone(), text)),
            None => good = false,
        }
    }
    let class = match class {
        Some(None) => return None,
        Some(some) => some,
        None => None,
    };
    good.then_some(SparkPlan { application: application?, class, arguments: arguments?, conf })
}
