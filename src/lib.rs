//! The run lifecycle of Flyte 2, executable.

pub mod model;
pub mod rules;
pub mod world;
