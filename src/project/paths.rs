//! Paths as they are shown: relative where that is shorter to read, with `/` on every system.

use std::path::{Component, Path, PathBuf};

/// The way from a folder to a path, with `..` where it leads upwards. Both must be absolute.
pub fn relative(path: &Path, from: &Path) -> PathBuf {
    let mut ours = path.components().peekable();
    let mut theirs = from.components().peekable();
    while let (Some(a), Some(b)) = (ours.peek(), theirs.peek()) {
        if a != b {
            break;
        }
        ours.next();
        theirs.next();
    }
    let mut way: PathBuf = theirs.map(|_| Component::ParentDir).collect();
    way.extend(ours);
    if way.as_os_str().is_empty() { PathBuf::from(".") } else { way }
}

/// The path's text with `/` between its parts; what is not Unicode is replaced.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_leads_down_up_and_across() {
        let way = |a: &str, b: &str| shown(&relative(Path::new(a), Path::new(b)));
        assert_eq!(way("/a/b/c", "/a"), "b/c");
        assert_eq!(way("/a", "/a/b"), "..");
        assert_eq!(way("/a/x", "/a/b/c"), "../../x");
        assert_eq!(way("/a", "/a"), ".");
    }
}
