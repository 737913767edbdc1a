//! What goes wrong on request: calls that fail once, and processes that start again. The rules in
//! [`crate::rules::failures`] say what follows.

use super::entry::ArmedFault;
use super::{Sink, World};
use crate::model::{ActionId, Call, FaultReply, Rule, Service, What};

/// How a call can go wrong if nobody says how.
pub(super) fn usual_reply(call: Call) -> FaultReply {
    call.replies().first().copied().unwrap_or(FaultReply::Error)
}

impl World {
    pub(super) fn arm_fault(
        &mut self,
        call: Call,
        reply: Option<FaultReply>,
        action: Option<ActionId>,
        sink: &mut impl Sink,
    ) {
        let reply = reply.unwrap_or_else(|| usual_reply(call));
        if call.is_of_process() {
            return self.process_fails(call, reply, sink);
        }
        let resource = action.and_then(|id| self.action(id)).and_then(|action| action.resource);
        let seen = resource.filter(|_| reply == FaultReply::Stale).map(|resource| Box::new(resource.cr));
        self.faults_mut().push(ArmedFault { call, reply, action, seen });
        self.tell_of(sink, action, What::FaultArmed { call, reply }, Rule::FaultArmed);
    }

    /// What a process does all the time goes wrong at once.
    fn process_fails(&mut self, call: Call, reply: FaultReply, sink: &mut impl Sink) {
        let rule = match call {
            Call::ListenPing => crate::rules::failures::ping_failed(self.rules()).1,
            _ => Rule::WatchBroken,
        };
        self.tell_of(sink, None, What::CallFailed { call, reply }, rule);
        if call == Call::WatchResources {
            self.list_anew();
        }
    }

    /// How this call goes wrong, if it does: the oldest fault that fits is used up.
    pub(super) fn take_fault(&mut self, call: Call, id: ActionId) -> Option<FaultReply> {
        self.find_fault(call, id).map(|fault| fault.reply)
    }

    pub(super) fn find_fault(&mut self, call: Call, id: ActionId) -> Option<ArmedFault> {
        if self.faults().is_empty() {
            return None;
        }
        let fits = |fault: &ArmedFault| fault.call == call && fault.action.is_none_or(|action| action == id);
        self.faults().iter().position(fits).map(|place| self.faults_mut().remove(place))
    }

    /// Takes a fault and tells of the failure it leads to.
    pub(super) fn fails(&mut self, call: Call, id: ActionId, rule: Rule, sink: &mut impl Sink) -> Option<FaultReply> {
        let reply = self.take_fault(call, id)?;
        self.tell(sink, id, What::CallFailed { call, reply }, rule);
        Some(reply)
    }

    /// A process stops and starts again. While it is down its timers wait; the others' time passes as well, and what
    /// came due meanwhile is done when it is back.
    pub(super) fn restart(&mut self, service: Service, down_ms: u64, sink: &mut impl Sink) {
        self.set_now(self.now().plus(down_ms));
        let rule = match service {
            Service::Executor => Rule::ExecutorRestarted,
            Service::Actions => Rule::ActionsRestarted,
            Service::Runs => Rule::RunsRestarted,
            Service::Sdk => Rule::SdkRestarted,
        };
        let what = What::Restarted { service, down_ms };
        self.tell_of(sink, None, what, rule);
        match service {
            Service::Executor => self.restart_executor(down_ms, sink),
            Service::Actions => self.restart_actions(sink),
            Service::Runs => self.restart_runs(sink),
            Service::Sdk => self.connect_watches(true, sink),
        }
    }
}
