//! What was recorded of a run, in one form, whatever it was read from: details, events and watches as protojson, rows of
//! the two tables as JSON or CSV. Nothing is judged here. What cannot be read is an error that names its place.

mod around;
mod bytes;
mod lenient;
mod literal;
mod messages;
mod rows;
mod tables;
mod text;
mod yaml;

pub use bytes::text_of;

use super::at::{At, invalid};
use super::strange;
use crate::model::action::placed_run;
use crate::model::argument::{BackoffCommand, ValueCommand};
use crate::model::text::{DOMAIN, PROJECT};
use crate::model::words::words;
use crate::model::{ActionKind, ActionPhase, Code, ErrorKind, Interner, Rejection, Rule, Time, ValueType};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Actions read at once.
const ACTIONS_MAX: usize = 10_000;

/// Events and statuses read at once.
const RECORDS_MAX: usize = 50_000;

words! {
    /// What a recorded run was read from.
    pub enum Format {
        /// flyteidl2.workflow.ActionDetails
        ActionDetails = 0 "actionDetails",
        /// flyteidl2.workflow.ActionEvent
        ActionEvents = 1 "actionEvents",
        /// flyteidl2.workflow.WatchActionsResponse
        WatchActions = 2 "watchActions",
        /// Rows of `actions` and `action_events`.
        Rows = 3 "rows",
        /// TaskAction resources.
        TaskActions = 4 "taskActions",
        /// flyteidl2.workflow.ActionUpdate and UpdateActionStatusRequest
        ActionUpdates = 5 "actionUpdates",
        /// Pods.
        Pods = 6 "pods",
    }
}

/// A status of an action's row, as somebody saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRow {
    /// Where it stands in the input.
    pub place: String,
    /// Its place among all that was told, for streams, whose order is that of their telling.
    pub order: usize,
    /// By which of several inputs it is told.
    pub witness: u32,
    /// The recorded phase.
    pub phase: ActionPhase,
    /// The recorded attempt; 0 also where it is not told.
    pub attempts: u32,
    /// Whether the attempt is told.
    pub tells_attempts: bool,
    /// Whether an end would be told if there were one: a column may not have been selected.
    pub tells_end: bool,
    /// `created_at`
    pub created_at: Option<Time>,
    /// `updated_at`, which only the table tells.
    pub updated_at: Option<Time>,
    /// `ended_at`
    pub ended_at: Option<Time>,
    /// `duration_ms`; a negative one travels as a number above 2^63.
    pub duration_ms: Option<i64>,
    /// Whether an abort is pending, which only the table tells.
    pub abort_pending: Option<Time>,
    /// How many calls of that abort were made; only the table tells that as well.
    pub abort_calls: u32,
    /// Whether it was told before its parent, in a stream.
    pub before_parent: bool,
    /// Whether it is what the row says, and not what somebody told, which may have been refused.
    pub recorded: bool,
}

/// An event of an action, as its log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenEvent {
    /// Where it stands in the input.
    pub place: String,
    /// By which of several inputs it is told.
    pub witness: u32,
    /// Its attempt.
    pub attempt: u32,
    /// Whether that is told: a column may not have been selected.
    pub tells_attempt: bool,
    /// The phase it tells.
    pub phase: ActionPhase,
    /// Its version; details do not tell it.
    pub version: Option<u32>,
    /// When it was told, as far as is known.
    pub at: Option<Time>,
    /// The error of a failure.
    pub error: Option<(ErrorKind, String)>,
    /// `CatalogCacheStatus`, upstream's number.
    pub cache_status: u8,
    /// Where its key's columns say otherwise than its message.
    pub differs: Option<String>,
}

/// What a template says of a task's time besides its maximum runtime.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SeenBounds {
    /// timeouts.queued_timeout
    pub queued_ms: Option<u64>,
    /// timeouts.deadline
    pub deadline_ms: Option<u64>,
    /// retries.backoff
    pub backoff: Option<BackoffCommand>,
}

