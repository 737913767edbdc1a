//! A `TaskAction` read from outside, as a command holds it: plain data that a trace can print and a replay can read.

use super::command::{ConditionCommand, ErrorCommand, TaskCommand, ValueCommand};
use super::{ConditionStatus, ConditionType, PluginPhase, Reason, Time};
use serde::{Deserialize, Serialize};

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A resource with its status and its times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportedResource {
    /// spec.project
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub project: String,
    /// spec.domain
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub domain: String,
    /// metadata.creationTimestamp
    pub created_at: Time,
    /// The task; absent for a condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskCommand>,
    /// The condition; absent for a task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<ConditionCommand>,
    /// Whether the plugin finalizer holds it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub finalizer: bool,
    /// metadata.deletionTimestamp
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Time>,
    /// The label flyte.org/completed-time, which comes with termination-status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Time>,
    /// The label flyte.org/terminal-status-recorded.
    #[serde(default, skip_serializing_if = "is_false")]
    pub recorded: bool,
    /// status.pluginPhase
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_phase: Option<PluginPhase>,
    /// status.pluginPhaseVersion
    #[serde(default, skip_serializing_if = "is_zero")]
    pub plugin_phase_version: u32,
    /// status.attempts
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// status.systemFailures
    #[serde(default, skip_serializing_if = "is_zero")]
    pub system_failures: u32,
    /// status.conditions
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ImportedCondition>,
    /// status.phaseHistory
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phase_history: Vec<ImportedPhase>,
    /// status.errorState
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorCommand>,
    /// status.signalValue, signalledBy and signalledAt
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<ImportedSignal>,
}

/// A status condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportedCondition {
    /// Which.
    #[serde(rename = "type")]
    pub kind: ConditionType,
    /// Whether it holds.
    pub status: ConditionStatus,
    /// Why.
    pub reason: Reason,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// lastTransitionTime
    pub at: Time,
}

/// An entry of the phase history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportedPhase {
    /// Its name.
    pub phase: Reason,
    /// occurredAt
    pub at: Time,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// A signal that was stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportedSignal {
    /// What was sent.
    pub value: ValueCommand,
    /// By whom.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}
