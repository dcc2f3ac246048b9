//! What an unquoted text counts as: the table of YAML 1.2.2 §10.3.2 and its edges.

use pipesynth_diag::Kind;

use crate::resolve;

#[test]
fn plain_texts_count_as_the_core_schema_says() {
    let table: &[(&str, Kind)] = &[
        ("", Kind::Null),
        ("~", Kind::Null),
        ("null", Kind::Null),
        ("NULL", Kind::Null),
        ("nULL", Kind::Str),
        ("true", Kind::Bool(true)),
        ("False", Kind::Bool(false)),
        ("tRUE", Kind::Str),
        ("yes", Kind::Str),
        ("no", Kind::Str),
        ("on", Kind::Str),
        ("off", Kind::Str),
        ("0", Kind::Int(0)),
        ("+12", Kind::Int(12)),
        ("-7", Kind::Int(-7)),
        ("012345678901", Kind::Int(12_345_678_901)),
        ("0o17", Kind::Int(15)),
        ("0o8", Kind::Str),
        ("0x1F", Kind::Int(31)),
        ("0x+1", Kind::Str),
        ("0x", Kind::Str),
        ("-0x1", Kind::Str),
        ("9223372036854775807", Kind::Int(i64::MAX)),
        ("-9223372036854775808", Kind::Int(i64::MIN)),
        ("9223372036854775808", Kind::BigInt),
        ("0xFFFFFFFFFFFFFFFFF", Kind::BigInt),
        ("1.5", Kind::Float(1.5)),
        ("1.", Kind::Float(1.0)),
        (".5", Kind::Float(0.5)),
        ("-1e3", Kind::Float(-1000.0)),
        ("1E-2", Kind::Float(0.01)),
        (".inf", Kind::Float(f64::INFINITY)),
        ("-.Inf", Kind::Float(f64::NEG_INFINITY)),
        ("-.nan", Kind::Str),
        (".", Kind::Str),
        ("+", Kind::Str),
        ("-", Kind::Str),
        ("1e", Kind::Str),
        ("1e+", Kind::Str),
        ("1.2.3", Kind::Str),
        ("1_000", Kind::Str),
        ("12:30", Kind::Str),
        ("2026-01-31", Kind::Str),
        ("inf", Kind::Str),
        ("nan", Kind::Str),
        ("１２", Kind::Str),
    ];
    for (text, kind) in table {
        assert_eq!(resolve(text), *kind, "{text:?}");
    }
    assert!(matches!(resolve(".nan"), Kind::Float(n) if n.is_nan()));
}
