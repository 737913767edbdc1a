//! Values as Python prints them, which is what `flyte get run` does, and as YAML writes them on one line: JSON with either
//! kind of quotes, other words for true and nothing, and commas that nothing follows.

use serde_json::{Map, Number, Value};

/// The deepest nesting that is read.
pub(super) const DEPTH_MAX: usize = 100;

/// A reader at a place in a text.
pub(super) struct Literal<'a> {
    text: &'a str,
    at: usize,
    /// Whether words without quotes are texts, as YAML has it, and a quote is doubled to stand for itself.
    yaml: bool,
}

impl<'a> Literal<'a> {
    pub(super) const fn new(text: &'a str, yaml: bool) -> Literal<'a> {
        Literal { text, at: 0, yaml }
    }

    /// What is not read yet.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn takes(&mut self, wanted: char) -> bool {
        self.skip();
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// A value; nothing is said of what follows.
    pub(super) fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth > DEPTH_MAX {
            return Err(format!("it nests deeper than {DEPTH_MAX} levels"));
        }
        self.skip();
        match self.peek() {
            None => Err("it ends in the middle".to_owned()),
            Some('{') => self.map(depth),
            Some('[') => self.list('[', ']', depth),
            Some('(') if !self.yaml => self.list('(', ')', depth).map(|value| match value {
                // One text in parentheses was too long for its line.
                Value::Array(mut items) if items.len() == 1 => items.pop().unwrap_or_default(),
                other => other,
            }),
            Some('"' | '\'') => self.texts().map(Value::String),
            Some(_) => self.word(),
        }
    }

    fn list(&mut self, open: char, close: char, depth: usize) -> Result<Value, String> {
        let mut items = Vec::new();
        self.takes(open);
        while !self.takes(close) {
            items.push(self.value(depth + 1)?);
            if !self.takes(',') && self.peek() != Some(close) {
                return self.wrong();
            }
        }
        Ok(Value::Array(items))
    }

    fn map(&mut self, depth: usize) -> Result<Value, String> {
        let mut fields = Map::new();
        self.takes('{');
        while !self.takes('}') {
            let key = match self.value(depth + 1)? {
                Value::String(key) => key,
                other => other.to_string(),
            };
            if !self.takes(':') {
                return self.wrong();
            }
            let value = self.value(depth + 1)?;
            fields.insert(key, value);
            if !self.takes(',') && self.peek() != Some('}') {
                return self.wrong();
            }
        }
        Ok(Value::Object(fields))
    }

    /// A text, or several that stand one after the other, which Python reads as one.
    fn texts(&mut self) -> Result<String, String> {
        let mut text = self.quoted()?;
        while !self.yaml {
            self.skip();
            if !matches!(self.peek(), Some('"' | '\'')) {
                break;
            }
            text += &self.quoted()?;
        }
        Ok(text)
    }

    /// A text in quotes.
    pub(super) fn quoted(&mut self) -> Result<String, String> {
        let quote = self.peek().unwrap_or('"');
        let raw = self.yaml && quote == '\'';
        let mut out = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((place, c)) = chars.next() {
            match c {
                _ if c == quote => {
                    if raw && chars.peek().is_some_and(|(_, next)| *next == quote) {
                        chars.next();
                        out.push(quote);
                        continue;
                    }
                    self.at += place + c.len_utf8();
                    return Ok(out);
                }
                '\\' if !raw => {
                    let Some((_, escaped)) = chars.next() else { break };
                    let digits = match escaped {
                        'x' => 2,
                        'u' => 4,
                        'U' => 8,
                        'n' => {
                            out.push('\n');
                            continue;
                        }
                        't' => {
                            out.push('\t');
                            continue;
                        }
                        'r' => {
                            out.push('\r');
                            continue;
                        }
                        '0' => {
                            out.push('\0');
                            continue;
                        }
                        '\n' => continue,
                        other => {
                            out.push(other);
                            continue;
                        }
                    };
                    let code: String = (0..digits).filter_map(|_| chars.next()).map(|(_, digit)| digit).collect();
                    // Half a character stands for one that nobody can read.
                    let code =
                        u32::from_str_radix(&code, 16).map_err(|_| "it has an escape that is none".to_owned())?;
                    out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                }
                // A line that is broken is one space.
                '\n' if self.yaml => {
                    while out.ends_with(' ') {
                        out.pop();
                    }
                    out.push(' ');
                    while chars.next_if(|(_, next)| *next == ' ').is_some() {}
                }
                _ => out.push(c),
            }
        }
        Err("it has a text that does not end".to_owned())
    }

    fn word(&mut self) -> Result<Value, String> {
        let rest = self.rest();
        // In YAML a colon belongs to the word, as in a time, unless something stands apart from it.
        let parts = |place: usize| {
            let next = rest.get(place + 1..).and_then(|after| after.chars().next());
            next.is_none_or(|next| next.is_whitespace() || ",]}".contains(next))
        };
        let ends = |(place, c): &(usize, char)| match c {
            ',' | ']' | '}' | '\n' => true,
            ':' if self.yaml => parts(*place),
            _ => !self.yaml && (":)(\"'".contains(*c) || c.is_whitespace()),
        };
        let length = rest.char_indices().find(ends).map_or(rest.len(), |(place, _)| place);
        let word = self.rest().get(..length).unwrap_or_default().trim_end();
        if length == 0 || !self.yaml && matches!(self.rest().get(length..).and_then(|r| r.chars().next()), Some('(')) {
            return self.wrong();
        }
        let value = match scalar(word) {
            Value::String(_) if !self.yaml => return self.wrong(),
            value => value,
        };
        self.at += length;
        Ok(value)
    }

    fn wrong<T>(&self) -> Result<T, String> {
        let line = self.text.get(..self.at).unwrap_or_default().matches('\n').count() + 1;
        let found: String = self.rest().chars().take_while(|c| *c != '\n').take(20).collect();
        Err(format!("{} makes no sense in line {line}", crate::model::shown::shown(&found)))
    }
}

/// What a word without quotes is.
pub(super) fn scalar(word: &str) -> Value {
    match word {
        "True" | "true" => Value::Bool(true),
        "False" | "false" => Value::Bool(false),
        "None" | "null" | "~" | "" => Value::Null,
        _ => {
            let number = word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
            let whole = word.parse::<i64>().ok().map(Number::from);
            let float = || Number::from_f64(word.parse().ok()?);
            // What begins with a zero is a name.
            let named = word.len() > 1 && word.starts_with('0') && !word.starts_with("0.");
            let number = if number && !named { whole.or_else(float) } else { None };
            number.map_or_else(|| Value::String(word.to_owned()), Value::Number)
        }
    }
}
