//! Enqueuing: code and text of the answer, the resource created, what the run service and the subscribers are told.

use super::case::{Case, Stop, at, get, list, maybe_text, only, text};
use super::left_out::LeftOut;
use super::resource::{Answers, Resource, declared, object_name};
use flyte_lifecycle::model::{ActionKind, Code, Rule, Rules, Spec, TextId, Texts};
use flyte_lifecycle::recorded::informer::{TraceUpdate, trace_update};
use flyte_lifecycle::rules::requests::{EnqueueSeen, enqueue, inherits_labels};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The run, as the header says.
const RUN: &str = "run";
/// Where each scripted trace says that its outputs are.
const TRACE_OUTPUTS: &str = "s3://b/o";

/// Replays one case.
pub fn replay(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    let known = ["name", "input", "code", "text", "created", "run_service", "subscribers_told"];
    only(recorded, "the case", &known)?;
    let input = get(recorded, "input");
    only(input, "input", &["kind", "declared", "action", "parent", "existing", "create", "record_action"])?;
    let mut done = Done { code: json!("ok"), ..Done::default() };
    let kind = match text(input, "kind")? {
        "task" => ActionKind::Task,
        "condition" => ActionKind::Condition,
        "trace" => ActionKind::Trace,
        // What is of no kind gets through, and nothing comes of it (`Enqueue`): no command of a world can say it.
        "none" => return done.check(recorded, case),
        other => return Err(Stop::Unreadable(format!("`{other}` is no kind of action"))),
    };
    let action = text(input, "action")?;
    let (condition_spec, value_type, _) = declared(Some(maybe_text(input, "declared")?.unwrap_or("no_type")));
    let spec = Spec { kind, condition_spec, value_type, ..Spec::task(1, TextId::EMPTY) };
    // A parent without a name is none.
    let parent = maybe_text(input, "parent")?.filter(|parent| !parent.is_empty());
    let mut existing = Vec::new();
    for cr in list(input, "existing")? {
        existing.extend(Resource::read(cr, &mut Texts::default())?);
    }
    let find = |name: &str| existing.iter().find(|held| object_name(RUN, &held.action) == name);
    let parent_object = parent.and_then(|parent| find(&object_name(RUN, parent)));
    let name = object_name(RUN, action);
    let object = find(&name).is_some();
    let seen =
        EnqueueSeen { parent: parent.map(|_| parent_object.is_some()), parent_over: false, object, known: object };
    let decided = enqueue(&spec, &seen, &Rules::upstream());
    match decided {
        Err((code, rule)) => {
            done.code = if code == Code::Internal { Value::Null } else { json!(code.name().to_lowercase()) };
            done.refused(rule, kind, parent, &name);
        }
        Ok(Rule::TraceSucceeded) => done.record(input, action, parent)?,
        Ok(Rule::ActionEnqueued) => match Answers::read(input, "create")?.next().as_str() {
            "ok" => done.created.push(created(kind, action, parent, parent_object)),
            _ => {
                done.code = Value::Null;
                done.text = Some((creating(kind, &name), LeftOut::ErrorText));
            }
        },
        Ok(_) => {}
    }
    done.check(recorded, case)
}

/// What came of it.
#[derive(Default)]
struct Done {
    code: Value,
    text: Option<(String, LeftOut)>,
    created: Vec<Value>,
    run_service: Vec<Value>,
    told: Vec<Value>,
}

impl Done {
    fn check(&self, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
        case.check("code", &self.code, get(recorded, "code"));
        match &self.text {
            Some((start, rest)) => case.check_start("text", start, get(recorded, "text"), *rest),
            None => case.check("text", &Value::Null, get(recorded, "text")),
        }
        case.check("created", &json!(self.created), get(recorded, "created"));
        case.check("run_service", &json!(self.run_service), get(recorded, "run_service"));
        case.check("subscribers_told", &json!(self.told), get(recorded, "subscribers_told"));
        Ok(())
    }

    /// Upstream's words for each refusal, as far as they are its own.
    fn refused(&mut self, rule: Rule, kind: ActionKind, parent: Option<&str>, name: &str) {
        self.text = Some(match rule {
            Rule::SpecInvalid => ("condition \"c\" declares unsupported type ".to_owned(), LeftOut::TypeText),
            Rule::RefusesMissingParent => {
                let parent = object_name(RUN, parent.unwrap_or_default());
                (format!("failed to get parent TaskAction {parent}: "), LeftOut::ErrorText)
            }
            Rule::RefusesDuplicateAction => (creating(kind, name), LeftOut::ErrorText),
            other => (format!("refused by {other}"), LeftOut::ErrorText),
        });
    }

    /// A trace is told to the run service alone, and to those who listen once it is recorded.
    fn record(&mut self, input: &Value, action: &str, parent: Option<&str>) -> Result<(), Stop> {
        let parent = parent.unwrap_or_default();
        let reply = Answers::read(input, "record_action")?.next();
        let call = json!({"call": "RecordAction", "action": action, "parent": parent, "spec": "trace", "reply": reply});
        self.run_service.push(call);
        if reply == "error" {
            self.code = json!("unavailable");
            self.text = Some(("down".to_owned(), LeftOut::ErrorText));
        } else if ["", "a0"].contains(&parent) {
            let TraceUpdate { phase, output_uri, task_type } = trace_update(TRACE_OUTPUTS);
            let phase = phase.number();
            self.told.push(json!({"action": action, "phase": phase, "output_uri": output_uri, "task_type": task_type}));
        }
        Ok(())
    }
}

/// What stands before the API server's words.
fn creating(kind: ActionKind, name: &str) -> String {
    let what = if kind == ActionKind::Condition { "condition TaskAction" } else { "TaskAction" };
    format!("failed to create {what} CR {name}: ")
}

/// The resource created. Cache key and task type are those of the scripted task; only a label says that it is one.
fn created(kind: ActionKind, action: &str, parent: Option<&str>, parent_object: Option<&Resource>) -> Value {
    let condition = kind == ActionKind::Condition;
    let owners: Vec<String> = parent.iter().map(|parent| object_name(RUN, parent)).collect();
    let mut labels: BTreeMap<&str, String> = BTreeMap::new();
    for label in
        parent_object.filter(|_| inherits_labels(kind, &Rules::upstream())).into_iter().flat_map(|held| &held.labels)
    {
        let (key, word) = label.split_once('=').unwrap_or((label, ""));
        labels.insert(key, word.to_owned());
    }
    labels.insert("flyte.org/action", action.to_owned());
    labels.insert("flyte.org/action-type", kind.name().to_owned());
    labels.insert("flyte.org/domain", "d".to_owned());
    labels.insert("flyte.org/is-root", parent.is_none().to_string());
    labels.insert("flyte.org/project", "p".to_owned());
    labels.insert("flyte.org/run", RUN.to_owned());
    let labels: Vec<(&str, String)> = labels.into_iter().collect();
    json!({
        "name": object_name(RUN, action),
        "action_type": if condition { "condition" } else { "" },
        "task_type": if condition { "" } else { "container" },
        "cache_key": if condition { "" } else { "ck" },
        "has_condition_spec": condition,
        "owners": owners,
        "labels": labels,
        "finalizers": 0,
    })
}

/// Replays one name: run, action, and the name of the resource.
pub fn replay_object_name(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    let word = |place| {
        let value = at(recorded, place);
        value.as_str().ok_or_else(|| Stop::Unreadable(format!("entry {place} should be a text, but is {value}")))
    };
    case.check("object name", &json!(object_name(word(0)?, word(1)?)), at(recorded, 2));
    Ok(())
}
