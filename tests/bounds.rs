//! What one command, one simulation or one text may cost: looks that change nothing are leapt over exactly, and what is
//! too much is refused by name and changes nothing.

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
use flyte_lifecycle::model::argument::{CacheCommand, TaskCommand};
use flyte_lifecycle::model::import::ImportedResource;
use flyte_lifecycle::model::{
    AbortReply, Code, Command, Config, Fact, GcConfig, Rule, Rules, Service, Time, TimerKind, What,
};
use flyte_lifecycle::view::{self};
use flyte_lifecycle::world::FACTS_MAX;

const fn is_look(kind: TimerKind) -> bool {
    matches!(kind, TimerKind::Requeue | TimerKind::Collection)
}

/// Time passes, and each look on the way is made: a timer that is fired by number fires, whatever it changes.
fn advance_looking(session: &mut Session, ms: u64) {
    let target = session.world().now().plus(ms);
    loop {
        let next = session.world().timers().next();
        let Some(timer) = next.filter(|timer| timer.due <= target) else { break };
        session.dispatch(Command::Fire { timer: Some(timer.id) }).unwrap();
    }
    session.dispatch(Command::Advance { ms: target.since(session.world().now()) }).unwrap();
}

/// The facts without those of looks, and how many looks there were.
fn without_looks(facts: &[Fact]) -> (Vec<Fact>, u64) {
    let (mut rest, mut looks) = (Vec::new(), 0);
    for fact in facts {
        match fact.what {
            What::LookedInVain { looks: more, .. } => looks += more,
            What::TimerFired { kind } if is_look(kind) => looks += 1,
            What::TimerSet { kind, .. } if is_look(kind) => {}
            What::UpdateSkipped if fact.rule == Rule::CollectionWaits => {}
            What::CacheAsked | What::TimeAdvanced { .. } => {}
            _ => rest.push(*fact),
        }
    }
    (rest, looks)
}

/// What there is, with the order of timers but without their numbers, which say how many there were before.
fn what_there_is(session: &Session) -> String {
    let mut snapshot = view::snapshot(session.world(), session.facts());
    for timer in &mut snapshot.timers {
        timer.id = 0;
    }
    format!("{snapshot:?}")
}

/// One of the things that may happen around tasks that wait for the same outputs and parents that wait to be collected.
fn any_command(session: &Session, draw: &mut Draw) -> Command {
    let count = session.world().action_count();
    let names: Vec<String> = session.world().actions().map(|(id, _)| session.world().name_of(id).to_owned()).collect();
    let cached = |draw: &mut Draw| TaskCommand {
        max_attempts: Some(2),
        timeout_ms: Some(40_000),
        cache: (draw.below(4) > 0).then(|| CacheCommand {
            discoverable: None,
            serializable: Some(true),
            key: Some(["k1", "k2"][draw.below(2)].to_owned()),
            unidentified: (draw.below(6) == 0).then_some(true),
        }),
        ..TaskCommand::default()
    };
    match draw.below(12) {
        0 | 1 if count < 9 => {
            let task = Some(cached(draw));
            match names.get(draw.below(names.len() + 1)) {
                None => {
                    Command::CreateRun { run: format!("r{count}"), project: None, domain: None, task, recover: None }
                }
                Some(parent) => {
                    let run = parent.split('/').next().unwrap();
                    let action = format!("{run}/c{count}");
                    Command::Enqueue { action, parent: parent.clone(), task, condition: None, trace: None }
                }
            }
        }
        2..=5 => Command::Advance { ms: [1, 999, 10_000, 12_345, 70_000, 600_000][draw.below(6)] },
        6 => {
            let mut faults = session.enabled_faults(None).unwrap();
            faults.swap_remove(draw.below(faults.len()))
        }
        7 => Command::Restart { service: Service::ALL[draw.below(3)], down_ms: Some(draw.below(90_000) as u64) },
        _ => {
            let mut enabled = session.enabled(None).unwrap();
            enabled.retain(|command| !matches!(command, Command::Fire { .. } | Command::UpdatePhase { .. }));
            if enabled.is_empty() { Command::Advance { ms: 5 } } else { enabled.swap_remove(draw.below(enabled.len())) }
        }
    }
}

