//! Where a model of upstream is easily wrong: each test holds what upstream's code does at the modelled commit, and what
//! the documented lifecycle makes of the same. Each names the place in upstream's code.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

mod told;

use flyte_lifecycle::drive::{Session, parse_trace};
use flyte_lifecycle::model::{ActionPhase, Code, Command, Policy, Process, Rule, RulesSetup, Time, TimerKind};
use flyte_lifecycle::view::details::{action_details, stored_events};
use told::{action, met, tried};

fn upstream(commands: &[&str]) -> Session {
    tried("rules=upstream", commands).unwrap()
}

fn documented(commands: &[&str]) -> Session {
    tried("requeueMs=10000", commands).unwrap()
}

fn phase(session: &Session, id: &str) -> ActionPhase {
    action(session, id).phase
}

fn refusal(config: &str, commands: &[&str]) -> (Code, Rule, String) {
    let rejection = tried(config, commands).expect_err("a refusal");
    (rejection.code, rejection.rule, rejection.message)
}

const ROOT: &str = "createRun run=r1";
const RUNS: &str = "plugin action=r1/a0 result.phase=Running";
const SUCCEEDS: &str = "plugin action=r1/a0 result.phase=Success";
const NOT_TAKEN: &str = "fault call=updateActionStatus action=r1/a0";

/// executor/pkg/plugin/registry.go, `ResolvePlugin`: there is a default plugin, and the pod plugin registers last.
#[test]
fn every_task_type_has_a_plugin() {
    for kind in ["python", "spark", "raw-container", "nobody-knows-this-one"] {
        for made in [upstream, documented] {
            let session = made(&[&format!("createRun run=r1 task.taskType={kind}")]);
            assert_eq!(phase(&session, "r1/a0"), ActionPhase::Queued, "{kind}");
            assert!(action(&session, "r1/a0").resource.unwrap().conditions.is_empty(), "{kind}");
        }
    }
    let failures = ["plugin action=r1/a0 failure.message=no"; 4];
    for (kind, plugin) in [("spark", "pod"), ("container", "pod"), ("clustered-task", "clustered-task")] {
        let root = format!("createRun run=r1 task.taskType={kind}");
        let session = upstream(&[&[root.as_str()][..], &failures].concat());
        let message = action(&session, "r1/a0").resource.unwrap().error_state.unwrap().message;
        assert_eq!(message, format!("plugin \"{plugin}\" failed with system error 4 times: no"));
    }
}

/// flytek8s/pod_helper.go, `BuildRawPod`, and `nonRetryableErrorCodes`: no container, no pod, and no second try.
#[test]
fn a_template_without_a_container_fails_at_once() {
    for made in [upstream, documented] {
        let session = made(&["createRun run=r1 task.containers=0 task.maxAttempts=3"]);
        assert_eq!(phase(&session, "r1/a0"), ActionPhase::Failed);
        let error = action(&session, "r1/a0").resource.unwrap().error_state.unwrap();
        assert_eq!((error.code.as_str(), error.kind.name()), ("BadTaskSpecification", "USER"));
        assert_eq!(session.world().event_keys(session.world().find("r1/a0").unwrap()).len(), 1);
    }
}

/// actions/k8s/client.go, `setupInformer`: no event is filtered, so the label of the end tells the end again.
#[test]
fn one_failed_update_of_an_end_is_told_again_by_the_label() {
    let session = upstream(&[ROOT, RUNS, NOT_TAKEN, SUCCEEDS]);
    assert_eq!((phase(&session, "r1/a0"), met(&session, Rule::NewsForgotten)), (ActionPhase::Succeeded, 1));
    let twice = upstream(&[ROOT, RUNS, NOT_TAKEN, NOT_TAKEN, SUCCEEDS]);
    assert_eq!(phase(&twice, "r1/a0"), ActionPhase::Running);
    let resynced = upstream(&[ROOT, RUNS, NOT_TAKEN, NOT_TAKEN, SUCCEEDS, "advance ms=36000000"]);
    assert_eq!(phase(&resynced, "r1/a0"), ActionPhase::Succeeded);
    assert_eq!(resynced.world().timers().count(), 0, "a resync is awaited only while something is untold");
    assert_eq!(phase(&documented(&[ROOT, RUNS, NOT_TAKEN, SUCCEEDS]), "r1/a0"), ActionPhase::Succeeded);
}

/// The same of one failed record, by the finalizer; of a status, by the time of deletion and by a signal.
#[test]
fn finalizer_signal_and_deletion_are_news_as_well() {
    let child = "enqueue action=r1/c parent=r1/a0 task={}";
    let session = upstream(&[ROOT, "fault call=recordAction", child]);
    assert_eq!((phase(&session, "r1/c"), met(&session, Rule::RecordFailed)), (ActionPhase::Queued, 1));
    let session = upstream(&[ROOT, NOT_TAKEN, RUNS, "abortAction action=r1/a0", "abortReply action=r1/a0 reply=ok"]);
    assert!(met(&session, Rule::GuardRefusesTerminal) > 0, "RUNNING is told again, and comes too late");
    let condition = "enqueue action=r1/w parent=r1/a0 condition.valueType=bool";
    let lost = "fault call=updateActionStatus action=r1/w";
    let signal = "signal action=r1/w value.bool=true";
    let session = tried("rules=upstream delivery=manual", &[&[ROOT][..], &["deliver"; 3], &[condition, lost]].concat());
    let mut session = session.unwrap();
    while session.dispatch(Command::Deliver { item: None }).is_ok() {}
    assert_eq!(phase(&session, "r1/w"), ActionPhase::Queued, "PAUSED was not taken");
    let signalled =
        parse_trace(&format!("flyte-lifecycle trace 1\n\n{ROOT}\n----\n\n{condition}\n----\n\n{signal}\n----\n"));
    session.dispatch(signalled.unwrap().commands().last().unwrap()).unwrap();
    assert_eq!(session.world().pending().filter(|item| item.is_news()).count(), 1);
}

/// The default `SyncPeriod` counts from when the informer last listed everything.
#[test]
fn a_resync_comes_every_ten_hours_since_the_informer_began() {
    let session = upstream(&[ROOT, "advance ms=35000000", NOT_TAKEN, RUNS]);
    let due: Vec<i64> = session.world().timers().map(|timer| timer.due.0 - Time::DEFAULT_START.0).collect();
    assert_eq!(due, [36_000_000]);
    let session = upstream(&[ROOT, "advance ms=35000000", "restart service=actions", NOT_TAKEN, RUNS]);
    assert_eq!(session.world().timers().next().unwrap().due.0 - Time::DEFAULT_START.0, 71_000_000);
}

/// actions/k8s/client.go, `buildTaskActionName` and `newTaskActionCR`: resources carry no project in their names.
#[test]
fn runs_of_two_projects_share_a_resource_as_coded_and_never_touch_as_documented() {
    let commands = [
        "createRun run=r1 project=alpha",
        RUNS,
        "createRun run=r1 project=beta",
        "abortRun run=beta.development:r1",
        "abortReply action=beta.development:r1/a0 reply=ok",
    ];
    let session = upstream(&commands);
    assert_eq!(phase(&session, "r1/a0"), ActionPhase::Aborted);
    assert_eq!((met(&session, Rule::ResourceNameTaken), met(&session, Rule::NamesakeDeleted)), (1, 1));
    assert_eq!(action(&session, "r1/a0").row.unwrap().abort_reason, None, "nobody asked for it");
    let session = documented(&commands);
    assert_eq!(phase(&session, "r1/a0"), ActionPhase::Running);
    assert_eq!(phase(&session, "beta.development:r1/a0"), ActionPhase::Aborted);
    // `r-x/y` and `r/x-y` are one object.
    let taken = ["createRun run=r", "createRun run=r-x", "enqueue action=r/x-y parent=r/a0 task={}"];
    let again = "enqueue action=r-x/y parent=r-x/a0 task={}";
    let (code, rule, _) = refusal("rules=upstream", &[&taken[..], &[again]].concat());
    assert_eq!((code, rule), (Code::Internal, Rule::RefusesDuplicateAction));
    let condition = "enqueue action=r-x/y parent=r-x/a0 condition.valueType=bool";
    let session = upstream(&[&taken[..], &[condition]].concat());
    assert!(session.world().find("r-x/y").is_none(), "it is answered OK, and nothing is created");
    for project in ["a/b", "a:b/c"] {
        let again = format!("createRun run=r1 project=\"{project}\"");
        let (code, rule, _) = refusal("rules=upstream", &["createRun run=r1", &again]);
        assert_eq!((code, rule), (Code::InvalidArgument, Rule::NameInvalid), "{project}");
    }
    let (code, _, message) = refusal("", &["createRun run=r1", "abortRun run=other.development:r1"]);
    assert_eq!(code, Code::NotFound, "{message}");
}

