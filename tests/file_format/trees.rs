//! Ways down a tree of JSON, and the tree without what lies at their end.

use serde_json::Value;

/// One way down a tree.
pub type Path = Vec<Step>;

#[derive(Clone, Debug)]
pub enum Step {
    Key(String),
    Item(usize),
}

pub fn shown(path: &Path) -> String {
    let step = |step: &Step| match step {
        Step::Key(key) => format!(".{key}"),
        Step::Item(at) => format!("[{at}]"),
    };
    path.iter().map(step).collect::<String>().trim_start_matches('.').to_owned()
}

/// Every key and every item of a list, from the top down.
pub fn paths(value: &Value, at: &Path, found: &mut Vec<Path>) {
    let mut below = |step: Step, value: &Value| {
        let path: Path = at.iter().cloned().chain([step]).collect();
        found.push(path.clone());
        paths(value, &path, found);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| below(Step::Key(key.clone()), value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, value)| below(Step::Item(n), value)),
        _ => {}
    }
}

/// The tree without what lies at a path.
pub fn without(value: &Value, path: &[Step]) -> Value {
    let mut value = value.clone();
    let (last, way) = path.split_last().unwrap();
    let mut inner = &mut value;
    for step in way {
        inner = match step {
            Step::Key(key) => &mut inner[key.as_str()],
            Step::Item(at) => &mut inner[*at],
        };
    }
    match last {
        Step::Key(key) => drop(inner.as_object_mut().unwrap().shift_remove(key)),
        Step::Item(at) => drop(inner.as_array_mut().unwrap().remove(*at)),
    }
    value
}
