//! Numbers → compared by value, as Event Ruler does: 3, 3.0 and 30e-1 are one.

/// A number of a pattern or an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// Compared by value.
    Double(f64),
    /// An integer that a double would change: equal to itself alone, in no range.
    Large(i128),
}

impl Number {
    pub(crate) fn new(number: &serde_json::Number) -> Self {
        let integer = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        let double = number.as_f64().unwrap_or(f64::NAN);
        match integer {
            // Up to 2^53 a double carries every integer; beyond, its shortest decimal spelling must be the integer.
            Some(integer) if integer.unsigned_abs() > 1 << 53 && double.to_string() != integer.to_string() => {
                Self::Large(integer)
            }
            _ => Self::Double(double),
        }
    }
}

/// An end of a range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) bound: f64,
    pub(crate) included: bool,
}

/// Numbers between two ends; without an end, all on that side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub(crate) bottom: Option<Edge>,
    pub(crate) top: Option<Edge>,
}

impl Range {
    pub(crate) fn holds(&self, number: Number) -> bool {
        let Number::Double(number) = number else { return false };
        let above = |Edge { bound, included }| number > bound || included && number == bound;
        let below = |Edge { bound, included }| number < bound || included && number == bound;
        self.bottom.is_none_or(above) && self.top.is_none_or(below)
    }
}
