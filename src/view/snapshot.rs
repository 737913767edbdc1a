//! Everything there is, for people: the tree, the two stores, timers, aborts, pending work, the event log.

use super::counts::{Entries, PhaseCounts};
use super::text::{error_code, message, pending_sentence, timer_sentence};
use crate::model::{
    ActionId, ActionKind, ActionPhase, Call, ConditionStatus, ConditionType, ErrorKind, ErrorState, Fact, FaultReply,
    Message, PendingWork, PluginPhase, Process, Reason, Rule, Service, SignalValue, Texts, Time, TimerKind, ValueType,
    What,
};
use crate::rules::listing::is_listed_as_paused;
use crate::world::abort_queue::{AbortTask, AbortTaskState};
use crate::world::disagreement::{Disagreement, Logged};
use crate::world::entry::ArmedFault;
use crate::world::entry::CacheEntry;
use crate::world::pending::Pending;
use crate::world::timers::Timer;
use crate::world::{Action, Resource, World};
use serde::Serialize;
use std::fmt;

/// See `Snapshot` in types.ts; the fields are described there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct Snapshot {
    pub now: Time,
    pub actions: Vec<ActionView>,
    pub timers: Vec<TimerView>,
    pub abort_queue: Vec<AbortView>,
    pub pending: Vec<PendingView>,
    pub event_log: Vec<EventView>,
    pub cache: Vec<CacheView>,
    pub faults: Vec<FaultView>,
}

/// What the catalog holds under one key.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct CacheView {
    pub key: String,
    pub populated: bool,
    pub owner: Option<String>,
}

/// A call that is to fail.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct FaultView {
    pub call: Call,
    pub reply: FaultReply,
    pub action: Option<String>,
}

/// An action with both stores.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct ActionView {
    pub id: String,
    pub run: String,
    pub name: String,
    pub project: String,
    pub domain: String,
    pub parent: Option<String>,
    pub children: Vec<String>,
    pub kind: ActionKind,
    pub phase: ActionPhase,
    pub attempts: u32,
    pub max_attempts: u32,
    pub terminal: bool,
    pub timeout_ms: Option<u64>,
    pub max_queued_ms: Option<u64>,
    pub deadline_ms: Option<u64>,
    pub recovers: Option<String>,
    pub process: Option<Process>,
    pub heard: Option<ActionPhase>,
    pub value_type: Option<ValueType>,
    pub prompt: Option<String>,
    pub child_phase_counts: PhaseCounts,
    pub watched_phase: Option<ActionPhase>,
    pub listed_as_paused: bool,
    pub row: Option<RowView>,
    pub resource: Option<ResourceView>,
    pub logged: Option<Logged>,
    pub disagreements: Vec<Disagreement>,
}

/// The row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct RowView {
    pub phase: ActionPhase,
    pub attempts: u32,
    pub created_at: Time,
    pub updated_at: Time,
    pub ended_at: Option<Time>,
    pub duration_ms: Option<i64>,
    pub cache_status: u8,
    pub abort_requested_at: Option<Time>,
    pub abort_attempt_count: u32,
    pub abort_reason: Option<String>,
}

/// The resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct ResourceView {
    pub name: String,
    pub plugin_phase: String,
    pub plugin_phase_version: u32,
    pub attempts: u32,
    pub system_failures: u32,
    pub cache_status: u8,
    pub conditions: Vec<ConditionView>,
    pub phase_history: Vec<HistoryView>,
    pub error_state: Option<ErrorView>,
    pub signal: Option<SignalView>,
    pub created_at: Time,
    pub deletion_timestamp: Option<Time>,
    pub finalizers: Vec<&'static str>,
    pub labels: Entries,
    pub reported_phase: ActionPhase,
}

/// A status condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct ConditionView {
    #[serde(rename = "type")]
    pub kind: ConditionType,
    pub status: ConditionStatus,
    pub reason: Reason,
    pub message: String,
    pub last_transition_time: Time,
}

/// An entry of the phase history.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct HistoryView {
    pub phase: Reason,
    pub at: Time,
    pub message: String,
}

/// An error.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct ErrorView {
    pub code: String,
    pub kind: ErrorKind,
    pub message: String,
}

