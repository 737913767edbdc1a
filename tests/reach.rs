//! The shortest way from where a session stands: its commands reach what they promise, and there is no shorter one.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where what it expects fails"
)]

use flyte_lifecycle::drive::explore::reach::{Outcome, ReachSetup};
use flyte_lifecycle::drive::explore::{Bounds, End, Finding, PlannedKind, Reach};
use flyte_lifecycle::drive::properties::{Fault, is_settled, stores_agree};
use flyte_lifecycle::drive::{Session, parse_trace};
use flyte_lifecycle::model::read::Read;
use flyte_lifecycle::model::{ActionPhase, Rules};
use serde_json::{Value, json};

fn setup(asked: &Value) -> Result<ReachSetup, String> {
    ReachSetup::read(asked.clone(), "").map_err(|error| error.to_string())
}

fn sought(session: &Session, asked: &Value) -> Reach {
    let mut reach = Reach::new(session, &setup(asked).unwrap()).unwrap_or_else(|error| panic!("{asked}: {error}"));
    while reach.run(5_000).ended.is_none() {}
    reach
}

fn way(session: &Session, asked: &Value) -> Option<Finding> {
    match sought(session, asked).outcome() {
        Some(Outcome::Reached(finding)) => Some((**finding).clone()),
        _ => None,
    }
}

/// Whether the step that ends at the session's place reaches what was asked for.
fn is_there(session: &Session, asked: &Value) -> bool {
    let world = session.world();
    let target = &asked["target"];
    let all = target.as_array().cloned().unwrap_or_else(|| vec![target.clone()]);
    let last = session.index().checked_sub(1).map_or(0..0, |index| session.facts_of(index));
    all.iter().all(|one| {
        let action = one["action"].as_str().map(|name| world.find(name).unwrap());
        let wanted = |id| action.is_none_or(|action| action == id);
        if let Some(phase) = one["phase"].as_str() {
            let phase = ActionPhase::parse(phase);
            world.actions().any(|(id, action)| wanted(id) && action.row.map(|row| row.phase) == phase)
        } else if let Some(rule) = one["rule"].as_str() {
            let facts = &session.facts()[last.clone()];
            facts.iter().any(|fact| fact.rule.name() == rule && action.is_none_or(|id| fact.action == Some(id)))
        } else {
            is_settled(world) && !stores_agree(world, action)
        }
    })
}

/// Plays the commands behind the session's place in another session of the same run, and answers where that stands.
fn played(session: &Session, finding: &Finding) -> Session {
    let mut other = session.clone();
    let commands: Vec<_> = finding.session.commands().skip(session.index()).collect();
    assert_eq!(commands.len(), finding.length);
    for command in commands {
        other.dispatch(command.clone()).unwrap_or_else(|error| panic!("{command:?}: {error}"));
    }
    other
}

/// From the middle of lives of every sort, under both rule sets and in both ways of delivery, with timers that run and
/// aborts on their way: what is found can be played, and it leads there.
#[test]
fn every_way_that_is_found_leads_there() {
    let mut seed = 11_u64;
    let mut below = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound.max(1)
    };
    let targets = [
        json!({"phase": "SUCCEEDED", "action": "r1/a0"}),
        json!({"phase": "FAILED"}),
        json!({"phase": "ABORTED", "action": "r1/a1"}),
        json!({"phase": "TIMED_OUT"}),
        json!({"disagreement": true}),
        json!({"rule": "GuardRefusesBackward"}),
        json!({"rule": "AbortBackoff"}),
        json!([{"phase": "ABORTED", "action": "r1/a0"}, {"phase": "SUCCEEDED", "action": "r1/a1"}]),
    ];
    let (mut found, mut with_timers) = (0, 0);
    let lives = 32;
    for life in 0..lives {
        let rules = if life % 2 == 0 { Rules::documented() } else { Rules::upstream() };
        let child = [PlannedKind::TimedCondition, PlannedKind::TimedTask, PlannedKind::Task][life % 3];
        let bounds = Bounds::of(&[PlannedKind::TimedTask, child]);
        let bounds = if life % 4 < 2 { bounds } else { bounds.in_pieces() };
        let mut session = Session::new(bounds.config(rules));
        for place in 0..2 {
            session.dispatch(bounds.creation(place).unwrap()).ok();
            while session.world().pending_count() > 0 {
                session.dispatch(flyte_lifecycle::model::Command::Deliver { item: None }).unwrap();
            }
        }
        for _ in 0..below(9) {
            let mut choices = session.enabled(None).unwrap();
            choices.retain(|command| !matches!(command, flyte_lifecycle::model::Command::UpdatePhase { .. }));
            if choices.is_empty() {
                break;
            }
            let choice = choices.swap_remove(below(choices.len()));
            session.dispatch(choice).ok();
        }
        let target = &targets[life % targets.len()];
        let asked = json!({"target": target, "states": 3_000});
        if let Some(finding) = way(&session, &asked) {
            let there = played(&session, &finding);
            assert!(is_there(&there, &asked), "{asked} after {:?}", session.commands().collect::<Vec<_>>());
            found += 1;
            with_timers += usize::from(session.world().next_due().is_some());
        }
    }
    assert!(found > lives / 3 && with_timers > lives / 8, "{found} found, {with_timers} with timers");
}

