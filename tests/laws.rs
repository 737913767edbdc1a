//! Laws of long random lives: the properties of a lifecycle that a system should keep, held under the documented rule
//! set after every command. The numbers are those of the property list that the project keeps (P1 to P51).

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where what it expects fails"
)]

mod draw;

use draw::Draw;
use flyte_lifecycle::drive::{Session, parse_trace};
use flyte_lifecycle::model::argument::{BackoffCommand, CacheCommand, ConditionCommand, TaskCommand, TraceCommand};
use flyte_lifecycle::model::policy::LabelInheritance;
use flyte_lifecycle::model::{
    ActionKind, ActionPhase, ChildFailure, Command, Config, Delivery, GcConfig, Parents, Plugins, Rules, Service,
    ValueType, What,
};
use flyte_lifecycle::recorded::run_state::{RunState, TreeAction};
use flyte_lifecycle::view::details::ActionResult;
use flyte_lifecycle::view::shown::{Changes, FRESH, Shown, Update};
use flyte_lifecycle::view::snapshot::{ActionView, Snapshot};
use flyte_lifecycle::view::{self};
use std::collections::BTreeMap;

fn snapshot(session: &Session) -> Snapshot {
    view::snapshot(session.world(), session.facts())
}

/// A command that may or may not be accepted: half of them from `enabled`, so that lives get somewhere.
fn any_command(session: &Session, draw: &mut Draw, late_updates: bool) -> Command {
    let actions: Vec<String> =
        session.world().actions().map(|(id, _)| session.world().name_of(id).to_owned()).collect();
    let parent = actions.get(draw.below(actions.len().max(1))).cloned();
    let (Some(parent), roll) = (parent, draw.below(20)) else {
        let task = TaskCommand { max_attempts: Some(2), timeout_ms: Some(30_000), ..TaskCommand::default() };
        return Command::CreateRun { run: "r1".into(), project: None, domain: None, task: Some(task), recover: None };
    };
    let child = || format!("r1/c{}", actions.len());
    let enqueue = |parent, task, condition, trace| Command::Enqueue { action: child(), parent, task, condition, trace };
    match roll {
        0 if actions.len() < 6 => {
            let backoff = BackoffCommand { base_ms: Some(2_000), factor: Some(2.0), cap_ms: Some(10_000) };
            let task = TaskCommand {
                max_attempts: Some(3),
                timeout_ms: Some(5_000),
                max_queued_ms: (draw.below(2) == 0).then_some(15_000),
                deadline_ms: (draw.below(2) == 0).then_some(45_000),
                backoff: (draw.below(2) == 0).then(|| Box::new(backoff)),
                child_failure: Some(ChildFailure::ALL[draw.below(3)]),
                ..TaskCommand::default()
            };
            enqueue(parent, Some(task), None, None)
        }
        1 if actions.len() < 6 => {
            let condition = ConditionCommand {
                value_type: ValueType::Bool,
                timeout_ms: Some(60_000),
                prompt: None,
                invalid: None,
                empty: None,
            };
            enqueue(parent, None, Some(condition), None)
        }
        2 if actions.len() < 6 => {
            let trace = TraceCommand { phase: Some(ActionPhase::Failed) };
            enqueue(parent, None, None, Some(trace))
        }
        3 => Command::Advance { ms: draw.below(20_000) as u64 },
        4 => Command::AbortRun { run: "r1".into(), reason: Some("law".into()) },
        5 => Command::AbortAction { action: parent, reason: None },
        _ => {
            let mut enabled = session.enabled(None).unwrap();
            enabled.retain(|command| late_updates || !matches!(command, Command::UpdatePhase { .. }));
            let calm = |command: &Command| !matches!(command, Command::AbortAction { .. } | Command::AbortReply { .. });
            if draw.below(4) > 0 {
                enabled.retain(calm);
            }
            match enabled.len() {
                0 => Command::Advance { ms: 1 },
                len => enabled.swap_remove(draw.below(len)),
            }
        }
    }
}

