//! Reading as leniently as protojson asks: both spellings of a field, numbers as text, an enum by its name or its number.
//! Rows of a table differ from that only in how they write a time and bytes.

use super::At;
use crate::drive::at::invalid;
use crate::model::nearest::nearest;
use crate::model::shown::shown;
use crate::model::{ActionPhase, ErrorKind, Rejection, Time};
use base64::Engine;
use serde_json::Value;

/// `startTime` as `start_time`.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for char in name.chars() {
        if char.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}

impl<'a> At<'a> {
    /// A field that is there and not null, under either spelling.
    pub(super) fn opt(&self, name: &str) -> Result<Option<At<'a>>, Rejection> {
        match self.field(name)? {
            Some(field) => Ok(Some(field)),
            None => self.field(&snake(name)),
        }
    }

    /// Whether a field is there, also if it holds nothing: a column that was not selected says nothing at all.
    pub(super) fn tells(&self, name: &str) -> bool {
        self.value.get(name).is_some() || self.value.get(snake(name)).is_some()
    }

    /// Text, empty if it is not there.
    pub(super) fn word_of(&self, name: &str) -> Result<&'a str, Rejection> {
        self.opt(name)?.map_or(Ok(""), |field| field.text())
    }

    /// A field of a field of a field.
    pub(super) fn deep(&self, names: &[&str]) -> Result<Option<At<'a>>, Rejection> {
        let mut at = At { value: self.value, path: self.path.clone() };
        for name in names {
            let Some(next) = at.opt(name)? else { return Ok(None) };
            at = next;
        }
        Ok(Some(at))
    }

    /// A whole number, also as text or as a float that is whole.
    fn whole(&self) -> Result<i64, Rejection> {
        let number = match self.value {
            Value::Number(number) => {
                let unsigned = number.as_u64().map(u64::cast_signed);
                #[expect(clippy::cast_possible_truncation, reason = "within 2^53 and without a fraction")]
                let whole = number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 9e15).map(|n| n as i64);
                number.as_i64().or(unsigned).or(whole)
            }
            // 64 bits travel as text; without a sign, what is negative comes out above 2^63.
            // What pandas writes of a column with gaps is a float.
            Value::String(text) => {
                let text = text.strip_suffix(".0").unwrap_or(text);
                text.parse().ok().or_else(|| text.parse().map(u64::cast_signed).ok())
            }
            _ => None,
        };
        number.map_or_else(|| self.wrong("a whole number"), Ok)
    }

    pub(super) fn int_of(&self, name: &str) -> Result<Option<i64>, Rejection> {
        self.opt(name)?.map(|field| field.whole()).transpose()
    }

    /// A number from 0 to 2^32 − 1; 0 if it is not there.
    pub(super) fn count_of(&self, name: &str) -> Result<u32, Rejection> {
        let Some(field) = self.opt(name)? else { return Ok(0) };
        let number = field.whole()?;
        u32::try_from(number).map_err(|_| invalid(&field.path, format!("{number} is not from 0 to 4294967295.")))
    }

    /// One of the words of an enum, or its number; 0 if it is not there.
    pub(super) fn enum_of(&self, name: &str, prefix: &str, words: &[&str]) -> Result<u8, Rejection> {
        self.opt(name)?.map_or(Ok(0), |field| field.enumerated(prefix, words))
    }

    fn enumerated(&self, prefix: &str, words: &[&str]) -> Result<u8, Rejection> {
        let text = self.value.as_str().filter(|text| !text.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
        let Some(text) = text else {
            let number = self.whole()?;
            let known = u8::try_from(number).ok().filter(|number| usize::from(*number) < words.len());
            return known.map_or_else(
                || Err(invalid(&self.path, format!("{number} is none of 0 to {}.", words.len().saturating_sub(1)))),
                Ok,
            );
        };
        let upper = text.to_ascii_uppercase();
        let own = upper.strip_prefix(prefix).unwrap_or(&upper);
        let place = words.iter().position(|word| *word == own);
        place.and_then(|place| u8::try_from(place).ok()).map_or_else(
            || {
                let known = match nearest(own, &mut words.iter().copied()) {
                    Some(meant) => format!("did you mean {prefix}{meant}?"),
                    None => format!("there are {}.", words.join(", ")),
                };
                Err(invalid(&self.path, format!("{} is not known; {known}", shown(text))))
            },
            Ok,
        )
    }

    /// A phase; UNSPECIFIED if it is not there.
    pub(super) fn phase_of(&self, name: &str) -> Result<ActionPhase, Rejection> {
        let words: Vec<&str> = ActionPhase::ALL.iter().map(|phase| phase.name()).collect();
        let number = self.enum_of(name, "ACTION_PHASE_", &words)?;
        Ok(ActionPhase::from_number(number).unwrap_or(ActionPhase::Unspecified))
    }

    /// A time. That of nothing, in Go the year 1 and in protobuf 1970, is none.
    pub(super) fn moment_of(&self, name: &str) -> Result<Option<Time>, Rejection> {
        let Some(field) = self.opt(name)? else { return Ok(None) };
        let time = match field.value {
            Value::Number(number) => number.as_f64().and_then(epoch),
            _ => moment(field.text()?),
        };
        let within = time.filter(|time| (Time::MIN..=Time::MAX).contains(time)).ok_or_else(|| {
            let text = field.value.as_str().map_or_else(|| field.value.to_string(), str::to_owned);
            invalid(
                &field.path,
                format!(
                    "{} is no time; write 2026-01-31T12:00:00Z, as psql does after `set datestyle to iso`.",
                    shown(&text)
                ),
            )
        })?;
        Ok(Some(within).filter(|time| *time != Time(0) && time.civil().0 > 1))
    }

    /// The first time that is told under one of these names.
    pub(super) fn first_moment_of(&self, names: &[&str]) -> Result<Option<Time>, Rejection> {
        for name in names {
            if let Some(time) = self.moment_of(name)? {
                return Ok(Some(time));
            }
        }
        Ok(None)
    }

    /// A duration, `3.5s`, in milliseconds, if it is positive.
    pub(super) fn span_of(&self, name: &str) -> Result<Option<u64>, Rejection> {
        let Some(field) = self.opt(name)? else { return Ok(None) };
        let text = field.text()?;
        let seconds = text.strip_suffix('s').and_then(|seconds| seconds.parse::<f64>().ok());
        let Some(seconds) = seconds.filter(|seconds| seconds.is_finite()) else {
            return Err(invalid(&field.path, format!("{} is no duration; write 3.5s.", shown(text))));
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "kept between 0 and 10^15")]
        let millis = (seconds * 1_000.0).clamp(0.0, 1e15) as u64;
        Ok(Some(millis).filter(|millis| *millis > 0))
    }

    /// Bytes: base64, or hexadecimal as Postgres has it.
    pub(super) fn blob_of(&self, name: &str) -> Result<Option<Vec<u8>>, Rejection> {
        let Some(field) = self.opt(name)? else { return Ok(None) };
        let text = field.text()?;
        let bytes = match text.strip_prefix("\\x") {
            Some(hex) => unhex(hex),
            None => base64::engine::general_purpose::STANDARD.decode(text).ok(),
        };
        bytes.map(Some).ok_or_else(|| invalid(&field.path, "this is neither base64 nor \\x and hexadecimal digits."))
    }

    /// Kind and message of an error.
    pub(super) fn error_of(&self, name: &str) -> Result<Option<(ErrorKind, String)>, Rejection> {
        let Some(error) = self.opt(name)? else { return Ok(None) };
        let kind = error.enum_of("kind", "KIND_", &["UNSPECIFIED", "USER", "SYSTEM"])?;
        let kind = ErrorKind::ALL.get(usize::from(kind)).copied().unwrap_or(ErrorKind::Unknown);
        Ok(Some((kind, error.word_of("message")?.to_owned())))
    }
}

