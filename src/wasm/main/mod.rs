//! The main module: what simulating needs, and whatever reads the living world.

mod arguments;
mod bulk;
mod questions;
mod salvage;
mod shown;
mod simulation;
mod words;

pub use bulk::Bulk;
pub use questions::{diagram, guard, outcomes, rules, upstream_commit};
pub use simulation::Simulation;
