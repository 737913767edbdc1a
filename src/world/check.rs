//! Why a command cannot be carried out. Checking changes nothing; the messages say what was asked, why not, and what
//! would work.

use super::World;
use crate::model::action::{placed_run, plain_run};
use crate::model::argument::{ConditionCommand, FailureCommand, ResultCommand, TaskCommand, ValueCommand};
use crate::model::shown::shown;
use crate::model::{
    AbortAnswers, ActionId, ActionKind, Call, Code, Command, Delivery, FaultReply, Parents, Rejection, Rule, Service,
    Signal, SignalValue, Spec, TextId, Time, ValueType,
};
use crate::rules::abort::refuses_abort;
use crate::rules::failures::refuses_signal;
use crate::rules::requests::{self, EnqueueSeen, is_action_name, is_project_name, is_run_name};
use crate::rules::run_service::{ROOT_ACTION, refuses_trace};
use crate::rules::task::asks_plugin;

/// Why nothing is recovered where nobody records it.
const NO_RECOVERY: &str =
    "As coded, nothing records an action as recovered; the policy `recovery` has it recorded as documented.";

/// Faults that can wait at the same time.
const FAULTS_MAX: usize = 1_000;

pub(super) type Checked = Result<(), Rejection>;

pub(super) fn refuse<T>(code: Code, rule: Rule, message: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::new(code, rule, message))
}

impl World {
    pub(super) fn check(&self, command: &super::NumberedCommand) -> Checked {
        match command {
            Command::CreateRun { run, project, domain, task, recover } => {
                self.check_create_run(*run, (*project, *domain), task.as_ref(), *recover)
            }
            Command::Enqueue { action, parent, task, condition, trace } => {
                let given = [task.is_some(), condition.is_some(), trace.is_some()];
                if given.iter().filter(|given| **given).count() != 1 {
                    return refuse(
                        Code::InvalidArgument,
                        Rule::CommandInvalid,
                        "An action is a task, a condition or a trace: give exactly one of `task`, `condition` and `trace`.",
                    );
                }
                if let Some(task) = task {
                    self.check_task(task)?;
                    Self::check_backoff(task)?;
                }
                if let Some(condition) = condition {
                    self.check_condition(condition)?;
                }
                if let Some(phase) = trace.and_then(|trace| refuses_trace(trace.phase, self.rules())) {
                    return refuse(
                        Code::InvalidArgument,
                        Rule::SpecInvalid,
                        format!(
                            "A trace is recorded when it is over, so it cannot be {phase}; leave `phase` out for SUCCEEDED."
                        ),
                    );
                }
                let kind = match (condition, trace) {
                    (Some(_), _) => ActionKind::Condition,
                    (None, Some(_)) => ActionKind::Trace,
                    (None, None) => ActionKind::Task,
                };
                let value_type = condition.as_ref().map(|condition| condition.value_type);
                let spec = match task {
                    Some(_) => self.task_spec(task.as_ref()),
                    None => Spec { kind, value_type, ..Spec::task(1, TextId::EMPTY) },
                };
                match self.check_enqueue(*action, *parent, &spec) {
                    // The process in the parent's pod is not put off by it.
                    Err(refused) if self.is_awaited(*parent) && Self::is_asked_again(refused.code) => Ok(()),
                    checked => checked,
                }
            }
            Command::Recover { action, parent } => self.check_recover(*action, *parent),
            Command::Import { action, parent, resource } => self.check_import(*action, *parent, resource),
            Command::Plugin { action, result, failure } => {
                self.check_plugin(*action, result.as_ref(), failure.as_ref())
            }
            Command::Exit { action, .. } => self.check_asks_plugin(*action),
            Command::Signal { action, value, by } => self.check_signal(*action, value, *by),
            Command::AbortAction { action, reason } => self.check_abort(*action, *reason),
            Command::AbortRun { run, reason } => {
                let Some(root) = self.root_of(*run) else {
                    return refuse(
                        Code::NotFound,
                        Rule::UnknownRun,
                        format!("There is no run {}; create it with `createRun`.", shown(self.text(*run))),
                    );
                };
                self.check_abort(root, *reason)
            }
            Command::AbortReply { action, reply, draw_ms } => self.check_abort_reply(*action, *reply, *draw_ms),
            Command::UpdatePhase { attempts, .. } => Self::check_column(attempts.unwrap_or(0)),
            Command::PutStatus { action, attempts, .. } => self.check_put_status(*action, *attempts),
            Command::Advance { ms } => {
                let room = Time::MAX.since(self.now());
                if *ms > room {
                    return refuse(
                        Code::OutOfRange,
                        Rule::TimeOutOfRange,
                        format!(
                            "From {}, time can advance by {room} ms at the most, to where JavaScript's Date ends.",
                            self.now()
                        ),
                    );
                }
                Ok(())
            }
            Command::Fire { timer } => self.check_fire(*timer),
            Command::Deliver { item } => self.check_deliver(*item),
            Command::Drop { item } | Command::Duplicate { item } => self.check_travels(*item),
            Command::Fault { call, reply, action } => self.check_fault(*call, *reply, *action),
            Command::Restart { service, down_ms } => self.check_restart(*service, down_ms.unwrap_or(0)),
        }
    }

