//! What is the matter with a run: the action on which it turns, why that one is as it is, whose matter it is, and what to
//! do. It is made of the answers of [`super::why()`].

use super::why::{Blame, Why, WhyCode, why_recorded};
use crate::model::{ActionId, ActionPhase, Fact, Recorded};
use crate::world::{Action, World};
use serde::Serialize;
use std::collections::BTreeMap;

/// The actions that a record tells of, by name, with what it says of each; nothing where the world holds only what was
/// read.
pub type Told = BTreeMap<String, Option<Recorded>>;

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct Diagnosis {
    pub code: WhyCode,
    pub action: String,
    pub headline: String,
    pub sentences: Vec<String>,
    pub fault: Blame,
    pub todo: &'static str,
    pub incidents: Vec<&'static str>,
}

/// Of what a record shows besides, so much is told.
const SHOWN_MAX: usize = 3;

/// Known bugs that change only what is shown: every parent that lives says attempt 0, no retry tells how the attempt before
/// it ended, and a deletion is told of what had ended.
const HARMLESS: [&str; 3] = ["N2", "N4", "N9"];

/// No run is looked into deeper.
const DEPTH_MAX: usize = 64;

/// What is the matter with the actions that are told of: with the first of the topmost that did not end well, else with the
/// first that goes on, else nothing is.
pub fn diagnosis(world: &World, facts: &[Fact], told: &Told) -> Option<Diagnosis> {
    let asked = Asked { world, facts, told };
    let is_told = |id: ActionId| told.contains_key(world.name_of(id));
    let is_topmost = |action: &Action| action.parent.is_none_or(|parent| !is_told(parent));
    let topmost = |(id, action): &(ActionId, &Action)| is_told(*id) && is_topmost(action);
    let roots = || world.actions().filter(topmost).map(|(id, _)| id);
    let of = |wanted: fn(Option<ActionPhase>) -> bool| roots().find(|id| wanted(phase_of(world, told, *id)));
    let root = of(is_bad).or_else(|| of(goes_on)).or_else(|| roots().next())?;
    let mut path = vec![asked.answer(root)?];
    let mut at = root;
    while path.len() < DEPTH_MAX
        && let Some((child, why)) = asked.deeper(at, path.last()?)
    {
        at = child;
        path.push(why);
    }
    let subject = path.last()?.clone();
    let mut sentences: Vec<String> = path.iter().map(|why| why.headline.clone()).collect();
    // Of a long way down the ends are told.
    if sentences.len() > 3 {
        sentences.drain(1..sentences.len() - 1);
    }
    sentences.extend(subject.reason.iter().map(|said| format!("It was said: {said}")));
    sentences.extend(subject.waits_for.clone());
    sentences.push(whose(subject.blame).to_owned());
    if !subject.todo.is_empty() {
        sentences.push(subject.todo.to_owned());
    }
    let runs = roots().count();
    if runs > 1 {
        sentences.push(format!("There are {runs} runs in it; of the others nothing is said here."));
    }
    Some(Diagnosis {
        code: subject.code,
        action: subject.action,
        headline: subject.headline,
        sentences,
        fault: subject.blame,
        todo: subject.todo,
        incidents: subject.incidents,
    })
}

impl Diagnosis {
    /// With what no run can show, if something of it is found: then nobody can say that nothing is wrong.
    #[must_use]
    pub fn contradicted(mut self, sentence: Option<&str>) -> Diagnosis {
        let Some(sentence) = sentence else { return self };
        self.sentences.retain(|told| told != whose(Blame::Nobody));
        if self.fault == Blame::Nobody {
            self.fault = Blame::Unknown;
        }
        self.sentences.push(format!("What is told of it cannot all be true: {sentence}"));
        self
    }

    /// With known bugs that the record shows: of each the number, the action and the sentence.
    #[must_use]
    pub fn showing<'a>(mut self, shows: impl Iterator<Item = (Option<&'static str>, &'a str, &'a str)>) -> Diagnosis {
        let mut told: Vec<String> = Vec::new();
        let mut is_harmful = false;
        for (incident, action, sentence) in shows {
            is_harmful |= incident.is_none_or(|incident| !HARMLESS.contains(&incident));
            let known = incident.map_or(String::new(), |incident| format!(" ({incident})"));
            let of = if action == self.action { String::new() } else { format!("{action}: ") };
            let sentence = format!("It shows what is known to go wrong{known}: {of}{sentence}");
            if !told.contains(&sentence) && told.len() < SHOWN_MAX {
                told.push(sentence);
            }
            self.incidents.extend(incident.filter(|incident| !self.incidents.contains(incident)));
        }
        if !told.is_empty() {
            self.sentences.retain(|told| told != whose(Blame::Nobody));
        }
        self.sentences.extend(told);
        if is_harmful && self.fault == Blame::Nobody {
            self.fault = Blame::Flyte;
            self.sentences.push(whose(Blame::Flyte).to_owned());
        }
        self
    }
}

