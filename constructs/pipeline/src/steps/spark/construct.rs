//! A checked Spark step → `spark-submit` on the cluster.

use pipesynth_core::Value;

use super::plan::SparkPlan;
use crate::steps::{JarStep, Texts};
use crate::text::{self, Part};

pub(super) fn jar_step(plan: &SparkPlan, texts: &Texts<'_>) -> JarStep {
    let mut arguments: Vec<Value> = ["spark-submit", "--deploy-mode", "cluster"].map(Value::from).into();
    if let Some(class) = &plan.class {
        arguments.extend([Value::from("--class"), class.clone().into()]);
    }
    for (key, value) in &plan.conf {
        let mut parts = vec![Part::Literal(format!("{key}="))];
        parts.extend(texts.parts(value));
        arguments.extend([Value::from("--conf"), text::value(parts)]);
    }
    arguments.push(text::value(vec![plan.application.address()]));
    arguments.extend(plan.arguments.iter().map(|a| texts.value(a)));
    JarStep::command(arguments)
}