/// Looks that change nothing are leapt over, and everything is as if each had been made: what there is, what happened
/// besides, in which order, and how many looks there were.
#[test]
fn a_leap_over_looks_is_as_good_as_each_of_them() {
    let mut leapt = 0;
    for seed in 0..400 {
        let mut draw = Draw(seed);
        let config = Config {
            rules: if seed % 2 == 0 { Rules::documented() } else { Rules::upstream() },
            seed,
            requeue_ms: [10_000, 7_000, 30_000][draw.below(3)],
            gc: GcConfig { interval_ms: [20_000, 7_000, 60_000][draw.below(3)], ttl_ms: [0, 60_000][draw.below(2)] },
            ..Config::default()
        };
        let (mut leaping, mut looking) = (Session::new(config), Session::new(config));
        for step in 0..60 {
            let command = any_command(&leaping, &mut draw);
            if leaping.dispatch(command.clone()).is_ok() {
                match leaping.command(leaping.index() - 1).unwrap() {
                    Command::Advance { ms } => advance_looking(&mut looking, ms),
                    drawn => _ = looking.dispatch(drawn).unwrap(),
                }
            }
            let context = format!("seed {seed} step {step} {command:?}");
            assert_eq!(what_there_is(&leaping), what_there_is(&looking), "{context}");
        }
        let (leapt_over, looked) = (without_looks(leaping.facts()), without_looks(looking.facts()));
        assert_eq!(leapt_over, looked, "seed {seed}");
        leapt += leapt_over.1;
    }
    assert!(leapt > 1_000, "only {leapt} looks");
}

fn traced(text: &str) -> Session {
    parse_trace(&format!("flyte-lifecycle trace 1\n{text}")).expect("a good trace")
}

fn refused(text: &str) -> (Code, Rule, String) {
    let rejection = parse_trace(&format!("flyte-lifecycle trace 1\n{text}")).expect_err(text);
    (rejection.code, rejection.rule, rejection.message)
}

/// A waiting task looked every 10 s for 34 years, a sweep each millisecond for 16 minutes.
#[test]
fn looks_of_centuries_cost_one_fact() {
    let waiting = "task.cache.serializable=true task.cache.key=k";
    for (config, commands, looks) in [
        ("", format!("createRun run=r1 {waiting}\ncreateRun run=r2 {waiting}"), 10_000),
        ("config requeueMs=1 rules=upstream", format!("createRun run=r1 {waiting}\ncreateRun run=r2 {waiting}"), 1),
        (
            "config gc.intervalMs=1 gc.ttlMs=1",
            "createRun run=r1\nenqueue action=r1/c parent=r1/a0 task={}\nplugin action=r1/a0 result.phase=Success"
                .to_owned(),
            1,
        ),
        ("", "createRun run=r1 task.cache.unidentified=true".to_owned(), 10_000),
    ] {
        let mut session = traced(&format!("{config}\n{commands}"));
        let before = session.facts().len();
        let room = Time::MAX.since(session.world().now());
        session.dispatch(Command::Advance { ms: room }).unwrap();
        assert_eq!(session.world().now(), Time::MAX, "{config} {commands}");
        let told: Vec<What> = session.facts()[before..].iter().map(|fact| fact.what).collect();
        assert!(told.len() < 10, "{config} {commands}: {told:?}");
        let seen = told.iter().find_map(|what| match what {
            What::LookedInVain { looks, .. } => Some(*looks),
            _ => None,
        });
        assert!(seen.unwrap() >= room / looks - 100_000, "{config} {commands}: {told:?}");
        assert_eq!(session.world().next_due(), None, "{config} {commands}");
        assert_eq!(session.settle().unwrap(), [], "nothing is left to change");
    }
}

