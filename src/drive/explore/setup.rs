//! A search as people ask for it.

use super::bounds::ACTIONS_MAX;
use super::models::models;
use super::{Bounds, Exploration, Input, Inputs, Planned, PlannedKind, Target};
use crate::drive::properties::{Property, held};
use crate::model::nearest::hint;
use crate::model::read::{Fields, Read, Unreadable, reads, wrong};
use crate::model::shown::shown;
use crate::model::{ActionId, ActionPhase, Call, Code, Delivery, Rejection, Rule, RulesSetup};
use serde_json::Value;

/// The most attempts that a search may be asked for: each multiplies the states.
pub const ATTEMPTS_MAX: u32 = 100;

/// What a search is asked for; what is left out is as in [`Bounds::of`] one task.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExploreSetup {
    /// The rule set.
    pub rules: RulesSetup,
    /// A model by name, to start from.
    pub model: Option<String>,
    /// The actions: the root, then its children.
    pub actions: Option<Vec<PlannedKind>>,
    /// Attempts that a task may have.
    pub attempts: Option<u32>,
    /// The highest version of a phase that a plugin reports.
    pub versions: Option<u32>,
    /// System failures tolerated.
    pub system_failures: Option<u32>,
    /// Calls for one abort before it is given up.
    pub abort_calls: Option<u32>,
    /// Who does the work that is due.
    pub delivery: Option<Delivery>,
    /// With so many pieces of work due, nothing new happens until one is done.
    pub backlog: Option<u32>,
    /// Whether the garbage collector sweeps.
    pub collects: Option<bool>,
    /// What may happen.
    pub inputs: Option<Vec<Input>>,
    /// Calls that may go wrong.
    pub calls: Option<Vec<Call>>,
    /// The longest sequence of commands.
    pub depth: Option<u32>,
    /// The most states held.
    pub states: Option<u32>,
    /// The most memory used for them, in bytes.
    pub bytes: Option<u32>,
    /// The properties watched; all that apply if absent.
    pub properties: Option<Vec<String>>,
    /// What ends the search when one step reaches all of it.
    pub reach: Option<Vec<TargetSetup>>,
}

/// Something to be reached.
#[derive(Debug, Clone, PartialEq)]
pub enum TargetSetup {
    /// A recorded phase, of the action at a place or of any.
    Phase(ActionPhase, Option<u32>),
    /// A rule that decides.
    Rule(Rule),
    /// Row and resource disagree when nothing is under way.
    Disagreement,
}

reads! {
    ExploreSetup {
        model "model", actions "actions", attempts "attempts", versions "versions", system_failures "systemFailures",
        abort_calls "abortCalls", delivery "delivery", backlog "backlog", collects "collects", inputs "inputs",
        calls "calls", depth "depth", states "states", bytes "bytes", properties "properties", reach "reach";
        default rules "rules"
    }
}

impl Read for TargetSetup {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let expected = "{ phase, action? }, { rule } or { disagreement: true }";
        let Some(object) = value.as_object() else { return wrong(place, &value, expected) };
        let has = |name: &str| object.contains_key(name);
        let (phase, rule, disagreement) = (has("phase"), has("rule"), has("disagreement"));
        let mut fields = Fields::of(value, place, &[])?;
        let target = match (phase, rule, disagreement) {
            (true, false, false) => {
                fields.has(&["phase", "action"]);
                TargetSetup::Phase(fields.take("phase")?, fields.take("action")?)
            }
            (false, true, false) => {
                fields.has(&["rule"]);
                let name: String = fields.take("rule")?;
                TargetSetup::Rule(rule_named(&name, &format!("{place}.rule"))?)
            }
            (false, false, true) => {
                fields.has(&["disagreement"]);
                asked_for(&mut fields, place)?;
                TargetSetup::Disagreement
            }
            _ => {
                return Err(Unreadable::at(place, format!("`{place}` must be one of {expected}")));
            }
        };
        fields.done().map(|()| target)
    }
}

