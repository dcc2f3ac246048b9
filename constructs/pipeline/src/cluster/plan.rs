//! A cluster as written, over the organisation's defaults → a checked cluster.

use pipesynth_diag::{Diagnostic, Place, Spanned, codes as common, quoted};

use super::metastore::{self, Metastore};
use super::nodes::{Group, INSTANCE_TYPE, MOST_NODES, group};
use super::spec::{BootstrapSpec, ClusterSpec, ConfigurationSpec, ScalingSpec};
use crate::code_file::CodeFile;
use crate::codes;
use crate::lower::Lower;
use crate::text;

/// Without `release:`, the newest release when this version was made.
pub const RELEASE: &str = "emr-7.12.0";
/// Applications of EMR 6 and 7 (Amazon EMR Release Guide, "Application versions").
const APPLICATIONS: &[&str] = &[
    "AmazonCloudWatchAgent",
    "Delta",
    "Flink",
    "HBase",
    "HCatalog",
    "Hadoop",
    "Hive",
    "Hudi",
    "Hue",
    "Iceberg",
    "JupyterEnterpriseGateway",
    "JupyterHub",
    "Livy",
    "MXNet",
    "Oozie",
    "Phoenix",
    "Pig",
    "Presto",
    "Spark",
    "Sqoop",
    "TensorFlow",
    "Tez",
    "Trino",
    "Zeppelin",
    "ZooKeeper",
];

/// A checked cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterPlan {
    /// The EMR release.
    pub release: String,
    /// Applications in the order written.
    pub applications: Vec<String>,
    /// The primary node; its count is 1.
    pub primary: Group,
    /// Core nodes.
    pub core: Option<Group>,
    /// Task nodes.
    pub task: Option<Group>,
    /// Between how many core and task nodes EMR scales it.
    pub scaling: Option<Scaling>,
    /// Settings.
    pub configurations: Vec<Configuration>,
    /// Scripts on every node: name, script, arguments.
    pub bootstrap: Vec<(String, CodeFile, Vec<String>)>,
    /// Where tables are kept; `None` is Hive's own way, on the cluster itself.
    pub metastore: Option<Metastore>,
    /// Where it was written, if it was.
    pub place: Option<Place>,
}

/// Limits of managed scaling, in nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaling {
    /// The fewest, core and task together.
    pub minimum: u32,
    /// The most, core and task together.
    pub maximum: u32,
    /// The most core nodes.
    pub maximum_core: Option<u32>,
}

/// Settings of one application.
#[derive(Debug, Clone, PartialEq)]
pub struct Configuration {
    /// The classification.
    pub classification: String,
    /// The settings.
    pub properties: Vec<(String, String)>,
    /// Configurations in the configuration.
    pub nested: Vec<Configuration>,
}

/// A key of the pipeline's own cluster, else the default's.
macro_rules! own_or_default {
    ($own:expr, $default:expr, $key:ident) => {
        $own.and_then(|c| c.$key.as_ref()).or_else(|| $default.and_then(|c| c.$key.as_ref()))
    };
}

/// Checks a cluster. `tags` are the step types that it must run.
pub fn lower(own: Option<&Spanned<ClusterSpec>>, cx: &mut Lower<'_>) -> Option<ClusterPlan> {
    let organization = cx.organization;
    let default = organization.and_then(|o| o.defaults.as_ref()).and_then(|d| d.cluster.as_ref()).map(|c| &c.value);
    let place = own.map(|c| c.place);
    let own = own.map(|c| &c.value);
    let release = own_or_default!(own, default, release);
    let release = release.map_or_else(|| Some(RELEASE.to_owned()), |r| check_release(r, cx));
    let applications = applications(own_or_default!(own, default, applications), cx);
    let primary = group(own_or_default!(own, default, primary), "primary", cx);
    let core = match own_or_default!(own, default, core) {
        Some(core) => group(Some(core), "core", cx),
        None => Some(Group { instance_types: vec![INSTANCE_TYPE.into()], count: 2, spot: false }),
    };
    let task = own_or_default!(own, default, task).map(|t| group(Some(t), "task", cx));
    let scaling = own_or_default!(own, default, managed_scaling).map(|s| scaling(s, cx));
    let configurations = own_or_default!(own, default, configurations)
        .map(|list| list.value.iter().map(|c| configuration(c, cx)).collect::<Option<Vec<_>>>());
    let bootstrap = own_or_default!(own, default, bootstrap_actions)
        .map(|list| list.value.iter().map(|b| bootstrap(b, cx)).collect::<Option<Vec<_>>>());
    let metastore = own_or_default!(own, default, metastore).map(|m| metastore::lower(m, cx));
    Some(ClusterPlan {
        release: release?,
        applications: applications?,
        primary: primary?,
        core: Some(core?).filter(|c| c.count > 0),
        task: match task {
            Some(task) => Some(task?).filter(|t| t.count > 0),
            None => None,
        },
        scaling: match scaling {
            Some(scaling) => Some(scaling?),
            None => None,
        },
        configurations: configurations.unwrap_or(Some(Vec::new()))?,
        bootstrap: bootstrap.unwrap_or(Some(Vec::new()))?,
        metastore: match metastore {
            Some(metastore) => Some(metastore?),
            None => None,
        },
        place,
    })
}

