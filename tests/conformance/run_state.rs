//! The tree that a watch of a run is told of.

use super::case::{Case, Stop, get, int, list, maybe_text, only, phase, text, texts};
use flyte_lifecycle::model::{ActionPhase, Rejection, Time};
use flyte_lifecycle::recorded::run_state::{Filter, NodeUpdate, RunState, TreeAction};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Replays one case.
pub fn replay(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["name", "filters", "steps", "error"])?;
    // A filter that is nil is passed over before anything is asked of it.
    let filters = list(recorded, "filters")?.iter().filter(|filter| !filter.is_null()).map(filter);
    let mut state = match RunState::new(&filters.collect::<Result<Vec<Filter>, Stop>>()?) {
        Ok(state) => state,
        Err(refusal) => {
            let code = refusal.code.name().to_lowercase();
            case.check("error", &json!(format!("{code}: {}", refusal.message)), get(recorded, "error"));
            return Ok(());
        }
    };
    case.check("error", &Value::Null, get(recorded, "error"));
    for (index, step) in list(recorded, "steps")?.iter().enumerate() {
        case.step(index + 1)?;
        only(step, "the step", &["actions", "error", "updates", "tree"])?;
        let actions = list(step, "actions")?.iter().filter(|action| !action.is_null()).map(action);
        let actions = actions.collect::<Result<Vec<TreeAction>, Stop>>()?;
        let (error, updates) = match state.upsert_actions(&actions) {
            Ok(updates) => {
                let update = |update: &NodeUpdate<'_>| {
                    json!({
                        "action": update.node.action.name, "meets_filter": update.meets_filter,
                        "phase": update.node.action.phase.number(),
                        "child_phase_counts": counts_json(&update.node.child_phase_counts),
                    })
                };
                (None, updates.iter().map(update).collect())
            }
            Err(Rejection { message, .. }) => (Some(message), Vec::new()),
        };
        case.check("error", &json!(error), get(step, "error"));
        case.check("updates", &Value::Array(updates), get(step, "updates"));
        let tree: Vec<Value> = state
            .nodes()
            .map(|node| {
                json!([
                    node.action.name,
                    node.action.phase.number(),
                    node.visible,
                    node.directly_matching,
                    node.matching_descendant_count,
                    counts_json(&node.child_phase_counts)
                ])
            })
            .collect();
        case.check("tree", &Value::Array(tree), get(step, "tree"));
    }
    Ok(())
}

fn filter(recorded: &Value) -> Result<Filter, Stop> {
    only(recorded, "the filter", &["field", "function", "values"])?;
    let values = texts(recorded, "values")?.into_iter().map(str::to_owned).collect();
    Ok(Filter { field: text(recorded, "field")?.to_owned(), function: text(recorded, "function")?.to_owned(), values })
}

fn action(recorded: &Value) -> Result<TreeAction, Stop> {
    only(recorded, "the action", &["name", "parent", "phase", "task_name", "short_name", "created_at"])?;
    let maybe = |key| Ok::<_, Stop>(maybe_text(recorded, key)?.unwrap_or_default().to_owned());
    Ok(TreeAction {
        name: text(recorded, "name")?.to_owned(),
        parent: maybe_text(recorded, "parent")?.map(str::to_owned),
        phase: phase(recorded, "phase")?,
        created_at: Time(int(recorded, "created_at")?),
        task_name: maybe("task_name")?,
        short_name: maybe("short_name")?,
    })
}

fn counts_json(counts: &BTreeMap<ActionPhase, u32>) -> Value {
    counts.iter().map(|(phase, count)| json!([phase.number(), count])).collect()
}
