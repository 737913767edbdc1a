//! The executor of a world beside the rules: what was recorded becomes commands, and the calls are read from the facts,
//! in their order. A recording lists the calls to each service by itself, so the order between them is upstream's
//! (taskaction_controller.go, `reconcileTask`, `handleAbortAndFinalize`): the catalog, the plugin, the events, the API
//! server.

use super::by_rules::{ByRules, Halt};
use super::case::{CREATED, Case, Stop, get, int, list, small, text, texts};
use super::driven::{apply, by_hand, condition, import, piece, resource};
use super::executor::{Executor, Object, Sent};
use super::left_out::LeftOut;
use super::reconcile::{Stored, check_event, check_object};
use flyte_lifecycle::model::argument::{
    CacheCommand, ErrorCommand, FailureCommand, ResultCommand, TaskCommand, ValueCommand,
};
use flyte_lifecycle::model::import::ImportedResource;
use flyte_lifecycle::model::{
    ActionId, ActionKind, Call, Command, Conditions, Config, ErrorCode, ErrorState, Fact, FaultReply, Message,
    Observation, PendingWork, PluginPhase, Reason, Report, Rule, Service, SpecField, TextId, Texts, Time, ValueType,
    What,
};
use flyte_lifecycle::rules::Told;
use flyte_lifecycle::rules::stamps::stored;
use flyte_lifecycle::world::{NumberedCommand, World};
use serde_json::{Value, json};

/// The recorded object's action, whose resource is called `run-a`.
const ACTION: &str = "run/a";
/// What the recorded plugin is called, and the type that it serves, which the pod plugin does in a world.
const PLUGIN: &str = "fake";
const TASK_TYPE: &str = "container";
/// What the recorded catalog calls the other owner.
const OTHER: &str = "ns/other";

/// A world that goes through the same case.
pub struct Mirrored {
    world: World,
    /// The action, unless its object was never there.
    id: Option<ActionId>,
    /// The entries of the phase history, of which a world keeps the last one.
    history: Vec<(Reason, Message, Time)>,
    /// The other one who wants the reservation, if there is one; and how many others there are.
    other: Option<ActionId>,
    others: usize,
    /// What the recording calls it, and its plugin.
    other_name: TextId,
    plugin_name: TextId,
    aside: Aside,
}

/// What a plugin says beside its phase, and its commands cannot: it is taken as it was recorded.
#[derive(Default)]
struct Aside {
    state: Option<(u32, TextId)>,
    recorded_state: Value,
    cache_status: u8,
    gave_cache_status: bool,
}

impl Aside {
    /// Whether the plugin changes it now.
    fn changed_by(&mut self, seen: Option<&Observation>, plugin: &Value) -> bool {
        let Some(Observation::Report(report)) = seen else { return false };
        self.gave_cache_status |= report.cache_status != 0;
        let state = get(plugin, "write_state");
        (!state.is_null() && *state != self.recorded_state) || report.cache_status != self.cache_status
    }

    /// Holds what is stored by now.
    fn hold(&mut self, want: Option<&Stored>, world: &mut World) -> Result<(), Stop> {
        let held = |key| want.map_or(Value::Null, |want| want.status(key));
        self.recorded_state = held("plugin_state");
        self.state = None;
        if !self.recorded_state.is_null() {
            let value = world.intern(text(&self.recorded_state, "value")?);
            self.state = Some((small(&self.recorded_state, "version")?, value));
        }
        self.cache_status = held("cache_status").as_u64().and_then(|number| u8::try_from(number).ok()).unwrap_or(0);
        Ok(())
    }
}

/// What one step led to.
#[derive(Default)]
struct Led {
    calls: Vec<String>,
    /// What each event says, with the rest of it unless one of its key was there.
    events: Vec<Option<Sent>>,
}