/// With no interval the executor looks all the time: that takes no time either, and is seen when something changes.
#[test]
fn looks_without_an_interval_end() {
    let waiting = "task.cache.serializable=true task.cache.key=k";
    let commands = traced(&format!(
        "createRun run=r1 {waiting}\ncreateRun run=r2 {waiting}\nadvance ms=60000\n\
         plugin action=r1/a0 result.phase=Success\nadvance ms=1"
    ));
    let mut session = Session::new(Config { requeue_ms: 0, ..Config::default() });
    for command in commands.commands() {
        session.dispatch(command).unwrap();
    }
    let outcome = view::snapshot(session.world(), session.facts());
    assert_eq!(outcome.actions[1].row.as_ref().unwrap().phase.name(), "SUCCEEDED", "{:?}", session.facts());
    session.settle().unwrap();
}

/// Tasks that wait, and conditions whose deadlines come one by one: each may change something, so each waiting task's
/// looks before it are told apart.
fn crowd() -> String {
    let waiting: String =
        (0..1_100).map(|n| format!("createRun run=r{n} task.cache.serializable=true task.cache.key=k\n")).collect();
    let ending: String = (1..1_000)
        .map(|n| {
            let timeout = n * 20_000;
            format!("enqueue action=r0/c{n} parent=r0/a0 condition.valueType=bool condition.timeoutMs={timeout}\n")
        })
        .collect();
    waiting + &ending
}

/// What remains is bounded: a command that leads to too much is refused, says how far it can go, and has changed nothing.
#[test]
fn what_is_too_much_for_one_command_is_refused_and_changes_nothing() {
    let mut session = traced(&crowd());
    session.dispatch(Command::Advance { ms: 7 }).unwrap();
    session.dispatch(Command::Advance { ms: 8 }).unwrap();
    session.undo().unwrap();
    let before = (what_there_is(&session), session.facts().to_vec(), session.index(), session.len());
    for command in [Command::Advance { ms: 86_400_000 }, Command::Fire { timer: Some(last_timer(&session)) }] {
        let refusal = session.dispatch(command.clone()).unwrap_err();
        assert_eq!((refusal.code, refusal.rule), (Code::ResourceExhausted, Rule::Bounded), "{command:?}");
        let after = (what_there_is(&session), session.facts().to_vec(), session.index(), session.len());
        assert!(after == before, "{command:?}: something has changed");
        let explained = session.explain(command.clone(), |_, _| ()).unwrap_err();
        assert_eq!(explained, refusal, "{command:?}");
        let ms = refusal.message.split_once("`advance` by ").unwrap().1.split_once(" ms ").unwrap().0.parse().unwrap();
        let mut there = session.clone();
        there.dispatch(Command::Advance { ms }).unwrap();
        assert!(there.facts().len() > usize::try_from(FACTS_MAX).unwrap() * 9 / 10, "{ms} ms is no good step");
    }
}

fn last_timer(session: &Session) -> u32 {
    session.world().timers().max_by_key(|timer| (timer.due, timer.id)).unwrap().id
}

/// Twenty kilobytes of dots overflowed the stack.
#[test]
fn a_name_of_many_parts_is_refused_where_it_stands() {
    let deep = format!("createRun run=r1 {}a=1", "a.".repeat(10_000));
    let (code, rule, message) = refused(&deep);
    assert_eq!((code, rule), (Code::InvalidArgument, Rule::CommandInvalid));
    assert!(message.starts_with("line 2, column 18: \"a.a."), "{message}");
    assert!(message.contains("more parts than any field has") && message.len() < 300, "{message}");
    // As many as are read go to whoever knows the fields.
    assert!(refused("createRun run=r1 a.b.c.d.e.f.g.h=1").2.contains("no field \"a\""), "eight parts");
}