/// executor/pkg/controller/taskaction_cache.go, `evaluateCacheBeforeExecution`: looked up at every reconcile unless it
/// runs, and the executor reconciles what it wrote.
#[test]
fn a_queued_task_is_a_cache_hit_within_ten_seconds() {
    let commands = [
        "createRun run=r1 task.cache.key=k",
        RUNS,
        "createRun run=r2 task.cache.key=k",
        "plugin action=r2/a0 result.phase=Queued",
        SUCCEEDS,
        "advance ms=10000",
    ];
    assert_eq!(phase(&upstream(&commands), "r2/a0"), ActionPhase::Succeeded);
    assert_eq!(phase(&documented(&commands), "r2/a0"), ActionPhase::Queued, "it was launched");
}

/// taskaction_controller.go, `SetupWithManager`: an owner that restarts in place reserves again by its own write.
#[test]
fn an_owner_that_restarts_in_place_keeps_its_reservation() {
    let serial = "task.cache.serializable=true task.cache.key=k";
    let fails = "plugin action=r1/a0 result.phase=RetryableFailure result.error.code=E result.error.kind=USER \
                 result.error.message=no";
    let first = format!("createRun run=r1 task.maxAttempts=2 {serial}");
    let second = format!("createRun run=r2 {serial}");
    let session = upstream(&[&first, RUNS, &second, fails, "advance ms=20000"]);
    assert_eq!(session.world().cache()[0].owner, session.world().find("r1/a0"));
    // As documented, whoever looks first has it, and the other one waits.
    let session = documented(&[&first, RUNS, &second, fails, "advance ms=20000", RUNS]);
    assert_eq!(phase(&session, "r1/a0"), ActionPhase::WaitingForResources);
}

/// cache_service/manager/manager.go, `resolvedHeartbeat`: three heartbeats of ten seconds at the most.
#[test]
fn a_lease_is_thirty_seconds_at_the_most() {
    let serial = "createRun run=r1 task.cache.serializable=true task.cache.key=k";
    let ends = "plugin action=r1/a0 failure.code=BadTaskSpecification failure.message=no";
    for (requeue_ms, lease) in [(10_000, 30_000), (1_000_000, 30_000), (2_000, 6_000)] {
        let session = tried(&format!("rules=upstream requeueMs={requeue_ms}"), &[serial, RUNS, ends]).unwrap();
        let due = session.world().timers().find(|timer| timer.kind == TimerKind::Lease).unwrap().due;
        assert_eq!(due.0 - Time::DEFAULT_START.0, lease, "{requeue_ms}");
    }
    // As documented a reservation is given up with the end, whatever ended it.
    let session = documented(&[serial, RUNS, ends]);
    assert_eq!((met(&session, Rule::CacheReleased), session.world().timers().count()), (1, 0));
    // An owner that is looked at less often than its lease lasts loses it in between.
    let waits = "createRun run=r2 task.cache.serializable=true task.cache.key=k";
    let config = "rules=upstream requeueMs=60000";
    let session = tried(config, &[serial, RUNS, "advance ms=25000", waits, "advance ms=60000"]).unwrap();
    assert!(met(&session, Rule::CacheLeaseExpired) > 0);
}

/// catalog/cache_service/client.go, `Put`, and taskaction_cache.go, `finalizeCacheAfterExecution`.
#[test]
fn the_second_of_two_equal_runs_has_a_failed_put() {
    let commands = [
        "createRun run=r1 task.cache.key=k",
        "createRun run=r2 task.cache.key=k",
        RUNS,
        "plugin action=r2/a0 result.phase=Running",
        SUCCEEDS,
        "plugin action=r2/a0 result.phase=Success",
    ];
    let status = |session: &Session, id: &str| action(session, id).row.unwrap().cache_status;
    let session = upstream(&commands);
    assert_eq!((status(&session, "r1/a0"), status(&session, "r2/a0")), (3, 5));
    let session = documented(&commands);
    assert_eq!((status(&session, "r1/a0"), status(&session, "r2/a0")), (3, 3));
}

/// flyteidl2/core/catalog.proto: a miss is CACHE_MISS and a failed look-up CACHE_LOOKUP_FAILURE; as coded neither is told
/// of what runs.
#[test]
fn a_look_up_shows_in_the_cache_status_as_documented() {
    let commands = ["createRun run=r1 task.cache.key=k", RUNS];
    let lost = ["createRun run=r1 task.cache.key=k", "fault call=lookUpCache", RUNS];
    let status = |session: Session| action(&session, "r1/a0").row.unwrap().cache_status;
    assert_eq!((status(documented(&commands)), status(upstream(&commands))), (1, 0));
    assert_eq!((status(documented(&lost)), status(upstream(&lost))), (4, 0));
    assert_eq!(status(documented(&[ROOT, RUNS])), 0, "a task that is not cached");
}

/// taskaction_controller.go, `buildActionEvent`, `toClusterEvents`, `outputRefs`.
#[test]
fn an_attempt_has_its_cache_status_its_outputs_and_the_remarks_of_the_cluster() {
    let submitted = "plugin action=r1/a0 result.phase=Queued result.reason=\"task submitted to K8s\"";
    let fails = "plugin action=r1/a0 result.phase=RetryableFailure result.error.code=E result.error.kind=USER \
                 result.error.message=no";
    let session = upstream(&["createRun run=r1 task.maxAttempts=2 task.cache.key=k", submitted, fails, SUCCEEDS]);
    let id = session.world().find("r1/a0").unwrap();
    let details = action_details(session.world(), session.facts(), id).unwrap();
    let said = |attempt: usize| -> Vec<String> {
        details.attempts[attempt].cluster_events.iter().map(|event| event.message.clone()).collect()
    };
    assert_eq!((said(0), said(1)), (vec!["task submitted to K8s".to_owned()], vec!["restarting task".to_owned()]));
    assert_eq!(details.attempts[1].cache_status, 3);
    let outputs = details.attempts[1].outputs.clone().unwrap();
    assert!(outputs.output_uri.ends_with("/tmp/flyte/data/flytesnacks/development/r1/a0/2/outputs.pb"), "{outputs:?}");
    assert_eq!(stored_events(session.world(), session.facts(), id).last().unwrap().cache_status, 3);
    let session = upstream(&["createRun run=r1 task.missing=[\"inputUri\"]"]);
    let id = session.world().find("r1/a0").unwrap();
    assert!(action_details(session.world(), session.facts(), id).unwrap().attempts.is_empty());
}

