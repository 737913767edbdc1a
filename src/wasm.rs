//! Layer 4: the boundary. It converts and forwards; it decides nothing.

use crate::drive::{InternedCommand, Session, Step, from_task_actions, parse_trace};
use crate::model::policy::Guard;
use crate::model::read::{Read, unfit};
use crate::model::{ActionPhase, Code, Fact, Interner, Rejection, Rule, RulesSetup, Setup, What};
use crate::view::event::SourceView;
use crate::view::{self, RuleInfo, Saying};
use crate::world::World;
use js_sys::Reflect;
use serde::Serialize;
use serde_json::Value;
use std::cell::RefCell;
use std::ops::Range;
use wasm_bindgen::prelude::*;

#[cfg(feature = "explore")]
mod check;
#[cfg(feature = "explore")]
mod explore;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.ts");

#[wasm_bindgen(module = "/src/js/errors.js")]
extern "C" {
    #[wasm_bindgen(js_name = LifecycleError)]
    type LifecycleError;

    #[wasm_bindgen(constructor, js_class = "LifecycleError")]
    fn new(message: &str, code: &str, rule: &str) -> LifecycleError;
}

// What a simulation has told before, kept on JavaScript's side, so that the same words cross the boundary once. The
// numbers in between come from here.
#[wasm_bindgen(module = "/src/js/words.js")]
extern "C" {
    /// JSON, or nothing for what JSON cannot hold.
    #[wasm_bindgen(js_name = jsonOf)]
    fn json_of(value: &JsValue) -> Option<String>;

    /// Why there was no JSON of it, and what to do about that.
    #[wasm_bindgen(js_name = troubleOf)]
    fn trouble_of(what: &str, value: &JsValue) -> String;

    /// A value as a message shows it.
    #[wasm_bindgen(js_name = shownOf)]
    fn shown_of(value: &JsValue) -> String;

    #[wasm_bindgen(js_name = Words)]
    type JsWords;

    #[wasm_bindgen(constructor, js_class = "Words")]
    fn new() -> JsWords;

    /// The number of a command told before; -1 if it is new, -2 if it cannot be put into words.
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

    /// A saying: its kind and its rule by number, phases and attempt by number or -1, and what exactly.
    #[wasm_bindgen(method, js_name = keepSaying)]
    fn keep_saying(
        this: &JsWords,
        number: u32,
        kind: u32,
        from: i32,
        to: i32,
        attempt: f64,
        rule: u32,
        detail: Option<String>,
    );

    /// The names of the phases by number, with a space between two.
    #[wasm_bindgen(js_name = tellPhases)]
    fn tell_phases(names: &str);

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

/// Commands and sayings kept at the most; then all are forgotten and kept anew.
const KEPT_MAX: usize = 4_096;

/// Characters of a command's JSON that is kept: long texts are seldom said twice.
const KEPT_LENGTH_MAX: usize = 2_048;

thread_local! {
    /// The kinds of facts and the rules that JavaScript has been told of, by any simulation.
    static TOLD: RefCell<(Interner<&'static str>, Interner<Rule>)> =
        const { RefCell::new((Interner::new(), Interner::new())) };
}

/// What [`JsWords`] holds, by number, and room for the numbers of a step.
struct Words {
    js: JsWords,
    commands: Vec<InternedCommand>,
    /// By the number of the name: whether it was told.
    names: Vec<bool>,
    sayings: Interner<(What, Rule)>,
    numbers: Vec<f64>,
}

impl Words {
    fn new() -> Words {
        Words {
            js: JsWords::new(),
            commands: Vec::new(),
            names: Vec::new(),
            sayings: Interner::new(),
            numbers: Vec::new(),
        }
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
                // The time of an event says nothing in words, so it need not tell sayings apart.
                What::EventRecorded { phase, attempt, version, error, .. } => {
                    What::EventRecorded { phase, attempt, version, error, updated_at: crate::model::Time(0) }
                }
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
        TOLD.with_borrow_mut(|(kinds, rules)| {
            if kinds.is_empty() {
                let phases: Vec<&str> = ActionPhase::ALL.iter().map(|phase| phase.name()).collect();
                tell_phases(&phases.join(" "));
            }
            let (kind, new) = kinds.intern(saying.kind, || saying.kind);
            if new {
                tell_kind(kind, saying.store.name(), saying.kind);
            }
            let (rule, new) = rules.intern(&rule, || rule);
            if new {
                let source = saying.source.unwrap_or(SourceView { file: "", function: "" });
                tell_rule(rule, saying.rule, saying.sentence, source.file, source.function);
            }
            let phase = |phase: Option<ActionPhase>| phase.map_or(-1, |phase| i32::from(phase.number()));
            let attempt = saying.attempt.map_or(-1.0, f64::from);
            let (from, to) = (phase(saying.from), phase(saying.to));
            self.js.keep_saying(number, kind, from, to, attempt, rule, saying.detail.clone());
        });
    }

    fn events(&mut self, world: &World, facts: &[Fact], from: usize) -> JsValue {
        self.number(world, facts);
        self.js.events(index(from), &self.numbers)
    }
}

fn trace_of(session: &Session) -> String {
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    view::trace(session.world(), session.story(), session.commands(), facts)
}

/// A count of things that memory holds, which in a 32-bit module fits.
fn index(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "virtual time stays within JavaScript's Date, far below 2^53")]
fn time(at: crate::model::Time) -> f64 {
    at.0 as f64
}

/// A broken invariant is a bug; its message goes to the console before the module stops.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
}