/// What a file holds is shown short and escaped.
#[test]
fn messages_about_a_trace_show_what_it_holds_short_and_escaped() {
    let wild = "\u{1b}[31m\u{202e}x\u{9b}".repeat(50);
    for text in [
        format!("flyte-lifecycle trace {wild}"),
        format!("flyte-lifecycle trace 1\ncreateRun {wild}"),
        format!("flyte-lifecycle trace 1\ncreateRun {wild}=[1"),
        format!("flyte-lifecycle trace 1\ncreateRun {wild}=1 {wild}=1"),
        format!("flyte-lifecycle trace 1\n{wild}"),
        format!("flyte-lifecycle trace 1\n# fix: {wild}"),
        format!("flyte-lifecycle trace 1\n# fix: {wild}=a"),
        format!("flyte-lifecycle trace 1\n# fix: guard={wild}"),
        format!("flyte-lifecycle trace 1\n# needs: {wild}"),
        format!("flyte-lifecycle trace 1\nconfig {wild}=1"),
        format!("flyte-lifecycle trace 1\nconfig rules={wild}"),
        format!("flyte-lifecycle trace 1\ncreateRun run={wild}"),
        format!("flyte-lifecycle trace 1\ncreateRun run=\"{wild}"),
        format!("flyte-lifecycle trace 1\nabortAction action={wild}"),
    ] {
        let message = parse_trace(&text).expect_err(&text).message;
        let raw = message.chars().find(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(c));
        assert_eq!(raw, None, "{message:?}");
        assert!(message.chars().count() < 1_500, "{message}");
    }
}

/// Each word was found by counting the rest of its line; that it no longer is, `tests/package/growth.test.mjs` counts.
#[test]
fn a_word_far_out_in_a_line_is_named_with_its_column() {
    let words = |count: usize| {
        let fields: String = (0..count).map(|n| format!(" a{n}=1")).collect();
        format!("flyte-lifecycle trace 1\ncreateRun run=r{fields}")
    };
    let message = parse_trace(&words(200_000)).expect_err("no such fields").message;
    assert!(message.starts_with("line 2, column 1888897: it has no field"), "{message}");
}

/// Nineteen million commands came to the end of the memory.
#[test]
fn a_simulation_holds_so_many_commands_and_no_more() {
    let mut session = Session::new(Config::default());
    for _ in 0..flyte_lifecycle::drive::COMMANDS_MAX {
        session.dispatch(Command::Advance { ms: 1 }).unwrap();
    }
    let refusal = session.dispatch(Command::Advance { ms: 1 }).unwrap_err();
    assert_eq!((refusal.code, refusal.rule), (Code::ResourceExhausted, Rule::Bounded));
    assert_eq!(session.index(), flyte_lifecycle::drive::COMMANDS_MAX);
    assert!(session.undo().unwrap() && session.dispatch(Command::Advance { ms: 2 }).is_ok());
}

/// Texts of commands that were undone are forgotten, and those of the run that is there never.
#[test]
fn texts_of_undone_commands_are_forgotten() {
    let mut session = traced("createRun run=kept\nabortRun run=kept reason=why\n");
    session.undo().unwrap();
    for n in 0..20_000 {
        session.dispatch(Command::AbortRun { run: "kept".into(), reason: Some(format!("reason {n}")) }).unwrap();
        // What is refused leaves the undone command to be done again.
        assert!(session.dispatch(Command::AbortRun { run: format!("none{n}"), reason: None }).is_err());
        session.undo().unwrap();
        assert!(session.dispatch(Command::AbortRun { run: format!("none{n}"), reason: None }).is_err());
        session.redo().unwrap();
        let row = view::snapshot(session.world(), session.facts()).actions[0].row.clone().unwrap();
        assert_eq!(row.abort_reason, Some(format!("reason {n}")));
        session.undo().unwrap();
    }
    assert!(session.world().texts().len() < 3_000, "{} texts", session.world().texts().len());
    assert!(session.forgotten() > 10);
}

