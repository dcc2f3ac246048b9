//! An event and a dotted name → the leaves of that name, each with the list elements on the way to it.

use serde_json::Value;

/// A list of the event, told from all others by where it lies in memory: one event is held still while it is matched.
pub(crate) type List = *const Vec<Value>;

/// A string, number, boolean or `null` of the event.
#[derive(Clone)]
pub(crate) struct Leaf<'e> {
    pub(crate) value: &'e Value,
    /// The elements on the way: objects and lists in lists, outermost first. A leaf that is itself an element belongs to no element, for
    /// Event Ruler takes any leaf of a list.
    pub(crate) places: Vec<(List, usize)>,
}

/// All leaves of a name. Objects, empty lists and what is not there have none.
pub(crate) fn leaves<'e>(event: &'e Value, name: &str) -> Vec<Leaf<'e>> {
    let mut found = Vec::new();
    walk(event, Some(name), &mut Vec::new(), &mut found);
    found
}

/// `rest` is what of the name is still to go; `None` at its end, which is not the same as an empty key.
fn walk<'e>(value: &'e Value, rest: Option<&str>, places: &mut Vec<(List, usize)>, found: &mut Vec<Leaf<'e>>) {
    match (value, rest) {
        (Value::Object(fields), Some(rest)) => {
            let dots = rest.match_indices('.').map(|(at, _)| (&rest[..at], Some(&rest[at + 1..])));
            for (key, rest) in dots.chain([(rest, None)]) {
                if let Some(value) = fields.get(key) {
                    walk(value, rest, places, found);
                }
            }
        }
        (Value::Array(items), _) => {
            for (at, item) in items.iter().enumerate() {
                if item.is_object() || item.is_array() {
                    places.push((std::ptr::from_ref(items), at));
                    walk(item, rest, places, found);
                    places.pop();
                } else {
                    walk(item, rest, places, found);
                }
            }
        }
        (Value::Object(_), None) | (_, Some(_)) => {}
        (leaf, None) => found.push(Leaf { value: leaf, places: places.clone() }),
    }
}
