//! Layer 3: drivers, which choose the next command. Which of them ask a rule, and why, is listed in `tests/tidy.rs`.

mod at;
pub mod bulk;
pub mod check_run;
pub mod explore;
mod import;
mod listed;
pub mod observed;
pub mod properties;
pub mod saved;
pub mod script;
pub mod session;
mod strange;
pub mod task_action;

pub use check_run::check_run;
pub use import::from_task_actions;
pub use saved::Saved;
pub use script::parse_trace;
pub use session::{COMMANDS_MAX, FACTS_HELD_MAX, InternedCommand, Session, Step};
