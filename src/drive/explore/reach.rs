//! The shortest way from where a session stands to what somebody wants to see, as commands that it takes.
//!
//! The search has no time, so a way is tried in a copy of the session before it is answered: what timers that fire when
//! they are due do not allow is passed over, and the search goes on behind it.

use super::bounds::Inputs;
use super::setup::{asked_for, rule_named};
use super::space::{Space, created};
use super::{Bounds, End, Exploration, Finding, Input, Progress, Target, Timing};
use crate::drive::Session;
use crate::drive::properties::Fault;
use crate::model::read::{Fields, Read, Unreadable, reads, wrong};
use crate::model::shown::shown;
use crate::model::{ActionId, ActionPhase, Call, Code, Command, Rejection, Rule};
use serde_json::Value;

/// Something to be reached, as people say it.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetWords {
    /// The action that it is about, or any.
    action: Option<String>,
    what: Wanted,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Wanted {
    Phase(ActionPhase),
    Rule(Rule),
    Disagreement,
}

/// One thing to be reached, or several at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets(Vec<TargetWords>);

/// A search for a way, as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ReachSetup {
    /// What is to be reached.
    pub target: Targets,
    /// The worst that may happen: mildest first, up to this. Aborts if absent.
    pub faults: Option<Fault>,
    /// Just what may happen, instead.
    pub inputs: Option<Vec<Input>>,
    /// Calls that may go wrong besides.
    pub calls: Option<Vec<Call>>,
    /// The actions that something may happen to; if absent, all, or of many those that the target is about.
    pub actions: Option<Vec<String>>,
    /// Commands that may create actions, one after the other.
    pub create: Option<Vec<Command>>,
    /// The highest version of a phase that a plugin reports; the highest there is if absent.
    pub versions: Option<u32>,
    /// With so many pieces of work due, nothing new happens until one is done (manual delivery).
    pub backlog: Option<u32>,
    /// The longest way.
    pub depth: Option<u32>,
    /// The most states held.
    pub states: Option<u32>,
    /// The most memory used for them, in bytes.
    pub bytes: Option<u32>,
}

reads! {
    ReachSetup {
        target "target", faults "faults", inputs "inputs", calls "calls", actions "actions", create "create",
        versions "versions", backlog "backlog", depth "depth", states "states", bytes "bytes"
    }
}

impl Read for Targets {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let several = value.is_array();
        let targets = if several { Vec::read(value, place)? } else { vec![TargetWords::read(value, place)?] };
        if targets.is_empty() {
            Err(Unreadable::at(place, format!("`{place}` names nothing to be reached")))
        } else {
            Ok(Targets(targets))
        }
    }
}

impl Read for TargetWords {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let expected = "{ phase, action? }, { rule, action? } or { disagreement: true, action? }";
        let Some(object) = value.as_object() else { return wrong(place, &value, expected) };
        let has = |name: &str| object.contains_key(name);
        let asked = (has("phase"), has("rule"), has("disagreement"));
        let mut fields = Fields::of(value, place, &[])?;
        let what = match asked {
            (true, false, false) => {
                fields.has(&["phase", "action"]);
                Wanted::Phase(fields.take("phase")?)
            }
            (false, true, false) => {
                fields.has(&["rule", "action"]);
                let name: String = fields.take("rule")?;
                Wanted::Rule(rule_named(&name, &format!("{place}.rule"))?)
            }
            (false, false, true) => {
                fields.has(&["disagreement", "action"]);
                asked_for(&mut fields, place)?;
                Wanted::Disagreement
            }
            _ => return Err(Unreadable::at(place, format!("`{place}` must be one of {expected}"))),
        };
        let action = fields.take("action")?;
        fields.done().map(|()| TargetWords { action, what })
    }
}

/// Ways that are tried in time before the search gives up: where one does not fit, its neighbours seldom do.
const TRIED_MAX: usize = 200;

/// Actions that all may act; of more, only those that the target is about do, since every one multiplies the states.
const ACTING_MAX: usize = 6;

/// Pieces of work due, beyond those that are, with which nothing new happens.
const BACKLOG: usize = 2;

/// States held at the most unless more are asked for: somebody waits for the answer.
const STATES: usize = 500_000;

