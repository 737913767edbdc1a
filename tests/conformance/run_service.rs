//! Calls of the run service: what reaches the store, and what is answered.

use super::attempts::events;
use super::case::{Case, Stop, get, int, list, maybe_int, maybe_text, maybe_time, only, phase, small, text};
use super::left_out::LeftOut;
use flyte_lifecycle::model::{ActionKind, ActionPhase, ActionRow, Code, Rule, Rules, Texts, Time};
use flyte_lifecycle::recorded::run_service::{
    RecordSpec, Resolution, RunInfo, StatusCall, StoreAnswer, abort_reply, merge_run_info, record_action, reply_code,
    update_action_status,
};
use flyte_lifecycle::rules::Update;
use flyte_lifecycle::rules::run_service::{ROOT_ACTION, abort_action_reason, abort_run_reason};
use flyte_lifecycle::view::attempts::attempts;
use flyte_lifecycle::view::details::{ActionResult, ActionStatus, result};
use serde_json::{Value, json};

/// Where the clock stands, as the header says.
const NOW: Time = Time(1_767_225_605_250);
/// What the times in words count from.
const START: Time = Time(1_767_225_600_000);
/// The action that the recorded calls are about, and the run it belongs to.
const ACTION: &str = "a";
const RUN: &str = "p/d/r";
/// Attempts and cache status that every request of the grid of phases has, as the header says.
const GRID: (u32, u8) = (3, 2);

/// The store as it was scripted: which call failed is not recorded, but after it no other was made.
struct Store<'a> {
    calls: &'a [Value],
    fails: bool,
    made: Vec<Value>,
}

impl<'a> Store<'a> {
    fn new(recorded: &'a Value) -> Result<Store<'a>, Stop> {
        Ok(Store { calls: list(recorded, "calls")?, fails: int(recorded, "status_code")? == 13, made: Vec::new() })
    }

    /// The recorded call of that name.
    fn recorded(&self, name: &str) -> &'a Value {
        self.calls.iter().find(|call| get(call, "call") == name).unwrap_or(&Value::Null)
    }

    /// Makes a call and gives the answer.
    fn call(&mut self, call: Value) -> StoreAnswer {
        self.made.push(call);
        if self.fails && self.made.len() >= self.calls.len() { StoreAnswer::Error } else { StoreAnswer::Ok }
    }

    /// Compares the calls and the codes: of the call itself, which is always well, and inside the reply.
    fn check(self, code: Option<(Code, Rule)>, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
        case.check("transport", &json!("ok"), get(recorded, "transport"));
        case.check("status_code", &json!(number(code.map(|(code, _)| code))?), get(recorded, "status_code"));
        case.check("calls.length", &json!(self.made.len()), &json!(self.calls.len()));
        for (index, (made, want)) in self.made.iter().zip(self.calls).enumerate() {
            case.check_object(&format!("calls[{index}]"), made, want);
        }
        Ok(())
    }
}

/// The number of a code (google.rpc.Code).
fn number(code: Option<Code>) -> Result<u8, Stop> {
    match code {
        None => Ok(0),
        Some(Code::InvalidArgument) => Ok(3),
        Some(Code::NotFound) => Ok(5),
        Some(Code::Internal) => Ok(13),
        Some(other) => Err(Stop::Unreadable(format!("the run service never answers {other}"))),
    }
}

