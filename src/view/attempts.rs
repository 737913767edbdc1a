//! Attempts as upstream tells them: a projection of the stored events (runs/service/run_service.go, `getAttempts`,
//! `mergeEvents`, `lastAttemptIsTerminal`). The row has no part in it, so an attempt can say one thing and the row
//! another.

use super::snapshot::EventErrorView;
use crate::model::{ActionPhase, Time};
use serde::Serialize;

/// How many events attempts are made from: the first so many as they are listed, so it is the newest that are missing
/// (`getAttempts`).
pub const EVENTS_MAX: usize = 500;

/// A log that can be opened (flyteidl2.core.TaskLog).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TaskLog {
    /// What it is called; of two logs with one name the newer is told.
    pub name: String,
    /// Where it is.
    pub uri: String,
}

/// Which pods an attempt has logs of (flyteidl2.core.LogContext).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogContext {
    /// The name of the pod that runs the user's code.
    pub primary_pod_name: String,
}

/// Where the results are (flyteidl2.task.OutputReferences).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputReferences {
    /// The outputs; may be empty.
    pub output_uri: String,
    /// The report for people; may be empty.
    pub report_uri: String,
}

/// A remark of the cluster (flyteidl2.workflow.ClusterEvent).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterEvent {
    /// When it was made.
    pub occurred_at: Option<Time>,
    /// What it says.
    pub message: String,
}

/// A stored event (flyteidl2.workflow.ActionEvent), as far as attempts are made from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionEvent {
    /// The attempt it is about.
    pub attempt: u32,
    /// The phase it tells.
    pub phase: ActionPhase,
    /// Its version among events of that attempt and phase.
    pub version: u32,
    /// When it happened (`updated_time`), as the platform says.
    pub updated_at: Option<Time>,
    /// When the executor told it (`reported_time`).
    pub reported_at: Option<Time>,
    /// The error of a failure.
    pub error: Option<EventErrorView>,
    /// Where the results are.
    pub outputs: Option<OutputReferences>,
    /// The logs it names.
    pub log_info: Vec<TaskLog>,
    /// Which pods there are logs of.
    pub log_context: Option<LogContext>,
    /// `CatalogCacheStatus`, upstream's number.
    pub cache_status: u8,
    /// The cluster the attempt runs on; may be empty.
    pub cluster: String,
    /// The cluster's remarks.
    pub cluster_events: Vec<ClusterEvent>,
}

impl ActionEvent {
    /// An event that says nothing beyond its key.
    pub const fn new(attempt: u32, phase: ActionPhase, version: u32) -> ActionEvent {
        ActionEvent {
            attempt,
            phase,
            version,
            updated_at: None,
            reported_at: None,
            error: None,
            outputs: None,
            log_info: Vec::new(),
            log_context: None,
            cache_status: 0,
            cluster: String::new(),
            cluster_events: Vec::new(),
        }
    }

    /// Whether it is to come before `other` in the telling: by reported time if both have one, else by updated time,
    /// where an absent one counts as 1970. This is no order where reported times are partly absent: it can go round
    /// in a circle.
    fn is_before(&self, other: &ActionEvent) -> bool {
        match (self.reported_at, other.reported_at) {
            (Some(own), Some(others)) => own < others,
            _ => self.updated_at.unwrap_or(EPOCH) < other.updated_at.unwrap_or(EPOCH),
        }
    }
}

/// What protobuf makes of an absent time.
const EPOCH: Time = Time(0);

/// One attempt (flyteidl2.workflow.ActionAttempt).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Its number.
    pub attempt: u32,
    /// The phase of its earliest terminal event, else of its last event.
    pub phase: ActionPhase,
    /// The updated time of its first event.
    pub started_at: Option<Time>,
    /// The updated time of its earliest terminal event, never before its start.
    pub ended_at: Option<Time>,
    /// The error of the event that gave the phase.
    pub error: Option<EventErrorView>,
    /// The outputs of the event that gave the phase, with the newest report of any event.
    pub outputs: Option<OutputReferences>,
    /// Whether any event has a log context.
    pub logs_available: bool,
    /// The newest log context.
    pub log_context: Option<LogContext>,
    /// The newest log of each name, by name.
    pub log_info: Vec<TaskLog>,
    /// The cache status of the event that gave the phase, upstream's number.
    pub cache_status: u8,
    /// The cluster of the event that gave the phase.
    pub cluster: String,
    /// The cluster's remarks in all events.
    pub cluster_events: Vec<ClusterEvent>,
    /// Its phases, each where it is first told, up to the first terminal one.
    pub phase_transitions: Vec<PhaseTransition>,
}

