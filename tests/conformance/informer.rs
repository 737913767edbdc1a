//! The informer: the phase that conditions name, the update built from a resource, and what the run service and the
//! subscribers are told. Run service, cache and API server answer as scripted; what is told comes from the rules.

use super::by_rules::ByRules;
use super::case::{Case, Stop, at, flag, get, list, maybe_text, only, small, text};
use super::filter::Filter;
use super::informer_world::{Event, told};
use super::resource::{Answers, Resource, entry, object_name, value_name};
use flyte_lifecycle::model::{ActionPhase, Rules, Texts};
use flyte_lifecycle::recorded::informer::carried_signal;
use flyte_lifecycle::recorded::output::output_uri;
use flyte_lifecycle::rules::Update;
use flyte_lifecycle::rules::informer::{
    Notice, RecordedSpec, Reported, RunServiceReply, is_dispatched, is_marked_recorded, is_remembered, parent_update,
    recorded_spec, reported, short_name, skipped, status_update, update_phase,
};
use flyte_lifecycle::rules::phases::phase_from_condition;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

const RUN: &str = "run";

/// Replays one list of conditions: its phase, and the phase of the update for ADDED, MODIFIED and DELETED.
pub fn replay_phases(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    let mut named = None;
    for value in at(recorded, 0).as_array().into_iter().flatten() {
        let (kind, holds, reason) = entry(value);
        named = named.or_else(|| phase_from_condition(kind?, holds, reason));
    }
    let phase = named.unwrap_or(ActionPhase::Unspecified);
    case.check("phase", &json!(phase.number()), at(recorded, 1));
    // Under upstream's rules a phase tells the end by itself.
    let reported = Reported { phase, ends: phase.is_terminal() };
    for (place, deleted) in [(2, false), (3, false), (4, true)] {
        let (phase, _) = update_phase(reported, deleted);
        case.check(&format!("update[{place}]"), &json!(phase.number()), at(recorded, place));
    }
    Ok(())
}

/// Replays one update (`buildActionUpdate`).
pub fn replay_update(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["name", "cr", "event", "update"])?;
    let mut texts = Texts::default();
    let Some(held) = Resource::read(get(recorded, "cr"), &mut texts)? else {
        return Err(Stop::Unreadable("the resource is absent".to_owned()));
    };
    let deleted = is_deleted(text(recorded, "event")?)?;
    let (phase, _) = update_phase(reported(&held.cr.status, &Rules::upstream()), deleted);
    let value = held.cr.status.signal.and_then(|signal| signal.value);
    let update = json!({
        "action": held.action, "parent": held.parent, "phase": phase.number(), "is_deleted": deleted,
        "output_uri": output_uri("ns", &object_name(RUN, &held.action), "", &held.action, held.cr.status.attempts),
        "task_type": held.task_type,
        "short_name": short_name(&held.short_name, held.template_name.as_deref().unwrap_or_default()),
        "error_code": held.error_code, "signal_value": value.map(|value| value_name(value, &mut texts)),
    });
    case.check_object("update", &update, get(recorded, "update"));
    Ok(())
}

/// Replays one path: namespace, object name, action, run output base, attempts, and the path.
pub fn replay_output_path(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    let word = |place| {
        let value = at(recorded, place);
        value.as_str().ok_or_else(|| Stop::Unreadable(format!("entry {place} should be a text, but is {value}")))
    };
    let attempts = at(recorded, 4).as_u64().and_then(|attempts| u32::try_from(attempts).ok());
    let attempts = attempts.ok_or_else(|| Stop::Unreadable("the fifth entry should be an attempt".to_owned()))?;
    case.check("output path", &json!(output_uri(word(0)?, word(1)?, word(3)?, word(2)?, attempts)), at(recorded, 5));
    Ok(())
}

fn is_deleted(event: &str) -> Result<bool, Stop> {
    match event {
        "ADDED" | "MODIFIED" => Ok(false),
        "DELETED" => Ok(true),
        other => Err(Stop::Unreadable(format!("`{other}` is no event of a watch"))),
    }
}

