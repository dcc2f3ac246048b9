//! Stacks → manifest.json and asset manifests in the format of AWS CDK's cloud assemblies, so that the CDK CLI can list, diff and deploy them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use indexmap::IndexMap;
use pipesynth_contract::names;
use pipesynth_pipeline::organization::{Account, OrganizationPlan};
use pipesynth_pipeline::parameter;
use serde::{Serialize, Serializer};
use serde_json::{Map, json};

use super::assets::Assets;
use super::stack_file::StackFile;
use crate::plan::Plans;
use crate::project::{relative, shown};

/// The version of the cloud-assembly schema that is written; later CDK CLIs read earlier versions.
const VERSION: &str = "36.0.0";

/// The manifest's text, made stack by stack, so that nobody has to keep all of them.
pub(super) struct Manifest<'a> {
    organization: Option<&'a OrganizationPlan>,
    root: &'a Path,
    here: &'a Path,
    /// What is there already.
    names: BTreeSet<String>,
}

impl<'a> Manifest<'a> {
    /// Of an assembly of these plans. Shown paths start at `here`; in the manifest they start at `root`.
    pub fn new(plans: &'a Plans, root: &'a Path, here: &'a Path) -> Self {
        Self { organization: plans.organizations.values().next(), root, here, names: BTreeSet::new() }
    }

    /// What stands before the first stack.
    pub fn head() -> String {
        format!("{{\n  \"version\": \"{VERSION}\",\n  \"artifacts\": {{")
    }

    /// What stands behind the last stack.
    pub fn end(&self) -> &'static str {
        if self.names.is_empty() { "}\n}\n" } else { "\n  }\n}\n" }
    }

    /// The text of one stack, written to the end of `out`.
    pub fn stack(&mut self, stack: &StackFile, out: &mut Vec<u8>) {
        let path = |path: &str| shown(&relative(&self.here.join(path), self.root));
        for (name, artifact) in artifacts(stack, self.organization, &path) {
            // Two aliases may be of one account.
            if self.names.contains(&name) {
                continue;
            }
            out.extend_from_slice(if self.names.is_empty() { b"\n    " } else { b",\n    " });
            let _ = pipesynth_core::text::write(&name, 2, 2, out);
            out.extend_from_slice(b": ");
            // Writing texts into memory cannot fail.
            let _ = pipesynth_core::text::write(&artifact, 2, 2, out);
            self.names.insert(name);
        }
    }
}

/// The artifacts of one stack, by their names.
fn artifacts<'a>(
    stack: &'a StackFile,
    organization: Option<&OrganizationPlan>,
    from_root: FromRoot<'a>,
) -> Vec<(String, Artifact<'a>)> {
    let artifact = |account, region, parameters, after| Artifact {
        dependencies: after,
        ..artifact(stack, account, region, parameters, from_root)
    };
    let region = organization.map(|o| o.region.as_str());
    match stack.stack.as_str() {
        names::STACK_CENTRAL => {
            let parameters = organization.map(central).unwrap_or_default();
            let account = organization.map(|o| o.central_account.as_str());
            vec![(stack.file.clone(), artifact(account, region, parameters, Vec::new()))]
        }
        names::STACK_USER => {
            let accounts = organization.into_iter().flat_map(|o| o.accounts.values().map(move |account| (o, account)));
            let artifacts = accounts.map(|(organization, account)| {
                let after = vec![names::STACK_CENTRAL.to_owned()];
                let artifact = artifact(Some(&account.id), region, user(organization, account), after);
                (user_artifact(&account.id), artifact)
            });
            artifacts.collect()
        }
        _ => {
            let mut found = Vec::new();
            let mut parameters = IndexMap::new();
            let account = stack.account.as_deref();
            // The account's stack holds the bucket for the files and the registrar for the stack.
            let known = |id: &&str| organization.is_some_and(|o| o.accounts.values().any(|a| a.id == **id));
            let mut after: Vec<String> = account.filter(known).map(user_artifact).into_iter().collect();
            if let Some(assets) = &stack.assets {
                parameters.insert(parameter::CODE_PREFIX, assets.prefix.clone());
                let name = format!("{}.assets", stack.file);
                found.push((name.clone(), Artifact::files(stack, after.clone())));
                after.push(name);
            }
            found.push((stack.file.clone(), artifact(account, stack.region.as_deref(), parameters, after)));
            found
        }
    }
}

