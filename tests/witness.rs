//! The law of every check: what a run can show is never found, in whichever form it comes and under whichever rules it came
//! about, whatever failed on its way. And its mirror: damage that no run can show is found every time, and of damage that
//! a run may well show, as much as was found when this was written.
//!
//! `npm run fuzz` tries lives for long; `FUZZ_SECONDS` and `FUZZ_SEED` say how long and from where.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where what it expects fails"
)]

mod draw;
#[path = "witness/forms.rs"]
mod forms;
#[path = "witness/life.rs"]
mod life;

use draw::Draw;
use flyte_lifecycle::drive::check_run;
use flyte_lifecycle::drive::check_run::{RunCheck, Severity, Stands};
use flyte_lifecycle::model::read::Read;
use flyte_lifecycle::model::{ActionPhase, Setup};
use flyte_lifecycle::view::diagnosis;
use life::{Life, lives, rules};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, FileFailurePersistence, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ACTIONS: [&str; 14] = [
    "project",
    "domain",
    "run_name",
    "name",
    "parent_action_name",
    "phase",
    "action_type",
    "attempts",
    "created_at",
    "updated_at",
    "ended_at",
    "duration_ms",
    "abort_requested_at",
    "abort_reason",
];

/// The run in every form.
fn told(life: &Life) -> Vec<(&'static str, Value)> {
    let mut watch = forms::Watch::default();
    let mut news = forms::News::default();
    let session = life::lived(life, |session| {
        watch.look(session);
        news.look(session);
    });
    let (actions, events) = forms::rows(&session);
    let few = ["run_name", "name", "phase"];
    let event = ["project", "domain", "run_name", "name", "attempt", "phase", "version", "created_at"];
    let both = format!("{}{}", forms::csv(&actions, &ACTIONS), forms::csv(&events, &event));
    let mut all = vec![
        ("protojson", forms::details(&session, true, false)),
        ("details", forms::details(&session, false, false)),
        ("details with specs", forms::details(&session, false, true)),
        ("whole", forms::details(&session, true, true)),
        ("watch", json!(watch.messages)),
        ("rows", json!({ "actions": actions, "action_events": events })),
        ("actions", json!({ "actions": actions })),
        ("csv", Value::from(both)),
        ("text", Value::from(format!("{}{}", forms::text(&actions, &ACTIONS), forms::text(&events, &event)))),
        ("aligned", Value::from(format!("{}{}", forms::aligned(&actions, &ACTIONS), forms::aligned(&events, &event)))),
        ("expanded", Value::from(forms::expanded(&actions, &ACTIONS))),
        ("columns", Value::from(forms::csv(&actions, &few))),
        (
            "columns2",
            Value::from(forms::csv(&actions, &["run_name", "name", "phase", "attempts", "parent_action_name"])),
        ),
        ("events", forms::events(&session)),
        ("action_events", json!(events)),
    ];
    all.extend(forms::api(&session));
    let (own, snapshot, attempts) = forms::own(&session);
    all.push(("what Python prints", Value::from(forms::python(&forms::details(&session, false, true)))));
    all.push(("actionDetails()", own));
    all.push(("snapshot()", snapshot));
    if let Some(list) = forms::resources(&session) {
        let yaml = forms::yaml(&list, 0);
        if !actions.is_empty() {
            all.push(("rows and resources", json!([forms::csv(&actions, &ACTIONS), yaml])));
            let mut both = forms::details(&session, false, true).as_array().cloned().unwrap_or_default();
            both.push(list.clone());
            all.push(("details and resources", json!(both)));
        }
        all.push(("YAML", Value::from(yaml)));
        all.push(("news of resources", json!(news.news)));
        all.push(("resources", list));
    }
    all.retain(|(_, value)| !value.as_array().is_some_and(Vec::is_empty));
    if actions.is_empty() {
        all.retain(|(name, _)| {
            matches!(*name, "resources" | "YAML" | "events" | "action_events" | "news of resources")
        });
    }
    all.extend(attempts.into_iter().map(|list| ("attempts()", list)));
    all
}

