//! ActionDetails, ActionEvent and WatchActionsResponse (flyteidl2/workflow/run_definition.proto, run_service.proto).

use super::{At, Reader, SeenAction, SeenEvent, SeenRow};
use crate::drive::at::invalid;
use crate::model::action::plain_run;
use crate::model::argument::{BackoffCommand, ValueCommand};
use crate::model::read::WHOLE_MAX;
use crate::model::{ActionKind, ActionPhase, ErrorKind, Rejection, ValueType};
use crate::rules::run_service::ROOT_ACTION;

/// Project, domain, run and action (flyteidl2.common.ActionIdentifier).
fn names<'a>(at: &At<'a>) -> Result<[&'a str; 4], Rejection> {
    names_in(at, if at.field("id")?.is_some() { "id" } else { "action" })
}

fn names_in<'a>(at: &At<'a>, field: &str) -> Result<[&'a str; 4], Rejection> {
    let id = at.opt(field)?.ok_or_else(|| invalid(&at.path, format!("`{field}` is missing.")))?;
    // The package's own values name an action by one text.
    if let Some((run, name)) = id.value.as_str().and_then(|id| id.rsplit_once('/')) {
        let place = run.rsplit_once(':').and_then(|(place, _)| place.rsplit_once('.')).unwrap_or_default();
        let (project, domain) = (at.word_of("project")?, at.word_of("domain")?);
        let told = |own: &'a str, place: &'a str| if own.is_empty() { place } else { own };
        return Ok([told(project, place.0), told(domain, place.1), plain_run(run), name]);
    }
    let run = id.opt("run")?.ok_or_else(|| invalid(&id.path, "`run` is missing."))?;
    Ok([run.word_of("project")?, run.word_of("domain")?, run.word_of("name")?, id.word_of("name")?])
}

/// The type of value that a LiteralType declares.
fn value_type(at: &At<'_>) -> Result<Option<ValueType>, Rejection> {
    let Some(kind) = at.opt("type")? else { return Ok(None) };
    Ok(match kind.enum_of("simple", "", &["NONE", "INTEGER", "FLOAT", "STRING", "BOOLEAN"]) {
        Ok(1) => Some(ValueType::Int),
        Ok(2) => Some(ValueType::Float),
        Ok(3) => Some(ValueType::Text),
        Ok(4) => Some(ValueType::Bool),
        // Any other type is one that no signal fits, which a run that got so far does not have.
        _ => None,
    })
}

/// What a signal carried; nothing if a command cannot hold it.
fn value(output: &At<'_>) -> Result<Option<ValueCommand>, Rejection> {
    let Some(primitive) = output.deep(&["scalar", "primitive"])? else { return Ok(None) };
    if let Some(text) = primitive.opt("stringValue")? {
        return Ok(Some(ValueCommand::String(text.text()?.to_owned())));
    }
    if let Some(boolean) = primitive.opt("boolean")? {
        return Ok(boolean.value.as_bool().map(ValueCommand::Bool));
    }
    if let Some(float) = primitive.opt("floatValue")? {
        // NaN and the infinities are words, which a command cannot hold.
        return Ok(float.value.as_f64().map(ValueCommand::Float));
    }
    let integer = primitive.int_of("integer")?.filter(|integer| integer.unsigned_abs() <= WHOLE_MAX);
    Ok(integer.map(ValueCommand::Int))
}