/// `emr-5.30.0` and later (idle policies need it), or `emr-spark-8.0.0`.
fn check_release(release: &Spanned<String>, cx: &mut Lower<'_>) -> Option<String> {
    let numbers = release.strip_prefix("emr-spark-").or_else(|| release.strip_prefix("emr-")).unwrap_or_default();
    let parts: Vec<Option<u32>> = numbers.split('.').map(|p| p.parse().ok()).collect();
    let good = matches!(parts.as_slice(), [Some(major), Some(minor), Some(_)] if (*major, *minor) >= (5, 30));
    if !good {
        let help = format!("write a release from emr-5.30.0 on, such as `{RELEASE}`");
        cx.error_help(
            codes::BAD_CLUSTER,
            release.place,
            format!("{} is no EMR release that this tool can use", quoted(release)),
            help,
        );
    }
    good.then(|| release.value.clone())
}

fn applications(list: Option<&Spanned<Vec<Spanned<String>>>>, cx: &mut Lower<'_>) -> Option<Vec<String>> {
    let Some(list) = list else { return Some(vec!["Spark".into()]) };
    let mut names: Vec<String> = Vec::new();
    let mut good = true;
    for name in &list.value {
        match APPLICATIONS.iter().find(|a| a.eq_ignore_ascii_case(name)) {
            Some(known) if !names.iter().any(|n| n == known) => names.push((*known).to_owned()),
            Some(known) => {
                cx.error_help(codes::DUPLICATE_NAME, name.place, format!("`{known}` stands twice"), "keep one of them");
                good = false;
            }
            None => {
                let near = cx.did_you_mean(name, APPLICATIONS.iter().copied());
                let found = Diagnostic::error(
                    common::UNKNOWN_VALUE,
                    name.place,
                    format!("{} is no application of EMR", quoted(name)),
                )
                .help_if(near)
                .help(format!("known: {}", APPLICATIONS.join(", ")));
                cx.sink.push(found);
                good = false;
            }
        }
    }
    good.then_some(names)
}

/// Capacity counts nodes, for a type without a weight weighs 1 (EMR API, ComputeLimits).
fn scaling(spec: &Spanned<ScalingSpec>, cx: &mut Lower<'_>) -> Option<Scaling> {
    let mut number = |written: &Spanned<i64>, key: &str, least: u32, most: u32| {
        let good = u32::try_from(written.value).ok().filter(|n| (least..=most).contains(n));
        if good.is_none() {
            let message = format!("`{key}` must be {least} to {most}, got {}", written.value);
            cx.error(common::OUT_OF_RANGE, written.place, message);
        }
        good
    };
    let minimum = number(&spec.minimum, "minimum", 1, MOST_NODES);
    let least = minimum.unwrap_or(1);
    let maximum = number(&spec.maximum, "maximum", least, MOST_NODES);
    let most = maximum.unwrap_or(MOST_NODES);
    let core = spec.maximum_core.as_ref().map(|core| number(core, "maximumCore", least, most));
    let maximum_core = match core {
        Some(core) => Some(core?),
        None => None,
    };
    Some(Scaling { minimum: minimum?, maximum: maximum?, maximum_core })
}

fn configuration(spec: &ConfigurationSpec, cx: &mut Lower<'_>) -> Option<Configuration> {
    let mut good = plain(&spec.classification, cx);
    let mut properties = Vec::new();
    for (key, value) in spec.properties.iter().flatten() {
        good &= plain_text(&value.value, value.place, cx);
        if let Err(fault) = text::check_property(key, &value.value) {
            cx.error_help(codes::UNSAFE_TEXT, value.place, fault.message, fault.help);
            good = false;
        }
        properties.push((key.value.clone(), value.value.0.clone()));
    }
    let nested: Vec<Option<Configuration>> =
        spec.configurations.iter().flatten().map(|c| configuration(c, cx)).collect();
    let nested = nested.into_iter().collect::<Option<Vec<_>>>()?;
    good.then(|| Configuration { classification: spec.classification.value.clone(), properties, nested })
}

fn bootstrap(spec: &BootstrapSpec, cx: &mut Lower<'_>) -> Option<(String, CodeFile, Vec<String>)> {
    let script = CodeFile::lower(&spec.script, cx);
    let mut good = plain(&spec.name, cx);
    for argument in spec.arguments.iter().flatten() {
        good &= plain_text(&argument.value, argument.place, cx);
    }
    let arguments = spec.arguments.iter().flatten().map(|a| a.value.0.clone()).collect();
    good.then_some((spec.name.value.clone(), script?, arguments))
}

fn plain(text: &Spanned<String>, cx: &mut Lower<'_>) -> bool {
    plain_text(text, text.place, cx)
}

fn plain_text(text: &str, place: Place, cx: &mut Lower<'_>) -> bool {
    match text::check_fixed(text) {
        Ok(()) => true,
        Err(fault) => {
            cx.error_help(codes::UNSAFE_TEXT, place, fault.message, fault.help);
            false
        }
    }
}
