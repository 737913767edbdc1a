//! The run lifecycle of Flyte 2, executable: commands in, facts out.
//!
//! This crate holds the lifecycle twice, as it is documented and as flyteorg/flyte's code at one commit really behaves, and
//! every mixture of the two. This page is the lifecycle in short; each decision in it is a [`model::Rule`] that knows its
//! sentence and the file and function of upstream's in which it is taken.
//!
//! - [`model`] has everyone's words,
//! - [`rules`] decides: its pages are the specification, readable beside upstream's code,
//! - [`world`] composes the decisions into a control plane with its stores, clock and queues,
//! - [`view`] puts it into words and shapes,
//! - [`drive`] chooses the next command.
//!
//! Beside them, [`recorded`] has parts of upstream that only recordings of its code ask.
//!
//! # A run in ten lines
//!
//! ```
//! use flyte_lifecycle::{drive::Session, model::{ActionPhase, Command, Config}};
//!
//! let mut session = Session::new(Config::default());
//! session.dispatch(Command::CreateRun { run: "r1".into(), project: None, domain: None, task: None, recover: None })?;
//! let root = session.world().find("r1/a0").and_then(|id| session.world().action(id)).and_then(|action| action.row);
//! assert_eq!(root.map(|row| row.phase), Some(ActionPhase::Queued));
//! # Ok::<(), flyte_lifecycle::model::Rejection>(())
//! ```
//!
//! # Who holds what
//!
//! An **action** is a node of a run: a task, a condition that waits for a person, a trace that the SDK has recorded, or what a
//! recovered run takes over ([`model::ActionKind`]). `a0` is a run's root. Each has two stores, which part and come together
//! again, and that is what this crate is about:
//!
//! | store | what it is | who writes it |
//! | --- | --- | --- |
//! | row | the table `actions` of the run service: phase, attempts, times | the run service, by the guard |
//! | resource | the `TaskAction` in Kubernetes: conditions, plugin phase, history | the executor, by reconciling |
//!
//! What the executor writes reaches the row through the informer of the actions service ([`rules::informer`]), and beside it the
//! executor sends events of its own, which a third store keeps ([`rules::events`]).
//!
//! # Phases
//!
//! The phases of a row ([`model::ActionPhase`]), and where the documented guard lets each go ([`rules::guard`]; in other rule sets
//! it lets through more):
//!
//! | phase | what it says | admitted next |
//! | --- | --- | --- |
//! | `QUEUED` | accepted, and waiting to be looked at | whatever comes later |
//! | `WAITING_FOR_RESOURCES` | waits for quota, or for the owner of a cache reservation | whatever comes later |
//! | `INITIALIZING` | the environment is being set up | whatever comes later |
//! | `RUNNING` | the user's code runs | whatever comes later |
//! | `PAUSED` | a condition waits for a signal | what ends it |
//! | `SUCCEEDED` | ended well | nothing |
//! | `FAILED` | ended with an error | `QUEUED`, where another attempt follows |
//! | `TIMED_OUT` | out of time | `QUEUED`, where another attempt follows |
//! | `ABORTED` | stopped on request | nothing |
//! | `RECOVERED` | taken over from an earlier run, as a success | nothing |
//!
//! What a task's plugin reports ([`model::PluginPhase`]) becomes a condition of the resource and a phase
//! ([`rules::map_phase_to_conditions`], [`rules::event_phase`]):
//!
//! | plugin | condition | phase told |
//! | --- | --- | --- |
//! | `NotReady`, `Queued` | Progressing, `Queued` | `QUEUED` |
//! | `WaitingForResources`, `WaitingForCache` | Progressing, `Queued` | `WAITING_FOR_RESOURCES` |
//! | `Initializing` | Progressing, `Initializing` | `INITIALIZING` |
//! | `Running` | Progressing, `Executing` | `RUNNING` |
//! | `Success` | Succeeded, `Completed` | `SUCCEEDED` |
//! | `RetryableFailure` | Progressing, `RetryableFailure`; `Queued` where it starts again in place | `FAILED` |
//! | `PermanentFailure` | Failed, `PermanentFailure` | `FAILED` |
//! | `Aborted` | Failed, `Aborted` | `ABORTED` |
//! | `Undefined` | as it was | none |
//!
//! # What happens besides
//!
//! | what | where it is decided |
//! | --- | --- |
//! | attempts of the user's code, and failures of the platform, which have a count of their own | [`rules::task`] |
//! | maximum runtime, queued time, deadline, back-off | [`rules::timeouts`] |
//! | conditions, their signals and deadlines | [`rules::condition`] |
//! | aborts, their queue and their retries | [`rules::abort`], [`world::abort_queue`] |
//! | deletion, finalizers, the cascade, garbage collection | [`rules::finalize`], [`rules::gc`] |
//! | the cache and its reservations | [`rules::cache`] |
//! | exit codes and pods | [`rules::pod`] |
//! | calls that fail, news that is lost, processes that start again | [`rules::failures`] |
//! | what watches and lists show | [`rules::watches`], [`rules::listing`] |
//! | what the SDK does in a parent's pod | [`rules::sdk`] |
//!
//! # Rule sets
//!
//! Where documentation and code part there is a [`model::Policy`] with a value for each; [`model::Rules::documented`],
//! [`model::Rules::upstream`] and [`model::Rules::merged`] are all of them at once, and any other mixture is as good. `merged` is
//! upstream with what its maintainers have decided since.
//!
//! # Traces are tests
//!
//! A trace is a run as text: each command with the facts that came of it. One that still holds replays to the same bytes, which
//! is what the page copies as a test:
//!
//! ```
//! use flyte_lifecycle::{drive::parse_trace, view};
//!
//! let told = "flyte-lifecycle trace 1
//! config rules=upstream
//!
//! ## A run starts with its root action a0, recorded as QUEUED with attempt 1.
//! createRun run=r1
//! ----
//! 0 ms r1/a0 row RowCreated QUEUED #1 RunCreated
//! 0 ms r1/a0 resource ResourceCreated ActionEnqueued
//! 0 ms r1/a0 resource FinalizerAdded FinalizerAdded
//! ";
//! let session = parse_trace(told)?;
//! let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
//! assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), told);
//! # Ok::<(), flyte_lifecycle::model::Rejection>(())
//! ```
//!
//! # Records
//!
//! [`drive::check_run()`] takes what Flyte's tools print of a run that somebody had, details, events, rows, resources, pods, and
//! says what no run of the rules can have shown; [`view::why()`] says why an action is where it is:
//!
//! ```
//! use flyte_lifecycle::{drive::check_run, model::Setup};
//!
//! let rows = r#"[{"project":"p","domain":"d","run_name":"r1","name":"a0","phase":5,"attempts":1,"ended_at":null}]"#;
//! let checked = check_run(&rows.into(), &Setup::default())?;
//! assert!(!checked.ok, "a row that SUCCEEDED has an end");
//! # Ok::<(), flyte_lifecycle::model::Rejection>(())
//! ```
//!
//! # Every interleaving
//!
//! [`drive::explore`] searches all that can happen in a small model, for what breaks a property ([`drive::properties`]) or leads
//! somewhere; what it finds is a trace.
//!
//! # What holds of all of it
//!
//! - Equal configurations and equal commands lead to equal facts, on every machine, and to the same bytes in a trace; what is
//!   drawn is drawn from the seed.
//! - A command that is refused ([`model::Rejection`], with the code that upstream's services use) has changed nothing.
//! - Nothing panics and nothing runs on for ever: what one command leads to is bounded ([`world::FACTS_MAX`]), and so is what a
//!   session holds ([`drive::COMMANDS_MAX`], [`drive::FACTS_HELD_MAX`]).
//! - Time is virtual: milliseconds that pass when a command says so.
//!
//! Compiled to WebAssembly, the crate is the npm package `flyte-lifecycle`; its module `wasm` is there for that target alone.

pub mod drive;
pub mod model;
pub mod recorded;
pub mod rules;
pub mod view;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
pub mod world;
