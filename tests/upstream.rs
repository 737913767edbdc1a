//! The scenarios of upstream's own tests, told to our rules. Each test is called as upstream's is, and names its file; the
//! finer cases of these files stand in tests/vectors, recorded from upstream's code itself.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]
#![allow(non_snake_case, reason = "the names are upstream's")]

use flyte_lifecycle::drive::{Session, parse_trace};
use flyte_lifecycle::model::policy::Guard;
use flyte_lifecycle::model::{ActionPhase, ActionRow, Fact, Rule, Rules, Time, What};
use flyte_lifecycle::rules::{Update, admit, write_action_phase};
use flyte_lifecycle::view::snapshot::{ActionView, Snapshot};
use flyte_lifecycle::view::{self};

/// The session of these commands, under upstream's rules and `config`.
fn told_with(config: &str, commands: &[&str]) -> Session {
    let commands: String = commands.iter().map(|command| format!("{command}\n----\n\n")).collect();
    parse_trace(&format!("flyte-lifecycle trace 1\nconfig rules=upstream {config}\n\n{commands}")).unwrap()
}

fn told(commands: &[&str]) -> Session {
    told_with("", commands)
}

fn refused(commands: &[&str]) -> String {
    let commands: String = commands.iter().map(|command| format!("{command}\n----\n\n")).collect();
    let told = parse_trace(&format!("flyte-lifecycle trace 1\nconfig rules=upstream\n\n{commands}"));
    told.expect_err("a refusal").to_string()
}

fn snapshot(session: &Session) -> Snapshot {
    view::snapshot(session.world(), session.facts())
}

fn action(session: &Session, id: &str) -> ActionView {
    snapshot(session).actions.into_iter().find(|action| action.id == id).unwrap()
}

fn met(session: &Session, rule: Rule) -> usize {
    session.facts().iter().filter(|fact| fact.rule == rule).count()
}

fn count(session: &Session, wanted: impl Fn(&Fact) -> bool) -> usize {
    session.facts().iter().filter(|fact| wanted(fact)).count()
}

const ROOT: &str = "createRun run=r1 task.maxAttempts=3";
const RUNNING: &str = "plugin action=r1/a0 result.phase=Running";
const SUCCESS: &str = "plugin action=r1/a0 result.phase=Success";
const CONDITION: &str = "enqueue action=r1/c parent=r1/a0 condition.valueType=bool";
const SIGNAL: &str = "signal action=r1/c value.bool=true by=alice";
const CHILD: &str = "enqueue action=r1/c parent=r1/a0 task.maxAttempts=1";
const SYSTEM: &str = "plugin action=r1/a0 failure.message=\"connection refused\"";
const DIES: &str = "plugin action=r1/a0 result.phase=PermanentFailure result.error.code=E result.error.kind=USER \
                    result.error.message=boom";

/// runs/repository/impl/action_test.go
mod repository {
    use super::*;

    fn update(phase: ActionPhase, attempts: u32, start: Option<i64>, end: Option<i64>) -> Update {
        let (start, end) = (start.map(Time), end.map(Time));
        Update { phase, attempts, cache_status: 0, start, end, resets: false }
    }

    fn write(row: &ActionRow, update: &Update) -> Result<ActionRow, Rule> {
        write_action_phase(row, update, u32::MAX, Time(9_000), &Rules::upstream()).map(|(row, _)| row)
    }

    #[test]
    fn TestUpdateActionPhasePersistsAttemptsAndCacheStatus() {
        let row = ActionRow::new(ActionPhase::Queued, 1, Time(0));
        let told = Update { cache_status: 2, ..update(ActionPhase::Succeeded, 3, None, Some(5_000)) };
        let row = write(&row, &told).unwrap();
        assert_eq!((row.attempts, row.cache_status, row.ended_at), (3, 2, Some(Time(5_000))));
    }

    #[test]
    fn TestUpdateActionPhase_StartTimeCorrectsDuration() {
        let row = ActionRow::new(ActionPhase::Queued, 1, Time(5_000));
        let row = write(&row, &update(ActionPhase::Succeeded, 1, Some(1_000), Some(6_000))).unwrap();
        assert_eq!((row.created_at, row.duration_ms), (Time(1_000), Some(5_000)));
    }

