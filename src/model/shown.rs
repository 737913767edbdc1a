//! How messages show what came from outside.

/// A name or a text from outside as a message shows it: short, and without anything that could pass for markup or a line
/// break.
pub fn shown(text: &str) -> String {
    let short: String = text.chars().take(64).flat_map(char::escape_debug).collect();
    if text.chars().nth(64).is_some() { format!("\"{short}…\"") } else { format!("\"{short}\"") }
}
