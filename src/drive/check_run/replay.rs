//! Replaying what was recorded. For each thing told the simplest command is looked for that leads there; what came of it
//! is for the world to say, and what it says otherwise than the record is a finding. Nothing is put right in silence:
//! a command that had to be made up leads to events that the record lacks, and those are found.

use super::finding::{Finding, FindingKind, Severity};
use super::plan::{Do, Plan, Step, aborted_at};
use crate::drive::Session;
use crate::drive::observed::{SeenAction, SeenEvent, SeenRow};
use crate::model::NonRetryableCode;
use crate::model::command::{
    ConditionCommand, ErrorCommand, FailureCommand, ResultCommand, TaskCommand, TraceCommand, ValueCommand,
};
use crate::model::import::ImportedResource;
use crate::model::{
    AbortReply, ActionId, ActionKind, ActionPhase, ActionRow, Call, Command, Config, ErrorKind, Fact, PluginPhase,
    Rejection, Rule, SpecField, Time, ValueType, What,
};
use crate::rules::events::EventKey;
use crate::rules::requests::MESSAGE_MAX;
use crate::rules::run_service::ROOT_ACTION;
use crate::rules::{Update, admit, event_phase, update_action_phase};
use std::ops::Range;

/// Ends of attempts that are made up for one action, at the most.
const ASSUMED_MAX: u32 = 100;

/// Findings kept; the rest are counted.
const FINDINGS_MAX: usize = 1_000;

/// What an attempt that must have ended ended with, where the record does not say.
const NOT_RECORDED: &str = "not in the record";

/// An action's part of the replay.
#[derive(Debug, Clone, Copy, Default)]
struct Track {
    /// Its row is not where the record has it, which was said.
    diverged: bool,
    /// Ends of attempts that were made up.
    assumed: u32,
    /// An abort of it was told in the record, or was said to be missing.
    abort_told: bool,
    /// The last status seen, by its number.
    row: Option<usize>,
}

pub(super) struct Replay<'a> {
    seen: &'a [SeenAction],
    plan: &'a Plan<'a>,
    pub session: Session,
    tracks: Vec<Track>,
    pub findings: Vec<Finding>,
    /// Findings that are no longer listed, and how many there are that are more than notes.
    pub left_out: usize,
    pub serious: usize,
    /// That events tell of no parents was said.
    parents_told: bool,
    /// Time that has passed in the record and not yet in the world.
    due: Option<Time>,
}

/// What is to be reached: an event with this key, or a row with this phase.
#[derive(Clone, Copy)]
struct Goal {
    id: ActionId,
    phase: ActionPhase,
    attempt: u32,
    version: Option<u32>,
    in_row: bool,
}

impl Goal {
    fn is_reached_by(&self, fact: &Fact) -> bool {
        let counts = |attempt: u32| self.attempt == 0 || attempt == self.attempt;
        fact.action == Some(self.id)
            && match fact.what {
                What::EventRecorded { phase, attempt, version, .. } => {
                    !self.in_row
                        && (phase, attempt) == (self.phase, self.attempt.max(1))
                        && self.version.is_none_or(|wanted| wanted == version)
                }
                What::RowCreated { phase, attempt }
                | What::PhaseRecorded { to: phase, attempt, .. }
                | What::RowRewritten { phase, attempt } => self.in_row && phase == self.phase && counts(attempt),
                _ => false,
            }
    }
}

