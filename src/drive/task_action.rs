//! Reading `TaskAction`s as `kubectl get taskaction -o yaml|json` prints them (executor/api/v1/taskaction_types.go and
//! the CRD): one, a List, or an array. What is wrong is named with its place; nothing is guessed.

use super::Session;
use super::at::{At, invalid};
use super::listed::Listed;
use crate::model::action::placed_run;
use crate::model::argument::{BackoffCommand, CacheCommand, ConditionCommand, ErrorCommand, TaskCommand, ValueCommand};
use crate::model::import::{ImportedCondition, ImportedPhase, ImportedResource, ImportedSignal};
use crate::model::shown::shown;
use crate::model::{
    Command, ConditionStatus, ConditionType, ErrorKind, Interner, PluginPhase, Reason, Rejection, Setup, SpecField,
    Time, ValueType,
};
use prost::Message;

/// Resources read at once.
const ITEMS_MAX: usize = 10_000;

/// The session that continues from resources that were read. Its clock starts where the set-up says, else at the latest time
/// found in them.
pub(super) fn continued(told: Vec<Item>, setup: &Setup) -> Result<Session, Rejection> {
    let read = latest_of(told);
    let latest = read.iter().map(|item| item.latest).max();
    let mut config = setup.config()?;
    if let (None, Some(latest)) = (setup.start_time, latest) {
        config.start = latest;
    }
    let mut session = Session::new(config);
    for index in parents_first(&read)? {
        let Some(item) = read.get(index) else { continue };
        let parent = item.parent.clone().filter(|parent| session.world().find(parent).is_some());
        let command = Command::Import { action: item.name.clone(), parent, resource: Box::new(item.resource.clone()) };
        session
            .dispatch(command)
            .map_err(|rejection| Rejection { message: format!("{}: {}", item.path, rejection.message), ..rejection })?;
    }
    Ok(session)
}

