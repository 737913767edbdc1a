//! Everything there is, for people: the tree, the two stores, timers, aborts, pending work, the event log.

use super::text::{error_code, message};
use crate::model::time::span;
use crate::model::{
    ActionId, ActionKind, ActionPhase, Call, ConditionStatus, ConditionType, ErrorKind, ErrorState, Fact, FaultReply,
    PendingWork, PluginPhase, Reason, Rule, Service, SignalValue, Texts, Time, TimerKind, ValueType, What,
};
use crate::rules::listing::is_listed_as_paused;
use crate::world::abort_queue::AbortTaskState;
use crate::world::{Action, Resource, World};
use serde::Serialize;
use std::collections::BTreeMap;
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
    pub value_type: Option<ValueType>,
    pub prompt: Option<String>,
    pub child_phase_counts: BTreeMap<ActionPhase, u32>,
    pub watched_phase: Option<ActionPhase>,
    pub listed_as_paused: bool,
    pub row: Option<RowView>,
    pub resource: Option<ResourceView>,
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
    pub conditions: Vec<ConditionView>,
    pub phase_history: Vec<HistoryView>,
    pub error_state: Option<ErrorView>,
    pub signal: Option<SignalView>,
    pub created_at: Time,
    pub deletion_timestamp: Option<Time>,
    pub finalizers: Vec<&'static str>,
    pub labels: BTreeMap<&'static str, String>,
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
    pub message: String,
}

/// Everything there is in a world, given the facts that led to it.
pub fn snapshot(world: &World, facts: &[Fact]) -> Snapshot {
    let mut histories = histories(world, facts);
    let watched = watched_phases(facts);
    let counts = phase_counts(world);
    let name = |id: ActionId| world.name_of(id).to_owned();
    Snapshot {
        now: world.now(),
        actions: world
            .actions()
            .zip(counts)
            .map(|((id, action), counts)| {
                let watched = watched.get(&id).copied();
                action_view(world, id, action, counts, watched, histories.remove(&id).unwrap_or_default())
            })
            .collect(),
        timers: world
            .timers()
            .map(|timer| TimerView {
                id: timer.id,
                at: timer.due,
                action: name(timer.action),
                what: timer.kind,
                sentence: timer_sentence(world, timer.action, timer.kind),
            })
            .collect(),
        abort_queue: abort_queue(world),
        pending: world
            .pending()
            .map(|item| PendingView {
                id: item.id,
                action: name(item.action),
                what: item.work,
                travels: item.travels(),
                sentence: pending_sentence(item.work, world.name_of(item.action)),
            })
            .collect(),
        event_log: event_log(world, facts),
        cache: world
            .cache()
            .iter()
            .map(|entry| CacheView {
                key: world.texts().get(entry.key).to_owned(),
                populated: entry.populated,
                owner: entry.owner.map(name),
            })
            .collect(),
        faults: world
            .faults()
            .iter()
            .map(|fault| FaultView { call: fault.call, reply: fault.reply, action: fault.action.map(name) })
            .collect(),
    }
}

/// What somebody who watches the run from its start has been told last of each action: a fold over the facts. A wake-up
/// can be lost, and a process that no longer listens tells nothing; when it restarts, watches begin anew with the rows.
fn watched_phases(facts: &[Fact]) -> BTreeMap<ActionId, ActionPhase> {
    let (mut rows, mut told) = (BTreeMap::new(), BTreeMap::new());
    let (mut before, mut listens) = (None, true);
    for fact in facts {
        match (fact.what, fact.action) {
            (What::CallFailed { call: Call::ListenPing, .. }, _) => listens &= fact.rule == Rule::ListenerRenewed,
            (What::Restarted { service: Service::Runs, .. }, _) => {
                listens = true;
                told.clone_from(&rows);
            }
            (What::CallFailed { call: Call::Notify, .. }, Some(id)) if fact.rule == Rule::WakeUpLost => match before {
                Some(phase) => _ = told.insert(id, phase),
                None => _ = told.remove(&id),
            },
            (
                What::RowCreated { phase, .. }
                | What::PhaseRecorded { to: phase, .. }
                | What::RowRewritten { phase, .. },
                Some(id),
            ) => {
                before = told.get(&id).copied();
                rows.insert(id, phase);
                if listens {
                    told.insert(id, phase);
                }
            }
            _ => {}
        }
    }
    told
}

