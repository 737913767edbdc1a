//! The SDK in the process of a parent's pod, where it is switched on (`parents: "sdk"`): it hears what becomes of the
//! children through a watch of the actions service, raises what did not end well, and asks again for what could not be
//! enqueued. It is the only way in which a child's end reaches its parent.

use super::executor::Asked;
use super::{Action, Resource, Sink, World};
use crate::model::{
    ActionId, ActionKind, ActionPhase, Call, ChildFailure, Observation, Parents, PluginPhase, Process, Reason, Report,
    Rule, Spec, Status, TextId, TimerKind, What,
};
use crate::rules::sdk::{ASKED_MAX, enqueue_backoff_ms, raised, raises, tells_of_gone, watch_failed};
use crate::rules::{Reconciled, informer};

impl World {
    /// Whether parents have processes at all. Where they have none, nobody is looked at to find that out.
    fn has_processes(&self) -> bool {
        self.config().parents != Parents::Commanded
    }

    /// Whether the SDK runs in the action's pod, so that it waits for what it has asked for.
    pub(super) fn is_awaited(&self, id: ActionId) -> bool {
        self.has_processes() && self.action(id).is_some_and(Action::has_process)
    }

    /// After a reconcile the process in the pod may have begun, or may be over. `old` is the status before.
    pub(super) fn watch_the_process(
        &mut self,
        id: ActionId,
        old: &Status,
        decided: &Reconciled,
        asked: Asked,
        sink: &mut impl Sink,
    ) {
        if !self.has_processes() {
            return;
        }
        let Some(action) = self.action(id).filter(|action| action.spec.kind == ActionKind::Task) else { return };
        let (Some(resource), process) = (action.resource, action.process) else { return };
        let status = resource.cr.status;
        let attempt = status.observed_attempts();
        let runs = status.conditions.progressing() == Some(Reason::Executing)
            && !status.conditions.is_terminal()
            && !resource.cr.deleting;
        let is_over = !runs || decided.effects.abort_plugin || attempt != old.observed_attempts();
        if is_over {
            return self.set_process(id, Process::None);
        }
        if process == Process::None && asked == Asked::Plugin(Some(PluginPhase::Running)) {
            self.set_process(id, Process::Watching);
            self.tell(sink, id, What::ProcessBegan { attempt }, Rule::ProcessBegins);
            let children: Vec<ActionId> = self.children(id).collect();
            for child in children {
                if let Some(child) = self.action_mut(child) {
                    child.heard = None;
                }
            }
            self.list_children(id, sink);
        }
    }

    pub(super) fn set_process(&mut self, id: ActionId, process: Process) {
        if self.action(id).is_none_or(|action| action.process == process) {
            return;
        }
        if let Some(action) = self.action_mut(id) {
            action.process = process;
        }
        if process != Process::None {
            return;
        }
        // What it has asked for in vain nobody asks for any more; the next process begins anew.
        let children: Vec<ActionId> = self.children(id).collect();
        for child in children {
            if self.action(child).is_some_and(|child| child.asked > 0) {
                self.cancel_timer(child, TimerKind::EnqueueRetry);
                if let Some(child) = self.action_mut(child) {
                    child.asked = 0;
                }
            }
        }
    }

    /// The watch of a parent's process connects: it is told of what there is.
    fn list_children(&mut self, parent: ActionId, sink: &mut impl Sink) {
        let children: Vec<ActionId> = self.children(parent).collect();
        for child in children {
            let Some(action) = self.action(child) else { continue };
            let told = match (action.resource, action.row) {
                (Some(resource), _) => {
                    let reported = informer::reported(&resource.cr.status, self.rules());
                    reported.is_heard().then_some((reported.phase, Rule::ChildListed))
                }
                (None, Some(row)) if row.phase.is_terminal() && tells_of_gone(self.rules()) => {
                    Some((row.phase, Rule::GoneChildListed))
                }
                _ => None,
            };
            if let Some((phase, rule)) = told.filter(|_| action.spec.kind != ActionKind::Trace) {
                self.hear(child, parent, phase, rule, sink);
            }
        }
    }

    /// A task that was read while it ran has its process, which hears of the children that are read after it.
    pub(super) fn imported_process(&mut self, id: ActionId, resource: &Resource, sink: &mut impl Sink) {
        if !self.has_processes() {
            return;
        }
        let status = &resource.cr.status;
        let is_task = self.action(id).is_some_and(|action| action.spec.kind == ActionKind::Task);
        if is_task && status.conditions.progressing() == Some(Reason::Executing) && !resource.cr.deleting {
            self.set_process(id, Process::Watching);
            self.tell(sink, id, What::ProcessBegan { attempt: status.observed_attempts() }, Rule::ProcessBegins);
        }
        let reported = informer::reported(status, self.rules());
        if reported.is_heard() {
            self.tell_parent(id, reported.phase, Rule::ChildListed, sink);
        }
    }

    /// All watches of parents' processes connect anew; those that are dead only if the processes see to it.
    pub(super) fn connect_watches(&mut self, revives: bool, sink: &mut impl Sink) {
        if !self.has_processes() {
            return;
        }
        for id in self.ids() {
            let process = self.action(id).map_or(Process::None, |action| action.process);
            if process == Process::Watching || (revives && process == Process::Deaf) {
                self.set_process(id, Process::Watching);
                self.list_children(id, sink);
            }
        }
    }

