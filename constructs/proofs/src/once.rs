//! Policies → their statements, read once: every pipeline asks the account stacks again.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::policy::Statement;

/// Statements by the name of what holds them.
#[derive(Default)]
pub(crate) struct Once(RefCell<BTreeMap<String, Rc<[Statement]>>>);

impl Once {
    /// The statements under a name, read where nobody has asked before.
    pub fn get(&self, name: &str, read: impl FnOnce() -> Vec<Statement>) -> Rc<[Statement]> {
        if let Some(known) = self.0.borrow().get(name) {
            return Rc::clone(known);
        }
        let read: Rc<[Statement]> = read().into();
        self.0.borrow_mut().insert(name.to_owned(), Rc::clone(&read));
        read
    }
}
