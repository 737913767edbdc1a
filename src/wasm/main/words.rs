//! What is told of a run: steps and events, in words that cross the boundary once.

use super::arguments::{index, time};
use crate::drive::{InternedCommand, Session, Step};
use crate::model::{ActionPhase, Fact, Interner, Rule, Service, TimerKind, What};
use crate::view::Saying;
use crate::view::event::{About, SourceView};
use crate::world::World;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

// What a simulation has told before, kept on JavaScript's side, so that the same words cross the boundary once. The
// numbers in between come from here.
#[wasm_bindgen(module = "/src/js/words.js")]
extern "C" {
    #[wasm_bindgen(js_name = Words)]
    type JsWords;

    #[wasm_bindgen(constructor, js_class = "Words")]
    fn new() -> JsWords;

    /// The number of a command told before; [`NEW`] or [`UNREADABLE`] if there is none.
    #[wasm_bindgen(method, js_name = numberOf)]
    fn number_of(this: &JsWords, command: &JsValue) -> i32;

    /// The JSON of the command asked for last.
    #[wasm_bindgen(method, getter)]
    fn json(this: &JsWords) -> String;

    /// Keeps the command asked for last under that number.
    #[wasm_bindgen(method, js_name = keepCommand)]
    fn keep_command(this: &JsWords, number: u32);

    #[wasm_bindgen(method, js_name = forgetCommands)]
    fn forget_commands(this: &JsWords);

    #[wasm_bindgen(method, js_name = keepName)]
    fn keep_name(this: &JsWords, number: u32, name: &str);

    /// A saying: its kind and its rule by number, what it is about as [`numbers`] has it, and what exactly.
    #[wasm_bindgen(method, js_name = keepSaying)]
    fn keep_saying(this: &JsWords, number: u32, kind: u32, rule: u32, about: &[f64], detail: Option<String>);

    /// The names of phases, timers and processes by number, with a space between two.
    #[wasm_bindgen(js_name = tellNames)]
    fn tell_names(phases: &str, timers: &str, services: &str);

    #[wasm_bindgen(js_name = tellKind)]
    fn tell_kind(number: u32, store: &str, name: &str);

    #[wasm_bindgen(js_name = tellRule)]
    fn tell_rule(number: u32, rule: &str, sentence: &str, file: &str, function: &str);

    /// A step: its command by number, and its facts as time, name and saying each.
    #[wasm_bindgen(method)]
    fn step(this: &JsWords, index: u32, at: f64, command: i32, from: u32, facts: &[f64]) -> JsValue;

    #[wasm_bindgen(method)]
    fn events(this: &JsWords, from: u32, facts: &[f64]) -> JsValue;
}

/// A command that was not told before: its JSON is there to be read.
const NEW: i32 = -1;

/// A command that JSON cannot hold.
const UNREADABLE: i32 = -2;

/// A command as JavaScript gives it.
pub(super) enum Given {
    /// Told before: as it was kept, and under which number.
    Known(InternedCommand, u32),
    /// New, as JSON.
    New(String),
    /// What JSON cannot hold.
    Unreadable,
}

/// Commands and sayings kept at the most; then all are forgotten and kept anew.
const KEPT_MAX: usize = 4_096;

/// Characters of a command's JSON that is kept: long texts are seldom said twice.
const KEPT_LENGTH_MAX: usize = 2_048;

