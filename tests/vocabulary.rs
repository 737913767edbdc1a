//! The words that Rust's tables give the page, written down where it reads them: `www/words/vocabulary.json`. The page says
//! none of them again. After a change of a table, `UPDATE_VOCABULARY=1 cargo test --test vocabulary` writes it anew.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test stops where what it expects fails")]

use flyte_lifecycle::drive::explore::Input;
use flyte_lifecycle::model::{AbortReply, ActionPhase, Call, Command, FaultReply, PluginPhase, Service};
use serde_json::{Value, json};
use std::path::Path;

fn names<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|word| name(*word)).collect()
}

fn vocabulary() -> Value {
    let phases = ActionPhase::ALL.iter().map(|phase| json!({ "name": phase.name(), "terminal": phase.is_terminal() }));
    let calls = Call::ALL.iter().map(|call| {
        json!({
            "name": call.name(),
            "service": call.service().map(Service::name),
            "replies": names(call.replies(), FaultReply::name),
            "ofProcess": call.is_of_process(),
        })
    });
    json!({
        "actionPhases": phases.collect::<Vec<_>>(),
        "pluginPhases": names(PluginPhase::ALL, PluginPhase::name),
        "commands": Command::WORDS,
        "abortReplies": names(AbortReply::ALL, AbortReply::name),
        "calls": calls.collect::<Vec<_>>(),
        "services": names(Service::ALL, Service::name),
        "inputs": names(Input::ALL, Input::name),
    })
}

#[test]
fn the_page_reads_the_words_of_the_tables() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/words/vocabulary.json");
    let words = format!("{}\n", serde_json::to_string_pretty(&vocabulary()).unwrap());
    if std::env::var_os("UPDATE_VOCABULARY").is_some() {
        std::fs::write(&path, &words).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == words,
        "www/words/vocabulary.json is not what the tables say; write it anew with \
         `UPDATE_VOCABULARY=1 cargo test --test vocabulary`, and look at what became of the page's words"
    );
}
