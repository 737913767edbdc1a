//! What stands around a record in a terminal, a report or a reply, and is none of it: fences, prompts and what was typed at
//! them, warnings, and what psql says of itself. Lines that are left out stay as empty ones, so that places are those of
//! what was given.

use crate::drive::strange::is_klog;
use std::borrow::Cow;

/// The text without what stands around it.
pub(super) fn bare(text: &str) -> Cow<'_, str> {
    let text = with_plain_frames(uncoloured(unquoted(text)));
    match unwrapped(&text) {
        Some(bare) => Cow::Owned(without_one_column(&bare).unwrap_or(bare)),
        None => match without_one_column(&text) {
            Some(bare) => Cow::Owned(bare),
            None => text,
        },
    }
}

/// A terminal's colours are no part of what it shows.
fn uncoloured(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains("\u{1b}[") {
        return text;
    }
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').strip_prefix('m');
        // What moves the cursor is no colour, and is shown as what it is.
        if rest.is_none() {
            plain.push_str("\u{1b}[");
        }
        plain.push_str(rest.unwrap_or(part));
    }
    Cow::Owned(plain)
}

/// A reply quotes each line of what it answers.
fn unquoted(text: &str) -> Cow<'_, str> {
    let quotes = |line: &str| line.strip_prefix('>').is_some_and(|rest| is_fence(rest.trim_start()));
    if !text.lines().any(quotes) {
        return Cow::Borrowed(text);
    }
    let lines =
        text.lines().map(|line| line.strip_prefix('>').map_or(line, |rest| rest.strip_prefix(' ').unwrap_or(rest)));
    Cow::Owned(lines.collect::<Vec<&str>>().join("\n"))
}

/// psql can draw its frames with lines.
fn with_plain_frames(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains('─') {
        return text;
    }
    let plain = |c: char| match c {
        '─' => '-',
        '│' => '|',
        '┼' | '├' | '┤' | '┌' | '┐' | '└' | '┘' | '┬' | '┴' => '+',
        other => other,
    };
    Cow::Owned(text.chars().map(plain).collect())
}

/// What is indented further is a part of what is quoted.
fn is_fence(line: &str) -> bool {
    let own = line.trim_start_matches(' ');
    line.len() - own.len() <= 3 && (own.starts_with("```") || own.starts_with("~~~"))
}

/// What stands in a fence of a report, or behind a shell's prompt; none if nothing stands around it.
fn unwrapped(text: &str) -> Option<String> {
    let fenced = text.lines().any(is_fence);
    let mut open = !fenced;
    let mut changed = fenced;
    let lines = text.lines().map(|line| {
        if fenced && is_fence(line) {
            open = !open;
            return "";
        }
        let kept = open && !is_prompt(line) && !is_talk(line);
        changed |= !kept;
        if kept { line } else { "" }
    });
    let mut lines: Vec<&str> = lines.collect();
    // What stands in several fences, or behind several prompts, is several documents.
    let begins = |line: &str| line.starts_with("apiVersion:") || line.starts_with("kind:");
    let mut next_begins = false;
    for (line, given) in lines.iter_mut().zip(text.lines().collect::<Vec<&str>>()).rev() {
        if next_begins && line.is_empty() && !given.is_empty() {
            *line = "---";
        }
        next_begins = begins(line);
    }
    // Where nothing else is left, what it is is for others to say.
    (changed && lines.iter().any(|line| !line.trim().is_empty())).then(|| lines.join("\n"))
}

/// A table of one column, as `select row_to_json(…)` prints it, is what stands in that column.
fn without_one_column(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim_end).enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, name) = lines.next()?;
    let (rule, dashes) = lines.next()?;
    let (_, first) = lines.next()?;
    let is_name = name.trim().chars().all(|c| c.is_ascii_alphanumeric() || "_?".contains(c));
    let dashes = dashes.trim();
    if !is_name || dashes.len() < 3 || !dashes.chars().all(|c| c == '-') || !first.trim_start().starts_with(['{', '['])
    {
        return None;
    }
    let rows = text.lines().enumerate().map(|(number, line)| {
        let line = line.trim_end();
        if number <= rule || is_count(line) {
            return "";
        }
        // A value that has lines of its own says so at the end of each but the last.
        line.strip_suffix('+').unwrap_or(line)
    });
    Some(rows.collect::<Vec<&str>>().join("\n"))
}

