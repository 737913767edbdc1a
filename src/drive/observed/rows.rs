//! Rows of `actions` and `action_events` (runs/migrations/sql/20260408110000_init_schema.sql), whose blobs are serialized
//! protobuf: of an event its message, of an action its spec.

use super::messages::kind_of;
use super::{At, Reader, SeenBounds, SeenEvent, SeenRow};
use crate::drive::at::invalid;
use crate::drive::task_action::{ConditionAction, Duration, TaskTemplate};
use crate::model::{ActionKind, ActionPhase, CacheStatus, ErrorKind, Rejection, Time};
use prost::Message;

/// google.protobuf.Timestamp
#[derive(Clone, PartialEq, Message)]
struct Timestamp {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

impl Timestamp {
    fn time(&self) -> Option<Time> {
        let millis = i128::from(self.seconds) * 1_000 + i128::from(self.nanos / 1_000_000);
        let time = Time(i64::try_from(millis).ok()?);
        (Time::MIN..=Time::MAX).contains(&time).then_some(time).filter(|time| *time != Time(0))
    }
}

/// flyteidl2.workflow.ErrorInfo
#[derive(Clone, PartialEq, Message)]
struct ErrorInfo {
    #[prost(string, tag = "1")]
    message: String,
    #[prost(int32, tag = "2")]
    kind: i32,
}

/// flyteidl2.workflow.ActionEvent, as far as its log is looked at.
#[derive(Clone, PartialEq, Message)]
struct ActionEvent {
    #[prost(uint32, tag = "2")]
    attempt: u32,
    #[prost(int32, tag = "3")]
    phase: i32,
    #[prost(uint32, tag = "4")]
    version: u32,
    #[prost(message, optional, tag = "6")]
    updated_time: Option<Timestamp>,
    #[prost(message, optional, tag = "8")]
    error_info: Option<ErrorInfo>,
    #[prost(int32, tag = "13")]
    cache_status: i32,
    #[prost(message, optional, tag = "15")]
    reported_time: Option<Timestamp>,
}

/// flyteidl2.workflow.ActionSpec
#[derive(Clone, PartialEq, Message)]
struct ActionSpec {
    #[prost(message, optional, tag = "6")]
    task: Option<TaskAction>,
    #[prost(message, optional, tag = "7")]
    condition: Option<ConditionAction>,
}

/// flyteidl2.workflow.TaskAction
#[derive(Clone, PartialEq, Message)]
struct TaskAction {
    #[prost(message, optional, tag = "2")]
    spec: Option<TaskSpec>,
}

/// flyteidl2.task.TaskSpec
#[derive(Clone, PartialEq, Message)]
struct TaskSpec {
    #[prost(message, optional, tag = "1")]
    task_template: Option<TaskTemplate>,
}

fn names<'a>(at: &At<'a>) -> Result<[&'a str; 4], Rejection> {
    Ok([at.word_of("project")?, at.word_of("domain")?, at.word_of("runName")?, at.word_of("name")?])
}