/// A diagnosis says what the row says, whatever the replay comes to.
fn says_what_is_told(checked: &RunCheck) {
    let Stands { session, told } = &checked.stands;
    let Some(diagnosis) = diagnosis(session.world(), session.facts(), told) else { return };
    let Some(phase) = told.get(&diagnosis.action).and_then(|told| told.as_ref()?.phase) else { return };
    let code = diagnosis.code.name();
    let fits = match phase {
        ActionPhase::Succeeded => matches!(code, "ended.succeeded" | "ended.cacheHit"),
        // Of an end after which another attempt follows, or which somebody told from outside, what goes on is told.
        _ if phase.is_terminal() => !matches!(code, "ended.succeeded" | "ended.cacheHit"),
        _ => !code.starts_with("ended.") || matches!(code, "ended.untold" | "ended.unstored" | "ended.failedInvalid"),
    };
    assert!(fits, "{phase}: {code}, {:?}", diagnosis.sentences);
}

/// What is wrong with a record by these rules, if anything is.
fn wrong(value: &Value, rules: &Value) -> Result<Option<String>, String> {
    let setup = Setup::read(json!({ "rules": rules }), "").unwrap();
    let checked = check_run(value, &setup).map_err(|error| error.to_string())?;
    says_what_is_told(&checked);
    let worse = checked.findings.into_iter().find(|finding| finding.severity != Severity::Note);
    assert_eq!(checked.ok, worse.is_none());
    Ok(worse.map(|finding| format!("{} {}: {}", finding.action, finding.place, finding.sentence)))
}

fn holds(life: &Life) -> Result<(), TestCaseError> {
    for (form, value) in told(life) {
        prop_assert_eq!(wrong(&value, &life.rules), Ok(None), "{}", form);
        // What a set of mixed policies does, none of the three need explain.
        if life.rules.is_string() {
            prop_assert_eq!(wrong(&value, &json!("auto")), Ok(None), "{}, auto", form);
        }
    }
    Ok(())
}

/// Random lives under these rules, a few as a test and as many as the time allows when fuzzing.
fn law(name: &str, sets: impl Strategy<Value = Value>) {
    let given = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a whole number"));
    let end = given("FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let first = given("FUZZ_SEED").unwrap_or(1);
    let (cases, made) = (given("LIVES").unwrap_or(60) as u32, lives(sets, 70));
    for round in 0.. {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&(first + round).to_le_bytes());
        let kept = Box::leak(format!("tests/fuzz/witness-{name}.txt").into_boxed_str());
        let failure_persistence: Option<Box<dyn proptest::test_runner::FailurePersistence>> =
            Some(Box::new(FileFailurePersistence::Direct(kept)));
        let config = Config { cases, failure_persistence, max_shrink_iters: 20_000, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        match runner.run(&made, |life| holds(&life)) {
            Ok(()) => {}
            Err(TestError::Fail(why, life)) => {
                let session = life::lived(&life, |_| {});
                let commands: Vec<String> =
                    session.commands().map(|one| serde_json::to_string(&one).unwrap()).collect();
                let delivery = if life.manual { "manual" } else { "immediate" };
                panic!("{name}: {why}\n{} {delivery}, sdk {}\n{}", life.rules, life.sdk, commands.join("\n"));
            }
            Err(why @ TestError::Abort(_)) => panic!("{name}: {why}"),
        }
        if end.is_none_or(|end| Instant::now() > end) {
            break;
        }
    }
}

#[test]
fn what_a_run_shows_is_never_found_as_documented() {
    law("documented", Just(Value::from("documented")));
}

#[test]
fn what_a_run_shows_is_never_found_as_coded() {
    law("upstream", Just(Value::from("upstream")));
}

#[test]
fn what_a_run_shows_is_never_found_as_merged() {
    law("merged", Just(Value::from("merged")));
}

#[test]
fn what_a_run_shows_is_never_found_under_mixed_policies() {
    law("mixed", rules());
}

// --- the mirror ---------------------------------------------------------------------------------------------------------

/// A run in the forms that are damaged: the two tables, whose actions have their specs, and details with their specs.
struct Record {
    actions: Vec<Value>,
    events: Vec<Value>,
    resources: Vec<Value>,
}

/// A damage done to a record, if it has something to be damaged.
type Damage = fn(&mut Record, &mut Draw) -> Option<()>;

fn one<'a>(list: &'a mut [Value], draw: &mut Draw, fits: impl Fn(&Value) -> bool) -> Option<&'a mut Value> {
    let places: Vec<usize> = (0..list.len()).filter(|place| fits(&list[*place])).collect();
    (!places.is_empty()).then(|| &mut list[places[draw.below(places.len())]])
}

