//! The kinds of findings: a table per crate, each kind once, with what the manual says of it.

use std::fmt;

/// One kind of finding. Made only by [`codes!`](crate::codes!), so that none can be used without standing in a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `PS` and four digits; never given to another kind later.
    pub id: &'static str,
    /// A few words for lists.
    pub title: &'static str,
    /// What it means and what to do, in Markdown; the manual's text.
    pub explanation: &'static str,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// Makes the table of a crate's codes: one constant of type `&'static Code` per line, and `ALL` in the same order.
///
/// ```
/// pipesynth_diag::codes! {
///     /// Two pipelines with one name.
///     SAME_NAME = "PS0901", "two pipelines have one name", "Names that differ only in case are the same name.";
/// }
/// ```
#[macro_export]
macro_rules! codes {
    ($( $(#[$meta:meta])* $name:ident = $id:literal, $title:literal, $explanation:literal; )+) => {
        $(
            $(#[$meta])*
            pub const $name: &$crate::Code = &$crate::Code { id: $id, title: $title, explanation: $explanation };
        )+
        /// Every code of this table, in its order.
        pub const ALL: &[&$crate::Code] = &[$($name),+];
    };
}

codes! {
    /// More findings in one file than are shown.
    TOO_MANY = "PS0100", "too many findings",
        "A file held more findings than are shown (200 errors and 200 warnings per file). They usually repeat one mistake: mend the first ones and run again.";
    /// A value of another type than the field's.
    WRONG_TYPE = "PS0101", "wrong type",
        "The value has another type than the key asks for, such as a list where one name is expected, or a quoted number. The message says what is expected and what was found.";
    /// A number, or the length of something, outside its bounds.
    OUT_OF_RANGE = "PS0102", "value out of range",
        "The value has the right type and lies outside what is allowed. The message gives the bounds.";
    /// A key that must be there is not.
    MISSING_KEY = "PS0103", "missing key",
        "A mapping lacks a key that it cannot do without.";
    /// A key that nobody reads.
    UNKNOWN_KEY = "PS0104", "unknown key",
        "Nothing reads this key, so the file would not mean what it says. It is usually a slip of the pen, or the key belongs one level up or down. The help names the nearest known key and all known ones.";
    /// A text that is not one of the allowed ones.
    UNKNOWN_VALUE = "PS0105", "unknown value",
        "The key takes one of a few fixed texts. The help names them.";
    /// A key with nothing behind it.
    NO_VALUE = "PS0106", "key without a value",
        "A key was written and its value was not. Write the value, or take the key away; `null` says on purpose that there is none.";
    /// None, or more than one, of several keys of which exactly one is wanted.
    ONE_OF = "PS0107", "exactly one of several keys",
        "Several keys say the same thing in different ways, and exactly one of them must be there.";
    /// A text that does not follow the grammar of its field.
    MALFORMED = "PS0108", "malformed text",
        "The text does not have the form that the key asks for, such as a duration `2h` or a date `2026-01-31`. The message says what is expected.";
}
