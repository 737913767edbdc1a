//! Runs that were named to break out of a test, each as the page copies it. Written by `tests/js/export.test.mjs`.

mod run_0 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = concat!(
    "flyte-lifecycle trace 1\n",
    "\n",
    "# A run starts with its root action a0, recorded as QUEUED with attempt 1.\n",
    "createRun run=r task.maxAttempts=2\n",
    "----\n",
    "0 ms r/a0 row RowCreated QUEUED #1 RunCreated\n",
    "0 ms r/a0 resource ResourceCreated ActionEnqueued\n",
    "0 ms r/a0 resource FinalizerAdded FinalizerAdded\n",
    "\n",
    "# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.\n",
    "plugin action=r/a0 result.phase=RetryableFailure result.error.code=\"admin\u{202e}\u{2066} // so\u{2069}\u{2066}\" result.error.kind=USER result.error.message=\"admin\u{202e}\u{2066} // so\u{2069}\u{2066}\"\n",
    "----\n",
    "0 ms r/a0 resource PluginAborted #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · admin\u{202e}\u{2066} // so\u{2069}\u{2066}\n",
    "0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · admin\u{202e}\u{2066} // so\u{2069}\u{2066} · USER admin\u{202e}\u{2066} // so\u{2069}\u{2066}\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0\n",
    "0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task\n",
    "0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued\n",
    "\n",
    "# The row is written as ABORTED at once; what runs is stopped afterwards.\n",
    "abortRun run=r reason=\"admin\u{202e}\u{2066} // so\u{2069}\u{2066}\"\n",
    "----\n",
    "0 ms r/a0 row AbortRequested AbortRequested · admin\u{202e}\u{2066} // so\u{2069}\u{2066}\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested\n",
    "0 ms r/a0 abort AbortQueued AbortQueued\n",
    "0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10\n",
    "0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10\n",
    "",
);

/// admin\u{202e}\u{2066} // so\u{2069}\u{2066}
#[test]
fn admin_so() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_1 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = concat!(
    "flyte-lifecycle trace 1\n",
    "\n",
    "# A run starts with its root action a0, recorded as QUEUED with attempt 1.\n",
    "createRun run=r task.maxAttempts=2\n",
    "----\n",
    "0 ms r/a0 row RowCreated QUEUED #1 RunCreated\n",
    "0 ms r/a0 resource ResourceCreated ActionEnqueued\n",
    "0 ms r/a0 resource FinalizerAdded FinalizerAdded\n",
    "\n",
    "# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.\n",
    "plugin action=r/a0 result.phase=RetryableFailure result.error.code=\"\u{202a}\u{202b}\u{202c}\u{202d}\u{2067}\u{2068}\" result.error.kind=USER result.error.message=\"\u{202a}\u{202b}\u{202c}\u{202d}\u{2067}\u{2068}\"\n",
    "----\n",
    "0 ms r/a0 resource PluginAborted #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · \u{202a}\u{202b}\u{202c}\u{202d}\u{2067}\u{2068}\n",
    "0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · \u{202a}\u{202b}\u{202c}\u{202d}\u{2067}\u{2068} · USER \u{202a}\u{202b}\u{202c}\u{202d}\u{2067}\u{2068}\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0\n",
    "0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task\n",
    "0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued\n",
    "\n",
    "# The row is written as ABORTED at once; what runs is stopped afterwards.\n",
    "abortRun run=r reason=\"\u{202a}\u{202b}\u{202c}\u{202d}\u{2067}\u{2068}\"\n",
    "----\n",
    "0 ms r/a0 row AbortRequested AbortRequested · \u{202a}\u{202b}\u{202c}\u{202d}\u{2067}\u{2068}\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested\n",
    "0 ms r/a0 abort AbortQueued AbortQueued\n",
    "0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10\n",
    "0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10\n",
    "",
);

