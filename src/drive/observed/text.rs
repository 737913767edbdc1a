//! Text that holds a record, whatever it was copied from: JSON, one value or one after another as `buf curl` prints a
//! stream; what Python prints of it; YAML; or tables, one after another, as psql prints or exports them. What stands around
//! it in a terminal or a report is left out, and what is none of these is told by what it is.

use super::literal::Literal;
use super::{around, tables, yaml};
use crate::drive::at::invalid;
use crate::drive::strange;
use crate::model::json::why;
use crate::model::{Code, Rejection, Rule};
use serde_json::Value;

/// The longest text that is read, in bytes.
pub(super) const LENGTH_MAX: usize = 32 << 20;

/// Values with their places.
pub(super) fn parse(text: &str) -> Result<Vec<(String, Value)>, Rejection> {
    if text.len() > LENGTH_MAX {
        let message = format!("it has {} bytes; up to {LENGTH_MAX} are read.", text.len());
        return Err(Rejection::new(Code::ResourceExhausted, Rule::CommandInvalid, format!("the text: {message}")));
    }
    let text = text.trim_start_matches('\u{feff}');
    if text.contains('\0') {
        return Err(invalid("the text", "it holds zero bytes, as no text does: it is of another encoding, or packed."));
    }
    if text.trim().is_empty() {
        return Err(invalid("the text", "there is nothing in it."));
    }
    if let Some(what) = strange::what(text.trim_start()) {
        return Err(invalid("the text", what));
    }
    let bare = around::bare(text);
    let start = bare.trim_start();
    if let Some(what) = strange::what(start) {
        return Err(invalid("the text", what));
    }
    // One thing after another, as a session in a terminal has them.
    let (mut values, mut rest, mut before) = (Vec::new(), bare.as_ref(), 0);
    loop {
        let lines = other_kind(rest);
        let own: usize = rest.split_inclusive('\n').take(lines.unwrap_or(usize::MAX)).map(str::len).sum();
        let (first, next) = rest.split_at_checked(own).unwrap_or((rest, ""));
        let placed = |place: String| match (before, place.as_str()) {
            (0, _) => place,
            (line, "") => format!("from line {}", line + 1),
            (line, place) => format!("from line {}, {place}", line + 1),
        };
        values.extend(of_one_kind(first)?.into_iter().map(|(place, value)| (placed(place), value)));
        let Some(lines) = lines else { return Ok(values) };
        (rest, before) = (next, before + lines);
    }
}

/// Values with their places, of a text that is one kind of thing from its beginning to its end.
fn of_one_kind(bare: &str) -> Result<Vec<(String, Value)>, Rejection> {
    let start = bare.trim_start();
    if start.starts_with(['{', '[']) {
        return json(bare).or_else(|refused| python(start).ok_or(refused));
    }
    match tables::parse(bare) {
        Some(rows) => rows,
        None if is_yaml(start) => {
            let documents = yaml::parse(bare)?;
            let one = documents.len() == 1;
            let placed = |(line, value)| (if one { String::new() } else { format!("line {line}") }, value);
            Ok(documents.into_iter().map(placed).collect())
        }
        None => Err(tables::no_header(start)),
    }
}

/// The line, from 0, at which a text of one kind goes on as one of another: a resource after a table, or a table after a
/// resource or a value.
fn other_kind(text: &str) -> Option<usize> {
    let is_head = |line: &str| line.starts_with("apiVersion: ") || line.starts_with("- apiVersion: ");
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| line.trim().is_empty());
    let (_, first) = lines.next()?;
    if first.starts_with(['{', '[']) {
        return lines.find(|(_, line)| is_head(line) || tables::is_head(line)).map(|(number, _)| number);
    }
    if is_head(first) || first.starts_with("---") || first.starts_with("kind: ") {
        return lines.find(|(_, line)| tables::is_head(line)).map(|(number, _)| number);
    }
    lines.find(|(_, line)| is_head(line)).map(|(number, _)| number)
}