fn ended(row: &Value) -> bool {
    [5, 6, 7, 8, 10].contains(&row["phase"].as_i64().unwrap())
}

fn is_task(row: &Value) -> bool {
    row["action_type"] == 1
}

fn any(_: &Value) -> bool {
    true
}

/// What no run shows.
const IMPOSSIBLE: [(&str, Damage); 14] = [
    ("more attempts than the task may have", |record, draw| {
        one(&mut record.actions, draw, is_task)?["attempts"] = json!(9);
        Some(())
    }),
    ("an event of an attempt that the task may not have", |record, draw| {
        // Of an action without a row, nobody knows how many it may have.
        let known = |event: &Value| record.actions.iter().any(|row| row["name"] == event["name"]);
        one(&mut record.events, draw, known)?["attempt"] = json!(9);
        Some(())
    }),
    ("an event of attempt 0", |record, draw| {
        one(&mut record.events, draw, any)?["attempt"] = json!(0);
        Some(())
    }),
    ("an end before the beginning", |record, draw| {
        one(&mut record.actions, draw, ended)?["ended_at"] = json!("2025-12-31T23:00:00Z");
        Some(())
    }),
    ("a negative duration", |record, draw| {
        one(&mut record.actions, draw, ended)?["duration_ms"] = json!(-1_000);
        Some(())
    }),
    ("an end that has no time", |record, draw| {
        one(&mut record.actions, draw, ended)?["ended_at"] = Value::Null;
        Some(())
    }),
    ("a task that is paused", |record, draw| {
        one(&mut record.actions, draw, is_task)?["phase"] = json!(9);
        Some(())
    }),
    ("a condition that initializes", |record, draw| {
        one(&mut record.actions, draw, |row| row["action_type"] == 3)?["phase"] = json!(3);
        Some(())
    }),
    ("a trace that goes on", |record, draw| {
        one(&mut record.actions, draw, |row| row["action_type"] == 2)?["phase"] = json!(4);
        Some(())
    }),
    ("parents in a circle", |record, draw| {
        let child = one(&mut record.actions, draw, |row| !row["parent_action_name"].is_null())?;
        child["parent_action_name"] = child["name"].clone();
        Some(())
    }),
    ("a key told twice, with two times", |record, draw| {
        let mut again = one(&mut record.events, draw, any)?.clone();
        again["created_at"] = json!("2026-01-05T00:00:00Z");
        record.events.push(again);
        Some(())
    }),
    ("a resource that has ended in two ways", |record, draw| {
        let resource = one(&mut record.resources, draw, any)?;
        let end = |kind: &str| json!({ "type": kind, "status": "True", "reason": "Completed" });
        resource["status"]["conditions"] = json!([end("Succeeded"), end("Failed")]);
        Some(())
    }),
    ("a resource with more attempts than its task may have", |record, draw| {
        one(&mut record.resources, draw, |r| r["spec"]["actionType"] == "task")?["status"]["attempts"] = json!(9);
        Some(())
    }),
    ("a history that runs backwards", |record, draw| {
        let long = |r: &Value| r["status"]["phaseHistory"].as_array().is_some_and(|history| history.len() > 1);
        let resource = one(&mut record.resources, draw, long)?;
        resource["status"]["phaseHistory"][1]["occurredAt"] = json!("2025-12-31T23:00:00Z");
        Some(())
    }),
];

