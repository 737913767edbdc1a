//! The models that properties are judged by: small ones, from normal operation on to everything that may go wrong. What
//! breaks a property in a milder model needs no more than that.

use super::{Bounds, Input, Inputs, Planned, PlannedKind};
use crate::drive::properties::Fault;
use crate::model::Call;

/// A model with a name.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its name.
    pub name: &'static str,
    /// The worst that happens in it.
    pub fault: Fault,
    /// What it is.
    pub bounds: Bounds,
}

/// Plugins that run, end well or end badly, and nothing between.
const BRIEF: Inputs = Inputs::NORMAL
    .without(Input::WaitingForResources)
    .without(Input::Queued)
    .without(Input::Initializing)
    .without(Input::PermanentFailure);

/// Plugins that end well, and nothing else.
const BARE: Inputs = Inputs::NONE.with(Input::Success).with(Input::Reply);

/// The models, mildest first.
pub fn models() -> Vec<Model> {
    use PlannedKind::{
        BoundedTask, CachedTask, EarlyTask, EmptyTask, FailedTrace, InvalidCondition, InvalidTask, Recovered, SdkTask,
        SerialTask, Task, TimedCondition, TimedTask,
    };
    let brief = |kinds: &[PlannedKind]| Bounds { inputs: BRIEF, ..Bounds::of(kinds) };
    let calm = |kinds: &[PlannedKind]| Bounds { inputs: BRIEF.without(Input::SystemFailure), ..Bounds::of(kinds) };
    let once = |kinds: &[PlannedKind]| Bounds { attempts: 1, ..calm(kinds) };
    let finite = |kinds: &[PlannedKind]| Bounds { inputs: BARE, ..once(kinds) };
    let op = |bounds: Bounds| bounds.with(Input::Abort).with(Input::CreateAgain);
    let race = |bounds: Bounds| bounds.with(Input::Abort).with(Input::LateChild).in_pieces();
    let collected = |bounds: Bounds| Bounds { collects: true, ..bounds };
    let failing =
        |bounds: Bounds, calls: &[Call]| calls.iter().fold(bounds.with(Input::Abort), |b, call| b.with_call(*call));
    let executor = [Call::RecordEvent, Call::WriteStatus, Call::PatchLabels, Call::UpdateFinalizer, Call::BuildContext];
    let stopping = [Call::AbortPlugin, Call::FinalizePlugin, Call::MarkAbortAttempt, Call::ClearAbortRequest];
    let services = [Call::CreateResource, Call::RecordAction, Call::UpdateActionStatus];
    let model = |name, fault, bounds| Model { name, fault, bounds };
    vec![
        model("a task", Fault::None, brief(&[Task]).with(Input::Queued)),
        model("a task with a maximum runtime", Fault::None, calm(&[TimedTask])),
        model("a task with a deadline, a queue and waits", Fault::None, calm(&[BoundedTask])),
        model("a parent and its child", Fault::None, brief(&[Task, Task])),
        model("a condition with a deadline", Fault::None, calm(&[Task, TimedCondition])),
        model(
            "every kind",
            Fault::None,
            once(&[Task, InvalidTask, EmptyTask, FailedTrace, InvalidCondition, Recovered]),
        ),
        model("a task without a template, collected", Fault::None, collected(once(&[EmptyTask]))),
        model("a parent that waits for its child", Fault::None, once(&[SdkTask, Task])),
        model(
            "a parent above a parent",
            Fault::None,
            Bounds {
                actions: vec![
                    Planned { kind: SdkTask, parent: 0 },
                    Planned { kind: SdkTask, parent: 0 },
                    Planned { kind: Task, parent: 1 },
                ],
                ..once(&[SdkTask])
            },
        ),
        model("a child whose name comes first", Fault::None, finite(&[Task, EarlyTask])),
        model("a trace that failed", Fault::None, finite(&[Task, FailedTrace])),
        model("an error too long to be stored", Fault::None, finite(&[Task]).with(Input::LongError)),
        model("outputs in the cache", Fault::None, once(&[CachedTask, CachedTask]).with(Input::Initializing)),
        model("tasks that run alone", Fault::None, once(&[SerialTask, SerialTask])),
        model("collected when it has ended", Fault::None, collected(once(&[Task, Task]))),
        model("a task without a template, aborted", Fault::Op, once(&[EmptyTask]).with(Input::Abort)),
        model("a status written from outside", Fault::Op, calm(&[Task]).with(Input::PutStatus)),
        model("a task, aborted and created again", Fault::Op, op(brief(&[Task]))),
        model("a parent and its child, aborted and created again", Fault::Op, op(once(&[Task, Task]))),
        model("a condition, aborted and enqueued again", Fault::Op, op(once(&[Task, TimedCondition]))),
        model("collected, then created again", Fault::Op, collected(once(&[Task])).with(Input::CreateAgain)),
        model(
            "collected after two attempts, then created again",
            Fault::Op,
            collected(calm(&[Task])).with(Input::CreateAgain),
        ),
        model("a task, piece by piece", Fault::Race, race(brief(&[Task]))),
        model("a parent and its child, piece by piece", Fault::Race, race(once(&[Task, Task]))),
        model("a condition, piece by piece", Fault::Race, race(once(&[Task, TimedCondition]))),
        model("a task, updated from outside", Fault::Race, calm(&[Task]).with(Input::OutsideUpdate)),
        model("news that comes twice", Fault::Race, race(calm(&[Task])).with(Input::Duplicate)),
        model(
            "a condition, read from a stale cache",
            Fault::Race,
            Bounds { inputs: Inputs::NONE.with(Input::Signal), ..once(&[Task, TimedCondition]) }
                .with_call(Call::ReadResource)
                .in_pieces(),
        ),
        model("a task, read from a stale cache", Fault::Race, failing(calm(&[Task]), &[Call::ReadResource])),
        model("abort calls that fail", Fault::Rpc, once(&[Task, Task]).with(Input::Abort).with(Input::FailedReply)),
        model("calls of the executor that fail", Fault::Rpc, failing(brief(&[Task]), &executor)),
        model(
            "a maximum runtime, and a clean-up that fails",
            Fault::Rpc,
            failing(Bounds { inputs: BARE.with(Input::Running), attempts: 2, ..once(&[TimedTask]) }, &stopping[..2]),
        ),
        model("a retry whose attempt cannot be stopped", Fault::Rpc, calm(&[Task]).with_call(Call::AbortPlugin)),
        model("calls of an abort that fail", Fault::Rpc, failing(calm(&[Task]), &stopping)),
        model("calls of the services that fail", Fault::Rpc, failing(finite(&[Task, Task]), &services).in_pieces()),
        model(
            "a cache that fails",
            Fault::Rpc,
            failing(once(&[SerialTask, SerialTask]), &[Call::LookUpCache, Call::ReserveCache, Call::PutCache]),
        ),
        model("wake-ups that are lost", Fault::Rpc, finite(&[Task, TimedCondition]).with_call(Call::Notify)),
        model(
            "a parent whose watch breaks",
            Fault::Rpc,
            failing(finite(&[SdkTask, Task]).with(Input::Running).with(Input::UserFailure), &[Call::WatchChildren]),
        ),
        model(
            "a child that cannot be enqueued at once",
            Fault::Rpc,
            finite(&[SdkTask, Task]).with(Input::Running).with(Input::Abort).with_call(Call::CreateResource),
        ),
        model(
            "bounds of a task, and calls that fail",
            Fault::Rpc,
            Bounds { inputs: BARE.with(Input::Running), attempts: 2, ..once(&[BoundedTask]) }
                .with_call(Call::BuildContext)
                .with_call(Call::AbortPlugin)
                .with_call(Call::RecordEvent),
        ),
        model("news that is lost", Fault::Rpc, race(calm(&[Task])).with(Input::Drop)),
        model(
            "restarts",
            Fault::Crash,
            once(&[Task, Task])
                .with(Input::Abort)
                .with(Input::RestartExecutor)
                .with(Input::RestartActions)
                .with(Input::RestartRuns),
        ),
        model(
            "a parent whose watch connects anew",
            Fault::Crash,
            once(&[SdkTask, Task])
                .with(Input::Abort)
                .with(Input::RestartActions)
                .with(Input::RestartSdk)
                .with_call(Call::WatchChildren),
        ),
        model(
            "a restart of tasks that run alone",
            Fault::Crash,
            once(&[SerialTask, SerialTask]).with(Input::RestartExecutor).in_pieces(),
        ),
    ]
}
