//! The recordings in tests/vectors go as recorded; `cargo run --example conformance -- FILE…` replays others.

#![cfg(not(target_arch = "wasm32"))]

#[path = "conformance/mod.rs"]
mod replay;

use std::fs;
use std::path::PathBuf;

/// Cases in tests/vectors that the model holds: fewer would mean that something is skipped.
const CASES: usize = 699;

#[test]
fn the_rules_go_as_upstream_was_recorded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|ext| ext == "json")).collect();
    files.sort();
    let mut tally = replay::Tally::default();
    files.iter().for_each(|file| tally.replay_file(file));
    // What the model leaves out is told, with the reason, to whoever runs this with --nocapture.
    tally.left_out_lines().for_each(|line| println!("{line}"));
    assert_eq!(tally.failures, Vec::<String>::new());
    assert!(tally.passed >= CASES, "{} cases passed", tally.passed);
}
