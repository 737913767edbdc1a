//! The actions service's informer (actions/k8s/client.go): it watches resources and tells the run service. Its news can
//! be late, lost or told twice.

use super::pending::{News, Pending};
use super::{Action, Resource, Sink, Untold, World};
use crate::model::{ActionId, ActionPhase, Call, Delivery, FaultReply, PendingWork, Rule, TimerKind, What};
use crate::rules::Update;
use crate::rules::failures::{enqueue_failed, is_news_forgotten, news_failed, record_failed};
use crate::rules::informer::{self, Notice, RESYNC_MS, RunServiceReply};

impl World {
    /// What the informer sees when it looks at a resource.
    pub(super) fn news_of(&self, id: ActionId) -> Option<News> {
        let resource = self.action(id)?.resource?;
        let status = &resource.cr.status;
        let reported = informer::reported(status, self.rules());
        Some(News { cr: resource.cr, reported, created_at: resource.created_at, cause: resource.cause })
    }

    /// The informer tells the run service (`notifyRunService`): record, promote the parent, update, label.
    pub(super) fn notify_run_service(&mut self, item: &Pending, news: &News, deleted: bool, sink: &mut impl Sink) {
        let id = item.action;
        if let Some(rule) = informer::skipped(&news.cr) {
            self.tell(sink, id, What::UpdateSkipped, rule);
            return;
        }
        // Those who watch are told first, the SDK in the parent's process among them (`handleWatchEvent`).
        if deleted || news.reported.is_heard() {
            self.tell_parent(id, informer::update_phase(news.reported, deleted).0, Rule::ChildTold, sink);
        }
        let Some(action) = self.action(id).copied() else { return };
        let recorded = action.seen || self.record_action(id, &action, sink);
        if !recorded && !is_news_forgotten(self.rules()) {
            self.put_back(Pending { news: Some(*news), ..*item });
            return;
        }
        let notice = Notice { known: action.seen, deleted, has_parent: action.parent.is_some() };
        if let (Some(running), Some(parent)) = (informer::parent_update(notice, self.rules()), action.parent) {
            self.promote(parent, &running, sink);
        }
        let (phase, rule) = informer::update_phase(news.reported, deleted);
        let cause = rule.unwrap_or(news.cause);
        let update = match informer::status_update(phase, &news.cr.status, Some(news.created_at), self.rules()) {
            Ok(update) => update,
            Err(rule) => {
                // A resource nobody has looked at yet says nothing; that is no news to anybody.
                if cause != Rule::ActionEnqueued {
                    self.tell(sink, id, What::UpdateSkipped, rule);
                }
                return self.told(id, deleted, recorded, sink);
            }
        };
        let fault = self.take_fault(Call::UpdateActionStatus, id);
        if matches!(fault, None | Some(FaultReply::TimedOut)) {
            self.update_row(id, &update, Some(cause), sink);
            let is_missing = self.action(id).is_some_and(|action| action.row.is_none());
            if is_missing && informer::records_what_is_missing(self.rules()) && self.record_action(id, &action, sink) {
                self.update_row(id, &update, Some(cause), sink);
            }
            // The value that a condition ended with is written apart, which wakes once more.
            if phase == ActionPhase::Succeeded && news.cr.status.signal.is_some() {
                self.wake_watches(id, sink);
            }
        }
        if let Some(reply) = fault {
            let (again, rule) = news_failed(deleted, self.rules());
            self.tell(sink, id, What::CallFailed { call: Call::UpdateActionStatus, reply }, rule);
            if again {
                self.put_back(Pending { news: Some(*news), ..*item });
                return;
            }
        }
        self.told(id, deleted, recorded && fault.is_none(), sink);
        // The run service answers that all is well also if its guard has refused the update.
        if informer::is_marked_recorded(news.reported, deleted, RunServiceReply::of(fault), &news.cr) {
            if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
                resource.cr.recorded = true;
            }
            self.tell(sink, id, What::LabelsStamped, Rule::TerminalRecorded);
        }
    }

    /// A parent is set running, by a call of its own: it can fail, and is not made again once the child is recorded.
    fn promote(&mut self, parent: ActionId, running: &Update, sink: &mut impl Sink) {
        let fault = self.take_fault(Call::UpdateActionStatus, parent);
        if matches!(fault, None | Some(FaultReply::TimedOut)) {
            self.update_row(parent, running, Some(Rule::ParentPromoted), sink);
        }
        if let Some(reply) = fault {
            let what = What::CallFailed { call: Call::UpdateActionStatus, reply };
            self.tell(sink, parent, what, Rule::PromotionForgotten);
        }
    }

    /// The informer has told of a resource, or tried to: what was not taken is told with the resource's next event. If the
    /// resource has changed since, that event is there already.
    fn told(&mut self, id: ActionId, deleted: bool, taken: bool, sink: &mut impl Sink) {
        let Some(before) = self.action(id).map(|action| action.untold) else { return };
        if deleted || taken {
            if before != Untold::Nothing {
                self.set_untold(id, Untold::Nothing);
                self.cancel_timer(id, TimerKind::Resync);
            }
            return;
        }
        self.set_untold(id, Untold::NotTaken);
        if before == Untold::Behind {
            return self.resource_changed(id);
        }
        if !self.timers_of(id).any(|timer| timer.kind == TimerKind::Resync) {
            let passed = self.now().since(self.listed_at());
            let due = self.listed_at().plus((passed / RESYNC_MS + 1) * RESYNC_MS);
            self.set_timer(due, id, TimerKind::Resync, Rule::ResyncTimerSet, sink);
        }
    }

    fn set_untold(&mut self, id: ActionId, untold: Untold) {
        if let Some(action) = self.action_mut(id) {
            action.untold = untold;
        }
    }

    /// The resource has changed in what is no news by itself: labels, finalizer, signal, deletion. The informer looks at
    /// the event all the same (`setupInformer` filters none), and tells what was not taken before.
    pub(super) fn resource_changed(&mut self, id: ActionId) {
        if !is_news_forgotten(self.rules()) {
            return;
        }
        let Some(untold) = self.action(id).map(|action| action.untold) else { return };
        match (untold, self.has_update(id)) {
            (Untold::NotTaken, false) => self.take_up_anew(id),
            // In manual delivery both are one piece, since whoever does it looks at the newest object. Else what waits
            // is told before this event comes.
            (Untold::Nothing, true) if self.config().delivery == Delivery::Immediate => {
                self.set_untold(id, Untold::Behind);
            }
            _ => {}
        }
    }

    /// The resource's status was written, which is news.
    pub(super) fn status_written(&mut self, id: ActionId) {
        let news = self.news_of(id).filter(|_| informer::sees_every_status(self.rules()));
        if news.is_some() || informer::is_dispatched(false, self.has_update(id)) {
            self.push(id, PendingWork::WatchUpdate, news);
        }
    }

    /// The informer looks at a resource again, and tells of it as it is now.
    pub(super) fn take_up_anew(&mut self, id: ActionId) {
        let news = self.news_of(id).filter(|_| informer::sees_every_status(self.rules()));
        self.push(id, PendingWork::WatchUpdate, news);
    }

    /// The informer has the run service record an action that its filter does not hold (`RecordAction`); whether the
    /// filter holds it now.
    fn record_action(&mut self, id: ActionId, action: &Action, sink: &mut impl Sink) -> bool {
        let fault = self.take_fault(Call::RecordAction, id);
        let recorded = action.row.is_some();
        let refused = informer::refuses_record(&action.spec, self.rules()).filter(|_| !recorded);
        if !recorded && refused.is_none() && matches!(fault, None | Some(FaultReply::TimedOut)) {
            self.insert_row(id, ActionPhase::Queued, 1, Rule::ActionRecorded, sink);
        }
        let remembered = match (fault, refused) {
            (None, None) => true,
            // Whoever looks inside the reply learns only that asking again is of no use.
            (None, Some(rule)) => {
                let what = What::CallFailed { call: Call::RecordAction, reply: FaultReply::Rejected };
                self.tell(sink, id, what, rule);
                true
            }
            (Some(reply), _) => {
                let (remembered, rule) = record_failed(reply, self.rules());
                self.tell(sink, id, What::CallFailed { call: Call::RecordAction, reply }, rule);
                remembered
            }
        };
        if let Some(action) = self.action_mut(id) {
            action.seen = remembered;
        }
        remembered
    }

    /// The informer lists all resources. Of one that was written twice it sees what was written last, unless nothing is
    /// to be lost; a deletion is told in any case, since the informer knows what it held.
    pub(super) fn list_anew(&mut self) {
        for id in self.ids() {
            if self.action(id).is_none_or(|action| action.resource.is_none()) {
                continue;
            }
            if is_news_forgotten(self.rules()) {
                let changed = |item: &&Pending| item.is_news() && item.work != PendingWork::WatchDelete;
                let lost: Vec<u32> = self.pending_of(id).filter(changed).map(|item| item.id).collect();
                for item in lost {
                    self.take_pending(item);
                }
            }
            self.push(id, PendingWork::WatchUpdate, None);
        }
    }

    /// A piece of news is lost, or told again where nothing is lost.
    pub(super) fn drop_news(&mut self, item: Option<u32>, sink: &mut impl Sink) {
        let Some(item) = self.pending_item(item).copied() else { return };
        let kept = match item.work {
            PendingWork::Enqueue => enqueue_failed(self.rules()),
            _ => news_failed(item.work == PendingWork::WatchDelete, self.rules()),
        };
        self.tell(sink, item.action, What::NewsDropped { work: item.work }, kept.1);
        if !kept.0 {
            self.take_pending(item.id);
            if item.is_news() {
                self.told(item.action, item.work == PendingWork::WatchDelete, false, sink);
            }
        }
    }

    pub(super) fn duplicate_news(&mut self, item: Option<u32>, sink: &mut impl Sink) {
        let Some(item) = self.pending_item(item).copied() else { return };
        self.push_behind(&item);
        self.tell(sink, item.action, What::NewsDuplicated { work: item.work }, Rule::NewsDuplicated);
    }

    pub(super) fn restart_actions(&mut self, sink: &mut impl Sink) {
        if is_news_forgotten(self.rules()) {
            let lost: Vec<_> = self.pending().filter(|item| item.is_news()).copied().collect();
            for item in lost {
                self.take_pending(item.id);
                // What is still there is listed again; what is gone is never told.
                if item.work == PendingWork::WatchDelete {
                    let what = What::NewsDropped { work: item.work };
                    self.tell(sink, item.action, what, Rule::NewsGone);
                }
            }
        }
        self.list_from(self.now());
        for id in self.ids() {
            self.cancel_timer(id, TimerKind::Resync);
            let Some(action) = self.action_mut(id) else { continue };
            (action.seen, action.untold) = (false, Untold::Nothing);
            if action.resource.is_some() {
                self.push(id, PendingWork::WatchAdd, None);
            }
        }
        self.connect_watches(false, sink);
    }

    /// What a resource tells the run service.
    pub fn reported_phase(&self, resource: &Resource) -> ActionPhase {
        crate::rules::reported_phase(&resource.cr.status, self.rules())
    }
}