    #[test]
    fn TestUpdateActionPhase_NilStartTimeUsesCreatedAt() {
        let row = ActionRow::new(ActionPhase::Queued, 1, Time(5_000));
        let row = write(&row, &update(ActionPhase::Succeeded, 1, None, Some(6_000))).unwrap();
        assert_eq!(row.duration_ms, Some(1_000));
    }

    #[test]
    fn TestUpdateActionPhase_AllowsRetryTransition() {
        for from in [ActionPhase::Failed, ActionPhase::TimedOut] {
            let row = ActionRow::new(from, 1, Time(0));
            assert_eq!(write(&row, &update(ActionPhase::Queued, 2, None, None)).unwrap().attempts, 2);
        }
    }

    #[test]
    fn TestUpdateActionPhase_BlocksBackwardFromNonRetryable() {
        let row = ActionRow::new(ActionPhase::Running, 1, Time(0));
        assert_eq!(write(&row, &update(ActionPhase::Queued, 1, None, None)), Err(Rule::GuardRefusesBackward));
    }

    #[test]
    fn TestUpdateActionPhase_BlocksBackwardFromSucceeded() {
        let row = ActionRow::new(ActionPhase::Succeeded, 1, Time(0));
        assert_eq!(write(&row, &update(ActionPhase::Running, 1, None, None)), Err(Rule::GuardRefusesTerminal));
    }

    #[test]
    fn TestUpdateActionPhase_AbortedDoesNotInsertEvent() {
        let session = told(&[ROOT, "updatePhase action=r1/a0 phase=ABORTED"]);
        assert_eq!(action(&session, "r1/a0").phase, ActionPhase::Aborted);
        assert!(snapshot(&session).event_log.is_empty());
    }

    #[test]
    fn TestUpdateActionPhase_PausedSettlesIntoTerminal() {
        for to in [ActionPhase::Succeeded, ActionPhase::Failed, ActionPhase::Aborted, ActionPhase::TimedOut] {
            assert!(admit(ActionPhase::Paused, to, Guard::Upstream).admitted, "{to}");
        }
    }

    #[test]
    fn TestUpdateActionPhase_PausedDoesNotResume() {
        for to in [ActionPhase::Queued, ActionPhase::Initializing, ActionPhase::Running] {
            assert_eq!(admit(ActionPhase::Paused, to, Guard::Upstream).rule, Rule::GuardRefusesResume, "{to}");
        }
    }
}

/// runs/service/abort_reconciler_test.go
mod abort_reconciler {
    use super::*;

    const ABORT: &str = "abortRun run=r1 reason=stop";
    const FAILS: &str = "abortReply action=r1/a0 reply=unavailable drawMs=5";

    #[test]
    fn TestAbortReconciler_SuccessOnFirstAttempt() {
        let session = told(&[ROOT, ABORT, "abortReply action=r1/a0 reply=ok"]);
        assert_eq!(action(&session, "r1/a0").row.unwrap().abort_requested_at, None);
        assert!(snapshot(&session).abort_queue.is_empty());
    }

    #[test]
    fn TestAbortReconciler_RetriesOnFailure() {
        let session = told(&[ROOT, ABORT, FAILS, "fire", FAILS, "fire", "abortReply action=r1/a0 reply=ok"]);
        assert_eq!(met(&session, Rule::AbortCalled), 3);
        assert_eq!(action(&session, "r1/a0").row.unwrap().abort_requested_at, None);
    }

    #[test]
    fn TestAbortReconciler_GivesUpAtMaxAttempts() {
        let session =
            told_with("abort.maxAttempts=2", &[ROOT, ABORT, FAILS, "fire", "abortReply action=r1/a0 reply=internal"]);
        assert_eq!((met(&session, Rule::AbortCalled), met(&session, Rule::AbortGivenUp)), (2, 1));
        assert_eq!(action(&session, "r1/a0").row.unwrap().abort_requested_at, None);
    }

    #[test]
    fn TestAbortReconciler_DeduplicatesQueue() {
        let session = told(&[ROOT, ABORT, ABORT, ABORT, "abortReply action=r1/a0 reply=ok"]);
        assert_eq!((met(&session, Rule::AbortDeduplicated), met(&session, Rule::AbortCalled)), (2, 1));
    }

    #[test]
    fn TestAbortReconciler_StartupScanPicksUpPending() {
        let session = told(&[ROOT, ABORT, "restart service=runs", "abortReply action=r1/a0 reply=ok"]);
        assert_eq!(met(&session, Rule::AbortQueued), 2);
        assert_eq!(met(&session, Rule::AbortSucceeded), 1);
    }

