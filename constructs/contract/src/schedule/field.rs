//! One field of a cron expression → the set of its values.

use super::Fault;
use super::piece::Piece;
use crate::pipeline_id::excerpt;

/// A field's name, range and words, by the User Guides' table of fields.
pub(super) struct Field {
    pub name: &'static str,
    pub low: u16,
    pub high: u16,
    /// Words for the values from `low` up, in any case.
    pub words: &'static [&'static str],
    /// Whether a range may run over the end, such as `20-2`, which stands in the User Guides' examples. Years have no beginning to come
    /// back to.
    pub wraps: bool,
    /// Whether `/` may stand in it.
    pub steps: bool,
}

/// Values of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values {
    low: u16,
    /// Bit `n` is the value `low + n`. The widest field, the year, has 230 values.
    bits: [u64; 4],
}

impl Values {
    /// No value, of a field that begins at `low`.
    pub(super) fn none(low: u16) -> Self {
        Self { low, bits: [0; 4] }
    }

    pub(super) fn insert(&mut self, value: u16) {
        let at = usize::from(value.saturating_sub(self.low));
        if let Some(word) = self.bits.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    /// The smallest value that is `from` or more.
    pub fn at_or_after(&self, from: u16) -> Option<u16> {
        let at = usize::from(from.saturating_sub(self.low));
        let (first, shift) = (at / 64, at % 64);
        for (position, word) in self.bits.iter().enumerate().skip(first) {
            let rest = if position == first { word >> shift << shift } else { *word };
            if rest != 0 {
                let offset = position * 64 + rest.trailing_zeros() as usize;
                return self.low.checked_add(u16::try_from(offset).ok()?);
            }
        }
        None
    }

    /// Whether a value is among them.
    pub fn contains(&self, value: u16) -> bool {
        self.at_or_after(value) == Some(value)
    }

    /// How many values there are.
    pub fn len(&self) -> u32 {
        self.bits.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bits == [0; 4]
    }
}

impl Field {
    /// Reads a list of values, ranges and steps.
    pub fn read(&self, piece: Piece<'_>) -> Result<Values, Fault> {
        let mut values = Values::none(self.low);
        for member in piece.members() {
            self.member(member, &mut values)?;
        }
        Ok(values)
    }

    /// Adds what one member of a list stands for: `*`, `7`, `MON`, `1-5`, and each of them with `/2`.
    pub fn member(&self, member: Piece<'_>, values: &mut Values) -> Result<(), Fault> {
        let (range, step) = match member.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step, member)?)),
            None => (member, None),
        };
        let (first, last) = match range.split_once('-') {
            _ if range.text == "*" => (self.low, self.high),
            Some((first, last)) => (self.value(first, member)?, self.value(last, member)?),
            // `5/10` runs to the end of the field.
            None => match (self.value(range, member)?, step) {
                (value, Some(_)) => (value, self.high),
                (value, None) => (value, value),
            },
        };
        if first > last && !self.wraps {
            return Err(member.fault(format!(
                "`{}` ends before it begins; the first {} must be the earlier one",
                member.text, self.name
            )));
        }
        let size = self.high - self.low + 1;
        let length = if first <= last { last - first } else { last + size - first };
        for far in (0..=length).step_by(usize::from(step.unwrap_or(1))) {
            values.insert(self.low + (first - self.low + far) % size);
        }
        Ok(())
    }

    /// A number in the range, or a word. What is shown is the member of the list in which it stands.
    pub fn value(&self, piece: Piece<'_>, member: Piece<'_>) -> Result<u16, Fault> {
        let word = (self.low..).zip(self.words).find(|(_, word)| word.eq_ignore_ascii_case(piece.text));
        let value = word.map(|(value, _)| value).or_else(|| u16::try_from(piece.number()?).ok());
        value.filter(|value| (self.low..=self.high).contains(value)).ok_or_else(|| self.fault(member))
    }

    fn step(&self, step: Piece<'_>, member: Piece<'_>) -> Result<u16, Fault> {
        if !self.steps {
            let message =
                format!("{} takes no `/`, got `{}`; write a list, such as `2,4,6`", self.name, excerpt(member.text));
            return Err(member.fault(message));
        }
        let number = step.number().and_then(|step| u16::try_from(step).ok());
        number.filter(|step| (1..=self.high).contains(step)).ok_or_else(|| self.fault(member))
    }

    pub fn fault(&self, member: Piece<'_>) -> Fault {
        let words = match (self.words.first(), self.words.last()) {
            (Some(first), Some(last)) => format!(" or {first} to {last}"),
            _ => String::new(),
        };
        let got = excerpt(member.text);
        member.fault(format!("`{got}` is not a value of {}; allowed: {} to {}{words}", self.name, self.low, self.high))
    }
}
