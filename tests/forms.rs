//! The forms in which people have a run: each is read alike, whatever stands around it, and what cannot be read is told by
//! what it is.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

use flyte_lifecycle::drive::check_run;
use flyte_lifecycle::drive::check_run::RunCheck;
use flyte_lifecycle::drive::observed::Format;
use flyte_lifecycle::model::Setup;
use flyte_lifecycle::model::read::Read;
use serde_json::{Value, json};

fn checked(value: impl Into<Value>) -> Result<RunCheck, String> {
    let setup = Setup::read(json!({ "rules": "auto" }), "").unwrap();
    check_run(&value.into(), &setup).map_err(|error| error.message)
}

fn case(name: &str) -> String {
    std::fs::read_to_string(format!("tests/cases/{name}")).unwrap()
}

/// Actions, each with its phase and how many events are told of it.
fn read(value: impl Into<Value>) -> Vec<String> {
    let checked = checked(value).unwrap_or_else(|error| panic!("{error}"));
    assert!(checked.ok, "{:?}", checked.findings);
    let phase = |action: &flyte_lifecycle::drive::check_run::CheckedAction| {
        action.phase.or(action.replayed).map_or("-", |phase| phase.name()).to_owned()
    };
    checked.actions.iter().map(|action| format!("{} {} {}", action.id, phase(action), action.events)).collect()
}

fn id(name: &str) -> Value {
    json!({ "run": { "project": "demo", "domain": "development", "name": "rabc" }, "name": name })
}

#[test]
fn every_message_of_the_api_is_read() {
    let status = json!({ "phase": "ACTION_PHASE_RUNNING", "startTime": "2026-08-20T10:00:00Z", "attempts": 1 });
    let action = json!({ "id": id("a0"), "metadata": { "actionType": "ACTION_TYPE_TASK" }, "status": status });
    let event = json!({ "id": id("a0"), "attempt": 1, "phase": "ACTION_PHASE_RUNNING", "reportedTime": "2026-08-20T10:00:01Z" });
    let update = |phase: &str| json!({ "actionUpdate": { "actionId": id("a0"), "phase": phase } });
    let plain = ["rabc/a0 RUNNING 0"];
    for (name, value, expected) in [
        ("ListRuns, WatchRuns", json!({ "runs": [{ "action": action, "labels": {} }], "token": "t" }), plain),
        ("CreateRun", json!({ "run": { "action": action } }), plain),
        ("ListActions", json!({ "actions": [action] }), plain),
        ("WatchRuns, through a gateway", json!([{ "result": { "runs": [{ "action": action }] } }]), plain),
        ("GetRunDetails", json!({ "details": { "runSpec": {}, "action": action } }), plain),
        (
            "WatchForUpdates",
            json!([update("ACTION_PHASE_QUEUED"), { "controlMessage": { "sentinel": true } }, update("ACTION_PHASE_RUNNING")]),
            plain,
        ),
        ("UpdateActionStatus", json!({ "actionId": id("a0"), "status": status }), plain),
        (
            "a stream of UpdateActionStatus",
            json!({ "request": { "actionId": id("a0"), "status": status }, "nonce": "1" }),
            plain,
        ),
        ("RecordActionEvent", json!({ "event": event }), ["rabc/a0 RUNNING 1"]),
        ("RecordActionEvents", json!({ "events": [event] }), ["rabc/a0 RUNNING 1"]),
    ] {
        assert_eq!(read(value.clone()), expected, "{name}");
        assert_eq!(read(value.to_string()), expected, "{name}, as text");
    }
    // A resource goes back to Queued when it is launched again, and an update may be refused: neither contradicts a row.
    assert_eq!(
        read(json!([update("ACTION_PHASE_RUNNING"), update("ACTION_PHASE_QUEUED"), update("ACTION_PHASE_FAILED")])),
        ["rabc/a0 FAILED 0"]
    );
}

