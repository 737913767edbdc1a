//! Parts of upstream that no world needs: recordings of upstream's code (`tests/vectors`), the scenarios of its own tests
//! (`tests/upstream.rs`) and laws ask them, and nothing else of this crate does. They stand here, beside the layers, so
//! that a page of [`crate::rules`] is about what happens in a world. `tests/tidy.rs` holds that nobody imports them, and
//! that what only tests call stands here.

pub mod attempts;
pub mod executor;
pub mod informer;
pub mod output;
pub mod run_service;
pub mod run_state;
