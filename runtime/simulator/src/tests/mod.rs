//! What is inside: the memory of a bus against the patterns, the store with indexes against the plain one.

mod memo;
mod stores;
mod told;
mod views;
