//! Resources out of whatever they come in: one, an array, a List, what a watch tells of them, or several of these.

use super::at::{At, invalid};
use super::strange;
use crate::model::Rejection;
use serde_json::Value;

/// A resource as Kubernetes prints it.
pub(super) struct Listed<'a> {
    pub(super) at: At<'a>,
    /// Whether a watch told that it is gone, with this as its last state.
    pub(super) gone: bool,
}

impl Listed<'_> {
    /// What kind of thing it says it is.
    pub(super) fn kind(&self) -> &str {
        self.at.value.get("kind").and_then(Value::as_str).unwrap_or_default()
    }
}

/// The resources in values with their places, in their order.
pub(super) fn listed<'a>(placed: &'a [(String, Value)]) -> Result<Vec<Listed<'a>>, Rejection> {
    let mut told: Vec<At<'a>> = Vec::new();
    for (path, value) in placed {
        let at = At { value, path: path.clone() };
        match value {
            Value::Array(_) => told.extend(at.list()?),
            Value::Object(_) => told.push(at),
            _ => return at.wrong("a TaskAction, a List of them, or an array"),
        }
    }
    let (mut all, mut ended) = (Vec::new(), None);
    for at in told {
        let of_watch = at.value.get("object").is_some() && at.value.get("kind").is_none();
        let word = at.value.get("type").and_then(Value::as_str).filter(|_| of_watch).unwrap_or_default().to_owned();
        let at = if of_watch { at.field("object")?.unwrap_or(at) } else { at };
        match word.as_str() {
            // How far the watch is says nothing of a resource.
            "BOOKMARK" => {}
            // A watch that ends has told what it told until then.
            "ERROR" => ended = ended.or(Some(at.path)),
            word => {
                let list = at
                    .value
                    .get("kind")
                    .and_then(Value::as_str)
                    .is_some_and(|kind| kind == "List" || matches!(kind, "TaskActionList" | "PodList"));
                let items = if list { at.list_of("items")? } else { vec![at] };
                all.extend(items.into_iter().map(|at| Listed { at, gone: word == "DELETED" }));
            }
        }
    }
    match ended {
        Some(path) if all.is_empty() => {
            let what = strange::kind("Status").unwrap_or_default();
            Err(invalid(&path, format!("{what} The watch ended with it; begin it anew.")))
        }
        _ => Ok(all),
    }
}
