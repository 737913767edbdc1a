//! Checking recorded runs: what is read from each of the forms, what is explained, and what is found.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

use flyte_lifecycle::drive::check_run::{Finding, FindingKind, RunCheck, Severity, Show};
use flyte_lifecycle::drive::{Session, check_run, parse_trace};
use flyte_lifecycle::model::read::Read;
use flyte_lifecycle::model::{ActionId, ActionPhase, Delivery, Rule, RulesSetup, Setup};
use flyte_lifecycle::view::{self, details::stored_events};
use serde_json::{Value, json};

fn setup(rules: impl Into<Value>) -> Setup {
    let rules: Value = rules.into();
    Setup::read(json!({ "rules": rules }), "").unwrap()
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(format!("tests/runs/{name}")).unwrap()
}

/// The check of a record; what it answers is held to what it promises: the commands replay, and say where they lead.
fn check(value: &Value, rules: impl Into<Value>) -> RunCheck {
    let checked = check_run(value, &setup(rules)).unwrap_or_else(|error| panic!("{error}"));
    let replayed = replay(&checked);
    for action in &checked.actions {
        let row = replayed.world().find(&action.id).and_then(|id| replayed.world().action(id)?.row);
        assert_eq!(row.map(|row| row.phase), action.replayed, "{}", action.id);
    }
    for finding in &checked.findings {
        assert!(finding.index <= checked.commands.len(), "{}", finding.sentence);
        assert!(finding.sentence.ends_with('.'), "{}", finding.sentence);
    }
    checked
}

fn replay(checked: &RunCheck) -> Session {
    // What crosses the boundary is JSON, so that is what has to read back.
    let commands = serde_json::to_value(&checked.commands).unwrap();
    let config = Setup::read(serde_json::to_value(&checked.config).unwrap(), "").unwrap().config().unwrap();
    let mut session = Session::new(config);
    for command in commands.as_array().unwrap() {
        let command = flyte_lifecycle::model::Command::read(command.clone(), "").unwrap();
        session.dispatch(command).unwrap_or_else(|error| panic!("{error}"));
    }
    session
}

fn text(name: &str) -> Value {
    Value::String(fixture(name))
}

/// What matters of the findings, one a line.
fn told(checked: &RunCheck) -> Vec<String> {
    let line = |f: &Finding| {
        let attempt = f.attempt.map_or(String::new(), |attempt| format!(" #{attempt}"));
        let phase = f.phase.map_or(String::new(), |phase| format!(" {phase}"));
        let why = [f.rule, f.policy.or(f.explained_by), f.incident].into_iter().flatten().collect::<Vec<_>>().join(" ");
        format!("{} {}{attempt}{phase}: {why}", f.kind, f.action)
    };
    checked.findings.iter().filter(|f| f.severity != Severity::Note).map(line).collect()
}

fn notes(checked: &RunCheck) -> Vec<(&str, Option<&'static str>)> {
    let notes = checked.findings.iter().filter(|f| f.severity == Severity::Note);
    notes.map(|finding| (finding.action.as_str(), finding.incident)).collect()
}

/// Everything that `protojson()` writes of the run that a trace tells.
fn protojson(text: &str) -> Value {
    let session = parse_trace(text).unwrap_or_else(|error| panic!("{error}"));
    let (world, facts) = (session.world(), session.facts());
    let ids: Vec<ActionId> = world.actions().map(|(id, _)| id).collect();
    ids.into_iter()
        .filter_map(|id| {
            let details = view::action_details(world, facts, id)?;
            let events = stored_events(world, facts, id);
            let events: Vec<Value> =
                events.iter().map(|event| view::protojson::action_event(world, id, event)).collect();
            Some(json!({ "actionDetails": view::protojson::action_details(&details), "actionEvents": events }))
        })
        .collect()
}

fn traces() -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir("tests/traces").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "trace"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect()
}

/// Whether nothing goes wrong in a run but what the rules themselves do wrong.
fn is_plain(session: &Session) -> bool {
    let config = session.world().config();
    let wrong = ["fault", "restart", "updatePhase", "putStatus", "import", "drop", "duplicate"];
    let plain = |command| {
        let value = serde_json::to_value(command).unwrap();
        // Of a text that is given by its beginning, a record does not tell how long it is.
        !wrong.contains(&value["type"].as_str().unwrap()) && value["result"]["error"]["length"].is_null()
    };
    // A child without a row is in no record, and what its first news did to its parent is.
    let recorded = !session.facts().iter().any(|fact| fact.rule == Rule::RefusesUnknownSpec);
    config.delivery == Delivery::Immediate && config.gc.interval_ms == 0 && recorded && session.commands().all(plain)
}

