//! A checked shell step → bash on the cluster's primary node.

use pipesynth_core::Value;

use super::plan::{ShellPlan, What};
use crate::steps::{JarStep, Texts};
use crate::text;

/// Runs `$0` in bash with the arguments behind it. While it runs, EMR's marker of a busy cluster is kept fresh: without YARN work the
/// cluster would count as idle and be terminated (Amazon EMR Management Guide, "Using an auto-termination policy"). `exec` keeps the
/// process id, so the loop ends with the command.
const BUSY: &str = "while kill -0 $$ 2>/dev/null; do touch /emr/metricscollector/isbusy; sleep 60; done </dev/null >/dev/null 2>&1 & exec bash -c \"$0\" \"$@\"";

/// Fetches the script `$1` from S3 and runs it with the arguments behind it.
const SCRIPT: &str = "file=$(mktemp) && aws s3 cp --quiet \"$1\" \"$file\" && shift && exec bash \"$file\" \"$@\"";

pub(super) fn jar_step(plan: &ShellPlan, name: &str, texts: &Texts<'_>) -> JarStep {
    let mut arguments: Vec<Value> = vec!["bash".into(), "-c".into(), BUSY.into()];
    match &plan.what {
        What::Command(command) => arguments.extend([command.clone().into(), name.to_owned().into()]),
        What::Script(file) => {
            arguments.extend([SCRIPT.into(), name.to_owned().into(), text::value(vec![file.address()])]);
        }
    }
    arguments.extend(plan.arguments.iter().map(|a| texts.value(a)));
    JarStep::command(arguments)
}
