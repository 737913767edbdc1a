//! The command line: what is asked for, or a sentence about what is wrong with it.

use flyte_lifecycle::drive::explore::fixes::{Changes, FixesSetup};
use flyte_lifecycle::drive::explore::models::models;
use flyte_lifecycle::drive::explore::setup::ATTEMPTS_MAX;
use flyte_lifecycle::drive::explore::{ACTIONS_MAX, Bounds, Input, Planned, PlannedKind};
use flyte_lifecycle::drive::properties::{Property, held};
use flyte_lifecycle::model::nearest::hint;
use flyte_lifecycle::model::{Call, Policy, RulesSetup};
use lexopt::Arg::{Long, Short, Value};
use std::ffi::OsString;

pub const USAGE: &str = "\
npm run explore -- [options]         every interleaving of one model
npm run explore -- --fixes [options] which policy mends which property, over all models
npm run explore -- --table           the verdicts of all models under both rule sets
npm run explore -- --models          the models there are
npm run explore -- --verdicts FILE   writes the verdicts and the fixes as a document
npm run explore -- --write-traces FOLDER   writes the ten shortest counterexamples as traces
npm run explore -- --help            prints this; --version says of which version it is

Examples
  npm run explore -- --rules upstream --actions 2
  npm run explore -- --rules=upstream --actions=task,trace --faults=op,race --traces
  npm run explore -- --set guard=numeric --properties P9,P10
  npm run explore -- --fixes --try guard=retryable,pausedListing=living

Options, whose value may also follow after `=`

Rules
  --rules documented|upstream        the rule set; documented if absent, for --fixes upstream
  --set POLICY=VALUE                 with another answer to one question; again for more
Model
  --model NAME                       one of those that --models lists, to start from
  --actions N|KIND,KIND,…            so many tasks, or these: the root, then its children
  --attempts N  --versions N  --system-failures N  --abort-calls N  --backlog N
  --faults none|op|race|rpc|outside  what goes wrong besides: aborts, pieces in any order, calls of an abort that
                                     fail, updates from outside; several with commas
  --inputs INPUT,…  --without INPUT,…  --calls CALL,…    besides those there are, or without these
Bounds
  --depth N  --states N  --memory BYTES (or 512M, 2G)
Properties
  --properties ID,…                  all that apply if absent
  --strict                           a violation counts also if it is known of the rule set
  --traces                           prints the shortest run to each violation
  --missed                           lists the rules that decided nothing, with the reason if no model meets them
Fixes
  --towards documented|upstream      whose answers are tried one by one
  --try POLICY=VALUE,POLICY=VALUE    just this combination instead; again for more
  --states N                         of each model; 20000 if absent

Exit status
  0  every property is as is known of the rule set, or holds
  1  a property is violated that should hold
  2  the arguments make no sense
  3  nothing was violated that should hold, but the search ended before every state was looked at";

/// What is to be done.
pub enum Asked {
    Help,
    Version,
    Models,
    Table,
    Verdicts(String),
    WriteTraces(String),
    Search(Box<Search>),
    Fixes(FixesSetup),
}

/// The options that take no value.
pub const FLAGS: &[&str] = &["help", "version", "models", "table", "fixes", "strict", "traces", "missed"];

/// The options that take one.
pub const OPTIONS: &[&str] = &[
    "verdicts",
    "write-traces",
    "rules",
    "set",
    "model",
    "actions",
    "attempts",
    "versions",
    "system-failures",
    "abort-calls",
    "backlog",
    "faults",
    "inputs",
    "without",
    "calls",
    "depth",
    "states",
    "memory",
    "properties",
    "towards",
    "try",
];

/// One model to be searched.
pub struct Search {
    pub rules: RulesSetup,
    pub bounds: Bounds,
    pub properties: Vec<&'static Property>,
    pub strict: bool,
    pub missed: bool,
    pub traces: bool,
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.replace(['_', ','], "").parse().map_err(|_| format!("{name} takes a whole number, not {text:?}."))
}

/// Bytes, also as `512M` or `2G`.
fn bytes(name: &str, text: &str) -> Result<usize, String> {
    let shift = match text.chars().last() {
        Some('k' | 'K') => 10,
        Some('M') => 20,
        Some('G') => 30,
        _ => 0,
    };
    let digits = if shift == 0 { text } else { &text[..text.len() - 1] };
    let count: usize = number(name, digits)?;
    count
        .checked_shl(shift)
        .filter(|bytes| bytes >> shift == count)
        .ok_or_else(|| format!("{name} {text} is too much."))
}