/// What `protojson()` writes of a run is never found under the rules under which it came about, with its events and by the
/// details alone. Where nothing goes wrong but what the rules themselves do wrong, the replay gets everywhere as well; and
/// where news was lost, a name was used again or somebody wrote from outside, that shows.
#[test]
fn every_trace_is_explained_by_its_own_rules_and_shows_what_was_lost() {
    let shows = [
        ("a-late-child-wakes-a-failed-parent.upstream", "r1/a0 N1 P7"),
        ("counterexample-p34.upstream", "r1/a0 N2 P4"),
        ("n1-restart-wakes-a-failed-parent.upstream", "r1/a0 N1 P7"),
        ("n10-collection-aborts-a-living-child.upstream", "r1/c N10 P11"),
        ("n11-condition-nobody-signals.upstream", "r1/c N10 P11"),
        ("n14-abort-given-up.upstream", "r1/a0 N5 P35"),
        ("n16-run-name-used-again.upstream", "r1/a0 N16 P2"),
        ("n18-error-too-long-to-be-stored.upstream", "r1/a0 S22 P35"),
        ("n2-first-child-resets-attempts.upstream", "r1/a0 N2 P4"),
        ("n22-aborted-then-paused.upstream", "r1/c N22 P9"),
        ("n28-success-that-is-aborted.upstream", "r1/a0 N28 P1"),
        ("n4-failure-that-no-event-tells.upstream", "r1/a0 N4 P37"),
        ("n6-child-runs-for-ever.upstream", "r1/c N6 P42"),
        ("n9-collection-adds-an-event.upstream", "r1/a0 N9 P29"),
        ("s05-invisible-child.upstream", "r1/a0 N2 P4"),
        ("s22-end-rejected-in-the-reply.upstream", "r1/a0 S22 P35"),
    ];
    let mut missing: Vec<(&str, &str)> = shows.to_vec();
    for (name, text) in traces() {
        let session = parse_trace(&text).unwrap();
        let rules = serde_json::to_value(RulesSetup::of(&session.world().config().rules)).unwrap();
        let record = protojson(&text);
        if record.as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        let details: Value = record.as_array().unwrap().iter().map(|each| each["actionDetails"].clone()).collect();
        let (whole, alone) = (check(&record, rules.clone()), check(&details, rules));
        assert_eq!((told(&whole), told(&alone)), (Vec::new(), Vec::new()), "{name}");
        if is_plain(&session) {
            let open = |f: &&Finding| matches!(f.kind, FindingKind::ContradictsRules | FindingKind::NeedsEvent);
            let found = whole.findings.iter().chain(&alone.findings).find(open);
            assert_eq!(found, None, "{name}");
        }
        let shown = shown(&whole);
        missing.retain(|(trace, line)| *trace != name || !shown.contains(&(*line).to_owned()));
    }
    assert_eq!(missing, Vec::<(&str, &str)>::new());
}

