//! What a search says: a verdict for each property, with the shortest run that shows it.

use super::replay::{Finding, Looked};
use super::{End, Exploration, Progress};
use crate::drive::properties::{Kind, Property};
use crate::model::Rule;
use std::fmt;

/// What is known of a property.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// No violation in any state within the bounds.
    Holds,
    /// No violation so far; states remain.
    HoldsSoFar,
    /// Violated.
    Violated(Box<Finding>),
    /// It happens, as it should sometimes.
    Happens(Box<Finding>),
    /// It should happen sometimes, and does not within the bounds.
    Never,
}

impl Verdict {
    /// Whether it is as it should be, as far as is known.
    pub const fn is_good(&self) -> bool {
        match self {
            Verdict::Holds | Verdict::HoldsSoFar | Verdict::Happens(_) => true,
            Verdict::Violated(_) | Verdict::Never => false,
        }
    }

    /// How many commands show it.
    pub const fn length(&self) -> Option<usize> {
        match self {
            Verdict::Violated(finding) | Verdict::Happens(finding) => Some(finding.length),
            Verdict::Holds | Verdict::HoldsSoFar | Verdict::Never => None,
        }
    }
}

/// Everything that a search has found.
#[derive(Debug, Clone)]
pub struct Report {
    /// How far it got.
    pub progress: Progress,
    /// The properties that apply to the model, and what is known of them.
    pub verdicts: Vec<(&'static Property, Verdict)>,
    /// The rules that decided nothing.
    pub rules_missed: Vec<Rule>,
}

impl Exploration {
    /// What the search has found so far. Each finding is replayed, so this takes longer than looking at the progress.
    pub fn report(&self) -> Report {
        let complete = self.ended == Some(End::Complete);
        let verdict = |watched: &super::Watched| match (watched.found, watched.property.kind) {
            (None, Kind::Always | Kind::Settles) if complete => Verdict::Holds,
            (None, Kind::Sometimes) if complete => Verdict::Never,
            (None, _) => Verdict::HoldsSoFar,
            (Some(found), kind) => {
                let finding = Box::new(self.finding(found, Looked::Property(watched.property)));
                if kind == Kind::Sometimes { Verdict::Happens(finding) } else { Verdict::Violated(finding) }
            }
        };
        Report {
            progress: self.progress(),
            verdicts: self.watched.iter().map(|watched| (watched.property, verdict(watched))).collect(),
            rules_missed: Rule::ALL
                .iter()
                .zip(&self.rules_met)
                .filter(|(_, met)| !**met)
                .map(|(rule, _)| *rule)
                .collect(),
        }
    }
}

impl Report {
    /// What came of it, in a sentence: how many properties are violated, and how far that was looked for.
    pub fn sentence(&self) -> String {
        let states = grouped(self.progress.states as u64);
        let count = |wanted: fn(&Verdict) -> bool| self.verdicts.iter().filter(|(_, verdict)| wanted(verdict)).count();
        let violated = count(|verdict| matches!(verdict, Verdict::Violated(_)));
        let violations = match violated {
            0 => "no violation".to_owned(),
            1 => "1 property violated".to_owned(),
            more => format!("{more} properties violated"),
        };
        let within = match self.progress.ended {
            Some(End::Complete | End::Found | End::Reached) => format!("in {states} states"),
            Some(End::Depth | End::States | End::Bytes) | None => {
                format!("within {states} states; frontier {}", grouped(self.progress.frontier as u64))
            }
        };
        let end = match self.progress.ended {
            Some(End::Complete | End::Found) => "all that there are",
            Some(End::Reached) => "target reached",
            Some(End::Depth) => "as many commands as allowed",
            Some(End::States) => "as many states as allowed",
            Some(End::Bytes) => "as much memory as allowed",
            None => "stopped",
        };
        format!("{violations} {within} ({end})")
    }
}

/// Why no model meets a rule, if none does.
pub fn unmet(rule: Rule) -> Option<&'static str> {
    let name = rule.name();
    Some(match rule {
        Rule::RefusesLateEnqueue | Rule::RefusesUnknownSpec | Rule::NonRetryableCode => return None,
        Rule::NothingChanged => "nothing is told of it",
        _ if name.starts_with("Refuses") || name.starts_with("No") || rule == Rule::NeverLost => {
            "it refuses a command, and only what is taken is explored"
        }
        Rule::NameInvalid
        | Rule::SpecInvalid
        | Rule::TextTooLong
        | Rule::CommandInvalid
        | Rule::TimeOutOfRange
        | Rule::Bounded
        | Rule::UnknownAction
        | Rule::UnknownRun
        | Rule::DeliveredInOrder
        | Rule::NothingToDeliver => "it refuses a command, and only what is taken is explored",
        Rule::CacheNotLookedUp | Rule::TerminalShortCircuit | Rule::EndedStaysAsItEnded => "nothing is told of it",
        Rule::GuardRefusesUnaskedReset | Rule::GuardRefusesExcessAttempt => {
            "an update from outside comes with the recorded attempt"
        }
        Rule::AbortRowMissing => "no row is ever deleted",
        Rule::ListenerRenewed | Rule::ListenerGivenUp => "it is about what people see who watch, which no rule reads",
        Rule::WatchBroken => "in the models news is lost piece by piece",
        Rule::Imported => "a model begins with nothing",
        Rule::TimeAdvances => "time is abstracted: timers fire, the clock does not move",
        Rule::AbortBlocked | Rule::AbortQueueFull => "the queue has a thousand places",
        Rule::PluginNotFound => "each task type has a plugin",
        Rule::EndedInTime => "a model's plugins prove no times",
        Rule::TimeoutRestarts => "of the rule sets only `merged` restarts in place what has run out of time",
        Rule::RecoveryLookUpFailed
        | Rule::RecoveryFailsOpen
        | Rule::NamesakeDeleted
        | Rule::ResourceNameTaken
        | Rule::ResourceInvalid => "a model has one run, whose names are right",
        Rule::ChildFailureCancels | Rule::ChildFailureCaught | Rule::ChildCancelled => {
            "in the models a parent's process raises what became of a child"
        }
        Rule::CacheIdentifierMissing => "the models' tasks have identifiers",
        Rule::CacheOutputsUnreadable => "no fault makes outputs unreadable",
        Rule::StoreErrorInReply => "it words an answer, which a world has not",
        Rule::GuardAdmitsListed | Rule::GuardRefusesUnlisted => {
            "they are the proposed table's, which neither rule set has"
        }
        _ => return None,
    })
}

/// A number with its thousands set apart: `2,000,000`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states = grouped(self.states as u64);
        write!(f, "{states} states, {} transitions, depth {}", grouped(self.transitions), self.depth)?;
        match self.ended {
            Some(End::Complete) => f.write_str(", complete"),
            Some(End::Reached) => f.write_str(", target reached"),
            Some(End::Found) => f.write_str(", everything found"),
            Some(End::Depth) => write!(f, ", as many commands as allowed; frontier {}", grouped(self.frontier as u64)),
            Some(End::States) => write!(f, ", as many as allowed; frontier {}", grouped(self.frontier as u64)),
            Some(End::Bytes) => write!(f, ", as much memory as allowed; frontier {}", grouped(self.frontier as u64)),
            None => write!(f, ", stopped; frontier {}", grouped(self.frontier as u64)),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Holds => f.write_str("holds"),
            Verdict::HoldsSoFar => f.write_str("holds so far"),
            Verdict::Never => f.write_str("NEVER HAPPENS"),
            Verdict::Violated(finding) => write!(f, "VIOLATED in {} ({})", finding.length, finding.timing),
            Verdict::Happens(finding) => write!(f, "happens in {} ({})", finding.length, finding.timing),
        }
    }
}
