//! What people ask, from the text they paste to the sentence that answers. The texts are as `kubectl`, `psql` and `flyte`
//! print them; names are invented.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

use flyte_lifecycle::drive::check_run;
use flyte_lifecycle::drive::check_run::Stands;
use flyte_lifecycle::model::Setup;
use flyte_lifecycle::view::{Diagnosis, diagnosis};
use serde_json::Value;

fn asked(text: &str) -> Result<Diagnosis, String> {
    asked_of(&Value::from(text))
}

fn asked_of(value: &Value) -> Result<Diagnosis, String> {
    let mut setup = Setup::default();
    "auto".clone_into(&mut setup.rules.base);
    let checked = check_run(value, &setup).map_err(|error| error.message)?;
    let Stands { session, told } = &checked.stands;
    let told = diagnosis(session.world(), session.facts(), told).ok_or("nothing is there")?;
    Ok(told.showing(checked.shows.iter().map(|show| (show.incident, show.action.as_str(), show.sentence.as_str()))))
}

/// A TaskAction as `kubectl get taskaction r1-a0 -o yaml` prints it, with this status.
fn taskaction(status: &str) -> String {
    format!(
        "apiVersion: flyte.org/v1\nkind: TaskAction\nmetadata:\n  name: r1-a0\n  creationTimestamp: 2026-08-20T10:00:00Z\n  \
         finalizers: [flyte.org/plugin-finalizer]\nspec:\n  runName: r1\n  project: demo\n  domain: development\n  \
         actionName: a0\n  inputUri: s3://b/in\n  runOutputBase: s3://b/out\n  taskType: python\n  taskTemplate: \
         CiMIARIEZGVtbxoLZGV2ZWxvcG1lbnQiCGVudi5tYWluKgJ2MRIGcHl0aG9uGgQqAigC\nstatus:\n{status}"
    )
}

/// A status with one condition.
fn status(plugin: &str, condition: [&str; 3], more: &str) -> String {
    let [kind, reason, message] = condition;
    taskaction(&format!(
        "  pluginPhase: Phase{plugin}\n  attempts: 1\n  conditions:\n    - type: {kind}\n      status: \"True\"\n      reason: \
         {reason}\n      message: {message:?}\n      lastTransitionTime: 2026-08-20T10:00:01Z\n{more}"
    ))
}

const ROWS: &str =
    "run_name,name,parent_action_name,phase,action_type,abort_reason,created_at,updated_at,ended_at,attempts\n";

/// Rows of `actions` as psql copies them.
fn rows(rows: &[&str]) -> String {
    format!("{ROWS}{}\n", rows.join("\n"))
}

/// ActionDetails as `buf curl` prints them.
fn details(phase: &str, more: &str) -> String {
    format!(
        r#"{{"details":{{"id":{{"run":{{"project":"demo","domain":"development","name":"r1"}},"name":"a0"}},
        "metadata":{{"actionType":"ACTION_TYPE_TASK"}},
        "status":{{"phase":"ACTION_PHASE_{phase}","startTime":"2026-08-20T10:00:00Z","attempts":1}}{more}}}}}"#
    )
}

