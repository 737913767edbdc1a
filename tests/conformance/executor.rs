//! What surrounds the rules of the executor: an API server, an event service and a plugin that answer as scripted, and
//! the calls in upstream's order. It decides nothing: what is written, sent and called comes from the rules.

use super::case::{CREATED, Stop, flag, get, int, maybe_int, maybe_text, only, small, text, texts};
use flyte_lifecycle::model::{
    ActionKind, Caching, ConditionSpec, ConditionStatus, ConditionType, Conditions, ErrorCode, ErrorKind, ErrorState,
    Message, NonRetryableCode, Observation, PluginPhase, Reason, Report, Rule, Rules, Signal, SignalValue, Spec,
    SpecField, SpecFields, Status, TaskAction, TextId, Texts, Time,
};
use flyte_lifecycle::recorded::executor::{heartbeat_ms, polls_again};
use flyte_lifecycle::rules::cache::{
    CacheStep, Lookup, Put, Reservation, after_execution, after_lookup, after_put, after_reservation, before_execution,
    cache_config, releases_on_deletion,
};
use flyte_lifecycle::rules::stamps::stored;
use flyte_lifecycle::rules::{
    ConditionSeen, Reconciled, Told, Write, asks_plugin, handle_abort_and_finalize, reconcile_condition, reconcile_task,
};
use serde_json::Value;

/// Tries of a status update that conflicts, and the wait between two (`retry.DefaultRetry`, without its jitter).
const TRIES: usize = 5;
const BETWEEN_TRIES_MS: u64 = 10;

/// An object as the API server holds it.
#[derive(Clone)]
pub struct Object {
    /// What the rules read.
    pub cr: TaskAction,
    /// Transition time of each type of condition.
    pub transitions: [Time; 3],
    /// Name, message and time of each entry of the phase history.
    pub history: Vec<(Reason, Message, Time)>,
    /// What `flyte.org/completed-time` was made from.
    pub completed_at: Option<Time>,
}

/// An event that was sent.
pub struct Sent {
    /// What it says.
    pub told: Told,
    /// Its updated time.
    pub updated: Time,
    /// Its reported time.
    pub reported: Time,
    /// Whether the event service took it.
    pub recorded: bool,
}

/// What one step did.
#[derive(Default)]
pub struct Done {
    /// API calls, `!` before a bad answer.
    pub client: Vec<String>,
    /// Calls of the plugin.
    pub plugin_calls: Vec<String>,
    /// Calls of the catalog, with their answers.
    pub catalog_calls: Vec<String>,
    /// Events sent.
    pub events: Vec<Sent>,
    /// The delay asked for.
    pub requeue_ms: i64,
    /// Whether Reconcile returned an error.
    pub error: bool,
}

/// The scripted answers of one step.
#[derive(Default)]
struct Script {
    get: Vec<String>,
    status_update: Vec<String>,
    update: Option<String>,
    patch: Option<String>,
    abort_fails: bool,
    finalize_fails: bool,
    record_fails: bool,
    signal: Option<(Signal, Landing)>,
    lookup: String,
    reservation: String,
    put: String,
    release: String,
}

/// When somebody else's signal is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Landing {
    BeforeRefetch,
    BeforeStatusUpdate,
}

/// The executor and what surrounds it.
pub struct Executor {
    /// The texts by number.
    pub texts: Texts,
    /// The object, unless it is gone.
    pub object: Option<Object>,
    /// What it was made with.
    pub spec: Spec,
    name: TextId,
    rules: Rules,
    pub system_failures_max: u32,
    /// The requeue interval.
    pub requeue_ms: i64,
    /// No execution context can be built, so the rules are not asked, neither to run nor to clean up.
    pub no_context: bool,
    /// The template does not decode. That is found when the cache reads it (taskaction_cache.go,
    /// `buildTaskCacheConfig`), where it is an error of the reconcile, but only logged once the plugin has cleaned up.
    pub no_template: bool,
    /// There is a catalog.
    pub has_catalog: bool,
    now: Time,
    script: Script,
    done: Done,
}