/// A signal.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct SignalView {
    pub value: ValueView,
    pub by: String,
    pub at: Option<Time>,
}

/// The value of a signal, as `{ bool }`, `{ int }`, `{ float }` or `{ string }`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ValueView {
    /// true or false
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text.
    String(String),
}

impl ValueView {
    /// The value in words.
    pub fn of(texts: &Texts, value: SignalValue) -> ValueView {
        match value {
            SignalValue::Bool(value) => ValueView::Bool(value),
            SignalValue::Int(value) => ValueView::Int(value),
            SignalValue::Float(bits) => ValueView::Float(f64::from_bits(bits)),
            SignalValue::Text(text) => ValueView::String(texts.get(text).to_owned()),
        }
    }
}

impl fmt::Display for ValueView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueView::Bool(value) => write!(f, "{value}"),
            ValueView::Int(value) => write!(f, "{value}"),
            // The standard library's way to print a double is as large as all the guard's tables.
            ValueView::Float(value) => match serde_json::Number::from_f64(*value) {
                Some(number) => write!(f, "{number}"),
                None => f.write_str("NaN"),
            },
            ValueView::String(value) => write!(f, "{value:?}"),
        }
    }
}

/// A timer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct TimerView {
    pub id: u32,
    pub at: Time,
    pub action: String,
    pub what: TimerKind,
    pub sentence: String,
}

/// A task of the abort queue.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct AbortView {
    pub action: String,
    pub state: &'static str,
    pub attempt: u32,
    pub max_attempts: u32,
    pub reason: String,
    pub retry_at: Option<Time>,
    pub ceiling_ms: Option<u64>,
    pub delay_ms: Option<u64>,
}

/// A piece of work that is due.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct PendingView {
    pub id: u32,
    pub action: String,
    pub what: PendingWork,
    pub travels: bool,
    pub sentence: String,
}

/// A row of the event log.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct EventView {
    pub action: String,
    pub attempt: u32,
    pub phase: ActionPhase,
    pub version: u32,
    pub updated_at: Time,
    pub reported_at: Time,
    pub error: Option<EventErrorView>,
}

/// The error of an event: the code does not travel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct EventErrorView {
    pub kind: ErrorKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub message: String,
}

/// The error of an event, with its code where events tell it.
pub(super) fn event_error(world: &World, error: &ErrorState) -> EventErrorView {
    EventErrorView {
        kind: error.kind,
        code: world.tells_error_codes().then(|| error_code(world.texts(), error.code).to_owned()),
        message: message(world.texts(), error.message),
    }
}

/// One action as the snapshot has it; nothing if there is no such action.
pub fn action(world: &World, facts: &[Fact], id: ActionId) -> Option<ActionView> {
    let action = world.action(id)?;
    let about = facts.iter().filter(|fact| fact.action.is_none_or(|about| about == id));
    // Folded as the only action there is: a fold for each of those before it would take as long as they are many.
    let only = ActionId(0);
    let own: Vec<Fact> = about.map(|fact| Fact { action: fact.action.map(|_| only), ..*fact }).collect();
    let mut folds = Folds::default();
    folds.take(world, own.iter());
    let on_its_way = world.pending_of(id).any(|item| item.work == PendingWork::Enqueue);
    Some(action_view(world, id, action, counts_below(world, id), folds.of(only), on_its_way))
}

/// The descendants of one action by recorded phase, as [`phase_counts`] has them.
pub(super) fn counts_below(world: &World, id: ActionId) -> PhaseCounts {
    let mut counts = PhaseCounts::default();
    let mut below: Vec<ActionId> = world.children(id).collect();
    while let Some(id) = below.pop() {
        if let Some(row) = world.action(id).and_then(|action| action.row) {
            counts.add(row.phase);
        }
        below.extend(world.children(id));
    }
    counts
}

