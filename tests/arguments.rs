//! The command line of the explorer: what it reads, and what it says of what makes no sense.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, dead_code, reason = "a test stops where what it expects fails, and runs no search")]

#[path = "examples/explore/arguments.rs"]
mod arguments;

use arguments::{Asked, Search, USAGE, read};

fn search(line: &str) -> Search {
    match read(line.split_whitespace()) {
        Ok(Asked::Search(search)) => *search,
        Ok(_) => panic!("{line} asks for something else"),
        Err(sentence) => panic!("{line}: {sentence}"),
    }
}

#[test]
fn a_value_follows_or_is_joined() {
    for line in [
        "--rules upstream --actions 2 --attempts 3 --set guard=numeric --traces",
        "--rules=upstream --actions=2 --attempts=3 --set=guard=numeric --traces",
    ] {
        let search = search(line);
        assert_eq!(
            (search.rules.base.as_str(), search.bounds.actions.len(), search.bounds.attempts),
            ("upstream", 2, 3)
        );
        assert_eq!(search.rules.changes, [("guard".to_owned(), "numeric".to_owned())]);
        assert!(search.traces && !search.strict);
    }
    assert_eq!(search("--memory=2M").bounds.bytes, 2 << 20);
}

#[test]
fn what_is_no_search_is_told_apart() {
    for line in ["--help", "-h", "help", "--strict -h"] {
        assert!(matches!(read(line.split_whitespace()), Ok(Asked::Help)), "{line}");
    }
    for line in ["--version", "-V"] {
        assert!(matches!(read(line.split_whitespace()), Ok(Asked::Version)), "{line}");
    }
    assert!(matches!(read(["--models"]), Ok(Asked::Models)));
    assert!(matches!(read(["--table"]), Ok(Asked::Table)));
    assert!(matches!(read(["--verdicts=V.md"]), Ok(Asked::Verdicts(file)) if file == "V.md"));
    assert!(matches!(read(["--fixes", "--try=guard=retryable"]), Ok(Asked::Fixes(_))));
}

#[test]
fn what_makes_no_sense_is_told_with_what_was_meant() {
    for (line, words) in [
        ("--modle x", "\"--modle\" is no option (did you mean \"--model\"?)."),
        ("--stricct", "(did you mean \"--strict\"?)"),
        ("models", "\"models\" is no option (did you mean \"--models\"?)."),
        ("--jump", "\"--jump\" is no option."),
        ("-x", "\"-x\" is no option."),
        ("--rules", "--rules takes a value."),
        ("--strict=yes", "--strict takes no value"),
        ("--help=me", "--help takes no value, not \"me\"."),
        ("--set gaurd=numeric", "(did you mean \"guard\"?)"),
        ("--faults rpcs", "--faults does not know \"rpcs\" (did you mean \"rpc\"?)"),
        ("--states many", "--states takes a whole number, not \"many\"."),
        ("--states 0", "--states must leave room"),
        ("--towards documented", "--towards is for --fixes."),
        ("--fixes --depth 3", "--depth is not for --fixes"),
    ] {
        let said = read(line.split_whitespace()).err().unwrap_or_default();
        assert!(said.contains(words), "{line}: {said}");
    }
}

/// Whatever can be given is explained, and the examples can be given.
#[test]
fn the_usage_tells_every_option_and_its_examples_are_read() {
    for name in arguments::FLAGS.iter().chain(arguments::OPTIONS) {
        assert!(USAGE.contains(&format!("--{name}")), "--{name} is not explained");
    }
    let examples = USAGE.split_once("Examples\n").and_then(|(_, rest)| rest.split_once("\n\n")).map(|(lines, _)| lines);
    for line in examples.unwrap_or_default().lines() {
        let given = line.split_once(" -- ").map_or("", |(_, given)| given);
        assert!(!given.is_empty() && read(given.split_whitespace()).is_ok(), "{line}");
    }
}
