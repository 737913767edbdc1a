//! What the services check before they do anything: names (the CRD, executor/api/v1/taskaction_types.go, and
//! `validateRunName`, runs/service/utils.go) and signals (actions/k8s/client.go, `Signal`).

use super::phases::phase_from_conditions;
use crate::model::policy::{
    DuplicateAction, DuplicateRun, InvalidResource, LabelInheritance, Namespace, ParentCheck, Recovery, RepeatedSignal,
    StatusUpdate, TracePhase,
};
use crate::model::{
    ActionKind, Code, ConditionSpec, Rule, Rules, Signal, SignalValue, Spec, SpecField, Status, TaskAction, ValueType,
};

/// Characters of a run's name.
pub const RUN_NAME_MAX: usize = 30;
/// Characters of an action's name.
pub const ACTION_NAME_MAX: usize = 30;
/// Characters of a project's or a domain's name.
pub const PROJECT_NAME_MAX: usize = 63;
/// Characters of a task type.
pub const TASK_TYPE_MAX: usize = 63;
/// Characters of a cache key.
pub const CACHE_KEY_MAX: usize = 256;
/// Characters of a condition's message.
pub const MESSAGE_MAX: usize = 32_768;

/// Whether a run can have this name: a DNS-1035 label of at most 30 characters.
pub fn is_run_name(name: &str) -> bool {
    name.len() <= RUN_NAME_MAX && name.starts_with(|c: char| c.is_ascii_lowercase()) && is_label(name)
}

/// Whether an action can have this name: part of a Kubernetes name, of at most 30 characters.
pub fn is_action_name(name: &str) -> bool {
    name.len() <= ACTION_NAME_MAX && name.split('.').all(is_label)
}

/// Whether a project or a domain can have this name.
pub fn is_project_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= PROJECT_NAME_MAX && !name.chars().any(char::is_control)
}

/// Whether Kubernetes takes it as the value of a label, as projects and domains are (`newTaskActionCR`).
pub fn is_label_value(value: &str) -> bool {
    let outer = |c: char| c.is_ascii_alphanumeric();
    let inner = |c: char| outer(c) || matches!(c, '-' | '_' | '.');
    value.len() <= PROJECT_NAME_MAX && value.chars().all(inner) && value.starts_with(outer) && value.ends_with(outer)
}

/// The required fields that the resource's definition does not take empty (`MinLength`); the executor checks the others.
pub fn is_never_empty(field: SpecField) -> bool {
    matches!(field, SpecField::RunName | SpecField::Project | SpecField::Domain | SpecField::ActionName)
}

/// What becomes of an action whose resource Kubernetes would not take: accepted for now, or refused with a code.
pub const fn invalid_resource(is_root: bool, rules: &Rules) -> Result<(), Code> {
    match (rules.invalid_resource, is_root) {
        (InvalidResource::Refused, _) => Err(Code::InvalidArgument),
        (InvalidResource::Late, true) => Ok(()),
        (InvalidResource::Late, false) => Err(Code::Internal),
    }
}

/// Whether all actions' resources are in one namespace, whatever their project.
pub const fn shares_namespace(rules: &Rules) -> bool {
    matches!(rules.namespace, Namespace::Shared)
}

/// Letters, digits and hyphens, with a letter or a digit at both ends.
fn is_label(label: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !label.is_empty() && label.chars().all(inner) && !label.starts_with('-') && !label.ends_with('-')
}

/// The two parts of a resource's name, `<run>-<action>`; an action named as its run has the root's
/// (`buildTaskActionName`).
pub fn object_name<'a>(run: &'a str, action: &'a str) -> (&'a str, &'a str) {
    (run, if action == run { "a0" } else { action })
}

