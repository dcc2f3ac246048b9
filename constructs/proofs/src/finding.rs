//! What a proof has to say → findings, each at a resource of a template.

use pipesynth_diag::Code;

/// One thing that a template gets wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind.
    pub code: &'static Code,
    /// The logical id of the resource that it is about.
    pub resource: String,
    /// What is wrong, in one line; lower case start, no full stop.
    pub message: String,
    /// What to do, such as a statement to add.
    pub help: Option<String>,
}

/// The findings of one template.
#[derive(Default)]
pub(crate) struct Findings {
    found: Vec<Finding>,
}

impl Findings {
    /// Keeps a finding.
    pub fn say(&mut self, code: &'static Code, resource: &str, message: impl Into<String>) {
        self.found.push(Finding { code, resource: resource.to_owned(), message: message.into(), help: None });
    }

    /// Keeps a finding with what to do.
    pub fn help(&mut self, code: &'static Code, resource: &str, message: impl Into<String>, help: String) {
        self.found.push(Finding { code, resource: resource.to_owned(), message: message.into(), help: Some(help) });
    }

    /// All of them, each once, in the order in which they were found.
    pub fn into_vec(self) -> Vec<Finding> {
        let mut once: Vec<Finding> = Vec::new();
        for finding in self.found {
            if !once.contains(&finding) {
                once.push(finding);
            }
        }
        once
    }
}
