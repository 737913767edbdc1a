//! Details and attempts of a world's actions: what upstream's `GetActionDetails` would answer, and where its parts
//! contradict each other.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

use flyte_lifecycle::drive::{Session, parse_trace};
use flyte_lifecycle::model::{ActionPhase, ErrorKind, Time};
use flyte_lifecycle::view::details::{ActionResult, stored_events};
use flyte_lifecycle::view::snapshot::ValueView;
use flyte_lifecycle::view::{ActionDetails, action_attempts, action_details, protojson};
use serde_json::json;

/// A session after these commands of a trace.
fn session(rules: &str, commands: &[&str]) -> Session {
    let commands: Vec<String> = commands.iter().map(|command| format!("{command}\n----\n\n")).collect();
    parse_trace(&format!("flyte-lifecycle trace 1\nconfig rules={rules}\n\n{}", commands.concat())).unwrap()
}

fn details(session: &Session, name: &str) -> ActionDetails {
    let id = session.world().find(name).unwrap();
    action_details(session.world(), session.facts(), id).unwrap()
}

/// Number and phase of each attempt.
fn phases(details: &ActionDetails) -> Vec<(u32, ActionPhase)> {
    details.attempts.iter().map(|attempt| (attempt.attempt, attempt.phase)).collect()
}

const FAILURE: &str = "result.error.code=UserError result.error.kind=USER result.error.message=\"exit code 1\"";

/// findings.md 1: upstream tells nobody of a failed attempt that is followed by another.
#[test]
fn a_failed_attempt_is_seen_as_documented_and_runs_for_ever_upstream() {
    let failure = format!("plugin action=r1/a0 result.phase=RetryableFailure {FAILURE}");
    let story = [
        "createRun run=r1 task.maxAttempts=2",
        "plugin action=r1/a0 result.phase=Running",
        "advance ms=1000",
        &failure,
        "plugin action=r1/a0 result.phase=Running",
        "plugin action=r1/a0 result.phase=Success",
    ];
    let upstream = details(&session("upstream", &story), "r1/a0");
    assert_eq!(phases(&upstream), [(1, ActionPhase::Running), (2, ActionPhase::Succeeded)]);
    assert_eq!((upstream.attempts[0].ended_at, &upstream.attempts[0].error), (None, &None));
    let documented = details(&session("documented", &story), "r1/a0");
    assert_eq!(phases(&documented), [(1, ActionPhase::Failed), (2, ActionPhase::Succeeded)]);
    let error = documented.attempts[0].error.as_ref().unwrap();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::User, "exit code 1"));
    assert_eq!((documented.status.attempts, documented.status.phase), (2, ActionPhase::Succeeded));
    assert_eq!(documented.result, None);
}

/// findings.md 13: the row says attempt 0 and the event attempt 1, so upstream shows no error.
#[test]
fn an_error_is_shown_only_if_the_events_know_the_rows_attempt() {
    let story =
        ["createRun run=r1", "plugin action=r1/a0 failure.code=BadTaskSpecification failure.message=\"node lost\""];
    let upstream = details(&session("upstream", &story), "r1/a0");
    assert_eq!((upstream.status.phase, upstream.status.attempts), (ActionPhase::Failed, 0));
    assert_eq!((phases(&upstream), &upstream.result), (vec![(1, ActionPhase::Failed)], &None));
    let documented = details(&session("documented", &story), "r1/a0");
    assert_eq!(documented.status.attempts, 1);
    let Some(ActionResult::Error { error: Some(error) }) = documented.result else { panic!("{documented:?}") };
    assert!(error.message.contains("node lost"), "{}", error.message);
}

/// A condition's signal is its result, until an abort takes its place.
#[test]
fn a_signal_is_the_result_of_its_condition_once_that_has_succeeded() {
    let enqueue = "enqueue action=r1/c parent=r1/a0 condition.valueType=int";
    let story = ["createRun run=r1", enqueue, "signal action=r1/c value.int=7 by=you"];
    for rules in ["upstream", "documented"] {
        assert_eq!(details(&session(rules, &story[..2]), "r1/c").result, None);
        let signalled = details(&session(rules, &story), "r1/c");
        let Some(ActionResult::Signal { signal }) = signalled.result else { panic!("{signalled:?}") };
        assert_eq!((signal.value, signal.by.as_str()), (ValueView::Int(7), "you"));
        let parent = details(&session(rules, &story), "r1/a0");
        assert_eq!(parent.child_phase_counts.get(ActionPhase::Succeeded), 1);
    }
    let aborted = [story.as_slice(), &["abortAction action=r1/c reason=late"]].concat();
    let result = details(&session("upstream", &aborted), "r1/c").result;
    assert_eq!(result, Some(ActionResult::Abort { reason: "late".to_owned() }));
}