impl<'a> Replay<'a> {
    /// Replays everything; an error if a name in the input is none.
    pub(super) fn run(seen: &'a [SeenAction], plan: &'a Plan<'a>, config: Config) -> Result<Replay<'a>, Rejection> {
        let mut replay = Replay {
            seen,
            plan,
            session: Session::new(config),
            tracks: vec![Track::default(); seen.len()],
            findings: Vec::new(),
            left_out: 0,
            serious: 0,
            parents_told: false,
            due: None,
        };
        for step in &plan.steps {
            replay.step(step)?;
        }
        Ok(replay)
    }

    fn step(&mut self, step: &Step) -> Result<(), Rejection> {
        let Some(seen) = self.seen.get(step.action) else { return Ok(()) };
        if let Some(at) = step.at.filter(|at| *at > self.session.world().now()) {
            self.due = self.due.max(Some(at));
            // A timer may have something to say before anybody is asked.
            if self.session.world().next_due().is_some_and(|due| due <= at) {
                self.pass_time()?;
            }
        }
        match step.what {
            Do::Create => self.create(seen),
            Do::Event(place) => {
                if let (Some(id), Some(event)) = (self.found(seen), seen.events.get(place)) {
                    self.event(id, step.action, seen, event);
                }
                Ok(())
            }
            Do::Row(place) => {
                if let (Some(id), Some(row)) = (self.found(seen), seen.rows.get(place)) {
                    self.row(id, step.action, seen, row);
                    self.note(step.action, |track| track.row = Some(place));
                }
                Ok(())
            }
            Do::Abort => {
                if let Some(id) = self.found(seen) {
                    self.abort(id, step.action, seen);
                }
                Ok(())
            }
            Do::Compare => {
                if let Some(id) = self.found(seen) {
                    self.compare(id, step.action, seen);
                    self.check_values(id, step.action, seen);
                }
                Ok(())
            }
        }
    }

    /// The world's number of an action that is in it.
    fn found(&self, seen: &SeenAction) -> Option<ActionId> {
        self.session.world().find(&seen.id)
    }

    fn track(&self, action: usize) -> Track {
        self.tracks.get(action).copied().unwrap_or_default()
    }

    fn note(&mut self, action: usize, change: impl FnOnce(&mut Track)) {
        if let Some(track) = self.tracks.get_mut(action) {
            change(track);
        }
    }

    // --- commands ---------------------------------------------------------------------------------------------------

    fn pass_time(&mut self) -> Result<(), Rejection> {
        let now = self.session.world().now();
        if let Some(ms) = self.due.take().map(|due| due.since(now)).filter(|ms| *ms > 0) {
            let step = self.session.dispatch(Command::Advance { ms })?;
            self.note_untold(step.facts);
        }
        Ok(())
    }

    /// Sends commands one after the other; all of them are taken back if one is refused.
    fn send(&mut self, commands: Vec<Command>) -> Result<Range<usize>, Rejection> {
        self.pass_time()?;
        let (index, began) = (self.session.index(), self.session.facts().len());
        for command in commands {
            if let Err(rejection) = self.session.dispatch(command) {
                self.session.seek(index)?;
                return Err(rejection);
            }
        }
        Ok(began..self.session.facts().len())
    }

    /// Tries scripts, simplest first, until one reaches the goal; else the rule that stood against it.
    fn reach(&mut self, goal: Goal, scripts: Vec<Vec<Command>>) -> Result<(), Option<Rule>> {
        let mut against = None;
        for script in scripts {
            let index = self.session.index();
            match self.send(script) {
                Err(rejection) => against = against.or(Some(rejection.rule)),
                Ok(facts) => {
                    let told = self.session.facts().get(facts.clone()).unwrap_or_default();
                    if told.iter().any(|fact| goal.is_reached_by(fact)) {
                        self.note_untold(facts);
                        return Ok(());
                    }
                    let stands = |fact: &&Fact| {
                        let what = fact.what;
                        fact.action == Some(goal.id)
                            && matches!(
                                what,
                                What::UpdateRefused { .. } | What::EventDropped { .. } | What::StatusUnchanged
                            )
                    };
                    against = against.or(told.iter().find(stands).map(|fact| fact.rule));
                    // Time that had to pass stays passed.
                    let passed = self.session.command(index).is_some_and(|c| matches!(c, Command::Advance { .. }));
                    if self.session.seek(index + usize::from(passed)).is_err() {
                        return Err(against);
                    }
                }
            }
        }
        Err(against)
    }

    /// Finds the events that the world has just told and the record has not.
    fn note_untold(&mut self, facts: Range<usize>) {
        for place in facts {
            let Some(&Fact { at, action: Some(id), what, rule }) = self.session.facts().get(place) else { continue };
            let What::EventRecorded { phase, attempt, version, .. } = what else { continue };
            let name = self.session.world().name_of(id);
            let number = self.plan.names.find(name).map(|number| number as usize);
            let Some((seen, digest)) = number.and_then(|n| self.seen.get(n).zip(self.plan.digests.get(n))) else {
                continue;
            };
            let has_versions = seen.events.first().is_some_and(|event| event.version.is_some());
            let version = Some(version).filter(|_| has_versions && !phase.is_terminal());
            // Details tell of an attempt up to its first end, and of events at one time in the order of their phases.
            let merged = !has_versions && digest.ends(attempt);
            if !seen.has_log || merged || digest.tells(attempt, phase, version) {
                continue;
            }
            let mut same = self.findings.iter().filter(|f| f.kind == FindingKind::NeedsEvent && f.action == seen.id);
            if same.any(|f| seen.events.is_empty() || (f.attempt, f.phase) == (Some(attempt), Some(phase))) {
                continue;
            }
            let next = seen.events.iter().find(|event| event.attempt > attempt);
            let place = next.map_or(&seen.place, |event| &event.place);
            let sentence = if seen.events.is_empty() {
                format!("The log has no event of it. Under these rules it has {phase}: {}", rule.sentence())
            } else if next.is_some() {
                format!(
                    "Before this, {phase} of attempt {attempt} is needed, which the log does not have. {}",
                    rule.sentence()
                )
            } else {
                format!("{phase} of attempt {attempt} is needed here, which the log does not have. {}", rule.sentence())
            };
            let incident = if phase.is_retryable() && next.is_some() { Some("N4") } else { None };
            self.find(Finding {
                attempt: Some(attempt),
                phase: Some(phase),
                at: Some(at),
                rule: Some(rule.name()),
                incident,
                ..Finding::new(FindingKind::NeedsEvent, Severity::Warning, &seen.id, place, sentence)
            });
        }
    }

    fn find(&mut self, finding: Finding) {
        self.serious += usize::from(finding.severity != Severity::Note);
        if self.findings.len() >= FINDINGS_MAX {
            self.left_out += 1;
            return;
        }
        self.findings.push(Finding { index: self.session.index(), ..finding });
    }

    /// As [`Replay::find`], for what is found beside the replay.
    pub(super) fn remark(&mut self, finding: Finding) {
        self.find(finding);
    }

    pub(super) fn action_of(&self, action: usize) -> Option<&'a SeenAction> {
        self.seen.get(action)
    }