/// A count of seconds since 1970, or of thousandths, millionths or billionths of one.
fn epoch(number: f64) -> Option<Time> {
    let scale = [(1e11, 1e3), (1e14, 1.0), (1e17, 1e-3), (f64::INFINITY, 1e-6)];
    let millis = scale.into_iter().find(|(below, _)| number.abs() < *below).map(|(_, scale)| number * scale)?;
    #[expect(clippy::cast_possible_truncation, reason = "kept within 10^15")]
    let millis = millis.clamp(-1e15, 1e15) as i64;
    Some(Time(millis))
}

/// A time as text: RFC 3339, or as Postgres prints one, whose zone lacks its minutes, its colon or itself.
fn moment(text: &str) -> Option<Time> {
    let text = text.trim();
    let text = ["UTC", "GMT"].iter().find_map(|zone| text.strip_suffix(zone)).map_or(text, str::trim_end);
    let zone = text.rfind(['+', '-']).filter(|place| *place > 10).and_then(|place| text.get(place + 1..));
    match zone.map(|zone| (zone.len(), zone.contains(':'))) {
        Some((2, _)) => return Time::parse(&format!("{text}:00")),
        Some((4, false)) => {
            let (before, minutes) = text.split_at_checked(text.len() - 2)?;
            return Time::parse(&format!("{before}:{minutes}"));
        }
        _ => {}
    }
    // Postgres prints UTC unless it is told otherwise.
    let read = Time::parse(text).or_else(|| Time::parse(&format!("{text}Z")));
    read.or_else(|| epoch(text.parse().ok()?))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    bytes.chunks(2).map(|pair| Some(digit(pair.first()?)? * 16 + digit(pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(value: &Value) -> At<'_> {
        At { value, path: String::new() }
    }

    #[test]
    fn protojson_is_read_as_leniently_as_it_may_be_written() {
        let value = json!({
            "start_time": "2026-08-20T10:00:00.123456789Z", "endTime": "2026-08-20 12:00:00.5+02", "zero": "1970-01-01T00:00:00Z",
            "goZero": "0001-01-01T00:00:00Z", "durationMs": "18446744073709551611", "attempts": 2.0, "phase": "ACTION_PHASE_TIMED_OUT",
            "other_phase": 4, "bare": "9", "timeout": "3.5s", "hex": "\\x0aFF", "base": "Cv8="
        });
        let at = at(&value);
        let time = |text| Time::parse(text);
        assert_eq!(at.moment_of("startTime").unwrap(), time("2026-08-20T10:00:00.123Z"));
        assert_eq!(at.moment_of("endTime").unwrap(), time("2026-08-20T10:00:00.5Z"));
        assert_eq!((at.moment_of("zero").unwrap(), at.moment_of("goZero").unwrap()), (None, None));
        assert_eq!(at.int_of("durationMs").unwrap(), Some(-5));
        assert_eq!(at.count_of("attempts").unwrap(), 2);
        assert_eq!(at.phase_of("phase").unwrap(), ActionPhase::TimedOut);
        assert_eq!(at.phase_of("otherPhase").unwrap(), ActionPhase::Running);
        assert_eq!(at.phase_of("bare").unwrap(), ActionPhase::Paused);
        assert_eq!(at.span_of("timeout").unwrap(), Some(3_500));
        assert_eq!(at.blob_of("hex").unwrap(), at.blob_of("base").unwrap());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_the_nearest_right_form() {
        let value = json!({
            "phase": "ACTION_PHASE_RUNING", "number": 11, "attempts": -1, "time": "soon", "span": "3", "blob": "\\x0",
            "run": { "name": 7 }
        });
        let at = at(&value);
        for (error, words) in [
            (
                at.phase_of("phase").map(drop),
                "phase: \"ACTION_PHASE_RUNING\" is not known; did you mean ACTION_PHASE_RUNNING?",
            ),
            (at.phase_of("number").map(drop), "number: 11 is none of 0 to 10."),
            (at.count_of("attempts").map(drop), "attempts: -1 is not from 0"),
            (at.moment_of("time").map(drop), "time: \"soon\" is no time"),
            (at.span_of("span").map(drop), "span: \"3\" is no duration"),
            (at.blob_of("blob").map(drop), "blob: this is neither base64"),
            (at.deep(&["run", "name"]).unwrap().unwrap().text().map(drop), "run.name: this is a number"),
        ] {
            let error = error.expect_err(words);
            assert!(error.message.starts_with(words), "{error}");
        }
    }
}
