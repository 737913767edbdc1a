//! Many task actions at once: each is driven through whole lives by a seeded policy, with the same rules that serve a
//! session and nothing of what only people read.
//!
//! Lives repeat: what a report does to an action depends on what both stores hold, times aside, and there are only
//! some dozens of such states. So each pair of state and report is decided once, by the rules, and looked up from
//! then on. An action is its state's number and its row's three times.

use crate::model::{
    ActionPhase, ActionRow, ErrorCode, ErrorKind, ErrorState, Interner, Message, Observation, PluginPhase, Report,
    Rules, Spec, TaskAction, TextId, Time,
};
use crate::rules::informer::status_update;
use crate::rules::{reconcile_task, reported_phase, update_action_phase};

/// What a plugin reports in the course of an attempt that goes well.
const REPORTS: [PluginPhase; 4] =
    [PluginPhase::Queued, PluginPhase::Initializing, PluginPhase::Running, PluginPhase::Success];

/// System failures tolerated, upstream's default.
const SYSTEM_FAILURES_MAX: u32 = 3;

/// What a report says, as far as the policy chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Draw {
    /// The attempt goes on.
    GoesOn,
    /// The user's code fails.
    UserFails,
    /// The platform fails.
    SystemFails,
}

/// How many draws there are.
const DRAWS: usize = 3;

impl Draw {
    /// One time in sixteen the user's code fails, one time in sixteen the platform does.
    const fn of(seed: u64) -> Draw {
        match seed >> 60 {
            0 => Draw::UserFails,
            1 => Draw::SystemFails,
            _ => Draw::GoesOn,
        }
    }
}

/// What both stores hold about an action, and how far its attempt has come. The row's times are stand-ins: it was
/// created at 0 and has ended at 1, if it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    cr: TaskAction,
    row: ActionRow,
    step: u8,
}

impl State {
    /// An action that has just been enqueued.
    fn born() -> State {
        let cr = TaskAction { finalizer: true, ..TaskAction::default() };
        State { cr, row: ActionRow::new(ActionPhase::Queued, 1, Time(0)), step: 0 }
    }
}

/// What becomes of the row's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It stays as it is.
    Kept,
    /// The row ends now.
    Now,
    /// The row has no end any more.
    None,
}

/// What one report does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edge {
    next: u32,
    transitions: u8,
    born: bool,
    updated: bool,
    end: End,
}

/// An action of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Life {
    state: u32,
    created_at: u32,
    updated_at: u32,
    /// 0 if it has not ended: time begins at 1.
    ended_at: u32,
}

/// An arena of actions, all of one spec: up to three attempts each. Time is counted from [`Time::DEFAULT_START`] and
/// stands still after 49 days.
#[derive(Debug, Clone)]
pub struct Bulk {
    rules: Rules,
    spec: Spec,
    lives: Vec<Life>,
    next: usize,
    first_seed: u64,
    /// How many were made by runs that came to their end.
    reports: u64,
    seed: u64,
    now: u32,
    states: Interner<State>,
    edges: Vec<[Option<Edge>; DRAWS]>,
}

impl Bulk {
    /// So many actions that have just been enqueued.
    pub fn new(rules: Rules, count: usize, seed: u64) -> Bulk {
        let life = Life { state: 0, created_at: 0, updated_at: 0, ended_at: 0 };
        let mut bulk = Bulk {
            rules,
            spec: Spec::task(3, TextId::CONTAINER),
            lives: vec![life; count],
            next: 0,
            first_seed: seed,
            reports: 0,
            seed,
            now: 0,
            states: Interner::new(),
            edges: Vec::new(),
        };
        bulk.number(State::born());
        bulk
    }

    /// What the reports of another lead to, which was broken off in the middle of a run: that one is left out, since
    /// whatever it was changing may be half changed.
    pub fn rebuilt(broken: &Bulk) -> Bulk {
        let mut bulk = Bulk::new(broken.rules, broken.lives.len(), broken.first_seed);
        bulk.run(broken.reports);
        bulk
    }

