//! What Flyte's API answers about runs and actions, as protojson (flyteidl2/workflow/run_service.proto, run_definition.proto,
//! state_service.proto), built as runs/service/run_service.go builds it: what that leaves out is left out, by policies.

use super::details::{ActionStatus, action_details};
use super::protojson::{self, Message, error_info_of, identifier, literal};
use super::snapshot::{ValueView, counts_below};
use super::text::{error_code, message};
use crate::model::action::plain_run;
use crate::model::words::words;
use crate::model::{ActionId, ActionKind, ActionPhase, Fact, Spec, ValueType};
use crate::rules::listing::{is_listed_as_paused, lists_in_full, watches_run_in_full};
use crate::world::{Action, World};
use serde_json::{Map, Value, json};

words! {
    /// A message of Flyte's API.
    pub enum ApiKind {
        /// `Run`: the root of a run, as `CreateRun` answers it.
        Run = 0 "run",
        /// `ListRunsResponse` and `WatchRunsResponse`: all runs.
        Runs = 1 "runs",
        /// `ListRunsResponse` to `paused_actions_only`: the runs that wait for somebody.
        PausedRuns = 2 "pausedRuns",
        /// `GetRunDetailsResponse`.
        RunDetails = 3 "runDetails",
        /// `WatchRunDetailsResponse`.
        WatchRunDetails = 4 "watchRunDetails",
        /// `Action`, as a list has it.
        Action = 5 "action",
        /// `ListActionsResponse`: the actions of a run.
        Actions = 6 "actions",
        /// `WatchActionsResponse`: the actions of a run with the phases of what is below each.
        WatchActions = 7 "watchActions",
        /// `GetActionDetailsResponse` and `WatchActionDetailsResponse`.
        ActionDetails = 8 "actionDetails",
        /// `WatchForUpdatesResponse` of the actions service: what the SDK in a parent's process hears.
        Update = 9 "update",
    }
}

impl ApiKind {
    /// Whether it is about all runs, so that no name is needed.
    pub const fn is_of_all(self) -> bool {
        matches!(self, ApiKind::Runs | ApiKind::PausedRuns)
    }

    /// Whether it is about a run, which its root stands for.
    pub const fn is_of_run(self) -> bool {
        matches!(
            self,
            ApiKind::Run | ApiKind::RunDetails | ApiKind::WatchRunDetails | ApiKind::Actions | ApiKind::WatchActions
        )
    }
}

/// The message; nothing if what it is about has no row, or no resource for `update`. `facts` are those about the action
/// and about none, oldest first; details need them.
pub fn api(world: &World, facts: &[Fact], kind: ApiKind, id: Option<ActionId>) -> Option<Value> {
    let run = || id.and_then(|id| world.action(id)).map(|action| action.run);
    let of_run = |(other, action): &(ActionId, &Action)| (Some(action.run) == run()).then_some(*other);
    Some(match kind {
        ApiKind::Runs => json!({ "runs": runs(world, false) }),
        ApiKind::PausedRuns => json!({ "runs": runs(world, true) }),
        ApiKind::Run => run_of(world, id?)?,
        ApiKind::RunDetails => run_details(world, facts, id?)?,
        ApiKind::WatchRunDetails if watches_run_in_full(world.rules()) => run_details(world, facts, id?)?,
        ApiKind::WatchRunDetails => json!({ "details": { "action": {} } }),
        ApiKind::Action => listed(world, id?)?,
        ApiKind::Actions => {
            let actions: Vec<Value> =
                world.actions().filter_map(|pair| of_run(&pair)).filter_map(|id| listed(world, id)).collect();
            json!({ "actions": actions })
        }
        ApiKind::WatchActions => {
            let actions = world.actions().filter_map(|pair| of_run(&pair));
            let enriched: Vec<Value> = actions.filter_map(|id| enriched(world, id)).collect();
            json!({ "enrichedActions": enriched })
        }
        ApiKind::ActionDetails => json!({ "details": details(world, facts, id?)? }),
        ApiKind::Update => json!({ "actionUpdate": update(world, id?)? }),
    })
}

