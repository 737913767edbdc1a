//! A person's session: a configuration, a list of commands, and a place in it. Everything else follows from these, so
//! undo, redo, seek and fork are a matter of applying commands again, from the nearest checkpoint.

use crate::model::config::drawn;
use crate::model::shown::shown;
use crate::model::{ActionId, Code, Command, Config, Delivery, Fact, Rejection, Rule, Story, TextId, Time};
use crate::world::{FACTS_MAX, Metered, NumberedCommand, Sink, World};
use std::convert::Infallible;
use std::ops::Range;

/// A command whose names and texts are numbers in the session's table of texts. It is what the session keeps.
pub type InternedCommand = Command<TextId, TextId>;

/// Commands between two checkpoints, at the least. A seek applies at most the commands between two again.
const CHECKPOINT_EVERY: usize = 64;

/// A world of so much weight costs as much to copy as a command to apply again, so checkpoints of a heavy world are
/// farther apart: then all of them together take no longer than the commands do.
const WEIGHT_PER_COMMAND: usize = 8;

/// How much all checkpoints together may weigh, so that they take some hundred megabytes at the most. Beyond it every
/// other one is dropped: a seek far back then applies more commands again.
const CHECKPOINTS_WEIGHT_MAX: usize = 4 << 20;

/// Steps that [`Session::settle`] takes at the most.
const SETTLE_MAX: usize = 10_000;

/// Commands that a simulation holds at the most.
pub const COMMANDS_MAX: usize = 2_000_000;

/// Facts that a simulation holds at the most: with the commands that led to them they take a gigabyte.
pub const FACTS_HELD_MAX: usize = 4_000_000;

/// Texts of undone commands that are kept until they are forgotten together.
const UNDONE_TEXTS_MAX: usize = 1_024;

/// One command that was applied, and the facts it led to.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its place in the list, from 0.
    pub index: usize,
    /// The virtual time after it.
    pub at: Time,
    /// The numbers of its facts.
    pub facts: Range<usize>,
    /// Whether a draw that the command left out was filled in.
    pub drawn: bool,
}

/// A world, the commands that led to it, and those that were undone.
#[derive(Debug, Clone)]
pub struct Session {
    world: World,
    commands: Vec<InternedCommand>,
    /// For each command applied, how many facts there were after it.
    ends: Vec<usize>,
    /// For each command held, how many texts there were before it.
    texts: Vec<u32>,
    /// How many times texts of undone commands were forgotten, so that their numbers may be those of others now.
    forgotten: u32,
    facts: Vec<Fact>,
    /// Worlds to return to, each with the number of commands that had been applied. The first is empty.
    checkpoints: Vec<(usize, World)>,
    /// How much the checkpoints weigh together.
    weight: usize,
    /// How many times it went back: then the facts are not those before with some more.
    rewinds: u32,
    /// The incident that these commands show, if the trace that they were read from says so.
    story: Option<Box<Story>>,
}

impl Session {
    /// An empty session.
    pub fn new(config: Config) -> Session {
        let world = World::new(config);
        Session {
            checkpoints: vec![(0, world.checkpoint())],
            weight: 0,
            world,
            commands: Vec::new(),
            ends: Vec::new(),
            texts: Vec::new(),
            forgotten: 0,
            facts: Vec::new(),
            rewinds: 0,
            story: None,
        }
    }

    /// The incident that the commands show, if somebody said so.
    pub fn story(&self) -> Option<&Story> {
        self.story.as_deref()
    }

    /// Says which incident the commands show. A fact that it marks and that is not there leaves its command marked: the
    /// rules may have changed since it was told. A command that is not there cannot be marked.
    pub fn tell(&mut self, mut story: Option<Story>) {
        if let Some(story) = &mut story {
            story.wrong.take_if(|moment| moment.command >= self.len());
        }
        if let Some(moment) = story.as_mut().and_then(|story| story.wrong.as_mut()) {
            let count = self.facts_of(moment.command).len();
            moment.fact = moment.fact.filter(|fact| *fact < count);
        }
        self.story = story.map(Box::new);
    }

    /// The world now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// How many commands are applied.
    pub fn index(&self) -> usize {
        self.ends.len()
    }

    /// How many commands are held, those undone included.
    pub fn len(&self) -> usize {
        self.commands.len()
    }

    /// Whether no command is held.
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// The commands that are applied. Those that left a draw out have it filled in.
    pub fn commands(&self) -> impl Iterator<Item = Command> {
        self.commands.iter().take(self.index()).map(|command| self.worded(command))
    }

    /// The commands that are held, those undone included.
    pub fn held(&self) -> impl Iterator<Item = Command> {
        self.commands.iter().map(|command| self.worded(command))
    }

