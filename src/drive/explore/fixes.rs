//! Which change of a policy mends which property, and what it breaks: the models searched again under each rule set that
//! is tried, and each verdict beside the one under the rules to start from.
//!
//! A model that never comes to the question that a policy answers has the same states under each of its answers, so it is
//! searched only once ([`is_asked`]; a test searches them all the same). Under the rules to start from every model is
//! searched; after that a property that was found broken is looked for no longer in worse models.

use super::models::{Model, models};
use super::setup::property;
use super::{Bounds, End, Exploration, Input, PlannedKind, Verdict};
use crate::drive::properties::{Fault, Kind, Property, held};
use crate::model::policy::{Policy, PolicyId};
use crate::model::read::{Read, Unreadable, reads, wrong};
use crate::model::{Call, Code, Rejection, Rule, Rules, RulesSetup};
use serde_json::Value;

/// Policies and the values that they are to have, tried together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes(pub Vec<(String, String)>);

impl Read for Changes {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let Value::Object(fields) = value else { return wrong(place, &value, "an object of policies and values") };
        let read = |(name, value)| String::read(value, &format!("{place}.{name}")).map(|value| (name, value));
        fields.into_iter().map(read).collect::<Result<_, _>>().map(Changes)
    }
}

/// What is to be compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FixesSetup {
    /// The rules to start from; upstream's if absent.
    pub rules: Option<RulesSetup>,
    /// The rules whose answers are tried one by one; if absent, the documented ones, or upstream's if these are where
    /// it starts.
    pub towards: Option<RulesSetup>,
    /// Just these changes instead.
    pub tries: Option<Vec<Changes>>,
    /// The models, by name; all if absent.
    pub models: Option<Vec<String>>,
    /// The properties, by name; all if absent.
    pub properties: Option<Vec<String>>,
    /// The most states held for one model.
    pub states: Option<u32>,
    /// The most memory used for them, in bytes.
    pub bytes: Option<u32>,
}

reads! {
    FixesSetup {
        rules "rules", towards "towards", tries "tries", models "models", properties "properties", states "states",
        bytes "bytes"
    }
}

/// States of one model, unless more are asked for: every known violation is found within far fewer.
pub const STATES: usize = 20_000;

/// How a verdict differs from the one under the rules to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// In nothing, or in the length of a run only.
    None,
    /// What was broken holds.
    Mends,
    /// What held is broken.
    Breaks,
    /// It takes something worse to break it.
    Eases,
    /// It takes less to break it.
    Worsens,
}

impl Change {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Change::None => "none",
            Change::Mends => "mends",
            Change::Breaks => "breaks",
            Change::Eases => "eases",
            Change::Worsens => "worsens",
        }
    }
}

/// What shows a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// How many commands.
    pub length: usize,
    /// In which model.
    pub model: &'static str,
    /// The worst that happens in it.
    pub fault: Fault,
}

/// The verdict on a property under one rule set, over all models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The property.
    pub property: &'static Property,
    /// The shortest run in the mildest model that breaks it, or that shows what should happen sometimes.
    pub shown: Option<Shown>,
    /// Whether every model was searched to its end.
    pub complete: bool,
    /// The difference from the rules to start from.
    pub change: Change,
}

impl Cell {
    /// The verdict in a word, as [`Verdict`] has it.
    pub const fn verdict(&self) -> &'static str {
        match (self.property.kind, self.shown.is_some(), self.complete) {
            (Kind::Sometimes, true, _) => "happens",
            (Kind::Sometimes, false, true) => "never",
            (_, true, _) => "violated",
            (_, false, true) => "holds",
            (_, false, false) => "holdsSoFar",
        }
    }

    /// Whether it is as it should be, as far as is known.
    pub const fn is_good(&self) -> bool {
        match self.property.kind {
            Kind::Sometimes => self.shown.is_some() || !self.complete,
            Kind::Always | Kind::Settles => self.shown.is_none(),
        }
    }

    fn compared(self, base: &Cell) -> Cell {
        let fault = |cell: &Cell| cell.shown.map(|shown| shown.fault);
        let change = match (base.is_good(), self.is_good()) {
            (false, true) => Change::Mends,
            (true, false) => Change::Breaks,
            (false, false) if fault(&self) > fault(base) => Change::Eases,
            (false, false) if fault(&self) < fault(base) => Change::Worsens,
            _ => Change::None,
        };
        Cell { change, ..self }
    }
}

/// The verdicts under one rule set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What is different from the rules to start from.
    pub changes: Vec<(&'static str, &'static str)>,
    /// The rule set.
    pub rules: Rules,
    /// The verdicts, in the order of the properties.
    pub cells: Vec<Cell>,
    /// States looked at.
    pub states: usize,
    /// Models that could not come out otherwise, and were not searched again.
    pub skipped: usize,
}