/// Replays one case of `UpdateActionStatus`.
pub fn replay_update(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    let known = ["name", "phase", "end_time", "start_time", "output", "principal", "transport", "status_code", "calls"];
    only(recorded, "the case", &known)?;
    let mut store = Store::new(recorded)?;
    let passed_on = store.recorded("UpdateActionPhase");
    let in_grid = recorded.get("start_time").is_some();
    if !in_grid {
        case.leave_out(LeftOut::Request);
    }
    // What is not recorded of a request shows where it is passed on; if nothing is, it plays no part.
    let told_phase = if get(recorded, "phase").is_null() { passed_on } else { recorded };
    let update = Update {
        phase: if get(told_phase, "phase").is_null() { ActionPhase::Succeeded } else { phase(told_phase, "phase")? },
        attempts: if in_grid { GRID.0 } else { small(passed_on, "attempts")? },
        cache_status: if in_grid { GRID.1 } else { small(passed_on, "cache_status")? },
        start: maybe_time(recorded, "start_time")?,
        end: maybe_time(recorded, "end_time")?,
        resets: false,
    };
    let mut texts = Texts::default();
    let mut told = |key| Ok::<_, Stop>(maybe_text(recorded, key)?.map(|text| texts.intern(text)));
    let told = Resolution { output: told("output")?, principal: told("principal")? };
    // What was kept with the row before is not recorded either, but for what comes through unchanged.
    let written = store.recorded("UpdateActionDetailedInfo");
    let mut kept = |key| Ok::<_, Stop>(maybe_text(written, key)?.filter(|t| !t.is_empty()).map(|t| texts.intern(t)));
    let kept = RunInfo {
        inputs_uri: kept("inputs_uri")?.unwrap_or_default(),
        resolution: Resolution {
            output: if told.output.is_none() { kept("output")? } else { None },
            principal: if told.principal.is_none() { kept("principal")? } else { None },
        },
    };
    let mut answer = StoreAnswer::Ok;
    for call in update_action_status(&update, &told, NOW).into_iter().flatten() {
        answer = store.call(match call {
            StatusCall::GetAction => json!({"call": "GetAction"}),
            StatusCall::UpdateActionDetailedInfo => {
                let info = merge_run_info(&kept, &told);
                let text = |id: Option<_>| texts.get(id.unwrap_or_default());
                json!({
                    "call": "UpdateActionDetailedInfo", "inputs_uri": texts.get(info.inputs_uri),
                    "output": text(info.resolution.output), "principal": text(info.resolution.principal),
                })
            }
            StatusCall::UpdateActionPhase(update) => json!({
                "call": "UpdateActionPhase", "phase": update.phase.number(), "attempts": update.attempts,
                "cache_status": update.cache_status, "end_time": update.end, "start_time": update.start,
            }),
        });
        if answer != StoreAnswer::Ok {
            break;
        }
    }
    store.check(reply_code(answer), recorded, case)
}

/// Replays one case of `RecordAction`.
pub fn replay_record(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["name", "spec", "parent", "transport", "status_code", "calls"])?;
    let mut store = Store::new(recorded)?;
    let spec = spec(maybe_text(recorded, "spec")?.unwrap_or_default())?;
    let parent = maybe_text(recorded, "parent")?.unwrap_or_default();
    let code = match record_action(spec, parent, &Rules::upstream()) {
        Err(refused) => Some(refused),
        Ok(row) => {
            let kind = match row.kind {
                ActionKind::Task => 1,
                ActionKind::Trace => 2,
                ActionKind::Condition => 3,
            };
            reply_code(store.call(json!({
                "call": "CreateAction", "name": ACTION, "parent": row.parent, "action_type": kind,
                "phase": row.phase.number(), "attempts": row.attempts, "created_at": row.created_at,
                "ended_at": row.ended_at, "task_name": row.task_name, "task_short_name": row.task_short_name,
                "function_name": row.function_name,
            })))
        }
    };
    store.check(code, recorded, case)
}

/// A spec as the recording describes it, for instance `task m.f, short name sn` or `trace tr, start +100 ms`.
fn spec(words: &str) -> Result<Option<RecordSpec<'_>>, Stop> {
    let (what, rest) = words.split_once(", ").unwrap_or((words, ""));
    let parts = || rest.split(", ");
    let named = |prefix| parts().find_map(|part| part.strip_prefix(prefix)).unwrap_or_default();
    let time = |prefix: &str| {
        let Some(offset) = parts().find_map(|part| part.strip_prefix(prefix)) else { return Ok(None) };
        let ms = offset.trim().trim_end_matches("ms").trim().parse::<i64>();
        ms.map(|ms| Some(Time(START.0 + ms))).map_err(|_| Stop::Unreadable(format!("`{offset}` is no offset")))
    };
    let mut words = what.split_whitespace();
    let kind = words.find(|word| ["task", "trace", "condition"].contains(word));
    let name = words.next().filter(|word| !["with", "without", "no"].contains(word)).unwrap_or_default();
    Ok(match kind {
        Some("task") => Some(RecordSpec::Task { name, short_name: named("short name ") }),
        Some("trace") => Some(RecordSpec::Trace { name, phase: None, start: time("start ")?, end: time("end ")? }),
        Some("condition") => Some(RecordSpec::Condition { name }),
        _ => None,
    })
}