/// An action, as far as the input tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenAction {
    /// Where it is first told of.
    pub place: String,
    /// `<run>/<action>`
    pub id: String,
    /// Its run.
    pub run: String,
    /// Its own name.
    pub name: String,
    /// Its project; may be empty.
    pub project: String,
    /// Its domain; may be empty.
    pub domain: String,
    /// Its parent's own name.
    pub parent: Option<String>,
    /// Whether the input would name a parent if it had one: events do not.
    pub tells_parent: bool,
    /// Which kind, if that is told.
    pub kind: Option<ActionKind>,
    /// Retries + 1, if the input holds the task's template.
    pub max_attempts: Option<u32>,
    /// The task's maximum runtime or the condition's time to signal, if the input holds the spec.
    pub timeout_ms: Option<u64>,
    /// The other bounds on a task's time, and how long its retries wait, if the input holds the template.
    pub bounds: SeenBounds,
    /// Whether the input holds its spec.
    pub tells_spec: bool,
    /// Whether the input would say why it was aborted.
    pub tells_abort: bool,
    /// Whether its row says that its outputs were in the cache.
    pub was_cached: bool,
    /// What a signal must carry.
    pub value_type: Option<ValueType>,
    /// What people are asked.
    pub prompt: Option<String>,
    /// Its statuses, as they were told.
    pub rows: Vec<SeenRow>,
    /// Its events, in the order in which they were told.
    pub events: Vec<SeenEvent>,
    /// Whether its events are all that its log has.
    pub has_log: bool,
    /// What it was signalled with, and by whom.
    pub signal: Option<(Option<ValueCommand>, String)>,
    /// Why it was aborted.
    pub abort_reason: Option<String>,
    /// Why it failed.
    pub error: Option<(ErrorKind, String)>,
}

impl SeenAction {
    fn new(place: &str, [run, name]: [&str; 2]) -> SeenAction {
        SeenAction {
            place: place.to_owned(),
            id: format!("{run}/{name}"),
            run: run.to_owned(),
            name: name.to_owned(),
            project: String::new(),
            domain: String::new(),
            parent: None,
            tells_parent: false,
            kind: None,
            max_attempts: None,
            timeout_ms: None,
            bounds: SeenBounds::default(),
            tells_spec: false,
            tells_abort: false,
            was_cached: false,
            value_type: None,
            prompt: None,
            rows: Vec::new(),
            events: Vec::new(),
            has_log: false,
            signal: None,
            abort_reason: None,
            error: None,
        }
    }
}

/// A recorded run, or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// What it was read from.
    pub format: Format,
    /// Its actions, in the order in which they are told of.
    pub actions: Vec<SeenAction>,
}

/// Values with their places in what was given.
pub type Placed = Vec<(String, Value)>;

/// Whatever a caller gave: the record of a run, or resources, which are for [`super::from_task_actions`] to read.
pub enum Given {
    /// A recorded run.
    Record(Observed),
    /// TaskActions or pods, each with its place.
    Resources(Placed),
    /// Both of one run.
    Both(Observed, Placed),
}

/// Reads a value, or a text that holds one: JSON, JSON line by line, YAML, what Python prints, or tables.
pub fn read(value: &Value) -> Result<Given, Rejection> {
    let several = value.as_array().filter(|items| items.iter().any(Value::is_string));
    let inputs = several.map_or(std::slice::from_ref(value), Vec::as_slice);
    if let Value::String(text) = value
        && text.trim_start().starts_with("[\"")
        && let Ok(list @ Value::Array(_)) = serde_json::from_str(text)
    {
        // A list of texts, as one text.
        return read(&list);
    }
    let mut reader = Reader::default();
    let mut resources = Vec::new();
    for (number, input) in inputs.iter().enumerate() {
        // Of several inputs, a place says in which it is.
        let place = |path: &str| match (several.is_some(), path) {
            (false, path) => path.to_owned(),
            (true, "") => format!("[{number}]"),
            (true, path) => format!("[{number}] {path}"),
        };
        let parsed = match input {
            Value::String(text) => text::parse(text).map_err(|error| match several {
                Some(_) => Rejection { message: format!("[{number}] {}", error.message), ..error },
                None => error,
            })?,
            value => vec![(String::new(), value.clone())],
        };
        reader.witness = u32::try_from(number).unwrap_or(u32::MAX);
        reader.was_empty |= parsed.is_empty();
        for (path, value) in parsed {
            // Of a list each item says for itself what it is.
            match value {
                Value::Array(items) if items.iter().any(is_resource) => {
                    for (item, value) in items.into_iter().enumerate() {
                        let path = format!("{}[{item}]", place(&path));
                        if is_resource(&value) {
                            resources.push((path, value));
                        } else {
                            reader.whole(&At { value: &value, path })?;
                        }
                    }
                }
                value if is_resource(&value) => resources.push((place(&path), value)),
                value => reader.whole(&At { value: &value, path: place(&path) })?,
            }
        }
    }
    match (reader.actions.is_empty(), resources.is_empty()) {
        (_, true) => reader.done().map(Given::Record),
        (true, false) => Ok(Given::Resources(resources)),
        (false, false) => Ok(Given::Both(reader.done()?, resources)),
    }
}

