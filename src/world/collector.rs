//! How resources go: a deletion is asked for, children go after their parent, and the executor's garbage collector
//! (executor/pkg/controller/garbage_collector.go) sweeps up what has ended.

use super::{Sink, World};
use crate::model::{ActionId, Rule, Time, TimerKind, What};
use crate::rules::gc::{collection_due, refuses_collection};

impl World {
    /// The resource is to be deleted; without a finalizer it is gone at once.
    pub(super) fn request_deletion(&mut self, id: ActionId, rule: Rule, sink: &mut impl Sink) {
        let now = self.now();
        let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) else { return };
        if resource.cr.deleting {
            return;
        }
        resource.cr.deleting = true;
        resource.deleted_at = Some(now);
        let held = resource.cr.finalizer;
        self.tell(sink, id, What::DeletionRequested, rule);
        if held {
            self.resource_changed(id);
            self.reconcile_soon(id);
        } else {
            self.finalize(id, sink);
        }
    }

    /// Kubernetes deletes the children of a resource that is gone: one level, since each waits for its own finalizer.
    pub(super) fn cascade(&mut self, id: ActionId, sink: &mut impl Sink) {
        let children: Vec<ActionId> = self.children(id).collect();
        for child in children {
            self.request_deletion(child, Rule::CascadeDeletes, sink);
        }
    }

    /// Sets the timer of the sweep that will collect an ended resource, if there are sweeps.
    pub(super) fn await_collection(&mut self, id: ActionId, from: Time, sink: &mut impl Sink) {
        let completed_at = self.action(id).and_then(|action| action.resource?.completed_at);
        let due = completed_at.and_then(|at| collection_due(at, from, self.sweeps_from(), &self.config().gc));
        if let Some(due) = due {
            self.set_timer(due, id, TimerKind::Collection, Rule::CollectionTimerSet, sink);
        }
    }

    /// Whether a child of it has a resource that has not ended.
    pub(super) fn has_living_child(&self, id: ActionId) -> bool {
        self.children(id).any(|child| {
            let resource = self.action(child).and_then(|child| child.resource.as_ref());
            resource.is_some_and(|resource| !resource.cr.status.conditions.is_terminal())
        })
    }

    /// A sweep of the garbage collector has come to a resource.
    pub(super) fn collect(&mut self, id: ActionId, sink: &mut impl Sink) {
        let Some(resource) = self.action(id).and_then(|action| action.resource) else { return };
        match refuses_collection(&resource.cr, self.has_living_child(id), self.rules()) {
            Some(rule) => {
                self.tell(sink, id, What::UpdateSkipped, rule);
                let next = self.now().plus(1);
                self.await_collection(id, next, sink);
            }
            None => self.request_deletion(id, Rule::GarbageCollected, sink),
        }
    }
}
