//! What a record shows: explained by the rules, and still a known bug or a broken property. It stands apart from what is
//! found, since nothing is wrong with the record.

use super::commands::{is_behind, kind};
use super::plan::{Plan, aborted_at};
use crate::drive::observed::{SeenAction, SeenRow};
use crate::model::policy::{DeletionEvent, EndTime, LostNews, Promotion, ReportedAttempts, Retry};
use crate::model::shown::harmless;
use crate::model::{ActionKind, ActionPhase, Rules};
use serde::Serialize;

/// Shown at the most.
const SHOWN_MAX: usize = 1_000;

/// Something that a record shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Show {
    /// The known incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<&'static str>,
    /// The property that is broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<&'static str>,
    /// Of which action, `<run>/<action>`.
    pub action: String,
    /// In words.
    pub sentence: String,
}

impl Show {
    /// One with an incident and a property; either may be empty.
    pub(super) fn new(incident: &'static str, property: &'static str, action: &str, sentence: String) -> Show {
        let told = |word: &'static str| (!word.is_empty()).then_some(word);
        let (incident, property) = (told(incident), told(property));
        Show { incident, property, action: action.to_owned(), sentence: harmless(sentence) }
    }
}

/// One action's record, its last status, and those above it.
struct Case<'a> {
    seen: &'a SeenAction,
    row: Option<&'a SeenRow>,
    above: Vec<&'a SeenAction>,
}

impl Case<'_> {
    fn is(&self, phase: ActionPhase) -> bool {
        self.row.is_some_and(|row| row.phase == phase)
    }

    fn goes_on(&self) -> bool {
        self.row.is_some_and(|row| !row.phase.is_terminal())
    }

    /// The first end that the log tells of the newest attempt.
    fn logged(&self) -> Option<ActionPhase> {
        let newest = self.seen.events.iter().map(|event| event.attempt).max()?;
        let mut ends = self.seen.events.iter().filter(|e| e.attempt == newest && e.phase.is_terminal());
        ends.next().map(|event| event.phase)
    }

    /// Whether the log tells one end after another.
    fn ends_twice(&self, first: Option<ActionPhase>, second: ActionPhase) -> bool {
        let ends = |phase: ActionPhase| first.map_or(phase.is_terminal() && phase != second, |first| phase == first);
        let mut ended = self.seen.events.iter().skip_while(|event| !ends(event.phase));
        let attempt = ended.next().map(|event| event.attempt);
        ended.any(|event| event.phase == second && Some(event.attempt) == attempt)
    }
}

