//! Layer 3: drivers, which choose the next command. None of them knows a rule.

pub mod bulk;
pub mod explore;
pub mod properties;
pub mod script;
pub mod session;
pub mod task_action;

pub use script::parse_trace;
pub use session::{Explained, InternedCommand, Session, Step};
pub use task_action::from_task_actions;
