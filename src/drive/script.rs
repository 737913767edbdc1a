//! Reading a trace (see [`mod@crate::view::trace`]): the commands are applied again, and the facts follow from them.

use super::Session;
use crate::model::{Code, Command, Rejection, Rule, Setup, TRACE_HEADER, TRACE_VERSION};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The longest trace that is read, in bytes.
const LENGTH_MAX: usize = 256 << 20;

/// The session that a trace tells. An error says the line and the column.
pub fn parse_trace(text: &str) -> Result<Session, Rejection> {
    if text.len() > LENGTH_MAX {
        return Err(invalid(format!("A trace has up to {LENGTH_MAX} bytes; this text has {}.", text.len())));
    }
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim_end()));
    let header = lines.by_ref().find(|(_, line)| !is_blank(line));
    match header.and_then(|(_, line)| line.strip_prefix(TRACE_HEADER)) {
        Some(TRACE_VERSION) => {}
        Some(version) => {
            let message = format!("this trace is of version {version}; this program reads version 1.");
            return Err(at(header.map_or(1, |(number, _)| number), TRACE_HEADER.len() + 1, message));
        }
        None => {
            let number = header.map_or(1, |(number, _)| number);
            return Err(at(number, 1, format!("a trace begins with `{TRACE_HEADER}{TRACE_VERSION}`.")));
        }
    }
    let mut session: Option<Session> = None;
    let mut in_facts = false;
    for (number, line) in lines {
        if line.is_empty() {
            in_facts = false;
        } else if line.starts_with("----") {
            in_facts = true;
        } else if in_facts || is_blank(line) {
            // What the facts were when the trace was written is for the reader to compare.
        } else if line == "config" || line.starts_with("config ") {
            if session.is_some() {
                return Err(at(number, 1, "`config` comes before the first command."));
            }
            let setup: Setup = read(number, line, false)?;
            let config = setup.config().map_err(|rejection| at(number, 1, rejection.message))?;
            session = Some(Session::new(config));
        } else {
            let command: Command = read(number, line, true)?;
            let session = session.get_or_insert_with(|| Session::new(crate::model::Config::default()));
            session.dispatch(command).map_err(|rejection| Rejection {
                message: format!("line {number}: {}", rejection.message),
                ..rejection
            })?;
        }
    }
    Ok(session.unwrap_or_else(|| Session::new(crate::model::Config::default())))
}

fn is_blank(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

fn invalid(message: impl Into<String>) -> Rejection {
    Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message)
}

fn at(line: usize, column: usize, message: impl AsRef<str>) -> Rejection {
    invalid(format!("line {line}, column {column}: {}", message.as_ref()))
}

/// What one line says: a word, then `name=value` fields.
fn read<T: DeserializeOwned>(number: usize, line: &str, typed: bool) -> Result<T, Rejection> {
    let mut words = words(line);
    let mut object = Map::new();
    if let Some((_, word)) = words.next().filter(|_| typed) {
        object.insert("type".to_owned(), Value::from(word));
    }
    for (column, word) in words {
        let Some((name, text)) = word.split_once('=') else {
            return Err(at(number, column, format!("`{word}` is no field; write `name=value`.")));
        };
        let value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(_) if !text.starts_with(['"', '[', '{']) => Value::from(text),
            Err(error) => {
                let column = column + name.chars().count() + 1;
                return Err(at(number, column, format!("the value of `{name}` cannot be read: {error}.")));
            }
        };
        insert(&mut object, name, value)
            .map_err(|()| at(number, column, format!("`{name}` is given twice, or is within a plain value.")))?;
    }
    serde_json::from_value(Value::Object(object)).map_err(|error| at(number, 1, format!("{error}.")))
}

/// Puts a value under a dotted name.
fn insert(object: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), ()> {
    let mut object = object;
    let mut parts = name.split('.').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return if object.insert(part.to_owned(), value).is_none() { Ok(()) } else { Err(()) };
        }
        let inner = object.entry(part).or_insert_with(|| Value::Object(Map::new()));
        object = inner.as_object_mut().ok_or(())?;
    }
    Ok(())
}

/// The words of a line with their columns; a quoted text and a list are one word.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = line;
    let mut column = 1;
    std::iter::from_fn(move || {
        let trimmed = rest.trim_start();
        column += rest.chars().count() - trimmed.chars().count();
        if trimmed.is_empty() {
            return None;
        }
        let (mut quoted, mut escaped, mut depth) = (false, false, 0_u32);
        let end = trimmed.find(|c: char| {
            match c {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                '[' | '{' if !quoted => depth += 1,
                ']' | '}' if !quoted => depth = depth.saturating_sub(1),
                _ => return c == ' ' && !quoted && depth == 0,
            }
            false
        });
        let (word, after) = trimmed.split_at(end.unwrap_or(trimmed.len()));
        let found = (column, word);
        column += word.chars().count();
        rest = after;
        Some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::trace;

    fn printed(session: &Session) -> String {
        let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
        trace(session.world(), session.commands(), facts)
    }

    #[test]
    fn a_trace_reads_back_to_the_same_bytes() {
        let text = "flyte-lifecycle trace 1\n\
            config rules.base=upstream rules.guard=table seed=7 delivery=immediate\n\n\
            createRun run=r1 task.maxAttempts=2 task.missing=[\"inputUri\"]\n\
            enqueue action=r1/c parent=r1/a0 condition.valueType=string condition.prompt=\"Go \\\"on\\\"?\\n\"\n\
            signal action=r1/c value.string=\"1\" by=\"\"\n\
            abortRun run=r1 reason=\"a = b [c\"\n\
            abortReply action=r1/a0 reply=unavailable\n\
            advance ms=5000\n";
        let session = parse_trace(text).expect("a good trace");
        let first = printed(&session);
        assert_eq!(session.index(), 6);
        assert!(first.contains("config rules.base=upstream rules.guard=table seed=7\n"), "{first}");
        assert!(first.contains("value.string=\"1\" by=\"\""), "{first}");
        let again = parse_trace(&first).expect("a printed trace");
        assert_eq!(printed(&again), first);
        assert_eq!(again.world().now(), session.world().now());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, place) in [
            ("", "line 1, column 1"),
            ("flyte-lifecycle trace 2", "line 1, column 23"),
            ("flyte-lifecycle trace 1\n\njump high", "line 3, column 6"),
            ("flyte-lifecycle trace 1\njump", "line 2, column 1"),
            ("flyte-lifecycle trace 1\nadvance ms=\"1", "line 2, column 12"),
            ("flyte-lifecycle trace 1\nadvance ms=1 ms=2", "line 2, column 14"),
            ("flyte-lifecycle trace 1\nadvance ms=1 ms.x=2", "line 2, column 14"),
            ("flyte-lifecycle trace 1\nadvance ms=1\nconfig seed=1", "line 3, column 1"),
            ("flyte-lifecycle trace 1\nconfig rules=best", "line 2, column 1"),
            ("flyte-lifecycle trace 1\nabortRun run=r9", "line 2: "),
        ] {
            let error = parse_trace(text).expect_err(text);
            assert!(error.message.starts_with(place), "{text:?}: {error}");
        }
    }
}