/// What a `CreateRun` does: a run, nothing where the one of that name is kept or was asked for in the same way, or a
/// refusal (run_service.go, `CreateRun`). `same` is whether the run that is there was asked for so, if there is one.
pub const fn create_run(same: Option<bool>, rules: &Rules) -> Result<Rule, (Code, Rule)> {
    match (same, rules.duplicate_run) {
        (None, _) => Ok(Rule::RunCreated),
        (Some(_), DuplicateRun::Silent) => Ok(Rule::RunKept),
        (Some(true), DuplicateRun::SameRequest) => Ok(Rule::RunAnswered),
        (Some(_), DuplicateRun::SameRequest | DuplicateRun::Refused) => {
            Err((Code::AlreadyExists, Rule::RefusesDuplicateRun))
        }
    }
}

/// Why what somebody writes into a status is refused, if it is (actions/k8s/client.go, `PutStatus`).
pub fn refuses_status_put(attempts: u32, status: &Status, rules: &Rules) -> Option<(Code, Rule)> {
    match rules.status_update {
        StatusUpdate::OwnAttempt if attempts != status.observed_attempts() => {
            Some((Code::InvalidArgument, Rule::RefusesStatusPut))
        }
        StatusUpdate::OwnAttempt | StatusUpdate::Anything => None,
    }
}

/// Whether an action can be recorded as recovered under a parent that may have ended.
pub const fn recover(parent_ended: bool, rules: &Rules) -> Result<(), (Code, Rule)> {
    if !is_recovered(rules) {
        return Err((Code::FailedPrecondition, Rule::RefusesRecovery));
    }
    match rules.parent_check {
        ParentCheck::Enforced if parent_ended => Err((Code::FailedPrecondition, Rule::RefusesEndedParent)),
        ParentCheck::Enforced | ParentCheck::Ignored => Ok(()),
    }
}

/// Whether an action is executed anew if the run that is recovered cannot be looked at, and why.
pub const fn look_up_failed(rules: &Rules) -> (bool, Rule) {
    match rules.recovery {
        Recovery::FailsOpen => (true, Rule::RecoveryFailsOpen),
        Recovery::Recorded | Recovery::Nothing => (false, Rule::RecoveryLookUpFailed),
    }
}

/// Whether anything records an action as recovered.
pub const fn is_recovered(rules: &Rules) -> bool {
    !matches!(rules.recovery, Recovery::Nothing)
}

/// Why an accepted `Enqueue` makes no resource, if it makes none: a condition of that name is there, with its resource.
pub const fn kept(kind: ActionKind, object: bool) -> Option<Rule> {
    match kind {
        ActionKind::Condition if object => Some(Rule::ConditionKept),
        _ => None,
    }
}

/// What is there when an action is enqueued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EnqueueSeen {
    /// Whether the parent's resource is there; `None` for a root.
    pub parent: Option<bool>,
    /// Whether the parent has ended for good or is being deleted.
    pub parent_over: bool,
    /// Whether a resource of that name is there.
    pub object: bool,
    /// Whether an action of that name was there before, with or without a resource.
    pub known: bool,
}

/// What an enqueue does: a resource, a record, nothing, or a refusal with a code (actions/k8s/client.go, `Enqueue`).
/// Upstream checks the declared type, then the parent, then the name. Where the parent must be alive, the name comes
/// before it, so that whoever asks again hears that the action is there.
pub fn enqueue(spec: &Spec, seen: &EnqueueSeen, rules: &Rules) -> Result<Rule, (Code, Rule)> {
    let condition = spec.kind == ActionKind::Condition;
    if condition && spec.condition_spec == ConditionSpec::Valid && spec.value_type.is_none() {
        return Err((Code::InvalidArgument, Rule::SpecInvalid));
    }
    let (name, parent) = (enqueue_name(spec, seen, rules), enqueue_parent(spec, seen, rules));
    match (rules.parent_check, name, parent) {
        (ParentCheck::Enforced, Ok(Rule::ConditionKept) | Err(_), _) => name,
        (ParentCheck::Enforced | ParentCheck::Ignored, _, Err(refused)) => Err(refused),
        (ParentCheck::Enforced | ParentCheck::Ignored, _, Ok(())) => name,
    }
}