    #[test]
    fn TestAbortReconciler_NotFoundTreatedAsSuccess() {
        for reply in ["notFound", "internalNotFound"] {
            let session = told(&[ROOT, ABORT, &format!("abortReply action=r1/a0 reply={reply}")]);
            assert_eq!(met(&session, Rule::AbortAlreadyGone), 1, "{reply}");
        }
    }
}

/// runs/service/condition_test.go and actions/k8s/client_condition_test.go
mod condition {
    use super::*;

    #[test]
    fn TestRecordAction_Condition() {
        let session = told_with("delivery=manual", &[ROOT, "deliver", CONDITION, "deliver", "deliver", "deliver"]);
        assert_eq!(action(&session, "r1/c").phase, ActionPhase::Queued);
    }

    #[test]
    fn TestGetActionDetails_ConditionWithSignalInfo() {
        let session = told(&[ROOT, CONDITION, SIGNAL]);
        let id = session.world().find("r1/c").unwrap();
        let details = view::action_details(session.world(), session.facts(), id).unwrap();
        assert!(matches!(details.result, Some(view::details::ActionResult::Signal { signal }) if signal.by == "alice"));
    }

    #[test]
    fn TestEnqueueCondition_InvalidDeclaredType() {
        assert!(refused(&[ROOT, "enqueue action=r1/c parent=r1/a0 condition.valueType=bytes"]).contains("valueType"));
    }

    #[test]
    fn TestEnqueueCondition_AlreadyExistsIsIdempotent() {
        let session = told(&[ROOT, CONDITION, CONDITION]);
        assert_eq!(met(&session, Rule::ConditionKept), 1);
    }

    #[test]
    fn TestSignal() {
        let session = told(&[ROOT, CONDITION, SIGNAL, SIGNAL]);
        assert_eq!(met(&session, Rule::SignalRepeated), 1, "re-signal with same value is idempotent");
        for (commands, code, words) in [
            (vec![ROOT, SUCCESS, "signal action=r1/a0 value.bool=true"], "FAILED_PRECONDITION", "not a condition"),
            (vec![ROOT, CONDITION, "signal action=r1/c value.int=1"], "INVALID_ARGUMENT", "does not match"),
            (vec![ROOT, CONDITION, SIGNAL, "signal action=r1/c value.bool=false"], "FAILED_PRECONDITION", "different"),
            (vec![ROOT, "signal action=r1/c value.bool=true"], "NOT_FOUND", "not found"),
        ] {
            let error = refused(&commands);
            assert!(error.starts_with(code) && error.contains(words), "{error}");
        }
        let timed = "enqueue action=r1/c parent=r1/a0 condition.valueType=bool condition.timeoutMs=1000";
        assert!(refused(&[ROOT, timed, "advance ms=1000", SIGNAL]).contains("already completed"), "already terminal");
    }

    #[test]
    fn TestNotifyRunService_Condition() {
        let session = told(&[ROOT, CONDITION, SIGNAL]);
        assert_eq!(action(&session, "r1/c").phase, ActionPhase::Succeeded);
        assert_eq!(action(&session, "r1/c").resource.unwrap().signal.unwrap().by, "alice");
    }
}

/// executor/pkg/controller/taskaction_condition_test.go
mod condition_controller {
    use super::*;

    #[test]
    fn pauses_on_create_then_succeeds_when_a_signal_value_lands() {
        assert_eq!(action(&told(&[ROOT, CONDITION]), "r1/c").phase, ActionPhase::Paused);
        assert_eq!(action(&told(&[ROOT, CONDITION, SIGNAL]), "r1/c").phase, ActionPhase::Succeeded);
    }

    #[test]
    fn requeues_until_the_deadline_then_fails_with_TimedOut() {
        let timed = "enqueue action=r1/c parent=r1/a0 condition.valueType=bool condition.timeoutMs=60000";
        assert_eq!(action(&told(&[ROOT, timed, "advance ms=59999"]), "r1/c").phase, ActionPhase::Paused);
        let session = told(&[ROOT, timed, "advance ms=60000"]);
        assert_eq!(action(&session, "r1/c").phase, ActionPhase::TimedOut);
        assert_eq!(action(&session, "r1/c").resource.unwrap().error_state.unwrap().code, "ConditionTimedOut");
    }

