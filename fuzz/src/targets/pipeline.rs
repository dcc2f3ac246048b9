//! pipeline.yaml and pipesynth.yaml → findings, or a stack that AWS's schemas and all proofs take.

use std::sync::LazyLock;

use pipesynth_accounts::Options;
use pipesynth_core::Json;
use pipesynth_diag::{Diagnostic, Files, Severity, Sink};
use pipesynth_pipeline::organization::{self, OrganizationFile};
use pipesynth_pipeline::{Lower, PipelineSpec};
use pipesynth_proofs::{Document, Home};

/// The account stacks, made once.
static ACCOUNTS: LazyLock<[Json<'static>; 2]> = LazyLock::new(|| {
    let options = Options::default();
    let stacks = [pipesynth_accounts::central::stack(&options), pipesynth_accounts::user::stack(&options)];
    stacks.map(|stack| stack.template().unwrap().json().into_owned())
});

/// A valid pipeline must give a template that nothing refuses: whatever schemas or proofs say of it is a fault of ours, except for limits.
pub fn run(text: &str) {
    let [pipeline, organization] = super::files(text);
    let (mut files, mut sink) = (Files::new(), Sink::default());
    let above = pipesynth_yaml::load::<OrganizationFile>(&mut files, "pipesynth.yaml", organization.into(), &mut sink);
    let known = above.value.map(|spec| organization::lower(&spec, &mut sink));
    let known = known.as_ref().map(Option::as_ref);
    let known = if organization.is_empty() { None } else { known };
    if organization.is_empty() {
        sink = Sink::default();
    }
    let loaded = pipesynth_yaml::load::<PipelineSpec>(&mut files, "pipeline.yaml", pipeline.into(), &mut sink);
    if let Some(spec) = loaded.value {
        let plan =
            pipesynth_pipeline::lower(&spec, "folder", loaded.file.whole(), &mut Lower::new(&files, &mut sink, known));
        if let (Some(plan), false) = (plan, sink.has_errors()) {
            synthesized(&pipesynth_pipeline::stack(&plan, &files));
        }
    }
    shown(&files, sink);
}

fn synthesized(stack: &pipesynth_core::Stack) {
    // Limits of CloudFormation are the user's matter, and are told as such.
    let Ok(template) = stack.template() else { return };
    for resource in template.resources() {
        let found: Vec<_> =
            pipesynth_schema::validate(resource.resource_type, resource.properties).into_iter().collect();
        assert!(found.is_empty(), "{} of {}: {}", resource.id, resource.resource_type, found[0]);
    }
    let value = template.json();
    let text: serde_json::Value = serde_json::from_str(&template.to_json().unwrap()).unwrap();
    assert_eq!(Json::from(&text), value, "the text is not what is proven");
    let [central, user] = &*ACCOUNTS;
    let (central, user) = (Document::new(central, Home::Central), Document::new(user, Home::User));
    let found = pipesynth_proofs::pipeline(&Document::new(&value, Home::User), &central, &user);
    assert!(found.is_empty(), "{:?}", found[0]);
}

/// Writes findings in every form, and holds what every finding has.
pub fn shown(files: &Files, sink: Sink) {
    let found: Vec<Diagnostic> = sink.into_sorted();
    let mut out = Vec::new();
    pipesynth::report::human::write(&mut out, files, &found, false).unwrap();
    pipesynth::report::json::write(&mut out, files, &found, None).unwrap();
    pipesynth::report::sarif::write(&mut out, files, &found).unwrap();
    let text = String::from_utf8(out).unwrap();
    for one in found {
        assert!(text.contains(one.code.id), "{}", one.code.id);
        assert!(!one.message.is_empty() && !one.message.contains('\n'), "{}", one.message);
        assert!(matches!(one.severity, Severity::Error | Severity::Warning));
    }
}
