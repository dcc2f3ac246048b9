//! Texts of options → their canonical text, or a refusal.

use super::*;

fn canonical<T: FromStr<Err = ContractError> + fmt::Display>(text: &str) -> String {
    match text.parse::<T>() {
        Ok(value) => value.to_string(),
        Err(error) => format!("! {error}"),
    }
}

#[test]
fn equal_times_have_one_text() {
    for (written, text) in [("24h", "24h"), ("1440m", "24h"), ("86400s", "24h"), ("90m", "90m"), ("61s", "61s")] {
        assert_eq!(canonical::<Within>(written), text);
    }
    assert_eq!(canonical::<Within>("none"), "none");
    assert_eq!(Within::DAY.to_string(), "24h");
}

#[test]
fn offsets_carry_their_sign_and_unit() {
    for (written, text) in [("-1d", "-1d"), ("+1d", "1d"), ("-2h", "-2h"), ("-01d", "-1d")] {
        assert_eq!(canonical::<Offset>(written), text);
    }
}

#[test]
fn correlation_keys_and_local_times_survive_a_round_trip() {
    for text in ["none", "day", "hour", "key:$.country"] {
        assert_eq!(canonical::<Correlate>(text), text);
    }
    for text in ["00:00", "07:05", "23:59"] {
        assert_eq!(canonical::<LocalTime>(text), text);
    }
}

#[test]
fn other_texts_are_refused() {
    for text in ["", "h", "0h", "-1h", "24", "24H", "99999999999999999999h", "2é", "é"] {
        assert!(canonical::<Within>(text).starts_with("! expected"), "{text}");
    }
    for text in ["", "d", "--1d", "1w", "99999d", "-+1d"] {
        assert!(canonical::<Offset>(text).starts_with("! expected"), "{text}");
    }
    for text in ["week", "key:", "key:country", "key:$."] {
        assert!(canonical::<Correlate>(text).starts_with("! expected"), "{text}");
    }
    for text in ["7:00", "24:00", "12:60", "+7:00", "07:00:00"] {
        assert!(canonical::<LocalTime>(text).starts_with("! expected"), "{text}");
    }
}
