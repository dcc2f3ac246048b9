//! A name that nobody knows → the one that was probably meant.

/// Names longer than this (characters) get no proposal: they are no typing slip, and the comparison is quadratic.
const MAX_LENGTH: usize = 64;

/// Shortest common start that makes a shortened name (`args`, `conf`) mean the long one, in characters.
const COMMON_START: usize = 3;

/// The allowed name that `given` most probably means, if any comes near.
///
/// First names that differ only in case, dashes, underscores, dots or spaces; then those at most a
/// third of their length of edits away (a swap of neighbours is one edit); then those that start
/// like all of `given` but its last character. Ties go to the more similar, then to the earlier.
pub fn nearest<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if given.is_empty() || given.chars().nth(MAX_LENGTH).is_some() {
        return None;
    }
    let plain = plain(given);
    let mut best: Option<(usize, f64, &str)> = None;
    for name in allowed {
        if name == given {
            continue;
        }
        let other = self::plain(name);
        if plain == other {
            return Some(name);
        }
        let distance = strsim::osa_distance(&plain, &other);
        let similarity = strsim::jaro_winkler(&plain, &other);
        let longer = plain.chars().count().max(other.chars().count());
        let near = distance <= (longer / 3).max(1) && distance < longer;
        if !near && !is_short_for(&plain, &other) {
            continue;
        }
        let distance = if near { distance } else { usize::MAX };
        let better = best.is_none_or(|(d, s, _)| distance < d || (distance == d && similarity > s));
        if better {
            best = Some((distance, similarity, name));
        }
    }
    best.map(|(_, _, name)| name)
}

fn is_short_for(short: &str, long: &str) -> bool {
    let common = short.chars().zip(long.chars()).take_while(|(a, b)| a == b);
    let common = common.count();
    common >= COMMON_START && common + 1 >= short.chars().count()
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | '.' | ' ')).flat_map(char::to_lowercase).collect()
}