/// How a search for a way has ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// This is the shortest way; of no commands if the session is there.
    Reached(Box<Finding>),
    /// There is none in all states within the bounds.
    Nowhere,
    /// There are ways, but in none of those tried do timers fire when they are due.
    Untimed(Box<Finding>),
    /// More states, or more memory, would be needed.
    Cut(End),
}

/// A search for the shortest way. It is run in slices.
#[derive(Debug, Clone)]
pub struct Reach {
    exploration: Exploration,
    /// The faults that were not tried yet, mildest first.
    worse: Vec<Fault>,
    fault: Fault,
    /// Whether what may happen was named, input by input.
    is_named: bool,
    bounds: Bounds,
    creations: Vec<Command>,
    among: Option<Vec<ActionId>>,
    targets: Vec<Target>,
    tried: usize,
    /// The first way that does not fit time.
    untimed: Option<Box<Finding>>,
    /// Why a part of the search did not look at all there is.
    cut: Option<End>,
    outcome: Option<Outcome>,
}

/// What may happen where nothing goes wrong: whatever a plugin reports, signals, aborts and the calls they take.
const HARMLESS: Inputs = Inputs::NORMAL
    .with(Input::NotReady)
    .with(Input::WaitingForCache)
    .with(Input::Aborted)
    .with(Input::Undefined)
    .with(Input::HandleError)
    .with(Input::FatalError);

/// How bad it may be that something happens, mildest first.
const LEVELS: [Fault; 4] = [Fault::Op, Fault::Race, Fault::Rpc, Fault::Crash];

/// What may happen when it is no worse than this.
fn inputs(worst: Fault) -> Inputs {
    let mut inputs = HARMLESS;
    if worst >= Fault::Op {
        inputs = inputs.with(Input::Abort).with(Input::FailedReply);
    }
    if worst >= Fault::Race {
        inputs = inputs.with(Input::LateChild).with(Input::OutsideUpdate).with(Input::Duplicate);
        inputs = inputs.with_call(Call::ReadResource);
    }
    if worst >= Fault::Rpc {
        inputs = inputs.with(Input::FalseReply).with(Input::Drop);
        inputs = Call::ALL.iter().fold(inputs, |all, call| all.with_call(*call));
    }
    if worst >= Fault::Crash {
        inputs = inputs.with(Input::RestartExecutor).with(Input::RestartActions).with(Input::RestartRuns);
    }
    inputs
}

fn refused<T>(message: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message))
}

