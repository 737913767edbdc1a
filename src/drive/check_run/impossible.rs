//! What no run can show. Each law is a question to a record alone, asked under a rule set: nothing is replayed for it, and
//! what calls that fail, news that is lost or comes late, and records made in the middle of things can lead to is no
//! breach of any. Only these make a record wrong; `tests/witness.rs` holds them to random lives, and to damage.

use super::commands::kind;
use super::finding::{Finding, FindingKind, Severity};
use super::plan::Plan;
use super::values::EVENTS_MAX;
use crate::drive::observed::{SeenAction, SeenEvent, SeenRow};
use crate::model::policy::{
    AbortOfEnded, AttemptCheck, DuplicateRun, EndTime, Events, Namespace, Promotion, Recovery, ReportedAttempts, Retry,
    TaskTimeout, Waiting,
};
use crate::model::{ActionKind, ActionPhase, Rule, Rules};
use crate::rules::admit;
use crate::rules::run_service::ROOT_ACTION;

/// One action's record among those of all, under a rule set.
pub(super) struct Case<'a> {
    seen: &'a SeenAction,
    number: usize,
    plan: &'a Plan<'a>,
    rules: &'a Rules,
}

type Law = fn(&Case<'_>) -> Option<Finding>;

/// The laws, in the order in which their breaches are told.
const LAWS: [Law; 13] = [
    parents_lead_up,
    has_a_parent,
    phases_are_of_its_kind,
    attempts_are_bounded,
    attempts_are_counted,
    events_are_counted,
    attempts_of_the_row_are_told,
    attempts_have_ends,
    attempts_come_in_order,
    statuses_follow_the_guard,
    ends_are_of_what_ended,
    times_run_forwards,
    keys_are_told_once,
];

/// Every breach, action by action.
pub(super) fn breaches(actions: &[SeenAction], plan: &Plan<'_>, rules: &Rules) -> Vec<Finding> {
    let cases = actions.iter().enumerate().map(|(number, seen)| Case { seen, number, plan, rules });
    cases.flat_map(|case| LAWS.iter().filter_map(move |law| law(&case)).collect::<Vec<_>>()).collect()
}

impl Case<'_> {
    fn found(&self, kind: FindingKind, place: &str, rule: Option<Rule>, sentence: String) -> Finding {
        let severity = match kind {
            FindingKind::ContradictsGuard | FindingKind::ContradictsRules => Severity::Error,
            _ => Severity::Warning,
        };
        Finding { rule: rule.map(Rule::name), ..Finding::new(kind, severity, &self.seen.id, place, sentence) }
    }

    fn impossible(&self, place: &str, sentence: String) -> Finding {
        self.found(FindingKind::ImpossibleValue, place, None, sentence)
    }

    /// Events with their versions are rows of the log, in the order in which they were reported.
    fn log(&self) -> &[SeenEvent] {
        let versions = self.seen.events.first().is_some_and(|event| event.version.is_some());
        if versions { &self.seen.events } else { &[] }
    }

    /// Whether a name that was used stays used, so that no second life is told under it.
    fn names_stay(&self) -> bool {
        self.rules.duplicate_run != DuplicateRun::Silent && self.rules.namespace == Namespace::PerProject
    }
}

fn parents_lead_up(case: &Case<'_>) -> Option<Finding> {
    let parent = |number: usize| case.plan.parents.get(number).copied().flatten();
    let mut above = parent(case.number);
    // What is above everything in a circle comes by itself after as many steps as there are actions.
    for _ in 0..case.plan.parents.len() {
        if above == Some(case.number) {
            break;
        }
        above = parent(above?);
    }
    above.filter(|above| *above == case.number)?;
    let sentence = format!("{} is above itself: its parents lead in a circle.", case.seen.id);
    Some(Finding { severity: Severity::Error, ..case.found(FindingKind::OutOfOrder, &case.seen.place, None, sentence) })
}

fn has_a_parent(case: &Case<'_>) -> Option<Finding> {
    let seen = case.seen;
    if seen.parent.is_some() || !seen.tells_parent || seen.name == ROOT_ACTION {
        return None;
    }
    let sentence = format!("It names no parent and is not {ROOT_ACTION}; it is put under {ROOT_ACTION}.");
    Some(case.found(FindingKind::Missing, &seen.place, None, sentence))
}

