//! Doing a piece of work that is due: who has to act.

use super::pending::Pending;
use super::{Sink, World};
use crate::model::PendingWork;

impl World {
    pub(super) fn work(&mut self, item: &Pending, sink: &mut impl Sink) {
        match item.work {
            PendingWork::Reconcile => self.reconcile(item.action, sink),
            PendingWork::WatchAdd | PendingWork::WatchUpdate => {
                if let Some(news) = item.news.or_else(|| self.news_of(item.action)) {
                    self.notify_run_service(item, &news, false, sink);
                }
            }
            PendingWork::WatchDelete => {
                if let Some(news) = item.news {
                    self.notify_run_service(item, &news, true, sink);
                }
            }
            PendingWork::AbortWorker => self.call_abort(item.action, sink),
            PendingWork::Cascade => self.cascade(item.action, sink),
            PendingWork::Enqueue => self.enqueue_root(item, sink),
        }
    }
}
