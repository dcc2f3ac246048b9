//! The files that a pipeline runs → findings about those that are not there.

use std::path::Path;

use indexmap::IndexSet;
use pipesynth_diag::{Diagnostic, Sink, Spanned, nearest, quoted};
use pipesynth_pipeline::codes;

/// Reports every file of the project that a step names and that is no file.
pub(super) fn check(files: &IndexSet<Spanned<String>>, folder: &Path, sink: &mut Sink) {
    for file in files {
        let path = folder.join(&file.value);
        if path.is_file() {
            if outside(&path, folder) {
                let message = format!("{} leads out of the project's folder", quoted(&file.value));
                let found = Diagnostic::error(codes::MISSING_FILE, file.place, message)
                    .why("it would be uploaded, and whoever may change the project could read any file of this machine")
                    .help("put the file itself into the project, not a link to it");
                sink.push(found);
            }
            continue;
        }
        let message = format!("{} is not a file of the project", quoted(&file.value));
        let names = neighbours(&path);
        let near = path.file_name().and_then(|n| n.to_str()).and_then(|n| nearest(n, names.iter().map(String::as_str)));
        let found = Diagnostic::error(codes::MISSING_FILE, file.place, message)
            .help_if(near.map(|n| {
                format!(
                    "did you mean `{}`?",
                    file.value.rsplit_once('/').map_or(n.to_owned(), |(f, _)| format!("{f}/{n}"))
                )
            }))
            .help("paths start in the project's folder");
        sink.push(found);
    }
}

/// True where a link on the way leads elsewhere.
fn outside(path: &Path, folder: &Path) -> bool {
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(path), Ok(folder)) => !path.starts_with(folder),
        _ => true,
    }
}

fn neighbours(path: &Path) -> Vec<String> {
    let Some(folder) = path.parent() else { return Vec::new() };
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
