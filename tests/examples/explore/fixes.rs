//! The table of properties and policies, for a log.

use crate::Tell;
use crate::console::Stop;
use flyte_lifecycle::drive::explore::fixes::{Change, Column, Fixes, FixesSetup};
use std::fmt::Write;
use std::time::Instant;

/// Searches everything, with a line for each column as it is done.
pub fn searched(setup: &FixesSetup, tell: Tell) -> Result<Fixes, Stop> {
    let mut fixes = Fixes::new(setup).map_err(|rejection| rejection.message)?;
    let mut told = 0;
    let start = Instant::now();
    loop {
        let progress = fixes.run(20_000);
        while told < progress.columns {
            tell(&format!(
                "{told:>3} of {}  {:45} {:>9} states, {} models left out ({:.1} s)",
                progress.columns_total - 1,
                name(&fixes.columns()[told]),
                fixes.columns()[told].states,
                fixes.columns()[told].skipped,
                start.elapsed().as_secs_f64()
            ))?;
            told += 1;
        }
        if progress.ended {
            return Ok(fixes);
        }
    }
}

/// What a column changes.
pub fn name(column: &Column) -> String {
    let changes: Vec<String> = column.changes.iter().map(|(policy, value)| format!("{policy}={value}")).collect();
    if changes.is_empty() { "as it starts".to_owned() } else { changes.join(" ") }
}

/// A sign for each change.
const fn sign(change: Change) -> char {
    match change {
        Change::None => '·',
        Change::Mends => '+',
        Change::Breaks => '-',
        Change::Eases => '^',
        Change::Worsens => 'v',
    }
}

/// The table with a row for each property that is broken somewhere, and a column for each try.
pub fn table(columns: &[Column]) -> String {
    let Some((base, tries)) = columns.split_first() else { return String::new() };
    let mut text = String::new();
    let numbers = |digit: fn(usize) -> usize| (1..=tries.len()).map(|n| digit(n).to_string()).collect::<String>();
    let _ = writeln!(text, "{:32}{}", "", numbers(|n| n / 10));
    let _ = writeln!(text, "{:5} {:25} {}", "", "as it starts", numbers(|n| n % 10));
    for (place, cell) in base.cells.iter().enumerate() {
        let signs: String = tries.iter().map(|column| sign(column.cells[place].change)).collect();
        if cell.is_good() && signs.chars().all(|sign| sign == '·') {
            continue;
        }
        let shown = cell.shown.map_or(String::new(), |shown| format!(" ({} in {})", shown.fault, shown.length));
        let _ = writeln!(text, "{:5} {:25} {signs}", cell.property.id, format!("{}{shown}", cell.verdict()));
    }
    let _ = writeln!(text, "\n+ mends  - breaks  ^ takes something worse  v takes less\n");
    for (place, column) in tries.iter().enumerate() {
        let _ = writeln!(text, "{:>3} {:45} {}", place + 1, name(column), effects(column));
    }
    text
}

/// What a column does, in words.
pub fn effects(column: &Column) -> String {
    let list = |change: Change| column.changed(change).map(|cell| cell.property.id).collect::<Vec<_>>().join(" ");
    let all =
        [("mends", Change::Mends), ("breaks", Change::Breaks), ("eases", Change::Eases), ("worsens", Change::Worsens)];
    let told: Vec<String> = all
        .iter()
        .map(|(word, change)| (word, list(*change)))
        .filter(|(_, ids)| !ids.is_empty())
        .map(|(word, ids)| format!("{word} {ids}"))
        .collect();
    if told.is_empty() { "changes no verdict alone".to_owned() } else { told.join("; ") }
}
