//! Carrying out commands that were checked.

use super::abort_queue::AbortTaskState;
use super::cache::CacheAnswer;
use super::pending::Pending;
use super::work::Asked;
use super::{Action, NumberedCommand, Resource, Sink, World};
use crate::model::command::{FailureCommand, ResultCommand, TaskCommand};
use crate::model::policy::Events;
use crate::model::{
    AbortReply, ActionId, ActionKind, ActionPhase, ActionRow, Caching, Call, Command, ConditionSpec, ErrorCode,
    ErrorKind, ErrorState, Fact, FaultReply, Message, NonRetryableCode, Observation, PendingWork, Report, Rule, Signal,
    Spec, SpecFields, TextId, Time, TimerKind, What,
};
use crate::rules::abort::{AbortStep, abort_attempt, clear_abort_request, request_abort};
use crate::rules::failures::{decides_anew, enqueue_failed, refuses_late_enqueue, tells_late_end};
use crate::rules::pod::exit_report;
use crate::rules::run_service::{ROOT_ACTION, abort_action_reason, abort_run_reason, recorded_trace};
use crate::rules::stamps::{end_time, stamp_update};
use crate::rules::task::{asks_plugin, reconcile_task};
use crate::rules::{Told, Update, Write, requests};

impl World {
    pub(super) fn perform(&mut self, command: &NumberedCommand, sink: &mut impl Sink) {
        match command {
            Command::CreateRun { run, project, domain, task } => {
                let spec = self.task_spec(task.as_ref());
                let places = (project.unwrap_or(TextId::FLYTESNACKS), domain.unwrap_or(TextId::DEVELOPMENT));
                self.create_run(*run, places, spec, sink);
            }
            Command::Enqueue { action, parent, task, condition, trace } => {
                if let Some(trace) = trace {
                    let (phase, rule) = recorded_trace(trace.phase, &self.config.rules);
                    return self.record_directly(*action, Some(*parent), phase, rule, sink);
                }
                let spec = match condition {
                    Some(condition) => Spec {
                        kind: ActionKind::Condition,
                        timeout_ms: condition.timeout_ms.unwrap_or(0),
                        value_type: Some(condition.value_type),
                        condition_spec: Self::condition_spec(condition.invalid, condition.empty),
                        prompt: condition.prompt.unwrap_or_default(),
                        ..Spec::task(1, TextId::EMPTY)
                    },
                    None => self.task_spec(task.as_ref()),
                };
                self.enqueue(*action, *parent, spec, sink);
            }
            Command::Recover { action, parent } => {
                self.record_directly(*action, *parent, ActionPhase::Recovered, Rule::RecoveredRecorded, sink);
            }
            Command::Import { action, parent, resource } => self.import(*action, *parent, resource, sink),
            Command::Plugin { action, result, failure } => {
                let seen = match (result, failure) {
                    (Some(result), _) => Observation::Report(Self::report(result)),
                    (None, Some(failure)) => self.handle_error(failure),
                    (None, None) => Observation::Nothing,
                };
                let plugin = result.as_ref().map(|result| result.phase);
                self.reconcile_with(*action, &seen, Asked::Plugin(plugin), sink);
            }
            Command::Exit { action, code } => {
                let report = exit_report(*code, &self.config.rules);
                self.reconcile_with(*action, &Observation::Report(report), Asked::Plugin(Some(report.phase)), sink);
            }
            Command::Signal { action, value, by } => {
                let signal = Signal { value: Some(Self::signal_value(value)), by: by.unwrap_or_default() };
                self.store_signal(*action, signal, sink);
            }
            Command::AbortAction { action, reason } => {
                self.abort(*action, abort_action_reason(*reason), sink);
            }
            Command::AbortRun { run, reason } => {
                if let Some(root) = self.root_of(*run) {
                    self.abort(root, abort_run_reason(*reason), sink);
                }
            }
            Command::AbortReply { action, reply, draw_ms } => self.abort_reply(*action, *reply, *draw_ms, sink),
            Command::UpdatePhase { action, phase, attempts } => {
                let recorded = self.action(*action).and_then(|action| action.row).map_or(1, |row| row.attempts);
                let update = Update {
                    phase: *phase,
                    attempts: attempts.unwrap_or(recorded),
                    cache_status: 0,
                    start: None,
                    end: None,
                    resets: false,
                };
                self.update_row(*action, &update, None, sink);
            }
            Command::Advance { ms } => self.advance(self.now.plus(*ms), *ms, sink),
            Command::Fire { timer } => {
                let target = match timer {
                    Some(id) => self.timer(*id),
                    None => self.timers.next(),
                };
                if let Some(target) = target {
                    self.fire_through(&target, sink);
                }
            }
            Command::Deliver { item } => {
                let item = match item {
                    Some(id) => self.take_pending(*id),
                    None => self.pending.pop(),
                };
                if let Some(item) = item {
                    self.work(&item, sink);
                }
            }
            Command::Drop { item } => self.drop_news(*item, sink),
            Command::Duplicate { item } => self.duplicate_news(*item, sink),
            Command::Fault { call, reply, action } => self.arm_fault(*call, *reply, *action, sink),
            Command::Restart { service, down_ms } => self.restart(*service, down_ms.unwrap_or(0), sink),
        }
    }