    /// The command at `index`, if it is applied.
    pub fn command(&self, index: usize) -> Option<Command> {
        self.commands.get(index).filter(|_| index < self.index()).map(|command| self.worded(command))
    }

    /// The facts, oldest first.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// How many times it went back, and so lost facts.
    pub fn rewinds(&self) -> u32 {
        self.rewinds
    }

    /// The facts of the command at `index`, if it is applied.
    pub fn facts_of(&self, index: usize) -> Range<usize> {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        start..self.ends.get(index).copied().unwrap_or(start)
    }

    /// How many times texts were forgotten. Whoever keeps something under a text's number forgets it then as well.
    pub fn forgotten(&self) -> u32 {
        self.forgotten
    }

    /// Applies a command. Those undone are dropped: from here on, things went otherwise.
    pub fn dispatch(&mut self, command: Command) -> Result<Step, Rejection> {
        self.dispatch_interned_with(command).map(|(step, _)| step)
    }

    /// As [`Session::dispatch`]; also answers the command as the session keeps it, which can be applied again.
    pub fn dispatch_interned_with(&mut self, command: Command) -> Result<(Step, InternedCommand), Rejection> {
        let undone = self.take_undone_texts();
        let met = self.world.texts().len();
        let interned = intern(&mut self.world, command);
        match self.dispatch_interned(interned.clone()) {
            Ok(step) => {
                self.forgotten = self.forgotten.wrapping_add(u32::from(!undone.is_empty()));
                Ok((step, interned))
            }
            Err(rejection) => {
                self.world.forget_texts(met);
                for text in undone {
                    self.world.intern(&text);
                }
                Err(rejection)
            }
        }
    }

    /// How many texts there were when the next command was first given, or would be given now.
    fn texts_before(&self) -> u32 {
        let count = u32::try_from(self.world.texts().len()).unwrap_or(u32::MAX);
        self.texts.get(self.index()).copied().unwrap_or(count)
    }

    /// Takes out the texts that only undone commands have brought, once they are many. The world as it is knows none
    /// of them: it was there before they came.
    fn take_undone_texts(&mut self) -> Vec<String> {
        let before = self.texts_before() as usize;
        let texts = self.world.texts();
        if texts.len() < before + UNDONE_TEXTS_MAX {
            return Vec::new();
        }
        let undone = texts.iter().skip(before).map(str::to_owned).collect();
        self.world.forget_texts(before);
        undone
    }

    /// Applies a command that this session has interned before.
    pub fn dispatch_interned(&mut self, mut command: InternedCommand) -> Result<Step, Rejection> {
        let index = self.index();
        if index >= COMMANDS_MAX {
            return Err(full(&format!("A simulation holds up to {COMMANDS_MAX} commands.")));
        }
        let drawn = fill_draw(&self.world, index, &mut command);
        let numbered = number(&self.world, command.clone())?;
        let texts = self.texts_before();
        // Room is made first: whatever ends in the middle leaves the commands whole (`Saved::rebuilt` rests on it).
        self.texts.reserve(1);
        self.commands.reserve(1);
        self.ends.reserve(1);
        self.apply(&numbered)?;
        self.texts.truncate(index);
        self.texts.push(texts);
        if self.commands.len() > index {
            self.commands.truncate(index);
            // Whoever goes another way before the moment in which it goes wrong tells another story.
            self.story.take_if(|story| story.wrong.as_ref().is_some_and(|moment| moment.command >= index));
        }
        self.commands.push(command);
        self.remember();
        Ok(Step { index, at: self.world.now(), facts: self.facts_of(index), drawn })
    }

    /// What a command would do, told while the world is as it would be; afterwards nothing has changed.
    pub fn explain<R>(&mut self, command: Command, told: impl FnOnce(&World, &[Fact]) -> R) -> Result<R, Rejection> {
        self.explain_all(vec![command], told)
    }

    /// As [`Session::explain`], of commands that are given one after the other.
    pub fn explain_all<R>(
        &mut self,
        commands: Vec<Command>,
        told: impl FnOnce(&World, &[Fact]) -> R,
    ) -> Result<R, Rejection> {
        let (index, met) = (self.index(), self.world.texts().len());
        let commands: Vec<InternedCommand> =
            commands.into_iter().map(|command| intern(&mut self.world, command)).collect();
        let answer = self.world.attempt(
            |world, sink| {
                for (mut command, index) in commands.into_iter().zip(index..) {
                    fill_draw(world, index, &mut command);
                    let numbered = number(world, command)?;
                    world.apply(&numbered, sink)?;
                }
                Ok(())
            },
            told,
        );
        self.world.forget_texts(met);
        answer
    }

    /// The action of that name, or a refusal that names those there are.
    pub fn action(&self, name: &str) -> Result<ActionId, Rejection> {
        self.world.find(name).ok_or_else(|| unknown_action(&self.world, name))
    }