impl Executor {
    /// Set up as a case says.
    pub fn new(spec: &Value) -> Result<Executor, Stop> {
        let known = [
            "max_attempts",
            "max_system_failures",
            "requeue_ms",
            "task_type",
            "action_type",
            "bad_output_base",
            "missing",
            "object_absent",
            "starts_with_finalizer",
            "condition_spec",
            "timeout_ms",
            "discoverable",
            "serializable",
            "template_without_id",
            "template",
            "no_catalog",
        ];
        only(spec, "spec", &known)?;
        let mut texts_ = Texts::default();
        let mut missing = SpecFields::default();
        for name in texts(spec, "missing")? {
            let field = SpecField::parse(name);
            missing = missing.with(field.ok_or_else(|| Stop::Unreadable(format!("`{name}` is no field of a spec")))?);
        }
        let condition = maybe_text(spec, "action_type")? == Some("condition");
        let task_type = maybe_text(spec, "task_type")?.unwrap_or_default();
        // The recorded plugin serves `container` and is called `fake`.
        let plugin = (task_type == "container").then(|| texts_.intern("fake"));
        let condition_spec = maybe_text(spec, "condition_spec")?.unwrap_or("valid");
        let made = Spec {
            kind: if condition { ActionKind::Condition } else { ActionKind::Task },
            // A timeout of zero or less is none.
            timeout_ms: maybe_int(spec, "timeout_ms")?.and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0),
            plugin,
            caching: Caching {
                discoverable: flag(spec, "discoverable")?,
                serializable: flag(spec, "serializable")?,
                unidentified: flag(spec, "template_without_id")?,
            },
            missing,
            condition_spec: match condition_spec {
                "valid" => ConditionSpec::Valid,
                "empty" => ConditionSpec::Empty,
                "garbage" => ConditionSpec::Undecodable,
                other => return Err(Stop::Unreadable(format!("a condition's spec cannot be `{other}`"))),
            },
            ..Spec::task(small(spec, "max_attempts")?, texts_.intern(task_type))
        };
        let cr = TaskAction { finalizer: flag(spec, "starts_with_finalizer")?, ..TaskAction::default() };
        let object = Object { cr, transitions: [Time(0); 3], history: Vec::new(), completed_at: None };
        let requeue_ms = maybe_int(spec, "requeue_ms")?.filter(|ms| *ms > 0).unwrap_or(10_000);
        let system_failures_max = small(spec, "max_system_failures")?;
        Ok(Executor {
            object: (!flag(spec, "object_absent")?).then_some(object),
            spec: made,
            name: texts_.intern("run-a"),
            texts: texts_,
            rules: Rules::upstream(),
            system_failures_max: if system_failures_max == 0 { 3 } else { system_failures_max },
            requeue_ms,
            no_context: flag(spec, "bad_output_base")?,
            no_template: match maybe_text(spec, "template")? {
                None => false,
                Some("garbage") => true,
                Some(other) => return Err(Stop::Unreadable(format!("a template cannot be `{other}`"))),
            },
            has_catalog: made.caching.discoverable && !flag(spec, "no_catalog")?,
            now: CREATED,
            script: Script::default(),
            done: Done::default(),
        })
    }

    /// Carries out one step.
    pub fn step(&mut self, input: &Value) -> Result<Done, Stop> {
        let known = [
            "op",
            "at",
            "plugin",
            "record",
            "get",
            "status_update",
            "update",
            "patch",
            "catalog",
            "abort",
            "finalize",
            "set_attempts",
            "signal",
            "signal_lands",
        ];
        only(input, "in", &known)?;
        self.now = Time(int(input, "at")?);
        self.done = Done::default();
        match text(input, "op")? {
            "reconcile" => {
                self.script = self.scripted(input)?;
                self.reconcile(get(input, "plugin"))?;
            }
            "delete" => match &mut self.object {
                Some(object) if object.cr.finalizer => object.cr.deleting = true,
                _ => self.object = None,
            },
            "set_attempts" => {
                let attempts = small(input, "set_attempts")?;
                if let Some(object) = &mut self.object {
                    object.cr.status.attempts = attempts;
                }
            }
            "signal" => {
                let signal = self.signal(input)?;
                if let Some(object) = &mut self.object {
                    object.cr.status.signal = Some(signal);
                }
            }
            other => return Err(Stop::Unreadable(format!("operation `{other}` is unknown"))),
        }
        Ok(std::mem::take(&mut self.done))
    }

    fn signal(&mut self, input: &Value) -> Result<Signal, Stop> {
        let signal = get(input, "signal");
        only(signal, "signal", &["value", "by"])?;
        let value = Some(SignalValue::Text(self.texts.intern(text(signal, "value")?)));
        Ok(Signal { value, by: self.texts.intern(text(signal, "by")?) })
    }

    fn scripted(&mut self, input: &Value) -> Result<Script, Stop> {
        let owned = |key| Ok::<_, Stop>(texts(input, key)?.into_iter().map(str::to_owned).collect::<Vec<_>>());
        let answer = |key| Ok::<_, Stop>(maybe_text(input, key)?.filter(|answer| *answer != "ok").map(str::to_owned));
        let (gets, status_update) = (owned("get")?, owned("status_update")?);
        let (update, patch) = (answer("update")?, answer("patch")?);
        let (abort_fails, finalize_fails) = (answer("abort")?.is_some(), answer("finalize")?.is_some());
        let record_fails = answer("record")?.is_some();
        let landing = match maybe_text(input, "signal_lands")? {
            None => None,
            Some("before_refetch") => Some(Landing::BeforeRefetch),
            Some("before_status_update") => Some(Landing::BeforeStatusUpdate),
            Some(other) => return Err(Stop::Unreadable(format!("a signal cannot land `{other}`"))),
        };
        let signal = landing.map(|landing| Ok::<_, Stop>((self.signal(input)?, landing))).transpose()?;
        let catalog = get(input, "catalog");
        if !catalog.is_null() {
            only(catalog, "catalog", &["get", "reserve", "put", "release"])?;
        }
        let asked = |key, usual: &str| Ok::<_, Stop>(maybe_text(catalog, key)?.unwrap_or(usual).to_owned());
        Ok(Script {
            get: gets,
            status_update,
            update,
            patch,
            abort_fails,
            finalize_fails,
            record_fails,
            signal,
            lookup: asked("get", "miss")?,
            reservation: asked("reserve", "mine")?,
            put: asked("put", "ok")?,
            release: asked("release", "ok")?,
        })
    }

    /// Fetches the object; `None` and a note if that does not work.
    fn fetch(&mut self) -> Result<Object, String> {
        let scripted = if self.script.get.is_empty() { "ok".to_owned() } else { self.script.get.remove(0) };
        let answer = if scripted == "ok" && self.object.is_none() { "not_found".to_owned() } else { scripted };
        match (&self.object, answer.as_str()) {
            (Some(object), "ok") => {
                self.done.client.push("get".to_owned());
                Ok(object.clone())
            }
            _ => {
                self.done.client.push(format!("get!{answer}"));
                Err(answer)
            }
        }
    }

    fn called(&mut self, call: &str, answer: Option<&str>) -> bool {
        self.done.client.push(answer.map_or_else(|| call.to_owned(), |answer| format!("{call}!{answer}")));
        self.done.error = answer.is_some();
        answer.is_none()
    }

    fn reconcile(&mut self, plugin: &Value) -> Result<(), Stop> {
        let object = match self.fetch() {
            Ok(object) => object,
            Err(answer) => {
                // An object that is gone is no error.
                self.done.error = answer != "not_found";
                return Ok(());
            }
        };
        if object.cr.deleting {
            self.finalize(&object);
            return Ok(());
        }
        if self.spec.kind == ActionKind::Condition {
            let waited = self.now.since(CREATED);
            let timeout_ms = self.spec.timeout_ms;
            let seen = ConditionSeen {
                deadline_passed: timeout_ms > 0 && waited >= timeout_ms,
                waited_seconds: u32::try_from((waited + 500) / 1_000).unwrap_or(u32::MAX),
                name: self.name,
            };
            let decided = reconcile_condition(&self.spec, &object.cr, &seen, &self.rules);
            if self.carry_out(&object, &decided) && timeout_ms > 0 && !decided.status.conditions.is_terminal() {
                self.done.requeue_ms = CREATED.plus(timeout_ms).0 - self.now.0;
            }
            return Ok(());
        }
        let mut seen = Observation::Nothing;
        if asks_plugin(&self.spec, &object.cr, &self.rules).is_ok() {
            if self.no_context || self.no_template {
                self.done.requeue_ms = self.requeue_ms;
                return Ok(());
            }
            seen = match self.cache_decides(&object.cr.status)? {
                CacheStep::Decided(report, rule) => Observation::Cached { report, rule },
                CacheStep::Requeues(rule) => {
                    self.done.requeue_ms = if polls_again(rule) { self.requeue_ms } else { 0 };
                    return Ok(());
                }
                _ => {
                    self.call_plugin("Handle", &object.cr.status);
                    let seen = self.observation(plugin)?;
                    self.cache_after(seen)?
                }
            };
        }
        let decided = reconcile_task(&self.spec, &object.cr, &seen, self.system_failures_max, &self.rules);
        if decided.effects.abort_plugin {
            // Whether that works is only logged.
            self.call_plugin("Abort", &object.cr.status);
        }
        if self.carry_out(&object, &decided) && polls_again(decided.rule) {
            self.done.requeue_ms = self.requeue_ms;
        }
        Ok(())
    }

    /// What the cache makes of it before the plugin is asked (`evaluateCacheBeforeExecution`): the rules say which
    /// question comes next until one of them decides.
    fn cache_decides(&mut self, status: &Status) -> Result<CacheStep, Stop> {
        let caching = match cache_config(&self.spec, self.has_catalog) {
            Ok(Some(caching)) => caching,
            Ok(None) => return Ok(CacheStep::Runs(Rule::PluginReported)),
            Err(rule) => return Ok(CacheStep::Requeues(rule)),
        };
        let mut step = before_execution(caching, status, &self.rules);
        loop {
            step = match step {
                CacheStep::LooksUp => {
                    self.done.catalog_calls.push(format!("Get:{}", self.script.lookup));
                    after_lookup(caching, lookup(&self.script.lookup)?, &self.rules)
                }
                CacheStep::Reserves(_) => {
                    let answer = &self.script.reservation;
                    let lease = heartbeat_ms(u64::try_from(self.requeue_ms).unwrap_or(0));
                    self.done.catalog_calls.push(format!("GetOrExtendReservation(ns/run-a,{lease}ms):{answer}"));
                    let reservation = match answer.as_str() {
                        "mine" => Reservation::Mine,
                        "other" => Reservation::Other(self.texts.intern("ns/other")),
                        "error" => Reservation::Error,
                        other => return Err(Stop::Unreadable(format!("a reservation cannot be `{other}`"))),
                    };
                    after_reservation(status, reservation)
                }
                CacheStep::Runs(_) | CacheStep::Decided(..) | CacheStep::Requeues(_) => return Ok(step),
            };
        }
    }

    /// What is done with the catalog after Handle returned a phase (`finalizeCacheAfterExecution`).
    fn cache_after(&mut self, seen: Observation) -> Result<Observation, Stop> {
        let (Observation::Report(mut report), Ok(Some(caching))) = (seen, cache_config(&self.spec, self.has_catalog))
        else {
            return Ok(seen);
        };
        let effects = after_execution(caching, report.phase);
        if effects.puts {
            self.done.catalog_calls.push(format!("Put:{}", self.script.put));
            let put = match self.script.put.as_str() {
                "ok" => Put::Ok,
                "already_exists" => Put::AlreadyExists,
                "error" => Put::Error,
                other => return Err(Stop::Unreadable(format!("a put cannot be answered `{other}`"))),
            };
            (report, _) = after_put(&report, put);
        }
        if effects.releases {
            self.release();
        }
        Ok(Observation::Report(report))
    }

    /// The reservation is given up; an error is only logged.
    fn release(&mut self) {
        self.done.catalog_calls.push(format!("ReleaseReservation:{}", self.script.release));
    }

    fn call_plugin(&mut self, call: &str, status: &Status) {
        let state = status.plugin_state.map(|(version, value)| format!(" state={version}:{}", self.texts.get(value)));
        let retry = status.observed_attempts() - 1;
        self.done.plugin_calls.push(format!("{call} retry={retry}{}", state.unwrap_or_default()));
    }

    /// What Handle answers.
    pub fn observation(&mut self, plugin: &Value) -> Result<Observation, Stop> {
        let known = ["error", "phase", "version", "reason", "err", "more_reasons", "cache_status", "write_state"];
        only(plugin, "the plugin's answer", &known)?;
        let error = get(plugin, "error");
        if !error.is_null() {
            only(error, "error", &["codes", "messages", "text"])?;
            let codes = texts(error, "codes")?;
            let code = NonRetryableCode::ALL.iter().copied().find(|code| codes.contains(&code.name()));
            let non_retryable = code.map(|code| (code, ErrorCode::Text(self.texts.intern(code.name()))));
            return Ok(Observation::HandleError { non_retryable, text: self.texts.intern(text(error, "text")?) });
        }
        let name = text(plugin, "phase")?;
        let phase = name.strip_prefix("Phase").and_then(PluginPhase::parse);
        let phase = phase.ok_or_else(|| Stop::Unreadable(format!("`{name}` is no phase of a plugin")))?;
        // These three phases carry no task info, so what it would say is lost.
        let bare = matches!(phase, PluginPhase::NotReady | PluginPhase::Aborted | PluginPhase::Undefined);
        let err = get(plugin, "err");
        let error = if err.is_null() {
            None
        } else {
            only(err, "err", &["code", "kind", "message"])?;
            let kind = ErrorKind::ALL.get(small::<usize>(err, "kind")?).copied();
            Some(ErrorState {
                code: ErrorCode::Text(self.texts.intern(text(err, "code")?)),
                kind: kind.ok_or_else(|| Stop::Unreadable("`kind` of err is unknown".to_owned()))?,
                message: Message::Text(self.texts.intern(text(err, "message")?)),
            })
        };
        let write_state = get(plugin, "write_state");
        let state = if write_state.is_null() {
            None
        } else {
            only(write_state, "write_state", &["version", "value"])?;
            Some((small(write_state, "version")?, self.texts.intern(text(write_state, "value")?)))
        };
        let reason = match maybe_text(plugin, "reason")? {
            None | Some("") => Message::Empty,
            Some(reason) => Message::Text(self.texts.intern(reason)),
        };
        let cache_status = if bare { 0 } else { small(plugin, "cache_status")? };
        Ok(Observation::Report(Report {
            phase,
            version: small(plugin, "version")?,
            reason,
            error,
            cache_status,
            state,
            occurred_at: None,
        }))
    }

    /// Events, then the write, then the labels; false as soon as one of them fails.
    fn carry_out(&mut self, object: &Object, decided: &Reconciled) -> bool {
        let updated = match object.history.last() {
            Some((.., at)) if decided.history.is_none() => *at,
            _ => self.now,
        };
        for told in decided.events.iter().flatten() {
            if !self.send(*told, updated) {
                self.done.error = true;
                return false;
            }
        }
        let written = self.as_decided(object, decided);
        match decided.write {
            Write::Nothing => {}
            Write::Finalizer => {
                let answer = self.script.update.clone();
                if !self.called("update", answer.as_deref()) {
                    return false;
                }
                if let Some(held) = &mut self.object {
                    held.cr.finalizer = true;
                }
            }
            Write::Plain => {
                let answer = self.status_answer();
                if self.called("status", answer.as_deref()) {
                    self.object = Some(written.clone());
                }
                // An error is swallowed.
                self.done.error = false;
            }
            Write::EventThenStatus => {
                if !self.persist(&written) {
                    return false;
                }
            }
        }
        if decided.effects.stamp_labels {
            let answer = self.script.patch.clone();
            if !self.called("patch", answer.as_deref()) {
                return false;
            }
            let at = ended_at(&written);
            if let Some(held) = &mut self.object {
                held.cr.labelled = true;
                held.completed_at = at;
            }
        }
        true
    }

    fn send(&mut self, told: Told, updated: Time) -> bool {
        let recorded = !self.script.record_fails;
        self.done.events.push(Sent { told, updated, reported: self.now, recorded });
        recorded
    }

    /// The object with what was decided, as the store will hold it.
    fn as_decided(&self, object: &Object, decided: &Reconciled) -> Object {
        let at = stored(self.now, &self.rules);
        let mut new = object.clone();
        new.cr.status = decided.status;
        let holds = |conditions: &Conditions, kind| conditions.find(kind).map(|(_, condition)| condition.status);
        for (time, &kind) in new.transitions.iter_mut().zip(ConditionType::ALL) {
            let after = holds(&decided.status.conditions, kind);
            if after.is_some() && after != holds(&object.cr.status.conditions, kind) {
                *time = at;
            }
        }
        new.history.extend(decided.history.map(|(name, message)| (name, message, at)));
        new
    }

    fn status_answer(&mut self) -> Option<String> {
        let answers = &mut self.script.status_update;
        if answers.is_empty() { None } else { Some(answers.remove(0)).filter(|answer| answer != "ok") }
    }

    /// Somebody else's signal is written, if this is its moment.
    fn land(&mut self, moment: Landing) -> bool {
        let landing = self.script.signal.take_if(|(_, landing)| *landing == moment);
        if let (Some((signal, _)), Some(object)) = (landing, &mut self.object) {
            object.cr.status.signal = Some(signal);
            return true;
        }
        false
    }

    /// The status on a fresh copy, tried again on a conflict (`persistStatusWithRetry`).
    fn persist(&mut self, written: &Object) -> bool {
        for attempt in 0..TRIES {
            if attempt > 0 {
                self.now = self.now.plus(BETWEEN_TRIES_MS);
            }
            self.land(Landing::BeforeRefetch);
            let Ok(fresh) = self.fetch() else {
                self.done.error = true;
                return false;
            };
            let overtaken = self.land(Landing::BeforeStatusUpdate);
            let answer = self.status_answer().or_else(|| overtaken.then(|| "conflict".to_owned()));
            if self.called("status", answer.as_deref()) {
                let mut new = written.clone();
                if self.spec.kind == ActionKind::Condition {
                    // A condition's status is applied field by field, so that a signal which has landed stays.
                    new.cr.status.signal = fresh.cr.status.signal;
                }
                self.object = Some(new);
                return true;
            }
            if answer.as_deref() != Some("conflict") {
                return false;
            }
        }
        false
    }

    /// An object under deletion (`handleAbortAndFinalize`).
    fn finalize(&mut self, object: &Object) {
        let has_context = !self.no_context && self.spec.kind == ActionKind::Task;
        let finalized = handle_abort_and_finalize(&self.spec, has_context, &object.cr, &self.rules);
        if finalized.plugin {
            let steps = [("Abort", self.script.abort_fails), ("Finalize", self.script.finalize_fails)];
            for (call, fails) in steps {
                self.call_plugin(call, &object.cr.status);
                if fails {
                    self.done.requeue_ms = self.requeue_ms;
                    return;
                }
            }
            if releases_on_deletion(&self.spec, self.has_catalog) {
                self.release();
            }
        }
        if let Ok(told) = finalized.event
            && !self.send(told, self.now)
        {
            self.done.requeue_ms = self.requeue_ms;
            return;
        }
        let answer = self.script.update.clone();
        if self.called("update", answer.as_deref()) {
            self.object = None;
        }
    }
}

/// What the catalog answers when it is asked for outputs.
fn lookup(answer: &str) -> Result<Lookup, Stop> {
    match answer {
        "hit" => Ok(Lookup::Hit),
        "hit_bad_outputs" => Ok(Lookup::HitUnreadable),
        "miss" => Ok(Lookup::Miss),
        "error" => Ok(Lookup::Error),
        other => Err(Stop::Unreadable(format!("a lookup cannot be answered `{other}`"))),
    }
}

/// The transition time of the condition that ended the object.
fn ended_at(object: &Object) -> Option<Time> {
    let ended = object.cr.status.conditions.iter();
    let mut ended = ended.filter(|c| c.kind != ConditionType::Progressing && c.status == ConditionStatus::True);
    let kind = ended.next()?.kind;
    object.transitions.get(usize::from(kind.number())).copied()
}
