//! Tasks (executor/pkg/controller/taskaction_controller.go, `reconcileTask`, `recordSystemError`,
//! `finalizePermanentFailure`), in upstream's order: labels of an ended resource, validation, finalizer, the plugin's
//! answer, system failures, retries, conditions.

use super::phases::{
    append_history, ended, event_phase, map_phase_to_conditions, phase_before_reset, progressing, reported_phase,
};
use super::validate::validate_task_action;
use super::{Effects, Reconciled, Told, Write};
use crate::model::policy::{Events, PhaseOrder, Retry, SystemFailureReset};
use crate::model::{
    ActionKind, ActionPhase, Cause, Condition, ConditionStatus, ConditionType, ErrorCode, ErrorKind, ErrorState,
    Message, Observation, PluginPhase, Reason, Report, Rule, Rules, Spec, Status, TaskAction, TimeBound,
};

/// Whether the next reconcile asks the plugin, or the rule that says why not.
pub fn asks_plugin(spec: &Spec, cr: &TaskAction, rules: &Rules) -> Result<(), Rule> {
    if spec.kind != ActionKind::Task {
        return Err(Rule::RefusesPluginKind);
    }
    if cr.deleting {
        return Err(Rule::RefusesPluginDeleted);
    }
    if cr.status.conditions.is_terminal() {
        return Err(Rule::RefusesPluginEnded);
    }
    if !cr.finalizer || is_reset_due(&cr.status, rules) || validate_task_action(spec).is_some() {
        return Err(Rule::RefusesPluginNotReady);
    }
    Ok(())
}

/// Whether the next thing to happen to the resource is that it goes back to QUEUED for the next attempt.
pub fn is_reset_due(status: &Status, rules: &Rules) -> bool {
    phase_before_reset(status, rules).is_some()
}

/// What the executor does about a task, given what the plugin or the clock has to say.
pub fn reconcile_task(
    spec: &Spec,
    cr: &TaskAction,
    seen: &Observation,
    system_failures_max: u32,
    rules: &Rules,
) -> Reconciled {
    if cr.status.conditions.is_terminal() {
        return terminal_labels(cr);
    }
    if let Some((reason, message, code, rule)) = validate_task_action(spec) {
        return invalid(cr, reason, message, code, rule, rules);
    }
    if !cr.finalizer {
        return Reconciled { write: Write::Finalizer, ..Reconciled::nothing(cr.status, Rule::FinalizerAdded) };
    }
    if is_reset_due(&cr.status, rules) {
        return reset_to_queued(&cr.status);
    }
    let context = Context { spec, old: &cr.status, system_failures_max, rules };
    match seen {
        Observation::Nothing => Reconciled::nothing(cr.status, Rule::NothingChanged),
        Observation::Report(report) => context.handled(report, None),
        Observation::Cached { report, rule } => context.handled(report, Some(*rule)),
        Observation::HandleError { non_retryable: Some((_, code)), text } => {
            let error = ErrorState { code: *code, kind: ErrorKind::User, message: Message::Text(*text) };
            context.permanent(cr.status, error, Rule::NonRetryableCode)
        }
        Observation::HandleError { non_retryable: None, text } => context.system_failure(cr.status, Cause::Text(*text)),
        Observation::TimedOut { bound, ms } => context.timed_out(*bound, *ms),
    }
}

/// An ended resource is only labelled, once.
pub(super) fn terminal_labels(cr: &TaskAction) -> Reconciled {
    let rule = if cr.labelled { Rule::TerminalShortCircuit } else { Rule::TerminalLabels };
    let effects = Effects { abort_plugin: false, stamp_labels: !cr.labelled };
    Reconciled { effects, ..Reconciled::nothing(cr.status, rule) }
}

/// A task that cannot be started: Failed first, then Progressing, in this order, which the list of conditions keeps.
fn invalid(
    cr: &TaskAction,
    reason: Reason,
    message: Message,
    code: ErrorCode,
    rule: Rule,
    rules: &Rules,
) -> Reconciled {
    let failed = Condition { kind: ConditionType::Failed, status: ConditionStatus::True, reason, message };
    let over = Condition { kind: ConditionType::Progressing, status: ConditionStatus::False, reason, message };
    let mut status = Status { conditions: cr.status.conditions.with(failed).with(over), ..cr.status };
    let nothing = Reconciled::nothing(status, rule);
    match rules.events {
        Events::PluginOnly => Reconciled { write: Write::Plain, ..nothing },
        Events::EveryPhase => {
            let error = ErrorState { code, kind: ErrorKind::User, message };
            status.error = Some(error);
            status.attempts = status.observed_attempts();
            let history = append_history(&mut status, reason, message);
            let event = Told { error: Some(error), ..Told::of(status.attempts, ActionPhase::Failed) };
            let effects = Effects { abort_plugin: false, stamp_labels: true };
            Reconciled {
                status,
                write: Write::EventThenStatus,
                history,
                events: [Some(event), None],
                effects,
                ..nothing
            }
        }
    }
}

