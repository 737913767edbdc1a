//! The executor's reconciles of tasks and conditions: what is stored, sent, called and returned after each step.

use super::case::{Case, Stop, get, list, only, text};
use super::executor::{Done, Executor, Object, Sent};
use super::executor_world::Mirrored;
use super::left_out::LeftOut;
use flyte_lifecycle::model::{ErrorKind, Texts, Time};
use flyte_lifecycle::rules::phase_from_conditions;
use flyte_lifecycle::view::text::{error_code, message};
use serde_json::{Map, Value, json};

/// Replays one case of family `reconcile-task`, `reconcile-condition` or `cache`.
pub fn replay(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["name", "spec", "steps"])?;
    let mut executor = Executor::new(get(recorded, "spec"))?;
    let mut mirrored = match Mirrored::new(&executor) {
        Ok(world) => {
            case.in_world = Some(Ok(()));
            Some(world)
        }
        Err(halt) => {
            case.in_world = Some(Err(halt.why()?));
            None
        }
    };
    let mut want = executor.object.as_ref().map(|object| {
        let mut want = Stored::default();
        want.object.insert("finalizer".to_owned(), json!(object.cr.finalizer));
        want
    });
    for (index, step) in list(recorded, "steps")?.iter().enumerate() {
        case.step(index + 1)?;
        let known =
            ["in", "requeue_ms", "error", "client", "plugin_calls", "catalog_calls", "events", "recorder", "stored"];
        only(step, "the step", &known)?;
        let done = executor.step(get(step, "in"))?;
        check_done(&executor, &done, step, case)?;
        match step.get("stored") {
            None => {}
            Some(Value::Null) => want = None,
            Some(changes) => want.get_or_insert_default().change(changes)?,
        }
        check_object(&executor.texts, executor.object.as_ref(), want.as_ref(), case);
        if let Some(world) = &mut mirrored {
            if !case.failures.is_empty() {
                return Ok(());
            }
            case.replayer = "in the world: ";
            let halt = world.step(&mut executor, step, want.as_ref(), case).err();
            case.replayer = "";
            if let Some(halt) = halt {
                case.in_world = Some(Err(halt.why()?));
                mirrored = None;
            }
        }
    }
    Ok(())
}

/// Compares what is stored with what was, be it there or not.
pub fn check_object(texts: &Texts, got: Option<&Object>, want: Option<&Stored>, case: &mut Case) {
    match (got, want) {
        (None, None) => {}
        (Some(_), None) => case.fail("stored", "got an object, want none"),
        (None, Some(_)) => case.fail("stored", "got no object, want one"),
        (Some(object), Some(want)) => check_stored(texts, object, want, case),
    }
}

/// The object as recorded: every key with the value it has had last.
#[derive(Default)]
pub struct Stored {
    object: Map<String, Value>,
    status: Map<String, Value>,
}

const OBJECT_KEYS: [&str; 4] = ["finalizer", "deleting", "labels", "phase_from_conditions"];
const STATUS_KEYS: [&str; 10] = [
    "plugin_phase",
    "plugin_phase_version",
    "plugin_state",
    "attempts",
    "system_failures",
    "cache_status",
    "conditions",
    "phase_history",
    "error_state",
    "signal",
];

impl Stored {
    /// What the status has of a key.
    pub fn status(&self, key: &str) -> Value {
        self.status.get(key).cloned().unwrap_or_default()
    }

    fn change(&mut self, changes: &Value) -> Result<(), Stop> {
        only(changes, "stored", &[&OBJECT_KEYS[..], &["status"]].concat())?;
        for (key, value) in changes.as_object().into_iter().flatten().filter(|(key, _)| *key != "status") {
            self.object.insert(key.clone(), value.clone());
        }
        let status = get(changes, "status");
        if !status.is_null() {
            only(status, "status", &STATUS_KEYS)?;
            for (key, value) in status.as_object().into_iter().flatten() {
                self.status.insert(key.clone(), value.clone());
            }
        }
        Ok(())
    }
}

fn check_done(executor: &Executor, done: &Done, step: &Value, case: &mut Case) -> Result<(), Stop> {
    if text(get(step, "in"), "op")? == "reconcile" {
        case.check("requeue_ms", &json!(done.requeue_ms), get(step, "requeue_ms"));
    }
    let want_error = get(step, "error");
    if done.error == want_error.is_null() {
        case.fail("error", &format!("got {}, want {want_error}", if done.error { "one" } else { "none" }));
    }
    if !want_error.is_null() {
        case.leave_out(LeftOut::ErrorText);
    }
    if step.get("recorder").is_some() {
        case.leave_out(LeftOut::Recorder);
    }
    let wanted = |key| Ok::<_, Stop>(Value::Array(list(step, key)?.to_vec()));
    case.check("client", &json!(done.client), &wanted("client")?);
    case.check("plugin_calls", &json!(done.plugin_calls), &wanted("plugin_calls")?);
    case.check("catalog_calls", &json!(done.catalog_calls), &wanted("catalog_calls")?);
    let want_events = list(step, "events")?;
    case.check("events.length", &json!(done.events.len()), &json!(want_events.len()));
    for (index, (sent, want)) in done.events.iter().zip(want_events).enumerate() {
        check_event(&executor.texts, index, sent, want, case)?;
    }
    Ok(())
}

