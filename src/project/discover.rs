//! Looks for pipelines: a file, a project folder, or a folder that holds many projects.

use std::io;
use std::path::{Path, PathBuf};

use super::{ORGANIZATION_FILE, PIPELINE_FILE, PIPELINES_FOLDER};

/// One pipeline's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file, absolute.
    pub file: PathBuf,
    /// The project's folder, absolute: where the paths in the file start.
    pub folder: PathBuf,
    /// The pipeline's name where the file says none: the folder's, or the file's own in `pipelines/`.
    pub default_name: String,
    /// pipesynth.yaml, found upwards from the project.
    pub organization: Option<PathBuf>,
}

/// What lies under a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The folder that shown paths in the assembly start from, absolute.
    pub root: PathBuf,
    /// The pipelines, sorted by path.
    pub sources: Vec<Source>,
    /// pipesynth.yaml at or above the path itself.
    pub organization: Option<PathBuf>,
    /// Files that are called nearly as those that are read, and are not read: `pipeline.yml`.
    pub misnamed: Vec<PathBuf>,
}

/// Looks under `path`. An error is one of the file system; a path without pipelines gives none.
pub fn discover(path: &Path) -> io::Result<Found> {
    let path = std::path::absolute(path)?;
    let metadata = std::fs::metadata(&path)?;
    if metadata.is_file() {
        return Ok(single(path));
    }
    if !metadata.is_dir() {
        // A pipe or a device may give bytes for ever, or none.
        return Err(io::Error::other("it is neither a file nor a folder"));
    }
    let organization = organization_above(&path);
    let mut found = Found { root: path.clone(), sources: Vec::new(), organization, misnamed: Vec::new() };
    walk(&path, &mut found)?;
    Ok(found)
}

/// A file by itself. In `pipelines/` its project is the folder above.
fn single(file: PathBuf) -> Found {
    let folder = file.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let inside = folder.file_name().is_some_and(|n| n == PIPELINES_FOLDER);
    let project = if inside { folder.parent().map_or_else(|| folder.clone(), Path::to_path_buf) } else { folder };
    let default_name = if inside { stem(&file) } else { name(&project) };
    let organization = organization_above(&project);
    let source = Source { file, folder: project.clone(), default_name, organization: organization.clone() };
    Found { root: project, sources: vec![source], organization, misnamed: Vec::new() }
}

fn walk(folder: &Path, found: &mut Found) -> io::Result<()> {
    for right in [PIPELINE_FILE, ORGANIZATION_FILE] {
        let wrong = folder.join(right).with_extension("yml");
        if !folder.join(right).is_file() && wrong.is_file() {
            found.misnamed.push(wrong);
        }
    }
    let before = found.sources.len();
    project(folder, &mut found.sources)?;
    if found.sources.len() > before {
        return Ok(());
    }
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let skipped = ["node_modules", "target"].iter().any(|n| entry.file_name() == *n);
        if entry.file_type()?.is_dir() && !hidden && !skipped {
            folders.push(entry.path());
        }
    }
    folders.sort();
    folders.iter().try_for_each(|f| walk(f, found))
}

/// The pipelines of one project.
fn project(folder: &Path, sources: &mut Vec<Source>) -> io::Result<()> {
    let mut files = Vec::new();
    let single = folder.join(PIPELINE_FILE);
    if single.is_file() {
        files.push((single, name(folder)));
    }
    let many = folder.join(PIPELINES_FOLDER);
    if many.is_dir() {
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(&many)? {
            let path = entry?.path();
            if path.is_file() && path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
                inside.push(path);
            }
        }
        inside.sort();
        files.extend(inside.into_iter().map(|p| (p.clone(), stem(&p))));
    }
    if files.is_empty() {
        return Ok(());
    }
    let organization = organization_above(folder);
    sources.extend(files.into_iter().map(|(file, default_name)| Source {
        file,
        folder: folder.to_path_buf(),
        default_name,
        organization: organization.clone(),
    }));
    Ok(())
}

fn organization_above(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|f| f.join(ORGANIZATION_FILE)).find(|f| f.is_file())
}

fn name(folder: &Path) -> String {
    folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

fn stem(file: &Path) -> String {
    file.file_stem().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}