    /// The actions service tells a child's news to the parent's process, if its watch is alive.
    pub(super) fn tell_parent(&mut self, child: ActionId, phase: ActionPhase, rule: Rule, sink: &mut impl Sink) {
        if !self.has_processes() {
            return;
        }
        let Some(parent) = self.action(child).and_then(|action| action.parent) else { return };
        if self.action(parent).is_none_or(|parent| parent.process != Process::Watching) {
            return;
        }
        if let Some(reply) = self.take_fault(Call::WatchChildren, parent) {
            let (process, rule) = watch_failed(reply, self.rules());
            self.tell(sink, parent, What::CallFailed { call: Call::WatchChildren, reply }, rule);
            self.set_process(parent, process);
            if process == Process::Watching {
                self.list_children(parent, sink);
                if tells_of_gone(self.rules()) {
                    self.hear(child, parent, phase, Rule::GoneChildListed, sink);
                }
            }
            return;
        }
        self.hear(child, parent, phase, rule, sink);
    }

    fn hear(&mut self, child: ActionId, parent: ActionId, phase: ActionPhase, rule: Rule, sink: &mut impl Sink) {
        let is_news = self.action(child).is_some_and(|action| action.heard != Some(phase));
        if phase == ActionPhase::Unspecified || !is_news {
            return;
        }
        if let Some(action) = self.action_mut(child) {
            action.heard = Some(phase);
        }
        self.tell(sink, child, What::ChildHeard { phase }, rule);
        if !raises(phase) {
            return;
        }
        if self.action(parent).is_some_and(|parent| parent.spec.child_failure == ChildFailure::Catches) {
            self.tell(sink, parent, What::ChildFailureSeen { phase }, Rule::ChildFailureCaught);
        } else {
            self.reconcile_soon(parent);
        }
    }

    /// The child that a parent's process raises: one that failed before one that was aborted, which the process may have
    /// asked for itself.
    fn raised_by(&self, id: ActionId) -> Option<ActionId> {
        let heard = |child: &ActionId| self.action(*child).and_then(|child| child.heard);
        let failed = || self.children(id).filter(|child| heard(child).is_some_and(raises));
        failed().find(|child| heard(child) != Some(ActionPhase::Aborted)).or_else(|| failed().next())
    }

    /// What the plugin has to report of a parent whose process has ended by a child that did not end well, and whether it
    /// has the other children aborted.
    pub(super) fn raised(&self, id: ActionId) -> Option<(Report, bool)> {
        let Action { spec, process, .. } = self.action(id)?;
        if *process == Process::None || spec.child_failure == ChildFailure::Catches || self.backs_off(id) {
            return None;
        }
        let child = self.action(self.raised_by(id)?)?;
        let error = child.resource.and_then(|resource| resource.cr.status.error);
        let error = raised(child.spec.kind, child.name, child.heard?, error);
        let report = Report { error: Some(error), ..Report::of(PluginPhase::RetryableFailure, 0) };
        Some((report, spec.child_failure == ChildFailure::Cancels))
    }

    /// The executor asks the plugin of a parent whose process has ended.
    pub(super) fn raise(&mut self, id: ActionId, report: &Report, cancels: bool, sink: &mut impl Sink) {
        let phase = self.raised_by(id).and_then(|child| self.action(child)?.heard);
        let children: Vec<ActionId> = self.children(id).collect();
        let rule = if cancels { Rule::ChildFailureCancels } else { Rule::ChildFailureRaised };
        if let Some(phase) = phase {
            self.tell(sink, id, What::ChildFailureSeen { phase }, rule);
        }
        let goes_on = |child: &Action| child.resource.is_some_and(|child| !child.cr.status.conditions.is_terminal());
        for child in children.into_iter().filter(|_| cancels) {
            if self.action(child).is_some_and(goes_on) {
                self.request_deletion(child, Rule::ChildCancelled, sink);
            }
        }
        self.reconcile_with(id, &Observation::Report(*report), Asked::Plugin(Some(report.phase)), sink);
        // What the plugin reports of an ended process it reports until it is written down.
        if self.is_awaited(id) {
            self.requeue(id, sink);
        }
    }

    /// The SDK could not have a child enqueued: it waits, and asks again.
    pub(super) fn ask_again(&mut self, name: TextId, parent: ActionId, spec: Spec, sink: &mut impl Sink) {
        let places = self.action(parent).map_or((TextId::FLYTESNACKS, TextId::DEVELOPMENT), |a| (a.project, a.domain));
        let id = match self.named(name) {
            Some(id) => id,
            None => self.add(name, Some(parent), places, spec),
        };
        let Some(action) = self.action_mut(id) else { return };
        action.spec = spec;
        action.asked = action.asked.saturating_add(1).min(ASKED_MAX);
        let wait = enqueue_backoff_ms(action.asked);
        self.cancel_timer(id, TimerKind::EnqueueRetry);
        self.set_timer(self.now().plus(wait), id, TimerKind::EnqueueRetry, Rule::EnqueueTimerSet, sink);
    }

    /// The wait is over: the SDK asks again, unless its process is over as well.
    pub(super) fn enqueue_again(&mut self, id: ActionId, sink: &mut impl Sink) {
        let Some((name, spec, parent)) = self.action(id).and_then(|a| Some((a.full_name, a.spec, a.parent?))) else {
            return;
        };
        let is_there = self.action(id).is_some_and(|action| action.resource.is_some());
        if !self.is_awaited(parent) || is_there {
            return;
        }
        match self.check_enqueue(name, parent, &spec) {
            Ok(()) => self.enqueue(name, parent, spec, sink),
            Err(refused) if !Self::is_asked_again(refused.code) => {}
            Err(_) => self.ask_again(name, parent, spec, sink),
        }
    }
}
