//! Steps as written → checked steps in order.

use indexmap::IndexMap;
use pipesynth_diag::{Diagnostic, Place, Span, Spanned, Text, quoted};

use super::{Retry, StepEntry, StepPlan, StepSpec, order};
use crate::codes;
use crate::flow::Flow;
use crate::lower::{Lower, is_name};
use crate::text::{self, Expression, Piece};

/// Without `timeout:` one try of a step may take so many seconds: 6 hours.
const TIMEOUT: u64 = 21_600;
/// The longest `timeout:`, 14 days. An execution lives for a year (Step Functions quotas).
const LONGEST: u64 = 1_209_600;
/// Characters of a step's name; a state's name has 80 (Step Functions quotas).
const NAME: usize = 60;

/// What lowering a step needs: the pipeline's parameters beside the common context.
pub struct StepContext<'a, 'b> {
    /// Sink and organisation.
    pub cx: &'a mut Lower<'b>,
    /// The pipeline's parameters.
    pub params: &'a IndexMap<String, String>,
    /// Where findings about the step as a whole belong: its name.
    pub at: Place,
}

impl StepContext<'_, '_> {
    /// Reads template text.
    pub fn text(&mut self, text: &str, place: Place) -> Option<Vec<Piece>> {
        let pieces = match text::parse(text) {
            Ok(pieces) => pieces,
            Err(fault) => {
                let code = if fault.unsafe_text { codes::UNSAFE_TEXT } else { codes::BAD_TEXT };
                self.cx.error_help(code, place, fault.message, fault.help);
                return None;
            }
        };
        for piece in &pieces {
            if let Piece::Expression(Expression::Param(name)) = piece
                && !self.params.contains_key(name)
            {
                let names = self.params.keys().map(String::as_str);
                let near = self.cx.near(name, names).map(|n| format!("did you mean `params.{n}`?"));
                let found =
                    Diagnostic::error(codes::BAD_TEXT, place, format!("the pipeline has no parameter `{name}`"))
                        .help_if(near)
                        .help(format!("declare it with its default: `params: {{ {name}: … }}`"));
                self.cx.sink.push(found);
                return None;
            }
        }
        Some(pieces)
    }

    /// Refuses a secret that is written out as the value of a property.
    pub fn property(&mut self, name: &str, value: &str, place: Place) -> bool {
        let checked = text::check_property(name, value);
        checked.map_err(|fault| self.cx.error_help(codes::UNSAFE_TEXT, place, fault.message, fault.help)).is_ok()
    }

    /// Reads a list of template texts.
    pub fn texts(&mut self, list: Option<&Vec<Spanned<Text>>>) -> Option<Vec<Vec<Piece>>> {
        let read: Vec<_> = list.into_iter().flatten().map(|t| self.text(&t.value, t.place)).collect();
        read.into_iter().collect()
    }

    /// Checks text that stands as it is: no template text, no code.
    pub fn plain(&mut self, text: &Spanned<String>, template_help: &str) -> Option<String> {
        if let Err(fault) = text::check_plain(text) {
            self.cx.error_help(codes::UNSAFE_TEXT, text.place, fault.message, fault.help);
            return None;
        }
        if text.contains("{{") {
            let message =
                "`{{ … }}` cannot stand here: the value would be spliced into the text and could be taken for code";
            self.cx.error_help(codes::UNSAFE_TEXT, text.place, message, template_help);
            return None;
        }
        Some(text.value.clone())
    }

    /// Checks the name of a main class.
    pub fn class(&mut self, class: &Spanned<String>) -> Option<String> {
        let good = !class.is_empty() && class.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '$'));
        if !good {
            let help = "write the main class with its package, such as `com.example.Aggregate`";
            self.cx.error_help(codes::BAD_TEXT, class.place, format!("{} is no class name", quoted(class)), help);
        }
        good.then(|| class.value.clone())
    }
}

/// Checks all steps: what each does, in the order of the file, and how they follow each other. `None` only after an error was reported.
pub fn lower(
    entries: &[StepEntry],
    head: Place,
    params: &IndexMap<String, String>,
    cx: &mut Lower<'_>,
) -> Option<(Vec<StepPlan>, Flow)> {
    // Steps that could not be read were reported and left out.
    let file = head.file.at(Span { start: 0, end: u32::MAX });
    let whole = !cx.sink.has_errors_in(file);
    if entries.is_empty() && whole {
        let help = "add a step: `- { name: aggregate, type: spark, application: code/aggregate.py }`";
        cx.error_help(codes::NO_STEPS, head, "the pipeline has no steps", help);
    }
    let mut names: IndexMap<String, Spanned<String>> = IndexMap::new();
    let mut plans = Vec::new();
    let mut good = true;
    for entry in entries {
        if let StepEntry::Parallel(group) = entry
            && group.parallel.is_empty()
            && whole
        {
            let help = "write the steps that run side by side under it, or take it away";
            cx.error_help(codes::NO_STEPS, group.place, "a parallel group without steps", help);
            good = false;
        }
        for step in entry.steps() {
            unique(step, &mut names, cx);
            match one(step, &mut StepContext { cx, params, at: step.name.place }) {
                Some(plan) => plans.push(plan),
                None => good = false,
            }
        }
    }
    let flow = order::flow(entries, whole, cx);
    if !good {
        return None;
    }
    Some((plans, flow?))
}

fn unique(step: &StepSpec, names: &mut IndexMap<String, Spanned<String>>, cx: &mut Lower<'_>) {
    let key = step.name.to_ascii_lowercase();
    if let Some(first) = names.get(&key) {
        let found = Diagnostic::error(
            codes::DUPLICATE_NAME,
            step.name.place,
            format!("a step named `{}` is there already", step.name),
        )
        .related(first.place, "the first one is here")
        .help("give each step its own name");
        cx.sink.push(found);
    }
    names.entry(key).or_insert_with(|| step.name.clone());
}

fn one(step: &StepSpec, cx: &mut StepContext<'_, '_>) -> Option<StepPlan> {
    if !is_name(&step.name, NAME, "_") {
        let message = format!(
            "a step's name has letters, digits, dashes and underscores, at most {NAME}, no dash at either end, got {}",
            quoted(&step.name)
        );
        cx.cx.error(codes::BAD_NAME, step.name.place, message);
    }
    let timeout = match &step.timeout {
        Some(text) => cx.cx.seconds(text, 60..=LONGEST),
        None => Some(TIMEOUT),
    };
    let retry = match &step.retry {
        Some(retry) => Some(Retry::lower(retry, cx.cx)),
        None => None,
    };
    let kind = step.kind.lower(cx);
    let retry = match retry {
        Some(None) => return None,
        Some(some) => some,
        None => None,
    };
    Some(StepPlan { name: step.name.clone(), timeout: timeout?, retry, kind: kind? })
}
