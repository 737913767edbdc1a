//! Reading commands and configurations from plain data, by their fields' names, with errors that say where.
//!
//! serde could derive this, but its generated readers take a fifth of the module: each type is read from maps and from
//! lists, which plain data from people should not even be, and an error does not know its place.

use serde_json::{Map, Value};

/// The largest whole number that JavaScript holds exactly, 2^53 − 1. What goes in must be able to come out.
pub const WHOLE_MAX: u64 = (1 << 53) - 1;

/// What can be read from plain data. An error says where and what was expected.
pub trait Read: Sized {
    /// Reads a value that stands at `place`, such as `task.maxAttempts`.
    fn read(value: Value, place: &str) -> Result<Self, String>;

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
        Value::String(text) => super::rejection::shown(text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// The error for a value that is not what it should be.
pub fn wrong<T>(place: &str, value: &Value, expected: &str) -> Result<T, String> {
    let place = if place.is_empty() { "it".to_owned() } else { format!("`{place}`") };
    Err(format!("{place} is {}; it must be {expected}", kind_of(value)))
}

/// The fields of an object while they are read, one after another.
pub struct Fields {
    place: String,
    fields: Map<String, Value>,
    known: Vec<&'static str>,
}

impl Fields {
    /// The fields of the object at `place`; anything but an object is an error.
    pub fn of(value: Value, place: &str) -> Result<Fields, String> {
        match value {
            Value::Object(fields) => Ok(Fields { place: place.to_owned(), fields, known: Vec::new() }),
            other => wrong(place, &other, "an object"),
        }
    }

    /// Takes the field of that name.
    pub fn take<T: Read>(&mut self, name: &'static str) -> Result<T, String> {
        let place = self.place_of(name);
        match self.value(name) {
            Some(value) => T::read(value, &place),
            None => T::absent().ok_or_else(|| format!("`{place}` is missing")),
        }
    }

    /// Takes the field of that name, or what stands for it if it is left out.
    pub fn take_or<T: Read>(&mut self, name: &'static str, default: T) -> Result<T, String> {
        let place = self.place_of(name);
        self.value(name).map_or(Ok(default), |value| T::read(value, &place))
    }

    /// That all fields were taken.
    pub fn done(self) -> Result<(), String> {
        match self.fields.keys().next() {
            None => Ok(()),
            Some(name) => {
                let known: Vec<String> = self.known.iter().map(|name| format!("`{name}`")).collect();
                let place = if self.place.is_empty() { "it".to_owned() } else { format!("`{}`", self.place) };
                Err(format!("{place} has no field {}; it has {}", super::rejection::shown(name), known.join(", ")))
            }
        }
    }

    fn place_of(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }

    fn value(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.fields.swap_remove(name)
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: Value, place: &str) -> Result<Self, String> {
        if value.is_null() { Ok(None) } else { T::read(value, place).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: Value, place: &str) -> Result<Self, String> {
        match value {
            Value::Array(items) => {
                let items = items.into_iter().enumerate();
                items.map(|(index, item)| T::read(item, &format!("{place}[{index}]"))).collect()
            }
            other => wrong(place, &other, "a list"),
        }
    }
}

impl<T: Read> Read for Box<T> {
    fn read(value: Value, place: &str) -> Result<Self, String> {
        T::read(value, place).map(Box::new)
    }
}

impl Read for Value {
    fn read(value: Value, _: &str) -> Result<Self, String> {
        Ok(value)
    }
}

impl Read for String {
    fn read(value: Value, place: &str) -> Result<Self, String> {
        match value {
            Value::String(text) => Ok(text),
            other => wrong(place, &other, "text"),
        }
    }
}

impl Read for bool {
    fn read(value: Value, place: &str) -> Result<Self, String> {
        value.as_bool().map_or_else(|| wrong(place, &value, "true or false"), Ok)
    }
}

impl Read for u32 {
    fn read(value: Value, place: &str) -> Result<Self, String> {
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        number.map_or_else(|| wrong(place, &value, "a whole number from 0 to 4294967295"), Ok)
    }
}

impl Read for u64 {
    fn read(value: Value, place: &str) -> Result<Self, String> {
        let number = value.as_u64().filter(|number| *number <= WHOLE_MAX);
        number.map_or_else(|| wrong(place, &value, "a whole number from 0 to 2^53 − 1"), Ok)
    }
}

impl Read for i64 {
    fn read(value: Value, place: &str) -> Result<Self, String> {
        let number = value.as_i64().filter(|number| number.unsigned_abs() <= WHOLE_MAX);
        number.map_or_else(|| wrong(place, &value, "a whole number between −2^53 and 2^53"), Ok)
    }
}

impl Read for f64 {
    fn read(value: Value, place: &str) -> Result<Self, String> {
        value.as_f64().map_or_else(|| wrong(place, &value, "a number"), Ok)
    }
}

/// Reads structs by their fields' names. A field behind `default` has its type's default if it is left out.
macro_rules! reads {
    ($($name:ident { $($field:ident $text:literal),* $(; default $($other:ident $word:literal),+)? })+) => {
        $(impl $crate::model::read::Read for $name {
            fn read(value: serde_json::Value, place: &str) -> Result<Self, String> {
                let mut fields = $crate::model::read::Fields::of(value, place)?;
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
                json!({"type": "signal", "action": "r1/c", "value": {"int": 9_007_199_254_740_992_i64}}),
                "`value.int` is 9007199254740992; it must be a whole number between",
            ),
        ] {
            let error = Command::read(value.clone(), "").expect_err("nothing that can be read");
            assert!(error.starts_with(words), "{value}: {error}");
        }
        let setup = Setup::read(json!({"abort": {"workers": null}}), "");
        assert_eq!(setup, Err("`abort.workers` is null; it must be a whole number from 0 to 4294967295".to_owned()));
    }
}
