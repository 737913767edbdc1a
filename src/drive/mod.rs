//! Layer 3: drivers, which choose the next command. None of them knows a rule.

pub mod script;
pub mod session;

pub use script::parse_trace;
pub use session::{Explained, Session, Step};
