//! How actions come to be: runs, children, traces and what is recovered, with their resources
//! (run_service.go, `CreateRun`; actions/k8s/client.go, `Enqueue`).

use super::pending::Pending;
use super::{Action, Resource, Sink, Untold, World};
use crate::model::action::{Backoff, plain_run};
use crate::model::argument::TaskCommand;
use crate::model::{
    ActionId, ActionKind, ActionPhase, Caching, Call, ChildFailure, ConditionSpec, FaultReply, PendingWork, Process,
    Rule, Spec, SpecFields, TextId, TimeBound, TimerKind, What,
};
use crate::rules::failures::{enqueue_failed, record_failed, refuses_late_enqueue, tells_late_end};
use crate::rules::run_service::{ROOT_ACTION, tells_record};
use crate::rules::{Told, requests};

/// What a look at the run that is recovered came to.
enum Looked {
    /// The action there and its attempts, if it succeeded.
    Up(Option<(ActionId, u32)>),
    /// It could not be looked at.
    Failed,
}

impl World {
    pub(super) fn create_run(
        &mut self,
        run: TextId,
        places: (TextId, TextId),
        spec: Spec,
        recovers: Option<TextId>,
        sink: &mut impl Sink,
    ) {
        let name = format!("{}/{ROOT_ACTION}", self.run_key(self.text(run), places));
        let existing = self.find(&name);
        let same = existing.map(|existing| self.is_same_request(existing, &spec, recovers, places));
        let Ok(rule) = requests::create_run(same, self.rules()) else { return };
        if let Some(existing) = existing {
            self.tell(sink, existing, What::UpdateSkipped, rule);
            if rule == Rule::RunAnswered {
                return;
            }
            if let Some(action) = self.action_mut(existing).filter(|action| action.resource.is_none()) {
                action.spec = spec;
                self.push(existing, PendingWork::Enqueue, None);
            }
            return;
        }
        let name = self.intern(&name);
        let root = self.add(name, None, places, spec);
        let recovers = recovers.and_then(|run| self.recovered_root(run, places));
        if let Some(action) = self.action_mut(root) {
            action.recovers = recovers;
        }
        self.insert_row(root, ActionPhase::Queued, 1, rule, sink);
        self.push(root, PendingWork::Enqueue, None);
    }

    /// Whether a run that is there was asked for in this way.
    pub(super) fn is_same_request(
        &self,
        existing: ActionId,
        spec: &Spec,
        recovers: Option<TextId>,
        places: (TextId, TextId),
    ) -> bool {
        let recovers = recovers.and_then(|run| self.recovered_root(run, places));
        self.action(existing).is_some_and(|action| action.spec == *spec && action.recovers == recovers)
    }

    /// The root of the run that is recovered, which is one of the same project and domain (flyteidl2/task/run.proto,
    /// `RunSpec.relation`).
    pub(super) fn recovered_root(&self, run: TextId, places: (TextId, TextId)) -> Option<ActionId> {
        let key = self.run_key(self.text(run), places);
        let root = self.find(&format!("{key}/{ROOT_ACTION}"))?;
        self.action(root).filter(|root| (root.project, root.domain) == places).map(|_| root)
    }

    /// The run service has the actions service create the resource of a run (`CreateRun`).
    pub(super) fn enqueue_root(&mut self, item: &Pending, sink: &mut impl Sink) {
        let id = item.action;
        let Some(action) = self.action(id).filter(|action| action.resource.is_none()).copied() else { return };
        let ended = action.row.and_then(|row| Some((row, refuses_late_enqueue(&row, self.rules())?)));
        if let Some((row, rule)) = ended {
            self.tell(sink, id, What::UpdateSkipped, rule);
            let is_told = !self.event_keys(id).is_empty();
            if let Some(told) = tells_late_end(&row, is_told, self.rules()) {
                self.record_event(id, &told, self.now(), rule, sink);
            }
            return;
        }
        let (name, places) = (self.name_of(id).to_owned(), (action.project, action.domain));
        let refused = if self.resource_is_invalid(ROOT_ACTION, places, &action.spec).is_some() {
            Some(Rule::ResourceInvalid)
        } else {
            self.namesake(&name, places).map(|_| Rule::ResourceNameTaken)
        };
        if let Some(rule) = refused {
            let what = What::CallFailed { call: Call::CreateResource, reply: FaultReply::Error };
            self.tell(sink, id, what, rule);
            return;
        }
        let (again, rule) = enqueue_failed(self.rules());
        if self.fails(Call::CreateResource, id, rule, sink).is_some() {
            if again {
                self.put_back(*item);
            }
            return;
        }
        self.create_resource(id, action.spec, sink);
    }

