//! A `TaskAction` read from outside, as a command holds it: plain data that a trace can print and a replay can read.

use super::argument::{ConditionCommand, ErrorCommand, TaskCommand, ValueCommand};
use super::read::{is_default, reads};
use super::{ActionPhase, ConditionStatus, ConditionType, PluginPhase, Reason, Time};
use serde::Serialize;

reads! {
    ImportedResource {
        created_at "createdAt", task "task", condition "condition", deleted_at "deletedAt", completed_at "completedAt",
        plugin_phase "pluginPhase", error "error", signal "signal", row "row", attempt_started_at "attemptStartedAt",
        timeout_at "timeoutAt";
        default project "project", domain "domain", finalizer "finalizer", recorded "recorded",
        plugin_phase_version "pluginPhaseVersion", attempts "attempts", system_failures "systemFailures",
        cache_status "cacheStatus", conditions "conditions", phase_history "phaseHistory"
    }
    ImportedCondition { kind "type", status "status", reason "reason", at "at"; default message "message" }
    ImportedPhase { phase "phase", at "at"; default message "message" }
    ImportedRow { phase "phase", attempts "attempts", ended_at "endedAt"; default abort_pending "abortPending" }
    ImportedSignal { value "value", at "at"; default by "by" }
}

/// A resource with its status and its times.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedResource {
    /// spec.project
    #[serde(skip_serializing_if = "String::is_empty")]
    pub project: String,
    /// spec.domain
    #[serde(skip_serializing_if = "String::is_empty")]
    pub domain: String,
    /// metadata.creationTimestamp
    pub created_at: Time,
    /// The task; absent for a condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskCommand>,
    /// The condition; absent for a task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<ConditionCommand>,
    /// Whether the plugin finalizer holds it.
    #[serde(skip_serializing_if = "is_default")]
    pub finalizer: bool,
    /// metadata.deletionTimestamp
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Time>,
    /// The label flyte.org/completed-time, which comes with termination-status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Time>,
    /// The label flyte.org/terminal-status-recorded.
    #[serde(skip_serializing_if = "is_default")]
    pub recorded: bool,
    /// status.pluginPhase
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin_phase: Option<PluginPhase>,
    /// status.pluginPhaseVersion
    #[serde(skip_serializing_if = "is_default")]
    pub plugin_phase_version: u32,
    /// status.attempts
    #[serde(skip_serializing_if = "is_default")]
    pub attempts: u32,
    /// status.attemptStartedAt, since #7910.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt_started_at: Option<Time>,
    /// status.timeoutAt, since #7910: the attempt's time is over, and it is being cleaned up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_at: Option<Time>,
    /// status.systemFailures
    #[serde(skip_serializing_if = "is_default")]
    pub system_failures: u32,
    /// status.cacheStatus, upstream's number
    #[serde(skip_serializing_if = "is_default")]
    pub cache_status: u32,
    /// status.conditions
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ImportedCondition>,
    /// status.phaseHistory
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phase_history: Vec<ImportedPhase>,
    /// status.errorState
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorCommand>,
    /// status.signalValue, signalledBy and signalledAt
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<ImportedSignal>,
    /// The row beside it, where that is known; else it is as the resource would have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<ImportedRow>,
}

impl ImportedResource {
    /// A resource that nobody has looked at yet; of which kind it is, and all else, is for the caller to say.
    pub const fn new(project: String, domain: String, created_at: Time) -> ImportedResource {
        ImportedResource {
            project,
            domain,
            created_at,
            task: None,
            condition: None,
            finalizer: false,
            deleted_at: None,
            completed_at: None,
            recorded: false,
            plugin_phase: None,
            plugin_phase_version: 0,
            attempts: 0,
            attempt_started_at: None,
            timeout_at: None,
            system_failures: 0,
            cache_status: 0,
            conditions: Vec::new(),
            phase_history: Vec::new(),
            error: None,
            signal: None,
            row: None,
        }
    }
}

/// A status condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedCondition {
    /// Which.
    #[serde(rename = "type")]
    pub kind: ConditionType,
    /// Whether it holds.
    pub status: ConditionStatus,
    /// Why.
    pub reason: Reason,
    /// Why, in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// lastTransitionTime
    pub at: Time,
}

/// An entry of the phase history.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedPhase {
    /// Its name.
    pub phase: Reason,
    /// occurredAt
    pub at: Time,
    /// Why, in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// What the run service's row of an action says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedRow {
    /// The recorded phase.
    pub phase: ActionPhase,
    /// The recorded attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
    /// Whether the abort reconciler is still to stop it.
    #[serde(skip_serializing_if = "is_default")]
    pub abort_pending: bool,
}

/// A signal that was stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedSignal {
    /// What was sent.
    pub value: ValueCommand,
    /// By whom.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}
