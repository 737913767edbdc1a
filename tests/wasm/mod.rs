//! The JavaScript boundary, tested where it lives: the same tests run in Node and in a browser.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects and stops where that fails")]

use flyte_lifecycle::wasm::{Simulation, diagram, guard, rules};
use js_sys::{Array, Error, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

fn json(text: &str) -> JsValue {
    JSON::parse(text).expect("a literal in a test is JSON")
}

fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, key| Reflect::get(&value, &key.into()).expect(path))
}

fn text(value: &JsValue, path: &str) -> String {
    get(value, path).as_string().unwrap_or_else(|| panic!("{path} is no string"))
}

fn simulation(config: &str) -> Simulation {
    Simulation::new(&json(config)).expect("the configuration is good")
}

fn code_of(thrown: Result<JsValue, JsValue>) -> String {
    let error = thrown.expect_err("a refusal");
    assert!(error.is_instance_of::<Error>(), "what is thrown is an Error");
    assert_eq!(text(&error, "name"), "LifecycleError");
    assert!(!text(&error, "message").is_empty() && !text(&error, "rule").is_empty());
    text(&error, "code")
}

const RUNNING: &str = r#"{"type":"plugin","action":"r1/a0","result":{"phase":"Running"}}"#;
const FAILED: &str = r#"{"type":"plugin","action":"r1/a0","result":{"phase":"RetryableFailure",
    "error":{"code":"E","kind":"USER","message":"exit code 1"}}}"#;

