//! The scenarios of upstream's own tests, told to our rules. Each test is called as upstream's is, and names its file; the
//! finer cases of these files stand in tests/vectors, recorded from upstream's code itself.
//!
//! Left out of these files is what is about Go, SQL or the network and not about the lifecycle:
//! `TestWatchActionUpdates_OnlyStreamsTargetAction` and `TestBuildActionDetails_CanceledContextSuppressesErrors` (streams
//! and contexts), `TestPayloadToLiteral` (one message into another), the garbage collector's pages and metrics, and an
//! empty list.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]
#![allow(non_snake_case, reason = "the names are upstream's")]

mod told;

use flyte_lifecycle::drive::Session;
use flyte_lifecycle::model::policy::Guard;
use flyte_lifecycle::model::{
    ActionKind, ActionPhase, ActionRow, Condition, ConditionStatus, ConditionType, Conditions, ErrorCode, ErrorKind,
    ErrorState, Fact, GcConfig, Message, PluginPhase, Reason, Report, Rule, Rules, Signal, SignalValue, Spec, Status,
    TaskAction, TextId, Time, What,
};
use flyte_lifecycle::recorded::executor::heartbeat_ms;
use flyte_lifecycle::recorded::informer::carried_signal;
use flyte_lifecycle::recorded::run_service::{Resolution, RunInfo, StatusCall, merge_run_info, update_action_status};
use flyte_lifecycle::rules::gc::is_expired;
use flyte_lifecycle::rules::informer::{
    Notice, RecordedSpec, Reported, parent_update, recorded_spec, status_update, update_phase,
};
use flyte_lifecycle::rules::{
    ConditionSeen, Update, admit, map_phase_to_conditions, phase_from_conditions, reconcile_condition,
    write_action_phase,
};
use flyte_lifecycle::view::snapshot::Snapshot;
use flyte_lifecycle::view::{self};
use told::{action, met, tried};

/// The session of these commands, under upstream's rules and `config`.
fn told_with(config: &str, commands: &[&str]) -> Session {
    tried(&format!("rules=upstream {config}"), commands).unwrap()
}

fn told(commands: &[&str]) -> Session {
    told_with("", commands)
}

fn refused(commands: &[&str]) -> String {
    tried("rules=upstream", commands).expect_err("a refusal").to_string()
}

fn snapshot(session: &Session) -> Snapshot {
    view::snapshot(session.world(), session.facts())
}

fn count(session: &Session, wanted: impl Fn(&Fact) -> bool) -> usize {
    session.facts().iter().filter(|fact| wanted(fact)).count()
}

#[path = "upstream/pods.rs"]
mod pods;
#[path = "upstream/reads.rs"]
mod reads;

const ROOT: &str = "createRun run=r1 task.maxAttempts=3";
const RUNNING: &str = "plugin action=r1/a0 result.phase=Running";
const SUCCESS: &str = "plugin action=r1/a0 result.phase=Success";
const CONDITION: &str = "enqueue action=r1/c parent=r1/a0 condition.valueType=bool";
const SIGNAL: &str = "signal action=r1/c value.bool=true by=alice";
const CHILD: &str = "enqueue action=r1/c parent=r1/a0 task.maxAttempts=1";
const SYSTEM: &str = "plugin action=r1/a0 failure.message=\"connection refused\"";
const DIES: &str = "plugin action=r1/a0 result.phase=PermanentFailure result.error.code=E result.error.kind=USER \
                    result.error.message=boom";

/// A run whose first work is done by hand.
const SETTLED: [&str; 4] = [ROOT, "deliver", "deliver", "deliver"];

/// executor/test/integration/taskaction_test.go
mod integration {
    use super::*;

    #[test]
    fn TestEnqueueReconcile() {
        let resource = action(&told(&[ROOT]), "r1/a0").resource.unwrap();
        assert_eq!(resource.name, "r1-a0");
        assert_eq!(resource.finalizers, ["flyte.org/plugin-finalizer"], "reconciler should add a finalizer");
        let session = told(&[ROOT, RUNNING]);
        assert!(!action(&session, "r1/a0").resource.unwrap().conditions.is_empty());
        assert_eq!(action(&session, "r1/a0").phase, ActionPhase::Running, "a meaningful phase reaches the run service");
    }