/// What a run may show, though it rarely does, and how many of a hundred damaged records are found to be wrong as
/// documented and as coded.
const POSSIBLE: [(&str, [usize; 2], Damage); 8] = [
    ("an event that is not there", [2, 0], |record, draw| {
        (!record.events.is_empty()).then(|| record.events.remove(draw.below(record.events.len()))).map(drop)
    }),
    ("an event of the next attempt", [85, 29], |record, draw| {
        one(&mut record.events, draw, any)?["attempt"] = json!(2);
        Some(())
    }),
    ("a success for a failure", [0, 0], |record, draw| {
        one(&mut record.actions, draw, |row| row["phase"] == 6)?["phase"] = json!(5);
        Some(())
    }),
    ("attempts 0", [100, 0], |record, draw| {
        one(&mut record.actions, draw, any)?["attempts"] = json!(0);
        Some(())
    }),
    ("an attempt that no event tells", [60, 45], |record, draw| {
        one(&mut record.actions, draw, is_task)?["attempts"] = json!(2);
        Some(())
    }),
    ("an end of what goes on", [100, 0], |record, draw| {
        one(&mut record.actions, draw, |row| !ended(row))?["ended_at"] = json!("2026-02-01T00:00:00Z");
        Some(())
    }),
    ("a task that is recovered", [0, 100], |record, draw| {
        one(&mut record.actions, draw, |row| ended(row) && is_task(row))?["phase"] = json!(10);
        Some(())
    }),
    ("a task that has timed out", [0, 100], |record, draw| {
        one(&mut record.actions, draw, |row| ended(row) && is_task(row))?["phase"] = json!(8);
        Some(())
    }),
];

/// Whether damage is found, of a hundred records that have something to be damaged.
fn found(damage: Damage, rules: &str) -> (usize, usize) {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let made = lives(Just(Value::from(rules)), 70);
    let (mut found, mut tried, mut draw) = (0, 0, Draw(7));
    for _ in 0..4_000 {
        let life = made.new_tree(&mut runner).unwrap().current();
        let session = life::lived(&life, |_| {});
        let (actions, events) = forms::rows(&session);
        let resources = forms::resources(&session).map_or(Vec::new(), |list| list["items"].as_array().unwrap().clone());
        let mut record = Record { actions, events, resources };
        let before = record.resources.clone();
        if damage(&mut record, &mut draw).is_none() {
            continue;
        }
        let value = if record.resources == before {
            json!({ "actions": record.actions, "action_events": record.events })
        } else {
            Value::from(record.resources)
        };
        tried += 1;
        found += usize::from(wrong(&value, &Value::from(rules)).unwrap().is_some());
        if tried == 100 {
            break;
        }
    }
    (found, tried)
}

#[test]
fn damage_that_no_run_shows_is_always_found() {
    for (name, damage) in IMPOSSIBLE {
        for rules in ["documented", "upstream", "merged"] {
            let (found, tried) = found(damage, rules);
            assert_eq!((found, tried), (100, 100), "{name}, {rules}");
        }
    }
}

#[test]
fn of_damage_that_a_run_may_show_no_less_is_found_than_before() {
    for (name, floors, damage) in POSSIBLE {
        for (rules, floor) in ["documented", "upstream"].into_iter().zip(floors) {
            let (found, tried) = found(damage, rules);
            println!("{name}, {rules}: {found} of {tried}");
            assert_eq!(tried, 100, "{name}, {rules}");
            assert!(found >= floor, "{name}, {rules}: {found} of {tried}, and {floor} were found before");
        }
    }
}