fn find<'a>(snapshot: &'a Snapshot, id: &str) -> Option<&'a ActionView> {
    snapshot.actions.iter().find(|action| action.id == id)
}

fn check(before: &Snapshot, after: &Snapshot, session: &Session, from_fact: usize, context: &str) {
    for fact in &session.facts()[from_fact..] {
        match fact.what {
            What::PhaseRecorded { from, to, .. } => {
                // P1, P2, P3, P9, P10: terminal phases are final but for a retry; a pause is left by ending.
                let retry = from.is_retryable() && to == ActionPhase::Queued;
                assert!(!from.is_terminal() || retry, "{context}: {from} → {to}");
                assert!(from != ActionPhase::Paused || to.is_terminal(), "{context}: {from} → {to}");
            }
            What::RowCreated { attempt, .. } => assert_eq!(attempt, 1, "{context}"),
            _ => {}
        }
    }
    for action in &after.actions {
        let Some(row) = &action.row else { continue };
        let context = format!("{context}: {}", action.id);
        // P4, P5: attempts count from 1 up to what was asked for, and never fall.
        assert!((1..=action.max_attempts.max(1)).contains(&row.attempts), "{context}: {} attempts", row.attempts);
        if let Some(earlier) = find(before, &action.id).and_then(|action| action.row.as_ref()) {
            assert!(row.attempts >= earlier.attempts, "{context}: attempts fell");
            if earlier.phase == ActionPhase::Failed && row.phase == ActionPhase::Queued {
                assert!(row.attempts > earlier.attempts, "{context}: a retry without a new attempt");
            }
        }
        // P7, P8: an end exactly while ended, and no end before the beginning.
        assert_eq!(row.ended_at.is_some(), row.phase.is_terminal(), "{context}: {}", row.phase);
        assert!(row.ended_at.is_none_or(|end| end >= row.created_at), "{context}");
        assert!(row.duration_ms.is_none_or(|duration| duration >= 0), "{context}");
        // P12: an ABORTED row has a reason.
        let aborted = row.phase == ActionPhase::Aborted;
        assert!(!aborted || row.abort_reason.is_some(), "{context}: no reason");
        if let Some(resource) = &action.resource {
            // P17, P18: never both ends, and an end stays.
            let ended: Vec<&str> = resource
                .conditions
                .iter()
                .filter(|c| c.kind.name() != "Progressing" && c.status.name() == "True")
                .map(|c| c.kind.name())
                .collect();
            assert!(ended.len() <= 1, "{context}: {ended:?}");
            if let Some(earlier) = find(before, &action.id).and_then(|action| action.resource.as_ref())
                && earlier.conditions.iter().any(|c| c.kind.name() != "Progressing" && c.status.name() == "True")
            {
                assert_eq!(earlier.conditions, resource.conditions, "{context}: an end changed");
            }
        }
    }
    // P51: child phase counts are the descendants' phases.
    for action in &after.actions {
        let descends = |other: &&ActionView| {
            let mut parent = other.parent.as_deref();
            while let Some(id) = parent {
                if id == action.id {
                    return true;
                }
                parent = find(after, id).and_then(|action| action.parent.as_deref());
            }
            false
        };
        let descendants = after.actions.iter().filter(descends).filter(|other| other.row.is_some()).count();
        assert_eq!(
            action.child_phase_counts.iter().map(|(_, count)| count as usize).sum::<usize>(),
            descendants,
            "{context}: {}",
            action.id
        );
    }
}