    pub(super) fn task_spec(&self, task: Option<&TaskCommand<TextId>>) -> Spec {
        let Some(task) = task else { return Spec::task(1, TextId::CONTAINER) };
        let kind = task.task_type.unwrap_or(TextId::CONTAINER);
        let mut missing =
            task.missing.iter().flatten().fold(SpecFields::default(), |fields, field| fields.with(*field));
        if kind.is_empty() {
            missing = missing.with(crate::model::SpecField::TaskType);
        }
        Spec {
            timeout_ms: task.timeout_ms.unwrap_or(0),
            plugin_registered: kind == TextId::CONTAINER,
            missing,
            caching: task.cache.as_ref().map_or(Caching::default(), |cache| Caching {
                discoverable: cache.discoverable.unwrap_or(true),
                serializable: cache.serializable.unwrap_or(false),
                unidentified: cache.unidentified.unwrap_or(false),
            }),
            cache_key: task.cache.as_ref().and_then(|cache| cache.key).unwrap_or(kind),
            ..Spec::task(task.max_attempts.unwrap_or(1), kind)
        }
    }

    /// How the spec of a condition is stored.
    pub(super) fn condition_spec(invalid: Option<bool>, empty: Option<bool>) -> ConditionSpec {
        match (empty, invalid) {
            (Some(true), _) => ConditionSpec::Empty,
            (_, Some(true)) => ConditionSpec::Undecodable,
            (_, Some(false) | None) => ConditionSpec::Valid,
        }
    }

    fn report(result: &ResultCommand<TextId>) -> Report {
        Report {
            version: result.version.unwrap_or(0),
            reason: result.reason.filter(|reason| !reason.is_empty()).map_or(Message::Empty, Message::Text),
            error: result.error.as_ref().map(|error| ErrorState {
                code: ErrorCode::Text(error.code),
                kind: error.kind,
                message: match error.length {
                    Some(length) if length as usize > requests::MESSAGE_MAX => Message::LongText(error.message),
                    Some(_) | None => Message::Text(error.message),
                },
            }),
            ..Report::of(result.phase, 0)
        }
    }

    fn handle_error(&self, failure: &FailureCommand<TextId>) -> Observation {
        let known = failure
            .code
            .and_then(|code| NonRetryableCode::parse(self.text(code)).map(|known| (known, ErrorCode::Text(code))));
        Observation::HandleError { non_retryable: known, text: failure.message }
    }