impl Attempt {
    /// An attempt of which nothing is known.
    const fn unknown(attempt: u32) -> Attempt {
        Attempt {
            attempt,
            phase: ActionPhase::Unspecified,
            started_at: None,
            ended_at: None,
            error: None,
            outputs: None,
            logs_available: false,
            log_context: None,
            log_info: Vec::new(),
            cache_status: 0,
            cluster: String::new(),
            cluster_events: Vec::new(),
            phase_transitions: Vec::new(),
        }
    }
}

/// A phase of an attempt (flyteidl2.workflow.PhaseTransition).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhaseTransition {
    /// The phase.
    pub phase: ActionPhase,
    /// When it was entered.
    pub started_at: Option<Time>,
    /// When the next one was; the start again if the phase is terminal.
    pub ended_at: Option<Time>,
}

/// The events that attempts are made from, as the store lists them: by attempt, phase and version, and no more than
/// [`EVENTS_MAX`] (runs/repository/impl/action.go, `ListEvents`).
pub fn list_events(mut events: Vec<ActionEvent>) -> Vec<ActionEvent> {
    events.sort_by_key(|event| (event.attempt, event.phase, event.version));
    events.truncate(EVENTS_MAX);
    events
}

/// The attempts, by number, that the listed events tell of (`getAttempts`).
pub fn attempts(events: &[ActionEvent]) -> Vec<Attempt> {
    let mut by_attempt: Vec<(u32, Vec<&ActionEvent>)> = Vec::new();
    for event in events {
        let place = by_attempt.binary_search_by_key(&event.attempt, |(attempt, _)| *attempt).unwrap_or_else(|place| {
            by_attempt.insert(place, (event.attempt, Vec::new()));
            place
        });
        if let Some((_, events)) = by_attempt.get_mut(place) {
            events.push(event);
        }
    }
    by_attempt.into_iter().map(|(attempt, events)| merge_events(attempt, events)).collect()
}

/// Events in the order in which they were reported (the sort in `mergeEvents`). Since what is asked of two events is no
/// order, the result hangs on the way of sorting: this is Go's for so few, each moving left past those that it is to
/// precede, so events that tie stay as they were. From 21 events on Go merges such blocks, which comes to the same
/// wherever the order is one.
pub fn in_reported_order<'a>(events: impl IntoIterator<Item = &'a ActionEvent>) -> Vec<&'a ActionEvent> {
    let mut sorted: Vec<&ActionEvent> = Vec::new();
    for event in events {
        let place = sorted.iter().rposition(|earlier| !event.is_before(earlier)).map_or(0, |place| place + 1);
        sorted.insert(place, event);
    }
    sorted
}

/// One attempt from its events, in any order (`mergeEvents`). The number is taken from `attempt`, whatever the events
/// say.
pub fn merge_events<'a>(attempt: u32, events: impl IntoIterator<Item = &'a ActionEvent>) -> Attempt {
    let events = in_reported_order(events);
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Attempt::unknown(attempt) };
    let telling = events.iter().find(|event| event.phase.is_terminal()).unwrap_or(last);
    let newest_first = || events.iter().rev();
    let log_context = newest_first().find_map(|event| event.log_context.clone());
    let ended_at = telling.updated_at.filter(|_| telling.phase.is_terminal());
    // The platform's times are coarse, so an end can seem to come before its start: then it is the start.
    let ends_early = ended_at.is_some_and(|ended_at| first.updated_at.unwrap_or(EPOCH) > ended_at);
    Attempt {
        attempt,
        phase: telling.phase,
        started_at: first.updated_at,
        ended_at: if ends_early { first.updated_at } else { ended_at },
        error: telling.error.clone(),
        outputs: outputs(&events, telling),
        logs_available: log_context.is_some(),
        log_context,
        log_info: log_info(&events),
        cache_status: telling.cache_status,
        cluster: telling.cluster.clone(),
        cluster_events: events.iter().flat_map(|event| event.cluster_events.iter().cloned()).collect(),
        phase_transitions: phase_transitions(&events),
    }
}

