//! Details and events as upstream's services send them in JSON: protojson of flyteidl2.workflow.ActionDetails and
//! ActionEvent (flyteidl2/workflow/run_definition.proto), default values left out.
//!
//! The published npm package @flyteorg/flyteidl2 2.0.16 is older than the commit that this follows: it knows neither
//! `signalInfo` nor `ACTION_PHASE_RECOVERED`. That phase is therefore written as its number, which every reader takes, and
//! a message with `signalInfo` is read there with `ignoreUnknownFields`. Specs are left out, since the model holds no more of them than the lifecycle needs.

use super::attempts::{ActionEvent, Attempt, ClusterEvent, LogContext, OutputReferences, PhaseTransition, TaskLog};
use super::details::{ActionDetails, ActionResult, ActionStatus};
use super::snapshot::{EventErrorView, SignalView, ValueView};
use crate::model::action::plain_run;
use crate::model::{ActionId, ActionKind, ActionPhase, ErrorKind, Time};
use crate::world::World;
use serde_json::{Map, Value, json};

/// Names of `CatalogCacheStatus`, by number (flyteidl2/core/catalog.proto).
const CACHE_STATUS: [&str; 8] = [
    "CACHE_DISABLED",
    "CACHE_MISS",
    "CACHE_HIT",
    "CACHE_POPULATED",
    "CACHE_LOOKUP_FAILURE",
    "CACHE_PUT_FAILURE",
    "CACHE_SKIPPED",
    "CACHE_EVICTED",
];

/// A message under construction: a field that has its default value is left out.
#[derive(Default)]
pub(super) struct Message(Map<String, Value>);

impl Message {
    /// With a field, if there is a value.
    pub(super) fn with(mut self, name: &str, value: Option<Value>) -> Message {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    /// With a text, unless it is empty.
    pub(super) fn text(self, name: &str, text: &str) -> Message {
        self.with(name, Some(text).filter(|text| !text.is_empty()).map(Value::from))
    }

    /// With a number, unless it is 0.
    pub(super) fn number(self, name: &str, number: u32) -> Message {
        self.with(name, Some(number).filter(|&number| number != 0).map(Value::from))
    }

    /// With a phase, unless it is UNSPECIFIED.
    pub(super) fn phase(self, name: &str, phase: ActionPhase) -> Message {
        let value = match phase {
            ActionPhase::Unspecified => None,
            ActionPhase::Recovered => Some(phase.number().into()),
            _ => Some(format!("ACTION_PHASE_{phase}").into()),
        };
        self.with(name, value)
    }

    /// With a time (RFC 3339), if there is one.
    fn time(self, name: &str, time: Option<Time>) -> Message {
        self.with(name, time.map(|time| time.to_string().into()))
    }

    /// With a cache status, unless it is CACHE_DISABLED. A number without a name stays a number, as protojson has it.
    fn cache_status(self, status: u8) -> Message {
        let name = CACHE_STATUS.get(usize::from(status)).map_or_else(|| status.into(), |&name| name.into());
        self.with("cacheStatus", (status != 0).then_some(name))
    }

    /// With a list of messages, unless it is empty.
    fn list<T>(self, name: &str, items: &[T], json: impl Fn(&T) -> Value) -> Message {
        let items: Vec<Value> = items.iter().map(json).collect();
        self.with(name, Some(items).filter(|items| !items.is_empty()).map(Value::from))
    }

    pub(super) fn done(self) -> Value {
        Value::Object(self.0)
    }
}

/// An action's details (flyteidl2.workflow.ActionDetails).
pub fn action_details(details: &ActionDetails) -> Value {
    let (result_name, result) = match &details.result {
        None => ("", None),
        // An error result that holds nothing is an empty message, not a missing one.
        Some(ActionResult::Error { error }) => {
            ("errorInfo", Some(error.as_ref().map_or_else(|| json!({}), error_info)))
        }
        Some(ActionResult::Abort { reason }) => ("abortInfo", Some(Message::default().text("reason", reason).done())),
        Some(ActionResult::Signal { signal }) => ("signalInfo", Some(signal_info(signal))),
    };
    Message::default()
        .with("id", Some(identifier([&details.project, &details.domain, &details.run, &details.name])))
        .with("metadata", Some(metadata(details)))
        .with("status", Some(status(&details.status)))
        .with(result_name, result)
        .list("attempts", &details.attempts, attempt)
        .done()
}

/// A stored event of an action (flyteidl2.workflow.ActionEvent); `null` if there is no such action.
pub fn action_event(world: &World, id: ActionId, event: &ActionEvent) -> Value {
    let Some(action) = world.action(id) else { return Value::Null };
    let names = [action.project, action.domain, action.run, action.name].map(|name| world.texts().get(name));
    Message::default()
        .with("id", Some(identifier(names)))
        .number("attempt", event.attempt)
        .phase("phase", event.phase)
        .number("version", event.version)
        .time("updatedTime", event.updated_at)
        .with("errorInfo", event.error.as_ref().map(error_info))
        .list("logInfo", &event.log_info, task_log)
        .with("logContext", event.log_context.as_ref().map(log_context))
        .text("cluster", &event.cluster)
        .with("outputs", event.outputs.as_ref().map(outputs))
        .cache_status(event.cache_status)
        .list("clusterEvents", &event.cluster_events, cluster_event)
        .time("reportedTime", event.reported_at)
        .done()
}

/// Project, domain, run and action (flyteidl2.common.ActionIdentifier).
pub(super) fn identifier([project, domain, run, name]: [&str; 4]) -> Value {
    let run = Message::default().text("project", project).text("domain", domain).text("name", run).done();
    Message::default().with("run", Some(run)).text("name", name).done()
}

fn metadata(details: &ActionDetails) -> Value {
    let (kind, spec) = match details.kind {
        ActionKind::Task => ("task", Message::default().text("taskType", &details.task_type).done()),
        ActionKind::Trace => ("trace", json!({})),
        ActionKind::Condition => ("condition", json!({})),
    };
    let source = details.recovered_from.as_deref().and_then(|source| source.rsplit_once('/'));
    let recovered = source.map(|(run, name)| identifier([&details.project, &details.domain, plain_run(run), name]));
    Message::default()
        .text("parent", details.parent.as_deref().unwrap_or_default())
        .with(kind, Some(spec))
        .with("recoveredFrom", recovered)
        .text("actionType", &format!("ACTION_TYPE_{}", kind.to_ascii_uppercase()))
        .done()
}

pub(super) fn status(status: &ActionStatus) -> Value {
    Message::default()
        .phase("phase", status.phase)
        .time("startTime", Some(status.started_at))
        .time("endTime", status.ended_at)
        .number("attempts", status.attempts)
        .cache_status(status.cache_status)
        // Numbers of 64 bits travel as text.
        .with("durationMs", status.unsigned_duration_ms().map(|ms| ms.to_string().into()))
        .done()
}

fn attempt(attempt: &Attempt) -> Value {
    Message::default()
        .phase("phase", attempt.phase)
        .time("startTime", attempt.started_at)
        .time("endTime", attempt.ended_at)
        .with("errorInfo", attempt.error.as_ref().map(error_info))
        .number("attempt", attempt.attempt)
        .list("logInfo", &attempt.log_info, task_log)
        .with("outputs", attempt.outputs.as_ref().map(outputs))
        .with("logsAvailable", attempt.logs_available.then_some(Value::Bool(true)))
        .cache_status(attempt.cache_status)
        .list("clusterEvents", &attempt.cluster_events, cluster_event)
        .list("phaseTransitions", &attempt.phase_transitions, phase_transition)
        .text("cluster", &attempt.cluster)
        .with("logContext", attempt.log_context.as_ref().map(log_context))
        .done()
}

fn error_info(error: &EventErrorView) -> Value {
    Message::default().text("message", &error.message).text("kind", error_info_of(error.kind)).done()
}

/// The name of an error's kind; nothing where it is unknown.
pub(super) const fn error_info_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unknown => "",
        ErrorKind::User => "KIND_USER",
        ErrorKind::System => "KIND_SYSTEM",
    }
}

