//! `cargo run --example conformance -- FILE…` replays recordings of upstream's code through the compiled rules: one line
//! for each difference, what is left out on purpose, and last how many cases passed and failed.
#![allow(clippy::print_stderr, reason = "it is a program that prints")]

#[path = "console.rs"]
mod console;
#[path = "../conformance/mod.rs"]
mod replay;

use console::{Stop, ended, version};
use flyte_lifecycle::model::nearest::hint;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
npm run conformance -- FILE…     replays recordings of upstream's code through the compiled rules
npm run conformance -- --help    prints this; --version says of which version it is

Examples
  npm run conformance -- tests/vectors/repository.json
  npm run conformance -- tests/vectors/*.json

Exit status
  0  every case went as recorded
  1  a case went another way, or a file cannot be replayed
  2  the arguments make no sense";

/// The files to replay, or what is to be printed instead.
fn read() -> Result<Result<Vec<PathBuf>, String>, String> {
    use lexopt::Arg::{Long, Short, Value};
    let mut parser = lexopt::Parser::from_env();
    let mut files = Vec::new();
    while let Some(argument) = parser.next().map_err(|error| format!("{error}."))? {
        match argument {
            Short('h') | Long("help") => return Ok(Err(USAGE.to_owned())),
            Short('V') | Long("version") => return Ok(Err(version("conformance"))),
            Value(file) => files.push(PathBuf::from(file)),
            Long(name) => {
                let meant = hint(&format!("--{name}"), &mut ["--help", "--version"].into_iter());
                return Err(format!("\"--{name}\" is no option{meant}."));
            }
            Short(letter) => return Err(format!("\"-{letter}\" is no option.")),
        }
    }
    if files.is_empty() { Err("It takes the files to replay.".to_owned()) } else { Ok(Ok(files)) }
}

fn replayed() -> Result<u8, Stop> {
    let mut out = stdout().lock();
    let files = match read()? {
        Ok(files) => files,
        Err(text) => {
            writeln!(out, "{text}")?;
            return Ok(0);
        }
    };
    let mut tally = replay::Tally::default();
    for file in &files {
        tally.replay_file(file);
    }
    for line in &tally.failures {
        writeln!(out, "{line}")?;
    }
    for line in tally.notes() {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{} passed, {} failed", tally.passed, tally.failed)?;
    Ok(u8::from(tally.failed > 0))
}

fn main() -> ExitCode {
    ended(replayed(), "conformance")
}
