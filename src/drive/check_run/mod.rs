//! Checking a recorded run. What no run can show is found (`impossible`). The record is replayed by commands on the
//! ordinary machinery, so that its run is there to look at; what the replay finds no way to is a note. What the rules
//! explain and is a known bug all the same is shown, apart from what is found (`shows`).
//! Nothing about the lifecycle is decided here. What may follow is asked of the world, by giving it commands and looking
//! at the facts; what the guard would say is asked of the guard.

mod commands;
mod create;
mod event;
mod finding;
mod impossible;
mod plan;
mod pod;
mod replay;
mod resources;
mod row;
mod shows;
mod values;

pub use finding::{Finding, FindingKind, Severity};
pub use shows::Show;

use super::Session;
use super::listed::{Listed, listed};
use super::observed::{self, Format, Given, Observed, SeenAction, order, permute};
use super::task_action::{self, Item};
use crate::model::import::ImportedRow;
use crate::model::{
    AbortAnswers, ActionKind, ActionPhase, CacheStatus, Code, Command, Config, Delivery, ErrorKind, Plugins, Policy,
    Recorded, Rejection, Rule, Rules, RulesSetup, Setup, Time,
};
use plan::Plan;
use pod::Pod;
use replay::Replay;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

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

/// What another rule set says of the same record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// `upstream`, `merged` or `documented`.
    pub rules: &'static str,
    /// Whether nothing is found under it.
    pub ok: bool,
    /// How much is found.
    pub findings: usize,
    /// The first thing that is, in words.
    pub sentence: Option<String>,
}

/// What a check answers.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunCheck {
    /// Whether nothing was found but notes.
    pub ok: bool,
    /// What the record was read from.
    pub format: Format,
    /// By which rule set it was judged, if that has a name.
    pub rules: Option<&'static str>,
    /// What the other rule sets say.
    pub others: Vec<Verdict>,
    /// With this configuration …
    pub config: Setup,
    /// … these commands replay the record.
    pub commands: Vec<Command>,
    /// What no run can show, and notes of what is worth knowing, in the order of the replay.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub left_out: usize,
    /// What the rules explain and is a known bug or a broken property all the same.
    pub shows: Vec<Show>,
    /// The actions, in the order in which they are told of.
    pub actions: Vec<CheckedAction>,
    /// Where it stands, for those who ask on.
    #[serde(skip)]
    pub stands: Stands,
}

/// Where a record leads: a world to ask, and what the record itself says of the actions that it tells of.
#[derive(Debug, Clone)]
pub struct Stands {
    /// The replay; where several witnesses disagree, both as they are, with the news between them under way.
    pub session: Session,
    /// By the actions' names. Nothing is told where the world holds only what was read.
    pub told: BTreeMap<String, Option<Recorded>>,
}

/// The word for a rule set that is chosen by the record.
pub const AUTO: &str = "auto";

/// The rule sets by which records are judged if nobody says by which: what is nearest to what most people run comes first.
fn sets() -> [(&'static str, Rules); 3] {
    let [documented, upstream, merged] = Rules::SETS;
    [upstream, merged, documented]
}

/// Checks a record: a value, or a text that holds one.
pub fn check_run(value: &Value, setup: &Setup) -> Result<RunCheck, Rejection> {
    if setup.delivery == Some(Delivery::Manual) {
        let message =
            "A record is replayed with `delivery: \"immediate\"`: it tells what came of things, not the hops.";
        return Err(Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message));
    }
    match observed::read(value)? {
        Given::Record(record) => check(&record, setup),
        Given::Resources(placed) => {
            let (pods, resources) = apart(listed(&placed)?);
            let pods = pod::read(&pods)?;
            if resources.is_empty() && !pods.is_empty() {
                return of_pods(&pods, setup);
            }
            of_resources(task_action::read(&resources)?, setup)?.with_pods(&pods, setup)
        }
        Given::Both(record, placed) => {
            let (pods, resources) = apart(listed(&placed)?);
            let pods = pod::read(&pods)?;
            let mut checked = check(&record, setup)?;
            if !resources.is_empty() {
                checked = beside(checked, &record, task_action::read(&resources)?, setup)?;
            }
            checked.with_pods(&pods, setup)
        }
    }
}

