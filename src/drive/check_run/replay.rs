//! Replaying what was recorded. For each thing told the simplest command is looked for that leads there; what came of it
//! is for the world to say, and what it says otherwise than the record is a finding. Nothing is put right in silence:
//! a command that had to be made up leads to events that the record lacks, and those are found.

use super::finding::{Finding, FindingKind, Severity};
use super::plan::{Do, Plan, Step};
use crate::drive::Session;
use crate::drive::observed::SeenAction;
use crate::model::{ActionId, ActionPhase, Command, Config, Fact, Rejection, Rule, Time, What};
use std::collections::BTreeMap;
use std::ops::Range;

/// Findings kept; the rest are counted.
pub(super) const FINDINGS_MAX: usize = 1_000;

/// An action's part of the replay.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Track {
    /// Its row is not where the record has it, which was said.
    pub(super) diverged: bool,
    /// Ends of attempts that were made up.
    pub(super) assumed: u32,
    /// An abort of it was told in the record, or was said to be missing.
    pub(super) abort_told: bool,
    /// The last status seen, by its number.
    pub(super) row: Option<usize>,
}

pub(super) struct Replay<'a> {
    pub(super) seen: &'a [SeenAction],
    pub(super) plan: &'a Plan<'a>,
    pub(super) session: Session,
    pub(super) tracks: Vec<Track>,
    pub(super) findings: Vec<Finding>,
    /// Findings that are no longer listed.
    pub(super) left_out: usize,
    /// Where each thing that is told was replayed, by its place in the input: after how many commands.
    pub(super) moments: BTreeMap<&'a str, usize>,
    /// That events tell of no parents was said.
    pub(super) parents_told: bool,
    /// Time that has passed in the record and not yet in the world.
    pub(super) due: Option<Time>,
}

/// What is to be reached: an event with this key, or a row with this phase.
#[derive(Clone, Copy)]
pub(super) struct Goal {
    pub(super) id: ActionId,
    pub(super) phase: ActionPhase,
    pub(super) attempt: u32,
    pub(super) version: Option<u32>,
    pub(super) in_row: bool,
}

impl Goal {
    pub(super) fn is_reached_by(&self, fact: &Fact) -> bool {
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
            moments: BTreeMap::new(),
            parents_told: false,
            due: None,
        };
        for step in &plan.steps {
            replay.step(step)?;
        }
        Ok(replay)
    }

    pub(super) fn step(&mut self, step: &Step) -> Result<(), Rejection> {
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
                    self.moments.insert(&event.place, self.session.index());
                }
                Ok(())
            }
            Do::Row(place) => {
                if let (Some(id), Some(row)) = (self.found(seen), seen.rows.get(place)) {
                    self.row(id, step.action, seen, row);
                    self.note(step.action, |track| track.row = Some(place));
                    self.moments.insert(&row.place, self.session.index());
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
                    self.check_values(step.action, seen);
                    let last = seen.rows.last().map_or(&seen.place, |row| &row.place);
                    self.moments.insert(last, self.session.index());
                    self.moments.entry(&seen.place).or_insert(self.session.index());
                }
                Ok(())
            }
        }
    }

    /// The world's number of an action that is in it.
    pub(super) fn found(&self, seen: &SeenAction) -> Option<ActionId> {
        self.session.world().find(&seen.id)
    }

    pub(super) fn track(&self, action: usize) -> Track {
        self.tracks.get(action).copied().unwrap_or_default()
    }

    pub(super) fn note(&mut self, action: usize, change: impl FnOnce(&mut Track)) {
        if let Some(track) = self.tracks.get_mut(action) {
            change(track);
        }
    }

    // --- commands ---------------------------------------------------------------------------------------------------

    pub(super) fn pass_time(&mut self) -> Result<(), Rejection> {
        let now = self.session.world().now();
        if let Some(ms) = self.due.take().map(|due| due.since(now)).filter(|ms| *ms > 0) {
            let step = self.session.dispatch(Command::Advance { ms })?;
            self.note_untold(step.facts);
        }
        Ok(())
    }

    /// Sends commands one after the other; all of them are taken back if one is refused.
    pub(super) fn send(&mut self, commands: Vec<Command>) -> Result<Range<usize>, Rejection> {
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

    /// Tries scripts, simplest first, until one reaches the goal; else the rule that stood against it. Those that do not
    /// reach it are only tried on the world: to go back costs as much as there is in it. Time that had to pass stays
    /// passed.
    pub(super) fn reach(&mut self, goal: Goal, scripts: Vec<Vec<Command>>) -> Result<(), Option<Rule>> {
        let mut against = None;
        for script in scripts {
            let tried = self.pass_time().and_then(|()| {
                self.session.explain_all(script.clone(), |_, told| {
                    let stands = |fact: &&Fact| {
                        let what = fact.what;
                        fact.action == Some(goal.id)
                            && matches!(
                                what,
                                What::UpdateRefused { .. } | What::EventDropped { .. } | What::StatusUnchanged
                            )
                    };
                    let reached = told.iter().any(|fact| goal.is_reached_by(fact));
                    (reached, told.iter().find(stands).map(|fact| fact.rule))
                })
            });
            match tried {
                Ok((true, _)) => match self.send(script) {
                    Ok(facts) => {
                        self.note_untold(facts);
                        return Ok(());
                    }
                    Err(rejection) => against = against.or(Some(rejection.rule)),
                },
                Ok((false, stands)) => against = against.or(stands),
                Err(rejection) => against = against.or(Some(rejection.rule)),
            }
        }
        Err(against)
    }

    /// Finds the events that the world has just told and the record has not.
    pub(super) fn note_untold(&mut self, facts: Range<usize>) {
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

    /// What the replay has to say. It looks for the simplest way, and what it does not find may well have come about by
    /// calls that failed or news that came late: so it is worth knowing, and no more.
    pub(super) fn find(&mut self, finding: Finding) {
        if self.findings.len() >= FINDINGS_MAX {
            self.left_out += 1;
            return;
        }
        let index = self.session.index();
        self.findings.push(Finding { index, severity: Severity::Note, ..finding });
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
}
