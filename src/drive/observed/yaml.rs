//! YAML, as far as kubectl writes it: maps and lists by their indentation, texts in every form, one document after another.
//! What it never writes is refused, above all the references by which a short text becomes an endless one.

use super::literal::{DEPTH_MAX, Literal, scalar};
use crate::drive::at::invalid;
use crate::model::Rejection;
use serde_json::{Map, Value};

struct Reader<'a> {
    lines: Vec<&'a str>,
    at: usize,
    /// What is left of the line at hand, behind a dash, and how far it is indented.
    left: Option<(usize, &'a str)>,
}

/// The documents of a text, each with the line in which it begins.
pub(super) fn parse(text: &str) -> Result<Vec<(usize, Value)>, Rejection> {
    let mut reader = Reader { lines: text.lines().collect(), at: 0, left: None };
    let mut documents = Vec::new();
    while let Some(line) = reader.lines.get(reader.at) {
        if blank(line) || line.starts_with("---") || line.trim_end() == "..." || line.starts_with('%') {
            // What follows the dashes in their line is of no concern to kubectl.
            reader.at += 1;
            continue;
        }
        let began = reader.at + 1;
        let value = reader.node(0, 0)?;
        if !value.is_null() {
            documents.push((began, value));
        }
        if reader.peek().is_some() {
            return reader.wrong("it belongs to nothing that stands above it");
        }
    }
    Ok(documents)
}

fn blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// A key and what stands behind it in its line.
fn split(line: &str) -> Option<(String, &str)> {
    if line.starts_with(['"', '\'']) {
        let mut literal = Literal::new(line, true);
        let key = literal.quoted().ok()?;
        let rest = literal.rest().trim_start().strip_prefix(':')?;
        return (rest.is_empty() || rest.starts_with(' ')).then(|| (key, rest.trim()));
    }
    let (key, rest) = match line.split_once(": ") {
        Some((key, rest)) => (key, rest),
        None => (line.trim_end().strip_suffix(':')?, ""),
    };
    (!key.starts_with(['{', '[', '|', '>', '&', '*', '!', '-'])
        || key.len() > 1 && !key.starts_with(['{', '[', '&', '*', '!']))
    .then(|| (key.to_owned(), rest.trim()))
}

impl<'a> Reader<'a> {
    fn wrong<T>(&self, why: &str) -> Result<T, Rejection> {
        Err(invalid(&format!("line {}", self.at + 1), format!("this is no YAML that kubectl prints: {why}.")))
    }

    /// The next line that says something, with its indentation; none at the end of a document.
    fn peek(&mut self) -> Option<(usize, &'a str)> {
        if self.left.is_some() {
            return self.left;
        }
        while self.lines.get(self.at).is_some_and(|line| blank(line)) {
            self.at += 1;
        }
        let line = *self.lines.get(self.at)?;
        let content = line.trim_start_matches(' ');
        let ends = line.starts_with("---") || line == "...";
        (!ends).then(|| (line.len() - content.len(), content.trim_end()))
    }

    fn next(&mut self) {
        self.left = None;
        self.at += 1;
    }

    fn node(&mut self, least: usize, depth: usize) -> Result<Value, Rejection> {
        if depth > DEPTH_MAX {
            return self.wrong("it nests too deeply");
        }
        let Some((indent, line)) = self.peek().filter(|(indent, _)| *indent >= least) else { return Ok(Value::Null) };
        if line.starts_with('\t') {
            return self.wrong("it is indented with a tab");
        }
        if line == "-" || line.starts_with("- ") {
            return self.list(indent, depth);
        }
        if split(line).is_some() {
            return self.map(indent, depth);
        }
        self.next();
        self.inline(line, least.checked_sub(1))
    }

    fn list(&mut self, indent: usize, depth: usize) -> Result<Value, Rejection> {
        let mut items = Vec::new();
        while let Some((_, line)) =
            self.peek().filter(|(own, line)| *own == indent && (*line == "-" || line.starts_with("- ")))
        {
            let rest = line.get(1..).unwrap_or_default();
            let content = rest.trim_start();
            if content.is_empty() {
                self.next();
            } else {
                self.left = Some((indent + 1 + rest.len() - content.len(), content));
            }
            items.push(self.node(indent + 1, depth + 1)?);
        }
        Ok(Value::Array(items))
    }

