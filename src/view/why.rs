//! Why an action is as it is, in words of somebody who runs workloads: what it does, since when, what the plugin said, what
//! it waits for and until when, what can end it, what that would do to its children, and which known bug it looks like.
//!
//! Each answer has a code from a closed table, which programs and translations hold on to; the sentences are made from it.

use super::event::SourceView;
use super::snapshot::{ActionView, ResourceView, action as action_view};
use crate::model::time::span;
use crate::model::words::words;
use crate::model::{
    ActionId, ActionKind, ActionPhase, ChildFailure, ErrorKind, Fact, Message, PendingWork, PluginPhase, Rule, TextId,
    Time, TimerKind, What,
};
use crate::world::abort_queue::AbortTaskState;
use crate::world::disagreement::{Apart, Disagreement};
use crate::world::{Action, World};
use serde::Serialize;

words! {
    /// What an action does, or how it ended.
    pub enum WhyCode {
        /// Its resource is about to be created.
        QueuedOnItsWay = 0 "queued.onItsWay",
        /// It has no resource, and nobody will create one.
        QueuedNoResource = 1 "queued.noResource",
        /// The executor has asked its plugin for nothing yet.
        QueuedFresh = 2 "queued.fresh",
        /// Its plugin has it queued: its pod is to be scheduled.
        QueuedPlugin = 3 "queued.plugin",
        /// Another attempt begins.
        QueuedRetry = 4 "queued.retry",
        /// The platform failed, and it is launched again.
        QueuedRelaunch = 5 "queued.relaunch",
        /// It waits for room in a quota.
        WaitingQuota = 6 "waiting.quota",
        /// It waits for resources.
        WaitingResources = 7 "waiting.resources",
        /// It waits for another action's outputs.
        WaitingCache = 8 "waiting.cache",
        /// The executor cannot prepare it, and tries again for ever.
        WaitingSetup = 9 "waiting.setup",
        /// Its retry waits as the retry strategy says.
        WaitingBackoff = 10 "waiting.backoff",
        /// After a failure of the platform it is launched again when the executor's interval is over.
        WaitingInterval = 11 "waiting.interval",
        /// It waits for a signal.
        WaitingSignal = 12 "waiting.signal",
        /// It could not be enqueued, and is asked for again.
        WaitingEnqueue = 13 "waiting.enqueue",
        /// Its environment is set up.
        Initializing = 14 "initializing",
        /// Its image is pulled, or cannot be.
        InitializingImage = 15 "initializing.image",
        /// It runs.
        Running = 16 "running",
        /// It runs, and children of it live.
        RunningChildren = 17 "running.children",
        /// It runs, and something below it waits for a signal.
        RunningPausedBelow = 18 "running.pausedBelow",
        /// It runs, and its process waits for news that will not come.
        RunningDeaf = 19 "running.deaf",
        /// It runs, and a child of it has failed, of which nobody tells it.
        RunningChildFailed = 20 "running.childFailed",
        /// It runs, and nobody sees it.
        RunningUnrecorded = 21 "running.unrecorded",
        /// It has ended, and the row was not told.
        EndedUntold = 22 "ended.untold",
        /// It has ended; what it ended with cannot be stored.
        EndedUnstored = 23 "ended.unstored",
        /// Its abort waits for a worker.
        AbortingQueued = 24 "aborting.queued",
        /// Its abort waits for an answer.
        AbortingCalling = 25 "aborting.calling",
        /// The call of its abort failed, and is made again.
        AbortingBackoff = 26 "aborting.backoff",
        /// What runs is stopped.
        AbortingStopping = 27 "aborting.stopping",
        /// The row says ABORTED, and it goes on.
        AbortedGoesOn = 28 "aborted.goesOn",
        /// It succeeded.
        Succeeded = 29 "ended.succeeded",
        /// Its outputs were taken from the cache.
        SucceededCached = 30 "ended.cacheHit",
        /// It was taken over from another run.
        Recovered = 31 "ended.recovered",
        /// It failed by its own code, and no attempt is left.
        FailedUser = 32 "ended.failed",
        /// It failed by its own code in a way that is not tried again.
        FailedForGood = 33 "ended.failedForGood",
        /// It failed by the platform.
        FailedPlatform = 34 "ended.failedByPlatform",
        /// It could not be started.
        FailedInvalid = 35 "ended.failedInvalid",
        /// It failed by what became of a child.
        FailedByChild = 36 "ended.failedByChild",
        /// It took too long.
        TimedOut = 37 "ended.timedOut",
        /// Nobody signalled it in time.
        TimedOutSignal = 38 "ended.notSignalled",
        /// Somebody had it aborted.
        Aborted = 39 "ended.aborted",
        /// It was deleted with what is above it.
        AbortedAlong = 40 "ended.abortedAlong",
        /// Its resource is gone, and its row does not say so.
        Gone = 41 "gone",
        /// None of these.
        Other = 42 "other",
    }
}

