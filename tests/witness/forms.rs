//! A run in the forms in which people have it.

use base64::Engine;
use flyte_lifecycle::drive::Session;
use flyte_lifecycle::model::action::plain_run;
use flyte_lifecycle::model::{ActionId, ActionKind, Time};
use flyte_lifecycle::view::details::stored_events;
use flyte_lifecycle::view::snapshot::{ActionView, ResourceView, ValueView};
use flyte_lifecycle::view::{self, ApiKind};
use serde_json::{Map, Value, json};

fn ids(session: &Session) -> Vec<ActionId> {
    session.world().actions().map(|(id, _)| id).collect()
}

fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Length-delimited field of protobuf, of which all here are short.
fn field(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![tag << 3 | 2];
    varint(bytes.len() as u64, &mut out);
    out.extend(bytes);
    out
}

fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number > 127 {
        out.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

fn number(tag: u8, number: u64) -> Vec<u8> {
    let mut out = vec![tag << 3];
    varint(number, &mut out);
    out
}

/// flyteidl2.core.TaskTemplate, as far as it is read.
fn template(session: &Session, id: ActionId) -> Vec<u8> {
    let spec = session.world().action(id).unwrap().spec;
    let mut metadata = field(5, &number(5, u64::from(spec.max_attempts.saturating_sub(1))));
    if spec.timeout_ms > 0 {
        metadata.extend(field(4, &number(1, spec.timeout_ms / 1_000)));
    }
    if spec.caching.discoverable {
        metadata.extend(number(1, 1));
        metadata.extend(number(9, u64::from(spec.caching.serializable)));
    }
    let mut out = field(1, &[]);
    out.extend(field(3, &metadata));
    out
}

/// flyteidl2.workflow.ConditionAction, as far as it is read.
fn condition(session: &Session, id: ActionId) -> Vec<u8> {
    let spec = session.world().action(id).unwrap().spec;
    let mut out = field(6, &number(1, 4));
    if spec.timeout_ms > 0 {
        out.extend(field(10, &number(1, spec.timeout_ms / 1_000)));
    }
    out
}

/// What `protojson()` writes, with its spec as Flyte's API has it beside the rest, if that is asked for.
pub fn details(session: &Session, events: bool, spec: bool) -> Value {
    let (world, facts) = (session.world(), session.facts());
    let told = ids(session).into_iter().filter_map(|id| {
        let mut details = view::protojson::action_details(&view::action_details(world, facts, id)?);
        let action = world.action(id)?;
        if spec && action.spec.kind == ActionKind::Task {
            let mut metadata = json!({ "retries": { "retries": action.spec.max_attempts.saturating_sub(1) } });
            if action.spec.timeout_ms > 0 {
                metadata["timeout"] = json!(format!("{}s", action.spec.timeout_ms / 1_000));
            }
            details["task"] = json!({ "taskTemplate": { "metadata": metadata } });
        }
        let events: Option<Vec<Value>> = events.then(|| {
            stored_events(world, facts, id).iter().map(|e| view::protojson::action_event(world, id, e)).collect()
        });
        Some(match events {
            Some(events) => json!({ "actionDetails": details, "actionEvents": events }),
            None => json!({ "details": details }),
        })
    });
    told.collect()
}

/// The events alone.
pub fn events(session: &Session) -> Value {
    let (world, facts) = (session.world(), session.facts());
    let of =
        |id| stored_events(world, facts, id).into_iter().map(move |e| view::protojson::action_event(world, id, &e));
    ids(session).into_iter().flat_map(of).collect()
}

fn views(session: &Session) -> Vec<ActionView> {
    view::snapshot(session.world(), session.facts()).actions
}

/// As `row_to_json` has it: the two tables.
pub fn rows(session: &Session) -> (Vec<Value>, Vec<Value>) {
    let (world, facts) = (session.world(), session.facts());
    let mut actions = Vec::new();
    for view in views(session) {
        let Some(row) = view.row else { continue };
        let id = world.find(&view.id).unwrap();
        let spec = match view.kind {
            ActionKind::Task => field(6, &field(2, &field(1, &template(session, id)))),
            ActionKind::Condition => field(7, &condition(session, id)),
            ActionKind::Trace => Vec::new(),
        };
        let hex: String = spec.iter().map(|byte| format!("{byte:02x}")).collect();
        let kind = match view.kind {
            ActionKind::Task => 1,
            ActionKind::Trace => 2,
            ActionKind::Condition => 3,
        };
        actions.push(json!({
            "project": view.project, "domain": view.domain, "run_name": plain_run(&view.run), "name": view.name,
            "parent_action_name": view.parent.as_deref().and_then(|parent| parent.rsplit('/').next()),
            "phase": row.phase.number(), "action_type": kind, "attempts": row.attempts,
            "cache_status": row.cache_status, "created_at": row.created_at.to_string(),
            "updated_at": row.updated_at.to_string(), "ended_at": row.ended_at.map(|at| at.to_string()),
            "duration_ms": row.duration_ms, "abort_requested_at": row.abort_requested_at.map(|at| at.to_string()),
            "abort_attempt_count": row.abort_attempt_count, "abort_reason": row.abort_reason,
            "action_spec": format!("\\x{hex}"),
        }));
    }
    let mut events = Vec::new();
    for id in ids(session) {
        let action = world.action(id).unwrap();
        let [project, domain, run, name] = [action.project, action.domain, action.run, action.name]
            .map(|name| plain_run(world.texts().get(name)).to_owned());
        for event in stored_events(world, facts, id) {
            events.push(json!({
                "project": project, "domain": domain, "run_name": run, "name": name, "attempt": event.attempt,
                "phase": event.phase.number(), "version": event.version,
                "created_at": event.reported_at.map(|at| at.to_string()),
                "error_kind": event.error.as_ref().map(|error| error.kind.name()),
            }));
        }
    }
    (actions, events)
}

/// Some columns of a table as CSV.
pub fn csv(rows: &[Value], columns: &[&str]) -> String {
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => format!("\"{}\"", text.replace('"', "\"\"")),
        other => other.to_string(),
    };
    let lines = rows.iter().map(|row| columns.iter().map(|name| cell(&row[*name])).collect::<Vec<_>>().join(","));
    std::iter::once(columns.join(",")).chain(lines).collect::<Vec<_>>().join("\n") + "\n"
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// As `\\copy … to` writes it as text.
pub fn text(rows: &[Value], columns: &[&str]) -> String {
    let cell = |value: &Value| match value {
        Value::Null => "\\N".to_owned(),
        other => plain(other).replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n"),
    };
    let lines = rows.iter().map(|row| columns.iter().map(|name| cell(&row[*name])).collect::<Vec<_>>().join("\t"));
    std::iter::once(columns.join("\t")).chain(lines).collect::<Vec<_>>().join("\n") + "\n"
}

/// As psql prints a table.
pub fn aligned(rows: &[Value], columns: &[&str]) -> String {
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|name| plain(&row[*name])).collect()).collect();
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(place, name)| cells.iter().map(|row| row[place].len()).chain([name.len()]).max().unwrap())
        .collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells = cells.zip(&widths).map(|(cell, width)| format!(" {cell:width$} "));
        cells.collect::<Vec<_>>().join("|")
    };
    let rule = widths.iter().map(|width| "-".repeat(width + 2)).collect::<Vec<_>>().join("+");
    let head = line(&mut columns.iter().copied());
    let lines = cells.iter().map(|row| line(&mut row.iter().map(String::as_str)));
    let count = format!("({} rows)", rows.len());
    [head, rule].into_iter().chain(lines).chain([count]).collect::<Vec<_>>().join("\n") + "\n"
}

