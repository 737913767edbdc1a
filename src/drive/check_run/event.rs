//! Replaying the events of a log.

use super::commands::{NOT_RECORDED, given, is_behind, lose_news, plugin, reply, request};
use super::finding::{Finding, FindingKind, Severity};
use super::replay::{Goal, Replay};
use super::row::{incident_of, unexplained};
use crate::drive::observed::{SeenAction, SeenEvent};
use crate::model::argument::{FailureCommand, ValueCommand};
use crate::model::{
    ActionId, ActionKind, ActionPhase, Command, ErrorKind, NonRetryableCode, PluginPhase, Rule, ValueType,
};
use crate::rules::event_phase;
use crate::rules::events::EventKey;
use crate::rules::requests::MESSAGE_MAX;

/// Ends of attempts that are made up for one action, at the most.
const ASSUMED_MAX: u32 = 100;

impl Replay<'_> {
    /// The attempt that the world is at.
    pub(super) fn current_attempt(&self, id: ActionId) -> u32 {
        let Some(action) = self.session.world().action(id) else { return 1 };
        match action.resource {
            Some(resource) => resource.cr.status.observed_attempts(),
            None => action.row.map_or(1, |row| row.attempts),
        }
    }

    /// Ends attempts that must have ended, until the world is at this one; false if it cannot be.
    pub(super) fn begin_attempt(&mut self, id: ActionId, action: usize, seen: &SeenAction, attempt: u32) -> bool {
        while self.current_attempt(id) < attempt && self.track(action).assumed < ASSUMED_MAX {
            let before = self.current_attempt(id);
            let index = self.session.index();
            let error = (ErrorKind::User, NOT_RECORDED.to_owned());
            let facts = self.send(vec![plugin(seen, PluginPhase::RetryableFailure, 0, Some(&error))]);
            if self.current_attempt(id) <= before {
                // It was the last one, so nothing follows; that is for the next word of it to show.
                let _ = self.session.seek(index);
                return false;
            }
            self.note(action, |track| track.assumed += 1);
            if let Ok(facts) = facts {
                self.note_untold(facts);
            }
        }
        self.current_attempt(id) >= attempt
    }

    pub(super) fn event(&mut self, id: ActionId, action: usize, seen: &SeenAction, event: &SeenEvent) {
        let attempt = event.attempt.max(1);
        let told = |replay: &Self| {
            let keys = replay.session.world().event_keys(id);
            let key = EventKey { attempt, phase: event.phase.number(), version: event.version.unwrap_or_default() };
            let found = keys.get(keys.partition_point(|held| *held < key));
            found.is_some_and(|held| {
                (held.attempt, held.phase) == (attempt, key.phase) && event.version.is_none_or(|v| v == held.version)
            })
        };
        if told(self) {
            return;
        }
        if attempt < self.current_attempt(id) {
            // That it comes too late is said of the log.
            return;
        }
        let begun = self.begin_attempt(id, action, seen, attempt);
        if told(self) {
            return;
        }
        let found = |kind, severity, rule: Option<Rule>, incident, sentence| Finding {
            attempt: Some(event.attempt),
            phase: Some(event.phase),
            at: event.at,
            rule: rule.map(Rule::name),
            incident,
            ..Finding::new(kind, severity, &seen.id, &event.place, sentence)
        };
        let ended =
            seen.events.iter().take_while(|other| *other != event).find(|other| {
                other.attempt == event.attempt && other.phase.is_terminal() && other.phase != event.phase
            });
        let stays = seen.rows.last().is_none_or(|row| row.phase != ActionPhase::Aborted);
        if let Some(ended) = ended.filter(|_| event.phase == ActionPhase::Aborted && stays) {
            // Upstream tells the deletion of every resource, also of one that has ended.
            let sentence = format!("Its resource was deleted after the attempt had ended {}.", ended.phase);
            return self.find(found(FindingKind::ContradictsRules, Severity::Note, None, Some("N9"), sentence));
        }
        let goal = Goal { id, phase: event.phase, attempt, version: event.version, in_row: false };
        let retried = self.plan.digests.get(action).is_some_and(|digest| digest.highest > attempt);
        let scripts = self.scripts(id, action, seen, goal, event.error.as_ref(), retried);
        if begun && self.reaches_with_lost_news(goal, seen, event, &scripts) {
            return;
        }
        let reached = if begun { self.reach(goal, scripts) } else { Err(Some(Rule::RetriesExhausted)) };
        if event.phase == ActionPhase::Aborted && reached.is_ok() {
            self.note_abort(action, seen, &event.place, event.at);
        }
        if let Err(rule) = reached {
            let incident = ended.and_then(|ended| incident_of(ended.phase, event.phase));
            let sentence = unexplained(event.phase, attempt, rule);
            self.find(found(FindingKind::ContradictsRules, Severity::Error, rule, incident, sentence));
        }
    }

    /// The log ends and the row does not: where the rules forget news that the run service did not take, that is how it
    /// can have come about, and the replay shows it so. That the stores disagree is said in the end all the same.
    pub(super) fn reaches_with_lost_news(
        &mut self,
        goal: Goal,
        seen: &SeenAction,
        event: &SeenEvent,
        scripts: &[Vec<Command>],
    ) -> bool {
        let Some(row) = seen.rows.last().filter(|_| is_behind(seen) && seen.events.last() == Some(event)) else {
            return false;
        };
        let index = self.session.index();
        for script in scripts.iter().filter(|script| matches!(script.first(), Some(Command::Plugin { .. }))) {
            let script = std::iter::once(lose_news(seen)).chain(script.iter().cloned()).collect();
            if self.reach(goal, vec![script]).is_ok() {
                let own = self.session.world().action(goal.id).and_then(|action| action.row);
                if own.is_some_and(|own| own.phase == row.phase) {
                    return true;
                }
                let _ = self.session.seek(index);
            }
        }
        false
    }

    /// The ways to make the world tell this, simplest first.
    pub(super) fn scripts(
        &self,
        id: ActionId,
        action: usize,
        seen: &SeenAction,
        goal: Goal,
        error: Option<&(ErrorKind, String)>,
        retried: bool,
    ) -> Vec<Vec<Command>> {
        let mut scripts = Vec::new();
        let end = seen.rows.last().map(|row| row.phase);
        let stopped_itself =
            goal.phase == ActionPhase::Aborted && end.is_some_and(|end| end.is_terminal() && end != goal.phase);
        if goal.phase == ActionPhase::Aborted {
            for above in self.plan.line(action) {
                let Some(above) = self.seen.get(above) else { continue };
                let called = self.found(above).and_then(|id| self.session.world().aborts().call_of(id));
                if called.is_some() {
                    let mut script = self.lost_along_with(above);
                    script.push(reply(above));
                    scripts.push(script);
                }
            }
            scripts.push(vec![request(seen), reply(seen)]);
        }
        match self.session.world().action(id).map(|action| action.spec.kind) {
            Some(ActionKind::Condition) if goal.phase == ActionPhase::Succeeded => {
                let (value, by) = seen.signal.clone().unwrap_or_default();
                let value = value.unwrap_or_else(|| match seen.value_type.unwrap_or(ValueType::Bool) {
                    ValueType::Bool => ValueCommand::Bool(true),
                    ValueType::Int => ValueCommand::Int(0),
                    ValueType::Float => ValueCommand::Float(0.0),
                    ValueType::Text => ValueCommand::String(NOT_RECORDED.to_owned()),
                });
                scripts.push(vec![Command::Signal { action: seen.id.clone(), value, by: given(&by) }]);
            }
            Some(ActionKind::Task) => {
                let mut phases: Vec<PluginPhase> =
                    PluginPhase::ALL.iter().copied().filter(|plugin| event_phase(*plugin) == goal.phase).collect();
                // Of two that are told alike, the one that fits: another attempt follows, or none does.
                if phases.first() == Some(&PluginPhase::RetryableFailure) && !retried && goal.attempt <= 1 {
                    phases.reverse();
                }
                if phases.first() == Some(&PluginPhase::NotReady) {
                    phases.reverse();
                }
                // An end without an attempt comes of the executor's own failures, before any report was counted.
                let uncounted = seen.rows.last().is_some_and(|row| row.phase == goal.phase && row.attempts == 0);
                if goal.phase == ActionPhase::Failed && uncounted && !goal.in_row {
                    scripts.push(self.failures(seen, error));
                }
                // A row that is not ABORTED in the end was not told of an abort.
                if stopped_itself {
                    scripts.clear();
                }
                scripts.extend(
                    phases.into_iter().map(|phase| vec![plugin(seen, phase, goal.version.unwrap_or_default(), error)]),
                );
            }
            _ => {}
        }
        scripts
    }

    /// What makes a task fail that no report has been counted of: an error that no retry mends, or, if the platform is to
    /// blame, one more than are tolerated.
    pub(super) fn failures(&self, seen: &SeenAction, error: Option<&(ErrorKind, String)>) -> Vec<Command> {
        let system = error.is_some_and(|(kind, _)| *kind == ErrorKind::System);
        let times =
            if system { self.session.world().config().system_failures_max.saturating_add(1).min(100) } else { 1 };
        let code = (!system).then(|| NonRetryableCode::BadTaskSpecification.name().to_owned());
        let message = error.map_or(NOT_RECORDED.to_owned(), |(_, message)| message.chars().take(MESSAGE_MAX).collect());
        let failure = Some(FailureCommand { code, message });
        (0..times)
            .map(|_| Command::Plugin { action: seen.id.clone(), result: None, failure: failure.clone() })
            .collect()
    }

    /// The deletions below an action that its abort leads to and that the rows, as they are recorded, never heard of.
    pub(super) fn lost_along_with(&self, above: &SeenAction) -> Vec<Command> {
        let deleted = |seen: &SeenAction| seen.events.last().is_some_and(|e| e.phase == ActionPhase::Aborted);
        let lost = |(number, seen): &(usize, &SeenAction)| {
            let mut line = self.plan.line(*number).filter_map(|own| self.seen.get(own));
            is_behind(seen) && deleted(seen) && self.found(seen).is_some() && line.any(|own| own.id == above.id)
        };
        self.seen.iter().enumerate().filter(lost).map(|(_, seen)| lose_news(seen)).collect()
    }
}
