//! What has to be in a model for a rule to decide, or for a task to come into a phase. The page says by it why a change of
//! a phase was not met; tests hold that no model without it meets the rule.

use super::bounds::{Bounds, Input, PlannedKind};
use crate::model::{ActionPhase, Rule};

/// What a model has or has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// An input that may come.
    Input(Input),
    /// An action of that kind.
    Kind(PlannedKind),
    /// The sweeps of the garbage collector.
    Collector,
}

impl Need {
    /// What a rule needs beside an action that it can be about, one of these; nothing if that is enough.
    pub const fn of_rule(rule: Rule) -> &'static [Need] {
        match rule {
            Rule::PluginSucceeded => &[Need::Input(Input::Success)],
            // A parent's process raises what became of a child.
            Rule::AttemptFailed | Rule::RetriesExhausted => {
                &[Need::Input(Input::UserFailure), Need::Kind(PlannedKind::SdkTask)]
            }
            Rule::PluginFailedPermanently => &[Need::Input(Input::PermanentFailure), Need::Input(Input::LongError)],
            Rule::SystemFailureCeiling => &[Need::Input(Input::SystemFailure), Need::Input(Input::HandleError)],
            Rule::NonRetryableCode => &[Need::Input(Input::FatalError)],
            Rule::PluginReportedAborted => &[Need::Input(Input::Aborted)],
            Rule::SignalReceived => &[Need::Input(Input::Signal)],
            Rule::AbortRequested => &[Need::Input(Input::Abort)],
            Rule::DeletionEndsAborted | Rule::DeletionKeepsEnd => &[Need::Input(Input::Abort), Need::Collector],
            Rule::RecoveredRecorded => &[Need::Kind(PlannedKind::Recovered)],
            Rule::ValidationFailed => &[Need::Kind(PlannedKind::InvalidTask), Need::Kind(PlannedKind::EmptyTask)],
            Rule::AttemptTimedOut | Rule::TimeoutFinal => {
                &[Need::Kind(PlannedKind::TimedTask), Need::Kind(PlannedKind::BoundedTask)]
            }
            Rule::DeadlineExceeded => &[Need::Kind(PlannedKind::BoundedTask)],
            Rule::DeadlinePassed => &[Need::Kind(PlannedKind::TimedCondition)],
            Rule::ConditionSpecInvalid => &[Need::Kind(PlannedKind::InvalidCondition)],
            _ => &[],
        }
    }

    /// The report without which no plugin brings a task into a phase.
    pub const fn of_phase(phase: ActionPhase) -> Option<Input> {
        match phase {
            ActionPhase::WaitingForResources => Some(Input::WaitingForResources),
            ActionPhase::Initializing => Some(Input::Initializing),
            ActionPhase::Running => Some(Input::Running),
            ActionPhase::Unspecified
            | ActionPhase::Queued
            | ActionPhase::Succeeded
            | ActionPhase::Failed
            | ActionPhase::Aborted
            | ActionPhase::TimedOut
            | ActionPhase::Paused
            | ActionPhase::Recovered => None,
        }
    }

    /// Whether a model has it.
    pub fn is_in(self, bounds: &Bounds) -> bool {
        match self {
            Need::Input(input) => bounds.inputs.has(input),
            Need::Kind(kind) => bounds.actions.iter().any(|action| action.kind == kind),
            Need::Collector => bounds.collects,
        }
    }
}
