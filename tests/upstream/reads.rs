//! What upstream's read side makes of rows and events: runs/service/get_action_details_test.go and
//! run_state_manager_test.go.

use flyte_lifecycle::model::{ActionPhase, ActionRow, ErrorKind, Time};
use flyte_lifecycle::recorded::run_state::{Filter, NodeUpdate, RunState, TreeAction};
use flyte_lifecycle::view::attempts::{
    ActionEvent, ClusterEvent, LogContext, OutputReferences, TaskLog, attempts, merge_events,
};
use flyte_lifecycle::view::details::{ActionResult, ActionStatus, result};
use flyte_lifecycle::view::snapshot::EventErrorView;

fn event(phase: ActionPhase, second: i64) -> ActionEvent {
    ActionEvent { updated_at: Some(Time(second * 1_000)), ..ActionEvent::new(0, phase, 0) }
}

fn failed(attempt: u32, second: i64, message: &str) -> ActionEvent {
    let error = EventErrorView { kind: ErrorKind::System, code: None, message: message.to_owned() };
    ActionEvent { attempt, error: Some(error), ..event(ActionPhase::Failed, second) }
}

const LIFE: [ActionPhase; 3] = [ActionPhase::Queued, ActionPhase::Running, ActionPhase::Succeeded];

/// runs/service/get_action_details_test.go
mod details {
    use super::*;

    #[test]
    fn TestGetActionDetails_FailedActionSetsErrorInfo() {
        let status = ActionStatus::of(&ActionRow::new(ActionPhase::Failed, 1, Time(0)));
        let told = result(&status, None, None, &attempts(&[failed(1, 0, "task failed with OOM")]), false);
        let Some(ActionResult::Error { error: Some(error) }) = told else { panic!("an error, not {told:?}") };
        assert_eq!(error.message, "task failed with OOM");
    }

    #[test]
    fn TestGetActionDetails_WithAttempts() {
        let second = |phase, at| ActionEvent { attempt: 1, ..event(phase, at) };
        let told = attempts(&[
            event(ActionPhase::Running, 0),
            failed(0, 60, "timeout"),
            second(ActionPhase::Running, 120),
            second(ActionPhase::Succeeded, 180),
        ]);
        let told: Vec<_> = told.iter().map(|attempt| (attempt.attempt, attempt.phase)).collect();
        assert_eq!(told, [(0, ActionPhase::Failed), (1, ActionPhase::Succeeded)]);
    }

    #[test]
    fn TestGetActionDetails_SplitIntoGetAndBuild() {
        let status = ActionStatus::of(&ActionRow::new(ActionPhase::Running, 0, Time(0)));
        assert_eq!(status.phase, ActionPhase::Running);
        assert_eq!(result(&status, None, None, &attempts(&[]), false), None);
    }

    #[test]
    fn TestMergeEvents_Empty() {
        let merged = merge_events(0, &[]);
        assert_eq!((merged.attempt, merged.phase), (0, ActionPhase::Unspecified));
    }

    #[test]
    fn TestMergeEvents_SingleEvent() {
        let merged = merge_events(0, &[event(ActionPhase::Running, 0)]);
        assert_eq!((merged.attempt, merged.phase, merged.ended_at), (0, ActionPhase::Running, None));
    }

    #[test]
    fn TestMergeEvents_PhaseTransitions() {
        let merged = merge_events(1, &[event(LIFE[0], 0), event(LIFE[1], 1), event(LIFE[2], 2)]);
        assert_eq!((merged.attempt, merged.phase), (1, ActionPhase::Succeeded));
        assert_eq!(merged.ended_at, Some(Time(2_000)));
        let told: Vec<_> = merged.phase_transitions.iter().map(|transition| transition.phase).collect();
        assert_eq!(told, LIFE);
    }

    #[test]
    fn TestMergeEvents_SortsByReportedTime() {
        let reported = |phase, second| ActionEvent { reported_at: Some(Time(second * 1_000)), ..event(phase, second) };
        let merged = merge_events(1, &[reported(LIFE[0], 0), reported(LIFE[1], 1), reported(LIFE[2], 2)]);
        assert_eq!(merged.phase, ActionPhase::Succeeded);
        let told: Vec<_> =
            merged.phase_transitions.iter().map(|transition| (transition.phase, transition.started_at)).collect();
        let times = [Some(Time(0)), Some(Time(1_000)), Some(Time(2_000))];
        assert_eq!(told, [(LIFE[0], times[0]), (LIFE[1], times[1]), (LIFE[2], times[2])]);
    }

    #[test]
    fn TestMergeEvents_MergesLogs() {
        let log = |name: &str| vec![TaskLog { name: name.to_owned(), uri: format!("s3://logs/{name}") }];
        let merged = merge_events(
            0,
            &[
                ActionEvent { log_info: log("log-a"), ..event(ActionPhase::Running, 0) },
                ActionEvent { log_info: log("log-b"), version: 1, ..event(ActionPhase::Running, 1) },
            ],
        );
        assert_eq!(merged.log_info, [log("log-a"), log("log-b")].concat());
    }

    #[test]
    fn TestMergeEvents_SetsErrorInfo() {
        let merged = merge_events(0, &[event(ActionPhase::Running, 0), failed(0, 1, "out of memory")]);
        assert_eq!(merged.phase, ActionPhase::Failed);
        assert_eq!(merged.error.unwrap().message, "out of memory");
    }

