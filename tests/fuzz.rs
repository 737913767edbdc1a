//! Whatever a person, a file or a link brings: lives of sensible and of wild commands, absurd numbers, configurations,
//! traces, runs kept as JSON, records and resources, whole and damaged. What finds something shrinks to what matters, and
//! its seed goes into tests/fuzz, from where it is tried first ever after.
//!
//! `npm run fuzz -- --minutes N` does it for long; `FUZZ_SECONDS` and `FUZZ_SEED` say how long and from where.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where what it expects fails"
)]

use flyte_lifecycle::drive::check_run::check_run;
use flyte_lifecycle::drive::{Saved, Session, from_task_actions, parse_trace};
use flyte_lifecycle::model::read::Read;
use flyte_lifecycle::model::{ActionId, Code, Command, Policy, Rejection, Rule, Setup};
use flyte_lifecycle::view;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, FileFailurePersistence, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Tries a law on what a strategy makes: some cases as a test, as many as the time allows when fuzzing.
fn law<S: Strategy>(name: &str, cases: u32, made: &S, holds: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S::Value: Debug,
{
    let given = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a whole number"));
    let end = given("FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let first = given("FUZZ_SEED").unwrap_or(1);
    let mut tried = 0;
    for round in 0.. {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&(first + round).to_le_bytes());
        let kept = Box::leak(format!("tests/fuzz/{name}.txt").into_boxed_str());
        let config = Config {
            cases,
            failure_persistence: Some(Box::new(FileFailurePersistence::Direct(kept))),
            max_shrink_iters: 4_000,
            ..Config::default()
        };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        match runner.run(made, &holds) {
            Ok(()) => tried += cases,
            Err(TestError::Fail(why, smallest)) => {
                panic!("{name}, FUZZ_SEED={}: {why}\nsmallest: {smallest:#?}", first + round)
            }
            Err(why @ TestError::Abort(_)) => panic!("{name}: {why}"),
        }
        if end.is_none_or(|end| Instant::now() > end) {
            break;
        }
    }
    println!("{name}: {tried} cases");
}

// --- what is made -------------------------------------------------------------------------------------------------------

const TYPES: [&str; 19] = [
    "createRun",
    "enqueue",
    "recover",
    "import",
    "plugin",
    "exit",
    "signal",
    "abortAction",
    "abortRun",
    "abortReply",
    "updatePhase",
    "putStatus",
    "advance",
    "fire",
    "deliver",
    "drop",
    "duplicate",
    "fault",
    "restart",
];
const FIELDS: [&str; 42] = [
    "run",
    "project",
    "domain",
    "task",
    "action",
    "parent",
    "condition",
    "trace",
    "result",
    "failure",
    "code",
    "value",
    "by",
    "reason",
    "reply",
    "drawMs",
    "phase",
    "attempts",
    "ms",
    "timer",
    "item",
    "call",
    "service",
    "downMs",
    "maxAttempts",
    "timeoutMs",
    "maxQueuedMs",
    "deadlineMs",
    "backoff",
    "factor",
    "childFailure",
    "recover",
    "cacheStatus",
    "parents",
    "cache",
    "valueType",
    "version",
    "error",
    "kind",
    "message",
    "type",
    "__proto__",
];
const WORDS: [&str; 30] = [
    "r1",
    "r1/a0",
    "r1/c1",
    "r1/c2",
    "r2",
    "r2/a0",
    "Success",
    "Running",
    "RetryableFailure",
    "PermanentFailure",
    "USER",
    "SYSTEM",
    "SUCCEEDED",
    "FAILED",
    "RUNNING",
    "ok",
    "error",
    "unavailable",
    "executor",
    "runs",
    "writeStatus",
    "recordEvent",
    "bool",
    "string",
    "",
    "a.b",
    "\u{202e}x",
    "\u{0}",
    "é\u{1b}[31m",
    "x-y/z",
];

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => (0_u64..5).prop_map(Value::from),
        2 => select(vec![10_000_u64, 86_400_000, u64::from(u32::MAX), 1 << 53, 9_007_199_254_740_993, u64::MAX])
            .prop_map(Value::from),
        1 => select(vec![-1.0, -0.0, 0.5, 1e308, 5e-324, 253_402_300_800_000.0]).prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => select(&WORDS[..]).prop_map(Value::from),
        4 => number(),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => ".{0,12}".prop_map(Value::from),
        1 => (1_usize..9_000).prop_map(|length| Value::from("x".repeat(length))),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((select(&FIELDS[..]), inner), 0..4).prop_map(object),
        ]
    })
}

