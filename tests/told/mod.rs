//! Stories told in a few commands, and questions about what they led to.

use flyte_lifecycle::drive::{Session, parse_trace};
use flyte_lifecycle::model::{Rejection, Rule};
use flyte_lifecycle::view::snapshot::ActionView;

/// The session of these commands, under a configuration as a trace has it.
pub fn tried(config: &str, commands: &[&str]) -> Result<Session, Rejection> {
    let commands: String = commands.iter().map(|command| format!("{command}\n----\n\n")).collect();
    parse_trace(&format!("flyte-lifecycle trace 1\nconfig {config}\n\n{commands}"))
}

/// An action as the snapshot has it.
pub fn action(session: &Session, id: &str) -> ActionView {
    let snapshot = flyte_lifecycle::view::snapshot(session.world(), session.facts());
    snapshot.actions.into_iter().find(|action| action.id == id).unwrap_or_else(|| panic!("{id}"))
}

/// How many facts a rule has decided.
pub fn met(session: &Session, rule: Rule) -> usize {
    session.facts().iter().filter(|fact| fact.rule == rule).count()
}
