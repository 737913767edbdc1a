//! What upstream answers to `GetActionDetails`: the row's status, the attempts that the events tell of, and one result
//! (runs/service/run_service.go, `buildActionDetails`, `actionModelToDetails`). Row and events come by different ways,
//! so the parts can contradict each other.

use super::attempts::{ActionEvent, Attempt, ClusterEvent, OutputReferences, attempts, list_events};
use super::counts::PhaseCounts;
use super::snapshot::{EventErrorView, SignalView, ValueView, counts_below, event_error};
use super::text::message;
use crate::model::action::{NAMESPACE, SpecField, plain_run, shard};
use crate::model::{ActionId, ActionKind, ActionPhase, ActionRow, Fact, Message, Rule, Signal, Time, What};
use crate::rules::timeouts::tells_timeouts;
use crate::world::{Action, World};
use serde::Serialize;

/// The row's part (flyteidl2.workflow.ActionStatus).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionStatus {
    /// The recorded phase.
    pub phase: ActionPhase,
    /// The row's `created_at`.
    pub started_at: Time,
    /// The row's `ended_at`.
    pub ended_at: Option<Time>,
    /// The recorded attempt.
    pub attempts: u32,
    /// `CatalogCacheStatus`, upstream's number.
    pub cache_status: u8,
    /// The row's `duration_ms` as it stands there: it can be stale or negative.
    pub duration_ms: Option<i64>,
}

impl ActionStatus {
    /// The status that a row shows (`actionModelToDetails`).
    pub const fn of(row: &ActionRow) -> ActionStatus {
        ActionStatus {
            phase: row.phase,
            started_at: row.created_at,
            ended_at: row.ended_at,
            attempts: row.attempts,
            cache_status: row.cache_status,
            duration_ms: row.duration_ms,
        }
    }

    /// The duration as upstream sends it: without a sign, so that a negative one comes out above 2^63.
    pub fn unsigned_duration_ms(&self) -> Option<u64> {
        self.duration_ms.map(i64::cast_unsigned)
    }
}

/// How it came out; an action that is going on, succeeded without a signal, or ran out of time has none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ActionResult {
    /// FAILED: the error of the last attempt, if the events know that attempt. It may have none.
    Error {
        /// What the last attempt's event says.
        error: Option<EventErrorView>,
    },
    /// ABORTED, whatever the events say.
    Abort {
        /// Why; empty if nobody said.
        reason: String,
    },
    /// A condition that got its signal, unless its row is FAILED or ABORTED.
    Signal {
        /// The signal.
        signal: SignalView,
    },
}

/// Everything about one action, as upstream tells it (flyteidl2.workflow.ActionDetails).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionDetails {
    /// `<run>/<action>`
    pub id: String,
    /// The run's name.
    pub run: String,
    /// The action's own name.
    pub name: String,
    /// The run's project.
    pub project: String,
    /// The run's domain.
    pub domain: String,
    /// The parent's own name; a root has none.
    pub parent: Option<String>,
    /// What it was taken over from, `<run>/<action>`, in a run that recovers another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovered_from: Option<String>,
    /// Which kind.
    pub kind: ActionKind,
    /// The task type; empty unless it is a task.
    pub task_type: String,
    /// The row's part.
    pub status: ActionStatus,
    /// How it came out.
    pub result: Option<ActionResult>,
    /// The attempts that the events tell of, by number.
    pub attempts: Vec<Attempt>,
    /// Its descendants by recorded phase; UNSPECIFIED is not counted. Upstream tells this to those who watch the run.
    pub child_phase_counts: PhaseCounts,
}

/// The result, from the row's status, what stands beside it, and the attempts (`buildActionDetails`).
pub fn result(
    status: &ActionStatus,
    abort_reason: Option<&str>,
    signal: Option<SignalView>,
    attempts: &[Attempt],
    tells_timeouts: bool,
) -> Option<ActionResult> {
    let signalled = signal.map(|signal| ActionResult::Signal { signal });
    let told = || {
        let last = attempts.last().filter(|last| last.attempt == status.attempts)?;
        Some(ActionResult::Error { error: last.error.clone() })
    };
    match status.phase {
        // The events may lag behind the row, or tell an attempt that the row never had: then no error is shown.
        ActionPhase::Failed => told().or(signalled),
        ActionPhase::TimedOut if tells_timeouts => told().or(signalled),
        ActionPhase::Aborted => Some(ActionResult::Abort { reason: abort_reason.unwrap_or_default().to_owned() }),
        ActionPhase::Unspecified
        | ActionPhase::Queued
        | ActionPhase::WaitingForResources
        | ActionPhase::Initializing
        | ActionPhase::Running
        | ActionPhase::Succeeded
        | ActionPhase::TimedOut
        | ActionPhase::Paused
        | ActionPhase::Recovered => signalled,
    }
}

