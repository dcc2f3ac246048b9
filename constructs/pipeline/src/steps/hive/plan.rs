//! A Hive step as written → a checked one.

use pipesynth_diag::quoted;

use super::spec::HiveSpec;
use crate::code_file::CodeFile;
use crate::codes;
use crate::steps::StepContext;
use crate::text::Piece;

/// A checked Hive step.
#[derive(Debug, Clone, PartialEq)]
pub struct HivePlan {
    /// The script.
    pub script: CodeFile,
    /// Its variables.
    pub variables: Vec<(String, Vec<Piece>)>,
    /// Further arguments of Hive.
    pub arguments: Vec<Vec<Piece>>,
}

pub(super) fn lower(spec: &HiveSpec, cx: &mut StepContext<'_, '_>) -> Option<HivePlan> {
    let script = CodeFile::lower(&spec.script, cx.cx);
    let arguments = cx.texts(spec.arguments.as_ref());
    let mut variables = Vec::new();
    let mut good = true;
    for (name, value) in spec.variables.iter().flatten() {
        let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.is_empty();
        if !word {
            let help = "a variable's name has letters, digits and underscores, such as `DAY`";
            cx.cx.error_help(codes::BAD_TEXT, name.place, format!("{} is no Hive variable", quoted(name)), help);
            good = false;
        }
        good &= cx.property(name, &value.value, value.place);
        match cx.text(&value.value, value.place) {
            Some(text) => variables.push((name.value.clone(), text)),
            None => good = false,
        }
    }
    good.then_some(HivePlan { script: script?, variables, arguments: arguments? })
}