impl Column {
    /// The properties whose verdict changed in that way.
    pub fn changed(&self, change: Change) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| cell.change == change)
    }
}

/// What one model has shown of each property, and whether it was searched to its end.
#[derive(Debug, Clone)]
struct Seen {
    lengths: Vec<Option<usize>>,
    complete: bool,
}

/// Where the search through the table stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Columns that are done, the one of the rules to start from included.
    pub columns: usize,
    /// Columns in all.
    pub columns_total: usize,
    /// Models of the present column that are done.
    pub models: usize,
    /// Models of each column.
    pub models_total: usize,
    /// States looked at so far.
    pub states: usize,
    /// Whether it has ended.
    pub ended: bool,
}

/// The table, column by column. It is run in slices.
#[derive(Debug, Clone)]
pub struct Fixes {
    models: Vec<Model>,
    properties: Vec<&'static Property>,
    /// The rules to start from, then those tried, with what is different.
    tries: Vec<(Vec<(&'static str, &'static str)>, Rules)>,
    columns: Vec<Column>,
    /// What each model has shown under the rules to start from.
    base: Vec<Seen>,
    /// What the models of the present column have shown so far.
    seen: Vec<Seen>,
    skipped: usize,
    /// States of the present column.
    states: usize,
    /// States of all models searched to their end.
    states_done: usize,
    searched: Option<Exploration>,
}

fn refuse<T>(message: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message))
}

/// What is different in `rules`, by policy.
fn differences(base: &Rules, rules: &Rules) -> Vec<(&'static str, &'static str)> {
    let value = |policy: &'static Policy| rules.get(policy.name).filter(|value| base.get(policy.name) != Some(*value));
    Policy::ALL.iter().filter_map(|policy| Some((policy.name, value(policy)?))).collect()
}

impl Fixes {
    /// The table as it was asked for.
    pub fn new(setup: &FixesSetup) -> Result<Fixes, Rejection> {
        let within = |field: &str, setup: &RulesSetup| {
            setup
                .rules()
                .map_err(|rejection| Rejection { message: format!("`{field}`: {}", rejection.message), ..rejection })
        };
        let base = setup.rules.as_ref().map_or_else(|| Ok(Rules::upstream()), |rules| within("rules", rules))?;
        let other = if base == Rules::documented() { Rules::upstream() } else { Rules::documented() };
        let towards = setup.towards.as_ref().map_or_else(|| Ok(other), |rules| within("towards", rules))?;
        let mut tries = vec![(Vec::new(), base)];
        match &setup.tries {
            None => {
                for (policy, value) in differences(&base, &towards) {
                    tries.push((vec![(policy, value)], changed(base, &[(policy, value)], "towards")?));
                }
            }
            Some(_) if setup.towards.is_some() => {
                return refuse(
                    "`towards` says which answers are tried one by one, `tries` says what is tried; one of them is enough.",
                );
            }
            Some(asked) => {
                for (place, Changes(changes)) in asked.iter().enumerate() {
                    let changes: Vec<_> =
                        changes.iter().map(|(policy, value)| (policy.as_str(), value.as_str())).collect();
                    let rules = changed(base, &changes, &format!("tries[{place}]"))?;
                    tries.push((differences(&base, &rules), rules));
                }
            }
        }
        let properties = match &setup.properties {
            None => held().collect(),
            Some(names) => names.iter().map(|name| property(name)).collect::<Result<Vec<_>, _>>()?,
        };
        let known = models();
        let mut chosen = match &setup.models {
            None => known,
            Some(names) => {
                let mut chosen = Vec::new();
                for (place, name) in names.iter().enumerate() {
                    match known.iter().find(|model| model.name == name) {
                        Some(model) => chosen.push(model.clone()),
                        None => {
                            let names: Vec<String> = known.iter().map(|model| format!("\"{}\"", model.name)).collect();
                            return refuse(format!("`models[{place}]` is {name:?}; there are {}.", names.join(", ")));
                        }
                    }
                }
                chosen
            }
        };
        if chosen.is_empty() || properties.is_empty() {
            return refuse("A table takes at least one of `models` and one of `properties`.");
        }
        chosen.sort_by_key(|model| model.fault);
        for model in &mut chosen {
            model.bounds.states = setup.states.map_or(STATES, |states| states as usize).max(1);
            model.bounds.bytes = setup.bytes.map_or(model.bounds.bytes, |bytes| bytes as usize);
        }
        Ok(Fixes {
            models: chosen,
            properties,
            tries,
            columns: Vec::new(),
            base: Vec::new(),
            seen: Vec::new(),
            skipped: 0,
            states: 0,
            states_done: 0,
            searched: None,
        })
    }

