//! Reading a trace (see [`mod@crate::view::trace`]): the commands are applied again, and the facts follow from them.

use super::Session;
use crate::model::nearest::nearest;
use crate::model::read::Read;
use crate::model::shown::shown;
use crate::model::{
    Code, Command, Config, Fault, Moment, Rejection, Rule, RulesSetup, Setup, Story, TRACE_HEADER, TRACE_RULER,
    TRACE_VERSION,
};
use serde_json::{Map, Value};

/// The longest trace that is read, in bytes.
const LENGTH_MAX: usize = 256 << 20;

/// The session that a trace tells. Every error says the line and the column.
pub fn parse_trace(text: &str) -> Result<Session, Rejection> {
    if text.len() > LENGTH_MAX {
        return Err(invalid(format!("A trace has up to {LENGTH_MAX} bytes; this text has {}.", text.len())));
    }
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim_end()));
    let header = lines.by_ref().find(|(_, line)| !is_blank(line));
    match header.and_then(|(_, line)| line.strip_prefix(TRACE_HEADER)) {
        Some(TRACE_VERSION) => {}
        Some(version) => {
            let version = shown(version);
            let message = format!("this trace is of version {version}; this program reads version {TRACE_VERSION}.");
            return Err(at(header.map_or(1, |(number, _)| number), TRACE_HEADER.chars().count() + 1, message));
        }
        None => {
            let number = header.map_or(1, |(number, _)| number);
            return Err(at(number, 1, format!("a trace begins with `{TRACE_HEADER}{TRACE_VERSION}`.")));
        }
    }
    let mut script = Script::default();
    for (number, line) in lines {
        script.read(number, line)?;
    }
    script.told()
}

/// A trace as far as it was read.
#[derive(Default)]
struct Script {
    session: Option<Session>,
    story: Story,
    /// The line that says where it goes wrong.
    wrong: usize,
    /// How many facts of the command before have been passed; nothing outside of facts.
    facts: Option<usize>,
}

impl Script {
    fn read(&mut self, number: usize, line: &str) -> Result<(), Rejection> {
        if let Some((word, text)) = Story::part(line) {
            return self.tell(number, line, word, text);
        }
        if line.is_empty() {
            self.facts = None;
        } else if line.starts_with(TRACE_RULER) {
            self.facts = Some(0);
        } else if is_blank(line) {
            // Any other comment is for people.
        } else if let Some(passed) = &mut self.facts {
            // What the facts were when the trace was written is for the reader to compare.
            *passed += 1;
        } else if line == "config" || line.starts_with("config ") {
            if self.session.is_some() {
                return Err(at(number, 1, "`config` comes before the first command."));
            }
            let (setup, words): (Setup, _) = read(number, line, false)?;
            let config = setup.config().map_err(|rejection| refused(number, &words, &rejection))?;
            self.session = Some(Session::new(config));
        } else {
            let first = line.split_whitespace().next().unwrap_or_default();
            if nearest(first, &mut ["config"].into_iter()).is_some() {
                let first = shown(first);
                return Err(at(number, 1, format!("{first} is no command (did you mean \"config\"?).")));
            }
            let (command, words): (Command, _) = read(number, line, true)?;
            self.session().dispatch(command).map_err(|rejection| refused(number, &words, &rejection))?;
        }
        Ok(())
    }

    fn session(&mut self) -> &mut Session {
        self.session.get_or_insert_with(|| Session::new(Config::default()))
    }

    fn index(&self) -> usize {
        self.session.as_ref().map_or(0, Session::index)
    }

    /// A comment that belongs to the story. All but the moment stand before the first command.
    fn tell(&mut self, number: usize, line: &str, word: &'static str, text: &str) -> Result<(), Rejection> {
        if word == "wrong" {
            // Among facts it marks the next one, elsewhere the next command.
            let moment = match self.facts {
                Some(fact) => self.index().checked_sub(1).map(|command| (command, Some(fact))),
                None => Some((self.index(), None)),
            };
            let Some((command, fact)) = moment else { return Ok(()) };
            if self.story.wrong.is_some() {
                return Err(at(number, 3, "`wrong` is given twice; a trace goes wrong in one moment."));
            }
            self.story.wrong = Some(Moment { command, fact, text: text.to_owned() });
            self.wrong = number;
            return Ok(());
        }
        if self.index() > 0 {
            return Err(at(number, 3, format!("`{word}` comes before the first command.")));
        }
        let twice = || Err(at(number, 3, format!("`{word}` is given twice.")));
        let begin = line.chars().count() - text.chars().count() + 1;
        let story = &mut self.story;
        match word {
            "title" if !story.title.is_empty() => return twice(),
            "title" => text.clone_into(&mut story.title),
            "story" => story.sentences.push(text.to_owned()),
            "link" => story.links.push(text.to_owned()),
            "needs" if story.needs.is_some() => return twice(),
            "needs" => {
                let needs =
                    Fault::read(Value::from(text), word).map_err(|error| at(number, begin, format!("{error}.")))?;
                story.needs = Some(needs);
            }
            _ => {
                for (column, change) in words(text) {
                    let column = begin + column - 1;
                    let Some((policy, value)) = change.split_once('=') else {
                        let change = shown(change);
                        return Err(at(number, column, format!("{change} is no policy; write `policy=value`.")));
                    };
                    let changes = vec![(policy.to_owned(), value.to_owned())];
                    let changed = RulesSetup { changes, ..RulesSetup::default() };
                    changed.rules().map_err(|rejection| at(number, column, rejection.message))?;
                    story.fix.push((policy.to_owned(), value.to_owned()));
                }
            }
        }
        Ok(())
    }