/// The second half of a documented retry: the attempt that failed is recorded, the next one begins.
fn reset_to_queued(old: &Status) -> Reconciled {
    let mut status = Status {
        conditions: progressing(old.conditions, Reason::Queued, Message::RestartingTask),
        plugin_phase: Some(PluginPhase::Queued),
        plugin_phase_version: 0,
        plugin_state: None,
        attempts: old.observed_attempts().saturating_add(1),
        system_failures: 0,
        cache_status: 0,
        error: None,
        ..*old
    };
    let history = append_history(&mut status, Reason::Queued, Message::RestartingTask);
    let event = Told { said: Message::RestartingTask, ..Told::of(status.attempts, ActionPhase::Queued) };
    Reconciled {
        write: Write::EventThenStatus,
        history,
        events: [Some(event), None],
        ..Reconciled::nothing(status, Rule::ResetToQueued)
    }
}

/// What every decision after Handle needs.
struct Context<'a> {
    spec: &'a Spec,
    old: &'a Status,
    system_failures_max: u32,
    rules: &'a Rules,
}

impl Context<'_> {
    /// Handle returned a phase, or the cache decided by a rule of its own, which goes the same way from here.
    fn handled(&self, report: &Report, cached: Option<Rule>) -> Reconciled {
        if let (PluginPhase::RetryableFailure, Some(error)) = (report.phase, report.error)
            && error.kind == ErrorKind::System
        {
            let status = Status { plugin_state: None, ..*self.old };
            let decided = self.system_failure(status, cause(&error));
            return Reconciled { effects: Effects { abort_plugin: true, ..decided.effects }, ..decided };
        }
        if self.rules.phase_order == PhaseOrder::Held && self.goes_back(report.phase) {
            return Reconciled::nothing(*self.old, Rule::PhaseHeld);
        }
        if self.rules.phase_order == PhaseOrder::Held && report.phase == PluginPhase::Undefined {
            return Reconciled::nothing(*self.old, Rule::PluginUndefined);
        }
        let mut status = *self.old;
        if self.rules.system_failure_reset == SystemFailureReset::AnyTransition {
            status.system_failures = 0;
        }
        let attempt = self.old.observed_attempts();
        match report.phase {
            PluginPhase::RetryableFailure if attempt < self.spec.max_attempts => {
                self.retry(status, report, ActionPhase::Failed, Rule::AttemptFailed)
            }
            PluginPhase::RetryableFailure => {
                let error = report.error.unwrap_or(ErrorState {
                    code: ErrorCode::MaxRetriesExceeded,
                    kind: ErrorKind::User,
                    message: Message::FailedAfter(attempt),
                });
                let last =
                    Report { cache_status: report.cache_status, state: report.state, error: Some(error), ..FAILED };
                self.transition(status, &last, Rule::RetriesExhausted)
            }
            PluginPhase::PermanentFailure => {
                let report = Report { error: report.error.or(self.unknown_error(report)), ..*report };
                self.transition(status, &report, Rule::PluginFailedPermanently)
            }
            PluginPhase::Success => self.transition(status, report, cached.unwrap_or(Rule::PluginSucceeded)),
            PluginPhase::Aborted => self.transition(status, report, Rule::PluginReportedAborted),
            PluginPhase::Undefined => self.transition(status, report, Rule::PluginUndefined),
            PluginPhase::NotReady
            | PluginPhase::WaitingForResources
            | PluginPhase::Queued
            | PluginPhase::Initializing
            | PluginPhase::Running
            | PluginPhase::WaitingForCache => self.transition(status, report, cached.unwrap_or(Rule::PluginReported)),
        }
    }

    /// Whether the phase comes before the one that this attempt has reached.
    fn goes_back(&self, phase: PluginPhase) -> bool {
        let (reached, told) = (reported_phase(self.old, self.rules), event_phase(phase));
        !told.is_terminal() && told != ActionPhase::Unspecified && told < reached
    }

    /// The documented rule set lets no failure go without an error.
    fn unknown_error(&self, report: &Report) -> Option<ErrorState> {
        let message = if report.reason == Message::Empty { Message::Unknown } else { report.reason };
        let error = ErrorState { code: ErrorCode::Unknown, kind: ErrorKind::User, message };
        (self.rules.events == Events::EveryPhase).then_some(error)
    }

    /// The shared tail of `reconcileTask`: conditions, plugin state, counters; written only if something changed.
    fn transition(&self, status: Status, report: &Report, rule: Rule) -> Reconciled {
        let (mut status, history) = map_phase_to_conditions(status, report);
        if let Some(state) = report.state {
            status.plugin_state = Some(state);
        }
        status.plugin_phase = Some(report.phase);
        status.plugin_phase_version = report.version;
        status.attempts = status.observed_attempts();
        status.cache_status = report.cache_status;
        let began = report.occurred_at.filter(|_| report.phase == PluginPhase::Running);
        let event = Told {
            attempt: status.attempts,
            phase: event_phase(report.phase),
            version: report.version,
            error: report.error,
            cache_status: report.cache_status,
            said: report.reason,
        };
        Reconciled { began, ..self.written(status, history, [Some(event), None], rule) }
    }

    /// Event, then status, if the status changed in what `taskActionStatusChanged` compares.
    fn written(
        &self,
        status: Status,
        history: Option<(Reason, Message)>,
        events: [Option<Told>; 2],
        rule: Rule,
    ) -> Reconciled {
        if history.is_none() && !status_changed(self.old, &status) {
            return Reconciled::nothing(*self.old, Rule::NothingChanged);
        }
        let effects = Effects { abort_plugin: false, stamp_labels: status.conditions.is_terminal() };
        Reconciled { status, rule, write: Write::EventThenStatus, history, events, effects, failure: None, began: None }
    }

    /// The attempt is over and another follows: recorded first, or in place.
    fn retry(&self, status: Status, report: &Report, phase: ActionPhase, rule: Rule) -> Reconciled {
        let decided = match self.rules.retry {
            Retry::Recorded | Retry::Stuck => self.recorded_retry(status, report, phase, rule),
            Retry::InPlace => self.restart_in_place(status, report, phase),
        };
        Reconciled { effects: Effects { abort_plugin: true, ..decided.effects }, ..decided }
    }

    fn recorded_retry(&self, mut status: Status, report: &Report, phase: ActionPhase, rule: Rule) -> Reconciled {
        let error = report.error.or(self.unknown_error(report));
        let message = error.map_or(Message::Empty, |error| error.message);
        let name = if phase == ActionPhase::TimedOut { Reason::TimedOut } else { Reason::RetryableFailure };
        status.conditions = progressing(status.conditions, name, message);
        status.error = error;
        status.plugin_phase = Some(PluginPhase::RetryableFailure);
        status.plugin_phase_version = report.version;
        status.attempts = status.observed_attempts();
        let history = append_history(&mut status, name, message);
        let event = Told { error, ..self.over(phase, report) };
        self.written(status, history, [Some(event), None], rule)
    }

    /// The event that tells how an attempt ended after which another comes.
    fn over(&self, phase: ActionPhase, report: &Report) -> Told {
        Told {
            version: report.version,
            error: report.error,
            cache_status: report.cache_status,
            said: report.reason,
            ..Told::of(self.old.observed_attempts(), phase)
        }
    }

    fn restart_in_place(&self, mut status: Status, report: &Report, phase: ActionPhase) -> Reconciled {
        let attempt = self.old.observed_attempts();
        let timed_out = phase == ActionPhase::TimedOut;
        let said = if timed_out { Message::RestartingAfterTimeout } else { Message::RestartingTask };
        status.conditions = progressing(status.conditions, Reason::Queued, said);
        let history = append_history(&mut status, Reason::Queued, said);
        status.attempts = attempt.saturating_add(1);
        status.plugin_state = None;
        status.plugin_phase = Some(PluginPhase::Queued);
        status.plugin_phase_version = 0;
        status.cache_status = 0;
        let queued = Told { said, ..Told::of(status.attempts, ActionPhase::Queued) };
        // A timeout is told even so: upstream's #7910 sends TIMED_OUT for the attempt before it restarts in place.
        let over = self.over(phase, report);
        let events = if timed_out { [Some(over), Some(queued)] } else { [Some(queued), None] };
        let rule = if timed_out { Rule::TimeoutRestarts } else { Rule::RestartInPlace };
        self.written(status, history, events, rule)
    }

    /// A bound on the task's time was reached: the attempt is stopped, and tried again while attempts remain and the bound
    /// is not that of all of them.
    fn timed_out(&self, bound: TimeBound, ms: u64) -> Reconciled {
        let attempt = self.old.observed_attempts();
        let message = Message::TimedOut(bound, u32::try_from(ms).unwrap_or(u32::MAX), attempt);
        let error = ErrorState { code: ErrorCode::TimedOut(bound), kind: ErrorKind::User, message };
        let report = Report { error: Some(error), ..FAILED };
        let mut status = *self.old;
        let is_last = bound == TimeBound::Deadline;
        if !is_last && status.observed_attempts() < self.spec.max_attempts {
            // A fresh attempt does not inherit the failures of the platform that the last one had.
            status.system_failures = 0;
            return self.retry(status, &report, ActionPhase::TimedOut, Rule::AttemptTimedOut);
        }
        status.conditions = ended(status.conditions, ConditionType::Failed, Reason::TimedOut, message, message);
        status.error = Some(error);
        status.plugin_phase = Some(PluginPhase::PermanentFailure);
        status.plugin_phase_version = 0;
        status.attempts = status.observed_attempts();
        let history = append_history(&mut status, Reason::TimedOut, message);
        let event = Told { error: Some(error), ..Told::of(status.attempts, ActionPhase::TimedOut) };
        let rule = if is_last { Rule::DeadlineExceeded } else { Rule::TimeoutFinal };
        let decided = self.written(status, history, [Some(event), None], rule);
        Reconciled { effects: Effects { abort_plugin: true, ..decided.effects }, ..decided }
    }

    /// `recordSystemError`: counted and tolerated, or one too many.
    fn system_failure(&self, status: Status, cause: Cause) -> Reconciled {
        let count = status.system_failures.saturating_add(1);
        let status = Status { system_failures: count, ..status };
        if count > self.system_failures_max {
            let error = ErrorState {
                code: ErrorCode::MaxSystemFailuresExceeded,
                kind: ErrorKind::System,
                message: Message::SystemFailures(count, self.spec.plugin.unwrap_or_default(), cause),
            };
            return self.permanent(status, error, Rule::SystemFailureCeiling);
        }
        Reconciled {
            write: Write::Plain,
            failure: Some(cause),
            ..Reconciled::nothing(status, Rule::SystemFailureTolerated)
        }
    }

    /// `finalizePermanentFailure`: attempts stay as they are stored, 0 included; the event says 1.
    fn permanent(&self, status: Status, error: ErrorState, rule: Rule) -> Reconciled {
        let report = Report { error: Some(error), ..FAILED };
        let (mut status, history) = map_phase_to_conditions(status, &report);
        status.plugin_phase = Some(PluginPhase::PermanentFailure);
        status.plugin_phase_version = 0;
        let event = Told { error: Some(error), ..Told::of(status.observed_attempts(), ActionPhase::Failed) };
        self.written(status, history, [Some(event), None], rule)
    }
}

/// A permanent failure as `PhaseInfoFailed` makes it: version 0, no reason.
const FAILED: Report = Report::of(PluginPhase::PermanentFailure, 0);

/// `[code] message` of a failure phase (`systemErrorFromPhaseInfo`).
fn cause(error: &ErrorState) -> Cause {
    match error.message {
        Message::Text(text) => Cause::Coded(error.code, text),
        Message::LongText(text) => Cause::Long(error.code, text),
        Message::ContainerExited(code) => Cause::PodExited(error.code, code),
        Message::PrimaryExited(code) => Cause::PrimaryExited(error.code, code),
        _ => Cause::Coded(error.code, crate::model::TextId::EMPTY),
    }
}

/// What `taskActionStatusChanged` compares, but the history, whose length the caller knows.
fn status_changed(old: &Status, new: &Status) -> bool {
    old.plugin_state != new.plugin_state
        || old.plugin_phase != new.plugin_phase
        || old.plugin_phase_version != new.plugin_phase_version
        || old.attempts != new.attempts
        || old.system_failures != new.system_failures
        || old.cache_status != new.cache_status
        || old.conditions != new.conditions
}