/// What psql says below a table.
pub(super) fn is_count(line: &str) -> bool {
    let line = line.trim();
    let counted = line.strip_prefix("COPY ").or_else(|| line.strip_prefix("SELECT "));
    line.starts_with('(') && (line.ends_with(" row)") || line.ends_with(" rows)"))
        || counted.is_some_and(|count| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What programs say beside what they print.
fn is_talk(line: &str) -> bool {
    const SAYS: [&str; 13] = [
        "psql (",
        "Type \"help\"",
        "SSL connection (",
        "Warning: ",
        "Expanded display is ",
        "Output format is ",
        "Timing is ",
        "Time: ",
        "Pager usage is ",
        "Border style is ",
        "Null display is ",
        "Line style is ",
        "You are now connected ",
    ];
    SAYS.iter().any(|says| line.starts_with(says)) || is_klog(line)
}

/// What is typed to get what is read here.
const TYPED: [&str; 10] = ["kubectl ", "k ", "flyte ", "psql ", "buf ", "curl ", "cat ", "oc ", "select ", "\\copy "];

/// What may stand before it.
const BEFORE: [&str; 6] = ["sudo ", "uv run ", "poetry run ", "pixi run ", "watch ", "time "];

/// Whether a line begins with a command that is known, whatever it is run with.
fn is_typed(line: &str) -> bool {
    let mut rest = line.trim_start();
    loop {
        let lower = rest.get(..16).unwrap_or(rest).to_ascii_lowercase();
        if TYPED.iter().any(|typed| lower.starts_with(typed)) {
            return true;
        }
        let assigned = rest.split_once(' ').filter(|(word, _)| {
            let name = word.split_once('=').map_or("", |(name, _)| name);
            !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        });
        let before = BEFORE.iter().find_map(|before| rest.strip_prefix(before));
        match before.or(assigned.map(|(_, after)| after)) {
            Some(after) => rest = after.trim_start(),
            None => return false,
        }
    }
}

/// Whether a line is what somebody typed, or a prompt at which nothing was.
fn is_prompt(line: &str) -> bool {
    let is_indented = line.starts_with(' ');
    let line = line.trim();
    let ends = ["$ ", "# ", "% ", "> ", "❯ ", "➜ "];
    // A prompt is a few words without what data are made of: a command that stands in a message is no prompt.
    let is_prompt = |before: &str| {
        let data = [',', '|', '{', '"', '\'', ';', '\t'];
        let is_short = before.len() < 80 && (!is_indented || before.is_empty());
        is_short && !before.contains(data) && !before.contains(": ")
    };
    let powershell = line.strip_prefix("PS ").and_then(|rest| rest.split_once('>')).map(|(_, typed)| typed);
    let bare =
        !is_indented && !line.contains([',', '|', ';']) && !line.starts_with("select ") && !line.starts_with('\\');
    let data = [',', '|', '{', '"', '\''];
    powershell.is_some_and(|typed| typed.trim().is_empty() || is_typed(typed))
        || ends.iter().filter_map(|end| line.split_once(end)).any(|(before, rest)| is_prompt(before) && is_typed(rest))
        || bare && is_typed(line)
        || line.len() < 80 && !line.contains(data) && line.ends_with(['$', '❯', '%']) && !line.contains(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_record_is_left_out() {
        for (given, left) in [
            ("a: 1\nb: $x", "a: 1\nb: $x"),
            ("```yaml\na: 1\n```\n", "\na: 1\n"),
            ("> ```json\n> {\n>   \"a\": 1\n> }\n> ```\nThanks", "\n{\n  \"a\": 1\n}\n\n"),
            ("me@host:~% k get ta x -o yaml\na: 1\nme@host:~%", "\na: 1\n"),
            ("PS C:\\Users\\me>kubectl get ta x -o yaml\na: 1\nPS C:\\Users\\me>", "\na: 1\n"),
            ("$ sudo kubectl get ta x -o yaml\na: 1", "\na: 1"),
            ("$ KUBECONFIG=x kubectl get ta x -o yaml\na: 1", "\na: 1"),
            ("uv run flyte get run r1\n{'a': 1}", "\n{'a': 1}"),
            ("Warning: v1 is deprecated\na: 1", "\na: 1"),
            ("W1130 10:00:00.000000   12 x.go:1] slow\na: 1", "\na: 1"),
            ("Expanded display is on.\n-[ RECORD 1 ]-\nname | a0", "\n-[ RECORD 1 ]-\nname | a0"),
            (" row_to_json \n-------------\n {\"a\":1}\n {\"a\":2}\n(2 rows)", "\n\n {\"a\":1}\n {\"a\":2}\n"),
            (" json_agg \n----------\n [{\"a\":1},   +\n  {\"a\":2}]\n(1 row)", "\n\n [{\"a\":1},   \n  {\"a\":2}]\n"),
            (" a │ b \n───┼───\n 1 │ 2", " a | b \n---+---\n 1 | 2"),
            ("```\nkind: A\n```\nand\n```\nkind: B\n```", "---\nkind: A\n\n\n---\nkind: B\n"),
            ("message: kubectl get it\nb: 2", "message: kubectl get it\nb: 2"),
            ("r1,a0,7,\"$ kubectl delete\"", "r1,a0,7,\"$ kubectl delete\""),
        ] {
            assert_eq!(bare(given), left, "{given}");
        }
    }
}
