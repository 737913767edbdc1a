//! A resource read from outside: the world continues from it as the control plane would after a restart.

use super::check::{Checked, refuse};
use super::{Resource, Sink, World};
use crate::model::argument::{ConditionCommand, TaskCommand, ValueCommand};
use crate::model::import::{ImportedResource, ImportedRow};
use crate::model::shown::shown;
use crate::model::{
    ActionId, ActionKind, ActionPhase, ActionRow, CacheStatus, Code, Condition, ConditionSpec, Conditions, ErrorCode,
    ErrorState, Message, PendingWork, PluginPhase, Reason, Rule, Signal, SignalValue, Spec, Status, TaskAction, TextId,
    Time, TimeBound, TimerKind, What,
};
use crate::rules::requests;
use crate::rules::stamps::{end_time, stamp_update};
use crate::rules::timeouts::{backoff_ms, bound_ms, has_left_the_queue, timer_of};

impl World {
    pub(super) fn check_import(
        &self,
        action: TextId,
        parent: Option<ActionId>,
        resource: &ImportedResource,
    ) -> Checked {
        let name = self.text(action);
        let (run, _) = self.check_action_name(name)?;
        if self.find(name).is_some() {
            return refuse(
                Code::AlreadyExists,
                Rule::RefusesDuplicateAction,
                format!("There is an action {} already.", shown(name)),
            );
        }
        if let Some(parent) = parent {
            self.check_same_run(name, run, parent)?;
        }
        if resource.task.is_some() == resource.condition.is_some() {
            return refuse(
                Code::InvalidArgument,
                Rule::SpecInvalid,
                "A resource is a task or a condition: give exactly one of `task` and `condition`.",
            );
        }
        if usize::try_from(resource.cache_status).is_ok_and(|number| number >= CacheStatus::ALL.len()) {
            let message = format!(
                "`cacheStatus` is {}; upstream's numbers go from 0 to {}.",
                resource.cache_status,
                CacheStatus::ALL.len() - 1
            );
            return refuse(Code::InvalidArgument, Rule::SpecInvalid, message);
        }
        let mut times = resource.conditions.iter().map(|condition| condition.at).collect::<Vec<_>>();
        times.extend(resource.phase_history.iter().map(|entry| entry.at));
        times.extend([resource.deleted_at, resource.completed_at].into_iter().flatten());
        times.extend(resource.signal.as_ref().and_then(|signal| signal.at));
        times.push(resource.created_at);
        times.extend(
            [resource.row.and_then(|row| row.ended_at), resource.attempt_started_at, resource.timeout_at]
                .into_iter()
                .flatten(),
        );
        if let Some(at) = times.into_iter().find(|at| !(Time::MIN..=Time::MAX).contains(at)) {
            return refuse(
                Code::OutOfRange,
                Rule::TimeOutOfRange,
                format!("A time is {}; times go from {} to {}.", at.0, Time::MIN.0, Time::MAX.0),
            );
        }
        if let Some(ValueCommand::Int(value)) = resource.signal.as_ref().map(|signal| &signal.value)
            && value.unsigned_abs() > crate::model::read::WHOLE_MAX
        {
            return refuse(
                Code::OutOfRange,
                Rule::SpecInvalid,
                format!(
                    "The signal is {value}; whole numbers go up to 2^53 − 1, which is what JavaScript holds exactly."
                ),
            );
        }
        if resource.created_at > self.now() {
            return refuse(
                Code::InvalidArgument,
                Rule::TimeOutOfRange,
                format!(
                    "It was created at {}, after the virtual now, {}; start later.",
                    resource.created_at,
                    self.now()
                ),
            );
        }
        Self::check_column(resource.row.and_then(|row| row.attempts).unwrap_or(0))?;
        if let Some(task) = &resource.task {
            self.check_task(task)?;
        }
        self.check_span("condition.timeoutMs", resource.condition.as_ref().and_then(|condition| condition.timeout_ms))?;
        for (what, name) in [("project", &resource.project), ("domain", &resource.domain)] {
            if !name.is_empty() && !requests::is_project_name(name) {
                return refuse(
                    Code::InvalidArgument,
                    Rule::NameInvalid,
                    format!("{} cannot be a {what}.", shown(name)),
                );
            }
        }
        let messages = resource.conditions.iter().map(|condition| &condition.message);
        let messages = messages.chain(resource.phase_history.iter().map(|entry| &entry.message));
        let longest =
            messages.chain(resource.error.iter().map(|error| &error.message)).map(|text| text.chars().count()).max();
        if longest.is_some_and(|longest| longest > requests::MESSAGE_MAX) {
            return refuse(
                Code::InvalidArgument,
                Rule::TextTooLong,
                format!("A message has more than the {} characters that a resource holds.", requests::MESSAGE_MAX),
            );
        }
        Ok(())
    }