    /// Puts an action into the arena and under its parent.
    pub(super) fn add(
        &mut self,
        full_name: TextId,
        parent: Option<ActionId>,
        places: (TextId, TextId),
        spec: Spec,
    ) -> ActionId {
        let name = self.text(full_name).to_owned();
        let (run, own) = name.split_once('/').unwrap_or((&name, ""));
        let (run, own) = (run.to_owned(), own.to_owned());
        let resource_name = {
            let (run, own) = requests::object_name(&run, &own);
            format!("{run}-{own}")
        };
        let id = ActionId(u32::try_from(self.action_count()).unwrap_or(u32::MAX));
        self.footprint.mark(id);
        let action = Action {
            full_name,
            run: self.intern(&run),
            name: self.intern(&own),
            resource_name: self.intern(&resource_name),
            project: places.0,
            domain: places.1,
            parent,
            first_child: None,
            last_child: None,
            next_sibling: None,
            spec,
            row: None,
            resource: None,
            seen: false,
        };
        self.actions.push(action);
        let place = self.by_name.partition_point(|(name, _)| *name < full_name);
        self.by_name.insert(place, (full_name, id));
        self.adopt(id, parent);
        id
    }

    fn create_run(&mut self, run: TextId, places: (TextId, TextId), spec: Spec, sink: &mut impl Sink) {
        let name = format!("{}/{ROOT_ACTION}", self.text(run));
        if let Some(existing) = self.find(&name) {
            self.tell(sink, existing, What::UpdateSkipped, Rule::RunKept);
            if let Some(action) = self.action_mut(existing).filter(|action| action.resource.is_none()) {
                action.spec = spec;
                self.push(existing, PendingWork::Enqueue, None);
            }
            return;
        }
        let name = self.intern(&name);
        let root = self.add(name, None, places, spec);
        self.insert_row(root, ActionPhase::Queued, Rule::RunCreated, sink);
        self.push(root, PendingWork::Enqueue, None);
    }

    /// The run service has the actions service create the resource of a run (`CreateRun`).
    pub(super) fn enqueue_root(&mut self, item: &Pending, sink: &mut impl Sink) {
        let id = item.action;
        let Some(action) = self.action(id).filter(|action| action.resource.is_none()).copied() else { return };
        let ended = action.row.and_then(|row| Some((row, refuses_late_enqueue(&row, &self.config.rules)?)));
        if let Some((row, rule)) = ended {
            self.tell(sink, id, What::UpdateSkipped, rule);
            let is_told = !self.events.of(id).is_empty();
            if let Some(told) = tells_late_end(&row, is_told, &self.config.rules) {
                self.record_event(id, &told, self.now, rule, sink);
            }
            return;
        }
        let (again, rule) = enqueue_failed(&self.config.rules);
        if self.fails(Call::CreateResource, id, rule, sink).is_some() {
            if again {
                self.put_back(*item);
            }
            return;
        }
        self.create_resource(id, action.spec, sink);
    }

    fn enqueue(&mut self, name: TextId, parent: ActionId, spec: Spec, sink: &mut impl Sink) {
        if self.fails(Call::CreateResource, parent, Rule::EnqueueFailed, sink).is_some() {
            return;
        }
        let existing = self.named(name);
        if let Some(existing) = existing {
            if self.action(existing).is_some_and(|action| action.resource.is_some()) {
                self.tell(sink, existing, What::UpdateSkipped, Rule::ConditionKept);
                return;
            }
            return self.create_resource(existing, spec, sink);
        }
        let places = self.places_of(Some(parent));
        let id = self.add(name, Some(parent), places, spec);
        self.create_resource(id, spec, sink);
    }

    fn places_of(&self, parent: Option<ActionId>) -> (TextId, TextId) {
        parent
            .and_then(|parent| self.action(parent))
            .map_or((TextId::FLYTESNACKS, TextId::DEVELOPMENT), |parent| (parent.project, parent.domain))
    }