words! {
    /// Whose matter it is.
    pub enum Blame {
        /// The user's code or its settings.
        User = 0 "user",
        /// The cluster below.
        Platform = 1 "platform",
        /// Flyte's own.
        Flyte = 2 "flyte",
        /// Nobody's: it is as it should be.
        Nobody = 3 "nobody",
        /// It cannot be told.
        Unknown = 4 "unknown",
    }
}

/// What can end an action, or bring it further.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct WhyEnd {
    pub by: &'static str,
    pub to: ActionPhase,
    pub sentence: String,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "types.ts, which ships with the package, describes every field")]
pub struct Why {
    pub code: WhyCode,
    pub action: String,
    pub phase: ActionPhase,
    pub since: Time,
    pub headline: String,
    pub reason: Option<String>,
    pub waits_for: Option<String>,
    pub until: Option<Time>,
    pub ends: Vec<WhyEnd>,
    pub children: Option<String>,
    pub rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceView>,
    pub incidents: Vec<&'static str>,
    pub stores: Vec<Disagreement>,
    pub blame: Blame,
    pub todo: &'static str,
    pub sentences: Vec<String>,
}

/// Everything that is asked about one action.
struct Asked<'a> {
    world: &'a World,
    id: ActionId,
    action: &'a Action,
    view: &'a ActionView,
    facts: &'a [Fact],
}

/// What is found first: the code, what is waited for and until when, and which known bug it looks like.
#[derive(Default)]
struct Found {
    waits_for: Option<String>,
    until: Option<Time>,
    incidents: Vec<&'static str>,
}

/// Why an action is as it is. `facts` are those about it and about none, oldest first.
pub fn why(world: &World, facts: &[Fact], id: ActionId) -> Option<Why> {
    let view = action_view(world, facts, id)?;
    let asked = Asked { world, id, action: world.action(id)?, view: &view, facts };
    let mut found = Found::default();
    let code = asked.code(&mut found);
    asked.look_for_incidents(code, &mut found);
    let cause = asked.cause();
    let reason = asked.reason();
    let headline = asked.headline(code);
    let ends = asked.ends(code);
    let children = asked.children(code);
    let (blame, todo) = asked.advice(code);
    let mut sentences = vec![headline.clone()];
    sentences.extend(reason.iter().map(|said| format!("It was said: {said}")));
    sentences.extend(found.waits_for.clone());
    sentences.extend(children.clone());
    if !todo.is_empty() {
        sentences.push(todo.to_owned());
    }
    Some(Why {
        code,
        action: view.id.clone(),
        phase: view.phase,
        since: asked.since(),
        headline,
        reason,
        waits_for: found.waits_for,
        until: found.until,
        ends,
        children,
        rule: cause.name(),
        source: SourceView::of(cause),
        incidents: found.incidents,
        stores: view.disagreements.clone(),
        blame,
        todo,
        sentences,
    })
}