/// The rule by which an action of that kind is never told to be in that phase.
fn never(case: &Case<'_>, kind: ActionKind, phase: ActionPhase, in_row: bool) -> Option<Rule> {
    use ActionPhase::{Initializing, Paused, Recovered, Running, TimedOut, Unspecified, WaitingForResources};
    let rules = case.rules;
    let own_log = rules.events == Events::PluginOnly && kind != ActionKind::Task && !in_row;
    let breach = match (kind, phase) {
        (_, Recovered) => return (rules.recovery == Recovery::Nothing).then_some(Rule::RefusesRecovery),
        (ActionKind::Task, TimedOut) if rules.task_timeout == TaskTimeout::Ignored => {
            return Some(Rule::TimeoutFinal);
        }
        (ActionKind::Task, WaitingForResources) => in_row && rules.waiting == Waiting::EventOnly,
        (ActionKind::Task, phase) => phase == Paused || in_row && phase == Unspecified,
        (ActionKind::Condition, WaitingForResources | Initializing | Unspecified) => true,
        (ActionKind::Condition, Running) => !in_row || rules.promotion == Promotion::None,
        (ActionKind::Trace, phase) => !phase.is_terminal(),
        (ActionKind::Condition, _) => false,
    };
    (breach || own_log).then_some(Rule::PluginReported)
}

fn phases_are_of_its_kind(case: &Case<'_>) -> Option<Finding> {
    let seen = case.seen;
    // Where it is not told, only a condition is paused, and only a task has a log that is the plugin's.
    let silent = case.rules.events == Events::PluginOnly;
    let guess = kind(seen);
    let known = guess == ActionKind::Condition || silent && !seen.events.is_empty();
    let own = seen.kind.or(known.then_some(guess));
    let told = |phase, in_row| {
        // Whether anything is recovered does not hang on its kind.
        let own = own.or((phase == ActionPhase::Recovered).then_some(guess))?;
        never(case, own, phase, in_row).map(|rule| (phase, rule))
    };
    let row = seen.rows.iter().filter(|row| row.recorded).find_map(|row| {
        let (phase, rule) = told(row.phase, true)?;
        Some((phase, rule, row.attempts, row.ended_at.or(row.updated_at), &row.place))
    });
    let event = seen.events.iter().find_map(|event| {
        let (phase, rule) = told(event.phase, false)?;
        Some((phase, rule, event.attempt, event.at, &event.place))
    });
    let (phase, rule, attempt, at, place) = event.or(row)?;
    let own = own.unwrap_or(guess);
    let sentence = match rule {
        Rule::RefusesRecovery => format!("Under these rules nothing leads to {phase}: {}", rule.sentence()),
        Rule::TimeoutFinal => {
            format!("Under these rules nothing leads to {phase} of attempt {attempt} here: nothing times a task.")
        }
        _ if silent && own != ActionKind::Task && event.is_some() => {
            format!("Under these rules a {own} leaves no events.")
        }
        _ => format!("A {own} is never {phase} under these rules."),
    };
    let rule = Some(rule).filter(|rule| *rule == Rule::RefusesRecovery);
    Some(Finding {
        attempt: Some(attempt),
        phase: Some(phase),
        at,
        ..case.found(FindingKind::ContradictsRules, place, rule, sentence)
    })
}

fn attempts_are_bounded(case: &Case<'_>) -> Option<Finding> {
    let seen = case.seen;
    let most = seen.max_attempts?;
    let told = seen.events.iter().map(|event| (event.attempt, &event.place));
    let told = told.chain(seen.rows.iter().map(|row| (row.attempts, &row.place)));
    let (attempt, place) = told.filter(|(attempt, _)| *attempt > most).max_by_key(|(attempt, _)| *attempt)?;
    let sentence = format!("This is attempt {attempt}, and its task may have {most}.");
    let rule = Some(Rule::GuardRefusesExcessAttempt);
    let found = case.found(FindingKind::ImpossibleValue, place, rule, sentence);
    Some(Finding { attempt: Some(attempt), ..found })
}

