//! A checked Hadoop step → a jar that EMR runs by `hadoop jar`.

use super::plan::HadoopPlan;
use crate::steps::{JarStep, Texts};
use crate::text;

pub(super) fn jar_step(plan: &HadoopPlan, texts: &Texts<'_>) -> JarStep {
    JarStep {
        jar: text::value(vec![plan.jar.address()]),
        class: plan.class.clone(),
        arguments: plan.arguments.iter().map(|a| texts.value(a)).collect(),
    }
}