thread_local! {
    /// The kinds of facts and the rules that JavaScript has been told of, by any simulation.
    static TOLD: RefCell<(Interner<&'static str>, Interner<Rule>)> =
        const { RefCell::new((Interner::new(), Interner::new())) };
}

fn names<T>(all: &[T], name: impl Fn(&T) -> &'static str) -> String {
    all.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// What a saying is about, in the order of `ABOUT` in words.js; not a number where it is about no such thing.
fn numbers(about: &About) -> [f64; 7] {
    let phase = |phase: ActionPhase| f64::from(phase.number());
    [
        about.from.map(phase),
        about.to.map(phase),
        about.attempt.map(f64::from),
        about.abort_attempt.map(f64::from),
        about.timer.map(|timer| f64::from(timer.number())),
        about.due.map(time),
        about.service.map(|service| f64::from(service.number())),
    ]
    .map(|number| number.unwrap_or(f64::NAN))
}

/// What [`JsWords`] holds, by number, and room for the numbers of a step.
pub(super) struct Words {
    js: JsWords,
    commands: Vec<InternedCommand>,
    /// By the number of the name: whether it was told.
    names: Vec<bool>,
    sayings: Interner<(What, Rule)>,
    numbers: Vec<f64>,
    /// How many times the session had forgotten texts, whose numbers are those of others since.
    forgotten: u32,
}

impl Words {
    /// Forgets everything if the session has forgotten texts, and answers whether it did.
    pub(super) fn forget_as(&mut self, session: &Session) -> bool {
        let forgets = self.forgotten != session.forgotten();
        if forgets {
            *self = Words { forgotten: session.forgotten(), ..Words::new() };
        }
        forgets
    }

    pub(super) fn new() -> Words {
        Words {
            js: JsWords::new(),
            commands: Vec::new(),
            names: Vec::new(),
            sayings: Interner::new(),
            numbers: Vec::new(),
            forgotten: 0,
        }
    }

    /// What is given as a command.
    pub(super) fn given(&self, command: &JsValue) -> Given {
        let number = self.js.number_of(command);
        let place = usize::try_from(number).ok();
        match (place.and_then(|place| self.commands.get(place)), number) {
            (Some(known), _) => Given::Known(known.clone(), number.unsigned_abs()),
            (None, UNREADABLE) => Given::Unreadable,
            (None, _) => Given::New(self.js.json()),
        }
    }

    /// Keeps a command whose JSON has so many characters, unless that is much; answers its number.
    pub(super) fn keep(&mut self, command: InternedCommand, length: usize) -> Option<u32> {
        if length > KEPT_LENGTH_MAX {
            return None;
        }
        if self.commands.len() >= KEPT_MAX {
            self.commands.clear();
            self.js.forget_commands();
        }
        let number = index(self.commands.len());
        self.js.keep_command(number);
        self.commands.push(command);
        Some(number)
    }

    /// A step, with the command kept under that number; [`NEW`] leaves it to be told.
    pub(super) fn step(&mut self, world: &World, step: &Step, facts: &[Fact], command: Option<u32>) -> JsValue {
        self.number(world, facts);
        let command = command.map_or(NEW, |number| i32::try_from(number).unwrap_or(NEW));
        self.js.step(index(step.index), time(step.at), command, index(step.facts.start), &self.numbers)
    }

    /// Puts facts into numbers, and tells JavaScript those that it has not met.
    fn number(&mut self, world: &World, facts: &[Fact]) {
        if self.sayings.len() > KEPT_MAX {
            self.sayings = Interner::new();
        }
        self.numbers.clear();
        for fact in facts {
            let name = match fact.action.and_then(|id| world.action(id)) {
                None => -1.0,
                Some(action) => {
                    let number = action.full_name.0;
                    if self.names.len() <= number as usize {
                        self.names.resize(number as usize + 1, false);
                    }
                    if let Some(told) = self.names.get_mut(number as usize).filter(|told| !**told) {
                        *told = true;
                        self.js.keep_name(number, world.texts().get(action.full_name));
                    }
                    f64::from(number)
                }
            };
            let what = match fact.what {
                // The time of an event and what only its details tell say nothing in words, so they need not tell sayings
                // apart.
                What::EventRecorded { phase, attempt, version, error, .. } => What::EventRecorded {
                    phase,
                    attempt,
                    version,
                    error,
                    updated_at: crate::model::Time(0),
                    cache_status: 0,
                    said: crate::model::Message::Empty,
                },
                what => what,
            };
            let said = (what, fact.rule);
            let (saying, new) = self.sayings.intern(&said, || said);
            if new {
                self.tell(saying, &Saying::of(world, &what, fact.rule), fact.rule);
            }
            self.numbers.extend([time(fact.at), name, f64::from(saying)]);
        }
    }

    /// Tells a saying, and before that its kind and its rule if no simulation has told them.
    fn tell(&self, number: u32, saying: &Saying, rule: Rule) {
        // JavaScript is called while nothing is borrowed, and what it was told counts as told once it has been: its stack
        // may end there.
        if TOLD.with_borrow(|(kinds, _)| kinds.is_empty()) {
            tell_names(
                &names(ActionPhase::ALL, |phase| phase.name()),
                &names(TimerKind::ALL, |timer| timer.name()),
                &names(Service::ALL, |service| service.name()),
            );
        }
        let kind = TOLD.with_borrow(|(kinds, _)| kinds.find(&saying.kind).ok_or(index(kinds.len())));
        let kind = kind.unwrap_or_else(|kind| {
            tell_kind(kind, saying.store.name(), saying.kind);
            TOLD.with_borrow_mut(|(kinds, _)| kinds.intern(saying.kind, || saying.kind)).0
        });
        let number_of_rule = TOLD.with_borrow(|(_, rules)| rules.find(&rule).ok_or(index(rules.len())));
        let rule = number_of_rule.unwrap_or_else(|number| {
            let source = saying.source.unwrap_or(SourceView { file: "", function: "" });
            tell_rule(number, saying.rule, saying.sentence, source.file, source.function);
            TOLD.with_borrow_mut(|(_, rules)| rules.intern(&rule, || rule)).0
        });
        self.js.keep_saying(number, kind, rule, &numbers(&saying.about), saying.detail.clone());
    }

    /// Facts, the first of which has that number.
    pub(super) fn events(&mut self, world: &World, facts: &[Fact], from: usize) -> JsValue {
        self.number(world, facts);
        self.js.events(index(from), &self.numbers)
    }
}