fn thrown(rejection: &Rejection) -> JsValue {
    LifecycleError::new(&rejection.message, rejection.code.name(), rejection.rule.name()).into()
}

fn invalid(message: impl Into<String>) -> Rejection {
    Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message)
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| thrown(&Rejection::new(Code::Internal, Rule::CommandInvalid, error.to_string())))
}

/// What a caller passed. It crosses as JSON, which no getter, cycle or depth of nesting can bring down: what JSON
/// cannot hold is refused here, before anything is borrowed or changed.
fn from_js<T: Read>(what: &str, value: &JsValue) -> Result<T, Rejection> {
    from_json(what, &json_of(value).ok_or_else(|| unreadable(what, value))?)
}

/// The longest JSON that is read, in bytes: more than any resource that Kubernetes holds, and far less than memory.
const JSON_LENGTH_MAX: usize = 32 << 20;

fn unreadable(what: &str, value: &JsValue) -> Rejection {
    invalid(format!("The {what} cannot be read: {}.", trouble_of(what, value)))
}

fn from_json<T: Read>(what: &str, json: &str) -> Result<T, Rejection> {
    if json.len() > JSON_LENGTH_MAX {
        let message = format!("The {what} has {} bytes of JSON; up to {JSON_LENGTH_MAX} are read.", json.len());
        return Err(Rejection::new(Code::ResourceExhausted, Rule::CommandInvalid, message));
    }
    let unreadable = |words: String| invalid(format!("The {what} cannot be read: {words}."));
    let value = crate::model::json::parse(json).map_err(|error| unreadable(error.to_string()))?;
    T::read(value, "").map_err(|error| unreadable(error.to_string()))
}

/// A whole number that JavaScript passed as a number.
fn whole(what: &str, number: f64) -> Result<usize, Rejection> {
    if number >= 0.0 && number.fract() == 0.0 && number <= f64::from(u32::MAX) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked in the line above")]
        return Ok(number as usize);
    }
    Err(no_whole(what, &number.into()))
}

fn no_whole(what: &str, value: &JsValue) -> Rejection {
    invalid(format!("`{what}` is {}; it must be {WHOLE}.", shown_of(value)))
}

/// What a count or a place must be.
const WHOLE: &str = "a whole number from 0 to 4294967295";