impl Mirrored {
    /// A world with the object that the executor has.
    pub fn new(executor: &Executor) -> Result<Mirrored, Halt> {
        let spec = &executor.spec;
        let is_condition = spec.kind == ActionKind::Condition;
        let held = executor.object.as_ref().is_some_and(|object| object.cr.finalizer);
        let typed = spec.missing.iter().all(|field| field != SpecField::TaskType);
        if spec.plugin.is_none() && if is_condition { held } else { typed } {
            return Err(ByRules::NoPlugin.into());
        }
        let config = Config {
            requeue_ms: u64::try_from(executor.requeue_ms).unwrap_or(0),
            system_failures_max: executor.system_failures_max,
            ..by_hand(CREATED)
        };
        let mut world = World::new(config);
        let (other_name, plugin_name) = (world.intern(OTHER), world.intern(PLUGIN));
        // Without a catalog nothing is cached, but a template without a name is found out even so.
        let caching = spec.caching;
        let is_cached = caching.discoverable && (executor.has_catalog || caching.unidentified);
        let mut mirrored = Mirrored {
            world,
            id: None,
            history: Vec::new(),
            other: None,
            others: 0,
            other_name,
            plugin_name,
            aside: Aside::default(),
        };
        let Some(object) = &executor.object else { return Ok(mirrored) };
        let mut resource = ImportedResource { finalizer: object.cr.finalizer, ..resource(CREATED) };
        if is_condition {
            let timeout_ms = Some(spec.timeout_ms).filter(|ms| *ms > 0);
            resource.condition = Some(condition(spec, ValueType::Text, timeout_ms));
        } else {
            let unidentified = Some(caching.unidentified);
            let cache = CacheCommand { unidentified, ..cached(caching.serializable) };
            resource.task = Some(TaskCommand {
                max_attempts: Some(spec.max_attempts),
                task_type: Some(TASK_TYPE.to_owned()),
                missing: Some(spec.missing.iter().collect()),
                cache: is_cached.then_some(cache),
                ..TaskCommand::default()
            });
        }
        mirrored.id = Some(import(&mut mirrored.world, ACTION, None, resource)?);
        Ok(mirrored)
    }

    /// A message with the names of the recording.
    fn named(&self, message: Message) -> Message {
        match message {
            Message::WaitingForCacheOwner(_) => Message::WaitingForCacheOwner(self.other_name),
            Message::SystemFailures(count, _, cause) => Message::SystemFailures(count, self.plugin_name, cause),
            other => other,
        }
    }

    fn named_error(&self, error: ErrorState) -> ErrorState {
        ErrorState { message: self.named(error.message), ..error }
    }

    /// Goes through one step and compares it with what was recorded.
    pub fn step(
        &mut self,
        executor: &mut Executor,
        step: &Value,
        want: Option<&Stored>,
        case: &mut Case,
    ) -> Result<(), Halt> {
        let input = get(step, "in");
        let Some(id) = self.id else { return Ok(()) };
        let ms = Time(int(input, "at")?).since(self.world.now());
        self.apply(&Command::Advance { ms })?;
        match text(input, "op")? {
            "reconcile" => self.reconcile(id, executor, step, case)?,
            "delete" => self.delete(id)?,
            "signal" => self.signal(id, input)?,
            "set_attempts" => return Err(ByRules::AttemptsWritten.into()),
            other => return Err(Stop::Unreadable(format!("operation `{other}` is unknown")).into()),
        }
        self.aside.hold(want, &mut self.world)?;
        let object = self.object(id);
        check_object(self.world.texts(), object.as_ref(), want, case);
        Ok(())
    }

    /// An abort has the actions service delete the object.
    fn delete(&mut self, id: ActionId) -> Result<(), Stop> {
        self.apply(&Command::AbortAction { action: id, reason: None })?;
        let item = self.piece(id, PendingWork::AbortWorker);
        item.map_or(Ok(()), |item| self.apply(&Command::Deliver { item: Some(item) }).map(|_| ()))
    }

    fn signal(&mut self, id: ActionId, input: &Value) -> Result<(), Halt> {
        let signal = get(input, "signal");
        let value = ValueCommand::String(self.world.intern(text(signal, "value")?));
        let command = Command::Signal { action: id, value, by: Some(self.world.intern(text(signal, "by")?)) };
        if !self.world.accepts(&command) {
            return Err(ByRules::SignalRefused.into());
        }
        // Who sends the same value again is heard, but the first who sent it stays.
        if self.apply(&command)?.iter().any(|fact| fact.what == What::SignalRepeated) {
            return Err(ByRules::SignalRefused.into());
        }
        Ok(())
    }

    fn piece(&self, id: ActionId, work: PendingWork) -> Option<u32> {
        piece(&self.world, id, |waits| waits == work)
    }