pub fn check_event(texts: &Texts, index: usize, sent: &Sent, want: &Value, case: &mut Case) -> Result<(), Stop> {
    let known =
        ["attempt", "phase", "version", "updated", "reported", "error", "recorded", "cluster_events", "cache_status"];
    only(want, "the event", &known)?;
    let error =
        sent.told.error.map(|error| json!({"kind": error.kind.number(), "message": message(texts, error.message)}));
    let got = json!({
        "attempt": sent.told.attempt, "phase": sent.told.phase.number(), "version": sent.told.version,
        "updated": sent.updated, "reported": sent.reported, "error": error,
        "cache_status": (sent.told.cache_status != 0).then_some(sent.told.cache_status),
    });
    let mut want = want.clone();
    if let Some(fields) = want.as_object_mut() {
        // Whoever replays it, it is left out once.
        if fields.remove("cluster_events").is_some() && case.replayer.is_empty() {
            case.leave_out(LeftOut::ClusterEvents);
        }
        let recorded = fields.remove("recorded").unwrap_or(Value::Bool(true));
        case.check(&format!("events[{index}].recorded"), &Value::Bool(sent.recorded), &recorded);
    }
    case.check_object(&format!("events[{index}]"), &got, &want);
    Ok(())
}

fn check_stored(texts: &Texts, object: &Object, want: &Stored, case: &mut Case) {
    let cr = &object.cr;
    let status = &cr.status;
    let labels: Vec<Value> = object.completed_at.filter(|_| cr.labelled).map_or_else(Vec::new, |at| {
        vec![json!(["flyte.org/completed-time", minute(at)]), json!(["flyte.org/termination-status", "terminated"])]
    });
    let phase = phase_from_conditions(&status.conditions).number();
    let pairs = [
        ("finalizer", json!(cr.finalizer), json!(false)),
        ("deleting", json!(cr.deleting), json!(false)),
        ("labels", Value::Array(labels), json!([])),
        ("phase_from_conditions", json!(phase), json!(0)),
    ];
    for (key, got, default) in pairs {
        case.check(&format!("stored.{key}"), &got, want.object.get(key).unwrap_or(&default));
    }
    let words = |told| message(texts, told);
    let conditions: Vec<Value> = status
        .conditions
        .iter()
        .map(|c| {
            let time = object.transitions.get(usize::from(c.kind.number()));
            json!([c.kind, c.status, c.reason, words(c.message), time])
        })
        .collect();
    let history: Vec<Value> =
        object.history.iter().map(|(name, message, time)| json!([name, words(*message), time])).collect();
    let error = status.error.map(|error| {
        let kind = if error.kind == ErrorKind::Unknown { "" } else { error.kind.name() };
        let code = error_code(texts, error.code);
        json!({"code": code, "kind": kind, "message": words(error.message)})
    });
    let state = status.plugin_state.map(|(version, value)| json!({"version": version, "value": texts.get(value)}));
    let signal = status.signal.map(|signal| json!({"by": texts.get(signal.by)}));
    let phase = status.plugin_phase.map_or_else(String::new, |phase| format!("Phase{phase}"));
    let pairs = [
        ("plugin_phase", json!(phase), json!("")),
        ("plugin_phase_version", json!(status.plugin_phase_version), json!(0)),
        ("plugin_state", state.unwrap_or_default(), Value::Null),
        ("attempts", json!(status.attempts), json!(0)),
        ("system_failures", json!(status.system_failures), json!(0)),
        ("cache_status", json!(status.cache_status), json!(0)),
        ("conditions", Value::Array(conditions), json!([])),
        ("phase_history", Value::Array(history), json!([])),
        ("error_state", error.unwrap_or_default(), Value::Null),
        ("signal", signal.unwrap_or_default(), Value::Null),
    ];
    for (key, got, default) in pairs {
        case.check(&format!("stored.status.{key}"), &got, want.status.get(key).unwrap_or(&default));
    }
}

/// As `flyte.org/completed-time` has it (`labelTimeFormat`).
fn minute(at: Time) -> String {
    let (year, month, day, hour, minute, _) = at.civil();
    format!("{year:04}-{month:02}-{day:02}.{hour:02}-{minute:02}")
}
