//! What all who drive a world through a recording do with it.

use super::case::Stop;
use flyte_lifecycle::model::argument::ConditionCommand;
use flyte_lifecycle::model::import::ImportedResource;
use flyte_lifecycle::model::{
    AbortAnswers, AbortConfig, ActionId, Command, ConditionSpec, Config, Delivery, Fact, PendingWork, Rules, Spec,
    Time, ValueType,
};
use flyte_lifecycle::world::{NumberedCommand, World};

/// A world of upstream's in which each piece of work is done by a command.
pub fn by_hand(start: Time) -> Config {
    Config {
        rules: Rules::upstream(),
        start,
        delivery: Delivery::Manual,
        abort: AbortConfig { reply: AbortAnswers::Ok, ..AbortConfig::default() },
        ..Config::default()
    }
}

/// What a command leads to.
pub fn apply(world: &mut World, command: &NumberedCommand) -> Result<Vec<Fact>, Stop> {
    let mut facts = Vec::new();
    match world.apply(command, &mut facts) {
        Ok(()) => Ok(facts),
        Err(refusal) => Err(Stop::Unreadable(format!("the world refuses it: {}", refusal.message))),
    }
}

/// An object of which nothing is known but when it was created.
pub fn resource(created_at: Time) -> ImportedResource {
    ImportedResource::new("p".to_owned(), "d".to_owned(), created_at)
}

/// Puts an object into a world.
pub fn import(
    world: &mut World,
    name: &str,
    parent: Option<ActionId>,
    resource: ImportedResource,
) -> Result<ActionId, Stop> {
    let action = world.intern(name);
    apply(world, &Command::Import { action, parent, resource: Box::new(resource) })?;
    world.find(name).ok_or_else(|| Stop::Unreadable(format!("{name} is not imported")))
}

/// A condition as its spec has it.
pub fn condition(spec: &Spec, value_type: ValueType, timeout_ms: Option<u64>) -> ConditionCommand {
    ConditionCommand {
        value_type,
        timeout_ms,
        prompt: None,
        invalid: Some(spec.condition_spec == ConditionSpec::Undecodable),
        empty: Some(spec.condition_spec == ConditionSpec::Empty),
    }
}

/// The piece of work of an action that is meant, by its number.
pub fn piece(world: &World, id: ActionId, is_meant: impl Fn(PendingWork) -> bool) -> Option<u32> {
    world.pending_of(id).find(|item| is_meant(item.work)).map(|item| item.id)
}