    pub(super) fn enqueue(&mut self, name: TextId, parent: ActionId, spec: Spec, sink: &mut impl Sink) {
        let is_asked_again = self.is_awaited(parent);
        let failed = if is_asked_again { Rule::EnqueueAskedAgain } else { Rule::EnqueueFailed };
        let refused = is_asked_again && self.check_enqueue(name, parent, &spec).is_err();
        if refused {
            let what = What::CallFailed { call: Call::CreateResource, reply: FaultReply::Error };
            self.tell(sink, parent, what, failed);
        }
        if refused || self.fails(Call::CreateResource, parent, failed, sink).is_some() {
            if is_asked_again {
                self.ask_again(name, parent, spec, sink);
            }
            return;
        }
        match self.recovered(name, parent, sink) {
            Looked::Up(Some(source)) => return self.record_recovered(name, parent, spec, source, sink),
            Looked::Up(None) => {}
            Looked::Failed => {
                if is_asked_again {
                    self.ask_again(name, parent, spec, sink);
                }
                return;
            }
        }
        let existing = self.named(name);
        if let Some(existing) = existing {
            let object = self.action(existing).is_some_and(|action| action.resource.is_some());
            if let Some(rule) = requests::kept(spec.kind, object) {
                self.tell(sink, existing, What::UpdateSkipped, rule);
                return;
            }
            return self.create_resource(existing, spec, sink);
        }
        let places = self.places_of(Some(parent));
        if let Some(rule) = requests::kept(spec.kind, true)
            && let Some(other) = self.namesake(self.text(name), places)
        {
            self.tell(sink, other, What::UpdateSkipped, rule);
            return;
        }
        let id = self.add(name, Some(parent), places, spec);
        self.create_resource(id, spec, sink);
    }

    /// An action without resource: a trace, or a recovered one.
    pub(super) fn record_directly(
        &mut self,
        name: TextId,
        parent: Option<ActionId>,
        phase: ActionPhase,
        rule: Rule,
        sink: &mut impl Sink,
    ) {
        if let Some(existing) = self.named(name) {
            self.tell(sink, existing, What::UpdateSkipped, Rule::ActionAlreadyRecorded);
            return;
        }
        if let Some(parent) = parent
            && rule != Rule::RecoveredRecorded
            && !self.reaches_run_service(parent, sink)
        {
            return;
        }
        let places = self.places_of(parent);
        let kind = if rule == Rule::RecoveredRecorded { ActionKind::Task } else { ActionKind::Trace };
        let id = self.add(name, parent, places, Spec { kind, ..Spec::task(1, TextId::CONTAINER) });
        self.insert_row(id, phase, 1, rule, sink);
        if let Some(told) = tells_record(phase, 1, self.rules()) {
            self.record_event(id, &told, self.now(), rule, sink);
        }
    }