    fn create_resource(&mut self, id: ActionId, spec: Spec, sink: &mut impl Sink) {
        let created_at = crate::rules::stamps::stored(self.now, &self.config.rules);
        let parent = self.action(id).and_then(|action| action.parent);
        let above = parent.and_then(|parent| self.action(parent)).and_then(|parent| parent.resource);
        let inherited =
            above.filter(|above| above.cr.labelled && requests::inherits_labels(spec.kind, &self.config.rules));
        if let Some(action) = self.action_mut(id) {
            let mut resource = Resource::new(created_at);
            if let Some(above) = inherited {
                (resource.cr.labelled, resource.cr.recorded) = (true, above.cr.recorded);
                resource.completed_at = above.completed_at;
            }
            action.spec = spec;
            action.resource = Some(resource);
        }
        self.tell(sink, id, What::ResourceCreated, Rule::ActionEnqueued);
        if inherited.is_some() {
            self.tell(sink, id, What::LabelsStamped, Rule::LabelsInherited);
            self.await_collection(id, self.now, sink);
        }
        self.push(id, PendingWork::WatchAdd, None);
        if spec.kind == ActionKind::Condition && spec.timeout_ms > 0 && spec.condition_spec == ConditionSpec::Valid {
            let due = created_at.plus(spec.timeout_ms);
            self.set_timer(due, id, TimerKind::ConditionDeadline, Rule::DeadlineTimerSet, sink);
        }
        self.reconcile_soon(id);
    }

    /// An action without resource: a trace, or a recovered one.
    fn record_directly(
        &mut self,
        name: TextId,
        parent: Option<ActionId>,
        phase: ActionPhase,
        rule: Rule,
        sink: &mut impl Sink,
    ) {
        if let Some(existing) = self.named(name) {
            self.tell(sink, existing, What::UpdateSkipped, Rule::ActionAlreadyRecorded);
            return;
        }
        let places = self.places_of(parent);
        let kind = if rule == Rule::RecoveredRecorded { ActionKind::Task } else { ActionKind::Trace };
        let id = self.add(name, parent, places, Spec { kind, ..Spec::task(1, TextId::CONTAINER) });
        self.insert_row(id, phase, rule, sink);
        if self.config.rules.events == Events::EveryPhase {
            // Every ending that is no success has an error, and nobody says which one this is.
            let unknown = ErrorState { code: ErrorCode::Unknown, kind: ErrorKind::User, message: Message::Unknown };
            let error = (phase.is_terminal() && !phase.is_success()).then_some(unknown);
            let told = Told { attempt: 1, phase, version: 0, error, cache_status: 0 };
            self.record_event(id, &told, self.now, rule, sink);
        }
    }

    pub(super) fn insert_row(&mut self, id: ActionId, phase: ActionPhase, rule: Rule, sink: &mut impl Sink) {
        let now = self.now;
        let row = ActionRow::new(phase, 1, now);
        // A row that is born ended has its end from the start.
        let row = if phase.is_terminal() {
            stamp_update(&row, phase, None, end_time(phase, None, now), now, &self.config.rules)
        } else {
            row
        };
        if let Some(action) = self.action_mut(id) {
            action.row = Some(row);
        }
        self.tell(sink, id, What::RowCreated { phase, attempt: 1 }, rule);
    }