/// Pods, and what else there is.
fn apart<'a>(listed: Vec<Listed<'a>>) -> (Vec<Listed<'a>>, Vec<Listed<'a>>) {
    listed.into_iter().partition(|listed| listed.kind() == "Pod")
}

impl RunCheck {
    /// With what is to be said of pods beside it. What a pod shows of the attempt at which its action stands, the executor
    /// is about to hear.
    fn with_pods(mut self, pods: &[Pod], setup: &Setup) -> Result<RunCheck, Rejection> {
        if pods.is_empty() {
            return Ok(self);
        }
        let told = of_pods(pods, setup)?;
        let index = self.commands.len();
        self.findings.extend(told.findings.into_iter().map(|finding| Finding { index, ..finding }));
        self.left_out += told.left_out;
        let rules = *self.stands.session.world().rules();
        for pod in pods {
            let world = self.stands.session.world();
            let action = world.find(&pod.id()).and_then(|id| world.action(id));
            let is_at_it = action
                .and_then(|action| action.resource)
                .is_some_and(|resource| resource.cr.status.observed_attempts() == pod.attempt && !resource.cr.deleting);
            if let Some(report) = pod.commands(&pod.report(&rules)).pop().filter(|_| is_at_it) {
                // A resource that has ended meanwhile takes no more reports.
                let _ = self.stands.session.dispatch(report);
            }
        }
        Ok(self)
    }
}

/// The set-up that begins where the record does, unless it says otherwise. Abort calls wait for the answers that the
/// replay gives them, and plugins say what it has them say.
fn begun(setup: &Setup, start: Option<Time>) -> Setup {
    let mut setup = Setup { start_time: setup.start_time.or(start), ..setup.clone() };
    setup.abort.get_or_insert_default().reply = Some(AbortAnswers::Ask);
    setup.plugins = Some(Plugins::Once);
    setup
}

/// A record under a rule set.
struct Judged<'a> {
    breaches: Vec<Finding>,
    replay: Replay<'a>,
}

impl<'a> Judged<'a> {
    fn of(record: &'a Observed, plan: &'a Plan<'a>, config: Config) -> Result<Judged<'a>, Rejection> {
        let breaches = impossible::breaches(&record.actions, plan, &config.rules);
        Ok(Judged { breaches, replay: Replay::run(&record.actions, plan, config)? })
    }

    /// Whether nothing is found, and the replay gets everywhere.
    fn explains(&self) -> bool {
        let open = |f: &Finding| !matches!(f.kind, FindingKind::Missing | FindingKind::StoresDisagree);
        self.breaches.is_empty() && !self.replay.findings.iter().any(open)
    }
}

/// The rules by which the record is judged: those that were asked for, or the first set that explains it. Where none does,
/// the first under which nothing is found, and else the first of all.
fn judged<'a>(record: &'a Observed, plan: &'a Plan<'a>, setup: &mut Setup) -> Result<Judged<'a>, Rejection> {
    if setup.rules.base != AUTO {
        return Judged::of(record, plan, setup.config()?);
    }
    let (mut best, mut kept): (Option<Judged<'a>>, &str) = (None, "");
    for (name, _) in sets() {
        setup.rules = RulesSetup { base: name.to_owned(), ..std::mem::take(&mut setup.rules) };
        let judged = Judged::of(record, plan, setup.config()?)?;
        let done = judged.explains() || plan.steps.len() > EXPLAINED_MAX && judged.breaches.is_empty();
        if done || best.as_ref().is_none_or(|best| !best.breaches.is_empty() && judged.breaches.is_empty()) {
            (best, kept) = (Some(judged), name);
        }
        if done {
            break;
        }
    }
    kept.clone_into(&mut setup.rules.base);
    best.map_or_else(|| Judged::of(record, plan, setup.config()?), Ok)
}