impl Reader {
    /// An ActionDetails, or an Action, which lacks the attempts. `whole`: it is known to be details.
    pub(super) fn details(&mut self, at: &At<'_>, whole: bool) -> Result<(), Rejection> {
        let order = self.count(at)?;
        self.action(at, names(at)?)?;
        let mut events = Vec::new();
        // A snapshot counts them, and details list them.
        let attempts = at.opt("attempts")?.filter(|attempts| !attempts.value.is_number());
        let lists_attempts = attempts.is_some();
        for attempt in attempts.map_or(Ok(Vec::new()), |list| list.list())? {
            self.attempt(&attempt, &mut events)?;
        }
        let told = at.opt("status")?.map_or_else(|| at.opt("row"), |status| Ok(Some(status)))?;
        let row = told.as_ref().map(|status| status_row(status, order, self.witness)).transpose()?;
        // A message leaves out a list that is empty. Of what counts an attempt that was begun, somebody has left it out.
        let whole =
            whole && (lists_attempts || row.as_ref().is_none_or(|row| row.attempts == 0 || !has_begun(row.phase)));
        let action = self.action(at, names(at)?)?;
        if let Some(metadata) = at.opt("metadata")? {
            read_metadata(&metadata, action)?;
        }
        read_spec(at, action)?;
        read_own(at, told.as_ref(), action)?;
        action.rows.extend(row);
        // Rows of the log tell more than what details make of them.
        let better = action.events.first().is_some_and(|event| event.version.is_some());
        // Details say why an action was aborted, and lists do not.
        action.tells_abort |= whole || !events.is_empty();
        if (!events.is_empty() || whole) && !better {
            action.events = events;
            action.has_log = true;
        }
        if let Some(error) = at.error_of("errorInfo")? {
            action.error = Some(error);
        }
        if let Some(abort) = at.opt("abortInfo")? {
            action.abort_reason = Some(abort.word_of("reason")?.to_owned()).filter(|reason| !reason.is_empty());
        }
        if let Some(signal) = at.opt("signalInfo")? {
            let by = signal.deep(&["signalledBy", "user", "id", "subject"])?.map_or(Ok(""), |by| by.text())?;
            let value = signal.opt("output")?.map_or(Ok(None), |output| value(&output))?;
            action.signal = Some((value, by.to_owned()));
        }
        Ok(())
    }

    /// An ActionAttempt of which nobody says whose it is.
    pub(super) fn attempt_alone(&mut self, at: &At<'_>) -> Result<(), Rejection> {
        let mut events = Vec::new();
        self.attempt(at, &mut events)?;
        let action = self.action(at, ["", "", "run", ROOT_ACTION])?;
        action.events.extend(events);
        action.has_log = true;
        Ok(())
    }