#[test]
fn what_flyte_get_prints_is_read() {
    let text = case("flyte-get-run.txt");
    let expected = ["rabc/a0 FAILED 1"];
    assert_eq!(read(text.clone()), expected);
    assert_eq!(read(format!("$ flyte get run rabc\n{text}\n$ ")), expected);
    assert_eq!(read(text.replace(['\n'], " ")), expected);
    assert_eq!(read(text.trim().trim_matches(['[', ']']).trim().to_owned()), expected);
    // pprint breaks long texts, and a text may hold quotes of either kind.
    let broken = text.replace("\"ValueError: it's bad\"", "('ValueError: it\\'s '\n   \"bad \\\"x\\\"\")");
    assert_eq!(read(broken), expected);
    let error = checked("[{'id': <object at 0x7f>}]").expect_err("an object");
    assert!(error.contains("this is no JSON"), "{error}");
}

#[test]
fn what_kubectl_prints_is_read() {
    let json = case("taskaction-cycle.json");
    let running = ["rabc/a0 RUNNING 0"];
    assert_eq!(read(json.clone()), running);
    assert_eq!(read(case("yaml-watch-same-twice.txt")), running);
    assert_eq!(read(case("watch-events.txt")), running);
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read(json!({ "type": "MODIFIED", "object": value })), running);
    let mut other = value.clone();
    other["spec"]["runName"] = json!("rabd");
    assert_eq!(read(json!([{ "kind": "List", "items": [value] }, other])), ["rabc/a0 RUNNING 0", "rabd/a0 RUNNING 0"]);
    let one = case("yaml-watch-same-twice.txt");
    let documents: Vec<&str> = one.split("---\n").collect();
    assert_eq!(read(documents[0]), ["rabc/a0 QUEUED 0"]);
    assert_eq!(read(format!("---\n{}...\n", documents[1])), running);
}

/// What a watch tells of one resource is its history, and what a later state says against an earlier one is found.
#[test]
fn a_resource_told_again_and_again_is_a_history() {
    let before: Value = serde_json::from_str(&case("taskaction-cycle.json")).unwrap();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut value = before.clone();
        value["status"]["phaseHistory"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "phase": "Queued", "occurredAt": "2026-08-20T10:02:00Z" }));
        change(&mut value);
        value
    };
    let ended = with(&|value| {
        let end = json!({ "type": "Succeeded", "status": "True", "reason": "Completed", "lastTransitionTime": "2026-08-20T10:02:00Z" });
        value["status"]["conditions"] = json!([end]);
    });
    let later = with(&|value| {
        value["status"]["phaseHistory"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "phase": "Executing", "occurredAt": "2026-08-20T10:03:00Z" }));
    });
    let fewer = with(&|value| value["status"]["attempts"] = json!(0));
    let found = |values: &[&Value]| {
        let checked = checked(json!(values)).unwrap();
        checked.findings.into_iter().map(|finding| finding.sentence).collect::<Vec<_>>()
    };
    assert_eq!(found(&[&before, &later]), [""; 0]);
    assert_eq!(found(&[&before, &ended]), [""; 0]);
    assert_eq!(found(&[&before, &before]), [""; 0]);
    assert_eq!(found(&[&ended, &later]), ["It had ended Completed, and goes on or has ended otherwise after it."]);
    assert_eq!(found(&[&before, &fewer]), ["It counted 1 attempts, and 0 after it."]);
    // Whichever comes last, the newest state is where it stands.
    assert_eq!(
        checked(json!([later, before])).unwrap().actions[0].replayed,
        checked(json!([later])).unwrap().actions[0].replayed
    );
}

