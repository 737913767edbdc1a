//! What is to be replayed, in one order over all actions: that of time where it is known, and never against the order
//! in which an action's own records stand.

use crate::drive::observed::{SeenAction, SeenEvent, order, permute};
use crate::model::{ActionPhase, Interner, Time};
use crate::rules::events::EventKey;

/// What is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Do {
    /// The action comes to be.
    Create,
    /// The event of that number is told.
    Event(usize),
    /// The status of that number is seen.
    Row(usize),
    /// It is aborted.
    Abort,
    /// Its last status is compared with what has come of it.
    Compare,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// When; not at all if that is not known.
    pub at: Option<Time>,
    /// Of which action, by its number.
    pub action: usize,
    /// What.
    pub what: Do,
}

/// What is asked again and again of an action's record.
#[derive(Debug, Clone, Default)]
pub(super) struct Digest {
    /// The keys of its events, sorted; a version that is not told is 0.
    keys: Vec<EventKey>,
    /// The highest attempt that is told.
    pub highest: u32,
}

impl Digest {
    fn of(seen: &SeenAction) -> Digest {
        let key = |event: &SeenEvent| EventKey {
            attempt: event.attempt.max(1),
            phase: event.phase.number(),
            version: event.version.unwrap_or_default(),
        };
        let mut keys: Vec<EventKey> = seen.events.iter().map(key).collect();
        let sorted = order(keys.iter().map(|key| [key.attempt.into(), key.phase.into(), key.version.into(), 0]));
        permute(&mut keys, &sorted);
        let rows = seen.rows.iter().map(|row| row.attempts);
        Digest { highest: keys.iter().map(|key| key.attempt).chain(rows).max().unwrap_or_default(), keys }
    }

    /// Whether the log tells an end of that attempt.
    pub(super) fn ends(&self, attempt: u32) -> bool {
        let place = self.keys.partition_point(|key| key.attempt < attempt);
        let mut own = self.keys.iter().skip(place).take_while(|key| key.attempt == attempt);
        own.any(|key| ActionPhase::from_number(key.phase).is_some_and(ActionPhase::is_terminal))
    }

    /// Whether the log has that event; of an end, the version is nobody's concern.
    pub(super) fn tells(&self, attempt: u32, phase: ActionPhase, version: Option<u32>) -> bool {
        let sought = EventKey { attempt, phase: phase.number(), version: version.unwrap_or_default() };
        let found = self.keys.get(self.keys.partition_point(|key| *key < sought));
        found.is_some_and(|key| {
            (key.attempt, key.phase) == (attempt, sought.phase) && version.is_none_or(|version| version == key.version)
        })
    }
}

/// Everything that is to be replayed.
#[derive(Debug, Clone)]
pub(super) struct Plan<'a> {
    /// The actions' numbers by their names.
    pub names: Interner<&'a str>,
    /// For each action what its record tells.
    pub digests: Vec<Digest>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// For each action its parent's number, if it is in the input.
    pub parents: Vec<Option<usize>>,
    /// When it begins.
    pub start: Option<Time>,
}

/// How a step ranks among those of one moment: what goes on comes first, a parent before its children, since nobody begins a
/// child before it runs; then what ends by itself, then what is stopped.
fn rank(what: Do, seen: &SeenAction) -> u8 {
    let ends = |phase: ActionPhase| match phase {
        ActionPhase::Aborted => 4,
        _ if phase.is_terminal() => 2,
        _ => 1,
    };
    match what {
        Do::Create => 1,
        Do::Abort => 3,
        Do::Event(place) => seen.events.get(place).map_or(1, |event| ends(event.phase)),
        // Whose log tells of no report runs because of its child.
        Do::Row(place) => seen.rows.get(place).map_or(1, |row| ends(row.phase).max(if seen.has_log { 2 } else { 1 })),
        Do::Compare => 5,
    }
}

/// When the action was aborted, if it was.
pub(super) fn aborted_at(seen: &SeenAction) -> Option<Option<Time>> {
    let row = seen.rows.iter().find(|row| row.phase == ActionPhase::Aborted)?;
    // Over an end an abort leaves the time of that end; then its own is when the row was written last.
    let is_over_an_end = seen.events.iter().any(|event| {
        event.phase.is_terminal()
            && event.phase != ActionPhase::Aborted
            && event.at.is_some()
            && event.at <= row.ended_at
    });
    let written = row.updated_at.filter(|_| is_over_an_end);
    Some(row.abort_pending.or(written).or(row.ended_at).or(row.updated_at))
}

