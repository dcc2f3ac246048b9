//! Stacks → files in a folder: only what changed, each by a temporary file and a rename at the end, the manifest last.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::StackFile;
use super::assets::{self, Asset};
use super::manifest;
use super::stale::{MANIFEST, Ours};

/// What could not be written.
#[derive(Debug)]
pub struct WriteFault {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub fault: io::Error,
}

/// What an assembly changed in its folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that are new or other than before.
    pub written: usize,
    /// Files of pipelines that are gone.
    pub removed: usize,
}

/// An assembly beside the one that lies in its folder. Without [`Staged::commit`] all of it is taken away again.
pub struct Staged {
    folder: PathBuf,
    /// Files that changed, in their order, each written under its temporary name.
    changed: Vec<PathBuf>,
    /// Folders that were not there.
    made: Vec<PathBuf>,
    /// Everything that belongs to this assembly.
    kept: Ours,
    manifest: Option<BufWriter<File>>,
    stacks: usize,
    large: Vec<(String, usize)>,
}

impl Staged {
    /// An empty one. Nothing is written before there is something to write.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            changed: Vec::new(),
            made: Vec::new(),
            kept: Ours::default(),
            manifest: None,
            stacks: 0,
            large: Vec::new(),
        }
    }

    /// Number of stacks.
    #[must_use]
    pub fn stacks(&self) -> usize {
        self.stacks
    }

    /// Name and bytes of the templates that are too large for the request of a deploy.
    #[must_use]
    pub fn large(&self) -> &[(String, usize)] {
        &self.large
    }

    /// Adds a stack's template and files.
    pub(super) fn stack(&mut self, stack: &StackFile) -> Result<(), WriteFault> {
        self.stacks += 1;
        if stack.usage.needs_s3() {
            self.large.push((stack.stack.clone(), stack.usage.bytes));
        }
        self.text(format!("{}.template.json", stack.file), stack.json.as_bytes())?;
        let Some(assets) = &stack.assets else { return Ok(()) };
        for asset in &assets.files {
            self.copy(asset, manifest::stored(stack, &asset.path))?;
        }
        self.text(format!("{}.assets.json", stack.file), manifest::assets(stack, assets).as_bytes())
    }

    /// Adds a file with something that was found out.
    pub(super) fn report(&mut self, name: &str, found: &impl serde::Serialize) -> Result<(), WriteFault> {
        // Plain data always become JSON.
        let mut text = serde_json::to_string_pretty(found).unwrap_or_default();
        text.push('\n');
        self.text(name.to_owned(), text.as_bytes())
    }

    /// Adds to the manifest's text.
    pub(super) fn manifest(&mut self, text: &[u8]) -> Result<(), WriteFault> {
        let path = temporary(&self.folder.join(MANIFEST));
        let fault = |fault| WriteFault { path: path.clone(), fault };
        let file = match &mut self.manifest {
            Some(file) => file,
            None => {
                make(&self.folder, &mut self.made)?;
                self.manifest.insert(BufWriter::new(File::create(&path).map_err(fault)?))
            }
        };
        file.write_all(text).map_err(fault)
    }

    /// Writes a file unless it holds these bytes already.
    fn text(&mut self, name: String, bytes: &[u8]) -> Result<(), WriteFault> {
        let path = self.folder.join(&name);
        self.kept.add(name);
        let same = fs::metadata(&path).is_ok_and(|m| m.len() == bytes.len() as u64)
            && fs::read(&path).is_ok_and(|old| old == bytes);
        if same {
            return Ok(());
        }
        fs::write(temporary(&path), bytes).map_err(|fault| WriteFault { path: path.clone(), fault })?;
        self.changed.push(path);
        Ok(())
    }

    /// Copies one of the pipeline's files unless these bytes lie there already.
    fn copy(&mut self, asset: &Asset, name: String) -> Result<(), WriteFault> {
        let path = self.folder.join(&name);
        self.kept.add(name);
        if assets::hash(&path).is_ok_and(|hash| hash == asset.hash) {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            make(parent, &mut self.made)?;
        }
        fs::copy(&asset.source, temporary(&path)).map_err(|fault| WriteFault { path: path.clone(), fault })?;
        self.changed.push(path);
        Ok(())
    }

    /// Puts everything in its place, the manifest last, then removes what the manifest before named as ours and this one does not.
    ///
    /// # Errors
    /// What the system would not rename or remove.
    pub fn commit(mut self) -> Result<Changes, WriteFault> {
        let before = Ours::named_in(&self.folder);
        let manifest = self.folder.join(MANIFEST);
        let fault = |fault| WriteFault { path: manifest.clone(), fault };
        if let Some(file) = self.manifest.take() {
            drop(file.into_inner().map_err(|fault| fault.into_error()).map_err(fault)?);
            if same(&temporary(&manifest), &manifest) {
                fs::remove_file(temporary(&manifest)).map_err(fault)?;
            } else {
                self.changed.push(manifest.clone());
            }
        }
        let mut written = 0;
        for path in std::mem::take(&mut self.changed) {
            fs::rename(temporary(&path), &path).map_err(|fault| WriteFault { path, fault })?;
            written += 1;
        }
        self.made.clear();
        let removed = before.without(&self.kept).remove(&self.folder)?;
        Ok(Changes { written, removed })
    }
}

/// Takes away what was not committed. What cannot be taken away stays: there is nobody to tell.
impl Drop for Staged {
    fn drop(&mut self) {
        for path in &self.changed {
            drop(fs::remove_file(temporary(path)));
        }
        if self.manifest.take().is_some() {
            drop(fs::remove_file(temporary(&self.folder.join(MANIFEST))));
        }
        for folder in self.made.iter().rev() {
            drop(fs::remove_dir(folder));
        }
    }
}

/// Makes a folder, and remembers it with those above it that were not there either.
fn make(folder: &Path, made: &mut Vec<PathBuf>) -> Result<(), WriteFault> {
    let missing = folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists());
    let mut missing: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
    missing.reverse();
    if !missing.is_empty() {
        fs::create_dir_all(folder).map_err(|fault| WriteFault { path: folder.to_path_buf(), fault })?;
    }
    made.extend(missing);
    Ok(())
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    path.with_file_name(name)
}

/// True where two files hold the same bytes; neither is read as a whole.
fn same(a: &Path, b: &Path) -> bool {
    let open = |path: &Path| -> io::Result<BufReader<File>> { Ok(BufReader::new(File::open(path)?)) };
    let (Ok(mut a), Ok(mut b)) = (open(a), open(b)) else { return false };
    loop {
        let (Ok(left), Ok(right)) = (a.fill_buf(), b.fill_buf()) else { return false };
        let length = left.len().min(right.len());
        if length == 0 {
            return left.len() == right.len();
        }
        if left.get(..length) != right.get(..length) {
            return false;
        }
        a.consume(length);
        b.consume(length);
    }
}