/// What a record shows, one a line.
fn shown(checked: &RunCheck) -> Vec<String> {
    let line = |show: &Show| {
        [Some(show.action.as_str()), show.incident, show.property].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    checked.shows.iter().map(line).collect()
}

/// A failed attempt has no failure upstream (N4): as documented an event is missing, as coded nothing is.
#[test]
fn a_retry_in_place_needs_an_event_as_documented_and_nothing_as_coded() {
    for value in [text("retry.details.json"), serde_json::from_str(&fixture("retry.details.json")).unwrap()] {
        let checked = check(&value, "documented");
        assert_eq!(told(&checked), ["needsEvent rk7w2q9xnd4bt6vz8m3c/a0 #1 FAILED: AttemptFailed retry N4"]);
        let finding = &checked.findings[0];
        assert_eq!(finding.place, "details.attempts[1].phaseTransitions[0]");
        assert_eq!(finding.value, Some("inPlace"));
        assert_eq!(
            finding.sentence,
            "Before this, FAILED of attempt 1 is needed, which the log does not have. The attempt failed and attempts \
             remain: it is recorded as FAILED, and a reset follows."
        );
        let checked = check(&value, "upstream");
        assert_eq!((checked.ok, checked.findings.len()), (true, 0));
        assert_eq!(checked.commands[0], {
            let task = json!({ "maxAttempts": 3 });
            let command = json!({
                "type": "createRun", "run": "rk7w2q9xnd4bt6vz8m3c", "project": "flytesnacks", "domain": "development",
                "task": task
            });
            Read::read(command, "").unwrap()
        });
        assert_eq!(replay(&checked).world().now().to_string(), "2026-08-20T10:02:40Z");
    }
}

/// Several messages one after the other, as `buf curl` prints a stream.
#[test]
fn a_watch_is_explained_as_coded_and_its_zero_attempts_are_not_as_documented() {
    let value = text("approval.watch.json");
    let coded = check(&value, "upstream");
    assert_eq!(told(&coded), Vec::<String>::new());
    let kinds: Vec<&str> = coded
        .commands
        .iter()
        .map(|command| serde_json::to_value(command).unwrap()["type"].as_str().unwrap().to_owned())
        .map(|kind| ["createRun", "plugin", "enqueue", "advance", "signal"].into_iter().find(|k| *k == kind).unwrap())
        .collect();
    assert_eq!(
        kinds.iter().filter(|kind| **kind != "advance").copied().collect::<Vec<_>>(),
        ["createRun", "plugin", "enqueue", "plugin", "enqueue", "signal", "plugin"]
    );
    // The first child's coming resets the parent's attempts; as documented a parent's row is its own.
    let documented = check(&value, "documented");
    assert_eq!(
        told(&documented),
        ["impossibleValue deploy-7/a0 #0: promotion N2", "impossibleValue deploy-7/approve #0: promotion"]
    );
}

#[test]
fn the_guard_says_which_rule_a_change_of_phase_contradicts() {
    let value = text("back-to-running.watch.json");
    for rules in ["documented", "upstream"] {
        let checked = check(&value, rules);
        assert_eq!(
            told(&checked),
            [
                // As documented another guard would let it time out, and be launched again.
                ("contradictsGuard nightly/a0 #1 RUNNING: GuardRefusesTerminal guard", rules == "documented"),
                ("contradictsGuard nightly/a0 #1 RUNNING: GuardRefusesTerminal", rules == "upstream"),
                ("impossibleValue nightly/a0: endTime N1", rules == "documented")
            ]
            .into_iter()
            .filter_map(|(line, found)| found.then_some(line))
            .collect::<Vec<_>>(),
            "{rules}"
        );
        let finding = &checked.findings[0];
        assert_eq!(finding.place, "[2].enriched_actions[0].action.status");
        assert_eq!(finding.from.map(ActionPhase::name), Some("ABORTED"));
        // The step to which it leads shows the refusal: the run service was told, and its guard said no.
        let session = replay(&checked);
        let facts = &session.facts()[session.facts_of(finding.index - 1)];
        assert!(facts.iter().any(|fact| fact.what.name() == "UpdateRefused"), "{:?}", checked.commands);
    }
}

/// Two tables as `psql` exports them, one after the other, and the same as JSON.
#[test]
fn rows_are_read_as_csv_and_as_json_alike() {
    let both = format!("{}{}", fixture("batch.actions.csv"), fixture("batch.action_events.csv"));
    let by_csv = check(&Value::String(both), "upstream");
    assert_eq!(
        (told(&by_csv), shown(&by_csv)),
        (
            Vec::new(),
            ["extract N4 P37", "extract N9 P29", "load N6 P42"].map(|line| format!("batch-12/{line}")).to_vec()
        )
    );
    // The actions alone tell no log, so nothing says that the parent was told of again after its child's first news; that
    // a child runs on whose parent was aborted, they tell.
    for rules in ["upstream", "documented"] {
        let alone = check(&text("batch.actions.csv"), rules);
        assert_eq!(told(&alone), [""; 0]);
        assert_eq!(notes(&alone), [("batch-12/load", Some("N6"))]);
        assert_eq!(alone.findings[0].from, Some(ActionPhase::Aborted));
        assert!(
            alone.findings[0].sentence.starts_with("The row says RUNNING, attempt 1; after what is told of the others")
        );
    }
    assert_eq!(by_csv.actions.iter().map(|action| action.events).collect::<Vec<_>>(), [4, 6, 3]);
    let documented = check(
        &Value::String(format!("{}\n{}", fixture("batch.action_events.csv"), fixture("batch.actions.csv"))),
        "documented",
    );
    assert_eq!(told(&documented), ["needsEvent batch-12/extract #1 FAILED: AttemptFailed retry N4"]);
    // The retries come from the task template in the spec's blob.
    let enqueue = serde_json::to_value(&by_csv.commands).unwrap();
    let tasks: Vec<&Value> = enqueue.as_array().unwrap().iter().filter(|c| c["type"] == "enqueue").collect();
    assert_eq!(tasks[0]["task"], json!({ "maxAttempts": 2 }));
    let rows = |name: &str| -> Value {
        let mut lines = csv(&fixture(name)).into_iter();
        let header = lines.next().unwrap();
        lines
            .map(|cells| {
                let fields = header.iter().cloned().zip(cells);
                Value::Object(fields.map(|(name, cell)| (name, typed(&cell))).collect())
            })
            .collect()
    };
    let json = json!({ "actions": rows("batch.actions.csv"), "action_events": rows("batch.action_events.csv") });
    let by_json = check(&json, "upstream");
    assert_eq!((&by_json.commands, told(&by_json)), (&by_csv.commands, told(&by_csv)));
}

/// A reader of CSV that is simple enough to be right about the fixtures.
fn csv(text: &str) -> Vec<Vec<String>> {
    let bare = |cell: &str| cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell).to_owned();
    let cell = |cell: &str| bare(cell).replace("\"\"", "\"");
    let cells = |line: &str| -> Vec<String> {
        let mut quoted = false;
        let split = |c: char| {
            quoted ^= c == '"';
            c == ',' && !quoted
        };
        line.split(split).map(cell).collect()
    };
    text.lines().map(cells).collect()
}

