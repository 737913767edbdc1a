//! The tree that somebody who watches a run is told of, step by step (runs/service/run_state_manager.go): which actions
//! a filter shows, and for each how many descendants are in which phase.
//!
//! A [`RunState`] belongs to one watch and grows with what the watch reads; it holds no part of a world and changes
//! none. Upstream walks its maps in random order; here actions are gone through as they came, and
//! what ties in time is told by name, so that a state is told in one way only.

use crate::model::{ActionPhase, Code, Rejection, Rule, Time};
use crate::world::{Action, World};
use std::collections::{BTreeMap, BTreeSet};

/// What a watch asks for (flyteidl2.common.Filter).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// `PHASE` or `NAME`.
    pub field: String,
    /// The name of the function: `VALUE_IN` for phases, `CONTAINS_CASE_INSENSITIVE` for names.
    pub function: String,
    /// Phases as upstream's numbers, or a name of which the first counts.
    pub values: Vec<String>,
}

/// An action's row, as far as the tree reads it (runs/repository/models/action.go, `Action`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeAction {
    /// The action's own name.
    pub name: String,
    /// Its parent's name; a root has none or an empty one.
    pub parent: Option<String>,
    /// The recorded phase.
    pub phase: ActionPhase,
    /// When the row was made, after which updates are ordered.
    pub created_at: Time,
    /// The name of the task's identifier; empty if it is no task or has none.
    pub task_name: String,
    /// The short name in the task's spec, in case the identifier has no name.
    pub short_name: String,
}

impl TreeAction {
    /// The rows of a run in a world as a watch reads them, parents before their children. The model holds no names of
    /// tasks, so filters look at the names of actions.
    pub fn of_run(world: &World, run: &str) -> Vec<TreeAction> {
        let text = |id| world.texts().get(id).to_owned();
        let of_run = |action: &&Action| world.texts().get(action.run) == run;
        let actions = world.actions().map(|(_, action)| action).filter(of_run);
        actions
            .filter_map(|action| {
                let row = action.row?;
                Some(TreeAction {
                    name: text(action.name),
                    parent: action.parent.and_then(|parent| world.action(parent)).map(|parent| text(parent.name)),
                    phase: row.phase,
                    created_at: row.created_at,
                    task_name: String::new(),
                    short_name: String::new(),
                })
            })
            .collect()
    }

    /// The parent that it names (`getParentActionName`).
    fn parent_name(&self) -> Option<&str> {
        self.parent.as_deref().filter(|name| !name.is_empty())
    }

    /// What a filter on names looks at: the last part of the task's dotted name, else the action's name
    /// (`actionFilterName`).
    pub fn filter_name(&self) -> &str {
        let name = if self.task_name.is_empty() { &self.short_name } else { &self.task_name };
        name.rsplit('.').next().filter(|last| !last.is_empty()).unwrap_or(&self.name)
    }
}

/// An action in the tree (`node`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeNode {
    /// Its row as last read.
    pub action: TreeAction,
    /// Its descendants, not only its children, by phase. UNSPECIFIED is not counted; a phase that all have left stays,
    /// with 0.
    pub child_phase_counts: BTreeMap<ActionPhase, u32>,
    /// How many of its descendants match the filter themselves.
    pub matching_descendant_count: u32,
    /// Whether it is shown: it matches itself, or leads to one that does.
    pub visible: bool,
    /// Whether it matches the filter itself.
    pub directly_matching: bool,
    parent: Option<usize>,
}

/// A change to tell (`nodeUpdate`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeUpdate<'a> {
    /// The action as it is now.
    pub node: &'a TreeNode,
    /// Whether it is shown; false is told once, when it disappears.
    pub meets_filter: bool,
}

/// The tree of one watch (`runStateManager`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunState {
    nodes: Vec<TreeNode>,
    by_name: BTreeMap<String, usize>,
    phases: BTreeSet<i32>,
    name: String,
}

impl RunState {
    /// An empty tree that shows what passes all filters (`newRunStateManager`, `validateAndTransformFilters`). Phases of
    /// several filters add up; of names the last counts; a filter without values lets everything pass.
    pub fn new(filters: &[Filter]) -> Result<RunState, Rejection> {
        let mut state = RunState::default();
        for filter in filters {
            match (filter.field.as_str(), filter.function.as_str()) {
                ("PHASE", "VALUE_IN") => {
                    for value in &filter.values {
                        let number = phase_number(value).ok_or_else(|| invalid_phase(value))?;
                        state.phases.insert(number);
                    }
                }
                ("NAME", "CONTAINS_CASE_INSENSITIVE") => {
                    if let Some(name) = filter.values.first() {
                        state.name = lower_case(name);
                    }
                }
                (field, function) => {
                    let message = format!("function {function} is not supported for filter {field}");
                    return Err(Rejection::new(Code::InvalidArgument, Rule::RefusesFilterFunction, message));
                }
            }
        }
        Ok(state)
    }

