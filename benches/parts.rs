//! What each stage of one pipeline costs: parse, plan, stack, check against AWS's schemas, JSON.

#![allow(missing_docs, reason = "criterion's macros make items without any")]
#![allow(clippy::unwrap_used, reason = "a measurement may stop at the first surprise")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pipesynth_diag::{Files, Sink};
use pipesynth_pipeline::organization::{self, OrganizationFile};
use pipesynth_pipeline::{Lower, PipelinePlan, PipelineSpec};

const PIPELINE: &str = include_str!("../examples/case-study/listings/pipeline.yaml");
const ORGANIZATION: &str = include_str!("../examples/case-study/pipesynth.yaml");

fn parse() -> (Files, PipelineSpec) {
    let (mut files, mut sink) = (Files::new(), Sink::new());
    let loaded = pipesynth_yaml::load(&mut files, "pipeline.yaml", PIPELINE.into(), &mut sink);
    (files, loaded.value.unwrap())
}

fn lower(spec: &PipelineSpec, files: &Files, organization: &organization::OrganizationPlan) -> PipelinePlan {
    let mut sink = Sink::new();
    let mut cx = Lower::new(files, &mut sink, Some(Some(organization)));
    let head = files.ids().next().unwrap().whole();
    pipesynth_pipeline::lower(spec, "listings", head, &mut cx).unwrap()
}

fn parts(c: &mut Criterion) {
    let (mut files, mut sink) = (Files::new(), Sink::new());
    let file = pipesynth_yaml::load::<OrganizationFile>(&mut files, "pipesynth.yaml", ORGANIZATION.into(), &mut sink);
    let organization = organization::lower(&file.value.unwrap(), &mut sink).unwrap();
    let (files, spec) = parse();
    let plan = lower(&spec, &files, &organization);
    let stack = pipesynth_pipeline::stack(&plan, &files);
    let template = stack.template().unwrap();
    c.bench_function("parse", |b| b.iter(parse));
    c.bench_function("plan", |b| b.iter(|| lower(black_box(&spec), &files, &organization)));
    c.bench_function("stack", |b| b.iter(|| pipesynth_pipeline::stack(black_box(&plan), &files)));
    c.bench_function("ids and references", |b| b.iter(|| black_box(&stack).template().unwrap().usage(0).unwrap()));
    c.bench_function("check against the schemas", |b| {
        b.iter(|| {
            let found = template.resources().flat_map(|r| pipesynth_schema::validate(r.resource_type, r.properties));
            assert_eq!(found.count(), 0);
        });
    });
    c.bench_function("JSON", |b| b.iter(|| black_box(&template).to_json().unwrap()));
}

criterion_group!(benches, parts);
criterion_main!(benches);
