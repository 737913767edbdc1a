//! Tables: CSV as `\\copy … csv header` writes it, with commas, semicolons, bars or tabs, and what psql prints, aligned or
//! one field a line. One table may stand after another.

use super::around::is_count;
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

/// The rows of a text, if it is one table or several, one after another.
pub(super) fn parse(text: &str) -> Option<Result<Rows, Rejection>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut heads: Vec<(usize, Form)> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let form = form_of(line, lines.get(number + 1).copied());
        // What repeats the form before it is a part of the same.
        if let Some(form) = form.filter(|form| heads.last().is_none_or(|(_, before)| before != form)) {
            heads.push((number, form));
        }
    }
    let (first, _) = heads.first()?;
    if lines.iter().take(*first).any(|line| !line.trim().is_empty() && !is_rule(line)) {
        return None;
    }
    let mut rows = Vec::new();
    for (place, (from, form)) in heads.iter().enumerate() {
        let until = heads.get(place + 1).map_or(lines.len(), |(next, _)| *next);
        let own = lines.get(*from..until).unwrap_or_default();
        let read = match form {
            Form::Expanded => expanded(own, *from),
            Form::Aligned => aligned(own, *from),
            Form::Separated(by) => csv(&own.join("\n"), *by, *from),
        };
        match read {
            Ok(own) => rows.extend(own),
            Err(refused) => return Some(Err(refused)),
        }
    }
    Some(count(rows.len()).map(|()| rows))
}

/// Whether a table begins with that line.
pub(super) fn is_head(line: &str) -> bool {
    line.starts_with("-[ RECORD 1 ]")
        || form_of(line, None).is_some()
        || line.contains('|') && is_header(&line.split('|').map(str::to_owned).collect::<Vec<String>>())
}

/// How a table is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A name and a value a line.
    Expanded,
    /// Names, a rule, and cells between bars.
    Aligned,
    /// With that character between the cells.
    Separated(u8),
}

/// The form of the table that begins with that line, if one does.
fn form_of(line: &str, next: Option<&str>) -> Option<Form> {
    if line.trim_start().starts_with("-[ RECORD") {
        return Some(Form::Expanded);
    }
    if !line.to_ascii_lowercase().contains("run_name") {
        return None;
    }
    if next.is_some_and(is_rule) && line.contains('|') {
        return Some(Form::Aligned);
    }
    let by = [b',', b'\t', b';', b'|'].into_iter().find(|by| {
        let cells: Vec<String> = line.split(char::from(*by)).map(str::to_owned).collect();
        cells.len() > 1 && is_header(&cells)
    });
    by.map(Form::Separated)
}

/// The line below the names of the columns.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2 && line.contains('-') && line.contains('+') && line.chars().all(|c| "-+|".contains(c))
}

/// A cell that is not in quotes.
fn cell(text: &str) -> Value {
    match text {
        "" | "\\N" | "NULL" | "null" | "¤" | "<null>" | "NaN" | "NaT" | "None" | "<NA>" => Value::Null,
        text => Value::String(text.to_owned()),
    }
}

/// psql's own form: names, a rule, and cells between bars. `from`: how many lines stand before these.
fn aligned(lines: &[&str], from: usize) -> Result<Rows, Rejection> {
    let mut rows = Vec::new();
    let (mut header, mut bars): (Vec<String>, Bars) = (Vec::new(), Bars::default());
    // The cells of the line before that may go on in this one.
    let mut wrapped: Vec<usize> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        if is_rule(line) {
            // The rule below a header; a frame has one above it and one at its end as well.
            let above = number.checked_sub(1).and_then(|above| lines.get(above)).filter(|above| above.contains('|'));
            let names = above
                .map(|names| cells(names, &Bars::default()).into_iter().map(str::to_owned).collect::<Vec<String>>());
            if let Some(names) = names.filter(|names| is_header(names)) {
                bars = Bars {
                    places: line.char_indices().filter(|(_, c)| *c == '+').map(|(place, _)| place).collect(),
                    framed: line.trim_start().starts_with(['+', '|']),
                };
                header = names.iter().map(|name| column(name)).collect();
                once(&header, from + number)?;
                wrapped.clear();
            }
            continue;
        }
        let next_is_rule = lines.get(number + 1).is_some_and(|next| is_rule(next));
        let is_head =
            || is_header(&cells(line, &Bars::default()).into_iter().map(str::to_owned).collect::<Vec<String>>());
        if line.trim().is_empty() || is_count(line) || !line.contains('|') || next_is_rule && is_head() {
            continue;
        }
        let own = cells(line, &bars);
        let open: Vec<usize> =
            (0..own.len()).filter(|cell| own.get(*cell).is_some_and(|text| text.ends_with('+'))).collect();
        let is_rest = !wrapped.is_empty()
            && own.iter().enumerate().all(|(cell, text)| text.is_empty() || wrapped.contains(&cell));
        if is_rest && let Some((_, Value::Object(fields))) = rows.last_mut() {
            for cell in &wrapped {
                if let (Some(name), Some(rest)) = (header.get(*cell), own.get(*cell)) {
                    join(fields, name, rest);
                }
            }
        } else {
            push(&mut rows, from + number + 1, &header, own.into_iter().map(cell).collect())?;
        }
        wrapped = open;
    }
    Ok(rows)
}

