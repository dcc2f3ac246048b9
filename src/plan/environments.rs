//! Environments over all files: what a pipeline names, and what `--env` names, must be one of its pipesynth.yaml's.

use pipesynth_diag::{Diagnostic, FileId, Sink, Spanned, nearest, quoted};
use pipesynth_pipeline::codes;
use pipesynth_pipeline::organization::Environments;

use crate::parse::Parsed;

/// Reports names that pipesynth.yaml does not have. One that says nothing about environments knows every name.
pub(super) fn check(parsed: &Parsed, sink: &mut Sink) {
    for organization in parsed.organizations.values() {
        let known = organization.spec.as_ref().and_then(|spec| spec.environments.as_ref());
        let chosen = parsed.environment.as_deref();
        if let (Some(known), Some(chosen)) = (known, chosen)
            && !has(known, chosen)
        {
            sink.push(not_chosen(known, chosen, organization.file));
        }
    }
    for pipeline in &parsed.pipelines {
        let above = pipeline.source.organization.as_ref().and_then(|path| parsed.organizations.get(path));
        let known = above.and_then(|above| above.spec.as_ref()).and_then(|spec| spec.environments.as_ref());
        let own = pipeline.spec.as_ref().and_then(|spec| spec.environments.as_ref());
        let (Some(known), Some(own)) = (known, own) else { continue };
        for name in own.names.iter().filter(|name| !has(known, name)) {
            sink.push(unknown(known, name));
        }
    }
}

fn has(known: &Environments, name: &str) -> bool {
    known.names.iter().any(|known| known.value == name)
}

fn list(known: &Environments) -> String {
    let names: Vec<String> = known.names.iter().map(|name| quoted(name)).collect();
    format!("pipesynth.yaml has {}", names.join(", "))
}

fn unknown(known: &Environments, name: &Spanned<String>) -> Diagnostic {
    let near = nearest(name, known.names.iter().map(|name| name.value.as_str()));
    let message = format!("{} is not an environment of pipesynth.yaml", quoted(name));
    let found = Diagnostic::error(codes::UNKNOWN_ENVIRONMENT, name.place, message)
        .why("no `--env` would ever choose what is written under it")
        .help_if(near.map(|name| format!("did you mean `{name}`?")))
        .help(list(known));
    match known.names.first() {
        Some(first) => found.related(first.place, "environments are named here"),
        None => found,
    }
}

fn not_chosen(known: &Environments, chosen: &str, file: FileId) -> Diagnostic {
    let place = known.names.first().map_or_else(|| file.whole(), |first| first.place);
    let message = format!("{} is not an environment of this organisation", quoted(chosen));
    Diagnostic::error(codes::UNKNOWN_ENVIRONMENT, place, message)
        .why("its pipelines would get the accounts of no environment at all")
        .help(format!("add it: `{chosen}: {{}}`, or leave this organisation out of PATH"))
}
