//! Layer 3: drivers, which choose the next command. None of them knows a rule.

pub mod session;
pub mod setup;

pub use session::{Explained, Session, Step};
pub use setup::Setup;
