//! What the tests of the rooms share: YAML text → a checked plan and its template.

use pipesynth_diag::{Diagnostic, Files, Sink};
use serde_json::Value;

use crate::organization::{self, OrganizationFile, OrganizationPlan};
use crate::{Lower, PipelinePlan, PipelineSpec};

/// A step, for pipelines whose steps do not matter.
pub const STEP: &str = "steps: [{ name: a, type: shell, command: date }]\n";

/// The organisation of the tests.
pub const ORGANIZATION: &str = "organization:
  id: o-a1b2c3d4e5
  centralAccount: '999999999999'
  region: eu-central-1
  accounts: { A: '111111111111', B: '222222222222' }
";

/// What became of a text.
pub struct Checked {
    pub files: Files,
    pub plan: Option<PipelinePlan>,
    pub found: Vec<Diagnostic>,
}

/// Checks a pipeline of an organisation.
pub fn check_in(organization: &str, pipeline: &str) -> Checked {
    let (mut files, mut sink) = (Files::new(), Sink::new());
    let file = pipesynth_yaml::load::<OrganizationFile>(&mut files, "pipesynth.yaml", organization.into(), &mut sink);
    let organization: OrganizationPlan = organization::lower(&file.value.unwrap(), &mut sink).unwrap();
    let loaded = pipesynth_yaml::load::<PipelineSpec>(&mut files, "pipeline.yaml", pipeline.into(), &mut sink);
    let mut cx = Lower::new(&files, &mut sink, Some(Some(&organization)));
    let plan = loaded.value.and_then(|spec| crate::lower(&spec, "folder", loaded.file.whole(), &mut cx));
    Checked { files, plan, found: sink.into_sorted() }
}

/// The plan of a good pipeline.
#[track_caller]
pub fn plan(pipeline: &str) -> PipelinePlan {
    let checked = check_in(ORGANIZATION, pipeline);
    assert!(checked.found.is_empty(), "{:#?}", checked.found);
    checked.plan.unwrap()
}

/// The template of a good pipeline.
#[track_caller]
pub fn template(pipeline: &str) -> Value {
    template_in(ORGANIZATION, pipeline)
}

/// The template of a good pipeline of an organisation.
#[track_caller]
pub fn template_in(organization: &str, pipeline: &str) -> Value {
    let checked = check_in(organization, pipeline);
    assert!(checked.found.is_empty(), "{:#?}", checked.found);
    let stack = crate::stack(&checked.plan.unwrap(), &checked.files);
    let text = stack.template().unwrap().to_json().unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The properties of a resource.
#[track_caller]
pub fn properties<'a>(template: &'a Value, id: &str) -> &'a Value {
    let resources = template["Resources"].as_object().unwrap();
    &resources.get(id).unwrap_or_else(|| panic!("no `{id}` among {:?}", resources.keys()))["Properties"]
}

/// The states of the machine, with those inside its branch.
pub fn states(template: &Value) -> Value {
    properties(template, "Machine")["Definition"]["States"].clone()
}

/// The state of a step, in whatever branch it is.
#[track_caller]
pub fn step(template: &Value, name: &str) -> Value {
    fn find<'a>(state: &'a Value, name: &str) -> Option<&'a Value> {
        let branches = state["Branches"].as_array().into_iter().flatten();
        let inner = branches.filter_map(|branch| branch["States"].as_object()).flatten();
        inner.filter_map(|(key, state)| if key == name { Some(state) } else { find(state, name) }).next()
    }
    let states = states(template);
    find(&states["Run steps"], name).unwrap_or_else(|| panic!("no step `{name}` in {states:#}")).clone()
}

/// The arguments with which EMR runs a step.
#[track_caller]
pub fn arguments(template: &Value, name: &str) -> Value {
    step(template, name)["Arguments"]["Step"]["HadoopJarStep"]["Args"].clone()
}