fn session(text: &str) -> Session {
    parse_trace(&format!("flyte-lifecycle trace 1\n{text}")).unwrap()
}

/// No shorter sequence of what may happen leads there: all of them are tried.
#[test]
fn no_way_is_shorter() {
    let start = session("createRun run=r1 task.maxAttempts=2\nplugin action=r1/a0 result.phase=Running\n");
    for (target, length) in [(json!({"phase": "SUCCEEDED"}), 1), (json!({"rule": "RetriesExhausted"}), 2)] {
        let asked = json!({ "target": target });
        let finding = way(&start, &asked).unwrap();
        assert_eq!(finding.length, length, "{target}");
        assert!(is_there(&played(&start, &finding), &asked), "{target}");
        // Breadth-first by hand, with the commands that a person sees.
        let mut level = vec![start.clone()];
        for _ in 1..length {
            let mut next = Vec::new();
            for session in &level {
                for command in session.enabled(None).unwrap() {
                    let mut other = session.clone();
                    let outside = matches!(command, flyte_lifecycle::model::Command::UpdatePhase { .. });
                    if !outside && other.dispatch(command).is_ok() {
                        assert!(!is_there(&other, &asked), "{target}");
                        next.push(other);
                    }
                }
            }
            level = next;
        }
    }
}

/// What holds already takes no command; what cannot be is told apart from what was not found.
#[test]
fn it_says_when_it_is_there_and_when_there_is_no_way() {
    let run = session("createRun run=r1\n");
    assert_eq!(way(&run, &json!({"target": {"phase": "QUEUED"}})).unwrap().length, 0);
    let nowhere = sought(&run, &json!({"target": {"phase": "PAUSED"}}));
    assert!(matches!(nowhere.outcome(), Some(Outcome::Nowhere)), "{:?}", nowhere.outcome());
    let cut = sought(&run, &json!({"target": {"phase": "PAUSED"}, "states": 5}));
    assert!(matches!(cut.outcome(), Some(Outcome::Cut(_))));
    let shallow = sought(&run, &json!({"target": {"phase": "PAUSED"}, "depth": 1}));
    assert!(matches!(shallow.outcome(), Some(Outcome::Cut(End::Depth))), "{:?}", shallow.outcome());
    assert_eq!(shallow.summary().split(" leads there").next(), Some("No way of up to 1 commands"));
    // What is found by the last state that may be held is found.
    let failed = json!({"phase": "FAILED"});
    let states = sought(&run, &json!({"target": failed})).progress().states;
    for states in 1..=states {
        let found = way(&run, &json!({"target": failed, "states": states}));
        assert_eq!(found.map(|finding| finding.length), Some(1), "{states}");
    }
    // Something may be created on the way, and an empty simulation has a run to create.
    let create = json!([{"type": "enqueue", "action": "r1/a1", "parent": "r1/a0", "condition": {"valueType": "bool"}}]);
    assert_eq!(way(&run, &json!({"target": {"phase": "PAUSED"}, "create": create})).unwrap().length, 1);
    let empty = session("");
    assert_eq!(way(&empty, &json!({"target": {"phase": "RUNNING", "action": "r1/a0"}})).unwrap().length, 2);
}

/// Actions to which nothing may happen change nothing, however many there are: what is remembered of an action of a large
/// world is as sound as in a small one.
#[test]
fn a_search_among_two_actions_is_the_same_in_a_world_of_many() {
    let states = |idle: usize| {
        let child = |name: &str| format!("enqueue action=r1/{name} parent=r1/a0 task.maxAttempts=1\n");
        let idle: String = (0..idle).map(|number| child(&format!("idle{number}"))).collect();
        let run = session(&format!("createRun run=r1\n{idle}{}", child("last")));
        let asked = json!({
            "target": {"rule": "NothingChanged"},
            "actions": ["r1/a0", "r1/last"],
            "inputs": ["running", "success", "userFailure", "abort", "reply"],
        });
        let progress = sought(&run, &asked).progress();
        (progress.states, progress.transitions, progress.ended)
    };
    let few = states(0);
    assert_eq!(few.2, Some(End::Complete));
    for idle in [25, 26, 40] {
        assert_eq!(states(idle), few, "{idle}");
    }
}