/// actions/k8s/client.go, `notifyRunService`: a promotion is a call of its own, made once.
#[test]
fn a_promotion_can_fail_and_uses_up_the_fault() {
    let child = "enqueue action=r1/c parent=r1/a0 task={}";
    let session = upstream(&[ROOT, NOT_TAKEN, child, "plugin action=r1/c result.phase=Running"]);
    assert_eq!((phase(&session, "r1/a0"), met(&session, Rule::PromotionForgotten)), (ActionPhase::Queued, 1));
    // The next news of the parent tells its own attempt, after one that promoted it.
    let session = upstream(&[ROOT, RUNS, child]);
    assert_eq!(action(&session, "r1/a0").row.unwrap().attempts, 0);
    let session = upstream(&[ROOT, RUNS, child, "plugin action=r1/a0 result.phase=Running result.version=1"]);
    assert_eq!(action(&session, "r1/a0").row.unwrap().attempts, 1);
}

/// taskaction_controller.go, `handleAbortAndFinalize`.
#[test]
fn a_deletion_without_context_skips_the_clean_up() {
    let commands = [ROOT, RUNS, "fault call=buildContext", "abortRun run=r1", "abortReply action=r1/a0 reply=ok"];
    let session = upstream(&commands);
    assert!(action(&session, "r1/a0").resource.is_none());
    assert_eq!((met(&session, Rule::CleanupSkipped), met(&session, Rule::AbortedEvent)), (1, 0));
    let session = documented(&commands);
    assert!(action(&session, "r1/a0").resource.is_some(), "it is held");
    let session = documented(&[&commands[..], &["advance ms=10000"]].concat());
    assert!(action(&session, "r1/a0").resource.is_none());
}

/// actions/k8s/client.go, `Enqueue`: the reply to a trace's record is not looked into.
#[test]
fn a_trace_can_be_lost() {
    let commands = [ROOT, RUNS, "fault call=recordAction reply=rejected", "enqueue action=r1/t parent=r1/a0 trace={}"];
    assert_eq!(met(&upstream(&commands), Rule::RecordLost), 1);
    assert!(upstream(&commands).world().find("r1/t").is_none());
    assert_eq!(met(&documented(&commands), Rule::EnqueueFailed), 1, "the SDK hears of it");
}

/// taskaction_controller.go, `ensureTerminalLabels`.
#[test]
fn labels_that_are_there_stay() {
    let session = upstream(&[
        "createRun run=r1 task.maxAttempts=1",
        SUCCEEDS,
        "advance ms=600000",
        "enqueue action=r1/c parent=r1/a0 task={}",
        "plugin action=r1/c result.phase=Success",
    ]);
    let label =
        |id: &str| action(&session, id).resource.unwrap().labels.get("flyte.org/completed-time").map(str::to_owned);
    assert_eq!(label("r1/c"), label("r1/a0"), "the child keeps the label that it took over");
}

/// executor/api/v1/taskaction_types.go, `MinLength` and `MaxLength`; runs/service/run_service.go, `CreateRun`.
#[test]
fn what_kubernetes_refuses_is_found_out_late_as_coded() {
    let long = "t".repeat(64);
    for task in ["project=\"my project!\"", "task.missing=[\"runName\"]", &format!("task.taskType={long}")] {
        let command = format!("createRun run=r1 {task}");
        let session = upstream(&[&command]);
        assert_eq!(
            (phase(&session, "r1/a0"), met(&session, Rule::ResourceInvalid)),
            (ActionPhase::Queued, 1),
            "{task}"
        );
        assert!(action(&session, "r1/a0").resource.is_none(), "{task}");
        assert_eq!(refusal("requeueMs=0", &[&command]).0, Code::InvalidArgument, "{task}");
    }
    let key = format!("enqueue action=r1/c parent=r1/a0 task.cache.key={}", "k".repeat(257));
    for child in ["enqueue action=r1/c parent=r1/a0 task.missing=[\"actionName\"]", &key] {
        assert_eq!(refusal("rules=upstream", &[ROOT, child]).0, Code::Internal, "{child}");
        assert_eq!(refusal("requeueMs=0", &[ROOT, child]).0, Code::InvalidArgument, "{child}");
    }
}

/// Nothing in upstream's code writes ACTION_PHASE_RECOVERED.
#[test]
fn recovered_is_refused_by_name_as_coded() {
    let recover = "recover action=r1/b parent=r1/a0";
    let (code, rule, message) = refusal("rules=upstream", &[ROOT, recover]);
    assert_eq!((code, rule), (Code::FailedPrecondition, Rule::RefusesRecovery));
    assert!(message.contains("policy `recovery`"), "{message}");
    assert_eq!(phase(&documented(&[ROOT, recover]), "r1/b"), ActionPhase::Recovered);
}

/// runs/service/abort_reconciler.go, `push`: a full queue blocks whoever aborts.
#[test]
fn a_full_queue_of_aborts_drops_nothing_by_itself() {
    let three = ["createRun run=r1", "createRun run=r2", "createRun run=r3", "abortRun run=r1", "abortRun run=r2"];
    for rules in ["documented", "upstream"] {
        let config = format!("rules={rules} abort.workers=1 abort.queueSize=1");
        let blocked = [&three[..], &["abortRun run=r3"]].concat();
        let session = tried(&config, &blocked).unwrap();
        assert_eq!((met(&session, Rule::AbortBlocked), met(&session, Rule::AbortQueueFull)), (1, 0));
        let gives_up = [&three[..], &["fault call=pushAbort", "abortRun run=r3"]].concat();
        assert_eq!(met(&tried(&config, &gives_up).unwrap(), Rule::AbortQueueFull), 1);
    }
}

/// flyteidl2/actions/actions_service.proto: an ended condition takes no signal; actions/k8s/client.go, `Signal`.
#[test]
fn the_same_signal_again_is_fine_as_coded_only() {
    let commands = [
        ROOT,
        RUNS,
        "enqueue action=r1/c parent=r1/a0 condition.valueType=bool",
        "signal action=r1/c value.bool=true",
        "signal action=r1/c value.bool=true",
    ];
    assert_eq!(met(&upstream(&commands), Rule::SignalRepeated), 1);
    let (code, rule, _) = refusal("requeueMs=0", &commands);
    assert_eq!((code, rule), (Code::FailedPrecondition, Rule::RefusesSignalCompleted));
}

/// runs/repository/impl/action.go, `InsertEvents` and `CreateAction`: these wake as well.
#[test]
fn events_and_new_rows_wake_those_who_watch() {
    let watched = |session: &Session| action(session, "r1/a0").watched_phase;
    let lost = "fault call=notify action=r1/a0";
    let once = upstream(&[ROOT, RUNS, lost, SUCCEEDS]);
    assert_eq!(watched(&once), Some(ActionPhase::Succeeded), "the row wakes after the event");
    let twice = upstream(&[ROOT, RUNS, lost, lost, SUCCEEDS]);
    assert_eq!(watched(&twice), Some(ActionPhase::Running));
    let duplicate = upstream(&[ROOT, RUNS, lost, lost, SUCCEEDS, "updatePhase action=r1/a0 phase=SUCCEEDED"]);
    assert_eq!(watched(&duplicate), Some(ActionPhase::Succeeded));
}

