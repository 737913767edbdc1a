//! Reading commands and configurations from plain data, by their fields' names, with errors that say where.
//!
//! serde could derive this, but its generated readers take a fifth of the module: each type is read from maps and from
//! lists, which plain data from people should not even be, and an error does not know its place.

use super::nearest::{hint, meaning};
use super::shown::{short, shown};
use serde_json::{Map, Value};
use std::fmt;

/// The largest whole number that JavaScript holds exactly, 2^53 − 1. What goes in must be able to come out.
pub const WHOLE_MAX: u64 = (1 << 53) - 1;

/// Why something cannot be read. It is one pointer long, because each field that is read has it in its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(Box<(String, String)>);

impl Unreadable {
    /// The error of what stands at `place`.
    pub fn at(place: &str, message: String) -> Unreadable {
        Unreadable(Box::new((place.to_owned(), message)))
    }

    /// Where it stands, such as `task.maxAttempts`; empty if it is the whole.
    pub fn place(&self) -> &str {
        &self.0.0
    }

    /// What is there and what was expected, without a full stop.
    pub fn message(&self) -> &str {
        &self.0.1
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

/// What can be read from plain data. An error says where and what was expected.
pub trait Read: Sized {
    /// Reads a value that stands at `place`, such as `task.maxAttempts`.
    fn read(value: Value, place: &str) -> Result<Self, Unreadable>;

    /// What it is if it is left out; nothing if it cannot be.
    fn absent() -> Option<Self> {
        None
    }
}

/// What a value is, for messages.
fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => shown(text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// How messages call a place.
fn called(place: &str) -> String {
    if place.is_empty() { "it".to_owned() } else { ["`", &short(place), "`"].concat() }
}

/// The error for a value that is not what it should be. A word that is not in a list of words gets the one of them that
/// was probably meant.
pub fn wrong<T>(place: &str, value: &Value, expected: &str) -> Result<T, Unreadable> {
    Err(unfit(place, value, expected))
}

/// The error itself, apart from what would have been read, so that it is compiled once.
pub fn unfit(place: &str, value: &Value, expected: &str) -> Unreadable {
    let meant = match (value, expected.strip_prefix("one of ")) {
        (Value::String(word), Some(known)) => hint(word, &mut known.split(", ")),
        _ => String::new(),
    };
    Unreadable::at(place, format!("{}{meant}; it must be {expected}", stands(place, value)))
}

/// What stands at a place.
fn stands(place: &str, value: &Value) -> String {
    [called(place).as_str(), " is ", kind_of(value).as_str()].concat()
}

/// Whether it is what stands for it where it is left out, so that it need not be written.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The fields of an object while they are read, one after another.
pub struct Fields {
    place: String,
    fields: Map<String, Value>,
    known: &'static [&'static str],
}

impl Fields {
    /// The fields of the object at `place`, which has those known ones and no others, or whatever it `has` later if there
    /// are none; anything but an object is an error.
    pub fn of(value: Value, place: &str, known: &'static [&'static str]) -> Result<Fields, Unreadable> {
        match value {
            Value::Object(fields) => Ok(Fields { place: place.to_owned(), fields, known }),
            other => wrong(place, &other, "an object"),
        }
    }

    /// As it has turned out to be one of several kinds, it has these fields.
    pub fn has(&mut self, known: &'static [&'static str]) {
        self.known = known;
    }

    /// Takes the field of that name.
    pub fn take<T: Read>(&mut self, name: &'static str) -> Result<T, Unreadable> {
        match self.fields.swap_remove(name) {
            Some(value) => T::read(value, &self.place_of(name)),
            None => T::absent().ok_or_else(|| self.missing(name)),
        }
    }

    /// Takes the field of that name, or what stands for it if it is left out.
    pub fn take_or<T: Read>(&mut self, name: &'static str, default: T) -> Result<T, Unreadable> {
        let value = self.fields.swap_remove(name);
        value.map_or(Ok(default), |value| T::read(value, &self.place_of(name)))
    }

    /// That all fields were taken.
    pub fn done(self) -> Result<(), Unreadable> {
        self.fields.keys().next().map_or(Ok(()), |name| Err(self.unknown(name, "")))
    }

