//! Stacks → manifest.json and asset manifests in the format of AWS CDK's cloud assemblies, so that the CDK CLI can list, diff and deploy them.

use std::path::Path;

use indexmap::IndexMap;
use pipesynth_contract::names;
use pipesynth_core::Origin;
use pipesynth_pipeline::organization::OrganizationPlan;
use pipesynth_pipeline::parameter;
use serde_json::{Map, Value, json};

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
    let mut artifacts = Map::new();
    let organization = plans.organizations.values().next();
    for stack in stacks {
        match stack.stack.as_str() {
            names::STACK_CENTRAL => {
                let parameters = organization.map(central).unwrap_or_default();
                let account = organization.map(|o| o.central_account.as_str());
                let region = organization.map(|o| o.region.as_str());
                artifacts.insert(stack.file.clone(), artifact(stack, account, region, parameters, &from_root));
            }
            names::STACK_USER => {
                for account in organization.iter().flat_map(|o| o.accounts.values()) {
                    let parameters = organization.map(|o| user(o, account)).unwrap_or_default();
                    let region = organization.map(|o| o.region.as_str());
                    let artifact = artifact(stack, Some(&account.id), region, parameters, &from_root);
                    artifacts.insert(format!("{}-{}", stack.file, account.id), artifact);
                }
            }
            _ => {
                let mut parameters = IndexMap::new();
                if let Some(assets) = &stack.assets {
                    parameters.insert(parameter::CODE_PREFIX, assets.prefix.clone());
                    let file = json!({ "type": "cdk:asset-manifest", "properties": { "file": format!("{}.assets.json", stack.file) } });
                    artifacts.insert(format!("{}.assets", stack.file), file);
                }
                let artifact =
                    artifact(stack, stack.account.as_deref(), stack.region.as_deref(), parameters, &from_root);
                artifacts.insert(stack.file.clone(), artifact);
            }
        }
    }
    pretty(&json!({ "version": VERSION, "artifacts": artifacts }))
}

fn central(organization: &OrganizationPlan) -> IndexMap<&'static str, String> {
    IndexMap::from([
        ("OrgId", organization.id.clone()),
        ("AssetBucket", names::asset_bucket(&organization.central_account, &organization.region)),
    ])
}

fn user(
    organization: &OrganizationPlan,
    account: &pipesynth_pipeline::organization::Account,
) -> IndexMap<&'static str, String> {
    let mut parameters = central(organization);
    parameters.insert("CentralAccountId", organization.central_account.clone());
    if let Some((vpc, subnets)) = &account.vpc {
        parameters.insert("VpcId", vpc.clone());
        parameters.insert("SubnetIds", subnets.join(","));
    }
    parameters
}

fn artifact(
    stack: &StackFile,
    account: Option<&str>,
    region: Option<&str>,
    parameters: IndexMap<&'static str, String>,
    from_root: &dyn Fn(&str) -> String,
) -> Value {
    let account = account.unwrap_or("unknown-account");
    let region = region.unwrap_or("unknown-region");
    let mut metadata = Map::new();
    for (path, id, origin) in &stack.resources {
        let mut entries = vec![json!({ "type": "aws:cdk:logicalId", "data": id })];
        entries.extend(origin.as_ref().map(|o| json!({ "type": "pipesynth:source", "data": source(o, from_root) })));
        metadata.insert(format!("/{}/{path}", stack.stack), Value::Array(entries));
    }
    let mut properties = json!({
        "templateFile": format!("{}.template.json", stack.file),
        "stackName": stack.stack,
        "terminationProtection": matches!(stack.stack.as_str(), names::STACK_CENTRAL | names::STACK_USER),
        "tags": stack.tags,
    });
    if !parameters.is_empty() {
        properties["parameters"] = json!(parameters);
    }
    let mut artifact = json!({
        "type": "aws:cloudformation:stack",
        "environment": format!("aws://{account}/{region}"),
        "properties": properties,
        "displayName": stack.stack,
        "metadata": metadata,
    });
    if stack.assets.is_some() {
        artifact["dependencies"] = json!([format!("{}.assets", stack.file)]);
    }
    artifact
}

fn source(origin: &Origin, from_root: &dyn Fn(&str) -> String) -> String {
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

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