/// An abort is answered at once where nobody is asked; `settle` leaves nothing undone.
#[test]
fn an_abort_ends_what_waits_for_a_person() {
    let commands = [ROOT, RUNS, "enqueue action=r1/c parent=r1/a0 condition.valueType=bool", "abortRun run=r1"];
    for rules in ["documented", "upstream"] {
        let session = tried(&format!("rules={rules} abort.reply=ok"), &commands).unwrap();
        assert_eq!((phase(&session, "r1/a0"), phase(&session, "r1/c")), (ActionPhase::Aborted, ActionPhase::Aborted));
        assert!(session.world().aborts().is_empty());
        let asks = tried(&format!("rules={rules}"), &commands).unwrap();
        assert_eq!(phase(&asks, "r1/c"), ActionPhase::Paused);
        let fails = [&commands[..3], &["fault call=abortAction", "abortRun run=r1"]].concat();
        let session = tried(&format!("rules={rules} abort.reply=ok"), &fails).unwrap();
        assert_eq!((phase(&session, "r1/c"), met(&session, Rule::AbortBackoff)), (ActionPhase::Paused, 1));
        let (code, _, message) = refusal(&format!("rules={rules}"), &[ROOT, "fault call=abortAction"]);
        assert_eq!(code, Code::FailedPrecondition, "{message}");
    }
    let mut manual = tried("delivery=manual abort.reply=ok", &commands[..1]).unwrap();
    manual.settle().unwrap();
    manual.dispatch(Command::AbortRun { run: "r1".to_owned(), reason: None }).unwrap();
    manual.settle().unwrap();
    assert!(action(&manual, "r1/a0").resource.is_none());
}

/// taskaction_controller.go, `Reconcile`: an error has the resource looked at again, and the plugin asked, which says the
/// same. `settle` leaves nothing undone that a healthy control plane would have done.
#[test]
fn what_a_failed_call_has_lost_is_said_again() {
    let calls = ["writeStatus", "recordEvent", "recordEvent reply=timedOut", "buildContext"];
    let ends = [
        SUCCEEDS,
        "plugin action=r1/a0 failure.message=no failure.code=BadTaskSpecification",
        "exit action=r1/a0 code=0",
    ];
    for rules in ["documented", "upstream", "merged"] {
        for (call, end) in calls.iter().flat_map(|call| ends.iter().map(move |end| (call, end))) {
            let fault = format!("fault call={call} action=r1/a0");
            let ended = |config: &str| {
                // The plugin is asked once the executor has seen the resource.
                let begun = (0..9).find_map(|count| {
                    let seen = [&[ROOT][..], &vec!["deliver"; count], &[RUNS, &fault, &fault, end]].concat();
                    tried(&format!("rules={rules} {config}"), &seen).ok()
                });
                let mut session = begun.unwrap();
                session.settle().unwrap();
                let action = action(&session, "r1/a0");
                (action.phase, action.attempts, session.world().next_due())
            };
            let (phase, attempts, due) = ended("plugins=repeat");
            assert!(phase.is_terminal() && attempts == 1, "{rules} {call} {end}: {phase:?}, {attempts}");
            assert_eq!(due, None, "{rules} {call} {end}");
            assert_eq!(ended("plugins=repeat delivery=manual").0, phase, "{rules} {call} {end}");
            assert_eq!(ended("plugins=once").0, ActionPhase::Running, "{rules} {call} {end}");
        }
    }
    // Another report takes its place, an abort ends it, and what was said of one attempt is not said of the next.
    let fault = "fault call=buildContext action=r1/a0";
    let fails = "plugin action=r1/a0 result.phase=RetryableFailure";
    let root = "createRun run=r1 task.maxAttempts=3";
    let repeat = |commands: &[&str]| {
        let mut session = tried("plugins=repeat", commands).unwrap();
        session.settle().unwrap();
        session
    };
    let session = repeat(&[root, RUNS, fault, fails, SUCCEEDS]);
    assert_eq!((phase(&session, "r1/a0"), action(&session, "r1/a0").attempts), (ActionPhase::Succeeded, 1));
    let session = repeat(&[root, RUNS, fault, SUCCEEDS, fails]);
    assert_eq!((phase(&session, "r1/a0"), action(&session, "r1/a0").attempts), (ActionPhase::Queued, 2));
    let session = repeat(&[root, RUNS, fault, SUCCEEDS, "abortRun run=r1", "abortReply action=r1/a0 reply=ok"]);
    assert_eq!(phase(&session, "r1/a0"), ActionPhase::Aborted);
    // What is never heard, since the cache cannot be asked, is looked at in vain, over which time leaps.
    let unidentified = "createRun run=r1 task.cache.discoverable=true task.cache.unidentified=true";
    let session = repeat(&[unidentified, SUCCEEDS, "advance ms=2592000000"]);
    assert!(session.facts().len() < 20, "{}", session.facts().len());
    // What is too long to be stored is so however often it is said.
    let long = "plugin action=r1/a0 result.phase=PermanentFailure result.error.code=User result.error.kind=USER \
                result.error.message=x result.error.length=40000";
    let mut session = tried("rules=upstream plugins=repeat", &[ROOT, RUNS, long]).unwrap();
    assert_eq!(session.settle().unwrap().len(), 0);
    assert_eq!(met(&session, Rule::StatusTooLong), 1);
}

/// The set of what has been merged since: upstream's rules with these values, and the nearest name for them.
#[test]
fn merged_is_upstream_with_what_was_merged_since() {
    let changed: Vec<(&str, &str)> = Policy::ALL
        .iter()
        .filter(|policy| policy.merged != policy.upstream)
        .map(|policy| (policy.name, policy.merged))
        .collect();
    let merged = [
        ("taskTimeout", "enforced"),
        ("plainWrite", "invalidSpecRetried"),
        ("exitCode", "user"),
        ("errorCode", "told"),
    ];
    assert_eq!(changed, merged);
    let session = tried("rules=merged", &[ROOT]).unwrap();
    assert_eq!(RulesSetup::of(&session.world().config().rules).base, "merged");
    let (_, _, message) = refusal("rules=merge", &[ROOT]);
    assert!(message.contains("\"merged\""), "{message}");
}

/// flyteorg/flyte#7910: what runs is cleaned up before the next attempt; while that fails, the attempt is kept.
#[test]
fn an_attempt_out_of_time_is_cleaned_up_before_the_next_one_begins() {
    let timed = ["createRun run=r1 task.maxAttempts=2 task.timeoutMs=30000", RUNS];
    for rules in ["documented", "merged"] {
        let config = format!("rules={rules}");
        for call in ["abortPlugin", "finalizePlugin"] {
            let fails = format!("fault call={call}");
            let held = [&timed[..], &[&fails, "advance ms=30000"]].concat();
            let session = tried(&config, &held).unwrap();
            assert_eq!(action(&session, "r1/a0").resource.unwrap().attempts, 1, "{rules}");
            // Whatever the plugin says now, the attempt is cleaned up, and proves nothing any more.
            for late in ["", " result.occurredAt=1767225629000"] {
                let late = format!("plugin action=r1/a0 result.phase=Success{late}");
                let session = tried(&config, &[&held[..], &[&late]].concat()).unwrap();
                assert_eq!((met(&session, Rule::EndedInTime), met(&session, Rule::PluginSucceeded)), (0, 0), "{rules}");
                assert_eq!(action(&session, "r1/a0").resource.unwrap().attempts, 2, "{rules}");
            }
            let session = tried(&config, &[&held[..], &["advance ms=10000"]].concat()).unwrap();
            assert_eq!(action(&session, "r1/a0").resource.unwrap().attempts, 2, "{rules}");
            let id = session.world().find("r1/a0").unwrap();
            let details = action_details(session.world(), session.facts(), id).unwrap();
            let error = details.attempts[0].error.clone().unwrap();
            let told = (rules == "merged").then_some("TaskExecutionTimedOut");
            assert_eq!(error.code.as_deref(), told, "{rules}");
            assert_eq!(error.message, "task attempt 1 exceeded its max runtime of 30s");
            assert_eq!(met(&session, Rule::TimeoutRestarts) > 0, rules == "merged", "{rules}");
            // It is told with the time that was over, however long the clean-up took.
            assert_eq!(details.attempts[0].ended_at, Some(Time::DEFAULT_START.plus(30_000)), "{rules}");
        }
    }
}