/// Reads that stores are to disagree, which nobody asks for by saying that they are not.
pub(super) fn asked_for(fields: &mut Fields, place: &str) -> Result<(), Unreadable> {
    match fields.take("disagreement")? {
        true => Ok(()),
        false => {
            let message = format!("`{place}.disagreement` is false; leave it out, or make it true");
            Err(Unreadable::at(place, message))
        }
    }
}

/// The rule of that name, which stands at that place.
pub(super) fn rule_named(name: &str, place: &str) -> Result<Rule, Unreadable> {
    Rule::parse(name).ok_or_else(|| {
        let meant = hint(name, &mut Rule::ALL.iter().map(|rule| rule.name()));
        let message = format!("`{place}` is {}{meant}; it must be a rule that `rules()` lists", shown(name));
        Unreadable::at(place, message)
    })
}

fn refuse<T>(message: String) -> Result<T, Rejection> {
    Err(Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message))
}

impl ExploreSetup {
    /// The search.
    pub fn exploration(&self) -> Result<Exploration, Rejection> {
        let bounds = self.bounds()?;
        let properties = match &self.properties {
            None => held().collect(),
            Some(names) => names.iter().map(|name| property(name)).collect::<Result<Vec<_>, _>>()?,
        };
        // What is asked for by name and cannot be asked must not be answered "no violation".
        if self.properties.is_some()
            && let Some(reason) = properties.iter().find_map(|property| bounds.refuses(property))
        {
            return refuse(reason);
        }
        if properties.is_empty() && self.reach.as_ref().is_none_or(Vec::is_empty) {
            return refuse(
                "`properties` is empty and `reach` names nothing: there is nothing to search for.".to_owned(),
            );
        }
        let targets: Vec<Target> = self.reach.iter().flatten().map(TargetSetup::target).collect();
        let place = targets.iter().find_map(|target| match target {
            Target::Phase(Some(id), _) if id.index() >= bounds.actions.len() => Some(id.0),
            _ => None,
        });
        if let Some(place) = place {
            return refuse(format!("There is no action {place} in this model; it has {}.", bounds.actions.len()));
        }
        Exploration::new(self.rules.rules()?, &bounds, &properties, &targets)
    }

    fn bounds(&self) -> Result<Bounds, Rejection> {
        let mut bounds = match &self.model {
            None => Bounds::of(&[PlannedKind::Task]),
            Some(name) => match models().into_iter().find(|model| model.name == name) {
                Some(model) => model.bounds,
                None => {
                    let known: Vec<String> = models().iter().map(|model| format!("\"{}\"", model.name)).collect();
                    let meant = hint(name, &mut models().iter().map(|model| model.name));
                    return refuse(format!(
                        "There is no model {}{meant}; there are {}.",
                        shown(name),
                        known.join(", ")
                    ));
                }
            },
        };
        if let Some(kinds) = &self.actions {
            if kinds.is_empty() || kinds.len() > ACTIONS_MAX {
                return refuse(format!(
                    "A model has 1 to {ACTIONS_MAX} actions; {} are too many or too few.",
                    kinds.len()
                ));
            }
            bounds.actions = kinds.iter().map(|&kind| Planned { kind, parent: 0 }).collect();
        }
        if let Some(inputs) = &self.inputs {
            let calls = bounds.inputs.calls().collect::<Vec<_>>();
            bounds.inputs = inputs.iter().fold(Inputs::NONE, |all, input| all.with(*input));
            bounds.inputs = calls.into_iter().fold(bounds.inputs, Inputs::with_call);
        }
        for &call in self.calls.iter().flatten() {
            bounds.inputs = bounds.inputs.with_call(call);
        }
        if self.attempts == Some(0) {
            return refuse("`attempts` must be at least 1.".to_owned());
        }
        if let Some(attempts) = self.attempts.filter(|attempts| *attempts > ATTEMPTS_MAX) {
            return refuse(format!("`attempts` is {attempts}; a model has at most {ATTEMPTS_MAX}."));
        }
        let whole = |value: Option<u32>, default: usize| value.map_or(default, |value| value as usize);
        Ok(Bounds {
            attempts: self.attempts.unwrap_or(bounds.attempts),
            versions: self.versions.unwrap_or(bounds.versions),
            system_failures: self.system_failures.unwrap_or(bounds.system_failures),
            abort_calls: self.abort_calls.unwrap_or(bounds.abort_calls),
            delivery: self.delivery.unwrap_or(bounds.delivery),
            backlog: whole(self.backlog, bounds.backlog),
            collects: self.collects.unwrap_or(bounds.collects),
            depth: self.depth.unwrap_or(bounds.depth),
            states: whole(self.states, bounds.states),
            bytes: whole(self.bytes, bounds.bytes),
            ..bounds
        })
    }
}