    /// One reconcile of a task with what the plugin or the clock has to say (`reconcileTask`).
    pub(super) fn reconcile_with(&mut self, id: ActionId, seen: &Observation, asked: Asked, sink: &mut impl Sink) {
        let Some((spec, resource)) = self.action(id).and_then(|a| Some((a.spec, a.resource?))) else { return };
        let stale = self.take_stale(id, sink);
        let cr = stale.unwrap_or(resource.cr);
        let (mut seen, mut asked) = (*seen, asked);
        if spec.kind == ActionKind::Task && asks_plugin(&spec, &cr, &self.config.rules).is_ok() {
            if self.fails(Call::BuildContext, id, Rule::ContextNotBuilt, sink).is_some() {
                return self.requeue(id, sink);
            }
            if !matches!(seen, Observation::AttemptTimedOut { .. }) {
                match self.ask_cache(id, &spec, &cr.status, sink) {
                    CacheAnswer::AsksPlugin => {}
                    CacheAnswer::Decides(instead) => {
                        seen = instead;
                        if asked != Asked::Nobody {
                            asked = Asked::Plugin(None);
                        }
                    }
                    CacheAnswer::Requeues => return self.requeue(id, sink),
                }
            }
            if let Observation::Report(report) = seen {
                seen = Observation::Report(self.tell_cache(id, &spec, &report, sink));
            }
        }
        let (failures_max, rules) = (self.config.system_failures_max, self.config.rules);
        let mut decided = reconcile_task(&spec, &cr, &seen, failures_max, &rules);
        if stale.is_some_and(|stale| stale != resource.cr) && decided.write == Write::EventThenStatus {
            let (anew, rule) = decides_anew(&rules);
            self.tell(sink, id, What::CallFailed { call: Call::WriteStatus, reply: FaultReply::Conflict }, rule);
            if anew {
                decided = reconcile_task(&spec, &resource.cr, &seen, failures_max, &rules);
            }
        }
        self.write_reconciled(id, &decided, asked, sink);
        let waits = self.action(id).and_then(|action| action.resource).is_some_and(|r| Self::waits_for_cache(&r.cr));
        if waits {
            self.requeue(id, sink);
        }
    }