/// As psql prints it with `\\x`.
pub fn expanded(rows: &[Value], columns: &[&str]) -> String {
    let mut out = "Expanded display is on.\n".to_owned();
    for (number, row) in rows.iter().enumerate() {
        out.push_str(&format!("-[ RECORD {} ]------\n", number + 1));
        for name in columns {
            out.push_str(&format!("{name:20} | {}\n", plain(&row[*name])));
        }
    }
    out
}

fn second(at: Time) -> String {
    let text = at.to_string();
    format!("{}Z", text.trim_end_matches('Z').split('.').next().unwrap())
}

fn word(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("Phase{name}") }
}

fn resource(session: &Session, action: &ActionView, resource: &ResourceView) -> Value {
    let id = session.world().find(&action.id).unwrap();
    let empty = |value: &Value| value.is_null() || *value == json!("") || *value == json!(0) || *value == json!([]);
    let whole = |fields: Value| {
        let Value::Object(fields) = fields else { unreachable!() };
        Value::Object(fields.into_iter().filter(|(_, value)| !empty(value)).collect::<Map<String, Value>>())
    };
    let conditions: Vec<Value> = resource
        .conditions
        .iter()
        .map(|c| {
            json!({
                "type": c.kind.name(), "status": c.status.name(), "reason": c.reason.name(), "message": c.message,
                "lastTransitionTime": second(c.last_transition_time),
            })
        })
        .collect();
    let history: Vec<Value> = resource
        .phase_history
        .iter()
        .map(|entry| json!({ "phase": entry.phase.name(), "occurredAt": second(entry.at), "message": entry.message }))
        .collect();
    let signal = resource.signal.as_ref().map(|signal| match &signal.value {
        ValueView::Bool(value) => base64(&field(1, &field(1, &number(4, u64::from(*value))))),
        other => panic!("{other:?}"),
    });
    let is_task = action.kind == ActionKind::Task;
    let labels = serde_json::to_value(&resource.labels).unwrap();
    let spec = whole(json!({
        "runName": plain_run(&action.run), "project": action.project, "domain": action.domain, "actionName": action.name,
        "parentActionName": action.parent.as_deref().and_then(|parent| parent.rsplit('/').next()),
        "actionType": if is_task { "task" } else { "condition" },
        "inputUri": "s3://b/in", "runOutputBase": "s3://b/out",
        "taskType": if is_task { "container" } else { "" },
        "taskTemplate": if is_task { base64(&template(session, id)) } else { String::new() },
        "conditionSpec": if is_task { String::new() } else { base64(&condition(session, id)) },
        "cacheKey": if is_task && session.world().action(id).unwrap().spec.caching.discoverable { "k" } else { "" },
    }));
    let status = whole(json!({
        "pluginPhase": word(&resource.plugin_phase), "pluginPhaseVersion": resource.plugin_phase_version,
        "attempts": resource.attempts, "systemFailures": resource.system_failures, "cacheStatus": resource.cache_status,
        "conditions": conditions, "phaseHistory": history,
        "errorState": resource.error_state.as_ref().map(|error| {
            json!({ "code": error.code, "kind": error.kind.name(), "message": error.message })
        }),
        "signalValue": signal,
        "signalledBy": resource.signal.as_ref().map(|signal| signal.by.clone()),
        "signalledAt": resource.signal.as_ref().and_then(|signal| signal.at).map(second),
    }));
    json!({
        "apiVersion": "flyte.org/v1", "kind": "TaskAction",
        "metadata": whole(json!({
            "name": resource.name, "namespace": "flyte", "uid": "u", "creationTimestamp": second(resource.created_at),
            "deletionTimestamp": resource.deletion_timestamp.map(second), "finalizers": resource.finalizers,
            "labels": labels,
        })),
        "spec": spec, "status": status,
    })
}

