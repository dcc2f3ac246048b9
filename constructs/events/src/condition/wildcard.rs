//! `arn:*:states` → whether a string fits, `*` standing for any characters or none.

/// A pattern of characters and `*`.
#[derive(Clone, Debug)]
pub(crate) struct Wildcard(Vec<Part>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Byte(u8),
    Any,
}

impl Wildcard {
    /// Reads a pattern: `\*` and `\\` are the characters themselves, `**` and any other `\` are refused with a message.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            match (byte, bytes.peek()) {
                (b'*', Some(b'*')) => {
                    return Err(format!("`*` twice in a row in `{text}`: one stands for any characters already"));
                }
                (b'*', _) => parts.push(Part::Any),
                (b'\\', Some(&escaped @ (b'*' | b'\\'))) => {
                    bytes.next();
                    parts.push(Part::Byte(escaped));
                }
                (b'\\', _) => {
                    return Err(format!(
                        "`\\` in `{text}` stands before neither `*` nor `\\`: write it twice to mean itself"
                    ));
                }
                (byte, _) => parts.push(Part::Byte(byte)),
            }
        }
        Ok(Self(parts))
    }

    /// Whether a string fits; time is at most the product of both lengths.
    pub(crate) fn holds(&self, text: &str) -> bool {
        let (parts, text) = (&self.0, text.as_bytes());
        let (mut part, mut at) = (0, 0);
        // The last `*` seen, and from where it might take one byte more.
        let mut retry: Option<(usize, usize)> = None;
        while at < text.len() {
            match parts.get(part) {
                Some(Part::Any) => {
                    retry = Some((part, at));
                    part += 1;
                }
                Some(Part::Byte(byte)) if *byte == text[at] => (part, at) = (part + 1, at + 1),
                _ => {
                    let Some((star, from)) = retry else { return false };
                    retry = Some((star, from + 1));
                    (part, at) = (star + 1, from + 1);
                }
            }
        }
        parts[part..].iter().all(|part| *part == Part::Any)
    }
}