    #[test]
    fn deletes_immediately_no_finalizer_is_ever_added_to_a_condition() {
        let session = told(&[ROOT, CONDITION]);
        assert!(action(&session, "r1/c").resource.unwrap().finalizers.is_empty());
        let session = told(&[ROOT, CONDITION, "abortAction action=r1/c", "abortReply action=r1/c reply=ok"]);
        assert!(action(&session, "r1/c").resource.is_none());
        assert_eq!(count(&session, |fact| matches!(fact.what, What::PluginFinalized)), 0);
    }

    #[test]
    fn marks_a_condition_with_an_empty_spec_as_terminally_failed() {
        let session = told(&[ROOT, "enqueue action=r1/c parent=r1/a0 condition.valueType=bool condition.empty=true"]);
        let resource = action(&session, "r1/c").resource.unwrap();
        assert_eq!(resource.error_state.unwrap().code, "InvalidSpec");
        assert_eq!(action(&session, "r1/c").phase, ActionPhase::Failed);
    }
}

/// executor/pkg/controller/taskaction_controller_test.go
mod controller {
    use super::*;

    #[test]
    fn should_set_GC_labels_on_terminal_TaskAction() {
        let labels = action(&told(&[ROOT, SUCCESS]), "r1/a0").resource.unwrap().labels;
        assert_eq!(labels.get("flyte.org/termination-status").map(String::as_str), Some("terminated"));
        assert_eq!(labels.get("flyte.org/completed-time").map(String::as_str), Some("2026-01-01.00-00"));
    }

    #[test]
    fn should_keep_PhaseHistory_using_controller_time_not_pod_time() {
        let session = told(&[ROOT, "advance ms=5000", RUNNING]);
        assert_eq!(action(&session, "r1/a0").resource.unwrap().phase_history[0].at, Time::DEFAULT_START.plus(5_000));
    }

    #[test]
    fn should_persist_ErrorState_on_permanent_failure() {
        let error = action(&told(&[ROOT, DIES]), "r1/a0").resource.unwrap().error_state.unwrap();
        assert_eq!((error.code.as_str(), error.kind.name(), error.message.as_str()), ("E", "USER", "boom"));
    }

    #[test]
    fn returns_the_default_when_MaxSystemFailures_is_zero() {
        let session = told_with("maxSystemFailures=0", &[ROOT, SYSTEM, SYSTEM, SYSTEM, SYSTEM]);
        assert_eq!(met(&session, Rule::SystemFailureTolerated), 3);
        assert_eq!(action(&session, "r1/a0").phase, ActionPhase::Failed);
    }

    #[test]
    fn increments_SystemFailures_and_requeues_without_consuming_user_retries() {
        let resource = action(&told(&[ROOT, SYSTEM]), "r1/a0").resource.unwrap();
        assert_eq!((resource.system_failures, resource.attempts), (1, 0));
    }

    #[test]
    fn converts_to_PermanentFailure_once_the_threshold_is_exceeded() {
        let session = told_with("maxSystemFailures=1", &[ROOT, SYSTEM, SYSTEM]);
        let error = action(&session, "r1/a0").resource.unwrap().error_state.unwrap();
        assert_eq!((error.code.as_str(), error.kind.name()), ("MaxSystemFailuresExceeded", "SYSTEM"));
    }

    #[test]
    fn fails_immediately_on_a_non_retryable_error_without_consuming_any_attempts() {
        let session = told(&[ROOT, "plugin action=r1/a0 failure.code=BadTaskSpecification failure.message=bad"]);
        let resource = action(&session, "r1/a0").resource.unwrap();
        assert_eq!((resource.attempts, resource.system_failures), (0, 0));
        assert_eq!(action(&session, "r1/a0").phase, ActionPhase::Failed);
    }

    #[test]
    fn aborts_the_plugin_and_clears_persisted_plugin_state() {
        let fails = "plugin action=r1/a0 result.phase=RetryableFailure result.error.code=E result.error.kind=SYSTEM \
                     result.error.message=lost";
        let session = told(&[ROOT, RUNNING, fails]);
        assert_eq!(count(&session, |fact| matches!(fact.what, What::PluginAborted { attempt: 1 })), 1);
        assert_eq!(action(&session, "r1/a0").resource.unwrap().system_failures, 1);
    }

    #[test]
    fn should_return_false_when_nothing_changed() {
        let session = told(&[ROOT, RUNNING, RUNNING]);
        assert_eq!(met(&session, Rule::NothingChanged), 1);
    }