fn object(fields: Vec<(&str, Value)>) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Commands that are often nearly right.
fn wild() -> impl Strategy<Value = Value> {
    let some = (select(&TYPES[..]), vec((select(&FIELDS[..]), value()), 0..6)).prop_map(|(kind, mut fields)| {
        fields.push(("type", Value::from(kind)));
        object(fields)
    });
    let cached = (0_u8..3, any::<bool>(), number()).prop_map(|(n, key, timeout)| {
        let task = json!({
            "maxAttempts": 2, "timeoutMs": timeout,
            "cache": { "serializable": true, "key": if key { "k" } else { "l" } },
        });
        json!({ "type": "enqueue", "action": format!("r1/c{n}"), "parent": "r1/a0", "task": task })
    });
    let advance = number().prop_map(|ms| json!({ "type": "advance", "ms": ms }));
    let bounded =
        (0_u8..3, number(), number(), 1.0_f64..4.0, 0_usize..3).prop_map(|(n, queued, deadline, factor, does)| {
            let failure = ["raises", "cancels", "catches"].get(does);
            let task = json!({
                "maxAttempts": 3, "maxQueuedMs": queued, "deadlineMs": deadline,
                "backoff": { "baseMs": 1_000, "factor": factor, "capMs": 60_000 },
                "childFailure": failure,
            });
            json!({ "type": "enqueue", "action": format!("r1/c{n}"), "parent": "r1/a0", "task": task })
        });
    let recovers = Just(json!({ "type": "createRun", "run": "r2", "recover": "r1" }));
    let root = Just(json!({ "type": "createRun", "run": "r1" }));
    prop_oneof![4 => some, 2 => cached, 2 => bounded, 3 => advance, 2 => root, 1 => recovers]
}

/// What somebody does with a simulation.
#[derive(Debug, Clone)]
enum Move {
    Enabled(Index),
    Fault(Index),
    Wild(Value),
    Undo,
    Redo,
    Seek(Index),
    Settle,
}

fn moves(count: usize) -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        10 => any::<Index>().prop_map(Move::Enabled),
        2 => any::<Index>().prop_map(Move::Fault),
        8 => wild().prop_map(Move::Wild),
        1 => Just(Move::Undo),
        1 => Just(Move::Redo),
        1 => any::<Index>().prop_map(Move::Seek),
        1 => Just(Move::Settle),
    ];
    vec(one, 1..count)
}

fn configuration() -> impl Strategy<Value = Value> {
    let policy = any::<(Index, Index)>().prop_map(|(policy, value)| {
        let policy = &Policy::ALL[policy.index(Policy::ALL.len())];
        let values = policy.values;
        (policy.name.to_owned(), Value::from(values[value.index(values.len())].0))
    });
    let rules = (select(vec!["documented", "upstream", "merged"]), vec(policy, 0..4)).prop_map(|(base, changes)| {
        let mut rules: Map<String, Value> = changes.into_iter().collect();
        rules.insert("base".to_owned(), Value::from(base));
        Value::Object(rules)
    });
    let sane = (rules, any::<[bool; 3]>(), number(), 0_u64..3, 0_u64..3).prop_map(
        |(rules, [manual, sdk, once], requeue, interval, ttl)| {
            let requeue = requeue.as_u64().map_or(0, |ms| ms.min(1 << 40));
            json!({
                "parents": if sdk { "sdk" } else { "commanded" },
                "plugins": if once { "once" } else { "repeat" },
                "rules": rules, "delivery": if manual { "manual" } else { "immediate" }, "requeueMs": requeue,
                "gc": { "intervalMs": interval * 30_000, "ttlMs": ttl * 60_000 },
            })
        },
    );
    let names =
        vec!["rules", "seed", "startTime", "requeueMs", "maxSystemFailures", "abort", "delivery", "gc", "guard"];
    let absurd = vec((select(names), value()), 0..4).prop_map(object);
    prop_oneof![9 => sane, 1 => absurd]
}

// --- what holds ---------------------------------------------------------------------------------------------------------