    /// What became of an action of that name in the run that this one recovers: its attempts, if it succeeded there. The
    /// root of a run is executed in any case.
    fn recovered(&mut self, name: TextId, parent: ActionId, sink: &mut impl Sink) -> Looked {
        let root = self.action(parent).and_then(|parent| self.root_of(parent.run));
        let source = root.and_then(|root| self.action(root)?.recovers).and_then(|source| self.action(source));
        let Some(run) = source.map(|source| source.run).filter(|_| requests::is_recovered(self.rules())) else {
            return Looked::Up(None);
        };
        let (executed, rule) = requests::look_up_failed(self.rules());
        if self.fails(Call::LookUpRecovered, parent, rule, sink).is_some() {
            return if executed { Looked::Up(None) } else { Looked::Failed };
        }
        let own = self.text(name).split_once('/').map_or("", |(_, own)| own);
        let there = self.find(&format!("{}/{own}", self.text(run)));
        let row = there.and_then(|there| self.action(there)?.row).filter(|row| row.phase.is_success());
        Looked::Up(there.zip(row.map(|row| row.attempts)))
    }

    /// An action that succeeded in the run that is recovered is recorded with its attempts, and not executed.
    fn record_recovered(
        &mut self,
        name: TextId,
        parent: ActionId,
        spec: Spec,
        (source, attempts): (ActionId, u32),
        sink: &mut impl Sink,
    ) {
        let is_there = |action: &Action| action.row.is_some() || action.resource.is_some();
        let id = match self.named(name) {
            Some(existing) if self.action(existing).is_some_and(is_there) => {
                return self.tell(sink, existing, What::UpdateSkipped, Rule::ActionAlreadyRecorded);
            }
            Some(asked_before) => asked_before,
            None => self.add(name, Some(parent), self.places_of(Some(parent)), spec),
        };
        let (phase, rule) = (ActionPhase::Recovered, Rule::RecoveredRecorded);
        if let Some(action) = self.action_mut(id) {
            action.recovers = Some(source);
        }
        // Whoever awaits a condition gets the value that it had there.
        let signal = self.action(source).and_then(|source| source.resource?.cr.status.signal);
        if let Some(signal) = signal {
            self.tell(sink, id, What::SignalStored { signal }, rule);
        }
        self.insert_row(id, phase, attempts, rule, sink);
        self.record_event(id, &Told::of(attempts, phase), self.now(), rule, sink);
        self.tell_parent(id, phase, Rule::ChildTold, sink);
    }

    /// Whether the record of a trace reaches the run service's store (`Enqueue`). If the call fails, the SDK is told so; an
    /// error inside the reply is looked at by whoever looks there.
    fn reaches_run_service(&mut self, parent: ActionId, sink: &mut impl Sink) -> bool {
        let Some(reply) = self.take_fault(Call::RecordAction, parent) else { return true };
        let (lost, rule) = record_failed(reply, self.rules());
        let rule = if lost { rule } else { Rule::EnqueueFailed };
        self.tell(sink, parent, What::CallFailed { call: Call::RecordAction, reply }, rule);
        reply == FaultReply::TimedOut
    }

    pub(super) fn create_resource(&mut self, id: ActionId, spec: Spec, sink: &mut impl Sink) {
        self.cancel_timer(id, TimerKind::EnqueueRetry);
        let created_at = self.stored(self.now());
        let parent = self.action(id).and_then(|action| action.parent);
        let above = parent.and_then(|parent| self.action(parent)).and_then(|parent| parent.resource);
        let inherited = above.filter(|above| above.cr.labelled && requests::inherits_labels(spec.kind, self.rules()));
        if let Some(action) = self.action_mut(id) {
            let mut resource = Resource::new(created_at);
            if let Some(above) = inherited {
                (resource.cr.labelled, resource.cr.recorded) = (true, above.cr.recorded);
                resource.completed_at = above.completed_at;
            }
            action.spec = spec;
            action.resource = Some(resource);
        }
        self.tell(sink, id, What::ResourceCreated, Rule::ActionEnqueued);
        if inherited.is_some() {
            self.tell(sink, id, What::LabelsStamped, Rule::LabelsInherited);
            self.await_collection(id, self.now(), sink);
        }
        self.push(id, PendingWork::WatchAdd, None);
        if spec.kind == ActionKind::Condition && spec.timeout_ms > 0 && spec.condition_spec == ConditionSpec::Valid {
            let due = created_at.plus(spec.timeout_ms);
            self.set_timer(due, id, TimerKind::ConditionDeadline, Rule::DeadlineTimerSet, sink);
        }
        // These count from when it was first QUEUED, which for a root is before there is a resource.
        let queued_at = self.action(id).and_then(|action| action.row).map_or(self.now(), |row| row.created_at);
        self.bound(TimeBound::Queue, id, &spec, queued_at, sink);
        self.bound(TimeBound::Deadline, id, &spec, queued_at, sink);
        self.reconcile_soon(id);
    }

