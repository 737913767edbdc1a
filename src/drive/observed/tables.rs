//! Tables: CSV as `\\copy … csv header` writes it, with commas, semicolons, bars or tabs, and what psql prints, aligned or
//! one field a line. One table may stand after another.

use crate::drive::at::invalid;
use crate::model::shown::shown;
use crate::model::{Code, Rejection, Rule};
use csv_core::{ReadFieldResult, ReaderBuilder};
use serde_json::{Map, Value};

/// The most rows that are looked at: as many as there may be actions and records.
const ROWS_MAX: usize = super::ACTIONS_MAX + super::RECORDS_MAX;

/// The most columns that a table is read with; the tables have thirty.
const COLUMNS_MAX: usize = 200;

type Rows = Vec<(String, Value)>;

/// The rows of a text, if it is a table.
pub(super) fn parse(text: &str) -> Option<Result<Rows, Rejection>> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    if first.trim_start().starts_with("-[ RECORD") {
        return Some(expanded(text));
    }
    let rule = text.lines().skip_while(|line| line.trim().is_empty()).take(3).any(is_rule);
    if rule {
        return Some(aligned(text));
    }
    let by = [b',', b'\t', b';', b'|'].into_iter().find(|by| {
        let cells: Vec<String> =
            first.split(char::from(*by)).map(|cell| cell.trim().trim_matches('"').to_owned()).collect();
        cells.len() > 1 && is_header(&cells)
    });
    by.map(|by| csv(text, by))
}

/// The line below the names of the columns.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2 && line.contains('-') && line.contains('+') && line.chars().all(|c| "-+|".contains(c))
}

/// What psql says below a table.
fn is_count(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('(') && (line.ends_with(" row)") || line.ends_with(" rows)"))
}

/// A cell that is not in quotes.
fn cell(text: &str) -> Value {
    match text {
        "" | "\\N" | "NULL" | "null" | "¤" | "<null>" => Value::Null,
        text => Value::String(text.to_owned()),
    }
}

/// psql's own form: names, a rule, and cells between bars.
fn aligned(text: &str) -> Result<Rows, Rejection> {
    let mut rows = Vec::new();
    let (mut header, mut bars): (Vec<String>, Vec<usize>) = (Vec::new(), Vec::new());
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        if is_rule(line) {
            // The rule below a header; a frame has one above it and one at its end as well.
            let above = number.checked_sub(1).and_then(|above| lines.get(above)).filter(|above| above.contains('|'));
            let names = above.map(|names| cells(names, &[]).into_iter().map(str::to_owned).collect::<Vec<String>>());
            if let Some(names) = names.filter(|names| is_header(names)) {
                bars = line.char_indices().filter(|(_, c)| *c == '+').map(|(place, _)| place).collect();
                header = names;
                // What was taken for a row was the header.
                rows.pop_if(|(place, _)| *place == format!("line {number}"));
            }
            continue;
        }
        if line.trim().is_empty() || is_count(line) || !line.contains('|') {
            continue;
        }
        let next_is_rule = lines.get(number + 1).is_some_and(|next| is_rule(next));
        if next_is_rule && is_header(&cells(line, &[]).into_iter().map(str::to_owned).collect::<Vec<String>>()) {
            continue;
        }
        push(&mut rows, number + 1, &header, cells(line, &bars).into_iter().map(cell).collect())?;
    }
    Ok(rows)
}

/// The cells of a line: between the bars below which the rule has its crosses, since a text may hold one as well.
fn cells<'a>(line: &'a str, bars: &[usize]) -> Vec<&'a str> {
    let framed = line.trim_start().starts_with('|') && line.trim_end().ends_with('|');
    let fit = !bars.is_empty() && bars.iter().all(|bar| line.as_bytes().get(*bar) == Some(&b'|'));
    if !fit {
        let line = if framed { line.trim().trim_matches('|') } else { line };
        return line.split('|').map(str::trim).collect();
    }
    let mut from = 0;
    let mut cells: Vec<&str> = Vec::new();
    for bar in bars.iter().copied().chain([line.len()]) {
        cells.push(line.get(from..bar).unwrap_or_default().trim());
        from = bar + 1;
    }
    if framed {
        cells.remove(0);
        cells.pop();
    }
    cells
}

/// psql's expanded form: a name and a value a line.
fn expanded(text: &str) -> Result<Rows, Rejection> {
    let mut rows: Rows = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("-[ RECORD") {
            count(rows.len())?;
            rows.push((format!("line {}", number + 1), Value::Object(Map::new())));
        } else if let (Some((name, value)), Some((_, Value::Object(fields)))) = (line.split_once('|'), rows.last_mut())
        {
            fields.insert(name.trim().to_owned(), cell(value.trim()));
        }
    }
    Ok(rows)
}

fn count(rows: usize) -> Result<(), Rejection> {
    if rows <= ROWS_MAX {
        return Ok(());
    }
    let message = format!("it has more than {ROWS_MAX} rows, as many as are read at once.");
    Err(Rejection::new(Code::ResourceExhausted, Rule::CommandInvalid, message))
}

/// A row under its header.
fn push(rows: &mut Rows, line: usize, header: &[String], cells: Vec<Value>) -> Result<(), Rejection> {
    count(rows.len())?;
    if cells.len() != header.len() {
        let message = format!("it has {} fields, its header {}.", cells.len(), header.len());
        return Err(invalid(&format!("line {line}"), message));
    }
    let fields: Map<String, Value> = header.iter().cloned().zip(cells).collect();
    rows.push((format!("line {line}"), Value::Object(fields)));
    Ok(())
}

/// A header names the run and the phase, in whichever of the two tables.
fn is_header(cells: &[String]) -> bool {
    ["run_name", "name", "phase"].iter().all(|column| cells.iter().any(|cell| cell.trim() == *column))
}

fn csv(text: &str, by: u8) -> Result<Rows, Rejection> {
    let mut rows = Vec::new();
    let mut header: Vec<String> = Vec::new();
    // What `\\copy` writes as text has tabs and no quotes.
    let mut reader = ReaderBuilder::new().delimiter(by).quoting(by != b'\t').build();
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
                if cells.len() > COLUMNS_MAX {
                    let message = format!("it has more than {COLUMNS_MAX} columns, and the tables have thirty.");
                    return Err(invalid(&format!("line {line}"), message));
                }
                if record_end {
                    row(&std::mem::take(&mut cells), line, &mut header, &mut rows)?;
                    // Of CR LF, the second half is still to be read.
                    line = reader.line() + u64::from(rest.first() == Some(&b'\n'));
                }
            }
        }
    }
    Ok(rows)
}

fn row(cells: &[String], line: u64, header: &mut Vec<String>, rows: &mut Rows) -> Result<(), Rejection> {
    let only = cells.first().filter(|_| cells.len() == 1);
    if only.is_some_and(|only| only.trim().is_empty() || is_count(only)) {
        return Ok(());
    }
    if is_header(cells) {
        *header = cells.iter().map(|cell| cell.trim().to_owned()).collect();
        return Ok(());
    }
    let values = cells.iter().map(|text| cell(text)).collect();
    push(rows, usize::try_from(line).unwrap_or_default(), header, values)
}

/// What is no table, since it has no header.
pub(super) fn no_header(text: &str) -> Rejection {
    let found = shown(text.lines().next().unwrap_or_default());
    invalid(
        "line 1",
        format!(
            "{found} is neither JSON, YAML nor the header of a table: a CSV of actions or action_events begins with the names \
             of its columns, run_name, name and phase among them, as `\\copy … to … csv header` writes it."
        ),
    )
}
