//! A `TaskAction` as the family `signal-and-enqueue` writes it down.

use super::case::{CREATED, Stop, at, flag, get, list, maybe_text, only, small, texts};
use super::left_out::LeftOut;
use flyte_lifecycle::model::{
    ActionKind, Condition, ConditionSpec, ConditionStatus, ConditionType, Conditions, Message, Reason, Signal,
    SignalValue, Spec, SpecField, Status, TaskAction, TextId, Texts, Time, ValueType,
};
use serde_json::Value;

/// The values that are sent and stored, by their names in a recording; what is not here is no value of the four types.
const VALUES: [&str; 6] = ["bool", "int", "float", "str", "str_empty", "str_other"];

/// A resource with the names that the rules do not read.
#[derive(Clone)]
pub struct Resource {
    /// The action.
    pub action: String,
    /// Its parent, or nothing.
    pub parent: String,
    /// What the rules read of its spec.
    pub spec: Spec,
    /// What else they read.
    pub cr: TaskAction,
    /// The name of the type that its condition declares, as upstream shows it.
    pub declared: String,
    /// What stands in a stored signal's place if it is no value.
    pub stored: Option<String>,
    /// spec.taskType
    pub task_type: String,
    /// spec.shortName
    pub short_name: String,
    /// The name in the task template, if there is a template.
    pub template_name: Option<String>,
    /// Its labels, as `key=value`.
    pub labels: Vec<String>,
    /// The code in status.errorState.
    pub error_code: Option<String>,
    /// When it was created, unless it does not say.
    pub created_at: Option<Time>,
}

impl Resource {
    /// Reads it; `None` if it is absent.
    pub fn read(value: &Value, texts_: &mut Texts) -> Result<Option<Resource>, Stop> {
        let known = [
            "name",
            "absent",
            "action_type",
            "declared",
            "signalled",
            "signalled_by",
            "conditions",
            "labels",
            "attempts",
            "cache_status",
            "parent",
            "action",
            "task_type",
            "short_name",
            "template_name",
            "error_code",
            "no_creation_time",
        ];
        only(value, "the resource", &known)?;
        if flag(value, "absent")? {
            return Ok(None);
        }
        let owned = |key| Ok::<_, Stop>(maybe_text(value, key)?.unwrap_or_default().to_owned());
        let task_type = owned("task_type")?;
        let (condition_spec, value_type, declared) = declared(maybe_text(value, "declared")?);
        let mut spec = Spec {
            kind: if owned("action_type")? == "condition" { ActionKind::Condition } else { ActionKind::Task },
            value_type,
            condition_spec,
            ..Spec::task(1, texts_.intern(&task_type))
        };
        if task_type.is_empty() {
            spec.missing = spec.missing.with(SpecField::TaskType);
        }
        let signalled = maybe_text(value, "signalled")?;
        let by = texts_.intern(&owned("signalled_by")?);
        let status = Status {
            attempts: small(value, "attempts")?,
            cache_status: small(value, "cache_status")?,
            conditions: conditions(list(value, "conditions")?)?,
            signal: signalled.map(|name| Signal { value: signal_value(name, texts_), by }),
            ..Status::default()
        };
        let labels: Vec<String> = texts(value, "labels")?.into_iter().map(str::to_owned).collect();
        let recorded = labels.iter().any(|label| label == "flyte.org/terminal-status-recorded=true");
        let action = owned("action")?;
        Ok(Some(Resource {
            action: if action.is_empty() { "a".to_owned() } else { action },
            parent: owned("parent")?,
            spec,
            cr: TaskAction { status, recorded, ..TaskAction::default() },
            declared,
            stored: signalled.filter(|name| !VALUES.contains(name)).map(str::to_owned),
            task_type,
            short_name: owned("short_name")?,
            template_name: maybe_text(value, "template_name")?.map(str::to_owned),
            labels,
            error_code: maybe_text(value, "error_code")?.map(str::to_owned),
            created_at: if flag(value, "no_creation_time")? { None } else { Some(CREATED) },
        }))
    }
}

/// What a declared type is in the model, and its name as upstream shows it.
pub fn declared(name: Option<&str>) -> (ConditionSpec, Option<ValueType>, String) {
    let (spec, value_type, shown) = match name {
        None => (ConditionSpec::Empty, None, "NONE"),
        Some("garbage") => (ConditionSpec::Undecodable, None, "NONE"),
        Some("no_type" | "empty_type" | "collection" | "enum") => (ConditionSpec::Valid, None, "NONE"),
        Some(name) => {
            let found = ValueType::ALL.iter().copied().find(|value_type| type_name(*value_type) == name);
            (ConditionSpec::Valid, found, name)
        }
    };
    (spec, value_type, shown.to_owned())
}

/// The protocol's name of a simple type.
pub fn type_name(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Bool => "BOOLEAN",
        ValueType::Int => "INTEGER",
        ValueType::Float => "FLOAT",
        ValueType::Text => "STRING",
    }
}

/// The value of that name, if it is one of the four types.
pub fn signal_value(name: &str, texts: &mut Texts) -> Option<SignalValue> {
    Some(match name {
        "bool" => SignalValue::Bool(true),
        "int" => SignalValue::Int(3),
        "float" => SignalValue::Float(1.5_f64.to_bits()),
        "str" => SignalValue::Text(texts.intern("v")),
        "str_empty" => SignalValue::Text(TextId::EMPTY),
        "str_other" => SignalValue::Text(texts.intern("w")),
        _ => return None,
    })
}

/// The name of a value.
pub fn value_name(value: SignalValue, texts: &mut Texts) -> &'static str {
    let found = VALUES.iter().copied().find(|name| signal_value(name, texts) == Some(value));
    found.unwrap_or("a value without a name")
}

/// An entry of a list of conditions: its type, whether it holds, and its reason. Type and reason are there if they are
/// words that upstream writes.
pub fn entry(value: &Value) -> (Option<ConditionType>, bool, Option<Reason>) {
    let word = |place| at(value, place).as_str().unwrap_or_default();
    (ConditionType::parse(word(0)), word(1) == ConditionStatus::True.name(), Reason::parse(word(2)))
}

fn conditions(entries: &[Value]) -> Result<Conditions, Stop> {
    let mut conditions = Conditions::default();
    for value in entries {
        let (kind, _, reason) = entry(value);
        let status = ConditionStatus::parse(at(value, 1).as_str().unwrap_or_default());
        let (Some(kind), Some(status), Some(reason)) = (kind, status, reason) else {
            return Err(Stop::LeftOut(LeftOut::ConditionWord));
        };
        conditions = conditions.with(Condition { kind, status, reason, message: Message::Empty });
    }
    Ok(conditions)
}

/// The name of a resource.
pub fn object_name(run: &str, action: &str) -> String {
    let (run, own) = flyte_lifecycle::rules::requests::object_name(run, action);
    format!("{run}-{own}")
}

/// A list of scripted answers, used one after the other; `ok` after the last.
pub struct Answers(Vec<String>);

impl Answers {
    /// Those of a key, which may hold one answer or a list of them.
    pub fn read(value: &Value, key: &str) -> Result<Answers, Stop> {
        Ok(Answers(match get(value, key) {
            Value::String(answer) => vec![answer.clone()],
            _ => texts(value, key)?.into_iter().map(str::to_owned).collect(),
        }))
    }

    /// The next one.
    pub fn next(&mut self) -> String {
        if self.0.is_empty() { "ok".to_owned() } else { self.0.remove(0) }
    }
}
