//! The explorer against stateright, on the same model in the same run, without properties: both find the same states.
//! `cargo run --release --manifest-path tests/stateright/Cargo.toml`

use flyte_lifecycle::drive::explore::models::models;
use flyte_lifecycle::drive::explore::{Bounds, Exploration, PlannedKind, Snapshot, Stepper};
use flyte_lifecycle::model::Rules;
use flyte_lifecycle::world::NumberedCommand;
use stateright::{Checker, Model};
use std::cell::RefCell;
use std::time::{Duration, Instant};

/// How often each is measured; the median counts.
const ROUNDS: usize = 3;

struct Lifecycle {
    rules: Rules,
    bounds: Bounds,
}

thread_local! {
    /// Worlds to work in, one stepper for each thread of the checker.
    static STEPPER: RefCell<Option<Stepper>> = const { RefCell::new(None) };
}

impl Lifecycle {
    fn with<T>(&self, work: impl FnOnce(&mut Stepper) -> T) -> T {
        STEPPER.with_borrow_mut(|stepper| {
            work(
                stepper.get_or_insert_with(|| Stepper::new(self.rules, &self.bounds).expect("the bounds make a model")),
            )
        })
    }
}

impl Model for Lifecycle {
    type State = Snapshot;
    type Action = Choice;

    fn init_states(&self) -> Vec<Snapshot> {
        vec![Snapshot::default()]
    }

    fn actions(&self, state: &Snapshot, actions: &mut Vec<Choice>) {
        self.with(|stepper| {
            let mut choices = Vec::new();
            stepper.choices(state, &mut choices);
            actions.extend(choices.into_iter().map(Choice));
        });
    }

    fn next_state(&self, state: &Snapshot, action: Choice) -> Option<Snapshot> {
        Some(self.with(|stepper| stepper.step(state, &action.0)))
    }

    fn properties(&self) -> Vec<stateright::Property<Lifecycle>> {
        // A checker without a property left to decide stops, so one stays open to the end.
        vec![stateright::Property::always("open", |_, _| true)]
    }
}

/// A command as stateright wants it: it is printed where a path is shown.
#[derive(Debug, Clone, PartialEq)]
struct Choice(NumberedCommand);

fn ours(rules: Rules, bounds: &Bounds) -> (usize, usize, Duration) {
    let start = Instant::now();
    let mut exploration = Exploration::new(rules, bounds, &[], &[]).expect("the bounds make a model");
    while exploration.run(10_000).ended.is_none() {}
    let progress = exploration.progress();
    (progress.states, progress.bytes, start.elapsed())
}

fn theirs(rules: Rules, bounds: &Bounds) -> (usize, Duration) {
    let start = Instant::now();
    let checker = Lifecycle { rules, bounds: bounds.clone() }.checker().threads(1).spawn_bfs().join();
    (checker.unique_state_count(), start.elapsed())
}

/// The models, as `scripts/bench.mjs` asks for them by name.
fn measured() -> Vec<(&'static str, Bounds)> {
    let named = |name: &str| models().into_iter().find(|model| model.name == name).expect("it is there").bounds;
    let tasks = Bounds::of(&[PlannedKind::Task; 3]).actions;
    vec![
        (ABORTED, named(ABORTED)),
        (PIECES, named(PIECES)),
        ("three tasks, three attempts", Bounds { attempts: 3, actions: tasks, ..named("a parent and its child") }),
    ]
}

const ABORTED: &str = "a parent and its child, aborted and created again";
const PIECES: &str = "a parent and its child, piece by piece";

/// A line of JSON for each model.
fn main() {
    for (name, bounds) in measured() {
        STEPPER.with_borrow_mut(|stepper| *stepper = None);
        let mut rates = (Vec::new(), Vec::new());
        let mut shown = (0, 0);
        for _ in 0..ROUNDS {
            let (states, bytes, time) = ours(Rules::upstream(), &bounds);
            let (theirs, their_time) = theirs(Rules::upstream(), &bounds);
            assert_eq!(states, theirs, "{name}: both find the same states");
            shown = (states, bytes);
            rates.0.push(states as f64 / time.as_secs_f64());
            rates.1.push(states as f64 / their_time.as_secs_f64());
        }
        let median = |mut rates: Vec<f64>| {
            rates.sort_by(f64::total_cmp);
            rates[rates.len() / 2]
        };
        let (ours, theirs) = (median(rates.0), median(rates.1));
        println!(
            "{{\"name\":\"{name}\",\"states\":{},\"ours\":{ours:.0},\"stateright\":{theirs:.0},\"bytes\":{:.1}}}",
            shown.0,
            shown.1 as f64 / shown.0 as f64
        );
    }
}
