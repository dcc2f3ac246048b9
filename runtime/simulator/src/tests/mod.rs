//! What is inside: the memory of a bus against the patterns, the store with indexes against the plain one,
//! worlds that run at the same time against one.

mod memo;
mod shares;
mod stores;
mod told;
mod views;
