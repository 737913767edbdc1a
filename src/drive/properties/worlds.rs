//! Predicates of a world, each asked of one action.

use super::ids;
use crate::model::{
    ActionId, ActionKind, ActionPhase, ActionRow, ConditionStatus, ConditionType, Message, PluginPhase, Reason, TextId,
    TimerKind,
};
use crate::rules::listing::is_listed_as_paused;
use crate::rules::watches::{closes, reads_before};
use crate::world::disagreement::row_and_resource;
use crate::world::{Action, Resource, World};

/// An action with its row, once it is recorded.
pub(super) fn row(world: &World, id: ActionId) -> Option<(&Action, ActionRow)> {
    let action = world.action(id)?;
    Some((action, action.row?))
}

/// An action with its resource, while it exists.
pub(super) fn resource(world: &World, id: ActionId) -> Option<(&Action, &Resource)> {
    let action = world.action(id)?;
    Some((action, action.resource.as_ref()?))
}

/// The action and those above it.
pub(super) fn upwards(world: &World, id: ActionId) -> impl Iterator<Item = (ActionId, &Action)> {
    let mut next = Some(id);
    std::iter::from_fn(move || {
        let id = next?;
        let action = world.action(id)?;
        next = action.parent;
        Some((id, action))
    })
}

/// Whether it was asked to abort: its row has a reason that somebody gave.
pub(super) fn was_asked(action: &Action) -> bool {
    action.row.and_then(|row| row.abort.reason).is_some_and(|reason| reason != TextId::WAS_ABORTED)
}

/// Whether its abort is over and done with.
fn is_aborted(action: &Action) -> bool {
    action.row.is_some_and(|row| row.phase == ActionPhase::Aborted && row.abort.requested_at.is_none())
        && was_asked(action)
}

pub(super) fn is_true(resource: &Resource, kind: ConditionType) -> bool {
    resource.cr.status.conditions.find(kind).is_some_and(|(_, condition)| condition.status == ConditionStatus::True)
}

pub(super) fn has_timer(world: &World, id: ActionId, kind: TimerKind) -> bool {
    world.timers_of(id).any(|timer| timer.kind == kind)
}

/// Whether an event of that phase is an attempt's last.
pub(super) fn ends(phase: u8) -> bool {
    ActionPhase::from_number(phase).is_some_and(ActionPhase::is_terminal)
}

/// Whether the plugin has launched something for the attempt and has not told its end.
pub(super) fn is_launched(resource: &Resource) -> bool {
    let status = &resource.cr.status;
    let launched = match status.plugin_phase {
        None | Some(PluginPhase::WaitingForCache | PluginPhase::Undefined | PluginPhase::NotReady) => false,
        Some(PluginPhase::RetryableFailure | PluginPhase::PermanentFailure) => false,
        Some(PluginPhase::Success | PluginPhase::Aborted) => false,
        // Queued at a restart is what the reconciler writes itself, before anything is launched again.
        Some(PluginPhase::Queued) => status.last_history != Some(Reason::Queued) || !is_restarted(resource),
        Some(PluginPhase::WaitingForResources | PluginPhase::Initializing | PluginPhase::Running) => true,
    };
    launched && !status.conditions.is_terminal()
}

/// Whether the resource was put back for another attempt, which has not begun.
fn is_restarted(resource: &Resource) -> bool {
    let progressing = resource.cr.status.conditions.find(ConditionType::Progressing);
    progressing.is_some_and(|(_, condition)| condition.message == Message::RestartingTask)
}

pub(super) fn attempts_bounded(world: &World, id: ActionId) -> bool {
    world.action(id).is_none_or(|action| {
        let recorded = action.row.map_or(0, |row| row.attempts);
        let stored = action.resource.as_ref().map_or(0, |resource| resource.cr.status.attempts);
        recorded.max(stored) <= action.spec.max_attempts.max(1)
    })
}

pub(super) fn end_follows_phase(world: &World, id: ActionId) -> bool {
    row(world, id).is_none_or(|(_, row)| row.ended_at.is_some() == row.phase.is_terminal())
}

pub(super) fn abort_has_reason(world: &World, id: ActionId) -> bool {
    row(world, id).is_none_or(|(_, row)| row.phase != ActionPhase::Aborted || row.abort.reason.is_some())
}

