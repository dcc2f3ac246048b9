//! Patterns that AWS refuses → every fault at its place, in words that help.

use pipesynth_events::{API_LENGTH, DEFAULT_LENGTH, MAX_COMBINATIONS, Pattern, length, too_long};
use serde_json::{Value, json};

/// The faults, one per line.
#[track_caller]
fn faults(pattern: &Value) -> String {
    let faults = Pattern::parse(pattern).expect_err("a faulty pattern");
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

#[test]
fn every_fault_is_said_at_its_place() {
    let pattern = json!({
        "source": "aws.emr",
        "detail-type": [],
        "detail": {
            "state": [{"prefix": 1}, {"starts": "a"}, ["x"]],
            "a/b": {},
            "n": [{"numeric": [">", 5, "<", 1]}, {"numeric": [">>", "5"]}],
            "$or": [{"prefix": ["x"]}],
        },
    });
    let expected = "\
`/source`: must be a list or an object, got the string `aws.emr`: write `[\"aws.emr\"]`
`/detail-type`: an empty list matches nothing and is not allowed: name at least one value
`/detail/state/0/prefix`: must be a string, got the number `1`
`/detail/state/1/starts`: unknown operator `starts`: allowed are `anything-but`, `cidr`, `equals-ignore-case`, `exactly`, `exists`, \
         `numeric`, `prefix`, `suffix`, `wildcard`
`/detail/state/2`: a value must be a string, a number, `true`, `false`, `null` or an operator, got a list
`/detail/a~1b`: an empty object is not allowed: name at least one field
`/detail/n/0/numeric`: the bottom `5` of a range must be less than its top `1`
`/detail/n/1/numeric/0`: a comparison must be one of `=`, `<`, `<=`, `>`, `>=`, got the string `>>`
`/detail/n/1/numeric/1`: a bound must be a number, got the string `5`
`/detail/$or`: `$or` takes at least 2 objects, got 1
`/detail/$or/0/prefix`: `prefix` is an operator and no name of a field inside `$or`
";
    assert_eq!(faults(&pattern), expected.replace("\\\n         ", ""));
}

#[test]
fn operators_say_what_they_take() {
    let cases = [
        (
            json!({"wildcard": "a**"}),
            "`/a/0/wildcard`: `*` twice in a row in `a**`: one stands for any characters already",
        ),
        (
            json!({"wildcard": "a\\b"}),
            "`/a/0/wildcard`: `\\` in `a\\b` stands before neither `*` nor `\\`: write it twice to mean itself",
        ),
        (json!({"exists": "no"}), "`/a/0/exists`: `exists` takes `true` or `false`, got the string `no`"),
        (json!({"cidr": "10.0.0.0"}), "`/a/0/cidr`: a block is written as `10.0.0.0/24`, got `10.0.0.0`"),
        (json!({"cidr": "10.0.0.0/32"}), "`/a/0/cidr`: the bits of this block must be a number from 0 to 31, got `32`"),
        (json!({"cidr": "10.0.0/8"}), "`/a/0/cidr`: `10.0.0` is neither an IPv4 nor an IPv6 address"),
        (json!({}), "`/a/0`: an empty object is no operator: write one, such as `{\"prefix\": \"a\"}`"),
        (
            json!({"prefix": "a", "suffix": "b"}),
            "`/a/0`: one operator per object, got `prefix` and `suffix`: write an object for each",
        ),
        (json!({"anything-but": ["a", 1]}), "`/a/0/anything-but`: a list must be of strings or of numbers, got both"),
        (
            json!({"anything-but": {"prefix": ["a", ""]}}),
            "`/a/0/anything-but/prefix/1`: an empty string would refuse everything and is not allowed",
        ),
        (
            json!({"anything-but": {"suffix": []}}),
            "`/a/0/anything-but/suffix`: takes a string or a list of strings, got an empty list",
        ),
        (
            json!({"numeric": ["=", 9_007_199_254_740_993_u64]}),
            "`/a/0/numeric/1`: the number `9007199254740993` cannot be compared: it has more digits than a double carries",
        ),
    ];
    for (operator, expected) in cases {
        assert_eq!(faults(&json!({"a": [operator]})).trim_end(), expected);
    }
}

#[test]
fn only_an_object_is_a_pattern() {
    assert_eq!(faults(&json!(["a"])), "an event pattern is an object, got a list\n");
    assert_eq!(faults(&json!({})), "an empty object is not allowed: name at least one field\n");
}

fn or(branches: usize) -> Value {
    (0..branches).map(|at| json!({"b": [at]})).collect()
}

#[test]
fn combinations_of_or_are_counted_before_they_are_made() {
    let pattern = |second: usize| json!({"$or": or(10), "x": {"$or": or(100)}, "y": {"$or": or(second)}});
    let faults = faults(&pattern(2));
    assert_eq!(faults, format!("the `$or` lists come to 2000 combinations, allowed are {MAX_COMBINATIONS}\n"));
    assert!(Pattern::parse(&json!({"$or": or(10), "x": {"$or": or(100)}})).is_ok());
    // Far more than memory holds.
    let many: serde_json::Map<_, _> = (0..60).map(|at| (format!("k{at}"), json!({"$or": or(10)}))).collect();
    assert!(Pattern::parse(&Value::Object(many)).is_err());
    // Within the combinations, yet too much in all.
    let mut wide: serde_json::Map<_, _> = (0..2_000).map(|at| (format!("k{at}"), json!([at]))).collect();
    wide.insert("$or".to_owned(), or(1_000));
    assert!(Pattern::parse(&Value::Object(wide)).is_err());
}

#[test]
fn depth_is_bounded() {
    let above = |below: Value| Value::Object([("a".to_owned(), below)].into_iter().collect());
    let deep = |levels: usize| (0..levels).fold(json!(["x"]), |below, _| above(below));
    assert!(Pattern::parse(&deep(100)).is_ok());
    assert!(faults(&deep(2_000)).ends_with("objects within objects, allowed are 128\n"));
}

#[test]
fn length_is_counted_in_characters_without_white_space() {
    let pattern = |letters: usize| json!({"ä": ["ö".repeat(letters)]});
    assert_eq!(length(&pattern(0)), r#"{"ä":[""]}"#.chars().count());
    let longest = pattern(DEFAULT_LENGTH - length(&pattern(0)));
    assert_eq!(too_long(&longest, DEFAULT_LENGTH), None);
    let over = pattern(DEFAULT_LENGTH + 1 - length(&pattern(0)));
    let fault = too_long(&over, DEFAULT_LENGTH).unwrap();
    assert_eq!(fault.to_string(), "the pattern has 2049 characters, allowed are 2048");
    assert_eq!(too_long(&over, API_LENGTH), None);
}
