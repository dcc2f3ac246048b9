//! An assembly → files in a folder: only what changed, each by a temporary file and a rename, the manifest last.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::assets::{self, Asset};
use super::manifest;
use super::{Assembly, StackFile};

/// What could not be written.
#[derive(Debug)]
pub struct WriteFault {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub fault: io::Error,
}

/// Writes the assembly and gives the number of files that changed.
pub fn write(assembly: &Assembly, folder: &Path) -> Result<usize, WriteFault> {
    make(folder)?;
    let mut changed = 0;
    for stack in &assembly.stacks {
        changed += one(stack, folder)?;
    }
    changed += text(&folder.join("manifest.json"), assembly.manifest.as_bytes())?;
    Ok(changed)
}

fn one(stack: &StackFile, folder: &Path) -> Result<usize, WriteFault> {
    let mut changed = text(&folder.join(format!("{}.template.json", stack.file)), stack.json.as_bytes())?;
    if let Some(assets) = &stack.assets {
        for asset in &assets.files {
            let to = folder.join(manifest::stored(stack, &asset.path));
            if let Some(parent) = to.parent() {
                make(parent)?;
            }
            changed += copy(asset, &to)?;
        }
        let manifest = manifest::assets(stack, assets);
        changed += text(&folder.join(format!("{}.assets.json", stack.file)), manifest.as_bytes())?;
    }
    Ok(changed)
}

fn make(folder: &Path) -> Result<(), WriteFault> {
    fs::create_dir_all(folder).map_err(|fault| WriteFault { path: folder.to_path_buf(), fault })
}

/// Copies one of the pipeline's files unless these bytes lie there already.
fn copy(asset: &Asset, to: &Path) -> Result<usize, WriteFault> {
    if assets::hash(to).is_ok_and(|hash| hash == asset.hash) {
        return Ok(0);
    }
    let temporary = temporary(to);
    let fault = |fault| WriteFault { path: to.to_path_buf(), fault };
    fs::copy(&asset.source, &temporary).map_err(fault)?;
    fs::rename(&temporary, to).map_err(fault)?;
    Ok(1)
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    path.with_file_name(name)
}

/// Writes one file unless it holds these bytes already. A rename, so that no reader ever sees half a file, and because truncating a
/// file on ext4 makes the system flush it at once.
fn text(path: &Path, bytes: &[u8]) -> Result<usize, WriteFault> {
    let same =
        fs::metadata(path).is_ok_and(|m| m.len() == bytes.len() as u64) && fs::read(path).is_ok_and(|old| old == bytes);
    if same {
        return Ok(0);
    }
    let temporary = temporary(path);
    let fault = |fault| WriteFault { path: path.to_path_buf(), fault };
    fs::write(&temporary, bytes).map_err(fault)?;
    fs::rename(&temporary, path).map_err(fault)?;
    Ok(1)
}