    #[test]
    fn should_emit_an_ACTION_PHASE_ABORTED_event_before_removing_the_finalizer() {
        let session = told(&[ROOT, RUNNING, "abortRun run=r1", "abortReply action=r1/a0 reply=ok"]);
        let place = |rule| session.facts().iter().position(|fact| fact.rule == rule).unwrap();
        assert!(place(Rule::AbortedEvent) < place(Rule::FinalizerRemoved));
    }
}

/// executor/pkg/controller/taskaction_cache_test.go
mod cache {
    use super::*;

    const CACHED: &str = "createRun run=r1 task.cache.key=k";
    const SERIALIZED: &str = "createRun run=r1 task.cache.key=k task.cache.serializable=true";

    #[test]
    fn TestHandleCacheBeforeExecutionHit() {
        let session = told(&[CACHED, SUCCESS, "createRun run=r2 task.cache.key=k"]);
        assert_eq!(action(&session, "r2/a0").phase, ActionPhase::Succeeded);
        assert!(met(&session, Rule::CacheHit) > 0);
    }

    #[test]
    fn TestHandleCacheBeforeExecutionWaitingForReservation() {
        let session = told(&[SERIALIZED, "createRun run=r2 task.cache.key=k task.cache.serializable=true"]);
        let waiting = action(&session, "r2/a0").resource.unwrap();
        assert_eq!(waiting.plugin_phase.as_str(), "WaitingForCache");
        assert!(waiting.conditions[0].message.ends_with("reservation owner \"r1-a0\""));
    }

    #[test]
    fn TestHandleCacheBeforeExecutionMissWithoutSerializableSkipsReservation() {
        let session = told(&[CACHED, RUNNING]);
        assert_eq!(snapshot(&session).cache[0].owner, None);
        assert!(met(&session, Rule::CacheMiss) > 0);
    }

    #[test]
    fn TestHandleCacheBeforeExecutionRunningSkipsGet() {
        let session = told(&[CACHED, RUNNING, "plugin action=r1/a0 result.phase=Running result.version=1"]);
        let asked = count(&session, |fact| matches!(fact.what, What::CacheAsked));
        assert_eq!(asked, 2, "once when it was looked at first, once before it ran");
    }

    #[test]
    fn TestHandleCacheAfterExecutionWritesBackAndReleasesReservation() {
        let session = told(&[SERIALIZED, RUNNING, SUCCESS]);
        assert_eq!((met(&session, Rule::CachePopulated), met(&session, Rule::CacheReleased)), (1, 1));
    }

    #[test]
    fn TestHandleCacheAfterExecutionReleasesReservationOnFailure() {
        let session = told(&[SERIALIZED, RUNNING, DIES]);
        assert_eq!((met(&session, Rule::CachePopulated), met(&session, Rule::CacheReleased)), (0, 1));
    }
}

/// executor/pkg/controller/garbage_collector_unit_test.go and garbage_collector_test.go
mod garbage_collector {
    use super::*;

    const HOUR: &str = "gc.intervalMs=1800000 gc.ttlMs=3600000";

    fn collected(config: &str, commands: &[&str]) -> bool {
        action(&told_with(config, commands), "r1/a0").resource.is_none()
    }

    #[test]
    fn should_delete_TaskActions_with_expired_completed_time_label() {
        assert!(collected(HOUR, &[ROOT, SUCCESS, "advance ms=5400000"]));
    }

    #[test]
    fn should_retain_TaskActions_with_recent_completed_time_label() {
        assert!(!collected(HOUR, &[ROOT, SUCCESS, "advance ms=5399999"]));
    }

    #[test]
    fn should_delete_terminal_TaskActions_immediately_when_maxTTL_is_zero() {
        assert!(collected("gc.intervalMs=60000 gc.ttlMs=0", &[ROOT, SUCCESS, "advance ms=60000"]));
    }

    #[test]
    fn should_retain_non_terminated_TaskActions() {
        assert!(!collected(HOUR, &[ROOT, RUNNING, "advance ms=90000000"]));
    }

    #[test]
    fn should_sweep_immediately_on_Start_without_waiting_a_full_interval() {
        let commands = [ROOT, SUCCESS, "advance ms=3700000", "restart service=executor"];
        assert!(collected("gc.intervalMs=86400000 gc.ttlMs=3600000", &commands));
    }
}

/// actions/k8s/client_test.go
mod client {
    use super::*;

