//! The words that Rust's tables give the page, written down where it reads them: `www/words/vocabulary.json`. The page says
//! none of them again. After a change of a table, `UPDATE_VOCABULARY=1 cargo test --test vocabulary` writes it anew.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test stops where what it expects fails")]

use flyte_lifecycle::drive::explore::needs::Need;
use flyte_lifecycle::drive::explore::{Input, PlannedKind};
use flyte_lifecycle::model::policy::Guard;
use flyte_lifecycle::model::{
    AbortReply, ActionPhase, CacheStatus, Call, Command, ConditionStatus, FaultReply, PluginPhase, Report, Rule,
    Service, Status,
};
use flyte_lifecycle::rules::{admit, event_phase, map_phase_to_conditions};
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

/// The tables on the front page of the crate's documentation are what the rules say.
#[test]
fn the_front_page_tells_what_the_rules_do() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let row =
        |begin: &str| page.lines().find(|line| line.starts_with(&format!("//! | {begin}"))).unwrap_or(begin).to_owned();
    for &from in ActionPhase::ALL.iter().filter(|phase| **phase != ActionPhase::Unspecified) {
        let next: Vec<ActionPhase> = ActionPhase::ALL
            .iter()
            .copied()
            .filter(|&to| to != from && to != ActionPhase::Unspecified && admit(from, to, Guard::Documented).admitted)
            .collect();
        let later = ActionPhase::ALL.iter().copied().filter(|to| to.number() > from.number());
        let words = match next.as_slice() {
            [] => "nothing",
            [ActionPhase::Queued] => "`QUEUED`, where another attempt follows",
            all if all.iter().all(|to| to.is_terminal()) => "what ends it",
            all if later.eq(all.iter().copied()) => "whatever comes later",
            _ => "something else",
        };
        let told = row(&format!("`{}` |", from.name()));
        assert!(told.ends_with(&format!("| {words} |")), "{told}: {words}");
    }
    for &plugin in PluginPhase::ALL {
        let named = format!("`{}`", plugin.name());
        let told = page.lines().find(|line| {
            let cells: Vec<&str> = line.split('|').collect();
            cells.len() == 5 && cells.get(1).is_some_and(|cell| cell.split(", ").any(|name| name.trim() == named))
        });
        let told = told.unwrap_or(&named);
        let (status, history) = map_phase_to_conditions(Status::default(), &Report::of(plugin, 0));
        if let Some((reason, _)) = history {
            let kind = status.conditions.iter().find(|c| c.status == ConditionStatus::True).unwrap().kind;
            assert!(told.contains(&format!("{}, `{}`", kind.name(), reason.name())), "{told}: {kind:?}, {reason:?}");
        }
        let phase = event_phase(plugin);
        let word = if phase == ActionPhase::Unspecified { "none".to_owned() } else { format!("`{}`", phase.name()) };
        assert!(told.ends_with(&format!("| {word} |")), "{told}: {word}");
    }
}