/// RunDetails, which are about a run's root.
fn run_details(world: &World, facts: &[Fact], id: ActionId) -> Option<Value> {
    let action = world.action(id).filter(|action| action.parent.is_none())?;
    let spec = Message::default().with("relation", relation(world, action)).done();
    Some(json!({ "details": { "runSpec": spec, "action": details(world, facts, id)? } }))
}

/// flyteidl2.common.Relation of a run that recovers another one.
fn relation(world: &World, action: &Action) -> Option<Value> {
    let source = action.recovers.and_then(|source| world.action(source)).filter(|_| action.parent.is_none())?;
    let [project, domain, run, _] = names(world, source);
    let related = Message::default().text("project", project).text("domain", domain).text("name", run).done();
    Some(json!({ "relatedTo": related, "relationType": "RELATION_TYPE_RECOVER" }))
}

fn runs(world: &World, paused: bool) -> Vec<Value> {
    let roots = world.actions().filter(|(_, action)| action.parent.is_none());
    let is_wanted = |(id, action): &(ActionId, &Action)| {
        let has_paused = || {
            counts_below(world, *id).get(ActionPhase::Paused) > 0
                || action.row.is_some_and(|row| row.phase == ActionPhase::Paused)
        };
        !paused || action.row.is_some_and(|row| is_listed_as_paused(row.phase, has_paused(), world.rules()))
    };
    roots.filter(is_wanted).filter_map(|(id, _)| run_of(world, id)).collect()
}

fn names<'a>(world: &'a World, action: &Action) -> [&'a str; 4] {
    let [project, domain, run, name] =
        [action.project, action.domain, action.run, action.name].map(|name| world.texts().get(name));
    [project, domain, plain_run(run), name]
}

/// `convertRunToProto`.
fn run_of(world: &World, id: ActionId) -> Option<Value> {
    let action = world.action(id)?;
    let status = protojson::status(&ActionStatus::of(action.row.as_ref()?));
    let metadata = metadata(world, action, true);
    Some(json!({ "action": { "id": identifier(names(world, action)), "metadata": metadata, "status": status } }))
}

/// `convertActionToEnrichedProto`: a list tells nothing of an action's kind, name or type.
fn listed(world: &World, id: ActionId) -> Option<Value> {
    let action = world.action(id)?;
    Some(json!({
        "id": identifier(names(world, action)),
        "metadata": metadata(world, action, lists_in_full(world.rules())),
        "status": protojson::status(&ActionStatus::of(action.row.as_ref()?)),
    }))
}

/// `convertNodeUpdateToEnrichedProto`: a watch tells them.
fn enriched(world: &World, id: ActionId) -> Option<Value> {
    let action = world.action(id)?;
    let counts = counts_below(world, id);
    let counts: Map<String, Value> = ActionPhase::ALL
        .iter()
        .filter_map(|phase| Some((phase.number().to_string(), Some(counts.get(*phase)).filter(|n| *n > 0)?.into())))
        .collect();
    let plain = json!({
        "id": identifier(names(world, action)),
        "metadata": metadata(world, action, true),
        "status": protojson::status(&ActionStatus::of(action.row.as_ref()?)),
    });
    let message = Message::default().with("action", Some(plain)).with("meetsFilter", Some(true.into()));
    Some(message.with("childrenPhaseCounts", (!counts.is_empty()).then(|| counts.into())).done())
}

/// `actionMetadataFromModel`, or what a list has of it.
fn metadata(world: &World, action: &Action, is_full: bool) -> Value {
    let parent = action.parent.and_then(|parent| world.action(parent)).map(|parent| world.texts().get(parent.name));
    let plain = Message::default().text("parent", parent.unwrap_or_default());
    if !is_full {
        return plain.done();
    }
    let name = world.texts().get(action.name);
    let (kind, spec) = match action.spec.kind {
        ActionKind::Task => (
            "task",
            Message::default().text("taskType", world.texts().get(action.spec.task_type)).text("shortName", name),
        ),
        ActionKind::Trace => ("trace", Message::default().text("name", name)),
        ActionKind::Condition => {
            let kind = action.spec.value_type.map(literal_type);
            ("condition", Message::default().text("name", name).with("type", kind))
        }
    };
    let source = action.recovers.and_then(|source| world.action(source)).filter(|_| action.parent.is_some());
    plain
        .with(kind, Some(spec.done()))
        .with("relation", relation(world, action))
        .with("recoveredFrom", source.map(|source| identifier(names(world, source))))
        .text("actionType", &format!("ACTION_TYPE_{}", kind.to_ascii_uppercase()))
        .done()
}

