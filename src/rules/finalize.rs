//! Deletion (taskaction_controller.go, `handleAbortAndFinalize`).

use super::Told;
use crate::model::policy::{DeletionEvent, Events};
use crate::model::{ActionPhase, Message, Rule, Rules, Spec, TaskAction};

/// What is done before a resource under deletion goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finalized {
    /// Whether the plugin is told to abort and to clean up.
    pub plugin: bool,
    /// The event sent, or why there is none.
    pub event: Result<Told, Rule>,
    /// Why the resource can go.
    pub rule: Rule,
}

/// What the executor does about a resource under deletion. Where there is no plugin, or no context can be built for it,
/// nothing is cleaned up: upstream then drops the finalizer and tells nobody.
pub fn handle_abort_and_finalize(spec: &Spec, has_context: bool, cr: &TaskAction, rules: &Rules) -> Finalized {
    let plugin = cr.finalizer && spec.plugin.is_some() && has_context;
    let told = Told { said: Message::Aborted, ..Told::of(cr.status.observed_attempts(), ActionPhase::Aborted) };
    let ended = cr.status.conditions.is_terminal();
    let event = match (rules.deletion_event, rules.events) {
        (DeletionEvent::UnlessEnded, _) if ended => Err(Rule::EndedStaysAsItEnded),
        (_, Events::EveryPhase) => Ok(told),
        (_, Events::PluginOnly) if plugin => Ok(told),
        (_, Events::PluginOnly) => Err(Rule::DeletedAtOnce),
    };
    Finalized { plugin, event, rule: if cr.finalizer { Rule::FinalizerRemoved } else { Rule::DeletedAtOnce } }
}
