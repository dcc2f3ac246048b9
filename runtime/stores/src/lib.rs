//! The engine's store protocol → DynamoDB or PostgreSQL. No network, clock or environment in here: each store speaks through a trait.
//!
//! [`dynamodb`] is the default: one table, conditional transactions. [`postgres`] keeps the same state in SQL, where it can be asked
//! questions too. Both are held to the same conditions by the engine's shared suite.

pub mod dynamodb;
mod expiry;
pub mod postgres;
