//! What a check has to say of a recorded run.

use crate::model::shown::harmless;
use crate::model::words::words;
use crate::model::{ActionPhase, Time};
use serde::Serialize;

words! {
    /// What is wrong, or worth knowing.
    pub enum FindingKind {
        /// The rules tell something here that the record does not.
        NeedsEvent = 0 "needsEvent",
        /// The guard in force would have refused this change of the recorded phase.
        ContradictsGuard = 1 "contradictsGuard",
        /// No command leads here.
        ContradictsRules = 2 "contradictsRules",
        /// Two stores tell different things.
        StoresDisagree = 3 "storesDisagree",
        /// A column holds what it should not.
        ImpossibleValue = 4 "impossibleValue",
        /// Something is told before what it follows from.
        OutOfOrder = 5 "outOfOrder",
        /// A part of the run is not in the input.
        Missing = 6 "missing",
        /// What Flyte makes of something that is no record of a run.
        Outcome = 7 "outcome",
    }
}

words! {
    /// How much it matters.
    pub enum Severity {
        /// The rules forbid it.
        Error = 0 "error",
        /// Something is missing, or two stores disagree.
        Warning = 1 "warning",
        /// Worth knowing; nothing is wrong by it.
        Note = 2 "note",
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// How much it matters.
    pub severity: Severity,
    /// Of which action, `<run>/<action>`.
    pub action: String,
    /// Of which attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// The phase before, where a change is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<ActionPhase>,
    /// The phase told, or the one that is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<ActionPhase>,
    /// When, as the record has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// Where in the input.
    pub place: String,
    /// After how many commands it is seen.
    pub index: usize,
    /// The rule that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// The policy by which the rule sets part on it: with its other value, there is nothing to find.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<&'static str>,
    /// That other value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<&'static str>,
    /// The rule set under which there is nothing to find.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explained_by: Option<&'static str>,
    /// The known incident that looks like it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<&'static str>,
    /// In words.
    pub sentence: String,
}

impl Finding {
    /// A finding about an action, of which all else is not said.
    pub fn new(kind: FindingKind, severity: Severity, action: &str, place: &str, sentence: String) -> Finding {
        Finding {
            kind,
            severity,
            action: action.to_owned(),
            attempt: None,
            from: None,
            phase: None,
            at: None,
            place: place.to_owned(),
            index: 0,
            rule: None,
            policy: None,
            value: None,
            explained_by: None,
            incident: None,
            sentence: harmless(sentence),
        }
    }

    /// Whether the other is about the same, told under other rules. Where stores disagree, it is not by what they would
    /// agree on.
    pub fn is_about(&self, other: &Finding) -> bool {
        let from = |finding: &Finding| finding.from.filter(|_| finding.kind != FindingKind::StoresDisagree);
        (self.kind, self.attempt, from(self), self.phase, &self.action, &self.place)
            == (other.kind, other.attempt, from(other), other.phase, &other.action, &other.place)
    }
}
