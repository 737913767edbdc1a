//! The calls and replies of upstream's run service that a world does not make one by one: `UpdateActionStatus`,
//! `RecordAction` (runs/service/internal_run_service.go), and what `AbortRun` and `AbortAction` answer
//! (runs/service/run_service.go).

use crate::model::{ActionKind, ActionPhase, Code, Rule, Rules, TextId, Time};
use crate::rules::Update;
use crate::rules::run_service::recorded_trace;

/// What the store answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StoreAnswer {
    /// Done.
    Ok,
    /// There is no such row (`sql.ErrNoRows`).
    NoRows,
    /// Anything else.
    Error,
}

/// What a condition was signalled with, as it travels with a status update, by the numbers of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Resolution {
    /// The value.
    pub output: Option<TextId>,
    /// Who sent it.
    pub principal: Option<TextId>,
}

/// What is kept with a row beyond its columns (flyteidl2.workflow.RunInfo), as far as a status update changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RunInfo {
    /// Where the inputs are.
    pub inputs_uri: TextId,
    /// What a condition was signalled with.
    pub resolution: Resolution,
}

/// One call of the store that a status update leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusCall {
    /// The row is read for what is kept with it.
    GetAction,
    /// What is kept with it is written, as [`merge_run_info`] has it.
    UpdateActionDetailedInfo,
    /// The statement with the guard.
    UpdateActionPhase(Update),
}

/// The calls that a status update leads to, in order (`updateSingleActionStatus`). The first that fails is the last
/// that is made: a condition whose value cannot be kept stays in its phase. [`reply_code`] says what is answered. A world
/// carries out the last of them alone, since its rows keep no value.
pub fn update_action_status(update: &Update, told: &Resolution, now: Time) -> [Option<StatusCall>; 3] {
    let resolves = told.output.is_some() || told.principal.is_some();
    [
        resolves.then_some(StatusCall::GetAction),
        resolves.then_some(StatusCall::UpdateActionDetailedInfo),
        Some(StatusCall::UpdateActionPhase(update.ended(now))),
    ]
}

/// What is kept with a row after a status update: what is told replaces what was there, and the rest stays
/// (`mergeRunInfoOutput`). A world folds it from facts ([`crate::view::details`]).
pub fn merge_run_info(kept: &RunInfo, told: &Resolution) -> RunInfo {
    let resolution = Resolution {
        output: told.output.or(kept.resolution.output),
        principal: told.principal.or(kept.resolution.principal),
    };
    RunInfo { resolution, ..*kept }
}

/// The code inside the reply of a call that never fails as a call, and the rule behind it; none if all went well
/// (`statusFromError`). That there is no row is an error like others here. A world has no codes inside replies: there a
/// fault says whether a call was rejected.
pub const fn reply_code(answer: StoreAnswer) -> Option<(Code, Rule)> {
    match answer {
        StoreAnswer::Ok => None,
        StoreAnswer::NoRows | StoreAnswer::Error => Some((Code::Internal, Rule::StoreErrorInReply)),
    }
}

/// What the run service is asked to record an action as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordSpec<'a> {
    /// A task.
    Task {
        /// The name in its identifier; empty if it has none.
        name: &'a str,
        /// The short name in its spec; empty if it has none.
        short_name: &'a str,
    },
    /// A trace, which is over when it is recorded.
    Trace {
        /// Its name.
        name: &'a str,
        /// The phase that the SDK reports.
        phase: Option<ActionPhase>,
        /// When it started.
        start: Option<Time>,
        /// When it ended.
        end: Option<Time>,
    },
    /// A condition.
    Condition {
        /// Its name.
        name: &'a str,
    },
}

/// A row on its way to the store (`CreateAction`), as far as it is decided here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordedAction<'a> {
    /// Which kind.
    pub kind: ActionKind,
    /// Its first phase.
    pub phase: ActionPhase,
    /// Its first attempt.
    pub attempts: u32,
    /// When it was made; the store's clock decides if nobody said.
    pub created_at: Option<Time>,
    /// When it ended. Nothing keeps it from lying before `created_at`.
    pub ended_at: Option<Time>,
    /// The parent's name; a root has none.
    pub parent: Option<&'a str>,
    /// `task_name`; empty if there is none.
    pub task_name: &'a str,
    /// `task_short_name`; empty if there is none.
    pub task_short_name: &'a str,
    /// `function_name`
    pub function_name: &'a str,
    /// Why it starts in that phase.
    pub rule: Rule,
}

