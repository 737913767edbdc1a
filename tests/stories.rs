//! Golden traces: each story in tests/traces is replayed and must print the same bytes, under both rule sets.
//! `UPDATE_TRACES=1 cargo test --test stories` writes what the rules say now; read the difference before committing.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where what it expects fails"
)]

use flyte_lifecycle::drive::{Session, parse_trace};
use flyte_lifecycle::model::{Rule, RulesSetup};
use flyte_lifecycle::view;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn traces() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|kind| kind == "trace")).collect();
    paths.sort();
    paths
}

fn printed(session: &Session) -> String {
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    view::trace(session.world(), session.commands(), facts)
}

#[test]
fn every_story_is_told_as_it_was_written() {
    let update = std::env::var_os("UPDATE_TRACES").is_some();
    let mut stories = 0;
    for path in traces() {
        let text = fs::read_to_string(&path).unwrap();
        let session = parse_trace(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let told = printed(&session);
        if update {
            // Other tests read the same file at the same time.
            let new = path.with_extension("new");
            fs::write(&new, &told).unwrap();
            fs::rename(&new, &path).unwrap();
        }
        let differing = told.lines().zip(text.lines()).enumerate().find(|(_, (now, then))| now != then);
        assert!(update || told == text, "{}: first difference {differing:#?}", path.display());
        stories += 1;
    }
    assert!(stories >= 40, "only {stories} stories");
}

/// Every story stands for both rule sets: the comparison is what the program is for.
#[test]
fn every_story_is_there_under_both_rule_sets() {
    let names: BTreeSet<String> =
        traces().iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    for name in &names {
        let (story, rules) = name.trim_end_matches(".trace").rsplit_once('.').expect("story.rules.trace");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces");
        let session = parse_trace(&fs::read_to_string(PathBuf::from(folder).join(name)).unwrap()).unwrap();
        assert_eq!(RulesSetup::of(&session.world().config().rules).base, rules, "{name} says `config rules=`");
        let other = if rules == "documented" { "upstream" } else { "documented" };
        assert!(names.contains(&format!("{story}.{other}.trace")), "{name} has no {other} side");
    }
}

/// The rules that decide something are all met in a story, but for those that only refuse a command, which no log
/// holds, and the few named here.
#[test]
fn the_stories_meet_the_rules() {
    let mut met = BTreeSet::new();
    for path in traces() {
        let session = parse_trace(&fs::read_to_string(path).unwrap()).unwrap();
        met.extend(session.facts().iter().map(|fact| fact.rule));
    }
    let missed: Vec<&str> = Rule::ALL
        .iter()
        .filter(|rule| !met.contains(rule))
        .map(|rule| rule.name())
        .filter(|name| !name.starts_with("Refuses") && !name.starts_with("Guard"))
        .collect();
    println!("{} rules met; missed: {missed:?}", met.len());
    assert!(missed.len() <= 40, "{missed:?}");
}
