//! What somebody probably meant who wrote a word that is none of those there are.

/// The word among `known` that `word` was probably meant to be: one that takes fewer changes of letters than a third of
/// it, capitals not counted. Nothing if none is that near, since a wild guess helps nobody.
pub fn nearest<'a>(word: &str, known: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    // Names are short; comparing whatever a file holds would take time for nothing.
    if word.len() > 64 {
        return None;
    }
    let (mut most, mut found) = ((word.len() + 1) / 3, None);
    for other in known {
        let changes = distance(word.as_bytes(), other.as_bytes());
        if changes < most || changes == most && found.is_none() {
            (most, found) = (changes, Some(other));
        }
    }
    found
}

/// What a message adds about the word that was probably meant.
pub fn hint(word: &str, known: &mut dyn Iterator<Item = &str>) -> String {
    nearest(word, known).map_or_else(String::new, meaning)
}

/// The same of a word that is known to be meant.
pub fn meaning(word: &str) -> String {
    [" (did you mean \"", word, "\"?)"].concat()
}

/// How many letters have to be put in, taken out or changed to make one word from the other (Levenshtein). Every name there
/// is is ASCII, so its bytes are its letters.
fn distance(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.iter().enumerate() {
        // The first column is the way to the empty word; the others look left, up and at the corner between.
        let (mut corner, mut left) = (line, line + 1);
        let mut cells = row.iter_mut();
        if let Some(first) = cells.next() {
            *first = left;
        }
        for (cell, other) in cells.zip(to) {
            let changed = usize::from(!letter.eq_ignore_ascii_case(other));
            left = (corner + changed).min(left + 1).min(*cell + 1);
            corner = core::mem::replace(cell, left);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_textbook() {
        for (from, to, count) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("signal", "singal", 2),
            ("A", "a", 0),
        ] {
            let there = distance(from.as_bytes(), to.as_bytes());
            assert_eq!((there, distance(to.as_bytes(), from.as_bytes())), (count, count), "{from} {to}");
        }
    }

    #[test]
    fn what_is_near_is_named_and_what_is_far_is_not() {
        let known = ["createRun", "signal", "drop", "fire", "deliver"];
        for (word, meant) in [
            ("singal", Some("signal")),
            ("CREATERUN", Some("createRun")),
            ("fir", Some("fire")),
            ("deliever", Some("deliver")),
            ("dorp", None),
            ("drp", Some("drop")),
            ("jump", None),
            ("x", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, &mut known.into_iter()), meant, "{word}");
        }
        assert_eq!(nearest(&"signal".repeat(20), &mut known.into_iter()), None);
        assert_eq!(hint("gaurd", &mut ["retry", "guard"].into_iter()), " (did you mean \"guard\"?)");
        assert_eq!(hint("jump", &mut known.into_iter()), "");
    }
}
