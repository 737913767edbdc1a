//! The check of recorded runs, which has its place in the module that is fetched when it is asked for: nobody who only
//! drives a simulation has to load it.

use super::{Simulation, from_js, thrown, to_js};
use crate::drive::check_run;
use serde_json::Value;
use wasm_bindgen::prelude::*;

/// Checks a recorded run: details, events or a watch as protojson, rows of the tables as JSON or CSV, or TaskActions, as
/// a value or as text. Answers with the commands that replay it and with what no rule explains. Throws with the place of
/// what cannot be read.
#[wasm_bindgen(js_name = checkRun)]
pub fn check_recorded_run(value: &JsValue, config: &JsValue) -> Result<JsValue, JsValue> {
    let checked =
        Simulation::setup(config).and_then(|setup| check_run(&from_js::<Value>("recorded run", value)?, &setup));
    to_js(&checked.map_err(|rejection| thrown(&rejection))?)
}