/// \u{202a}\u{202b}\u{202c}\u{202d}\u{2067}\u{2068}
#[test]
fn run() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_2 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = concat!(
    "flyte-lifecycle trace 1\n",
    "\n",
    "# A run starts with its root action a0, recorded as QUEUED with attempt 1.\n",
    "createRun run=r task.maxAttempts=2\n",
    "----\n",
    "0 ms r/a0 row RowCreated QUEUED #1 RunCreated\n",
    "0 ms r/a0 resource ResourceCreated ActionEnqueued\n",
    "0 ms r/a0 resource FinalizerAdded FinalizerAdded\n",
    "\n",
    "# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.\n",
    "plugin action=r/a0 result.phase=RetryableFailure result.error.code=\"a\\rb\\r\\nc\u{2028}d\u{2029}e\" result.error.kind=USER result.error.message=\"a\\rb\\r\\nc\u{2028}d\u{2029}e\"\n",
    "----\n",
    "0 ms r/a0 resource PluginAborted #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · a b  c\u{2028}d\u{2029}e\n",
    "0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · a b  c\u{2028}d\u{2029}e · USER a b  c\u{2028}d\u{2029}e\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0\n",
    "0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task\n",
    "0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued\n",
    "\n",
    "# The row is written as ABORTED at once; what runs is stopped afterwards.\n",
    "abortRun run=r reason=\"a\\rb\\r\\nc\u{2028}d\u{2029}e\"\n",
    "----\n",
    "0 ms r/a0 row AbortRequested AbortRequested · a b  c\u{2028}d\u{2029}e\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested\n",
    "0 ms r/a0 abort AbortQueued AbortQueued\n",
    "0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10\n",
    "0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10\n",
    "",
);

/// a b c d e
#[test]
fn a_b_c_d_e() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_3 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = r#"flyte-lifecycle trace 1

# A run starts with its root action a0, recorded as QUEUED with attempt 1.
createRun run=r task.maxAttempts=2
----
0 ms r/a0 row RowCreated QUEUED #1 RunCreated
0 ms r/a0 resource ResourceCreated ActionEnqueued
0 ms r/a0 resource FinalizerAdded FinalizerAdded

# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.
plugin action=r/a0 result.phase=RetryableFailure result.error.code="\"" result.error.kind=USER result.error.message="\""
----
0 ms r/a0 resource PluginAborted #1 AttemptFailed
0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · "
0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · " · USER "
0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed
0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0
0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task
0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued

# The row is written as ABORTED at once; what runs is stopped afterwards.
abortRun run=r reason="\""
----
0 ms r/a0 row AbortRequested AbortRequested · "
0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested
0 ms r/a0 abort AbortQueued AbortQueued
0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10
0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10
"#;

/// "
#[test]
fn run() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_4 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = r#"flyte-lifecycle trace 1

# A run starts with its root action a0, recorded as QUEUED with attempt 1.
createRun run=r task.maxAttempts=2
----
0 ms r/a0 row RowCreated QUEUED #1 RunCreated
0 ms r/a0 resource ResourceCreated ActionEnqueued
0 ms r/a0 resource FinalizerAdded FinalizerAdded

# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.
plugin action=r/a0 result.phase=RetryableFailure result.error.code="'\"\\\" \\n \\u{41} \\" result.error.kind=USER result.error.message="'\"\\\" \\n \\u{41} \\"
----
0 ms r/a0 resource PluginAborted #1 AttemptFailed
0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · '"\" \n \u{41} \
0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · '"\" \n \u{41} \ · USER '"\" \n \u{41} \
0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed
0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0
0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task
0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued

# The row is written as ABORTED at once; what runs is stopped afterwards.
abortRun run=r reason="'\"\\\" \\n \\u{41} \\"
----
0 ms r/a0 row AbortRequested AbortRequested · '"\" \n \u{41} \
0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested
0 ms r/a0 abort AbortQueued AbortQueued
0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10
0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10
"#;

