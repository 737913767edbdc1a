//! Carrying out commands that were checked: who has to act, with what.

use super::{NumberedCommand, Sink, World};
use crate::model::{ActionKind, ActionPhase, Command, Observation, Rule, Signal, Spec, TextId};
use crate::rules::Update;
use crate::rules::pod::{exit_report, judged};
use crate::rules::run_service::{abort_action_reason, abort_run_reason, recorded_trace};

impl World {
    pub(super) fn perform(&mut self, command: &NumberedCommand, sink: &mut impl Sink) {
        match command {
            Command::CreateRun { run, project, domain, task, recover } => {
                let spec = self.task_spec(task.as_ref());
                let places = (project.unwrap_or(TextId::FLYTESNACKS), domain.unwrap_or(TextId::DEVELOPMENT));
                self.create_run(*run, places, spec, *recover, sink);
            }
            Command::Enqueue { action, parent, task, condition, trace } => {
                if let Some(trace) = trace {
                    let (phase, rule) = recorded_trace(trace.phase, self.rules());
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
                self.hear_plugin(*action, &seen, sink);
            }
            Command::Exit { action, code } => {
                let Some(spec) = self.action(*action).map(|action| action.spec) else { return };
                let report = exit_report(*code, judged(&spec), self.rules());
                self.hear_plugin(*action, &Observation::Report(report), sink);
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
            Command::PutStatus { action, attempts, cache_status } => {
                self.put_status(*action, *attempts, *cache_status, sink);
            }
            Command::Advance { ms } => self.advance(self.now().plus(*ms), *ms, sink),
            Command::Fire { timer } => {
                let target = match timer {
                    Some(id) => self.timer(*id),
                    None => self.next_change().or_else(|| self.next_timer()),
                };
                if let Some(target) = target {
                    self.fire_through(&target, sink);
                }
            }
            Command::Deliver { item } => {
                let item = match item {
                    Some(id) => self.take_pending(*id),
                    None => self.next_pending(),
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
}