/// What a message may be: short, and without anything that could pass for more than words.
fn is_fit(rejection: &Rejection) -> Result<(), TestCaseError> {
    let message = &rejection.message;
    let raw =
        message.chars().find(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
    prop_assert_eq!(raw, None, "{:?}", message);
    prop_assert!(message.chars().count() < 3_000, "{} characters: {}", message.chars().count(), message);
    prop_assert!(!message.is_empty());
    Ok(())
}

fn held(session: &Session) -> String {
    format!("{:?} {} {}", session.world().checkpoint(), session.facts().len(), session.len())
}

fn told(session: &Session) -> String {
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    view::trace(session.world(), session.story(), session.commands(), facts)
}

/// One command: an explanation says what it does, and a refusal changes nothing.
fn given(session: &mut Session, command: &Command) -> Result<(), TestCaseError> {
    let before = held(session);
    let explained = session.explain(command.clone(), |_, facts| facts.to_vec());
    prop_assert_eq!(&held(session), &before, "explaining {:?} changed something", command);
    let from = session.facts().len();
    match session.dispatch(command.clone()) {
        Ok(_) => prop_assert_eq!(explained.as_deref(), Ok(&session.facts()[from..]), "{:?}", command),
        Err(rejection) => {
            is_fit(&rejection)?;
            prop_assert_eq!(held(session), before, "{:?} was refused and changed something", command);
            prop_assert_eq!(explained, Err(rejection), "{:?}", command);
        }
    }
    Ok(())
}

fn made(session: &mut Session, one: &Move) -> Result<(), TestCaseError> {
    let pick = |commands: Vec<Command>, index: &Index| {
        (!commands.is_empty()).then(|| commands[index.index(commands.len())].clone())
    };
    match one {
        Move::Enabled(index) => {
            if let Some(command) = pick(session.enabled(None).unwrap(), index) {
                given(session, &command)?;
            }
        }
        Move::Fault(index) => {
            if let Some(command) = pick(session.enabled_faults(None).unwrap(), index) {
                given(session, &command)?;
            }
        }
        Move::Wild(value) => match Command::read(value.clone(), "") {
            Ok(command) => given(session, &command)?,
            Err(unreadable) => {
                is_fit(&Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, unreadable.to_string()))?;
            }
        },
        Move::Undo => _ = session.undo().unwrap(),
        Move::Redo => _ = session.redo().unwrap(),
        Move::Seek(index) => session.seek(index.index(session.len() + 1)).unwrap(),
        Move::Settle => {
            let before = held(session);
            if let Err(rejection) = session.settle() {
                is_fit(&rejection)?;
                prop_assert_eq!(held(session), before, "settling was refused and changed something");
            }
        }
    }
    Ok(())
}

/// Whatever happened: the run is what its commands lead to, also from its trace and from what is kept of it.
fn is_what_was_done(session: &Session) -> Result<(), TestCaseError> {
    let whole = view::snapshot(session.world(), session.facts());
    let mut again = Session::new(*session.world().config());
    for command in session.commands() {
        again.dispatch(command).map_err(|error| TestCaseError::fail(format!("played again: {error}")))?;
    }
    prop_assert_eq!(&view::snapshot(again.world(), again.facts()), &whole);
    let trace = told(session);
    let read = parse_trace(&trace).map_err(|error| TestCaseError::fail(format!("{error}\n{trace}")))?;
    prop_assert_eq!(told(&read), trace);
    let saved = serde_json::to_value(Saved::of(session)).unwrap();
    let saved = Saved::read(saved, "").map_err(|error| TestCaseError::fail(error.to_string()))?;
    let kept = saved.session().map_err(|error| TestCaseError::fail(format!("kept: {error}")))?;
    prop_assert_eq!(&view::snapshot(kept.world(), kept.facts()), &whole);
    for (id, _) in session.world().actions() {
        let _ = view::action_details(session.world(), session.facts(), id);
        let _ = view::details::stored_events(session.world(), session.facts(), id);
    }
    Ok(())
}

#[test]
fn lives() {
    law("lives", 300, &(configuration(), moves(50)), |(configuration, moves)| {
        let setup = match Setup::read(configuration, "").map(|setup| setup.config()) {
            Ok(Ok(config)) => config,
            Ok(Err(rejection)) => return is_fit(&rejection),
            Err(_) => return Ok(()),
        };
        let mut session = Session::new(setup);
        let _ = session.dispatch(Command::CreateRun {
            run: "r1".into(),
            project: None,
            domain: None,
            task: None,
            recover: None,
        });
        for one in &moves {
            made(&mut session, one)?;
        }
        is_what_was_done(&session)
    });
}