/// The details of an action, given the facts that led to the world; none if it has no row, which upstream answers with
/// NOT_FOUND.
pub fn action_details(world: &World, facts: &[Fact], id: ActionId) -> Option<ActionDetails> {
    let action = world.action(id)?;
    let status = ActionStatus::of(action.row.as_ref()?);
    let texts = world.texts();
    let text = |id| texts.get(id).to_owned();
    let attempts = attempts(&list_events(stored_events(world, facts, id)));
    let reason = action.row.and_then(|row| row.abort.reason).map(|reason| texts.get(reason));
    let is_task = action.spec.kind == ActionKind::Task;
    Some(ActionDetails {
        id: text(action.full_name),
        run: plain_run(texts.get(action.run)).to_owned(),
        name: text(action.name),
        project: text(action.project),
        domain: text(action.domain),
        parent: action.parent.and_then(|parent| world.action(parent)).map(|parent| text(parent.name)),
        recovered_from: action
            .recovers
            .filter(|_| action.parent.is_some())
            .and_then(|source| world.action(source))
            .map(|source| text(source.full_name)),
        kind: action.spec.kind,
        task_type: if is_task { text(action.spec.task_type) } else { String::new() },
        status,
        result: result(
            &status,
            reason,
            resolution(world, facts, id, action),
            &attempts,
            tells_timeouts(&action.spec, world.rules()),
        ),
        attempts,
        child_phase_counts: counts_below(world, id),
    })
}

/// The attempts of an action, given the facts that led to the world (`getAttempts`); they need no row.
pub fn action_attempts(world: &World, facts: &[Fact], id: ActionId) -> Vec<Attempt> {
    attempts(&list_events(stored_events(world, facts, id)))
}

/// The stored events of an action, in the order in which they came.
pub fn stored_events(world: &World, facts: &[Fact], id: ActionId) -> Vec<ActionEvent> {
    let event = |fact: &Fact| match fact.what {
        What::EventRecorded { phase, attempt, version, error, updated_at, cache_status, said } => Some(ActionEvent {
            updated_at: Some(updated_at),
            reported_at: Some(fact.at),
            error: error.map(|error| event_error(world, &error)),
            outputs: outputs(world, id, attempt),
            cache_status,
            cluster_events: cluster_events(world, fact.rule, said, updated_at),
            ..ActionEvent::new(attempt, phase, version)
        }),
        _ => None,
    };
    facts.iter().filter(|fact| fact.action == Some(id)).filter_map(event).collect()
}

/// Where an attempt's outputs are to be, as the executor says with each event of a task (`outputRefs`): under the run
/// service's default base (runs/config/config.go, `StoragePrefix`).
fn outputs(world: &World, id: ActionId, attempt: u32) -> Option<OutputReferences> {
    let action = world.action(id).filter(|action| action.spec.kind == ActionKind::Task)?;
    if let Some(source) = action.recovers.filter(|_| action.row.is_some_and(|row| row.phase == ActionPhase::Recovered))
    {
        return outputs(world, source, attempt);
    }
    if action.spec.missing.iter().any(|field| field == SpecField::RunOutputBase) || action.resource_name.is_empty() {
        return None;
    }
    let [project, domain, run, name, resource] =
        [action.project, action.domain, action.run, action.name, action.resource_name].map(|id| world.texts().get(id));
    let shard = shard(NAMESPACE, resource);
    let folder = format!("file:///{shard}/tmp/flyte/data/{project}/{domain}/{}/{name}/{attempt}", plain_run(run));
    Some(OutputReferences { output_uri: format!("{folder}/outputs.pb"), report_uri: format!("{folder}/report.html") })
}

/// The remarks of the cluster that come with an event (`toClusterEvents`): the plugin's reason, and what the cache adds.
fn cluster_events(world: &World, rule: Rule, said: Message, updated_at: Time) -> Vec<ClusterEvent> {
    let added = match rule {
        Rule::CacheHit => "cache hit",
        Rule::CacheOwnerAwaited => "waiting for serialized cache owner",
        _ => "",
    };
    let remarks = [message(world.texts(), said), added.to_owned()].into_iter().filter(|remark| !remark.is_empty());
    remarks.map(|message| ClusterEvent { occurred_at: Some(updated_at), message }).collect()
}

/// What a condition was signalled with, as the run service keeps it: it comes with the news that the condition
/// succeeded, and stays also where the guard refuses that news (`mergeRunInfoOutput`).
fn resolution(world: &World, facts: &[Fact], id: ActionId, action: &Action) -> Option<SignalView> {
    if action.spec.kind != ActionKind::Condition {
        return None;
    }
    let mut stored: Option<(Signal, Option<Time>)> = None;
    let mut kept = None;
    for fact in facts.iter().filter(|fact| fact.action == Some(id)) {
        match fact.what {
            What::SignalStored { signal } => stored = Some((signal, Some(fact.at))),
            // A resource from outside may have brought its signal along.
            What::ResourceCreated if fact.rule == Rule::Imported => {
                stored = action.resource.and_then(|resource| Some((resource.cr.status.signal?, resource.signal_at)));
            }
            What::RowCreated { phase: ActionPhase::Succeeded | ActionPhase::Recovered, .. }
            | What::PhaseRecorded { to: ActionPhase::Succeeded, .. }
            | What::RowRewritten { phase: ActionPhase::Succeeded, .. }
            | What::UpdateRefused { to: ActionPhase::Succeeded, .. } => kept = stored.or(kept),
            _ => {}
        }
    }
    let (signal, at) = kept?;
    let texts = world.texts();
    Some(SignalView { value: ValueView::of(texts, signal.value?), by: texts.get(signal.by).to_owned(), at })
}
