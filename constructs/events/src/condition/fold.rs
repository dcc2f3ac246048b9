//! A string in any case → whether another is the same but for case.

/// A string, each character in its lower and its upper case.
///
/// As in Event Ruler, the two cases of the pattern's character are compared, which are strings: `ß` in a pattern takes `SS` in an event,
/// but not the other way round.
#[derive(Clone, Debug)]
pub(crate) struct Folded(Vec<[String; 2]>);

impl Folded {
    pub(crate) fn new(text: &str) -> Self {
        let cases = |c: char| [c.to_lowercase().collect(), c.to_uppercase().collect()];
        Self(text.chars().map(cases).collect())
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        self.without_start(text).is_some_and(str::is_empty)
    }

    pub(crate) fn starts(&self, text: &str) -> bool {
        self.without_start(text).is_some()
    }

    pub(crate) fn ends(&self, text: &str) -> bool {
        let without = |rest: &'_ str, [lower, upper]: &[String; 2]| -> Option<usize> {
            let rest = rest.strip_suffix(lower.as_str()).or_else(|| rest.strip_suffix(upper.as_str()));
            rest.map(str::len)
        };
        self.0.iter().rev().try_fold(text.len(), |end, cases| without(&text[..end], cases)).is_some()
    }

    fn without_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.0.iter().try_fold(text, |rest, [lower, upper]| {
            rest.strip_prefix(lower.as_str()).or_else(|| rest.strip_prefix(upper.as_str()))
        })
    }
}
