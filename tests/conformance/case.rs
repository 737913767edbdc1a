//! One case: reading what was recorded, and noting where the rules go another way.

use super::by_rules::ByRules;
use super::left_out::LeftOut;
use flyte_lifecycle::model::{ActionPhase, Time};
use serde_json::Value;

/// When every object was created, as the families' headers say.
pub const CREATED: Time = Time(1_767_225_600_000);

/// Why a case is not replayed to its end.
pub enum Stop {
    /// The recording is not as its format says.
    Unreadable(String),
    /// It is about what the model leaves out on purpose.
    LeftOut(LeftOut),
    /// A step went another way; what follows would only repeat it.
    Differs,
}

/// One case while it is replayed.
pub struct Case {
    step: Option<usize>,
    /// Who replays it, as it is told before a difference.
    pub replayer: &'static str,
    /// One line for each difference.
    pub failures: Vec<String>,
    /// What was left out of the comparison, and how often.
    pub left_out: Vec<(LeftOut, usize)>,
    /// Whether it was replayed through a world, or why not; nothing if it is about what a world does not do call by call.
    pub in_world: Option<Result<(), ByRules>>,
}

impl Case {
    /// A case before its first step.
    pub fn new(_recorded: &Value) -> Case {
        Case { step: None, replayer: "", failures: Vec::new(), left_out: Vec::new(), in_world: None }
    }

    /// Goes on to a step, counted from 1, unless one before went another way.
    pub fn step(&mut self, number: usize) -> Result<(), Stop> {
        if !self.failures.is_empty() {
            return Err(Stop::Differs);
        }
        self.step = Some(number);
        Ok(())
    }

    /// Compares a field.
    pub fn check(&mut self, field: &str, got: &Value, want: &Value) {
        if got != want {
            self.fail(field, &format!("got {got}, want {want}"));
        }
    }

    /// Notes a difference.
    pub fn fail(&mut self, field: &str, text: &str) {
        let step = self.step.map_or_else(String::new, |step| format!("step {step}: "));
        self.failures.push(format!("{step}{}{field}: {text}", self.replayer));
    }

    /// Compares the beginning of a text and counts the rest, if there is any, as left out.
    pub fn check_start(&mut self, field: &str, got: &str, want: &Value, rest: LeftOut) {
        match want.as_str().and_then(|want| want.strip_prefix(got)) {
            Some("") => {}
            Some(_) => self.leave_out(rest),
            None => self.fail(field, &format!("got {got:?} and more, want {want}")),
        }
    }

    /// Counts a value that is not compared.
    pub fn leave_out(&mut self, why: LeftOut) {
        self.left_out.push((why, 1));
    }

    /// Compares two objects key by key; a key that only one of them has is a difference.
    pub fn check_object(&mut self, field: &str, got: &Value, want: &Value) {
        let (Some(got_keys), Some(want_keys)) = (got.as_object(), want.as_object()) else {
            return self.check(field, got, want);
        };
        for (key, value) in want_keys {
            self.check(&format!("{field}.{key}"), got_keys.get(key).unwrap_or(&Value::Null), value);
        }
        for (key, value) in got_keys.iter().filter(|(key, _)| !want_keys.contains_key(*key)) {
            self.check(&format!("{field}.{key}"), value, &Value::Null);
        }
    }
}

/// The value of a key, `null` if it is absent.
pub fn get<'a>(value: &'a Value, key: &str) -> &'a Value {
    value.get(key).unwrap_or(&Value::Null)
}

fn unreadable(key: &str, expected: &str, value: &Value) -> Stop {
    Stop::Unreadable(format!("`{key}` should be {expected}, but is {value}"))
}

/// A text.
pub fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, Stop> {
    let value = get(value, key);
    value.as_str().ok_or_else(|| unreadable(key, "a text", value))
}

/// A text, or nothing.
pub fn maybe_text<'a>(value: &'a Value, key: &str) -> Result<Option<&'a str>, Stop> {
    if get(value, key).is_null() { Ok(None) } else { text(value, key).map(Some) }
}

/// A whole number.
pub fn int(value: &Value, key: &str) -> Result<i64, Stop> {
    let value = get(value, key);
    value.as_i64().ok_or_else(|| unreadable(key, "a whole number", value))
}

/// A whole number, or nothing.
pub fn maybe_int(value: &Value, key: &str) -> Result<Option<i64>, Stop> {
    if get(value, key).is_null() { Ok(None) } else { int(value, key).map(Some) }
}

/// A whole number from 0, 0 if absent.
pub fn small<T: TryFrom<i64> + Default>(value: &Value, key: &str) -> Result<T, Stop> {
    match maybe_int(value, key)? {
        None => Ok(T::default()),
        Some(number) => T::try_from(number).map_err(|_| unreadable(key, "a smaller number", get(value, key))),
    }
}

/// An action's phase, by its number.
pub fn phase(value: &Value, key: &str) -> Result<ActionPhase, Stop> {
    let number = int(value, key)?;
    u8::try_from(number).ok().and_then(ActionPhase::from_number).ok_or(Stop::LeftOut(LeftOut::PhaseNumber))
}

/// A time in milliseconds since 1970, or nothing.
pub fn maybe_time(value: &Value, key: &str) -> Result<Option<Time>, Stop> {
    Ok(maybe_int(value, key)?.map(Time))
}

/// A list, empty if absent.
pub fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value], Stop> {
    match get(value, key) {
        Value::Null => Ok(&[]),
        Value::Array(items) => Ok(items),
        other => Err(unreadable(key, "a list", other)),
    }
}

/// A list of texts, empty if absent.
pub fn texts<'a>(value: &'a Value, key: &str) -> Result<Vec<&'a str>, Stop> {
    let text = |item: &'a Value| item.as_str().ok_or_else(|| unreadable(key, "a list of texts", item));
    list(value, key)?.iter().map(text).collect()
}

/// True, or false if absent.
pub fn flag(value: &Value, key: &str) -> Result<bool, Stop> {
    match get(value, key) {
        Value::Null => Ok(false),
        Value::Bool(flag) => Ok(*flag),
        other => Err(unreadable(key, "true or false", other)),
    }
}

/// The entry of a list at a place, `null` if there is none.
pub fn at(value: &Value, place: usize) -> &Value {
    value.get(place).unwrap_or(&Value::Null)
}

/// Refuses keys that nobody reads, so that none is skipped in silence.
pub fn only(value: &Value, what: &str, known: &[&str]) -> Result<(), Stop> {
    let Some(object) = value.as_object() else {
        return Err(Stop::Unreadable(format!("{what} should be an object, but is {value}")));
    };
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(Stop::Unreadable(format!("`{key}` of {what} is unknown here"))),
        None => Ok(()),
    }
}