/// The user stack of one account: one template, deployed once per account.
fn user_artifact(account: &str) -> String {
    format!("{}-{account}", names::STACK_USER)
}

fn central(organization: &OrganizationPlan) -> Parameters {
    IndexMap::from([
        ("OrgId", organization.id.clone()),
        ("AssetBucket", names::asset_bucket(&organization.central_account, &organization.region)),
    ])
}

fn user(organization: &OrganizationPlan, account: &Account) -> Parameters {
    let mut parameters = central(organization);
    parameters.insert("CentralAccountId", organization.central_account.clone());
    if let Some((vpc, subnets)) = &account.vpc {
        parameters.insert("VpcId", vpc.clone());
        parameters.insert("SubnetIds", subnets.join(","));
    }
    parameters
}

type Parameters = IndexMap<&'static str, String>;
type FromRoot<'a> = &'a dyn Fn(&str) -> String;

/// Keys in the order in which they are written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<String>,
    properties: Properties<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase", untagged)]
enum Properties<'a> {
    Files {
        file: String,
    },
    #[serde(rename_all = "camelCase")]
    Stack {
        template_file: String,
        stack_name: &'a str,
        termination_protection: bool,
        tags: &'a IndexMap<String, String>,
        #[serde(skip_serializing_if = "IndexMap::is_empty")]
        parameters: Parameters,
    },
}

impl Artifact<'_> {
    fn files(stack: &StackFile, after: Vec<String>) -> Self {
        Self {
            kind: "cdk:asset-manifest",
            environment: None,
            properties: Properties::Files { file: format!("{}.assets.json", stack.file) },
            metadata: None,
            dependencies: after,
        }
    }
}

fn artifact<'a>(
    stack: &'a StackFile,
    account: Option<&str>,
    region: Option<&str>,
    parameters: Parameters,
    from_root: FromRoot<'a>,
) -> Artifact<'a> {
    let account = account.unwrap_or("unknown-account");
    let region = region.unwrap_or("unknown-region");
    Artifact {
        kind: "aws:cloudformation:stack",
        environment: Some(format!("aws://{account}/{region}")),
        properties: Properties::Stack {
            template_file: format!("{}.template.json", stack.file),
            stack_name: &stack.stack,
            termination_protection: matches!(stack.stack.as_str(), names::STACK_CENTRAL | names::STACK_USER),
            tags: &stack.tags,
            parameters,
        },
        metadata: Some(Metadata { stack, from_root }),
        dependencies: Vec::new(),
    }
}

/// Each resource's logical id and where it came from, by its path; written without a copy, for there are many.
struct Metadata<'a> {
    stack: &'a StackFile,
    from_root: FromRoot<'a>,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    data: Cow<'a, str>,
}

impl Serialize for Metadata<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Most of them are in one file.
        let mut last: Option<(&str, String)> = None;
        serializer.collect_map(self.stack.resources.iter().map(|(path, id, origin)| {
            let mut entries = vec![Entry { kind: "aws:cdk:logicalId", data: id.into() }];
            if let Some(origin) = origin {
                let known = last.take().filter(|(path, _)| *path == origin.path);
                let (path, shown) = known.unwrap_or_else(|| (&origin.path, (self.from_root)(&origin.path)));
                let at = format!("{shown}:{}:{}", origin.line, origin.column);
                entries.push(Entry { kind: "pipesynth:source", data: at.into() });
                last = Some((path, shown));
            }
            (format!("/{}/{path}", self.stack.stack), entries)
        }))
    }
}

/// The manifest of a pipeline's files: what lies in the assembly, and where it goes.
pub(super) fn assets(stack: &StackFile, assets: &Assets) -> String {
    let bucket = names::artifact_bucket("${AWS::AccountId}", "${AWS::Region}");
    let mut files = Map::new();
    for asset in &assets.files {
        let entry = json!({
            "source": { "path": stored(stack, &asset.path), "packaging": "file" },
            "destinations": { "current": { "bucketName": bucket, "objectKey": format!("{}/{}", assets.prefix, asset.path) } },
        });
        // Two files may hold the same bytes, so the path is part of the id.
        files.insert(format!("{}:{}", asset.hash, asset.path), entry);
    }
    pretty(&json!({ "version": VERSION, "files": files, "dockerImages": {} }))
}

/// Where an asset lies in the assembly.
pub(super) fn stored(stack: &StackFile, path: &str) -> String {
    format!("assets/{}/{path}", stack.file)
}

fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
