//! Names that are each there once.

use std::collections::HashSet;

/// Names that are taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// The name, or the name with the first number that makes it new.
    pub fn new_one(&mut self, name: &str) -> String {
        let numbered = (2_usize..).map(|number| format!("{name}-{number}"));
        // There are more numbers than names.
        let new = [name.to_owned()].into_iter().chain(numbered).find(|name| !self.0.contains(name)).unwrap_or_default();
        self.0.insert(new.clone());
        new
    }
}
