//! How messages show what came from outside.

/// Whether a character is not to be seen but does something: it moves the cursor, ends a line or turns what is around it.
fn acts(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Words for people in which nothing that came from outside does anything: what a message forgot to show by [`shown`] is
/// written out here.
pub fn harmless(words: String) -> String {
    if !words.contains(acts) {
        return words;
    }
    let mut written = String::with_capacity(words.len() + 8);
    for c in words.chars() {
        if acts(c) { written.extend(c.escape_unicode()) } else { written.push(c) }
    }
    written
}

/// A name or a text from outside as a message shows it: short, and without anything that could pass for markup or a line
/// break.
pub fn shown(text: &str) -> String {
    ["\"", &short(text), "\""].concat()
}

/// As [`shown`], to stand in quotes of another kind.
pub fn short(text: &str) -> String {
    let short: String = text.chars().take(64).flat_map(char::escape_debug).collect();
    if text.chars().nth(64).is_some() { short + "…" } else { short }
}
