//! The informer of a world beside the rules: one event of one object becomes a world with that object in it, and what the
//! run service was told is read from the facts, in their order. The queue and the filter before it stay the replay's.

use super::by_rules::{ByRules, Halt};
use super::case::{Stop, get};
use super::driven::{apply, by_hand, condition, import, piece, resource};
use super::resource::Resource;
use flyte_lifecycle::model::argument::TaskCommand;
use flyte_lifecycle::model::import::{ImportedCondition, ImportedResource};
use flyte_lifecycle::model::{
    ActionId, ActionKind, Call, Command, Condition, Fact, FaultReply, PendingWork, Rule, Service, Time, ValueType, What,
};
use flyte_lifecycle::world::World;
use serde_json::Value;

/// An event as it reaches the worker.
pub struct Event<'a> {
    /// The object.
    pub held: &'a Resource,
    /// Whether it is gone.
    pub deleted: bool,
    /// Whether the filter holds it.
    pub known: bool,
    /// The calls that were made, with their replies.
    pub calls: &'a [Value],
}

/// Tells of an event through a world: the calls of the world, those that were made in the same words, and whether the
/// filter holds the object by now.
pub fn told(event: &Event<'_>) -> Result<(Vec<String>, Vec<String>, bool), Halt> {
    let held = event.held;
    let Some(created_at) = held.created_at else { return Err(ByRules::NoCreationTime.into()) };
    let made: Vec<String> = event.calls.iter().filter_map(made).collect();
    if made.iter().any(|call| call == "label!") {
        return Err(ByRules::LabelFails.into());
    }
    if held.cr.recorded {
        return Err(ByRules::ToldUnasked.into());
    }
    let mut world = World::new(by_hand(created_at));
    let plain = || ImportedResource { task: Some(TaskCommand::default()), ..resource(created_at) };
    let parent = match held.parent.as_str() {
        "" => None,
        parent => Some(import(&mut world, &format!("run/{parent}"), None, plain())?),
    };
    let mut resource = ImportedResource {
        attempts: held.cr.status.attempts,
        cache_status: u32::from(held.cr.status.cache_status),
        conditions: held.cr.status.conditions.iter().map(|condition| imported(condition, created_at)).collect(),
        ..plain()
    };
    if held.spec.kind == ActionKind::Condition {
        resource.task = None;
        resource.condition = Some(condition(&held.spec, held.spec.value_type.unwrap_or(ValueType::Bool), None));
    }
    let id = import(&mut world, &format!("run/{}", held.action), parent, resource)?;
    // An informer that starts knows nothing and lists all; one whose watch breaks lists all, and has its filter.
    apply(
        &mut world,
        &match event.known {
            true => Command::Fault { call: Call::WatchResources, reply: None, action: None },
            false => Command::Restart { service: Service::Actions, down_ms: None },
        },
    )?;
    if event.deleted {
        apply(&mut world, &Command::AbortAction { action: id, reason: None })?;
        deliver(&mut world, id, |work| work == PendingWork::AbortWorker)?;
    }
    for call in event.calls {
        let (about, reply) = (get(call, "action").as_str().unwrap_or_default(), get(call, "reply"));
        let reply = match reply.as_str() {
            Some("error") => FaultReply::Error,
            Some("rejected") => FaultReply::Rejected,
            _ => continue,
        };
        let action = if about == held.action { Some(id) } else { parent };
        let call = if get(call, "call") == "RecordAction" { Call::RecordAction } else { Call::UpdateActionStatus };
        apply(&mut world, &Command::Fault { call, reply: Some(reply), action })?;
    }
    let news = |work| match work {
        PendingWork::WatchDelete => event.deleted,
        PendingWork::WatchAdd | PendingWork::WatchUpdate => !event.deleted,
        _ => false,
    };
    let facts = deliver(&mut world, id, news)?;
    let calls = facts.iter().filter_map(|fact| call_of(&world, fact)).collect();
    let known = world.action(id).is_some_and(|action| action.seen);
    Ok((calls, made, known))
}

fn imported(condition: &Condition, at: Time) -> ImportedCondition {
    let (kind, status, reason) = (condition.kind, condition.status, condition.reason);
    ImportedCondition { kind, status, reason, message: String::new(), at }
}

fn deliver(world: &mut World, id: ActionId, is_meant: impl Fn(PendingWork) -> bool) -> Result<Vec<Fact>, Stop> {
    let item = piece(world, id, is_meant);
    apply(world, &Command::Deliver { item })
}

/// A recorded call. That an action is recorded which has its row is no news, unless the call fails.
fn made(call: &Value) -> Option<String> {
    let word = |key| get(call, key).as_str().unwrap_or_default();
    let fails = word("reply") != "ok";
    match word("call") {
        "RecordAction" => fails.then(|| format!("record {}!{}", word("action"), word("reply"))),
        "UpdateActionStatus" if fails => Some(format!("update {}!{}", word("action"), word("reply"))),
        "UpdateActionStatus" => {
            Some(format!("update {} phase={} attempts={}", word("action"), get(call, "phase"), get(call, "attempts")))
        }
        _ => Some(if fails { "label!" } else { "label" }.to_owned()),
    }
}

/// The call that a fact tells of.
fn call_of(world: &World, fact: &Fact) -> Option<String> {
    let own = fact.action.and_then(|id| world.action(id)).map(|action| world.texts().get(action.name))?;
    match fact.what {
        What::CallFailed { call: Call::RecordAction, reply } => Some(format!("record {own}!{}", reply.name())),
        What::CallFailed { call: Call::UpdateActionStatus, reply } => Some(format!("update {own}!{}", reply.name())),
        What::PhaseRecorded { to: phase, attempt, .. }
        | What::RowRewritten { phase, attempt }
        | What::UpdateRefused { to: phase, attempt, .. } => {
            Some(format!("update {own} phase={} attempts={attempt}", phase.number()))
        }
        What::LabelsStamped if fact.rule == Rule::TerminalRecorded => Some("label".to_owned()),
        _ => None,
    }
}