    /// The columns that are done; the first is that of the rules to start from.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many columns there will be.
    pub fn columns_total(&self) -> usize {
        self.tries.len()
    }

    /// Where the search stands.
    pub fn progress(&self) -> Progress {
        let running = self.searched.as_ref().map_or(0, |exploration| exploration.progress().states);
        Progress {
            columns: self.columns.len(),
            columns_total: self.tries.len(),
            models: self.seen.len(),
            models_total: self.models.len(),
            states: self.states_done + running,
            ended: self.columns.len() == self.tries.len(),
        }
    }

    /// Looks at up to `budget` more states.
    pub fn run(&mut self, budget: usize) -> Progress {
        let mut left = budget;
        while left > 0 && self.columns.len() < self.tries.len() {
            match self.searched.take() {
                None => self.begin(),
                Some(mut exploration) => {
                    let slice = left.min(1_000);
                    left -= slice;
                    if exploration.run(slice).ended.is_some() {
                        self.end(&exploration);
                    } else {
                        self.searched = Some(exploration);
                    }
                }
            }
        }
        self.progress()
    }

    /// Takes the next model of the column, or ends the column.
    fn begin(&mut self) {
        let Some((changes, rules)) = self.tries.get(self.columns.len()) else { return };
        let Some(model) = self.models.get(self.seen.len()) else {
            self.end_column();
            return;
        };
        let is_base = self.columns.is_empty();
        let changed = |policy: &&Policy| changes.iter().any(|(name, _)| *name == policy.name);
        if !is_base && !Policy::ALL.iter().filter(changed).any(|policy| is_asked(policy.id, &model.bounds)) {
            self.seen.extend(self.base.get(self.seen.len()).cloned());
            self.skipped += 1;
            return;
        }
        // What a milder model has shown need not be looked for any longer.
        let shown = |place: usize| {
            let mut milder = self.models.iter().zip(&self.seen).filter(|(other, _)| other.fault < model.fault);
            milder.any(|(_, seen)| seen.lengths.get(place).is_some_and(Option::is_some))
        };
        let watched: Vec<&'static Property> = self
            .properties
            .iter()
            .enumerate()
            .filter(|(place, _)| is_base || !shown(*place))
            .map(|(_, property)| *property)
            .collect();
        match Exploration::new(*rules, &model.bounds, &watched, &[]) {
            Ok(exploration) => self.searched = Some(exploration.until_all_is_found()),
            // The models are the crate's own, so this does not happen; it would leave the model out.
            Err(_) => self.seen.push(Seen { lengths: vec![None; self.properties.len()], complete: false }),
        }
    }

    /// Notes what a model has shown.
    fn end(&mut self, exploration: &Exploration) {
        let progress = exploration.progress();
        let found = exploration.found_lengths();
        let length =
            |property: &&'static Property| found.iter().find(|(other, _)| other == property).map(|(_, length)| *length);
        self.seen.push(Seen {
            lengths: self.properties.iter().map(length).collect(),
            complete: matches!(progress.ended, Some(End::Complete | End::Found)),
        });
        self.states += progress.states;
        self.states_done += progress.states;
    }

    fn end_column(&mut self) {
        let cell = |(place, &property): (usize, &&'static Property)| {
            let mut shown: Option<Shown> = None;
            for (model, seen) in self.models.iter().zip(&self.seen) {
                let Some(length) = seen.lengths.get(place).copied().flatten() else { continue };
                let better = shown.is_none_or(|old| (model.fault, length) < (old.fault, old.length));
                if better {
                    shown = Some(Shown { length, model: model.name, fault: model.fault });
                }
            }
            Cell { property, shown, complete: self.seen.iter().all(|seen| seen.complete), change: Change::None }
        };
        let cells: Vec<Cell> = self.properties.iter().enumerate().map(cell).collect();
        let cells = match self.columns.first() {
            Some(base) => cells.into_iter().zip(&base.cells).map(|(cell, base)| cell.compared(base)).collect(),
            None => cells,
        };
        if let Some((changes, rules)) = self.tries.get(self.columns.len()) {
            let column =
                Column { changes: changes.clone(), rules: *rules, cells, states: self.states, skipped: self.skipped };
            self.columns.push(column);
        }
        let seen = std::mem::take(&mut self.seen);
        if self.columns.len() == 1 {
            self.base = seen;
        }
        (self.skipped, self.states) = (0, 0);
    }
}