/// Whether the parent lets an action start. A trace has no resource, so that its parent's is not looked for.
const fn enqueue_parent(spec: &Spec, seen: &EnqueueSeen, rules: &Rules) -> Result<(), (Code, Rule)> {
    let (over, code) = match rules.parent_check {
        ParentCheck::Enforced => (seen.parent_over, Code::FailedPrecondition),
        ParentCheck::Ignored => (false, Code::Internal),
    };
    if over {
        return Err((code, Rule::RefusesEndedParent));
    }
    match (spec.kind, seen.parent) {
        (ActionKind::Task | ActionKind::Condition, Some(false)) => Err((code, Rule::RefusesMissingParent)),
        _ => Ok(()),
    }
}

/// What the name leads to: a resource or a record, or what is there already.
const fn enqueue_name(spec: &Spec, seen: &EnqueueSeen, rules: &Rules) -> Result<Rule, (Code, Rule)> {
    let code = match rules.duplicate_action {
        DuplicateAction::AlreadyExists => Code::AlreadyExists,
        DuplicateAction::Internal => Code::Internal,
    };
    if let Some(rule) = kept(spec.kind, seen.object) {
        return Ok(rule);
    }
    match (spec.kind, rules.duplicate_action) {
        (ActionKind::Task, _) if seen.object => Err((code, Rule::RefusesDuplicateAction)),
        (_, DuplicateAction::AlreadyExists) if seen.known => Err((code, Rule::RefusesDuplicateAction)),
        (ActionKind::Trace, DuplicateAction::Internal) if seen.known => Ok(Rule::ActionAlreadyRecorded),
        (ActionKind::Trace, _) => match rules.trace_phase {
            TracePhase::AsReported => Ok(Rule::TraceRecorded),
            TracePhase::Succeeded => Ok(Rule::TraceSucceeded),
        },
        (ActionKind::Task | ActionKind::Condition, _) => Ok(Rule::ActionEnqueued),
    }
}

/// Whether a new resource takes over those of its parent's labels that it does not have itself
/// (actions/k8s/client.go, `inheritRunContextFromParentTaskAction`): a task's does, a condition's does not. Among them
/// are the labels of a parent that has ended, which keep the informer from ever looking at the child.
pub const fn inherits_labels(kind: ActionKind, rules: &Rules) -> bool {
    matches!((kind, rules.label_inheritance), (ActionKind::Task, LabelInheritance::FromParent))
}

/// The type of a signal's value.
pub const fn value_type(value: SignalValue) -> ValueType {
    match value {
        SignalValue::Bool(_) => ValueType::Bool,
        SignalValue::Int(_) => ValueType::Int,
        SignalValue::Float(_) => ValueType::Float,
        SignalValue::Text(_) => ValueType::Text,
    }
}

/// The type that a signal must have. An empty spec declares none (`GetType` of a spec without bytes).
pub const fn declared_type(spec: &Spec) -> Option<ValueType> {
    match spec.condition_spec {
        ConditionSpec::Valid => spec.value_type,
        ConditionSpec::Empty | ConditionSpec::Undecodable => None,
    }
}