#[test]
fn twenty_questions_are_answered() {
    let progressing = |reason, message| ["Progressing", reason, message];
    let questions: Vec<(&str, String, &str, &str, &[&str])> = vec![
        (
            "Why does it stay in the queue?",
            status("Queued", progressing("Queued", "Unschedulable: 0/3 nodes are available: insufficient cpu"), ""),
            "queued.plugin",
            "platform",
            &["waits to be scheduled", "Wait for room"],
        ),
        (
            "What does it wait for?",
            status("WaitingForResources", progressing("Queued", "quota exceeded: requests.cpu"), ""),
            "waiting.quota",
            "platform",
            &["room in a quota", "have the quota raised"],
        ),
        (
            "Why is it INITIALIZING for an hour?",
            status("Initializing", progressing("Initializing", "Back-off pulling image \"demo:1\""), ""),
            "initializing.image",
            "user",
            &["waits for its image", "registry"],
        ),
        ("Is it running?", status("Running", progressing("Executing", ""), ""), "running", "nobody", &["r1/a0 runs"]),
        (
            "Who else computes this?",
            status(
                "WaitingForCache",
                progressing("Queued", "waiting for cache to be populated by reservation owner \"flyte/r9-a0\""),
                "",
            ),
            "waiting.cache",
            "nobody",
            &["another action that computes the same outputs", "flyte/r9-a0"],
        ),
        (
            "What did it fail with?",
            status(
                "PermanentFailure",
                ["Failed", "PermanentFailure", "out of memory"],
                "  errorState: {code: OOMKilled, kind: USER, message: out of memory}\n",
            ),
            "ended.failedForGood",
            "user",
            &["OOMKilled: out of memory", "the task's own code"],
        ),
        (
            "Was it my fault?",
            status(
                "PermanentFailure",
                ["Failed", "PermanentFailure", "the node is gone"],
                "  errorState: {code: MaxSystemFailuresExceeded, kind: SYSTEM, message: the node is gone}\n",
            ),
            "ended.failedByPlatform",
            "platform",
            &["failed by the platform", "the cluster below"],
        ),
        (
            "Why can it not be started?",
            taskaction(
                "  conditions:\n    - {type: Failed, status: \"True\", reason: InvalidSpec, message: \"required spec fields are empty: \
                 [taskTemplate]\", lastTransitionTime: 2026-08-20T10:00:01Z}\n    - {type: Progressing, status: \"False\", reason: \
                 InvalidSpec, message: \"required spec fields are empty: [taskTemplate]\", lastTransitionTime: \
                 2026-08-20T10:00:01Z}\n",
            ),
            "ended.failedInvalid",
            "user",
            &["could not be started"],
        ),
        ("Did it end well?", rows(&["r1,a0,,5,1,,2026-08-20 10:00:00+00,2026-08-20 10:01:00+00,2026-08-20 10:01:00+00,1"]), "ended.succeeded", "nobody", &["succeeded"]),
        (
            "Who aborted it?",
            rows(&["r1,a0,,7,1,wrong input,2026-08-20 10:00:00+00,2026-08-20 10:01:00+00,2026-08-20 10:01:00+00,1"]),
            "ended.aborted",
            "nobody",
            &["was aborted: wrong input"],
        ),
        (
            "Why is my run RUNNING for ever?",
            rows(&[
                "r1,a0,,4,1,,2026-08-20 10:00:00+00,2026-08-20 10:00:10+00,,1",
                "r1,ok,a0,9,3,,2026-08-20 10:00:05+00,2026-08-20 10:00:10+00,,1",
            ]),
            "waiting.signal",
            "user",
            &["something below it waits for a signal", "Signal the condition"],
        ),
        (
            "Where do I see the approval?",
            rows(&["r1,a0,,4,1,,2026-08-20 10:00:00+00,2026-08-20 10:00:10+00,,1", "r1,ok,a0,9,,,2026-08-20 10:00:05+00,2026-08-20 10:00:10+00,,1"]),
            "waiting.signal",
            "user",
            &["r1/ok waits for a signal"],
        ),
        (
            "My child failed; why is my parent still RUNNING?",
            rows(&[
                "r1,a0,,4,1,,2026-08-20 10:00:00+00,2026-08-20 10:00:10+00,,1",
                "r1,c,a0,6,1,,2026-08-20 10:00:05+00,2026-08-20 10:00:20+00,2026-08-20 10:00:20+00,1",
            ]),
            "ended.failed",
            "unknown",
            &["a child of it did not end well", "r1/c FAILED (attempt 1), and this does not say why."],
        ),
        (
            "Why did the whole run fail?",
            details(
                "FAILED",
                r#","errorInfo":{"message":"ValueError: it is bad","kind":"KIND_USER"},"attempts":[{"phase":"ACTION_PHASE_FAILED","attempt":1,"startTime":"2026-08-20T10:00:01Z","endTime":"2026-08-20T10:02:00Z","errorInfo":{"message":"ValueError: it is bad","kind":"KIND_USER"}}]"#,
            ),
            "ended.failed",
            "user",
            &["ValueError: it is bad"],
        ),
        (
            "What does `flyte get run` say?",
            include_str!("cases/flyte-get-run.txt").to_owned(),
            "ended.failed",
            "user",
            &["ValueError: it's bad"],
        ),
        (
            "Is the second attempt running?",
            include_str!("cases/yaml-watch-same-twice.txt").to_owned(),
            "running",
            "nobody",
            &["attempt 2 of 3"],
        ),
        (
            "Its history goes round and round; what is that?",
            include_str!("cases/taskaction-cycle.json").to_owned(),
            "running",
            "flyte",
            &["known to go wrong", "S03"],
        ),
        (
            "Is the parent healthy?",
            include_str!("cases/healthy-parent.details.json").to_owned(),
            "running",
            "nobody",
            &["children of it have not ended"],
        ),
        (
            "Nobody signalled; what now?",
            rows(&[
                "r1,a0,,4,1,,2026-08-20 10:00:00+00,2026-08-20 10:00:10+00,,1",
                "r1,ok,a0,8,3,,2026-08-20 10:00:05+00,2026-08-20 10:01:05+00,2026-08-20 10:01:05+00,1",
            ]),
            "ended.notSignalled",
            "user",
            &["Nobody signalled r1/ok in time"],
        ),
        (
            "It says ABORTED; does it still run?",
            taskaction(
                "  pluginPhase: PhaseRunning\n  attempts: 1\n  conditions:\n    - {type: Progressing, status: \"True\", reason: Executing, \
                 message: \"\", lastTransitionTime: 2026-08-20T10:00:01Z}\n",
            )
            .replace("  finalizers", "  deletionTimestamp: 2026-08-20T10:05:00Z\n  finalizers"),
            "aborting.stopping",
            "nobody",
            &["is being stopped"],
        ),
        (
            "Its resource is gone; what happened?",
            format!(
                "[{{\"type\":\"DELETED\",\"object\":{}}}]",
                serde_json::json!({
                    "apiVersion": "flyte.org/v1", "kind": "TaskAction", "metadata": { "name": "r1-a0" },
                    "spec": { "runName": "r1", "project": "demo", "domain": "development", "actionName": "a0", "inputUri": "s3://b/in",
                              "runOutputBase": "s3://b/out", "taskType": "python",
                              "taskTemplate": "CiMIARIEZGVtbxoLZGV2ZWxvcG1lbnQiCGVudi5tYWluKgJ2MRIGcHl0aG9uGgQqAigC" },
                    "status": { "pluginPhase": "PhaseRunning", "attempts": 1, "conditions": [{ "type": "Progressing",
                                "status": "True", "reason": "Executing" }] }
                })
            ),
            "ended.abortedAlong",
            "unknown",
            &["was deleted, so it ended ABORTED"],
        ),
        (
            "How often has it tried to stop it?",
            "run_name,name,phase,attempts,action_type,created_at,updated_at,ended_at,abort_requested_at,abort_attempt_count,abort_reason\n\
             r1,a0,7,1,1,2026-08-20 10:00:00+00,2026-08-20 10:01:00+00,2026-08-20 10:00:30+00,2026-08-20 10:00:30+00,4,stop\n"
                .to_owned(),
            "aborting.calling",
            "flyte",
            &["Call 4 of 10"],
        ),
        (
            "Was it in the cache?",
            "run_name,name,phase,attempts,created_at,ended_at\nr1,a0,5,1,2026-08-20 10:00:00+00,2026-08-20 10:00:01+00\n".to_owned(),
            "ended.succeeded",
            "nobody",
            &["succeeded"],
        ),
        (
            "It failed although its child's failure was caught.",
            r#"{"actions":[
              {"run_name":"r1","name":"a0","phase":6,"attempts":1},{"run_name":"r1","name":"c","phase":6,"attempts":1,"parent_action_name":"a0"}],
              "actionEvents":[
              {"id":{"run":{"name":"r1"},"name":"a0"},"attempt":1,"phase":6,"errorInfo":{"kind":1,"message":"KeyError: 'x'"}},
              {"id":{"run":{"name":"r1"},"name":"c"},"attempt":1,"phase":6,"errorInfo":{"kind":1,"message":"ValueError: bad"}}]}"#
                .to_owned(),
            "ended.failed",
            "user",
            &["r1/a0 failed in its own code", "KeyError: 'x'"],
        ),
        (
            "It is FAILED; whose fault is it?",
            "run_name,name,phase\nr1,a0,6\n".to_owned(),
            "ended.failed",
            "unknown",
            &["this does not say why", "flyte get action"],
        ),
        (
            "Who aborted it?",
            "run_name,name,phase\nr1,a0,7\n".to_owned(),
            "ended.aborted",
            "nobody",
            &["why, this does not say"],
        ),
        (
            "Its child timed out.",
            "run_name,name,parent_action_name,phase\nr1,a0,,4\nr1,c,a0,8\n".to_owned(),
            "ended.timedOut",
            "user",
            &["r1/c ran longer than it may"],
        ),
        (
            "It waits, and the columns tell no deadline.",
            "run_name,name,phase\nr1,a0,4\nr1,ask,9\n".to_owned(),
            "waiting.signal",
            "user",
            &["Whether there is a deadline is not told."],
        ),
        (
            "The platform has failed under it.",
            status("NotReady", ["Progressing", "Queued", ""], "").replace("  attempts: 1\n", "  attempts: 1\n  systemFailures: 2\n"),
            "queued.relaunch",
            "platform",
            &["The platform has failed 2 times in a row; more often than 3 in a row ends it for good."],
        ),
        (
            "Rows and then the resource, in one paste.",
            format!("run_name,name,phase,attempts,action_type\nr1,a0,4,1,1\n{}", status("Success", ["Succeeded", "Completed", ""], "")),
            "newsOnItsWay",
            "nobody",
            &["the news is on its way"],
        ),
        (
            "Out of memory, and no attempt is left.",
            "run_name,name,phase,attempts\nr1,a0,6,1\nrun_name,name,attempt,phase,version,created_at,error_kind\nr1,a0,1,6,0,2026-08-20 10:00:01+00,USER\n".to_owned(),
            "ended.failed",
            "user",
            &["failed in its own code"],
        ),
        (
            "It failed with its child.",
            r#"{"actions":[
              {"run_name":"r1","name":"a0","phase":6,"attempts":1},{"run_name":"r1","name":"c","phase":6,"attempts":1,"parent_action_name":"a0"}],
              "actionEvents":[
              {"id":{"run":{"name":"r1"},"name":"a0"},"attempt":1,"phase":6,"errorInfo":{"kind":1,"message":"ValueError: bad"}},
              {"id":{"run":{"name":"r1"},"name":"c"},"attempt":1,"phase":6,"errorInfo":{"kind":1,"message":"ValueError: bad"}}]}"#
                .to_owned(),
            "ended.failed",
            "user",
            &["r1/c failed in its own code", "ValueError: bad"],
        ),
    ];
    assert!(questions.len() >= 20);
    for (question, text, code, fault, says) in questions {
        let answer = asked(&text).unwrap_or_else(|error| panic!("{question}: {error}\n{text}"));
        let said = answer.sentences.join("\n");
        assert_eq!((answer.code.name(), answer.fault.name()), (code, fault), "{question}\n{said}");
        // What a replay makes up nobody is told.
        assert!(!said.contains("not in the record") && !said.contains("Unknown:"), "{question}\n{said}");
        for words in says {
            assert!(said.contains(words), "{question}: {words}\n{said}");
        }
    }
}