    fn reconcile(&mut self, id: ActionId, executor: &mut Executor, step: &Value, case: &mut Case) -> Result<(), Halt> {
        let client = texts(step, "client")?;
        // Who cannot read the object, or does not find it, does nothing.
        if client.first().is_some_and(|call| call.starts_with("get!")) {
            return Ok(());
        }
        let Some(mut before) = self.world.action(id).and_then(|action| action.resource) else {
            case.fail("client", "there is no object to reconcile");
            return Ok(());
        };
        let input = get(step, "in");
        let plugin = get(input, "plugin");
        let owns = self.world.cache().iter().any(|entry| entry.owner == Some(id));
        self.arm(id, executor, step)?;
        self.prepare_catalog(id, step)?;
        let lands = lands(step)?;
        if lands {
            self.apply(&Command::Fault { call: Call::ReadResource, reply: None, action: Some(id) })?;
            self.signal(id, input)?;
            before.cr.status.signal = self.world.action(id).and_then(|action| action.resource?.cr.status.signal);
        }
        let seen = if plugin.is_null() { None } else { Some(executor.observation(plugin)?) };
        let said = seen.and_then(|seen| self.told(id, &executor.texts, &seen));
        let facts = match said.filter(|command| self.world.accepts(command)) {
            Some(command) => self.apply(&command)?,
            None => self.look(id)?,
        };
        let aside = self.aside.changed_by(seen.as_ref(), plugin);
        if aside && facts.iter().any(|fact| fact.what == What::StatusUnchanged) {
            if !self.world.faults().is_empty() {
                return Err(ByRules::PluginAside.into());
            }
            case.leave_out(LeftOut::PluginAside);
            return Ok(());
        }
        let after = self.world.action(id).and_then(|action| action.resource);
        let mut led = self.led(&facts);
        // A status without conditions is written like others, and a fact has none to tell.
        let bare = |conditions: &Conditions| conditions.iter().next().is_none();
        if after.is_some_and(|after| bare(&after.cr.status.conditions) && after.cr.status != before.cr.status)
            && !led.calls.iter().any(|call| call == "status")
        {
            led.calls.push("status".to_owned());
        }
        let mut recorded = recorded_calls(step, owns)?;
        if lands {
            // In a world the signal always comes between read and write. Read again before the write, it conflicts with
            // nothing; and if that fails as well, the recording has one failure.
            for calls in [&mut led.calls, &mut recorded] {
                calls.retain(|call| call != "status!conflict");
            }
        }
        case.check("calls", &json!(led.calls), &json!(recorded));
        for (index, (sent, want)) in led.events.iter_mut().zip(list(step, "events")?).enumerate() {
            if let Some(sent) = sent {
                if self.aside.gave_cache_status {
                    sent.told.cache_status = small(want, "cache_status")?;
                }
                check_event(self.world.texts(), index, sent, want, case)?;
            }
        }
        Ok(())
    }

    /// The executor looks by itself, as it does at every object when it starts.
    fn look(&mut self, id: ActionId) -> Result<Vec<Fact>, Stop> {
        if self.piece(id, PendingWork::Reconcile).is_none() {
            self.apply(&Command::Restart { service: Service::Executor, down_ms: None })?;
        }
        let item = self.piece(id, PendingWork::Reconcile);
        self.apply(&Command::Deliver { item })
    }