    pub(super) fn check_column(attempts: u32) -> Checked {
        if i32::try_from(attempts).is_ok() {
            return Ok(());
        }
        let message = format!("The column holds attempts up to {}; {attempts} does not fit.", i32::MAX);
        refuse(Code::InvalidArgument, Rule::CommandInvalid, message)
    }

    /// What is said of a command that was stopped, since it would have led to too many facts: how much less would do.
    ///
    /// Up to a moment before the timer that fired last all went well: what came after it is what was too much.
    pub(super) fn stopped(command: &super::NumberedCommand, began: Time, fired: Option<Time>) -> Rejection {
        let passed = fired.map_or(0, |fired| fired.since(began));
        let less = match command {
            Command::Advance { .. } | Command::Fire { .. } if passed > 1 => {
                format!("`advance` by {} ms goes as far as one command can.", passed - 1)
            }
            _ => "All of it happens at one moment: in manual delivery it can be done piece by piece.".to_owned(),
        };
        let message = format!("This would lead to more than {} facts. {less}", super::FACTS_MAX);
        Rejection::new(Code::ResourceExhausted, Rule::Bounded, message)
    }

    /// The name by which a run of a project is known here: its own, unless a run of that name is there in another
    /// project; then with project and domain before it.
    pub(super) fn run_key(&self, run: &str, places: (TextId, TextId)) -> String {
        let root = self.find(&format!("{run}/{ROOT_ACTION}")).and_then(|root| self.action(root));
        match root.filter(|root| (root.project, root.domain) != places) {
            None => run.to_owned(),
            Some(_) => placed_run(run, self.text(places.0), self.text(places.1)),
        }
    }

    /// Why Kubernetes would not take the resource of an action, if so.
    pub(super) fn resource_is_invalid(&self, own: &str, places: (TextId, TextId), spec: &Spec) -> Option<String> {
        if let Some(field) = spec.missing.iter().find(|field| requests::is_never_empty(*field)) {
            return Some(format!("the resource's `{field}` would be empty"));
        }
        for (what, name) in [("project", places.0), ("domain", places.1)] {
            if !requests::is_label_value(self.text(name)) {
                return Some(format!(
                    "{} cannot be a {what}: it becomes a label, of letters, digits, `-`, `_` and `.`, with a letter or a \
                     digit at both ends",
                    shown(self.text(name))
                ));
            }
        }
        let key = if spec.caching.discoverable { self.text(spec.cache_key) } else { "" };
        let bounded = [
            ("a task type", self.text(spec.task_type), requests::TASK_TYPE_MAX),
            ("a cache key", key, requests::CACHE_KEY_MAX),
            ("an action's own name", own, requests::ACTION_NAME_MAX),
        ];
        bounded.into_iter().find_map(|(what, text, max)| {
            let length = text.chars().count();
            (length > max).then(|| format!("{what} has up to {max} characters; this one has {length}"))
        })
    }

    fn check_resource(&self, own: &str, is_root: bool, places: (TextId, TextId), spec: &Spec) -> Checked {
        let Some(why) = self.resource_is_invalid(own, places, spec) else { return Ok(()) };
        let Err(code) = requests::invalid_resource(is_root, self.rules()) else { return Ok(()) };
        let said =
            if code == Code::Internal { "failed to create TaskAction CR" } else { "Kubernetes takes no such resource" };
        refuse(code, Rule::SpecInvalid, format!("{said}: {why}."))
    }