/// The phase of an action, as it is told or else as its row has it.
fn phase_of(world: &World, told: &Told, id: ActionId) -> Option<ActionPhase> {
    let recorded = told.get(world.name_of(id)).and_then(|told| told.as_ref()?.phase);
    recorded.or_else(|| world.action(id)?.row.map(|row| row.phase))
}

fn is_bad(phase: Option<ActionPhase>) -> bool {
    phase.is_some_and(|phase| phase.is_terminal() && !phase.is_success())
}

fn goes_on(phase: Option<ActionPhase>) -> bool {
    phase.is_none_or(|phase| !phase.is_terminal())
}

struct Asked<'a> {
    world: &'a World,
    facts: &'a [Fact],
    told: &'a Told,
}

impl Asked<'_> {
    fn answer(&self, id: ActionId) -> Option<Why> {
        let is_about = |fact: &&Fact| fact.action.is_none_or(|about| about == id);
        let about: Vec<Fact> = self.facts.iter().filter(is_about).copied().collect();
        why_recorded(self.world, &about, id, self.told.get(self.world.name_of(id)).and_then(Option::as_ref))
    }

    /// The child on which the state of its parent turns, if there is one: for one that did not end well the child whose
    /// error it has, unless that was aborted along; for one that goes on the child in which something is the matter, else
    /// one that goes on.
    fn deeper(&self, parent: ActionId, of: &Why) -> Option<(ActionId, Why)> {
        let phase = |id: ActionId| phase_of(self.world, self.told, id);
        let aborted = |id: ActionId| phase(id) == Some(ActionPhase::Aborted);
        let is_the_matter = matches!(of.code, WhyCode::RunningDeaf | WhyCode::AbortingStopping);
        if aborted(parent) || is_the_matter || of.phase.is_success() {
            return None;
        }
        if is_bad(phase(parent)) {
            let failed = self.world.children(parent).filter(|child| is_bad(phase(*child)) && !aborted(*child));
            let mut failed = failed.filter_map(|child| Some((child, self.answer(child)?)));
            return failed.find(|(child, why)| self.is_raised(of, *child, why));
        }
        let living: Vec<ActionId> =
            self.world.children(parent).filter(|child| goes_on(phase(*child))).take(100).collect();
        let mut answers: Vec<(ActionId, Why)> =
            living.into_iter().filter_map(|child| Some((child, self.answer(child)?))).collect();
        answers.sort_by_key(|(_, why)| severity(why.blame));
        let found = answers.into_iter().next();
        // A child of which nobody told is what a parent that still runs turns on.
        found.or_else(|| {
            let mut children = self.world.children(parent);
            let failed = children.find(|child| is_bad(phase(*child)) && !aborted(*child))?;
            Some((failed, self.answer(failed)?))
        })
    }

    /// Whether the parent ended by what became of the child, as far as its own error says: the SDK raises what the child
    /// ended with, or names the child. A parent that says nothing ended by the child for all that is known.
    fn is_raised(&self, parent: &Why, child: ActionId, why: &Why) -> bool {
        let Some(own) = parent.reason.as_deref().filter(|_| parent.code != WhyCode::FailedByChild) else { return true };
        let name = self.world.action(child).map_or("", |child| self.world.texts().get(child.name));
        let says = why.reason.as_deref().and_then(|reason| reason.lines().last()).unwrap_or(name);
        let names =
            |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').any(|word| word == name);
        names(own) || (says.len() > 3 && own.contains(says)) || own.contains(why.reason.as_deref().unwrap_or(says))
    }
}

/// What is more the matter comes first.
const fn severity(blame: Blame) -> u8 {
    match blame {
        Blame::Flyte => 0,
        Blame::User => 1,
        Blame::Platform => 2,
        Blame::Unknown => 3,
        Blame::Nobody => 4,
    }
}

const fn whose(blame: Blame) -> &'static str {
    match blame {
        Blame::User => "It is a matter of the task's own code or settings.",
        Blame::Platform => "It is a matter of the cluster below: nodes, quotas, images, services.",
        Blame::Flyte => "It is a matter of Flyte's own, and no fault of the task's.",
        Blame::Nobody => "Nothing is wrong with it.",
        Blame::Unknown => "Whose matter it is cannot be told from this.",
    }
}
