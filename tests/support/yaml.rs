//! YAML text → JSON, by the reader that reads pipeline.yaml.

use pipesynth_diag::{Files, Kind, Node, Sink, Value as Tree};
use serde_json::{Map, Value, json};

/// Reads YAML that must be good.
#[track_caller]
pub fn from_yaml(text: &str) -> Value {
    let (mut files, mut sink) = (Files::new(), Sink::new());
    let parsed = pipesynth_yaml::parse(&mut files, "test.yaml", text.as_bytes().to_vec(), &mut sink);
    assert!(sink.is_empty(), "{:?}", sink.into_sorted());
    json_of(&parsed.root.unwrap())
}

fn json_of(node: &Node) -> Value {
    match &node.value {
        Tree::Seq(items) => items.iter().map(json_of).collect(),
        Tree::Map(entries) => {
            Value::Object(entries.iter().map(|e| (e.key.clone(), json_of(&e.value))).collect::<Map<_, _>>())
        }
        Tree::Scalar(scalar) => match scalar.kind {
            Kind::Null => Value::Null,
            Kind::Bool(flag) => json!(flag),
            Kind::Int(number) => json!(number),
            Kind::Float(number) => json!(number),
            Kind::BigInt | Kind::Str => json!(scalar.text),
        },
    }
}
