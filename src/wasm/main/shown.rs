//! What there is, of which only what has changed crosses the boundary.

use super::arguments::time;
use crate::drive::Session;
use crate::view;
use crate::view::shown::Changes;
use crate::wasm::to_js;
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/js/shown.js")]
extern "C" {
    #[wasm_bindgen(js_name = Shown)]
    type JsShown;

    #[wasm_bindgen(constructor, js_class = "Shown")]
    fn new() -> JsShown;

    /// The list of that number, in the order of a snapshot's fields, is another.
    #[wasm_bindgen(method)]
    fn change(this: &JsShown, number: u32, places: &[i32], fresh: &JsValue);

    #[wasm_bindgen(method)]
    fn snapshot(this: &JsShown, now: f64) -> JsValue;
}

/// What was shown last, on both sides.
pub(super) struct Shown {
    js: JsShown,
    shown: view::Shown,
    /// How many times the session had forgotten texts, whose numbers are those of others since.
    forgotten: u32,
}

impl Shown {
    pub(super) fn new() -> Shown {
        Shown { js: JsShown::new(), shown: view::Shown::default(), forgotten: 0 }
    }

    pub(super) fn snapshot(&mut self, session: &Session) -> Result<JsValue, JsValue> {
        if self.forgotten != session.forgotten() {
            *self = Shown { forgotten: session.forgotten(), ..Shown::new() };
        }
        let update = self.shown.update(session.world(), session.facts(), session.rewinds());
        self.change(0, &update.actions)?;
        self.change(1, &update.timers)?;
        self.change(2, &update.abort_queue)?;
        self.change(3, &update.pending)?;
        self.change(4, &update.event_log)?;
        self.change(5, &update.cache)?;
        self.change(6, &update.faults)?;
        Ok(self.js.snapshot(time(update.now)))
    }

    fn change<T: Serialize>(&self, number: u32, changes: &Changes<T>) -> Result<(), JsValue> {
        if let Some(places) = &changes.places {
            self.js.change(number, places, &to_js(&changes.fresh)?);
        }
        Ok(())
    }
}