/// A run with two attempts whose first has failed.
fn retried(rules: &str) -> Simulation {
    let mut sim = simulation(&format!(r#"{{"rules":"{rules}"}}"#));
    for command in [r#"{"type":"createRun","run":"r1","task":{"maxAttempts":2}}"#, RUNNING, FAILED] {
        sim.dispatch(&json(command)).expect(command);
    }
    sim
}

fn phase(sim: &mut Simulation) -> (String, f64) {
    let action = get(&sim.snapshot().expect("a snapshot"), "actions.0");
    (text(&action, "phase"), get(&action, "attempts").as_f64().expect("a number"))
}

#[wasm_bindgen_test]
fn a_retry_is_recorded_as_documented_and_in_place_upstream() {
    assert_eq!(phase(&mut retried("documented")), ("QUEUED".to_owned(), 2.0));
    assert_eq!(phase(&mut retried("upstream")), ("RUNNING".to_owned(), 1.0));
}

#[wasm_bindgen_test]
fn a_step_tells_its_command_and_its_facts_with_their_reasons() {
    let mut sim = simulation("{}");
    let step = sim.dispatch(&json(r#"{"type":"createRun","run":"r1"}"#)).expect("a step");
    assert_eq!(get(&step, "index").as_f64(), Some(0.0));
    assert_eq!(text(&step, "command.type"), "createRun");
    let event = get(&step, "events.0");
    assert_eq!((text(&event, "type"), text(&event, "rule")), ("RowCreated".to_owned(), "RunCreated".to_owned()));
    assert_eq!(text(&event, "source.file"), "runs/service/run_service.go");
    assert!(get(&event, "from").is_undefined() && text(&event, "to") == "QUEUED");
}

#[wasm_bindgen_test]
fn every_refusal_is_an_error_with_a_code_and_changes_nothing() {
    let mut sim = retried("documented");
    let before = JSON::stringify(&sim.snapshot().expect("a snapshot")).expect("JSON");
    for (command, code) in [
        (r#"{"type":"plugin","action":"r1/a9","result":{"phase":"Running"}}"#, "NOT_FOUND"),
        (r#"{"type":"createRun","run":"r1"}"#, "ALREADY_EXISTS"),
        (r#"{"type":"createRun","run":"R 1"}"#, "INVALID_ARGUMENT"),
        (r#"{"type":"jump"}"#, "INVALID_ARGUMENT"),
        (r#"{"type":"advance","ms":-1}"#, "INVALID_ARGUMENT"),
        (r#"{"type":"advance","ms":1.5}"#, "INVALID_ARGUMENT"),
        (r#"{"type":"advance","ms":9e15}"#, "OUT_OF_RANGE"),
        (r#"{"type":"advance","sm":1}"#, "INVALID_ARGUMENT"),
        (r#"{"type":"fire"}"#, "FAILED_PRECONDITION"),
        (r#"{"type":"fire","timer":7}"#, "NOT_FOUND"),
        (r#"{"type":"abortReply","action":"r1/a0","reply":"ok"}"#, "FAILED_PRECONDITION"),
        (r#"{"type":"enqueue","action":"r1/c","parent":"r1/a0"}"#, "INVALID_ARGUMENT"),
        ("[]", "INVALID_ARGUMENT"),
        ("null", "INVALID_ARGUMENT"),
        ("7", "INVALID_ARGUMENT"),
    ] {
        assert_eq!(code_of(sim.dispatch(&json(command))), code, "{command}");
    }
    assert_eq!(JSON::stringify(&sim.snapshot().expect("a snapshot")).expect("JSON"), before);
    assert_eq!(sim.length(), 3);
}

#[wasm_bindgen_test]
fn hostile_values_are_refused_and_do_not_trap() {
    let mut sim = simulation("{}");
    let deep = (0..100_000).fold(JsValue::NULL, |inner, _| Array::of1(&inner).into());
    let command = Object::new();
    Reflect::set(&command, &"type".into(), &"advance".into()).expect("a plain object");
    Reflect::set(&command, &"ms".into(), &deep).expect("a plain object");
    assert_eq!(code_of(sim.dispatch(&command.into())), "INVALID_ARGUMENT");
    let cycle = Object::new();
    Reflect::set(&cycle, &"type".into(), &cycle).expect("a plain object");
    assert_eq!(code_of(sim.dispatch(&cycle.clone().into())), "INVALID_ARGUMENT");
    assert_eq!(code_of(Simulation::new(&cycle.into()).map(JsValue::from)), "INVALID_ARGUMENT");
    let thrower = js_sys::Function::new_no_args("return { get type() { throw new Error('no') } }");
    let thrower = thrower.call0(&JsValue::NULL).expect("a plain object");
    assert_eq!(code_of(sim.dispatch(&thrower)), "INVALID_ARGUMENT");
    assert_eq!(code_of(guard(&"QUEUED".into(), &7.into(), &JsValue::UNDEFINED)), "INVALID_ARGUMENT");
    for index in [-1.0, 0.5, f64::NAN, f64::INFINITY] {
        assert_eq!(code_of(sim.seek(&index.into()).map(|()| JsValue::NULL)), "INVALID_ARGUMENT");
    }
}

#[wasm_bindgen_test]
fn undo_redo_seek_and_fork_lead_where_they_should() {
    let mut sim = retried("documented");
    let after = sim.trace();
    let fork = sim.fork();
    assert!(sim.undo().expect("a step back") && phase(&mut sim) == ("RUNNING".to_owned(), 1.0));
    sim.seek(&0.into()).expect("the beginning");
    assert!(!sim.undo().expect("nothing left"));
    assert_eq!((sim.index(), sim.length()), (0, 3));
    sim.seek(&3.into()).expect("the end");
    assert_eq!((sim.trace(), fork.trace()), (after.clone(), after.clone()));
    let copy = Simulation::resumed(&sim.saved().expect("plain data")).expect("its own run");
    assert_eq!(copy.trace(), after);
}

#[wasm_bindgen_test]
fn what_is_enabled_is_accepted_and_explained() {
    let mut sim = retried("documented");
    let commands: Array = sim.enabled(&"r1/a0".into()).expect("commands").into();
    assert!(commands.length() > 20);
    for command in commands.iter() {
        let shown = JSON::stringify(&command).expect("JSON");
        let explained = sim.explain(&command).expect("an explanation");
        assert_eq!(get(&explained, "enabled").as_bool(), Some(true), "{shown}");
        assert!(sim.fork().dispatch(&command).is_ok(), "{shown}");
    }
    let refused = sim.explain(&json(r#"{"type":"signal","action":"r1/a0","value":{"bool":true}}"#)).expect("words");
    assert_eq!(get(&refused, "enabled").as_bool(), Some(false));
    assert_eq!(text(&refused, "code"), "FAILED_PRECONDITION");
    assert_eq!(text(&refused, "rule"), "RefusesSignalKind");
}

#[wasm_bindgen_test]
fn guards_diagrams_and_rules_are_there_for_both_rule_sets() {
    let admitted = |from: &str, to: &str, variant: &str| {
        let variant = if variant.is_empty() { JsValue::UNDEFINED } else { variant.into() };
        let answer = guard(&from.into(), &to.into(), &variant).expect("an answer");
        get(&answer, "admitted").as_bool().expect("a boolean")
    };
    assert!(!admitted("SUCCEEDED", "FAILED", "") && admitted("SUCCEEDED", "FAILED", "upstream"));
    assert!(admitted("PAUSED", "RUNNING", "table") && !admitted("PAUSED", "RUNNING", "numeric"));
    let edges = |rules: &str| Array::from(&get(&diagram(&rules.into()).expect("a diagram"), "edges")).length();
    assert!(edges("documented") > 20 && edges("upstream") > 20 && edges("documented") != edges("upstream"));
    assert!(Array::from(&rules().expect("rules")).length() > 80);
}