/// flyteorg/flyte#7910, `attemptOverran`: where nobody has looked when the time was over, an end counts that is proved to
/// have come before; another one does not, nor an error of the plugin's, nor word that it goes on.
#[test]
fn an_end_counts_that_is_proved_to_have_come_in_time() {
    let lives =
        ["createRun run=r1 task.maxAttempts=2 task.timeoutMs=30000", RUNS, "fault call=buildContext action=r1/a0"];
    let lives = [&lives[..], &["advance ms=30000"]].concat();
    let at = |ms| format!(" result.occurredAt={}", Time::DEFAULT_START.0 + ms);
    let told = |phase: &str, at: String| format!("plugin action=r1/a0 result.phase={phase}{at}");
    let user = " result.error.code=E result.error.kind=USER result.error.message=no";
    for rules in ["documented", "merged"] {
        for (report, expected) in [
            (told("Success", at(29_000)), (ActionPhase::Succeeded, 1)),
            (told("Success", at(30_001)), (ActionPhase::Queued, 2)),
            (told("Success", String::new()), (ActionPhase::Queued, 2)),
            (told("PermanentFailure", at(29_000) + user), (ActionPhase::Failed, 1)),
            (told("RetryableFailure", at(29_000) + user), (ActionPhase::Queued, 2)),
            (told("Running", " result.version=1".to_owned()), (ActionPhase::Queued, 2)),
            ("plugin action=r1/a0 failure.message=no".to_owned(), (ActionPhase::Queued, 2)),
        ] {
            let session = tried(&format!("rules={rules}"), &[&lives[..], &[&report]].concat()).unwrap();
            let own = action(&session, "r1/a0");
            let resource = own.resource.unwrap();
            let (phase, attempts) = expected;
            assert_eq!((resource.attempts, resource.system_failures), (attempts, 0), "{rules}: {report}");
            // A retry in place leaves the row where it was until the next report.
            assert!(own.phase == phase || rules == "merged" && phase == ActionPhase::Queued, "{rules}: {report}");
        }
    }
}

/// flyteorg/flyte#7910, `recordAttemptStart`: the plugin's own time counts, unless it is of what was there before; and the
/// next attempt has no failures of the platform yet.
#[test]
fn the_clock_of_an_attempt_begins_when_its_plugin_says() {
    let root = "createRun run=r1 task.maxAttempts=2 task.timeoutMs=30000";
    let began = |ms: i64| format!("{RUNS} result.occurredAt={}", Time::DEFAULT_START.0 + ms);
    for (at, due) in [(5_000, 35_000), (-1_000, 50_000), (25_000, 50_000)] {
        let session = tried("rules=merged", &[root, "advance ms=20000", &began(at)]).unwrap();
        assert_eq!(session.world().next_due(), Some(Time::DEFAULT_START.plus(due)), "{at}");
    }
    let lost = "plugin action=r1/a0 failure.message=lost";
    let session = tried("rules=merged", &[root, RUNS, lost, lost, "advance ms=30000", lost, lost]).unwrap();
    let own = action(&session, "r1/a0");
    let resource = own.resource.unwrap();
    assert_eq!((resource.attempts, resource.system_failures), (2, 2));
}

/// flyteorg/flyte#7910, `reconcileTimedOutAttempt`: a reservation is given up with the last attempt, and kept for the next.
#[test]
fn a_timeout_gives_a_reservation_up_with_the_last_attempt() {
    let cached = "task.cache.discoverable=true task.cache.serializable=true task.cache.key=k";
    let run =
        |run: &str, most: u32| format!("createRun run={run} task.maxAttempts={most} task.timeoutMs=30000 {cached}");
    let second = "createRun run=r2 task.cache.discoverable=true task.cache.serializable=true task.cache.key=k";
    let runs = "plugin action=r2/a0 result.phase=Running";
    for rules in ["documented", "merged"] {
        let config = format!("rules={rules}");
        let lives = [&run("r1", 1), RUNS, second, "advance ms=30000", "advance ms=10000", runs];
        assert_eq!(phase(&tried(&config, &lives).unwrap(), "r2/a0"), ActionPhase::Running, "{rules}");
        let lives = [&run("r1", 2), RUNS, "fault call=reserveCache action=r1/a0", "advance ms=30000"];
        assert_eq!(action(&tried(&config, &lives).unwrap(), "r1/a0").attempts, 1, "{rules}");
    }
}

/// flyteidl2/core/literals.proto: from when it was first QUEUED, which for a root is before it has a resource; and what a
/// task has started goes with its deadline.
#[test]
fn a_deadline_counts_from_the_row_and_takes_the_children_along() {
    let root = "createRun run=r1 task.deadlineMs=10000";
    let session =
        tried("rules=documented delivery=manual", &[root, "advance ms=9000", "deliver", "deliver", "deliver"]);
    assert_eq!(session.unwrap().world().next_due(), Some(Time::DEFAULT_START.plus(10_000)));
    let session = documented(&[root, RUNS, CHILD, "plugin action=r1/c result.phase=Running", "advance ms=10000"]);
    assert_eq!((phase(&session, "r1/a0"), phase(&session, "r1/c")), (ActionPhase::TimedOut, ActionPhase::Aborted));
}

/// flyteorg/flyte#7899: one container that ends by itself ends by its program, also where nothing marks it.
#[test]
fn a_raw_container_fails_by_its_own_code() {
    let root = "createRun run=r1 task.taskType=raw-container";
    let kind = |rules: &str, code: u8| {
        let exits = format!("exit action=r1/a0 code={code}");
        let session = tried(&format!("rules={rules}"), &[root, RUNS, &exits]).unwrap();
        phase(&session, "r1/a0")
    };
    for rules in ["documented", "merged"] {
        assert_eq!(kind(rules, 1), ActionPhase::Failed, "{rules}");
    }
    // As coded it is launched again.
    assert_eq!(kind("upstream", 1), ActionPhase::Running);
}

/// flyteorg/flyte#7899 and #7879: an exit of the user's is the user's, a kill the platform's, and codes are kept.
#[test]
fn codes_are_kept_since_they_were_merged() {
    let code = |rules: &str, exit: u8| {
        let exits = format!("exit action=r1/a0 code={exit}");
        let config = format!("rules={rules} maxSystemFailures=1");
        let times = if exit == 1 { 1 } else { 2 };
        let session = tried(&config, &[&[ROOT, RUNS][..], &vec![exits.as_str(); times]].concat()).unwrap();
        let error = action(&session, "r1/a0").resource.unwrap().error_state.unwrap();
        (error.code, error.kind.name(), error.message.contains("[UnknownError]"))
    };
    assert_eq!(code("merged", 1), ("Error".to_owned(), "USER", false));
    assert_eq!(code("merged", 143), ("MaxSystemFailuresExceeded".to_owned(), "SYSTEM", true));
    assert_eq!(code("upstream", 143), ("MaxSystemFailuresExceeded".to_owned(), "SYSTEM", false));
}

/// flyteorg/flyte#7967: the write of an invalid spec is made again, that of a system failure is not.
#[test]
fn an_invalid_spec_is_written_again_since_it_was_merged() {
    let lost = "fault call=writeStatus reply=conflict";
    let invalid = "createRun run=r1 task.missing=[\"taskTemplate\"]";
    for (rules, ends, counted) in [("documented", true, 1), ("merged", true, 0), ("upstream", false, 0)] {
        let config = format!("rules={rules}");
        let session = tried(&config, &[lost, invalid]).unwrap();
        assert_eq!(phase(&session, "r1/a0") == ActionPhase::Failed, ends, "{rules}");
        let session = tried(&config, &[ROOT, lost, "plugin action=r1/a0 failure.message=no"]).unwrap();
        assert_eq!(action(&session, "r1/a0").resource.unwrap().system_failures, counted, "{rules}");
    }
}