/// Every resource that is told, as often as it is: `kubectl get -w` tells it anew with each change.
pub(super) fn read(listed: &[Listed<'_>]) -> Result<Vec<Item>, Rejection> {
    if listed.is_empty() {
        return Err(invalid(
            "",
            "there is no TaskAction in it; `kubectl get taskaction -A -o yaml` looks in all namespaces.",
        ));
    }
    if listed.len() > ITEMS_MAX {
        return Err(invalid("", format!("it holds {} resources; up to {ITEMS_MAX} are read.", listed.len())));
    }
    let mut read: Vec<Item> = listed.iter().map(Item::read).collect::<Result<_, _>>()?;
    // A run of a name that another project uses as well is called by its place.
    let mut runs: Interner<String> = Interner::new();
    let mut places: Vec<[String; 2]> = Vec::new();
    for item in &mut read {
        let Some((run, action)) = item.name.split_once('/') else { continue };
        let place = [item.resource.project.clone(), item.resource.domain.clone()];
        let (number, new) = runs.intern(run, || run.to_owned());
        if new {
            places.push(place);
        } else if places.get(number as usize).is_some_and(|held| {
            // What is not told is no other place.
            held.iter().zip(&place).any(|(held, own)| !held.is_empty() && !own.is_empty() && held != own)
        }) {
            let placed = placed_run(run, &place[0], &place[1]);
            item.parent = item.parent.take().and_then(|own| Some(format!("{placed}/{}", own.split_once('/')?.1)));
            item.name = format!("{placed}/{action}");
        }
    }
    Ok(read)
}

/// Of each resource what was told last, in the order in which they are told of first.
fn latest_of(told: Vec<Item>) -> Vec<Item> {
    let mut names: Interner<String> = Interner::new();
    let mut kept: Vec<Item> = Vec::new();
    for item in told {
        let (number, new) = names.intern(item.name.as_str(), || item.name.clone());
        match kept.get_mut(number as usize) {
            Some(held) if item.latest >= held.latest => *held = item,
            None if new => kept.push(item),
            _ => {}
        }
    }
    kept
}

/// One resource, read.
pub struct Item {
    path: String,
    /// `<run>/<action>`
    pub(super) name: String,
    parent: Option<String>,
    /// What it holds.
    pub(super) resource: ImportedResource,
    /// The latest time in it.
    pub(super) latest: Time,
}

impl Item {
    /// Where it stands in the input.
    pub(super) fn place(&self) -> &str {
        &self.path
    }

    fn read(listed: &Listed<'_>) -> Result<Item, Rejection> {
        let at = &listed.at;
        if let Some(kind) = at.field("kind")? {
            let text = kind.text()?;
            if text != "TaskAction" {
                if let Some(what) = super::strange::kind(text) {
                    return Err(invalid(&kind.path, what));
                }
                return Err(invalid(
                    &kind.path,
                    format!("this is a {}; only TaskAction, Pod and List are read.", shown(text)),
                ));
            }
        } else {
            return Err(invalid(&at.path, "`kind` is missing; a resource says `kind: TaskAction`."));
        }
        if let Some(version) = at.field("apiVersion")? {
            let text = version.text()?;
            if text != "flyte.org/v1" {
                return Err(invalid(&version.path, format!("{} is not flyte.org/v1.", shown(text))));
            }
        }
        let metadata = at.field("metadata")?.ok_or_else(|| invalid(&at.path, "`metadata` is missing."))?;
        let spec = at.field("spec")?.ok_or_else(|| invalid(&at.path, "`spec` is missing."))?;
        let (run, action) = names(&metadata, &spec)?;
        let parent = spec.text_of("parentActionName")?;
        let parent = (!parent.is_empty()).then(|| format!("{run}/{parent}"));
        let (project, domain) = (spec.text_of("project")?.to_owned(), spec.text_of("domain")?.to_owned());
        let created_at = metadata.time_of("creationTimestamp")?.unwrap_or(Time::DEFAULT_START);
        let mut resource = ImportedResource::new(project, domain, created_at);
        resource.deleted_at = metadata.time_of("deletionTimestamp")?;
        for finalizer in metadata.list_of("finalizers")? {
            resource.finalizer |= finalizer.text()? == "flyte.org/plugin-finalizer";
        }
        for (field, most) in [("shortName", 63), ("group", 256), ("cacheKey", 256), ("taskType", 63)] {
            let length = spec.text_of(field)?.chars().count();
            if length > most {
                let path = format!("{}.{field}", spec.path);
                return Err(invalid(&path, format!("{length} characters; the resource holds up to {most}.")));
            }
        }
        match spec.text_of("actionType")? {
            "condition" => resource.condition = Some(condition_spec(&spec)?),
            "" | "task" => resource.task = Some(task_spec(&spec)?),
            other => {
                let path = format!("{}.actionType", spec.path);
                return Err(invalid(&path, format!("{} is neither task nor condition.", shown(other))));
            }
        }
        if let Some(status) = at.field("status")? {
            read_status(&status, &mut resource)?;
        }
        // What has been reconciled past its validation had all that is needed: what is not there was left out of the text.
        let is_valid = resource.conditions.iter().any(|condition| condition.reason != Reason::InvalidSpec);
        if let Some(task) = resource.task.as_mut().filter(|_| is_valid) {
            task.missing = None;
            resource.plugin_phase = resource.plugin_phase.or_else(|| reported(&resource.conditions));
        }
        if let Some(labels) = metadata.field("labels")? {
            resource.recorded = labels.text_of("flyte.org/terminal-status-recorded")? == "true";
            if labels.text_of("flyte.org/termination-status")? == "terminated" {
                // The label holds the minute of the end; the condition holds it to the second.
                let ended = resource.conditions.iter().find(|c| c.kind != ConditionType::Progressing);
                resource.completed_at = Some(ended.map_or(resource.created_at, |condition| condition.at));
            }
        }
        let latest = latest(&resource);
        if listed.gone {
            // Nothing holds it any more, so that it goes as soon as somebody looks.
            resource.deleted_at = resource.deleted_at.or(Some(latest));
            resource.finalizer = false;
        }
        Ok(Item {
            path: if at.path.is_empty() { "the TaskAction".to_owned() } else { at.path.clone() },
            name: format!("{run}/{action}"),
            parent,
            resource,
            latest,
        })
    }
}

/// The run's and the action's name. If the spec leaves one out, the resource's own name, `<run>-<action>`, has both.
fn names(metadata: &At<'_>, spec: &At<'_>) -> Result<(String, String), Rejection> {
    let own = metadata.text_of("name")?;
    let split = own.rsplit_once('-');
    let from_own = |part: Option<&str>, field: &str| {
        part.map(str::to_owned).ok_or_else(|| {
            invalid(&spec.path, format!("`{field}` is missing, and metadata.name does not say `<run>-<action>`."))
        })
    };
    let (run, action) = (spec.text_of("runName")?, spec.text_of("actionName")?);
    let run = if run.is_empty() { from_own(split.map(|(run, _)| run), "runName")? } else { run.to_owned() };
    let action = if action.is_empty() { from_own(split.map(|(_, a)| a), "actionName")? } else { action.to_owned() };
    Ok((run, action))
}

/// What the plugin must have reported for the condition that goes on.
fn reported(conditions: &[ImportedCondition]) -> Option<PluginPhase> {
    let goes_on = conditions.iter().find(|condition| condition.kind == ConditionType::Progressing)?;
    match goes_on.reason {
        Reason::Executing if goes_on.status == ConditionStatus::True => Some(PluginPhase::Running),
        Reason::Initializing if goes_on.status == ConditionStatus::True => Some(PluginPhase::Initializing),
        _ => None,
    }
}

fn latest(resource: &ImportedResource) -> Time {
    let times = resource.conditions.iter().map(|condition| condition.at);
    let times = times.chain(resource.phase_history.iter().map(|entry| entry.at));
    let times = times.chain(resource.deleted_at).chain(resource.signal.as_ref().and_then(|signal| signal.at));
    times.fold(resource.created_at, Time::max)
}

/// A duration of google.protobuf.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Duration {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

impl Duration {
    /// Milliseconds, if it is a positive duration.
    pub(super) fn millis(&self) -> Option<u64> {
        let millis = i128::from(self.seconds) * 1_000 + i128::from(self.nanos / 1_000_000);
        u64::try_from(millis).ok().filter(|millis| *millis > 0)
    }
}

/// flyteidl2.core.TaskTemplate, as far as the lifecycle reads it.
#[derive(Clone, PartialEq, Message)]
pub(super) struct TaskTemplate {
    #[prost(message, optional, tag = "1")]
    id: Option<Present>,
    #[prost(message, optional, tag = "3")]
    pub(super) metadata: Option<TaskMetadata>,
    #[prost(message, optional, tag = "17")]
    pod: Option<K8sPod>,
}

impl TaskTemplate {
    /// How many containers its pod would have, if it names a pod that has not one.
    fn containers(&self) -> Option<u32> {
        let listed = self.pod.as_ref()?.pod_spec.as_ref()?.containers();
        u32::try_from(listed).ok().filter(|count| *count != 1)
    }
}

/// flyteidl2.core.K8sPod
#[derive(Clone, PartialEq, Message)]
struct K8sPod {
    #[prost(message, optional, tag = "2")]
    pod_spec: Option<Struct>,
}

/// google.protobuf.Struct, of which only the length of the list `containers` matters.
#[derive(Clone, PartialEq, Message)]
struct Struct {
    #[prost(btree_map = "string, message", tag = "1")]
    fields: std::collections::BTreeMap<String, StructValue>,
}

impl Struct {
    fn containers(&self) -> usize {
        let list = self.fields.get("containers").and_then(|value| value.list.as_ref());
        list.map_or(0, |list| list.values.len())
    }
}

/// google.protobuf.Value, if it is a list.
#[derive(Clone, PartialEq, Message)]
struct StructValue {
    #[prost(message, optional, tag = "6")]
    list: Option<ListValue>,
}

/// google.protobuf.ListValue, of which only its length matters.
#[derive(Clone, PartialEq, Message)]
struct ListValue {
    #[prost(message, repeated, tag = "1")]
    values: Vec<Present>,
}

/// A message of which only its presence matters.
#[derive(Clone, PartialEq, Message)]
struct Present {}

/// flyteidl2.core.TaskMetadata
#[derive(Clone, PartialEq, Message)]
pub(super) struct TaskMetadata {
    #[prost(bool, tag = "1")]
    discoverable: bool,
    #[prost(bool, tag = "9")]
    cache_serializable: bool,
    #[prost(message, optional, tag = "4")]
    pub(super) timeout: Option<Duration>,
    #[prost(message, optional, tag = "5")]
    pub(super) retries: Option<RetryStrategy>,
    #[prost(message, optional, tag = "22")]
    pub(super) timeouts: Option<TimeoutStrategy>,
}

/// flyteidl2.core.TimeoutStrategy
#[derive(Clone, PartialEq, Message)]
pub(super) struct TimeoutStrategy {
    #[prost(message, optional, tag = "1")]
    pub(super) queued_timeout: Option<Duration>,
    #[prost(message, optional, tag = "2")]
    pub(super) deadline: Option<Duration>,
}

/// flyteidl2.core.Backoff
#[derive(Clone, PartialEq, Message)]
struct Backoff {
    #[prost(message, optional, tag = "1")]
    base: Option<Duration>,
    #[prost(double, optional, tag = "2")]
    factor: Option<f64>,
    #[prost(message, optional, tag = "3")]
    cap: Option<Duration>,
}

/// flyteidl2.core.RetryStrategy
#[derive(Clone, PartialEq, Message)]
pub(super) struct RetryStrategy {
    #[prost(uint32, tag = "5")]
    pub(super) retries: u32,
    #[prost(message, optional, tag = "6")]
    backoff: Option<Backoff>,
}

impl RetryStrategy {
    /// How long retries wait.
    pub(super) fn backoff(&self) -> Option<BackoffCommand> {
        let backoff = self.backoff.as_ref()?;
        Some(BackoffCommand {
            base_ms: backoff.base.as_ref().and_then(Duration::millis),
            // Nothing checks a factor before it is stored; below 1 it is no factor.
            factor: backoff.factor.filter(|factor| factor.is_finite() && *factor >= 1.0),
            cap_ms: backoff.cap.as_ref().and_then(Duration::millis),
        })
    }
}

/// flyteidl2.workflow.ConditionAction
#[derive(Clone, PartialEq, Message)]
pub(super) struct ConditionAction {
    #[prost(message, optional, tag = "6")]
    pub(super) kind: Option<LiteralType>,
    #[prost(string, tag = "7")]
    prompt: String,
    #[prost(message, optional, tag = "10")]
    pub(super) timeout: Option<Duration>,
}

impl ConditionAction {
    /// What a signal must carry, if it is one of the four types that it can be.
    pub(super) fn value_type(&self) -> Option<ValueType> {
        match self.kind.as_ref()?.simple? {
            1 => Some(ValueType::Int),
            2 => Some(ValueType::Float),
            3 => Some(ValueType::Text),
            4 => Some(ValueType::Bool),
            _ => None,
        }
    }
}

/// flyteidl2.core.LiteralType
#[derive(Clone, PartialEq, Message)]
pub(super) struct LiteralType {
    #[prost(int32, optional, tag = "1")]
    simple: Option<i32>,
}

/// flyteidl2.core.Literal
#[derive(Clone, PartialEq, Message)]
struct Literal {
    #[prost(message, optional, tag = "1")]
    scalar: Option<Scalar>,
}

/// flyteidl2.core.Scalar
#[derive(Clone, PartialEq, Message)]
struct Scalar {
    #[prost(message, optional, tag = "1")]
    primitive: Option<Primitive>,
}

/// flyteidl2.core.Primitive, with the variants that a signal can carry.
#[derive(Clone, PartialEq, Message)]
struct Primitive {
    #[prost(int64, optional, tag = "1")]
    integer: Option<i64>,
    #[prost(double, optional, tag = "2")]
    float: Option<f64>,
    #[prost(string, optional, tag = "3")]
    text: Option<String>,
    #[prost(bool, optional, tag = "4")]
    boolean: Option<bool>,
}

fn task_spec(spec: &At<'_>) -> Result<TaskCommand, Rejection> {
    let template = spec.bytes_of("taskTemplate")?;
    let mut missing = Vec::new();
    for &field in SpecField::ALL {
        let empty = match field {
            SpecField::TaskTemplate => template.is_empty(),
            _ => spec.text_of(field.name())?.is_empty(),
        };
        if empty {
            missing.push(field);
        }
    }
    let template = TaskTemplate::decode(template.as_slice()).map_err(|_| {
        let path = format!("{}.taskTemplate", spec.path);
        invalid(&path, "it is no flyteidl2.core.TaskTemplate; upstream's executor would try to read it for ever.")
    })?;
    let identified = template.id.is_some();
    let containers = if missing.contains(&SpecField::TaskTemplate) { None } else { template.containers() };
    let metadata = template.metadata.unwrap_or_default();
    let key = spec.text_of("cacheKey")?;
    let cache = metadata.discoverable.then(|| CacheCommand {
        discoverable: None,
        serializable: metadata.cache_serializable.then_some(true),
        key: (!key.is_empty()).then(|| key.to_owned()),
        unidentified: (!identified).then_some(true),
    });
    let (strategy, timeouts) = (metadata.retries.unwrap_or_default(), metadata.timeouts.unwrap_or_default());
    let kind = spec.text_of("taskType")?;
    Ok(TaskCommand {
        max_attempts: Some(strategy.retries.saturating_add(1)),
        timeout_ms: metadata.timeout.and_then(|timeout| timeout.millis()),
        max_queued_ms: timeouts.queued_timeout.and_then(|bound| bound.millis()),
        deadline_ms: timeouts.deadline.and_then(|bound| bound.millis()),
        backoff: strategy.backoff().map(Box::new),
        child_failure: None,
        task_type: (!kind.is_empty()).then(|| kind.to_owned()),
        containers,
        missing: (!missing.is_empty()).then_some(missing),
        cache,
    })
}

fn condition_spec(spec: &At<'_>) -> Result<ConditionCommand, Rejection> {
    let bytes = spec.bytes_of("conditionSpec")?;
    let decoded = if bytes.is_empty() { None } else { ConditionAction::decode(bytes.as_slice()).ok() };
    let value_type = decoded.as_ref().and_then(ConditionAction::value_type);
    if decoded.is_some() && value_type.is_none() {
        let path = format!("{}.conditionSpec", spec.path);
        return Err(invalid(
            &path,
            "it declares a type that no signal can have; it must be bool, int, float or string.",
        ));
    }
    Ok(ConditionCommand {
        // A spec that says nothing declares no type; which one stands here makes no difference.
        value_type: value_type.unwrap_or(ValueType::Bool),
        timeout_ms: decoded.as_ref().and_then(|decoded| decoded.timeout.as_ref()?.millis()),
        prompt: decoded.as_ref().map(|decoded| decoded.prompt.clone()).filter(|prompt| !prompt.is_empty()),
        invalid: (decoded.is_none() && !bytes.is_empty()).then_some(true),
        empty: bytes.is_empty().then_some(true),
    })
}

fn names_of<T: Copy>(
    all: &'static [T],
    name: impl Fn(T) -> &'static str + 'static,
) -> impl Iterator<Item = &'static str> {
    all.iter().map(move |value| name(*value))
}

