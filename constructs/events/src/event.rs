//! An event and a dotted name → the leaves of that name, each with the list elements on the way to it.

use serde_json::Value;

/// A list of the event, told from all others by where it lies in memory: one event is held still while it is matched.
pub(crate) type List = *const Vec<Value>;

/// The list elements on the way to a leaf: objects and lists in lists, outermost first. A leaf that is itself an element belongs to no
/// element, for Event Ruler takes any leaf of a list.
pub(crate) type Places = Vec<(List, usize)>;

/// Shows every leaf of a name, with the elements on the way. Objects, empty lists and what is not there have none.
pub(crate) fn each_leaf<'e>(event: &'e Value, name: &str, show: &mut impl FnMut(&'e Value, &[(List, usize)])) {
    walk(event, Some(name), &mut Vec::new(), show);
}

/// `rest` is what of the name is still to go; `None` at its end, which is not the same as an empty key.
fn walk<'e>(
    value: &'e Value,
    rest: Option<&str>,
    places: &mut Places,
    show: &mut impl FnMut(&'e Value, &[(List, usize)]),
) {
    match (value, rest) {
        (Value::Object(fields), Some(rest)) => {
            let dots = rest.match_indices('.').map(|(at, _)| (&rest[..at], Some(&rest[at + 1..])));
            for (key, rest) in dots.chain([(rest, None)]) {
                if let Some(value) = fields.get(key) {
                    walk(value, rest, places, show);
                }
            }
        }
        (Value::Array(items), _) => {
            for (at, item) in items.iter().enumerate() {
                if item.is_object() || item.is_array() {
                    places.push((std::ptr::from_ref(items), at));
                    walk(item, rest, places, show);
                    places.pop();
                } else {
                    walk(item, rest, places, show);
                }
            }
        }
        (Value::Object(_), None) | (_, Some(_)) => {}
        (leaf, None) => show(leaf, places),
    }
}
