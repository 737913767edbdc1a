//! Text that holds a record: JSON, one value or one after another as `buf curl` prints a stream, or CSV as
//! `\copy … csv header` writes it, one table after another.

use crate::drive::at::invalid;
use crate::model::json::why;
use crate::model::shown::shown;
use crate::model::{Code, Rejection, Rule};
use csv_core::{ReadFieldResult, Reader};
use serde_json::{Map, Value};

/// The longest text that is read, in bytes.
const LENGTH_MAX: usize = 32 << 20;

/// The most rows that are looked at: as many as there may be actions and records.
const ROWS_MAX: usize = super::ACTIONS_MAX + super::RECORDS_MAX;

/// Values with their places.
pub(super) fn parse(text: &str) -> Result<Vec<(String, Value)>, Rejection> {
    if text.len() > LENGTH_MAX {
        let message = format!("it has {} bytes; up to {LENGTH_MAX} are read.", text.len());
        return Err(Rejection::new(Code::ResourceExhausted, Rule::CommandInvalid, format!("the text: {message}")));
    }
    let text = text.trim_start_matches('\u{feff}');
    match text.trim_start().chars().next() {
        None => Err(invalid("the text", "there is nothing in it.")),
        Some('{' | '[') => json(text),
        Some(_) => csv(text),
    }
}

fn json(text: &str) -> Result<Vec<(String, Value)>, Rejection> {
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let value = value.map_err(|error| invalid("the text", format!("this is no JSON: {}.", why(&error))))?;
        values.push((format!("[{}]", values.len()), value));
    }
    if let [(place, _)] = values.as_mut_slice() {
        place.clear();
    }
    Ok(values)
}

/// A header names the run and the phase, in whichever of the two tables.
fn is_header(cells: &[String]) -> bool {
    ["run_name", "name", "phase"].iter().all(|column| cells.iter().any(|cell| cell == column))
}

fn csv(text: &str) -> Result<Vec<(String, Value)>, Rejection> {
    let mut rows = Vec::new();
    let mut header: Vec<String> = Vec::new();
    let mut reader = Reader::new();
    let (mut rest, mut buffer) = (text.as_bytes(), vec![0; 64]);
    let (mut cells, mut filled): (Vec<String>, usize) = (Vec::new(), 0);
    let mut line = 1;
    loop {
        let (result, read, written) = reader.read_field(rest, buffer.get_mut(filled..).unwrap_or_default());
        rest = rest.get(read..).unwrap_or_default();
        filled += written;
        match result {
            ReadFieldResult::OutputFull => buffer.resize(buffer.len() * 2, 0),
            // The empty rest that follows ends the last field.
            ReadFieldResult::InputEmpty => {}
            ReadFieldResult::End => break,
            ReadFieldResult::Field { record_end } => {
                let cell = buffer.get(..filled).unwrap_or_default();
                cells.push(String::from_utf8_lossy(cell).into_owned());
                filled = 0;
                if record_end {
                    if rows.len() > ROWS_MAX {
                        let message = format!("it has more than {ROWS_MAX} rows, as many as are read at once.");
                        return Err(Rejection::new(Code::ResourceExhausted, Rule::CommandInvalid, message));
                    }
                    row(std::mem::take(&mut cells), line, &mut header, &mut rows)?;
                    // Of CR LF, the second half is still to be read.
                    line = reader.line() + u64::from(rest.first() == Some(&b'\n'));
                }
            }
        }
    }
    Ok(rows)
}

fn row(
    cells: Vec<String>,
    line: u64,
    header: &mut Vec<String>,
    rows: &mut Vec<(String, Value)>,
) -> Result<(), Rejection> {
    let place = format!("line {line}");
    if is_header(&cells) {
        *header = cells;
        return Ok(());
    }
    if header.is_empty() {
        let found = cells.first().map(|cell| shown(cell)).unwrap_or_default();
        return Err(invalid(
            &place,
            format!(
                "{found} is neither JSON nor the header of a table: a CSV of actions or action_events begins with the \
                 names of its columns, run_name, name and phase among them, as `\\copy … to … csv header` writes it."
            ),
        ));
    }
    if cells.len() != header.len() {
        return Err(invalid(&place, format!("it has {} fields, its header {}.", cells.len(), header.len())));
    }
    // An empty field is NULL.
    let value = |cell: String| if cell.is_empty() { Value::Null } else { Value::String(cell) };
    let fields: Map<String, Value> = header.iter().cloned().zip(cells.into_iter().map(value)).collect();
    rows.push((place, Value::Object(fields)));
    Ok(())
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
    fn values_stand_one_after_another_and_what_is_none_is_named_with_its_place() {
        assert_eq!(parse("{\"a\":1}\n{\"a\":2} [3]").map(|values| values.len()), Ok(3));
        assert_eq!(
            parse(" [1] ").map(|values| values.iter().map(|(place, _)| place.clone()).collect()),
            Ok(vec![String::new()])
        );
        for (text, words) in [
            ("", "the text: there is nothing in it."),
            ("{\"a\":1}\n{\"a\":", "the text: this is no JSON: EOF while parsing a value at line 2 column 5."),
            ("hello", "line 1: \"hello\" is neither JSON nor the header"),
            ("run_name,name,phase\nr1,a0", "line 2: it has 2 fields, its header 3."),
            (&"[".repeat(100_000), "the text: this is no JSON: it nests deeper than 127 levels"),
        ] {
            let error = parse(text).expect_err(words);
            assert!(error.message.starts_with(words), "{error}");
        }
    }
}
