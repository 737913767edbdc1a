//! The words that Rust's tables give the page, written down where it reads them: `www/words/vocabulary.json`. The page says
//! none of them again. After a change of a table, `UPDATE_VOCABULARY=1 cargo test --test vocabulary` writes it anew.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test stops where what it expects fails")]

use flyte_lifecycle::drive::explore::needs::Need;
use flyte_lifecycle::drive::explore::{Input, PlannedKind};
use flyte_lifecycle::model::{
    AbortReply, ActionPhase, CacheStatus, Call, Command, FaultReply, PluginPhase, Rule, Service,
};
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
    let kinds = PlannedKind::ALL.iter().map(|kind| json!({ "name": kind.name(), "kind": kind.action_kind() }));
    let need = |need: &Need| match need {
        Need::Input(input) => json!({ "input": input.name() }),
        Need::Kind(kind) => json!({ "kind": kind.name() }),
        Need::Collector => json!({ "collects": true }),
    };
    let needs = Rule::ALL
        .iter()
        .filter(|rule| !Need::of_rule(**rule).is_empty())
        .map(|rule| json!({ "rule": rule.name(), "oneOf": Need::of_rule(*rule).iter().map(need).collect::<Vec<_>>() }));
    let reported = ActionPhase::ALL
        .iter()
        .filter_map(|phase| Some(json!({ "phase": phase.name(), "input": Need::of_phase(*phase)?.name() })));
    json!({
        "actionPhases": phases.collect::<Vec<_>>(),
        "pluginPhases": names(PluginPhase::ALL, PluginPhase::name),
        "commands": Command::WORDS,
        "abortReplies": names(AbortReply::ALL, AbortReply::name),
        "calls": calls.collect::<Vec<_>>(),
        "cacheStatuses": names(CacheStatus::ALL, CacheStatus::name),
        "services": names(Service::ALL, Service::name),
        "inputs": names(Input::ALL, Input::name),
        "plannedKinds": kinds.collect::<Vec<_>>(),
        "ruleNeeds": needs.collect::<Vec<_>>(),
        "phaseNeeds": reported.collect::<Vec<_>>(),
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
