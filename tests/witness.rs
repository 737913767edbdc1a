//! The law of every check: what a run can show is never a finding.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where what it expects fails"
)]

#[path = "witness/forms.rs"]
mod forms;
#[path = "witness/life.rs"]
mod life;

use flyte_lifecycle::drive::check_run;
use flyte_lifecycle::drive::check_run::Severity;
use flyte_lifecycle::model::Setup;
use flyte_lifecycle::model::read::Read;
use life::{Life, lives, rules};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ACTIONS: [&str; 12] = [
    "run_name", "name", "parent_action_name", "phase", "action_type", "attempts", "created_at", "updated_at", "ended_at",
    "duration_ms", "abort_requested_at", "abort_reason",
];

/// The run in every form.
fn told(life: &Life) -> Vec<(&'static str, Value)> {
    let mut watch = forms::Watch::default();
    let session = life::lived(life, |session| watch.look(session));
    let (actions, events) = forms::rows(&session);
    let few = ["run_name", "name", "phase"];
    let event = ["run_name", "name", "attempt", "phase", "version", "created_at"];
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
        ("columns", Value::from(forms::csv(&actions, &few))),
        ("columns2", Value::from(forms::csv(&actions, &["run_name", "name", "phase", "attempts", "parent_action_name"]))),
        ("events", forms::events(&session)),
        ("action_events", json!(events)),
    ];
    all.extend(forms::resources(&session).map(|list| ("resources", list)));
    all.retain(|(_, value)| !value.as_array().is_some_and(Vec::is_empty));
    if actions.is_empty() { all.retain(|(name, _)| matches!(*name, "resources" | "events" | "action_events")); }
    all
}

fn findings(value: &Value, rules: &Value) -> Vec<(String, String)> {
    let setup = Setup::read(json!({ "rules": rules }), "").unwrap();
    match check_run(value, &setup) {
        Ok(checked) => checked.findings.iter().filter(|f| f.severity != Severity::Note).map(|f| {
            let of = |o: Option<flyte_lifecycle::model::ActionPhase>| o.map_or("-", |p| p.name());
            (format!("{} {} from={} {}", f.kind, f.rule.unwrap_or("-"), of(f.from), of(f.phase)),
             format!("{} {} #{:?} {:?} {}", f.action, f.place, f.attempt, f.incident, f.sentence))
        }).collect(),
        Err(error) => vec![("REFUSED".to_owned(), error.message.clone())],
    }
}

#[test]
#[ignore]
fn tally() {
    let given = |name: &str, usual: u64| std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap());
    let (count, most, seed) = (given("LIVES", 300), given("MOST", 40), given("SEED", 1));
    let trouble = given("TROUBLE", 1) == 1;
    let set = std::env::var("SET").ok();
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let strategy = match set {
        Some(set) => lives(Just(Value::from(set)).boxed(), most as usize).boxed(),
        None => lives(rules(), most as usize).boxed(),
    };
    let mut tally: BTreeMap<(String, String), (usize, String)> = BTreeMap::new();
    let mut bad = 0;
    for _ in 0..count {
        let mut life = strategy.new_tree(&mut runner).unwrap().current();
        life.trouble &= trouble;
        let mut any = false;
        for (form, value) in told(&life) {
            for (class, example) in findings(&value, &life.rules) {
                any = true;
                let set = life.rules.as_str().unwrap_or("mixed").to_owned();
                let entry = tally.entry((class, format!("{form} / {set}"))).or_insert((0, example));
                entry.0 += 1;
            }
        }
        bad += usize::from(any);
    }
    let mut merged: BTreeMap<&str, (usize, Vec<String>, &str)> = BTreeMap::new();
    for ((class, place), (count, example)) in &tally {
        let entry = merged.entry(class).or_insert((0, vec![], example));
        entry.0 += count;
        entry.1.push(format!("{place} {count}"));
    }
    for (class, (count, places, example)) in merged {
        println!("{count:5} {class}\n      {}\n      e.g. {example}", places.join(", "));
    }
    println!("{bad} of {count} lives");
}

fn holds(life: &Life) -> Result<(), TestCaseError> {
    for (form, value) in told(life) {
        for rules in [life.rules.clone(), json!("auto")] {
            let setup = Setup::read(json!({ "rules": rules }), "").unwrap();
            let checked = check_run(&value, &setup).map_err(|error| TestCaseError::fail(format!("{form}, {rules}: {error}")))?;
            let worse = checked.findings.iter().find(|finding| finding.severity != Severity::Note);
            // What a set of mixed policies does, none of the three need explain.
            if rules == life.rules || life.rules.is_string() {
                prop_assert!(worse.is_none() && checked.ok, "{}, {}: {:?}", form, rules, worse);
            }
        }
    }
    Ok(())
}

#[test]
fn what_a_run_shows_is_never_found() {
    let given = |name: &str, usual: u64| std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap());
    for (set, sets) in [
        ("documented", Just(Value::from("documented")).boxed()),
        ("upstream", Just(Value::from("upstream")).boxed()),
        ("merged", Just(Value::from("merged")).boxed()),
        ("mixed", rules().boxed()),
    ] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&given("FUZZ_SEED", 1).to_le_bytes());
        let config = Config { cases: given("LIVES", 40) as u32, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
        if let Err(proptest::test_runner::TestError::Fail(why, life)) = runner.run(&lives(sets, given("MOST", 40) as usize), |life| holds(&life)) {
            let session = life::lived(&life, |_| {});
            let commands: Vec<String> = session.commands().map(|command| serde_json::to_string(&command).unwrap()).collect();
            panic!("{set}: {why}\n{} manual={}\n{}", life.rules, life.manual, commands.join("\n"));
        }
    }
}