fn check(record: &Observed, setup: &Setup) -> Result<RunCheck, Rejection> {
    let plan = Plan::of(&record.actions);
    let mut setup = begun(setup, plan.start);
    let Judged { mut breaches, mut replay } = judged(record, &plan, &mut setup)?;
    let rules = setup.config()?.rules;
    let ok = breaches.is_empty();
    let others = sets().into_iter().filter(|(_, other)| *other != rules).map(|(name, rules)| {
        let found = impossible::breaches(&record.actions, &plan, &rules);
        let sentence = found.first().map(|finding| finding.sentence.clone());
        Verdict { rules: name, ok: found.is_empty(), findings: found.len(), sentence }
    });
    let others = others.collect();
    if plan.steps.len() <= EXPLAINED_MAX {
        explain(record, &plan, rules, &mut breaches);
    }
    for breach in &mut breaches {
        breach.index = replay.moments.get(breach.place.as_str()).copied().unwrap_or_else(|| replay.session.index());
    }
    // Of what is found, a note says no more.
    let mut findings = std::mem::take(&mut replay.findings);
    let said: BTreeSet<(&str, &str)> = breaches.iter().map(|found| (&*found.action, &*found.place)).collect();
    findings.retain(|note| !said.contains(&(&note.action, &note.place)));
    let spare = findings.len() + breaches.len();
    breaches.extend(findings);
    breaches.truncate(replay::FINDINGS_MAX);
    let left_out = replay.left_out + spare - breaches.len();
    let sorted = order(breaches.iter().map(|finding| [i64::try_from(finding.index).unwrap_or(i64::MAX), 0, 0, 0]));
    permute(&mut breaches, &sorted);
    let world = replay.session.world();
    let wrong = |id: &str| breaches.iter().any(|finding| finding.action == id && finding.severity != Severity::Note);
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
            ok: !wrong(&seen.id),
        }
    });
    Ok(RunCheck {
        ok,
        format: record.format,
        rules: named(&rules),
        others,
        actions: actions.collect(),
        shows: shows::of_record(&record.actions, &plan, &rules),
        commands: replay.session.commands().collect(),
        config: setup,
        left_out,
        findings: breaches,
        stands: Stands {
            told: record.actions.iter().map(|seen| (seen.id.clone(), Some(recorded(seen)))).collect(),
            session: replay.session,
        },
    })
}

/// What the record says of an action.
fn recorded(seen: &SeenAction) -> Recorded {
    let told = seen.events.iter().rev().find_map(|event| event.error.as_ref());
    let reason = seen.error.as_ref().or(told).map(|(_, why)| why.clone()).filter(|why| !why.is_empty());
    let is_hit = |status: u8| status == CacheStatus::Hit.number();
    Recorded {
        phase: seen.rows.last().map(|row| row.phase),
        blames: seen.error.as_ref().or(told).map(|(kind, _)| *kind).filter(|kind| *kind != ErrorKind::Unknown),
        has_log: seen.has_log || !seen.events.is_empty(),
        log_has_ended: seen.events.last().is_some_and(|event| event.phase.is_terminal()),
        tells_spec: seen.tells_spec,
        abort_reason: seen.abort_reason.clone(),
        reason,
        tells_max: seen.max_attempts.is_some(),
        was_cached: seen.was_cached || seen.events.iter().any(|event| is_hit(event.cache_status)),
    }
}