    /// Takes in rows and says what changed for the one who watches, by time of creation (`upsertActions`). A row whose
    /// parent is not in the tree is an error: those before it are in the tree but are not told, and those after it are
    /// not looked at. A law holds what it counts against the details of
    /// a world.
    pub fn upsert_actions<'a>(
        &mut self,
        actions: impl IntoIterator<Item = &'a TreeAction>,
    ) -> Result<Vec<NodeUpdate<'_>>, Rejection> {
        let mut changed = BTreeSet::new();
        for action in actions {
            self.upsert_action(action, &mut changed)?;
        }
        // Matches are settled before anything is shown or hidden, so that the order within a batch plays no part.
        for &id in &changed {
            self.settle_match(id);
        }
        let mut shown = BTreeMap::new();
        for &id in &changed {
            if !shown.contains_key(&id) {
                self.settle_visibility(id, &mut shown);
            }
        }
        let mut updates: Vec<NodeUpdate<'_>> = shown
            .into_iter()
            .filter_map(|(id, meets_filter)| self.nodes.get(id).map(|node| NodeUpdate { node, meets_filter }))
            .collect();
        updates.sort_by_key(|update| (update.node.action.created_at, update.node.action.name.as_str()));
        Ok(updates)
    }

    /// Every action in the tree, by name, shown or not.
    pub fn nodes(&self) -> impl Iterator<Item = &TreeNode> {
        self.by_name.values().filter_map(|&id| self.nodes.get(id))
    }

    /// Puts a row into the tree, or in the place of an earlier one, and notes whom that changes (`upsertAction`).
    fn upsert_action(&mut self, action: &TreeAction, changed: &mut BTreeSet<usize>) -> Result<(), Rejection> {
        let Some(&id) = self.by_name.get(&action.name) else { return self.insert_action(action, changed) };
        let Some(node) = self.nodes.get_mut(id) else { return Ok(()) };
        // Where it hangs was settled when it came; what is asked here is only whether the row that is there fits.
        if let (Some(parent), None) = (node.action.parent_name(), node.parent) {
            return Err(missing_parent(parent, &node.action.name));
        }
        let (old, parent) = (node.action.phase, node.parent);
        node.action = action.clone();
        self.count_phase(parent, action.phase, old, changed);
        changed.insert(id);
        Ok(())
    }

    /// Hangs a new action under its parent (`insertAction`, `attachChild`). One that names itself as its parent, on
    /// which upstream would turn in a circle for ever, counts as one whose parent is missing.
    fn insert_action(&mut self, action: &TreeAction, changed: &mut BTreeSet<usize>) -> Result<(), Rejection> {
        let parent = match action.parent_name() {
            None => None,
            Some(name) => match self.by_name.get(name) {
                Some(&parent) => Some(parent),
                None => return Err(missing_parent(name, &action.name)),
            },
        };
        let id = self.nodes.len();
        self.by_name.insert(action.name.clone(), id);
        self.nodes.push(TreeNode {
            action: action.clone(),
            child_phase_counts: BTreeMap::new(),
            matching_descendant_count: 0,
            visible: false,
            directly_matching: false,
            parent,
        });
        self.count_phase(parent, action.phase, ActionPhase::Unspecified, changed);
        changed.insert(id);
        Ok(())
    }

    /// Moves one descendant from one phase to another, in all its ancestors (`modifyPhaseCounters`).
    fn count_phase(
        &mut self,
        parent: Option<usize>,
        to: ActionPhase,
        from: ActionPhase,
        changed: &mut BTreeSet<usize>,
    ) {
        self.walk_up(parent, |id, node| {
            if to != ActionPhase::Unspecified {
                *node.child_phase_counts.entry(to).or_default() += 1;
            }
            if from != ActionPhase::Unspecified {
                let count = node.child_phase_counts.entry(from).or_default();
                *count = count.saturating_sub(1);
            }
            changed.insert(id);
            true
        });
    }

    /// Notes whether an action matches the filter itself, and tells its ancestors if that is news.
    fn settle_match(&mut self, id: usize) {
        let Some(node) = self.nodes.get(id) else { return };
        let matches = self.matches(&node.action);
        let parent = node.parent;
        if matches == node.directly_matching {
            return;
        }
        if let Some(node) = self.nodes.get_mut(id) {
            node.directly_matching = matches;
        }
        self.walk_up(parent, |_, ancestor| {
            let count = ancestor.matching_descendant_count;
            ancestor.matching_descendant_count = if matches { count + 1 } else { count.saturating_sub(1) };
            true
        });
    }

    /// Shows or hides an action, with the ancestors that lead to it.
    fn settle_visibility(&mut self, id: usize, shown: &mut BTreeMap<usize, bool>) {
        let Some(node) = self.nodes.get_mut(id) else { return };
        let parent = node.parent;
        if node.directly_matching {
            node.visible = true;
            shown.insert(id, true);
            self.walk_up(parent, |id, ancestor| {
                if !ancestor.visible {
                    ancestor.visible = true;
                    shown.insert(id, true);
                }
                true
            });
        } else if node.visible {
            node.visible = node.matching_descendant_count > 0;
            shown.insert(id, node.visible);
            if !node.visible {
                self.hide_ancestors(parent, shown);
            }
        }
    }

    /// Hides ancestors up to the first that is to stay (`pruneAncestorsWithoutMatchingDescendants`).
    fn hide_ancestors(&mut self, parent: Option<usize>, shown: &mut BTreeMap<usize, bool>) {
        self.walk_up(parent, |id, ancestor| {
            if !ancestor.visible || ancestor.matching_descendant_count > 0 || ancestor.directly_matching {
                return false;
            }
            ancestor.visible = false;
            shown.entry(id).or_insert(false);
            true
        });
    }

    /// Whether an action passes the filters itself (`doesActionMatchFilters`).
    fn matches(&self, action: &TreeAction) -> bool {
        let phase = self.phases.is_empty() || self.phases.contains(&i32::from(action.phase.number()));
        phase && (self.name.is_empty() || lower_case(action.filter_name()).contains(&self.name))
    }

    /// From a node to the root, as long as `visit` wants to go on. A parent is always there before its child, so this
    /// ends.
    fn walk_up(&mut self, from: Option<usize>, mut visit: impl FnMut(usize, &mut TreeNode) -> bool) {
        let mut next = from;
        while let Some(id) = next {
            let Some(node) = self.nodes.get_mut(id) else { return };
            next = node.parent;
            if !visit(id, node) {
                return;
            }
        }
    }
}