fn changed(base: Rules, changes: &[(&str, &str)], place: &str) -> Result<Rules, Rejection> {
    // The names of policies and values are checked where rules are read, so that they are told in the same words.
    let all = Policy::ALL.iter().filter_map(|policy| Some((policy.name.to_owned(), base.get(policy.name)?.to_owned())));
    let mut setup = RulesSetup { changes: all.collect(), ..RulesSetup::default() };
    for (policy, value) in changes {
        setup.changes.push(((*policy).to_owned(), (*value).to_owned()));
    }
    setup.rules().map_err(|rejection| Rejection { message: format!("`{place}`: {}", rejection.message), ..rejection })
}

/// Whether a search of the model can come to the question that a policy answers. It may say so where it does not.
pub fn is_asked(policy: PolicyId, bounds: &Bounds) -> bool {
    use PlannedKind::{
        BoundedTask, CachedTask, Condition, EarlyTask, FailedTrace, InvalidCondition, SdkTask, SerialTask,
        TimedCondition, TimedTask, Trace,
    };
    let any = |kinds: &[PlannedKind]| bounds.actions.iter().any(|action| kinds.contains(&action.kind));
    let inputs = bounds.inputs;
    match policy {
        // Times and exit codes are settled before anything reaches a world without a clock.
        PolicyId::Times | PolicyId::ExitCode | PolicyId::ErrorCodes => false,
        // A model has one run, whose names are right.
        PolicyId::Namespace | PolicyId::InvalidResource => false,
        PolicyId::Recovery => any(&[PlannedKind::Recovered]),
        PolicyId::LongMessage => inputs.has(Input::LongError),
        // Nothing in a world is told apart by who listens.
        PolicyId::Listener | PolicyId::ListedMetadata | PolicyId::WatchRunDetails => false,
        PolicyId::Cleanup => inputs.has_call(Call::BuildContext),
        PolicyId::Notification => inputs.has_call(Call::Notify),
        PolicyId::TracePhase => any(&[Trace, FailedTrace]),
        PolicyId::TaskTimeout => any(&[TimedTask]),
        PolicyId::QueuedTimeout | PolicyId::Deadline | PolicyId::BackoffWaits => any(&[BoundedTask]),
        PolicyId::ChildNews => any(&[SdkTask]),
        PolicyId::WatchOrder => any(&[EarlyTask]),
        PolicyId::StatusUpdate => inputs.has(Input::PutStatus),
        PolicyId::RetryCleanup => inputs.has_call(Call::AbortPlugin),
        PolicyId::SignalOfAborted | PolicyId::RepeatedSignal | PolicyId::PausedListing => {
            any(&[Condition, TimedCondition, InvalidCondition])
        }
        PolicyId::CacheLookup | PolicyId::CachePut | PolicyId::CacheStatusTold => any(&[CachedTask, SerialTask]),
        PolicyId::CacheError => any(&[CachedTask, SerialTask]) && inputs.has_call(Call::LookUpCache),
        PolicyId::CacheLease => any(&[SerialTask]),
        PolicyId::GcOfLiving => bounds.collects,
        PolicyId::DuplicateRun | PolicyId::DuplicateAction => inputs.has(Input::CreateAgain),
        PolicyId::AbortOfEnded | PolicyId::AbortGiveUp => inputs.has(Input::Abort),
        PolicyId::Promotion | PolicyId::LabelInheritance | PolicyId::ParentCheck => bounds.actions.len() > 1,
        PolicyId::EnqueueFailure => inputs.has_call(Call::CreateResource) || inputs.has(Input::Drop),
        PolicyId::PlainWrite => inputs.has_call(Call::WriteStatus),
        PolicyId::UnreadableSpec => any(&[PlannedKind::InvalidTask]),
        PolicyId::InBandCheck => inputs.has_call(Call::RecordAction) || inputs.has_call(Call::UpdateActionStatus),
        PolicyId::Guard
        | PolicyId::AttemptCheck
        | PolicyId::Retry
        | PolicyId::SystemFailureReset
        | PolicyId::FailurePace
        | PolicyId::WatchEnd
        | PolicyId::PhaseOrder
        | PolicyId::Waiting
        | PolicyId::AbortedPhase
        | PolicyId::AbortReason
        | PolicyId::EndTime
        | PolicyId::Events
        | PolicyId::DeletionEvent
        | PolicyId::ReportedAttempts
        | PolicyId::Watch
        | PolicyId::LostNews
        | PolicyId::ConflictRetry
        | PolicyId::LateEnqueue => true,
    }
}

impl Verdict {
    /// The verdict in a word for programs.
    pub const fn name(&self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::HoldsSoFar => "holdsSoFar",
            Verdict::Violated(_) => "violated",
            Verdict::Happens(_) => "happens",
            Verdict::Never => "never",
        }
    }
}