    fn store_signal(&mut self, id: ActionId, signal: Signal, sink: &mut impl Sink) {
        let Some((spec, resource)) = self.action(id).and_then(|a| Some((a.spec, a.resource?))) else { return };
        if requests::signal(&spec, Some(&resource.cr), &signal) == Ok(Rule::SignalRepeated) {
            self.tell(sink, id, What::SignalRepeated, Rule::SignalRepeated);
            return;
        }
        let now = self.now;
        if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
            resource.cr.status.signal = Some(signal);
            resource.signal_at = Some(now);
        }
        self.tell(sink, id, What::SignalStored { signal }, Rule::SignalStored);
        self.reconcile_soon(id);
    }

    fn abort(&mut self, id: ActionId, reason: TextId, sink: &mut impl Sink) {
        let Some(row) = self.action(id).and_then(|action| action.row) else { return };
        let aborted = request_abort(&row, reason, self.now, &self.config.rules);
        self.tell(sink, id, What::AbortRequested { reason }, Rule::AbortRequested);
        self.write_row(id, &row, aborted, Rule::AbortRequested, sink);
        if self.abort_of(id).is_some() {
            self.tell(sink, id, What::AbortDeduplicated, Rule::AbortDeduplicated);
        } else if self.line().queued_count() >= self.config.abort.queue_size as usize {
            self.tell(sink, id, What::AbortDropped, Rule::AbortQueueFull);
        } else {
            self.queue_abort(id, reason, sink);
        }
    }

    pub(super) fn queue_abort(&mut self, id: ActionId, reason: TextId, sink: &mut impl Sink) {
        self.aborts_about(id).enqueue(id, reason);
        self.tell(sink, id, What::AbortQueued, Rule::AbortQueued);
        self.wake_worker();
    }

    /// Gives the task that has waited longest to a worker, if one is free.
    pub(super) fn wake_worker(&mut self) {
        let waking = self.pending.iter().filter(|item| item.work == PendingWork::AbortWorker).count();
        if self.line().calling_count() + waking >= self.config.abort.workers as usize {
            return;
        }
        let woken: Vec<ActionId> =
            self.pending.iter().filter(|item| item.work == PendingWork::AbortWorker).map(|item| item.action).collect();
        if let Some(next) = self.line().first_queued_except(&woken) {
            self.push(next, PendingWork::AbortWorker, None);
        }
    }

    fn abort_reply(&mut self, id: ActionId, reply: AbortReply, draw_ms: Option<u64>, sink: &mut impl Sink) {
        let Some(alive) = self.action(id).map(|action| action.resource.is_some()) else { return };
        let Some(attempt) = self.abort_call_of(id) else { return };
        if reply == AbortReply::Ok && alive {
            self.request_deletion(id, Rule::DeletionRequested, sink);
        }
        match abort_attempt(attempt, reply, &self.config.abort, &self.config.rules) {
            AbortStep::Done(rule) => {
                let rule = if reply == AbortReply::Ok && !alive { Rule::AbortAlreadyGone } else { rule };
                self.aborts_about(id).remove(id);
                self.tell(sink, id, What::AbortSucceeded { reply }, rule);
                self.clear_abort(id, sink);
            }
            AbortStep::GivenUp { clears } => {
                self.aborts_about(id).remove(id);
                self.tell(sink, id, What::AbortGivenUp { attempts: attempt }, Rule::AbortGivenUp);
                if clears {
                    self.clear_abort(id, sink);
                } else {
                    self.tell(sink, id, What::UpdateSkipped, Rule::AbortRequestKept);
                }
            }
            AbortStep::RetryWithin(ceiling_ms) => {
                let delay_ms = draw_ms.unwrap_or(ceiling_ms).min(ceiling_ms);
                let until = self.now.plus(delay_ms);
                self.aborts_about(id).set(id, AbortTaskState::Waiting { until, delay_ms, ceiling_ms });
                self.tell(sink, id, What::AbortRetryScheduled { attempt, delay_ms, ceiling_ms }, Rule::AbortBackoff);
                self.set_timer(until, id, TimerKind::AbortRetry, Rule::RetryTimerSet, sink);
            }
        }
        self.wake_worker();
    }

    fn clear_abort(&mut self, id: ActionId, sink: &mut impl Sink) {
        if self.fails(Call::ClearAbortRequest, id, Rule::AbortClearFailed, sink).is_some() {
            return;
        }
        let now = self.now;
        if let Some(row) = self.action_mut(id).and_then(|action| action.row.as_mut()) {
            *row = clear_abort_request(row, now);
        }
        self.tell(sink, id, What::AbortRequestCleared, Rule::AbortRequestCleared);
    }

    /// Time passes to `target`; what comes due on the way fires at its own time.
    fn advance(&mut self, target: Time, ms: u64, sink: &mut impl Sink) {
        self.settle_due(sink);
        while let Some(timer) = self.timers.next().filter(|timer| timer.due <= target) {
            self.fire(&timer, sink);
            self.settle_due(sink);
        }
        self.now = target;
        sink.fact(Fact { at: self.now, action: None, what: What::TimeAdvanced { ms }, rule: Rule::TimeAdvances });
    }

    /// Fires the timers up to `target`, earliest first.
    fn fire_through(&mut self, target: &super::timers::Timer, sink: &mut impl Sink) {
        while let Some(timer) = self.timers.next() {
            if (timer.due, timer.id) > (target.due, target.id) {
                return;
            }
            self.fire(&timer, sink);
            if timer.id == target.id {
                return;
            }
            self.settle_due(sink);
        }
    }

    pub(super) fn fire(&mut self, timer: &super::timers::Timer, sink: &mut impl Sink) {
        self.footprint.mark(timer.action);
        self.timers.take(timer);
        self.now = self.now.max(timer.due);
        self.tell(sink, timer.action, What::TimerFired { kind: timer.kind }, Rule::TimerDue);
        match timer.kind {
            TimerKind::AttemptTimeout => {
                let timeout_ms = self.action(timer.action).map_or(0, |action| action.spec.timeout_ms);
                self.reconcile_with(timer.action, &Observation::AttemptTimedOut { timeout_ms }, Asked::Clock, sink);
            }
            TimerKind::ConditionDeadline | TimerKind::Requeue => self.reconcile_soon(timer.action),
            TimerKind::Collection => self.collect(timer.action, sink),
            TimerKind::AbortRetry => {
                let reason = self.abort_of(timer.action).map_or(TextId::USER_ABORT, |task| task.reason);
                self.queue_abort(timer.action, reason, sink);
            }
        }
    }
}
