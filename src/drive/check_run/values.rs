//! What is worth knowing of the columns of a row, and of its log, beside the replay.

use super::commands::is_long;
use super::finding::{Finding, FindingKind, Severity};
use super::replay::Replay;
use crate::drive::observed::{SeenAction, SeenRow};
use crate::model::{ActionPhase, Rule};
use crate::rules::requests::MESSAGE_MAX;
use crate::rules::run_service::ROOT_ACTION;

/// Events that GetActionDetails looks at (runs/service/run_service.go, `getAttempts`).
pub(super) const EVENTS_MAX: usize = 500;

impl Replay<'_> {
    pub(super) fn check_values(&mut self, action: usize, seen: &SeenAction) {
        self.check_witnesses(seen);
        self.check_error(seen);
        self.check_log(seen);
        self.check_tree(action, seen);
    }

    /// Whether several inputs say one thing.
    fn check_witnesses(&mut self, seen: &SeenAction) {
        let Some(last) = seen.rows.last() else { return };
        let of_others = |row: &&SeenRow| row.witness != last.witness && row.phase != last.phase;
        let Some(other) = seen.rows.iter().rev().find(of_others) else { return };
        let sentence = format!(
            "The inputs disagree: {} says {}, and {} {}. They were taken at different moments, or from different stores.",
            other.place, other.phase, last.place, last.phase
        );
        self.find(Finding {
            from: Some(other.phase),
            phase: Some(last.phase),
            ..Finding::new(FindingKind::StoresDisagree, Severity::Note, &seen.id, &last.place, sentence)
        });
    }

    /// Whether somebody who asks why it failed gets an answer: only an error of the attempt that the row counts is told
    /// (runs/service/run_service.go, `buildActionDetails`).
    fn check_error(&mut self, seen: &SeenAction) {
        let Some(row) = seen.rows.last().filter(|row| row.phase == ActionPhase::Failed && seen.has_log) else { return };
        let told = seen.events.iter().rev().find(|event| event.error.as_ref().is_some_and(|(_, why)| !why.is_empty()));
        let sentence = match (told, &seen.error) {
            (_, Some((_, why))) if !why.is_empty() => return,
            (Some(event), _) if row.tells_attempts && row.attempts != event.attempt => format!(
                "It is FAILED, and nobody who asks sees why: the error is of attempt {}, and the row counts {}.",
                event.attempt, row.attempts
            ),
            (Some(_), _) => return,
            (None, _) => "It is FAILED, and nothing says why.".to_owned(),
        };
        self.find(Finding {
            phase: Some(row.phase),
            incident: Some("N24"),
            ..Finding::new(FindingKind::Missing, Severity::Note, &seen.id, &row.place, sentence)
        });
    }

    /// The log's lengths.
    fn check_log(&mut self, seen: &SeenAction) {
        if let Some(event) = seen.events.iter().find(|event| is_long(event)) {
            let sentence = format!(
                "Its message has more than the {MESSAGE_MAX} characters that a resource holds, so that its status cannot \
                 be written. In the replay its beginning stands for it."
            );
            self.find(Finding {
                attempt: Some(event.attempt),
                phase: Some(event.phase),
                incident: Some("N18"),
                ..Finding::new(FindingKind::ImpossibleValue, Severity::Note, &seen.id, &event.place, sentence)
            });
        }
        if seen.events.len() > EVENTS_MAX {
            let sentence = format!(
                "It has {} events. GetActionDetails looks at the first {EVENTS_MAX} by attempt, phase and version, so \
                 what comes after is shown to nobody.",
                seen.events.len()
            );
            self.find(Finding {
                incident: Some("N17"),
                ..Finding::new(FindingKind::Missing, Severity::Note, &seen.id, &seen.place, sentence)
            });
        }
    }

    /// Its place in the tree.
    fn check_tree(&mut self, action: usize, seen: &SeenAction) {
        if let Some(row) = seen.rows.iter().find(|row| row.before_parent) {
            let sentence = format!("It is told before its parent. {}", Rule::RefusesOrphan.sentence());
            self.find(Finding {
                rule: Some(Rule::RefusesOrphan.name()),
                incident: Some("N8"),
                ..Finding::new(FindingKind::OutOfOrder, Severity::Warning, &seen.id, &row.place, sentence)
            });
        }
        let Some((above, _)) = self.parent_of(action) else { return };
        let root = std::iter::once(above).chain(self.line_of(above)).last().and_then(|root| self.action_of(root));
        let paused = seen.rows.last().filter(|row| row.phase == ActionPhase::Paused);
        let over = root.filter(|root| root.name == ROOT_ACTION).and_then(|root| root.rows.last());
        if let (Some(row), Some(over)) = (paused, over.filter(|over| over.phase.is_terminal())) {
            let sentence = format!("Its run is {}, and it still waits for a signal.", over.phase);
            self.find(Finding {
                phase: Some(row.phase),
                incident: Some("N11"),
                ..Finding::new(FindingKind::StoresDisagree, Severity::Note, &seen.id, &row.place, sentence)
            });
        }
    }
}
