//! A pattern → a matcher: most of AWS's patterns are one class of characters with a count, which needs no automaton.

use regex_lite::Regex;

/// A compiled pattern.
pub(crate) enum Matcher {
    /// `^[class]{low,high}$`: every character is in the class, and their number is in the range.
    Class { members: u128, low: usize, high: usize },
    /// Anything else.
    Regex(Regex),
}

impl Matcher {
    /// None where the pattern does not compile: it is then not checked. A test holds that every embedded pattern compiles.
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        match class(pattern) {
            Some(matcher) => Some(matcher),
            None => Regex::new(pattern).ok().map(Self::Regex),
        }
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Class { members, low, high } => {
                (*low..=*high).contains(&text.len()) && text.bytes().all(|b| b < 128 && members >> b & 1 == 1)
            }
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// Reads `^[…]`, then `+`, `*`, `{n}`, `{n,}`, `{n,m}` or nothing, then `$`.
fn class(pattern: &str) -> Option<Matcher> {
    let body = pattern.strip_prefix("^[")?.strip_suffix('$')?;
    let (members, rest) = members(body.as_bytes())?;
    let (low, high) = match str::from_utf8(rest).ok()? {
        "" => (1, 1),
        "+" => (1, usize::MAX),
        "*" => (0, usize::MAX),
        count => {
            let count = count.strip_prefix('{')?.strip_suffix('}')?;
            match count.split_once(',') {
                None => (count.parse().ok()?, count.parse().ok()?),
                Some((low, "")) => (low.parse().ok()?, usize::MAX),
                Some((low, high)) => (low.parse().ok()?, high.parse().ok()?),
            }
        }
    };
    Some(Matcher::Class { members, low, high })
}

/// The characters of a class and what follows its bracket; none for what is not plainly ASCII characters, ranges, `\w`, `\d` and `\s`.
fn members(body: &[u8]) -> Option<(u128, &[u8])> {
    let mut members = 0;
    let mut at = 0;
    if body.first() == Some(&b'^') {
        return None;
    }
    while *body.get(at)? != b']' || at == 0 {
        let (set, single, next) = member(body, at)?;
        at = next;
        if single.is_some() && body.get(at) == Some(&b'-') && body.get(at + 1).is_some_and(|b| *b != b']') {
            let (_, to, next) = member(body, at + 1)?;
            let (from, to) = (single?, to?);
            for byte in from..=to {
                members |= 1 << byte;
            }
            at = next;
        } else {
            members |= set;
        }
    }
    Some((members, body.get(at + 1..)?))
}

/// One member: its set, the character if it is a single one, and where the next begins.
fn member(body: &[u8], at: usize) -> Option<(u128, Option<u8>, usize)> {
    let byte = *body.get(at)?;
    match byte {
        b'[' | b'&' | b'~' => None,
        b'\\' => {
            let escaped = *body.get(at + 1)?;
            let set = |bytes: &mut dyn Iterator<Item = u8>| bytes.fold(0_u128, |set, b| set | 1 << b);
            match escaped {
                b'd' => Some((set(&mut (b'0'..=b'9')), None, at + 2)),
                b'w' => Some((set(&mut (0..128_u8).filter(|b| b.is_ascii_alphanumeric() || *b == b'_')), None, at + 2)),
                b's' => Some((set(&mut b"\t\n\x0b\x0c\r ".iter().copied()), None, at + 2)),
                _ if escaped.is_ascii_alphanumeric() => None,
                _ => Some((1 << escaped, Some(escaped), at + 2)),
            }
        }
        _ if byte < 128 => Some((1 << byte, Some(byte), at + 1)),
        _ => None,
    }
}