/// flyteorg/flyte#7812, which is open: an update of a row that is not there has the action recorded again.
#[test]
fn a_missing_row_can_be_recorded_again() {
    let lost = "fault call=recordAction reply=rejected";
    let child = ["enqueue action=r1/c parent=r1/a0 task={}", "plugin action=r1/c result.phase=Running"];
    let commands = [&[ROOT, lost][..], &child].concat();
    assert_eq!(phase(&upstream(&commands), "r1/c"), ActionPhase::Unspecified);
    let session = tried("rules.base=upstream rules.inBandCheck=notFound", &commands).unwrap();
    assert_eq!(phase(&session, "r1/c"), ActionPhase::Running);
}

const RETRIED: &str = "plugin action=r1/a0 result.phase=RetryableFailure result.error.code=UserError \
                       result.error.kind=USER result.error.message=no";

/// flyteidl2/core/literals.proto, `TimeoutStrategy.queued_timeout`: until INITIALIZING, for each attempt anew. Upstream's Go
/// reads it nowhere.
#[test]
fn an_attempt_may_be_queued_for_so_long() {
    let root = "createRun run=r1 task.maxAttempts=2 task.maxQueuedMs=60000";
    let waits = "plugin action=r1/a0 result.phase=WaitingForResources";
    for queued in [&[root][..], &[root, waits]] {
        let twice = [queued, &["advance ms=60000", "advance ms=59999"]].concat();
        let session = documented(&twice);
        assert_eq!((phase(&session, "r1/a0"), action(&session, "r1/a0").attempts), (ActionPhase::Queued, 2));
        let session = documented(&[&twice[..], &["advance ms=1"]].concat());
        assert_eq!(phase(&session, "r1/a0"), ActionPhase::TimedOut);
        let error = action(&session, "r1/a0").resource.unwrap().error_state.unwrap();
        assert_eq!((error.code.as_str(), error.kind.name()), ("TaskQueuedTimedOut", "USER"));
        let session = upstream(&[queued, &["advance ms=86400000"]].concat());
        assert_eq!((phase(&session, "r1/a0"), action(&session, "r1/a0").attempts), (ActionPhase::Queued, 1));
    }
    let begins = "plugin action=r1/a0 result.phase=Initializing";
    let session = documented(&[root, "advance ms=59999", begins, "advance ms=86400000"]);
    assert_eq!(phase(&session, "r1/a0"), ActionPhase::Initializing);
    let relaunched = "plugin action=r1/a0 failure.message=no";
    let session = documented(&[root, begins, relaunched, "advance ms=86400000"]);
    assert_eq!(phase(&session, "r1/a0"), ActionPhase::Initializing, "a relaunch is no new attempt");
}

/// literals.proto, `TimeoutStrategy.deadline`: once for the action, from its first QUEUED on, whatever the attempts and the
/// maximum runtime.
#[test]
fn a_deadline_ends_all_attempts() {
    let root = "createRun run=r1 task.maxAttempts=9 task.deadlineMs=90000 task.timeoutMs=60000";
    let lives = [root, RUNS, "advance ms=60000", RUNS, "advance ms=20000", RETRIED, "advance ms=9999"];
    let session = documented(&lives);
    assert_eq!((phase(&session, "r1/a0"), action(&session, "r1/a0").attempts), (ActionPhase::Queued, 3));
    let session = documented(&[&lives[..], &["advance ms=1"]].concat());
    assert_eq!((phase(&session, "r1/a0"), action(&session, "r1/a0").attempts), (ActionPhase::TimedOut, 3));
    assert_eq!(action(&session, "r1/a0").resource.unwrap().error_state.unwrap().code, "TaskDeadlineExceeded");
    assert_eq!(session.world().timers().count(), 0, "nothing is timed any more");
    let session = upstream(&[root, RUNS, "advance ms=90000"]);
    assert_eq!((phase(&session, "r1/a0"), session.world().timers().count()), (ActionPhase::Running, 0));
    // Clean-up that fails keeps the attempt, and the deadline comes again.
    let held = [root, RUNS, "fault call=abortPlugin", "fault call=finalizePlugin", "advance ms=60000"];
    let session = documented(&held);
    assert_eq!((phase(&session, "r1/a0"), action(&session, "r1/a0").attempts), (ActionPhase::Running, 1));
    let session = documented(&[&held[..], &["advance ms=30000"]].concat());
    assert_eq!(phase(&session, "r1/a0"), ActionPhase::TimedOut);
}

