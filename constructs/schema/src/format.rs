//! The embedded file → the place of each type's chunk, found by binary search over its bytes; decoded types are kept.
//!
//! Layout, all numbers little-endian:
//!
//! | part | content |
//! |---|---|
//! | magic | `cfnspec1` |
//! | counts | `u16` regions, `u32` types |
//! | regions | each: `u8` length, name; at most 64 |
//! | index | each type, sorted by name: `u32` end of its name, `u32` end of its chunk, `u32` size unpacked, `u64` regions as bits |
//! | names | the type names, end to end |
//! | chunks | raw deflate, end to end; what is in one: `decode.rs` |

use std::sync::OnceLock;

use crate::decode;
use crate::model::Schema;

static FILE: &[u8] = include_bytes!("../data/schema.bin");
const MAGIC: &[u8] = b"cfnspec1";
const ENTRY: usize = 20;

/// The type whose schema stands for every `Custom::…` type.
pub const CUSTOM_RESOURCE: &str = "AWS::CloudFormation::CustomResource";

/// Where the parts of the file begin.
struct Layout {
    regions: Vec<&'static str>,
    types: usize,
    index: usize,
    names: usize,
    chunks: usize,
    decoded: Box<[OnceLock<Option<&'static Schema>>]>,
}

struct Entry {
    name: &'static str,
    chunk: &'static [u8],
    unpacked: usize,
    regions: u64,
}

impl Entry {
    fn unpack(&self) -> Option<Vec<u8>> {
        miniz_oxide::inflate::decompress_to_vec_with_limit(self.chunk, self.unpacked).ok()
    }
}

fn layout() -> &'static Layout {
    static LAYOUT: OnceLock<Layout> = OnceLock::new();
    LAYOUT.get_or_init(|| read_layout().unwrap_or_else(Layout::empty))
}

fn read_layout() -> Option<Layout> {
    let mut at = MAGIC.len() + 6;
    let count = u16::from_le_bytes(bytes(MAGIC.len())?);
    let types = u32::from_le_bytes(bytes(MAGIC.len() + 2)?) as usize;
    let mut regions = Vec::with_capacity(count.into());
    for _ in 0..count {
        let length = usize::from(*FILE.get(at)?);
        regions.push(str::from_utf8(FILE.get(at + 1..at + 1 + length)?).ok()?);
        at += 1 + length;
    }
    let names = at + types * ENTRY;
    let last = at + types.checked_sub(1)? * ENTRY;
    let chunks = names + u32::from_le_bytes(bytes(last)?) as usize;
    let decoded = (0..types).map(|_| OnceLock::new()).collect();
    Some(Layout { regions, types, index: at, names, chunks, decoded })
}

fn bytes<const N: usize>(at: usize) -> Option<[u8; N]> {
    FILE.get(at..at + N)?.try_into().ok()
}

impl Layout {
    fn empty() -> Self {
        Self { regions: Vec::new(), types: 0, index: 0, names: 0, chunks: 0, decoded: Box::default() }
    }

    fn entry(&self, number: usize) -> Option<Entry> {
        let at = self.index + number * ENTRY;
        let (name_from, chunk_from) = match number {
            0 => (0, 0),
            _ => (u32::from_le_bytes(bytes(at - ENTRY)?), u32::from_le_bytes(bytes(at - ENTRY + 4)?)),
        };
        let (name_to, chunk_to) = (u32::from_le_bytes(bytes(at)?), u32::from_le_bytes(bytes(at + 4)?));
        let name = FILE.get(self.names + name_from as usize..self.names + name_to as usize)?;
        Some(Entry {
            name: str::from_utf8(name).ok()?,
            chunk: FILE.get(self.chunks + chunk_from as usize..self.chunks + chunk_to as usize)?,
            unpacked: u32::from_le_bytes(bytes(at + 8)?) as usize,
            regions: u64::from_le_bytes(bytes(at + 12)?),
        })
    }

    fn find(&self, name: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.types);
        while low < high {
            let middle = low.midpoint(high);
            match self.entry(middle)?.name.cmp(name) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

impl Schema {
    /// The schema of a resource type, such as `AWS::SQS::Queue`; every `Custom::…` type has that of [`CUSTOM_RESOURCE`].
    /// The first call for a type decodes it, later calls only find it.
    pub fn of(resource_type: &str) -> Option<&'static Self> {
        let name = if resource_type.starts_with("Custom::") { CUSTOM_RESOURCE } else { resource_type };
        let layout = layout();
        let number = layout.find(name)?;
        *layout.decoded.get(number)?.get_or_init(|| {
            let entry = layout.entry(number)?;
            Some(Box::leak(Box::new(decode::schema(entry.name, entry.unpack()?)?)))
        })
    }
}

/// All resource types, sorted.
pub fn types() -> impl Iterator<Item = &'static str> {
    let layout = layout();
    (0..layout.types).filter_map(|number| layout.entry(number).map(|entry| entry.name))
}

/// All regions that the schema knows, sorted.
pub fn regions() -> &'static [&'static str] {
    &layout().regions
}

/// Whether CloudFormation has a type in a region; none where the schema does not know the type's regions or the region itself.
pub fn available_in(resource_type: &str, region: &str) -> Option<bool> {
    let layout = layout();
    let bit = layout.regions.iter().position(|known| *known == region)?;
    let entry = layout.entry(layout.find(resource_type)?)?;
    (entry.regions != 0).then_some(entry.regions >> bit & 1 == 1)
}

/// A type's chunk, for the tests of decoding.
#[cfg(test)]
pub(crate) fn unpacked(resource_type: &str) -> Option<Vec<u8>> {
    layout().entry(layout().find(resource_type)?)?.unpack()
}