    /// Puts an action into the arena and under its parent.
    pub(super) fn add(
        &mut self,
        full_name: TextId,
        parent: Option<ActionId>,
        places: (TextId, TextId),
        spec: Spec,
    ) -> ActionId {
        let name = self.text(full_name).to_owned();
        let (run, own) = name.split_once('/').unwrap_or((&name, ""));
        let (run, own) = (run.to_owned(), own.to_owned());
        let resource_name = {
            let (run, own) = requests::object_name(plain_run(&run), &own);
            format!("{run}-{own}")
        };
        let action = Action {
            full_name,
            run: self.intern(&run),
            name: self.intern(&own),
            resource_name: self.intern(&resource_name),
            project: places.0,
            domain: places.1,
            parent,
            first_child: None,
            last_child: None,
            next_sibling: None,
            spec,
            row: None,
            resource: None,
            seen: false,
            untold: Untold::Nothing,
            recovers: None,
            process: Process::None,
            heard: None,
            asked: 0,
        };
        self.insert(action)
    }

    fn places_of(&self, parent: Option<ActionId>) -> (TextId, TextId) {
        parent
            .and_then(|parent| self.action(parent))
            .map_or((TextId::FLYTESNACKS, TextId::DEVELOPMENT), |parent| (parent.project, parent.domain))
    }

    pub(super) fn task_spec(&self, task: Option<&TaskCommand<TextId>>) -> Spec {
        let usual = TaskCommand::default();
        let task = task.unwrap_or(&usual);
        let kind = task.task_type.unwrap_or(TextId::CONTAINER);
        let mut missing =
            task.missing.iter().flatten().fold(SpecFields::default(), |fields, field| fields.with(*field));
        if kind.is_empty() {
            missing = missing.with(crate::model::SpecField::TaskType);
        }
        Spec {
            timeout_ms: task.timeout_ms.unwrap_or(0),
            max_queued_ms: task.max_queued_ms.unwrap_or(0),
            deadline_ms: task.deadline_ms.unwrap_or(0),
            child_failure: task.child_failure.unwrap_or(ChildFailure::Raises),
            // Without a base there is no wait, whatever it would grow by.
            backoff: task.backoff.as_deref().filter(|backoff| backoff.base_ms.unwrap_or(0) > 0).map_or(
                Backoff::default(),
                |backoff| Backoff {
                    base_ms: backoff.base_ms.unwrap_or(0),
                    factor: backoff.factor.unwrap_or(1.0).to_bits(),
                    cap_ms: backoff.cap_ms.unwrap_or(u64::MAX),
                },
            ),
            containers: task.containers.unwrap_or(1),
            missing,
            caching: task.cache.as_ref().map_or(Caching::default(), |cache| Caching {
                discoverable: cache.discoverable.unwrap_or(true),
                serializable: cache.serializable.unwrap_or(false),
                unidentified: cache.unidentified.unwrap_or(false),
            }),
            cache_key: task.cache.as_ref().and_then(|cache| cache.key).unwrap_or(kind),
            ..Spec::task(task.max_attempts.unwrap_or(1), kind)
        }
    }

    /// How the spec of a condition is stored.
    pub(super) fn condition_spec(invalid: Option<bool>, empty: Option<bool>) -> ConditionSpec {
        match (empty, invalid) {
            (Some(true), _) => ConditionSpec::Empty,
            (_, Some(true)) => ConditionSpec::Undecodable,
            (_, Some(false) | None) => ConditionSpec::Valid,
        }
    }
}