impl Reach {
    /// A search from where the session stands.
    pub fn new(session: &Session, setup: &ReachSetup) -> Result<Reach, Rejection> {
        let world = session.world();
        let creations = match &setup.create {
            Some(creations) => creations.clone(),
            None if world.action_count() == 0 => {
                vec![Command::CreateRun {
                    run: "r1".to_owned(),
                    project: None,
                    domain: None,
                    task: None,
                    recover: None,
                }]
            }
            None => Vec::new(),
        };
        let names: Vec<String> = world.actions().map(|(id, _)| world.name_of(id).to_owned()).collect();
        let born = creations.iter().filter_map(created);
        let names: Vec<String> = names.into_iter().chain(born).collect();
        for (place, name) in names.iter().enumerate().skip(world.action_count()) {
            if names.iter().take(place).any(|other| other == name) {
                let place = place - world.action_count();
                return refused(format!("`create[{place}]` creates {}, which is there already.", shown(name)));
            }
        }
        let find = |place: &str, name: &str| match names.iter().position(|other| other == name) {
            Some(found) => Ok(ActionId(u32::try_from(found).unwrap_or(u32::MAX))),
            None => {
                let known: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
                let more = if names.len() > known.len() { ", …" } else { "" };
                let message = format!("`{place}` is {}; there are {}{more}.", shown(name), known.join(", "));
                Err(Rejection::new(Code::NotFound, Rule::UnknownAction, message))
            }
        };
        let several = setup.target.0.len() > 1;
        let mut targets = Vec::new();
        for (place, words) in setup.target.0.iter().enumerate() {
            let place = if several { format!("target[{place}].action") } else { "target.action".to_owned() };
            let action = words.action.as_deref().map(|name| find(&place, name)).transpose()?;
            targets.push(match words.what {
                Wanted::Phase(phase) => Target::Phase(action, phase),
                Wanted::Rule(rule) => Target::Rule(action, rule),
                Wanted::Disagreement => Target::Disagreement(action),
            });
        }
        let among = match &setup.actions {
            Some(listed) if listed.is_empty() => {
                return refused("`actions` names none, so that nothing may happen; leave it out, or name one.");
            }
            Some(listed) => {
                let found = listed.iter().enumerate().map(|(place, name)| find(&format!("actions[{place}]"), name));
                Some(found.collect::<Result<Vec<_>, _>>()?)
            }
            None => concerned(session, &targets),
        };
        let is_named = setup.inputs.is_some() || setup.calls.is_some();
        let levels = match (setup.faults, is_named) {
            (Some(_), true) => {
                return refused(
                    "`faults` says how much may go wrong, `inputs` and `calls` say what; one of them is enough.",
                );
            }
            (Some(Fault::Clock), _) => {
                return refused(
                    "`faults` is \"clock\"; the search has no clocks. It must be one of none, op, race, rpc, crash.",
                );
            }
            (worst, _) => LEVELS.into_iter().filter(|fault| *fault <= worst.unwrap_or(Fault::Op)).collect::<Vec<_>>(),
        };
        let first = levels.first().copied().unwrap_or(Fault::None);
        let allowed = if is_named {
            let listed = setup.inputs.as_deref();
            let base = listed
                .map_or_else(|| inputs(Fault::Op), |all| all.iter().fold(Inputs::NONE, |i, input| i.with(*input)));
            setup.calls.iter().flatten().fold(base, |all, call| all.with_call(*call))
        } else {
            inputs(first)
        };
        let bounds = bounds(session, setup, allowed);
        let exploration = search(session, &bounds, &creations, among.as_deref(), &targets)?;
        let mut reach = Reach {
            exploration,
            worse: if is_named { Vec::new() } else { levels.into_iter().skip(1).collect() },
            fault: first,
            is_named,
            bounds,
            creations,
            among,
            targets,
            tried: 0,
            untimed: None,
            cut: None,
            outcome: None,
        };
        if reach.targets.iter().all(|target| target.holds_in(world)) {
            let finding = Finding { length: 0, timing: Timing::Timed, session: session.clone() };
            reach.outcome = Some(Outcome::Reached(Box::new(finding)));
        }
        Ok(reach)
    }

    /// Looks at up to `budget` more states.
    pub fn run(&mut self, budget: usize) -> Progress {
        if self.outcome.is_none() {
            let progress = self.exploration.run(budget);
            match progress.ended {
                None => {}
                Some(End::Reached) => self.try_in_time(),
                Some(end) => self.end_level(end),
            }
        }
        self.progress()
    }

    /// Where the search stands. It has ended if there is an outcome.
    pub fn progress(&self) -> Progress {
        let ended = match &self.outcome {
            None => None,
            Some(Outcome::Reached(_)) => Some(End::Reached),
            Some(Outcome::Nowhere | Outcome::Untimed(_)) => Some(End::Complete),
            Some(Outcome::Cut(end)) => Some(*end),
        };
        Progress { ended, ..self.exploration.progress() }
    }

    /// How it has ended, if it has.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// What came of it, in a sentence.
    pub fn summary(&self) -> String {
        let states = || super::report::grouped(self.exploration.progress().states as u64);
        match &self.outcome {
            None => format!("Not reached so far: {}.", self.progress()),
            Some(Outcome::Reached(finding)) if finding.length == 0 => "It is so already.".to_owned(),
            Some(Outcome::Reached(finding)) if finding.length == 1 => "One command leads there.".to_owned(),
            Some(Outcome::Reached(finding)) => format!("{} commands lead there.", finding.length),
            Some(Outcome::Cut(End::Depth)) => {
                format!(
                    "No way of up to {} commands leads there: all {} states were looked at.",
                    self.bounds.depth,
                    states()
                )
            }
            Some(Outcome::Nowhere) => {
                let looked =
                    format!("Nothing that may happen here leads there: all {} states were looked at.", states());
                [looked, self.more()].concat()
            }
            Some(Outcome::Untimed(_)) => {
                "A way was found only in which a timer waits for another that is due later; it cannot be played."
                    .to_owned()
            }
            Some(Outcome::Cut(_)) => format!("Not reached within {}.", self.progress()),
        }
    }