impl Reader {
    /// A row of `actions`.
    pub(super) fn action_row(&mut self, at: &At<'_>) -> Result<(), Rejection> {
        let order = self.count(at)?;
        let mut row = SeenRow {
            place: at.path.clone(),
            witness: self.witness,
            order,
            phase: at.phase_of("phase")?,
            attempts: at.count_of("attempts")?,
            tells_attempts: at.tells("attempts"),
            tells_end: at.tells("endedAt"),
            created_at: at.moment_of("createdAt")?,
            updated_at: at.moment_of("updatedAt")?,
            ended_at: at.moment_of("endedAt")?,
            duration_ms: at.int_of("durationMs")?,
            abort_pending: at.moment_of("abortRequestedAt")?,
            abort_calls: at.count_of("abortAttemptCount")?,
            before_parent: false,
            recorded: true,
        };
        let kind = match at.enum_of("actionType", "ACTION_TYPE_", &["UNSPECIFIED", "TASK", "TRACE", "CONDITION"])? {
            1 => Some(ActionKind::Task),
            2 => Some(ActionKind::Trace),
            3 => Some(ActionKind::Condition),
            _ => None,
        };
        let tells_parent = at.tells("parentActionName");
        let (parent, reason) = (at.word_of("parentActionName")?, at.word_of("abortReason")?);
        let blob = at.blob_of("actionSpec")?;
        let (cache_status, tells_abort) = (at.count_of("cacheStatus")?, at.tells("abortReason"));
        let action = self.action(at, names(at)?)?;
        action.kind = kind.or(action.kind);
        action.was_cached |= cache_status == u32::from(CacheStatus::Hit.number());
        action.tells_abort |= tells_abort;
        if tells_parent {
            action.tells_parent = true;
            action.parent = (!parent.is_empty()).then(|| parent.to_owned());
        }
        action.abort_reason = (!reason.is_empty()).then(|| reason.to_owned()).or(action.abort_reason.take());
        // A table has one row of an action: a second one is of a run of that name in a project that was not selected.
        row.recorded = action.rows.last().is_none_or(|before| before.witness != row.witness || !before.recorded);
        action.rows.push(row);
        // A spec that cannot be decoded says no more than one that is not there.
        let Some(spec) = blob.and_then(|blob| ActionSpec::decode(blob.as_slice()).ok()) else { return Ok(()) };
        action.tells_spec = true;
        if let Some(template) = spec.task.and_then(|task| task.spec?.task_template) {
            let metadata = template.metadata.unwrap_or_default();
            let strategy = metadata.retries.unwrap_or_default();
            action.max_attempts = Some(strategy.retries.saturating_add(1));
            let timeouts = metadata.timeouts.unwrap_or_default();
            action.bounds = SeenBounds {
                queued_ms: timeouts.queued_timeout.as_ref().and_then(Duration::millis),
                deadline_ms: timeouts.deadline.as_ref().and_then(Duration::millis),
                backoff: strategy.backoff(),
            };
            action.timeout_ms = metadata.timeout.as_ref().and_then(Duration::millis);
        }
        if let Some(condition) = spec.condition {
            action.value_type = condition.value_type();
            action.timeout_ms = condition.timeout.as_ref().and_then(Duration::millis);
        }
        Ok(())
    }

    /// A row of `action_events`.
    pub(super) fn event_row(&mut self, at: &At<'_>) -> Result<(), Rejection> {
        self.count(at)?;
        let (attempt, version, phase) = (at.count_of("attempt")?, at.count_of("version")?, at.phase_of("phase")?);
        let told = at.moment_of("createdAt")?;
        let mut event = SeenEvent {
            place: at.path.clone(),
            witness: self.witness,
            attempt,
            tells_attempt: at.tells("attempt"),
            phase,
            version: Some(version),
            at: told,
            error: at.opt("errorKind")?.map(|kind| kind.text()).transpose()?.map(|kind| (kind_of(kind), String::new())),
            cache_status: 0,
            differs: None,
        };
        if let Some(blob) = at.blob_of("info")? {
            let info = ActionEvent::decode(blob.as_slice())
                .map_err(|_| invalid(&format!("{}.info", at.path), "this is no flyteidl2.workflow.ActionEvent."))?;
            let time = info.reported_time.or(info.updated_time);
            event.at = time.and_then(|time| time.time()).or(told);
            event.cache_status = u8::try_from(info.cache_status).unwrap_or_default();
            event.error = info.error_info.map(|error| {
                let kind = usize::try_from(error.kind).ok().and_then(|kind| ErrorKind::ALL.get(kind));
                (kind.copied().unwrap_or(ErrorKind::Unknown), error.message)
            });
            let told = u8::try_from(info.phase).ok().and_then(ActionPhase::from_number);
            if !event.tells_attempt {
                (event.attempt, event.tells_attempt) = (info.attempt, true);
            }
            if (info.attempt, told, info.version) != (event.attempt, Some(phase), version) {
                let told = told.map_or_else(|| info.phase.to_string(), |phase| phase.to_string());
                event.differs = Some(format!(
                    "the key says {phase}, attempt {attempt}, version {version}; the message {told}, attempt {}, version {}",
                    info.attempt, info.version
                ));
            }
        }
        self.action(at, names(at)?)?.push_event(event);
        Ok(())
    }
}