#[test]
fn tables_are_read_as_psql_and_others_print_them() {
    let rows = [
        ["r1", "a0", "1", "1", "0", "2026-08-22 08:00:01.1+00"],
        ["r1", "a0", "1", "4", "0", "2026-08-22 08:00:02+00"],
    ];
    let header = ["run_name", "name", "attempt", "phase", "version", "created_at"];
    let by = |by: &str| {
        let lines = std::iter::once(header).chain(rows).map(|cells| cells.join(by));
        lines.collect::<Vec<_>>().join("\n")
    };
    let expected = ["r1/a0 RUNNING 2"];
    for (name, text) in [
        ("commas", by(",")),
        ("tabs", by("\t")),
        ("semicolons", by(";")),
        ("bars", by("|")),
        ("aligned", " run_name | name | attempt | phase | version |         created_at\n----------+------+---------+-------+---------+----------------------------\n \
                     r1       | a0   |       1 |     1 |       0 | 2026-08-22 08:00:01.1+00\n r1       | a0   |       1 |     4 |       0 | 2026-08-22 08:00:02+00\n(2 rows)\n".to_owned()),
        ("framed", "+----------+------+---------+-------+---------+\n| run_name | name | attempt | phase | version |\n+----------+------+---------+-------+---------+\n\
                    | r1       | a0   |       1 |     1 |       0 |\n| r1       | a0   |       1 |     4 |       0 |\n+----------+------+---------+-------+---------+\n".to_owned()),
        ("expanded", "-[ RECORD 1 ]-------\nrun_name   | r1\nname       | a0\nattempt    | 1\nphase      | 1\nversion    | 0\n-[ RECORD 2 ]-------\nrun_name   | r1\nname       | a0\nattempt    | 1\nphase      | 4\nversion    | 0\n".to_owned()),
        ("behind a prompt", format!("flyte=> select * from action_events;\n{}\n(2 rows)\n", by("|"))),
        ("in a fence", format!("The rows:\n\n```csv\n{}\n```\nWhat is wrong?", by(","))),
        ("with a count", format!("{}\n(2 rows)\n", by(","))),
    ] {
        assert_eq!(read(text), expected, "{name}");
    }
    assert_eq!(read(case("psql-aligned.txt")), ["r1/a0 QUEUED 1"]);
    for (name, text) in [
        ("nothing, in every word", "run_name,name,phase,ended_at,parent_action_name\nr1,a0,4,\\N,NULL\n"),
        ("phases by name", "run_name,name,phase\nr1,a0,running\n"),
        ("phases by their long name", "run_name,name,phase\nr1,a0,ACTION_PHASE_RUNNING\n"),
        ("a time without a zone", "run_name,name,phase,created_at\nr1,a0,4,2026-08-20 10:00:00\n"),
        ("a zone without a colon", "run_name,name,phase,created_at\nr1,a0,4,2026-08-20 12:00:00+0200\n"),
        ("seconds since 1970", "run_name,name,phase,created_at\nr1,a0,4,1787220000.5\n"),
        (
            "a bar within a text",
            " run_name | name | phase | abort_reason\n----------+------+-------+--------------\n r1       | a0   |     4 | a | b\n",
        ),
    ] {
        assert_eq!(read(text), ["r1/a0 RUNNING 0"], "{name}");
    }
    let at = |text: &str| {
        let checked = checked(format!("run_name,name,phase,created_at\nr1,a0,4,{text}\n")).unwrap();
        checked.config.start_time.unwrap().to_string()
    };
    for text in [
        "2026-08-20 10:00:00",
        "2026-08-20 12:00:00+0200",
        "2026-08-20 12:00:00+02",
        "1787220000",
        "1787220000000",
        "1787220000000000",
    ] {
        assert_eq!(at(text), "2026-08-20T10:00:00Z", "{text}");
    }
}

#[test]
fn what_stands_around_a_record_is_left_out() {
    let json = case("taskaction-cycle.json");
    let yaml = case("yaml-watch-same-twice.txt");
    let running = ["rabc/a0 RUNNING 0"];
    for text in [
        format!("```json\n{json}\n```"),
        format!("Hello,\n\n```\n{yaml}```\n\nand then it stops."),
        format!("$ kubectl get taskaction rabc-a0 -o json\n{json}\n$"),
        format!("ada@host:~$ kubectl get taskaction rabc-a0 -w -o yaml\n{yaml}"),
        format!("\u{feff}{json}"),
    ] {
        assert_eq!(read(text.clone()), running, "{}", text.lines().next().unwrap());
    }
}

