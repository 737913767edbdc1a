//! What the columns of a row, and the times of a log, say against themselves. Where the replayed world shows the same,
//! the rules in force have it so, and there is nothing to find.

use super::commands::{is_long, kind};
use super::finding::{Finding, FindingKind, Severity};
use super::replay::Replay;
use super::row::contradiction;
use crate::drive::observed::SeenAction;
use crate::model::{ActionId, ActionKind, ActionPhase, Rule, What};
use crate::rules::requests::MESSAGE_MAX;
use crate::rules::run_service::ROOT_ACTION;

/// Events that GetActionDetails looks at (runs/service/run_service.go, `getAttempts`).
const EVENTS_MAX: usize = 500;

impl Replay<'_> {
    pub(super) fn check_values(&mut self, id: ActionId, action: usize, seen: &SeenAction) {
        self.check_row(id, seen);
        self.check_rows(seen);
        self.check_log(seen);
        self.check_tree(action, seen);
        if let Some(most) = seen.max_attempts {
            let told = seen.events.iter().map(|event| (event.attempt, &event.place));
            let told = told.chain(seen.rows.iter().map(|row| (row.attempts, &row.place)));
            if let Some((attempt, place)) = told.filter(|(attempt, _)| *attempt > most).max_by_key(|(a, _)| *a) {
                let sentence = format!("This is attempt {attempt}, and its task may have {most}.");
                self.impossible(seen, place, sentence, Some(attempt), Some(Rule::GuardRefusesExcessAttempt), None);
            }
        }
    }

    fn impossible(
        &mut self,
        seen: &SeenAction,
        place: &str,
        sentence: String,
        attempt: Option<u32>,
        rule: Option<Rule>,
        incident: Option<&'static str>,
    ) {
        self.remark(Finding {
            attempt,
            rule: rule.map(Rule::name),
            incident,
            ..Finding::new(FindingKind::ImpossibleValue, Severity::Warning, &seen.id, place, sentence)
        });
    }

    /// The columns of the last row.
    fn check_row(&mut self, id: ActionId, seen: &SeenAction) {
        let Some(row) = seen.rows.last() else { return };
        let own = self.session.world().action(id).and_then(|action| action.row);
        let ended = own.is_some_and(|own| own.phase == row.phase && own.ended_at.is_some());
        if row.ended_at.is_some() && !row.phase.is_terminal() && !ended {
            let sentence = format!("It has an end, and it is {}, which is none.", row.phase);
            let incident = if row.phase == ActionPhase::Paused { "N22" } else { "N1" };
            self.impossible(seen, &row.place, sentence, None, None, Some(incident));
        }
        if row.ended_at.is_none() && row.phase.is_terminal() {
            let sentence = format!("It is {} and has no end.", row.phase);
            self.impossible(seen, &row.place, sentence, None, None, None);
        }
        if let (Some(created), Some(ended)) = (row.created_at, row.ended_at)
            && ended < created
        {
            let sentence = format!("It ended at {ended}, before it was created at {created}.");
            self.impossible(seen, &row.place, sentence, None, None, None);
        } else if let Some(duration) = row.duration_ms.filter(|duration| *duration < 0) {
            let sentence = format!("It took {duration} ms, which is less than nothing.");
            self.impossible(seen, &row.place, sentence, None, None, None);
        }
        let zero = |what: &What| match *what {
            What::RowCreated { attempt, .. }
            | What::PhaseRecorded { attempt, .. }
            | What::RowRewritten { attempt, .. } => attempt == 0,
            _ => false,
        };
        let counts_none =
            |facts: &[crate::model::Fact]| facts.iter().any(|fact| fact.action == Some(id) && zero(&fact.what));
        if let Some(row) = seen.rows.iter().find(|row| row.attempts == 0)
            && !counts_none(self.session.facts())
        {
            let sentence = "Its attempts are 0; they count from 1.".to_owned();
            let incident = if kind(seen) == ActionKind::Task { Some("N2") } else { None };
            self.impossible(seen, &row.place, sentence, Some(0), None, incident);
        }
        if row.phase == ActionPhase::Failed && seen.has_log {
            let error = seen.error.as_ref().or_else(|| seen.events.iter().rev().find_map(|event| event.error.as_ref()));
            if error.is_none_or(|(_, message)| message.is_empty()) {
                let sentence = "It is FAILED, and nothing says why.".to_owned();
                self.remark(Finding {
                    phase: Some(row.phase),
                    incident: Some("N24"),
                    ..Finding::new(FindingKind::Missing, Severity::Note, &seen.id, &row.place, sentence)
                });
            }
        }
    }

    /// Statuses that follow each other beside a log, which is what is replayed.
    fn check_rows(&mut self, seen: &SeenAction) {
        if seen.events.is_empty() {
            return;
        }
        for (before, row) in seen.rows.iter().zip(seen.rows.iter().skip(1)) {
            let Some(rule) = self.refuses(before, row) else { continue };
            self.remark(contradiction(seen, before, row, rule));
        }
    }

    /// The log's keys and times.
    fn check_log(&mut self, seen: &SeenAction) {
        if let Some(event) = seen.events.iter().find(|event| event.attempt == 0) {
            let sentence = "It is an event of attempt 0; attempts count from 1.".to_owned();
            self.impossible(seen, &event.place, sentence, Some(0), None, None);
        }
        if let Some(event) = seen.events.iter().find(|event| is_long(event)) {
            let sentence = format!(
                "Its message has more than the {MESSAGE_MAX} characters that a resource holds, so that its status cannot \
                 be written. In the replay its beginning stands for it."
            );
            self.remark(Finding {
                attempt: Some(event.attempt),
                phase: Some(event.phase),
                incident: Some("N18"),
                ..Finding::new(FindingKind::ImpossibleValue, Severity::Note, &seen.id, &event.place, sentence)
            });
        }
        for event in &seen.events {
            if let Some(differs) = &event.differs {
                let sentence = format!("The event disagrees with itself: {differs}.");
                self.remark(Finding {
                    attempt: Some(event.attempt),
                    phase: Some(event.phase),
                    ..Finding::new(FindingKind::StoresDisagree, Severity::Warning, &seen.id, &event.place, sentence)
                });
            }
        }
        let mut highest = 0;
        for event in &seen.events {
            if event.attempt < highest && event.at.is_some() {
                let sentence =
                    format!("An event of attempt {} is told after attempt {highest} had begun.", event.attempt);
                self.remark(Finding {
                    attempt: Some(event.attempt),
                    phase: Some(event.phase),
                    at: event.at,
                    rule: Some(Rule::GuardRefusesStaleAttempt.name()),
                    ..Finding::new(FindingKind::OutOfOrder, Severity::Warning, &seen.id, &event.place, sentence)
                });
            }
            highest = highest.max(event.attempt);
        }
        if seen.events.len() > EVENTS_MAX {
            let sentence = format!(
                "It has {} events. GetActionDetails looks at the first {EVENTS_MAX} by attempt, phase and version, so \
                 what comes after is shown to nobody.",
                seen.events.len()
            );
            self.remark(Finding {
                incident: Some("N17"),
                ..Finding::new(FindingKind::Missing, Severity::Note, &seen.id, &seen.place, sentence)
            });
        }
    }

    /// Its place in the tree.
    fn check_tree(&mut self, action: usize, seen: &SeenAction) {
        if let Some(row) = seen.rows.iter().find(|row| row.before_parent) {
            let sentence = format!("It is told before its parent. {}", Rule::RefusesOrphan.sentence());
            self.remark(Finding {
                rule: Some(Rule::RefusesOrphan.name()),
                incident: Some("N8"),
                ..Finding::new(FindingKind::OutOfOrder, Severity::Warning, &seen.id, &row.place, sentence)
            });
        }
        let Some((above, parent)) = self.parent_of(action) else { return };
        let created = |seen: &SeenAction| seen.rows.iter().find_map(|row| row.created_at);
        if let (Some(own), Some(theirs)) = (created(seen), created(parent))
            // The row of a child may be lowered to the whole second in which its resource was created.
            && own.whole_second() < theirs.whole_second()
        {
            let place = seen.rows.first().map_or(&seen.place, |row| &row.place);
            let sentence = format!("It was created at {own}, before its parent, at {theirs}.");
            self.remark(Finding {
                at: Some(own),
                incident: Some("N8"),
                ..Finding::new(FindingKind::OutOfOrder, Severity::Warning, &seen.id, place, sentence)
            });
        }
        let root = std::iter::once(above).chain(self.line_of(above)).last().and_then(|root| self.action_of(root));
        let paused = seen.rows.last().filter(|row| row.phase == ActionPhase::Paused);
        let over = root.filter(|root| root.name == ROOT_ACTION).and_then(|root| root.rows.last());
        if let (Some(row), Some(over)) = (paused, over.filter(|over| over.phase.is_terminal())) {
            let sentence = format!("Its run is {}, and it still waits for a signal.", over.phase);
            self.remark(Finding {
                phase: Some(row.phase),
                incident: Some("N11"),
                ..Finding::new(FindingKind::StoresDisagree, Severity::Note, &seen.id, &row.place, sentence)
            });
        }
    }
}
