//! What may happen now: candidates in a fixed order, kept if the world would take them. It lights the page's buttons
//! and is the explorer's branching, so a lit button and a reachable state cannot disagree.

use super::faults::usual_reply;
use super::pending::Pending;
use super::timers::Timer;
use super::{NumberedCommand, World};
use crate::model::argument::{ErrorCommand, FailureCommand, ResultCommand, ValueCommand};
use crate::model::{
    AbortReply, ActionId, ActionKind, ActionPhase, Call, Command, ErrorKind, PluginPhase, Service, Store, TextId,
    ValueType,
};

/// What a plugin may report, in the order of the lifecycle.
const REPORTS: [PluginPhase; 7] = [
    PluginPhase::WaitingForResources,
    PluginPhase::WaitingForCache,
    PluginPhase::Queued,
    PluginPhase::Initializing,
    PluginPhase::Running,
    PluginPhase::Success,
    PluginPhase::Undefined,
];

/// What no plugin returns that upstream ships, and a plugin of one's own may.
const UNUSUAL: [PluginPhase; 2] = [PluginPhase::NotReady, PluginPhase::Aborted];

impl World {
    /// The commands about one action, or about all, that the world would take now, in a fixed order.
    pub fn enabled(&self, action: Option<ActionId>, out: &mut Vec<NumberedCommand>) {
        self.enabled_among(action, |_| true, out);
    }

    /// As [`World::enabled`], for those that `wanted` tells.
    pub fn enabled_among(
        &self,
        action: Option<ActionId>,
        wanted: impl Fn(&NumberedCommand) -> bool,
        out: &mut Vec<NumberedCommand>,
    ) {
        let from = out.len();
        match action {
            Some(id) => {
                self.candidates(id, out);
                self.coming(self.timers_of(id), self.pending_of(id), out);
            }
            None => {
                self.actions().for_each(|(id, _)| self.candidates(id, out));
                self.coming(self.timers(), self.pending(), out);
            }
        }
        self.keep_enabled(from, wanted, out);
    }