/// Whether the first lines are a map or a list as YAML writes them, or begin a document.
fn is_yaml(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    let key = first.trim_start_matches("- ").split_once(':');
    first.starts_with("---")
        || key.is_some_and(|(key, rest)| {
            let word = |c: char| c.is_ascii_alphanumeric() || "_-./\"'".contains(c);
            !key.is_empty() && key.chars().all(word) && (rest.is_empty() || rest.starts_with(' '))
        })
}

fn json(text: &str) -> Result<Vec<(String, Value)>, Rejection> {
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let value = value.map_err(|error| {
            invalid(
                "the text",
                format!("this is no JSON{}: {}.", if error.is_eof() { ", or is cut off" } else { "" }, why(&error)),
            )
        })?;
        values.push((format!("[{}]", values.len()), value));
    }
    if let [(place, _)] = values.as_mut_slice() {
        place.clear();
    }
    Ok(values)
}

/// What Python prints, if it is that: one value or several.
fn python(text: &str) -> Option<Vec<(String, Value)>> {
    let mut literal = Literal::new(text, false);
    let mut values = Vec::new();
    while !literal.rest().trim().is_empty() {
        values.push((format!("[{}]", values.len()), literal.value(0).ok()?));
    }
    if let [(place, _)] = values.as_mut_slice() {
        place.clear();
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_tables_stand_one_after_the_other_and_fields_hold_lines() {
        let text = "\u{feff}run_name,name,phase,abort_reason\r\nr1,a0,7,\"one,\n\"\"two\"\"\"\r\nr1,a1,4,\r\n\
                    run_name,name,attempt,phase,version\nr1,a0,1,4,0";
        let rows = parse(text).expect("two tables");
        let shown: Vec<String> = rows.iter().map(|(place, row)| format!("{place}: {row}")).collect();
        assert_eq!(
            shown,
            [
                r#"line 2: {"run_name":"r1","name":"a0","phase":"7","abort_reason":"one,\n\"two\""}"#,
                r#"line 4: {"run_name":"r1","name":"a1","phase":"4","abort_reason":null}"#,
                r#"line 6: {"run_name":"r1","name":"a0","attempt":"1","phase":"4","version":"0"}"#,
            ]
        );
    }

    #[test]
    fn kinds_take_turns_as_often_as_one_likes() {
        let turn = "run_name,name,phase\nr1,a0,4\napiVersion: v1\nkind: X\n";
        let values = parse(&turn.repeat(20_000)).expect("tables and resources");
        let places: Vec<&str> = values.iter().take(4).map(|(place, _)| place.as_str()).collect();
        assert_eq!(values.len(), 40_000);
        assert_eq!(places, ["line 2", "from line 3", "from line 5, line 2", "from line 7"]);
    }

    #[test]
    fn values_stand_one_after_another_and_what_is_none_is_named_with_its_place() {
        assert_eq!(parse("{\"a\":1}\n{\"a\":2} [3]").map(|values| values.len()), Ok(3));
        assert_eq!(
            parse(" [1] ").map(|values| values.iter().map(|(place, _)| place.clone()).collect()),
            Ok(vec![String::new()])
        );
        for (text, words) in [
            ("", "the text: there is nothing in it."),
            (
                "{\"a\":1}\n{\"a\":",
                "the text: this is no JSON, or is cut off: EOF while parsing a value at line 2 column 5.",
            ),
            ("hello", "line 1: \"hello\" is neither JSON, YAML nor the header"),
            ("run_name,name,phase\nr1,a0", "line 2: it has 2 fields, its header 3."),
            (&"[".repeat(100_000), "the text: this is no JSON: it nests deeper than 127 levels"),
        ] {
            let error = parse(text).expect_err(words);
            assert!(error.message.starts_with(words), "{error}");
        }
    }
}