/// To settle is all or nothing, as a command is: what was undone can be done again after a refusal.
#[test]
fn settling_that_is_too_much_changes_nothing() {
    let mut session = traced(&format!("{}advance ms=7\nadvance ms=8\n", crowd()));
    session.undo().unwrap();
    let before = (what_there_is(&session), session.facts().len(), session.index(), session.len());
    let refusal = session.settle().unwrap_err();
    assert_eq!((refusal.code, refusal.rule), (Code::ResourceExhausted, Rule::Bounded));
    assert!(before == (what_there_is(&session), session.facts().len(), session.index(), session.len()));
    assert!(session.redo().unwrap());
    let ms = refusal.message.split_once("`advance` by ").unwrap().1.split_once(" ms ").unwrap().0.parse().unwrap();
    session.dispatch(Command::Advance { ms }).unwrap();
}

/// Names of runs and actions are in links, diagrams, charts and the names of resources, whose languages they could break
/// out of; so whatever is no DNS label is refused, wherever a name comes in.
#[test]
fn a_name_is_a_dns_label_or_refused() {
    let hostile = [
        "a--->b\n",
        "a\"];x[\"",
        "%%{init: {}}%%",
        "</state><script>",
        "-->",
        "a b",
        "A",
        "ä",
        "a\u{202e}b",
        "a\0",
        "a'--",
        "-a",
        "a-",
        "a_b",
        "../a",
        "a%2fb",
        "",
    ];
    let session = traced("createRun run=r\n");
    let task = || Some(TaskCommand::default());
    for name in hostile {
        let action = format!("r/{name}");
        let enqueue = Command::Enqueue {
            action: action.clone(),
            parent: "r/a0".into(),
            task: task(),
            condition: None,
            trace: None,
        };
        let create =
            Command::CreateRun { run: name.to_owned(), project: None, domain: None, task: task(), recover: None };
        let resource = Box::new(ImportedResource::new(String::new(), String::new(), session.world().now()));
        let import = Command::Import { action, parent: None, resource };
        for command in [create, enqueue, import] {
            let refusal = session.clone().dispatch(command.clone()).unwrap_err();
            assert_eq!((refusal.code, refusal.rule), (Code::InvalidArgument, Rule::NameInvalid), "{command:?}");
        }
    }
}

/// A chain as long as this overflowed whatever went down it by calling itself; in the core nothing does.
#[test]
fn a_chain_of_actions_is_created_aborted_shown_and_told_however_long_it_is() {
    const LENGTH: usize = 32_000;
    let mut session = traced("createRun run=r\n");
    let name = |n: usize| if n == 0 { "r/a0".to_owned() } else { format!("r/c{n}") };
    for n in 1..LENGTH {
        let (action, parent) = (name(n), name(n - 1));
        let task = Some(TaskCommand::default());
        session.dispatch(Command::Enqueue { action, parent, task, condition: None, trace: None }).unwrap();
    }
    let shown = view::snapshot(session.world(), session.facts());
    assert_eq!(shown.actions[0].child_phase_counts.iter().map(|(_, count)| count).sum::<u32>(), 31_999);
    session.dispatch(Command::AbortRun { run: "r".into(), reason: None }).unwrap();
    let reply = AbortReply::Ok;
    session.dispatch(Command::AbortReply { action: "r/a0".into(), reply, draw_ms: None }).unwrap();
    let shown = view::snapshot(session.world(), session.facts());
    assert!(shown.actions.iter().all(|action| action.resource.is_none()), "all of them are stopped");
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    let told = view::trace(session.world(), None, session.commands(), facts);
    let again = parse_trace(&told).unwrap();
    assert!(again.facts() == session.facts());
}

/// With nobody below it to wait for, what has ended is swept once it is old enough, however often sweeps come.
#[test]
fn a_sweep_each_millisecond_costs_nothing_while_there_is_nothing_to_sweep() {
    let mut session =
        traced("config gc.intervalMs=1 gc.ttlMs=3600000\ncreateRun run=r\nplugin action=r/a0 result.phase=Success\n");
    let before = session.facts().len();
    session.dispatch(Command::Advance { ms: Time::MAX.since(session.world().now()) }).unwrap();
    let told = &session.facts()[before..];
    assert!(told.len() < 10, "{told:?}");
    assert!(told.iter().any(|fact| fact.what == What::ResourceDeleted), "{told:?}");
}
