//! The format of pipeline.yaml as it was promised: the published snippets, the long example, and that no key is ignored.

mod every_key;
mod long_example;
mod published;
mod trees;