fn read_status(status: &At<'_>, resource: &mut ImportedResource) -> Result<(), Rejection> {
    if let Some(phase) = status.field("pluginPhase")?.filter(|phase| phase.value.as_str() != Some("")) {
        let parse = |text: &str| PluginPhase::parse(text.strip_prefix("Phase").unwrap_or(text));
        resource.plugin_phase = Some(phase.word(parse, names_of(PluginPhase::ALL, PluginPhase::name))?);
    }
    resource.plugin_phase_version = status.number_of("pluginPhaseVersion")?;
    resource.attempts = status.number_of("attempts")?;
    resource.system_failures = status.number_of("systemFailures")?;
    resource.attempt_started_at = status.time_of("attemptStartedAt")?;
    resource.timeout_at = status.time_of("timeoutAt")?;
    resource.cache_status = status.number_of("cacheStatus")?;
    for condition in status.list_of("conditions")? {
        let required = |name: &str| {
            let field = condition.field(name)?;
            field.ok_or_else(|| invalid(&condition.path, format!("`{name}` is missing.")))
        };
        let kind = required("type")?.word(ConditionType::parse, names_of(ConditionType::ALL, ConditionType::name))?;
        if resource.conditions.iter().any(|earlier| earlier.kind == kind) {
            return Err(invalid(&condition.path, format!("there are two conditions of type {kind}.")));
        }
        let state = required("status")?;
        let reason = required("reason")?;
        resource.conditions.push(ImportedCondition {
            kind,
            status: state.word(ConditionStatus::parse, names_of(ConditionStatus::ALL, ConditionStatus::name))?,
            reason: reason.word(Reason::parse, names_of(Reason::ALL, Reason::name))?,
            message: condition.text_of("message")?.to_owned(),
            at: condition.time_of("lastTransitionTime")?.unwrap_or(resource.created_at),
        });
    }
    for entry in status.list_of("phaseHistory")? {
        let phase = entry.field("phase")?.ok_or_else(|| invalid(&entry.path, "`phase` is missing."))?;
        resource.phase_history.push(ImportedPhase {
            phase: phase.word(Reason::parse, names_of(Reason::ALL, Reason::name))?,
            at: entry.time_of("occurredAt")?.unwrap_or(resource.created_at),
            message: entry.text_of("message")?.to_owned(),
        });
    }
    if let Some(error) = status.field("errorState")? {
        let kind = match error.field("kind")?.filter(|kind| kind.value.as_str() != Some("")) {
            Some(kind) => kind.word(ErrorKind::parse, names_of(ErrorKind::ALL, ErrorKind::name))?,
            None => ErrorKind::Unknown,
        };
        let (code, message) = (error.text_of("code")?.to_owned(), error.text_of("message")?.to_owned());
        resource.error = Some(ErrorCommand { code, kind, message, length: None });
    }
    let signal = status.bytes_of("signalValue")?;
    // An undecodable stored signal counts as none, as upstream has it.
    let primitive = Literal::decode(signal.as_slice()).ok().and_then(|literal| literal.scalar?.primitive);
    let value = primitive.and_then(|primitive| {
        let int = primitive.integer.map(ValueCommand::Int);
        let float = primitive.float.map(ValueCommand::Float);
        let text = primitive.text.map(ValueCommand::String);
        int.or(float).or(text).or(primitive.boolean.map(ValueCommand::Bool))
    });
    if let Some(value) = value {
        let by = status.text_of("signalledBy")?.to_owned();
        resource.signal = Some(ImportedSignal { value, by, at: status.time_of("signalledAt")? });
    }
    Ok(())
}

/// The order in which every parent comes before its children.
fn parents_first(items: &[Item]) -> Result<Vec<usize>, Rejection> {
    let mut names: Interner<&str> = Interner::new();
    for item in items {
        names.intern(item.name.as_str(), || item.name.as_str());
    }
    let mut order = Vec::with_capacity(items.len());
    let mut placed = vec![false; items.len()];
    for start in 0..items.len() {
        // Up to the first ancestor that has its place, then down again.
        let mut line = Vec::new();
        let mut next = Some(start);
        while let Some(index) = next.filter(|index| placed.get(*index) == Some(&false)) {
            if line.len() > items.len() {
                let path = items.get(start).map_or("", |item| item.path.as_str());
                return Err(invalid(path, "its parents lead in a circle."));
            }
            line.push(index);
            next = items
                .get(index)
                .and_then(|item| item.parent.as_deref())
                .and_then(|name| names.find(name))
                .map(|number| number as usize);
        }
        for index in line.into_iter().rev() {
            if let Some(placed) = placed.get_mut(index) {
                *placed = true;
            }
            order.push(index);
        }
    }
    Ok(order)
}