    /// An ActionAttempt, as the events that it was made from, each phase once.
    fn attempt(&mut self, at: &At<'_>, events: &mut Vec<SeenEvent>) -> Result<(), Rejection> {
        let attempt = at.count_of("attempt")?;
        let phase = at.phase_of("phase")?;
        let error = at.error_of("errorInfo")?.map_or_else(|| at.error_of("error"), |error| Ok(Some(error)))?;
        let cache_status = cache_status(at)?;
        let transitions = at.opt("phaseTransitions")?.map_or(Ok(Vec::new()), |list| list.list())?;
        let witness = self.witness;
        let event = |at: &At<'_>, phase, moment: &[&str]| -> Result<SeenEvent, Rejection> {
            Ok(SeenEvent {
                place: at.path.clone(),
                witness,
                attempt,
                tells_attempt: true,
                phase,
                version: None,
                at: at.first_moment_of(moment)?,
                error: None,
                cache_status,
                differs: None,
            })
        };
        let began = events.len();
        for transition in &transitions {
            self.count(transition)?;
            events.push(event(transition, transition.phase_of("phase")?, STARTS)?);
        }
        if transitions.is_empty() {
            self.count(at)?;
            let ended = phase.is_terminal() && at.first_moment_of(ENDS)?.is_some();
            events.push(event(at, phase, if ended { ENDS } else { STARTS })?);
        }
        if let Some(last) = events.get_mut(began..).and_then(|own| own.iter_mut().rev().find(|e| e.phase == phase)) {
            last.error = error;
        } else if let Some(last) = events.last_mut() {
            last.differs = Some(format!("the attempt is {phase}, its last transition {}", last.phase));
        }
        Ok(())
    }

    /// An ActionEvent.
    pub(super) fn event(&mut self, at: &At<'_>) -> Result<(), Rejection> {
        self.count(at)?;
        let event = SeenEvent {
            place: at.path.clone(),
            witness: self.witness,
            attempt: at.count_of("attempt")?,
            tells_attempt: true,
            phase: at.phase_of("phase")?,
            version: Some(at.count_of("version")?),
            at: at.first_moment_of(&["reportedTime", "reportedAt", "updatedTime", "updatedAt"])?,
            error: at.error_of("errorInfo")?.map_or_else(|| at.error_of("error"), |error| Ok(Some(error)))?,
            cache_status: cache_status(at)?,
            differs: None,
        };
        let action = self.action(at, names(at)?)?;
        action.push_event(event);
        Ok(())
    }

    /// A status on its way: an ActionUpdate, an UpdateActionStatusRequest or a RecordActionRequest.
    pub(super) fn update(&mut self, at: &At<'_>) -> Result<(), Rejection> {
        let order = self.count(at)?;
        let ids = names_in(at, "actionId")?;
        let told = at.opt("status")?;
        let mut row = status_row(told.as_ref().unwrap_or(at), order, self.witness)?;
        row.tells_attempts = told.is_some();
        (row.tells_end, row.recorded) = (false, false);
        let parent = at.word_of("parent")?;
        let reason = at.word_of("abortReason")?;
        let action = self.action(at, ids)?;
        if !parent.is_empty() {
            (action.parent, action.tells_parent) = (Some(parent.to_owned()), true);
        }
        if !reason.is_empty() {
            action.abort_reason = Some(reason.to_owned());
        }
        // A resource that has no status yet is told of as well.
        if row.phase != ActionPhase::Unspecified {
            action.rows.push(row);
        }
        Ok(())
    }

    /// A WatchActionsResponse: the newest status of actions that are new or changed.
    pub(super) fn watch(&mut self, at: &At<'_>) -> Result<(), Rejection> {
        for enriched in at.opt("enrichedActions")?.map_or(Ok(Vec::new()), |list| list.list())? {
            let Some(action) = enriched.opt("action")? else { continue };
            let ids = names(&action)?;
            let parent = action.deep(&["metadata", "parent"])?.map_or(Ok(""), |parent| parent.text())?;
            let before_parent = !parent.is_empty() && self.names.find(&format!("{}/{parent}", ids[2])).is_none();
            self.details(&action, false)?;
            if let Some(row) = self.action(&action, ids)?.rows.last_mut() {
                row.before_parent = before_parent;
            }
        }
        Ok(())
    }
}

impl SeenAction {
    /// Adds an event of a log; the versions of details, which tell each phase once, give way to it.
    pub(super) fn push_event(&mut self, event: SeenEvent) {
        if self.events.first().is_some_and(|event| event.version.is_none()) {
            self.events.clear();
        }
        self.events.push(event);
        self.has_log = true;
    }
}

/// Whether an action of that phase has events.
fn has_begun(phase: ActionPhase) -> bool {
    !matches!(phase, ActionPhase::Unspecified | ActionPhase::Queued | ActionPhase::Aborted)
}

fn cache_status(at: &At<'_>) -> Result<u8, Rejection> {
    at.enum_of(
        "cacheStatus",
        "CACHE_",
        &["DISABLED", "MISS", "HIT", "POPULATED", "LOOKUP_FAILURE", "PUT_FAILURE", "SKIPPED", "EVICTED"],
    )
}

/// When something began and ended, as messages, views and rows call it.
const STARTS: &[&str] = &["startTime", "startedAt", "createdAt"];
const ENDS: &[&str] = &["endTime", "endedAt"];

/// What the package's own values tell beside the status: of `actionDetails()` and of a snapshot.
fn read_own(at: &At<'_>, row: Option<&At<'_>>, action: &mut SeenAction) -> Result<(), Rejection> {
    let Some(kind) = at.opt("kind")?.and_then(|kind| ActionKind::parse(kind.value.as_str()?)) else { return Ok(()) };
    let parent = at.word_of("parent")?.rsplit('/').next().unwrap_or_default();
    (action.kind, action.tells_parent) = (Some(kind), true);
    action.parent = (!parent.is_empty()).then(|| parent.to_owned());
    action.max_attempts = at.int_of("maxAttempts")?.and_then(|most| u32::try_from(most).ok()).or(action.max_attempts);
    let reason = match (at.opt("result")?, row) {
        (Some(result), _) => result.opt("reason")?,
        (None, Some(row)) => row.opt("abortReason")?,
        (None, None) => None,
    };
    let reason = reason.map_or(Ok(""), |reason| reason.text())?;
    action.abort_reason = (!reason.is_empty()).then(|| reason.to_owned()).or(action.abort_reason.take());
    Ok(())
}