    /// The run, with its story if it has one.
    fn told(self) -> Result<Session, Rejection> {
        let mut session = self.session.unwrap_or_else(|| Session::new(Config::default()));
        if self.story.wrong.as_ref().is_some_and(|moment| moment.command >= session.len()) {
            return Err(at(self.wrong, 3, "`wrong` marks the command or the fact that follows, and none does."));
        }
        session.tell(Some(self.story).filter(|story| !story.is_empty()));
        Ok(session)
    }
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

/// A refusal with its place: the field whose value it speaks of, or where the command begins.
fn refused(number: usize, words: &[(usize, &str)], rejection: &Rejection) -> Rejection {
    let named = words.iter().find(|(_, word)| {
        let (name, value) = word.split_once('=').unwrap_or(("", ""));
        let own = name.rsplit('.').next().unwrap_or(name);
        speaks_of(&rejection.message, own, true) || speaks_of(&rejection.message, value.trim_matches('"'), false)
    });
    let column = named.or(words.first()).map_or(1, |(column, _)| *column);
    let message = format!("line {number}, column {column}: {}", rejection.message);
    Rejection::new(rejection.code, rejection.rule, message)
}

/// Whether a word stands in a message: as part of no other, and if it is to be quoted, in quotes.
fn speaks_of(message: &str, word: &str, quoted: bool) -> bool {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-_".contains(byte);
    let apart = |byte: Option<&u8>| if quoted { matches!(byte, Some(b'`' | b'"')) } else { !byte.is_some_and(inside) };
    word.len() > 1
        && message.match_indices(word).any(|(from, _)| {
            let bytes = message.as_bytes();
            apart(from.checked_sub(1).and_then(|before| bytes.get(before))) && apart(bytes.get(from + word.len()))
        })
}

/// Where the field at `place` stands: itself, else one within it or one that it is within, else where the line begins.
fn column_of(words: &[(usize, &str)], place: &str) -> usize {
    let mut place = place;
    while !place.is_empty() {
        let beside =
            |name: &str, other: &str| name.strip_prefix(other).is_some_and(|rest| rest.starts_with(['.', '[']));
        let names = || words.iter().filter_map(|(column, word)| Some((*column, word.split_once('=')?.0)));
        let exact = names().find(|(_, name)| *name == place);
        let near = || names().find(|(_, name)| beside(name, place) || beside(place, name));
        if let Some((column, _)) = exact.or_else(near) {
            return column;
        }
        place = place.rsplit_once(['.', '[']).map_or("", |(parent, _)| parent);
    }
    words.first().map_or(1, |(column, _)| *column)
}

/// The words of a line with their columns.
type Words<'a> = Vec<(usize, &'a str)>;

/// What one line says: a word, then `name=value` fields. Also its words, each with its column.
fn read<T: Read>(number: usize, line: &str, typed: bool) -> Result<(T, Words<'_>), Rejection> {
    let words: Words<'_> = words(line).collect();
    let mut object = Map::new();
    if let Some((_, word)) = words.first().filter(|_| typed) {
        object.insert("type".to_owned(), Value::from(*word));
    }
    for (column, word) in words.iter().copied().skip(1) {
        let Some((name, text)) = word.split_once('=') else {
            return Err(at(number, column, format!("{} is no field; write `name=value`.", shown(word))));
        };
        let value = match crate::model::json::parse(text) {
            Ok(value) => value,
            Err(_) if !text.starts_with(['"', '[', '{']) => Value::from(text),
            Err(error) => {
                let column = column + name.chars().count() + 1;
                let why = crate::model::json::why(&error);
                return Err(at(number, column, format!("the value of {} cannot be read: {why}.", shown(name))));
            }
        };
        insert(&mut object, name, value).map_err(|why| at(number, column, format!("{} {why}.", shown(name))))?;
    }
    match T::read(Value::Object(object), "") {
        Ok(value) => Ok((value, words)),

        Err(error) => Err(at(number, column_of(&words, error.place()), format!("{error}."))),
    }
}

