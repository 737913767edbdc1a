//! Explores a model exhaustively and prints a report fit for a CI log:
//! `cargo run --release --example explore -- --rules upstream --actions task,task --attempts 2 --faults op,race`.
//! The exit status is 0 if every property is as expected of the rule set, 1 if one is not, 2 if the arguments are wrong.

#![allow(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "it is a program that prints"
)]

use flyte_lifecycle::drive::Session;
use flyte_lifecycle::drive::explore::models::models;
use flyte_lifecycle::drive::explore::{Bounds, End, Exploration, Input, Planned, PlannedKind, Verdict};
use flyte_lifecycle::drive::properties::{Expected, Fault, Kind, PROPERTIES, Property, held};
use flyte_lifecycle::model::{Call, Config, Rule, Rules, RulesSetup};
use flyte_lifecycle::view;
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "explore [--rules documented|upstream] [--set POLICY=VALUE]… [--actions N|KIND,KIND,…]
        [--attempts N] [--versions N] [--system-failures N] [--abort-calls N] [--backlog N]
        [--faults none|op|race|rpc|outside,…] [--inputs INPUT,…] [--without INPUT,…]
        [--depth N] [--states N] [--memory BYTES] [--properties ID,…] [--traces]
        [--calls CALL,…] [--model NAME]
explore --table
explore --write-traces FOLDER";

struct Asked {
    rules: RulesSetup,
    bounds: Bounds,
    properties: Vec<&'static Property>,
    traces: bool,
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.replace('_', "").parse().map_err(|_| format!("{name} takes a whole number, not {text:?}"))
}

fn words<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
    text.split(',').map(|word| parse(word).ok_or_else(|| format!("{word:?} is not known"))).collect()
}

fn read(arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked {
        rules: RulesSetup::default(),
        bounds: Bounds::of(&[PlannedKind::Task]),
        properties: held().collect(),
        traces: false,
    };
    let mut arguments = arguments;
    while let Some(name) = arguments.next() {
        if name == "--traces" {
            asked.traces = true;
            continue;
        }
        let value = arguments.next().ok_or_else(|| format!("{name} takes a value"))?;
        let bounds = &mut asked.bounds;
        match name.as_str() {
            "--rules" => asked.rules.base = value,
            "--set" => {
                let (policy, setting) = value.split_once('=').ok_or("--set takes POLICY=VALUE")?;
                asked.rules.changes.push((policy.to_owned(), setting.to_owned()));
            }
            "--actions" => {
                let kinds = match value.parse::<usize>() {
                    Ok(count) => vec![PlannedKind::Task; count],
                    Err(_) => words(&value, PlannedKind::parse)?,
                };
                bounds.actions = kinds.into_iter().map(|kind| Planned { kind, parent: 0 }).collect();
            }
            "--attempts" => bounds.attempts = number(&name, &value)?,
            "--versions" => bounds.versions = number(&name, &value)?,
            "--system-failures" => bounds.system_failures = number(&name, &value)?,
            "--abort-calls" => bounds.abort_calls = number(&name, &value)?,
            "--backlog" => bounds.backlog = number(&name, &value)?,
            "--depth" => bounds.depth = number(&name, &value)?,
            "--states" => bounds.states = number(&name, &value)?,
            "--memory" => bounds.bytes = number(&name, &value)?,
            "--inputs" => {
                for input in words(&value, Input::parse)? {
                    bounds.inputs = bounds.inputs.with(input);
                }
            }
            "--without" => {
                for input in words(&value, Input::parse)? {
                    bounds.inputs = bounds.inputs.without(input);
                }
            }
            "--faults" => {
                for fault in value.split(',') {
                    let old = bounds.clone();
                    *bounds = match fault {
                        "none" => old,
                        "op" => old.with(Input::Abort).with(Input::CreateAgain),
                        "race" => old.in_pieces(),
                        "rpc" => old.with(Input::FailedReply),
                        "outside" => old.with(Input::OutsideUpdate),
                        other => return Err(format!("{other:?} is no fault")),
                    };
                }
            }
            "--calls" => {
                for call in words(&value, Call::parse)? {
                    bounds.inputs = bounds.inputs.with_call(call);
                }
            }
            "--model" => {
                let model = models().into_iter().find(|model| model.name == value);
                *bounds = model.ok_or_else(|| format!("{value:?} is no model"))?.bounds;
            }
            "--properties" => asked.properties = words(&value, Property::find)?,
            _ => return Err(format!("{name} is not known")),
        }
    }
    Ok(asked)
}