/// Whose fault a pod's end is, what Flyte makes of it, and whether an attempt is consumed.
#[test]
fn a_pod_is_answered() {
    let pod = |status: Value, primary: bool| {
        let annotations = if primary { json!({ "primary_container_name": "main" }) } else { json!({}) };
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": { "name": "rabc-k1-1", "labels": { "run": "rabc", "action": "k1", "attempt": "2" }, "annotations": annotations },
            "status": status,
        })
    };
    let ended = |code: u16, reason: &str| json!([{ "name": "main", "state": { "terminated": { "exitCode": code, "reason": reason } } }]);
    let failed = |code, reason| json!({ "phase": "Failed", "containerStatuses": ended(code, reason) });
    let waiting = |reason: &str, message: &str| json!({ "phase": "Pending", "containerStatuses": [{ "name": "main", "state": { "waiting": { "reason": reason, "message": message } } }] });
    let platform = "The fault is the platform's: no attempt is consumed, and the task is launched again.";
    let user = "The fault is the user's: an attempt is consumed, and another follows if there is one left.";
    let final_ = "The fault is the user's: the action fails, whatever retries are left.";
    let nobody = "It is nobody's fault, and no attempt is consumed by it.";
    for (name, status, primary, rules, made, fault) in [
        (
            "a plain exit, as coded",
            failed(1, "Error"),
            true,
            "upstream",
            "RetryableFailure, SYSTEM, Interrupted",
            platform,
        ),
        ("a plain exit, as merged", failed(1, "Error"), true, "merged", "RetryableFailure, USER, Error", user),
        ("memory", failed(137, "OOMKilled"), true, "upstream", "RetryableFailure, USER, OOMKilled", user),
        ("a kill", failed(137, "Error"), true, "upstream", "RetryableFailure, SYSTEM, Interrupted", platform),
        (
            "a kill of a raw container",
            failed(137, "Error"),
            false,
            "upstream",
            "RetryableFailure, USER, Interrupted",
            user,
        ),
        (
            "a node that goes, as coded",
            json!({ "phase": "Failed", "reason": "NodeShutdown" }),
            true,
            "upstream",
            "RetryableFailure, SYSTEM, Interrupted",
            platform,
        ),
        (
            "a node that goes, as merged",
            json!({ "phase": "Failed", "reason": "NodeShutdown" }),
            true,
            "merged",
            "RetryableFailure, SYSTEM, NodeShutdown",
            platform,
        ),
        (
            "an eviction",
            json!({ "phase": "Failed", "reason": "Evicted" }),
            true,
            "upstream",
            "RetryableFailure, USER, Evicted",
            user,
        ),
        (
            "an image",
            waiting("ImagePullBackOff", "not found"),
            true,
            "upstream",
            "Initializing",
            "consumed, and another follows if there is one left.",
        ),
        (
            "a registry",
            waiting("ImagePullBackOff", "429 Too Many Requests"),
            true,
            "upstream",
            "Initializing",
            "No attempt is consumed, and the task is launched again.",
        ),
        (
            "an image without a name",
            waiting("InvalidImageName", ""),
            true,
            "upstream",
            "PermanentFailure, USER, InvalidImageName",
            final_,
        ),
        (
            "a configuration",
            waiting("CreateContainerConfigError", "no secret"),
            true,
            "upstream",
            "PermanentFailure, USER, CreateContainerConfigError",
            final_,
        ),
        (
            "no room",
            json!({ "phase": "Pending", "conditions": [{ "type": "PodScheduled", "status": "False", "reason": "Unschedulable" }] }),
            true,
            "upstream",
            "Queued",
            nobody,
        ),
        ("a pull", waiting("ErrImagePull", ""), true, "upstream", "Initializing", nobody),
        (
            "a run",
            json!({ "phase": "Running", "containerStatuses": [{ "name": "main", "state": { "running": {} } }] }),
            true,
            "upstream",
            "Running",
            nobody,
        ),
        (
            "beside others",
            json!({ "phase": "Running", "containerStatuses": ended(143, "Error") }),
            true,
            "upstream",
            "RetryableFailure, USER, Error",
            user,
        ),
        (
            "a success",
            json!({ "phase": "Succeeded", "containerStatuses": ended(0, "Completed") }),
            true,
            "upstream",
            "Success",
            nobody,
        ),
    ] {
        let setup = Setup::read(json!({ "rules": rules }), "").unwrap();
        let checked = check_run(&pod(status, primary), &setup).unwrap();
        let sentence = &checked.findings[0].sentence;
        assert!(
            sentence.contains(&format!("Flyte makes of it: {made}.")) && sentence.ends_with(fault),
            "{name}: {sentence}"
        );
        assert_eq!(
            (checked.ok, checked.format.name(), checked.actions[0].id.as_str()),
            (true, "pods", "rabc/k1"),
            "{name}"
        );
        assert_eq!(checked.commands.len(), 3, "{name}");
    }
    let yaml = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: rabc-a0-0\nstatus:\n  phase: Failed\n  containerStatuses:\n  - name: main\n    state:\n      terminated:\n        exitCode: 1\n        reason: Error\n";
    let told = checked(yaml).unwrap();
    assert_eq!((told.actions[0].id.as_str(), told.findings[0].attempt), ("rabc/a0", Some(1)));
    assert!(
        told.findings[0].sentence.starts_with("The pod \"rabc-a0-0\" is Failed: main ended with exit code 1 (Error).")
    );
    let refused = checked("apiVersion: v1\nkind: Pod\nmetadata: {}\n").unwrap_err();
    assert!(refused.starts_with("metadata: this pod has no name;"), "{refused}");
}