/// flyteidl2.core.LiteralType
fn literal_type(kind: ValueType) -> Value {
    let simple = match kind {
        ValueType::Bool => "BOOLEAN",
        ValueType::Int => "INTEGER",
        ValueType::Float => "FLOAT",
        ValueType::Text => "STRING",
    };
    json!({ "simple": simple })
}

/// A duration as protojson has it: seconds, with a fraction where there is one.
fn duration(ms: u64) -> Option<Value> {
    let text = if ms.is_multiple_of(1_000) {
        format!("{}s", ms / 1_000)
    } else {
        format!("{}.{:03}s", ms / 1_000, ms % 1_000)
    };
    (ms > 0).then(|| text.into())
}

/// The details with the spec beside them, as far as the model holds one (`fillSpec`).
fn details(world: &World, facts: &[Fact], id: ActionId) -> Option<Value> {
    let action = world.action(id)?;
    let mut details = protojson::action_details(&action_details(world, facts, id)?);
    let fields = details.as_object_mut()?;
    fields.insert("metadata".to_owned(), metadata(world, action, true));
    match action.spec.kind {
        ActionKind::Task => fields.insert("task".to_owned(), task(&action.spec)),
        ActionKind::Trace => None,
        ActionKind::Condition => {
            let spec = Message::default()
                .text("name", world.texts().get(action.name))
                .with("type", action.spec.value_type.map(literal_type))
                .text("prompt", world.texts().get(action.spec.prompt))
                .with("timeout", duration(action.spec.timeout_ms));
            fields.insert("condition".to_owned(), spec.done())
        }
    };
    Some(details)
}

/// flyteidl2.task.TaskSpec
fn task(spec: &Spec) -> Value {
    let retries = Message::default().number("retries", spec.max_attempts.saturating_sub(1)).with(
        "backoff",
        (spec.backoff.base_ms > 0).then(|| {
            Message::default()
                .with("base", duration(spec.backoff.base_ms))
                .with("factor", Some(f64::from_bits(spec.backoff.factor).into()))
                .with("cap", Some(spec.backoff.cap_ms).filter(|cap| *cap != u64::MAX).and_then(duration))
                .done()
        }),
    );
    let timeouts = Message::default()
        .with("queuedTimeout", duration(spec.max_queued_ms))
        .with("deadline", duration(spec.deadline_ms))
        .done();
    let metadata = Message::default()
        .with("retries", Some(retries.done()))
        .with("timeout", duration(spec.timeout_ms))
        .with("timeouts", Some(timeouts).filter(|timeouts| timeouts.as_object().is_some_and(|t| !t.is_empty())))
        .done();
    json!({ "taskTemplate": { "metadata": metadata } })
}

/// `taskActionToUpdate` (actions/service/actions_service.go).
fn update(world: &World, id: ActionId) -> Option<Value> {
    let action = world.action(id)?;
    let resource = action.resource.as_ref()?;
    let (status, phase) = (&resource.cr.status, world.reported_phase(resource));
    let error = status.error.filter(|_| phase == ActionPhase::Failed).map(|error| {
        Message::default()
            .text("code", error_code(world.texts(), error.code))
            .text("message", &message(world.texts(), error.message))
            .text("kind", error_info_of(error.kind))
            .done()
    });
    let value =
        status.signal.and_then(|signal| signal.value).map(|value| literal(&ValueView::of(world.texts(), value)));
    Some(
        Message::default()
            .with("actionId", Some(identifier(names(world, action))))
            .phase("phase", phase)
            .with("error", error)
            .with("value", value)
            .done(),
    )
}
