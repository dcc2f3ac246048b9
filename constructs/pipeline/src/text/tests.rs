//! What template text means, and what it refuses.

use super::*;
use pipesynth_core::Value;

fn date(days: i64, picture: Option<&str>) -> Piece {
    Piece::Expression(Expression::LogicalDate { days, picture: picture.map(str::to_owned) })
}

#[test]
fn expressions_stand_between_literals() {
    let literal = |t: &str| Piece::Literal(t.into());
    assert_eq!(parse("a {{ logicalDate - 1d }} b"), Ok(vec![literal("a "), date(-1, None), literal(" b")]));
    assert_eq!(parse("{{logicalDate|format('yyyy/MM/dd')}}"), Ok(vec![date(0, Some("[Y0001]/[M01]/[D01]"))]));
    assert_eq!(
        parse("{{ logicalDate + 7d | format(\"dt=yyyy\") }}").unwrap_err().message,
        "`format(\"dt=yyyy\")` is not a date format"
    );
    assert_eq!(parse("{{ params.country }}"), Ok(vec![Piece::Expression(Expression::Param("country".into()))]));
    assert_eq!(parse(""), Ok(vec![literal("")]));
}

#[test]
fn unknown_and_open_expressions_are_refused_with_what_is_known() {
    for text in [
        "{{ date }}",
        "{{ logicalDate - 1 }}",
        "{{ logicalDate * 2d }}",
        "{{ params. }}",
        "{{ }}",
        "{{ runId",
        "{{ logicalDate - 999999d }}",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn code_and_secret_look_ups_are_refused() {
    for text in ["{% $states.input %}", "  {% 1 %}", "x {{resolve:secretsmanager:a}}", "{{ resolve:ssm:b }}"] {
        assert!(parse(text).unwrap_err().unsafe_text, "{text}");
    }
}

#[test]
fn text_becomes_jsonata_only_when_a_part_is_known_at_run_time() {
    let plain = value(vec![Part::Literal("a ${b}".into())]);
    assert_eq!(plain, Value::from("a ${b}"));
    let run = value(vec![Part::Literal("it's ".into()), Part::Run("$logicalDate".into())]);
    assert_eq!(run, Value::from("{% \"it's \" & $logicalDate %}"));
    let run = value(vec![Part::Literal("dt=".into()), Part::Run("$logicalDate".into())]);
    assert_eq!(run, Value::from("{% 'dt=' & $logicalDate %}"));
}
