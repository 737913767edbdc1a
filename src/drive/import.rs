//! Going on from resources, whatever they come in.

use super::at::invalid;
use super::listed::listed;
use super::observed::{self, Given};
use super::{Session, task_action};
use crate::model::{Rejection, Setup};
use serde_json::Value;

/// The session that continues from these resources. Its clock starts where the set-up says, else at the latest time
/// found in them.
pub fn from_task_actions(value: &Value, setup: &Setup) -> Result<Session, Rejection> {
    let text = || match observed::read(value)? {
        Given::Resources(placed) | Given::Both(_, placed) => Ok(placed),
        Given::Record(_) => Err(invalid("", "this is a recorded run and no TaskAction; `checkRun` reads it.")),
    };
    // A text is read as all texts are; in a value, what is none is named with its place.
    let placed = if value.is_string() { text()? } else { vec![(String::new(), value.clone())] };
    task_action::continued(task_action::read(&listed(&placed)?)?, setup)
}