    /// The commands about one action, or about all, that would be accepted now.
    pub fn enabled(&self, action: Option<&str>) -> Result<Vec<Command>, Rejection> {
        let action = action.map(|name| self.action(name)).transpose()?;
        let mut numbered = Vec::new();
        self.world.enabled(action, &mut numbered);
        Ok(numbered.into_iter().map(|command| name_command(&self.world, command)).collect())
    }

    /// The faults that can be asked for now, about one action or about all.
    pub fn enabled_faults(&self, action: Option<&str>) -> Result<Vec<Command>, Rejection> {
        let action = action.map(|name| self.action(name)).transpose()?;
        let mut numbered = Vec::new();
        self.world.enabled_faults(action, &mut numbered);
        Ok(numbered.into_iter().map(|command| name_command(&self.world, command)).collect())
    }

    /// Goes to the moment when `index` commands were applied.
    pub fn seek(&mut self, index: usize) -> Result<(), Rejection> {
        if index > self.commands.len() {
            let message =
                format!("There are {} commands, so there is no place {index} among them.", self.commands.len());
            return Err(Rejection::new(Code::OutOfRange, Rule::CommandInvalid, message));
        }
        if index < self.index() {
            self.rewinds = self.rewinds.wrapping_add(1);
            let later = self.checkpoints.partition_point(|(at, _)| *at <= index);
            self.checkpoints.truncate(later);
            self.weigh_checkpoints();
            if let Some((at, checkpoint)) = self.checkpoints.last() {
                self.world.return_to(checkpoint);
                self.ends.truncate(*at);
            }
            self.facts.truncate(self.ends.last().copied().unwrap_or(0));
        }
        while self.index() < index {
            let Some(command) = self.commands.get(self.index()).cloned() else { break };
            let numbered = number(&self.world, command)?;
            self.apply(&numbered)?;
            self.remember();
        }
        Ok(())
    }

    /// Takes the last command back; false if there is none.
    pub fn undo(&mut self) -> Result<bool, Rejection> {
        let Some(index) = self.index().checked_sub(1) else { return Ok(false) };
        self.seek(index).map(|()| true)
    }

    /// Applies the last command taken back; false if there is none.
    pub fn redo(&mut self) -> Result<bool, Rejection> {
        if self.index() == self.len() {
            return Ok(false);
        }
        self.seek(self.index() + 1).map(|()| true)
    }

    /// Does what is due and fires timers, earliest first, until nothing is left or 10,000 steps were taken.
    /// What is too much for one command is too much for all of these as well; then nothing has changed.
    pub fn settle(&mut self) -> Result<Vec<Step>, Rejection> {
        if self.next_step().is_none() {
            return Ok(Vec::new());
        }
        let (index, facts, began) = (self.index(), self.facts.len(), self.world.now());
        // The first step drops what was undone, so that is kept in case it is wanted back.
        let undone = self.commands.get(index..).unwrap_or_default().to_vec();
        let texts = self.texts.get(index..).unwrap_or_default().to_vec();
        let story = self.story.clone();
        let settled = self.settle_within(facts + usize::try_from(FACTS_MAX).unwrap_or(usize::MAX), began);
        if settled.is_err() {
            self.seek(index)?;
            self.commands.truncate(index);
            self.commands.extend(undone);
            self.texts.truncate(index);
            self.texts.extend(texts);
            self.story = story;
        }
        settled
    }

    /// What happens by itself next, if anything does.
    fn next_step(&self) -> Option<InternedCommand> {
        if self.world.config().delivery == Delivery::Manual && self.world.pending().next().is_some() {
            return Some(InternedCommand::Deliver { item: None });
        }
        self.world.next_due().map(|_| InternedCommand::Fire { timer: None })
    }

    fn settle_within(&mut self, facts_max: usize, began: Time) -> Result<Vec<Step>, Rejection> {
        let mut steps = Vec::new();
        while steps.len() < SETTLE_MAX
            && let Some(command) = self.next_step()
        {
            let before = self.world.now().since(began);
            // These bring no text, so those of undone commands stay, which are there again if all of it is refused.
            steps.push(self.dispatch_interned(command)?);
            if self.facts.len() > facts_max {
                let less = if before > 0 {
                    format!("`advance` by {before} ms and go on from there.")
                } else {
                    "Deliver piece by piece, or fire timers one by one.".to_owned()
                };
                let message = format!("To settle would lead to more than {FACTS_MAX} facts. {less}");
                return Err(Rejection::new(Code::ResourceExhausted, Rule::Bounded, message));
            }
        }
        Ok(steps)
    }