/// The phase history of each resource that exists: a fold over the facts.
fn histories(world: &World, facts: &[Fact]) -> BTreeMap<ActionId, Vec<HistoryView>> {
    let mut histories: BTreeMap<ActionId, Vec<HistoryView>> = BTreeMap::new();
    for fact in facts {
        let Some(id) = fact.action else { continue };
        match fact.what {
            What::StatusWritten { history: Some((phase, words)), .. } => {
                let at = world.stored(fact.at);
                let entry = HistoryView { phase, at, message: message(world.texts(), words) };
                histories.entry(id).or_default().push(entry);
            }
            What::HistoryRestored { entry: (phase, words), occurred_at } => {
                let entry = HistoryView { phase, at: occurred_at, message: message(world.texts(), words) };
                histories.entry(id).or_default().push(entry);
            }
            What::ResourceCreated | What::ResourceDeleted => {
                histories.remove(&id);
            }
            _ => {}
        }
    }
    histories
}

/// For each action, its descendants by recorded phase (`children_phase_counts`); UNSPECIFIED is not counted.
pub(super) fn phase_counts(world: &World) -> Vec<BTreeMap<ActionPhase, u32>> {
    let mut counts: Vec<BTreeMap<ActionPhase, u32>> = vec![BTreeMap::new(); world.action_count()];
    // A child comes after its parent, so backwards each has its own counts together when it adds them to its parent's.
    let actions: Vec<_> = world.actions().collect();
    for (id, action) in actions.into_iter().rev() {
        let Some(parent) = action.parent else { continue };
        let own = action.row.map(|row| row.phase).filter(|phase| *phase != ActionPhase::Unspecified);
        let below = counts.get(id.index()).cloned().unwrap_or_default();
        if let Some(above) = counts.get_mut(parent.index()) {
            for (phase, count) in below.into_iter().chain(own.map(|phase| (phase, 1))) {
                *above.entry(phase).or_default() += count;
            }
        }
    }
    counts
}

fn action_view(
    world: &World,
    id: ActionId,
    action: &Action,
    child_phase_counts: BTreeMap<ActionPhase, u32>,
    watched_phase: Option<ActionPhase>,
    history: Vec<HistoryView>,
) -> ActionView {
    let texts = world.texts();
    let text = |id| texts.get(id).to_owned();
    let spec = &action.spec;
    let phase = action.row.map_or(ActionPhase::Unspecified, |row| row.phase);
    let is_condition = spec.kind == ActionKind::Condition;
    let has_paused = child_phase_counts.get(&ActionPhase::Paused).is_some_and(|count| *count > 0);
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
        timeout_ms: (spec.timeout_ms > 0).then_some(spec.timeout_ms),
        value_type: spec.value_type.filter(|_| is_condition),
        prompt: (is_condition && !spec.prompt.is_empty()).then(|| text(spec.prompt)),
        child_phase_counts,
        watched_phase,
        listed_as_paused: action.parent.is_none() && is_listed_as_paused(phase, has_paused, &world.config().rules),
        row: action.row.map(|row| RowView {
            phase: row.phase,
            attempts: row.attempts,
            created_at: row.created_at,
            updated_at: row.updated_at,
            ended_at: row.ended_at,
            duration_ms: row.duration_ms,
            abort_requested_at: row.abort.requested_at,
            abort_attempt_count: row.abort.attempts,
            abort_reason: row.abort.reason.map(text),
        }),
        resource: action.resource.map(|resource| resource_view(world, action, &resource, history)),
    }
}