// --- texts --------------------------------------------------------------------------------------------------------------

/// One damage to a text.
#[derive(Debug, Clone)]
enum Damage {
    Cut(Index, u8),
    Insert(Index, String),
    Again(Index),
    Swap(Index, Index),
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let tokens = vec![
        " ",
        "\n",
        "\r\n",
        "\t",
        "\"",
        "[",
        "{",
        "]",
        "}",
        "=",
        ".",
        "a.b.c.d.e.f.g.h.i=1",
        "ms=9007199254740991",
        "-1",
        "1e999",
        "null",
        "# wrong: here",
        "# fix: guard=table",
        "----",
        "createRun run=r9",
        "advance ms=31536000000000",
        "\u{feff}",
        "\u{0}",
        "\u{202e}",
        "config rules=upstream",
        "task.cache.serializable=true",
        "\\ud800",
        "é",
    ];
    let piece = prop_oneof![3 => select(tokens).prop_map(str::to_owned), 1 => ".{0,8}"];
    let one = prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, length)| Damage::Cut(at, length)),
        (any::<Index>(), piece).prop_map(|(at, text)| Damage::Insert(at, text)),
        any::<Index>().prop_map(Damage::Again),
        any::<(Index, Index)>().prop_map(|(a, b)| Damage::Swap(a, b)),
    ];
    vec(one, 0..5)
}

fn damaged(text: &str, damages: &[Damage]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for damage in damages {
        let length = text.len();
        match damage {
            Damage::Cut(at, count) if length > 0 => {
                let from = at.index(length);
                text.drain(from..(from + usize::from(*count)).min(length));
            }
            Damage::Insert(at, new) => {
                let at = at.index(length + 1);
                text.splice(at..at, new.chars());
            }
            Damage::Cut(..) => {}
            Damage::Again(_) | Damage::Swap(..) => {
                let whole: String = text.iter().collect();
                let mut lines: Vec<&str> = whole.lines().collect();
                let count = lines.len();
                if count > 0 {
                    match damage {
                        Damage::Again(at) => lines.insert(at.index(count), lines[at.index(count)]),
                        Damage::Swap(a, b) => lines.swap(a.index(count), b.index(count)),
                        Damage::Cut(..) | Damage::Insert(..) => {}
                    }
                }
                text = lines.join("\n").chars().collect();
            }
        }
    }
    text.into_iter().collect()
}

fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(extension));
    files.sort();
    files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn traces() {
    let traces = files("tests/traces", ".trace");
    law("traces", 400, &(any::<Index>(), damages()), |(which, damages)| {
        let text = damaged(&traces[which.index(traces.len())], &damages);
        match parse_trace(&text) {
            Ok(session) => is_what_was_done(&session),
            Err(rejection) => {
                prop_assert!(rejection.message.starts_with("line "), "{}", rejection.message);
                is_fit(&rejection)
            }
        }
    });
}

/// One damage to a JSON value: what stands at some place becomes something else, or goes.
fn replace(value: &mut Value, at: usize, new: &Option<Value>) {
    fn go(value: &mut Value, left: &mut usize, new: &Option<Value>) {
        if *left == 0 {
            *value = new.clone().unwrap_or_default();
        }
        *left = left.wrapping_sub(1);
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| go(item, left, new)),
            Value::Object(fields) => fields.iter_mut().for_each(|(_, field)| go(field, left, new)),
            _ => {}
        }
    }
    go(value, &mut { at }, new);
}

fn places(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(places).sum(),
        Value::Object(fields) => fields.values().map(places).sum(),
        _ => 0,
    }
}