/// A signal that was stored but not yet told to the run service is no result yet.
#[test]
fn a_signal_on_its_way_is_no_result() {
    let commands = "createRun run=r1\n----\n\ndeliver\n----\n\nenqueue action=r1/c parent=r1/a0 condition.valueType=bool\n----\n\n\
                    signal action=r1/c value.bool=true\n----\n\n";
    let trace = format!("flyte-lifecycle trace 1\nconfig rules=upstream delivery=manual\n\n{commands}");
    let mut session = parse_trace(&trace).unwrap();
    let id = session.world().find("r1/c").unwrap();
    assert!(action_details(session.world(), session.facts(), id).is_none(), "there is no row yet");
    assert_eq!(action_attempts(session.world(), session.facts(), id), []);
    session.settle().unwrap();
    assert!(matches!(details(&session, "r1/c").result, Some(ActionResult::Signal { .. })));
}

#[test]
fn details_read_as_protojson() {
    let story = [
        "createRun run=r1 project=p domain=d",
        "enqueue action=r1/c parent=r1/a0 task.maxAttempts=1",
        "advance ms=1500",
        "plugin action=r1/c result.phase=Running",
        &format!("plugin action=r1/c result.phase=PermanentFailure {FAILURE}"),
    ];
    let session = session("upstream", &story);
    let details = details(&session, "r1/c");
    let id = json!({"run": {"project": "p", "domain": "d", "name": "r1"}, "name": "c"});
    let failed_at = "2026-01-01T00:00:01.500Z";
    let error = json!({"message": "exit code 1", "kind": "KIND_USER"});
    // Upstream's default base, after two characters that spread objects over a bucket.
    let folder = "file:///gh/tmp/flyte/data/p/d/r1/c/1";
    let outputs = json!({"outputUri": format!("{folder}/outputs.pb"), "reportUri": format!("{folder}/report.html")});
    let attempt = json!({
        "phase": "ACTION_PHASE_FAILED", "startTime": failed_at, "endTime": failed_at, "errorInfo": error, "attempt": 1,
        "outputs": outputs,
        "phaseTransitions": [
            {"phase": "ACTION_PHASE_RUNNING", "startTime": failed_at, "endTime": failed_at},
            {"phase": "ACTION_PHASE_FAILED", "startTime": failed_at, "endTime": failed_at},
        ],
    });
    let want = json!({
        "id": id,
        "metadata": {"parent": "a0", "task": {"taskType": "container"}, "actionType": "ACTION_TYPE_TASK"},
        "status": {
            "phase": "ACTION_PHASE_FAILED", "startTime": "2026-01-01T00:00:00Z", "endTime": failed_at, "attempts": 1,
            "durationMs": "1500",
        },
        "errorInfo": error,
        "attempts": [attempt],
    });
    assert_eq!(protojson::action_details(&details), want);
    let action = session.world().find("r1/c").unwrap();
    let events = stored_events(session.world(), session.facts(), action);
    let event = json!({
        "id": id, "attempt": 1, "phase": "ACTION_PHASE_FAILED", "updatedTime": failed_at, "errorInfo": error,
        "reportedTime": failed_at, "outputs": outputs,
    });
    assert_eq!(protojson::action_event(session.world(), action, events.last().unwrap()), event);
}

/// What crosses the boundary is in camel case, with times in milliseconds and phases by their names.
#[test]
fn details_cross_the_boundary_as_other_views_do() {
    let story = ["createRun run=r1", "abortRun run=r1 reason=stop"];
    let session = session("upstream", &story);
    let crossed = serde_json::to_value(details(&session, "r1/a0")).unwrap();
    let start = Time::DEFAULT_START;
    assert_eq!(
        crossed["status"],
        json!({"phase": "ABORTED", "startedAt": start, "endedAt": start, "attempts": 1, "cacheStatus": 0, "durationMs": 0})
    );
    assert_eq!(crossed["result"], json!({"type": "abort", "reason": "stop"}));
    assert_eq!(crossed["childPhaseCounts"], json!({}));
    assert_eq!(crossed["attempts"], json!([]));
}