/// As `row_to_json` has it.
fn typed(cell: &str) -> Value {
    match cell.parse::<i64>() {
        _ if cell.is_empty() => Value::Null,
        Ok(number) => number.into(),
        Err(_) => cell.replace("+00", "+00:00").into(),
    }
}

fn details(status: &Value, more: &Value) -> Value {
    let mut details = json!({
        "id": { "run": { "name": "r1" }, "name": "a0" }, "metadata": { "actionType": "ACTION_TYPE_TASK" },
        "status": status
    });
    for (name, value) in more.as_object().unwrap() {
        details[name] = value.clone();
    }
    details
}

fn event(attempt: u32, phase: &str, version: u32, second: u32) -> Value {
    json!({
        "id": { "run": { "name": "r1" }, "name": "a0" }, "attempt": attempt, "phase": format!("ACTION_PHASE_{phase}"),
        "version": version, "reportedTime": format!("2026-08-20T10:00:{second:02}Z")
    })
}

/// One thing wrong with each, and what is found.
#[test]
fn what_no_rule_explains_is_found() {
    let ended = json!({
        "phase": "ACTION_PHASE_SUCCEEDED", "attempts": 1, "startTime": "2026-08-20T10:00:00Z",
        "endTime": "2026-08-20T10:01:00Z"
    });
    let with = |field: &str, value: Value| {
        let mut status = ended.clone();
        status[field] = value;
        details(&status, &json!({}))
    };
    let child = |parent: &str, created: &str| {
        json!({
            "id": { "run": { "name": "r1" }, "name": "c" },
            "metadata": { "parent": parent, "actionType": "ACTION_TYPE_TASK" },
            "status": { "phase": "ACTION_PHASE_RUNNING", "attempts": 1, "startTime": created }
        })
    };
    let retries = |n: u32| json!({ "task": { "taskTemplate": { "metadata": { "retries": { "retries": n } } } } });
    for (name, value, documented, upstream) in [
        ("a plain success", details(&ended, &json!({})), vec![], vec![]),
        (
            "an end before the beginning",
            with("endTime", json!("2026-08-20T09:00:00Z")),
            vec!["impossibleValue r1/a0: "],
            vec!["impossibleValue r1/a0: "],
        ),
        (
            "a negative duration",
            with("durationMs", json!("18446744073709551615")),
            vec!["impossibleValue r1/a0: "],
            vec!["impossibleValue r1/a0: "],
        ),
        ("an end of what runs", with("phase", json!(4)), vec!["impossibleValue r1/a0: endTime N1"], vec![]),
        (
            "no end of what ended",
            with("endTime", Value::Null),
            vec!["impossibleValue r1/a0: "],
            vec!["impossibleValue r1/a0: "],
        ),
        ("attempts 0", with("attempts", json!(0)), vec!["impossibleValue r1/a0 #0: promotion N2"], vec![]),
        (
            "more attempts than there may be",
            json!([details(&json!({ "phase": 4, "attempts": 3, "startTime": "2026-08-20T10:00:00Z" }), &retries(1))]),
            vec!["impossibleValue r1/a0 #3: GuardRefusesExcessAttempt"],
            vec!["impossibleValue r1/a0 #3: GuardRefusesExcessAttempt"],
        ),
        (
            "a task that times out, with nothing as coded to time it",
            json!([event(1, "RUNNING", 0, 1), event(1, "TIMED_OUT", 0, 31)]),
            vec![],
            vec!["contradictsRules r1/a0 #1 TIMED_OUT: taskTimeout"],
        ),
        (
            "a phase that goes back",
            json!([event(1, "RUNNING", 0, 1), event(1, "QUEUED", 1, 2)]),
            // A status whose event was stored and whose call failed can be told once more from before.
            vec![],
            vec![],
        ),
        ("an end after an end", json!([event(1, "SUCCEEDED", 0, 1), event(1, "FAILED", 0, 2)]), vec![], vec![]),
        (
            "an attempt 0",
            json!([event(0, "RUNNING", 0, 1)]),
            vec!["impossibleValue r1/a0 #0: "],
            vec!["impossibleValue r1/a0 #0: "],
        ),
        (
            "an old attempt after a new one",
            json!([event(1, "RUNNING", 0, 1), event(2, "RUNNING", 0, 2), event(1, "RUNNING", 1, 3)]),
            vec![
                "needsEvent r1/a0 #1 FAILED: AttemptFailed retry N4",
                "outOfOrder r1/a0 #1 RUNNING: GuardRefusesStaleAttempt duplicateRun",
            ],
            vec![],
        ),
        (
            "a child before its parent",
            json!([details(&ended, &json!({})), child("a0", "2026-08-20T09:59:00Z")]),
            vec![],
            vec![],
        ),
        (
            "a child of what has ended",
            json!([details(&ended, &json!({})), child("a0", "2026-08-20T11:00:00Z")]),
            vec![],
            vec![],
        ),
        (
            "an aborted success",
            json!([
                details(&ended, &json!({})),
                details(
                    &json!({ "phase": 7, "attempts": 1, "startTime": "2026-08-20T10:00:00Z", "endTime": "2026-08-20T10:01:00Z" }),
                    &json!({})
                )
            ]),
            vec!["contradictsGuard r1/a0 #1 ABORTED: GuardRefusesTerminal guard N28"],
            vec![],
        ),
        (
            "parents in a circle",
            json!([
                { "id": { "run": { "name": "r1" }, "name": "x" }, "metadata": { "parent": "y" }, "status": { "phase": 4, "attempts": 1 } },
                { "id": { "run": { "name": "r1" }, "name": "y" }, "metadata": { "parent": "x" }, "status": { "phase": 4, "attempts": 1 } }
            ]),
            vec!["outOfOrder r1/x: ", "outOfOrder r1/y: "],
            vec!["outOfOrder r1/x: ", "outOfOrder r1/y: "],
        ),
    ] {
        assert_eq!(told(&check(&value, "documented")), documented, "{name}, as documented");
        assert_eq!(told(&check(&value, "upstream")), upstream, "{name}, as coded");
    }
}

