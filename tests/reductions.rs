//! What the search leaves out of a state, or does not try, changes no verdict: a plain search that leaves nothing out
//! finds the same properties broken, by runs of the same lengths.
//!
//! The plain search holds whole worlds, with pieces of work, timers and aborts in the order in which they came, and also
//! tries aborts of a run and every reply. Only their numbers are left out, which go on for ever.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test stops where what it expects fails")]

use flyte_lifecycle::drive::explore::models::{Model, models};
use flyte_lifecycle::drive::explore::{Bounds, Exploration, Input, Inputs, PlannedKind, Snapshot, Stepper};
use flyte_lifecycle::drive::properties::{Fault, Property, Transition, held, is_settled};
use flyte_lifecycle::model::{ActionId, Command, Fact, Rules};
use flyte_lifecycle::world::{NumberedCommand, World};
use std::collections::{BTreeMap, HashSet};

/// Everything in a world but the numbers of timers and of pieces of work, as text.
fn whole(world: &World) -> String {
    let actions: Vec<_> = world.actions().map(|(id, action)| (action, world.event_keys(id))).collect();
    let pending: Vec<_> = world.pending().map(|piece| (piece.action, piece.work, piece.news)).collect();
    let timers: Vec<_> = world.timers().map(|timer| (timer.action, timer.kind, timer.due)).collect();
    let aborts: Vec<_> =
        world.aborts().iter().map(|(id, task)| (id, abort(world, &format!("{:?}", task.state)))).collect();
    format!("{actions:?} {pending:?} {timers:?} {aborts:?} {:?}", world.faults())
}

/// What an abort waits for, with its place in the line for its ticket.
fn abort(world: &World, state: &str) -> String {
    let mut line: Vec<String> = world.aborts().iter().map(|(_, task)| format!("{:?}", task.state)).collect();
    line.retain(|other| other.starts_with("Queued"));
    line.sort_by_key(|other| (other.len(), other.clone()));
    match line.iter().position(|other| other == state) {
        Some(place) => format!("Queued {place}"),
        None => state.to_owned(),
    }
}

/// A world, and the commands that create its actions.
fn beginning(bounds: &Bounds, rules: Rules) -> (World, Vec<NumberedCommand>) {
    let mut world = World::new(bounds.config(rules));
    let creations: Vec<NumberedCommand> = (0..bounds.actions.len())
        .map(|place| {
            let parent = ActionId(u32::try_from(bounds.actions[place].parent).unwrap());
            let Ok(command) = bounds
                .creation(place)
                .unwrap()
                .map(|_| Ok::<_, std::convert::Infallible>(parent), |text: String| world.intern(&text));
            command
        })
        .collect();
    (world, creations)
}

fn tried(bounds: &Bounds, creations: &[NumberedCommand], world: &World) -> Vec<NumberedCommand> {
    let mut out = Vec::new();
    let more = Bounds { inputs: bounds.inputs.with(Input::EveryReply), ..bounds.clone() };
    let crowded = bounds.is_crowded(world.pending_count());
    let admits = |command: &NumberedCommand| match command {
        Command::AbortRun { .. } => bounds.inputs.has(Input::Abort) && !crowded,
        _ => more.admits(world, crowded, command),
    };
    world.enabled_among(None, admits, &mut out);
    if crowded {
        return out;
    }
    let count = world.action_count();
    let from = if bounds.inputs.has(Input::CreateAgain) { 0 } else { count };
    for (place, creation) in creations.iter().enumerate().take(count + 1).skip(from) {
        let parent = world.action(ActionId(u32::try_from(bounds.actions[place].parent).unwrap()));
        let late = place > 0
            && parent
                .and_then(|parent| parent.resource)
                .is_some_and(|resource| resource.cr.deleting || resource.cr.status.conditions.is_terminal());
        if (bounds.inputs.has(Input::LateChild) || !late) && world.accepts(creation) {
            out.push(creation.clone());
        }
    }
    out
}

