//! The templates of an example → what the proofs say of them, and of mutants of one of them, on all cores.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use pipesynth_core::Json;
use pipesynth_proofs::{Document, Finding, Home};

use crate::examples::{CENTRAL, Templates, USER, examples};
use crate::mutants::{Mutant, without};

/// The templates of an example, read for all proofs.
pub struct Proofs<'a> {
    central: Document<'a>,
    user: Document<'a>,
    pipelines: BTreeMap<&'a str, Document<'a>>,
}

impl<'a> Proofs<'a> {
    pub fn new(templates: &'a Templates) -> Self {
        let pipelines = templates.iter().filter(|(name, _)| ![CENTRAL, USER].contains(*name));
        Self {
            central: Document::new(&templates[CENTRAL], Home::Central),
            user: Document::new(&templates[USER], Home::User),
            pipelines: pipelines.map(|(name, template)| (*name, Document::new(template, Home::User))).collect(),
        }
    }

    /// What is said of the two account stacks.
    pub fn accounts(&self) -> Vec<(&str, Vec<Finding>)> {
        let central = pipesynth_proofs::accounts(&self.central, &self.user);
        let user = pipesynth_proofs::accounts(&self.user, &self.central);
        vec![(CENTRAL, central), (USER, user)]
    }

    /// What is said of each pipeline's stack.
    pub fn pipelines(&self) -> impl Iterator<Item = (&str, Vec<Finding>)> {
        let prove = |stack| pipesynth_proofs::pipeline(stack, &self.central, &self.user);
        self.pipelines.iter().map(move |(name, stack)| (*name, prove(stack)))
    }

    /// True where something is said of the templates, with one of them replaced. The account stacks tell nothing of a pipeline's, nor
    /// does another pipeline's; one of the account stacks tells of the other one, and of every pipeline's.
    fn refuse(&self, stack: &str, instead: &Json<'_>) -> bool {
        let pipeline = |stack: &Document<'_>, central: &Document<'_>, user: &Document<'_>| {
            !pipesynth_proofs::pipeline(stack, central, user).is_empty()
        };
        let accounts = |one: &Document<'_>, other: &Document<'_>| {
            !pipesynth_proofs::accounts(one, other).is_empty() || !pipesynth_proofs::accounts(other, one).is_empty()
        };
        match stack {
            CENTRAL => {
                let instead = Document::new(instead, Home::Central);
                accounts(&instead, &self.user)
                    || self.pipelines.values().any(|stack| pipeline(stack, &instead, &self.user))
            }
            USER => {
                let instead = Document::new(instead, Home::User);
                accounts(&instead, &self.central)
                    || self.pipelines.values().any(|stack| pipeline(stack, &self.central, &instead))
            }
            _ => pipeline(&Document::new(instead, Home::User), &self.central, &self.user),
        }
    }
}

/// For each mutant, whether something is said of it. Those of one example should stand together.
pub fn refused(mutants: &[Mutant]) -> Vec<bool> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut found = Vec::new();
        let mut proofs: Option<(&str, Proofs<'_>)> = None;
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = mutants.get(at) else { return found };
            let templates = &examples()[mutant.example];
            let (_, proofs) = match proofs.take() {
                Some(known) if known.0 == mutant.example => proofs.insert(known),
                _ => proofs.insert((mutant.example, Proofs::new(templates))),
            };
            found.push((at, proofs.refuse(mutant.stack, &without(&templates[mutant.stack], &mutant.pointer))));
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut found: Vec<(usize, bool)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    found.sort_unstable();
    assert_eq!(found.len(), mutants.len());
    found.into_iter().map(|(_, refused)| refused).collect()
}
