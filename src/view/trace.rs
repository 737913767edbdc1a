//! A run as text. A trace is a script, a golden test, an example in the documentation and a bug report at once:
//!
//! ```text
//! flyte-lifecycle trace 1
//! config rules=upstream seed=7
//!
//! # A run starts with its root action a0, recorded as QUEUED with attempt 1.
//! createRun run=r1 task.maxAttempts=2
//! ----
//! 0 ms r1/a0 row RowCreated QUEUED #1 RunCreated
//! ```
//!
//! [`crate::drive::parse_trace`] reads it back. The whole grammar, with the comments in which a trace tells an incident
//! ([`Story`]), is in tests/traces/README.md.

use super::Saying;
use crate::model::{Command, Config, Fact, Setup, Story, TRACE_HEADER, TRACE_RULER, TRACE_VERSION};
use crate::world::World;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write;

/// The trace of `commands`; `facts` has those of each. A story is told in comments, the moment in which it goes wrong
/// where that is.
pub fn trace<'a>(
    world: &World,
    story: Option<&Story>,
    commands: impl Iterator<Item = Command>,
    facts: impl Fn(usize) -> &'a [Fact],
) -> String {
    let mut text = format!("{TRACE_HEADER}{TRACE_VERSION}\n");
    let setup = differing(world.config());
    if !setup.is_empty() {
        let _ = writeln!(text, "config{setup}");
    }
    let about = story.map(Story::lines).unwrap_or_default();
    if !about.is_empty() {
        let _ = writeln!(text, "\n{}", about.join("\n"));
    }
    let wrong = story.and_then(|story| story.wrong.as_ref());
    for (index, command) in commands.enumerate() {
        let facts = facts(index);
        let wrong = wrong.filter(|moment| moment.command == index);
        text.push('\n');
        if let Some(moment) = wrong.filter(|moment| moment.fact.is_none()) {
            let _ = writeln!(text, "# wrong: {}", moment.text);
        }
        if let Some(fact) = facts.first() {
            let _ = writeln!(text, "# {}", fact.rule.sentence());
        }
        let _ = writeln!(text, "{}\n{TRACE_RULER}", command_line(&command));
        for (place, fact) in facts.iter().enumerate() {
            if let Some(moment) = wrong.filter(|moment| moment.fact == Some(place)) {
                let _ = writeln!(text, "# wrong: {}", moment.text);
            }
            let _ = writeln!(text, "{}", fact_line(world, fact));
        }
    }
    text
}

/// What the set-up has otherwise than the default. The garbage collector is told whole: where it is left out there is
/// none, but what is left out of it is upstream's.
fn differing(config: &Config) -> String {
    let (mine, default) = (value_of(&Setup::of(config)), value_of(&Setup::of(&Config::default())));
    let (mine, default) = (flat(&mine), flat(&default));
    let collects = config.gc != Config::default().gc;
    let told = |entry: &&(String, String)| !default.contains(entry) || (collects && entry.0.starts_with("gc."));
    mine.iter().filter(told).fold(String::new(), |mut text, (name, value)| {
        let _ = write!(text, " {name}={value}");
        text
    })
}

fn value_of(value: &impl Serialize) -> Value {
    // Commands and set-ups are plain data, which always has a JSON form.
    serde_json::to_value(value).unwrap_or_default()
}

/// A command as one line: its type, then `name=value` for each field.
pub fn command_line(command: &Command) -> String {
    let value = value_of(command);
    let mut line = value.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (name, value) in flat(&value).iter().filter(|(name, _)| name != "type") {
        let _ = write!(line, " {name}={value}");
    }
    line
}

/// The fields of an object, those of inner objects with a dotted name, each value as one word.
fn flat(value: &Value) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((name, value)) = open.pop() {
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                let dot = if name.is_empty() { "" } else { "." };
                // The last pushed comes off first, so the fields are pushed backwards to keep their order.
                open.extend(inner.iter().rev().map(|(field, value)| (format!("{name}{dot}{field}"), value)));
            }
            Value::String(text) if is_bare(text) => fields.push((name, text.clone())),
            other => fields.push((name, other.to_string())),
        }
    }
    fields
}

/// Whether a text can stand without quotes: it has no space and cannot be taken for anything else.
fn is_bare(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':');
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(plain)
        && !matches!(text, "true" | "false" | "null")
}

/// A fact as one line: when, who, where, what, why.
pub fn fact_line(world: &World, fact: &Fact) -> String {
    let event = Saying::of(world, &fact.what, fact.rule);
    let since = fact.at.0.saturating_sub(world.config().start.0);
    let action = fact.action.map_or("-", |id| world.name_of(id));
    let mut line = format!("{since} ms {action} {} {}", event.store, event.kind);
    match (event.about.from, event.about.to) {
        (Some(from), Some(to)) => {
            let _ = write!(line, " {from}→{to}");
        }
        (None, Some(to)) => {
            let _ = write!(line, " {to}");
        }
        (_, None) => {}
    }
    if let Some(attempt) = event.about.attempt {
        let _ = write!(line, " #{attempt}");
    }
    let _ = write!(line, " {}", event.rule);
    if let Some(detail) = event.detail {
        // A detail may hold anything; it stays on its line.
        let shown: String = detail.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = write!(line, " · {shown}");
    }
    line
}
