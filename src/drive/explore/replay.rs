//! From the search back to commands that a person can give, and whether what they show also happens in time.

use super::Exploration;
use crate::drive::Session;
use crate::drive::properties::{Property, Transition};
use crate::model::words::words;
use crate::model::{ActionId, Command, Fact, PendingWork, TimerKind};
use crate::world::{NumberedCommand, World};
use std::convert::Infallible;

/// The shortest run to something.
#[derive(Debug, Clone)]
pub struct Finding {
    /// How many commands.
    pub length: usize,
    /// Whether it happens in time.
    pub timing: Timing,
    /// The run; if it is untimed, as far as it goes in time.
    pub session: Session,
}

words! {
    /// Whether a finding also happens in time, where timers fire when they are due.
    pub enum Timing {
        /// It does.
        Timed = 0 "timed",
        /// Not with the model's times: a timer would have to wait for another that is due later.
        Untimed = 1 "untimed",
    }
}

/// A choice without the numbers that timers and pieces of work have in one world only.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Choice {
    Given(NumberedCommand),
    Fire(ActionId, TimerKind),
    Deliver(ActionId, PendingWork),
    Drop(ActionId, PendingWork),
    Duplicate(ActionId, PendingWork),
}

impl Choice {
    pub(super) fn of(world: &World, command: &NumberedCommand) -> Choice {
        let given = || Choice::Given(command.clone());
        let piece = |item: Option<u32>| {
            item.and_then(|item| world.pending_item(Some(item))).map(|item| (item.action, item.work))
        };
        match command {
            Command::Fire { timer } => world
                .timers()
                .find(|other| Some(other.id) == *timer)
                .map_or_else(given, |timer| Choice::Fire(timer.action, timer.kind)),
            Command::Deliver { item } => piece(*item).map_or_else(given, |(id, work)| Choice::Deliver(id, work)),
            Command::Drop { item } => piece(*item).map_or_else(given, |(id, work)| Choice::Drop(id, work)),
            Command::Duplicate { item } => piece(*item).map_or_else(given, |(id, work)| Choice::Duplicate(id, work)),
            _ => given(),
        }
    }

    /// The command in a world that has numbers of its own.
    pub(super) fn in_world(&self, world: &World) -> NumberedCommand {
        // Pieces of one sort about one action are done in their order, so the first of them is meant.
        let piece = |action: ActionId, work: PendingWork| {
            world.pending_of(action).find(|item| item.work == work).map(|item| item.id)
        };
        match self {
            Choice::Fire(action, kind) => {
                let timer = world.timers_of(*action).find(|timer| timer.kind == *kind);
                Command::Fire { timer: timer.map(|timer| timer.id) }
            }
            Choice::Deliver(action, work) => Command::Deliver { item: piece(*action, *work) },
            Choice::Drop(action, work) => Command::Drop { item: piece(*action, *work) },
            Choice::Duplicate(action, work) => Command::Duplicate { item: piece(*action, *work) },
            Choice::Given(command) => command.clone(),
        }
    }

    /// The same with the delay drawn that would follow.
    fn drawn(&self, world: &World, draw: Draw) -> NumberedCommand {
        let Choice::Given(Command::AbortReply { action, reply, draw_ms: None }) = *self else {
            return self.in_world(world);
        };
        let ceiling = world.abort_ceiling(action, reply);
        let draw_ms = match draw {
            Draw::Shortest => ceiling.map(|_| 0),
            Draw::Longest => ceiling,
        };
        Command::AbortReply { action, reply, draw_ms }
    }
}

/// Which delays are drawn in a timed replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Draw {
    Shortest,
    Longest,
}

/// What a replay looks for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Looked<'a> {
    Property(&'a Property),
    Targets(&'a [super::Target]),
}

impl Looked<'_> {
    /// Whether the step, or the world before or after it, shows it.
    fn is_shown(self, step: &Transition) -> bool {
        match self {
            Looked::Targets(targets) => targets.iter().all(|target| target.is_reached(step)),
            Looked::Property(property) => property.shown_in(step).is_some(),
        }
    }
}

impl Exploration {
    /// The finding at a state, or at a choice of it.
    pub(super) fn finding(&self, (state, choice): (u32, Option<u32>), looked: Looked) -> Finding {
        let mut way = self.way(state);
        way.extend(choice.map(|choice| (state, choice)));
        let choices = self.chosen(&way);
        let timed = [Draw::Shortest, Draw::Longest].iter().find_map(|&draw| self.replay(&choices, draw, looked));
        match timed {
            Some(session) => Finding { length: choices.len(), timing: Timing::Timed, session },
            None => Finding { length: choices.len(), timing: Timing::Untimed, session: self.told(&choices) },
        }
    }

    /// Whether and how the targets were reached.
    pub fn reached(&self) -> Option<Finding> {
        let (state, choice) = self.reached?;
        Some(self.finding((state, Some(choice)), Looked::Targets(&self.targets)))
    }

    /// The choices on a way, free of one world's numbers.
    fn chosen(&self, way: &[(u32, u32)]) -> Vec<Choice> {
        let mut world = self.before.clone();
        let mut listed = Vec::new();
        let mut chosen = Vec::new();
        for &(state, choice) in way {
            self.put_into(&mut world, state);
            self.space.choices(&world, &mut listed);
            chosen.extend(listed.get(choice as usize).map(|command| Choice::of(&world, command)));
        }
        chosen
    }

    /// The session in which time passes as it does, if it shows what is looked for at its end.
    fn replay(&self, choices: &[Choice], draw: Draw, looked: Looked) -> Option<Session> {
        let mut session = self.origin.clone();
        let (mut shown, mut before) = (false, session.world().clone());
        for choice in choices {
            shown = false;
            let command = self.worded(session.world(), choice, draw);
            let step = session.dispatch(command).ok()?;
            let facts: &[Fact] = session.facts().get(step.facts).unwrap_or_default();
            let numbered = choice.drawn(&before, draw);
            let step = Transition { before: &before, command: &numbered, facts, after: session.world() };
            shown |= looked.is_shown(&step);
            before = session.world().clone();
        }
        shown.then_some(session)
    }

    /// The session as far as it goes in time.
    fn told(&self, choices: &[Choice]) -> Session {
        let mut session = self.origin.clone();
        for choice in choices {
            let command = self.worded(session.world(), choice, Draw::Longest);
            if session.dispatch(command).is_err() {
                break;
            }
        }
        session
    }

    /// A choice in words. The creations are the search's own, since their names may not be known yet.
    fn worded(&self, world: &World, choice: &Choice, draw: Draw) -> Command {
        let command = choice.drawn(world, draw);
        if let Some(creation) = self.space.creation(&command) {
            return creation.clone();
        }
        // The search's world knows every text that a command of its own may hold.
        let text = |text| self.before.texts().get(text).to_owned();
        let Ok(command) = command.map(|id| Ok::<_, Infallible>(world.name_of(id).to_owned()), text);
        command
    }
}