/// Whether the value is a resource as Kubernetes has it, or news of one as a watch tells it.
fn is_resource(value: &Value) -> bool {
    let own = value.get("object").filter(|_| value.get("type").is_some()).unwrap_or(value);
    // The package's own values have a kind as well, and no resource has that.
    let ours = |kind: &Value| kind.as_str().is_some_and(|kind| ActionKind::parse(kind).is_some());
    own.get("kind").is_some_and(|kind| !ours(kind)) || own.get("apiVersion").is_some()
}

/// What a JSON object is, by its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// An object that holds one under this name.
    Wraps(&'static str, Format),
    /// An object that holds a list of them.
    Lists(&'static str),
    Details,
    Event,
    /// An attempt alone, of whichever action.
    Attempt,
    /// A status on its way, which may be refused.
    Update,
    /// A message of a stream that tells of no action.
    Remark,
    Watch,
    ActionRow,
    EventRow,
}

/// The forms there are, for those who gave none of them.
const FORMS: &str = "flyteidl2.workflow.ActionDetails, ActionEvent or WatchActionsResponse as protojson, rows of the \
                     tables actions and action_events as JSON or CSV, or TaskActions";

/// Names under which one message holds another: answers of `CreateRun`, `WatchForUpdates` and streams, and requests.
const WRAPS: [&str; 6] = ["run", "result", "response", "request", "actionUpdate", "event"];

fn has(fields: &Map<String, Value>, name: &str) -> bool {
    fields.get(name).is_some_and(|value| !value.is_null()) || fields.contains_key(&lenient::snake(name))
}

fn shape(fields: &Map<String, Value>) -> Option<Shape> {
    let has = |name| has(fields, name);
    Some(if has("enrichedActions") {
        Shape::Watch
    } else if has("runName") {
        if has("attempt") || has("version") { Shape::EventRow } else { Shape::ActionRow }
    } else if has("phaseTransitions") {
        Shape::Attempt
    } else if has("action") && has("attempt") {
        Shape::Event
    } else if has("actionId") {
        Shape::Update
    } else if let Some(name) = WRAPS.into_iter().find(|name| has(name)).filter(|_| !has("id")) {
        Shape::Wraps(name, Format::ActionDetails)
    } else if has("runs") {
        Shape::Lists("runs")
    } else if has("actionDetails") && !has("id") {
        Shape::Wraps("actionDetails", Format::ActionDetails)
    } else if has("details") {
        Shape::Wraps("details", Format::ActionDetails)
    } else if has("action") && !has("id") {
        Shape::Wraps("action", Format::ActionDetails)
    } else if has("actions") {
        Shape::Lists("actions")
    } else if has("actionEvents") {
        Shape::Lists("actionEvents")
    } else if has("events") {
        Shape::Lists("events")
    } else if has("id") && (has("status") || has("metadata") || has("attempts") || has("row")) {
        Shape::Details
    } else if has("id") {
        Shape::Event
    } else if has("controlMessage") {
        Shape::Remark
    } else {
        return None;
    })
}

#[derive(Default)]
struct Reader {
    format: Option<Format>,
    actions: Vec<SeenAction>,
    names: Interner<String>,
    /// The runs by name, and project and domain of each, as far as they are told.
    runs: Interner<String>,
    places: Vec<[String; 2]>,
    records: usize,
    /// Which input is read.
    witness: u32,
    /// Whether there was a list or a table with nothing in it.
    was_empty: bool,
}

impl Reader {
    /// A value: one message or row, a list of them, or an object that holds them.
    fn whole(&mut self, at: &At<'_>) -> Result<(), Rejection> {
        match at.value {
            Value::Array(_) => {
                for item in at.list()? {
                    self.message(&item, false)?;
                }
                Ok(())
            }
            _ => self.message(at, false),
        }
    }

    /// One message or row. `whole` says that it stands where nothing of it is left out.
    fn message(&mut self, at: &At<'_>, whole: bool) -> Result<(), Rejection> {
        let Value::Object(fields) = at.value else {
            return Err(invalid(&at.path, format!("this is {}; wanted are {FORMS}.", at.kind())));
        };
        if let Some(what) = strange::kept(fields) {
            return Err(invalid(&at.path, what));
        }
        let format = match shape(fields) {
            Some(Shape::Wraps(name, format)) => {
                if let Some(inner) = at.opt(name)? {
                    // A Run holds a plain Action, which has no log; only a RunDetails holds details.
                    let plain = !matches!(name, "actionDetails" | "details")
                        && !(name == "action" && (has(fields, "runSpec") || inner.value.get("attempts").is_some()));
                    self.message(&inner, !plain)?;
                }
                // What `protojson()` answers has the log beside the details.
                if let Some(events) = at.opt("actionEvents")? {
                    for event in events.list()? {
                        self.event(&event)?;
                    }
                }
                format
            }
            Some(Shape::Lists(name)) => {
                // Tables and snapshots have their events beside the actions.
                self.was_empty |= at.opt(name)?.is_none_or(|list| list.value.as_array().is_some_and(Vec::is_empty));
                for list in [name, "actionEvents", "eventLog"].into_iter().take(if name == "actions" { 3 } else { 1 }) {
                    for item in at.opt(list)?.map_or(Ok(Vec::new()), |list| list.list())? {
                        self.message(&item, false)?;
                    }
                }
                return Ok(());
            }
            Some(Shape::Details) => {
                self.details(at, whole)?;
                Format::ActionDetails
            }
            Some(Shape::Event) => {
                self.event(at)?;
                Format::ActionEvents
            }
            Some(Shape::Attempt) => {
                self.attempt_alone(at)?;
                Format::ActionDetails
            }
            Some(Shape::Update) => {
                self.update(at)?;
                Format::ActionUpdates
            }
            Some(Shape::Remark) => return Ok(()),
            Some(Shape::Watch) => {
                self.watch(at)?;
                Format::WatchActions
            }
            Some(Shape::ActionRow) => {
                self.action_row(at)?;
                Format::Rows
            }
            Some(Shape::EventRow) => {
                self.event_row(at)?;
                Format::Rows
            }
            None if fields.is_empty() => return Ok(()),
            None => {
                if let Some(what) = strange::object(fields) {
                    return Err(invalid(&at.path, what));
                }
                let found: Vec<String> = fields.keys().take(4).map(|name| crate::model::shown::shown(name)).collect();
                let message = format!("an object with {} is none of what is read: {FORMS}.", found.join(", "));
                return Err(invalid(&at.path, message));
            }
        };
        self.format = self.format.or(Some(format));
        Ok(())
    }

    /// The name by which a run is known: its own, unless one of that name was met in another project or domain.
    fn run(&mut self, run: &str, told: [&str; 2]) -> String {
        let (number, new) = self.runs.intern(run, || run.to_owned());
        if new {
            self.places.push(told.map(str::to_owned));
        }
        let Some(held) = self.places.get_mut(number as usize) else { return run.to_owned() };
        if held.iter().zip(told).any(|(held, told)| !held.is_empty() && !told.is_empty() && held != told) {
            let [project, domain] =
                [(told[0], PROJECT), (told[1], DOMAIN)].map(|(told, usual)| if told.is_empty() { usual } else { told });
            return placed_run(run, project, domain);
        }
        for (held, told) in held.iter_mut().zip(told).filter(|(_, told)| !told.is_empty()) {
            told.clone_into(held);
        }
        run.to_owned()
    }

    /// The action of that name, new if it was not met.
    fn action(&mut self, at: &At<'_>, ids: [&str; 4]) -> Result<&mut SeenAction, Rejection> {
        let [project, domain, run, name] = ids;
        if run.is_empty() || name.is_empty() {
            let message = "it does not say which action it is about: `id.run.name` and `id.name` are wanted, or the columns \
                           run_name and name.";
            return Err(invalid(&at.path, message));
        }
        let run = self.run(run, [project, domain]);
        let id = format!("{run}/{name}");
        let (number, new) = self.names.intern(&id, || id.clone());
        if new {
            if self.actions.len() >= ACTIONS_MAX {
                return exhausted(&at.path, &format!("up to {ACTIONS_MAX} actions are read at once."));
            }
            self.actions.push(SeenAction::new(&at.path, [&run, name]));
        }
        let Some(action) = self.actions.get_mut(number as usize) else {
            return exhausted(&at.path, "there are too many actions.");
        };
        for (held, told) in [(&mut action.project, project), (&mut action.domain, domain)] {
            if !told.is_empty() {
                told.clone_into(held);
            }
        }
        Ok(action)
    }

    /// Counts what is read.
    fn count(&mut self, at: &At<'_>) -> Result<usize, Rejection> {
        self.records += 1;
        if self.records > RECORDS_MAX {
            return exhausted(&at.path, &format!("up to {RECORDS_MAX} events and statuses are read at once."));
        }
        Ok(self.records)
    }

    fn done(mut self) -> Result<Observed, Rejection> {
        let Some(format) = self.format.filter(|_| !self.actions.is_empty()) else {
            let message = if self.was_empty {
                "it is a list or a table, and there is no run in it. Ask for another run, project or domain.".to_owned()
            } else {
                format!(
                    "there is nothing in it that is read: {FORMS}. Upstream's watch of a run answers an empty message; ask for \
                     its details, or watch its actions."
                )
            };
            return Err(invalid("", message));
        };
        for action in &mut self.actions {
            // What is told twice in the same words, or by several, is one event.
            let mut met: BTreeMap<(u32, u8, u32), u32> = BTreeMap::new();
            let mut known: BTreeSet<(u32, u8, u32, Option<Time>)> = BTreeSet::new();
            action.events.retain(|event| {
                let Some(version) = event.version else { return true };
                let key = (event.attempt, event.phase.number(), version);
                let first = *met.entry(key).or_insert(event.witness);
                known.insert((key.0, key.1, key.2, event.at)) && first == event.witness
            });
            // A log is told by when it was told; where that is not known, as it is listed.
            let listed = order(action.events.iter().map(|event| [i64::from(event.attempt), 0, 0, 0]));
            permute(&mut action.events, &listed);
            let mut known = Time::MIN.0;
            let told = order(action.events.iter().map(|event| {
                known = event.at.map_or(known, |at| at.0);
                [known, 0, 0, 0]
            }));
            permute(&mut action.events, &told);
            number_attempts(&mut action.events);
            sort_rows(&mut action.rows);
        }
        Ok(Observed { format, actions: self.actions })
    }
}

/// Events that do not tell their attempt are of the first, until one has ended; what comes after that is of the next.
fn number_attempts(events: &mut [SeenEvent]) {
    let (mut attempt, mut ended) = (1, false);
    for event in events.iter_mut().filter(|event| !event.tells_attempt) {
        if ended && !event.phase.is_terminal() {
            (attempt, ended) = (attempt + 1, false);
        }
        ended |= event.phase.is_terminal();
        event.attempt = attempt;
    }
}

/// Several tables need not be handed in in the order in which they were made.
fn sort_rows(rows: &mut Vec<SeenRow>) {
    let is_one = rows.windows(2).all(|pair| matches!(pair, [a, b] if a.witness == b.witness));
    if is_one {
        return;
    }
    // Where it is not told when they were written, an end comes last.
    let is_told = rows.iter().all(|row| row.updated_at.is_some());
    let by_time = order(rows.iter().map(|row| match row.updated_at.filter(|_| is_told) {
        Some(at) => [at.0, 0, 0, 0],
        None => [i64::from(row.attempts), i64::from(row.phase.is_terminal()), 0, 0],
    }));
    permute(rows, &by_time);
}

/// The places of things in the order of their keys; things of one key stay as they were. One way of sorting for all, since
/// each has its own code in the module.
pub(super) fn order(keys: impl Iterator<Item = [i64; 4]>) -> Vec<usize> {
    let mut keyed: Vec<([i64; 4], usize)> = keys.zip(0..).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, place)| place).collect()
}

/// Puts things into that order.
pub(super) fn permute<T>(things: &mut Vec<T>, order: &[usize]) {
    let mut left: Vec<Option<T>> = std::mem::take(things).into_iter().map(Some).collect();
    things.extend(order.iter().filter_map(|place| left.get_mut(*place)?.take()));
}

fn exhausted<T>(path: &str, message: &str) -> Result<T, Rejection> {
    Err(Rejection { code: Code::ResourceExhausted, rule: Rule::CommandInvalid, ..invalid(path, message) })
}