/// An ActionStatus.
fn status_row(at: &At<'_>, order: usize, witness: u32) -> Result<SeenRow, Rejection> {
    Ok(SeenRow {
        place: at.path.clone(),
        witness,
        order,
        phase: at.phase_of("phase")?,
        attempts: at.count_of("attempts")?,
        // A message leaves out what has its default value.
        tells_attempts: true,
        tells_end: true,
        created_at: at.first_moment_of(STARTS)?,
        updated_at: None,
        ended_at: at.first_moment_of(ENDS)?,
        duration_ms: at.int_of("durationMs")?,
        abort_pending: None,
        abort_calls: 0,
        before_parent: false,
        recorded: true,
    })
}

fn read_metadata(at: &At<'_>, action: &mut SeenAction) -> Result<(), Rejection> {
    let parent = at.word_of("parent")?;
    action.parent = (!parent.is_empty()).then(|| parent.to_owned()).or_else(|| action.parent.take());
    action.tells_parent = true;
    let kind = at.enum_of("actionType", "ACTION_TYPE_", &["UNSPECIFIED", "TASK", "TRACE", "CONDITION"])?;
    let by_spec = |name, kind| Ok(at.opt(name)?.map(|_| kind));
    action.kind = match kind {
        1 => Some(ActionKind::Task),
        2 => Some(ActionKind::Trace),
        3 => Some(ActionKind::Condition),
        _ => by_spec("condition", ActionKind::Condition)?.or(by_spec("trace", ActionKind::Trace)?).or(action.kind),
    };
    if let Some(condition) = at.opt("condition")? {
        action.value_type = value_type(&condition)?.or(action.value_type);
    }
    Ok(())
}

/// The spec beside the status: a task's retries and maximum runtime, a condition's type and time to signal.
fn read_spec(at: &At<'_>, action: &mut SeenAction) -> Result<(), Rejection> {
    action.tells_spec |= at.opt("task")?.is_some() || at.opt("condition")?.is_some();
    if let Some(metadata) = at.deep(&["task", "taskTemplate", "metadata"])? {
        let retries = metadata.opt("retries")?.map_or(Ok(0), |strategy| strategy.count_of("retries"))?;
        action.max_attempts = Some(retries.saturating_add(1));
        action.timeout_ms = metadata.span_of("timeout")?;
        if let Some(timeouts) = metadata.opt("timeouts")? {
            action.bounds.queued_ms = timeouts.span_of("queuedTimeout")?;
            action.bounds.deadline_ms = timeouts.span_of("deadline")?;
        }
        if let Some(backoff) = metadata.deep(&["retries", "backoff"])? {
            let factor = backoff.opt("factor")?.and_then(|factor| factor.value.as_f64());
            action.bounds.backoff = Some(BackoffCommand {
                base_ms: backoff.span_of("base")?,
                factor: factor.filter(|factor| factor.is_finite() && *factor >= 1.0),
                cap_ms: backoff.span_of("cap")?,
            });
        }
    }
    if let Some(condition) = at.opt("condition")? {
        action.value_type = value_type(&condition)?.or(action.value_type);
        action.timeout_ms = condition.span_of("timeout")?;
        let prompt = condition.word_of("prompt")?;
        action.prompt = (!prompt.is_empty()).then(|| prompt.to_owned());
    }
    Ok(())
}

/// The kind that an `error_kind` column names.
pub(super) fn kind_of(text: &str) -> ErrorKind {
    match text.strip_prefix("KIND_").unwrap_or(text) {
        "USER" => ErrorKind::User,
        "SYSTEM" => ErrorKind::System,
        _ => ErrorKind::Unknown,
    }
}