/// Pods are no record of a run, and what somebody wants to know of one is what Flyte makes of it.
fn of_pods(pods: &[Pod], setup: &Setup) -> Result<RunCheck, Rejection> {
    let mut setup = begun(setup, None);
    if setup.rules.base == AUTO {
        sets()[0].0.clone_into(&mut setup.rules.base);
    }
    let config = setup.config()?;
    let mut session = Session::new(config);
    let (mut findings, mut actions) = (Vec::new(), Vec::new());
    for pod in pods.iter().take(pod::PODS_MAX) {
        let (id, place) = (pod.id(), pod.place.clone());
        let report = pod.report(&config.rules);
        for command in pod.commands(&report) {
            // One name may come twice; what it comes to is told all the same.
            let _ = session.dispatch(command);
        }
        let finding = Finding::new(FindingKind::Outcome, Severity::Note, &id, &place, pod.sentence(&report));
        findings.push(Finding { attempt: Some(pod.attempt), index: session.index(), ..finding });
        let world = session.world();
        actions.push(CheckedAction {
            replayed: world.find(&id).and_then(|id| world.action(id)?.row).map(|row| row.phase),
            id,
            kind: ActionKind::Task,
            place,
            events: 0,
            phase: None,
            attempts: None,
            ok: true,
        });
    }
    Ok(RunCheck {
        ok: true,
        format: Format::Pods,
        rules: named(&config.rules),
        others: Vec::new(),
        config: setup,
        commands: session.commands().collect(),
        findings,
        left_out: pods.len().saturating_sub(pod::PODS_MAX),
        shows: Vec::new(),
        stands: Stands {
            told: pods.iter().map(|pod| (pod.id(), Some(pod.recorded(&config.rules)))).collect(),
            session,
        },
        actions,
    })
}

/// A record with resources of the same run beside it: what is found of these, and where the two disagree. Then the world
/// to ask is one that has both as they are.
fn beside(
    mut checked: RunCheck,
    record: &Observed,
    mut items: Vec<Item>,
    setup: &Setup,
) -> Result<RunCheck, Rejection> {
    let index = checked.commands.len();
    let told: BTreeMap<&str, &SeenAction> = record.actions.iter().map(|seen| (&*seen.id, seen)).collect();
    for item in &mut items {
        let last = told.get(item.name.as_str()).and_then(|seen| seen.rows.last());
        item.resource.row = last.map(|row| ImportedRow {
            phase: row.phase,
            attempts: row.tells_attempts.then_some(row.attempts),
            ended_at: row.ended_at,
            abort_pending: row.abort_pending.is_some(),
        });
    }
    let resources = of_resources(items, &Setup { delivery: Some(Delivery::Manual), ..setup.clone() })?;
    let world = resources.stands.session.world();
    let mut parted = BTreeMap::new();
    for (name, seen) in told {
        let Some((id, row)) = world.find(name).zip(seen.rows.last()) else { continue };
        let resource = world.action(id).and_then(|action| action.resource);
        let Some(reported) = resource.map(|resource| world.reported_phase(&resource)) else { continue };
        let counted = resource.map_or(0, |resource| resource.cr.status.attempts);
        if row.tells_attempts && row.attempts > 0 && counted > 0 && row.attempts != counted && reported == row.phase {
            let sentence = format!(
                "The row counts {}, and its resource {counted}: the two were taken at different moments, or news was lost.",
                row.attempts
            );
            let finding = Finding::new(FindingKind::StoresDisagree, Severity::Note, &seen.id, &row.place, sentence);
            checked.findings.push(Finding { index, ..finding });
        }
        // A resource that nobody has looked at says nothing.
        if reported == row.phase || reported == ActionPhase::Unspecified {
            continue;
        }
        let sentence = format!(
            "The row says {}, and its resource {reported}: news is on its way or was lost, or the two were taken at \
             different moments.",
            row.phase
        );
        let finding = Finding::new(FindingKind::StoresDisagree, Severity::Note, &seen.id, &row.place, sentence);
        checked.findings.push(Finding { index, from: Some(reported), phase: Some(row.phase), ..finding });
        parted.insert(name.to_owned(), Some(recorded(seen)));
    }
    checked.ok &= resources.ok;
    let wrong: BTreeSet<&str> = resources.actions.iter().filter(|other| !other.ok).map(|other| &*other.id).collect();
    for action in &mut checked.actions {
        action.ok &= !wrong.contains(action.id.as_str());
    }
    let known: BTreeSet<String> = checked.actions.iter().map(|action| action.id.clone()).collect();
    checked.actions.extend(resources.actions.iter().filter(|other| !known.contains(&other.id)).cloned());
    checked.findings.extend(resources.findings.into_iter().map(|finding| Finding { index, ..finding }));
    checked.shows.extend(resources.shows);
    if !parted.is_empty() {
        checked.stands = Stands { session: resources.stands.session, told: parted };
    }
    Ok(checked)
}

