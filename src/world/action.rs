//! An action: its row, its resource, and its place in the tree.

use crate::model::{ActionId, ActionPhase, ActionRow, Process, Rule, Spec, TaskAction, TextId, Time, TimeBound};

/// An action as upstream's two stores have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Action {
    /// `<run>/<action>`
    pub full_name: TextId,
    /// The run's name.
    pub run: TextId,
    /// The action's own name.
    pub name: TextId,
    /// The resource's name, `<run>-<action>`.
    pub resource_name: TextId,
    /// The run's project.
    pub project: TextId,
    /// The run's domain.
    pub domain: TextId,
    /// Its parent; a root has none.
    pub parent: Option<ActionId>,
    /// Its eldest child.
    pub first_child: Option<ActionId>,
    /// Its youngest child.
    pub last_child: Option<ActionId>,
    /// The next child of its parent.
    pub next_sibling: Option<ActionId>,
    /// What it was enqueued with.
    pub spec: Spec,
    /// Its row, once it is recorded.
    pub row: Option<ActionRow>,
    /// Its resource, while it exists.
    pub resource: Option<Resource>,
    /// Whether the informer has told the run service of it (the in-memory filter).
    pub seen: bool,
    /// What the informer has still to tell of it.
    pub untold: Untold,
    /// What it is taken over from: of a root that of the run that is recovered, of another the action there.
    pub recovers: Option<ActionId>,
    /// The process in its pod, if that is the SDK's.
    pub process: Process,
    /// What its parent's process has heard of it.
    pub heard: Option<ActionPhase>,
    /// How often the SDK has asked for it in vain, as far as that makes a difference.
    pub asked: u8,
}

/// What the informer has still to tell the run service of a resource, where nobody tells news again that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Untold {
    /// Nothing, but for news that is on its way.
    #[default]
    Nothing,
    /// Nothing yet; but the resource has changed again since the news that is on its way, in what is no news by itself.
    Behind,
    /// News that was not taken: the next event of the resource tells it.
    NotTaken,
}

/// A `TaskAction` with its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Resource {
    /// What rules read.
    pub cr: TaskAction,
    /// `metadata.creationTimestamp`
    pub created_at: Time,
    /// `metadata.deletionTimestamp`
    pub deleted_at: Option<Time>,
    /// `lastTransitionTime` of each type of condition, by its number.
    pub transitions: [Time; 3],
    /// When the newest entry of the phase history was made.
    pub history_at: Time,
    /// When the signal was stored.
    pub signal_at: Option<Time>,
    /// The `flyte.org/completed-time` label.
    pub completed_at: Option<Time>,
    /// The attempt whose time in RUNNING is being counted.
    pub timed_attempt: u32,
    /// Which bound on the task's time was reached, and when, until the end that comes of it is written.
    pub overdue: Option<(TimeBound, Time)>,
    /// Whether its clean-up was begun: then nothing that the plugin says counts any more.
    pub cleaning: bool,
    /// When the attempt was queued, as the phase history has it.
    pub queued_at: Time,
    /// Whether what an earlier attempt has launched was not stopped.
    pub left: bool,
    /// The decision that last changed the status.
    pub cause: Rule,
}

impl Resource {
    /// A new resource.
    pub fn new(created_at: Time) -> Resource {
        Resource {
            cr: TaskAction::default(),
            created_at,
            deleted_at: None,
            transitions: [created_at; 3],
            history_at: created_at,
            signal_at: None,
            completed_at: None,
            timed_attempt: 0,
            overdue: None,
            cleaning: false,
            queued_at: created_at,
            left: false,
            cause: Rule::ActionEnqueued,
        }
    }
}

impl Action {
    /// Whether the row has ended and no further attempt is on its way.
    pub fn has_ended(&self) -> bool {
        self.row.is_some_and(|row| row.phase.is_terminal()) && !self.retry_follows()
    }

    /// Whether the SDK runs in its pod.
    pub fn has_process(&self) -> bool {
        self.process != Process::None
    }

    /// Whether the recorded end is that of an attempt after which another one comes, or has come without the row
    /// having been told.
    pub fn retry_follows(&self) -> bool {
        let (Some(row), Some(resource)) = (self.row, self.resource) else { return false };
        let (status, goes_on) = (&resource.cr.status, !resource.cr.deleting && row.phase.is_retryable());
        goes_on && (status.awaits_reset().is_some() || status.attempts > row.attempts)
    }
}