    pub(super) fn import(
        &mut self,
        name: TextId,
        parent: Option<ActionId>,
        from: &ImportedResource,
        sink: &mut impl Sink,
    ) {
        let spec = self.imported_spec(from);
        let places = (self.intern(&from.project), self.intern(&from.domain));
        let id = self.add(name, parent, places, spec);
        let resource = self.imported_resource(from, &spec);
        let row = self.imported_row(&resource, from.row.as_ref());
        if let Some(action) = self.action_mut(id) {
            action.resource = Some(resource);
            action.seen = true;
        }
        self.tell(sink, id, What::ResourceCreated, Rule::Imported);
        for entry in &from.phase_history {
            let message = self.imported_message(&entry.message);
            let what = What::HistoryRestored { entry: (entry.phase, message), occurred_at: entry.at };
            self.tell(sink, id, what, Rule::Imported);
        }
        if let Some(action) = self.action_mut(id) {
            action.row = Some(row);
        }
        self.tell(sink, id, What::RowCreated { phase: row.phase, attempt: row.attempts }, Rule::Imported);
        self.imported_timers(id, from, &spec, &resource, sink);
        self.imported_process(id, &resource, sink);
        let ended = resource.cr.status.conditions.is_terminal();
        if ended && !resource.cr.recorded {
            self.push(id, PendingWork::WatchUpdate, None);
        }
        if from.row.is_some_and(|row| row.abort_pending) {
            self.queue_abort(id, row.abort.reason.unwrap_or_default(), Rule::AbortQueued, sink);
        }
        if resource.cr.deleting && resource.cr.finalizer && !ended {
            // Whoever stops it has begun and is not done; it is looked at again after the interval.
            self.requeue(id, sink);
        } else {
            self.reconcile_soon(id);
        }
    }

    fn imported_spec(&mut self, from: &ImportedResource) -> Spec {
        let Some(condition) = &from.condition else {
            let task = from.task.clone().unwrap_or_default();
            let kind = task.task_type.as_deref().map(|kind| self.intern(kind)).unwrap_or_default();
            let task = task.map(&mut |text: String| self.intern(&text));
            return self.task_spec(Some(&TaskCommand { task_type: Some(kind), ..task }));
        };
        let ConditionCommand { value_type, timeout_ms, prompt, invalid, empty } = condition;
        Spec {
            kind: ActionKind::Condition,
            timeout_ms: timeout_ms.unwrap_or(0),
            value_type: Some(*value_type),
            condition_spec: Self::condition_spec(*invalid, *empty),
            prompt: prompt.as_deref().map(|prompt| self.intern(prompt)).unwrap_or_default(),
            ..Spec::task(1, TextId::EMPTY)
        }
    }

    fn imported_message(&mut self, text: &str) -> Message {
        if text.is_empty() { Message::Empty } else { Message::Text(self.intern(text)) }
    }

    fn imported_resource(&mut self, from: &ImportedResource, spec: &Spec) -> Resource {
        let mut resource = Resource::new(from.created_at);
        let mut conditions = Conditions::default();
        for condition in &from.conditions {
            let message = self.imported_message(&condition.message);
            let (kind, status, reason) = (condition.kind, condition.status, condition.reason);
            conditions = conditions.with(Condition { kind, status, reason, message });
            if let Some(at) = resource.transitions.get_mut(usize::from(kind.number())) {
                *at = condition.at;
            }
        }
        let error = from.error.as_ref().map(|error| ErrorState {
            code: ErrorCode::Text(self.intern(&error.code)),
            kind: error.kind,
            message: self.imported_message(&error.message),
        });
        let signal = from.signal.as_ref().map(|signal| Signal {
            value: Some(match &signal.value {
                ValueCommand::Bool(value) => SignalValue::Bool(*value),
                ValueCommand::Int(value) => SignalValue::Int(*value),
                ValueCommand::Float(value) => SignalValue::Float(value.to_bits()),
                ValueCommand::String(value) => SignalValue::Text(self.intern(value)),
            }),
            by: self.intern(&signal.by),
        });
        let newest = from.phase_history.last();
        resource.cr = TaskAction {
            status: Status {
                plugin_phase: from.plugin_phase,
                plugin_phase_version: from.plugin_phase_version,
                plugin_state: None,
                attempts: from.attempts,
                system_failures: from.system_failures,
                cache_status: u8::try_from(from.cache_status).unwrap_or(0),
                conditions,
                last_history: newest.map(|entry| entry.phase),
                error,
                signal,
            },
            finalizer: from.finalizer,
            deleting: from.deleted_at.is_some(),
            labelled: from.completed_at.is_some(),
            recorded: from.recorded,
        };
        resource.history_at = newest.map_or(from.created_at, |entry| entry.at);
        resource.deleted_at = from.deleted_at;
        resource.completed_at = from.completed_at;
        resource.signal_at = from.signal.as_ref().and_then(|signal| signal.at);
        let queued = from.phase_history.iter().rev().find(|entry| entry.phase == Reason::Queued);
        resource.queued_at = queued.map_or(from.created_at, |entry| entry.at);
        if bound_ms(TimeBound::Runtime, spec, self.rules()).is_some() {
            resource.overdue = from.timeout_at.map(|at| (TimeBound::Runtime, at));
            resource.cleaning = from.timeout_at.is_some();
        }
        resource.cause = Rule::Imported;
        resource
    }

