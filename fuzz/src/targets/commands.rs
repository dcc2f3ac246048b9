//! A whole project and a scenario → every command over it: none panics, and what `validate` takes the others take.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use pipesynth::cli::Exit;

/// A folder of this process.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("pipesynth-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("project")).unwrap();
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|folder| folder.join("examples").is_dir());
    for seeds in ["examples", "tests/fixtures"] {
        programs(&above.unwrap().join(seeds), &folder.join("project/code"));
    }
    folder
});

/// Copies what lies in folders named `code`: the programs that the seeds run.
fn programs(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            programs(&path, to);
        } else if let Some((_, below)) = path.to_str().unwrap().rsplit_once("/code/") {
            let to = to.join(below);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(&path, to).unwrap();
        }
    }
}

/// Runs one command; its exit code, and what it says on both ways out.
fn command(arguments: &[&str]) -> (Exit, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let all = std::iter::once("pipesynth").chain(arguments.iter().copied()).map(Into::into);
    let exit = pipesynth::cli::main(all, &mut out, &mut err);
    (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

pub fn run(text: &str) {
    let [pipeline, organization, scenario] = super::files(text);
    let at = |name: &str| FOLDER.join(name).to_str().unwrap().to_owned();
    for (name, text) in
        [("project/pipeline.yaml", pipeline), ("project/pipesynth.yaml", organization), ("scenario.yaml", scenario)]
    {
        match text.is_empty() {
            true => drop(std::fs::remove_file(at(name))),
            false => std::fs::write(at(name), text).unwrap(),
        }
    }
    let (project, out) = (at("project"), at("out"));
    let (valid, findings, _) = command(&["validate", &project, "--format", "json"]);
    if !pipeline.is_empty() {
        serde_json::from_str::<serde_json::Value>(&findings).expect("findings are JSON");
    }
    let (synthesized, _, err) = command(&["synth", &project, "--out", &out]);
    assert_eq!(valid == Exit::Done, synthesized == Exit::Done, "validate and synth differ: {err}");
    command(&["graph", &project, "--format", "html"]);
    if valid == Exit::Done && !scenario.is_empty() {
        let (again, _, err) = command(&["synth", &project, "--out", &out]);
        assert!(again == Exit::Done && err.ends_with(", 0 files changed\n"), "{err}");
        let (exit, _, err) = command(&["simulate", &project, "--scenario", &at("scenario.yaml"), "--format", "json"]);
        assert!(matches!(exit, Exit::Done | Exit::Findings | Exit::Usage), "{err}");
    }
}