/// One time in six a call is made to fail, a process starts again or a cached task is enqueued; else any command.
fn troubled_command(session: &Session, draw: &mut Draw) -> Command {
    let name =
        |place: usize| session.world().actions().nth(place).map(|(id, _)| session.world().name_of(id).to_owned());
    let count = session.world().action_count();
    match draw.below(18) {
        0..=2 => {
            let mut faults = session.enabled_faults(None).unwrap();
            if faults.is_empty() { Command::Advance { ms: 1 } } else { faults.swap_remove(draw.below(faults.len())) }
        }
        3 => Command::Restart { service: Service::Executor, down_ms: Some(draw.below(60_000) as u64) },
        4 if count > 0 && count < 6 => {
            let serializable = Some(draw.below(2) == 0);
            let cache = CacheCommand { discoverable: None, serializable, key: None, unidentified: None };
            let task = Some(TaskCommand { max_attempts: Some(2), cache: Some(cache), ..TaskCommand::default() });
            let parent = name(draw.below(count)).unwrap();
            Command::Enqueue { action: format!("r1/k{count}"), parent, task, condition: None, trace: None }
        }
        _ => any_command(session, draw, false),
    }
}

/// A session after so many commands, with the laws looked at after each.
fn driven(config: Config, commands: usize, law: bool, mut next: impl FnMut(&Session, &mut Draw) -> Command) -> Session {
    let (seed, mut session) = (config.seed, Session::new(config));
    let mut draw = Draw(seed);
    let mut before = snapshot(&session);
    for step in 0..commands {
        let command = next(&session, &mut draw);
        let from_fact = session.facts().len();
        let accepted = session.dispatch(command.clone());
        let after = snapshot(&session);
        let context = format!("seed {seed} step {step} {command:?}");
        if accepted.is_err() {
            assert_eq!(before, after, "{context}: a refused command changed something");
        }
        if law {
            check(&before, &after, &session, from_fact, &context);
        }
        before = after;
    }
    session
}

/// A control plane in which calls fail, news is lost and comes twice, processes restart and garbage is collected.
fn troubled(seed: u64, rules: Rules, commands: usize, law: bool) -> Session {
    let delivery = if seed.is_multiple_of(2) { Delivery::Manual } else { Delivery::Immediate };
    let gc = GcConfig { interval_ms: 60_000, ttl_ms: 120_000 };
    let parents = if seed.is_multiple_of(3) { Parents::Sdk } else { Parents::Commanded };
    let plugins = if seed.is_multiple_of(5) { Plugins::Once } else { Plugins::Repeat };
    driven(Config { rules, seed, delivery, gc, parents, plugins, ..Config::default() }, commands, law, troubled_command)
}

fn live(seed: u64, rules: Rules, commands: usize, late_updates: bool, law: bool) -> Session {
    let config = Config { rules, seed, ..Config::default() };
    driven(config, commands, law, |session, draw| any_command(session, draw, late_updates))
}

#[test]
fn documented_lives_keep_the_laws_even_with_late_updates() {
    for seed in 0..150 {
        live(seed, Rules::documented(), 80, true, true);
    }
}

/// The laws hold also when calls fail, news is lost or comes twice, and processes start again; and when all is done, every
/// row has told what its resource says (P33, P34, P35).
#[test]
fn documented_laws_hold_in_trouble_and_nothing_is_lost() {
    for seed in 0..300 {
        let mut session = troubled(seed, Rules::documented(), 100, true);
        session.settle().unwrap();
        for action in &snapshot(&session).actions {
            let context = format!("seed {seed}: {}", action.id);
            let Some(resource) = &action.resource else { continue };
            let row = action.row.as_ref().unwrap_or_else(|| panic!("{context}: no row"));
            if row.abort_reason.is_none() && resource.reported_phase != ActionPhase::Unspecified {
                assert_eq!(row.phase, resource.reported_phase, "{context}: row and resource disagree");
            }
        }
    }
}

/// A run as its trace.
fn told(session: &Session) -> String {
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    view::trace(session.world(), session.story(), session.commands(), facts)
}