/// N18: upstream, a task whose last error is too long for a condition is RUNNING with a FAILED event; where it has ended
/// even so, somebody has cut the text.
#[test]
fn an_error_too_long_to_be_stored_is_replayed_as_such() {
    let mut failed = event(1, "FAILED", 0, 2);
    failed["errorInfo"] = json!({ "message": "x".repeat(40_000), "kind": "KIND_USER" });
    let log = json!([event(1, "RUNNING", 0, 1), failed]);
    let record = |phase: &str, end: Option<&str>| {
        let mut status = json!({ "phase": phase, "attempts": 1, "startTime": "2026-08-20T10:00:00Z" });
        if let Some(end) = end {
            status["endTime"] = json!(end);
        }
        json!([{ "actionDetails": details(&status, &json!({})), "actionEvents": log }])
    };
    let runs = record("ACTION_PHASE_RUNNING", None);
    let ended = record("ACTION_PHASE_FAILED", Some("2026-08-20T10:00:02Z"));
    let stuck = check(&runs, "upstream");
    assert_eq!(told(&stuck), [""; 0]);
    assert_eq!(notes(&stuck), [("r1/a0", Some("N18"))]);
    assert_eq!(stuck.actions[0].replayed, Some(ActionPhase::Running));
    assert_eq!(told(&check(&runs, "documented")), [""; 0]);
    assert_eq!(told(&check(&ended, "documented")), [""; 0]);
    assert_eq!(told(&check(&ended, json!({ "base": "upstream", "longMessage": "cut" }))), [""; 0]);
    assert_eq!(told(&check(&ended, "upstream")), [""; 0]);
}