/// What cannot be read says what it is and how to get the right thing.
#[test]
fn what_is_no_record_says_how_to_get_one() {
    for (file, says) in [
        (include_str!("cases/describe.txt"), "kubectl get taskaction NAME -o yaml"),
        (include_str!("cases/get-table.txt"), "kubectl get taskaction NAME -o yaml"),
        (include_str!("cases/not-found.txt"), "kubectl get taskaction -A"),
        (include_str!("cases/log-lines.txt"), "flyte get run NAME"),
    ] {
        let refused = asked(file).expect_err("no record");
        assert!(refused.contains(says), "{refused}");
    }
}

/// What the record tells of is diagnosed, and nothing that had to be made up for it.
#[test]
fn a_record_without_its_root_is_about_what_is_in_it() {
    for (phase, code) in [(6, "ended.failed"), (5, "ended.succeeded"), (7, "ended.aborted"), (8, "ended.timedOut")] {
        let told =
            asked(&format!("run_name,name,parent_action_name,phase,action_type,attempts\nr1,k,a0,{phase},1,1\n"));
        let told = told.unwrap();
        assert_eq!((told.action.as_str(), told.code.name()), ("r1/k", code), "{:?}", told.sentences);
    }
}

/// Without times a parent that runs has begun before its children.
#[test]
fn a_parent_without_times_runs_before_its_children() {
    let head = "run_name,name,parent_action_name,phase,action_type,attempts\n";
    for rows in ["r1,a0,,4,1,1\nr1,k,a0,6,1,1\n", "r1,k,a0,6,1,1\nr1,a0,,4,1,1\n"] {
        let told = asked(&format!("{head}{rows}")).unwrap();
        assert_eq!((told.action.as_str(), told.code.name()), ("r1/k", "ended.failed"), "{:?}", told.sentences);
        assert!(told.sentences[0].starts_with("r1/a0 runs"), "{:?}", told.sentences);
    }
}