impl Asked<'_> {
    fn name(&self) -> &str {
        &self.view.id
    }

    fn resource(&self) -> Option<&ResourceView> {
        self.view.resource.as_ref()
    }

    fn timer(&self, kind: TimerKind) -> Option<Time> {
        self.world.timers_of(self.id).find(|timer| timer.kind == kind).map(|timer| timer.due)
    }

    fn has_pending(&self, work: PendingWork) -> bool {
        self.world.pending_of(self.id).any(|item| item.work == work)
    }

    fn met(&self, rule: Rule) -> bool {
        self.own().any(|fact| fact.rule == rule)
    }

    fn own(&self) -> impl DoubleEndedIterator<Item = &Fact> {
        self.facts.iter().filter(|fact| fact.action == Some(self.id))
    }

    fn attempt(&self) -> u32 {
        self.action.resource.map_or(self.view.attempts.max(1), |resource| resource.cr.status.observed_attempts())
    }

    fn apart(&self, what: Apart) -> bool {
        self.view.disagreements.iter().any(|disagreement| disagreement.what == what)
    }

    /// How far it is from now.
    fn from_now(&self, until: Time) -> String {
        format!("in {}, at {until}", span(until.since(self.world.now())))
    }

    fn code(&self, found: &mut Found) -> WhyCode {
        let Some(resource) = self.action.resource else { return self.without_resource(found) };
        let status = &resource.cr.status;
        if self.action.row.is_none() {
            return WhyCode::RunningUnrecorded;
        }
        if self.view.phase == ActionPhase::Aborted && !status.conditions.is_terminal() {
            return self.aborting(found);
        }
        if self.view.terminal {
            return self.ended();
        }
        if resource.cr.deleting {
            found.until = self.timer(TimerKind::Requeue);
            return WhyCode::AbortingStopping;
        }
        if status.conditions.is_terminal() {
            found.until = self.timer(TimerKind::Resync);
            found.waits_for = found.until.map(|until| {
                format!("The next event of its resource tells it, or the informer's resync {}.", self.from_now(until))
            });
            return WhyCode::EndedUntold;
        }
        if self.action.spec.kind == ActionKind::Condition {
            return self.waits_for_signal(found);
        }
        if let Some(until) = self.timer(TimerKind::Backoff) {
            return self.waits_to_launch(until, found);
        }
        self.launched(status.plugin_phase, found)
    }

    fn without_resource(&self, found: &mut Found) -> WhyCode {
        if let Some(until) = self.timer(TimerKind::EnqueueRetry) {
            found.until = Some(until);
            found.waits_for = Some(format!("The SDK asks for it again {}.", self.from_now(until)));
            return WhyCode::WaitingEnqueue;
        }
        if self.has_pending(PendingWork::Enqueue) {
            return WhyCode::QueuedOnItsWay;
        }
        if self.view.terminal || self.action.spec.kind == ActionKind::Trace {
            return if self.world.abort_of(self.id).is_some() { self.aborting(found) } else { self.ended() };
        }
        let was_there = self.own().any(|fact| fact.what == What::ResourceCreated) || self.met(Rule::Imported);
        if was_there { WhyCode::Gone } else { WhyCode::QueuedNoResource }
    }

    fn aborting(&self, found: &mut Found) -> WhyCode {
        let max = self.world.config().abort.attempts_max;
        match self.world.abort_of(self.id).map(|task| task.state) {
            Some(AbortTaskState::Queued { .. }) => {
                found.waits_for = Some(format!(
                    "It waits for one of {} workers of the abort reconciler.",
                    self.world.config().abort.workers
                ));
                WhyCode::AbortingQueued
            }
            Some(AbortTaskState::Calling { attempt }) => {
                found.waits_for =
                    Some(format!("Call {attempt} of {max} to the actions service is under way, and was not answered."));
                WhyCode::AbortingCalling
            }
            Some(AbortTaskState::Waiting { until, delay_ms, ceiling_ms }) => {
                found.until = Some(until);
                let count = self.action.row.map_or(0, |row| row.abort.attempts);
                found.waits_for = Some(format!(
                    "Call {count} of {max} failed. The next one comes {}: {} was drawn from up to {}, which doubles with each \
                     call; all ten together wait 511 s at the most.",
                    self.from_now(until),
                    span(delay_ms),
                    span(ceiling_ms)
                ));
                WhyCode::AbortingBackoff
            }
            None if self.action.resource.is_some_and(|resource| resource.cr.deleting) => WhyCode::AbortingStopping,
            None => WhyCode::AbortedGoesOn,
        }
    }

    fn ended(&self) -> WhyCode {
        let error = self.action.resource.and_then(|resource| resource.cr.status.error);
        let by = |rule| self.own().rev().any(|fact| fact.rule == rule);
        match self.view.phase {
            ActionPhase::Succeeded if by(Rule::CacheHit) => WhyCode::SucceededCached,
            ActionPhase::Succeeded => WhyCode::Succeeded,
            ActionPhase::Recovered => WhyCode::Recovered,
            ActionPhase::TimedOut if self.action.spec.kind == ActionKind::Condition => WhyCode::TimedOutSignal,
            ActionPhase::TimedOut => WhyCode::TimedOut,
            ActionPhase::Aborted if self.action.row.is_some_and(|row| row.abort.reason.is_some_and(is_given)) => {
                WhyCode::Aborted
            }
            ActionPhase::Aborted => WhyCode::AbortedAlong,
            ActionPhase::Failed if by(Rule::ChildFailureRaised) || by(Rule::ChildFailureCancels) => {
                WhyCode::FailedByChild
            }
            ActionPhase::Failed if by(Rule::ValidationFailed) || by(Rule::ConditionSpecInvalid) => {
                WhyCode::FailedInvalid
            }
            ActionPhase::Failed if error.is_some_and(|error| error.kind == ErrorKind::System) => {
                WhyCode::FailedPlatform
            }
            ActionPhase::Failed if by(Rule::RetriesExhausted) => WhyCode::FailedUser,
            ActionPhase::Failed => WhyCode::FailedForGood,
            _ => WhyCode::Other,
        }
    }

    fn waits_for_signal(&self, found: &mut Found) -> WhyCode {
        let kind = self.view.value_type.map_or("value", crate::model::ValueType::name);
        found.until = self.timer(TimerKind::ConditionDeadline);
        let asks = self.view.prompt.as_ref().map(|prompt| format!(", asked \"{prompt}\"")).unwrap_or_default();
        let end = found.until.map_or("There is no deadline: it waits for ever.".to_owned(), |until| {
            format!("Without one it ends TIMED_OUT {}.", self.from_now(until))
        });
        found.waits_for = Some(format!("Somebody has to signal it with a {kind}{asks}. {end}"));
        WhyCode::WaitingSignal
    }

    fn waits_to_launch(&self, until: Time, found: &mut Found) -> WhyCode {
        found.until = Some(until);
        let by = self.own().rev().find_map(|fact| match fact.what {
            What::TimerSet { kind: TimerKind::Backoff, .. } => Some(fact.rule),
            _ => None,
        });
        if by == Some(Rule::PaceTimerSet) {
            found.waits_for = Some(format!(
                "The executor asks its plugin again {}, when its interval of {} is over.",
                self.from_now(until),
                span(self.world.config().requeue_ms)
            ));
            return WhyCode::WaitingInterval;
        }
        let backoff = &self.action.spec.backoff;
        let retry = self.attempt().saturating_sub(2);
        let cap =
            if backoff.cap_ms == u64::MAX { String::new() } else { format!(", {} at the most", span(backoff.cap_ms)) };
        found.waits_for = Some(format!(
            "Attempt {} is launched {}: the wait is {} × {}^{retry}{cap}.",
            self.attempt(),
            self.from_now(until),
            span(backoff.base_ms),
            f64::from_bits(backoff.factor)
        ));
        WhyCode::WaitingBackoff
    }

    fn launched(&self, plugin: Option<PluginPhase>, found: &mut Found) -> WhyCode {
        let reason = self.reason().unwrap_or_default().to_lowercase();
        let message =
            self.resource().and_then(|resource| resource.conditions.first()).map(|first| first.message.clone());
        let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
        if self.met(Rule::StatusTooLong) && self.last_failure() == Some(Rule::StatusTooLong) {
            return WhyCode::EndedUnstored;
        }
        match plugin {
            None if self.met(Rule::CacheIdentifierMissing) || self.last_failure() == Some(Rule::ContextNotBuilt) => {
                found.until = self.timer(TimerKind::Requeue);
                WhyCode::WaitingSetup
            }
            None => WhyCode::QueuedFresh,
            Some(PluginPhase::WaitingForCache) => {
                found.waits_for = message.map(|said| format!("The executor says: {said}."));
                found.until = self.timer(TimerKind::Requeue);
                WhyCode::WaitingCache
            }
            Some(PluginPhase::WaitingForResources) if says(&["quota"]) => WhyCode::WaitingQuota,
            Some(PluginPhase::WaitingForResources) => WhyCode::WaitingResources,
            Some(PluginPhase::Queued | PluginPhase::NotReady) if says(&["quota"]) => WhyCode::WaitingQuota,
            Some(PluginPhase::Queued | PluginPhase::NotReady) if self.is_relaunched() => WhyCode::QueuedRelaunch,
            Some(PluginPhase::Queued) if self.restarts() => WhyCode::QueuedRetry,
            Some(PluginPhase::Queued | PluginPhase::NotReady) => WhyCode::QueuedPlugin,
            Some(PluginPhase::Initializing) if says(&["image", "pull"]) => WhyCode::InitializingImage,
            Some(PluginPhase::Initializing) => WhyCode::Initializing,
            Some(PluginPhase::Running) => self.running(),
            Some(PluginPhase::RetryableFailure) => WhyCode::QueuedRetry,
            Some(_) => WhyCode::Other,
        }
    }

    fn running(&self) -> WhyCode {
        let children = || self.world.children(self.id).filter_map(|child| self.world.action(child));
        if self.view.process == Some("deaf") || self.unheard().is_some() {
            return WhyCode::RunningDeaf;
        }
        if self.view.child_phase_counts.get(ActionPhase::Paused) > 0 {
            return WhyCode::RunningPausedBelow;
        }
        if children().any(|child| child.row.is_some_and(|row| !row.phase.is_terminal())) {
            return WhyCode::RunningChildren;
        }
        let failed = |child: &Action| child.has_ended() && child.row.is_some_and(|row| !row.phase.is_success());
        if children().any(failed) && self.action.spec.child_failure != ChildFailure::Catches {
            return WhyCode::RunningChildFailed;
        }
        WhyCode::Running
    }

    /// A child that has ended, of whose end the process in the parent's pod has not heard.
    fn unheard(&self) -> Option<ActionId> {
        self.view.process?;
        self.world.children(self.id).find(|child| {
            self.world.action(*child).is_some_and(|child| {
                let heard = child.heard.is_some_and(ActionPhase::is_terminal);
                child.spec.kind != ActionKind::Trace && child.has_ended() && !heard
            })
        })
    }

    /// The rule of the last call that failed, if nothing was written since.
    fn last_failure(&self) -> Option<Rule> {
        let told =
            self.own().rev().find(|fact| matches!(fact.what, What::CallFailed { .. } | What::StatusWritten { .. }));
        told.filter(|fact| matches!(fact.what, What::CallFailed { .. })).map(|fact| fact.rule)
    }

    fn restarts(&self) -> bool {
        let progressing = self
            .action
            .resource
            .and_then(|resource| resource.cr.status.conditions.iter().next().map(|condition| condition.message));
        progressing == Some(Message::RestartingTask)
    }

    /// Whether a failure of the platform has come since the attempt began.
    fn is_relaunched(&self) -> bool {
        let mut counted = false;
        for fact in self.own() {
            match fact.what {
                What::SystemFailureCounted { .. } => counted = true,
                What::StatusWritten { .. } if matches!(fact.rule, Rule::ResetToQueued | Rule::RestartInPlace) => {
                    counted = false;
                }
                _ => {}
            }
        }
        counted
    }

    /// When the row came into its phase, or the resource into being.
    fn since(&self) -> Time {
        let moved =
            self.own().rev().find(|fact| matches!(fact.what, What::PhaseRecorded { .. } | What::RowCreated { .. }));
        let created = || self.action.resource.map(|resource| resource.created_at);
        moved.map(|fact| fact.at).or_else(created).unwrap_or(self.world.now())
    }

    fn cause(&self) -> Rule {
        let told = self.own().rev().find(|fact| {
            matches!(
                fact.what,
                What::PhaseRecorded { .. }
                    | What::RowCreated { .. }
                    | What::StatusWritten { .. }
                    | What::SystemFailureCounted { .. }
                    | What::CallFailed { .. }
                    | What::AbortRetryScheduled { .. }
                    | What::AbortGivenUp { .. }
            )
        });
        told.map_or(Rule::ActionEnqueued, |fact| fact.rule)
    }

    /// What the plugin said last, or the error it ended with, word for word.
    fn reason(&self) -> Option<String> {
        let error = self.resource().and_then(|resource| resource.error_state.as_ref());
        if let Some(error) = error.filter(|_| self.view.terminal || self.view.phase.is_terminal()) {
            return Some(format!("{}: {}", error.code, error.message));
        }
        let texts = self.world.texts();
        let said = self.own().rev().find_map(|fact| match fact.what {
            What::SystemFailureCounted { cause: Some(cause), .. } => Some(super::text::cause_text(texts, cause)),
            What::EventRecorded { error: Some(error), .. } => Some(super::text::message(texts, error.message)),
            What::EventRecorded { said, .. } => Some(super::text::message(texts, said)).filter(|said| !said.is_empty()),
            _ => None,
        });
        said.filter(|said| !said.is_empty())
    }

    fn headline(&self, code: WhyCode) -> String {
        let name = self.name();
        let of = if self.view.max_attempts > 1 {
            format!("attempt {} of {}", self.attempt(), self.view.max_attempts)
        } else {
            "its only attempt".to_owned()
        };
        let row = self.view.phase;
        match code {
            WhyCode::QueuedOnItsWay => format!("{name} is accepted, and its resource is about to be created."),
            WhyCode::QueuedNoResource => {
                format!("{name} says {row}, but it has no resource, and nobody will create one: it stays so.")
            }
            WhyCode::QueuedFresh => format!("{name} is queued: its plugin has launched nothing yet."),
            WhyCode::QueuedPlugin => format!("{name} ({of}) is launched, and waits to be scheduled."),
            WhyCode::QueuedRetry => format!("{name} failed and is tried again: {of} begins."),
            WhyCode::QueuedRelaunch => {
                format!("The platform failed under {name}, so {of} is launched again; that consumes no attempt.")
            }
            WhyCode::WaitingQuota => format!("{name} ({of}) waits for room in a quota."),
            WhyCode::WaitingResources => format!("{name} ({of}) waits for resources."),
            WhyCode::WaitingCache => format!("{name} waits for another action that computes the same outputs."),
            WhyCode::WaitingSetup => {
                format!("The executor cannot prepare {name}, and tries again at each interval without end.")
            }
            WhyCode::WaitingBackoff => format!("{name} failed, and {of} waits before it is launched."),
            WhyCode::WaitingInterval => format!("The platform failed under {name}; it is launched again after a wait."),
            WhyCode::WaitingSignal => format!("{name} waits for a signal."),
            WhyCode::WaitingEnqueue => format!("{name} could not be enqueued, and is asked for again."),
            WhyCode::Initializing => format!("{name} ({of}) is being set up."),
            WhyCode::InitializingImage => format!("{name} ({of}) waits for its image."),
            WhyCode::Running => format!("{name} runs ({of})."),
            WhyCode::RunningChildren => format!("{name} runs ({of}), and children of it have not ended."),
            WhyCode::RunningPausedBelow => format!("{name} says RUNNING, and something below it waits for a signal."),
            WhyCode::RunningDeaf => format!("{name} says RUNNING, but its process waits for news that will not come."),
            WhyCode::RunningChildFailed => {
                format!(
                    "{name} runs ({of}); a child of it did not end well, and its own code has not ended by that yet."
                )
            }
            WhyCode::RunningUnrecorded => {
                format!("{name} goes on in the cluster, but the run service has no row of it.")
            }
            WhyCode::EndedUntold => format!("{name} has ended in the cluster, but its row still says {row}."),
            WhyCode::EndedUnstored => {
                format!("{name} has ended with an error that is too long to be stored, so it says {row} for ever.")
            }
            WhyCode::AbortingQueued | WhyCode::AbortingCalling => {
                format!("{name} says ABORTED, and is about to be stopped.")
            }
            WhyCode::AbortingBackoff => {
                format!("{name} says ABORTED, but it could not be stopped yet and may still run.")
            }
            WhyCode::AbortingStopping => {
                format!("{name} is being stopped: its resource goes when its plugin has cleaned up.")
            }
            WhyCode::AbortedGoesOn => format!("{name} says ABORTED, but it goes on, and nobody stops it any more."),
            WhyCode::Succeeded => format!("{name} succeeded."),
            WhyCode::SucceededCached => format!("{name} succeeded without running: its outputs were in the cache."),
            WhyCode::Recovered => {
                format!("{name} was taken over from another run, where it succeeded; it did not run.")
            }
            WhyCode::FailedUser => format!("{name} failed in its own code, and {of} was the last."),
            WhyCode::FailedForGood => format!("{name} failed in a way that is not tried again."),
            WhyCode::FailedPlatform => format!("{name} failed by the platform, more often in a row than is tolerated."),
            WhyCode::FailedInvalid => format!("{name} could not be started: its spec lacks what it needs."),
            WhyCode::FailedByChild => format!("{name} failed because a child of it did not end well."),
            WhyCode::TimedOut => format!("{name} took longer than it may."),
            WhyCode::TimedOutSignal => format!("Nobody signalled {name} in time."),
            WhyCode::Aborted => {
                let reason = self.view.row.as_ref().and_then(|row| row.abort_reason.clone()).unwrap_or_default();
                format!("{name} was aborted: {reason}")
            }
            WhyCode::AbortedAlong => format!("{name} was deleted with what is above it, so it ended ABORTED."),
            WhyCode::Gone => {
                format!("{name} says {row}, but its resource is gone: nothing runs, and nothing moves it any more.")
            }
            WhyCode::Other => format!("{name} says {row}."),
        }
    }

    fn ends(&self, code: WhyCode) -> Vec<WhyEnd> {
        let mut ends = Vec::new();
        let mut end = |by, to, sentence: String| ends.push(WhyEnd { by, to, sentence });
        if self.view.terminal || self.action.resource.is_none() || code == WhyCode::EndedUntold {
            return ends;
        }
        for (kind, by, what) in [
            (TimerKind::AttemptTimeout, "attemptTimeout", "its maximum runtime ends"),
            (TimerKind::QueuedTimeout, "queuedTimeout", "its maximum queued time ends"),
            (TimerKind::ActionDeadline, "actionDeadline", "its deadline comes"),
            (TimerKind::ConditionDeadline, "conditionDeadline", "its deadline comes without a signal"),
        ] {
            if let Some(until) = self.timer(kind) {
                end(
                    by,
                    ActionPhase::TimedOut,
                    format!("{}, if {what} ({}).", ActionPhase::TimedOut, self.from_now(until)),
                );
            }
        }
        match self.action.spec.kind {
            ActionKind::Condition => {
                end("signal", ActionPhase::Succeeded, "SUCCEEDED, by a signal that fits.".to_owned())
            }
            _ if self.view.phase != ActionPhase::Aborted => {
                end("success", ActionPhase::Succeeded, "SUCCEEDED, if its code ends well.".to_owned());
                let left = self.view.max_attempts.saturating_sub(self.attempt());
                let (to, sentence) = if left == 0 {
                    (ActionPhase::Failed, "FAILED for good, if its code fails: no attempt is left.".to_owned())
                } else {
                    (ActionPhase::Queued, format!("Another attempt, if its code fails: {left} of them are left."))
                };
                end("failure", to, sentence);
            }
            _ => {}
        }
        if self.view.phase != ActionPhase::Aborted {
            end("abort", ActionPhase::Aborted, "ABORTED, if somebody aborts it or its run.".to_owned());
        }
        ends
    }

    fn children(&self, code: WhyCode) -> Option<String> {
        let children = || self.world.children(self.id).filter_map(|child| self.world.action(child));
        let living = children().filter(|child| child.resource.is_some_and(|r| !r.cr.status.conditions.is_terminal()));
        let (living, all) = (living.count(), children().count());
        if all == 0 {
            return None;
        }
        let failed =
            children().filter(|child| child.row.is_some_and(|row| row.phase.is_terminal() && !row.phase.is_success()));
        let failed: Vec<&str> = failed.map(|child| self.world.texts().get(child.name)).collect();
        let has_failed =
            if failed.is_empty() { String::new() } else { format!(" {} did not end well.", failed.join(", ")) };
        let goes = if living == 0 {
            String::new()
        } else if self.view.terminal || code == WhyCode::EndedUntold {
            format!(" {living} of them live on: the end of a parent stops no child.")
        } else {
            format!(" {living} of them live; an abort stops them as well, its end does not.")
        };
        Some(format!("It has {all} {}.{goes}{has_failed}", if all == 1 { "child" } else { "children" }))
    }

    /// Which known bug of upstream's it looks like.
    fn look_for_incidents(&self, code: WhyCode, found: &mut Found) {
        let mut looks = |is: bool, incident| {
            if is {
                found.incidents.push(incident);
            }
        };
        let deleted = self.action.resource.is_none();
        looks(code == WhyCode::RunningUnrecorded, "S05");
        looks(code == WhyCode::QueuedNoResource && self.met(Rule::ResourceNameTaken), "N31");
        looks(code == WhyCode::QueuedNoResource && !self.met(Rule::ResourceNameTaken), "S06");
        looks(code == WhyCode::EndedUntold, "S22");
        looks(code == WhyCode::EndedUnstored, "N18");
        looks(code == WhyCode::WaitingSetup, "N20");
        looks(code == WhyCode::AbortedGoesOn && self.met(Rule::AbortGivenUp), "N14");
        looks(code == WhyCode::AbortedGoesOn && !self.met(Rule::AbortGivenUp), "N5");
        looks(code == WhyCode::Gone, "N6");
        looks(code == WhyCode::RunningDeaf, "N27");
        looks(code == WhyCode::WaitingSignal && self.run_has_ended(), "N11");
        looks(code == WhyCode::FailedInvalid && self.world.event_keys(self.id).is_empty(), "N24");
        looks(self.apart(Apart::RowWentBack), "N1");
        looks(!deleted && self.view.attempts == 0 && self.attempt() >= 1 && self.action.row.is_some(), "N2");
        looks(self.apart(Apart::AttemptNeverEnded) && self.met(Rule::RestartInPlace), "N4");
        let counted = |fact: &&Fact| matches!(fact.what, What::SystemFailureCounted { count: 1, .. });
        looks(!self.view.terminal && self.own().filter(counted).count() > 2, "S01");
    }

    fn run_has_ended(&self) -> bool {
        let mut above = Some(self.id);
        let mut root = None;
        while let Some(action) = above.and_then(|id| self.world.action(id)) {
            (root, above) = (Some(action), action.parent);
        }
        root.is_some_and(Action::has_ended)
    }

    /// Whose matter it is, and what to do.
    fn advice(&self, code: WhyCode) -> (Blame, &'static str) {
        let error = self.action.resource.and_then(|resource| resource.cr.status.error).map(|error| error.kind);
        match code {
            WhyCode::QueuedOnItsWay
            | WhyCode::QueuedFresh
            | WhyCode::Initializing
            | WhyCode::Running
            | WhyCode::RunningChildren
            | WhyCode::Succeeded
            | WhyCode::SucceededCached
            | WhyCode::Recovered
            | WhyCode::AbortingQueued
            | WhyCode::AbortingCalling
            | WhyCode::AbortingStopping => (Blame::Nobody, ""),
            WhyCode::QueuedPlugin | WhyCode::WaitingResources => {
                (Blame::Platform, "Look at the pod's events: no node may have room for what it asks for.")
            }
            WhyCode::WaitingQuota => {
                (Blame::Platform, "Wait until something ends, ask for less, or have the quota raised.")
            }
            WhyCode::WaitingCache => (
                Blame::Nobody,
                "If the action it waits for has ended or is stuck, look at that one; the cache key says which.",
            ),
            WhyCode::WaitingSetup => (
                Blame::User,
                "Register the task anew: its template, its output location or its cache settings cannot be used.",
            ),
            WhyCode::QueuedRetry | WhyCode::WaitingBackoff => {
                (Blame::User, "Read the error of the attempt that failed.")
            }
            WhyCode::QueuedRelaunch | WhyCode::WaitingInterval => (
                Blame::Platform,
                "If it comes again and again, look at the pod: what is taken for the platform may be the task.",
            ),
            WhyCode::WaitingSignal | WhyCode::RunningPausedBelow => {
                (Blame::User, "Signal the condition, or abort the run.")
            }
            WhyCode::WaitingEnqueue => (Blame::Flyte, "Look at the actions service: it does not take new actions."),
            WhyCode::InitializingImage => (Blame::User, "Check the image's name and the credentials of its registry."),
            WhyCode::RunningDeaf => {
                (Blame::Flyte, "Abort the run, or restart the parent's pod: the new process looks again.")
            }
            WhyCode::RunningChildFailed => {
                (Blame::User, "The parent's code decides: it may catch the failure, or not await it.")
            }
            WhyCode::RunningUnrecorded => {
                (Blame::Flyte, "Look at the resource; the actions service records it when it restarts.")
            }
            WhyCode::QueuedNoResource => (Blame::Flyte, "Start the run anew under another name."),
            WhyCode::EndedUntold | WhyCode::Gone => (
                Blame::Flyte,
                "The resource or the log has the true end; a restart of the actions service tells what is there.",
            ),
            WhyCode::EndedUnstored => (Blame::Flyte, "Abort it, and have the task raise a shorter error."),
            WhyCode::AbortingBackoff => (Blame::Flyte, "Wait; if it is given up, delete the resource by hand."),
            WhyCode::AbortedGoesOn => (Blame::Flyte, "Delete the resource by hand: what runs still costs."),
            WhyCode::FailedUser | WhyCode::FailedForGood if error == Some(ErrorKind::System) => {
                (Blame::Platform, "Start it again; the error says what failed.")
            }
            WhyCode::FailedUser => (Blame::User, "Mend what the error says, or allow more retries."),
            WhyCode::FailedForGood => (Blame::User, "Mend what the error says; a retry would not help."),
            WhyCode::FailedPlatform => (Blame::Platform, "Start it again, and look at nodes and quotas."),
            WhyCode::FailedInvalid => (Blame::User, "Register the task anew: fields of its spec are empty."),
            WhyCode::FailedByChild => (Blame::User, "Look at the child that failed."),
            WhyCode::TimedOut => (Blame::User, "Allow more time, or find out what takes so long."),
            WhyCode::TimedOutSignal => (Blame::User, "Start it again, and signal it in time."),
            WhyCode::Aborted => (Blame::User, ""),
            WhyCode::AbortedAlong => (Blame::Nobody, "Look at its parent: it went with it."),
            WhyCode::Other => (Blame::Unknown, ""),
        }
    }
}

/// Whether somebody gave that reason for an abort, and not the model in his stead.
fn is_given(reason: TextId) -> bool {
    reason != TextId::WAS_ABORTED
}