/// Replays one case of `RecordActionEvents`.
pub fn replay_events(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["name", "store", "transport", "status_code", "calls"])?;
    let mut store = Store::new(recorded)?;
    // All events of a request go to the store at once; how many there were shows only there.
    let count = store.recorded("InsertEvents").get("count").cloned();
    case.leave_out(LeftOut::Request);
    store.call(json!({"call": "InsertEvents", "count": count}));
    let answer = store_answer(recorded)?;
    store.check(reply_code(answer), recorded, case)
}

fn store_answer(recorded: &Value) -> Result<StoreAnswer, Stop> {
    match maybe_text(recorded, "store")?.unwrap_or_default() {
        "" => Ok(StoreAnswer::Ok),
        "no_rows" => Ok(StoreAnswer::NoRows),
        "error" => Ok(StoreAnswer::Error),
        other => Err(Stop::Unreadable(format!("the store's answer `{other}` is unknown"))),
    }
}

/// Replays one case of `GetActionDetails`.
pub fn replay_details(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["name", "row", "events", "status", "attempts", "result"])?;
    let from = get(recorded, "row");
    only(from, "the row", &["phase", "attempts", "abort_reason", "ended_at", "duration_ms"])?;
    let row = ActionRow {
        ended_at: maybe_time(from, "ended_at")?,
        duration_ms: maybe_int(from, "duration_ms")?,
        ..ActionRow::new(phase(from, "phase")?, small(from, "attempts")?, START)
    };
    let status = ActionStatus::of(&row);
    let duration = status.unsigned_duration_ms().map(|ms| ms.to_string());
    let got = json!({
        "phase": status.phase.number(), "attempts": status.attempts, "end_time": status.ended_at,
        "duration_ms_as_text": duration,
    });
    case.check_object("status", &got, get(recorded, "status"));
    // The recorded store lists events as it was given them.
    let attempts = attempts(&events(recorded)?);
    let numbers: Value = attempts.iter().map(|attempt| json!([attempt.attempt, attempt.phase.number()])).collect();
    case.check("attempts", &numbers, &Value::Array(list(recorded, "attempts")?.to_vec()));
    let got = match result(&status, maybe_text(from, "abort_reason")?, None, &attempts, false) {
        None => Value::Null,
        Some(ActionResult::Error { error }) => json!({"error": error.map(|error| error.message)}),
        Some(ActionResult::Abort { reason }) => json!({"abort_reason": reason}),
        Some(ActionResult::Signal { signal }) => json!({"signal": signal.by}),
    };
    case.check("result", &got, get(recorded, "result"));
    Ok(())
}

/// Replays one case of `AbortRun` or `AbortAction`.
pub fn replay_abort(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["name", "rpc", "reason", "store", "code", "calls", "pushed"])?;
    let mut texts = Texts::default();
    let given = maybe_text(recorded, "reason")?.map(|reason| texts.intern(reason));
    let rpc = text(recorded, "rpc")?;
    let (of_run, name, reason) = match rpc {
        "AbortRun" => (true, ROOT_ACTION, abort_run_reason(given)),
        "AbortAction" => (false, ACTION, abort_action_reason(given)),
        other => return Err(Stop::Unreadable(format!("the call `{other}` is unknown"))),
    };
    let reason = texts.get(reason);
    // An abort of a run names no action, which compares like none.
    let action = Some(name).filter(|_| !of_run);
    let call = json!({"call": rpc, "action": action, "reason": reason, "aborted_by_given": false});
    let calls = list(recorded, "calls")?;
    case.check("calls.length", &json!(1), &json!(calls.len()));
    for want in calls {
        case.check_object("calls[0]", &call, want);
    }
    // That a run service was made without a reconciler is told by the case's name alone.
    let reconciles = !text(recorded, "name")?.ends_with("_without_reconciler");
    let (code, pushed) = match abort_reply(store_answer(recorded)?, of_run, reconciles) {
        Ok(Some(_)) => ("ok".to_owned(), vec![json!([format!("{RUN}/{name}"), reason])]),
        Ok(None) => ("ok".to_owned(), Vec::new()),
        Err((code, _)) => (code.name().to_lowercase(), Vec::new()),
    };
    case.check("code", &json!(code), get(recorded, "code"));
    case.check("pushed", &Value::Array(pushed), &Value::Array(list(recorded, "pushed")?.to_vec()));
    Ok(())
}