    #[test]
    fn TestWatchPropagation() {
        let session = told(&[ROOT, RUNNING]);
        assert_eq!(action(&session, "r1/a0").resource.unwrap().reported_phase, action(&session, "r1/a0").phase);
    }
}

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

    fn succeeded() -> Update {
        Update { phase: ActionPhase::Succeeded, attempts: 0, cache_status: 0, start: None, end: None, resets: false }
    }

    #[test]
    fn TestUpdateActionStatus_PersistsOutput() {
        let told = Resolution { output: Some(TextId::APPROVED), principal: Some(TextId::YOU) };
        let kept = RunInfo { inputs_uri: TextId::CONTAINER, ..RunInfo::default() };
        let info = merge_run_info(&kept, &told);
        assert_eq!((info.resolution, info.inputs_uri), (told, TextId::CONTAINER), "what was kept before survives");
    }

    #[test]
    fn TestUpdateActionStatus_NoOutputSkipsRunInfoWrite() {
        let running = Update { phase: ActionPhase::Running, ..succeeded() };
        let calls = update_action_status(&running, &Resolution::default(), Time(7));
        assert_eq!(calls, [None, None, Some(StatusCall::UpdateActionPhase(running))]);
    }

    #[test]
    fn TestUpdateActionStatus_PersistsSignalOutputBeforePhase() {
        let told = Resolution { output: Some(TextId::APPROVED), principal: None };
        let calls = update_action_status(&succeeded(), &told, Time(7));
        let place = |wanted: fn(&StatusCall) -> bool| calls.iter().flatten().position(wanted).unwrap();
        let written = place(|call| matches!(call, StatusCall::UpdateActionDetailedInfo));
        assert!(written < place(|call| matches!(call, StatusCall::UpdateActionPhase(_))));
    }

    #[test]
    fn TestSignalEvent() {
        let session = told(&[ROOT, CONDITION, SIGNAL]);
        assert_eq!(met(&session, Rule::SignalStored), 1, "forwards converted literal to actions service");
        let timed = "enqueue action=r1/c parent=r1/a0 condition.valueType=bool condition.timeoutMs=1";
        let error = refused(&[ROOT, timed, "fire", SIGNAL]);
        assert!(error.starts_with("FAILED_PRECONDITION"), "actions service error passes through: {error}");
    }

    #[test]
    fn TestEnqueueCondition_CreatesCR() {
        let session = told(&[ROOT, CONDITION]);
        let condition = action(&session, "r1/c");
        assert_eq!((condition.kind, condition.parent.as_deref()), (ActionKind::Condition, Some("r1/a0")));
        assert_eq!(condition.resource.unwrap().name, "r1-c");
    }

    #[test]
    fn TestBuildActionUpdate_SignalValue() {
        let mut status = Status::default();
        assert_eq!(carried_signal(ActionPhase::Succeeded, &status), None);
        status.signal = Some(Signal { value: Some(SignalValue::Bool(true)), by: TextId::YOU });
        assert_eq!(carried_signal(ActionPhase::Succeeded, &status), status.signal);
    }

    #[test]
    fn TestGetPhaseFromConditions_ConditionPhases() {
        for (name, kind, reason, want) in [
            ("paused", ConditionType::Progressing, Reason::Paused, ActionPhase::Paused),
            ("timed out", ConditionType::Failed, Reason::TimedOut, ActionPhase::TimedOut),
            ("plain failure keeps FAILED", ConditionType::Failed, Reason::PermanentFailure, ActionPhase::Failed),
        ] {
            let condition = Condition { kind, status: ConditionStatus::True, reason, message: Message::Empty };
            assert_eq!(phase_from_conditions(&Conditions::default().with(condition)), want, "{name}");
        }
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
        let signal = action(&told(&[ROOT, CONDITION, SIGNAL]), "r1/c").resource.unwrap().signal.unwrap();
        assert_eq!((signal.by.as_str(), signal.at), ("alice", Some(Time::DEFAULT_START)), "happy path");
        let session = told(&[ROOT, CONDITION, SIGNAL, SIGNAL]);
        assert_eq!(met(&session, Rule::SignalRepeated), 1, "re-signal with same value is idempotent");
        for (commands, code, words) in [
            (vec![ROOT, CONDITION, "signal action=r1/c value={}"], "INVALID_ARGUMENT", "must be one of"),
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
        let spec = Spec { kind: ActionKind::Condition, ..Spec::task(1, TextId::EMPTY) };
        assert_eq!(recorded_spec(&spec), RecordedSpec::Condition, "added event records condition spec");
        let session = told(&[ROOT, CONDITION, SIGNAL]);
        assert_eq!(action(&session, "r1/c").phase, ActionPhase::Succeeded, "terminal succeeded");
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
    fn ignores_a_signal_that_lands_after_the_condition_timed_out() {
        let spec = Spec { kind: ActionKind::Condition, timeout_ms: 1, ..Spec::task(1, TextId::EMPTY) };
        let seen = ConditionSeen { deadline_passed: true, waited_seconds: 0, name: TextId::EMPTY };
        let timed_out = reconcile_condition(&spec, &TaskAction::default(), &seen, &Rules::upstream());
        let mut cr = TaskAction { status: timed_out.status, ..TaskAction::default() };
        cr.status.signal = Some(Signal { value: Some(SignalValue::Bool(true)), by: TextId::YOU });
        let after = reconcile_condition(&spec, &cr, &seen, &Rules::upstream());
        assert_eq!(phase_from_conditions(&after.status.conditions), ActionPhase::TimedOut);
        assert_eq!(after.status, cr.status);
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
        assert_eq!(labels.get("flyte.org/termination-status"), Some("terminated"));
        assert_eq!(labels.get("flyte.org/completed-time"), Some("2026-01-01.00-00"));
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

    /// A failure with this kind, as a plugin reports it.
    fn reported(phase: PluginPhase, kind: Option<ErrorKind>) -> Report {
        let error = kind.map(|kind| ErrorState {
            code: ErrorCode::ConditionTimedOut,
            kind,
            message: Message::Text(TextId::APPROVED),
        });
        Report { error, ..Report::of(phase, 0) }
    }

    #[test]
    fn should_persist_ErrorState_on_retryable_failure_with_system_kind() {
        let report = reported(PluginPhase::RetryableFailure, Some(ErrorKind::System));
        let (status, _) = map_phase_to_conditions(Status::default(), &report);
        assert_eq!(status.error, report.error);
    }

    /// errorStateFromExecError
    #[test]
    fn error_states_keep_code_kind_and_message() {
        assert_eq!(
            map_phase_to_conditions(Status::default(), &reported(PluginPhase::PermanentFailure, None)).0.error,
            None
        );
        for kind in [ErrorKind::User, ErrorKind::System, ErrorKind::Unknown] {
            let report = reported(PluginPhase::PermanentFailure, Some(kind));
            let (status, _) = map_phase_to_conditions(Status::default(), &report);
            assert_eq!(status.error, report.error, "{kind}");
        }
    }

    #[test]
    fn returns_the_configured_value_when_set() {
        let session = told_with("maxSystemFailures=2", &[ROOT, SYSTEM, SYSTEM]);
        assert_eq!((met(&session, Rule::SystemFailureTolerated), action(&session, "r1/a0").terminal), (2, false));
        let session = told_with("maxSystemFailures=2", &[ROOT, SYSTEM, SYSTEM, SYSTEM]);
        assert!(action(&session, "r1/a0").terminal);
    }

    /// isSystemRetryableFailure: a retryable failure of kind SYSTEM, and nothing else, is counted as the system's.
    #[test]
    fn only_a_retryable_failure_of_kind_SYSTEM_is_the_systems() {
        let counted = |phase: &str, kind: &str| {
            let fails = format!(
                "plugin action=r1/a0 result.phase={phase} result.error.code=E result.error.kind={kind} \
                 result.error.message=lost"
            );
            count(&told(&[ROOT, &fails]), |fact| matches!(fact.what, What::SystemFailureCounted { .. })) == 1
        };
        assert!(counted("RetryableFailure", "SYSTEM"));
        assert!(!counted("RetryableFailure", "USER"));
        assert!(!counted("PermanentFailure", "SYSTEM"));
        assert_eq!(count(&told(&[ROOT, RUNNING]), |fact| matches!(fact.what, What::SystemFailureCounted { .. })), 0);
    }

    /// systemErrorFromPhaseInfo
    #[test]
    fn formats_code_and_message_from_the_ExecutionError() {
        let lost = "plugin action=r1/a0 result.phase=RetryableFailure result.error.code=ResourceDeletedExternally \
                    result.error.kind=SYSTEM result.error.message=\"node lost\"";
        let session = told_with("maxSystemFailures=1", &[ROOT, lost, lost]);
        let message = action(&session, "r1/a0").resource.unwrap().error_state.unwrap().message;
        assert!(message.contains("ResourceDeletedExternally") && message.contains("node lost"), "{message}");
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
    fn should_detect_PhaseHistory_changes() {
        for commands in [&[ROOT, "plugin action=r1/a0 result.phase=Queued"][..], &[ROOT, RUNNING]] {
            assert_eq!(met(&told(commands), Rule::NothingChanged), 0, "{commands:?}");
        }
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
        assert!(waiting.conditions[0].message.ends_with("reservation owner \"flyte/r1-a0\""));
    }

    #[test]
    fn TestHandleCacheBeforeExecutionReservationHeartbeatTracksRequeueDuration() {
        assert_eq!(heartbeat_ms(45_000), 45_000);
    }

    #[test]
    fn TestRequeueDurationFallsBackToDefault() {
        for (config, want) in [("", 10_000), ("requeueMs=0", 10_000), ("requeueMs=45000", 45_000)] {
            let session = told_with(config, &[ROOT]);
            assert_eq!(session.world().config().requeue_ms, want, "{config:?}");
        }
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

    /// garbage_collector_unit_test.go
    #[test]
    fn TestShouldDeleteTerminalTaskAction() {
        let now = Time(1_786_190_400_000);
        let config = |ttl_ms| GcConfig { interval_ms: 60_000, ttl_ms };
        assert!(is_expired(Time(now.0 - 7_200_000), now, &config(3_600_000)), "expired positive ttl");
        assert!(!is_expired(now, now, &config(3_600_000)), "recent positive ttl");
        assert!(is_expired(now, now, &config(0)), "zero ttl deletes immediately");
    }

    #[test]
    fn should_retain_non_terminated_TaskActions() {
        assert!(!collected(HOUR, &[ROOT, RUNNING, "advance ms=90000000"]));
    }

    /// ensureTerminalLabels: what was not labelled is labelled by the next look, and once is enough.
    #[test]
    fn should_patch_completed_time_when_it_is_missing_and_be_idempotent() {
        let unlabelled = [ROOT, "fault call=patchLabels action=r1/a0", SUCCESS];
        let labels = action(&told_with("delivery=manual", &[&SETTLED[..], &unlabelled[1..]].concat()), "r1/a0")
            .resource
            .unwrap()
            .labels;
        assert!(labels.get("flyte.org/completed-time").is_none());
        let session = told(&[ROOT, "fault call=patchLabels action=r1/a0", SUCCESS, "restart service=executor"]);
        let labels = action(&session, "r1/a0").resource.unwrap().labels;
        assert_eq!(labels.get("flyte.org/completed-time"), Some("2026-01-01.00-00"));
        let stamped = count(&session, |fact| matches!(fact.what, What::LabelsStamped));
        let again = told(&[
            ROOT,
            "fault call=patchLabels action=r1/a0",
            SUCCESS,
            "restart service=executor",
            "restart service=executor",
        ]);
        assert_eq!(count(&again, |fact| matches!(fact.what, What::LabelsStamped)), stamped);
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
        // The label of the end is an event as well, and tells it again: so both are rejected.
        let rejected = "fault call=updateActionStatus reply=rejected";
        let session = told(&[ROOT, RUNNING, rejected, rejected, SUCCESS]);
        let labels = action(&session, "r1/a0").resource.unwrap().labels;
        assert!(labels.get("flyte.org/terminal-status-recorded").is_none());
        assert_eq!(action(&session, "r1/a0").phase, ActionPhase::Running);
    }

    #[test]
    fn TestInheritRunContextFromParentTaskAction() {
        let session = told(&[ROOT, SUCCESS, CHILD]);
        let labels = action(&session, "r1/c").resource.unwrap().labels;
        assert!(labels.get("flyte.org/terminal-status-recorded").is_some());
    }

    #[test]
    fn TestNotifyRunService_ChildAddedPromotesParentToRunning() {
        let session = told(&[ROOT, CHILD]);
        let row = action(&session, "r1/a0").row.unwrap();
        assert_eq!((row.phase, row.attempts), (ActionPhase::Running, 0));
    }

    const AGAIN: &str = "restart service=executor";

    /// The first sight records; the same news again does not, and is told all the same.
    #[test]
    fn TestNotifyRunService_SkipsTerminalAddedEventsOnlyWhenInBloomFilter() {
        let lost = "fault call=updateActionStatus action=r1/a0";
        let session = told(&[ROOT, lost, SUCCESS, "restart service=actions"]);
        assert_eq!(action(&session, "r1/a0").phase, ActionPhase::Succeeded, "a filter that forgot: recorded and told");
        for known in [false, true] {
            let notice = Notice { known, deleted: false, has_parent: true };
            assert_eq!(parent_update(notice, &Rules::upstream()).is_none(), known);
        }
        let (phase, _) = update_phase(Reported { phase: ActionPhase::Succeeded, ends: true }, false);
        assert!(status_update(phase, &Status::default(), None, &Rules::upstream()).is_ok());
    }

    #[test]
    fn TestNotifyRunService_ProcessesNonTerminalAddedEvents() {
        let session = told(&[ROOT, "plugin action=r1/a0 result.phase=Queued"]);
        assert_eq!(met(&session, Rule::ActionRecorded), 0, "the root's row is made with the run");
        assert_eq!(action(&session, "r1/a0").row.unwrap().updated_at, Time::DEFAULT_START);
        assert!(count(&session, |fact| matches!(fact.what, What::RowRewritten { .. })) > 0, "QUEUED is told");
    }

    #[test]
    fn TestNotifyRunService_DuplicateAddedSkipsRecordAction() {
        let session = told(&[ROOT, CHILD, "plugin action=r1/c result.phase=Running", AGAIN]);
        assert_eq!(met(&session, Rule::ActionRecorded), 1);
    }

    /// The end was told before, but not taken; the next news of the same phase repairs the row.
    #[test]
    fn TestNotifyRunService_TerminalDuplicateRepairsTimestamps() {
        let rejected = "fault call=updateActionStatus reply=rejected action=r1/c";
        let done = "plugin action=r1/c result.phase=Success";
        let session = told(&[ROOT, CHILD, rejected, rejected, done]);
        assert_eq!(action(&session, "r1/c").row.unwrap().ended_at, None);
        let session = told(&[ROOT, CHILD, rejected, done]);
        assert_eq!(action(&session, "r1/c").row.unwrap().ended_at, Some(Time::DEFAULT_START));
        assert_eq!(count(&session, |fact| matches!(fact.what, What::RowCreated { .. })), 2, "not recorded twice");
    }

    #[test]
    fn TestNotifyRunService_RootActionAddedDoesNotPromoteParent() {
        assert_eq!(met(&told(&[ROOT]), Rule::ParentPromoted), 0);
    }

    /// News of one object waits in one place, news of two in two.
    #[test]
    fn TestDispatchEvent_ConsistentSharding() {
        let two = ["createRun run=r2", "deliver", "deliver", "deliver"];
        let queued = "plugin action=r1/a0 result.phase=Queued";
        let other = "plugin action=r2/a0 result.phase=Running";
        let session = told_with("delivery=manual", &[&SETTLED[..], &two[..], &[queued, RUNNING, other][..]].concat());
        assert_eq!(session.world().pending().count(), 2);
    }

    #[test]
    fn TestHandleWatchEvent_CreateThenDeleteStillRecords() {
        // Neither the creation nor the finalizer's event records it.
        let fails = "fault call=recordAction";
        let unseen = [ROOT, fails, fails, CHILD];
        assert!(action(&told(&unseen), "r1/c").row.is_none());
        let session = told(&[&unseen[..], &["abortRun run=r1", "abortReply action=r1/a0 reply=ok"]].concat());
        let row = action(&session, "r1/c").row.unwrap();
        assert_eq!(row.phase, ActionPhase::Aborted, "the deletion records the action before it tells the end");
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
        let session = told(&[
            ROOT,
            RUNNING,
            CHILD,
            lost,
            lost,
            lost,
            done,
            "abortRun run=r1",
            "abortReply action=r1/a0 reply=ok",
        ]);
        assert_eq!(met(&session, Rule::DeletionKeepsEnd), 1);
        assert_eq!(action(&session, "r1/c").phase, ActionPhase::Succeeded);
    }

    #[test]
    fn TestBuildActionUpdate_DeleteOnNonTerminalForcesAborted() {
        let session = told(&[ROOT, RUNNING, CHILD, "abortRun run=r1", "abortReply action=r1/a0 reply=ok"]);
        assert_eq!(action(&session, "r1/c").phase, ActionPhase::Aborted);
    }
}