    /// Has those calls go wrong that went wrong.
    fn arm(&mut self, id: ActionId, executor: &Executor, step: &Value) -> Result<(), Halt> {
        let input = get(step, "in");
        let (client, plugin) = (texts(step, "client")?, texts(step, "plugin_calls")?);
        let fails = |key| get(input, key).as_str().is_some_and(|answer| answer != "ok");
        let called = |call: &str| plugin.iter().any(|made| made.starts_with(call));
        let sent = |key: &str| client.iter().any(|made| made.starts_with(&format!("{key}!")));
        let mut armed = Vec::new();
        let resource = self.world.action(id).and_then(|action| action.resource);
        let deleting = resource.is_some_and(|resource| resource.cr.deleting);
        let (no_context, no_template) = (executor.no_context, executor.no_template);
        if no_context && (deleting || self.asks(id)) || no_template && !deleting && self.asks(id) {
            armed.push((Call::BuildContext, None));
        }
        if called("Abort") && fails("abort") {
            armed.push((Call::AbortPlugin, None));
        }
        if called("Finalize") && fails("finalize") {
            armed.push((Call::FinalizePlugin, None));
        }
        if list(step, "events")?.iter().any(|event| get(event, "recorded") == &Value::Bool(false)) {
            armed.push((Call::RecordEvent, None));
        }
        match writes(&client) {
            ["status!conflict", ..] => armed.push((Call::WriteStatus, Some(FaultReply::Conflict))),
            ["status!error"] => armed.push((Call::WriteStatus, Some(FaultReply::Error))),
            _ => {}
        }
        if sent("update") {
            armed.push((Call::UpdateFinalizer, None));
        }
        if sent("patch") {
            armed.push((Call::PatchLabels, None));
        }
        for call in texts(step, "catalog_calls")? {
            match call.rsplit_once(':') {
                Some(("Get", "error")) => armed.push((Call::LookUpCache, None)),
                Some(("Put", "error")) => armed.push((Call::PutCache, None)),
                Some((asked, "error")) if asked.starts_with("GetOrExtend") => armed.push((Call::ReserveCache, None)),
                _ => {}
            }
        }
        for (call, reply) in armed {
            self.apply(&Command::Fault { call, reply, action: Some(id) })?;
        }
        Ok(())
    }

    /// Whether the executor would ask the plugin now.
    fn asks(&self, id: ActionId) -> bool {
        self.world.accepts(&told_phase(id, PluginPhase::Running))
    }

