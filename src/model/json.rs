//! JSON text to a value, with its fractions exact: what was written must be what is kept, told and played again.
//!
//! serde_json reads a fraction to within two units in its last place. Its exact reader would do, but has tables of ten
//! kilobytes for the whole range of numbers; here the neighbours of what it read are printed, and the one that reads as
//! was written is it. That is exact for the shortest form, which JavaScript writes, and so do we.

use serde_json::Value;

/// How many numbers are looked at upwards and downwards, the one that was read among them.
const NEIGHBOURS: usize = 4;

/// Reads JSON.
pub fn parse(text: &str) -> Result<Value, serde_json::Error> {
    let mut value = serde_json::from_str(text)?;
    let written = fractions_written(text);
    if written.is_empty() {
        return Ok(value);
    }
    let mut read = Vec::new();
    fractions_read(&mut value, &mut read);
    // They come in the same order. A name that is given twice has lost the first value: then which is which is unknown.
    if read.len() == written.len() {
        for (read, written) in read.into_iter().zip(written) {
            if let Some(exact) = read.as_f64().and_then(|near| exact(near, written)) {
                *read = Value::from(exact);
            }
        }
    }
    Ok(value)
}

/// Why a text is no JSON, in words for people.
pub fn why(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let at = words.rfind(" at line ").and_then(|place| words.get(place..)).unwrap_or_default();
    if words.starts_with("recursion limit") {
        return ["it nests deeper than 127 levels", at].concat();
    }
    if words.contains("hex escape") || words.contains("surrogate") {
        return ["it has half a character, such as `\\ud800` alone, which no text can hold", at].concat();
    }
    words
}

/// The numbers in a JSON text that are no whole numbers of 64 bits, in order.
fn fractions_written(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut found, mut place, mut quoted) = (Vec::new(), 0, false);
    while let Some(&byte) = bytes.get(place) {
        match byte {
            b'\\' if quoted => place += 1,
            b'"' => quoted = !quoted,
            b'-' | b'0'..=b'9' if !quoted => {
                let rest = bytes.get(place..).unwrap_or_default();
                let in_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                let length = rest.iter().take_while(|byte| in_number(byte)).count();
                let number = text.get(place..place + length).unwrap_or_default();
                let whole = number != "-0" && (number.parse::<u64>().is_ok() || number.parse::<i64>().is_ok());
                if !whole {
                    found.push(number);
                }
                place += length - 1;
            }
            _ => {}
        }
        place += 1;
    }
    found
}

/// The same numbers in the value that was read, in order.
fn fractions_read<'a>(value: &'a mut Value, found: &mut Vec<&'a mut Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| fractions_read(item, found)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fractions_read(field, found)),
        number if number.is_f64() => found.push(number),
        _ => {}
    }
}

/// The number that is written so, if it is among the neighbours of `near`.
fn exact(near: f64, written: &str) -> Option<f64> {
    let wanted = digits(written);
    let above = std::iter::successors(Some(near), |number| Some(number.next_up())).take(NEIGHBOURS);
    let below = std::iter::successors(Some(near), |number| Some(number.next_down())).take(NEIGHBOURS);
    let is_it = |number: &f64| number.is_finite() && digits(&Value::from(*number).to_string()) == wanted;
    above.chain(below).find(is_it)
}

/// The digits that count and the power of ten behind them, the same for all ways to write a number. The sign is not
/// among them: the neighbours have it too.
fn digits(number: &str) -> (String, i64) {
    let (number, power) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = number.trim_start_matches('-').split_once('.').unwrap_or((number, ""));
    let all = format!("{}{fraction}", whole.trim_start_matches('-'));
    let counted = all.trim_start_matches('0').trim_end_matches('0');
    let power = power.trim_start_matches('+').parse::<i64>().unwrap_or(0);
    let zeros = all.len() - all.trim_end_matches('0').len();
    let behind = i64::try_from(zeros).unwrap_or(0) - i64::try_from(fraction.len()).unwrap_or(0);
    (counted.to_owned(), if counted.is_empty() { 0 } else { power + behind })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fractions_are_what_was_written() {
        for (text, number) in [
            ("0.30000000000000004", 0.1 + 0.2),
            ("3.7230187291668613e+93", 3.723_018_729_166_861_3e93),
            ("-3.575532127436644E167", -3.575_532_127_436_644e167),
            ("5e-324", f64::from_bits(1)),
            ("1.7976931348623157e308", f64::MAX),
            ("123456789012345680000", 1.234_567_890_123_456_8e20),
            ("-0", -0.0),
            ("0.50", 0.5),
        ] {
            let read = parse(text).expect("it is JSON").as_f64().expect("it is a number");
            assert_eq!(read.to_bits(), f64::to_bits(number), "{text}: {read}");
        }
    }

    #[test]
    fn every_number_reads_back_as_it_is_written() {
        let mut bits = 1_u64;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let number = f64::from_bits(bits ^ (bits >> 29));
            if number.is_finite() {
                let text = Value::from(number).to_string();
                let read = parse(&text).expect("it is JSON").as_f64().map(f64::to_bits);
                assert_eq!(read, Some(number.to_bits()), "{text}");
            }
        }
    }

    #[test]
    fn each_number_keeps_its_place() {
        let text = r#"{"1.5": "2.5 \" 3.5", "a": [1, 0.30000000000000004, {"b": -0, "c": 7}], "d": 1e2, "e": "\\"}"#;
        let value = json!({"1.5": "2.5 \" 3.5", "a": [1, 0.1 + 0.2, {"b": -0.0, "c": 7}], "d": 100.0, "e": "\\"});
        assert_eq!(parse(text).expect("it is JSON"), value);
        assert_eq!(parse(r#"{"a": 1.5, "a": 2.5}"#).expect("it is JSON"), json!({"a": 2.5}));
        assert!(parse("{").is_err() && parse("1e999").is_err());
    }
}