    /// Where the field of that name stands.
    pub fn place_of(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }

    /// The error for a field that is left out. One that is not known is named first: it was probably meant to be that.
    #[cold]
    fn missing(&self, name: &str) -> Unreadable {
        let place = self.place_of(name);
        match self.fields.keys().find(|name| !self.known.is_empty() && !self.known.contains(&name.as_str())) {
            Some(unknown) => self.unknown(unknown, name),
            None => Unreadable::at(&place, format!("`{place}` is missing")),
        }
    }

    /// The error for a field that is not known, where the one of another name may be missing.
    fn unknown(&self, name: &str, missing: &str) -> Unreadable {
        // What begins as a name that is missing was probably meant to be that one, however long it is.
        let begins = !missing.is_empty() && (name.starts_with(missing) || missing.starts_with(name));
        let meant = if begins { meaning(missing) } else { hint(name, &mut self.known.iter().copied()) };
        let lacks = if missing.is_empty() { String::new() } else { format!(", and `{missing}` is missing") };
        let known: Vec<String> = self.known.iter().map(|name| format!("`{name}`")).collect();
        let (place, name, known) = (self.place_of(name), shown(name), known.join(", "));
        let message = format!("{} has no field {name}{meant}{lacks}; it has {known}", called(&self.place));
        Unreadable::at(&place, message)
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        if value.is_null() { Ok(None) } else { T::read(value, place).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        match value {
            Value::Array(items) => {
                let items = items.into_iter().enumerate();
                items.map(|(index, item)| T::read(item, &format!("{place}[{index}]"))).collect()
            }
            other => {
                let stands = stands(place, &other);
                Err(no_list(place, &stands, T::read(other, place).err().as_ref()))
            }
        }
    }
}

/// The error for a value that stands where a list is wanted: with what its items are, or that it would be one of them.
fn no_list(place: &str, stands: &str, item: Option<&Unreadable>) -> Unreadable {
    let items = match item.map(|item| item.message().split_once("; it must be ")) {
        None => ": put it in [ ]",
        Some(None) => "",
        Some(Some((_, items))) => &[", with each item ", items].concat(),
    };
    Unreadable::at(place, [stands, "; it must be a list", items].concat())
}

impl<T: Read> Read for Box<T> {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        T::read(value, place).map(Box::new)
    }
}

impl Read for Value {
    fn read(value: Value, _: &str) -> Result<Self, Unreadable> {
        Ok(value)
    }
}

impl Read for String {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        match value {
            Value::String(text) => Ok(text),
            other => wrong(place, &other, "text"),
        }
    }
}

impl Read for bool {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        value.as_bool().map_or_else(|| wrong(place, &value, "true or false"), Ok)
    }
}

impl Read for u8 {
    fn read(value: Value, place: &str) -> Result<u8, Unreadable> {
        let number = value.as_u64().and_then(|number| u8::try_from(number).ok());
        number.map_or_else(|| wrong(place, &value, "a whole number from 0 to 255"), Ok)
    }
}

impl Read for u32 {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        number.map_or_else(|| wrong(place, &value, "a whole number from 0 to 4294967295"), Ok)
    }
}

impl Read for usize {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        u32::read(value, place).map(|number| number as usize)
    }
}

impl Read for u64 {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let number = value.as_u64().filter(|number| *number <= WHOLE_MAX);
        number.map_or_else(|| wrong(place, &value, "a whole number from 0 to 2^53 − 1"), Ok)
    }
}

impl Read for i64 {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let number = value.as_i64().filter(|number| number.unsigned_abs() <= WHOLE_MAX);
        number.map_or_else(|| wrong(place, &value, "a whole number between −2^53 and 2^53"), Ok)
    }
}

impl Read for f64 {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        value.as_f64().map_or_else(|| wrong(place, &value, "a number"), Ok)
    }
}

