//! The module `reading`: readers of foreign text. What they read becomes a run as `Simulation.toJSON` gives it, which the
//! main module takes over.

use super::{absent, from_js, invalid, setup_of, thrown, to_js};
use crate::drive::check_run::{AUTO, RunCheck, Severity, Stands};
use crate::drive::observed;
use crate::drive::{Saved, check_run, from_task_actions, parse_trace};
use crate::model::{Rejection, Setup};
use crate::view::{Diagnosis, diagnosis};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;

/// The run that a trace tells; its facts are worked out anew. Throws INVALID_ARGUMENT, or what `dispatch` would throw,
/// with line and column.
#[wasm_bindgen(js_name = readTrace)]
pub fn read_trace(text: &JsValue) -> Result<JsValue, JsValue> {
    let text = text.as_string().ok_or_else(|| invalid("A trace is text, as `trace()` gives it."));
    let session = text.and_then(|text| parse_trace(&text))?;
    to_js(&Saved::of(&session))
}

/// The run that continues from TaskActions as kubectl prints them: one, a List, or an array, or the text of these. Throws
/// with the place of what cannot be read.
#[wasm_bindgen(js_name = readTaskActions)]
pub fn read_task_actions(value: &JsValue, config: &JsValue) -> Result<JsValue, JsValue> {
    let session = setup_of(config).and_then(|setup| {
        let value = from_js("TaskAction", value)?;
        from_task_actions(&value, &setup.answering())
    });
    to_js(&Saved::of(&session?))
}

/// The text in bytes, which are packed by gzip or not, in UTF-8 or in UTF-16 with its mark. Throws INVALID_ARGUMENT with
/// what they are if they are no text.
#[wasm_bindgen(js_name = textOf)]
pub fn text_of(bytes: &[u8], place: &str) -> Result<String, JsValue> {
    observed::text_of(bytes, place).map_err(|rejection| thrown(&rejection))
}

/// The configuration of a check: rules that nobody named are chosen by the record.
fn check_setup_of(config: &JsValue) -> Result<Setup, Rejection> {
    let mut setup = setup_of(config)?;
    let told = if absent(config) { Value::Null } else { from_js("configuration", config)? };
    if told.get("rules").is_none_or(Value::is_null) {
        AUTO.clone_into(&mut setup.rules.base);
    }
    Ok(setup)
}

/// Checks a recorded run: details, events or a watch as protojson, rows of the tables as JSON or CSV, or TaskActions, as
/// a value or as text. Answers with the commands that replay it, with what no run can show, and with what is known to be
/// wrong and shows. Throws with the place of what cannot be read.
#[wasm_bindgen(js_name = checkRun)]
pub fn check_recorded_run(value: &JsValue, config: &JsValue) -> Result<JsValue, JsValue> {
    let checked = check_setup_of(config).and_then(|setup| check_run(&from_js::<Value>("recorded run", value)?, &setup));
    let checked = checked?;
    let shows = checked.shows.iter().map(|show| (show.incident, show.action.as_str(), show.sentence.as_str()));
    let wrong = checked.findings.iter().find(|found| found.severity != Severity::Note).map(|found| &*found.sentence);
    let Stands { session, told } = &checked.stands;
    let diagnosis =
        diagnosis(session.world(), session.facts(), told).map(|told| told.showing(shows).contradicted(wrong));
    to_js(&Answered { diagnosis, checked })
}

/// What a check answers, with what is the matter first.
#[derive(Serialize)]
struct Answered {
    diagnosis: Option<Diagnosis>,
    #[serde(flatten)]
    checked: RunCheck,
}