/// What waits is not over yet (flytek8s/pod_helper.go, `classifyWaitingContainer`), pods come in every list, and what a
/// pod said is handed on.
#[test]
fn a_pod_that_waits_has_not_failed_yet() {
    let pod =
        |name: &str, status: &str| format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\nstatus:\n{status}");
    let waiting = |reason: &str, message: &str| {
        pod(
            "rabc-a0-0",
            &format!(
                "  phase: Pending\n  containerStatuses:\n  - name: main\n    state:\n      waiting:\n        reason: {reason}\n        \
                 message: {message:?}\n"
            ),
        )
    };
    let told = |text: &str| checked(text).unwrap().findings.into_iter().map(|found| found.sentence).collect::<Vec<_>>();
    for (text, words) in [
        (
            waiting("ImagePullBackOff", "Back-off pulling image x"),
            "Flyte makes of it: Initializing. If it stays so for three",
        ),
        (waiting("ImagePullBackOff", "429 Too Many Requests"), "by the platform's fault"),
        (
            waiting("ErrImagePull", "manifest unknown"),
            "([ErrImagePull]: manifest unknown). Flyte makes of it: Initializing.",
        ),
        (waiting("CreateContainerError", "no command"), "three minutes, the action fails by the user's fault"),
        (waiting("InvalidImageName", "x y"), "PermanentFailure, USER, InvalidImageName"),
        (
            pod(
                "rabc-a0-0",
                "  phase: Pending\n  conditions:\n  - type: PodScheduled\n    status: \"False\"\n    reason: \
                 Unschedulable\n    message: 0/3 nodes are available\n",
            ),
            "([Unschedulable]: 0/3 nodes are available). Flyte makes of it: Queued.",
        ),
        (
            pod(
                "rabc-a0-0",
                "  phase: Failed\n  containerStatuses:\n  - name: main\n    state:\n      terminated:\n        \
                 exitCode: 1\n        reason: Error\n        message: no such file\n",
            ),
            "main ended with exit code 1 (Error), and said: no such file.",
        ),
    ] {
        assert!(told(&text)[0].contains(words), "{words}\n{:?}", told(&text));
    }
    let running = pod("rabc-a0-0", "  phase: Running\n");
    // A watch tells one pod again and again, and the last word counts.
    let watched = checked(format!("{}---\n{running}", waiting("ErrImagePull", "x"))).unwrap();
    assert_eq!((watched.format, watched.findings.len()), (Format::Pods, 1));
    assert!(watched.findings[0].sentence.contains("is Running"));
    // Beside a resource, a row or in a list of lists it is told of as well.
    let row = json!({ "run_name": "rabc", "name": "a0", "phase": 4, "attempts": 1 });
    let list = |items: Value| json!({ "apiVersion": "v1", "kind": "PodList", "items": items });
    let one = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "rabc-a0-0" }, "status": { "phase": "Running" } });
    for beside in [json!([row, one]), json!([list(json!([one])), list(json!([one]))]), json!([one, row])] {
        let told = checked(beside.clone()).unwrap();
        assert!(told.findings.iter().any(|found| found.sentence.contains("rabc-a0-0")), "{beside}");
    }
    let many: Vec<Value> = (0..1_003)
        .map(|n| json!({ "kind": "Pod", "metadata": { "name": format!("r{n}-a0-0") }, "status": { "phase": "Running" } }))
        .collect();
    assert_eq!(checked(list(json!(many))).unwrap().left_out, 3);
}