    /// The row that the run service has, as it is told or as it would be by now.
    fn imported_row(&self, resource: &Resource, told: Option<&ImportedRow>) -> ActionRow {
        let phase = told.map_or_else(|| self.reported_phase(resource), |row| row.phase);
        let attempts = told.and_then(|row| row.attempts).unwrap_or(resource.cr.status.observed_attempts());
        let row = ActionRow::new(ActionPhase::Queued, attempts, resource.created_at);
        if phase == ActionPhase::Unspecified {
            return row;
        }
        let last = resource.transitions.iter().copied().max().unwrap_or(resource.created_at);
        let end = end_time(phase, None, told.and_then(|row| row.ended_at).unwrap_or(last));
        let stamped = stamp_update(&row, phase, None, end, last, self.rules());
        let mut row = ActionRow { cache_status: resource.cr.status.cache_status, ..stamped };
        if crate::rules::abort::explains_abort(&row, self.rules()) {
            row.abort.reason = Some(TextId::WAS_ABORTED);
        }
        row
    }

    fn imported_timers(
        &mut self,
        id: ActionId,
        from: &ImportedResource,
        spec: &Spec,
        resource: &Resource,
        sink: &mut impl Sink,
    ) {
        let status = &resource.cr.status;
        if status.conditions.is_terminal() || resource.cr.deleting || resource.cleaning {
            return;
        }
        if spec.kind == ActionKind::Condition {
            if spec.timeout_ms > 0 && spec.condition_spec == ConditionSpec::Valid {
                let due = resource.created_at.plus(spec.timeout_ms);
                self.set_timer(due, id, TimerKind::ConditionDeadline, Rule::DeadlineTimerSet, sink);
            }
            return;
        }
        let entered = |phase: Reason| from.phase_history.iter().rev().find(|entry| entry.phase == phase);
        let since = |phase: Reason| entered(phase).map_or(self.now(), |entry| entry.at);
        let runs = status.conditions.progressing() == Some(Reason::Executing);
        let queued_at = entered(Reason::Queued).map_or(resource.created_at, |entry| entry.at);
        let bounds = [
            (
                runs,
                TimeBound::Runtime,
                Rule::AttemptTimerSet,
                from.attempt_started_at.unwrap_or(since(Reason::Executing)),
            ),
            (!has_left_the_queue(status), TimeBound::Queue, Rule::QueuedTimerSet, queued_at),
            (true, TimeBound::Deadline, Rule::ActionTimerSet, resource.created_at),
        ];
        for (counts, bound, rule, since) in bounds {
            let Some(ms) = bound_ms(bound, spec, self.rules()).filter(|_| counts) else { continue };
            if bound == TimeBound::Runtime
                && let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut())
            {
                resource.timed_attempt = resource.cr.status.observed_attempts();
            }
            self.set_timer(since.plus(ms), id, timer_of(bound), rule, sink);
        }
        // Of a retry that waits the rest of its wait is left.
        let restarted = status.plugin_phase == Some(PluginPhase::Queued) && status.plugin_phase_version == 0;
        let waits = backoff_ms(status.observed_attempts(), spec, self.rules()).map(|ms| queued_at.plus(ms));
        if let Some(due) = waits.filter(|due| restarted && !has_left_the_queue(status) && *due > self.now()) {
            self.set_timer(due, id, TimerKind::Backoff, Rule::BackoffTimerSet, sink);
        }
    }
}