/// What a signal does: stored, repeated, or refused with a code. In upstream's order: the value, the resource, its
/// kind, an earlier signal (one that cannot be decoded counts as none and is written over), its end, its spec, the
/// type. Upstream's client answers without a code where its service answers INTERNAL.
pub fn signal(spec: &Spec, cr: Option<&TaskAction>, signal: &Signal, rules: &Rules) -> Result<Rule, (Code, Rule)> {
    let value = signal.value.ok_or((Code::InvalidArgument, Rule::RefusesSignalValue))?;
    let cr = cr.ok_or((Code::NotFound, Rule::RefusesSignalMissing))?;
    if spec.kind != ActionKind::Condition {
        return Err((Code::FailedPrecondition, Rule::RefusesSignalKind));
    }
    let ended = phase_from_conditions(&cr.status.conditions).is_terminal();
    if ended && matches!(rules.repeated_signal, RepeatedSignal::WhileWaiting) {
        return Err((Code::FailedPrecondition, Rule::RefusesSignalCompleted));
    }
    if let Some(earlier) = cr.status.signal.and_then(|earlier| earlier.value) {
        return if earlier == value {
            Ok(Rule::SignalRepeated)
        } else {
            Err((Code::FailedPrecondition, Rule::RefusesSignalChange))
        };
    }
    if ended {
        return Err((Code::FailedPrecondition, Rule::RefusesSignalCompleted));
    }
    if spec.condition_spec == ConditionSpec::Undecodable {
        return Err((Code::Internal, Rule::RefusesSignalSpec));
    }
    if Some(value_type(value)) != declared_type(spec) {
        return Err((Code::InvalidArgument, Rule::RefusesSignalType));
    }
    Ok(Rule::SignalStored)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// actions/k8s/client.go, `Enqueue`: type, parent, name. Documented, the name comes first.
    #[test]
    fn an_enqueue_is_checked_in_order() {
        let task = Spec::task(1, crate::model::TextId::CONTAINER);
        let condition = Spec { kind: ActionKind::Condition, value_type: Some(ValueType::Bool), ..task };
        let untyped = Spec { value_type: None, ..condition };
        let trace = Spec { kind: ActionKind::Trace, ..task };
        let all = EnqueueSeen { parent: Some(false), parent_over: true, object: true, known: true };
        let (upstream, documented) = (Rules::upstream(), Rules::documented());
        let invalid = Err((Code::InvalidArgument, Rule::SpecInvalid));
        assert_eq!(enqueue(&untyped, &all, &upstream), invalid);
        assert_eq!(enqueue(&untyped, &all, &documented), invalid);
        assert_eq!(enqueue(&condition, &all, &upstream), Err((Code::Internal, Rule::RefusesMissingParent)));
        assert_eq!(enqueue(&condition, &all, &documented), Ok(Rule::ConditionKept));
        assert_eq!(enqueue(&task, &all, &documented), Err((Code::AlreadyExists, Rule::RefusesDuplicateAction)));
        assert_eq!(enqueue(&trace, &all, &upstream), Ok(Rule::ActionAlreadyRecorded));
        let alive = EnqueueSeen { parent: Some(true), parent_over: true, object: false, known: true };
        assert_eq!(enqueue(&task, &alive, &upstream), Ok(Rule::ActionEnqueued));
        let new = EnqueueSeen { known: false, ..alive };
        assert_eq!(enqueue(&task, &new, &documented), Err((Code::FailedPrecondition, Rule::RefusesEndedParent)));
        assert_eq!(enqueue(&trace, &new, &upstream), Ok(Rule::TraceSucceeded));
        assert_eq!(enqueue(&task, &EnqueueSeen::default(), &documented), Ok(Rule::ActionEnqueued));
        let upstream = Rules::upstream();
        assert!(inherits_labels(ActionKind::Task, &upstream) && !inherits_labels(ActionKind::Condition, &upstream));
        assert!(!inherits_labels(ActionKind::Task, &Rules::documented()));
    }

    #[test]
    fn names_are_those_kubernetes_and_the_crd_take() {
        for good in ["r", "rabc123", "my-run", "a2345678901234567890123456789z"] {
            assert!(is_run_name(good), "{good}");
        }
        for bad in
            ["", "1run", "Run", "run_1", "-run", "run-", "a.b", "a23456789012345678901234567890z", "<script>", "rün"]
        {
            assert!(!is_run_name(bad), "{bad}");
        }
        for good in ["a0", "0", "1x.y-z"] {
            assert!(is_action_name(good), "{good}");
        }
        for bad in ["", ".", "a..b", "a/b", "A", "a ", "a2345678901234567890123456789012"] {
            assert!(!is_action_name(bad), "{bad}");
        }
        assert!(is_project_name("flytesnacks") && !is_project_name("") && !is_project_name(&"p".repeat(64)));
    }
}