fn replacements() -> impl Strategy<Value = Vec<(Index, Option<Value>)>> {
    let times =
        select(vec!["2026-01-01T00:00:05Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "yesterday"]);
    let new = prop_oneof![4 => value(), 2 => times.prop_map(Value::from)];
    vec((any::<Index>(), proptest::option::of(new)), 0..4)
}

fn with(value: &Value, replacements: &[(Index, Option<Value>)]) -> Value {
    let mut value = value.clone();
    for (at, new) in replacements {
        let place = at.index(places(&value));
        replace(&mut value, place, new);
    }
    value
}

/// What `protojson()` tells of the run of a trace.
fn protojson(session: &Session) -> Value {
    let (world, facts) = (session.world(), session.facts());
    let ids: Vec<ActionId> = world.actions().map(|(id, _)| id).collect();
    let told = ids.into_iter().filter_map(|id| {
        let details = view::action_details(world, facts, id)?;
        let events = view::details::stored_events(world, facts, id);
        let events: Vec<Value> = events.iter().map(|event| view::protojson::action_event(world, id, event)).collect();
        Some(json!({ "actionDetails": view::protojson::action_details(&details), "actionEvents": events }))
    });
    told.collect()
}

fn rules() -> impl Strategy<Value = Setup> {
    select(vec!["documented", "upstream", "merged"])
        .prop_map(|rules| Setup::read(json!({ "rules": rules }), "").unwrap())
}

#[test]
fn records() {
    let texts = files("tests/runs", "").into_iter().chain(files("tests/cases", ""));
    let mut records: Vec<Value> = texts.map(Value::from).collect();
    for trace in files("tests/traces", ".trace") {
        records.push(protojson(&parse_trace(&trace).unwrap()));
    }
    let made = (any::<Index>(), damages(), replacements(), rules());
    law("records", 200, &made, |(which, damages, replacements, setup)| {
        let record = &records[which.index(records.len())];
        let record = match record {
            Value::String(text) => Value::from(damaged(text, &damages)),
            other => with(other, &replacements),
        };
        match check_run(&record, &setup) {
            Ok(checked) => {
                let mut session = Session::new(checked.config.config().unwrap());
                let told =
                    checked.commands.iter().try_for_each(|command| session.dispatch(command.clone()).map(|_| ()));
                told.map_err(|error| TestCaseError::fail(error.to_string()))
            }
            Err(rejection) => is_fit(&rejection),
        }
    });
}

#[test]
fn resources() {
    // metadata { timeout { 60 s }, retries { 2 } } of a flyteidl2.core.TaskTemplate, in base64.
    let resource = json!({
        "apiVersion": "flyte.org/v1", "kind": "TaskAction",
        "metadata": {
            "name": "rabc-a0", "creationTimestamp": "2026-08-21T10:00:00Z", "finalizers": ["flyte.org/plugin-finalizer"],
        },
        "spec": {
            "runName": "rabc", "actionName": "a0", "project": "p", "domain": "d", "taskType": "python",
            "taskTemplate": "GggiAgg8KgIoAg==", "inputUri": "s3://b/in", "runOutputBase": "s3://b/out",
        },
        "status": {
            "pluginPhase": "PhaseRunning", "pluginPhaseVersion": 1, "attempts": 2, "systemFailures": 1,
            "conditions": [{
                "type": "Progressing", "status": "True", "reason": "Executing", "message": "started",
                "lastTransitionTime": "2026-08-21T10:00:01Z",
            }],
            "phaseHistory": [
                { "phase": "Queued", "occurredAt": "2026-08-21T10:00:01Z" },
                { "phase": "Executing", "occurredAt": "2026-08-21T10:00:20Z", "message": "started" },
            ],
        },
    });
    let mut other = resource.clone();
    other["metadata"]["name"] = json!("rabd-a0");
    other["spec"]["runName"] = json!("rabd");
    let list = json!({ "apiVersion": "v1", "kind": "List", "items": [resource.clone(), other] });
    let whole = from_task_actions(&resource, &Setup::default()).map(|session| session.world().action_count());
    assert_eq!(whole, Ok(1), "what is to be damaged is good");
    law("resources", 400, &(any::<bool>(), replacements(), rules()), |(one, replacements, setup)| {
        match from_task_actions(&with(if one { &resource } else { &list }, &replacements), &setup) {
            Ok(session) => is_what_was_done(&session),
            Err(rejection) => is_fit(&rejection),
        }
    });
}

#[test]
fn kept_runs() {
    let runs: Vec<Value> = files("tests/traces", ".trace")
        .iter()
        .map(|trace| serde_json::to_value(Saved::of(&parse_trace(trace).unwrap())).unwrap())
        .collect();
    law("kept-runs", 300, &(any::<Index>(), replacements()), |(which, replacements)| {
        let value = with(&runs[which.index(runs.len())], &replacements);
        match Saved::read(value, "").map(Saved::session) {
            Ok(Ok(session)) => is_what_was_done(&session),
            Ok(Err(rejection)) => is_fit(&rejection),
            Err(unreadable) => {
                is_fit(&Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, unreadable.to_string()))
            }
        }
    });
}