/// Reads structs by their fields' names. A field behind `default` has its type's default if it is left out.
macro_rules! reads {
    ($($name:ident { $($field:ident $text:literal),* $(; default $($other:ident $word:literal),+)? })+) => {
        $(impl $crate::model::read::Read for $name {
            fn read(value: serde_json::Value, place: &str) -> Result<Self, $crate::model::read::Unreadable> {
                let known = &[$($text,)* $($($word,)+)?];
                let mut fields = $crate::model::read::Fields::of(value, place, known)?;
                let read = $name {
                    $($field: fields.take($text)?,)*
                    $($($other: fields.take_or($word, Default::default())?,)+)?
                };
                fields.done().map(|()| read)
            }
        })+
    };
}
pub(crate) use reads;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Command, Setup};
    use serde_json::json;

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (value, words) in [
            (json!([]), "it is a list; it must be an object"),
            (json!({}), "`type` is missing"),
            (json!({"type": 7}), "`type` is 7; it must be text"),
            (json!({"type": "jump"}), "`type` is \"jump\"; it must be one of createRun, enqueue"),
            (json!({"type": "advance"}), "`ms` is missing"),
            (
                json!({"type": "advance", "msec": 5}),
                "it has no field \"msec\" (did you mean \"ms\"?), and `ms` is missing; it has `type`, `ms`",
            ),
            (
                json!({"type": "signal", "action": "r1/c", "by": "ann", "payload": 1}),
                "it has no field \"payload\", and `value` is missing; it has `type`, `action`, `value`, `by`",
            ),
            (json!({"type": "advance", "ms": -1}), "`ms` is -1; it must be a whole number from 0"),
            (json!({"type": "advance", "ms": 1, "until": 2}), "it has no field \"until\"; it has `type`, `ms`"),
            (json!({"type": "plugin", "action": "r1/a0", "result": ["Running"]}), "`result` is a list"),
            (
                json!({"type": "plugin", "action": "r1/a0", "result": {"phase": "RUNNING"}}),
                "`result.phase` is \"RUNNING\"",
            ),
            (json!({"type": "createRun", "run": "r", "task": {"missing": ["x"]}}), "`task.missing[0]` is \"x\""),
            (json!({"type": "signal", "action": "r1/c", "value": {}}), "`value` is an object; it must be one of"),
            (
                json!({"type": "signal", "action": "r1/c", "value": true}),
                "`value` is true; it must be one of { bool }, { int }, { float } and { string }, such as { bool: true }",
            ),
            (
                json!({"type": "signal", "action": "r1/c", "value": "yes"}),
                "`value` is \"yes\"; it must be one of { bool }, { int }, { float } and { string }, such as { string: \"yes\" }",
            ),
            (
                json!({"type": "signal", "action": "r1/c", "value": {"int": 9_007_199_254_740_992_i64}}),
                "`value.int` is 9007199254740992; it must be a whole number between",
            ),
        ] {
            let error = Command::read(value.clone(), "").expect_err("nothing that can be read");
            assert!(error.message().starts_with(words), "{value}: {error}");
        }
        let setup = Setup::read(json!({"abort": {"workers": null}}), "");
        let message = "`abort.workers` is null; it must be a whole number from 0 to 4294967295".to_owned();
        assert_eq!(setup, Err(Unreadable::at("abort.workers", message)));
    }

    #[test]
    fn a_word_that_was_probably_meant_is_named() {
        for (value, place, words) in [
            (
                json!({"type": "singal"}),
                "type",
                "`type` is \"singal\" (did you mean \"signal\"?); it must be one of create",
            ),
            (
                json!({"type": "plugin", "action": "r1/a0", "result": {"phase": "RUNNING"}}),
                "result.phase",
                "`result.phase` is \"RUNNING\" (did you mean \"Running\"?); it must be one of Undefined",
            ),
            (
                json!({"type": "createRun", "run": "r", "task": {"maxAtempts": 2}}),
                "task.maxAtempts",
                "`task` has no field \"maxAtempts\" (did you mean \"maxAttempts\"?); it has `maxAttempts`",
            ),
            (json!({"type": "abort"}), "type", "`type` is \"abort\"; it must be one of create"),
        ] {
            let error = Command::read(value.clone(), "").expect_err("nothing that can be read");
            assert!(error.place() == place && error.message().starts_with(words), "{value}: {error:?}");
        }
    }
}
