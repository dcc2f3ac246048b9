//! A JSONata expression → the variables that it takes from outside, and the functions that nobody defines.

/// JSONata's functions and those that Step Functions adds (JSONata 2.0.6 reference; Step Functions developer guide, "Transforming data").
const FUNCTIONS: &[&str] = &[
    "abs",
    "append",
    "assert",
    "average",
    "base64decode",
    "base64encode",
    "boolean",
    "ceil",
    "contains",
    "count",
    "decodeUrl",
    "decodeUrlComponent",
    "distinct",
    "each",
    "encodeUrl",
    "encodeUrlComponent",
    "error",
    "eval",
    "exists",
    "filter",
    "floor",
    "formatBase",
    "formatInteger",
    "formatNumber",
    "fromMillis",
    "hash",
    "join",
    "keys",
    "length",
    "lookup",
    "lowercase",
    "map",
    "match",
    "max",
    "merge",
    "millis",
    "min",
    "not",
    "now",
    "number",
    "pad",
    "parse",
    "parseInteger",
    "partition",
    "power",
    "random",
    "range",
    "reduce",
    "replace",
    "reverse",
    "round",
    "shuffle",
    "sift",
    "single",
    "sort",
    "split",
    "spread",
    "sqrt",
    "string",
    "substring",
    "substringAfter",
    "substringBefore",
    "sum",
    "toMillis",
    "trim",
    "type",
    "uppercase",
    "uuid",
    "zip",
];

/// What an expression takes from outside.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Uses<'a> {
    /// Variables that it does not bind itself; without `$states`.
    pub variables: Vec<&'a str>,
    /// Functions that neither JSONata nor Step Functions has.
    pub unknown: Vec<&'a str>,
}

/// Reads an expression: the text between `{%` and `%}`.
pub(super) fn uses<'a>(expression: &'a str) -> Uses<'a> {
    let (mut named, mut called, mut bound) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = expression;
    let mut parameters = false;
    while let Some(c) = rest.chars().next() {
        match c {
            '"' | '\'' | '`' => rest = behind_text(rest, c),
            '/' if rest.starts_with("/*") => rest = rest.split_once("*/").map_or("", |(_, behind)| behind),
            '$' => {
                let end = rest.bytes().skip(1).position(|b| !(b.is_ascii_alphanumeric() || b == b'_'));
                let (name, behind) = rest.split_at(end.map_or(rest.len(), |at| at + 1));
                let next = behind.trim_start();
                let name = name.trim_start_matches('$');
                if name.is_empty() {
                    // `$` and `$$`: the context.
                } else if next.starts_with(":=") || parameters {
                    bound.push(name);
                } else if next.starts_with('(') {
                    called.push(name);
                } else {
                    named.push(name);
                }
                rest = behind;
            }
            ')' => {
                parameters = false;
                rest = rest.split_at(1).1;
            }
            c if c.is_ascii_alphabetic() => {
                let end = rest.bytes().position(|b| !(b.is_ascii_alphanumeric() || b == b'_'));
                let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
                parameters |= word == "function" && behind.trim_start().starts_with('(');
                rest = behind;
            }
            c => rest = rest.split_at(c.len_utf8()).1,
        }
    }
    named.retain(|name| *name != "states");
    // A function may be handed over by its name.
    let free = |names: Vec<&'a str>| -> Vec<&'a str> {
        let mut free: Vec<&str> = names;
        free.retain(|name| !bound.contains(name) && FUNCTIONS.binary_search(name).is_err());
        free.sort_unstable();
        free.dedup();
        free
    };
    Uses { variables: free(named), unknown: free(called) }
}

/// What follows a quoted text, which `rest` starts with.
fn behind_text(rest: &str, quote: char) -> &str {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return rest.split_at(at + 1).1,
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(expression: &str) -> (Vec<String>, Vec<String>) {
        let uses = uses(expression);
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        (owned(uses.variables), owned(uses.unknown))
    }

    #[test]
    fn variables_are_told_from_functions_texts_and_what_the_expression_binds() {
        let none: Vec<String> = Vec::new();
        assert_eq!(seen("$merge([{'a': $failure}, $states.errorOutput])"), (vec!["failure".into()], none.clone()));
        assert_eq!(seen("($ids := [$x.Id]; $count($ids) > 0 ? $ids[0] : '$y')"), (vec!["x".into()], none.clone()));
        assert_eq!(seen("$map($all, function($v, $i) { $v & $i })"), (vec!["all".into()], none.clone()));
        assert_eq!(seen("$$.a & $ /* $no */ & $b_1"), (vec!["b_1".into()], none.clone()));
        assert_eq!(seen("$nope(1) & $map(x, $string)"), (none, vec!["nope".into()]));
    }

    #[test]
    fn functions_are_sorted_for_the_search() {
        assert!(FUNCTIONS.is_sorted());
    }

    #[test]
    fn text_in_any_form_ends_the_walk() {
        for text in ["'", "\"\\", "$", "$é", "ü$", "/*", "`a", "function($", "🦀$x("] {
            uses(text);
        }
    }
}