/// The row that an action is recorded with, or why it is not recorded (`recordSingleAction`). An empty parent is none.
pub fn record_action<'a>(
    spec: Option<RecordSpec<'a>>,
    parent: &'a str,
    rules: &Rules,
) -> Result<RecordedAction<'a>, (Code, Rule)> {
    let spec = spec.ok_or((Code::InvalidArgument, Rule::RefusesUnknownSpec))?;
    let queued = |kind, task_name, task_short_name| RecordedAction {
        kind,
        phase: ActionPhase::Queued,
        attempts: 1,
        created_at: None,
        ended_at: None,
        parent: Some(parent).filter(|parent| !parent.is_empty()),
        task_name,
        task_short_name,
        function_name: task_name,
        rule: Rule::ActionRecorded,
    };
    Ok(match spec {
        RecordSpec::Task { name, short_name } => {
            queued(ActionKind::Task, name, if short_name.is_empty() { name } else { short_name })
        }
        RecordSpec::Condition { name } => queued(ActionKind::Condition, name, ""),
        RecordSpec::Trace { name, phase, start, end } => {
            let (phase, rule) = recorded_trace(phase, rules);
            let row = queued(ActionKind::Trace, name, "");
            // By its own start a trace sorts before its children, which are recorded earlier.
            RecordedAction { phase, rule, created_at: start, ended_at: end, ..row }
        }
    })
}

/// What becomes of an abort after the store has answered: it goes to the abort reconciler, or to nobody in a run service
/// that has none, or the call fails (`AbortRun`, `AbortAction`). `of_run` is whether the run was named, not one of its
/// actions. The run service of a world always has its reconciler.
pub const fn abort_reply(answer: StoreAnswer, of_run: bool, reconciles: bool) -> Result<Option<Rule>, (Code, Rule)> {
    match answer {
        StoreAnswer::Ok if reconciles => Ok(Some(Rule::AbortQueued)),
        StoreAnswer::Ok => Ok(None),
        StoreAnswer::NoRows if of_run => Err((Code::NotFound, Rule::UnknownRun)),
        StoreAnswer::NoRows => Err((Code::NotFound, Rule::UnknownAction)),
        StoreAnswer::Error => Err((Code::Internal, Rule::RefusesStoreError)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// findings.md 60: what was signalled is kept first, and then the phase is updated.
    #[test]
    fn a_value_is_kept_before_the_phase_is_updated() {
        let update = Update {
            phase: ActionPhase::Succeeded,
            attempts: 0,
            cache_status: 0,
            start: None,
            end: None,
            resets: false,
        };
        let last = Some(StatusCall::UpdateActionPhase(Update { end: Some(Time(7)), ..update }));
        let silent = Resolution::default();
        assert_eq!(update_action_status(&update, &silent, Time(7)), [None, None, last]);
        let told = Resolution { principal: Some(TextId::YOU), ..silent };
        let calls = [Some(StatusCall::GetAction), Some(StatusCall::UpdateActionDetailedInfo), last];
        assert_eq!(update_action_status(&update, &told, Time(7)), calls);
        let output = Some(TextId::APPROVED);
        let kept = RunInfo { inputs_uri: TextId::CONTAINER, resolution: Resolution { output, principal: None } };
        let resolution = Resolution { output, principal: Some(TextId::YOU) };
        assert_eq!(merge_run_info(&kept, &told), RunInfo { resolution, ..kept });
    }

    /// findings.md 61, and the policy on the phase of a trace.
    #[test]
    fn a_trace_is_recorded_with_its_own_times() {
        let (start, end) = (Some(Time(900)), Some(Time(100)));
        let spec = RecordSpec::Trace { name: "tr", phase: Some(ActionPhase::Failed), start, end };
        let row = |rules: &Rules| record_action(Some(spec), "", rules).map(|row| (row.phase, row.rule));
        assert_eq!(row(&Rules::upstream()), Ok((ActionPhase::Succeeded, Rule::TraceSucceeded)));
        assert_eq!(row(&Rules::documented()), Ok((ActionPhase::Failed, Rule::TraceRecorded)));
        let row = record_action(Some(spec), "", &Rules::upstream()).expect("a known spec");
        assert_eq!((row.created_at, row.ended_at, row.parent), (start, end, None));
        let refused = record_action(None, "a0", &Rules::upstream());
        assert_eq!(refused, Err((Code::InvalidArgument, Rule::RefusesUnknownSpec)));
    }

    #[test]
    fn no_row_is_unknown_to_an_abort_and_an_error_like_others_inside_a_reply() {
        assert_eq!(abort_reply(StoreAnswer::NoRows, true, true), Err((Code::NotFound, Rule::UnknownRun)));
        assert_eq!(abort_reply(StoreAnswer::Ok, false, false), Ok(None));
        assert_eq!(reply_code(StoreAnswer::NoRows).map(|(code, _)| code), Some(Code::Internal));
    }
}