    /// The root action of a run.
    pub(super) fn root_of(&self, run: TextId) -> Option<ActionId> {
        self.find(&format!("{}/{ROOT_ACTION}", self.text(run)))
    }

    fn check_create_run(
        &self,
        run: TextId,
        (project, domain): (Option<TextId>, Option<TextId>),
        task: Option<&TaskCommand<TextId>>,
        recover: Option<TextId>,
    ) -> Checked {
        self.check_run_name(self.text(run))?;
        for (what, name) in [("project", project), ("domain", domain)] {
            if let Some(name) = name.map(|name| self.text(name))
                && !is_project_name(name)
            {
                return refuse(
                    Code::InvalidArgument,
                    Rule::NameInvalid,
                    format!(
                        "{} cannot be a {what}: a {what} has 1 to {} characters.",
                        shown(name),
                        requests::PROJECT_NAME_MAX
                    ),
                );
            }
        }
        if let Some(task) = task {
            self.check_task(task)?;
            Self::check_backoff(task)?;
        }
        let places = (project.unwrap_or(TextId::FLYTESNACKS), domain.unwrap_or(TextId::DEVELOPMENT));
        self.check_resource(ROOT_ACTION, true, places, &self.task_spec(task))?;
        let key = self.run_key(self.text(run), places);
        if key.contains('/') || plain_run(&key) != self.text(run) {
            return refuse(
                Code::InvalidArgument,
                Rule::NameInvalid,
                format!(
                    "Another project has a run {}, and {} cannot be told from it in an id; give this one another name.",
                    shown(self.text(run)),
                    shown(&key)
                ),
            );
        }
        let key = format!("{key}/{ROOT_ACTION}");
        if !requests::shares_namespace(self.rules()) && self.namesake(&key, places).is_some() {
            return refuse(
                Code::AlreadyExists,
                Rule::RefusesDuplicateRun,
                format!(
                    "The resource of run {} would have the name of another action's; give this one another name.",
                    shown(self.text(run))
                ),
            );
        }
        if let Some(source) = recover.filter(|_| requests::is_recovered(self.rules()))
            && self.recovered_root(source, places).is_none()
        {
            return refuse(
                Code::NotFound,
                Rule::UnknownRun,
                format!(
                    "There is no run {} to recover; `recover` names a run that is there, in the same project and domain.",
                    shown(self.text(source))
                ),
            );
        }
        let spec = self.task_spec(task);
        let same = self.find(&key).map(|existing| self.is_same_request(existing, &spec, recover, places));
        match requests::create_run(same, self.rules()) {
            Ok(_) => Ok(()),
            Err((code, rule)) => {
                let message = format!(
                    "There is a run {} already, which was asked for in another way; give this one another name.",
                    shown(self.text(run))
                );
                refuse(code, rule, message)
            }
        }
    }

    /// The other action whose resource has the name that this action's would have: `r-x/y` and `r/x-y` are both `r-x-y`
    /// to Kubernetes, an action named as its run is its root, and where all share a namespace the project tells nothing
    /// apart.
    pub(super) fn namesake(&self, full_name: &str, places: (TextId, TextId)) -> Option<ActionId> {
        let (run, own) = full_name.split_once('/')?;
        let (run, own) = requests::object_name(plain_run(run), own);
        let name = self.texts().find(&format!("{run}-{own}"))?;
        let shared = requests::shares_namespace(self.rules());
        let other = self.of_resource_name(name).find(|other| {
            other.resource.is_some()
                && (shared || (other.project, other.domain) == places)
                && self.text(other.full_name) != full_name
        })?;
        self.named(other.full_name)
    }

    /// A child belongs to its parent's run.
    pub(super) fn check_same_run(&self, name: &str, run: &str, parent: ActionId) -> Checked {
        match self.action(parent).filter(|parent| self.text(parent.run) != run) {
            None => Ok(()),
            Some(parent) => refuse(
                Code::InvalidArgument,
                Rule::NameInvalid,
                format!(
                    "A child belongs to its parent's run: {} cannot be a child of {}.",
                    shown(name),
                    self.text(parent.full_name)
                ),
            ),
        }
    }

