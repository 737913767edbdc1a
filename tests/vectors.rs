//! The recordings in tests/vectors go as recorded; `cargo run --example conformance -- FILE…` replays others.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "conformance/mod.rs"]
mod replay;

use std::fs;
use std::path::PathBuf;

/// Cases in tests/vectors that the model holds: fewer would mean that something is skipped.
const CASES: usize = 705;
/// Of the cases about calls in their order, those that go through a world, and those that only the rules replay.
const THROUGH_WORLD: (usize, usize) = (235, 24);

#[test]
fn the_rules_go_as_upstream_was_recorded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|ext| ext == "json")).collect();
    files.sort();
    let mut tally = replay::Tally::default();
    files.iter().for_each(|file| tally.replay_file(file));
    // What the model leaves out is told, with the reason, to whoever runs this with --nocapture.
    tally.notes().for_each(|line| println!("{line}"));
    assert_eq!(tally.failures, Vec::<String>::new());
    assert!(tally.passed >= CASES, "{} cases passed", tally.passed);
    assert_eq!((tally.in_world, tally.by_rules.values().sum()), THROUGH_WORLD);
}

/// What a runner is given from outside: other headers, parts nobody knows, and what is no recording at all.
#[test]
fn any_file_of_a_family_is_taken_and_what_cannot_be_replayed_is_told() {
    let folder = std::env::temp_dir().join(format!("flyte-lifecycle-vectors-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let replayed = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        let mut tally = replay::Tally::default();
        tally.replay_file(&path);
        (tally.passed, tally.failed, tally.failures.join("\n"))
    };
    let case = r#"{"name": "empty", "attempt": 2, "events": [], "order": [], "order_total": true, "result": {"attempt": 2,
        "phase": 0, "start": null, "end": null, "error": null, "outputs": null, "logs_available": false,
        "log_context": null, "logs": [], "cache_status": 0, "cluster": "", "cluster_events": [], "phase_transitions": []}}"#;
    let file = |rest: &str| {
        format!("\u{feff}{{\"family\": \"merge-events\", \"recorded_by\": \"hand\", \"unstable\": [\"r1\"], {rest}}}")
    };
    assert_eq!(replayed("a header of its own.json", &file(&format!("\"random\": [{case}]"))), (1, 0, String::new()));
    let (passed, failed, told) = replayed("later.json", &file(&format!("\"later\": [{case}], \"directed\": [{case}]")));
    assert_eq!((passed, failed), (1, 1), "what is known is replayed all the same");
    assert!(told.contains("`later` is no part of the family merge-events"), "{told}");
    let wrong = case.replace("\"phase\": 0", "\"phase\": 1");
    let (passed, failed, told) = replayed("wrong.json", &file(&format!("\"random\": [{wrong}, {case}]")));
    assert_eq!((passed, failed, told.as_str()), (1, 1, "wrong.json: empty: result.phase: got 0, want 1"));
    for (text, words) in [
        ("{\"family\": \"cache\", \"directed\": [", "is no JSON"),
        ("[]", "is no JSON object"),
        ("{}", "has no `family`"),
        ("{\"family\": \"weather\"}", "there is no family `weather`"),
        ("{\"family\": \"cache\", \"random\": {}}", "`random` is no list of cases"),
        ("{\"family\": \"cache\", \"random\": []}", "it holds no case of the family cache"),
        ("{\"family\": \"repository\"}", "it holds no case of the family repository"),
        ("{\"family\": \"cache\", \"random\": [3]}", "the case should be an object, but is 3"),
    ] {
        let (passed, failed, told) = replayed("bad.json", text);
        assert_eq!((passed, failed), (0, 1), "{text}");
        assert!(told.contains(words), "{told}");
    }
    fs::remove_dir_all(&folder).unwrap();
    let mut tally = replay::Tally::default();
    tally.replay_file(&folder.join("gone.json"));
    assert!(tally.failures[0].contains("cannot be read"));
}
