//! Checking a recorded run: it is replayed by commands on the ordinary machinery, and what no rule explains is found.
//! Nothing about the lifecycle is decided here. What may follow is asked of the world, by giving it commands and looking
//! at the facts; what the guard would say is asked of the guard.

mod commands;
mod create;
mod event;
mod finding;
mod plan;
mod replay;
mod row;
mod values;

pub use finding::{Finding, FindingKind, Severity};

use super::observed::{self, Format, Given, Observed};
use super::{Session, from_task_actions};
use crate::model::{
    AbortAnswers, ActionKind, ActionPhase, Code, Command, Config, Delivery, Policy, Rejection, Rule, Rules, Setup, Time,
};
use plan::Plan;
use replay::Replay;
use serde::Serialize;
use serde_json::Value;

/// A record with more steps is not replayed under each policy to see by which one it is explained.
const EXPLAINED_MAX: usize = 400;

/// An action of the record, and what came of it in the replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckedAction {
    /// `<run>/<action>`
    pub id: String,
    /// Which kind it was taken for.
    pub kind: ActionKind,
    /// Where it is first told of.
    pub place: String,
    /// How many events it has in the record.
    pub events: usize,
    /// The last status in the record, if it has one.
    pub phase: Option<ActionPhase>,
    /// Its attempt.
    pub attempts: Option<u32>,
    /// The recorded phase after the replay; none if it could not be replayed.
    pub replayed: Option<ActionPhase>,
    /// Whether nothing was found but notes.
    pub ok: bool,
}

/// What a check answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunCheck {
    /// Whether nothing was found but notes.
    pub ok: bool,
    /// What the record was read from.
    pub format: Format,
    /// With this configuration …
    pub config: Setup,
    /// … these commands replay the record.
    pub commands: Vec<Command>,
    /// What no rule explains, in the order of the replay.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub left_out: usize,
    /// The actions, in the order in which they are told of.
    pub actions: Vec<CheckedAction>,
}

/// Checks a record: a value, or a text that holds one.
pub fn check_run(value: &Value, setup: &Setup) -> Result<RunCheck, Rejection> {
    if setup.delivery == Some(Delivery::Manual) {
        let message =
            "A record is replayed with `delivery: \"immediate\"`: it tells what came of things, not the hops.";
        return Err(Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message));
    }
    match observed::read(value)? {
        Given::Resources(value) => resources(&value, setup),
        Given::Record(record) => check(&record, setup),
    }
}

/// The set-up that begins where the record does, unless it says otherwise. Abort calls wait for the answers that the
/// replay gives them.
fn begun(setup: &Setup, start: Option<Time>) -> Setup {
    let mut setup = Setup { start_time: setup.start_time.or(start), ..setup.clone() };
    setup.abort.get_or_insert_default().reply = Some(AbortAnswers::Ask);
    setup
}

fn check(record: &Observed, setup: &Setup) -> Result<RunCheck, Rejection> {
    let plan = Plan::of(&record.actions);
    let setup = begun(setup, plan.start);
    let config = setup.config()?;
    let mut replay = Replay::run(&record.actions, &plan, config)?;
    let matters = |finding: &Finding| finding.severity != Severity::Note;
    if plan.steps.len() <= EXPLAINED_MAX && replay.serious > 0 {
        explain(record, &plan, config, &mut replay.findings);
    }
    let world = replay.session.world();
    let actions = record.actions.iter().map(|seen| {
        let id = world.find(&seen.id);
        CheckedAction {
            id: seen.id.clone(),
            kind: commands::kind(seen),
            place: seen.place.clone(),
            events: seen.events.len(),
            phase: seen.rows.last().map(|row| row.phase),
            attempts: seen.rows.last().map(|row| row.attempts),
            replayed: id.and_then(|id| world.action(id)?.row).map(|row| row.phase),
            ok: !replay.findings.iter().any(|finding| finding.action == seen.id && matters(finding)),
        }
    });
    Ok(RunCheck {
        ok: replay.serious == 0,
        format: record.format,
        config: setup,
        actions: actions.collect(),
        commands: replay.session.commands().collect(),
        left_out: replay.left_out,
        findings: replay.findings,
    })
}

/// Names for each finding the rule set and the policy that explain it: with the other value, it is not found. The record
/// is replayed under each, so that nobody has to know which policy is about what.
fn explain(record: &Observed, plan: &Plan<'_>, config: Config, findings: &mut [Finding]) {
    let replay = |rules| Replay::run(&record.actions, plan, Config { rules, ..config }).ok();
    let matters = |finding: &&mut Finding| finding.severity != Severity::Note;
    // What is nearest to what most people run comes first: upstream's code, then what has been merged since.
    let [documented, coded @ ..] = Rules::SETS;
    for (name, rules) in coded.into_iter().chain([documented]) {
        let Some(other) = Some(rules).filter(|rules| *rules != config.rules).and_then(replay) else { continue };
        for finding in findings.iter_mut().filter(matters).filter(|finding| finding.explained_by.is_none()) {
            if !other.findings.iter().any(|found| found.is_about(finding)) {
                finding.explained_by = Some(name);
            }
        }
    }
    for policy in Policy::ALL {
        let mut rules = config.rules;
        let current = rules.get(policy.name);
        let value = if current == Some(policy.documented) { policy.upstream } else { policy.documented };
        if current == Some(value) || rules.set(policy.name, value).is_err() {
            continue;
        }
        let Some(other) = replay(rules) else { continue };
        for finding in findings.iter_mut().filter(matters).filter(|finding| finding.policy.is_none()) {
            if !other.findings.iter().any(|found| found.is_about(finding)) {
                (finding.policy, finding.value) = (Some(policy.name), Some(value));
            }
        }
    }
}

/// TaskActions are where a run stands, not how it came there: the simulation goes on from them.
fn resources(value: &Value, setup: &Setup) -> Result<RunCheck, Rejection> {
    let session: Session = from_task_actions(value, setup)?;
    let world = session.world();
    let actions = world.actions().map(|(id, action)| CheckedAction {
        id: world.name_of(id).to_owned(),
        kind: action.spec.kind,
        place: String::new(),
        events: 0,
        phase: None,
        attempts: None,
        replayed: action.row.map(|row| row.phase),
        ok: true,
    });
    Ok(RunCheck {
        ok: true,
        format: Format::TaskActions,
        config: begun(setup, Some(world.config().start)),
        actions: actions.collect(),
        commands: session.commands().collect(),
        findings: Vec::new(),
        left_out: 0,
    })
}