    #[test]
    fn TestNotifyRunService_DeduplicateRecordAction() {
        let session = told(&[ROOT, CHILD, "plugin action=r1/c result.phase=Running"]);
        assert_eq!(met(&session, Rule::ActionRecorded), 1);
    }

    #[test]
    fn TestNotifyRunService_FailedRecordAllowsRetry() {
        let session = told(&[ROOT, "fault call=recordAction", CHILD, "plugin action=r1/c result.phase=Running"]);
        assert_eq!((met(&session, Rule::RecordFailed), met(&session, Rule::ActionRecorded)), (1, 1));
        assert_eq!(action(&session, "r1/c").phase, ActionPhase::Running);
    }

    #[test]
    fn TestNotifyRunService_UpdateActionStatusIncludesAttemptsAndCacheStatus() {
        let fails = "plugin action=r1/a0 result.phase=RetryableFailure result.error.code=E result.error.kind=USER \
                     result.error.message=boom";
        let row = action(&told(&[ROOT, RUNNING, fails, RUNNING]), "r1/a0").row.unwrap();
        assert_eq!((row.phase, row.attempts), (ActionPhase::Running, 2));
    }

    #[test]
    fn TestNotifyRunService_RejectedStatusUpdateSkipsTerminalLabel() {
        let session = told(&[ROOT, RUNNING, "fault call=updateActionStatus reply=rejected", SUCCESS]);
        let labels = action(&session, "r1/a0").resource.unwrap().labels;
        assert!(!labels.contains_key("flyte.org/terminal-status-recorded"));
        assert_eq!(action(&session, "r1/a0").phase, ActionPhase::Running);
    }

    #[test]
    fn TestInheritRunContextFromParentTaskAction() {
        let session = told(&[ROOT, SUCCESS, CHILD]);
        let labels = action(&session, "r1/c").resource.unwrap().labels;
        assert!(labels.contains_key("flyte.org/terminal-status-recorded"));
    }

    #[test]
    fn TestNotifyRunService_ChildAddedPromotesParentToRunning() {
        let session = told(&[ROOT, CHILD]);
        let row = action(&session, "r1/a0").row.unwrap();
        assert_eq!((row.phase, row.attempts), (ActionPhase::Running, 0));
    }

    #[test]
    fn TestNotifyRunService_RootActionAddedDoesNotPromoteParent() {
        assert_eq!(met(&told(&[ROOT]), Rule::ParentPromoted), 0);
    }

    #[test]
    fn TestDispatchEvent_CoalescesUpdatesForSameKey() {
        let settled = [ROOT, "deliver", "deliver", "deliver", "deliver"];
        let session = told_with(
            "delivery=manual",
            &[&settled[..4], &["plugin action=r1/a0 result.phase=Queued", RUNNING]].concat(),
        );
        assert_eq!(session.world().pending().count(), 1);
        let delivered = told_with(
            "delivery=manual",
            &[&settled[..4], &["plugin action=r1/a0 result.phase=Queued", RUNNING, "deliver"]].concat(),
        );
        assert_eq!(
            action(&delivered, "r1/a0").phase,
            ActionPhase::Running,
            "TestHandleWatchEvent_CoalescedReadsLatestPhase"
        );
    }

    #[test]
    fn TestHandleWatchEvent_DeleteAfterRecordDoesNotDoubleRecord() {
        let session = told(&[ROOT, CHILD, "abortAction action=r1/c", "abortReply action=r1/c reply=ok"]);
        assert_eq!(count(&session, |fact| matches!(fact.what, What::RowCreated { .. })), 2);
    }

    #[test]
    fn TestBuildActionUpdate_DeleteAfterTerminalPreservesPhase() {
        let lost = "fault call=updateActionStatus action=r1/c";
        let done = "plugin action=r1/c result.phase=Success";
        let session = told(&[ROOT, RUNNING, CHILD, lost, done, "abortRun run=r1", "abortReply action=r1/a0 reply=ok"]);
        assert_eq!(met(&session, Rule::DeletionKeepsEnd), 1);
        assert_eq!(action(&session, "r1/c").phase, ActionPhase::Succeeded);
    }

    #[test]
    fn TestBuildActionUpdate_DeleteOnNonTerminalForcesAborted() {
        let session = told(&[ROOT, RUNNING, CHILD, "abortRun run=r1", "abortReply action=r1/a0 reply=ok"]);
        assert_eq!(action(&session, "r1/c").phase, ActionPhase::Aborted);
    }
}