/// Nothing panics under upstream's rules either, the commands replay to the same, and so does what is printed of them.
#[test]
fn upstream_trouble_never_panics_and_replays_to_the_same() {
    for seed in 0..150 {
        let session = troubled(seed, Rules::upstream(), 100, false);
        let mut again = Session::new(*session.world().config());
        for command in session.commands() {
            again.dispatch(command).unwrap();
        }
        assert_eq!(snapshot(&again), snapshot(&session), "seed {seed}");
        let trace = told(&session);
        let read = parse_trace(&trace).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!((told(&read), snapshot(&read)), (trace, snapshot(&session)), "seed {seed}");
    }
}

/// P35, P36, P37: when nothing is under way and nobody meddled, the stores agree, the event log ends as the row does,
/// and every attempt before the current one has an ending with an error.
#[test]
fn documented_stores_agree_when_all_is_done() {
    for seed in 0..150 {
        let mut session = live(seed, Rules::documented(), 60, false, true);
        session.settle().unwrap();
        let end = snapshot(&session);
        for action in &end.actions {
            let Some(row) = &action.row else { continue };
            let context = format!("seed {seed}: {}", action.id);
            // A row is written ABORTED before anything is stopped, and the reply drawn may be a lie.
            if let Some(resource) = action.resource.as_ref().filter(|_| row.abort_reason.is_none())
                && resource.reported_phase != ActionPhase::Unspecified
            {
                assert_eq!(row.phase, resource.reported_phase, "{context}: row and resource disagree");
            }
            for attempt in 1..row.attempts {
                let ending = end
                    .event_log
                    .iter()
                    .find(|e| e.action == action.id && e.attempt == attempt && e.phase.is_terminal());
                assert!(ending.is_some_and(|e| e.error.is_some()), "{context}: attempt {attempt} has no ending");
            }
        }
    }
}

/// What people are told of an action when all is done does not contradict itself: its attempts are those that the row
/// counts, the last one ended as the row did, a failure has an error, and no time runs backwards. An abort is left out,
/// since its row is written before anything is stopped; so is the error of a trace, which the SDK reports without one.
#[test]
fn documented_details_do_not_contradict_themselves() {
    for seed in 0..150 {
        let mut session = live(seed, Rules::documented(), 60, false, false);
        session.settle().unwrap();
        let world = session.world();
        for (id, action) in world.actions() {
            let Some(details) = view::action_details(world, session.facts(), id) else { continue };
            let context = format!("seed {seed}: {}", details.id);
            for attempt in &details.attempts {
                assert_eq!(attempt.ended_at.is_some(), attempt.phase.is_terminal(), "{context}");
                let phases = attempt.phase_transitions.iter().map(|entry| (entry.started_at, entry.ended_at));
                for (start, end) in phases.chain([(attempt.started_at, attempt.ended_at)]) {
                    assert!(end.is_none() || end >= start, "{context}: {attempt:?}");
                }
            }
            if matches!(details.result, Some(ActionResult::Abort { .. })) {
                continue;
            }
            if let Some(last) = details.attempts.last() {
                let numbers: Vec<u32> = details.attempts.iter().map(|attempt| attempt.attempt).collect();
                assert_eq!(numbers, (1..=details.status.attempts).collect::<Vec<u32>>(), "{context}");
                assert_eq!(last.phase, details.status.phase, "{context}");
            }
            if details.status.phase == ActionPhase::Failed && action.spec.kind != ActionKind::Trace {
                assert!(matches!(details.result, Some(ActionResult::Error { error: Some(_) })), "{context}");
            }
        }
    }
}