/// Replays one life of a client.
pub fn replay_notices(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["name", "filter_size", "steps"])?;
    let mut client = Client {
        rules: Rules::upstream(),
        texts: Texts::default(),
        filter: Filter::new(small(recorded, "filter_size")?),
        cache: BTreeMap::new(),
        queue: VecDeque::new(),
        done: Done::default(),
    };
    for (index, step) in list(recorded, "steps")?.iter().enumerate() {
        case.step(index + 1)?;
        only(step, "the step", &["in", "queued", "skipped", "calls", "subscribers_told"])?;
        let input = get(step, "in");
        only(input, "in", &["op", "type", "cr", "record_action", "update_status", "patch", "latest"])?;
        let mut done = client.step(input)?;
        for (got, want) in &done.in_world {
            case.check("in the world: calls", got, want);
        }
        case.in_world = match (case.in_world, done.by_rules) {
            (Some(Err(why)), _) | (_, Some(why)) => Some(Err(why)),
            (before, None) if done.in_world.is_empty() => before,
            (_, None) => Some(Ok(())),
        };
        case.check("queued", &json!(done.queued), get(step, "queued"));
        case.check("skipped", &json!(done.skipped), &json!(flag(step, "skipped")?));
        case.check("calls", &json!(done.calls), get(step, "calls"));
        // Each subscriber reads its own channel.
        done.told.sort_by_key(|told| at(told, 0).as_str().map(str::to_owned));
        case.check("subscribers_told", &json!(done.told), get(step, "subscribers_told"));
    }
    Ok(())
}

/// An event in the queue: the object's name, and for a deletion the object as it was.
struct Queued {
    name: String,
    tombstone: Option<Resource>,
}

/// What one step did.
#[derive(Default)]
struct Done {
    queued: Option<bool>,
    skipped: bool,
    calls: Vec<Value>,
    told: Vec<Value>,
    /// Of each event, what a world told the run service, and what was told; with whether the filter holds the object.
    in_world: Vec<(Value, Value)>,
    /// Why some event did not go through a world.
    by_rules: Option<ByRules>,
}

/// The answers of one step.
struct Script {
    record: Answers,
    update: Answers,
    patch: Answers,
}

struct Client {
    rules: Rules,
    texts: Texts,
    filter: Filter,
    cache: BTreeMap<String, Resource>,
    queue: VecDeque<Queued>,
    done: Done,
}

impl Client {
    fn step(&mut self, input: &Value) -> Result<Done, Stop> {
        let mut script = Script {
            record: Answers::read(input, "record_action")?,
            update: Answers::read(input, "update_status")?,
            patch: Answers::read(input, "patch")?,
        };
        let object = match get(input, "cr") {
            Value::Null => None,
            cr => Resource::read(cr, &mut self.texts)?,
        };
        match (text(input, "op")?, object) {
            ("event", Some(object)) => {
                let deleted = is_deleted(text(input, "type")?)?;
                self.handle(&object, deleted, &mut script)?;
            }
            ("dispatch", Some(object)) => self.dispatch(object, is_deleted(text(input, "type")?)?),
            ("drain", _) => {
                let readable = maybe_text(input, "latest")?.is_none_or(|answer| answer == "ok");
                while let Some(queued) = self.queue.pop_front() {
                    if let Some(tombstone) = queued.tombstone {
                        self.handle(&tombstone, true, &mut script)?;
                    } else if let Some(latest) = self.cache.get(&queued.name).filter(|_| readable).cloned()
                        && skipped(&latest.cr).is_none()
                    {
                        self.handle(&latest, false, &mut script)?;
                    }
                }
            }
            (other, _) => return Err(Stop::Unreadable(format!("operation `{other}` is unknown, or lacks an object"))),
        }
        Ok(std::mem::take(&mut self.done))
    }

    /// The informer delivers an event: its cache has it, and the line gets it or not.
    fn dispatch(&mut self, object: Resource, deleted: bool) {
        let name = object_name(RUN, &object.action);
        if deleted {
            self.cache.remove(&name);
        } else {
            self.cache.insert(name.clone(), object.clone());
        }
        if skipped(&object.cr).is_some() {
            self.done.skipped = true;
            return;
        }
        let waits = self.queue.iter().any(|queued| queued.name == name && queued.tombstone.is_none());
        let queued = is_dispatched(deleted, waits);
        self.done.queued = Some(queued);
        if queued {
            self.queue.push_back(Queued { name, tombstone: deleted.then_some(object) });
        }
    }