    /// Drives actions in turn, each by one report, until `reports` were made; answers how often a row's phase changed.
    /// A report to an action whose resource has ended replaces it by a new one.
    pub fn run(&mut self, reports: u64) -> u64 {
        let mut transitions = 0;
        for _ in 0..reports {
            self.now = self.now.saturating_add(1);
            self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let draw = Draw::of(self.seed);
            let Some(life) = self.lives.get(self.next) else { return transitions };
            let known = self.edges.get(life.state as usize).and_then(|edges| *edges.get(draw as usize)?);
            let edge = match known {
                Some(edge) => edge,
                None => self.learn(life.state, draw),
            };
            transitions += u64::from(edge.transitions);
            let now = self.now;
            if let Some(life) = self.lives.get_mut(self.next) {
                life.state = edge.next;
                if edge.born {
                    life.created_at = now;
                }
                if edge.updated {
                    life.updated_at = now;
                }
                match edge.end {
                    End::Kept => {}
                    End::Now => life.ended_at = now,
                    End::None => life.ended_at = 0,
                }
            }
            self.next = if self.next + 1 < self.lives.len() { self.next + 1 } else { 0 };
        }
        self.reports += reports;
        transitions
    }

    /// How many rows there are in each recorded phase, by its number.
    pub fn counts(&self) -> [u32; 11] {
        let mut counts = [0; 11];
        for life in &self.lives {
            if let Some(count) = counts.get_mut(usize::from(self.phase_of(life).number())) {
                *count += 1;
            }
        }
        counts
    }

    /// The recorded phase of each action, by its number.
    pub fn phases(&self) -> Vec<u8> {
        self.lives.iter().map(|life| self.phase_of(life).number()).collect()
    }

    /// The row of an action.
    pub fn row(&self, index: usize) -> Option<ActionRow> {
        let life = self.lives.get(index)?;
        let row = self.states.get(life.state)?.row;
        let at = |ms: u32| Time::DEFAULT_START.plus(u64::from(ms));
        let ended = row.ended_at.is_some();
        Some(ActionRow {
            created_at: at(life.created_at),
            updated_at: at(life.updated_at),
            ended_at: ended.then_some(at(life.ended_at)),
            duration_ms: ended.then_some(i64::from(life.ended_at) - i64::from(life.created_at)),
            ..row
        })
    }

    /// What one action takes, in bytes.
    pub const fn bytes_per_action() -> usize {
        size_of::<Life>()
    }

    fn phase_of(&self, life: &Life) -> ActionPhase {
        self.states.get(life.state).map_or(ActionPhase::Unspecified, |state| state.row.phase)
    }

    /// The number of a state, new if it was not met before.
    fn number(&mut self, state: State) -> u32 {
        let (number, new) = self.states.intern(&state, || state);
        if new {
            self.edges.push([None; DRAWS]);
        }
        number
    }

    /// Has the rules decide what a report does in a state, and remembers it.
    #[cold]
    fn learn(&mut self, number: u32, draw: Draw) -> Edge {
        let old = self.states.get(number).copied().unwrap_or_else(State::born);
        let (mut new, transitions) = advance(&old, draw, Time(2), &self.spec, &self.rules);
        let born = old.cr.status.conditions.is_terminal();
        let end = match new.row.ended_at {
            None => End::None,
            Some(Time(1)) => End::Kept,
            Some(_) => End::Now,
        };
        let updated = born || new.row.updated_at == Time(2);
        new.row.updated_at = Time(0);
        new.row.ended_at = new.row.ended_at.map(|_| Time(1));
        new.row.duration_ms = new.row.duration_ms.map(|_| 1);
        let edge = Edge { next: self.number(new), transitions, born, updated, end };
        if let Some(slot) = self.edges.get_mut(number as usize).and_then(|edges| edges.get_mut(draw as usize)) {
            *slot = Some(edge);
        }
        edge
    }
}

