//! The row's guard, times and abort columns, and the event log.

use super::case::{Case, Stop, get, int, list, maybe_int, maybe_text, only, phase, small, text};
use super::left_out::LeftOut;
use flyte_lifecycle::model::{ActionRow, Rules, Texts, Time};
use flyte_lifecycle::rules::abort::{clear_abort_request, mark_abort_attempt, request_abort};
use flyte_lifecycle::rules::events::{EventKey, latest};
use flyte_lifecycle::rules::{Update, write_action_phase};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What an event says beyond its key: info, error kind, when it was stored.
type EventBody = (Value, Value, i64);

fn cache_status(value: &Value) -> Result<u8, Stop> {
    u8::try_from(int(value, "cache_status")?).map_err(|_| Stop::LeftOut(LeftOut::PhaseNumber))
}

fn row_json(row: &ActionRow, texts: &Texts) -> Value {
    json!({
        "phase": row.phase.number(), "attempts": row.attempts, "cache_status": row.cache_status,
        "created_at": row.created_at, "updated_at": row.updated_at, "ended_at": row.ended_at,
        "duration_ms": row.duration_ms, "abort_requested_at": row.abort.requested_at,
        "abort_attempt_count": row.abort.attempts, "abort_reason": row.abort.reason.map(|reason| texts.get(reason)),
    })
}

/// Replays one case of family `repository`.
pub fn replay(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["id", "profile", "name", "init", "row", "steps", "events"])?;
    let rules = Rules::upstream();
    let mut texts = Texts::default();
    let init = get(recorded, "init");
    only(init, "init", &["phase", "attempts", "cache_status", "created_at", "ended_at"])?;
    let mut row = ActionRow::new(phase(init, "phase")?, small(init, "attempts")?, Time(int(init, "created_at")?));
    row.cache_status = cache_status(init)?;
    if let Some(ended_at) = maybe_int(init, "ended_at")? {
        row.ended_at = Some(Time(ended_at));
        row.duration_ms = maybe_int(get(recorded, "row"), "duration_ms")?;
        case.leave_out(LeftOut::CreatedEnded);
    }
    case.check_object("row", &row_json(&row, &texts), get(recorded, "row"));
    let mut events: BTreeMap<EventKey, EventBody> = BTreeMap::new();
    for (index, step) in list(recorded, "steps")?.iter().enumerate() {
        case.step(index + 1)?;
        only(step, "the step", &["op", "rows_affected", "row", "returned", "latest"])?;
        let op = get(step, "op");
        let now = Time(int(op, "now")?);
        let mut affected = 1;
        match text(op, "op")? {
            "update_phase" => {
                only(op, "op", &["op", "now", "to", "attempts", "cache_status", "end_time", "start_time"])?;
                let update = Update {
                    phase: phase(op, "to")?,
                    attempts: small(op, "attempts")?,
                    cache_status: cache_status(op)?,
                    start: maybe_int(op, "start_time")?.map(Time),
                    end: maybe_int(op, "end_time")?.map(Time),
                    resets: false,
                };
                match write_action_phase(&row, &update, u32::MAX, now, &rules) {
                    Ok((new, _)) => row = new,
                    Err(_) => affected = 0,
                }
            }
            "abort_action" => {
                only(op, "op", &["op", "now", "reason"])?;
                row = request_abort(&row, texts.intern(text(op, "reason")?), now, &rules);
            }
            "mark_abort_attempt" => {
                only(op, "op", &["op", "now"])?;
                row = mark_abort_attempt(&row, now);
                case.check("returned", &json!(row.abort.attempts), get(step, "returned"));
            }
            "clear_abort_request" => {
                only(op, "op", &["op", "now"])?;
                row = clear_abort_request(&row, now);
            }
            "insert_events" => {
                only(op, "op", &["op", "now", "events"])?;
                affected = insert(&mut events, list(op, "events")?, now)?;
                check_latest(&events, get(step, "latest"), case)?;
            }
            other => return Err(Stop::Unreadable(format!("operation `{other}` is unknown"))),
        }
        case.check("rows_affected", &json!(affected), get(step, "rows_affected"));
        case.check_object("row", &row_json(&row, &texts), get(step, "row"));
    }
    let listed: Vec<Value> = events
        .iter()
        .map(|(key, (info, kind, at))| json!([key.attempt, key.phase, key.version, info, kind, at]))
        .collect();
    case.check("events", &Value::Array(listed), &Value::Array(list(recorded, "events")?.to_vec()));
    Ok(())
}

/// Stores events whose key is new and counts them.
fn insert(events: &mut BTreeMap<EventKey, EventBody>, new: &[Value], now: Time) -> Result<usize, Stop> {
    let before = events.len();
    for event in new {
        only(event, "the event", &["attempt", "phase", "version", "info", "error_kind"])?;
        let key = EventKey {
            attempt: small(event, "attempt")?,
            phase: small(event, "phase")?,
            version: small(event, "version")?,
        };
        maybe_text(event, "info")?;
        events.entry(key).or_insert_with(|| (get(event, "info").clone(), get(event, "error_kind").clone(), now.0));
    }
    Ok(events.len() - before)
}

fn check_latest(events: &BTreeMap<EventKey, EventBody>, want: &Value, case: &mut Case) -> Result<(), Stop> {
    let wanted = want.as_object().ok_or_else(|| Stop::Unreadable("`latest` should be an object".to_owned()))?;
    for (attempt, want) in wanted {
        let number = attempt.parse().map_err(|_| Stop::Unreadable(format!("attempt `{attempt}` is no number")))?;
        let found = latest(events.keys().copied(), number);
        let got = found.and_then(|key| events.get(&key).map(|(info, ..)| json!([key.phase, key.version, info])));
        case.check(&format!("latest.{attempt}"), &got.unwrap_or(Value::Null), want);
    }
    Ok(())
}