/// For each action, its descendants by recorded phase (`children_phase_counts`).
pub(super) fn phase_counts(world: &World) -> Vec<PhaseCounts> {
    let mut counts = vec![PhaseCounts::default(); world.action_count()];
    // A child comes after its parent, so backwards each has its own counts together when it adds them to its parent's.
    for id in (0..u32::try_from(counts.len()).unwrap_or(u32::MAX)).rev().map(ActionId) {
        let Some(action) = world.action(id) else { continue };
        let Some(parent) = action.parent else { continue };
        let below = counts.get(id.index()).copied().unwrap_or_default();
        if let Some(above) = counts.get_mut(parent.index()) {
            above.add_all(&below);
            if let Some(row) = action.row {
                above.add(row.phase);
            }
        }
    }
    counts
}

/// An entry of the phase history, before it is put into words.
pub(super) type Entry = (Reason, Message, Time);

/// What a snapshot tells of an action that no rule reads: a fold over its facts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Fold {
    /// The phase of its row.
    row: Option<ActionPhase>,
    /// The phase that somebody who watches the run from its start was told last.
    watched: Option<ActionPhase>,
    /// The phase history of its resource.
    history: Vec<Entry>,
    /// What the event log tells of its attempts, in their order.
    log: Vec<Logged>,
}

impl Fold {
    /// Of an action about which there is no fact.
    const EMPTY: &Fold = &Fold { row: None, watched: None, history: Vec::new(), log: Vec::new() };

    /// Takes in an event: the first end of an attempt counts, and before that what was told last.
    fn log(&mut self, attempt: u32, phase: ActionPhase) {
        let logged = Logged { attempt, phase };
        match self.log.binary_search_by_key(&attempt, |logged| logged.attempt) {
            Err(place) => self.log.insert(place, logged),
            Ok(place) => {
                if let Some(earlier) = self.log.get_mut(place).filter(|earlier| !earlier.phase.is_terminal()) {
                    *earlier = logged;
                }
            }
        }
    }
}

/// The folds of all actions.
#[derive(Debug, Clone, Default)]
pub(super) struct Folds {
    by_action: Vec<Fold>,
    /// What the last row to be written was told as before that.
    before: Option<ActionPhase>,
    /// Whether nobody listens to the rows any more.
    deaf: bool,
}

impl Folds {
    /// Takes in more facts.
    pub(super) fn take<'a>(&mut self, world: &World, facts: impl Iterator<Item = &'a Fact>) {
        for fact in facts {
            self.watch(fact);
            self.remember(world, fact);
        }
    }

    /// What is told of an action.
    pub(super) fn of(&self, id: ActionId) -> &Fold {
        self.by_action.get(id.index()).unwrap_or(Fold::EMPTY)
    }

    fn at(&mut self, id: ActionId) -> Option<&mut Fold> {
        if self.by_action.len() <= id.index() {
            self.by_action.resize_with(id.index() + 1, Fold::default);
        }
        self.by_action.get_mut(id.index())
    }

    /// A wake-up can be lost, and a process that no longer listens tells nothing; when it restarts, watches begin anew with
    /// the rows.
    fn watch(&mut self, fact: &Fact) {
        match (fact.what, fact.action) {
            (What::CallFailed { call: Call::ListenPing, .. }, _) => self.deaf |= fact.rule != Rule::ListenerRenewed,
            (What::Restarted { service: Service::Runs, .. }, _) => {
                self.deaf = false;
                for fold in &mut self.by_action {
                    fold.watched = fold.row;
                }
            }
            (What::CallFailed { call: Call::Notify, .. }, Some(id)) if fact.rule == Rule::WakeUpLost => {
                let before = self.before;
                if let Some(fold) = self.at(id) {
                    fold.watched = before;
                }
            }
            (What::EventRecorded { .. } | What::EventDropped { .. }, Some(id)) => {
                // Whoever is woken reads the row as it is.
                self.before = self.of(id).watched;
                let deaf = self.deaf;
                if let Some(fold) = self.at(id).filter(|_| !deaf) {
                    fold.watched = fold.row;
                }
            }
            (
                What::RowCreated { phase, .. }
                | What::PhaseRecorded { to: phase, .. }
                | What::RowRewritten { phase, .. },
                Some(id),
            ) => {
                self.before = self.of(id).watched;
                let deaf = self.deaf;
                if let Some(fold) = self.at(id) {
                    fold.row = Some(phase);
                    if !deaf {
                        fold.watched = Some(phase);
                    }
                }
            }
            _ => {}
        }
    }

    fn remember(&mut self, world: &World, fact: &Fact) {
        let Some(id) = fact.action else { return };
        let entry = match fact.what {
            What::StatusWritten { history: Some((phase, words)), .. } => Some((phase, words, world.stored(fact.at))),
            What::HistoryRestored { entry: (phase, words), occurred_at } => Some((phase, words, occurred_at)),
            What::ResourceCreated | What::ResourceDeleted => None,
            What::EventRecorded { phase, attempt, .. } => {
                if let Some(fold) = self.at(id) {
                    fold.log(attempt, phase);
                }
                return;
            }
            _ => return,
        };
        let Some(Fold { history, .. }) = self.at(id) else { return };
        match entry {
            Some(entry) => history.push(entry),
            None => history.clear(),
        }
    }
}

