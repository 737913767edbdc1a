//! The run lifecycle of Flyte 2, executable: commands in, facts out.
//!
//! - [`model`] has everyone's words,
//! - [`rules`] decides: its pages are the specification, readable beside upstream's code,
//! - [`world`] composes the decisions into a control plane with its stores, clock and queues,
//! - [`view`] puts it into words and shapes,
//! - [`drive`] chooses the next command.
//!
//! Beside them, [`recorded`] has parts of upstream that only recordings of its code ask.
//!
//! ```
//! use flyte_lifecycle::{drive::Session, model::{ActionPhase, Command, Config}};
//!
//! let mut session = Session::new(Config::default());
//! session.dispatch(Command::CreateRun { run: "r1".into(), project: None, domain: None, task: None, recover: None })?;
//! let root = session.world().find("r1/a0").and_then(|id| session.world().action(id)).and_then(|action| action.row);
//! assert_eq!(root.map(|row| row.phase), Some(ActionPhase::Queued));
//! # Ok::<(), flyte_lifecycle::model::Rejection>(())
//! ```

pub mod drive;
pub mod model;
pub mod recorded;
pub mod rules;
pub mod view;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
pub mod world;