/// Joins a value and its next line: psql says with a plus at the right edge that there is one.
fn join(fields: &mut Map<String, Value>, name: &str, rest: &str) {
    let held = fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let held = held.strip_suffix('+').map_or(held, str::trim_end);
    let text = format!("{held}\n{rest}");
    fields.insert(name.to_owned(), Value::String(text));
}

/// The name of a column, also where a database writes it in capitals, or a file has a mark before it.
fn column(name: &str) -> String {
    let name = name.trim_start_matches('\u{feff}').trim().trim_matches('"');
    if name.chars().any(|c| c.is_ascii_lowercase()) { name.to_owned() } else { name.to_ascii_lowercase() }
}

/// Where the rule of a table has its crosses, and whether it has a frame.
#[derive(Default)]
struct Bars {
    places: Vec<usize>,
    framed: bool,
}

/// The cells of a line: between the bars below which the rule has its crosses, since a text may hold one as well.
fn cells<'a>(line: &'a str, bars: &Bars) -> Vec<&'a str> {
    let fit = !bars.places.is_empty() && bars.places.iter().all(|bar| line.as_bytes().get(*bar) == Some(&b'|'));
    if !fit {
        let framed = line.trim_start().starts_with('|') && line.trim_end().ends_with('|');
        let line = if framed { line.trim().trim_matches('|') } else { line };
        return line.split('|').map(str::trim).collect();
    }
    let mut from = 0;
    let mut cells: Vec<&str> = Vec::new();
    for bar in bars.places.iter().copied().chain([line.len()]) {
        cells.push(line.get(from..bar).unwrap_or_default().trim());
        from = bar + 1;
    }
    if bars.framed {
        cells.remove(0);
        cells.pop();
    }
    cells
}

/// psql's expanded form: a name and a value a line.
fn expanded(lines: &[&str], from: usize) -> Result<Rows, Rejection> {
    let mut rows: Rows = Vec::new();
    // The field that was told last, whose value may go on in the next line.
    let mut last = String::new();
    for (number, line) in lines.iter().enumerate() {
        if line.trim_start().starts_with("-[ RECORD") {
            count(rows.len())?;
            rows.push((format!("line {}", from + number + 1), Value::Object(Map::new())));
        } else if let (Some((name, value)), Some((_, Value::Object(fields)))) = (line.split_once('|'), rows.last_mut())
        {
            if name.trim().is_empty() {
                join(fields, &last, value.trim());
            } else {
                last = column(name);
                fields.insert(last.clone(), cell(value.trim()));
            }
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
    let names: Vec<String> = cells.iter().map(|cell| column(cell)).collect();
    ["run_name", "name", "phase"].iter().all(|wanted| names.iter().any(|name| name == wanted))
}

/// Of two columns of one name nobody knows which one is meant.
fn once(header: &[String], line: usize) -> Result<(), Rejection> {
    let twice =
        header.iter().enumerate().find(|(place, name)| header.iter().take(*place).any(|before| before == *name));
    match twice {
        None => Ok(()),
        Some((_, name)) => {
            let message = format!("the column {} is there twice; select it once.", shown(name));
            Err(invalid(&format!("line {line}"), message))
        }
    }
}

/// The line, from 1, of the quote that is open when a text ends, if one is: what comes after it would be lost.
fn open_quote(text: &str, by: char) -> Option<usize> {
    let (mut line, mut opened, mut begins) = (1, None, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        line += usize::from(c == '\n');
        match (opened, c) {
            (Some(_), '"') if chars.peek() == Some(&'"') => {
                chars.next();
            }
            (Some(_), '"') => opened = None,
            (Some(_), _) => {}
            (None, '"') if begins => opened = Some(line),
            (None, c) => begins = c == by || c == '\n' || c == '\r',
        }
    }
    opened
}

/// A field as `\\copy … to` writes it as text, where a backslash stands before what would be read otherwise.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let rest = chars.clone();
        match (c, chars.next()) {
            ('\\', Some('\\')) => plain.push('\\'),
            ('\\', Some('t')) => plain.push('\t'),
            ('\\', Some('n')) => plain.push('\n'),
            ('\\', Some('r')) => plain.push('\r'),
            ('\\', Some('b')) => plain.push('\u{8}'),
            ('\\', Some('f')) => plain.push('\u{c}'),
            ('\\', Some('v')) => plain.push('\u{b}'),
            (c, _) => {
                plain.push(c);
                chars = rest;
            }
        }
    }
    plain
}

