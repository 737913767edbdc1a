//! Replaying the statuses of a row, its aborts, and comparing the last one with what came of the log.

use super::commands::{is_behind, is_long, kind, reply, request};
use super::finding::{Finding, FindingKind, Severity};
use super::plan::aborted_at;
use super::replay::{Goal, Replay};
use crate::drive::observed::{SeenAction, SeenRow};
use crate::model::{AbortReply, ActionId, ActionKind, ActionPhase, ActionRow, Command, Rule, Time};
use crate::rules::{Update, admit, update_action_phase};

impl Replay<'_> {
    pub(super) fn row(&mut self, id: ActionId, action: usize, seen: &SeenAction, row: &SeenRow) {
        let Some(own) = self.session.world().action(id).and_then(|action| action.row) else { return };
        let before = self.track(action).row.and_then(|place| seen.rows.get(place));
        if let Some(before) = before
            && before.phase == row.phase
            && (before.attempts == row.attempts || row.attempts == 0)
        {
            return;
        }
        if let Some((before, rule)) = before.and_then(|before| Some((before, self.refuses(before, row)?))) {
            self.note(action, |track| track.diverged = true);
            // What is found is seen once the run service was told.
            self.tell(seen, row);
            self.find(contradiction(seen, before, row, rule));
            return;
        }
        // A child's first news sets its parent's attempts to 0 until the parent is told of again (`ParentPromoted`), and
        // without a log nobody knows when that was.
        let promoted = own.attempts == 0 && row.attempts == 1 && !seen.has_log && seen.events.is_empty();
        if own.phase == row.phase && (own.attempts == row.attempts || row.attempts == 0 || promoted) {
            self.note(action, |track| track.diverged = false);
            return;
        }
        let begun = self.begin_attempt(id, action, seen, row.attempts);
        let own = self.session.world().action(id).and_then(|action| action.row);
        if own.is_some_and(|own| own.phase == row.phase && (own.attempts == row.attempts || row.attempts == 0)) {
            return;
        }
        let goal = Goal { id, phase: row.phase, attempt: row.attempts, version: None, in_row: true };
        let later = |other: &SeenRow| other.order > row.order && other.attempts > row.attempts;
        let retried = seen.rows.iter().any(later);
        let scripts = self.scripts(id, action, seen, goal, seen.error.as_ref(), retried);
        match if begun { self.reach(goal, scripts) } else { Err(Some(Rule::RetriesExhausted)) } {
            Ok(()) => {
                if row.phase == ActionPhase::Aborted {
                    self.note_abort(action, seen, &row.place, row.ended_at);
                }
            }
            Err(rule) => {
                let diverged = self.track(action).diverged;
                self.note(action, |track| track.diverged = true);
                self.tell(seen, row);
                if !diverged {
                    self.find(Finding {
                        attempt: Some(row.attempts),
                        from: own.map(|own| own.phase),
                        phase: Some(row.phase),
                        at: row.ended_at.or(row.updated_at),
                        rule: rule.map(Rule::name),
                        incident: own.and_then(|own| incident_of(own.phase, row.phase)),
                        sentence: unexplained(row.phase, row.attempts, rule),
                        ..Finding::new(
                            FindingKind::ContradictsRules,
                            Severity::Error,
                            &seen.id,
                            &row.place,
                            String::new(),
                        )
                    });
                }
            }
        }
    }

    /// The rule by which the guard refuses that one status follows the other. A stream tells the newest status only, so
    /// where the attempt goes up, what lies between is for the replay to find.
    pub(super) fn refuses(&self, before: &SeenRow, row: &SeenRow) -> Option<Rule> {
        let rules = &self.session.world().config().rules;
        if row.attempts > before.attempts {
            return None;
        }
        let admission = admit(before.phase, row.phase, rules.guard);
        if !admission.admitted {
            return Some(admission.rule);
        }
        let held = ActionRow::new(before.phase, before.attempts, Time(0));
        let attempts = if row.attempts == 0 { before.attempts } else { row.attempts };
        let update = Update { phase: row.phase, attempts, cache_status: 0, start: None, end: None, resets: true };
        update_action_phase(&held, &update, before.attempts, Time(0), rules).err()
    }

    /// Has the run service told a status from outside, which its guard admits or refuses for everybody to see.
    pub(super) fn tell(&mut self, seen: &SeenAction, row: &SeenRow) {
        let attempts = Some(row.attempts).filter(|attempts| i32::try_from(*attempts).is_ok());
        let told = self.send(vec![Command::UpdatePhase { action: seen.id.clone(), phase: row.phase, attempts }]);
        if let Ok(facts) = told {
            self.note_untold(facts);
        }
    }

    pub(super) fn abort(&mut self, id: ActionId, action: usize, seen: &SeenAction) {
        self.note(action, |track| track.abort_told = true);
        match self.send(vec![request(seen)]) {
            Ok(facts) => {
                self.note_untold(facts);
                let pending = seen.rows.iter().any(|row| row.abort_pending.is_some());
                // Where there is a log, the event says when the call got through; a condition need not have one.
                if seen.events.is_empty()
                    && (!seen.has_log || kind(seen) == ActionKind::Condition)
                    && !pending
                    && self.session.world().aborts().call_of(id).is_some()
                    && let Ok(facts) = self.send(vec![reply(seen)])
                {
                    self.note_untold(facts);
                }
                if pending {
                    self.call_again(seen);
                }
            }
            Err(rejection) => {
                let at = aborted_at(seen).flatten();
                let row = seen.rows.iter().find(|row| row.phase == ActionPhase::Aborted);
                let from = self.session.world().action(id).and_then(|action| action.row).map(|row| row.phase);
                if let Some(row) = row {
                    self.tell(seen, row);
                }
                self.find(Finding {
                    from,
                    phase: Some(ActionPhase::Aborted),
                    at,
                    rule: Some(rejection.rule.name()),
                    incident: Some("N28"),
                    ..Finding::new(
                        FindingKind::ContradictsRules,
                        Severity::Error,
                        &seen.id,
                        row.map_or(&seen.place, |row| &row.place),
                        unexplained(ActionPhase::Aborted, row.map_or(1, |row| row.attempts), Some(rejection.rule)),
                    )
                });
                self.note(action, |track| track.diverged = true);
            }
        }
    }

    /// The calls of an abort that the row counts before the last have failed. How long lay between them is not known, so no
    /// time passes: each is made anew at once.
    fn call_again(&mut self, seen: &SeenAction) {
        let calls = seen.rows.iter().map(|row| row.abort_calls).max().unwrap_or_default();
        let most = self.session.world().config().abort.attempts_max;
        for _ in 1..calls.min(most) {
            let (action, reply) = (seen.id.clone(), AbortReply::Unavailable);
            let Ok(facts) = self.send(vec![Command::AbortReply { action, reply, draw_ms: Some(0) }]) else { return };
            self.note_untold(facts);
        }
    }

    /// An action was aborted, and neither for it nor for one above it does the record tell of a request.
    pub(super) fn note_abort(&mut self, action: usize, seen: &SeenAction, place: &str, at: Option<Time>) {
        let asked = |own: usize| {
            self.seen.get(own).is_some_and(|seen| seen.abort_reason.is_some() || aborted_at(seen).is_some())
        };
        let told = self.plan.line(action).any(asked);
        if told || self.track(action).abort_told {
            return;
        }
        self.note(action, |track| track.abort_told = true);
        let sentence = "It was stopped, and the record tells of no abort of it or of an action above it: its resource \
                        was deleted by the SDK, the garbage collector or by hand. The replay asks for an abort instead."
            .to_owned();
        self.find(Finding {
            phase: Some(ActionPhase::Aborted),
            at,
            incident: Some("N10"),
            ..Finding::new(FindingKind::Missing, Severity::Note, &seen.id, place, sentence)
        });
    }

    /// The last status against what has come of the log; where no log is given, against what has come of the others'
    /// statuses, as when a parent was aborted.
    pub(super) fn compare(&mut self, id: ActionId, action: usize, seen: &SeenAction) {
        let Some(row) = seen.rows.last().filter(|_| !self.track(action).diverged) else { return };
        let Some(own) = self.session.world().action(id).and_then(|action| action.row) else { return };
        if seen.events.is_empty() {
            if !seen.has_log && own.phase != row.phase {
                self.find(left_behind(seen, row, &own));
            }
            return;
        }
        // A child's first news sets its parent's attempts to 0; every later change of the parent's resource sets them right.
        let agrees = own.phase == row.phase && (own.attempts == row.attempts || row.attempts == 0 || own.attempts == 0);
        if agrees && !is_behind(seen) {
            return;
        }
        let last = seen.events.iter().max_by_key(|event| (event.attempt, event.phase.is_terminal())).map(|e| e.phase);
        let last = last.unwrap_or(ActionPhase::Unspecified);
        let known = match (row.phase.is_terminal(), last.is_terminal()) {
            _ if row.phase == ActionPhase::Running && last == ActionPhase::Failed && row.attempts == 0 => Some("N1"),
            (_, true) if seen.events.last().is_some_and(is_long) => Some("N18"),
            (true, true) if row.phase == ActionPhase::Aborted => Some("N5"),
            (false, true) if last == ActionPhase::Aborted => Some("N6"),
            (false, true) => Some("S22"),
            _ => None,
        };
        let sentence = if agrees {
            format!(
                "The row says {} and its last event {last}: the news of it was lost, or the record was made while it \
                 was on its way. In the replay it is lost.",
                row.phase
            )
        } else {
            format!(
                "The row says {}, attempt {}; after the events, the last of which says {last}, it would say {}, attempt \
                 {}.",
                row.phase, row.attempts, own.phase, own.attempts
            )
        };
        self.find(Finding {
            attempt: Some(row.attempts),
            from: Some(own.phase),
            phase: Some(row.phase),
            at: row.ended_at.or(row.updated_at),
            incident: known,
            ..Finding::new(FindingKind::StoresDisagree, Severity::Warning, &seen.id, &row.place, sentence)
        });
    }
}

