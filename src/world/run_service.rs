//! The run service and its store (runs/service, runs/repository): rows and events are written here, and nowhere else.
//! Signals, aborts and statuses from outside arrive here as well.

use super::{Sink, World};
use crate::model::{ActionId, ActionPhase, ActionRow, CacheStatus, Call, Rule, Signal, TextId, Time, What};
use crate::rules::abort::{explains_abort, is_queue_full, request_abort};
use crate::rules::events::EventKey;
use crate::rules::failures::notification_failed;
use crate::rules::pod::tells_code;
use crate::rules::stamps::{end_time, stamp_update};
use crate::rules::{Told, Update, requests, update_action_phase};

impl World {
    pub(super) fn insert_row(
        &mut self,
        id: ActionId,
        phase: ActionPhase,
        attempts: u32,
        rule: Rule,
        sink: &mut impl Sink,
    ) {
        let now = self.now();
        let row = ActionRow::new(phase, attempts, now);
        // A row that is born ended has its end from the start.
        let row = if phase.is_terminal() {
            stamp_update(&row, phase, None, end_time(phase, None, now), now, self.rules())
        } else {
            row
        };
        if let Some(action) = self.action_mut(id) {
            action.row = Some(row);
        }
        self.tell(sink, id, What::RowCreated { phase, attempt: attempts }, rule);
        self.wake_watches(id, sink);
    }

    /// One update of a row through its guard (`UpdateActionStatus`). `cause` is the decision behind it, if there is
    /// one; an update from outside has only the guard's rule.
    pub(super) fn update_row(&mut self, id: ActionId, update: &Update, cause: Option<Rule>, sink: &mut impl Sink) {
        let Some(action) = self.action(id).copied() else { return };
        let Some(row) = action.row else {
            self.tell(sink, id, What::UpdateSkipped, Rule::RowMissing);
            return;
        };
        match update_action_phase(&row, update, action.spec.max_attempts, self.now(), self.rules()) {
            Ok((new, rule)) => self.write_row(id, &row, new, cause.unwrap_or(rule), sink),
            Err(rule) => {
                let what = What::UpdateRefused { from: row.phase, to: update.phase, attempt: update.attempts };
                self.tell(sink, id, what, rule);
            }
        }
    }

    fn write_row(&mut self, id: ActionId, old: &ActionRow, new: ActionRow, rule: Rule, sink: &mut impl Sink) {
        let mut new = new;
        if explains_abort(&new, self.rules()) {
            new.abort.reason = self.nearest_abort_reason(id).or(Some(TextId::WAS_ABORTED));
        }
        if let Some(action) = self.action_mut(id) {
            action.row = Some(new);
        }
        let attempt = new.attempts;
        let what = if old.phase == new.phase {
            What::RowRewritten { phase: new.phase, attempt }
        } else {
            What::PhaseRecorded { from: old.phase, to: new.phase, attempt }
        };
        self.tell(sink, id, what, rule);
        self.wake_watches(id, sink);
    }

    /// Whether events tell the codes of errors.
    pub fn tells_error_codes(&self) -> bool {
        tells_code(self.rules())
    }

    /// Those who watch an action are woken (`notifyActionUpdate`), unless that goes wrong.
    pub(super) fn wake_watches(&mut self, id: ActionId, sink: &mut impl Sink) {
        let (_, rule) = notification_failed(self.rules());
        self.fails(Call::Notify, id, rule, sink);
    }

    /// The reason of the nearest abort, its own or an ancestor's.
    fn nearest_abort_reason(&self, id: ActionId) -> Option<TextId> {
        let mut next = Some(id);
        while let Some(action) = next.and_then(|id| self.action(id)) {
            let reason = action.row.and_then(|row| row.abort.reason);
            if reason.is_some() {
                return reason;
            }
            next = action.parent;
        }
        None
    }

    pub(super) fn record_event(
        &mut self,
        id: ActionId,
        told: &Told,
        updated_at: Time,
        rule: Rule,
        sink: &mut impl Sink,
    ) {
        let Told { attempt, phase, version, error, cache_status, said } = *told;
        if self.insert_event(id, EventKey { attempt, phase: phase.number(), version }) {
            let what = What::EventRecorded { phase, attempt, version, error, updated_at, cache_status, said };
            self.tell(sink, id, what, rule);
        } else {
            self.tell(sink, id, What::EventDropped { phase, attempt, version }, Rule::EventFirstWriterWins);
        }
        self.wake_watches(id, sink);
    }

    pub(super) fn store_signal(&mut self, id: ActionId, signal: Signal, sink: &mut impl Sink) {
        let Some((spec, resource)) = self.action(id).and_then(|a| Some((a.spec, a.resource?))) else { return };
        if requests::signal(&spec, Some(&resource.cr), &signal, self.rules()) == Ok(Rule::SignalRepeated) {
            self.tell(sink, id, What::SignalRepeated, Rule::SignalRepeated);
            return;
        }
        let now = self.now();
        if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
            resource.cr.status.signal = Some(signal);
            resource.signal_at = Some(now);
        }
        self.tell(sink, id, What::SignalStored { signal }, Rule::SignalStored);
        self.resource_changed(id);
        self.reconcile_soon(id);
    }

    /// Somebody writes attempts and cache status into the resource (`PutStatus`), which all look at who watch it.
    pub(super) fn put_status(
        &mut self,
        id: ActionId,
        attempts: u32,
        cache_status: Option<CacheStatus>,
        sink: &mut impl Sink,
    ) {
        let Some(mut status) = self.action(id).and_then(|action| action.resource).map(|r| r.cr.status) else { return };
        let written = (attempts, cache_status.map_or(status.cache_status, CacheStatus::number));
        if (status.attempts, status.cache_status) == written {
            return self.tell(sink, id, What::StatusUnchanged, Rule::StatusPut);
        }
        (status.attempts, status.cache_status) = written;
        if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
            resource.cr.status = status;
        }
        let (attempt, cache_status) = written;
        self.tell(sink, id, What::StatusPut { attempt, cache_status }, Rule::StatusPut);
        self.status_written(id);
        self.reconcile_soon(id);
    }

    pub(super) fn abort(&mut self, id: ActionId, reason: TextId, sink: &mut impl Sink) {
        let Some(row) = self.action(id).and_then(|action| action.row) else { return };
        let aborted = request_abort(&row, reason, self.now(), self.rules());
        self.tell(sink, id, What::AbortRequested { reason }, Rule::AbortRequested);
        self.write_row(id, &row, aborted, Rule::AbortRequested, sink);
        if self.abort_of(id).is_some() {
            self.tell(sink, id, What::AbortDeduplicated, Rule::AbortDeduplicated);
        } else if is_queue_full(self.line().queued_count(), &self.config().abort) {
            // The call waits for room. It stands where it would stand once there is some, behind all others.
            if self.take_fault(Call::PushAbort, id).is_some() {
                self.tell(sink, id, What::AbortDropped, Rule::AbortQueueFull);
            } else {
                self.queue_abort(id, reason, Rule::AbortBlocked, sink);
            }
        } else {
            self.queue_abort(id, reason, Rule::AbortQueued, sink);
        }
    }
}