/// The words of a list, each of which must be known.
fn words<T>(name: &str, text: &str, known: &[&str], parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
    let read = |word: &str| {
        parse(word).ok_or_else(|| {
            let meant = hint(word, &mut known.iter().copied());
            format!("{name} does not know {word:?}{meant}; it knows {}.", known.join(", "))
        })
    };
    text.split(',').map(read).collect()
}

fn names<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| name(*one)).collect()
}

fn setting(name: &str, text: &str) -> Result<(String, String), String> {
    let wrong = || format!("{name} takes POLICY=VALUE, not {text:?}.");
    let (policy, value) = text.split_once('=').ok_or_else(wrong)?;
    if Policy::ALL.iter().all(|known| known.name != policy) {
        let known = names(Policy::ALL, |policy| policy.name);
        let meant = hint(policy, &mut known.iter().copied());
        return Err(format!("{name} does not know the policy {policy:?}{meant}; there are {}.", known.join(", ")));
    }
    Ok((policy.to_owned(), value.to_owned()))
}

fn rule_set(name: &str, base: &str) -> Result<RulesSetup, String> {
    let rules = RulesSetup { base: base.to_owned(), changes: Vec::new() };
    rules.rules().map(|_| rules).map_err(|rejection| format!("{name}: {}", rejection.message))
}

/// What is no option, with what was probably meant.
fn unknown(text: &str) -> String {
    let word = text.trim_start_matches('-');
    match hint(word, &mut OPTIONS.iter().chain(FLAGS).copied()).as_str() {
        "" => format!("{text:?} is no option."),
        meant => format!("{text:?} is no option{}.", meant.replacen('"', "\"--", 1)),
    }
}

fn said(error: &lexopt::Error) -> String {
    match error {
        lexopt::Error::MissingValue { option: Some(name) } => format!("{name} takes a value."),
        lexopt::Error::UnexpectedValue { option, value } => format!("{option} takes no value, not {value:?}."),
        other => format!("{other}."),
    }
}

