//! Attempts, merged from events.

use super::case::{Case, Stop, at, flag, get, list, maybe_text, maybe_time, only, phase, small, text, texts};
use flyte_lifecycle::model::ErrorKind;
use flyte_lifecycle::recorded::attempts::last_attempt_is_terminal;
use flyte_lifecycle::view::attempts::{
    ActionEvent, Attempt, ClusterEvent, EVENTS_MAX, LogContext, OutputReferences, TaskLog, attempts, in_reported_order,
    merge_events,
};
use flyte_lifecycle::view::snapshot::EventErrorView;
use serde_json::{Value, json};

/// Replays one case of `mergeEvents`.
pub fn replay_merge(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["name", "attempt", "events", "order", "order_total", "result"])?;
    // Whether the order is one is a remark for people; the order itself is compared.
    flag(recorded, "order_total")?;
    let events = events(recorded)?;
    let place = |event: &ActionEvent| events.iter().position(|other| std::ptr::eq(other, event));
    let order: Vec<Option<usize>> = in_reported_order(&events).into_iter().map(place).collect();
    case.check("order", &json!(order), get(recorded, "order"));
    let merged = merge_events(small(recorded, "attempt")?, &events);
    case.check_object("result", &attempt_json(&merged), get(recorded, "result"));
    Ok(())
}

/// Replays one case of `getAttempts`.
pub fn replay_get(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(
        recorded,
        "the case",
        &["name", "events", "limit_asked_of_the_store", "attempts", "last_attempt_is_terminal"],
    )?;
    let made = attempts(&events(recorded)?);
    case.check("limit_asked_of_the_store", &json!(EVENTS_MAX), get(recorded, "limit_asked_of_the_store"));
    let wanted = list(recorded, "attempts")?;
    case.check("attempts.length", &json!(made.len()), &json!(wanted.len()));
    for (index, (attempt, want)) in made.iter().zip(wanted).enumerate() {
        case.check_object(&format!("attempts[{index}]"), &attempt_json(attempt), want);
    }
    let ended = last_attempt_is_terminal(&made);
    case.check("last_attempt_is_terminal", &json!(ended), get(recorded, "last_attempt_is_terminal"));
    Ok(())
}

/// The `events` of a case.
pub fn events(recorded: &Value) -> Result<Vec<ActionEvent>, Stop> {
    list(recorded, "events")?.iter().map(event).collect()
}

fn event(recorded: &Value) -> Result<ActionEvent, Stop> {
    let known = [
        "attempt",
        "phase",
        "version",
        "updated",
        "reported",
        "error",
        "outputs",
        "logs",
        "log_context",
        "cache_status",
        "cluster",
        "cluster_events",
    ];
    only(recorded, "the event", &known)?;
    let log = |log: &Value| TaskLog {
        name: at(log, 0).as_str().unwrap_or_default().to_owned(),
        uri: at(log, 1).as_str().unwrap_or_default().to_owned(),
    };
    let remark = |message: &str| ClusterEvent { message: message.to_owned(), ..ClusterEvent::default() };
    Ok(ActionEvent {
        updated_at: maybe_time(recorded, "updated")?,
        reported_at: maybe_time(recorded, "reported")?,
        error: error(get(recorded, "error"))?,
        outputs: outputs(get(recorded, "outputs"))?,
        log_info: list(recorded, "logs")?.iter().map(log).collect(),
        log_context: maybe_text(recorded, "log_context")?.map(|pod| LogContext { primary_pod_name: pod.to_owned() }),
        cache_status: small(recorded, "cache_status")?,
        cluster: maybe_text(recorded, "cluster")?.unwrap_or_default().to_owned(),
        cluster_events: texts(recorded, "cluster_events")?.into_iter().map(remark).collect(),
        ..ActionEvent::new(small(recorded, "attempt")?, phase(recorded, "phase")?, small(recorded, "version")?)
    })
}

fn error(recorded: &Value) -> Result<Option<EventErrorView>, Stop> {
    if recorded.is_null() {
        return Ok(None);
    }
    only(recorded, "the error", &["kind", "message"])?;
    let number: usize = small(recorded, "kind")?;
    let kind = ErrorKind::ALL.get(number).copied();
    let kind = kind.ok_or_else(|| Stop::Unreadable(format!("there is no error kind {number}")))?;
    Ok(Some(EventErrorView { kind, code: None, message: text(recorded, "message")?.to_owned() }))
}

fn outputs(recorded: &Value) -> Result<Option<OutputReferences>, Stop> {
    if recorded.is_null() {
        return Ok(None);
    }
    only(recorded, "the outputs", &["output_uri", "report_uri"])?;
    let uri = |key| Ok::<_, Stop>(maybe_text(recorded, key)?.unwrap_or_default().to_owned());
    Ok(Some(OutputReferences { output_uri: uri("output_uri")?, report_uri: uri("report_uri")? }))
}

fn attempt_json(attempt: &Attempt) -> Value {
    let error =
        attempt.error.as_ref().map(|error| json!({"kind": error.kind.number(), "message": error.message.as_str()}));
    let outputs = attempt
        .outputs
        .as_ref()
        .map(|outputs| json!({"output_uri": outputs.output_uri, "report_uri": outputs.report_uri}));
    let logs: Vec<Value> = attempt.log_info.iter().map(|log| json!([log.name, log.uri])).collect();
    let remarks: Vec<&str> = attempt.cluster_events.iter().map(|event| event.message.as_str()).collect();
    let transitions: Vec<Value> = attempt
        .phase_transitions
        .iter()
        .map(|entry| json!([entry.phase.number(), entry.started_at, entry.ended_at]))
        .collect();
    json!({
        "attempt": attempt.attempt, "phase": attempt.phase.number(), "start": attempt.started_at,
        "end": attempt.ended_at, "error": error, "outputs": outputs, "logs_available": attempt.logs_available,
        "log_context": attempt.log_context.as_ref().map(|context| context.primary_pod_name.as_str()), "logs": logs,
        "cache_status": attempt.cache_status, "cluster": attempt.cluster, "cluster_events": remarks,
        "phase_transitions": transitions,
    })
}