    #[test]
    fn TestMergeEvents_ClusterEvents() {
        let remark = |message: &str| vec![ClusterEvent { message: message.to_owned(), ..ClusterEvent::default() }];
        let merged = merge_events(
            0,
            &[
                ActionEvent { cluster_events: remark("Scheduled"), ..event(ActionPhase::Running, 0) },
                ActionEvent { cluster_events: remark("Pulling image"), version: 1, ..event(ActionPhase::Running, 1) },
            ],
        );
        assert_eq!(merged.cluster_events, [remark("Scheduled"), remark("Pulling image")].concat());
    }

    #[test]
    fn TestMergeEvents_LogContext() {
        let log_context = Some(LogContext { primary_pod_name: "my-pod".to_owned() });
        let late = ActionEvent { log_context: log_context.clone(), version: 1, ..event(ActionPhase::Running, 1) };
        let merged = merge_events(0, &[event(ActionPhase::Running, 0), late]);
        assert_eq!((merged.logs_available, merged.log_context), (true, log_context));
    }

    #[test]
    fn TestMergeEvents_ReportURI() {
        let report = OutputReferences { report_uri: "s3://reports/report.html".to_owned(), ..Default::default() };
        let end = ActionEvent { outputs: Some(report.clone()), ..event(ActionPhase::Succeeded, 1) };
        assert_eq!(merge_events(0, &[event(ActionPhase::Running, 0), end]).outputs, Some(report));
    }

    #[test]
    fn TestMergeEvents_EndTimeNeverBeforeStartTime() {
        let merged = merge_events(0, &[event(ActionPhase::Running, 10), event(ActionPhase::Succeeded, 0)]);
        assert_eq!(merged.ended_at, merged.started_at);
        // With the later time reported first, the end really would come before the start.
        let reported =
            |phase, updated, reported| ActionEvent { reported_at: Some(Time(reported)), ..event(phase, updated) };
        let merged = merge_events(0, &[reported(ActionPhase::Running, 10, 1), reported(ActionPhase::Succeeded, 0, 2)]);
        assert_eq!((merged.started_at, merged.ended_at), (Some(Time(10_000)), Some(Time(10_000))));
    }
}

/// runs/service/run_state_manager_test.go
mod run_state {
    use super::*;

    fn action(name: &str, parent: Option<&str>, phase: ActionPhase, second: i64, task_name: &str) -> TreeAction {
        TreeAction {
            name: name.to_owned(),
            parent: parent.map(str::to_owned),
            phase,
            created_at: Time(second * 1_000),
            task_name: task_name.to_owned(),
            short_name: String::new(),
        }
    }

    fn state(field: &str, function: &str, value: &str) -> RunState {
        let filter = Filter { field: field.to_owned(), function: function.to_owned(), values: vec![value.to_owned()] };
        RunState::new(&[filter]).unwrap()
    }

    fn told(updates: &[NodeUpdate<'_>]) -> Vec<(String, bool)> {
        updates.iter().map(|update| (update.node.action.name.clone(), update.meets_filter)).collect()
    }

    fn counts(state: &RunState, name: &str) -> Vec<(ActionPhase, u32)> {
        let node = state.nodes().find(|node| node.action.name == name).unwrap();
        node.child_phase_counts.iter().map(|(phase, count)| (*phase, *count)).collect()
    }

    #[test]
    fn TestRunStateManagerTracksChildPhaseCounts() {
        let mut state = RunState::new(&[]).unwrap();
        let parent = action("parent", None, ActionPhase::Running, 1, "");
        let child = |phase| action("child", Some("parent"), phase, 2, "");
        assert_eq!(state.upsert_actions(&[parent, child(ActionPhase::Queued)]).unwrap().len(), 2);
        assert_eq!(counts(&state, "parent"), [(ActionPhase::Queued, 1)]);
        state.upsert_actions(&[child(ActionPhase::Succeeded)]).unwrap();
        assert_eq!(counts(&state, "parent"), [(ActionPhase::Queued, 0), (ActionPhase::Succeeded, 1)]);
    }

    #[test]
    fn TestRunStateManagerTracksVisibilityFromFilters() {
        let mut state = state("PHASE", "VALUE_IN", &ActionPhase::Running.number().to_string());
        let parent = action("parent", None, ActionPhase::Queued, 1, "");
        let child = |phase| action("child", Some("parent"), phase, 2, "");
        let both = |shown| [("parent".to_owned(), shown), ("child".to_owned(), shown)];
        assert_eq!(told(&state.upsert_actions(&[parent, child(ActionPhase::Running)]).unwrap()), both(true));
        assert_eq!(told(&state.upsert_actions(&[child(ActionPhase::Succeeded)]).unwrap()), both(false));
    }

    #[test]
    fn TestRunStateManagerSupportsNameFilter() {
        let mut state = state("NAME", "CONTAINS_CASE_INSENSITIVE", "important");
        let both = [
            action("a", None, ActionPhase::Queued, 1, "pkg.important_task"),
            action("b", None, ActionPhase::Queued, 2, "pkg.other_task"),
        ];
        assert_eq!(told(&state.upsert_actions(&both).unwrap()), [("a".to_owned(), true)]);
    }

    #[test]
    fn TestRunStateManagerErrorsWhenParentMissing() {
        let mut state = RunState::new(&[]).unwrap();
        let refused = state.upsert_actions(&[action("child", Some("parent"), ActionPhase::Queued, 1, "")]);
        assert!(refused.unwrap_err().message.contains("parent node [parent] not found"));
        assert_eq!(state.nodes().count(), 0);
    }
}