    /// The timers that can fire, and what can become of the work that is due.
    fn coming<'a>(
        &self,
        timers: impl Iterator<Item = Timer>,
        pending: impl Iterator<Item = &'a Pending>,
        out: &mut Vec<NumberedCommand>,
    ) {
        out.extend(timers.map(|timer| Command::Fire { timer: Some(timer.id) }));
        for item in pending.map(|item| Some(item.id)) {
            out.extend([Command::Deliver { item }, Command::Drop { item }, Command::Duplicate { item }]);
        }
    }

    /// The faults that can be asked for now, about one action or about all: calls that fail, in every way they can, and
    /// processes that start again. They are apart from [`World::enabled`], since nothing in a healthy control plane
    /// asks for them.
    pub fn enabled_faults(&self, action: Option<ActionId>, out: &mut Vec<NumberedCommand>) {
        match action {
            Some(id) => self.enabled_faults_of(id, |_| true, out),
            None => self.actions().for_each(|(id, _)| self.enabled_faults_of(id, |_| true, out)),
        }
        self.enabled_faults_of_processes(|_| true, out);
    }

    /// The calls about one action that can be asked to fail, as far as `wanted` tells.
    pub fn enabled_faults_of(
        &self,
        id: ActionId,
        wanted: impl Fn(&NumberedCommand) -> bool,
        out: &mut Vec<NumberedCommand>,
    ) {
        let from = out.len();
        let Some(action) = self.action(id) else { return };
        let cached = action.spec.caching.discoverable;
        let of_one = Call::ALL.iter().filter(|call| !call.is_of_process());
        for &call in of_one.filter(|call| cached || call.store() != Store::Cache) {
            let replies = call.replies().iter();
            out.extend(replies.map(|&reply| Command::Fault { call, reply: Some(reply), action: Some(id) }));
        }
        self.keep_enabled(from, wanted, out);
    }

    /// What can go wrong with whole processes, as far as `wanted` tells.
    pub fn enabled_faults_of_processes(
        &self,
        wanted: impl Fn(&NumberedCommand) -> bool,
        out: &mut Vec<NumberedCommand>,
    ) {
        let from = out.len();
        let of_process = Call::ALL.iter().filter(|call| call.is_of_process());
        out.extend(of_process.map(|&call| Command::Fault { call, reply: Some(usual_reply(call)), action: None }));
        out.extend(Service::ALL.iter().map(|&service| Command::Restart { service, down_ms: None }));
        self.keep_enabled(from, wanted, out);
    }

    /// Takes out, from place `from` on, what is not wanted or what the world would not take.
    fn keep_enabled(&self, from: usize, wanted: impl Fn(&NumberedCommand) -> bool, out: &mut Vec<NumberedCommand>) {
        let mut kept = from;
        for place in from..out.len() {
            if out.get(place).is_some_and(|command| wanted(command) && self.check(command).is_ok()) {
                out.swap(kept, place);
                kept += 1;
            }
        }
        out.truncate(kept);
    }

    fn candidates(&self, id: ActionId, out: &mut Vec<NumberedCommand>) {
        let Some(action) = self.action(id) else { return };
        match action.spec.kind {
            ActionKind::Task => self.plugin_candidates(id, out),
            ActionKind::Condition => {
                let values: &[ValueCommand<TextId>] = match action.spec.value_type {
                    None => &[],
                    Some(ValueType::Bool) => &[ValueCommand::Bool(true), ValueCommand::Bool(false)],
                    Some(ValueType::Int) => &[ValueCommand::Int(1)],
                    Some(ValueType::Float) => &[ValueCommand::Float(0.5)],
                    Some(ValueType::Text) => &[ValueCommand::String(TextId::APPROVED)],
                };
                let signals = values.iter().map(|value| Command::Signal {
                    action: id,
                    value: value.clone(),
                    by: Some(TextId::YOU),
                });
                out.extend(signals);
            }
            ActionKind::Trace => {}
        }
        out.push(Command::AbortAction { action: id, reason: None });
        if action.parent.is_none() && self.root_of(action.run) == Some(id) {
            out.push(Command::AbortRun { run: action.run, reason: None });
        }
        if self.abort_call_of(id).is_some() {
            let replies = AbortReply::ALL.iter();
            out.extend(replies.map(|&reply| Command::AbortReply { action: id, reply, draw_ms: None }));
        }
        let phases = ActionPhase::ALL.iter();
        out.extend(phases.map(|&phase| Command::UpdatePhase { action: id, phase, attempts: None }));
        if action.spec.kind == ActionKind::Task {
            // One attempt too many, which whoever calls the actions service can write.
            let attempts = action.spec.max_attempts.saturating_add(1);
            out.push(Command::PutStatus { action: id, attempts, cache_status: None });
        }
    }

    fn plugin_candidates(&self, id: ActionId, out: &mut Vec<NumberedCommand>) {
        let stored = self.action(id).and_then(|action| action.resource).map(|resource| resource.cr.status);
        let error = |code, kind, message| ErrorCommand { code, kind, message, length: None };
        let user = || error(TextId::USER_ERROR, ErrorKind::User, TextId::EXIT_CODE);
        let system = || error(TextId::SYSTEM_ERROR, ErrorKind::System, TextId::NODE_LOST);
        let report = |phase, error| {
            // The same phase again is news only with a higher version.
            let again = stored.filter(|status| status.plugin_phase == Some(phase));
            let version = again.map(|status| status.plugin_phase_version.saturating_add(1));
            let result = ResultCommand { version, error, ..ResultCommand::of(phase) };
            Command::Plugin { action: id, result: Some(result), failure: None }
        };
        out.extend(REPORTS.map(|phase| report(phase, None)));
        out.push(report(PluginPhase::RetryableFailure, Some(user())));
        out.push(report(PluginPhase::RetryableFailure, Some(system())));
        out.push(report(PluginPhase::PermanentFailure, Some(user())));
        let failure = FailureCommand { code: None, message: TextId::PLUGIN_UNAVAILABLE };
        out.push(Command::Plugin { action: id, result: None, failure: Some(failure) });
        out.extend(UNUSUAL.map(|phase| report(phase, None)));
    }
}
