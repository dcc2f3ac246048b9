//! Settings, signatures, requests and tries → AWS from a Lambda function. Everything that needs TLS lives here.
//!
//! Map: [`outside`] (the trait that all network, time, waiting and log goes through), [`world`] (the real one), [`settings`] (the
//! environment, SigV4), [`retry`], [`dynamodb`] and [`rds_data`] (the clients behind the stores' traits).

pub mod call;
pub mod dynamodb;
pub mod outside;
pub mod rds_data;
pub mod retry;
pub mod settings;
pub mod world;

pub use call::{Caller, Unsettled};
pub use outside::{Answer, Outside, Request, SHORT_ANSWER};
pub use settings::Settings;
pub use world::World;