    /// A worker handles an object, and one of a world does.
    fn handle(&mut self, held: &Resource, deleted: bool, script: &mut Script) -> Result<(), Stop> {
        let (name, before) = (object_name(RUN, &held.action), self.done.calls.len());
        let known = self.filter.contains(&name);
        self.handle_event(held, deleted, script)?;
        let calls = self.done.calls.get(before..).unwrap_or_default();
        match told(&Event { held, deleted, known, calls }) {
            Ok((got, made, holds)) => {
                let known = self.filter.contains(&name);
                self.done.in_world.push((json!([got, holds]), json!([made, known])));
            }
            Err(halt) => self.done.by_rules = Some(halt.why()?),
        }
        Ok(())
    }

    /// What the rules have a worker do (`handleTaskActionEvent`): those who listen first, then the run service.
    fn handle_event(&mut self, held: &Resource, deleted: bool, script: &mut Script) -> Result<(), Stop> {
        let status = &held.cr.status;
        let reported = reported(status, &self.rules);
        let (phase, _) = update_phase(reported, deleted);
        if ["", "a0"].contains(&held.parent.as_str()) {
            self.done.told.push(json!([held.parent, held.action, phase.number(), deleted]));
        }
        let name = object_name(RUN, &held.action);
        let notice = Notice { known: self.filter.contains(&name), deleted, has_parent: !held.parent.is_empty() };
        if !notice.known {
            let reply = script.record.next();
            self.done.calls.push(json!({
                "call": "RecordAction", "action": held.action, "parent": held.parent, "spec": spec(held),
                "reply": reply,
            }));
            if is_remembered(run_service(&reply)?) {
                self.filter.add(&name);
            }
        }
        if let Some(update) = parent_update(notice, &self.rules) {
            self.update(&held.parent, &update, script, Value::Null)?;
        }
        let Ok(update) = status_update(phase, status, held.created_at, &self.rules) else { return Ok(()) };
        let mut carried = json!({});
        if let (Some(signal), Some(fields)) = (carried_signal(phase, status), carried.as_object_mut()) {
            let value = signal.value.map(|value| value_name(value, &mut self.texts));
            fields.insert("output".to_owned(), json!(value));
            if !signal.by.is_empty() {
                fields.insert("principal".to_owned(), json!(self.texts.get(signal.by)));
            }
        }
        let reply = self.update(&held.action, &update, script, carried)?;
        if is_marked_recorded(reported, deleted, reply, &held.cr) {
            let reply = script.patch.next();
            let call = "label terminal-status-recorded";
            self.done.calls.push(json!({"call": call, "action": held.action, "value": "true", "reply": reply}));
        }
        Ok(())
    }

    /// Sends an update, with what it carries beside it.
    fn update(
        &mut self,
        action: &str,
        update: &Update,
        script: &mut Script,
        carried: Value,
    ) -> Result<RunServiceReply, Stop> {
        let reply = script.update.next();
        let mut call = json!({
            "call": "UpdateActionStatus", "action": action, "phase": update.phase.number(),
            "attempts": update.attempts, "cache_status": update.cache_status, "start_time": update.start,
            "reply": reply,
        });
        if let (Some(call), Value::Object(carried)) = (call.as_object_mut(), carried) {
            call.extend(carried);
        }
        self.done.calls.push(call);
        run_service(&reply)
    }
}

fn run_service(reply: &str) -> Result<RunServiceReply, Stop> {
    match reply {
        "ok" => Ok(RunServiceReply::Ok),
        "rejected" => Ok(RunServiceReply::Rejected),
        "error" => Ok(RunServiceReply::Error),
        other => Err(Stop::Unreadable(format!("`{other}` is no answer of the run service"))),
    }
}

/// What the run service is told the action is: kind, name, version and short name.
fn spec(held: &Resource) -> String {
    match (recorded_spec(&held.spec), &held.template_name) {
        (RecordedSpec::Nothing, _) => "none".to_owned(),
        // The recorded conditions are called `c`; without bytes there is no name.
        (RecordedSpec::Condition, _) => {
            let named = held.spec.condition_spec == flyte_lifecycle::model::ConditionSpec::Valid;
            format!("condition:{}", if named { "c" } else { "" })
        }
        (RecordedSpec::Task, Some(name)) => format!("task:{name}:v1:{}", held.short_name),
        (RecordedSpec::Task, None) => "task:::".to_owned(),
    }
}