fn csv(text: &str, by: u8, from: usize) -> Result<Rows, Rejection> {
    if let Some(line) = open_quote(text, char::from(by)).filter(|_| by != b'\t') {
        let message = "a quote is opened here and never closed; what comes after it would be lost.";
        return Err(invalid(&format!("line {}", from + line), message));
    }
    let mut rows = Vec::new();
    let mut header: Vec<String> = Vec::new();
    // What `\\copy` writes as text has tabs and no quotes.
    let mut reader = ReaderBuilder::new().delimiter(by).quoting(by != b'\t').build();
    let (mut rest, mut buffer) = (text.as_bytes(), vec![0; 64]);
    let (mut cells, mut filled): (Vec<String>, usize) = (Vec::new(), 0);
    let from = u64::try_from(from).unwrap_or_default();
    let mut line = from + 1;
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
                let text = String::from_utf8_lossy(cell).into_owned();
                // That there is nothing is written with a backslash as well.
                cells.push(if by == b'\t' && text != "\\N" { unescaped(&text) } else { text });
                filled = 0;
                if cells.len() > COLUMNS_MAX {
                    let message = format!("it has more than {COLUMNS_MAX} columns, and the tables have thirty.");
                    return Err(invalid(&format!("line {line}"), message));
                }
                if record_end {
                    row(&std::mem::take(&mut cells), line, &mut header, &mut rows)?;
                    // Of CR LF, the second half is still to be read.
                    line = from + reader.line() + u64::from(rest.first() == Some(&b'\n'));
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
        *header = cells.iter().map(|cell| column(cell)).collect();
        return once(header, usize::try_from(line).unwrap_or_default());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_of(text: &str) -> Vec<String> {
        let rows = parse(text).expect("a table").expect("that can be read");
        rows.iter().map(|(place, row)| format!("{place}: {row}")).collect()
    }

    #[test]
    fn values_of_several_lines_and_tables_of_several_forms_are_read() {
        let aligned = " run_name | name | phase | abort_reason \n----------+------+-------+--------------\n r1       | a0   | 7     | one         +\n          |      |       | two\n r1       | c++  | 5     | c++\n(2 rows)\n";
        let expanded = "-[ RECORD 1 ]+----\nrun_name     | r1\nname         | a0\nphase        | 7\nabort_reason | one +\n             | two\n";
        let csv = "RUN_NAME,NAME,PHASE\nr2,a0,4.0\n";
        let one = r#"{"run_name":"r1","name":"a0","phase":"7","abort_reason":"one\ntwo"}"#;
        assert_eq!(
            shown_of(&format!("{csv}\n{aligned}\n{expanded}")),
            [
                r#"line 2: {"run_name":"r2","name":"a0","phase":"4.0"}"#.to_owned(),
                format!("line 6: {one}"),
                r#"line 8: {"run_name":"r1","name":"c++","phase":"5","abort_reason":"c++"}"#.to_owned(),
                format!("line 11: {one}"),
            ]
        );
    }

    #[test]
    fn what_psql_writes_as_text_is_read_and_what_would_be_lost_is_refused() {
        let text = "run_name\tname\tphase\tabort_reason\taction_spec\nr1\ta\"0\t7\ttwo\\nlines\t\\\\x0a2a\nr1\ta1\t4\t\\N\t\\N\nCOPY 2\n";
        assert_eq!(
            shown_of(text),
            [
                r#"line 2: {"run_name":"r1","name":"a\"0","phase":"7","abort_reason":"two\nlines","action_spec":"\\x0a2a"}"#,
                r#"line 3: {"run_name":"r1","name":"a1","phase":"4","abort_reason":null,"action_spec":null}"#,
            ]
        );
        let marked = "\"run_name\" , \"name\" , \"phase\"\nr1,a0,5\n\u{feff}run_name,name,phase\nr1,a1,5\n";
        assert_eq!(shown_of(marked).len(), 2);
        for (text, words) in [
            ("run_name,name,phase,x\nr1,a0,7,\"never\nr1,a1,5,\n", "line 2: a quote is opened here and never closed"),
            ("run_name,name,phase,phase\nr1,a0,5,6\n", "line 1: the column \"phase\" is there twice"),
        ] {
            let refused = parse(text).expect("a table").expect_err(words);
            assert!(refused.message.starts_with(words), "{refused}");
        }
    }

    #[test]
    fn a_value_of_several_lines_may_stand_in_any_column() {
        let text = " run_name | name | phase | reason  | x \n----------+------+-------+---------+---\n r1       | a0   | 7     | one    +| 1\n          |      |       | two     | \n(1 row)\n";
        assert_eq!(
            shown_of(text),
            [r#"line 3: {"run_name":"r1","name":"a0","phase":"7","reason":"one\ntwo","x":"1"}"#]
        );
    }
}