pub(super) fn property(name: &str) -> Result<&'static Property, Rejection> {
    let known = || held().map(|property| property.id).collect::<Vec<_>>().join(", ");
    Property::find(name)
        .map_or_else(|| refuse(format!("There is no property {}; there are {}.", shown(name), known())), Ok)
}

impl TargetSetup {
    fn target(&self) -> Target {
        match *self {
            TargetSetup::Phase(phase, place) => Target::Phase(place.map(ActionId), phase),
            TargetSetup::Rule(rule) => Target::Rule(None, rule),
            TargetSetup::Disagreement => Target::Disagreement(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked(value: Value) -> Result<Exploration, String> {
        let setup = ExploreSetup::read(value, "").map_err(|error| error.to_string())?;
        setup.exploration().map_err(|rejection| rejection.message)
    }

    #[test]
    fn a_search_is_asked_for_by_names_and_what_is_wrong_is_named() {
        let mut exploration =
            asked(json!({"rules": "upstream", "actions": ["task", "task"], "reach": [{"rule": "ParentPromoted"}]}))
                .expect("a search");
        while exploration.run(1_000).ended.is_none() {}
        assert_eq!(exploration.reached().map(|finding| finding.length), Some(2));
        for (value, words) in [
            (json!({"model": "nothing at all"}), "There is no model \"nothing at all\"; there are \"a task\""),
            (
                json!({"model": "a taks"}),
                "There is no model \"a taks\" (did you mean \"a task\"?); there are \"a task\"",
            ),
            (
                json!({"reach": [{"rule": "RetriesExausted"}]}),
                "`reach[0].rule` is \"RetriesExausted\" (did you mean \"RetriesExhausted\"?); it must be a rule",
            ),
            (json!({"properties": ["P99"]}), "There is no property \"P99\"; there are P1"),
            (json!({"properties": ["P20"]}), "No model holds P20: the model has plugins' reports, not pods."),
            (json!({"properties": ["P1", "P20"]}), "No model holds P20: "),
            (json!({"model": "a task, updated from outside", "properties": ["P11"]}), "P11 is not asked of a model in"),
            (json!({"properties": []}), "`properties` is empty and `reach` names nothing"),
            (json!({"properties": [], "reach": []}), "`properties` is empty and `reach` names nothing"),
            (json!({"attempts": 0}), "`attempts` must be at least 1."),
            (json!({"depth": 0}), "`depth` must be at least 1"),
            (json!({"backlog": 0, "delivery": "manual"}), "`backlog` must be at least 1"),
            (json!({"reach": [{"disagreement": false}]}), "`reach[0].disagreement` is false; leave it out"),
            (json!({"states": 0}), "`states` must be at least 1."),
            (json!({"bytes": 0}), "`bytes` must be at least 1."),
            (json!({"attempts": 4_000_000_000_u32}), "`attempts` is 4000000000; a model has at most 100."),
            (json!({"actions": []}), "A model has 1 to 6 actions"),
            (
                json!({"reach": [{"rule": "ParentPromoted", "action": 1}]}),
                "`reach[0]` has no field \"action\"; it has `rule`",
            ),
            (json!({"reach": [{"phase": "DONE"}]}), "`reach[0].phase` is \"DONE\""),
            (json!({"reach": [{}]}), "`reach[0]` must be one of"),
            (json!({"reach": [{"phase": "FAILED", "action": 3}]}), "There is no action 3 in this model"),
            (json!({"depth": "deep"}), "`depth` is \"deep\""),
        ] {
            let error = asked(value.clone()).map(|_| ()).expect_err("nothing to search");
            assert!(error.starts_with(words), "{value}: {error}");
        }
    }
}