/// A watch tells news of a resource, at last that it is gone; what ends the watch says nothing of it.
#[test]
fn what_a_watch_tells_is_read() {
    let resource = |more: Value| {
        let mut resource = json!({
            "apiVersion": "flyte.org/v1", "kind": "TaskAction",
            "metadata": { "name": "r1-a0", "creationTimestamp": "2026-08-20T10:00:00Z",
                          "finalizers": ["flyte.org/plugin-finalizer"] },
            "spec": { "runName": "r1", "project": "demo", "domain": "development", "actionName": "a0", "inputUri": "s3://b/in",
                      "runOutputBase": "s3://b/out", "taskType": "python", "taskTemplate": "CiMIARIEZGVtbxoLZGV2ZWxvcG1lbnQiCGVudi5tYWluKgJ2MRIGcHl0aG9uGgQqAigC" },
            "status": { "pluginPhase": "PhaseRunning", "attempts": 1, "conditions": [{ "type": "Progressing", "status": "True",
                        "reason": "Executing", "lastTransitionTime": "2026-08-20T10:00:01Z" }] }
        });
        for (key, value) in more.as_object().unwrap() {
            resource["metadata"][key] = value.clone();
        }
        resource
    };
    let news = |word: &str, object: Value| json!({ "type": word, "object": object });
    let phase = |input: Value| checked(input).unwrap().actions[0].replayed.unwrap().to_string();
    let running = resource(json!({}));
    let terminating = resource(json!({ "deletionTimestamp": "2026-08-20T10:01:00Z" }));
    let status = json!({ "kind": "Status", "apiVersion": "v1", "code": 410, "reason": "Expired" });
    assert_eq!(phase(json!([news("ADDED", running.clone()), news("DELETED", terminating.clone())])), "ABORTED");
    assert_eq!(phase(json!([news("ADDED", running.clone()), news("ERROR", status.clone())])), "RUNNING");
    assert_eq!(
        phase(json!([news("ADDED", running.clone()), news("BOOKMARK", json!({ "kind": "TaskAction" }))])),
        "RUNNING"
    );
    let refused = checked(json!([news("ERROR", status)])).unwrap_err();
    assert!(refused.contains("The watch ended with it; begin it anew."), "{refused}");
    // It is being stopped, and that takes until its finalizer goes.
    let held = checked(terminating).unwrap();
    let world = held.stands.session.world();
    let resource = world.action(world.find("r1/a0").unwrap()).unwrap().resource;
    assert!(resource.is_some_and(|resource| resource.cr.deleting));
}