pub(super) fn action_view(
    world: &World,
    id: ActionId,
    action: &Action,
    child_phase_counts: PhaseCounts,
    fold: &Fold,
    on_its_way: bool,
) -> ActionView {
    let texts = world.texts();
    let text = |id| texts.get(id).to_owned();
    let some = |ms: u64| (ms > 0).then_some(ms);
    let spec = &action.spec;
    let phase = action.row.map_or(ActionPhase::Unspecified, |row| row.phase);
    let is_condition = spec.kind == ActionKind::Condition;
    let has_paused = child_phase_counts.get(ActionPhase::Paused) > 0;
    ActionView {
        id: text(action.full_name),
        run: text(action.run),
        name: text(action.name),
        project: text(action.project),
        domain: text(action.domain),
        parent: action.parent.map(|parent| world.name_of(parent).to_owned()),
        children: world.children(id).map(|child| world.name_of(child).to_owned()).collect(),
        kind: spec.kind,
        phase,
        attempts: action.row.map_or(0, |row| row.attempts),
        max_attempts: spec.max_attempts,
        terminal: phase.is_terminal() && !action.retry_follows(),
        timeout_ms: some(spec.timeout_ms),
        max_queued_ms: some(spec.max_queued_ms),
        deadline_ms: some(spec.deadline_ms),
        recovers: action.recovers.and_then(|root| world.action(root)).map(|root| text(root.run)),
        process: Some(action.process).filter(|process| *process != Process::None),
        heard: action.heard,
        value_type: spec.value_type.filter(|_| is_condition),
        prompt: (is_condition && !spec.prompt.is_empty()).then(|| text(spec.prompt)),
        child_phase_counts,
        watched_phase: fold.watched,
        listed_as_paused: action.parent.is_none() && is_listed_as_paused(phase, has_paused, world.rules()),
        row: action.row.map(|row| RowView {
            phase: row.phase,
            attempts: row.attempts,
            created_at: row.created_at,
            updated_at: row.updated_at,
            ended_at: row.ended_at,
            duration_ms: row.duration_ms,
            cache_status: row.cache_status,
            abort_requested_at: row.abort.requested_at,
            abort_attempt_count: row.abort.attempts,
            abort_reason: row.abort.reason.map(text),
        }),
        resource: action.resource.map(|resource| resource_view(world, action, &resource, &fold.history)),
        logged: fold.log.last().copied(),
        disagreements: world.disagreements(id, &fold.log, on_its_way),
    }
}

