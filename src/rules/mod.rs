//! Layer 1: decisions. Pure functions, one file per file of upstream, in upstream's order. They are total, allocate
//! nothing, mutate nothing and never see a clock: what depends on time arrives as an answer.
//!
//! This module is public because it *is* the specification: read it beside upstream's code, whose file and function
//! stand at each [`crate::model::Rule`].

pub mod abort;
pub mod cache;
pub mod condition;
pub mod events;
pub mod failures;
pub mod finalize;
pub mod gc;
pub mod guard;
pub mod informer;
pub mod listing;
pub mod phases;
pub mod pod;
pub mod requests;
pub mod run_service;
pub mod sdk;
pub mod stamps;
pub mod task;
pub mod timeouts;
pub mod update;
pub mod validate;
pub mod watches;

pub use abort::{AbortStep, abort_attempt, refuses_abort};
pub use condition::{ConditionSeen, reconcile_condition};
pub use finalize::{Finalized, handle_abort_and_finalize};
pub use guard::{Admission, admit};
pub use phases::{event_phase, map_phase_to_conditions, phase_from_conditions, reported_phase};
pub use task::{asks_plugin, reconcile_task};
pub use update::{Update, update_action_phase, write_action_phase};
pub use validate::validate_task_action;

use crate::model::{ActionPhase, Cause, ErrorState, Message, Reason, Rule, Status, Time};

/// An action event to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Its attempt.
    pub attempt: u32,
    /// Its phase.
    pub phase: ActionPhase,
    /// Its version.
    pub version: u32,
    /// Its error; only kind and message travel.
    pub error: Option<ErrorState>,
    /// Its cache status, upstream's number: that of what it was made from, which is not always the status's.
    pub cache_status: u8,
    /// Why, in words, which become a remark of the cluster.
    pub said: Message,
}

impl Told {
    /// An event that tells a phase, and nothing else.
    pub const fn of(attempt: u32, phase: ActionPhase) -> Told {
        Told { attempt, phase, version: 0, error: None, cache_status: 0, said: Message::Empty }
    }
}

/// How the executor writes what it decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// Not at all.
    Nothing,
    /// The finalizer, a plain update of the metadata.
    Finalizer,
    /// A plain status update; a conflict or an error loses it.
    Plain,
    /// Event first, then the status on a fresh copy, tried again on a conflict.
    EventThenStatus,
}

/// What else is done, by the world, in upstream's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effects {
    /// The plugin stops what runs for the current attempt; an error is only logged.
    pub abort_plugin: bool,
    /// The labels for the garbage collector are put on.
    pub stamp_labels: bool,
}

/// What a reconcile decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconciled {
    /// The status as it should be.
    pub status: Status,
    /// The decision.
    pub rule: Rule,
    /// How the status is written.
    pub write: Write,
    /// The entry added to the phase history.
    pub history: Option<(Reason, Message)>,
    /// The events sent before the write, in order.
    pub events: [Option<Told>; 2],
    /// What else is done.
    pub effects: Effects,
    /// The system failure that was counted.
    pub failure: Option<Cause>,
    /// When the plugin says that the task began to run.
    pub began: Option<Time>,
}

impl Reconciled {
    /// Nothing to do.
    pub(crate) const fn nothing(status: Status, rule: Rule) -> Reconciled {
        Reconciled {
            status,
            rule,
            write: Write::Nothing,
            history: None,
            events: [None, None],
            effects: Effects { abort_plugin: false, stamp_labels: false },
            failure: None,
            began: None,
        }
    }
}