type Shown = (&'static str, &'static str, fn(&Rules) -> bool, fn(&Case<'_>) -> bool, &'static str);

/// Incident and property, the rules under which it is one, how it shows, and what to say of it.
const SHOWN: [Shown; 14] = [
    (
        "N2",
        "P4",
        |rules| rules.promotion == Promotion::ResetsAttempts,
        |case| {
            let zero = case.row.is_some_and(|row| row.tells_attempts && row.attempts == 0);
            zero && case.is(ActionPhase::Running) && kind(case.seen) == ActionKind::Task
        },
        "Its attempts are 0: the first news of a child set them so, until its own resource changes.",
    ),
    (
        "",
        "P13",
        |rules| rules.reported_attempts == ReportedAttempts::AsStored,
        |case| {
            case.is(ActionPhase::Failed)
                && case.row.is_some_and(|row| row.tells_attempts && row.attempts == 0)
                && case.seen.events.iter().any(|event| event.error.is_some())
        },
        "Its error is of attempt 1 and its row counts 0, so that nobody who asks is told the error.",
    ),
    (
        "N1",
        "P7",
        |rules| rules.end_time == EndTime::FirstKept,
        |case| case.goes_on() && !case.is(ActionPhase::Paused) && case.row.is_some_and(|row| row.ended_at.is_some()),
        "It goes on and has an end: it was over, and news that came after set it going again.",
    ),
    (
        "N22",
        "P9",
        |rules| rules.end_time == EndTime::FirstKept,
        |case| case.is(ActionPhase::Paused) && case.row.is_some_and(|row| row.ended_at.is_some()),
        "It waits and has an end: it was aborted, and the news that it waits came after.",
    ),
    (
        "N4",
        "P37",
        |rules| rules.retry == Retry::InPlace,
        |case| {
            let events = &case.seen.events;
            let highest = events.iter().map(|event| event.attempt).max().unwrap_or_default();
            let ended: std::collections::BTreeSet<u32> =
                events.iter().filter(|event| event.phase.is_terminal()).map(|event| event.attempt).collect();
            events.iter().any(|event| event.attempt < highest && !ended.contains(&event.attempt))
        },
        "An attempt before the last has no end: when a retry follows, nobody is told that it failed, nor why.",
    ),
    (
        "N28",
        "P1",
        |_| true,
        |case| {
            case.is(ActionPhase::Aborted)
                && matches!(case.logged(), Some(ActionPhase::Succeeded | ActionPhase::Failed | ActionPhase::TimedOut))
                && !aborted_first(case)
        },
        "It had ended when it was aborted, and its row says ABORTED all the same.",
    ),
    (
        "N5",
        "P35",
        |_| true,
        |case| {
            case.is(ActionPhase::Aborted)
                && matches!(case.logged(), Some(ActionPhase::Succeeded | ActionPhase::Failed | ActionPhase::TimedOut))
                && aborted_first(case)
        },
        "It ran to its end under an ABORTED row: it was aborted, and was not stopped.",
    ),
    (
        "N6",
        "P42",
        |rules| rules.lost_news == LostNews::Forgotten,
        |case| {
            let stopped = case.above.iter().any(|above| {
                above.rows.last().is_some_and(|row| row.phase == ActionPhase::Aborted && row.abort_pending.is_none())
            });
            case.goes_on() && (case.logged() == Some(ActionPhase::Aborted) || stopped)
        },
        "It was stopped and its row goes on: the news of it was lost, or is on its way.",
    ),
    (
        "S22",
        "P35",
        |rules| rules.lost_news == LostNews::Forgotten,
        |case| case.logged().is_some_and(|end| end != ActionPhase::Aborted) && is_behind(case.seen),
        "Its log has ended and its row goes on: the news of its end was lost, or is on its way.",
    ),
    (
        "N10",
        "P11",
        |_| true,
        |case| {
            let asked = |seen: &&SeenAction| seen.abort_reason.is_some() || aborted_at(seen).is_some();
            case.is(ActionPhase::Aborted)
                && case.seen.tells_abort
                && case.seen.abort_reason.is_none()
                && !case.above.is_empty()
                && !case.above.iter().any(asked)
        },
        "It is ABORTED, and nobody aborted it or what is above it: its resource was deleted, by a collection or by hand.",
    ),
    (
        "N11",
        "P45",
        |_| true,
        |case| {
            let over = case.above.last().and_then(|root| root.rows.last()).is_some_and(|row| row.phase.is_terminal());
            case.is(ActionPhase::Paused) && over
        },
        "Its run is over, and it still waits for a signal.",
    ),
    (
        "N9",
        "P29",
        |rules| rules.deletion_event == DeletionEvent::Always,
        |case| case.ends_twice(None, ActionPhase::Aborted),
        "An ABORTED event stands after its end: its resource was deleted when it was over.",
    ),
    (
        "N8",
        "P49",
        |_| true,
        |case| {
            let created = |seen: &SeenAction| seen.rows.iter().find_map(|row| row.created_at);
            let theirs = case.above.first().and_then(|parent| created(parent));
            // The row of a child may be lowered to the whole second in which its resource was created.
            let first =
                created(case.seen).zip(theirs).is_some_and(|(own, theirs)| own.whole_second() < theirs.whole_second());
            first || case.seen.rows.iter().any(|row| row.before_parent)
        },
        "It is told to have come before its parent: a watch that reads a child before its parent ends with an error.",
    ),
    (
        "N16",
        "P2",
        |_| true,
        |case| {
            case.ends_twice(Some(ActionPhase::Succeeded), ActionPhase::Failed)
                || case.is(ActionPhase::Failed) && case.logged() == Some(ActionPhase::Succeeded)
        },
        "It succeeded and then failed: its name was used again, or news of an earlier attempt came late.",
    ),
];

/// Whether its row was ABORTED before its log tells an end.
fn aborted_first(case: &Case<'_>) -> bool {
    let end = case.seen.events.iter().find(|event| event.phase.is_terminal()).and_then(|event| event.at);
    let row = case.row.and_then(|row| row.ended_at);
    row.zip(end).is_some_and(|(row, end)| row < end)
}

/// What the records of actions show.
pub(super) fn of_record(actions: &[SeenAction], plan: &Plan<'_>, rules: &Rules) -> Vec<Show> {
    let mut shown = Vec::new();
    for (number, seen) in actions.iter().enumerate() {
        let above = plan.line(number).skip(1).filter_map(|number| actions.get(number)).collect();
        let case = Case { seen, row: seen.rows.last(), above };
        let own = SHOWN.iter().filter(|(_, _, counts, shows, _)| counts(rules) && shows(&case));
        shown.extend(
            own.map(|(incident, property, .., sentence)| {
                Show::new(incident, property, &seen.id, (*sentence).to_owned())
            }),
        );
        if shown.len() >= SHOWN_MAX {
            shown.truncate(SHOWN_MAX);
            break;
        }
    }
    shown
}