fn attempts_are_counted(case: &Case<'_>) -> Option<Finding> {
    let rules = case.rules;
    if rules.promotion != Promotion::None || rules.reported_attempts != ReportedAttempts::AtLeastOne {
        return None;
    }
    let row = case.seen.rows.iter().find(|row| row.attempts == 0 && row.tells_attempts)?;
    let incident = if kind(case.seen) == ActionKind::Task { Some("N2") } else { None };
    let found = case.impossible(&row.place, "Its attempts are 0; they count from 1.".to_owned());
    Some(Finding { attempt: Some(0), incident, ..found })
}

fn events_are_counted(case: &Case<'_>) -> Option<Finding> {
    let event = case.seen.events.iter().find(|event| event.attempt == 0)?;
    let sentence = "It is an event of attempt 0; attempts count from 1.".to_owned();
    Some(Finding { attempt: Some(0), ..case.impossible(&event.place, sentence) })
}

/// An event goes before the status that the row is told of.
fn attempts_of_the_row_are_told(case: &Case<'_>) -> Option<Finding> {
    let seen = case.seen;
    if !seen.has_log || seen.events.len() >= EVENTS_MAX || kind(seen) != ActionKind::Task {
        return None;
    }
    let highest = seen.events.iter().map(|event| event.attempt).max().unwrap_or_default();
    let row = seen.rows.iter().find(|row| row.attempts > highest.max(1))?;
    // A log of its own may have been copied before the row was: then what came between is in one of the two only.
    let log_is_older = !seen.events.is_empty()
        && seen.events.iter().all(|event| {
            event.version.is_some()
                && (event.witness != row.witness
                    || event.at.is_none()
                    || row.updated_at.is_none_or(|at| event.at < Some(at)))
        });
    if log_is_older {
        return None;
    }
    let sentence = format!(
        "The row counts {} attempts, and the log knows {highest}; what a row is told, an event tells before.",
        row.attempts
    );
    let phase = Some(row.phase);
    Some(Finding {
        attempt: Some(row.attempts),
        phase,
        ..case.found(FindingKind::NeedsEvent, &row.place, None, sentence)
    })
}

fn attempts_have_ends(case: &Case<'_>) -> Option<Finding> {
    let seen = case.seen;
    if case.rules.retry != Retry::Recorded || !seen.has_log || !case.names_stay() {
        return None;
    }
    // What was taken over has the attempts that it took elsewhere.
    if seen.events.iter().any(|event| event.phase == ActionPhase::Recovered) {
        return None;
    }
    let highest = seen.events.iter().map(|event| event.attempt).max()?;
    let ended = |attempt: u32| seen.events.iter().any(|e| e.attempt == attempt && e.phase.is_terminal());
    let attempt = (1..highest).take(EVENTS_MAX).find(|attempt| !ended(*attempt))?;
    let next = seen.events.iter().find(|event| event.attempt > attempt)?;
    let sentence = format!(
        "Before this, FAILED of attempt {attempt} is needed, which the log does not have. {}",
        Rule::AttemptFailed.sentence()
    );
    Some(Finding {
        attempt: Some(attempt),
        phase: Some(ActionPhase::Failed),
        at: next.at,
        incident: Some("N4"),
        ..case.found(FindingKind::NeedsEvent, &next.place, Some(Rule::AttemptFailed), sentence)
    })
}

fn attempts_come_in_order(case: &Case<'_>) -> Option<Finding> {
    if !case.names_stay() {
        return None;
    }
    let mut highest = 0;
    let event = case.log().iter().find(|event| {
        highest = highest.max(event.attempt);
        event.attempt < highest && event.at.is_some()
    })?;
    let sentence = format!("An event of attempt {} is told after attempt {highest} had begun.", event.attempt);
    let rule = Some(Rule::GuardRefusesStaleAttempt);
    Some(Finding {
        attempt: Some(event.attempt),
        phase: Some(event.phase),
        at: event.at,
        ..case.found(FindingKind::OutOfOrder, &event.place, rule, sentence)
    })
}

/// The first event that stands in the wrong place after one of its attempt, and that one.
fn misplaced(log: &[SeenEvent], wrong: impl Fn(&SeenEvent, &SeenEvent) -> bool) -> Option<(&SeenEvent, &SeenEvent)> {
    log.iter().take(EVENTS_MAX).enumerate().find_map(|(place, event)| {
        let mut before = log.iter().take(place).filter(|other| other.attempt == event.attempt);
        before.find(|other| wrong(other, event)).map(|other| (other, event))
    })
}