impl<'a> Plan<'a> {
    pub(super) fn of(actions: &'a [SeenAction]) -> Plan<'a> {
        let mut names: Interner<&str> = Interner::new();
        for action in actions {
            names.intern(action.id.as_str(), || action.id.as_str());
        }
        let parent_of = |action: &SeenAction| {
            let parent = action.parent.as_ref()?;
            names.find(format!("{}/{parent}", action.run).as_str()).map(|number| number as usize)
        };
        let parents: Vec<Option<usize>> = actions.iter().map(parent_of).collect();
        let start = actions.iter().filter_map(earliest).min();
        // A child comes after its parent, whatever its times say; a circle of parents ends where it began.
        let mut created: Vec<Option<Time>> = actions.iter().map(|action| earliest(action).or(start)).collect();
        let mut depths = vec![0_usize; actions.len()];
        for own in 0..actions.len() {
            let (mut next, mut depth) = (parents.get(own).copied().flatten(), 0);
            let mut latest = created.get(own).copied().flatten();
            while let Some(parent) = next.filter(|_| depth < actions.len()) {
                latest = latest.max(created.get(parent).copied().flatten());
                next = parents.get(parent).copied().flatten();
                depth += 1;
            }
            if let (Some(created), Some(held)) = (created.get_mut(own), depths.get_mut(own)) {
                (*created, *held) = (latest, depth);
            }
        }
        let (mut steps, mut keys) = (Vec::new(), Vec::new());
        for (number, action) in actions.iter().enumerate() {
            let aborted = aborted_at(action).filter(|at| !follows_an_abort(actions, &parents, number, *at));
            let mut own: Vec<(Option<Time>, Do)> = Vec::new();
            if action.events.is_empty() {
                own.extend(action.rows.iter().enumerate().map(|(place, row)| {
                    let ended = row.ended_at.filter(|_| row.phase.is_terminal());
                    (ended.or(row.updated_at.filter(|_| place > 0)), Do::Row(place))
                }));
            } else {
                own.extend(action.events.iter().enumerate().map(|(place, event)| (event.at, Do::Event(place))));
            }
            if let Some(at) = aborted {
                // An abort whose time is not known comes before the first word of it.
                let tells = |what: &Do| match what {
                    Do::Event(place) => action.events.get(*place).is_some_and(|e| e.phase == ActionPhase::Aborted),
                    Do::Row(place) => action.rows.get(*place).is_some_and(|row| row.phase == ActionPhase::Aborted),
                    Do::Create | Do::Abort | Do::Compare => false,
                };
                let told = own.iter().position(|(_, what)| tells(what)).unwrap_or(own.len());
                let by_time = at.and_then(|at| own.iter().position(|(told, _)| told.is_some_and(|told| told > at)));
                let place = by_time.map_or(told, |place| place.min(told));
                own.insert(place, (at, Do::Abort));
            }
            let mut reached = (created.get(number).copied().flatten(), 0);
            let depth = depths.get(number).copied().unwrap_or_default();
            let create = std::iter::once((reached.0, Do::Create));
            for (at, what) in create.chain(own) {
                let at = at.max(reached.0);
                let rank = if at == reached.0 { rank(what, action).max(reached.1) } else { rank(what, action) };
                reached = (at, rank);
                let at_ms = at.map_or(i64::MIN, |at| at.0);
                keys.push([at_ms, rank.into(), small(depth), small(number)]);
                steps.push(Step { at, action: number, what });
            }
            keys.push([i64::MAX, 0, small(depth), small(number)]);
            steps.push(Step { at: None, action: number, what: Do::Compare });
        }
        // Steps of one key stay as they are, and with them an action's own order.
        permute(&mut steps, &order(keys.into_iter()));
        let digests = actions.iter().map(Digest::of).collect();
        Plan { names, digests, steps, parents, start }
    }

    /// The action and those above it, nearest first.
    pub(super) fn line(&self, action: usize) -> impl Iterator<Item = usize> {
        let mut next = Some(action);
        let mut left = self.parents.len();
        std::iter::from_fn(move || {
            let own = next.filter(|_| left > 0)?;
            left -= 1;
            next = self.parents.get(own).copied().flatten();
            Some(own)
        })
    }
}

/// A count of things that memory holds, as a part of a key.
fn small(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Whether an action above was aborted no later: then this one was stopped along with it.
fn follows_an_abort(actions: &[SeenAction], parents: &[Option<usize>], number: usize, at: Option<Time>) -> bool {
    let (mut next, mut left) = (parents.get(number).copied().flatten(), actions.len());
    while let Some(above) = next.filter(|_| left > 0) {
        if let Some(theirs) = actions.get(above).and_then(aborted_at)
            && (at.is_none() || theirs.is_none() || theirs <= at)
        {
            return true;
        }
        left -= 1;
        next = parents.get(above).copied().flatten();
    }
    false
}

/// The first time that is known of an action.
fn earliest(action: &SeenAction) -> Option<Time> {
    let rows = action.rows.iter().filter_map(|row| row.created_at);
    let ended = action.rows.iter().filter_map(|row| row.ended_at);
    let written = action.rows.iter().filter_map(|row| row.updated_at);
    let begun = rows.chain(action.events.iter().filter_map(|event| event.at)).min();
    begun.or_else(|| ended.min()).or_else(|| written.min())
}