/// '"\" \n \u{41} \
#[test]
fn n_u_41() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_5 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = concat!(
    "flyte-lifecycle trace 1\n",
    "\n",
    "# A run starts with its root action a0, recorded as QUEUED with attempt 1.\n",
    "createRun run=r task.maxAttempts=2\n",
    "----\n",
    "0 ms r/a0 row RowCreated QUEUED #1 RunCreated\n",
    "0 ms r/a0 resource ResourceCreated ActionEnqueued\n",
    "0 ms r/a0 resource FinalizerAdded FinalizerAdded\n",
    "\n",
    "# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.\n",
    "plugin action=r/a0 result.phase=RetryableFailure result.error.code=\"\\u0000\\u001b[2J\u{7f}\u{85}\" result.error.kind=USER result.error.message=\"\\u0000\\u001b[2J\u{7f}\u{85}\"\n",
    "----\n",
    "0 ms r/a0 resource PluginAborted #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 ·   [2J  \n",
    "0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure ·   [2J   · USER   [2J  \n",
    "0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0\n",
    "0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task\n",
    "0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued\n",
    "\n",
    "# The row is written as ABORTED at once; what runs is stopped afterwards.\n",
    "abortRun run=r reason=\"\\u0000\\u001b[2J\u{7f}\u{85}\"\n",
    "----\n",
    "0 ms r/a0 row AbortRequested AbortRequested ·   [2J  \n",
    "0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested\n",
    "0 ms r/a0 abort AbortQueued AbortQueued\n",
    "0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10\n",
    "0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10\n",
    "",
);

/// \u{0}\u{1b}[2J\u{7f}\u{85}
#[test]
fn run_2j() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_6 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = concat!(
    "flyte-lifecycle trace 1\n",
    "\n",
    "# A run starts with its root action a0, recorded as QUEUED with attempt 1.\n",
    "createRun run=r task.maxAttempts=2\n",
    "----\n",
    "0 ms r/a0 row RowCreated QUEUED #1 RunCreated\n",
    "0 ms r/a0 resource ResourceCreated ActionEnqueued\n",
    "0 ms r/a0 resource FinalizerAdded FinalizerAdded\n",
    "\n",
    "# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.\n",
    "plugin action=r/a0 result.phase=RetryableFailure result.error.code=\"￾￿\u{feff}􏿿\" result.error.kind=USER result.error.message=\"￾￿\u{feff}􏿿\"\n",
    "----\n",
    "0 ms r/a0 resource PluginAborted #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · ￾￿\u{feff}􏿿\n",
    "0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · ￾￿\u{feff}􏿿 · USER ￾￿\u{feff}􏿿\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0\n",
    "0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task\n",
    "0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued\n",
    "\n",
    "# The row is written as ABORTED at once; what runs is stopped afterwards.\n",
    "abortRun run=r reason=\"￾￿\u{feff}􏿿\"\n",
    "----\n",
    "0 ms r/a0 row AbortRequested AbortRequested · ￾￿\u{feff}􏿿\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested\n",
    "0 ms r/a0 abort AbortQueued AbortQueued\n",
    "0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10\n",
    "0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10\n",
    "",
);

/// ￾￿ 􏿿
#[test]
fn run() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_7 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = r#"flyte-lifecycle trace 1

# A run starts with its root action a0, recorded as QUEUED with attempt 1.
createRun run=r task.maxAttempts=2
----
0 ms r/a0 row RowCreated QUEUED #1 RunCreated
0 ms r/a0 resource ResourceCreated ActionEnqueued
0 ms r/a0 resource FinalizerAdded FinalizerAdded

# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.
plugin action=r/a0 result.phase=RetryableFailure result.error.code="{ {} }} {0} {name} {:?}" result.error.kind=USER result.error.message="{ {} }} {0} {name} {:?}"
----
0 ms r/a0 resource PluginAborted #1 AttemptFailed
0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · { {} }} {0} {name} {:?}
0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · { {} }} {0} {name} {:?} · USER { {} }} {0} {name} {:?}
0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed
0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0
0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task
0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued

# The row is written as ABORTED at once; what runs is stopped afterwards.
abortRun run=r reason="{ {} }} {0} {name} {:?}"
----
0 ms r/a0 row AbortRequested AbortRequested · { {} }} {0} {name} {:?}
0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested
0 ms r/a0 abort AbortQueued AbortQueued
0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10
0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10
"#;

/// { {} }} {0} {name} {:?}
#[test]
fn run_0_name() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_8 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = r######"flyte-lifecycle trace 1

# A run starts with its root action a0, recorded as QUEUED with attempt 1.
createRun run=r task.maxAttempts=2
----
0 ms r/a0 row RowCreated QUEUED #1 RunCreated
0 ms r/a0 resource ResourceCreated ActionEnqueued
0 ms r/a0 resource FinalizerAdded FinalizerAdded

# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.
plugin action=r/a0 result.phase=RetryableFailure result.error.code="r#\"a\"# \"## \"### \"#####" result.error.kind=USER result.error.message="r#\"a\"# \"## \"### \"#####"
----
0 ms r/a0 resource PluginAborted #1 AttemptFailed
0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · r#"a"# "## "### "#####
0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · r#"a"# "## "### "##### · USER r#"a"# "## "### "#####
0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed
0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0
0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task
0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued

# The row is written as ABORTED at once; what runs is stopped afterwards.
abortRun run=r reason="r#\"a\"# \"## \"### \"#####"
----
0 ms r/a0 row AbortRequested AbortRequested · r#"a"# "## "### "#####
0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested
0 ms r/a0 abort AbortQueued AbortQueued
0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10
0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10
"######;

/// r#"a"# "## "### "#####
#[test]
fn r_a() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_9 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = r###"flyte-lifecycle trace 1

# A run starts with its root action a0, recorded as QUEUED with attempt 1.
createRun run=r task.maxAttempts=2
----
0 ms r/a0 row RowCreated QUEUED #1 RunCreated
0 ms r/a0 resource ResourceCreated ActionEnqueued
0 ms r/a0 resource FinalizerAdded FinalizerAdded

# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.
plugin action=r/a0 result.phase=RetryableFailure result.error.code="\"##;\nconst TOLD: &str = r\"" result.error.kind=USER result.error.message="\"##;\nconst TOLD: &str = r\""
----
0 ms r/a0 resource PluginAborted #1 AttemptFailed
0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · "##; const TOLD: &str = r"
0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · "##; const TOLD: &str = r" · USER "##; const TOLD: &str = r"
0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed
0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0
0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task
0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued

# The row is written as ABORTED at once; what runs is stopped afterwards.
abortRun run=r reason="\"##;\nconst TOLD: &str = r\""
----
0 ms r/a0 row AbortRequested AbortRequested · "##; const TOLD: &str = r"
0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested
0 ms r/a0 abort AbortQueued AbortQueued
0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10
0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10
"###;

/// "##; const TOLD: &str = r"
#[test]
fn const_told_str_r() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_10 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = r#"flyte-lifecycle trace 1

# A run starts with its root action a0, recorded as QUEUED with attempt 1.
createRun run=r task.maxAttempts=2
----
0 ms r/a0 row RowCreated QUEUED #1 RunCreated
0 ms r/a0 resource ResourceCreated ActionEnqueued
0 ms r/a0 resource FinalizerAdded FinalizerAdded

# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.
plugin action=r/a0 result.phase=RetryableFailure result.error.code="*/ /* // /// #[test] //! #![allow(warnings)]" result.error.kind=USER result.error.message="*/ /* // /// #[test] //! #![allow(warnings)]"
----
0 ms r/a0 resource PluginAborted #1 AttemptFailed
0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · */ /* // /// #[test] //! #![allow(warnings)]
0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · */ /* // /// #[test] //! #![allow(warnings)] · USER */ /* // /// #[test] //! #![allow(warnings)]
0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed
0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0
0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task
0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued

# The row is written as ABORTED at once; what runs is stopped afterwards.
abortRun run=r reason="*/ /* // /// #[test] //! #![allow(warnings)]"
----
0 ms r/a0 row AbortRequested AbortRequested · */ /* // /// #[test] //! #![allow(warnings)]
0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested
0 ms r/a0 abort AbortQueued AbortQueued
0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10
0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10
"#;

/// */ /* // /// #[test] //! #![allow(warnings)]
#[test]
fn test_allow_warnings() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_11 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = concat!(
    "flyte-lifecycle trace 1\n",
    "\n",
    "# A run starts with its root action a0, recorded as QUEUED with attempt 1.\n",
    "createRun run=r task.maxAttempts=2\n",
    "----\n",
    "0 ms r/a0 row RowCreated QUEUED #1 RunCreated\n",
    "0 ms r/a0 resource ResourceCreated ActionEnqueued\n",
    "0 ms r/a0 resource FinalizerAdded FinalizerAdded\n",
    "\n",
    "# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.\n",
    "plugin action=r/a0 result.phase=RetryableFailure result.error.code=\"\u{e0041}\u{e007f}\u{ad}\u{200b}\u{3164}\" result.error.kind=USER result.error.message=\"\u{e0041}\u{e007f}\u{ad}\u{200b}\u{3164}\"\n",
    "----\n",
    "0 ms r/a0 resource PluginAborted #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · \u{e0041}\u{e007f}\u{ad}\u{200b}\u{3164}\n",
    "0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · \u{e0041}\u{e007f}\u{ad}\u{200b}\u{3164} · USER \u{e0041}\u{e007f}\u{ad}\u{200b}\u{3164}\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0\n",
    "0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task\n",
    "0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued\n",
    "\n",
    "# The row is written as ABORTED at once; what runs is stopped afterwards.\n",
    "abortRun run=r reason=\"\u{e0041}\u{e007f}\u{ad}\u{200b}\u{3164}\"\n",
    "----\n",
    "0 ms r/a0 row AbortRequested AbortRequested · \u{e0041}\u{e007f}\u{ad}\u{200b}\u{3164}\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested\n",
    "0 ms r/a0 abort AbortQueued AbortQueued\n",
    "0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10\n",
    "0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10\n",
    "",
);

/// \u{e0041}\u{e007f}\u{ad}\u{200b}\u{3164}
#[test]
fn run() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}

mod run_12 {
use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};

const TOLD: &str = concat!(
    "flyte-lifecycle trace 1\n",
    "\n",
    "# A run starts with its root action a0, recorded as QUEUED with attempt 1.\n",
    "createRun run=r task.maxAttempts=2\n",
    "----\n",
    "0 ms r/a0 row RowCreated QUEUED #1 RunCreated\n",
    "0 ms r/a0 resource ResourceCreated ActionEnqueued\n",
    "0 ms r/a0 resource FinalizerAdded FinalizerAdded\n",
    "\n",
    "# The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows.\n",
    "plugin action=r/a0 result.phase=RetryableFailure result.error.code=\"漢字 👩\u{200d}👩\u{200d}👧 é ́́\" result.error.kind=USER result.error.message=\"漢字 👩\u{200d}👩\u{200d}👧 é ́́\"\n",
    "----\n",
    "0 ms r/a0 resource PluginAborted #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded FAILED #1 AttemptFailed · version 0 · 漢字 👩\u{200d}👩\u{200d}👧 é ́́\n",
    "0 ms r/a0 resource StatusWritten #1 AttemptFailed · plugin RetryableFailure · Progressing=True RetryableFailure · 漢字 👩\u{200d}👩\u{200d}👧 é ́́ · USER 漢字 👩\u{200d}👩\u{200d}👧 é ́́\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→FAILED #1 AttemptFailed\n",
    "0 ms r/a0 events EventRecorded QUEUED #2 ResetToQueued · version 0\n",
    "0 ms r/a0 resource StatusWritten #2 ResetToQueued · Progressing=True Queued · restarting task\n",
    "0 ms r/a0 row PhaseRecorded FAILED→QUEUED #2 ResetToQueued\n",
    "\n",
    "# The row is written as ABORTED at once; what runs is stopped afterwards.\n",
    "abortRun run=r reason=\"漢字 👩\u{200d}👩\u{200d}👧 é ́́\"\n",
    "----\n",
    "0 ms r/a0 row AbortRequested AbortRequested · 漢字 👩\u{200d}👩\u{200d}👧 é ́́\n",
    "0 ms r/a0 row PhaseRecorded QUEUED→ABORTED #2 AbortRequested\n",
    "0 ms r/a0 abort AbortQueued AbortQueued\n",
    "0 ms r/a0 row AbortAttemptCounted AbortCounted · attempt 1 of 10\n",
    "0 ms r/a0 abort AbortCalled AbortCalled · attempt 1 of 10\n",
    "",
);

/// 漢字 👩\u{200d}👩\u{200d}👧 é ́́
#[test]
fn run() {
    let session = parse_trace(TOLD).expect("the trace can be read");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);

    let world = session.world();
    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);
    let phase = |id: &str| row(id).map(|row| row.phase);
    assert_eq!(phase("r/a0"), Some(ActionPhase::Aborted));
}
}