/// As `kubectl get taskaction -o json` prints them; nothing if there is none. A resource that is read from outside belongs to
/// the only run of its name, so of two there is nothing either.
pub fn resources(session: &Session) -> Option<Value> {
    let views = views(session);
    if views.iter().any(|view| view.id.contains(':')) {
        return None;
    }
    let items: Vec<Value> =
        views.iter().filter_map(|view| Some(resource(session, view, view.resource.as_ref()?))).collect();
    (!items.is_empty()).then(|| json!({ "apiVersion": "v1", "kind": "List", "items": items }))
}

/// Resources as `kubectl get -w -o json --output-watch-events` tells them, by looking at each moment.
#[derive(Default)]
pub struct News {
    told: Map<String, Value>,
    /// The news.
    pub news: Vec<Value>,
}

impl News {
    pub fn look(&mut self, session: &Session) {
        let Some(Value::Array(items)) = resources(session).map(|list| list["items"].clone()) else { return };
        let named = |item: &Value| item["metadata"]["name"].as_str().unwrap().to_owned();
        let names: Vec<String> = items.iter().map(named).collect();
        for item in items {
            let name = named(&item);
            let word = match self.told.get(&name) {
                Some(before) if *before == item => continue,
                Some(_) => "MODIFIED",
                None => "ADDED",
            };
            self.told.insert(name, item.clone());
            self.news.push(json!({ "type": word, "object": item }));
        }
        let gone: Vec<String> = self.told.keys().filter(|name| !names.contains(name)).cloned().collect();
        for name in gone {
            let last = self.told.remove(&name).unwrap();
            self.news.push(json!({ "type": "DELETED", "object": last }));
        }
    }
}

