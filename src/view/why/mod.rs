//! Why an action is as it is, in words of somebody who runs workloads: what it does, since when, what the plugin said, what
//! it waits for and until when, what can end it, what that would do to its children, and which known bug it looks like.
//!
//! Each answer has a code from a closed table, which programs and translations hold on to; the sentences are made from it.

use crate::model::time::span;
use crate::model::{
    ActionId, ActionKind, ActionPhase, CacheStatus, ChildFailure, ErrorKind, Fact, Message, PendingWork, PluginPhase,
    Process, Reason, Recorded, Rule, TextId, Time, TimerKind, What,
};
use crate::view::event::SourceView;
use crate::view::snapshot::{ActionView, ResourceView, action as action_view};
use crate::world::abort_queue::AbortTaskState;
use crate::world::disagreement::{Apart, Disagreement};
use crate::world::{Action, World};
use serde::Serialize;

mod codes;
mod said;

pub use codes::{Blame, WhyCode};

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
    /// What a record says of it, where the world is the replay of one.
    record: Option<&'a Recorded>,
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
    why_recorded(world, facts, id, None)
}

/// Why an action of a record is as it is: what was said is what the record says, and nothing that its replay made up.
pub fn why_recorded(world: &World, facts: &[Fact], id: ActionId, record: Option<&Recorded>) -> Option<Why> {
    let mut view = action_view(world, facts, id)?;
    // Where the replay does not get to what the record says, the record is believed.
    let ends = |record: &Recorded| !record.has_log && !view.terminal;
    let apart = record
        .and_then(|record| record.phase.filter(|phase| *phase != view.phase || phase.is_terminal() && ends(record)));
    if let Some(phase) = apart {
        (view.phase, view.terminal) = (phase, phase.is_terminal());
    }
    let asked = Asked { world, id, action: world.action(id)?, view: &view, facts, record };
    let mut found = Found::default();
    let code = apart.map_or_else(|| asked.code(&mut found), |phase| asked.told_code(phase));
    asked.look_for_incidents(code, &mut found);
    if code == WhyCode::QueuedRelaunch {
        found.waits_for = found.waits_for.or_else(|| asked.failures());
    }
    let cause = asked.cause();
    let reason = asked.reason();
    let headline = asked.headline(code);
    let ends = asked.ends(code);
    let children = asked.children(code);
    let (blame, todo) = asked.advice(code);
    let mut sentences = vec![headline.clone()];
    sentences.extend(asked.unenforced());
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
    fn id_text(&self) -> &str {
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

    /// Whether something of it is on its way to the run service.
    fn has_news(&self) -> bool {
        let news = [PendingWork::WatchAdd, PendingWork::WatchUpdate, PendingWork::WatchDelete];
        news.into_iter().any(|work| self.has_pending(work))
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
    fn in_a_while(&self, until: Time) -> String {
        format!("in {}, at {until}", span(until.since(self.world.now())))
    }

    fn code(&self, found: &mut Found) -> WhyCode {
        let Some(resource) = self.action.resource else { return self.without_resource(found) };
        let status = &resource.cr.status;
        let has_news = self.has_news();
        if self.action.row.is_none() && has_news {
            return WhyCode::NewsOnItsWay;
        }
        if self.action.row.is_none() {
            // A spec that is none has no row either, and no signal helps it.
            let is_invalid = status.conditions.iter().any(|condition| condition.reason == Reason::InvalidSpec);
            return if is_invalid { WhyCode::FailedInvalid } else { WhyCode::RunningUnrecorded };
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
        if status.conditions.is_terminal() && has_news {
            return WhyCode::NewsOnItsWay;
        }
        if status.conditions.is_terminal() {
            found.until = self.timer(TimerKind::Resync);
            found.waits_for = found.until.map(|until| {
                format!("The next event of its resource tells it, or the informer's resync {}.", self.in_a_while(until))
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

    /// The answer to a phase of which nothing else is known.
    fn told_code(&self, phase: ActionPhase) -> WhyCode {
        // The replay has followed the log to an end that the row does not have. What only follows from what is above it
        // need not have come about.
        let has_ended = self.action.row.is_some_and(|row| row.phase.is_terminal())
            && self.record.is_some_and(|record| record.log_has_ended);
        match phase {
            _ if !phase.is_terminal() && has_ended => WhyCode::EndedUntold,
            ActionPhase::Unspecified => WhyCode::Other,
            ActionPhase::Queued => WhyCode::QueuedFresh,
            ActionPhase::WaitingForResources => WhyCode::WaitingResources,
            ActionPhase::Initializing => WhyCode::Initializing,
            ActionPhase::Running => WhyCode::Running,
            ActionPhase::Paused => WhyCode::WaitingSignal,
            _ => self.ended(),
        }
    }

    /// Whether it has failed, and nothing says why.
    fn is_unexplained(&self) -> bool {
        self.record.is_some_and(|record| record.reason.is_none() && record.blames.is_none())
            && self.view.phase == ActionPhase::Failed
    }

    fn without_resource(&self, found: &mut Found) -> WhyCode {
        if let Some(until) = self.timer(TimerKind::EnqueueRetry) {
            found.until = Some(until);
            found.waits_for = Some(format!("The SDK asks for it again {}.", self.in_a_while(until)));
            return WhyCode::WaitingEnqueue;
        }
        if self.has_pending(PendingWork::Enqueue) {
            return WhyCode::QueuedOnItsWay;
        }
        if self.view.terminal || self.action.spec.kind == ActionKind::Trace {
            return if self.world.abort_of(self.id).is_some() { self.aborting(found) } else { self.ended() };
        }
        if self.has_news() {
            return WhyCode::NewsOnItsWay;
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
                let before = match attempt {
                    0 | 1 => String::new(),
                    2 => " One before it has failed.".to_owned(),
                    more => format!(" {} before it have failed.", more - 1),
                };
                found.waits_for = Some(format!(
                    "Call {attempt} of {max} to the actions service is under way, or waits to be made again.{before}"
                ));
                WhyCode::AbortingCalling
            }
            Some(AbortTaskState::Waiting { until, delay_ms, ceiling_ms }) => {
                found.until = Some(until);
                let count = self.action.row.map_or(0, |row| row.abort.attempts);
                found.waits_for = Some(format!(
                    "Call {count} of {max} failed. The next one comes {}: {} was drawn from up to {}, which doubles with each \
                     call; all of them together wait {} at the most.",
                    self.in_a_while(until),
                    span(delay_ms),
                    span(ceiling_ms),
                    span(self.abort_waits())
                ));
                WhyCode::AbortingBackoff
            }
            None if self.action.resource.is_some_and(|resource| resource.cr.deleting) => WhyCode::AbortingStopping,
            None if self.has_pending(PendingWork::Reconcile) => WhyCode::AbortingStopping,
            None => WhyCode::AbortedGoesOn,
        }
    }

    /// How long the calls of an abort wait for one another at the most, in milliseconds.
    fn abort_waits(&self) -> u64 {
        let abort = &self.world.config().abort;
        let doubled = (0..abort.attempts_max.saturating_sub(1).min(64))
            .map(|call| abort.initial_delay_ms.saturating_mul(1 << call).min(abort.delay_max_ms));
        let beyond = u64::from(abort.attempts_max.saturating_sub(65)).saturating_mul(abort.delay_max_ms);
        doubled.fold(beyond, u64::saturating_add)
    }

    fn ended(&self) -> WhyCode {
        let error = self.action.resource.and_then(|resource| resource.cr.status.error);
        let by = |rule| self.own().rev().any(|fact| fact.rule == rule);
        let mut conditions = self.action.resource.iter().flat_map(|resource| resource.cr.status.conditions.iter());
        let is_invalid = by(Rule::ValidationFailed)
            || by(Rule::ConditionSpecInvalid)
            || conditions.any(|condition| matches!(condition.reason, Reason::InvalidSpec | Reason::PluginNotFound));
        match self.view.phase {
            ActionPhase::Succeeded if by(Rule::CacheHit) || self.was_cached() => WhyCode::SucceededCached,
            ActionPhase::Succeeded => WhyCode::Succeeded,
            ActionPhase::Recovered => WhyCode::Recovered,
            ActionPhase::TimedOut if self.action.spec.kind == ActionKind::Condition => WhyCode::TimedOutSignal,
            ActionPhase::TimedOut => WhyCode::TimedOut,
            ActionPhase::Aborted if self.record.is_some_and(|record| record.abort_reason.is_some()) => WhyCode::Aborted,
            ActionPhase::Aborted if self.action.row.is_some_and(|row| row.abort.reason.is_some_and(is_given)) => {
                WhyCode::Aborted
            }
            ActionPhase::Aborted => WhyCode::AbortedAlong,
            ActionPhase::Failed if self.is_unexplained() => WhyCode::FailedUser,
            ActionPhase::Failed if self.record.is_some_and(|record| record.blames == Some(ErrorKind::System)) => {
                WhyCode::FailedPlatform
            }
            ActionPhase::Failed if by(Rule::ChildFailureRaised) || by(Rule::ChildFailureCancels) => {
                WhyCode::FailedByChild
            }
            ActionPhase::Failed if is_invalid => WhyCode::FailedInvalid,
            ActionPhase::Failed if error.is_some_and(|error| error.kind == ErrorKind::System) => {
                WhyCode::FailedPlatform
            }
            // Of the last attempt nothing more can be said than that it failed, unless its code is one of those.
            ActionPhase::Failed if by(Rule::NonRetryableCode) || self.attempt() < self.action.spec.max_attempts => {
                WhyCode::FailedForGood
            }
            ActionPhase::Failed => WhyCode::FailedUser,
            _ => WhyCode::Other,
        }
    }

    /// Whether row or record say that its outputs were found in the cache.
    fn was_cached(&self) -> bool {
        let hit = |row: crate::model::ActionRow| row.cache_status == CacheStatus::Hit.number();
        self.record.is_some_and(|record| record.was_cached) || self.action.row.is_some_and(hit)
    }

    fn waits_for_signal(&self, found: &mut Found) -> WhyCode {
        let kind = self.view.value_type.map_or("value", crate::model::ValueType::name);
        found.until = self.timer(TimerKind::ConditionDeadline);
        let asks = self.view.prompt.as_ref().map(|prompt| format!(", asked \"{prompt}\"")).unwrap_or_default();
        let end = match found.until {
            Some(until) => format!("Without one it ends TIMED_OUT {}.", self.in_a_while(until)),
            None if self.record.is_some_and(|record| !record.tells_spec) => {
                "Whether there is a deadline is not told.".to_owned()
            }
            None => "There is no deadline: it waits for ever.".to_owned(),
        };
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
                self.in_a_while(until),
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
            self.in_a_while(until),
            span(backoff.base_ms),
            f64::from_bits(backoff.factor)
        ));
        WhyCode::WaitingBackoff
    }

    fn launched(&self, plugin: Option<PluginPhase>, found: &mut Found) -> WhyCode {
        let reason = self.reason().unwrap_or_default().to_ascii_lowercase();
        let message =
            self.resource().and_then(|resource| resource.conditions.first()).map(|first| first.message.clone());
        let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
        if self.met(Rule::StatusTooLong) && self.last_failure() == Some(Rule::StatusTooLong) {
            return WhyCode::EndedUnstored;
        }
        match plugin {
            Some(PluginPhase::Running | PluginPhase::Initializing) if self.is_down() => WhyCode::QueuedRelaunch,
            None if self.met(Rule::CacheIdentifierMissing) || self.last_failure() == Some(Rule::ContextNotBuilt) => {
                found.until = self.timer(TimerKind::Requeue);
                WhyCode::WaitingSetup
            }
            None if self.is_relaunched() => WhyCode::QueuedRelaunch,
            None => WhyCode::QueuedFresh,
            Some(PluginPhase::WaitingForCache) => {
                found.waits_for = message.map(|said| format!("The executor says: {said}."));
                // Whoever holds the reservation may die with it; then it ends with its lease.
                found.until = self.timer(TimerKind::Requeue).or_else(|| self.timer(TimerKind::Lease));
                WhyCode::WaitingCache
            }
            Some(PluginPhase::WaitingForResources) if says(&["quota"]) => WhyCode::WaitingQuota,
            Some(PluginPhase::WaitingForResources) => WhyCode::WaitingResources,
            Some(PluginPhase::Queued | PluginPhase::NotReady) if says(&["quota"]) => WhyCode::WaitingQuota,
            Some(PluginPhase::Queued | PluginPhase::NotReady) if self.is_relaunched() => WhyCode::QueuedRelaunch,
            Some(PluginPhase::Queued) if self.restarts() => WhyCode::QueuedRetry,
            Some(PluginPhase::Queued | PluginPhase::NotReady) => WhyCode::QueuedPlugin,
            Some(PluginPhase::Initializing) if says(IMAGE) => WhyCode::InitializingImage,
            Some(PluginPhase::Initializing) => WhyCode::Initializing,
            Some(PluginPhase::Running) => self.running(),
            Some(PluginPhase::RetryableFailure) if !self.is_tried_again() => {
                found.waits_for = Some(
                    "Nobody begins its next attempt under these rules; it stays so until it is aborted.".to_owned(),
                );
                WhyCode::Other
            }
            Some(PluginPhase::RetryableFailure) => WhyCode::QueuedRetry,
            Some(_) => WhyCode::Other,
        }
    }

    /// How often the platform has failed in a row, and how often it may.
    fn failures(&self) -> Option<String> {
        let count = self.action.resource.map_or(0, |resource| resource.cr.status.system_failures);
        let times = if count == 1 { "once".to_owned() } else { format!("{count} times in a row") };
        let most = self.world.config().system_failures_max;
        (count > 0 && self.record.is_none())
            .then(|| format!("The platform has failed {times}; more often than {most} in a row ends it for good."))
    }

    fn is_tried_again(&self) -> bool {
        self.action.resource.is_some_and(|resource| self.world.begins_the_next(&resource.cr.status))
    }

    fn running(&self) -> WhyCode {
        let children = || self.world.children(self.id).filter_map(|child| self.world.action(child));
        if self.action.process == Process::Deaf || self.unheard().is_some() {
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
        // A resource that was read has the words alone.
        let text = progressing.map(|message| crate::view::text::message(self.world.texts(), message));
        text.is_some_and(|text| text == crate::view::text::message(self.world.texts(), Message::RestartingTask))
    }

    /// Whether a failure of the platform is the last that was heard of it.
    fn is_down(&self) -> bool {
        let heard = |fact: &&Fact| matches!(fact.what, What::SystemFailureCounted { .. } | What::EventRecorded { .. });
        self.own().rev().find(heard).is_some_and(|fact| matches!(fact.what, What::SystemFailureCounted { .. }))
    }

    /// Whether a failure of the platform has come since the attempt began.
    fn is_relaunched(&self) -> bool {
        // A resource that was read tells it by its count.
        let read = self.met(Rule::Imported)
            && self.action.resource.is_some_and(|resource| resource.cr.status.system_failures > 0);
        let mut counted = read;
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
        if let Some(record) = self.record {
            return record.reason.clone().filter(|_| !self.view.phase.is_success());
        }
        let error = self.resource().and_then(|resource| resource.error_state.as_ref());
        if let Some(error) = error.filter(|_| self.view.terminal || self.view.phase.is_terminal()) {
            // Where nobody told a code, there is none to tell.
            let code = Some(&error.code).filter(|code| !code.is_empty() && *code != UNKNOWN);
            return Some(code.map_or_else(|| error.message.clone(), |code| format!("{code}: {}", error.message)));
        }
        let texts = self.world.texts();
        let said = self.own().rev().find_map(|fact| match fact.what {
            What::SystemFailureCounted { cause: Some(cause), .. } => Some(crate::view::text::cause_text(texts, cause)),
            What::EventRecorded { error: Some(error), .. } => Some(crate::view::text::message(texts, error.message)),
            // What the executor says of its own accord is in the headline.
            What::EventRecorded { said: Message::RestartingTask | Message::Aborted, .. } => None,
            // A report that says nothing leaves nothing of what was said before it.
            What::EventRecorded { said, .. } => Some(crate::view::text::message(texts, said)),
            _ => None,
        });
        let condition = || {
            let conditions = self.action.resource.as_ref()?.cr.status.conditions;
            let text = conditions.iter().find(|condition| matches!(condition.message, Message::Text(_)))?.message;
            Some(crate::view::text::message(texts, text))
        };
        // What says that it is over, or begins again, is in the headline.
        let restarts = crate::view::text::message(texts, Message::RestartingTask);
        let said = said.or_else(condition).map(|said| said.trim().to_owned());
        said.filter(|said| !said.is_empty() && *said != restarts && !self.view.phase.is_success())
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
        let runs = self.action.spec.kind == ActionKind::Task && self.view.phase == ActionPhase::Running;
        looks(!deleted && runs && self.view.attempts == 0, "N2");
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
}

/// The code of an error of which nobody told one.
const UNKNOWN: &str = "Unknown";

/// What is said of an image that is pulled, or cannot be, in small letters.
const IMAGE: &[&str] =
    &["imagepull", "invalidimage", "pulling image", "pull image", "image pull", "image \"", "back-off pulling"];

/// Whether somebody gave that reason for an abort, and not the model in his stead.
fn is_given(reason: TextId) -> bool {
    reason != TextId::WAS_ABORTED
}
