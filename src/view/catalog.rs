//! Lists for people: the rules, and the policies on which the rule sets part.

use super::event::SourceView;
use crate::model::{Policy, Rule, Rules};
use serde::Serialize;

/// A rule in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RuleInfo {
    /// Its name.
    pub rule: &'static str,
    /// Why, in a sentence.
    pub sentence: &'static str,
    /// Where upstream decides it, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceView>,
}

impl RuleInfo {
    /// A rule in words.
    pub fn of(rule: Rule) -> RuleInfo {
        RuleInfo { rule: rule.name(), sentence: rule.sentence(), source: SourceView::of(rule) }
    }
}

/// Every rule.
pub fn rules() -> Vec<RuleInfo> {
    Rule::ALL.iter().map(|&rule| RuleInfo::of(rule)).collect()
}

/// One side of a divergence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The policy's value.
    pub value: &'static str,
    /// What happens under it.
    pub sentence: &'static str,
}

/// A policy on which the rule sets part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Divergence {
    /// Its name.
    pub policy: &'static str,
    /// What it decides.
    pub sentence: &'static str,
    /// As documented.
    pub documented: Side,
    /// As coded.
    pub upstream: Side,
    /// As coded, with what has been merged since.
    pub merged: Side,
    /// Every value.
    pub values: Vec<&'static str>,
    /// The value in force.
    pub current: &'static str,
    /// Where it is discussed.
    pub links: &'static [&'static str],
}

/// Every divergence, with what is in force under `rules`.
pub fn divergences(rules: &Rules) -> Vec<Divergence> {
    let side = |policy: &Policy, value: &'static str| Side {
        value,
        sentence: policy.values.iter().find(|(name, _)| *name == value).map_or("", |(_, sentence)| sentence),
    };
    Policy::ALL
        .iter()
        .map(|policy| Divergence {
            policy: policy.name,
            sentence: policy.sentence,
            documented: side(policy, policy.documented),
            upstream: side(policy, policy.upstream),
            merged: side(policy, policy.merged),
            values: policy.values.iter().map(|(value, _)| *value).collect(),
            current: rules.get(policy.name).unwrap_or_default(),
            links: policy.links,
        })
        .collect()
}