/// The statuses of a run as a watch tells them, kept up to date by looking at each moment.
#[derive(Default)]
pub struct Watch {
    told: Map<String, Value>,
    /// The messages.
    pub messages: Vec<Value>,
}

impl Watch {
    pub fn look(&mut self, session: &Session) {
        let Value::Array(all) = details(session, false, false) else { return };
        let mut news = Vec::new();
        for action in all {
            let action = &action["details"];
            let plain = json!({ "id": action["id"], "metadata": action["metadata"], "status": action["status"] });
            let name = action["id"].to_string();
            if self.told.get(&name) != Some(&plain) {
                self.told.insert(name, plain.clone());
                news.push(json!({ "action": plain }));
            }
        }
        if !news.is_empty() {
            self.messages.push(json!({ "enrichedActions": news }));
        }
    }
}

/// What Flyte's API answers: of each run and of each action, and of all.
pub fn api(session: &Session) -> Vec<(&'static str, Value)> {
    let world = session.world();
    let answer = |kind: ApiKind, id: Option<ActionId>| {
        let about = session.facts().iter().filter(|fact| fact.action.is_none_or(|about| Some(about) == id));
        view::api(world, &about.copied().collect::<Vec<_>>(), kind, id)
    };
    let mut told = Vec::new();
    for &kind in ApiKind::ALL {
        let about: Vec<Option<ActionId>> = if kind.is_of_all() {
            vec![None]
        } else {
            let wanted = |action: &flyte_lifecycle::world::Action| !kind.is_of_run() || action.parent.is_none();
            world.actions().filter(|(_, action)| wanted(action)).map(|(id, _)| Some(id)).collect()
        };
        told.extend(about.into_iter().filter_map(|id| Some((kind.name(), answer(kind, id)?))));
    }
    // What holds nothing is no record.
    let is_empty = |value: &Value| ["runs", "actions", "enrichedActions"].iter().any(|list| value[list] == json!([]));
    told.retain(|(kind, value)| {
        let is_bare = *kind == "watchRunDetails" && value["details"]["action"] == json!({});
        !is_empty(value) && !is_bare
    });
    told
}

/// What the package itself answers of each action, and of all.
pub fn own(session: &Session) -> (Value, Value, Vec<Value>) {
    let (world, facts) = (session.world(), session.facts());
    let details = ids(session).into_iter().filter_map(|id| view::action_details(world, facts, id));
    let details = details.map(|details| serde_json::to_value(details).unwrap()).collect();
    let snapshot = serde_json::to_value(view::snapshot(world, facts)).unwrap();
    let attempts = ids(session).into_iter().map(|id| view::details::action_attempts(world, facts, id));
    let attempts = attempts.filter(|list| !list.is_empty()).map(|list| serde_json::to_value(list).unwrap()).collect();
    (details, snapshot, attempts)
}

/// As `flyte get run` prints a value: what Python makes of it.
pub fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.contains('\'') && !text.contains('"') => {
            format!("\"{}\"", text.replace('\\', "\\\\"))
        }
        Value::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n")),
        Value::Array(items) => format!("[{}]", items.iter().map(python).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("'{name}': {}", python(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

/// As `-o yaml` prints a value.
pub fn yaml(value: &Value, indent: usize) -> String {
    let space = " ".repeat(indent);
    match value {
        Value::Array(items) if !items.is_empty() => {
            items.iter().map(|item| format!("{space}- {}", yaml(item, indent + 2).trim_start())).collect()
        }
        Value::Object(fields) if !fields.is_empty() => fields
            .iter()
            .map(|(name, value)| match value {
                Value::Array(items) if !items.is_empty() => format!("{space}{name}:\n{}", yaml(value, indent)),
                Value::Object(fields) if !fields.is_empty() => format!("{space}{name}:\n{}", yaml(value, indent + 2)),
                _ => format!("{space}{name}: {}\n", value),
            })
            .collect(),
        _ => format!("{space}{value}\n"),
    }
}