    fn apply(&mut self, numbered: &NumberedCommand) -> Result<(), Rejection> {
        let room = FACTS_HELD_MAX.saturating_sub(self.facts.len());
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        let mut sink = Metered::new(&mut self.facts, FACTS_MAX.min(room));
        let applied = self.world.apply(numbered, &mut sink);
        if sink.is_full() {
            self.restore()?;
            if room < FACTS_MAX {
                return Err(full(&format!("A simulation holds up to {FACTS_HELD_MAX} facts, and this leads beyond.")));
            }
        }
        applied?;
        self.ends.push(self.facts.len());
        Ok(())
    }

    /// Keeps the world as it is, to return to, if it is time for that.
    fn remember(&mut self) {
        let since = self.index() - self.checkpoints.last().map_or(0, |(at, _)| *at);
        if since >= CHECKPOINT_EVERY && since >= self.world.weight() / WEIGHT_PER_COMMAND {
            self.checkpoints.push((self.index(), self.world.checkpoint()));
            self.weight += self.world.weight();
            if self.weight > CHECKPOINTS_WEIGHT_MAX {
                self.thin_checkpoints();
            }
        }
    }

    /// Drops every other checkpoint; the first stays, and the last.
    fn thin_checkpoints(&mut self) {
        let last = self.checkpoints.len() - 1;
        let mut places = 0..;
        self.checkpoints.retain(|_| places.next().is_none_or(|place| place % 2 == 0 || place == last));
        self.weigh_checkpoints();
    }

    fn weigh_checkpoints(&mut self) {
        self.weight = self.checkpoints.iter().map(|(_, world)| world.weight()).sum();
    }

    /// Makes the world what it was before a command that was stopped on its way.
    fn restore(&mut self) -> Result<(), Rejection> {
        self.facts.truncate(self.ends.last().copied().unwrap_or(0));
        let Some((at, checkpoint)) = self.checkpoints.last() else { return Ok(()) };
        self.world.return_to(checkpoint);
        // The same kind of sink as ever: another would have the whole world compiled once more.
        let mut told_before = Vec::new();
        let mut sink = Metered::new(&mut told_before, i64::MAX);
        for command in self.commands.get(*at..self.ends.len()).unwrap_or_default() {
            let numbered = number(&self.world, command.clone())?;
            self.world.apply(&numbered, &mut sink)?;
        }
        Ok(())
    }

    /// A command with words for numbers.
    fn worded(&self, command: &InternedCommand) -> Command {
        let text = |text| self.world.texts().get(text).to_owned();
        let Ok(command) = command.clone().map(|name| Ok::<_, Infallible>(text(name)), text);
        command
    }
}

/// What is said when a simulation holds all that it can.
fn full(what: &str) -> Rejection {
    let message = format!("{what} Take some back (`undo`, `seek`), or begin another one.");
    Rejection::new(Code::ResourceExhausted, Rule::Bounded, message)
}

/// The command with numbers for names and texts, which the world keeps from now on.
fn intern(world: &mut World, command: Command) -> InternedCommand {
    let world = std::cell::RefCell::new(world);
    let text = |text: String| world.borrow_mut().intern(&text);
    let Ok(command) = command.map(|name| Ok::<_, Infallible>(text(name)), text);
    command
}

/// The command with numbers for actions: names that are no action's are refused.
fn number(world: &World, command: InternedCommand) -> Result<NumberedCommand, Rejection> {
    command.map(
        |name| world.named(name).ok_or_else(|| unknown_action(world, world.texts().get(name))),
        std::convert::identity,
    )
}

/// Fills in the draw that an abort reply leaves out, so that the log replays without a generator.
fn fill_draw(world: &World, index: usize, command: &mut InternedCommand) -> bool {
    if let Command::AbortReply { action, reply, draw_ms: draw @ None } = command
        && let Some(ceiling) = world.named(*action).and_then(|id| world.abort_ceiling(id, *reply))
    {
        *draw = Some(drawn((world.config().seed, index), ceiling));
        return true;
    }
    false
}

fn unknown_action(world: &World, name: &str) -> Rejection {
    let known: Vec<&str> = world.actions().take(8).map(|(id, _)| world.name_of(id)).collect();
    let known = match (known.is_empty(), world.action_count() > 8) {
        (true, _) => "there is none yet; create a run with `createRun`".to_owned(),
        (false, false) => format!("there are {}", known.join(", ")),
        (false, true) => format!("there are {}, … ({} in all)", known.join(", "), world.action_count()),
    };
    Rejection::new(Code::NotFound, Rule::UnknownAction, format!("action not found: {}; {known}.", shown(name)))
}

/// A command with names for numbers.
fn name_command(world: &World, command: NumberedCommand) -> Command {
    let Ok(named) =
        command.map(|id| Ok::<_, Infallible>(world.name_of(id).to_owned()), |text| world.texts().get(text).to_owned());
    named
}