/// The outputs of the event that gave the phase, with the newest report that any event names.
fn outputs(events: &[&ActionEvent], telling: &ActionEvent) -> Option<OutputReferences> {
    let mut reports = events.iter().rev().filter_map(|event| event.outputs.as_ref()).map(|outputs| &outputs.report_uri);
    match reports.find(|uri| !uri.is_empty()).cloned() {
        None => telling.outputs.clone(),
        Some(report_uri) => Some(OutputReferences { report_uri, ..telling.outputs.clone().unwrap_or_default() }),
    }
}

/// The newest log of each name, by name; within one event the first of a name counts.
fn log_info(events: &[&ActionEvent]) -> Vec<TaskLog> {
    let mut logs: Vec<TaskLog> = Vec::new();
    for log in events.iter().rev().flat_map(|event| &event.log_info) {
        if let Err(place) = logs.binary_search_by(|known| known.name.cmp(&log.name)) {
            logs.insert(place, log.clone());
        }
    }
    logs
}

/// The phases in the order in which they are first told; a phase that comes back is no news, and a terminal one is the
/// last.
fn phase_transitions(events: &[&ActionEvent]) -> Vec<PhaseTransition> {
    let mut transitions: Vec<PhaseTransition> = Vec::new();
    for event in events {
        if transitions.iter().any(|told| told.phase == event.phase) {
            continue;
        }
        if let Some(left) = transitions.last_mut() {
            left.ended_at = event.updated_at;
        }
        let ended_at = event.updated_at.filter(|_| event.phase.is_terminal());
        transitions.push(PhaseTransition { phase: event.phase, started_at: event.updated_at, ended_at });
        if event.phase.is_terminal() {
            break;
        }
    }
    transitions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(phase: ActionPhase, updated: i64, reported: Option<i64>) -> ActionEvent {
        ActionEvent {
            updated_at: Some(Time(updated)),
            reported_at: reported.map(Time),
            ..ActionEvent::new(1, phase, 0)
        }
    }

    /// findings.md 9: a circle has no right order, but it has an answer, and asking for it must not panic.
    #[test]
    fn events_that_go_round_in_a_circle_are_sorted_as_go_does() {
        let running = event(ActionPhase::Running, 200, None);
        let succeeded = event(ActionPhase::Succeeded, 100, Some(20));
        let queued = event(ActionPhase::Queued, 300, Some(10));
        let sorted = in_reported_order([&running, &succeeded, &queued]);
        assert_eq!(sorted, [&succeeded, &running, &queued]);
        let many: Vec<ActionEvent> = (0..EVENTS_MAX as i64)
            .map(|n| event(ActionPhase::Running, n * 7_919 % 101, (n % 3 > 0).then_some(n * 31 % 97)))
            .collect();
        assert_eq!(in_reported_order(&many).len(), EVENTS_MAX);
    }

    /// findings.md 8: what the first end says counts, and what came later is still merged.
    #[test]
    fn the_earliest_end_gives_the_phase_and_later_events_their_logs() {
        let mut late = event(ActionPhase::Running, 400, Some(400));
        late.log_info = vec![TaskLog { name: "pod".to_owned(), uri: "late".to_owned() }];
        let events = [late, event(ActionPhase::Succeeded, 300, Some(300)), event(ActionPhase::Failed, 200, Some(200))];
        let merged = merge_events(1, &events);
        assert_eq!((merged.phase, merged.ended_at), (ActionPhase::Failed, Some(Time(200))));
        assert_eq!(merged.log_info.len(), 1);
        assert_eq!(merged.phase_transitions.len(), 1);
    }

    /// findings.md, "Events" 23: a limit drops the newest attempts, not the oldest.
    #[test]
    fn only_the_first_events_as_listed_are_looked_at() {
        let events = (0..600).rev().map(|n| ActionEvent::new(n / 2, ActionPhase::Running, n % 2)).collect();
        let listed = list_events(events);
        assert_eq!(attempts(&listed).last().map(|attempt| attempt.attempt), Some(249));
        assert_eq!(attempts(&[]), []);
    }
}