    /// What could be asked for so that more may happen than did.
    fn more(&self) -> String {
        let worse = LEVELS.into_iter().find(|fault| *fault > self.fault);
        let faults = match (self.is_named, worse) {
            (true, _) => " More may happen where `inputs` and `calls` are left out.".to_owned(),
            (false, Some(worse)) => format!(" More may go wrong with `faults` at \"{}\".", worse.name()),
            (false, None) => String::new(),
        };
        let created = if self.creations.is_empty() { " `create` names actions that are yet to come." } else { "" };
        [&faults, created].concat()
    }

    /// The worst that was allowed to happen in the last part of the search.
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// The bounds of the last part of the search.
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    fn try_in_time(&mut self) {
        let Some(finding) = self.exploration.reached().map(Box::new) else { return };
        self.tried += 1;
        if finding.timing == Timing::Timed {
            self.outcome = Some(Outcome::Reached(finding));
        } else if self.tried < TRIED_MAX {
            self.untimed.get_or_insert(finding);
            self.exploration.pass_over();
        } else {
            self.end_level(End::Complete);
        }
    }

    /// What may happen was not enough: something worse may be.
    fn end_level(&mut self, end: End) {
        if end != End::Complete {
            self.cut.get_or_insert(end);
        }
        let session = self.exploration.origin().clone();
        while !self.worse.is_empty() {
            self.fault = self.worse.remove(0);
            self.bounds = Bounds { inputs: inputs(self.fault), ..self.bounds.clone() };
            if let Ok(next) = search(&session, &self.bounds, &self.creations, self.among.as_deref(), &self.targets) {
                self.exploration = next;
                self.tried = 0;
                return;
            }
        }
        self.outcome = Some(match (self.untimed.take(), self.cut) {
            (Some(finding), _) => Outcome::Untimed(finding),
            (None, None) => Outcome::Nowhere,
            (None, Some(end)) => Outcome::Cut(end),
        });
    }
}

fn search(
    session: &Session,
    bounds: &Bounds,
    creations: &[Command],
    among: Option<&[ActionId]>,
    targets: &[Target],
) -> Result<Exploration, Rejection> {
    let mut world = session.world().clone();
    let among = among.map(<[ActionId]>::to_vec);
    let space = Space::beginning_with(&mut world, bounds, creations.to_vec(), among)
        .map_err(|rejection| Rejection { message: format!("`create`: {}", rejection.message), ..rejection })?;
    Exploration::from_world(session.clone(), world, space, &[], targets)
}

/// The bounds of a search from where the session stands: what its configuration says, and no more than there is
/// already of what could go on for ever.
fn bounds(session: &Session, setup: &ReachSetup, inputs: Inputs) -> Bounds {
    let (world, config) = (session.world(), session.world().config());
    let versions = world.actions().filter_map(|(_, action)| action.resource).map(|r| r.cr.status.plugin_phase_version);
    let normal = Bounds::of(&[]);
    let whole = |value: Option<u32>, default: usize| value.map_or(default, |value| value as usize);
    Bounds {
        versions: setup.versions.unwrap_or_else(|| versions.max().unwrap_or(0)),
        system_failures: config.system_failures_max,
        abort_calls: config.abort.attempts_max,
        delivery: config.delivery,
        backlog: whole(setup.backlog, world.pending_count() + BACKLOG),
        collects: config.gc.interval_ms > 0,
        inputs,
        depth: setup.depth.unwrap_or(normal.depth),
        states: whole(setup.states, STATES),
        bytes: whole(setup.bytes, normal.bytes),
        ..normal
    }
}

/// Of many actions, those that the targets are about with those above and below them, unless a target is about any.
fn concerned(session: &Session, targets: &[Target]) -> Option<Vec<ActionId>> {
    let world = session.world();
    if world.action_count() <= ACTING_MAX {
        return None;
    }
    let about = |target: &Target| match *target {
        Target::Phase(action, _) | Target::Rule(action, _) | Target::Disagreement(action) => action,
    };
    let named: Vec<ActionId> = targets.iter().map(about).collect::<Option<_>>()?;
    let above = |id: ActionId| std::iter::successors(Some(id), |id| world.action(*id).and_then(|action| action.parent));
    let related = |id: ActionId| {
        named.iter().any(|named| above(*named).chain([*named]).any(|up| up == id) || above(id).any(|up| up == *named))
    };
    Some(world.actions().map(|(id, _)| id).filter(|id| related(*id)).collect())
}
