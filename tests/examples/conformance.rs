//! `cargo run --example conformance -- FILE…` replays recordings of upstream's code through the compiled rules: one line
//! for each difference, what is left out on purpose, and last how many cases passed and failed.

#[path = "../conformance/mod.rs"]
mod replay;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut tally = replay::Tally::default();
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: conformance FILE…");
        return ExitCode::FAILURE;
    }
    for file in &files {
        tally.replay_file(Path::new(file));
    }
    for line in &tally.failures {
        println!("{line}");
    }
    for line in tally.left_out_lines() {
        println!("{line}");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