/// Parts of a dotted name at the most; the deepest that anybody reads has three.
const PARTS_MAX: usize = 8;

/// Puts a value under a dotted name, or says why not.
fn insert(object: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), &'static str> {
    const TAKEN: &str = "is given twice, or is within a plain value";
    if name.split('.').nth(PARTS_MAX).is_some() {
        return Err("has more parts than any field has, which is 8 at the most");
    }
    let mut object = object;
    let mut parts = name.split('.').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return if object.insert(part.to_owned(), value).is_none() { Ok(()) } else { Err(TAKEN) };
        }
        let inner = object.entry(part).or_insert_with(|| Value::Object(Map::new()));
        object = inner.as_object_mut().ok_or(TAKEN)?;
    }
    Ok(())
}

/// The words of a line with their columns; a quoted text and a list are one word.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = line;
    let mut column = 1;
    std::iter::from_fn(move || {
        let trimmed = rest.trim_start();
        // Only what was passed is counted, so that a line of many words is counted once.
        let passed = rest.get(..rest.len() - trimmed.len()).unwrap_or_default();
        column += passed.chars().count();
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
        trace(session.world(), session.story(), session.commands(), facts)
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
    fn every_set_up_reads_back_from_the_trace_that_tells_it() {
        for field in [
            "gc.intervalMs=0",
            "gc.intervalMs=1000",
            "gc.ttlMs=0",
            "gc.intervalMs=0 gc.ttlMs=5",
            "gc.intervalMs=1800000 gc.ttlMs=3600000",
            "abort.workers=1",
            "abort.maxDelayMs=0 abort.queueSize=2",
            "startTime=0 seed=9007199254740991",
            "requeueMs=0 maxSystemFailures=4294967295",
            "delivery=manual rules=upstream",
        ] {
            let session = parse_trace(&format!("flyte-lifecycle trace 1\nconfig {field}\n\nadvance ms=1\n"));
            let session = session.expect("a good trace");
            let again = parse_trace(&printed(&session)).expect("a printed trace");
            assert_eq!(again.world().config(), session.world().config(), "{field}");
        }
    }

    #[test]
    fn a_story_and_its_moment_read_back_to_the_same_bytes() {
        let text = "flyte-lifecycle trace 1\nconfig rules=upstream\n\n\
            # title: A success that is aborted\n\
            # story: The run succeeded.\n# story: Then somebody aborted it: the row forgot.\n\
            # link: https://github.com/flyteorg/flyte/pull/7080\n# needs: op\n# fix: abortOfEnded=refused guard=table\n\n\
            createRun run=r1\n\nplugin action=r1/a0 result.phase=Success\n\n\
            abortRun run=r1\n----\n0 ms r1/a0 row AbortRequested AbortRequested\n\
            # wrong: SUCCEEDED is overwritten.\n0 ms r1/a0 row PhaseRecorded SUCCEEDED→ABORTED\n";
        let session = parse_trace(text).expect("a good trace");
        let story = session.story().expect("a story").clone();
        assert_eq!((story.sentences.len(), story.links.len(), story.fix.len()), (2, 1, 2));
        assert_eq!((story.title.as_str(), story.needs), ("A success that is aborted", Some(Fault::Op)));
        let moment = Moment { command: 2, fact: Some(1), text: "SUCCEEDED is overwritten.".to_owned() };
        assert_eq!(story.wrong, Some(moment));
        let first = printed(&session);
        assert!(first.contains("# fix: abortOfEnded=refused guard=table\n\n# A run starts"), "{first}");
        assert!(first.contains("\n# wrong: SUCCEEDED is overwritten.\n0 ms r1/a0 row PhaseRecorded"), "{first}");
        let again = parse_trace(&first).expect("a printed trace");
        assert_eq!((printed(&again), again.story()), (first, Some(&story)));
    }

    #[test]
    fn a_moment_marks_a_fact_or_a_command_and_goes_with_the_commands_before_it() {
        let begin = "flyte-lifecycle trace 1\ncreateRun run=r1\n\n";
        let moment = |text: &str| {
            let session = parse_trace(&format!("{begin}{text}")).expect(text);
            let wrong = session.story().and_then(|story| story.wrong.as_ref());
            wrong.map(|moment| (moment.command, moment.fact))
        };
        assert_eq!(moment("# wrong: here\nadvance ms=1\n----\nfact\n"), Some((1, None)));
        assert_eq!(moment("advance ms=1\n----\n# wrong: here\nfact\n"), Some((1, Some(0))));
        // One fact follows from it, so there is no second one to be marked.
        assert_eq!(moment("advance ms=1\n----\nfact\n# wrong: here\nfact\n"), Some((1, None)));
        // A trace cannot tell a moment behind its end, so it is not taken for one.
        let behind = parse_trace(&format!("{begin}# wrong: here\n")).expect_err("nothing follows");
        assert!(behind.message.starts_with("line 4, column 3: `wrong` marks"), "{behind}");
        let mut session = parse_trace(&format!("{begin}# wrong: here\nadvance ms=1\n")).expect("a good trace");
        session.dispatch(Command::Advance { ms: 5 }).expect("time may pass");
        assert!(session.story().is_some(), "what comes after is no other story");
        session.seek(2).and_then(|()| session.dispatch(Command::Advance { ms: 6 })).expect("time may pass");
        assert!(session.story().is_some());
        session.seek(1).and_then(|()| session.dispatch(Command::Advance { ms: 7 })).expect("time may pass");
        assert_eq!(session.story(), None);
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
            ("flyte-lifecycle trace 1\nconfig rules=best", "line 2, column 8"),
            ("flyte-lifecycle trace 1\nconfig seed=1 rules.gard=table", "line 2, column 15"),
            ("flyte-lifecycle trace 1\nconfig seed=1 rules.guard=tabel", "line 2, column 15"),
            ("flyte-lifecycle trace 1\nconfig seed=-1", "line 2, column 8"),
            ("flyte-lifecycle trace 1\nconfig seed=1 gc.ttl=1", "line 2, column 15"),
            ("flyte-lifecycle trace 1\nconfig startTime=-9e18", "line 2, column 8"),
            ("flyte-lifecycle trace 1\nadvance ms=1 until=2", "line 2, column 14"),
            ("flyte-lifecycle trace 1\nconfi", "line 2, column 1"),
            ("flyte-lifecycle trace 1\nadvance", "line 2, column 1"),
            ("flyte-lifecycle trace 1\n  advance", "line 2, column 3"),
            ("flyte-lifecycle trace 1\ncreateRun run=r task.missing=[\"x\"]", "line 2, column 17"),
            ("flyte-lifecycle trace 1\ncreateRun run=r task={\"maxAttempts\":-1}", "line 2, column 17"),
            ("flyte-lifecycle trace 1\nabortRun run=r9", "line 2, column 10"),
            ("flyte-lifecycle trace 1\nfire", "line 2, column 1"),
            ("flyte-lifecycle trace 1\ncreateRun run=r1\nsignal action=r1/a0 value.bool=true", "line 3, column 8"),
            ("flyte-lifecycle trace 1\ncreateRun run=r1\nenqueue action=r1/c parent=r1/b task={}", "line 3, column 21"),
            ("flyte-lifecycle trace 1\ncreateRun run=r1\n# title: late", "line 3, column 3"),
            ("flyte-lifecycle trace 1\n# title: one\n# title: two", "line 3, column 3"),
            ("flyte-lifecycle trace 1\n# wrong: one\n# wrong: two", "line 3, column 3"),
            ("flyte-lifecycle trace 1\n# needs: luck", "line 2, column 10"),
            ("flyte-lifecycle trace 1\n# fix: guard=table  retries=recorded", "line 2, column 21"),
            ("flyte-lifecycle trace 1\n# fix: guard", "line 2, column 8"),
        ] {
            let error = parse_trace(text).expect_err(text);
            let message = error.message.strip_prefix(place).unwrap_or_default();
            assert!(message.starts_with(": "), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_misspelt_word_is_answered_with_the_one_that_was_probably_meant() {
        for (line, meant) in [
            ("singal action=r1/a0", "signal"),
            ("plugin action=r1/a0 result.phase=Succes", "Success"),
            ("plugin action=r1/a0 reslut.phase=Success", "result"),
            ("confg rules=upstream", "config"),
            ("config rules=upstraem", "upstream"),
            ("config rules.gaurd=table", "guard"),
            ("config rules.guard=tabel", "table"),
            ("# fix: retry=recordd", "recorded"),
            ("# needs: crush", "crash"),
        ] {
            let error = parse_trace(&format!("flyte-lifecycle trace 1\n{line}")).expect_err(line);
            assert!(error.message.contains(&format!("(did you mean \"{meant}\"?)")), "{line}: {error}");
        }
    }
}