/// A stream tells the newest status only, so what lies between two is for the guard to allow, in as many steps as it
/// takes.
fn statuses_follow_the_guard(case: &Case<'_>) -> Option<Finding> {
    let seen = case.seen;
    if seen.rows.len() < 2 {
        return None;
    }
    let own = kind(seen);
    let leads = |from: ActionPhase, to: ActionPhase| {
        let aborts = to == ActionPhase::Aborted
            && (!from.is_terminal() || case.rules.abort_of_ended == AbortOfEnded::Overwrites);
        aborts || admit(from, to, case.rules.guard).admitted
    };
    let reaches = |from: ActionPhase, to: ActionPhase| {
        let mut met = vec![from];
        let mut place = 0;
        while let Some(at) = met.get(place).copied() {
            if leads(at, to) {
                return true;
            }
            // An abort of a task is left by what is told next, or not at all.
            let stays = at == ActionPhase::Aborted && own == ActionKind::Task && case.rules.retry == Retry::InPlace;
            let may = |next: ActionPhase| !stays && leads(at, next) && never(case, own, next, true).is_none();
            let next = ActionPhase::ALL.iter().filter(|next| may(**next));
            let new: Vec<ActionPhase> = next.copied().filter(|next| !met.contains(next)).collect();
            met.extend(new);
            place += 1;
        }
        false
    };
    let pairs = seen.rows.iter().zip(seen.rows.iter().skip(1));
    let pairs = pairs.filter(|(before, row)| row.recorded && before.witness == row.witness);
    let refused = |before: &SeenRow, row: &SeenRow| {
        let stale = case.rules.attempt_check == AttemptCheck::Enforced
            && row.tells_attempts
            && row.attempts > 0
            && row.attempts < before.attempts;
        let held = before.phase != row.phase && !reaches(before.phase, row.phase);
        let rule =
            if held { admit(before.phase, row.phase, case.rules.guard).rule } else { Rule::GuardRefusesStaleAttempt };
        (held || stale).then_some(rule)
    };
    let (before, row, rule) = pairs.filter_map(|(before, row)| Some((before, row, refused(before, row)?))).next()?;
    Some(super::row::contradiction(seen, before, row, rule))
}

fn ends_are_of_what_ended(case: &Case<'_>) -> Option<Finding> {
    let follows = case.rules.end_time == EndTime::FollowsPhase;
    case.seen.rows.iter().filter(|row| row.tells_end).find_map(|row| match row.ended_at {
        None if row.phase.is_terminal() => {
            Some(case.impossible(&row.place, format!("It is {} and has no end.", row.phase)))
        }
        Some(_) if follows && !row.phase.is_terminal() => {
            let sentence = format!("It has an end, and it is {}, which is none.", row.phase);
            let incident = if row.phase == ActionPhase::Paused { "N22" } else { "N1" };
            Some(Finding { incident: Some(incident), ..case.impossible(&row.place, sentence) })
        }
        _ => None,
    })
}

fn times_run_forwards(case: &Case<'_>) -> Option<Finding> {
    case.seen.rows.iter().find_map(|row| {
        let sentence = match (row.created_at, row.ended_at, row.duration_ms) {
            (Some(created), Some(ended), _) if ended < created => {
                format!("It ended at {ended}, before it was created at {created}.")
            }
            (_, _, Some(duration)) if duration < 0 => format!("It took {duration} ms, which is less than nothing."),
            _ => return None,
        };
        Some(case.impossible(&row.place, sentence))
    })
}

fn keys_are_told_once(case: &Case<'_>) -> Option<Finding> {
    let of = |event: &SeenEvent, sentence: String| Finding {
        attempt: Some(event.attempt),
        phase: Some(event.phase),
        ..case.found(FindingKind::StoresDisagree, &event.place, None, sentence)
    };
    let differs = case.seen.events.iter().find_map(|event| Some((event, event.differs.as_ref()?)));
    if let Some((event, differs)) = differs {
        return Some(of(event, format!("The event disagrees with itself: {differs}.")));
    }
    let (_, twice) =
        misplaced(case.log(), |other, event| (other.phase, other.version) == (event.phase, event.version))?;
    let sentence = format!(
        "{} of attempt {} is in the log twice under one version, and the log holds each key once.",
        twice.phase, twice.attempt
    );
    Some(of(twice, sentence))
}