pub(super) fn failure_is_told(world: &World, id: ActionId) -> bool {
    row(world, id).is_none_or(|(action, row)| {
        !row.phase.is_retryable()
            || action.spec.kind == ActionKind::Trace
            || world.event_keys(id).iter().any(|key| key.phase == row.phase.number())
    })
}

pub(super) fn deleted_disappear(world: &World, id: ActionId) -> bool {
    resource(world, id).is_none_or(|(_, resource)| !resource.cr.deleting)
}

pub(super) fn condition_ends(world: &World, id: ActionId) -> bool {
    let Some((action, resource)) = resource(world, id) else { return true };
    if action.spec.kind != ActionKind::Condition {
        return true;
    }
    match resource.cr.status.signal {
        Some(_) => is_true(resource, ConditionType::Succeeded),
        None => {
            action.spec.timeout_ms == 0
                || resource.cr.status.conditions.is_terminal()
                || has_timer(world, id, TimerKind::ConditionDeadline)
        }
    }
}

pub(super) fn run_exists(world: &World, id: ActionId) -> bool {
    row(world, id)
        .is_none_or(|(action, row)| action.parent.is_some() || action.resource.is_some() || row.phase.is_terminal())
}

pub(super) fn resource_has_row(world: &World, id: ActionId) -> bool {
    resource(world, id).is_none_or(|(action, _)| action.row.is_some())
}

/// Whether the row of that action, or of each, tells what its resource does.
pub fn stores_agree(world: &World, action: Option<ActionId>) -> bool {
    action.map_or_else(|| ids(world).all(|id| stores_agree_about(world, id)), |id| stores_agree_about(world, id))
}

/// Whether the row of an action tells what its resource does. An abort that is still asked for is left out: its row
/// runs ahead.
pub(super) fn stores_agree_about(world: &World, id: ActionId) -> bool {
    let Some((action, resource)) = resource(world, id) else { return true };
    action.row.is_none_or(|row| {
        row.abort.requested_at.is_some() || row_and_resource(&row, world.reported_phase(resource)).is_none()
    })
}

pub(super) fn events_agree(world: &World, id: ActionId) -> bool {
    row(world, id).is_none_or(|(action, row)| {
        // An event may run ahead of the row: the executor sends it first, and asks the plugin again if it goes no
        // further. So it is asked only that what the row says was told.
        let mut of_attempt = world.event_keys(id).iter().filter(|key| key.attempt == row.attempts.max(1));
        row.phase == ActionPhase::Queued || was_asked(action) || of_attempt.any(|key| key.phase == row.phase.number())
    })
}

pub(super) fn attempts_have_endings(world: &World, id: ActionId) -> bool {
    row(world, id).is_none_or(|(_, row)| {
        let ended = |attempt| world.event_keys(id).iter().any(|key| key.attempt == attempt && ends(key.phase));
        (1..row.attempts).all(ended)
    })
}

pub(super) fn abort_stops(world: &World, id: ActionId) -> bool {
    resource(world, id).is_none_or(|(_, resource)| {
        let status = &resource.cr.status;
        !resource.cr.finalizer
            || status.plugin_phase.is_none()
            || status.conditions.is_terminal()
            || !upwards(world, id).any(|(_, above)| is_aborted(above))
    })
}

pub(super) fn abort_ends_run(world: &World, id: ActionId) -> bool {
    row(world, id).is_none_or(|(_, row)| {
        row.phase.is_terminal() || !upwards(world, id).any(|(_, above)| above.parent.is_none() && is_aborted(above))
    })
}

pub(super) fn watch_closes(world: &World, id: ActionId) -> bool {
    // A row that an abort is still asked for runs ahead of what it tells.
    row(world, id).is_none_or(|(action, row)| {
        row.abort.requested_at.is_some() || !action.has_ended() || closes(true, world.event_keys(id), world.rules())
    })
}

pub(super) fn parent_hears_the_end(world: &World, id: ActionId) -> bool {
    let Some(action) = world.action(id).filter(|action| action.spec.kind != ActionKind::Trace) else { return true };
    let awaited = action.parent.and_then(|parent| world.action(parent)).is_some_and(Action::has_process);
    let over = match action.resource {
        Some(resource) => resource.cr.status.conditions.is_terminal(),
        None => action.has_ended(),
    };
    !awaited || !over || action.heard.is_some_and(ActionPhase::is_terminal)
}

