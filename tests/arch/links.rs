//! The links of every Markdown file lead somewhere.

use std::fs;

use super::none;
use crate::support::{files_under, root};

#[test]
fn links_between_documents_lead_to_files_and_headings_that_are_there() {
    let mut faults = Vec::new();
    let documents: Vec<String> = files_under(root()).into_iter().filter(|path| path.ends_with(".md")).collect();
    assert!(documents.len() >= 3, "{documents:?}");
    for document in &documents {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let folder = root().join(document).parent().unwrap().to_owned();
        for target in targets(&text) {
            let (path, heading) =
                target.split_once('#').map_or((target, None), |(path, heading)| (path, Some(heading)));
            let file = if path.is_empty() { root().join(document) } else { folder.join(path) };
            if !file.exists() {
                faults.push(format!("{document}: `{target}`: no such file"));
            } else if let Some(heading) = heading
                && file.extension().is_some_and(|e| e == "md")
                && !headings(&fs::read_to_string(&file).unwrap()).iter().any(|h| h == heading)
            {
                faults.push(format!("{document}: `{target}`: no such heading"));
            }
        }
    }
    none(&faults, "mend the link, or the file that it should lead to");
}

/// What stands behind `](`, outside code; links to other hosts are not ours to hold.
fn targets(text: &str) -> Vec<&str> {
    let prose = outside_code(text);
    let all = prose.into_iter().flat_map(|line| line.split("](").skip(1)).filter_map(|rest| rest.split_once(')'));
    let own = all.map(|(target, _)| target.split_whitespace().next().unwrap_or_default());
    own.filter(|target| !target.contains("://") && !target.starts_with("mailto:")).collect()
}

fn outside_code(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push(line);
        }
    }
    lines
}

/// The anchors of a document's headings, as GitHub makes them.
fn headings(text: &str) -> Vec<String> {
    let titles = outside_code(text).into_iter().filter(|line| line.starts_with('#'));
    let anchor = |title: &str| {
        let lower = title.trim_start_matches('#').trim().to_lowercase();
        let kept = lower.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    titles.map(anchor).collect()
}