/// P51 for one who watches: the tree that is told step by step counts as a look at the whole does, under both rule sets.
#[test]
fn a_watch_counts_descendants_as_the_snapshot_does() {
    // A child that inherits the labels of its parent's end is never recorded (N3), and its own children are orphans.
    let upstream = Rules { label_inheritance: LabelInheritance::Own, ..Rules::upstream() };
    for (seed, rules) in (0..40).flat_map(|seed| [(seed, Rules::documented()), (seed, upstream)]) {
        let mut draw = Draw(seed);
        let mut session = Session::new(Config { rules, seed, ..Config::default() });
        let mut watched = RunState::default();
        for step in 0..60 {
            let _ = session.dispatch(any_command(&session, &mut draw, true));
            watched.upsert_actions(&TreeAction::of_run(session.world(), "r1")).expect("parents come first");
            let counts: BTreeMap<String, BTreeMap<ActionPhase, u32>> = watched
                .nodes()
                .map(|node| (format!("r1/{}", node.action.name), node.child_phase_counts.clone()))
                .map(|(id, counts)| (id, counts.into_iter().filter(|(_, count)| *count > 0).collect()))
                .collect();
            let whole = snapshot(&session).actions.into_iter().filter(|action| action.row.is_some());
            let whole = whole.map(|action| (action.id, action.child_phase_counts.iter().collect())).collect();
            assert_eq!(counts, whole, "seed {seed} step {step}");
        }
    }
}

/// The same commands under upstream's rules break some of these laws; nothing may panic, and a refusal changes nothing.
#[test]
fn upstream_lives_never_panic_and_replay_to_the_same() {
    for seed in 0..80 {
        let mut session = live(seed, Rules::upstream(), 80, true, false);
        let (end, length) = (snapshot(&session), session.len());
        session.seek(length / 3).unwrap();
        session.seek(length).unwrap();
        assert_eq!(snapshot(&session), end, "seed {seed}");
        let mut again = Session::new(*session.world().config());
        for command in session.commands() {
            again.dispatch(command.clone()).unwrap();
        }
        assert_eq!(snapshot(&again), end, "seed {seed}");
    }
}

#[test]
fn what_is_enabled_is_accepted_and_everything_has_an_explanation() {
    for seed in 0..12 {
        for rules in [Rules::documented(), Rules::upstream()] {
            let mut session = live(seed, rules, 40, true, false);
            for command in session.enabled(None).unwrap() {
                assert!(session.explain(command.clone(), |_, _| ()).is_ok(), "{command:?}");
                assert!(session.clone().dispatch(command.clone()).is_ok(), "{command:?}");
            }
        }
    }
}

/// What is explained is tried on the world itself: it tells the facts that would follow, and all of it is taken back.
#[test]
fn an_explanation_tells_what_would_follow_and_changes_nothing() {
    for seed in 0..12 {
        for rules in [Rules::documented(), Rules::upstream()] {
            let delivery = if seed % 2 == 0 { Delivery::Immediate } else { Delivery::Manual };
            let config = Config { rules, seed, delivery, ..Config::default() };
            let mut session = driven(config, 60, false, |session, draw| any_command(session, draw, true));
            let mut commands = session.enabled(None).unwrap();
            commands.extend(session.enabled_faults(None).unwrap());
            commands.extend(made_anew());
            for command in commands {
                let before = held(&session);
                let told = session.explain(command.clone(), |_, facts| facts.to_vec());
                assert_eq!(held(&session), before, "seed {seed} {command:?}");
                let mut done = session.clone();
                let from = done.facts().len();
                let follows = done.dispatch(command.clone()).map(|_| done.facts()[from..].to_vec());
                assert_eq!(told, follows, "seed {seed} {command:?}");
            }
        }
    }
}

