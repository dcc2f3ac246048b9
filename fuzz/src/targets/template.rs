//! Template text `{{ … }}` → a fault that says something, or pieces; and the smaller readers of single values.

use pipesynth_pipeline::text::{self, Piece};
use pipesynth_pipeline::{check_name, duration};

pub fn run(text: &str) {
    let faults = [text::check_plain(text).err(), text::check_fixed(text).err(), text::parse(text).err()];
    for fault in faults.into_iter().flatten() {
        assert!(!fault.message.is_empty() && !fault.help.is_empty());
    }
    if let Ok(pieces) = text::parse(text)
        && let [Piece::Literal(one)] = pieces.as_slice()
    {
        assert_eq!(one, text, "a text without expressions is itself");
    }
    text::json_text(text);
    check_name(text).ok();
    duration::seconds(text);
}