/// Rows as people have them: without columns, in another order, in capitals, as pandas writes them, with what psql says.
#[test]
fn rows_are_read_however_they_were_printed() {
    let fine = |text: &str| {
        let told = checked(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(told.ok, "{:#?}\n{text}", told.findings);
        told
    };
    let attempts = |text: &str| {
        let told = fine(text);
        told.actions[0].events
    };
    let events = "run_name,name,phase,version,created_at\nr1,a0,4,0,2026-08-20 10:00:01+00\nr1,a0,6,0,2026-08-20 10:00:02+00\n\
                  r1,a0,4,0,2026-08-20 10:00:03+00\nr1,a0,5,0,2026-08-20 10:00:04+00\n";
    assert_eq!(attempts(events), 4);
    let told = fine("RUN_NAME,NAME,PHASE,ATTEMPTS,CREATED_AT\nr1,a0,4.0,1.0,2026-08-20 10:00:00 UTC\n");
    assert_eq!(told.actions[0].phase.unwrap().to_string(), "RUNNING");
    let row = |phase: u8, at: u8| {
        format!(
            "run_name,name,phase,attempts,created_at,updated_at\nr1,a0,{phase},1,2026-08-20 10:00:00+00,2026-08-20 10:00:{at:02}+00\n"
        )
    };
    let told = checked(json!([row(5, 9), row(4, 3)])).unwrap();
    assert_eq!((told.ok, told.actions[0].phase.unwrap().to_string()), (true, "SUCCEEDED".to_owned()));
    for (text, words) in [
        (" run_name | name | phase \n----------+------+-------\n(0 rows)\n", "there is no run in it"),
        ("{\"runs\":[]}", "there is no run in it"),
        ("[{\"name\":\"a0\",\"phase\":4,\"attempts\":1}]", "rows without `run_name`"),
    ] {
        let refused = checked(text).unwrap_err();
        assert!(refused.contains(words), "{refused}");
    }
}

/// Several inputs are one run with several witnesses.
#[test]
fn several_inputs_are_one_run() {
    let actions =
        "run_name,name,phase,attempts,created_at,ended_at,action_type\nrabc,a0,4,1,2026-08-20 10:00:00+00,,1\n";
    let events = "run_name,name,attempt,phase,version,created_at\nrabc,a0,1,4,0,2026-08-20 10:00:10+00\n";
    assert_eq!(read(json!([actions, events])), ["rabc/a0 RUNNING 1"]);
    assert_eq!(read(json!([events, actions, events])), ["rabc/a0 RUNNING 1"]);
    // The same event as two forms tell it, at two times.
    let event = json!({ "id": id("a0"), "attempt": 1, "phase": 4, "reportedTime": "2026-08-20T10:00:09Z" });
    assert_eq!(read(json!([actions, events, event])), ["rabc/a0 RUNNING 1"]);
    let later = actions.replace("a0,4,1", "a0,5,1").replace("+00,,", "+00,2026-08-20 10:01:00+00,");
    let notes = |value: Value| {
        let checked = checked(value).unwrap();
        assert!(checked.ok, "{:?}", checked.findings);
        checked.findings.into_iter().map(|finding| finding.sentence).collect::<Vec<_>>()
    };
    let differ = notes(json!([later, actions, events]));
    assert!(
        differ
            .iter()
            .any(|sentence| sentence
                .starts_with("The inputs disagree: [1] line 2 says RUNNING, and [0] line 2 SUCCEEDED.")),
        "{differ:?}"
    );
    // A row, and its resource beside it.
    let resource = case("taskaction-cycle.json");
    let both = checked(json!([actions, resource])).unwrap();
    assert_eq!((both.ok, both.shows[0].incident), (true, Some("S03")));
    assert_eq!(notes(json!([actions, resource])), [""; 0]);
    let behind = notes(json!([actions.replace("a0,4,1", "a0,1,1"), resource]));
    assert!(
        behind.iter().any(|sentence| sentence.starts_with("The row says QUEUED, and its resource RUNNING:")),
        "{behind:?}"
    );
    let error = checked(json!([actions, case("describe.txt")])).map(|_| ()).expect_err("a description");
    assert!(error.starts_with("[1] the text: this is `kubectl describe`"), "{error}");
}

/// What people have on the screen and hand in all the same.
#[test]
fn what_is_not_read_says_what_it_is_and_how_to_get_the_right_thing() {
    let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: taskactions.flyte.org\n";
    for (text, what, how) in [
        (case("describe.txt"), "this is `kubectl describe`", "kubectl get taskaction NAME -o yaml"),
        (case("get-table.txt"), "this is the table that `kubectl get` prints", "kubectl get taskaction NAME -o yaml"),
        (case("not-found.txt"), "this is kubectl's answer that there is no such resource", "kubectl get taskaction -A"),
        (case("log-lines.txt"), "this is the log of a process", "flyte get run NAME"),
        (
            "I0820 10:00:00.000000       1 client.go:250] Deleted".to_owned(),
            "this is the log of a process",
            "flyte get run NAME",
        ),
        ("time=\"2026\" level=info msg=\"x\"".to_owned(), "this is the log of a process", "flyte get run NAME"),
        (
            "No resources found in flyte namespace.".to_owned(),
            "this says that there are none in that namespace",
            "kubectl get taskaction -A -o yaml",
        ),
        (
            "error: the server doesn't have a resource type \"taskaction\"".to_owned(),
            "this is kubectl's answer that the cluster has no TaskActions",
            "kubectl config",
        ),
        (
            "Traceback (most recent call last):\n  File \"x\"".to_owned(),
            "this is where a program failed",
            "flyte get run NAME",
        ),
        (crd.to_owned(), "this is the definition of a kind of resource", "kubectl get taskaction NAME -o yaml"),
        (
            format!("$ kubectl describe taskaction x\n{}", case("describe.txt")),
            "this is `kubectl describe`",
            "kubectl get taskaction NAME -o yaml",
        ),
    ] {
        let error = checked(text.clone()).map(|_| ()).expect_err(what);
        assert!(error.contains(what) && error.contains(how), "{what}: {error}");
    }
}

/// What is made to stall a reader is refused, and soon.
#[test]
fn hostile_texts_are_refused_in_time() {
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
    let deep_yaml: String = (0..5_000).map(|n| format!("{}a:\n", " ".repeat(n % 400))).collect();
    let wide: String = (0..200_000).map(|n| format!("k{n}: 1\n")).collect();
    for (name, text) in [
        ("deep lists", "[".repeat(1_000_000)),
        ("deep lists of Python", format!("['x', {}", "[".repeat(1_000_000))),
        ("a million columns", format!("run_name,name,phase{}\n", ",x".repeat(1_000_000))),
        (
            "a million columns between bars",
            format!(" run_name | name | phase{}\n---+---+---\n", " | x".repeat(1_000_000)),
        ),
        ("zero bytes", "{\"a\": \"\0\"}".to_owned()),
        ("a bomb of references", bomb.to_owned()),
        ("deep maps", deep_yaml),
        ("many keys", format!("kind: TaskAction\n{wide}")),
        ("a text without an end", format!("a: \"{}", "x\n".repeat(300_000))),
        ("fences", "```\n".repeat(300_000)),
        ("dashes", "- ".repeat(300_000)),
        ("quotes", "'".repeat(1_000_000)),
        ("rules", "---+---\n".repeat(100_000)),
    ] {
        let began = std::time::Instant::now();
        let answer = checked(text);
        assert!(began.elapsed().as_secs() < 10, "{name}: {:?}", began.elapsed());
        assert!(answer.is_err(), "{name}");
    }
}
