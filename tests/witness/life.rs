//! Random lives: whatever commands and faults a session takes, as choices that shrink.

use flyte_lifecycle::drive::Session;
use flyte_lifecycle::model::action::SpecField;
use flyte_lifecycle::model::argument::{
    BackoffCommand, CacheCommand, ConditionCommand, ErrorCommand, ResultCommand, TaskCommand, TraceCommand,
};
use flyte_lifecycle::model::policy::{Recovery, TaskTimeout, Waiting};
use flyte_lifecycle::model::read::Read;
use flyte_lifecycle::model::{
    ActionKind, ActionPhase, ChildFailure, Command, ErrorKind, PluginPhase, Policy, Service, Setup, ValueType,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

/// What is done next: which kind of thing, and which of those that there are.
pub type Choice = (u8, Index);

/// A life: under which rules, with which control plane, and what is done.
#[derive(Debug, Clone)]
pub struct Life {
    /// The rule set, as a set-up has it.
    pub rules: Value,
    /// Whether each hop is a step, and garbage is collected.
    pub manual: bool,
    /// Whether calls fail and processes restart.
    pub trouble: bool,
    /// Whether the process in a parent's pod is the SDK's.
    pub sdk: bool,
    /// What is done.
    pub choices: Vec<Choice>,
}

/// A rule set, or one with a few of its policies taken from another.
pub fn rules() -> impl Strategy<Value = Value> {
    let policy = any::<(Index, Index)>().prop_map(|(policy, value)| {
        let policy = &Policy::ALL[policy.index(Policy::ALL.len())];
        (policy.name.to_owned(), Value::from(policy.values[value.index(policy.values.len())].0))
    });
    let sets = || select(vec!["documented", "upstream", "merged"]);
    let mixed = (sets(), vec(policy, 1..5)).prop_map(|(base, changes)| {
        let mut rules: Map<String, Value> = changes.into_iter().collect();
        rules.insert("base".to_owned(), base.into());
        Value::Object(rules)
    });
    prop_oneof![3 => sets().prop_map(Value::from), 1 => mixed]
}

/// Lives of up to so many choices under these rules.
pub fn lives(rules: impl Strategy<Value = Value>, most: usize) -> impl Strategy<Value = Life> {
    (rules, any::<[bool; 3]>(), vec(any::<Choice>(), 1..most))
        .prop_map(|(rules, [manual, trouble, sdk], choices)| Life { rules, manual, trouble, sdk, choices })
}

fn task(pick: usize) -> TaskCommand {
    let cache = CacheCommand {
        discoverable: None,
        serializable: Some(pick.is_multiple_of(2)),
        key: Some("k".to_owned()),
        unidentified: None,
    };
    let backoff = BackoffCommand { base_ms: Some(2_000), factor: Some(2.0), cap_ms: Some(20_000) };
    TaskCommand {
        missing: (pick / 45).is_multiple_of(11).then(|| vec![SpecField::TaskType]),
        containers: (pick / 495).is_multiple_of(13).then_some(0),
        max_attempts: Some(u32::try_from(1 + pick % 3).unwrap()),
        timeout_ms: (pick / 3).is_multiple_of(3).then_some(30_000),
        cache: (pick / 9).is_multiple_of(5).then_some(cache),
        max_queued_ms: (pick / 6_435).is_multiple_of(4).then_some(45_000),
        deadline_ms: (pick / 25_740).is_multiple_of(4).then_some(90_000),
        backoff: (pick / 102_960).is_multiple_of(3).then(|| Box::new(backoff)),
        child_failure: Some(ChildFailure::ALL[pick / 308_880 % ChildFailure::ALL.len()]),
        ..TaskCommand::default()
    }
}

/// The same request as before, as the SDK repeats one and a schedule fires twice.
fn repeated(session: &Session) -> Option<Command> {
    session.commands().find(|command| matches!(command, Command::CreateRun { .. }))
}

fn next(session: &Session, (roll, pick): Choice, trouble: bool) -> Option<Command> {
    let world = session.world();
    let names: Vec<String> = world.actions().map(|(id, _)| world.name_of(id).to_owned()).collect();
    let any = |commands: Vec<Command>| (!commands.is_empty()).then(|| commands[pick.index(commands.len())].clone());
    let number = pick.index(1 << 30);
    let Some(parent) = names.get(number % names.len().max(1)).cloned() else {
        return Some(Command::CreateRun {
            run: "r1".into(),
            project: None,
            domain: None,
            task: Some(task(number)),
            recover: None,
        });
    };
    let few = names.len() < 6;
    let child = format!("r1/c{}", names.len());
    let enqueue = |task, condition, trace| Command::Enqueue { action: child, parent, task, condition, trace };
    match roll {
        0..=24 if few => Some(enqueue(Some(task(number / 7)), None, None)),
        25..=36 if few => {
            let condition = ConditionCommand {
                value_type: ValueType::Bool,
                timeout_ms: number.is_multiple_of(2).then_some(60_000),
                prompt: None,
                invalid: (number / 2).is_multiple_of(9).then_some(true),
                empty: (number / 18).is_multiple_of(9).then_some(true),
            };
            Some(enqueue(None, Some(condition), None))
        }
        37..=44 if few => {
            let phase = number.is_multiple_of(3).then_some(ActionPhase::Failed);
            Some(enqueue(None, None, Some(TraceCommand { phase })))
        }
        45..=60 => Some(Command::Advance { ms: (number % 20_000) as u64 }),
        61..=63 => Some(Command::Advance { ms: (number % 20) as u64 * 3_600_000 }),
        64 => Some(Command::Exit { action: parent_of(&names, number), code: (number % 256) as u8 }),
        65..=67 => Some(Command::AbortRun { run: "r1".into(), reason: Some("enough".into()) }),
        68..=71 => Some(Command::AbortAction { action: parent_of(&names, number), reason: None }),
        72..=95 if trouble => any(session.enabled_faults(None).unwrap()),
        96..=98 if trouble => {
            let service = Service::ALL[number % Service::ALL.len()];
            Some(Command::Restart { service, down_ms: Some((number % 60_000) as u64) })
        }
        99..=101 if trouble => repeated(session),
        110..=111 if few => {
            // Another run, of the same name in another project or of its own.
            let (run, project) = if number.is_multiple_of(2) { ("r1", Some("other".into())) } else { ("r2", None) };
            // A run of its own may recover the first one.
            let recover = (run == "r2" && number.is_multiple_of(3)).then(|| "r1".to_owned());
            Some(Command::CreateRun { run: run.into(), project, domain: None, task: Some(task(number)), recover })
        }
        112 if few => Some(Command::Recover { action: format!("r1/c{}", names.len()), parent: Some("r1/a0".into()) }),
        113..=114 => {
            let error =
                ErrorCommand { code: "Long".into(), kind: ErrorKind::User, message: "x".into(), length: Some(40_000) };
            let result = ResultCommand { error: Some(error), ..ResultCommand::of(PluginPhase::PermanentFailure) };
            Some(Command::Plugin { action: parent_of(&names, number), result: Some(result), failure: None })
        }
        102..=104 if trouble => Some(Command::Fire { timer: None }),
        105..=109 if trouble => {
            let late = |command: &Command| match command {
                Command::UpdatePhase { action, phase, .. } => may_be_told(session, action, *phase),
                Command::PutStatus { .. } => false,
                _ => false,
            };
            any(session.enabled(None).unwrap().into_iter().filter(late).collect())
        }
        _ => {
            let calm = |command: &Command| {
                // What somebody writes into a status is made up, as an update of a phase is.
                !matches!(command, Command::UpdatePhase { .. } | Command::PutStatus { .. })
                    && (roll < 128 || !matches!(command, Command::AbortAction { .. } | Command::AbortRun { .. }))
            };
            any(session.enabled(None).unwrap().into_iter().filter(calm).collect())
        }
    }
}

fn parent_of(names: &[String], number: usize) -> String {
    names[number % names.len()].clone()
}

/// Whether some component could tell such a status of that kind of action: late, stale or wrong, as a status from outside
/// is, but no phase that its kind never has.
fn may_be_told(session: &Session, action: &str, phase: ActionPhase) -> bool {
    use ActionPhase::{Initializing, Paused, Recovered, Running, TimedOut, Unspecified, WaitingForResources};
    let world = session.world();
    let rules = world.rules();
    let kind = world.find(action).and_then(|id| world.action(id)).map(|action| action.spec.kind);
    match phase {
        Unspecified => false,
        Recovered => rules.recovery == Recovery::Recorded,
        _ => match kind {
            Some(ActionKind::Task) => match phase {
                Paused => false,
                TimedOut => rules.task_timeout == TaskTimeout::Enforced,
                WaitingForResources => rules.waiting == Waiting::Recorded,
                _ => true,
            },
            Some(ActionKind::Condition) => !matches!(phase, WaitingForResources | Initializing | Running),
            _ => phase.is_terminal(),
        },
    }
}

/// What a life comes to; `look` sees each moment of it.
pub fn lived(life: &Life, mut look: impl FnMut(&Session)) -> Session {
    let gc = if life.manual { json!({ "intervalMs": 60_000, "ttlMs": 120_000 }) } else { json!({ "intervalMs": 0 }) };
    let delivery = if life.manual { "manual" } else { "immediate" };
    let parents = if life.sdk { "sdk" } else { "commanded" };
    let setup = json!({ "rules": life.rules, "delivery": delivery, "gc": gc, "parents": parents });
    let mut session = Session::new(Setup::read(setup, "").unwrap().config().unwrap());
    for choice in &life.choices {
        if let Some(command) = next(&session, *choice, life.trouble) {
            let _ = session.dispatch(command);
            look(&session);
        }
    }
    session
}