/// A snapshot that is told by what has changed is the whole one, wherever a life goes: forward, back and another way, under
/// names that were others' before. So is each action when it is asked for alone.
#[test]
fn what_has_changed_since_a_snapshot_makes_the_next_one() {
    for seed in 0..40 {
        let mut draw = Draw(seed);
        let delivery = if seed % 2 == 0 { Delivery::Immediate } else { Delivery::Manual };
        let rules = if seed % 3 == 0 { Rules::upstream() } else { Rules::documented() };
        let mut session = Session::new(Config { rules, seed, delivery, ..Config::default() });
        let (mut shown, mut known) = (Shown::default(), Lists::default());
        for step in 0..90 {
            match draw.below(6) {
                0 => session.seek(draw.below(session.len() + 1)).unwrap(),
                1 => {
                    let faults = session.enabled_faults(None).unwrap();
                    let _ = session.dispatch(faults[draw.below(faults.len())].clone());
                }
                2 => {
                    let name = format!("r1/x{step}");
                    let _ = session.dispatch(Command::Recover { action: name, parent: Some("r1/a0".to_owned()) });
                }
                _ => _ = session.dispatch(any_command(&session, &mut draw, true)),
            }
            // Now and then nobody looks in between.
            if draw.below(3) > 0 {
                let update = shown.update(session.world(), session.facts(), session.rewinds());
                known.take(&update);
                let whole = snapshot(&session);
                assert_eq!(known, Lists::of(&whole), "seed {seed} step {step}");
                for action in whole.actions {
                    let id = session.world().find(&action.id).unwrap();
                    let alone = view::snapshot::action(session.world(), session.facts(), id);
                    assert_eq!(alone, Some(action), "seed {seed} step {step}");
                }
            }
        }
    }
}

/// The lists of a snapshot, in words.
#[derive(Debug, Default, PartialEq)]
struct Lists([Vec<String>; 7]);

impl Lists {
    fn of(whole: &Snapshot) -> Lists {
        let words = |list: &[&dyn std::fmt::Debug]| list.iter().map(|item| format!("{item:?}")).collect();
        macro_rules! list {
            ($field:ident) => {
                words(&whole.$field.iter().map(|item| item as &dyn std::fmt::Debug).collect::<Vec<_>>())
            };
        }
        Lists([
            list!(actions),
            list!(timers),
            list!(abort_queue),
            list!(pending),
            list!(event_log),
            list!(cache),
            list!(faults),
        ])
    }

    fn take(&mut self, update: &Update) {
        fn next<T: std::fmt::Debug>(list: &mut Vec<String>, changes: &Changes<T>) {
            let Some(places) = &changes.places else { return };
            let mut fresh = changes.fresh.iter().map(|item| format!("{item:?}"));
            let item = |place: &i32| match *place {
                FRESH => fresh.next().unwrap(),
                place => list[usize::try_from(place).unwrap()].clone(),
            };
            *list = places.iter().map(item).collect();
            assert_eq!(fresh.next(), None);
        }
        let [actions, timers, aborts, pending, events, cache, faults] = &mut self.0;
        next(actions, &update.actions);
        next(timers, &update.timers);
        next(aborts, &update.abort_queue);
        next(pending, &update.pending);
        next(events, &update.event_log);
        next(cache, &update.cache);
        next(faults, &update.faults);
    }
}

/// Everything that a world holds, in words, and how many texts it knows.
fn held(session: &Session) -> (String, usize) {
    (format!("{:?}", session.world().checkpoint()), session.world().texts().len())
}

/// Commands that make something new, under names nobody has met.
fn made_anew() -> Vec<Command> {
    let task = |key: &str| TaskCommand {
        cache: Some(CacheCommand {
            discoverable: None,
            serializable: None,
            key: Some(key.to_owned()),
            unidentified: None,
        }),
        ..TaskCommand::default()
    };
    vec![
        Command::CreateRun {
            run: "new".to_owned(),
            project: Some("mine".to_owned()),
            domain: None,
            task: Some(task("k")),
            recover: None,
        },
        Command::Enqueue {
            action: "r1/new".to_owned(),
            parent: "r1/a0".to_owned(),
            task: Some(task("k")),
            condition: None,
            trace: None,
        },
        Command::Recover { action: "r1/again".to_owned(), parent: Some("r1/a0".to_owned()) },
        Command::Advance { ms: 86_400_000 },
    ]
}
