//! Layer 4: the boundary. It converts and forwards; it decides nothing.
//!
//! The package has three modules, each with a part of it, so that nobody loads what he does not use: the main one
//! ([`Simulation`], questions, [`Bulk`]), and with the features `reading` and `explore` those that are fetched when
//! somebody asks for them.

#[cfg(all(feature = "explore", feature = "reading"))]
compile_error!("`explore` and `reading` are modules of their own: build each by itself");

#[cfg(feature = "explore")]
mod explore;
#[cfg(not(any(feature = "explore", feature = "reading")))]
mod main;
#[cfg(feature = "reading")]
mod reading;
mod refusal;

#[cfg(not(any(feature = "explore", feature = "reading")))]
pub use main::{Bulk, Simulation, diagram, guard, outcomes, rules, upstream_commit};

use crate::model::read::Read;
use crate::model::{Code, Rejection, Rule};
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../types.ts");

#[wasm_bindgen(module = "/src/js/errors.js")]
extern "C" {
    #[wasm_bindgen(js_name = LifecycleError)]
    type LifecycleError;

    #[wasm_bindgen(constructor, js_class = "LifecycleError")]
    fn new(message: &str, code: &str, rule: &str) -> LifecycleError;
}

#[wasm_bindgen(module = "/src/js/json.js")]
extern "C" {
    /// JSON, or nothing for what JSON cannot hold.
    #[wasm_bindgen(js_name = jsonOf)]
    fn json_of(value: &JsValue) -> Option<String>;

    /// Why there was no JSON of it, and what to do about that.
    #[wasm_bindgen(js_name = troubleOf)]
    fn trouble_of(what: &str, value: &JsValue) -> String;
}

#[cfg(not(feature = "reading"))]
fn trace_of(session: &crate::drive::Session) -> String {
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    crate::view::trace(session.world(), session.story(), session.commands(), facts)
}

/// A broken invariant is a bug; its message goes to the console before the module stops.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
}

fn thrown(rejection: &Rejection) -> JsValue {
    LifecycleError::new(&rejection.message, rejection.code.name(), rejection.rule.name()).into()
}

fn invalid(message: impl Into<String>) -> Rejection {
    Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message)
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| thrown(&Rejection::new(Code::Internal, Rule::CommandInvalid, error.to_string())))
}

/// What a caller passed. It crosses as JSON, which no getter, cycle or depth of nesting can bring down: what JSON
/// cannot hold is refused here, before anything is borrowed or changed.
fn from_js<T: Read>(what: &str, value: &JsValue) -> Result<T, Rejection> {
    from_json(what, &json_of(value).ok_or_else(|| unreadable(what, value))?)
}

/// The longest JSON that is read, in bytes: more than any resource that Kubernetes holds, and far less than memory.
const JSON_LENGTH_MAX: usize = 32 << 20;

fn unreadable(what: &str, value: &JsValue) -> Rejection {
    invalid(format!("The {what} cannot be read: {}.", trouble_of(what, value)))
}

fn from_json<T: Read>(what: &str, json: &str) -> Result<T, Rejection> {
    if json.len() > JSON_LENGTH_MAX {
        let message = format!("The {what} has {} bytes of JSON; up to {JSON_LENGTH_MAX} are read.", json.len());
        return Err(Rejection::new(Code::ResourceExhausted, Rule::CommandInvalid, message));
    }
    let unreadable = |words: String| invalid(format!("The {what} cannot be read: {words}."));
    let value = crate::model::json::parse(json).map_err(|error| unreadable(crate::model::json::why(&error)))?;
    T::read(value, "").map_err(|error| unreadable(error.to_string()))
}

fn absent(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

/// A configuration, or the usual one.
#[cfg(not(feature = "explore"))]
fn setup_of(config: &JsValue) -> Result<crate::model::Setup, Rejection> {
    if absent(config) {
        return Ok(crate::model::Setup::default());
    }
    if !config.is_object() {
        return Err(invalid("The configuration is an object, such as { rules: \"upstream\" }; see SimulationConfig."));
    }
    from_js("configuration", config)
}
