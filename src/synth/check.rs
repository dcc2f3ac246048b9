//! A stack → findings: what the stack itself gets wrong, and what AWS's schemas refuse, each at the line that it came from.

use pipesynth_core::{Fault, Intrinsic, Origin, Piece, ResourceView, Template, Value};
use pipesynth_diag::{Diagnostic, FileId, Files, Place, Sink, Span};
use pipesynth_schema::Schema;

/// The kinds of findings about stacks.
pub mod codes {
    pipesynth_diag::codes! {
        /// A stack that cannot become a template.
        STACK = "PS0301", "a stack that cannot become a template",
            "The stack breaks one of CloudFormation's limits, or two of its resources would have the same logical id, or a reference leads nowhere.";
        /// A resource that CloudFormation would refuse.
        RESOURCE = "PS0302", "a resource that CloudFormation would refuse",
            "A property of a generated resource breaks the schema that AWS publishes for its type. It comes from a value in the file where there is one; else it is a fault of pipesynth, please report it.";
        /// A limit of AWS that is nearly used up.
        NEAR_LIMIT = "PS0303", "a limit of AWS that is nearly used up",
            "More than four fifths of one of AWS's limits are used: by a template, by a resource of it, or by all pipelines of an account together. Nothing is refused yet. `validate --headroom` shows all limits, and how many pipelines more there is room for. Limits that AWS raises on request are taken at their default.";
        /// More than AWS takes.
        OVER_LIMIT = "PS0304", "more than a limit of AWS",
            "A deploy would fail, or has to wait until AWS has raised the limit. A limit of an account is reported at the pipeline that is one too many. Limits that AWS raises on request are taken at their default; what lies in the account beside pipesynth's stacks is not known here and comes on top.";
    }
}

/// Reports faults of a stack at `place`.
pub(super) fn faults(stack: &str, found: &[Fault], place: Place, sink: &mut Sink) {
    for fault in found {
        let message = format!("stack `{stack}`: {fault}");
        let help = matches!(fault, Fault::OverLimit { .. }).then_some("split the pipeline into several");
        sink.push(Diagnostic::error(codes::STACK, place, message).help_if(help));
    }
}

/// Checks every resource against the schema of its type.
pub(super) fn resources(template: &Template<'_>, files: &Files, fallback: Place, sink: &mut Sink) {
    for resource in template.resources() {
        let place = || resource.origin.and_then(|o| place(o, files, fallback.file)).unwrap_or(fallback);
        for finding in pipesynth_schema::validate(resource.resource_type, resource.properties) {
            let message = format!("`{}` of type `{}`: {finding}", resource.id, resource.resource_type);
            sink.push(Diagnostic::error(codes::RESOURCE, place(), message));
        }
        attributes(template, &resource, &place, sink);
    }
}

/// `Fn::GetAtt` of an attribute that the other resource's type does not have.
fn attributes(template: &Template<'_>, resource: &ResourceView<'_>, place: &dyn Fn() -> Place, sink: &mut Sink) {
    let mut ask = |id, attribute: &str| {
        let Some((target, kind)) = template.kind(id) else { return };
        let known = Schema::of(kind).is_none_or(|s| s.has_attribute(attribute));
        let custom = kind.starts_with("Custom::");
        if !known && !custom {
            let message = format!(
                "`{}` asks for attribute `{attribute}` of `{target}`, which `{kind}` does not have",
                resource.id
            );
            sink.push(Diagnostic::error(codes::RESOURCE, place(), message));
        }
    };
    for (_, value) in resource.properties.iter() {
        get_atts(value, &mut ask);
    }
}

fn get_atts(value: &Value, ask: &mut dyn FnMut(pipesynth_core::ResourceId, &str)) {
    match value {
        Value::List(items) => items.iter().for_each(|v| get_atts(v, ask)),
        Value::Map(map) => map.iter().for_each(|(_, v)| get_atts(v, ask)),
        Value::Fn(function) => match function.as_ref() {
            Intrinsic::GetAtt(id, attribute) => ask(*id, attribute),
            Intrinsic::Sub(pieces) => pieces.iter().for_each(|piece| {
                if let Piece::GetAtt(id, attribute) = piece {
                    ask(*id, attribute);
                }
            }),
            Intrinsic::Join(_, v) | Intrinsic::Select(_, v) | Intrinsic::Split(_, v) => get_atts(v, ask),
            Intrinsic::If(_, a, b) => [a, b].into_iter().for_each(|v| get_atts(v, ask)),
            _ => {}
        },
        Value::Str(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_) => {}
    }
}

/// The place of an origin, by its line and column; most are in the file `first`.
pub(super) fn place(origin: &Origin, files: &Files, first: FileId) -> Option<Place> {
    let file = std::iter::once(first).chain(files.ids()).find(|id| files.path(*id) == origin.path)?;
    let line = files.line_range(file, origin.line)?;
    let text = files.text(file).get(line.clone())?;
    let column = usize::try_from(origin.column).unwrap_or(1).saturating_sub(1);
    let offset = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
    Some(file.at(Span::point(line.start + offset)))
}
