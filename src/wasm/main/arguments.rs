//! Reading what a caller passed as numbers and words, with errors that say what would do.

use super::super::{absent, invalid};
use crate::model::read::unfit;
use crate::model::{ActionPhase, Rejection, Time};
use serde_json::Value;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/js/json.js")]
extern "C" {
    /// A value as a message shows it.
    #[wasm_bindgen(js_name = shownOf)]
    fn shown_of(value: &JsValue) -> String;
}

/// A count of things that memory holds, which in a 32-bit module fits.
pub(super) fn index(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "virtual time stays within JavaScript's Date, far below 2^53")]
pub(super) fn time(at: Time) -> f64 {
    at.0 as f64
}

/// A whole number that JavaScript passed as a number.
fn no_whole(what: &str, value: &JsValue) -> Rejection {
    invalid(format!("`{what}` is {}; it must be {WHOLE}.", shown_of(value)))
}

/// What a count or a place must be.
const WHOLE: &str = "a whole number from 0 to 4294967295";

pub(super) fn whole_of(what: &str, value: &JsValue) -> Result<usize, Rejection> {
    match value.as_f64() {
        Some(number) if number >= 0.0 && number.fract() == 0.0 && number <= f64::from(u32::MAX) =>
        {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked in the line above")]
            Ok(number as usize)
        }
        _ => Err(no_whole(what, value)),
    }
}

pub(super) fn action_of(value: &JsValue) -> Result<Option<String>, Rejection> {
    if absent(value) {
        return Ok(None);
    }
    value.as_string().map(Some).ok_or_else(|| invalid("`action` is a string, `<run>/<action>`."))
}

/// A value that stands for one of the words known; anything else is answered with them, and with the one that was
/// probably meant.
pub(super) fn word<T>(
    what: &str,
    value: &JsValue,
    parse: impl Fn(&str) -> Option<T>,
    known: &[&str],
) -> Result<T, Rejection> {
    value.as_string().as_deref().and_then(parse).ok_or_else(|| unknown(what, value, &known.join(", ")))
}

fn unknown(what: &str, value: &JsValue, known: &str) -> Rejection {
    let Some(word) = value.as_string() else {
        return invalid(format!("`{what}` is {}; it must be one of {known}.", shown_of(value)));
    };
    // Upstream's messages and its protojson name phases with a prefix.
    let bare = word.strip_prefix("ACTION_PHASE_").unwrap_or_default();
    let prefix = if ActionPhase::parse(bare).is_some() { " without ACTION_PHASE_" } else { "" };
    let unfit = unfit(what, &Value::String(word), &["one of ", known].concat());
    invalid(format!("{unfit}{prefix}."))
}