/// A state of a large world has hundreds of choices, which a slice need not take all: whoever drives the search can stop it
/// in the middle, and it comes to the same.
#[test]
fn a_slice_ends_in_the_middle_of_a_state() {
    let children: String =
        (0..40).map(|number| format!("enqueue action=r1/a{} parent=r1/a0 task.maxAttempts=2\n", number + 1)).collect();
    let run = session(&format!("createRun run=r1\n{children}"));
    let asked =
        json!({"target": {"rule": "RetriesExhausted", "action": "r1/a40"}, "actions": ["r1/a40", "r1/a0", "r1/a1"]});
    let mut reach = Reach::new(&run, &setup(&asked).unwrap()).unwrap();
    let (mut last, mut most) = (0, 0);
    while reach.run(1).ended.is_none() {
        let taken = reach.progress().transitions;
        most = most.max(taken - last);
        last = taken;
    }
    assert!((8..=32).contains(&most), "{most}");
    let whole = sought(&run, &asked).progress();
    assert_eq!((reach.progress().states, reach.progress().transitions), (whole.states, whole.transitions));
    assert_eq!(way(&run, &asked).unwrap().length, 2);
}

/// The mildest of what may go wrong is tried first, and no more than was asked for.
#[test]
fn worse_is_tried_only_if_it_was_asked_for() {
    let run = session("config rules=upstream\ncreateRun run=r1\nplugin action=r1/a0 result.phase=Running\n");
    for (rule, fault) in
        [("RetriesExhausted", Fault::Op), ("EventReplyLost", Fault::Rpc), ("ActionsRestarted", Fault::Crash)]
    {
        for asked in ["op", "rpc", "crash"] {
            let found = sought(&run, &json!({"target": {"rule": rule}, "faults": asked, "states": 4_000}));
            let expected = Fault::parse(asked).unwrap() >= fault;
            assert_eq!(matches!(found.outcome(), Some(Outcome::Reached(_))), expected, "{rule}, {asked}");
            assert!(!expected || found.fault() == fault, "{rule}, {asked}: {}", found.fault());
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    // A bound is refused under its own name.
    let run = session("createRun run=r1\n");
    for bound in ["depth", "states", "bytes"] {
        let asked = json!({"target": {"phase": "FAILED"}, bound: 0});
        let error = Reach::new(&run, &setup(&asked).unwrap()).map(|_| ()).expect_err("nothing to search");
        assert!(error.message.starts_with(&format!("`{bound}` must be at least 1.")), "{}", error.message);
    }
    let run = session("createRun run=r1\n");
    for (asked, words) in [
        (json!({"target": {"phase": "DONE"}}), "`target.phase` is \"DONE\""),
        (json!({"target": [{"phase": "FAILED"}, {"rule": "Nonsense"}]}), "`target[1].rule` is \"Nonsense\""),
        (json!({"target": []}), "`target` names nothing"),
        (json!({"target": {}}), "`target` must be one of"),
        (json!({}), "`target` is missing"),
        (json!({"target": {"phase": "FAILED", "action": "r1/a7"}}), "`target.action` is \"r1/a7\"; there are r1/a0."),
        (json!({"target": {"disagreement": false}}), "`target.disagreement` is false"),
        (json!({"target": {"phase": "FAILED"}, "states": -1}), "`states` is -1"),
        (json!({"target": {"phase": "FAILED"}, "faults": "clock"}), "`faults` is \"clock\""),
        (json!({"target": {"phase": "FAILED"}, "faults": "op", "inputs": ["abort"]}), "`faults` says how much"),
        (json!({"target": {"phase": "FAILED"}, "actions": ["r2/a0"]}), "`actions[0]` is \"r2/a0\""),
        (json!({"target": {"phase": "FAILED"}, "create": [{"type": "createRun", "run": "r1"}]}), "`create[0]` creates"),
        (json!({"target": {"phase": "FAILED"}, "create": [{"type": "advance", "ms": 1}]}), "`create`: What may be"),
        (json!({"target": {"phase": "FAILED"}, "create": [{"type": "createRun", "run": "R 1"}]}), "`create`: "),
    ] {
        let error = match setup(&asked) {
            Ok(setup) => Reach::new(&run, &setup).expect_err("nothing to search").message,
            Err(message) => message,
        };
        assert!(error.starts_with(words), "{asked}: {error}");
    }
}
