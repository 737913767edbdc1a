//! How the actions of a record come to be in the replay.

use super::commands::{condition, first_phase, given, kind, plugin, task, trace};
use super::finding::{Finding, FindingKind, Severity};
use super::replay::{Goal, Replay};
use crate::drive::observed::SeenAction;
use crate::model::action::plain_run;
use crate::model::argument::TaskCommand;
use crate::model::import::ImportedResource;
use crate::model::{ActionKind, ActionPhase, Command, PluginPhase, Rejection, Rule};
use crate::rules::run_service::ROOT_ACTION;

/// Whether an action is refused for what came before it, in the order of the replay, and not for what it is.
const fn is_about_order(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::RefusesEndedParent
            | Rule::RefusesMissingParent
            | Rule::UnknownAction
            | Rule::UnknownRun
            | Rule::RefusesRecovery
            | Rule::SpecInvalid
    )
}

impl Replay<'_> {
    pub(super) fn create(&mut self, seen: &SeenAction) -> Result<(), Rejection> {
        if self.found(seen).is_some() {
            // It stood in for itself, as the parent of something that is told before it.
            return Ok(());
        }
        self.create_namesake(seen)?;
        let recovered = first_phase(seen) == Some(ActionPhase::Recovered);
        let is_root = seen.name == ROOT_ACTION && seen.parent.is_none();
        let parent = if is_root { None } else { Some(self.parent(seen)?) };
        // What is its own parent was stood in for just now.
        if self.found(seen).is_some() {
            return Ok(());
        }
        let command = match &parent {
            _ if recovered => Command::Recover { action: seen.id.clone(), parent: parent.clone() },
            None => Command::CreateRun {
                run: plain_run(&seen.run).to_owned(),
                project: given(&seen.project),
                domain: given(&seen.domain),
                task: Some(task(seen)).filter(|task| *task != TaskCommand::default()),
                recover: None,
            },
            Some(parent) => {
                let kind = kind(seen);
                Command::Enqueue {
                    action: seen.id.clone(),
                    parent: parent.clone(),
                    task: (kind == ActionKind::Task).then(|| task(seen)),
                    condition: (kind == ActionKind::Condition).then(|| condition(seen)),
                    trace: (kind == ActionKind::Trace).then(|| trace(seen)),
                }
            }
        };
        match self.send(vec![command]) {
            Ok(facts) => self.note_untold(facts),
            Err(rejection) => self.create_otherwise(seen, parent.as_deref(), &rejection)?,
        }
        // A row that timed out without a log has been running, or nothing would have been timed.
        if let Some(id) = self.found(seen).filter(|_| seen.events.is_empty() && kind(seen) == ActionKind::Task)
            && seen.rows.first().is_some_and(|row| row.phase == ActionPhase::TimedOut)
        {
            let goal = Goal { id, phase: ActionPhase::Running, attempt: 1, version: None, in_row: true };
            let _ = self.reach(goal, vec![vec![plugin(seen, PluginPhase::Running, 0, None)]]);
        }
        Ok(())
    }

    /// Of two runs of one name, the first to be there is called by it alone: that is the one that is told first, whatever
    /// their times say.
    fn create_namesake(&mut self, seen: &SeenAction) -> Result<(), Rejection> {
        let plain = plain_run(&seen.run);
        let root = format!("{plain}/{ROOT_ACTION}");
        if plain == seen.run || self.session.world().find(&root).is_some() {
            return Ok(());
        }
        let of_run = |other: &&SeenAction| other.run == plain;
        let Some(first) = self.seen.iter().find(|other| other.id == root).or(self.seen.iter().find(of_run)) else {
            return Ok(());
        };
        if first.id == root {
            return self.create(first);
        }
        let (project, domain) = (given(&first.project), given(&first.domain));
        let command = Command::CreateRun { run: plain.to_owned(), project, domain, task: None, recover: None };
        self.send(vec![command]).map(|_| ())
    }

    /// The world refuses the action: a name that is none is an error of the input; else it is put there as it was
    /// found, if it can be.
    pub(super) fn create_otherwise(
        &mut self,
        seen: &SeenAction,
        parent: Option<&str>,
        why: &Rejection,
    ) -> Result<(), Rejection> {
        if !is_about_order(why.rule) {
            return Err(Rejection { message: format!("{}: {}", seen.place, why.message), ..why.clone() });
        }
        let sentence = format!(
            "The replay puts it there as it was found, for in its order it would not come to be: {}",
            why.rule.sentence()
        );
        self.find(Finding {
            rule: Some(why.rule.name()),
            ..Finding::new(FindingKind::ContradictsRules, Severity::Error, &seen.id, &seen.place, sentence)
        });
        let kind = kind(seen);
        if kind == ActionKind::Trace {
            return Ok(());
        }
        let now = self.session.world().now();
        let resource = ImportedResource {
            // A resource that names no task type would be invalid.
            task: (kind == ActionKind::Task)
                .then(|| TaskCommand { task_type: Some("container".to_owned()), ..task(seen) }),
            condition: (kind == ActionKind::Condition).then(|| condition(seen)),
            finalizer: kind == ActionKind::Task,
            ..ImportedResource::new(seen.project.clone(), seen.domain.clone(), now)
        };
        let import = Command::Import {
            action: seen.id.clone(),
            parent: parent.map(str::to_owned),
            resource: Box::new(resource),
        };
        // Where even that is refused, the replay goes on without it: that is what was said.
        if let Ok(facts) = self.send(vec![import]) {
            self.note_untold(facts);
        }
        Ok(())
    }

    /// The parent's name; one that the input does not have is stood in for.
    pub(super) fn parent(&mut self, seen: &SeenAction) -> Result<String, Rejection> {
        let own = seen.parent.clone().unwrap_or_else(|| ROOT_ACTION.to_owned());
        let name = format!("{}/{own}", seen.run);
        if seen.parent.is_none() && !seen.tells_parent && !std::mem::replace(&mut self.parents_told, true) {
            let sentence =
                format!("The input does not tell whose child an action is; all are put under {ROOT_ACTION}.");
            self.find(Finding::new(FindingKind::Missing, Severity::Note, &seen.id, &seen.place, sentence));
        }
        if self.session.world().find(&name).is_some() {
            return Ok(name);
        }
        let sentence = format!("Its parent {own} is not in the input; an empty action stands in for it.");
        self.find(Finding::new(FindingKind::Missing, Severity::Note, &seen.id, &seen.place, sentence));
        let root = format!("{}/{ROOT_ACTION}", seen.run);
        let mut stand_ins = Vec::new();
        if self.session.world().find(&root).is_none() {
            stand_ins.push(Command::CreateRun {
                run: plain_run(&seen.run).to_owned(),
                project: given(&seen.project),
                domain: given(&seen.domain),
                task: None,
                recover: None,
            });
        }
        if own != ROOT_ACTION {
            let task = Some(TaskCommand::default());
            stand_ins.push(Command::Enqueue { action: name.clone(), parent: root, task, condition: None, trace: None });
        }
        if let Err(rejection) = self.send(stand_ins)
            && !is_about_order(rejection.rule)
        {
            return Err(Rejection { message: format!("{}: {}", seen.place, rejection.message), ..rejection });
        }
        Ok(name)
    }
}
