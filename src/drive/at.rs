//! A value from outside and its place, so that whatever is wrong can be named with where it stands.

use crate::model::shown::shown;
use crate::model::{Code, Rejection, Rule, Time};
use base64::Engine;
use serde_json::Value;

pub(super) fn invalid(path: &str, message: impl AsRef<str>) -> Rejection {
    let place = if path.is_empty() { "the value" } else { path };
    Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, format!("{place}: {}", message.as_ref()))
}

/// A value and its place.
pub(super) struct At<'a> {
    pub(super) value: &'a Value,
    pub(super) path: String,
}

impl<'a> At<'a> {
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    pub(super) fn wrong<T>(&self, wanted: &str) -> Result<T, Rejection> {
        Err(invalid(&self.path, format!("this is {}; {wanted} is wanted.", self.kind())))
    }

    /// A field that is there and not null.
    pub(super) fn field(&self, name: &str) -> Result<Option<At<'a>>, Rejection> {
        let Value::Object(fields) = self.value else { return self.wrong("an object") };
        let dot = if self.path.is_empty() { "" } else { "." };
        let value = fields.get(name).filter(|value| !value.is_null());
        Ok(value.map(|value| At { value, path: format!("{}{dot}{name}", self.path) }))
    }

    pub(super) fn text(&self) -> Result<&'a str, Rejection> {
        self.value.as_str().map_or_else(|| self.wrong("text"), Ok)
    }

    /// A text field; empty if it is not there, as Go has it.
    pub(super) fn text_of(&self, name: &str) -> Result<&'a str, Rejection> {
        self.field(name)?.map_or(Ok(""), |field| field.text())
    }

    pub(super) fn number_of(&self, name: &str) -> Result<u32, Rejection> {
        let Some(field) = self.field(name)? else { return Ok(0) };
        let number = field.value.as_u64().and_then(|number| u32::try_from(number).ok());
        number.map_or_else(|| field.wrong("a whole number from 0 to 4294967295"), Ok)
    }

    pub(super) fn time(&self) -> Result<Time, Rejection> {
        let text = self.text()?;
        Time::parse(text)
            .ok_or_else(|| invalid(&self.path, format!("{} is no time; write 2026-01-31T12:00:00Z.", shown(text))))
    }

    pub(super) fn time_of(&self, name: &str) -> Result<Option<Time>, Rejection> {
        self.field(name)?.map(|field| field.time()).transpose()
    }

    pub(super) fn list_of(&self, name: &str) -> Result<Vec<At<'a>>, Rejection> {
        self.field(name)?.map_or(Ok(Vec::new()), |field| field.list())
    }

    pub(super) fn list(&self) -> Result<Vec<At<'a>>, Rejection> {
        let Value::Array(items) = self.value else { return self.wrong("a list") };
        let at = |(index, value)| At { value, path: format!("{}[{index}]", self.path) };
        Ok(items.iter().enumerate().map(at).collect())
    }

    /// One of upstream's words.
    pub(super) fn word<T>(
        &self,
        parse: impl Fn(&str) -> Option<T>,
        known: impl Iterator<Item = &'static str>,
    ) -> Result<T, Rejection> {
        let text = self.text()?;
        parse(text).ok_or_else(|| {
            let known = known.collect::<Vec<_>>().join(", ");
            invalid(&self.path, format!("{} is not known; there are {known}.", shown(text)))
        })
    }

    /// The bytes that base64 tells.
    pub(super) fn bytes_of(&self, name: &str) -> Result<Vec<u8>, Rejection> {
        let Some(field) = self.field(name)? else { return Ok(Vec::new()) };
        let text = field.text()?;
        base64::engine::general_purpose::STANDARD
            .decode(text)
            .map_err(|error| invalid(&field.path, format!("this is no base64: {error}.")))
    }
}