pub(super) fn watch_reads_parents_first(world: &World, id: ActionId) -> bool {
    let key = |(action, row): (&Action, ActionRow)| (row.created_at, world.text(action.name));
    let parent = world.action(id).and_then(|action| row(world, action.parent?));
    let (Some(parent), Some(child)) = (parent, row(world, id)) else { return true };
    // Times are whole seconds at the most, and a search has none: of what is not of one moment nothing is asked.
    let (parent, child) = (key(parent), key(child));
    parent.0 != child.0 || reads_before(parent, child, world.rules())
}

pub(super) fn one_pod(world: &World, id: ActionId) -> bool {
    resource(world, id).is_none_or(|(_, resource)| !resource.left || !is_launched(resource))
}

pub(super) fn listing_is_of_the_living(world: &World, id: ActionId) -> bool {
    let shows = |run, has_paused| is_listed_as_paused(run, has_paused, &world.config().rules);
    row(world, id).is_none_or(|(action, row)| {
        // A paused action speaks for its run; a run's root, for the runs that have none.
        let run = || upwards(world, id).last().and_then(|(_, root)| root.row);
        (row.phase != ActionPhase::Paused || run().is_none_or(|run| shows_the_waiting(shows, run.phase, true)))
            && (action.parent.is_some() || shows_the_waiting(shows, row.phase, false))
    })
}

/// Whether a list shows such a run exactly if it still waits for somebody. What the phases mean is said here once
/// more, in words of its own, so that this does not hold by being asked of itself.
fn shows_the_waiting(shows: impl Fn(ActionPhase, bool) -> bool, run: ActionPhase, has_paused: bool) -> bool {
    let goes_on = match run {
        ActionPhase::Unspecified
        | ActionPhase::Queued
        | ActionPhase::WaitingForResources
        | ActionPhase::Initializing
        | ActionPhase::Running
        | ActionPhase::Paused => true,
        ActionPhase::Succeeded
        | ActionPhase::Failed
        | ActionPhase::Aborted
        | ActionPhase::TimedOut
        | ActionPhase::Recovered => false,
    };
    shows(run, has_paused) == (has_paused && goes_on)
}

pub(super) fn serial_runs_alone(world: &World, id: ActionId) -> bool {
    let runs = |(action, resource): &(&Action, &Resource)| {
        action.spec.caching.serializable && action.spec.caching.discoverable && is_launched(resource)
    };
    let Some((action, _)) = resource(world, id).filter(runs) else { return true };
    let rivals = ids(world).filter(|other| *other != id).filter_map(|other| resource(world, other));
    !rivals.filter(|(rival, _)| rival.spec.cache_key == action.spec.cache_key).any(|rival| runs(&rival))
}

pub(super) fn a_root_succeeds(world: &World, id: ActionId) -> bool {
    row(world, id).is_some_and(|(action, row)| action.parent.is_none() && row.phase == ActionPhase::Succeeded)
}

pub(super) fn a_retry_succeeds(world: &World, id: ActionId) -> bool {
    row(world, id).is_some_and(|(_, row)| row.attempts == 2 && row.phase == ActionPhase::Succeeded)
}

pub(super) fn an_abort_is_done(world: &World, id: ActionId) -> bool {
    world.action(id).is_some_and(is_aborted) && ids(world).all(|other| resource(world, other).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Rules;

    type List<'a> = &'a dyn Fn(ActionPhase, bool) -> bool;

    /// P45 holds of the documented list, and of no other that comes to mind.
    #[test]
    fn a_wrong_list_of_paused_runs_is_told_from_the_right_one() {
        let documented = |run, paused| is_listed_as_paused(run, paused, &Rules::documented());
        let upstream = |run, paused| is_listed_as_paused(run, paused, &Rules::upstream());
        let lists: [(&str, List, bool); 7] = [
            ("documented", &documented, true),
            ("upstream", &upstream, false),
            ("none", &|_, _| false, false),
            ("every one", &|_, _| true, false),
            ("paused themselves", &|run, _| run == ActionPhase::Paused, false),
            ("living", &|run: ActionPhase, _| !run.is_terminal(), false),
            (
                "but those that initialize",
                &|run, paused| documented(run, paused) && run != ActionPhase::Initializing,
                false,
            ),
        ];
        for (name, shows, right) in lists {
            let holds = |run| [false, true].iter().all(|paused| shows_the_waiting(shows, run, *paused));
            assert_eq!(ActionPhase::ALL.iter().all(|run| holds(*run)), right, "{name}");
        }
    }
}