    fn check_run_name(&self, name: &str) -> Checked {
        if is_run_name(name) {
            return Ok(());
        }
        refuse(
            Code::InvalidArgument,
            Rule::NameInvalid,
            format!(
                "invalid run name {}: a run's name has 1 to {} characters, lower-case letters, digits and hyphens, \
                 starts with a letter and does not end with a hyphen.",
                shown(name),
                requests::RUN_NAME_MAX
            ),
        )
    }

    /// The run and the action's own name in `<run>/<action>`.
    pub(super) fn check_action_name<'a>(&self, name: &'a str) -> Result<(&'a str, &'a str), Rejection> {
        let Some((run, own)) = name.split_once('/') else {
            return refuse(
                Code::InvalidArgument,
                Rule::NameInvalid,
                format!("{} names no action: an action is `<run>/<action>`, such as `r1/a1`.", shown(name)),
            );
        };
        let plain = plain_run(run);
        self.check_run_name(plain)?;
        if plain != run && self.find(&format!("{run}/{ROOT_ACTION}")).is_none() {
            return refuse(
                Code::NotFound,
                Rule::UnknownRun,
                format!("There is no run {}; only a run whose name another project uses is called so.", shown(run)),
            );
        }
        if !is_action_name(own) {
            return refuse(
                Code::InvalidArgument,
                Rule::NameInvalid,
                format!(
                    "invalid action name {}: an action's own name has 1 to {} characters, lower-case letters, digits, \
                     hyphens and dots, with a letter or a digit at both ends.",
                    shown(own),
                    requests::ACTION_NAME_MAX
                ),
            );
        }
        Ok((run, own))
    }

    pub(super) fn check_task<T>(&self, task: &TaskCommand<T>) -> Checked {
        if task.max_attempts == Some(0) {
            return refuse(
                Code::InvalidArgument,
                Rule::SpecInvalid,
                "`maxAttempts` is retries + 1, so it is at least 1.",
            );
        }
        let bounds = [
            ("timeoutMs", task.timeout_ms),
            ("maxQueuedMs", task.max_queued_ms),
            ("deadlineMs", task.deadline_ms),
            ("backoff.baseMs", task.backoff.as_ref().and_then(|backoff| backoff.base_ms)),
            ("backoff.capMs", task.backoff.as_ref().and_then(|backoff| backoff.cap_ms)),
        ];
        bounds.into_iter().try_for_each(|(field, ms)| self.check_span(field, ms))
    }

    fn check_backoff<T>(task: &TaskCommand<T>) -> Checked {
        let Some(factor) = task.backoff.as_ref().and_then(|backoff| backoff.factor) else { return Ok(()) };
        if !factor.is_finite() || factor < 1.0 {
            return refuse(
                Code::InvalidArgument,
                Rule::SpecInvalid,
                format!(
                    "`backoff.factor` is {factor}; it multiplies the wait for each further retry, so it is 1 or more."
                ),
            );
        }
        if factor > 1.0 && task.backoff.as_ref().is_some_and(|backoff| backoff.cap_ms.is_none()) {
            return refuse(
                Code::InvalidArgument,
                Rule::SpecInvalid,
                "A `backoff.factor` above 1 lets the wait grow without end; give `backoff.capMs`, the longest one.",
            );
        }
        Ok(())
    }

    fn check_put_status(&self, id: ActionId, attempts: u32) -> Checked {
        Self::check_column(attempts)?;
        let Some(action) = self.action(id) else { return self.unknown(id) };
        let name = self.text(action.full_name);
        let Some(resource) = action.resource else {
            let message = format!("failed to get TaskAction: {name} has no resource, so there is no status to write.");
            return refuse(Code::Internal, Rule::RefusesPluginMissing, message);
        };
        let status = &resource.cr.status;
        let Some((code, rule)) = requests::refuses_status_put(attempts, status, self.rules()) else { return Ok(()) };
        let attempt = status.observed_attempts();
        let message = format!(
            "{name} is at attempt {attempt}, which the executor counts; {attempts} cannot be written, {attempt} can."
        );
        refuse(code, rule, message)
    }

    fn check_condition(&self, condition: &ConditionCommand<TextId>) -> Checked {
        self.check_span("timeoutMs", condition.timeout_ms)?;
        self.check_length("prompt", condition.prompt)
    }

    pub(super) fn check_span(&self, field: &str, ms: Option<u64>) -> Checked {
        let room = Time::MAX.since(self.now());
        match ms {
            Some(ms) if ms > room => refuse(
                Code::OutOfRange,
                Rule::TimeOutOfRange,
                format!("`{field}` can be {room} at the most from {}, to where JavaScript's Date ends.", self.now()),
            ),
            _ => Ok(()),
        }
    }

    fn check_length(&self, what: &str, text: Option<TextId>) -> Checked {
        let length = text.map_or(0, |text| self.text(text).chars().count());
        if length <= requests::MESSAGE_MAX {
            return Ok(());
        }
        refuse(
            Code::InvalidArgument,
            Rule::TextTooLong,
            format!(
                "`{what}` has {length} characters; the resource holds up to {}. Shorten it.",
                requests::MESSAGE_MAX
            ),
        )
    }

    /// What the SDK of a parent's process makes of a refusal: it asks again for every code but these (`_bg_launch`).
    pub(super) const fn is_asked_again(code: Code) -> bool {
        !matches!(code, Code::AlreadyExists | Code::InvalidArgument | Code::NotFound)
    }

    pub(super) fn check_enqueue(&self, action: TextId, parent: ActionId, spec: &Spec) -> Checked {
        let name = self.text(action);
        let (run, own) = self.check_action_name(name)?;
        let Some(parent_action) = self.action(parent) else { return self.unknown(parent) };
        let parent_name = self.text(parent_action.full_name);
        self.check_same_run(name, run, parent)?;
        let existing = self.find(name).and_then(|id| self.action(id));
        let places = (parent_action.project, parent_action.domain);
        if spec.kind != ActionKind::Trace {
            self.check_resource(own, false, places, spec)?;
        }
        let taken = self.namesake(name, places).is_some();
        // Where all share a namespace, another project's resource of the parent's name is taken for the parent's.
        let stands_in = || requests::shares_namespace(self.rules()) && self.namesake(parent_name, places).is_some();
        let seen = EnqueueSeen {
            parent: Some(parent_action.resource.is_some() || stands_in()),
            parent_over: parent_action.has_ended() || parent_action.resource.is_some_and(|r| r.cr.deleting),
            object: taken || existing.is_some_and(|existing| existing.resource.is_some()),
            // What was asked for in vain is not there.
            known: existing.is_some_and(|there| there.row.is_some() || there.resource.is_some() || there.asked == 0),
        };
        let Err((code, rule)) = requests::enqueue(spec, &seen, self.rules()) else { return Ok(()) };
        let message = match rule {
            Rule::RefusesEndedParent => format!(
                "{parent_name} has ended or is being deleted, so nothing starts under it; name a parent that is alive."
            ),
            Rule::RefusesMissingParent => {
                format!("failed to get parent TaskAction: {parent_name} has no resource; name a parent that has one.")
            }
            Rule::RefusesDuplicateAction if taken => format!(
                "The resource of {} would have the name of another action's; give this one another name.",
                shown(name)
            ),
            Rule::RefusesDuplicateAction => {
                format!("There is an action {} already; give this one another name.", shown(name))
            }
            _ => "A condition declares a bool, an int, a float or a string; no signal would fit this one.".to_owned(),
        };
        refuse(code, rule, message)
    }

    fn check_recover(&self, action: TextId, parent: Option<ActionId>) -> Checked {
        let name = self.text(action);
        let (run, own) = self.check_action_name(name)?;
        if self.find(name).is_some() {
            return refuse(
                Code::AlreadyExists,
                Rule::RefusesDuplicateAction,
                format!("There is an action {} already; give this one another name.", shown(name)),
            );
        }
        if let Some(parent) = parent {
            self.check_same_run(name, run, parent)?;
        }
        let Some(parent) = parent.and_then(|parent| self.action(parent)) else {
            if let Err((code, rule)) = requests::recover(false, self.rules()) {
                return refuse(code, rule, NO_RECOVERY);
            }
            if own == ROOT_ACTION {
                return Ok(());
            }
            let message = format!("Only a run's root action, `a0`, has no parent; name the parent of {}.", shown(name));
            return refuse(Code::InvalidArgument, Rule::NameInvalid, message);
        };
        match requests::recover(parent.has_ended(), self.rules()) {
            Ok(()) => Ok(()),
            Err((code, rule @ Rule::RefusesRecovery)) => refuse(code, rule, NO_RECOVERY),
            Err((code, rule)) => {
                let message = format!("{} has ended, so nothing is recovered under it.", self.text(parent.full_name));
                refuse(code, rule, message)
            }
        }
    }

    fn unknown<T>(&self, action: ActionId) -> Result<T, Rejection> {
        refuse(Code::NotFound, Rule::UnknownAction, format!("There is no action number {}.", action.0))
    }

    fn check_plugin(
        &self,
        id: ActionId,
        result: Option<&ResultCommand<TextId>>,
        failure: Option<&FailureCommand<TextId>>,
    ) -> Checked {
        if result.is_some() == failure.is_some() {
            return refuse(
                Code::InvalidArgument,
                Rule::CommandInvalid,
                "Handle returns a phase or an error: give exactly one of `result` and `failure`.",
            );
        }
        self.check_length("reason", result.and_then(|result| result.reason))?;
        let error = result.and_then(|result| result.error.as_ref());
        self.check_length("error.message", error.map(|error| error.message))?;
        self.check_length("error.code", error.map(|error| error.code))?;
        if let Some(error) = error
            && let Some(length) = error.length
        {
            let given = self.text(error.message).chars().count();
            if (length as usize) < given {
                let message = format!("`error.length` is {length}, and `error.message` alone has {given} characters.");
                return refuse(Code::InvalidArgument, Rule::CommandInvalid, message);
            }
        }
        self.check_length("failure.message", failure.map(|failure| failure.message))?;
        self.check_asks_plugin(id)
    }

    /// Whether the executor would ask the action's plugin now.
    fn check_asks_plugin(&self, id: ActionId) -> Checked {
        let Some(action) = self.action(id) else { return self.unknown(id) };
        let name = self.text(action.full_name);
        let Some(resource) = action.resource else {
            let message = format!(
                "{name} has no resource, so no plugin is asked about it; late news reach its row by `updatePhase`."
            );
            return refuse(Code::FailedPrecondition, Rule::RefusesPluginMissing, message);
        };
        let waits = || if self.backs_off(id) { Err(Rule::RefusesPluginWaiting) } else { Ok(()) };
        let Err(rule) = asks_plugin(&action.spec, &resource.cr, self.rules()).and_then(|()| waits()) else {
            return Ok(());
        };
        let hint = match rule {
            Rule::RefusesPluginKind => "a condition is moved by `signal`, by its deadline or by an abort",
            Rule::RefusesPluginDeleted => "it ends when the abort is through",
            Rule::RefusesPluginWaiting => "`fire` its `backoff` timer, or let time pass with `advance`",
            Rule::RefusesPluginNotReady => "deliver the pending `reconcile` first",
            _ => "late news reach its row by `updatePhase`",
        };
        refuse(Code::FailedPrecondition, rule, format!("{name}: {} ({hint}).", rule.sentence().trim_end_matches('.')))
    }

    /// The value of a signal by numbers.
    pub(super) fn signal_value(value: &ValueCommand<TextId>) -> SignalValue {
        match *value {
            ValueCommand::Bool(value) => SignalValue::Bool(value),
            ValueCommand::Int(value) => SignalValue::Int(value),
            ValueCommand::Float(value) => SignalValue::Float(value.to_bits()),
            ValueCommand::String(value) => SignalValue::Text(value),
        }
    }

    fn check_signal(&self, id: ActionId, value: &ValueCommand<TextId>, by: Option<TextId>) -> Checked {
        if let ValueCommand::String(text) = value {
            self.check_length("value.string", Some(*text))?;
        }
        // The message `condition signalled by "…"` must fit as well.
        if by.is_some_and(|by| self.text(by).chars().count() > 1_024) {
            return refuse(Code::InvalidArgument, Rule::TextTooLong, "`by` has up to 1024 characters. Shorten it.");
        }
        let Some(action) = self.action(id) else { return self.unknown(id) };
        let sent = Self::signal_value(value);
        let signal = Signal { value: Some(sent), by: by.unwrap_or_default() };
        let cr = action.resource.as_ref().map(|resource| &resource.cr);
        if let Some(rule) = refuses_signal(action.row.as_ref(), self.rules()) {
            let name = self.text(action.full_name);
            return refuse(
                Code::FailedPrecondition,
                rule,
                format!("{name} was aborted, so the signal comes too late."),
            );
        }
        let Err((code, rule)) = requests::signal(&action.spec, cr, &signal, self.rules()) else { return Ok(()) };
        let name = self.text(action.full_name);
        let (kind, declared) = (requests::value_type(sent), requests::declared_type(&action.spec));
        let message = match rule {
            Rule::RefusesSignalMissing => format!("condition action {name} not found: it has no resource any more."),
            Rule::RefusesSignalKind => {
                format!("action {name} is not a condition; a {} is not signalled.", action.spec.kind)
            }
            Rule::RefusesSignalChange => {
                format!("{name} was already signalled with a different value, and the first one counts.")
            }
            Rule::RefusesSignalCompleted => format!("{name} is already completed, so the signal comes too late."),
            Rule::RefusesSignalSpec => format!("{name} has a spec that cannot be decoded, so no signal fits it."),
            _ => format!(
                "signal value type {kind} does not match declared condition type {} of {name}: send {}.",
                declared.map_or("none", ValueType::name),
                declared.map_or("nothing, since no value fits", example)
            ),
        };
        refuse(code, rule, message)
    }

    fn check_abort(&self, id: ActionId, reason: Option<TextId>) -> Checked {
        self.check_length("reason", reason)?;
        let Some(action) = self.action(id) else { return self.unknown(id) };
        let name = self.text(action.full_name);
        let Some(row) = action.row else {
            return refuse(
                Code::NotFound,
                Rule::RowMissing,
                format!("action not found: {name} has no row yet; deliver the pending `watchAdd` first."),
            );
        };
        let Some(rule) = refuses_abort(&row, self.rules()) else { return Ok(()) };
        let message = if action.retry_follows() {
            format!(
                "attempt {} of {name} ended {}; abort the next one, which begins when what is pending is delivered.",
                row.attempts, row.phase
            )
        } else {
            format!("{name} ended {}, and what has ended cannot be aborted.", row.phase)
        };
        refuse(Code::FailedPrecondition, rule, message)
    }

    fn check_abort_reply(&self, id: ActionId, reply: crate::model::AbortReply, draw_ms: Option<u64>) -> Checked {
        let Some(action) = self.action(id) else { return self.unknown(id) };
        let name = self.text(action.full_name);
        if self.abort_call_of(id).is_none() {
            return refuse(
                Code::FailedPrecondition,
                Rule::NoAbortCall,
                if self.config().abort.reply == AbortAnswers::Ok {
                    format!(
                        "No abort call for {name} waits for a reply: they are answered at once; set `abort.reply: \"ask\"` to \
                         answer them, or arm the fault `abortAction`."
                    )
                } else {
                    format!(
                        "No abort call for {name} waits for a reply; ask for an abort first, or let its delay pass."
                    )
                },
            );
        }
        match (draw_ms, self.abort_ceiling(id, reply)) {
            (Some(draw), Some(ceiling)) if draw > ceiling => refuse(
                Code::InvalidArgument,
                Rule::RefusesDraw,
                format!("`drawMs` is drawn from 0 to {ceiling} here; {draw} is too much."),
            ),
            (Some(_), None) => refuse(
                Code::InvalidArgument,
                Rule::RefusesDraw,
                format!("After `{reply}` no call follows here, so there is no delay to draw; leave `drawMs` out."),
            ),
            (Some(_) | None, _) => Ok(()),
        }
    }

    fn check_fire(&self, timer: Option<u32>) -> Checked {
        let Some(id) = timer else {
            return if self.timers().next().is_some() {
                Ok(())
            } else {
                refuse(Code::FailedPrecondition, Rule::NoTimer, "No timer is set, so none can fire.")
            };
        };
        if self.timer(id).is_some() {
            return Ok(());
        }
        let set: Vec<String> = self.timers().take(8).map(|timer| timer.id.to_string()).collect();
        let known = if set.is_empty() { "none is set".to_owned() } else { format!("set are {}", set.join(", ")) };
        refuse(Code::NotFound, Rule::NoTimer, format!("There is no timer {id}: {known}."))
    }

    fn check_travels(&self, item: Option<u32>) -> Checked {
        self.check_deliver(item)?;
        match self.pending_item(item) {
            Some(item) if !item.travels() => refuse(
                Code::FailedPrecondition,
                Rule::NeverLost,
                format!(
                    "`{}` of {} is not news on its way: it is looked at until it is done. Deliver it, or let a call \
                     fail with `fault`.",
                    item.work,
                    self.name_of(item.action)
                ),
            ),
            _ => Ok(()),
        }
    }

    fn check_fault(&self, call: Call, reply: Option<FaultReply>, action: Option<ActionId>) -> Checked {
        if let Some(reply) = reply.filter(|reply| !call.replies().contains(reply)) {
            let known: Vec<&str> = call.replies().iter().map(|reply| reply.name()).collect();
            return refuse(
                Code::InvalidArgument,
                Rule::RefusesFault,
                format!("`{call}` cannot go wrong by `{reply}`; it can by {}.", known.join(", ")),
            );
        }
        if call == Call::AbortAction && self.config().abort.reply == AbortAnswers::Ask {
            return refuse(
                Code::FailedPrecondition,
                Rule::RefusesFault,
                "Each abort call waits for its `abortReply` here, which can say that it failed; `abort.reply: \"ok\"` has it \
                 answered at once.",
            );
        }
        if call.is_of_process() && action.is_some() {
            return refuse(
                Code::InvalidArgument,
                Rule::RefusesFault,
                format!("`{call}` is about a whole process; leave out `action`."),
            );
        }
        if call == Call::WatchChildren && self.config().parents == Parents::Commanded {
            return refuse(
                Code::FailedPrecondition,
                Rule::RefusesFault,
                "`watchChildren` is of the SDK's process in a parent; set `parents: \"sdk\"` to have one.",
            );
        }
        if call == Call::WatchChildren
            && let Some(id) = action
            && !self.is_awaited(id)
        {
            let message =
                format!("{} has no process that watches; the fault is about a parent that runs.", self.name_of(id));
            return refuse(Code::FailedPrecondition, Rule::RefusesFault, message);
        }
        if call == Call::ReadResource {
            let Some(id) = action else {
                return refuse(
                    Code::InvalidArgument,
                    Rule::RefusesFault,
                    "A stale read is of one resource; name its `action`.",
                );
            };
            if self.action(id).is_none_or(|action| action.resource.is_none()) {
                return refuse(
                    Code::FailedPrecondition,
                    Rule::RefusesFault,
                    format!("{} has no resource, so nothing of it can be read.", self.name_of(id)),
                );
            }
        }
        if self.faults().len() >= FAULTS_MAX {
            return refuse(
                Code::ResourceExhausted,
                Rule::RefusesFault,
                format!("{FAULTS_MAX} faults wait to happen; let some of them happen first."),
            );
        }
        Ok(())
    }

    fn check_restart(&self, service: Service, down_ms: u64) -> Checked {
        if service != Service::Executor && down_ms > 0 {
            return refuse(
                Code::InvalidArgument,
                Rule::CommandInvalid,
                format!(
                    "`downMs` is of the executor; let time pass with `advance` before the {service} service restarts."
                ),
            );
        }
        self.check(&Command::Advance { ms: down_ms })
    }

    fn check_deliver(&self, item: Option<u32>) -> Checked {
        if self.config().delivery == Delivery::Immediate {
            return refuse(
                Code::FailedPrecondition,
                Rule::NothingToDeliver,
                "Work is done as it becomes due; set `delivery: \"manual\"` to do it piece by piece.",
            );
        }
        match self.pending_item(item) {
            None => refuse(
                Code::NotFound,
                Rule::NothingToDeliver,
                item.map_or("Nothing waits to be done.".to_owned(), |id| {
                    format!("No piece of work {id} waits to be done.")
                }),
            ),
            Some(item) if self.is_behind(item) => refuse(
                Code::FailedPrecondition,
                Rule::DeliveredInOrder,
                format!("Earlier news of {} waits; deliver it first.", self.name_of(item.action)),
            ),
            Some(_) => Ok(()),
        }
    }
}

fn example(kind: ValueType) -> &'static str {
    match kind {
        ValueType::Bool => "{ bool: true }",
        ValueType::Int => "{ int: 1 }",
        ValueType::Float => "{ float: 0.5 }",
        ValueType::Text => "{ string: \"approved\" }",
    }
}