fn missing_parent(parent: &str, action: &str) -> Rejection {
    let message = format!("parent node [{parent}] not found for action [{action}]");
    Rejection::new(Code::Internal, Rule::RefusesOrphan, message)
}

fn invalid_phase(value: &str) -> Rejection {
    Rejection::new(Code::InvalidArgument, Rule::RefusesFilterPhase, format!("invalid phase value: {value}"))
}

/// A phase as filters write it: a number with or without sign, of which protobuf keeps the lower 32 bits.
fn phase_number(value: &str) -> Option<i32> {
    let number: i64 = value.parse().ok()?;
    u32::try_from(number.rem_euclid(1 << 32)).ok().map(u32::cast_signed)
}

/// Lower case character by character, as Go does it: no character becomes two.
fn lower_case(text: &str) -> String {
    text.chars().map(|letter| letter.to_lowercase().next().unwrap_or(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(name: &str, parent: Option<&str>, phase: ActionPhase) -> TreeAction {
        TreeAction {
            name: name.to_owned(),
            parent: parent.map(str::to_owned),
            phase,
            created_at: Time(0),
            task_name: String::new(),
            short_name: String::new(),
        }
    }

    fn filter(field: &str, function: &str, value: &str) -> Filter {
        Filter { field: field.to_owned(), function: function.to_owned(), values: vec![value.to_owned()] }
    }

    /// findings.md 58: what leads to a match is shown, and disappearing is told once.
    #[test]
    fn the_way_to_a_match_is_shown_and_hidden_with_it() {
        let mut state = RunState::new(&[filter("PHASE", "VALUE_IN", "6")]).expect("a fine filter");
        let root = action("a0", None, ActionPhase::Running);
        let told = |state: &mut RunState, phase| -> Vec<(String, bool)> {
            let updates = state.upsert_actions([&root, &action("b", Some("a0"), phase)]).expect("a whole tree");
            updates.iter().map(|update| (update.node.action.name.clone(), update.meets_filter)).collect()
        };
        let both = |shown| vec![("a0".to_owned(), shown), ("b".to_owned(), shown)];
        assert_eq!(told(&mut state, ActionPhase::Running), []);
        assert_eq!(told(&mut state, ActionPhase::Failed), both(true));
        assert_eq!(told(&mut state, ActionPhase::Queued), both(false));
        assert_eq!(told(&mut state, ActionPhase::Queued), []);
    }

    /// What cannot hang in the tree is refused and leaves no trace, whatever it names.
    #[test]
    fn an_action_without_parent_in_the_tree_is_refused() {
        let mut state = RunState::default();
        for parent in ["a0", "b"] {
            let orphan = action("b", Some(parent), ActionPhase::Queued);
            assert_eq!(state.upsert_actions([&orphan]).map_err(|refusal| refusal.rule), Err(Rule::RefusesOrphan));
        }
        assert_eq!(state.nodes().count(), 0);
    }

    #[test]
    fn filters_read_numbers_and_letters_as_go_does() {
        let numbers: Vec<Option<i32>> = ["4", "+4", "-1", "4294967300", "", " 4", "0x4"].map(phase_number).into();
        assert_eq!(numbers, [Some(4), Some(4), Some(-1), Some(4), None, None, None]);
        assert_eq!(lower_case("AİΣ"), "aiσ");
        let refused = RunState::new(&[filter("NAME", "EQUAL", "a")]).map_err(|refusal| refusal.rule);
        assert_eq!(refused, Err(Rule::RefusesFilterFunction));
    }
}