    /// The action's parent, if it is in the input, and its number.
    pub(super) fn parent_of(&self, action: usize) -> Option<(usize, &'a SeenAction)> {
        let number = self.plan.line(action).nth(1)?;
        Some((number, self.seen.get(number)?))
    }

    pub(super) fn line_of(&self, action: usize) -> impl Iterator<Item = usize> {
        self.plan.line(action)
    }

    // --- coming to be -----------------------------------------------------------------------------------------------

    fn create(&mut self, seen: &SeenAction) -> Result<(), Rejection> {
        if self.found(seen).is_some() {
            let sentence = format!("{} is above itself: its parents lead in a circle.", seen.id);
            self.find(Finding::new(FindingKind::OutOfOrder, Severity::Error, &seen.id, &seen.place, sentence));
            return Ok(());
        }
        let recovered = first_phase(seen) == Some(ActionPhase::Recovered);
        let is_root = seen.name == ROOT_ACTION && seen.parent.is_none();
        let parent = if is_root { None } else { Some(self.parent(seen)?) };
        let command = match &parent {
            _ if recovered => Command::Recover { action: seen.id.clone(), parent: parent.clone() },
            None => Command::CreateRun {
                run: seen.run.clone(),
                project: given(&seen.project),
                domain: given(&seen.domain),
                task: Some(task(seen)).filter(|task| *task != TaskCommand::default()),
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

    /// The world refuses the action: a name that is none is an error of the input; else it is put there as it was
    /// found, if it can be.
    fn create_otherwise(&mut self, seen: &SeenAction, parent: Option<&str>, why: &Rejection) -> Result<(), Rejection> {
        if !matches!(why.rule, Rule::RefusesEndedParent | Rule::RefusesMissingParent | Rule::SpecInvalid) {
            return Err(Rejection { message: format!("{}: {}", seen.place, why.message), ..why.clone() });
        }
        let sentence = format!("Under these rules it does not come to be: {}", why.rule.sentence());
        self.find(Finding {
            rule: Some(why.rule.name()),
            ..Finding::new(FindingKind::ContradictsRules, Severity::Error, &seen.id, &seen.place, sentence)
        });
        let kind = kind(seen);
        if kind == ActionKind::Trace {
            return Ok(());
        }
        let resource = ImportedResource {
            project: seen.project.clone(),
            domain: seen.domain.clone(),
            created_at: self.session.world().now(),
            // A resource that names no task type would be invalid.
            task: (kind == ActionKind::Task)
                .then(|| TaskCommand { task_type: Some("container".to_owned()), ..task(seen) }),
            condition: (kind == ActionKind::Condition).then(|| condition(seen)),
            finalizer: kind == ActionKind::Task,
            deleted_at: None,
            completed_at: None,
            recorded: false,
            plugin_phase: None,
            plugin_phase_version: 0,
            attempts: 0,
            system_failures: 0,
            conditions: Vec::new(),
            phase_history: Vec::new(),
            error: None,
            signal: None,
        };
        let import = Command::Import {
            action: seen.id.clone(),
            parent: parent.map(str::to_owned),
            resource: Box::new(resource),
        };
        match self.send(vec![import]) {
            Ok(facts) => self.note_untold(facts),
            Err(rejection) => {
                return Err(Rejection { message: format!("{}: {}", seen.place, rejection.message), ..rejection });
            }
        }
        Ok(())
    }

    /// The parent's name; one that the input does not have is stood in for.
    fn parent(&mut self, seen: &SeenAction) -> Result<String, Rejection> {
        let own = seen.parent.clone().unwrap_or_else(|| ROOT_ACTION.to_owned());
        let name = format!("{}/{own}", seen.run);
        if seen.parent.is_none() && seen.tells_parent {
            let sentence = format!("It names no parent and is not {ROOT_ACTION}; it is put under {ROOT_ACTION}.");
            self.find(Finding::new(FindingKind::Missing, Severity::Warning, &seen.id, &seen.place, sentence));
        } else if seen.parent.is_none() && !std::mem::replace(&mut self.parents_told, true) {
            let sentence = format!("Events do not tell whose child an action is; all are put under {ROOT_ACTION}.");
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
                run: seen.run.clone(),
                project: given(&seen.project),
                domain: given(&seen.domain),
                task: None,
            });
        }
        if own != ROOT_ACTION {
            let task = Some(TaskCommand::default());
            stand_ins.push(Command::Enqueue { action: name.clone(), parent: root, task, condition: None, trace: None });
        }
        let placed =
            |rejection: Rejection| Rejection { message: format!("{}: {}", seen.place, rejection.message), ..rejection };
        self.send(stand_ins).map_err(placed)?;
        Ok(name)
    }

    // --- what was told ----------------------------------------------------------------------------------------------

    /// The attempt that the world is at.
    fn current_attempt(&self, id: ActionId) -> u32 {
        let Some(action) = self.session.world().action(id) else { return 1 };
        match action.resource {
            Some(resource) => resource.cr.status.observed_attempts(),
            None => action.row.map_or(1, |row| row.attempts),
        }
    }

    /// Ends attempts that must have ended, until the world is at this one; false if it cannot be.
    fn begin_attempt(&mut self, id: ActionId, action: usize, seen: &SeenAction, attempt: u32) -> bool {
        while self.current_attempt(id) < attempt && self.track(action).assumed < ASSUMED_MAX {
            let before = self.current_attempt(id);
            let index = self.session.index();
            let error = (ErrorKind::User, NOT_RECORDED.to_owned());
            let facts = self.send(vec![plugin(seen, PluginPhase::RetryableFailure, 0, Some(&error))]);
            if self.current_attempt(id) <= before {
                // It was the last one, so nothing follows; that is for the next word of it to show.
                let _ = self.session.seek(index);
                return false;
            }
            self.note(action, |track| track.assumed += 1);
            if let Ok(facts) = facts {
                self.note_untold(facts);
            }
        }
        self.current_attempt(id) >= attempt
    }

    fn event(&mut self, id: ActionId, action: usize, seen: &SeenAction, event: &SeenEvent) {
        let attempt = event.attempt.max(1);
        let told = |replay: &Self| {
            let keys = replay.session.world().event_keys(id);
            let key = EventKey { attempt, phase: event.phase.number(), version: event.version.unwrap_or_default() };
            let found = keys.get(keys.partition_point(|held| *held < key));
            found.is_some_and(|held| {
                (held.attempt, held.phase) == (attempt, key.phase) && event.version.is_none_or(|v| v == held.version)
            })
        };
        if told(self) {
            return;
        }
        if attempt < self.current_attempt(id) {
            // That it comes too late is said of the log.
            return;
        }
        let begun = self.begin_attempt(id, action, seen, attempt);
        if told(self) {
            return;
        }
        let found = |kind, severity, rule: Option<Rule>, incident, sentence| Finding {
            attempt: Some(event.attempt),
            phase: Some(event.phase),
            at: event.at,
            rule: rule.map(Rule::name),
            incident,
            ..Finding::new(kind, severity, &seen.id, &event.place, sentence)
        };
        let ended =
            seen.events.iter().take_while(|other| *other != event).find(|other| {
                other.attempt == event.attempt && other.phase.is_terminal() && other.phase != event.phase
            });
        let stays = seen.rows.last().is_none_or(|row| row.phase != ActionPhase::Aborted);
        if let Some(ended) = ended.filter(|_| event.phase == ActionPhase::Aborted && stays) {
            // Upstream tells the deletion of every resource, also of one that has ended.
            let sentence = format!("Its resource was deleted after the attempt had ended {}.", ended.phase);
            return self.find(found(FindingKind::ContradictsRules, Severity::Note, None, Some("N9"), sentence));
        }
        let goal = Goal { id, phase: event.phase, attempt, version: event.version, in_row: false };
        let retried = self.plan.digests.get(action).is_some_and(|digest| digest.highest > attempt);
        let scripts = self.scripts(id, action, seen, goal, event.error.as_ref(), retried);
        if begun && self.reaches_with_lost_news(goal, seen, event, &scripts) {
            return;
        }
        let reached = if begun { self.reach(goal, scripts) } else { Err(Some(Rule::RetriesExhausted)) };
        if event.phase == ActionPhase::Aborted && reached.is_ok() {
            self.note_abort(action, seen, &event.place, event.at);
        }
        if let Err(rule) = reached {
            let incident = ended.and_then(|ended| incident_of(ended.phase, event.phase));
            let sentence = unexplained(event.phase, attempt, rule);
            self.find(found(FindingKind::ContradictsRules, Severity::Error, rule, incident, sentence));
        }
    }

    /// The log ends and the row does not: where the rules forget news that the run service did not take, that is how it
    /// can have come about, and the replay shows it so. That the stores disagree is said in the end all the same.
    fn reaches_with_lost_news(
        &mut self,
        goal: Goal,
        seen: &SeenAction,
        event: &SeenEvent,
        scripts: &[Vec<Command>],
    ) -> bool {
        let Some(row) = seen.rows.last().filter(|_| is_behind(seen) && seen.events.last() == Some(event)) else {
            return false;
        };
        let index = self.session.index();
        for script in scripts.iter().filter(|script| matches!(script.first(), Some(Command::Plugin { .. }))) {
            let script = std::iter::once(lose_news(seen)).chain(script.iter().cloned()).collect();
            if self.reach(goal, vec![script]).is_ok() {
                let own = self.session.world().action(goal.id).and_then(|action| action.row);
                if own.is_some_and(|own| own.phase == row.phase) {
                    return true;
                }
                let _ = self.session.seek(index);
            }
        }
        false
    }

    /// The ways to make the world tell this, simplest first.
    fn scripts(
        &self,
        id: ActionId,
        action: usize,
        seen: &SeenAction,
        goal: Goal,
        error: Option<&(ErrorKind, String)>,
        retried: bool,
    ) -> Vec<Vec<Command>> {
        let mut scripts = Vec::new();
        let end = seen.rows.last().map(|row| row.phase);
        let stopped_itself =
            goal.phase == ActionPhase::Aborted && end.is_some_and(|end| end.is_terminal() && end != goal.phase);
        if goal.phase == ActionPhase::Aborted {
            for above in self.plan.line(action) {
                let Some(above) = self.seen.get(above) else { continue };
                let called = self.found(above).and_then(|id| self.session.world().aborts().call_of(id));
                if called.is_some() {
                    let mut script = self.lost_along_with(above);
                    script.push(reply(above));
                    scripts.push(script);
                }
            }
            scripts.push(vec![request(seen), reply(seen)]);
        }
        match self.session.world().action(id).map(|action| action.spec.kind) {
            Some(ActionKind::Condition) if goal.phase == ActionPhase::Succeeded => {
                let (value, by) = seen.signal.clone().unwrap_or_default();
                let value = value.unwrap_or_else(|| match seen.value_type.unwrap_or(ValueType::Bool) {
                    ValueType::Bool => ValueCommand::Bool(true),
                    ValueType::Int => ValueCommand::Int(0),
                    ValueType::Float => ValueCommand::Float(0.0),
                    ValueType::Text => ValueCommand::String(NOT_RECORDED.to_owned()),
                });
                scripts.push(vec![Command::Signal { action: seen.id.clone(), value, by: given(&by) }]);
            }
            Some(ActionKind::Task) => {
                let mut phases: Vec<PluginPhase> =
                    PluginPhase::ALL.iter().copied().filter(|plugin| event_phase(*plugin) == goal.phase).collect();
                // Of two that are told alike, the one that fits: another attempt follows, or none does.
                if phases.first() == Some(&PluginPhase::RetryableFailure) && !retried && goal.attempt <= 1 {
                    phases.reverse();
                }
                if phases.first() == Some(&PluginPhase::NotReady) {
                    phases.reverse();
                }
                // An end without an attempt comes of the executor's own failures, before any report was counted.
                let uncounted = seen.rows.last().is_some_and(|row| row.phase == goal.phase && row.attempts == 0);
                if goal.phase == ActionPhase::Failed && uncounted && !goal.in_row {
                    scripts.push(self.failures(seen, error));
                }
                // A row that is not ABORTED in the end was not told of an abort.
                if stopped_itself {
                    scripts.clear();
                }
                scripts.extend(
                    phases.into_iter().map(|phase| vec![plugin(seen, phase, goal.version.unwrap_or_default(), error)]),
                );
            }
            _ => {}
        }
        scripts
    }

    /// What makes a task fail that no report has been counted of: an error that no retry mends, or, if the platform is to
    /// blame, one more than are tolerated.
    fn failures(&self, seen: &SeenAction, error: Option<&(ErrorKind, String)>) -> Vec<Command> {
        let system = error.is_some_and(|(kind, _)| *kind == ErrorKind::System);
        let times =
            if system { self.session.world().config().system_failures_max.saturating_add(1).min(100) } else { 1 };
        let code = (!system).then(|| NonRetryableCode::BadTaskSpecification.name().to_owned());
        let message = error.map_or(NOT_RECORDED.to_owned(), |(_, message)| message.chars().take(MESSAGE_MAX).collect());
        let failure = Some(FailureCommand { code, message });
        (0..times)
            .map(|_| Command::Plugin { action: seen.id.clone(), result: None, failure: failure.clone() })
            .collect()
    }

    /// The deletions below an action that its abort leads to and that the rows, as they are recorded, never heard of.
    fn lost_along_with(&self, above: &SeenAction) -> Vec<Command> {
        let deleted = |seen: &SeenAction| seen.events.last().is_some_and(|e| e.phase == ActionPhase::Aborted);
        let lost = |(number, seen): &(usize, &SeenAction)| {
            let mut line = self.plan.line(*number).filter_map(|own| self.seen.get(own));
            is_behind(seen) && deleted(seen) && self.found(seen).is_some() && line.any(|own| own.id == above.id)
        };
        self.seen.iter().enumerate().filter(lost).map(|(_, seen)| lose_news(seen)).collect()
    }

    fn row(&mut self, id: ActionId, action: usize, seen: &SeenAction, row: &SeenRow) {
        let Some(own) = self.session.world().action(id).and_then(|action| action.row) else { return };
        let before = self.track(action).row.and_then(|place| seen.rows.get(place));
        if let Some(before) = before
            && before.phase == row.phase
            && (before.attempts == row.attempts || row.attempts == 0)
        {
            return;
        }
        if let Some((before, rule)) = before.and_then(|before| Some((before, self.refuses(before, row)?))) {
            self.note(action, |track| track.diverged = true);
            let sentence = refused(before.phase, row.phase, rule);
            self.find(Finding {
                attempt: Some(row.attempts),
                from: Some(before.phase),
                phase: Some(row.phase),
                at: row.ended_at.or(row.updated_at),
                rule: Some(rule.name()),
                incident: incident_of(before.phase, row.phase),
                ..Finding::new(FindingKind::ContradictsGuard, Severity::Error, &seen.id, &row.place, sentence)
            });
            return self.tell(seen, row);
        }
        if own.phase == row.phase && (own.attempts == row.attempts || row.attempts == 0) {
            self.note(action, |track| track.diverged = false);
            return;
        }
        let begun = self.begin_attempt(id, action, seen, row.attempts);
        let own = self.session.world().action(id).and_then(|action| action.row);
        if own.is_some_and(|own| own.phase == row.phase && (own.attempts == row.attempts || row.attempts == 0)) {
            return;
        }
        let goal = Goal { id, phase: row.phase, attempt: row.attempts, version: None, in_row: true };
        let later = |other: &SeenRow| other.order > row.order && other.attempts > row.attempts;
        let retried = seen.rows.iter().any(later);
        let scripts = self.scripts(id, action, seen, goal, seen.error.as_ref(), retried);
        match if begun { self.reach(goal, scripts) } else { Err(Some(Rule::RetriesExhausted)) } {
            Ok(()) => {
                if row.phase == ActionPhase::Aborted {
                    self.note_abort(action, seen, &row.place, row.ended_at);
                }
            }
            Err(rule) => {
                let diverged = self.track(action).diverged;
                self.note(action, |track| track.diverged = true);
                if !diverged {
                    self.find(Finding {
                        attempt: Some(row.attempts),
                        from: own.map(|own| own.phase),
                        phase: Some(row.phase),
                        at: row.ended_at.or(row.updated_at),
                        rule: rule.map(Rule::name),
                        incident: own.and_then(|own| incident_of(own.phase, row.phase)),
                        sentence: unexplained(row.phase, row.attempts, rule),
                        ..Finding::new(
                            FindingKind::ContradictsRules,
                            Severity::Error,
                            &seen.id,
                            &row.place,
                            String::new(),
                        )
                    });
                }
                self.tell(seen, row);
            }
        }
    }

    /// The rule by which the guard refuses that one status follows the other. A stream tells the newest status only, so
    /// where the attempt goes up, what lies between is for the replay to find.
    pub(super) fn refuses(&self, before: &SeenRow, row: &SeenRow) -> Option<Rule> {
        let rules = &self.session.world().config().rules;
        if row.attempts > before.attempts {
            return None;
        }
        let admission = admit(before.phase, row.phase, rules.guard);
        if !admission.admitted {
            return Some(admission.rule);
        }
        let held = ActionRow::new(before.phase, before.attempts, Time(0));
        let attempts = if row.attempts == 0 { before.attempts } else { row.attempts };
        let update = Update { phase: row.phase, attempts, cache_status: 0, start: None, end: None, resets: true };
        update_action_phase(&held, &update, before.attempts, Time(0), rules).err()
    }

    /// Has the run service told a status from outside, which its guard admits or refuses for everybody to see.
    fn tell(&mut self, seen: &SeenAction, row: &SeenRow) {
        let attempts = Some(row.attempts).filter(|attempts| i32::try_from(*attempts).is_ok());
        let told = self.send(vec![Command::UpdatePhase { action: seen.id.clone(), phase: row.phase, attempts }]);
        if let Ok(facts) = told {
            self.note_untold(facts);
        }
    }

    fn abort(&mut self, id: ActionId, action: usize, seen: &SeenAction) {
        self.note(action, |track| track.abort_told = true);
        match self.send(vec![request(seen)]) {
            Ok(facts) => {
                self.note_untold(facts);
                let pending = seen.rows.iter().any(|row| row.abort_pending.is_some());
                // Where there is a log, the event says when the call got through; a condition need not have one.
                if seen.events.is_empty()
                    && (!seen.has_log || kind(seen) == ActionKind::Condition)
                    && !pending
                    && self.session.world().aborts().call_of(id).is_some()
                    && let Ok(facts) = self.send(vec![reply(seen)])
                {
                    self.note_untold(facts);
                }
            }
            Err(rejection) => {
                let at = aborted_at(seen).flatten();
                let row = seen.rows.iter().find(|row| row.phase == ActionPhase::Aborted);
                let from = self.session.world().action(id).and_then(|action| action.row).map(|row| row.phase);
                self.find(Finding {
                    from,
                    phase: Some(ActionPhase::Aborted),
                    at,
                    rule: Some(rejection.rule.name()),
                    incident: Some("N28"),
                    ..Finding::new(
                        FindingKind::ContradictsRules,
                        Severity::Error,
                        &seen.id,
                        row.map_or(&seen.place, |row| &row.place),
                        unexplained(ActionPhase::Aborted, row.map_or(1, |row| row.attempts), Some(rejection.rule)),
                    )
                });
                self.note(action, |track| track.diverged = true);
                if let Some(row) = row {
                    self.tell(seen, row);
                }
            }
        }
    }

    /// An action was aborted, and neither for it nor for one above it does the record tell of a request.
    fn note_abort(&mut self, action: usize, seen: &SeenAction, place: &str, at: Option<Time>) {
        let asked = |own: usize| {
            self.seen.get(own).is_some_and(|seen| seen.abort_reason.is_some() || aborted_at(seen).is_some())
        };
        let told = self.plan.line(action).any(asked);
        if told || self.track(action).abort_told {
            return;
        }
        self.note(action, |track| track.abort_told = true);
        let sentence = "It was stopped, and the record tells of no abort of it or of an action above it: its resource \
                        was deleted by the SDK, the garbage collector or by hand. The replay asks for an abort instead."
            .to_owned();
        self.find(Finding {
            phase: Some(ActionPhase::Aborted),
            at,
            incident: Some("N10"),
            ..Finding::new(FindingKind::Missing, Severity::Note, &seen.id, place, sentence)
        });
    }

    /// The last status against what has come of the log.
    fn compare(&mut self, id: ActionId, action: usize, seen: &SeenAction) {
        let Some(row) = seen.rows.last().filter(|_| !seen.events.is_empty() && !self.track(action).diverged) else {
            return;
        };
        let Some(own) = self.session.world().action(id).and_then(|action| action.row) else { return };
        let agrees = own.phase == row.phase && (own.attempts == row.attempts || row.attempts == 0);
        if agrees && !is_behind(seen) {
            return;
        }
        let last = seen.events.iter().max_by_key(|event| (event.attempt, event.phase.is_terminal())).map(|e| e.phase);
        let last = last.unwrap_or(ActionPhase::Unspecified);
        let known = match (row.phase.is_terminal(), last.is_terminal()) {
            _ if row.phase == ActionPhase::Running && last == ActionPhase::Failed && row.attempts == 0 => Some("N1"),
            (true, true) if row.phase == ActionPhase::Aborted => Some("N5"),
            (false, true) if last == ActionPhase::Aborted => Some("N6"),
            (false, true) => Some("S22"),
            _ => None,
        };
        let sentence = if agrees {
            format!(
                "The row says {} and its last event {last}: the news of it was lost, or the record was made while it \
                 was on its way. In the replay it is lost.",
                row.phase
            )
        } else {
            format!(
                "The row says {}, attempt {}; after the events, the last of which says {last}, it would say {}, attempt \
                 {}.",
                row.phase, row.attempts, own.phase, own.attempts
            )
        };
        self.find(Finding {
            attempt: Some(row.attempts),
            from: Some(own.phase),
            phase: Some(row.phase),
            at: row.ended_at.or(row.updated_at),
            incident: known,
            ..Finding::new(FindingKind::StoresDisagree, Severity::Warning, &seen.id, &row.place, sentence)
        });
    }
}

/// Why nothing leads there, as far as a rule says so.
fn unexplained(phase: ActionPhase, attempt: u32, rule: Option<Rule>) -> String {
    match rule {
        Some(rule) => {
            format!("Under these rules nothing leads to {phase} of attempt {attempt} here: {}", rule.sentence())
        }
        None => format!("Under these rules nothing leads to {phase} of attempt {attempt} here."),
    }
}

/// What the guard says to one status after another.
pub(super) fn refused(from: ActionPhase, to: ActionPhase, rule: Rule) -> String {
    format!("{to} follows {from} here, which the guard refuses: {}", rule.sentence())
}

/// The incident that a change of the recorded phase looks like.
pub(super) fn incident_of(from: ActionPhase, to: ActionPhase) -> Option<&'static str> {
    match (from, to) {
        (ActionPhase::Failed, ActionPhase::Running) => Some("N1"),
        (ActionPhase::Aborted, ActionPhase::Paused | ActionPhase::TimedOut) => Some("N22"),
        (ActionPhase::Succeeded, ActionPhase::Failed) => Some("N16"),
        (ActionPhase::Succeeded | ActionPhase::Recovered, ActionPhase::Aborted) => Some("N28"),
        _ => None,
    }
}