fn resource_view(world: &World, action: &Action, resource: &Resource, phase_history: Vec<HistoryView>) -> ResourceView {
    let texts = world.texts();
    let status = &resource.cr.status;
    let mut labels = BTreeMap::new();
    if let Some(at) = resource.completed_at.filter(|_| resource.cr.labelled) {
        let (year, month, day, hour, minute, _) = at.civil();
        labels.insert("flyte.org/termination-status", "terminated".to_owned());
        labels.insert("flyte.org/completed-time", format!("{year:04}-{month:02}-{day:02}.{hour:02}-{minute:02}"));
    }
    if resource.cr.recorded {
        labels.insert("flyte.org/terminal-status-recorded", "true".to_owned());
    }
    ResourceView {
        name: texts.get(action.resource_name).to_owned(),
        plugin_phase: status.plugin_phase.map_or("", PluginPhase::name).to_owned(),
        plugin_phase_version: status.plugin_phase_version,
        attempts: status.attempts,
        system_failures: status.system_failures,
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

fn abort_queue(world: &World) -> Vec<AbortView> {
    let view = |(id, task): (ActionId, &crate::world::abort_queue::AbortTask)| {
        let (state, waiting) = match task.state {
            AbortTaskState::Queued { .. } => ("queued", None),
            AbortTaskState::Calling { .. } => ("calling", None),
            AbortTaskState::Waiting { until, delay_ms, ceiling_ms } => ("waiting", Some((until, delay_ms, ceiling_ms))),
        };
        AbortView {
            action: world.name_of(id).to_owned(),
            state,
            attempt: world.action(id).and_then(|action| action.row).map_or(0, |row| row.abort.attempts),
            max_attempts: world.config().abort.attempts_max,
            reason: world.texts().get(task.reason).to_owned(),
            retry_at: waiting.map(|(until, ..)| until),
            ceiling_ms: waiting.map(|(.., ceiling)| ceiling),
            delay_ms: waiting.map(|(_, delay, _)| delay),
        }
    };
    world.aborts().iter().map(view).collect()
}

fn event_log(world: &World, facts: &[Fact]) -> Vec<EventView> {
    facts
        .iter()
        .filter_map(|fact| match fact.what {
            What::EventRecorded { phase, attempt, version, error, updated_at } => Some(EventView {
                action: fact.action.map(|id| world.name_of(id).to_owned())?,
                attempt,
                phase,
                version,
                updated_at,
                reported_at: fact.at,
                error: error
                    .map(|error| EventErrorView { kind: error.kind, message: message(world.texts(), error.message) }),
            }),
            _ => None,
        })
        .collect()
}

fn timer_sentence(world: &World, id: ActionId, kind: TimerKind) -> String {
    let timeout = world.action(id).map_or(0, |action| action.spec.timeout_ms);
    let name = world.name_of(id);
    match kind {
        TimerKind::AttemptTimeout => {
            let attempt = world
                .action(id)
                .and_then(|action| action.resource)
                .map_or(1, |resource| resource.cr.status.observed_attempts());
            format!("attempt {attempt} of {name} may be RUNNING for {}", span(timeout))
        }
        TimerKind::ConditionDeadline => format!("{name} waits for a signal for {}", span(timeout)),
        TimerKind::AbortRetry => format!("the abort of {name} is tried again"),
        TimerKind::Requeue => format!("the executor looks at {name} again"),
        TimerKind::Collection => format!("a sweep of the garbage collector finds {name} old enough"),
    }
}

fn pending_sentence(work: PendingWork, name: &str) -> String {
    match work {
        PendingWork::Reconcile => format!("the executor looks at {name}"),
        PendingWork::WatchAdd => format!("the informer tells the run service of the new {name}"),
        PendingWork::WatchUpdate => format!("the informer tells the run service what became of {name}"),
        PendingWork::WatchDelete => format!("the informer tells the run service that {name} is deleted"),
        PendingWork::AbortWorker => format!("an abort worker takes {name}"),
        PendingWork::Cascade => format!("Kubernetes deletes the children of {name}"),
        PendingWork::Enqueue => format!("the run service has the resource of {name} created"),
    }
}
