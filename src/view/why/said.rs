//! The words of an answer.

use super::{Asked, Blame, WhyCode, WhyEnd};
use crate::model::time::span;
use crate::model::{ActionKind, ActionPhase, ErrorCode, ErrorKind, Reason, Rule, TimeBound, TimerKind};

/// How memory that ran out is told, in small letters.
const OOM: &[&str] = &["oomkilled", "out of memory"];

impl Asked<'_> {
    pub(super) fn headline(&self, code: WhyCode) -> String {
        let name = self.id_text();
        // How many attempts there are, a record need not tell; then nobody knows which one is the last.
        let tells_max = self.record.is_none_or(|record| record.tells_max);
        let of = match self.view.max_attempts {
            _ if !tells_max => format!("attempt {}", self.attempt()),
            1 => "its only attempt".to_owned(),
            most => format!("attempt {} of {most}", self.attempt()),
        };
        let row = self.view.phase;
        match code {
            WhyCode::QueuedOnItsWay => format!("{name} is accepted, and its resource is about to be created."),
            WhyCode::QueuedNoResource => {
                format!("{name} says {row}, but it has no resource, and nobody will create one: it stays so.")
            }
            WhyCode::QueuedFresh => format!("{name} is queued: its plugin has launched nothing yet."),
            WhyCode::QueuedPlugin => format!("{name} ({of}) is launched, and waits to be scheduled."),
            WhyCode::QueuedRetry if !tells_max => format!("{name} failed; another attempt follows if one is left."),
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
            WhyCode::EndedUntold if self.action.row.is_some_and(|own| own.phase != row && own.phase.is_terminal()) => {
                let ended = self.action.row.map_or(row, |own| own.phase);
                format!("{name} had ended {ended}, and its row says {row} all the same.")
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
            WhyCode::FailedUser if self.is_unexplained() => format!("{name} FAILED ({of}), and this does not say why."),
            WhyCode::FailedUser if self.says(OOM) => {
                format!("{name} ran out of memory ({of}), and is not tried again.")
            }
            WhyCode::FailedUser if self.says(super::IMAGE) => {
                format!("{name} could not be started, since its image cannot be pulled ({of}), and is not tried again.")
            }
            WhyCode::FailedUser => format!("{name} failed in its own code ({of}), and is not tried again."),
            WhyCode::FailedForGood => format!("{name} failed in a way that is not tried again."),
            WhyCode::FailedPlatform if self.met(Rule::SystemFailureCeiling) && self.record.is_none() => {
                format!("{name} failed by the platform, more often in a row than is tolerated.")
            }
            WhyCode::FailedPlatform => format!("{name} failed by the platform, and is not tried again."),
            WhyCode::FailedInvalid if self.lacks_plugin() => {
                format!("{name} could not be started: the executor knows no plugin for its task type.")
            }
            WhyCode::FailedInvalid if self.action.spec.kind == ActionKind::Condition => {
                format!("{name} could not be waited for: its spec cannot be read.")
            }
            WhyCode::FailedInvalid => format!("{name} could not be started: its spec lacks what it needs."),
            WhyCode::FailedByChild => format!("{name} failed because a child of it did not end well."),
            WhyCode::TimedOut => match self.reached() {
                Some(TimeBound::Queue) => format!("{name} waited longer to begin than it may."),
                Some(TimeBound::Deadline) => format!("{name} had not ended when its deadline came."),
                Some(TimeBound::Runtime) | None => format!("{name} ran longer than it may."),
            },
            WhyCode::TimedOutSignal => format!("Nobody signalled {name} in time."),
            WhyCode::Aborted => {
                let recorded = self.record.map(|record| record.abort_reason.clone().unwrap_or_default());
                let told = || self.view.row.as_ref().and_then(|row| row.abort_reason.clone()).unwrap_or_default();
                let reason = recorded.unwrap_or_else(told);
                if reason.is_empty() {
                    return format!("{name} was aborted; why, this does not say.");
                }
                let stop = if reason.ends_with(['.', '!', '?']) { "" } else { "." };
                format!("{name} was aborted: {reason}{stop}")
            }
            WhyCode::AbortedAlong if !self.is_along() && self.record.is_some() => {
                format!("{name} was aborted, or its resource was deleted; by whom and why, this does not say.")
            }
            WhyCode::AbortedAlong if !self.is_along() => {
                format!("The resource of {name} was deleted, so it ended ABORTED, and no row says why.")
            }
            WhyCode::AbortedAlong => format!("{name} was deleted with what is above it, so it ended ABORTED."),
            WhyCode::Gone => {
                format!("{name} says {row}, but its resource is gone: nothing runs, and nothing moves it any more.")
            }
            WhyCode::Other => format!("{name} says {row}."),
            WhyCode::NewsOnItsWay if self.action.row.is_none() => {
                format!("{name} is there in the cluster, and the news of it is on its way to the run service.")
            }
            WhyCode::NewsOnItsWay => {
                format!("{name} is further in the cluster than its row, which says {row}: the news is on its way.")
            }
        }
    }

    /// Whether something above it was stopped as well.
    fn is_along(&self) -> bool {
        let mut above = self.action.parent;
        while let Some(action) = above.and_then(|id| self.world.action(id)) {
            let is_stopped = action.resource.is_none_or(|resource| resource.cr.deleting);
            if is_stopped || action.row.is_some_and(|row| row.phase == ActionPhase::Aborted) {
                return true;
            }
            above = action.parent;
        }
        false
    }

    /// Whether what was said of it has one of these words.
    fn says(&self, words: &[&str]) -> bool {
        let said = self.reason().unwrap_or_default().to_ascii_lowercase();
        words.iter().any(|word| said.contains(word))
    }

    /// The bound on its time that was reached.
    fn reached(&self) -> Option<TimeBound> {
        let error = self.action.resource.and_then(|resource| resource.cr.status.error);
        match error.map(|error| error.code) {
            Some(ErrorCode::TimedOut(bound)) => Some(bound),
            _ => None,
        }
    }

    /// Whether nobody could be found to run it.
    fn lacks_plugin(&self) -> bool {
        let status = self.action.resource.map(|resource| resource.cr.status);
        status
            .is_some_and(|status| status.conditions.iter().any(|condition| condition.reason == Reason::PluginNotFound))
    }

    /// The bounds on a task's time that nobody holds it to.
    pub(super) fn unenforced(&self) -> Option<String> {
        let spec = &self.action.spec;
        if spec.kind != ActionKind::Task || self.view.terminal || self.record.is_some() {
            return None;
        }
        let bounds = [
            (spec.timeout_ms, TimeBound::Runtime, "maximum runtime"),
            (spec.max_queued_ms, TimeBound::Queue, "maximum queued time"),
            (spec.deadline_ms, TimeBound::Deadline, "deadline"),
        ];
        let idle = bounds.into_iter().filter(|(ms, bound, _)| *ms > 0 && !self.world.enforces(*bound, spec));
        let idle: Vec<String> = idle.map(|(ms, _, what)| format!("its {what} of {}", span(ms))).collect();
        (!idle.is_empty()).then(|| format!("Under these rules nobody enforces {}.", idle.join(" and ")))
    }

    pub(super) fn ends(&self, code: WhyCode) -> Vec<WhyEnd> {
        let mut ends = Vec::new();
        let mut end = |by, to, sentence: String| ends.push(WhyEnd { by, to, sentence });
        let is_deleted = self.action.resource.is_none_or(|resource| resource.cr.deleting);
        if self.view.terminal || is_deleted || code == WhyCode::EndedUntold {
            return ends;
        }
        for (kind, by, what, counts) in [
            (
                TimerKind::AttemptTimeout,
                "attemptTimeout",
                "its maximum runtime ends",
                " Only its time in RUNNING counts, anew with each attempt.",
            ),
            (
                TimerKind::QueuedTimeout,
                "queuedTimeout",
                "its maximum queued time ends",
                " Only its time before INITIALIZING counts, anew with each attempt.",
            ),
            (
                TimerKind::ActionDeadline,
                "actionDeadline",
                "its deadline comes",
                " All attempts and the waits between them count.",
            ),
            (TimerKind::ConditionDeadline, "conditionDeadline", "its deadline comes without a signal", ""),
        ] {
            if let Some(until) = self.timer(kind) {
                let sentence = format!("{}, if {what} ({}).{counts}", ActionPhase::TimedOut, self.in_a_while(until));
                end(by, ActionPhase::TimedOut, sentence);
            }
        }
        match self.action.spec.kind {
            ActionKind::Condition => {
                end("signal", ActionPhase::Succeeded, "SUCCEEDED, by a signal that fits.".to_owned());
            }
            _ if self.view.phase != ActionPhase::Aborted => {
                end("success", ActionPhase::Succeeded, "SUCCEEDED, if its code ends well.".to_owned());
                let left = self.view.max_attempts.saturating_sub(self.attempt());
                let (to, sentence) = if left == 0 {
                    let hears = match self.action.parent {
                        Some(_) => {
                            " What that does to its parent, the parent's own code decides: it raises unless it catches."
                        }
                        None => "",
                    };
                    let sentence = format!("FAILED for good, if its code fails: no attempt is left.{hears}");
                    (ActionPhase::Failed, sentence)
                } else {
                    let are = if left == 1 { "one is left".to_owned() } else { format!("{left} are left") };
                    let sentence =
                        format!("Another attempt, if its code fails: {are}. A failure of the platform consumes none.");
                    (ActionPhase::Queued, sentence)
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

    pub(super) fn children(&self, code: WhyCode) -> Option<String> {
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
        let live = if living == 1 { "One of them lives" } else { &format!("{living} of them live") };
        let goes = if living == 0 {
            String::new()
        } else if self.view.terminal || code == WhyCode::EndedUntold {
            format!(" {live} on: the end of a parent stops no child.")
        } else {
            format!(" {live}; an abort of this one stops them as well, its end does not.")
        };
        Some(format!("It has {all} {}.{goes}{has_failed}", if all == 1 { "child" } else { "children" }))
    }

    /// Whose matter it is, and what to do.
    pub(super) fn advice(&self, code: WhyCode) -> (Blame, &'static str) {
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
            | WhyCode::NewsOnItsWay => (Blame::Nobody, ""),
            WhyCode::AbortingStopping => {
                (Blame::Nobody, "If it stays so, its plugin cannot be stopped: the executor's log says why.")
            }
            WhyCode::AbortingCalling if self.action.row.is_none_or(|row| row.abort.attempts < 2) => (Blame::Nobody, ""),
            // What was said of it is why it waits.
            WhyCode::QueuedPlugin if self.says(&["unschedulable", "insufficient"]) => {
                (Blame::Platform, "Wait for room, ask for less, or have nodes added.")
            }
            WhyCode::QueuedPlugin if self.reason().is_some() => {
                (Blame::Platform, "Look at the pod's events: perhaps no node has room for what it asks for.")
            }
            WhyCode::QueuedPlugin => (
                Blame::Nobody,
                "If it stays so, look at the pod's events: perhaps no node has room for what it asks for.",
            ),
            WhyCode::WaitingResources => {
                (Blame::Platform, "Look at the pod's events: perhaps no node has room for what it asks for.")
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
            WhyCode::AbortingCalling => {
                (Blame::Flyte, "Look at the actions service; if it is given up, delete the resource by hand.")
            }
            WhyCode::QueuedRetry | WhyCode::WaitingBackoff | WhyCode::FailedUser if self.says(OOM) => {
                (Blame::User, "It ran out of memory: ask for more of it, or use less.")
            }
            WhyCode::QueuedRetry | WhyCode::WaitingBackoff | WhyCode::FailedUser if self.says(super::IMAGE) => {
                (Blame::User, "Check the image's name and the credentials of its registry.")
            }
            WhyCode::FailedUser if self.is_unexplained() => {
                (Blame::Unknown, "Its details say why: `flyte get action RUN ACTION` prints them.")
            }
            WhyCode::QueuedRetry if self.reason().is_none() => (
                Blame::Unknown,
                "Why the attempt failed is told nowhere here; the executor's log and the pod's have it.",
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
            WhyCode::InitializingImage if self.says(&["429", "toomanyrequests"]) => {
                (Blame::Platform, "Wait: the registry answers too many requests. One of your own would not.")
            }
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
            WhyCode::FailedInvalid if self.lacks_plugin() => {
                (Blame::Platform, "Check the task's type, or have its plugin enabled in the executor's configuration.")
            }
            WhyCode::FailedInvalid => (Blame::User, "Register the task anew: fields of its spec are empty."),
            WhyCode::FailedByChild => (Blame::User, "Look at the child that failed."),
            WhyCode::TimedOut => (Blame::User, "Allow more time, or find out what takes so long."),
            WhyCode::TimedOutSignal => (Blame::User, "Start it again, and signal it in time."),
            WhyCode::Aborted => (Blame::Nobody, ""),
            WhyCode::AbortedAlong if !self.is_along() => (Blame::Unknown, "Ask who deletes resources."),
            WhyCode::AbortedAlong => (Blame::Nobody, "Look at its parent: it went with it."),
            WhyCode::Other => (Blame::Unknown, ""),
        }
    }
}
