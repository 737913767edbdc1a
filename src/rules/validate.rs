//! Whether a task can be started at all (executor/pkg/controller/taskaction_controller.go, `validateTaskAction`).

use crate::model::{ErrorCode, Message, Reason, Rule, Spec};

/// Why the task cannot be started, if it cannot: the reason, the message, the error code, the rule.
pub fn validate_task_action(spec: &Spec) -> Option<(Reason, Message, ErrorCode, Rule)> {
    if !spec.missing.is_empty() {
        let message = Message::MissingFields(spec.missing);
        return Some((Reason::InvalidSpec, message, ErrorCode::InvalidSpec, Rule::ValidationFailed));
    }
    if spec.plugin.is_none() {
        let message = Message::NoPlugin(spec.task_type);
        return Some((Reason::PluginNotFound, message, ErrorCode::PluginNotFound, Rule::PluginNotFound));
    }
    None
}