/// What looks like a shell's prompt or a fence within data is data.
#[test]
fn words_of_a_shell_within_data_are_data() {
    let head = "run_name,name,parent_action_name,phase,action_type,attempts,abort_reason\n";
    for said in ["stuck; see $ kubectl logs x", "# kubectl delete by hand", "sh -c > cat missing.txt", "flyte wrote it"]
    {
        let told = asked(&format!("{head}r1,a0,,7,1,1,{said}\n")).unwrap();
        assert_eq!(told.code.name(), "ended.aborted", "{said}: {:?}", told.sentences);
        let error = format!(r#","errorInfo":{{"message":"{said}","kind":"KIND_USER"}}"#);
        let told = asked(&details("FAILED", &error)).unwrap();
        assert_eq!(told.code.name(), "ended.failed", "{said}: {:?}", told.sentences);
    }
    let block = "  errorState:\n    code: E\n    kind: USER\n    message: |\n      see\n      ```\n      $ kubectl get\n      ```\n";
    let told = asked(&status("PermanentFailure", ["Failed", "PermanentFailure", "no"], block)).unwrap();
    assert!(told.sentences.concat().contains("see"), "{:?}", told.sentences);
}

/// A flow list of many lines is read once, not once for each line.
#[test]
fn yaml_of_many_lines_is_read_at_once() {
    let list: String =
        (0..20_000).map(|item| format!("      - \"{item}\"\n      - [\n        {item}\n        ]\n")).collect();
    let long: String = (0..100_000).map(|item| format!("      {item},\n")).collect();
    let more = format!("  stateJson: many\n  list:\n{list}  flow: [\n{long}      0]\n");
    let told = asked(&status("PermanentFailure", ["Failed", "PermanentFailure", "no"], &more));
    assert!(told.is_ok() || told.unwrap_err().contains("stateJson"), "it is read");
}

/// Several witnesses: where row and resource part, that is the matter, and the news between them may be under way.
#[test]
fn a_row_and_its_resource_are_one_run() {
    let ended = status("Success", ["Succeeded", "Completed", ""], "");
    let recorded = ended.replace("  finalizers", "  labels: {flyte.org/termination-status: terminated, flyte.org/terminal-status-recorded: \"true\"}\n  finalizers");
    let row = |phase: u8, more: &str| {
        format!(
            "run_name,name,phase,attempts,action_type,created_at,abort_requested_at,abort_reason\nr1,a0,{phase},1,1,2026-08-20 10:00:00+00,{more}\n"
        )
    };
    let running = status("Running", ["Progressing", "Executing", ""], "");
    for (texts, code, fault) in [
        ([row(4, ","), ended.clone()], "newsOnItsWay", "nobody"),
        ([ended, row(4, ",")], "newsOnItsWay", "nobody"),
        ([row(4, ","), recorded], "ended.untold", "flyte"),
        ([row(7, "2026-08-20 10:00:30+00,stop"), running.clone()], "aborting.queued", "nobody"),
        ([row(4, ","), running], "running", "nobody"),
    ] {
        let answer = asked_of(&Value::from(texts.to_vec())).unwrap();
        assert_eq!((answer.code.name(), answer.fault.name()), (code, fault), "{texts:?}\n{:?}", answer.sentences);
    }
    // A list may hold both as values.
    let resource: Value = serde_json::json!({
        "apiVersion": "flyte.org/v1", "kind": "TaskAction", "metadata": { "name": "r1-a0" },
        "spec": { "runName": "r1", "project": "demo", "domain": "development", "actionName": "a0", "inputUri": "s3://b/in",
                  "runOutputBase": "s3://b/out", "taskType": "python", "taskTemplate": "CiMIARIEZGVtbxoLZGV2ZWxvcG1lbnQiCGVudi5tYWluKgJ2MRIGcHl0aG9uGgQqAigC" },
        "status": { "pluginPhase": "PhaseSuccess", "attempts": 1, "conditions": [{ "type": "Succeeded", "status": "True",
                    "reason": "Completed" }] }
    });
    let details = serde_json::json!({ "id": { "run": { "name": "r1" }, "name": "a0" }, "status": { "phase": "ACTION_PHASE_RUNNING",
                    "attempts": 1 } });
    for both in [serde_json::json!([details, resource]), serde_json::json!([resource, details])] {
        assert_eq!(asked_of(&both).unwrap().code.name(), "newsOnItsWay");
    }
}
