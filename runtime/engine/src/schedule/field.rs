//! One field of a cron expression → the set of its values.

/// A field's name, range and words. Source: EventBridge User Guide, "Cron expressions", table of fields.
pub(super) struct Field {
    pub name: &'static str,
    pub low: u16,
    pub high: u16,
    /// Words for the values from `low` up, in any case.
    pub words: &'static [&'static str],
    /// Whether a range may run over the end, such as `20-2`. Years have no beginning to come back to.
    pub wraps: bool,
}

/// Values of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Values {
    low: u16,
    /// Bit `n` is the value `low + n`. The widest field, the year, has 230 values.
    bits: [u64; 4],
}

impl Values {
    /// No value, of a field that begins at `low`.
    pub fn none(low: u16) -> Self {
        Self { low, bits: [0; 4] }
    }

    pub fn insert(&mut self, value: u16) {
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

    pub fn contains(&self, value: u16) -> bool {
        self.at_or_after(value) == Some(value)
    }
}

impl Field {
    /// Reads a list of values, ranges and steps.
    pub fn read(&self, text: &str) -> Result<Values, String> {
        let mut values = Values::none(self.low);
        for part in text.split(',') {
            self.part(part, &mut values)?;
        }
        Ok(values)
    }

    /// Adds what one member of a list stands for: `*`, `7`, `MON`, `1-5`, and each of them with `/2`.
    pub fn part(&self, text: &str, values: &mut Values) -> Result<(), String> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step, text)?)),
            None => (text, None),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (self.low, self.high),
            Some((first, last)) => (self.value(first, text)?, self.value(last, text)?),
            // `5/10` runs to the end of the field.
            None => match (self.value(range, text)?, step) {
                (value, Some(_)) => (value, self.high),
                (value, None) => (value, value),
            },
        };
        if first > last && !self.wraps {
            return Err(format!("`{text}` ends before it begins"));
        }
        let size = self.high - self.low + 1;
        let length = if first <= last { last - first } else { last + size - first };
        for far in (0..=length).step_by(usize::from(step.unwrap_or(1))) {
            values.insert(self.low + (first - self.low + far) % size);
        }
        Ok(())
    }

    /// A number in the range, or a word.
    pub fn value(&self, text: &str, whole: &str) -> Result<u16, String> {
        let word = (self.low..).zip(self.words).find(|(_, word)| word.eq_ignore_ascii_case(text));
        let value = word.map(|(value, _)| value).or_else(|| number(text));
        value.filter(|value| (self.low..=self.high).contains(value)).ok_or_else(|| self.fault(whole))
    }

    fn step(&self, text: &str, whole: &str) -> Result<u16, String> {
        number(text).filter(|step| (1..=self.high).contains(step)).ok_or_else(|| self.fault(whole))
    }

    pub fn fault(&self, text: &str) -> String {
        format!("`{text}` is not a value of {}: {} to {}", self.name, self.low, self.high)
    }
}

/// Digits alone: no sign, no spaces.
pub(super) fn number(text: &str) -> Option<u16> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}
