//! A simulation.

use super::arguments::{action_of, time, whole_of, word};
use super::salvage::{address_of, discarded, salvaged};
use super::shown::Shown;
use super::words::{Given, Words};
use crate::drive::{Saved, Session, Step};
use crate::model::{ActionId, Fact, Rejection, Setup};
use crate::rules::run_service::ROOT_ACTION;
use crate::view::event::SourceView;
use crate::view::{self, ApiKind};
use crate::wasm::{absent, from_js, from_json, invalid, setup_of, to_js, trace_of, unreadable};
use js_sys::Reflect;
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;

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

/// A run, or several: commands in, facts out.
#[wasm_bindgen]
pub struct Simulation {
    /// By itself in memory, so that it can be had back from a call that was broken off.
    session: Box<Session>,
    words: Words,
    shown: Shown,
    told: view::Told,
}

#[wasm_bindgen]
impl Simulation {
    /// An empty simulation. The calls of its abort reconciler are answered at once, unless `abort.reply` says otherwise.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "SimulationConfig")] config: &JsValue,
    ) -> Result<Simulation, JsValue> {
        Ok(Simulation::of(Session::new(setup_of(config)?.answering().config()?)))
    }

    fn of(session: Session) -> Simulation {
        Simulation { session: Box::new(session), words: Words::new(), shown: Shown::new(), told: view::Told::default() }
    }

    /// See `salvage.rs`.
    #[wasm_bindgen(js_name = address, skip_typescript)]
    pub fn address(&self) -> usize {
        address_of::<Session>(&self.session)
    }

    /// Whether no call has taken it; throws if one has.
    #[wasm_bindgen(js_name = isFree, skip_typescript)]
    pub fn is_free(&mut self) -> bool {
        true
    }

    /// The simulation whose session stands there: it is what its commands lead to. See `salvage.rs`.
    #[wasm_bindgen(js_name = salvaged, skip_typescript)]
    pub fn salvaged(address: usize) -> Result<Simulation, JsValue> {
        Ok(Simulation::of(salvaged(address, Saved::rebuilt)?))
    }

    /// See `salvage.rs`.
    #[wasm_bindgen(js_name = discarded, skip_typescript)]
    pub fn discarded(address: usize) {
        discarded::<Session>(address);
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
        let (step, kept) = match self.words.given(command) {
            Given::Known(known, number) => (self.session.dispatch_interned(known), Some(number)),
            Given::New(json) => {
                let done = from_json("command", &json).and_then(|new| self.session.dispatch_interned_with(new));
                let forgets = self.words.forget_as(&self.session);
                match done {
                    // With a draw filled in, it is not the command that was given.
                    Ok((step, interned)) if !step.drawn && !forgets => {
                        let number = self.words.keep(interned, json.len());
                        (Ok(step), number)
                    }
                    done => (done.map(|(step, _)| step), None),
                }
            }
            Given::Unreadable => (Err(unreadable("command", command)), None),
        };
        let step = step?;
        let kept = kept.filter(|_| !step.drawn);
        self.step(&step, kept)
    }

    /// The commands about one action, or about all, that would be accepted now, in a fixed order. Not among them is what
    /// makes something new or takes a free number: `createRun`, `enqueue`, `recover`, `import`, `advance`. Throws
    /// NOT_FOUND if there is no such action.
    #[wasm_bindgen(unchecked_return_type = "Command[]")]
    pub fn enabled(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let action = action_of(action)?;
        let commands = self.session.enabled(action.as_deref())?;
        to_js(&commands)
    }

    /// The faults that could be asked for now, about one action or about all: calls that go wrong and processes that
    /// start again. Throws NOT_FOUND if there is no such action.
    #[wasm_bindgen(unchecked_return_type = "Command[]")]
    pub fn faults(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let action = action_of(action)?;
        let commands = self.session.enabled_faults(action.as_deref())?;
        to_js(&commands)
    }

    /// What upstream's GetActionDetails tells of an action: its row's status, the attempts that its events tell of, and
    /// its result; null while it has no row. Throws NOT_FOUND if there is no such action.
    #[wasm_bindgen(js_name = actionDetails, unchecked_return_type = "ActionDetails | null")]
    pub fn action_details(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let (id, facts) = self.told_of(action)?;
        to_js(&view::action_details(self.session.world(), &facts, id))
    }

    /// The attempts of an action as its events tell of them, oldest first. Throws NOT_FOUND if there is no such action.
    #[wasm_bindgen(unchecked_return_type = "Attempt[]")]
    pub fn attempts(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let (id, facts) = self.told_of(action)?;
        to_js(&view::action_attempts(self.session.world(), &facts, id))
    }

    /// An action as protojson: its flyteidl2.workflow.ActionDetails, null while it has no row, and its stored events, each
    /// a flyteidl2.workflow.ActionEvent. Throws NOT_FOUND if there is no such action.
    #[wasm_bindgen(unchecked_return_type = "ActionProtojson")]
    pub fn protojson(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let (id, facts) = self.told_of(action)?;
        let world = self.session.world();
        let details = view::action_details(world, &facts, id).map(|details| view::protojson::action_details(&details));
        let events = view::details::stored_events(world, &facts, id);
        let events = events.iter().map(|event| view::protojson::action_event(world, id, event)).collect();
        to_js(&ProtojsonView { action_details: details, action_events: events })
    }

    /// What Flyte's API answers, as protojson: `run`, `runs`, `pausedRuns`, `runDetails`, `watchRunDetails`, `action`,
    /// `actions`, `watchActions`, `actionDetails` or `update`. `id` is an action, or a run where it is about a run; lists of
    /// runs need none. Null where there is no row, or for `update` no resource. Throws INVALID_ARGUMENT for another kind,
    /// NOT_FOUND for what is not there.
    #[wasm_bindgen(unchecked_return_type = "Record<string, unknown> | null")]
    pub fn api(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "ApiKind")] kind: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] id: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let kinds: Vec<&str> = ApiKind::ALL.iter().map(|kind| kind.name()).collect();
        let kind = word("kind", kind, ApiKind::parse, &kinds)?;
        if kind.is_of_all() {
            return to_js(&view::api(self.session.world(), &[], kind, None));
        }
        let root = id.as_string().filter(|id| kind.is_of_run() && !id.contains('/'));
        let (id, facts) = match root {
            Some(run) => self.told_of(&format!("{run}/{ROOT_ACTION}").into())?,
            None => self.told_of(id)?,
        };
        to_js(&view::api(self.session.world(), &facts, kind, Some(id)))
    }

    /// An action by its name, and the facts about it.
    fn told_of(&mut self, action: &JsValue) -> Result<(ActionId, Vec<Fact>), Rejection> {
        let name = action.as_string().ok_or_else(|| invalid("`action` is a string, `<run>/<action>`."))?;
        let id = self.session.action(&name)?;
        Ok((id, self.told.about(id, self.session.facts(), self.session.rewinds())))
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
            let rule = view::deciding_rule(facts);
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

    /// Everything there is now, frozen. What has not changed since the last snapshot is the same object.
    #[wasm_bindgen(unchecked_return_type = "Snapshot")]
    pub fn snapshot(&mut self) -> Result<JsValue, JsValue> {
        self.shown.snapshot(&self.session)
    }

    /// One action as the snapshot has it, without making the others. Throws NOT_FOUND if there is no such action.
    #[wasm_bindgen(unchecked_return_type = "ActionSnapshot")]
    pub fn action(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let (id, facts) = self.told_of(action)?;
        to_js(&view::snapshot::action(self.session.world(), &facts, id))
    }

    /// Why an action is as it is: what it does or how it ended, since when, what it waits for, what can end it, which known
    /// bug it looks like, and what to do. Throws NOT_FOUND for an action that is not there.
    #[wasm_bindgen(unchecked_return_type = "Why")]
    pub fn why(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "ActionId")] action: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let (id, facts) = self.told_of(action)?;
        to_js(&view::why(self.session.world(), &facts, id))
    }

    /// When something can happen by itself next, in milliseconds since 1970; looks that change nothing do not count. Null
    /// if nothing can.
    #[wasm_bindgen(js_name = nextDue, unchecked_return_type = "number | null")]
    pub fn next_due(&self) -> JsValue {
        self.session.world().next_due().map_or(JsValue::NULL, |due| time(due).into())
    }

    /// The facts, oldest first, from number `from` on. Throws INVALID_ARGUMENT if that is no whole number.
    #[wasm_bindgen(unchecked_return_type = "Event[]")]
    pub fn events(
        &mut self,
        #[wasm_bindgen(unchecked_optional_param_type = "number")] from: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let from = if absent(from) { 0 } else { whole_of("from", from)? };
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
        self.session.seek(whole_of("index", index)?)?;
        Ok(())
    }

    /// Takes the last command back; false if there is none.
    pub fn undo(&mut self) -> Result<bool, JsValue> {
        Ok(self.session.undo()?)
    }

    /// Applies the last command taken back; false if there is none.
    pub fn redo(&mut self) -> Result<bool, JsValue> {
        Ok(self.session.redo()?)
    }

    /// Another simulation, equal to this one, and of its class: of one that extends `Simulation` it has the methods, but
    /// no fields, since its constructor is not called.
    #[wasm_bindgen(unchecked_return_type = "Simulation & this")]
    pub fn fork(&self) -> Simulation {
        Simulation::of(Session::clone(&self.session))
    }

    /// Does what is due and fires timers, earliest first, until none would change anything, or 10,000 steps were taken.
    /// Throws RESOURCE_EXHAUSTED, and has changed nothing, if that leads to more than 1,000,000 facts.
    #[wasm_bindgen(unchecked_return_type = "Step[]")]
    pub fn settle(&mut self) -> Result<js_sys::Array, JsValue> {
        let steps = self.session.settle()?;
        steps.iter().map(|step| self.step(step, None)).collect()
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

    /// What `toJSON` tells of the run beside its facts and its snapshot.
    #[wasm_bindgen(js_name = saved, skip_typescript)]
    pub fn saved(&self) -> Result<JsValue, JsValue> {
        to_js(&Saved::of(&self.session))
    }

    /// The simulation that such a run leads to. Throws, with the place, what cannot be read or is refused.
    #[wasm_bindgen(js_name = resumed, skip_typescript)]
    pub fn resumed(saved: &JsValue) -> Result<Simulation, JsValue> {
        let session = from_js("run", saved).and_then(|saved: Saved| saved.session());
        Ok(Simulation::of(session?))
    }

    /// A step for JavaScript, with the command that is kept under that number, or the one in the log if there is none.
    fn step(&mut self, step: &Step, kept: Option<u32>) -> Result<JsValue, JsValue> {
        let facts = self.session.facts().get(step.facts.clone()).unwrap_or_default();
        let told = self.words.step(self.session.world(), step, facts, kept);
        if kept.is_none() {
            Reflect::set(&told, &"command".into(), &to_js(&self.session.command(step.index))?)?;
        }
        Ok(told)
    }
}
