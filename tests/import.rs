//! Reading TaskActions as kubectl prints them: the simulation continues from the resource's status, and what is wrong is
//! named with its place.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

use base64::Engine;
use flyte_lifecycle::drive::{Session, from_task_actions, parse_trace};
use flyte_lifecycle::model::read::Read;
use flyte_lifecycle::model::{Command, Setup};
use flyte_lifecycle::view::{self, snapshot::ActionView};
use serde_json::{Value, json};

fn session(value: &Value, rules: &str) -> Session {
    let setup: Setup = Setup::read(json!({ "rules": rules }), "").unwrap();
    from_task_actions(value, &setup).unwrap_or_else(|error| panic!("{error}"))
}

fn actions(session: &Session) -> Vec<ActionView> {
    view::snapshot(session.world(), session.facts()).actions
}

/// metadata { retries { retries: n }, timeout { seconds } } of a flyteidl2.core.TaskTemplate.
fn template(retries: u8, timeout_seconds: u8) -> String {
    let bytes = [0x1a, 8, 0x22, 2, 0x08, timeout_seconds, 0x2a, 2, 0x28, retries];
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn running() -> Value {
    json!({
        "apiVersion": "flyte.org/v1", "kind": "TaskAction",
        "metadata": {
            "name": "rabc-a0", "creationTimestamp": "2026-08-21T10:00:00Z",
            "finalizers": ["flyte.org/plugin-finalizer"]
        },
        "spec": {
            "runName": "rabc", "actionName": "a0", "project": "p", "domain": "d", "taskType": "python",
            "taskTemplate": template(2, 60), "inputUri": "s3://b/in", "runOutputBase": "s3://b/out"
        },
        "status": {
            "pluginPhase": "PhaseRunning", "pluginPhaseVersion": 1, "attempts": 2, "systemFailures": 1,
            "conditions": [{
                "type": "Progressing", "status": "True", "reason": "Executing", "message": "started",
                "lastTransitionTime": "2026-08-21T10:00:01Z"
            }],
            "phaseHistory": [
                { "phase": "Queued", "occurredAt": "2026-08-21T10:00:01Z" },
                { "phase": "Executing", "occurredAt": "2026-08-21T10:00:20Z", "message": "started" }
            ]
        }
    })
}

/// What asks for caching goes on asking for it.
#[test]
fn a_cached_task_is_read_with_its_key() {
    // id {}, metadata { discoverable: true, cache_serializable: true } of a flyteidl2.core.TaskTemplate.
    let template = base64::engine::general_purpose::STANDARD.encode([0x0a, 0, 0x1a, 4, 0x08, 1, 0x48, 1]);
    let mut resource = running();
    resource["spec"]["taskTemplate"] = json!(template);
    resource["spec"]["cacheKey"] = json!("v1");
    resource["status"] = json!({});
    let mut session = session(&resource, "upstream");
    session
        .dispatch(
            Command::read(json!({"type": "plugin", "action": "rabc/a0", "result": {"phase": "Running"}}), "").unwrap(),
        )
        .unwrap();
    let cache = view::snapshot(session.world(), session.facts()).cache;
    assert_eq!((cache[0].key.as_str(), cache[0].owner.as_deref()), ("v1", Some("rabc/a0")));
}

/// Upstream's executor/config/samples/flyte.org_v1_taskaction.yaml, which has no taskType and no taskTemplate.
#[test]
fn upstreams_sample_comes_out_as_the_executor_says() {
    let sample = json!({
        "apiVersion": "flyte.org/v1", "kind": "TaskAction",
        "metadata": {
            "labels": { "app.kubernetes.io/name": "executor", "app.kubernetes.io/managed-by": "kustomize" },
            "name": "taskaction-sample"
        },
        "spec": {
            "runName": "sample-run", "org": "demo", "project": "default", "domain": "dev", "actionName": "sample-task",
            "inputUri": "/tmp/input", "runOutputBase": "/tmp/output"
        }
    });
    for rules in ["documented", "upstream"] {
        let actions = actions(&session(&sample, rules));
        let resource = actions[0].resource.as_ref().unwrap();
        let failed = &resource.conditions[0];
        assert_eq!((failed.kind.name(), failed.status.name(), failed.reason.name()), ("Failed", "True", "InvalidSpec"));
        assert_eq!(failed.message, "required spec fields are empty: [taskType taskTemplate]");
        assert_eq!(resource.conditions[1].kind.name(), "Progressing");
        assert_eq!(actions[0].phase.name(), "FAILED", "{rules}");
    }
}

#[test]
fn a_running_task_goes_on_from_its_status() {
    let mut session = session(&running(), "documented");
    let action = &actions(&session)[0];
    assert_eq!(
        (action.id.as_str(), action.phase.name(), action.attempts, action.max_attempts),
        ("rabc/a0", "RUNNING", 2, 3)
    );
    let resource = action.resource.as_ref().unwrap();
    assert_eq!(
        (resource.plugin_phase.as_str(), resource.system_failures, resource.phase_history.len()),
        ("Running", 1, 2)
    );
    assert_eq!(resource.phase_history[1].at.to_string(), "2026-08-21T10:00:20Z");
    assert_eq!(session.world().now().to_string(), "2026-08-21T10:00:20Z");
    // The template bounds an attempt to 60 s, of which none has passed.
    assert_eq!(session.world().next_due().unwrap().to_string(), "2026-08-21T10:01:20Z");
    session.dispatch(Command::Fire { timer: None }).unwrap();
    let action = &actions(&session)[0];
    assert_eq!((action.phase.name(), action.attempts), ("QUEUED", 3));
    // It is a command like any other: taken back, and told in a trace.
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    let trace = view::trace(session.world(), session.story(), session.commands(), facts);
    let again = parse_trace(&trace).unwrap();
    assert_eq!(actions(&again), actions(&session));
}

#[test]
fn a_list_is_read_whatever_its_order_and_conditions_are_signalled() {
    let mut child = running();
    child["metadata"] = json!({ "name": "rabc-ask", "creationTimestamp": "2026-08-21T10:00:05Z" });
    // type { simple: BOOLEAN }, prompt "Go?", timeout { seconds: 100 }
    let spec = [0x32, 2, 0x08, 4, 0x3a, 3, b'G', b'o', b'?', 0x52, 2, 0x08, 100];
    child["spec"] = json!({
        "runName": "rabc", "actionName": "ask", "parentActionName": "a0", "actionType": "condition",
        "conditionSpec": base64::engine::general_purpose::STANDARD.encode(spec)
    });
    child["status"] = json!({ "conditions": [{
        "type": "Progressing", "status": "True", "reason": "Paused", "message": "waiting for signal",
        "lastTransitionTime": "2026-08-21T10:00:05Z"
    }] });
    let list = json!({ "kind": "List", "items": [child, running()] });
    let mut session = session(&list, "upstream");
    let ask = &actions(&session)[1];
    assert_eq!((ask.id.as_str(), ask.parent.as_deref(), ask.phase.name()), ("rabc/ask", Some("rabc/a0"), "PAUSED"));
    assert_eq!((ask.prompt.as_deref(), ask.timeout_ms), (Some("Go?"), Some(100_000)));
    let signal = json!({ "type": "signal", "action": "rabc/ask", "value": { "bool": true }, "by": "ada" });
    session.dispatch(Command::read(signal, "").unwrap()).unwrap();
    assert_eq!(actions(&session)[1].phase.name(), "SUCCEEDED");
}

#[test]
fn a_resource_under_deletion_is_finalized_and_an_ended_one_is_left() {
    let mut deleting = running();
    deleting["metadata"]["deletionTimestamp"] = json!("2026-08-21T10:00:30Z");
    // Its clean-up was begun and is not done: the executor looks again after its interval.
    let mut stopped = session(&deleting, "documented");
    let held = &actions(&stopped)[0];
    assert_eq!((held.phase.name(), held.resource.is_none()), ("RUNNING", false));
    stopped.dispatch(Command::Fire { timer: None }).unwrap();
    let gone = &actions(&stopped)[0];
    assert_eq!((gone.phase.name(), gone.resource.is_none()), ("ABORTED", true));
    let mut ended = running();
    ended["metadata"]["labels"] = json!({
        "flyte.org/termination-status": "terminated", "flyte.org/completed-time": "2026-08-21.10-05",
        "flyte.org/terminal-status-recorded": "true"
    });
    ended["status"]["pluginPhase"] = json!("PhaseSuccess");
    ended["status"]["conditions"] = json!([
        { "type": "Progressing", "status": "False", "reason": "Completed", "lastTransitionTime": "2026-08-21T10:05:00Z" },
        { "type": "Succeeded", "status": "True", "reason": "Completed", "lastTransitionTime": "2026-08-21T10:05:00Z" }
    ]);
    let session = session(&ended, "upstream");
    let done = &actions(&session)[0];
    assert_eq!(done.phase.name(), "SUCCEEDED");
    let labels = &done.resource.as_ref().unwrap().labels;
    assert_eq!(labels.get("flyte.org/completed-time"), Some("2026-08-21.10-05"));
    assert_eq!(done.row.as_ref().unwrap().duration_ms, Some(300_000));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let changed = |path: &str, value: Value| {
        let mut resource = running();
        *resource.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
        json!([running(), resource])
    };
    for (value, place) in [
        (json!(null), "the value: this is nothing"),
        (json!("text"), "line 1: \"text\" is neither JSON, YAML"),
        (json!([]), "the value: there is no TaskAction"),
        (json!({}), "the value: `kind` is missing"),
        (json!({ "kind": "Pod" }), "kind: this is a \"Pod\""),
        (json!({ "kind": "List", "items": [{ "kind": "Pod" }] }), "items[0].kind: this is a \"Pod\""),
        (changed("/metadata/creationTimestamp", json!("yesterday")), "[1].metadata.creationTimestamp: \"yesterday\""),
        (changed("/spec/taskTemplate", json!("%%")), "[1].spec.taskTemplate: this is no base64"),
        (changed("/spec/taskTemplate", json!("////")), "[1].spec.taskTemplate: it is no flyteidl2.core.TaskTemplate"),
        (changed("/apiVersion", json!("flyte.org/v9")), "[1].apiVersion: \"flyte.org/v9\" is not flyte.org/v1"),
        (changed("/spec/actionName", json!("<script>alert(1)</script>")), "[1]: invalid action name"),
        (changed("/spec/runName", json!("a".repeat(31))), "[1]: invalid run name"),
        (changed("/spec/runName", json!(7)), "[1].spec.runName: this is a number; text is wanted"),
        (changed("/status/attempts", json!(-1)), "[1].status.attempts: this is a number; a whole number"),
        (changed("/status/pluginPhase", json!("PhaseFlying")), "[1].status.pluginPhase: \"PhaseFlying\" is not known"),
        (
            changed("/status/conditions/0/reason", json!("Bored")),
            "[1].status.conditions[0].reason: \"Bored\" is not known",
        ),
        (changed("/status/conditions/0/status", json!(true)), "[1].status.conditions[0].status: this is a boolean"),
        (changed("/status/phaseHistory/1", json!([])), "[1].status.phaseHistory[1]: this is a list; an object"),
        (changed("/status", json!(3)), "[1].status: this is a number; an object"),
    ] {
        let error = from_task_actions(&value, &Setup::default()).map(|_| ()).expect_err(place);
        assert!(error.message.starts_with(place), "{place}: {}", error.message);
    }
    let mut wordy = running();
    wordy["status"]["conditions"][0]["message"] = json!("x".repeat(40_000));
    let error = from_task_actions(&wordy, &Setup::default()).map(|_| ()).expect_err("a long message");
    assert!(error.message.starts_with("the TaskAction: A message has more than the 32768"), "{error}");
    let mut circle = running();
    circle["spec"]["parentActionName"] = json!("a0");
    let error = from_task_actions(&circle, &Setup::default()).map(|_| ()).expect_err("a circle");
    assert!(error.message.contains("in a circle"), "{error}");
    let early: Setup = Setup::read(json!({ "startTime": 0 }), "").unwrap();
    let error = from_task_actions(&running(), &early).map(|_| ()).expect_err("the future");
    assert!(error.message.contains("start later"), "{error}");
}