/// Whether its log has ended and its row has not.
fn is_behind(seen: &SeenAction) -> bool {
    let ended = seen.events.last().is_some_and(|event| event.phase.is_terminal());
    ended && seen.rows.last().is_some_and(|row| !row.phase.is_terminal() && row.attempts > 0)
}

/// The next news of it is not taken.
fn lose_news(seen: &SeenAction) -> Command {
    Command::Fault { call: Call::UpdateActionStatus, reply: None, action: Some(seen.id.clone()) }
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The first phase that is told of an action.
fn first_phase(seen: &SeenAction) -> Option<ActionPhase> {
    let event = seen.events.first().map(|event| event.phase);
    seen.rows.first().map(|row| row.phase).filter(|_| seen.events.len() <= 1).or(event)
}

/// Which kind; only a condition is ever paused.
pub(super) fn kind(seen: &SeenAction) -> ActionKind {
    let paused = seen.events.iter().any(|event| event.phase == ActionPhase::Paused);
    seen.kind.unwrap_or(if paused { ActionKind::Condition } else { ActionKind::Task })
}

fn task(seen: &SeenAction) -> TaskCommand {
    let highest = seen.events.iter().map(|event| event.attempt).chain(seen.rows.iter().map(|row| row.attempts)).max();
    // A template that is not there promises no retries, so those that were made are what is known.
    let max_attempts = seen.max_attempts.or(highest).filter(|attempts| *attempts > 1);
    // A task that fails with no attempt counted, and without a word to its log, never came to its plugin.
    let fails = seen.rows.first().is_some_and(|row| row.phase == ActionPhase::Failed);
    let uncounted = seen.rows.first().is_some_and(|row| row.attempts == 0);
    let invalid = fails && seen.events.is_empty() && uncounted;
    TaskCommand {
        max_attempts,
        timeout_ms: seen.timeout_ms.or_else(|| timeout(seen)),
        missing: invalid.then(|| vec![SpecField::TaskTemplate]),
        ..TaskCommand::default()
    }
}

fn condition(seen: &SeenAction) -> ConditionCommand {
    let failed = |phase| phase == ActionPhase::Failed;
    let invalid = seen.rows.iter().any(|row| failed(row.phase)) || seen.events.iter().any(|event| failed(event.phase));
    let signalled = seen.signal.as_ref().and_then(|(value, _)| value.as_ref()).map(|value| match value {
        ValueCommand::Bool(_) => ValueType::Bool,
        ValueCommand::Int(_) => ValueType::Int,
        ValueCommand::Float(_) => ValueType::Float,
        ValueCommand::String(_) => ValueType::Text,
    });
    ConditionCommand {
        value_type: signalled.or(seen.value_type).unwrap_or(ValueType::Bool),
        timeout_ms: seen.timeout_ms.or_else(|| timeout(seen)),
        prompt: seen.prompt.clone(),
        // Nothing else makes a condition fail.
        invalid: invalid.then_some(true),
        empty: None,
    }
}

fn trace(seen: &SeenAction) -> TraceCommand {
    let last = seen.rows.last().map(|row| row.phase).or_else(|| seen.events.last().map(|event| event.phase));
    TraceCommand { phase: last.filter(|phase| *phase != ActionPhase::Succeeded) }
}

/// The time that must have run out, if an attempt timed out: of a task from RUNNING on, of a condition from its
/// creation on. None if another attempt ran longer, since the same bound holds for all.
fn timeout(seen: &SeenAction) -> Option<u64> {
    let created = seen.rows.first().and_then(|row| row.created_at).or_else(|| seen.events.first()?.at);
    let bound = |until: Option<Time>, since: Option<Time>| Some(until?.since(since?)).filter(|ms| *ms > 0);
    let Some(end) = seen.events.iter().find(|event| event.phase == ActionPhase::TimedOut) else {
        let row = seen.rows.iter().find(|row| row.phase == ActionPhase::TimedOut)?;
        return bound(row.ended_at, created);
    };
    if kind(seen) == ActionKind::Condition {
        return bound(end.at, created);
    }
    let running = |attempt: u32| {
        let runs = |event: &&SeenEvent| event.attempt == attempt && event.phase == ActionPhase::Running;
        seen.events.iter().find(runs).and_then(|event| event.at)
    };
    let bound = bound(end.at, running(end.attempt))?;
    let longer = |event: &SeenEvent| {
        event.phase.is_terminal()
            && event.at.zip(running(event.attempt)).is_some_and(|(at, since)| at.since(since) > bound)
    };
    (!seen.events.iter().any(longer)).then_some(bound)
}

fn plugin(seen: &SeenAction, phase: PluginPhase, version: u32, error: Option<&(ErrorKind, String)>) -> Command {
    let fails = matches!(phase, PluginPhase::RetryableFailure | PluginPhase::PermanentFailure);
    let error = error.filter(|_| fails).map(|(kind, message)| ErrorCommand {
        // The code does not travel with an event.
        code: "Unknown".to_owned(),
        kind: *kind,
        message: message.chars().take(MESSAGE_MAX).collect(),
    });
    let version = Some(version).filter(|version| *version > 0);
    let result = Some(ResultCommand { phase, version, reason: None, error });
    Command::Plugin { action: seen.id.clone(), result, failure: None }
}

fn request(seen: &SeenAction) -> Command {
    let reason = seen.abort_reason.as_deref().and_then(given);
    if seen.name == ROOT_ACTION {
        Command::AbortRun { run: seen.run.clone(), reason }
    } else {
        Command::AbortAction { action: seen.id.clone(), reason }
    }
}

fn reply(seen: &SeenAction) -> Command {
    Command::AbortReply { action: seen.id.clone(), reply: AbortReply::Ok, draw_ms: None }
}
