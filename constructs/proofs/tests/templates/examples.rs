//! The snapshots → every example's templates, each read once for all tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use pipesynth_core::Json;
use serde_json::Value;

/// The example that holds the default account stacks.
pub const DEFAULT: &str = "case-study";
pub const CENTRAL: &str = "pipesynth-central";
pub const USER: &str = "pipesynth-user";

/// The templates of one example, by the names of their stacks. Account stacks that are equal are the same.
pub type Templates = BTreeMap<&'static str, Arc<Json<'static>>>;

/// What the snapshots of each example hold, by the names of stacks.
static SNAPSHOTS: LazyLock<BTreeMap<String, BTreeMap<String, Value>>> = LazyLock::new(snapshots);
static EXAMPLES: LazyLock<BTreeMap<&'static str, Templates>> = LazyLock::new(shared);

/// The templates of every example, with both account stacks.
pub fn examples() -> &'static BTreeMap<&'static str, Templates> {
    &EXAMPLES
}

/// The templates of the case study, to be changed.
pub fn case_study() -> BTreeMap<String, Value> {
    SNAPSHOTS[DEFAULT].clone()
}

fn snapshots() -> BTreeMap<String, BTreeMap<String, Value>> {
    let mut found: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots");
    let entries = |path: &Path| -> Vec<PathBuf> { fs::read_dir(path).unwrap().map(|e| e.unwrap().path()).collect() };
    for file in entries(&folder).iter().filter(|path| path.is_dir()).flat_map(|path| entries(path)) {
        let Some(stack) = file.file_name().and_then(|n| n.to_str()?.strip_suffix(".template.json")) else { continue };
        let example = file.parent().and_then(|folder| folder.file_name()?.to_str()).unwrap();
        let template = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        found.entry(example.to_owned()).or_default().insert(stack.to_owned(), template);
    }
    assert!(found.len() >= 2, "examples with templates: {:?}", found.keys());
    found
}

fn shared() -> BTreeMap<&'static str, Templates> {
    let mut known: Vec<Arc<Json<'static>>> = Vec::new();
    let mut share = |template: &'static Value| {
        let template = Json::from(template);
        let same = known.iter().find(|one| ***one == template).cloned();
        same.unwrap_or_else(|| {
            known.push(Arc::new(template));
            Arc::clone(known.last().unwrap())
        })
    };
    // Account stacks that are those of the case study are held there alone.
    let default = &SNAPSHOTS[DEFAULT];
    let account = |templates: &'static BTreeMap<String, Value>, name| templates.get(name).unwrap_or(&default[name]);
    let mut found = BTreeMap::new();
    for (example, held) in &*SNAPSHOTS {
        let mut templates: Templates = BTreeMap::new();
        for name in [CENTRAL, USER] {
            templates.insert(name, share(account(held, name)));
        }
        for (stack, template) in held.iter().filter(|(name, _)| ![CENTRAL, USER].contains(&name.as_str())) {
            templates.insert(stack, Arc::new(Json::from(template)));
        }
        found.insert(example.as_str(), templates);
    }
    found
}