    fn map(&mut self, indent: usize, depth: usize) -> Result<Value, Rejection> {
        let mut fields = Map::new();
        while let Some((_, line)) = self.peek().filter(|(own, _)| *own == indent) {
            let Some((key, rest)) = split(line) else {
                return self.wrong("a key and a colon are wanted");
            };
            if fields.contains_key(&key) {
                return self.wrong("this key stands here twice");
            }
            self.next();
            let value = if rest.is_empty() || rest.starts_with('#') {
                match self.peek() {
                    // A list may stand as far to the left as the key that it belongs to.
                    Some((own, line)) if own == indent && (line == "-" || line.starts_with("- ")) => {
                        self.list(own, depth + 1)?
                    }
                    _ => self.node(indent + 1, depth + 1)?,
                }
            } else {
                self.inline(rest, Some(indent))?
            };
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }

    /// A value that begins in the line before this one, and goes on in lines that are indented further than `indent`.
    fn inline(&mut self, rest: &str, indent: Option<usize>) -> Result<Value, Rejection> {
        let further = |line: &str| {
            let own = line.len() - line.trim_start_matches(' ').len();
            line.trim().is_empty() || indent.is_none_or(|indent| own > indent) && !line.starts_with("---")
        };
        let first = rest.chars().next().unwrap_or(' ');
        if matches!(first, '&' | '*' | '!') {
            self.at = self.at.saturating_sub(1);
            return self.wrong("it refers to another place, or names a type");
        }
        let from = self.at;
        if matches!(first, '|' | '>') {
            while self.lines.get(self.at).is_some_and(|line| further(line)) {
                self.at += 1;
            }
            return Ok(Value::String(block(self.lines.get(from..self.at).unwrap_or_default(), rest)));
        }
        let mut text = rest.to_owned();
        if matches!(first, '"' | '\'' | '{' | '[') {
            // Whatever is indented further can only be the rest of it.
            while let Some(line) = self.lines.get(self.at).filter(|line| further(line)) {
                self.at += 1;
                text.push('\n');
                text.push_str(line.trim());
            }
            let mut literal = Literal::new(&text, true);
            let read = literal.value(0);
            let trailing = literal.rest();
            return match read {
                Ok(value) if trailing.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#')) => {
                    Ok(value)
                }
                Ok(_) => self.wrong("something follows where the value ends"),
                Err(why) => self.wrong(&why),
            };
        }
        if let Some((before, _)) = text.split_once(" #") {
            text = before.to_owned();
        }
        while let Some(line) =
            self.lines.get(self.at).filter(|line| !line.trim().is_empty() && further(line) && !blank(line))
        {
            text.push(' ');
            text.push_str(line.trim());
            self.at += 1;
        }
        Ok(scalar(text.trim_end()))
    }
}

/// A text that stands in lines of its own.
fn block(lines: &[&str], head: &str) -> String {
    let indents =
        lines.iter().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start_matches(' ').len());
    let indent = indents.min().unwrap_or_default();
    let lines: Vec<&str> = lines.iter().map(|line| line.get(indent..).unwrap_or_default()).collect();
    let mut text = lines.join(if head.starts_with('>') { " " } else { "\n" });
    let kept = text.trim_end().len();
    text.truncate(kept);
    if !head.contains('-') {
        text.push('\n');
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_kubectl_writes_is_read() {
        let text = "apiVersion: v1\nkind: List # of two\nitems:\n- metadata:\n    labels: {}\n    name: a-b\n    fields:\n      f:a:\n        .: {}\n        \
                    k:{\"type\":\"P\"}:\n          v:\"x/y\": {}\n  status:\n    attempts: 2\n    version: \"1\"\n    at: 2026-08-20T10:00:00Z\n    \
                    message: 'it''s \"bad\"'\n    long: one two\n      three: four\n    json: '{\"phase\":\"P\"}'\n    lines: |-\n      one\n\n        two\n    \
                    empty: \"\"\n    none: null\n    list: [a, 1, {b: c}]\n- x\n---\n- - 1\n  - 2\n";
        let read = parse(text).unwrap();
        assert_eq!(
            read,
            [
                (
                    1,
                    json!({ "apiVersion": "v1", "kind": "List", "items": [
                    {
                        "metadata": { "labels": {}, "name": "a-b", "fields": { "f:a": { ".": {}, "k:{\"type\":\"P\"}": { "v:\"x/y\"": {} } } } },
                        "status": {
                            "attempts": 2, "version": "1", "at": "2026-08-20T10:00:00Z", "message": "it's \"bad\"",
                            "long": "one two three: four", "json": "{\"phase\":\"P\"}", "lines": "one\n\n  two", "empty": "",
                            "none": null, "list": ["a", 1, { "b": "c" }]
                        }
                    },
                    "x"
                ] })
                ),
                (29, json!([[1, 2]])),
            ]
        );
    }

    #[test]
    fn what_is_made_to_stall_a_reader_is_refused() {
        let deep: String = (0..200).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
        for (text, words) in [
            ("a: &x [1]\nb: *x\n", "line 1: this is no YAML that kubectl prints: it refers to another place"),
            ("a: 1\na: 2\n", "line 2: this is no YAML that kubectl prints: this key stands here twice."),
            ("a:\n\t- b\n", "line 2: this is no YAML that kubectl prints"),
            ("a: 'b\n", "line 2: this is no YAML that kubectl prints: it has a text that does not end."),
            ("a: 1\n  b: [\n", "line"),
            (&deep, "line 102: this is no YAML that kubectl prints: it nests too deeply."),
        ] {
            match parse(text) {
                Err(error) => assert!(error.message.starts_with(words), "{error}"),
                Ok(read) => assert_eq!(words, "line", "{read:?}"),
            }
        }
    }
}