#[test]
fn a_child_alone_gets_a_parent_to_stand_in() {
    let value = json!({
        "id": { "run": { "project": "p", "domain": "d", "name": "r1" }, "name": "c" },
        "metadata": { "parent": "b", "actionType": "ACTION_TYPE_CONDITION" },
        "status": { "phase": "ACTION_PHASE_TIMED_OUT", "startTime": "2026-08-20T10:00:00Z", "endTime": "2026-08-20T10:05:00Z", "attempts": 1 }
    });
    let checked = check(&value, "documented");
    assert!(checked.ok, "{:?}", checked.findings);
    assert_eq!(notes(&checked), [("r1/c", None)]);
    let session = replay(&checked);
    assert_eq!(
        session.world().actions().map(|(id, _)| session.world().name_of(id)).collect::<Vec<_>>(),
        ["r1/a0", "r1/b", "r1/c"]
    );
    assert_eq!(session.world().now().to_string(), "2026-08-20T10:05:00Z");
}

#[test]
fn resources_go_through_the_same_entrance() {
    let resource = json!({
        "apiVersion": "flyte.org/v1", "kind": "TaskAction",
        "metadata": { "name": "r1-a0", "creationTimestamp": "2026-08-20T10:00:00Z" },
        "spec": { "runName": "r1", "actionName": "a0", "project": "p", "domain": "d" }
    });
    for value in [resource.clone(), Value::String(resource.to_string()), json!([resource])] {
        let checked = check(&value, "documented");
        assert_eq!((checked.format.name(), checked.commands.len()), ("taskActions", 1));
        assert_eq!(checked.actions[0].replayed.map(ActionPhase::name), Some("FAILED"));
    }
}

/// What is none of the forms is an error that names its place, and what would do.
#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    let id = json!({ "run": { "name": "r1" }, "name": "a0" });
    for (value, words) in [
        (json!(7), "the value: this is a number; wanted are flyteidl2.workflow.ActionDetails"),
        (json!([]), "the value: there is nothing in it that is read"),
        (json!({}), "the value: there is nothing in it that is read"),
        (json!({ "foo": 1 }), "the value: an object with \"foo\" is none of what is read"),
        (json!([{ "id": id, "phase": 4 }, 3]), "[1]: this is a number"),
        (
            json!({ "id": id, "status": { "phase": "ACTION_PHASE_RUNING" } }),
            "status.phase: \"ACTION_PHASE_RUNING\" is not known; did you mean ACTION_PHASE_RUNNING?",
        ),
        (json!({ "id": id, "status": { "startTime": "yesterday" } }), "status.startTime: \"yesterday\" is no time"),
        (
            json!({ "id": { "run": {}, "name": "a0" }, "status": {} }),
            "the value: it does not say which action it is about",
        ),
        (json!({ "id": {}, "status": {} }), "id: `run` is missing."),
        (json!({ "details": { "id": id, "status": [] } }), "details.status: this is a list; an object is wanted."),
        (
            json!({ "details": { "id": { "run": { "name": "<img src=x onerror=alert(1)>" }, "name": "a0" } } }),
            "details: invalid run name \"<img src=x onerror=alert(1)>\"",
        ),
        (json!({ "events": [{ "id": id, "attempt": -1 }] }), "events[0].attempt: -1 is not from 0"),
        (
            json!({ "enrichedActions": [{ "action": { "id": id, "status": { "attempts": "two" } } }] }),
            "enrichedActions[0].action.status.attempts: this is text; a whole number is wanted.",
        ),
        (
            json!("run_name,name,phase,attempt,version,info\nr1,a0,4,1,0,\\xff"),
            "line 2.info: this is no flyteidl2.workflow.ActionEvent.",
        ),
        (json!("run_name,name,phase\nr1,a0,44"), "line 2.phase: 44 is none of 0 to 10."),
        (json!("kind: TaskAction"), "the value: `metadata` is missing."),
        (json!("hello"), "line 1: \"hello\" is neither JSON, YAML nor the header of a table"),
    ] {
        let error = check_run(&value, &Setup::default()).expect_err(words);
        assert!(error.message.starts_with(words), "{error}");
    }
    let manual = Setup::read(json!({ "delivery": "manual" }), "").unwrap();
    assert!(check_run(&text("retry.details.json"), &manual).is_err());
}