fn absent(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

fn whole_of(what: &str, value: &JsValue) -> Result<usize, Rejection> {
    value.as_f64().map_or_else(|| Err(no_whole(what, value)), |number| whole(what, number))
}

fn action_of(value: &JsValue) -> Result<Option<String>, Rejection> {
    if absent(value) {
        return Ok(None);
    }
    value.as_string().map(Some).ok_or_else(|| invalid("`action` is a string, `<run>/<action>`."))
}

/// A value that stands for one of the words known; anything else is answered with them, and with the one that was
/// probably meant.
fn word<T>(what: &str, value: &JsValue, parse: impl Fn(&str) -> Option<T>, known: &[&str]) -> Result<T, Rejection> {
    value.as_string().as_deref().and_then(parse).ok_or_else(|| unknown(what, value, &known.join(", ")))
}

fn unknown(what: &str, value: &JsValue, known: &str) -> Rejection {
    let Some(word) = value.as_string() else {
        return invalid(format!("`{what}` is {}; it must be one of {known}.", shown_of(value)));
    };
    // Upstream's messages and its protojson name phases with a prefix.
    let bare = word.strip_prefix("ACTION_PHASE_").unwrap_or_default();
    let prefix = if ActionPhase::parse(bare).is_some() { " without ACTION_PHASE_" } else { "" };
    let unfit = unfit(what, &Value::String(word), &["one of ", known].concat());
    invalid(format!("{unfit}{prefix}."))
}

#[derive(Serialize)]
struct ExplanationView {
    enabled: bool,
    rule: &'static str,
    sentence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl ExplanationView {
    /// The explanation with the events that would follow.
    fn with(&self, events: &JsValue) -> Result<JsValue, JsValue> {
        let explanation = to_js(self)?;
        Reflect::set(&explanation, &"events".into(), events)?;
        Ok(explanation)
    }

    fn refused(rejection: Rejection) -> Result<JsValue, JsValue> {
        let refused = ExplanationView {
            enabled: false,
            rule: rejection.rule.name(),
            sentence: rejection.rule.sentence(),
            source: SourceView::of(rejection.rule),
            code: Some(rejection.code.name()),
            message: Some(rejection.message),
        };
        refused.with(&js_sys::Array::new())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProtojsonView {
    action_details: Option<Value>,
    action_events: Vec<Value>,
}

#[derive(Serialize)]
struct AdmissionView {
    admitted: bool,
    rule: &'static str,
    sentence: &'static str,
}

/// A run, or several: commands in, facts out.
#[wasm_bindgen]
pub struct Simulation {
    session: Session,
    words: Words,
}

/// The rule that decides what a command does: that of the first fact that says more than that something has come.
fn deciding_rule(facts: &[Fact]) -> Rule {
    let comes = |rule| matches!(rule, Rule::TimerDue | Rule::SignalStored);
    let deciding = facts.iter().map(|fact| fact.rule).find(|rule| !comes(*rule));
    deciding.or_else(|| facts.first().map(|fact| fact.rule)).unwrap_or(Rule::NothingChanged)
}

#[wasm_bindgen]
impl Simulation {
    /// An empty simulation.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "SimulationConfig")] config: &JsValue,
    ) -> Result<Simulation, JsValue> {
        let setup = Self::setup(config).map_err(|rejection| thrown(&rejection))?;
        let config = setup.config().map_err(|rejection| thrown(&rejection))?;
        Ok(Simulation::of(Session::new(config)))
    }

    fn of(session: Session) -> Simulation {
        Simulation { session, words: Words::new() }
    }

    fn setup(config: &JsValue) -> Result<Setup, Rejection> {
        if config.is_undefined() || config.is_null() {
            return Ok(Setup::default());
        }
        if !config.is_object() {
            return Err(invalid(
                "The configuration is an object, such as { rules: \"upstream\" }; see SimulationConfig.",
            ));
        }
        from_js("configuration", config)
    }

    /// How many commands are applied.
    #[wasm_bindgen(getter)]
    pub fn index(&self) -> usize {
        self.session.index()
    }

    /// How many commands are held, those undone included.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.session.len()
    }

    /// The virtual time, in milliseconds since the epoch.
    #[wasm_bindgen(getter)]
    pub fn now(&self) -> f64 {
        time(self.session.world().now())
    }

    /// What it was set up with, nothing left out.
    #[wasm_bindgen(unchecked_return_type = "Required<SimulationConfig>")]
    pub fn config(&self) -> Result<JsValue, JsValue> {
        to_js(&Setup::of(self.session.world().config()))
    }

    /// Applies a command; throws a LifecycleError, and changes nothing, if it is refused.
    #[wasm_bindgen(unchecked_return_type = "Step")]
    pub fn dispatch(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Command")] command: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let number = self.words.js.number_of(command);
        let told = usize::try_from(number).ok().and_then(|number| self.words.commands.get(number));
        if let Some(told) = told {
            let step = self.session.dispatch_interned(told.clone()).map_err(|rejection| thrown(&rejection))?;
            // With a draw filled in, it is not the command that was told before.
            return self.step(&step, if step.drawn { -1 } else { number });
        }
        let told = if number == -2 { Err(unreadable("command", command)) } else { Ok(self.words.js.json()) };
        let command = told.and_then(|json| Ok((from_json("command", &json)?, json.len())));
        let done = command.and_then(|(command, length)| Ok((self.session.dispatch_interned_with(command)?, length)));
        let ((step, interned), length) = done.map_err(|rejection| thrown(&rejection))?;
        if step.drawn || length > KEPT_LENGTH_MAX {
            return self.step(&step, -1);
        }
        if self.words.commands.len() >= KEPT_MAX {
            self.words.commands.clear();
            self.words.js.forget_commands();
        }
        let number = index(self.words.commands.len());
        self.words.js.keep_command(number);
        self.words.commands.push(interned);
        self.step(&step, i32::try_from(number).unwrap_or(-1))
    }

    /// The commands about one action, or about all, that would be accepted now, in a fixed order. Not among them is what
    /// makes something new or takes a free number: `createRun`, `enqueue`, `recover`, `import`, `advance`. Throws
    /// NOT_FOUND if there is no such action.
    #[wasm_bindgen(unchecked_return_type = "Command[]")]
    pub fn enabled(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let action = action_of(action).map_err(|rejection| thrown(&rejection))?;
        let commands = self.session.enabled(action.as_deref()).map_err(|rejection| thrown(&rejection))?;
        to_js(&commands)
    }

    /// The faults that could be asked for now, about one action or about all: calls that go wrong and processes that
    /// start again. Throws NOT_FOUND if there is no such action.
    #[wasm_bindgen(unchecked_return_type = "Command[]")]
    pub fn faults(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let action = action_of(action).map_err(|rejection| thrown(&rejection))?;
        let commands = self.session.enabled_faults(action.as_deref()).map_err(|rejection| thrown(&rejection))?;
        to_js(&commands)
    }

    /// What upstream's GetActionDetails tells of an action: its row's status, the attempts that its events tell of, and
    /// its result; null while it has no row. Throws NOT_FOUND if there is no such action.
    #[wasm_bindgen(js_name = actionDetails, unchecked_return_type = "ActionDetails | null")]
    pub fn action_details(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let id = self.session_action(action).map_err(|rejection| thrown(&rejection))?;
        to_js(&view::action_details(self.session.world(), self.session.facts(), id))
    }

    /// The attempts of an action as its events tell of them, oldest first. Throws NOT_FOUND if there is no such action.
    #[wasm_bindgen(unchecked_return_type = "Attempt[]")]
    pub fn attempts(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let id = self.session_action(action).map_err(|rejection| thrown(&rejection))?;
        to_js(&view::action_attempts(self.session.world(), self.session.facts(), id))
    }

    /// An action as protojson: its flyteidl2.workflow.ActionDetails, null while it has no row, and its stored events, each
    /// a flyteidl2.workflow.ActionEvent. Throws NOT_FOUND if there is no such action.
    #[wasm_bindgen(unchecked_return_type = "ActionProtojson")]
    pub fn protojson(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let id = self.session_action(action).map_err(|rejection| thrown(&rejection))?;
        let (world, facts) = (self.session.world(), self.session.facts());
        let details = view::action_details(world, facts, id).map(|details| view::protojson::action_details(&details));
        let events = view::details::stored_events(world, facts, id);
        let events = events.iter().map(|event| view::protojson::action_event(world, id, event)).collect();
        to_js(&ProtojsonView { action_details: details, action_events: events })
    }

    fn session_action(&self, action: &JsValue) -> Result<crate::model::ActionId, Rejection> {
        let name = action.as_string().ok_or_else(|| invalid("`action` is a string, `<run>/<action>`."))?;
        self.session.action(&name)
    }

    /// What a command would do and why, or why it is refused.
    #[wasm_bindgen(unchecked_return_type = "Explanation")]
    pub fn explain(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Command")] command: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let command = match from_js("command", command) {
            Ok(command) => command,
            Err(rejection) => return ExplanationView::refused(rejection),
        };
        let from = self.session.facts().len();
        let explained = self.session.explain(command, |world, facts| {
            let rule = deciding_rule(facts);
            let explained = ExplanationView {
                enabled: true,
                rule: rule.name(),
                sentence: rule.sentence(),
                source: SourceView::of(rule),
                code: None,
                message: None,
            };
            // The world as it would be may know names that this one will never have, so nothing is kept of its words.
            let events = Words::new().events(world, facts, from);
            explained.with(&events)
        });
        explained.unwrap_or_else(ExplanationView::refused)
    }

    /// Everything there is now.
    #[wasm_bindgen(unchecked_return_type = "Snapshot")]
    pub fn snapshot(&self) -> Result<JsValue, JsValue> {
        to_js(&view::snapshot(self.session.world(), self.session.facts()))
    }

    /// The facts, oldest first, from number `from` on. Throws INVALID_ARGUMENT if that is no whole number.
    #[wasm_bindgen(unchecked_return_type = "Event[]")]
    pub fn events(
        &mut self,
        #[wasm_bindgen(unchecked_optional_param_type = "number")] from: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let from = if absent(from) { Ok(0) } else { whole_of("from", from) };
        let from = from.map_err(|rejection| thrown(&rejection))?;
        let facts = self.session.facts().get(from..).unwrap_or_default();
        Ok(self.words.events(self.session.world(), facts, from))
    }

    /// The commands applied; on an equal configuration they give an equal simulation.
    #[wasm_bindgen(unchecked_return_type = "Command[]")]
    pub fn commands(&self) -> Result<JsValue, JsValue> {
        to_js(&self.session.commands().collect::<Vec<_>>())
    }

    /// Goes to the moment when `index` commands were applied; those after it are kept for `redo`. Throws OUT_OF_RANGE
    /// beyond the commands held, INVALID_ARGUMENT if `index` is no whole number.
    pub fn seek(&mut self, #[wasm_bindgen(unchecked_param_type = "number")] index: &JsValue) -> Result<(), JsValue> {
        let sought = whole_of("index", index).and_then(|index| self.session.seek(index));
        sought.map_err(|rejection| thrown(&rejection))
    }

    /// Takes the last command back; false if there is none.
    pub fn undo(&mut self) -> Result<bool, JsValue> {
        self.session.undo().map_err(|rejection| thrown(&rejection))
    }

    /// Applies the last command taken back; false if there is none.
    pub fn redo(&mut self) -> Result<bool, JsValue> {
        self.session.redo().map_err(|rejection| thrown(&rejection))
    }

    /// Another simulation, equal to this one.
    pub fn fork(&self) -> Simulation {
        Simulation::of(self.session.clone())
    }

    /// Fires timers, earliest first, until none is left, or 10,000 have fired.
    #[wasm_bindgen(unchecked_return_type = "Step[]")]
    pub fn settle(&mut self) -> Result<js_sys::Array, JsValue> {
        let steps = self.session.settle().map_err(|rejection| thrown(&rejection))?;
        steps.iter().map(|step| self.step(step, -1)).collect()
    }

    /// The policies on which the rule sets part, and the values in force here.
    #[wasm_bindgen(unchecked_return_type = "Divergence[]")]
    pub fn divergences(&self) -> Result<JsValue, JsValue> {
        to_js(&view::divergences(&self.session.world().config().rules))
    }

    /// The run as a trace: each command with the facts it led to.
    pub fn trace(&self) -> String {
        trace_of(&self.session)
    }

    /// The incident that the run shows, if it was read from a trace that says so and still goes that way; else null.
    #[wasm_bindgen(unchecked_return_type = "Story | null")]
    pub fn story(&self) -> Result<JsValue, JsValue> {
        self.session.story().map_or(Ok(JsValue::NULL), |story| to_js(&story.to_value()))
    }

    /// The run that a trace tells; its facts are worked out anew. Throws INVALID_ARGUMENT, or what `dispatch` would
    /// throw, with line and column.
    #[wasm_bindgen(js_name = fromTrace)]
    pub fn from_trace(#[wasm_bindgen(unchecked_param_type = "string")] text: &JsValue) -> Result<Simulation, JsValue> {
        let text = text.as_string().ok_or_else(|| invalid("A trace is text, as `trace()` gives it."));
        let session = text.and_then(|text| parse_trace(&text));
        session.map(Simulation::of).map_err(|rejection| thrown(&rejection))
    }

    /// The simulation that continues from TaskActions as kubectl prints them: one, a List, or an array. Throws with the
    /// place of what cannot be read.
    #[wasm_bindgen(js_name = fromTaskActions)]
    pub fn from_task_actions(
        #[wasm_bindgen(unchecked_param_type = "unknown")] value: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "SimulationConfig")] config: &JsValue,
    ) -> Result<Simulation, JsValue> {
        let session =
            Self::setup(config).and_then(|setup| from_task_actions(&from_js::<Value>("TaskAction", value)?, &setup));
        session.map(Simulation::of).map_err(|rejection| thrown(&rejection))
    }

    /// A step for JavaScript, with the command that is kept under that number, or the one in the log if there is none.
    fn step(&mut self, step: &Step, command: i32) -> Result<JsValue, JsValue> {
        let Range { start, .. } = step.facts;
        let facts = self.session.facts().get(step.facts.clone()).unwrap_or_default();
        self.words.number(self.session.world(), facts);
        let told = self.words.js.step(index(step.index), time(step.at), command, index(start), &self.words.numbers);
        if command < 0 {
            Reflect::set(&told, &"command".into(), &to_js(&self.session.command(step.index))?)?;
        }
        Ok(told)
    }
}

/// Whether the guard admits a change of the recorded phase. Throws INVALID_ARGUMENT for a word it does not know.
#[wasm_bindgen(unchecked_return_type = "{ admitted: boolean; rule: string; sentence: string }")]
pub fn guard(
    #[wasm_bindgen(unchecked_param_type = "ActionPhase")] from: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "ActionPhase")] to: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "GuardVariant")] variant: &JsValue,
) -> Result<JsValue, JsValue> {
    let phases: Vec<&str> = ActionPhase::ALL.iter().map(|phase| phase.name()).collect();
    let variants: Vec<&str> = Guard::ALL.iter().map(|guard| guard.name()).collect();
    let admission = (|| {
        let from = word("from", from, ActionPhase::parse, &phases)?;
        let to = word("to", to, ActionPhase::parse, &phases)?;
        let guard = match absent(variant) {
            true => Guard::Documented,
            false => word("variant", variant, Guard::parse, &variants)?,
        };
        Ok(crate::rules::admit(from, to, guard))
    })();
    let admission = admission.map_err(|rejection| thrown(&rejection))?;
    to_js(&AdmissionView {
        admitted: admission.admitted,
        rule: admission.rule.name(),
        sentence: admission.rule.sentence(),
    })
}

/// The state diagram of a rule set. Throws INVALID_ARGUMENT for a policy or a value that does not exist.
#[wasm_bindgen(unchecked_return_type = "Diagram")]
pub fn diagram(
    #[wasm_bindgen(unchecked_optional_param_type = "RulesConfig")] rules: &JsValue,
) -> Result<JsValue, JsValue> {
    to_js(&view::diagram(&rules_of(rules).map_err(|rejection| thrown(&rejection))?))
}

fn rules_of(rules: &JsValue) -> Result<crate::model::Rules, Rejection> {
    let rules = if absent(rules) { Ok(Default::default()) } else { from_js("rule set", rules) };
    rules.and_then(|setup: RulesSetup| setup.rules())
}

/// What can happen to a task in the real world, with the reports that follow: exit codes, evictions, quotas, images,
/// connectors. Throws INVALID_ARGUMENT for a policy or a value that does not exist.
#[wasm_bindgen(unchecked_return_type = "Outcome[]")]
pub fn outcomes(
    #[wasm_bindgen(unchecked_optional_param_type = "RulesConfig")] rules: &JsValue,
) -> Result<JsValue, JsValue> {
    to_js(&view::outcomes::outcomes(&rules_of(rules).map_err(|rejection| thrown(&rejection))?))
}

/// Every rule.
#[wasm_bindgen(unchecked_return_type = "RuleInfo[]")]
pub fn rules() -> Result<JsValue, JsValue> {
    to_js(&view::rules().as_slice() as &&[RuleInfo])
}

/// The commit of flyteorg/flyte that the `upstream` rule set follows.
#[wasm_bindgen]
pub fn upstream_commit() -> String {
    crate::model::rule::UPSTREAM_COMMIT.to_owned()
}

/// Many task actions at once, driven through whole lives by a seeded policy with the rules of a session.
#[wasm_bindgen]
pub struct Bulk {
    bulk: crate::drive::bulk::Bulk,
}

#[wasm_bindgen]
impl Bulk {
    /// So many actions, up to ten million.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "RulesConfig")] rules: &JsValue,
        count: f64,
        seed: Option<f64>,
    ) -> Result<Bulk, JsValue> {
        let rules = rules_of(rules).map_err(|rejection| thrown(&rejection))?;
        let count = whole("count", count).map_err(|rejection| thrown(&rejection))?;
        let seed = whole("seed", seed.unwrap_or(0.0)).map_err(|rejection| thrown(&rejection))?;
        if count == 0 || count > 10_000_000 {
            let message = format!("`count` is a whole number from 1 to 10,000,000; {count} is not.");
            return Err(thrown(&invalid(message)));
        }
        Ok(Bulk { bulk: crate::drive::bulk::Bulk::new(rules, count, seed as u64) })
    }

    /// Makes so many reports, to the actions in turn; answers how often a recorded phase changed.
    pub fn run(&mut self, reports: f64) -> Result<f64, JsValue> {
        let reports = whole("reports", reports).map_err(|rejection| thrown(&rejection))?;
        #[expect(clippy::cast_precision_loss, reason = "at most twice the reports, which fit 32 bits")]
        Ok(self.bulk.run(reports) as f64)
    }

    /// How many rows there are in each recorded phase, by its number.
    pub fn counts(&self) -> js_sys::Uint32Array {
        js_sys::Uint32Array::from(self.bulk.counts().as_slice())
    }

    /// The recorded phase of each action, by its number.
    pub fn phases(&self) -> js_sys::Uint8Array {
        js_sys::Uint8Array::from(self.bulk.phases().as_slice())
    }

    /// What one action takes, in bytes.
    #[wasm_bindgen(getter, js_name = bytesPerAction)]
    pub fn bytes_per_action(&self) -> usize {
        crate::drive::bulk::Bulk::bytes_per_action()
    }
}