fn task_log(log: &TaskLog) -> Value {
    Message::default().text("uri", &log.uri).text("name", &log.name).done()
}

fn log_context(context: &LogContext) -> Value {
    Message::default().text("primaryPodName", &context.primary_pod_name).done()
}

fn outputs(outputs: &OutputReferences) -> Value {
    Message::default().text("outputUri", &outputs.output_uri).text("reportUri", &outputs.report_uri).done()
}

fn cluster_event(event: &ClusterEvent) -> Value {
    Message::default().time("occurredAt", event.occurred_at).text("message", &event.message).done()
}

fn phase_transition(transition: &PhaseTransition) -> Value {
    Message::default()
        .phase("phase", transition.phase)
        .time("startTime", transition.started_at)
        .time("endTime", transition.ended_at)
        .done()
}

fn signal_info(signal: &SignalView) -> Value {
    let by = Some(&signal.by).filter(|by| !by.is_empty()).map(|by| json!({"user": {"id": {"subject": by}}}));
    Message::default().with("signalledBy", by).with("output", Some(literal(&signal.value))).done()
}

/// A value (flyteidl2.core.Literal).
pub(super) fn literal(value: &ValueView) -> Value {
    let primitive = match value {
        ValueView::Bool(value) => json!({"boolean": value}),
        ValueView::Int(value) => json!({"integer": value.to_string()}),
        // JSON has no word for them, so protojson has.
        ValueView::Float(value) if value.is_nan() => json!({"floatValue": "NaN"}),
        ValueView::Float(value) if value.is_infinite() => {
            json!({"floatValue": if *value > 0.0 { "Infinity" } else { "-Infinity" }})
        }
        ValueView::Float(value) => json!({"floatValue": value}),
        ValueView::String(value) => json!({"stringValue": value}),
    };
    json!({"scalar": {"primitive": primitive}})
}