/// The shortest counterexamples that upstream's rules have and the documented ones do not, each told under both rule
/// sets where the documented one takes its commands: name, and the two traces.
fn counterexamples() -> Result<Vec<(usize, String, [String; 2])>, String> {
    let mut found: Vec<(usize, &'static Property, Session)> = Vec::new();
    for model in models() {
        let properties: Vec<&'static Property> = held()
            .filter(|held| held.kind != Kind::Sometimes && !found.iter().any(|(_, other, _)| other == held))
            .collect();
        let mut exploration = Exploration::new(Rules::upstream(), &model.bounds, &properties, &[])
            .map_err(|rejection| rejection.message)?;
        while exploration.run(20_000).ended.is_none() {}
        for (property, verdict) in exploration.report().verdicts {
            if let Verdict::Violated(finding) = verdict {
                found.push((finding.length, property, finding.session));
            }
        }
    }
    let mut told = Vec::new();
    for (length, property, session) in found {
        let mut documented = Session::new(Config { rules: Rules::documented(), ..*session.world().config() });
        let taken = session.commands().all(|command| documented.dispatch(command).is_ok());
        if taken {
            let name = format!("counterexample-{}", property.id.to_lowercase());
            told.push((length, name, [printed(&documented), printed(&session)]));
        }
    }
    told.sort_by_key(|(length, name, _)| (*length, name.clone()));
    Ok(told)
}

fn printed(session: &Session) -> String {
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    view::trace(session.world(), session.story(), session.commands(), facts)
}

/// Writes the ten shortest counterexamples as traces into a folder.
fn write_traces(folder: &str) -> Result<bool, String> {
    for (length, name, traces) in counterexamples()?.into_iter().take(10) {
        for (rules, trace) in ["documented", "upstream"].into_iter().zip(traces) {
            let path = format!("{folder}/{name}.{rules}.trace");
            std::fs::write(&path, trace).map_err(|error| format!("{path}: {error}"))?;
        }
        println!("{name}: {length} commands");
    }
    Ok(true)
}

/// What breaks a property: the fault it takes, how many commands, and whether it happens in time.
type Cell = (Fault, usize, &'static str);

/// The table of verdicts over the models that the crate keeps, and how large these are.
fn table() -> Result<bool, String> {
    let mut good = true;
    let mut cells: Vec<[Option<Cell>; 2]> = vec![[None; 2]; PROPERTIES.len()];
    for (column, rules) in [Rules::documented(), Rules::upstream()].into_iter().enumerate() {
        for model in models() {
            let properties: Vec<&'static Property> = held().collect();
            let start = Instant::now();
            let mut exploration =
                Exploration::new(rules, &model.bounds, &properties, &[]).map_err(|rejection| rejection.message)?;
            while exploration.run(20_000).ended.is_none() {}
            let report = exploration.report();
            let name = ["documented", "upstream"][column];
            println!(
                "{name:10} {:5} {:50} {} ({:.2} s)",
                model.fault,
                model.name,
                report.progress,
                start.elapsed().as_secs_f64()
            );
            for (property, verdict) in &report.verdicts {
                let place = PROPERTIES.iter().position(|other| other == *property).unwrap_or(0);
                let cell = &mut cells[place][column];
                if let (Verdict::Violated(finding), None) = (verdict, *cell) {
                    *cell = Some((model.fault, finding.length, finding.timing.name()));
                } else if let (Verdict::Violated(finding), Some((fault, length, _))) = (verdict, *cell)
                    && fault == model.fault
                    && finding.length < length
                {
                    *cell = Some((fault, finding.length, finding.timing.name()));
                }
            }
        }
    }
    println!();
    for (property, [documented, upstream]) in PROPERTIES.iter().zip(cells) {
        let words = |cell: Option<Cell>, expected: Expected| match cell {
            _ if expected == Expected::NotHeld => "not held".to_owned(),
            None => "holds".to_owned(),
            Some((fault, length, timing)) => format!("{fault} in {length}, {timing}"),
        };
        let broken = |cell: Option<Cell>| cell.is_some();
        let as_expected = broken(documented) == (property.documented == Expected::Broken)
            && broken(upstream) == (property.upstream == Expected::Broken)
            && upstream.map(|(fault, ..)| fault) == property.needs;
        good &= as_expected;
        println!(
            "{} {:5} {:22} {:22} {}",
            if as_expected { ' ' } else { '!' },
            property.id,
            words(documented, property.documented),
            words(upstream, property.upstream),
            property.sentence
        );
    }
    Ok(good)
}

fn main() -> ExitCode {
    let special = match std::env::args().nth(1).as_deref() {
        Some("--table") => Some(table()),
        Some("--write-traces") => Some(write_traces(&std::env::args().nth(2).unwrap_or_default())),
        _ => None,
    };
    if let Some(outcome) = special {
        return match outcome {
            Ok(good) => ExitCode::from(u8::from(!good)),
            Err(message) => {
                eprintln!("{message}");
                ExitCode::from(2)
            }
        };
    }
    let asked = match read(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match explore(&asked) {
        Ok(good) => ExitCode::from(u8::from(!good)),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn explore(asked: &Asked) -> Result<bool, String> {
    let rules = asked.rules.rules().map_err(|rejection| rejection.message)?;
    let mut exploration =
        Exploration::new(rules, &asked.bounds, &asked.properties, &[]).map_err(|rejection| rejection.message)?;
    print_model(asked);
    let start = Instant::now();
    let mut told = start;
    while exploration.run(20_000).ended.is_none() {
        if told.elapsed().as_secs() >= 10 {
            println!("… {}", exploration.progress());
            told = Instant::now();
        }
    }
    let (seconds, progress) = (start.elapsed().as_secs_f64(), exploration.progress());
    let report = exploration.report();
    println!("{progress}");
    println!(
        "{:.0} states/s, {:.0} transitions/s, {:.1} bytes/state, {} parts\n",
        progress.states as f64 / seconds,
        progress.transitions as f64 / seconds,
        progress.bytes as f64 / progress.states as f64,
        exploration.part_count(),
    );
    let upstream = asked.rules.base == "upstream";
    let mut good = true;
    for (property, verdict) in &report.verdicts {
        let expected = if upstream { property.upstream } else { property.documented };
        let as_expected = verdict.is_good() || expected == Expected::Broken || matches!(verdict, Verdict::Never);
        good &= as_expected;
        let mark = if as_expected { ' ' } else { '!' };
        println!("{mark} {:5} {:28} {}", property.id, verdict.to_string(), property.sentence);
        if let (true, Verdict::Violated(finding)) = (asked.traces, verdict) {
            println!("\n{}", printed(&finding.session));
        }
    }
    let missed: Vec<&str> = report.rules_missed.iter().map(|rule| Rule::name(*rule)).collect();
    println!(
        "\n{} rules decided something; {} did not: {}",
        Rule::ALL.len() - missed.len(),
        missed.len(),
        missed.join(" ")
    );
    let silent = PROPERTIES.iter().filter(|property| property.documented == Expected::NotHeld).count();
    println!("{silent} properties are not held by the model.");
    if progress.ended != Some(End::Complete) {
        println!("The search is not complete: its verdicts hold for the states that it has looked at.");
    }
    Ok(good)
}

fn print_model(asked: &Asked) {
    let bounds = &asked.bounds;
    let kinds: Vec<&str> = bounds.actions.iter().map(|planned| planned.kind.name()).collect();
    let inputs: Vec<&str> = bounds.inputs.iter().map(Input::name).collect();
    println!(
        "rules {}{}",
        asked.rules.base,
        asked.rules.changes.iter().map(|(p, v)| format!(" {p}={v}")).collect::<String>()
    );
    println!("actions {}", kinds.join(" "));
    println!(
        "attempts {} versions {} system failures {} abort calls {} delivery {} backlog {}",
        bounds.attempts, bounds.versions, bounds.system_failures, bounds.abort_calls, bounds.delivery, bounds.backlog
    );
    let calls: Vec<&str> = bounds.inputs.calls().map(Call::name).collect();
    println!("inputs {}", inputs.join(" "));
    println!("calls that may fail: {}", if calls.is_empty() { "none".to_owned() } else { calls.join(" ") });
    println!("depth {} states {} memory {}\n", bounds.depth, bounds.states, bounds.bytes);
}
