//! An architecture → the path of the bootstrap built for it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// The bootstrap that runs on this machine: `PIPESYNTH_BOOTSTRAP`, else built once.
pub fn bootstrap() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| match std::env::var_os("PIPESYNTH_BOOTSTRAP") {
        Some(path) => path.into(),
        None => build(std::env::consts::ARCH),
    })
}

/// Builds as the documentation of the crate says.
pub fn build(architecture: &str) -> PathBuf {
    let target = format!("{architecture}-unknown-linux-musl");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "-p", "pipesynth-lambdas", "--profile", "lambda", "--target", &target]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    if architecture != std::env::consts::ARCH {
        // The linker that comes with Rust; a C cross compiler is not needed.
        let variable = format!("CARGO_TARGET_{}_LINKER", target.replace('-', "_").to_uppercase());
        cargo.env(variable, "rust-lld");
    }
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
    assert!(
        output.status.success(),
        "the bootstrap could not be built; `rustup target add {target}` may help\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("cargo names the executable")
}