/// One report, and what follows from it without the plugin; an action that has ended is born again. Also how often
/// the row's phase changed.
fn advance(state: &State, draw: Draw, now: Time, spec: &Spec, rules: &Rules) -> (State, u8) {
    let mut state = *state;
    if state.cr.status.conditions.is_terminal() {
        let mut born = State::born();
        (born.row.created_at, born.row.updated_at) = (state.row.created_at, state.row.created_at);
        return (born, 0);
    }
    let failure = |code, kind, message| {
        let error = ErrorState { code: ErrorCode::Text(code), kind, message: Message::Text(message) };
        Report { error: Some(error), ..Report::of(PluginPhase::RetryableFailure, 0) }
    };
    let report = match (draw, REPORTS.get(usize::from(state.step))) {
        (Draw::GoesOn, Some(&phase)) => Report::of(phase, 0),
        (Draw::SystemFails, _) => failure(TextId::SYSTEM_ERROR, ErrorKind::System, TextId::NODE_LOST),
        (Draw::GoesOn | Draw::UserFails, _) => failure(TextId::USER_ERROR, ErrorKind::User, TextId::EXIT_CODE),
    };
    state.step = if draw == Draw::GoesOn { state.step + 1 } else { 0 };
    let mut transitions = decide(&mut state, spec, &Observation::Report(report), now, rules);
    if state.cr.status.awaits_reset().is_some() {
        transitions += decide(&mut state, spec, &Observation::Nothing, now, rules);
    }
    (state, transitions)
}

/// One reconcile, and the row's update that follows from it; 1 if the row's phase changed.
fn decide(state: &mut State, spec: &Spec, seen: &Observation, now: Time, rules: &Rules) -> u8 {
    let decided = reconcile_task(spec, &state.cr, seen, SYSTEM_FAILURES_MAX, rules);
    state.cr.status = decided.status;
    let status = &state.cr.status;
    let Ok(update) = status_update(reported_phase(status, rules), status, None, rules) else { return 0 };
    match update_action_phase(&state.row, &update, spec.max_attempts, now, rules) {
        Ok((row, _)) => {
            let changed = u8::from(row.phase != state.row.phase);
            state.row = row;
            changed
        }
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is looked up is what the rules decide, row by row and time by time.
    #[test]
    fn looked_up_lives_equal_decided_ones() {
        for rules in [Rules::documented(), Rules::upstream()] {
            let mut bulk = Bulk::new(rules, 7, 11);
            let mut decided = [State::born(); 7];
            for state in &mut decided {
                (state.row.created_at, state.row.updated_at) = (Time::DEFAULT_START, Time::DEFAULT_START);
            }
            let (mut seed, mut transitions) = (11_u64, 0);
            for report in 0..50_000_u64 {
                transitions += bulk.run(1);
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let now = Time::DEFAULT_START.plus(report + 1);
                let index = usize::try_from(report % 7).expect("below seven");
                let state = &mut decided[index];
                let reborn = state.cr.status.conditions.is_terminal();
                let changed;
                (*state, changed) = advance(state, Draw::of(seed), now, &bulk.spec, &rules);
                if reborn {
                    (state.row.created_at, state.row.updated_at) = (now, now);
                }
                transitions -= u64::from(changed);
                assert_eq!(bulk.row(index), Some(state.row), "report {report}");
            }
            assert_eq!(transitions, 0);
            assert!(bulk.states.len() < 500, "{} states", bulk.states.len());
        }
    }

    /// In the middle of a run all of it may be half changed, but for what it began with and the runs that had ended.
    #[test]
    fn what_was_broken_off_is_what_the_runs_before_led_to() {
        let mut whole = Bulk::new(Rules::upstream(), 50, 3);
        whole.run(4_000);
        let mut broken = whole.clone();
        broken.run(1_000);
        (broken.reports, broken.next, broken.now, broken.edges) = (4_000, 7, 0, Vec::new());
        let mut again = Bulk::rebuilt(&broken);
        assert_eq!(again.lives, whole.lives);
        assert_eq!((again.run(1_000), again.counts()), (whole.run(1_000), whole.counts()));
    }

    #[test]
    fn lives_go_on_and_rows_end_in_every_way_they_should() {
        for rules in [Rules::documented(), Rules::upstream()] {
            let mut bulk = Bulk::new(rules, 1_000, 7);
            let transitions = bulk.run(100_000);
            assert!(transitions > 40_000, "{transitions}");
            let counts = bulk.counts();
            assert_eq!(counts.iter().sum::<u32>(), 1_000);
            let of = |phase: ActionPhase| counts[usize::from(phase.number())];
            assert!(of(ActionPhase::Running) > 0 && of(ActionPhase::Succeeded) > 0 && of(ActionPhase::Failed) > 0);
            let listed = bulk.phases().iter().filter(|number| **number == ActionPhase::Running.number()).count();
            assert_eq!(listed, of(ActionPhase::Running) as usize);
        }
    }
}