/// What the arguments ask for.
pub fn read(arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Result<Asked, String> {
    let mut search = Search {
        rules: RulesSetup::default(),
        bounds: Bounds::of(&[PlannedKind::Task]),
        properties: held().collect(),
        strict: false,
        missed: false,
        traces: false,
    };
    let mut fixes = FixesSetup::default();
    let mut wants_fixes = false;
    let mut given: Vec<String> = Vec::new();
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next().map_err(|error| said(&error))? {
        let name = match argument {
            Short('h') => "help".to_owned(),
            Short('V') => "version".to_owned(),
            Long(name) => name.to_owned(),
            Short(letter) => return Err(unknown(&format!("-{letter}"))),
            Value(word) if word == "help" => "help".to_owned(),
            Value(word) => return Err(unknown(&word.to_string_lossy())),
        };
        match name.as_str() {
            name @ "help" => return ended(name, &mut parser, Asked::Help),
            name @ "version" => return ended(name, &mut parser, Asked::Version),
            name @ "models" => return ended(name, &mut parser, Asked::Models),
            name @ "table" => return ended(name, &mut parser, Asked::Table),
            "fixes" => wants_fixes = true,
            "strict" => search.strict = true,
            "traces" => search.traces = true,
            "missed" => search.missed = true,
            name if !OPTIONS.contains(&name) => return Err(unknown(&format!("--{name}"))),
            name => {
                let name = format!("--{name}");
                let value = parser.value().map_err(|error| said(&error))?;
                let value = value.into_string().map_err(|text| format!("{name} takes a text, not {text:?}."))?;
                match name.as_str() {
                    "--verdicts" => return Ok(Asked::Verdicts(value)),
                    "--write-traces" => return Ok(Asked::WriteTraces(value)),
                    "--towards" => fixes.towards = Some(rule_set(&name, &value)?),
                    "--try" => {
                        let changes = value.split(',').map(|text| setting(&name, text)).collect::<Result<_, _>>()?;
                        fixes.tries.get_or_insert_default().push(Changes(changes));
                    }
                    "--properties" => {
                        let known: Vec<&str> = held().map(|property| property.id).collect();
                        let found = words(&name, &value, &known, Property::find)?;
                        fixes.properties = Some(found.iter().map(|property| property.id.to_owned()).collect());
                        search.properties = found;
                    }
                    "--states" => {
                        fixes.states = Some(number(&name, &value)?);
                        search.bounds.states = number(&name, &value)?;
                    }
                    _ => bound(&name, &value, &mut search)?,
                }
                given.push(name);
            }
        }
    }
    if wants_fixes {
        let alien = |name: &&String| {
            !["--rules", "--set", "--towards", "--try", "--states", "--properties"].contains(&name.as_str())
        };
        if let Some(name) = given.iter().find(alien) {
            return Err(format!("{name} is not for --fixes, which searches all models."));
        }
        if given.iter().any(|name| name == "--rules" || name == "--set") {
            fixes.rules = Some(search.rules);
        }
        return Ok(Asked::Fixes(fixes));
    }
    if let Some(name) = given.iter().find(|name| ["--towards", "--try"].contains(&name.as_str())) {
        return Err(format!("{name} is for --fixes."));
    }
    let asked = given.iter().any(|name| name == "--properties");
    if let Some(reason) = search.properties.iter().find_map(|property| search.bounds.refuses(property))
        && asked
    {
        return Err(reason);
    }
    let Bounds { states, bytes, attempts, .. } = search.bounds;
    if states == 0 {
        return Err("--states must leave room for one state at least.".to_owned());
    }
    if bytes == 0 {
        return Err("--memory must leave room for one byte at least.".to_owned());
    }
    if !(1..=ATTEMPTS_MAX).contains(&attempts) {
        return Err(format!("--attempts takes 1 to {ATTEMPTS_MAX}, not {attempts}."));
    }
    Ok(Asked::Search(Box::new(search)))
}

/// What an option asks that ends the reading, unless a value came with it.
fn ended(name: &str, parser: &mut lexopt::Parser, asked: Asked) -> Result<Asked, String> {
    match parser.optional_value() {
        Some(value) => Err(format!("--{name} takes no value, not {value:?}.")),
        None => Ok(asked),
    }
}

/// One option about the rules, the model or its bounds.
fn bound(name: &str, value: &str, search: &mut Search) -> Result<(), String> {
    let bounds = &mut search.bounds;
    match name {
        "--rules" => search.rules.base = rule_set(name, value)?.base,
        "--set" => search.rules.changes.push(setting(name, value)?),
        "--actions" => {
            let kinds = match value.parse::<usize>() {
                Ok(count @ 1..=ACTIONS_MAX) => vec![PlannedKind::Task; count],
                Ok(count) => return Err(format!("A model has 1 to {ACTIONS_MAX} actions, not {count}.")),
                Err(_) => words(name, value, &names(PlannedKind::ALL, PlannedKind::name), PlannedKind::parse)?,
            };
            bounds.actions = kinds.into_iter().map(|kind| Planned { kind, parent: 0 }).collect();
        }
        "--attempts" => bounds.attempts = number(name, value)?,
        "--versions" => bounds.versions = number(name, value)?,
        "--system-failures" => bounds.system_failures = number(name, value)?,
        "--abort-calls" => bounds.abort_calls = number(name, value)?,
        "--backlog" => bounds.backlog = number(name, value)?,
        "--depth" => bounds.depth = number(name, value)?,
        "--memory" => bounds.bytes = bytes(name, value)?,
        "--inputs" | "--without" => {
            for input in words(name, value, &names(Input::ALL, Input::name), Input::parse)? {
                bounds.inputs =
                    if name == "--inputs" { bounds.inputs.with(input) } else { bounds.inputs.without(input) };
            }
        }
        "--faults" => {
            let known = ["none", "op", "race", "rpc", "outside"];
            for fault in words(name, value, &known, |word| known.iter().find(|known| **known == word))? {
                let old = bounds.clone();
                *bounds = match *fault {
                    "op" => old.with(Input::Abort).with(Input::CreateAgain),
                    "race" => old.in_pieces(),
                    "rpc" => old.with(Input::FailedReply),
                    "outside" => old.with(Input::OutsideUpdate),
                    _ => old,
                };
            }
        }
        "--calls" => {
            for call in words(name, value, &names(Call::ALL, Call::name), Call::parse)? {
                bounds.inputs = bounds.inputs.with_call(call);
            }
        }
        "--model" => {
            let model = models().into_iter().find(|model| model.name == value);
            let known: Vec<String> = models().iter().map(|model| format!("\n  {}", model.name)).collect();
            let meant = hint(value, &mut known.iter().map(|name| name.trim()));
            let wrong = || format!("There is no model {value:?}{meant}; there are{}", known.join(""));
            *bounds = model.ok_or_else(wrong)?.bounds;
        }
        _ => return Err(unknown(name)),
    }
    Ok(())
}
