//! `2h`, `90m`, `45s`, `1d` → whole seconds.

/// Seconds of a duration; `None` for anything else, zero and what does not fit.
pub fn seconds(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let number: u64 = if plain { number.parse().ok()? } else { return None };
    number.checked_mul(factor).filter(|s| *s > 0)
}

/// What [`seconds`] takes, in words.
pub const FORM: &str = "a duration such as `45s`, `90m`, `2h` or `1d`";

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn units_count() {
        assert_eq!(["45s", "90m", "2h", "1d"].map(seconds), [Some(45), Some(5_400), Some(7_200), Some(86_400)]);
    }

    #[test]
    fn other_texts_are_no_durations() {
        for text in ["", "h", "0h", "-1h", "1.5h", "2", "2 h", "2é", "99999999999999999999d", "+1h"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
