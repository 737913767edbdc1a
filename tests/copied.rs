//! A situation of the page, copied as a test for Rust, and runs that were named to break out of such a test
//! (`copied/hostile.rs`). `tests/js/export.test.mjs` holds both texts against what the page makes; here they are compiled
//! and run.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, reason = "a test stops where what it expects fails")]

#[rustfmt::skip]
#[path = "copied/hostile.rs"]
mod hostile;

// --- copied from the page ---

use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = r#"flyte-lifecycle trace 1

# A run starts with its root action a0, recorded as QUEUED with attempt 1.
createRun run=race
----
0 ms race/a0 row RowCreated QUEUED #1 RunCreated
0 ms race/a0 resource ResourceCreated ActionEnqueued
0 ms race/a0 resource FinalizerAdded FinalizerAdded

# What the plugin reports is mapped to status conditions.
plugin action=race/a0 result.phase=Queued
----
0 ms race/a0 events EventRecorded QUEUED #1 PluginReported · version 0
0 ms race/a0 resource StatusWritten #1 PluginReported · plugin Queued · Progressing=True Queued
0 ms race/a0 row RowRewritten QUEUED #1 PluginReported

# What the plugin reports is mapped to status conditions.
plugin action=race/a0 result.phase=Initializing
----
0 ms race/a0 events EventRecorded INITIALIZING #1 PluginReported · version 0
0 ms race/a0 resource StatusWritten #1 PluginReported · plugin Initializing · Progressing=True Initializing
0 ms race/a0 row PhaseRecorded QUEUED→INITIALIZING #1 PluginReported

# What the plugin reports is mapped to status conditions.
plugin action=race/a0 result.phase=Running
----
0 ms race/a0 events EventRecorded RUNNING #1 PluginReported · version 0
0 ms race/a0 resource StatusWritten #1 PluginReported · plugin Running · Progressing=True Executing
0 ms race/a0 row PhaseRecorded INITIALIZING→RUNNING #1 PluginReported

# Time passes.
advance ms=30000
----
30000 ms - time TimeAdvanced TimeAdvances · 30 s

# The plugin reports success; the task is over.
plugin action=race/a0 result.phase=Success
----
30000 ms race/a0 events EventRecorded SUCCEEDED #1 PluginSucceeded · version 0
30000 ms race/a0 resource StatusWritten #1 PluginSucceeded · plugin Success · Succeeded=True Completed · TaskAction completed successfully
30000 ms race/a0 resource LabelsStamped TerminalLabels
30000 ms race/a0 row PhaseRecorded RUNNING→SUCCEEDED #1 PluginSucceeded
30000 ms race/a0 resource LabelsStamped TerminalRecorded

# Time passes.
advance ms=1000
----
31000 ms - time TimeAdvanced TimeAdvances · 1 s

# The guard refuses to leave a terminal phase: an action that ended stays ended.
updatePhase action=race/a0 phase=RUNNING
----
31000 ms race/a0 row UpdateRefused SUCCEEDED→RUNNING #1 GuardRefusesTerminal
"#;

/// Refused late write
#[test]
fn refused_late_write() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("race/a0"), Some(ActionPhase::Succeeded));
}