/// A status that what is told of the others does not leave as it is.
fn left_behind(seen: &SeenAction, row: &SeenRow, own: &ActionRow) -> Finding {
    let sentence = format!(
        "The row says {}, attempt {}; after what is told of the others it would say {}: the news of it was lost, or the \
         record was made while it was on its way.",
        row.phase, row.attempts, own.phase
    );
    let stopped = own.phase == ActionPhase::Aborted && !row.phase.is_terminal();
    Finding {
        attempt: Some(row.attempts),
        from: Some(own.phase),
        phase: Some(row.phase),
        at: row.ended_at.or(row.updated_at),
        incident: stopped.then_some("N6"),
        ..Finding::new(FindingKind::StoresDisagree, Severity::Warning, &seen.id, &row.place, sentence)
    }
}

/// That the replay does not get there, and which rule stands against it.
pub(super) fn unexplained(phase: ActionPhase, attempt: u32, rule: Option<Rule>) -> String {
    let against = rule.map_or(String::new(), |rule| format!(" What stands against it: {}", rule.sentence()));
    format!(
        "The replay finds no simple way to {phase} of attempt {attempt} here; calls that fail, or news that comes late, \
         may have led to it.{against}"
    )
}

/// What is found where one status follows another that the guard does not let pass.
pub(super) fn contradiction(seen: &SeenAction, before: &SeenRow, row: &SeenRow, rule: Rule) -> Finding {
    let (from, to) = (before.phase, row.phase);
    let sentence = format!("{to} follows {from} here, which the guard refuses: {}", rule.sentence());
    Finding {
        attempt: Some(row.attempts),
        from: Some(from),
        phase: Some(to),
        at: row.ended_at.or(row.updated_at),
        rule: Some(rule.name()),
        incident: incident_of(from, to),
        ..Finding::new(FindingKind::ContradictsGuard, Severity::Error, &seen.id, &row.place, sentence)
    }
}

/// The incident that a change of the recorded phase looks like.
pub(super) fn incident_of(from: ActionPhase, to: ActionPhase) -> Option<&'static str> {
    match (from, to) {
        (ActionPhase::Failed, ActionPhase::Running) => Some("N1"),
        (ActionPhase::Aborted, ActionPhase::Paused | ActionPhase::TimedOut) => Some("N22"),
        (ActionPhase::Succeeded, ActionPhase::Failed) => Some("N16"),
        (ActionPhase::Succeeded | ActionPhase::Recovered, ActionPhase::Aborted) => Some("N28"),
        _ => None,
    }
}