/// Whatever is done to a record, there is an answer or an error, the same each time, and the answer's commands replay.
#[test]
fn broken_records_are_answered() {
    let mut seed = 7_u64;
    let mut draw = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((seed >> 33) % below as u64).unwrap()
    };
    let documents: Vec<Value> = vec![
        serde_json::from_str(&fixture("retry.details.json")).unwrap(),
        serde_json::from_str(&fixture("back-to-running.watch.json")).unwrap(),
        protojson(&std::fs::read_to_string("tests/traces/abort-run-with-paused-child.documented.trace").unwrap()),
        protojson(&std::fs::read_to_string("tests/traces/retry-then-success.upstream.trace").unwrap()),
        protojson(&std::fs::read_to_string("tests/traces/timeout-and-retry.documented.trace").unwrap()),
    ];
    let strange = [
        json!(null),
        json!(-1),
        json!(4),
        json!(7),
        json!(1e300),
        json!("4294967295"),
        json!(""),
        json!([]),
        json!({}),
        json!(true),
        json!("ACTION_PHASE_ABORTED"),
        json!("ACTION_PHASE_TIMED_OUT"),
        json!("ACTION_PHASE_PAUSED"),
        json!("2026-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59.999Z"),
        json!("0000-01-01T00:00:00+14:00"),
        json!("18446744073709551615"),
        json!("x".repeat(40_000)),
        json!(4_294_967_295_u32),
    ];
    let mut answered = 0;
    for round in 0..400 {
        let mut value = documents[round % documents.len()].clone();
        for _ in 0..=draw(3) {
            let count = leaves(&mut value, &mut |_, _| {});
            let (chosen, other) = (draw(count), draw(strange.len()));
            leaves(&mut value, &mut |place, leaf| {
                if place == chosen {
                    *leaf = strange[other].clone();
                }
            });
        }
        for rules in ["documented", "upstream"] {
            if let Ok(first) = check_run(&value, &setup(rules)) {
                answered += 1;
                if draw(4) == 0 {
                    let json = |checked: &RunCheck| serde_json::to_string(checked).unwrap();
                    assert_eq!(json(&first), json(&check(&value, rules)), "{value}");
                }
            }
        }
    }
    assert!(answered > 100, "{answered}");
}

/// Visits every value within a value, numbered; answers how many there are.
fn leaves(value: &mut Value, visit: &mut impl FnMut(usize, &mut Value)) -> usize {
    fn go(value: &mut Value, count: &mut usize, visit: &mut impl FnMut(usize, &mut Value)) {
        let own = *count;
        *count += 1;
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| go(item, count, visit)),
            Value::Object(fields) => fields.values_mut().for_each(|field| go(field, count, visit)),
            _ => {}
        }
        visit(own, value);
    }
    let mut count = 0;
    go(value, &mut count, visit);
    count
}

/// One name in two projects is two runs, whichever comes first and whatever else is told of each.
#[test]
fn runs_of_one_name_in_two_projects_are_two() {
    let action = |project: &str, name: &str| {
        let id = json!({ "run": { "project": project, "domain": "development", "name": "r1" }, "name": name });
        json!({ "id": id, "metadata": { "parent": if name == "a0" { "" } else { "a0" } }, "status": {} })
    };
    let value = json!([action("p", "a0"), action("q", "b"), action("q", "a0"), action("p", "b")]);
    let checked = check_run(&value, &Setup::default()).unwrap();
    let told: Vec<&str> = checked.actions.iter().map(|action| action.id.as_str()).collect();
    assert_eq!(told, ["r1/a0", "q.development:r1/b", "q.development:r1/a0", "r1/b"]);
}