/// The states and transitions of a model, of a search that works out each step anew.
fn forgetful(bounds: &Bounds, rules: Rules) -> (usize, u64) {
    let mut stepper = Stepper::new(rules, bounds).unwrap();
    let mut known = HashSet::from([Snapshot::default()]);
    let (mut level, mut choices, mut transitions) = (vec![Snapshot::default()], Vec::new(), 0);
    while let Some(state) = level.pop() {
        stepper.choices(&state, &mut choices);
        for choice in &choices {
            transitions += 1;
            let after = stepper.step(&state, choice);
            if known.insert(after.clone()) {
                level.push(after);
            }
        }
    }
    (known.len(), transitions)
}

/// What a search remembers of one state holds in the others: it comes to as many states, by as many steps, as one that
/// remembers nothing.
#[test]
fn a_search_that_remembers_nothing_comes_to_the_same_states() {
    for model in models() {
        for rules in [Rules::documented(), Rules::upstream()] {
            let mut exploration = Exploration::new(rules, &model.bounds, &[], &[]).unwrap();
            while exploration.run(10_000).ended.is_none() {}
            let progress = exploration.progress();
            // The largest models take minutes without memory, and differ from others in nothing but their size.
            if progress.states < 100_000 {
                assert_eq!((progress.states, progress.transitions), forgetful(&model.bounds, rules), "{}", model.name);
            }
        }
    }
}

type Lengths = BTreeMap<&'static str, usize>;

/// Breadth-first, with whole worlds.
fn plain(bounds: &Bounds, rules: Rules, properties: &[&'static Property]) -> (Lengths, usize) {
    let (world, creations) = beginning(bounds, rules);
    let mut known = HashSet::from([whole(&world)]);
    let mut level = vec![world];
    let mut found = Lengths::new();
    let mut depth = 0;
    while !level.is_empty() {
        let mut next = Vec::new();
        for before in &level {
            let settled = is_settled(before);
            for property in properties {
                if property.shown_by_world(before, settled).is_some() {
                    found.entry(property.id).or_insert(depth);
                }
            }
            for command in tried(bounds, &creations, before) {
                let mut after = before.clone();
                let mut facts: Vec<Fact> = Vec::new();
                after.apply_untimed(&command, &mut facts);
                let step = Transition { before, command: &command, facts: &facts, after: &after };
                for property in properties {
                    if property.shown_by_step(&step).is_some() {
                        let length = found.entry(property.id).or_insert(depth + 1);
                        *length = (*length).min(depth + 1);
                    }
                }
                if known.insert(whole(&after)) {
                    next.push(after);
                }
            }
        }
        level = next;
        depth += 1;
    }
    (found, known.len())
}

/// A parent and its child, piece by piece, small enough for a debug build.
fn tiny_pair() -> Model {
    let inputs = Inputs::NONE.with(Input::Success);
    let bounds =
        Bounds { attempts: 1, backlog: 1, inputs, ..Bounds::of(&[PlannedKind::Task, PlannedKind::Task]) }.in_pieces();
    Model { name: "a tiny pair, piece by piece", fault: Fault::Race, bounds }
}

#[test]
fn a_search_that_leaves_nothing_out_finds_the_same() {
    let names = [
        "a task",
        "a parent and its child",
        "a condition with a deadline",
        "a task, aborted and created again",
        "a parent and its child, aborted and created again",
        "a task, piece by piece",
        "news that is lost",
        "abort calls that fail",
    ];
    let mut more = 0;
    for model in models().into_iter().filter(|model| names.contains(&model.name)).chain([tiny_pair()]) {
        for rules in [Rules::documented(), Rules::upstream()] {
            let properties: Vec<&'static Property> =
                held().filter(|property| model.bounds.refuses(property).is_none()).collect();
            let mut exploration = Exploration::new(rules, &model.bounds, &properties, &[]).unwrap();
            while exploration.run(10_000).ended.is_none() {}
            let reduced: Lengths =
                exploration.found_lengths().into_iter().map(|(property, length)| (property.id, length)).collect();
            let (found, states) = plain(&model.bounds, rules, &properties);
            assert_eq!(found, reduced, "{}", model.name);
            assert!(states >= exploration.progress().states, "{}", model.name);
            more += states - exploration.progress().states;
        }
    }
    assert!(more > 0, "nothing is left out at all");
}