/// The name of a rule set, if it has one.
fn named(rules: &Rules) -> Option<&'static str> {
    Rules::SETS.iter().find(|(_, set)| set == rules).map(|(name, _)| *name)
}

/// Names for each breach the rule set and the policy that explain it: with the other value, it is none. The laws are asked
/// under each, so that nobody has to know which policy is about what.
fn explain(record: &Observed, plan: &Plan<'_>, rules: Rules, breaches: &mut [Finding]) {
    if breaches.is_empty() {
        return;
    }
    let under = |rules: Rules| impossible::breaches(&record.actions, plan, &rules);
    for (name, rules) in sets().into_iter().filter(|(_, set)| *set != rules) {
        let others = under(rules);
        for finding in breaches.iter_mut().filter(|finding| finding.explained_by.is_none()) {
            if !others.iter().any(|found| found.is_about(finding)) {
                finding.explained_by = Some(name);
            }
        }
    }
    for policy in Policy::ALL {
        let mut changed = rules;
        let current = changed.get(policy.name);
        let value = if current == Some(policy.documented) { policy.upstream } else { policy.documented };
        if current == Some(value) || changed.set(policy.name, value).is_err() {
            continue;
        }
        let others = under(changed);
        for finding in breaches.iter_mut().filter(|finding| finding.policy.is_none()) {
            if !others.iter().any(|found| found.is_about(finding)) {
                (finding.policy, finding.value) = (Some(policy.name), Some(value));
            }
        }
    }
}

/// TaskActions are where a run stands, not how it came there: the simulation goes on from them.
fn of_resources(items: Vec<Item>, setup: &Setup) -> Result<RunCheck, Rejection> {
    let mut setup = begun(setup, items.iter().map(|item| item.latest).max());
    if setup.rules.base == AUTO {
        sets()[0].0.clone_into(&mut setup.rules.base);
    }
    let mut findings = resources::contradictions(&items);
    let session = task_action::continued(items, &setup)?;
    let world = session.world();
    let rules = *world.rules();
    let mut shown = Vec::new();
    let mut found = Vec::new();
    for (command, index) in session.commands().zip(1..) {
        let Command::Import { action, resource, .. } = command else { continue };
        let breaches = resources::breaches(&action, &resource);
        found.extend(breaches.into_iter().map(|finding| Finding { index, ..finding }));
        shown.extend(resources::shows(&action, &resource));
    }
    found.append(&mut findings);
    let actions = world.actions().map(|(id, action)| {
        let name = world.name_of(id);
        CheckedAction {
            id: name.to_owned(),
            kind: action.spec.kind,
            place: String::new(),
            events: 0,
            phase: None,
            attempts: None,
            replayed: action.row.map(|row| row.phase),
            ok: !found.iter().any(|finding| finding.action == name),
        }
    });
    let actions: Vec<CheckedAction> = actions.collect();
    let others = sets().into_iter().filter(|(_, other)| *other != rules);
    let (count, sentence) = (found.len(), found.first().map(|finding| finding.sentence.clone()));
    let verdict = |name| Verdict { rules: name, ok: count == 0, findings: count, sentence: sentence.clone() };
    Ok(RunCheck {
        ok: found.is_empty(),
        format: Format::TaskActions,
        rules: named(&rules),
        others: others.map(|(name, _)| verdict(name)).collect(),
        commands: session.commands().collect(),
        config: setup,
        findings: found,
        left_out: 0,
        shows: shown,
        stands: Stands { told: actions.iter().map(|action| (action.id.clone(), None)).collect(), session },
        actions,
    })
}
