//! What the status of a TaskAction says against itself, and what it shows. Only the executor writes it, so that what its
//! status cannot be is no matter of rules.

use super::finding::{Finding, FindingKind, Severity};
use super::shows::Show;
use crate::drive::task_action::Item;
use crate::model::import::ImportedResource;
use crate::model::{ConditionStatus, ConditionType, Interner, Reason, Time};

fn holds(resource: &ImportedResource, kind: ConditionType) -> Option<(Reason, Time)> {
    let mut own = resource.conditions.iter();
    let found = own.find(|condition| condition.kind == kind && condition.status == ConditionStatus::True)?;
    Some((found.reason, found.at))
}

/// What no resource can be, each with the sentence that says so.
pub(super) fn breaches(action: &str, resource: &ImportedResource) -> Vec<Finding> {
    let (succeeded, failed) = (holds(resource, ConditionType::Succeeded), holds(resource, ConditionType::Failed));
    let progressing = holds(resource, ConditionType::Progressing);
    let most = resource.task.as_ref().and_then(|task| task.max_attempts);
    let timeout = resource.condition.as_ref().and_then(|condition| condition.timeout_ms);
    let back = resource.phase_history.iter().zip(resource.phase_history.iter().skip(1)).find(|(a, b)| b.at < a.at);
    let early = failed
        .filter(|(reason, _)| *reason == Reason::TimedOut && resource.condition.is_some())
        .filter(|(_, at)| timeout.is_none_or(|ms| at.plus(999).since(resource.created_at) < ms));
    let told = [
        (succeeded.is_some() && failed.is_some())
            .then(|| ("status.conditions", "It is both Succeeded and Failed, and nothing ends twice.".to_owned())),
        (progressing.is_some() && (succeeded.is_some() || failed.is_some()))
            .then(|| ("status.conditions", "It goes on and has ended at once.".to_owned())),
        most.filter(|most| resource.attempts > *most).map(|most| {
            ("status.attempts", format!("This is attempt {}, and its task may have {most}.", resource.attempts))
        }),
        (resource.condition.is_some() && (resource.plugin_phase.is_some() || resource.attempts > 0)).then(|| {
            ("status", "It is a condition, and no plugin is asked about one, nor has it attempts.".to_owned())
        }),
        (resource.condition.is_none() && resource.signal.is_some())
            .then(|| ("status.signalValue", "It is a task, and only a condition is signalled.".to_owned())),
        back.map(|(a, b)| {
            (
                "status.phaseHistory",
                format!("Its history runs backwards: {} at {} stands after {} at {}.", b.phase, b.at, a.phase, a.at),
            )
        }),
        early.map(|(_, at)| ("status.conditions", format!("It timed out at {at}, before its time had passed."))),
    ];
    let found = told
        .into_iter()
        .flatten()
        .map(|(place, sentence)| Finding::new(FindingKind::ImpossibleValue, Severity::Error, action, place, sentence));
    found.collect()
}

/// What one state of a resource and a later one say against each other. One that was created anew has another life.
pub(super) fn contradictions(told: &[Item]) -> Vec<Finding> {
    let mut names: Interner<&str> = Interner::new();
    let mut last: Vec<&Item> = Vec::new();
    let mut found = Vec::new();
    for item in told {
        let (number, new) = names.intern(item.name.as_str(), || item.name.as_str());
        let Some(before) = last.get_mut(number as usize).filter(|_| !new) else {
            last.push(item);
            continue;
        };
        let (old, own) = (&before.resource, &item.resource);
        if item.latest > before.latest && old.created_at == own.created_at {
            let ends = |resource: &ImportedResource| {
                holds(resource, ConditionType::Succeeded)
                    .or(holds(resource, ConditionType::Failed))
                    .map(|(reason, _)| reason)
            };
            let sentence = match (ends(old), ends(own)) {
                (Some(end), next) if next != Some(end) => {
                    Some(format!("It had ended {end}, and goes on or has ended otherwise after it."))
                }
                _ if own.attempts < old.attempts => {
                    Some(format!("It counted {} attempts, and {} after it.", old.attempts, own.attempts))
                }
                _ if own.phase_history.len() < old.phase_history.len() => {
                    Some("Its history is shorter than it was.".to_owned())
                }
                _ => None,
            };
            found.extend(sentence.map(|sentence| {
                Finding::new(FindingKind::ImpossibleValue, Severity::Error, &item.name, item.place(), sentence)
            }));
        }
        if item.latest >= before.latest {
            *before = item;
        }
    }
    found
}

/// How far an entry of the phase history is in an attempt.
const fn advance(reason: Reason) -> u8 {
    match reason {
        Reason::Queued => 0,
        Reason::Initializing => 1,
        Reason::Executing | Reason::Paused => 2,
        _ => 3,
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Bugs that are known and properties that are broken, as the resource shows them.
pub(super) fn shows(action: &str, resource: &ImportedResource) -> Vec<Show> {
    let entries = resource.phase_history.iter().zip(resource.phase_history.iter().skip(1));
    let laps = entries.filter(|(before, entry)| advance(entry.phase) < advance(before.phase)).count();
    let retries = resource.attempts.saturating_sub(1) as usize;
    let ended = holds(resource, ConditionType::Succeeded).or(holds(resource, ConditionType::Failed));
    let timed_out = ended.is_some_and(|(reason, _)| reason == Reason::TimedOut);
    let told = [
        (laps > retries).then(|| {
            let sentence = format!(
                "Its phase history goes back {}, and it counts {}: it is launched again and again without an attempt \
                 being counted.",
                counted(laps, "time"),
                counted(resource.attempts.max(1) as usize, "attempt")
            );
            Show::new("S03", "P27", action, sentence)
        }),
        (timed_out && resource.signal.is_some()).then(|| {
            let sentence = "It was signalled and has timed out: the signal was taken and did not count.".to_owned();
            Show::new("N7", "P15", action, sentence)
        }),
        (ended.is_none() && (resource.completed_at.is_some() || resource.recorded)).then(|| {
            let sentence =
                "It goes on and has the labels of an end, which it took over from its parent: nobody is told of \
                            it, and it is collected as it runs."
                    .to_owned();
            Show::new("N3", "P26", action, sentence)
        }),
    ];
    told.into_iter().flatten().collect()
}
