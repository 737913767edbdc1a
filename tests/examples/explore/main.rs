//! Explores exhaustively and prints a report fit for a CI log; `--help` says what there is to ask for, and what the exit
//! status means: `npm run explore -- --rules upstream --actions task,task --attempts 2 --faults op,race`.

#![allow(
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "it is a program that prints"
)]

mod arguments;
#[path = "../console.rs"]
mod console;
mod fixes;
mod hand;
mod verdicts;

use arguments::{Asked, Search, USAGE, read};
use console::{Stop, ended, version};
use flyte_lifecycle::drive::Session;
use flyte_lifecycle::drive::explore::models::models;
use flyte_lifecycle::drive::explore::report::unmet;
use flyte_lifecycle::drive::explore::{End, Exploration, Input, Verdict};
use flyte_lifecycle::drive::properties::{Expected, PROPERTIES};
use flyte_lifecycle::model::{Call, Rule};
use flyte_lifecycle::view;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::Instant;

/// What a search has shown, as an exit status.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Good = 0,
    Violated = 1,
    Incomplete = 3,
}

/// A line for whoever waits, which fails once nobody does.
type Tell<'a> = &'a mut dyn FnMut(&str) -> Result<(), Stop>;

fn main() -> ExitCode {
    ended(answered().map(|outcome| outcome as u8), "explore")
}

fn answered() -> Result<Outcome, Stop> {
    let mut out = stdout().lock();
    let mut tell = |line: &str| Ok(writeln!(out, "{line}")?);
    match read(std::env::args_os().skip(1))? {
        Asked::Help => tell(USAGE)?,
        Asked::Version => tell(&version("explore"))?,
        Asked::Models => {
            for model in models() {
                let kinds: Vec<&str> = model.bounds.actions.iter().map(|planned| planned.kind.name()).collect();
                tell(&format!("{:5} {:50} {}", model.fault, model.name, kinds.join(" ")))?;
            }
        }
        Asked::Table => {
            let verdicts = verdicts::Verdicts::searched(&mut tell)?;
            tell(&format!("\n{}", verdicts.table()))?;
            return Ok(if verdicts.are_as_expected() { Outcome::Good } else { Outcome::Violated });
        }
        Asked::Verdicts(path) => {
            let document = verdicts::document(&mut tell)?;
            std::fs::write(&path, document).map_err(|error| format!("{path}: {error}."))?;
            tell(&format!("{path} is written."))?;
        }
        Asked::WriteTraces(folder) => {
            for (length, name, traces) in verdicts::counterexamples()?.into_iter().take(10) {
                for (rules, trace) in ["documented", "upstream"].into_iter().zip(traces) {
                    let path = format!("{folder}/{name}.{rules}.trace");
                    std::fs::write(&path, trace).map_err(|error| format!("{path}: {error}."))?;
                }
                tell(&format!("{name}: {length} commands"))?;
            }
        }
        Asked::Fixes(setup) => {
            let table = fixes::searched(&setup, &mut tell)?;
            tell(&format!("\n{}", fixes::table(table.columns())))?;
        }
        Asked::Search(search) => return explore(&search, &mut out),
    }
    Ok(Outcome::Good)
}

fn printed(session: &Session) -> String {
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    view::trace(session.world(), session.story(), session.commands(), facts)
}

fn explore(asked: &Search, out: &mut impl Write) -> Result<Outcome, Stop> {
    let rules = asked.rules.rules().map_err(|rejection| rejection.message)?;
    let mut exploration =
        Exploration::new(rules, &asked.bounds, &asked.properties, &[]).map_err(|rejection| rejection.message)?;
    print_model(asked, out)?;
    let start = Instant::now();
    let mut told = start;
    while exploration.run(20_000).ended.is_none() {
        if told.elapsed().as_secs() >= 10 {
            writeln!(out, "… {}", exploration.progress())?;
            told = Instant::now();
        }
    }
    let (seconds, progress) = (start.elapsed().as_secs_f64(), exploration.progress());
    let report = exploration.report();
    writeln!(out, "{progress}")?;
    writeln!(
        out,
        "{:.0} states/s, {:.0} transitions/s, {:.1} bytes/state, {} parts\n",
        progress.states as f64 / seconds,
        progress.transitions as f64 / seconds,
        progress.bytes as f64 / progress.states as f64,
        exploration.part_count(),
    )?;
    let upstream = asked.rules.base == "upstream";
    let mut good = true;
    for (property, verdict) in &report.verdicts {
        let expected = if upstream { property.upstream } else { property.documented };
        let known = expected == Expected::Broken && !asked.strict;
        // What no small model shows is no violation; another may.
        let fine = verdict.is_good() || known || matches!(verdict, Verdict::Never);
        good &= fine;
        let mark = if fine { ' ' } else { '!' };
        writeln!(out, "{mark} {:5} {:28} {}", property.id, verdict.to_string(), property.sentence)?;
        if let (true, Verdict::Violated(finding)) = (asked.traces, verdict) {
            writeln!(out, "\n{}", printed(&finding.session))?;
        }
    }
    writeln!(out, "\n{}", report.sentence())?;
    let (met, missed) = (Rule::ALL.len() - report.rules_missed.len(), report.rules_missed.len());
    writeln!(
        out,
        "{met} rules decided something; {missed} did not{}",
        if asked.missed { ":" } else { " (--missed lists them)." }
    )?;
    for rule in report.rules_missed.iter().filter(|_| asked.missed) {
        writeln!(out, "  {:28} {}", rule.name(), unmet(*rule).unwrap_or("another model meets it"))?;
    }
    let silent = PROPERTIES.iter().filter(|property| property.documented == Expected::NotHeld).count();
    writeln!(out, "{silent} properties are not held by the model.")?;
    Ok(match (good, progress.ended) {
        (false, _) => Outcome::Violated,
        (true, Some(End::Complete)) => Outcome::Good,
        (true, _) => Outcome::Incomplete,
    })
}

fn print_model(asked: &Search, out: &mut impl Write) -> Result<(), Stop> {
    let bounds = &asked.bounds;
    let kinds: Vec<&str> = bounds.actions.iter().map(|planned| planned.kind.name()).collect();
    let inputs: Vec<&str> = bounds.inputs.iter().map(Input::name).collect();
    writeln!(
        out,
        "rules {}{}",
        asked.rules.base,
        asked.rules.changes.iter().map(|(p, v)| format!(" {p}={v}")).collect::<String>()
    )?;
    writeln!(out, "actions {}", kinds.join(" "))?;
    writeln!(
        out,
        "attempts {} versions {} system failures {} abort calls {} delivery {} backlog {}",
        bounds.attempts, bounds.versions, bounds.system_failures, bounds.abort_calls, bounds.delivery, bounds.backlog
    )?;
    let calls: Vec<&str> = bounds.inputs.calls().map(Call::name).collect();
    writeln!(out, "inputs {}", inputs.join(" "))?;
    writeln!(out, "calls that may fail: {}", if calls.is_empty() { "none".to_owned() } else { calls.join(" ") })?;
    let depth = if bounds.depth == u32::MAX { "any".to_owned() } else { bounds.depth.to_string() };
    writeln!(out, "garbage collector {}", if bounds.collects { "sweeps" } else { "does not sweep" })?;
    writeln!(out, "depth {depth} states {} memory {}\n", bounds.states, bounds.bytes)?;
    Ok(())
}