fn resource_view(world: &World, action: &Action, resource: &Resource, history: &[Entry]) -> ResourceView {
    let texts = world.texts();
    let status = &resource.cr.status;
    let ended = resource.completed_at.filter(|_| resource.cr.labelled);
    let completed = ended.map(|at| {
        let (year, month, day, hour, minute, _) = at.civil();
        format!("{year:04}-{month:02}-{day:02}.{hour:02}-{minute:02}")
    });
    // In the order of their names.
    let labels = [
        ("flyte.org/completed-time", completed),
        ("flyte.org/terminal-status-recorded", resource.cr.recorded.then(|| "true".to_owned())),
        ("flyte.org/termination-status", ended.map(|_| "terminated".to_owned())),
    ];
    let labels = Entries(labels.into_iter().filter_map(|(name, text)| Some((name, text?))).collect());
    let phase_history =
        history.iter().map(|&(phase, words, at)| HistoryView { phase, at, message: message(texts, words) }).collect();
    ResourceView {
        name: texts.get(action.resource_name).to_owned(),
        plugin_phase: status.plugin_phase.map_or("", PluginPhase::name).to_owned(),
        plugin_phase_version: status.plugin_phase_version,
        attempts: status.attempts,
        system_failures: status.system_failures,
        cache_status: status.cache_status,
        conditions: status
            .conditions
            .iter()
            .map(|condition| ConditionView {
                kind: condition.kind,
                status: condition.status,
                reason: condition.reason,
                message: message(texts, condition.message),
                last_transition_time: resource
                    .transitions
                    .get(usize::from(condition.kind.number()))
                    .copied()
                    .unwrap_or(resource.created_at),
            })
            .collect(),
        phase_history,
        error_state: status.error.map(|error| error_view(texts, &error)),
        // A stored signal that cannot be decoded has no value to show.
        signal: status.signal.and_then(|signal| {
            Some(SignalView {
                value: ValueView::of(texts, signal.value?),
                by: texts.get(signal.by).to_owned(),
                at: resource.signal_at,
            })
        }),
        created_at: resource.created_at,
        deletion_timestamp: resource.deleted_at,
        finalizers: if resource.cr.finalizer { vec!["flyte.org/plugin-finalizer"] } else { Vec::new() },
        labels,
        reported_phase: world.reported_phase(resource),
    }
}

fn error_view(texts: &Texts, error: &ErrorState) -> ErrorView {
    ErrorView {
        code: error_code(texts, error.code).to_owned(),
        kind: error.kind,
        message: message(texts, error.message),
    }
}

pub(super) fn abort_view(world: &World, id: ActionId, task: &AbortTask, attempt: u32) -> AbortView {
    let (state, waiting) = match task.state {
        AbortTaskState::Queued { .. } => ("queued", None),
        AbortTaskState::Calling { .. } => ("calling", None),
        AbortTaskState::Waiting { until, delay_ms, ceiling_ms } => ("waiting", Some((until, delay_ms, ceiling_ms))),
    };
    AbortView {
        action: world.name_of(id).to_owned(),
        state,
        attempt,
        max_attempts: world.config().abort.attempts_max,
        reason: world.texts().get(task.reason).to_owned(),
        retry_at: waiting.map(|(until, ..)| until),
        ceiling_ms: waiting.map(|(.., ceiling)| ceiling),
        delay_ms: waiting.map(|(_, delay, _)| delay),
    }
}

pub(super) fn timer_view(world: &World, timer: &Timer) -> TimerView {
    TimerView {
        id: timer.id,
        at: timer.due,
        action: world.name_of(timer.action).to_owned(),
        what: timer.kind,
        sentence: timer_sentence(world, timer.action, timer.kind),
    }
}

pub(super) fn pending_view(world: &World, item: &Pending) -> PendingView {
    let name = world.name_of(item.action);
    PendingView {
        id: item.id,
        action: name.to_owned(),
        what: item.work,
        travels: item.travels(),
        sentence: pending_sentence(item.work, name),
    }
}

pub(super) fn event_view(world: &World, fact: &Fact) -> Option<EventView> {
    let What::EventRecorded { phase, attempt, version, error, updated_at, .. } = fact.what else { return None };
    Some(EventView {
        action: world.name_of(fact.action?).to_owned(),
        attempt,
        phase,
        version,
        updated_at,
        reported_at: fact.at,
        error: error.map(|error| event_error(world, &error)),
    })
}

pub(super) fn cache_view(world: &World, entry: &CacheEntry) -> CacheView {
    CacheView {
        key: world.texts().get(entry.key).to_owned(),
        populated: entry.populated,
        owner: entry.owner.map(|owner| world.name_of(owner).to_owned()),
    }
}

pub(super) fn fault_view(world: &World, fault: &ArmedFault) -> FaultView {
    let action = fault.action.map(|action| world.name_of(action).to_owned());
    FaultView { call: fault.call, reply: fault.reply, action }
}