    /// Brings the catalog to where it answers as it did: others put outputs there, or hold the reservation.
    fn prepare_catalog(&mut self, id: ActionId, step: &Value) -> Result<(), Halt> {
        for call in texts(step, "catalog_calls")? {
            let populated = self.world.cache().iter().any(|entry| entry.populated);
            let owner = self.world.cache().iter().find_map(|entry| entry.owner);
            match call.rsplit_once(':').unwrap_or((call, "")) {
                ("Get", "hit") if !populated => {
                    let helper = self.helper(false)?;
                    self.apply(&told_phase(helper, PluginPhase::Success))?;
                }
                ("Get", "hit_bad_outputs") => return Err(ByRules::UnreadableOutputs.into()),
                ("Get", "miss") if populated => return Err(ByRules::CatalogForgets.into()),
                ("Put", "already_exists") => return Err(ByRules::PutRecognised.into()),
                ("Put", "ok") if populated => return Err(ByRules::CatalogForgets.into()),
                (asked, "other") if asked.starts_with("GetOrExtend") && owner.is_none() && !populated => {
                    let other = match self.other {
                        Some(other) => other,
                        None => self.helper(true)?,
                    };
                    self.tell_other(other, PluginPhase::Running)?;
                    self.other = Some(other);
                }
                (asked, "other") if asked.starts_with("GetOrExtend") && (owner == Some(id) || owner.is_none()) => {
                    return Err(ByRules::CatalogForgets.into());
                }
                (asked, "mine") if asked.starts_with("GetOrExtend") => {
                    // An attempt that fails gives the reservation up, and another can take it again.
                    if let Some(other) = self.other.filter(|other| owner == Some(*other)) {
                        self.tell_other(other, PluginPhase::RetryableFailure)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The plugin of the other one reports. It may have ended by now, since it has found its outputs in the catalog.
    fn tell_other(&mut self, other: ActionId, phase: PluginPhase) -> Result<(), Halt> {
        let command = told_phase(other, phase);
        if !self.world.accepts(&command) {
            return Err(ByRules::CatalogForgets.into());
        }
        self.apply(&command)?;
        Ok(())
    }

    /// Another action with the same outputs, which is ready to be run; serializable or not, for what is not asks nobody
    /// whether it may.
    fn helper(&mut self, serializable: bool) -> Result<ActionId, Stop> {
        self.others += 1;
        let (task_type, cache) = (Some(TASK_TYPE.to_owned()), Some(cached(serializable)));
        let task = TaskCommand { task_type, cache, ..TaskCommand::default() };
        let resource = ImportedResource { task: Some(task), finalizer: true, ..resource(CREATED) };
        import(&mut self.world, &format!("other{}/a0", self.others), None, resource)
    }

    /// The command in which the plugin says what it said; none where it is no plugin's.
    fn told(&mut self, id: ActionId, texts: &Texts, seen: &Observation) -> Option<NumberedCommand> {
        let (mut result, mut failure) = (None, None);
        match seen {
            Observation::Report(report) => result = Some(self.result(texts, report)),
            Observation::HandleError { non_retryable, text } => {
                let code = non_retryable.map(|(code, _)| self.world.intern(code.name()));
                failure = Some(FailureCommand { code, message: self.world.intern(texts.get(*text)) });
            }
            Observation::Nothing | Observation::Cached { .. } | Observation::TimedOut { .. } => return None,
        }
        Some(Command::Plugin { action: id, result, failure })
    }

    fn result(&mut self, texts: &Texts, report: &Report) -> ResultCommand<TextId> {
        let mut own = |message| match message {
            Message::Text(text) => self.world.intern(texts.get(text)),
            _ => TextId::EMPTY,
        };
        let error = report.error.map(|error| {
            let code = match error.code {
                ErrorCode::Text(code) => own(Message::Text(code)),
                _ => TextId::EMPTY,
            };
            ErrorCommand { code, kind: error.kind, message: own(error.message), length: None }
        });
        let reason = Some(own(report.reason));
        ResultCommand { version: Some(report.version), reason, error, ..ResultCommand::of(report.phase) }
    }

    /// The calls that facts tell of.
    fn led(&mut self, facts: &[Fact]) -> Led {
        let mut led = Led::default();
        for fact in facts.iter().filter(|fact| fact.action == self.id) {
            let call = match fact.what {
                What::PluginAborted { attempt } => format!("Abort retry={}", attempt - 1),
                What::PluginFinalized => "Finalize".to_owned(),
                What::CacheWritten => "Put".to_owned(),
                What::ReservationReleased => "Release".to_owned(),
                What::EventRecorded { phase, attempt, version, error, updated_at, cache_status, said } => {
                    let error = error.map(|error| self.named_error(error));
                    let told = Told { attempt, phase, version, error, cache_status, said };
                    led.events.push(Some(Sent { told, updated: updated_at, reported: fact.at, recorded: true }));
                    event(attempt, phase.number(), version)
                }
                What::EventDropped { phase, attempt, version } => {
                    led.events.push(None);
                    event(attempt, phase.number(), version)
                }
                What::StatusWritten { history, .. } => {
                    let at = stored(fact.at, self.world.rules());
                    self.history.extend(history.map(|(name, message)| (name, message, at)));
                    "status".to_owned()
                }
                What::SystemFailureCounted { .. } => "status".to_owned(),
                What::LabelsStamped => "patch".to_owned(),
                What::FinalizerAdded | What::ResourceDeleted => "update".to_owned(),
                What::CallFailed { call, reply } => match call {
                    Call::AbortPlugin => "Abort!".to_owned(),
                    Call::FinalizePlugin => "Finalize!".to_owned(),
                    Call::PutCache => "Put!".to_owned(),
                    Call::RecordEvent => {
                        led.events.push(None);
                        "event!".to_owned()
                    }
                    // The rule says what becomes of it; a plain write is made once, whatever goes wrong.
                    Call::WriteStatus if reply == FaultReply::Conflict && fact.rule != Rule::PlainWriteSwallowed => {
                        "status!conflict".to_owned()
                    }
                    Call::WriteStatus => "status!error".to_owned(),
                    Call::PatchLabels => "patch!".to_owned(),
                    Call::UpdateFinalizer => "update!".to_owned(),
                    _ => continue,
                },
                _ => continue,
            };
            // However often it conflicts, it is one fact.
            if call != "status!conflict" || led.calls.last() != Some(&call) {
                led.calls.push(call);
            }
        }
        led
    }

    /// The object as the world holds it.
    fn object(&self, id: ActionId) -> Option<Object> {
        let resource = self.world.action(id)?.resource?;
        let mut cr = resource.cr;
        cr.status.plugin_state = self.aside.state;
        if self.aside.gave_cache_status {
            cr.status.cache_status = self.aside.cache_status;
        }
        let mut conditions = Conditions::default();
        for condition in cr.status.conditions.iter() {
            let mut condition = *condition;
            condition.message = self.named(condition.message);
            conditions = conditions.with(condition);
        }
        cr.status.conditions = conditions;
        cr.status.error = cr.status.error.map(|error| self.named_error(error));
        let history = self.history.iter().map(|(name, message, at)| (*name, self.named(*message), *at)).collect();
        Some(Object { cr, transitions: resource.transitions, history, completed_at: resource.completed_at })
    }

    fn apply(&mut self, command: &NumberedCommand) -> Result<Vec<Fact>, Stop> {
        apply(&mut self.world, command)
    }
}

fn cached(serializable: bool) -> CacheCommand {
    CacheCommand { discoverable: Some(true), serializable: Some(serializable), key: None, unidentified: None }
}

/// Whether somebody else's signal is written in the middle of a step, which has to get there.
fn lands(step: &Value) -> Result<bool, Stop> {
    let client = texts(step, "client")?;
    let reads = client.iter().filter(|call| call.starts_with("get")).count();
    let writes = client.iter().any(|call| call.starts_with("status"));
    let landing = get(get(step, "in"), "signal_lands").as_str();
    Ok(landing.is_some_and(|landing| if landing == "before_refetch" { reads > 1 } else { writes }))
}

fn told_phase(action: ActionId, phase: PluginPhase) -> NumberedCommand {
    Command::Plugin { action, result: Some(ResultCommand::of(phase)), failure: None }
}

fn event(attempt: u32, phase: u8, version: u32) -> String {
    format!("event attempt={attempt} phase={phase} version={version}")
}

/// The tries of a status update as a world tells them: all its conflicts are one, and what fails in the end has failed,
/// be it for a try too many or because the object could not be read again.
fn writes(client: &[&str]) -> &'static [&'static str] {
    let last = client.iter().rev().find(|call| !call.starts_with("patch"));
    let conflicted = client.contains(&"status!conflict");
    let reread = client.iter().filter(|call| call.starts_with("get")).count() > 1;
    match last {
        Some(&"status") if conflicted => &["status!conflict", "status"],
        Some(&"status") => &["status"],
        Some(call) if call.starts_with("status!") => &["status!error"],
        Some(call) if call.starts_with("get!") && reread => &["status!error"],
        _ => &[],
    }
}

/// The recorded calls in upstream's order.
fn recorded_calls(step: &Value, owns: bool) -> Result<Vec<String>, Stop> {
    let input = get(step, "in");
    let fails = |key| get(input, key).as_str().is_some_and(|answer| answer != "ok");
    let mut calls = Vec::new();
    let catalog = texts(step, "catalog_calls")?;
    let puts = catalog.iter().filter_map(|call| call.strip_prefix("Put:"));
    calls.extend(puts.map(|answer| if answer == "ok" { "Put" } else { "Put!" }.to_owned()));
    // Nobody hears of the release of what was not held.
    let takes = catalog.iter().any(|call| call.starts_with("GetOrExtend") && call.ends_with(":mine"));
    let releases = (owns || takes) && catalog.iter().any(|call| call.starts_with("Release"));
    let plugin = texts(step, "plugin_calls")?;
    let finalizes = plugin.iter().any(|call| call.starts_with("Finalize"));
    let release = || "Release".to_owned();
    calls.extend((releases && !finalizes).then(release));
    for call in plugin {
        match call.split(" state=").next() {
            Some(abort) if abort.starts_with("Abort") && fails("abort") => calls.push("Abort!".to_owned()),
            Some(abort) if abort.starts_with("Abort") => calls.push(abort.to_owned()),
            Some(call) if call.starts_with("Finalize") && fails("finalize") => calls.push("Finalize!".to_owned()),
            Some(call) if call.starts_with("Finalize") => calls.push("Finalize".to_owned()),
            _ => {}
        }
    }
    calls.extend((releases && finalizes).then(release));
    for sent in list(step, "events")? {
        let lost = get(sent, "recorded") == &Value::Bool(false);
        calls.push(if lost {
            "event!".to_owned()
        } else {
            event(small(sent, "attempt")?, small(sent, "phase")?, small(sent, "version")?)
        });
    }
    let client = texts(step, "client")?;
    calls.extend(writes(&client).iter().map(|call| (*call).to_owned()));
    for call in client {
        match call.split_once('!') {
            Some((call @ ("update" | "patch"), _)) => calls.push(format!("{call}!")),
            None if call == "update" || call == "patch" => calls.push(call.to_owned()),
            _ => {}
        }
    }
    Ok(calls)
}
