//! A folder for one test, gone when the test is over.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder below the build's own. Process and number are in its path, so that neither two tests nor two runs of them meet.
pub struct Scratch(PathBuf);

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Scratch {
    /// An empty folder called `name`.
    pub fn new(name: &str) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = format!("main-{}-{number}/{name}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A path in the folder.
    pub fn at(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    /// A path in the folder as an argument.
    pub fn arg(&self, path: &str) -> OsString {
        if path.is_empty() { self.0.clone().into() } else { self.at(path).into() }
    }

    /// Writes a file with the folders that it needs.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Text in which the folder's own path is left out, as shown from the repository or in full.
    pub fn without_path(&self, text: &str) -> String {
        let full = pipesynth::project::shown(&self.0);
        let here = std::env::current_dir().unwrap();
        let from_here = pipesynth::project::shown(&pipesynth::project::relative(&self.0, &here));
        text.replace(&format!("{full}/"), "").replace(&format!("{from_here}/"), "").replace(&full, ".")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that cannot be removed lies below target/ and hurts nobody.
        let _ = self.0.parent().map(fs::remove_dir_all);
    }
}
