//! Stacks → manifest.json and asset manifests in the format of AWS CDK's cloud assemblies, so that the CDK CLI can list, diff and deploy them.

use std::borrow::Cow;
use std::path::Path;

use indexmap::IndexMap;
use pipesynth_contract::names;
use pipesynth_core::Origin;
use pipesynth_pipeline::organization::OrganizationPlan;
use pipesynth_pipeline::parameter;
use serde::{Serialize, Serializer};
use serde_json::{Map, json};

use super::assets::Assets;
use super::stack_file::StackFile;
use crate::plan::Plans;
use crate::project::{relative, shown};

/// The version of the cloud-assembly schema that is written; later CDK CLIs read earlier versions.
const VERSION: &str = "36.0.0";

/// The manifest's text.
///
/// Shown paths start at `here`; in the manifest they start at `root`.
pub(super) fn text(stacks: &[StackFile], plans: &Plans, root: &Path, here: &Path) -> String {
    let from_root = |path: &str| shown(&relative(&here.join(path), root));
    let mut artifacts = IndexMap::new();
    let organization = plans.organizations.values().next();
    for stack in stacks {
        let artifact = |account, region, parameters, after| Artifact {
            dependencies: after,
            ..artifact(stack, account, region, parameters, &from_root)
        };
        let region = organization.map(|o| o.region.as_str());
        match stack.stack.as_str() {
            names::STACK_CENTRAL => {
                let parameters = organization.map(central).unwrap_or_default();
                let account = organization.map(|o| o.central_account.as_str());
                artifacts.insert(stack.file.clone(), artifact(account, region, parameters, Vec::new()));
            }
            names::STACK_USER => {
                for account in organization.iter().flat_map(|o| o.accounts.values()) {
                    let parameters = organization.map(|o| user(o, account)).unwrap_or_default();
                    let after = vec![names::STACK_CENTRAL.to_owned()];
                    artifacts
                        .insert(user_artifact(&account.id), artifact(Some(&account.id), region, parameters, after));
                }
            }
            _ => {
                let mut parameters = IndexMap::new();
                let account = stack.account.as_deref();
                // The account's stack holds the bucket for the files and the registrar for the stack.
                let known = |id: &&str| organization.is_some_and(|o| o.accounts.values().any(|a| a.id == **id));
                let mut after: Vec<String> = account.filter(known).map(user_artifact).into_iter().collect();
                if let Some(assets) = &stack.assets {
                    parameters.insert(parameter::CODE_PREFIX, assets.prefix.clone());
                    let name = format!("{}.assets", stack.file);
                    artifacts.insert(name.clone(), Artifact::files(stack, after.clone()));
                    after.push(name);
                }
                let artifact = artifact(account, stack.region.as_deref(), parameters, after);
                artifacts.insert(stack.file.clone(), artifact);
            }
        }
    }
    pretty(&Manifest { version: VERSION, artifacts })
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

fn user(organization: &OrganizationPlan, account: &pipesynth_pipeline::organization::Account) -> Parameters {
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

#[derive(Serialize)]
struct Manifest<'a> {
    version: &'static str,
    artifacts: IndexMap<String, Artifact<'a>>,
}

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
        serializer.collect_map(self.stack.resources.iter().map(|(path, id, origin)| {
            let mut entries = vec![Entry { kind: "aws:cdk:logicalId", data: id.into() }];
            let source = origin.as_ref().map(|o| source(o, self.from_root));
            entries.extend(source.map(|at| Entry { kind: "pipesynth:source", data: at.into() }));
            (format!("/{}/{path}", self.stack.stack), entries)
        }))
    }
}

fn source(origin: &Origin, from_root: FromRoot<'_>) -> String {
    format!("{}:{}:{}", from_root(&origin.path), origin.line, origin.column)
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