/// literals.proto, `Backoff`: min(base * factor**n, cap) before retry n; a factor above 1 has a cap. Upstream's restart
/// triggers itself at once.
#[test]
fn a_retry_waits_as_its_strategy_says() {
    let root =
        "createRun run=r1 task.maxAttempts=5 task.backoff.baseMs=1000 task.backoff.factor=3 task.backoff.capMs=5000";
    let mut commands = vec![root.to_owned()];
    for wait in [1_000, 3_000, 5_000, 5_000] {
        commands.extend([RUNS.to_owned(), RETRIED.to_owned()]);
        let told = |more: &[String]| {
            let all = [&commands[..], more].concat();
            tried("rules=documented", &all.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let early = told(&[format!("advance ms={}", wait - 1), RUNS.to_owned()]).expect_err("it waits");
        assert_eq!((early.code, early.rule), (Code::FailedPrecondition, Rule::RefusesPluginWaiting));
        assert!(told(&[format!("advance ms={wait}"), RUNS.to_owned()]).is_ok());
        commands.push(format!("advance ms={wait}"));
    }
    let session = upstream(&[root, RUNS, RETRIED, RUNS, RETRIED, RUNS]);
    assert_eq!((action(&session, "r1/a0").attempts, session.world().timers().count()), (3, 0));
    for (field, says) in [
        ("factor=0.5", "it is 1 or more"),
        ("factor=2", "give `backoff.capMs`"),
        ("baseMs=-1", "baseMs"),
        ("baseMs=9000000000000000", "can be"),
    ] {
        let (code, _, message) = refusal("rules=upstream", &[&format!("createRun run=r1 task.backoff.{field}")]);
        assert!(message.contains(says) && code != Code::Internal, "{field}: {message}");
    }
}

/// taskaction_controller.go, `recordSystemError`: the counter's own write has the executor look again at once (N26).
#[test]
fn a_tolerated_failure_is_followed_by_an_interval_as_documented_only() {
    let fails = "plugin action=r1/a0 failure.message=no";
    let (code, rule, _) = refusal("rules=documented", &[ROOT, fails, fails]);
    assert_eq!((code, rule), (Code::FailedPrecondition, Rule::RefusesPluginWaiting));
    let session = documented(&[ROOT, fails, "advance ms=10000", fails]);
    assert_eq!(action(&session, "r1/a0").resource.unwrap().system_failures, 2);
    let session = upstream(&[ROOT, fails, fails, fails, fails]);
    assert_eq!((phase(&session, "r1/a0"), session.world().now()), (ActionPhase::Failed, Time::DEFAULT_START));
}

/// taskaction_controller.go, `reconcileTask`: the error of the abort is logged, and the next attempt begins (N25).
#[test]
fn a_retry_waits_for_the_clean_up_as_documented_only() {
    let commands = ["createRun run=r1 task.maxAttempts=2", RUNS, "fault call=abortPlugin", RETRIED];
    let session = documented(&commands);
    assert_eq!((met(&session, Rule::RetryHeld), action(&session, "r1/a0").attempts), (1, 1));
    let session = documented(&[&commands[..], &[RETRIED]].concat());
    assert_eq!(action(&session, "r1/a0").attempts, 2);
    let session = upstream(&commands);
    assert_eq!(met(&session, Rule::PluginAbortIgnored), 1);
    assert_eq!(action(&session, "r1/a0").resource.unwrap().attempts, 2);
}

/// actions/k8s/client.go, `PutStatus`: whatever the caller gives is written.
#[test]
fn a_status_from_outside_may_have_any_attempt() {
    let put = "putStatus action=r1/a0 attempts=99";
    let (code, rule, message) = refusal("rules=documented", &[ROOT, RUNS, put]);
    assert_eq!((code, rule), (Code::InvalidArgument, Rule::RefusesStatusPut));
    assert!(message.contains("99 cannot be written, 1 can"), "{message}");
    let session = upstream(&[ROOT, RUNS, put]);
    assert_eq!((action(&session, "r1/a0").attempts, met(&session, Rule::StatusPut)), (99, 1));
    let (code, _, message) = refusal("rules=upstream", &[ROOT, RUNS, SUCCEEDS, "putStatus action=r1/b attempts=1"]);
    assert_eq!(code, Code::NotFound, "{message}");
    let told = documented(&[ROOT, RUNS, "putStatus action=r1/a0 attempts=1 cacheStatus=CACHE_EVICTED"]);
    assert_eq!(action(&told, "r1/a0").resource.unwrap().cache_status, 7);
}

/// runs/service/run_service.go, `CreateRun`: a row that is there is kept, and the caller is told that all went well. The SDK
/// repeats a request whose answer was lost.
#[test]
fn the_same_run_can_be_asked_for_again() {
    let root = "createRun run=r1 task.maxAttempts=3";
    let session = documented(&[root, RUNS, root]);
    assert_eq!((met(&session, Rule::RunAnswered), phase(&session, "r1/a0")), (1, ActionPhase::Running));
    for other in [ROOT, "createRun run=r1 task.maxAttempts=3 task.timeoutMs=1"] {
        let (code, rule, message) = refusal("rules=documented", &[root, other]);
        assert_eq!((code, rule), (Code::AlreadyExists, Rule::RefusesDuplicateRun), "{message}");
    }
    let config = "rules.base=documented rules.duplicateRun=refused";
    assert_eq!(refusal(config, &[root, root]).0, Code::AlreadyExists);
    assert_eq!(met(&upstream(&[root, ROOT]), Rule::RunKept), 1);
}

/// flyteidl2/task/run.proto, `Recover`; flyteidl2/common/phase.proto, `ACTION_PHASE_RECOVERED`; flyteorg/flyte#7825 and
/// #7978: what succeeded is taken over with its attempts, the root never is, and a look-up that fails lets it run.
#[test]
fn a_run_recovers_what_succeeded_in_another() {
    let first = [
        ROOT,
        RUNS,
        "enqueue action=r1/c parent=r1/a0 task.maxAttempts=2",
        "plugin action=r1/c result.phase=RetryableFailure result.error.code=E result.error.kind=USER result.error.message=no",
        "plugin action=r1/c result.phase=Success",
        SUCCEEDS,
        "createRun run=r2 recover=r1",
        "plugin action=r2/a0 result.phase=Running",
    ];
    let child = "enqueue action=r2/c parent=r2/a0 task.maxAttempts=2";
    let other = "enqueue action=r2/d parent=r2/a0 task.maxAttempts=2";
    let fails = "fault call=lookUpRecovered";
    for (config, lost) in [("rules=documented", None), ("rules.base=upstream rules.recovery=failsOpen", Some("r2/c"))] {
        let session = tried(config, &[&first[..], &[child, other]].concat()).unwrap();
        let recovered = action(&session, "r2/c");
        assert_eq!((recovered.phase, recovered.attempts, recovered.resource), (ActionPhase::Recovered, 2, None));
        assert_eq!((phase(&session, "r2/d"), phase(&session, "r2/a0")), (ActionPhase::Queued, ActionPhase::Running));
        assert_eq!(action(&session, "r2/a0").recovers.as_deref(), Some("r1"));
        let session = tried(config, &[&first[..], &[fails, child]].concat()).unwrap();
        let there = session.world().find("r2/c").map(|_| "r2/c");
        assert_eq!(there, lost, "{config}");
    }
    let (code, _, message) = refusal("rules=documented", &["createRun run=r2 recover=nobody"]);
    assert_eq!(code, Code::NotFound, "{message}");
    let session = upstream(&[&first[..], &[child]].concat());
    assert_eq!(phase(&session, "r2/c"), ActionPhase::Queued, "as coded nobody reads it");
}

const SDK: &str = "parents=sdk";
const CHILD: &str = "enqueue action=r1/c parent=r1/a0 task.maxAttempts=1";
const CHILD_FAILS: &str = "plugin action=r1/c result.phase=PermanentFailure result.error.code=E result.error.kind=USER \
                           result.error.message=no";

fn of_the_sdk(rules: &str, commands: &[&str]) -> Session {
    tried(&format!("rules={rules} {SDK}"), commands).unwrap()
}

/// flyte-sdk, `_controller.py`, `submit`: what did not end well is raised, and that is the only way up.
#[test]
fn a_childs_failure_reaches_its_parent_through_the_sdk() {
    for rules in ["documented", "upstream"] {
        let session = of_the_sdk(rules, &[ROOT, RUNS, CHILD, CHILD_FAILS]);
        assert_eq!(phase(&session, "r1/a0"), ActionPhase::Failed, "{rules}");
        assert_eq!(action(&session, "r1/a0").resource.unwrap().error_state.unwrap().message, "no");
        let commanded = tried(&format!("rules={rules}"), &[ROOT, RUNS, CHILD, CHILD_FAILS]).unwrap();
        assert_eq!(phase(&commanded, "r1/a0"), ActionPhase::Running, "nothing else tells it");
        let catches = "createRun run=r1 task.childFailure=catches";
        let session = of_the_sdk(rules, &[catches, RUNS, CHILD, CHILD_FAILS, SUCCEEDS]);
        assert_eq!(phase(&session, "r1/a0"), ActionPhase::Succeeded);
        assert_eq!(met(&session, Rule::ChildFailureCaught), 1);
        let cancels = "createRun run=r1 task.childFailure=cancels";
        let more = "enqueue action=r1/d parent=r1/a0 task.maxAttempts=1";
        let session = of_the_sdk(rules, &[cancels, RUNS, more, CHILD, CHILD_FAILS]);
        assert_eq!((phase(&session, "r1/a0"), phase(&session, "r1/d")), (ActionPhase::Failed, ActionPhase::Aborted));
        let session = of_the_sdk(rules, &[ROOT, RUNS, more, CHILD, CHILD_FAILS]);
        assert_eq!(phase(&session, "r1/d"), ActionPhase::Queued, "other children go on");
    }
    // Aborts and timeouts have words of the SDK's.
    let abort = ["abortAction action=r1/c", "abortReply action=r1/c reply=ok"];
    let session = of_the_sdk("upstream", &[&[ROOT, RUNS, CHILD][..], &abort].concat());
    assert_eq!(action(&session, "r1/a0").resource.unwrap().error_state.unwrap().code, "ActionAbortedError");
    let waits = "enqueue action=r1/c parent=r1/a0 condition.valueType=bool condition.timeoutMs=1000";
    let session = of_the_sdk("upstream", &[ROOT, RUNS, waits, "advance ms=1000"]);
    assert_eq!(action(&session, "r1/a0").resource.unwrap().error_state.unwrap().code, "ConditionTimedoutError");
}

/// `_controller.py`, names of children; `handle_action_failure`: a failure without an error is looked for in a file that is
/// not there, which is the platform's.
#[test]
fn a_retried_parent_meets_the_children_that_are_there() {
    let root = "createRun run=r1 task.maxAttempts=2";
    let session = of_the_sdk("upstream", &[root, RUNS, CHILD, CHILD_FAILS, RUNS]);
    assert_eq!((phase(&session, "r1/a0"), met(&session, Rule::ChildListed)), (ActionPhase::Failed, 1));
    let bare = "enqueue action=r1/c parent=r1/a0 task.missing=[\"taskTemplate\"]";
    let session = of_the_sdk("upstream", &[root, RUNS, bare]);
    assert_eq!(action(&session, "r1/a0").resource.unwrap().system_failures, 1, "no attempt is consumed");
}

/// actions/service/actions_service.go, `WatchForUpdates`: a watch begins with the resources that are there (N27).
#[test]
fn a_parent_waits_for_ever_for_a_child_that_went_unheard() {
    let gone = [
        ROOT,
        RUNS,
        CHILD,
        "abortAction action=r1/c",
        "fault call=watchChildren",
        "abortReply action=r1/c reply=ok",
        "advance ms=86400000",
    ];
    assert_eq!(phase(&of_the_sdk("upstream", &gone), "r1/a0"), ActionPhase::Running);
    assert_eq!(phase(&of_the_sdk("documented", &gone), "r1/a0"), ActionPhase::Failed);
    let silent = [
        ROOT,
        RUNS,
        CHILD,
        "fault call=watchChildren reply=silent",
        "plugin action=r1/c result.phase=Running",
        CHILD_FAILS,
    ];
    let session = of_the_sdk("upstream", &silent);
    assert_eq!(
        (phase(&session, "r1/a0"), action(&session, "r1/a0").process),
        (ActionPhase::Running, Some(Process::Deaf))
    );
    assert_eq!(phase(&of_the_sdk("documented", &silent), "r1/a0"), ActionPhase::Failed);
    let session = of_the_sdk("upstream", &[&silent[..], &["restart service=sdk"]].concat());
    assert_eq!(phase(&session, "r1/a0"), ActionPhase::Failed, "a new watch begins with what there is");
    let (code, _, message) = refusal("rules=upstream", &[ROOT, "fault call=watchChildren"]);
    assert_eq!(code, Code::FailedPrecondition);
    assert!(message.contains("parents: \"sdk\""), "{message}");
}

/// flyte-sdk, `_core.py`, `_bg_run`: other codes than ALREADY_EXISTS, INVALID_ARGUMENT and NOT_FOUND are asked again, after
/// half a second, doubled each time.
#[test]
fn the_sdk_asks_again_for_a_child_that_could_not_be_enqueued() {
    let fails = "fault call=createResource";
    for rules in ["documented", "upstream"] {
        let asked = [ROOT, RUNS, fails, CHILD, fails, "advance ms=500"];
        let session = of_the_sdk(rules, &[&asked[..], &["advance ms=999"]].concat());
        assert!(action(&session, "r1/c").resource.is_none(), "{rules}");
        let session = of_the_sdk(rules, &[&asked[..], &["advance ms=1000"]].concat());
        assert!(action(&session, "r1/c").resource.is_some(), "{rules}");
        let ended = of_the_sdk(rules, &[&asked[..], &[SUCCEEDS, "advance ms=1000"]].concat());
        assert!(action(&ended, "r1/c").resource.is_none(), "nobody asks any more");
    }
}

/// What a bound or a deadline found out is not lost with a call that fails meanwhile.
#[test]
fn what_a_bound_found_out_is_kept_until_it_is_written() {
    let root = "createRun run=r1 task.maxAttempts=1 task.timeoutMs=60000";
    let fault = "fault call=buildContext action=r1/a0";
    let session = documented(&[root, RUNS, fault, "advance ms=60000", "advance ms=30000"]);
    assert_eq!(phase(&session, "r1/a0"), ActionPhase::TimedOut);
    // A deadline comes over an attempt whose clean-up is held up.
    let root = "createRun run=r1 task.maxAttempts=3 task.timeoutMs=60000 task.deadlineMs=65000";
    let held = "fault call=finalizePlugin action=r1/a0";
    let session = documented(&[root, RUNS, held, "advance ms=60000", "advance ms=5000", "advance ms=30000"]);
    assert_eq!((phase(&session, "r1/a0"), action(&session, "r1/a0").attempts), (ActionPhase::TimedOut, 1));
    assert_eq!(action(&session, "r1/a0").resource.unwrap().error_state.unwrap().code, "TaskDeadlineExceeded");
}

/// runs/service/run_service.go, `buildActionDetails`: since flyteorg/flyte#7910 the error of a task that timed out is told.
#[test]
fn details_tell_the_error_of_a_timeout_since_it_is_enforced() {
    let lives = ["createRun run=r1 task.maxAttempts=1 task.timeoutMs=60000", RUNS, "advance ms=60000"];
    for rules in ["documented", "merged"] {
        let session = tried(&format!("rules={rules}"), &lives).unwrap();
        let id = session.world().find("r1/a0").unwrap();
        let told = serde_json::to_value(action_details(session.world(), session.facts(), id).unwrap()).unwrap();
        assert!(told["result"].to_string().contains("its max runtime of 1m0s"), "{rules}: {told}");
    }
}

/// flyteidl2/task/run.proto: a run is recovered within its project and domain.
#[test]
fn a_run_of_another_project_is_not_recovered() {
    let first = ["createRun run=r1 project=one", "createRun run=r2 project=two recover=r1"];
    let (code, _, message) = refusal("rules=documented", &first);
    assert_eq!(code, Code::NotFound, "{message}");
    assert!(message.contains("in the same project and domain"), "{message}");
    assert!(tried("rules=documented", &[first[0], "createRun run=r2 project=one recover=r1"]).is_ok());
}

/// What is said by leaving it out is the same request as what says it.
#[test]
fn a_request_with_defaults_is_the_same_one_without_words() {
    for (first, again) in [
        (ROOT, "createRun run=r1 task.taskType=container"),
        ("createRun run=r1 task.maxAttempts=1", ROOT),
        ("createRun run=r1 task.backoff={}", ROOT),
        ("createRun run=r1 task.backoff.baseMs=0 task.backoff.factor=1", ROOT),
    ] {
        let session = documented(&[first, again]);
        assert_eq!(met(&session, Rule::RunAnswered), 1, "{first}, {again}");
    }
}

/// runs/repository/models, `attempts`: a column of 32 bits with a sign.
#[test]
fn a_status_from_outside_fits_into_its_column() {
    let (code, _, message) = refusal("rules=upstream", &[ROOT, RUNS, "putStatus action=r1/a0 attempts=2147483648"]);
    assert_eq!(code, Code::InvalidArgument, "{message}");
    assert!(message.contains("2147483647"), "{message}");
}

/// A parent that is stopped has nobody who asks again.
#[test]
fn nobody_asks_again_under_an_aborted_parent() {
    let fails = "fault call=createResource";
    for rules in ["documented", "upstream"] {
        let asked =
            [ROOT, RUNS, fails, CHILD, "abortRun run=r1", "abortReply action=r1/a0 reply=ok", "advance ms=60000"];
        let session = of_the_sdk(rules, &asked);
        assert!(action(&session, "r1/c").resource.is_none(), "{rules}");
        assert_eq!(phase(&session, "r1/a0"), ActionPhase::Aborted, "{rules}");
    }
}

/// runs/repository/impl/action.go, `AbortAction`: the row becomes ABORTED, whatever it was.
#[test]
fn an_abort_of_what_has_ended_overwrites_as_coded_only() {
    let late = [ROOT, RUNS, SUCCEEDS, "abortAction action=r1/a0"];
    let (code, rule, message) = refusal("rules=documented", &late);
    assert_eq!((code, rule), (Code::FailedPrecondition, Rule::RefusesAbortOfEnded), "{message}");
    assert_eq!(phase(&upstream(&late), "r1/a0"), ActionPhase::Aborted);
}
