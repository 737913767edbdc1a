//! Many task actions at once: each is driven through whole lives by a seeded policy, with the same rules that serve a
//! session and nothing of what only people read.

use crate::model::{
    ActionPhase, ActionRow, ErrorCode, ErrorKind, ErrorState, Message, Observation, PluginPhase, Report, Rules, Spec,
    TaskAction, TextId, Time,
};
use crate::rules::{Update, reconcile_task, reported_phase, update_action_phase};

/// What a plugin reports in the course of an attempt that goes well.
const REPORTS: [PluginPhase; 4] =
    [PluginPhase::Queued, PluginPhase::Initializing, PluginPhase::Running, PluginPhase::Success];

/// One action of many: both stores, and how far its attempt has come.
#[derive(Debug, Clone, Copy)]
struct Life {
    cr: TaskAction,
    row: ActionRow,
    step: u8,
}

/// An arena of actions, all of one spec.
#[derive(Debug, Clone)]
pub struct Bulk {
    rules: Rules,
    spec: Spec,
    lives: Vec<Life>,
    next: usize,
    seed: u64,
    now: Time,
}

impl Bulk {
    /// So many actions that have just been enqueued, each with up to three attempts.
    pub fn new(rules: Rules, count: usize, seed: u64) -> Bulk {
        let life = Bulk::born(Time::DEFAULT_START);
        let spec = Spec::task(3, TextId::CONTAINER);
        Bulk { rules, spec, lives: vec![life; count], next: 0, seed, now: Time::DEFAULT_START }
    }

    fn born(now: Time) -> Life {
        let cr = TaskAction { finalizer: true, ..TaskAction::default() };
        Life { cr, row: ActionRow::new(ActionPhase::Queued, 1, now), step: 0 }
    }

    /// Drives actions in turn, each by one report, until `reports` were made; answers how often a row changed. An
    /// action whose resource has ended is born again.
    pub fn run(&mut self, reports: usize) -> u64 {
        let mut transitions = 0;
        for _ in 0..reports {
            self.now = self.now.plus(1);
            self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let draw = self.seed >> 60;
            let (rules, spec, now) = (self.rules, self.spec, self.now);
            if let Some(life) = self.lives.get_mut(self.next) {
                transitions += advance(life, &spec, draw, now, &rules);
            }
            self.next = if self.next + 1 < self.lives.len() { self.next + 1 } else { 0 };
        }
        transitions
    }

    /// How many rows there are in each recorded phase, by its number.
    pub fn counts(&self) -> [u32; 11] {
        let mut counts = [0; 11];
        for life in &self.lives {
            if let Some(count) = counts.get_mut(usize::from(life.row.phase.number())) {
                *count += 1;
            }
        }
        counts
    }

    /// What one action takes, in bytes.
    pub const fn bytes_per_action() -> usize {
        size_of::<Life>()
    }
}

/// One report, or the end of the attempt with one chance in sixteen; then what follows without the plugin.
fn advance(life: &mut Life, spec: &Spec, draw: u64, now: Time, rules: &Rules) -> u64 {
    if life.cr.status.conditions.is_terminal() {
        *life = Bulk::born(now);
        return 0;
    }
    let error = ErrorState {
        code: ErrorCode::Text(TextId::USER_ERROR),
        kind: ErrorKind::User,
        message: Message::Text(TextId::EXIT_CODE),
    };
    let report = match REPORTS.get(usize::from(life.step)) {
        Some(&phase) if draw != 0 => Report::of(phase, 0),
        _ => Report { error: Some(error), ..Report::of(PluginPhase::RetryableFailure, 0) },
    };
    life.step = if draw == 0 { 0 } else { life.step + 1 };
    let mut transitions = decide(life, spec, &Observation::Report(report), now, rules);
    if life.cr.status.awaits_reset().is_some() {
        transitions += decide(life, spec, &Observation::Nothing, now, rules);
    }
    transitions
}

/// One reconcile, and the row's update that follows from it.
fn decide(life: &mut Life, spec: &Spec, seen: &Observation, now: Time, rules: &Rules) -> u64 {
    let decided = reconcile_task(spec, &life.cr, seen, 3, rules);
    life.cr.status = decided.status;
    let update = Update {
        phase: reported_phase(&life.cr.status, rules),
        attempts: life.cr.status.observed_attempts(),
        cache_status: 0,
        start: None,
        end: None,
    };
    match update_action_phase(&life.row, &update, spec.max_attempts, now, rules) {
        Ok((row, _)) => {
            let changed = u64::from(row.phase != life.row.phase);
            life.row = row;
            changed
        }
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lives_go_on_and_rows_end_in_every_way_they_should() {
        for rules in [Rules::documented(), Rules::upstream()] {
            let mut bulk = Bulk::new(rules, 1_000, 7);
            let transitions = bulk.run(100_000);
            assert!(transitions > 40_000, "{transitions}");
            let counts = bulk.counts();
            assert_eq!(counts.iter().sum::<u32>(), 1_000);
            let of = |phase: ActionPhase| counts[usize::from(phase.number())];
            assert!(of(ActionPhase::Running) > 0 && of(ActionPhase::Succeeded) > 0);
        }
    }
}
