//! A checked Hive step → `hive-script` on the cluster (Amazon EMR Release Guide, "Submit Hive work").

use pipesynth_core::Value;

use super::plan::HivePlan;
use crate::steps::{JarStep, Texts};
use crate::text::{self, Part};

pub(super) fn jar_step(plan: &HivePlan, texts: &Texts<'_>) -> JarStep {
    let mut arguments: Vec<Value> = ["hive-script", "--run-hive-script", "--args", "-f"].map(Value::from).into();
    arguments.push(text::value(vec![plan.script.address()]));
    for (name, value) in &plan.variables {
        let mut parts = vec![Part::Literal(format!("{name}="))];
        parts.extend(texts.parts(value));
        arguments.extend([Value::from("-d"), text::value(parts)]);
    }
    arguments.extend(plan.arguments.iter().map(|a| texts.value(a)));
    JarStep::command(arguments)
}
