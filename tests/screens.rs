//! What people have on their screens, as `flyte`, `kubectl`, `psql` and `buf` print it, and what is the matter with each: the
//! texts are what these programs print of runs that were made up. `tests/screens/answers.txt` has the answers, each read and
//! found true when it was written; `UPDATE_SCREENS=1 cargo test --test screens` writes them anew.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests")]

use flyte_lifecycle::drive::check_run;
use flyte_lifecycle::drive::check_run::{Severity, Stands};
use flyte_lifecycle::model::Setup;
use flyte_lifecycle::view::diagnosis;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Whether it is ok, the code and whose matter it is, and in words; or why it is refused.
fn answered(text: &str) -> String {
    let mut setup = Setup::default();
    "auto".clone_into(&mut setup.rules.base);
    let checked = match check_run(&Value::from(text), &setup) {
        Ok(checked) => checked,
        Err(error) => return format!("refused\n  {}", error.message),
    };
    let wrong = checked.findings.iter().find(|found| found.severity != Severity::Note);
    let Stands { session, told } = &checked.stands;
    let shows = checked.shows.iter().map(|show| (show.incident, show.action.as_str(), show.sentence.as_str()));
    let told = diagnosis(session.world(), session.facts(), told)
        .map(|told| told.showing(shows).contradicted(wrong.map(|found| found.sentence.as_str())));
    let Some(told) = told else { return "nothing is there".to_owned() };
    let ok = if checked.ok { "ok" } else { "not ok" };
    format!("{ok}, {}, {}\n  {}", told.code, told.fault, told.sentences.join("\n  "))
}

#[test]
fn what_people_have_on_their_screens_is_answered_truly() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens");
    let mut names: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names.retain(|name| name != "answers.txt");
    assert!(names.len() > 60, "{}", names.len());
    let answers: Vec<String> = names
        .iter()
        .map(|name| format!("{name}: {}", answered(&fs::read_to_string(folder.join(name)).unwrap())))
        .collect();
    let answers = answers.join("\n\n") + "\n";
    let kept = folder.join("answers.txt");
    if std::env::var_os("UPDATE_SCREENS").is_some() {
        fs::write(&kept, &answers).unwrap();
    }
    let expected = fs::read_to_string(&kept).unwrap_or_default();
    for (now, before) in answers.split("\n\n").zip(expected.split("\n\n")) {
        assert_eq!(now, before);
    }
    assert_eq!(answers, expected);
}
