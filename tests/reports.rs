//! What people hand in, in the smallest form that was once answered wrongly, with others of its kind.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

use flyte_lifecycle::drive::check_run;
use flyte_lifecycle::drive::check_run::{RunCheck, Severity};
use flyte_lifecycle::model::Setup;
use flyte_lifecycle::model::read::Read;
use serde_json::{Value, json};

fn check(value: impl Into<Value>, rules: &str) -> RunCheck {
    let setup = Setup::read(json!({ "rules": rules }), "").unwrap();
    check_run(&value.into(), &setup).unwrap_or_else(|error| panic!("{error}"))
}

fn case(name: &str) -> String {
    std::fs::read_to_string(format!("tests/cases/{name}")).unwrap()
}

/// What was found, notes apart.
fn found(checked: &RunCheck) -> Vec<&str> {
    let worse = checked.findings.iter().filter(|finding| finding.severity != Severity::Note);
    worse.map(|finding| finding.sentence.as_str()).collect()
}

fn noted(checked: &RunCheck) -> Vec<&str> {
    checked.findings.iter().map(|finding| finding.sentence.as_str()).collect()
}

fn shown(checked: &RunCheck) -> Vec<String> {
    let line = |show: &flyte_lifecycle::drive::check_run::Show| {
        [Some(show.action.as_str()), show.incident, show.property].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    checked.shows.iter().map(line).collect()
}

fn action(name: &str, parent: &str, status: &Value, more: &Value) -> Value {
    let mut action = json!({
        "id": { "run": { "project": "demo", "domain": "development", "name": "rabc" }, "name": name },
        "metadata": { "parent": parent, "task": { "taskType": "python" }, "actionType": "ACTION_TYPE_TASK" },
        "status": status,
    });
    for (field, value) in more.as_object().unwrap() {
        action[field] = value.clone();
    }
    action
}

fn running(second: u8) -> Value {
    let at = |second: u8| format!("2026-08-20T10:00:{second:02}Z");
    json!({ "attempts": [{
        "phase": "ACTION_PHASE_RUNNING", "startTime": at(second), "attempt": 1,
        "phaseTransitions": [
            { "phase": "ACTION_PHASE_QUEUED", "startTime": at(second), "endTime": at(second + 1) },
            { "phase": "ACTION_PHASE_RUNNING", "startTime": at(second + 1) },
        ],
    }] })
}

/// After its first child's news, a parent's row is told of its own attempts again with every change of its resource.
#[test]
fn a_living_parent_is_healthy() {
    let status = |attempts: u8| json!({ "phase": 4, "startTime": "2026-08-20T10:00:00Z", "attempts": attempts });
    let child = |name: &str, second| action(name, "a0", &status(1), &running(second));
    let parents = |attempts| action("a0", "", &status(attempts), &running(1));
    for (name, record, shows) in [
        ("the case", Value::from(case("healthy-parent.details.json")), vec![]),
        ("two children", json!([parents(1), child("k", 9), child("l", 12)]), vec![]),
        ("a child of a child", json!([parents(1), child("k", 9), action("m", "k", &status(1), &running(14))]), vec![]),
        ("not told of again yet", json!([parents(0), child("k", 9)]), vec!["rabc/a0 N2 P4"]),
    ] {
        for rules in ["upstream", "auto"] {
            let checked = check(record.clone(), rules);
            assert!(checked.ok, "{name}, {rules}: {:?}", found(&checked));
            assert_eq!(noted(&checked), [""; 0], "{name}, {rules}");
            assert_eq!(shown(&checked), shows, "{name}, {rules}");
        }
    }
    let documented = check(json!([parents(0), child("k", 9)]), "documented");
    assert_eq!(found(&documented), ["Its attempts are 0; they count from 1."]);
}

/// An abort over an end has its own times; those of another's abort are another's.
#[test]
fn an_abort_over_an_end_is_none_of_anothers() {
    let csv = case("A3-small.csv");
    let checked = check(csv.clone(), "upstream");
    assert_eq!((checked.ok, found(&checked)), (true, vec![]));
    assert_eq!(shown(&checked).iter().filter(|line| line.contains("N5")).count(), 0, "{:?}", shown(&checked));
    // The child had succeeded when its run was aborted.
    let ended = "run_name,name,parent_action_name,phase,action_type,abort_reason,created_at,updated_at,ended_at,attempts\n\
                 r1,a0,,7,1,stop,2026-08-20 10:00:00+00,2026-08-20 10:01:00+00,2026-08-20 10:01:00+00,1\n\
                 r1,k,a0,7,1,,2026-08-20 10:00:06+00,2026-08-20 10:01:01+00,2026-08-20 10:00:30+00,1\n\
                 run_name,name,attempt,phase,version,created_at\n\
                 r1,a0,1,4,0,2026-08-20 10:00:01+00\nr1,k,1,4,0,2026-08-20 10:00:07+00\n\
                 r1,k,1,5,0,2026-08-20 10:00:30+00\nr1,k,1,7,0,2026-08-20 10:01:01+00\n\
                 r1,a0,1,7,0,2026-08-20 10:01:00+00\n";
    let checked = check(ended, "upstream");
    assert_eq!((checked.ok, found(&checked)), (true, vec![]));
    assert!(shown(&checked).contains(&"r1/k N28 P1".to_owned()), "{:?}", shown(&checked));
    assert!(!shown(&checked).contains(&"r1/k N5 P35".to_owned()), "{:?}", shown(&checked));
    // Two aborts are pending, and neither has got through.
    let pending = "run_name,name,parent_action_name,phase,action_type,abort_requested_at,created_at,ended_at,attempts\n\
                   r1,a0,,7,1,2026-08-20 10:01:00+00,2026-08-20 10:00:00+00,2026-08-20 10:01:00+00,1\n\
                   r1,k,a0,7,1,2026-08-20 10:00:50+00,2026-08-20 10:00:06+00,2026-08-20 10:00:50+00,1\n\
                   run_name,name,attempt,phase,version,created_at\n\
                   r1,a0,1,4,0,2026-08-20 10:00:01+00\nr1,k,1,4,0,2026-08-20 10:00:07+00\n";
    let checked = check(pending, "upstream");
    assert_eq!((checked.ok, noted(&checked)), (true, vec![]));
}

fn task_action(change: impl FnOnce(&mut Value)) -> Value {
    let mut value: Value = serde_json::from_str(&case("taskaction-cycle.json")).unwrap();
    change(&mut value);
    value
}

fn condition(status: &Value) -> Value {
    json!({
        "apiVersion": "flyte.org/v1", "kind": "TaskAction",
        "metadata": { "name": "rabc-ask", "creationTimestamp": "2026-08-20T10:00:00Z" },
        "spec": {
            "runName": "rabc", "actionName": "ask", "parentActionName": "a0", "actionType": "condition",
            // type { simple: BOOLEAN }, timeout { 60 s }
            "project": "demo", "domain": "development", "conditionSpec": "MgIIBFICCDw=",
        },
        "status": status,
    })
}

fn ended(kind: &str, reason: &str, at: &str) -> Value {
    json!({ "type": kind, "status": "True", "reason": reason, "lastTransitionTime": at })
}

#[test]
fn a_resource_shows_what_is_known_and_is_found_to_be_what_none_can_be() {
    let timed_out = ended("Failed", "TimedOut", "2026-08-20T10:01:00Z");
    // scalar { primitive { boolean: true } }
    let signalled = json!({ "conditions": [timed_out], "signalValue": "CgQKAiAB", "signalledBy": "ada" });
    let labels = json!({ "flyte.org/termination-status": "terminated", "flyte.org/terminal-status-recorded": "true" });
    for (name, value, shows) in [
        ("a history that cycles", task_action(|_| ()), vec!["rabc/a0 S03 P27"]),
        (
            "a retry",
            task_action(|value| {
                value["status"]["attempts"] = json!(2);
                value["status"]["phaseHistory"].as_array_mut().unwrap().truncate(4);
            }),
            vec![],
        ),
        ("a signal on a time-out", condition(&signalled), vec!["rabc/ask N7 P15"]),
        ("a time-out", condition(&json!({ "conditions": [timed_out] })), vec![]),
        (
            "labels of an end",
            task_action(|value| {
                value["metadata"]["labels"] = labels;
                value["status"]["phaseHistory"] = json!([]);
            }),
            vec!["rabc/a0 N3 P26"],
        ),
    ] {
        let checked = check(value, "auto");
        assert_eq!((checked.ok, found(&checked)), (true, vec![]), "{name}");
        assert_eq!(shown(&checked), shows, "{name}");
    }
    let success = ended("Succeeded", "Completed", "2026-08-20T10:02:00Z");
    for (name, value, words) in [
        (
            "more attempts than there may be",
            task_action(|value| value["status"]["attempts"] = json!(9)),
            "This is attempt 9, and its task may have 3.",
        ),
        (
            "both ends",
            task_action(|value| {
                value["status"]["conditions"] =
                    json!([success, ended("Failed", "PermanentFailure", "2026-08-20T10:02:00Z")]);
            }),
            "It is both Succeeded and Failed",
        ),
        (
            "an end that goes on",
            task_action(|value| value["status"]["conditions"].as_array_mut().unwrap().push(success.clone())),
            "It goes on and has ended at once",
        ),
        (
            "a history that runs backwards",
            task_action(|value| {
                value["status"]["phaseHistory"][3]["occurredAt"] = json!("2026-08-20T09:00:00Z");
            }),
            "Its history runs backwards",
        ),
        (
            "a time-out before its time",
            condition(&json!({ "conditions": [ended("Failed", "TimedOut", "2026-08-20T10:00:09Z")] })),
            "It timed out at",
        ),
        (
            "a condition with a plugin",
            condition(&json!({ "pluginPhase": "PhaseRunning", "attempts": 1 })),
            "It is a condition",
        ),
        (
            "a task that was signalled",
            task_action(|value| value["status"]["signalValue"] = json!("CgQKAiAB")),
            "It is a task",
        ),
    ] {
        for rules in ["documented", "upstream", "merged", "auto"] {
            let checked = check(value.clone(), rules);
            assert!(
                !checked.ok && found(&checked).iter().any(|sentence| sentence.starts_with(words)),
                "{name}: {:?}",
                found(&checked)
            );
        }
    }
}

#[test]
fn what_is_not_selected_is_unknown() {
    for (name, csv) in [
        ("the case", case("columns-not-selected.csv")),
        ("each phase", "run_name,name,phase\nr1,a0,4\nr1,b,5\nr1,c,6\nr1,d,7\nr1,e,9\n".to_owned()),
        ("a paused child", "run_name,name,phase,parent_action_name,attempts\nr1,a0,4,,1\nr1,ask,9,a0,0\n".to_owned()),
        ("a parent that is not", "run_name,name,phase\nr1,k,4\n".to_owned()),
        ("an event alone", "run_name,name,attempt,phase\nr1,a0,1,4\n".to_owned()),
    ] {
        for rules in ["documented", "upstream", "auto"] {
            let checked = check(csv.clone(), rules);
            let zero = name == "a paused child" && rules == "documented";
            assert_eq!(found(&checked).len(), usize::from(zero), "{name}, {rules}: {:?}", found(&checked));
        }
    }
    let paused = check("run_name,name,phase\nr1,a0,4\nr1,ask,9\n", "auto");
    assert_eq!(paused.actions[1].kind.name(), "condition");
    // What was selected and is empty is told.
    let told = check("run_name,name,phase,ended_at\nr1,a0,5,\n", "auto");
    assert_eq!(found(&told), ["It is SUCCEEDED and has no end."]);
}

/// `Run.action` is a plain Action, which has no attempts (flyteidl2/workflow/run_definition.proto).
#[test]
fn a_run_is_no_run_details() {
    let checked = check(case("run-of-listruns.json"), "auto");
    assert_eq!((checked.ok, noted(&checked), checked.rules), (true, vec![], Some("upstream")));
    let status = json!({ "phase": "ACTION_PHASE_FAILED", "startTime": "2026-08-20T10:00:00Z", "endTime": "2026-08-20T10:02:00Z", "attempts": 2 });
    let plain = json!({ "action": action("a0", "", &status, &json!({})) });
    let checked = check(json!([plain]), "documented");
    assert_eq!((checked.ok, found(&checked)), (true, vec![]));
    // Details that count attempts and list none are cut: what was left out is nobody's fault.
    let details = json!({ "runSpec": {}, "action": action("a0", "", &status, &json!({})) });
    let checked = check(details, "auto");
    assert_eq!((checked.ok, found(&checked)), (true, vec![]));
    let none = json!({ "runSpec": {}, "action": action("a0", "", &status, &json!({ "attempts": [] })) });
    assert_eq!(
        found(&check(none, "auto")),
        ["The row counts 2 attempts, and the log knows 0; what a row is told, an event tells before."]
    );
}

/// Upstream writes the time of the last entry of the history once more, and stores whole seconds.
#[test]
fn times_that_upstream_writes_are_in_order() {
    for rules in ["documented", "upstream", "auto"] {
        let checked = check(case("attempt-ends-while-queued.details.json"), rules);
        let needed = usize::from(rules == "documented");
        assert_eq!(found(&checked).len(), needed, "{rules}: {:?}", found(&checked));
        assert!(!noted(&checked).iter().any(|sentence| sentence.contains("after attempt 2 had begun")), "{rules}");
    }
}

/// Four denials before the first report was counted: the error is of attempt 1, and the row counts none.
#[test]
fn an_error_that_nobody_is_told_is_named() {
    let status = |attempts: u8| {
        json!({
            "phase": "ACTION_PHASE_FAILED", "startTime": "2026-08-20T10:00:00Z", "endTime": "2026-08-20T10:00:04Z", "attempts": attempts
        })
    };
    let log = json!({ "attempts": [{
        "phase": "ACTION_PHASE_FAILED", "attempt": 1, "startTime": "2026-08-20T10:00:04Z", "endTime": "2026-08-20T10:00:04Z",
        "errorInfo": { "message": "admission webhook denied the request", "kind": "KIND_SYSTEM" },
    }] });
    let checked = check(json!([action("a0", "", &status(0), &log)]), "auto");
    assert_eq!((checked.ok, checked.rules), (true, Some("upstream")));
    let words = "It is FAILED, and nobody who asks sees why: the error is of attempt 1, and the row counts 0.";
    assert_eq!(noted(&checked), [words]);
    assert_eq!(shown(&checked), ["rabc/a0 P13"]);
    let told = check(json!([action("a0", "", &status(1), &log)]), "auto");
    assert_eq!((noted(&told), shown(&told)), (vec![], vec![]));
}

/// Records are judged by what is nearest to what most people run, and the others have their say.
#[test]
fn the_first_rule_set_that_explains_a_record_judges_it() {
    let event = |attempt: u8, phase: &str, second: u8| {
        json!({
            "id": { "run": { "name": "rabc" }, "name": "a0" }, "attempt": attempt, "phase": format!("ACTION_PHASE_{phase}"),
            "reportedTime": format!("2026-08-20T10:00:{second:02}Z"),
        })
    };
    let recovered = json!([{ "id": { "run": { "name": "rabc" }, "name": "a0" }, "status": { "phase": 10, "attempts": 1, "endTime": "2026-08-20T10:00:00Z" } }]);
    for (name, record, rules, others) in [
        (
            "a retry in place",
            json!([event(1, "RUNNING", 1), event(2, "QUEUED", 2), event(2, "RUNNING", 3)]),
            "upstream",
            [("merged", true), ("documented", false)],
        ),
        (
            "a task that times out",
            json!([event(1, "RUNNING", 1), event(1, "TIMED_OUT", 31)]),
            "merged",
            [("upstream", false), ("documented", true)],
        ),
        (
            "a failure and its retry",
            json!([event(1, "RUNNING", 1), event(1, "FAILED", 2), event(2, "QUEUED", 3)]),
            "documented",
            [("upstream", true), ("merged", true)],
        ),
        ("what is recovered", recovered, "documented", [("upstream", false), ("merged", false)]),
    ] {
        let checked = check(record, "auto");
        assert_eq!((checked.ok, checked.rules), (true, Some(rules)), "{name}: {:?}", noted(&checked));
        let told: Vec<(&str, bool)> = checked.others.iter().map(|other| (other.rules, other.ok)).collect();
        assert_eq!(told, others, "{name}");
        assert!(checked.others.iter().all(|other| other.ok == other.sentence.is_none()), "{name}");
        assert_eq!(serde_json::to_value(&checked.config).unwrap()["rules"], rules, "{name}");
    }
}
