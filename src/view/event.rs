//! A fact in words: the row of the log.

use super::text::{cause_text, error_code, message};
use crate::model::time::span;
use crate::model::{ActionPhase, CacheStatus, Fact, Rule, Service, Store, Time, TimerKind, What};
use crate::world::World;
use serde::Serialize;

/// Where upstream decides something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SourceView {
    /// Path in flyteorg/flyte.
    pub file: &'static str,
    /// Function in it.
    pub function: &'static str,
}

impl SourceView {
    /// Where upstream decides `rule`, if it does.
    pub fn of(rule: Rule) -> Option<SourceView> {
        rule.source().map(|source| SourceView { file: source.file, function: source.function })
    }
}

/// The rule that decides what a command does: that of the first fact that tells more than how it came to that. A call that
/// failed goes before all else where nothing was decided after it.
pub fn deciding_rule(facts: &[Fact]) -> Rule {
    let comes = |fact: &&Fact| matches!(fact.what, What::TimerFired { .. } | What::SignalStored { .. });
    let fails = |fact: &&Fact| matches!(fact.what, What::CallFailed { .. });
    let decides = |fact: &&Fact| {
        let is_beside = matches!(
            fact.what,
            What::CacheAsked
                | What::CacheWritten
                | What::ReservationReleased
                | What::EventDropped { .. }
                | What::TimerSet { .. }
        );
        !is_beside && !comes(fact) && !fails(fact)
    };
    let failed = facts.iter().rev().take_while(|fact| !decides(fact)).find(fails);
    let told = failed
        .or_else(|| facts.iter().find(decides))
        .or_else(|| facts.iter().find(|fact| !comes(fact)))
        .or(facts.first());
    told.map_or(Rule::NothingChanged, |fact| fact.rule)
}

/// What a fact is about, as data: what its words say too, so that nobody has to read them back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct About {
    /// The phase before.
    pub from: Option<ActionPhase>,
    /// The phase after, or the phase told.
    pub to: Option<ActionPhase>,
    /// The attempt.
    pub attempt: Option<u32>,
    /// The attempt of the abort reconciler.
    pub abort_attempt: Option<u32>,
    /// The timer.
    pub timer: Option<TimerKind>,
    /// When that timer fires.
    pub due: Option<Time>,
    /// The process that started again.
    pub service: Option<Service>,
}

/// What a fact says apart from its number, its time and its action. Facts that say the same share it.
#[derive(Debug, Clone, PartialEq)]
pub struct Saying {
    /// Where.
    pub store: Store,
    /// What.
    pub kind: &'static str,
    /// What it is about.
    pub about: About,
    /// The rule that decided it.
    pub rule: &'static str,
    /// Why.
    pub sentence: &'static str,
    /// What exactly.
    pub detail: Option<String>,
    /// Where upstream decides it, if it does.
    pub source: Option<SourceView>,
}

impl Saying {
    /// What happened, decided by that rule, in words.
    pub fn of(world: &World, what: &What, rule: Rule) -> Saying {
        Saying {
            store: what.store(),
            kind: what.name(),
            about: about(what),
            rule: rule.name(),
            sentence: rule.sentence(),
            detail: Some(detail(world, what)).filter(|detail| !detail.is_empty()),
            source: SourceView::of(rule),
        }
    }
}

fn about(what: &What) -> About {
    let none = About::default();
    match *what {
        What::RowCreated { phase, attempt } | What::RowRewritten { phase, attempt } => {
            About { to: Some(phase), attempt: Some(attempt), ..none }
        }
        What::PhaseRecorded { from, to, attempt } | What::UpdateRefused { from, to, attempt } => {
            About { from: Some(from), to: Some(to), attempt: Some(attempt), ..none }
        }
        What::EventRecorded { phase, attempt, .. } | What::EventDropped { phase, attempt, .. } => {
            About { to: Some(phase), attempt: Some(attempt), ..none }
        }
        What::StatusWritten { attempt, .. } | What::StatusPut { attempt, .. } | What::PluginAborted { attempt } => {
            About { attempt: Some(attempt), ..none }
        }
        What::AbortAttemptCounted { count: attempt }
        | What::AbortCalled { attempt }
        | What::AbortRetryScheduled { attempt, .. }
        | What::AbortGivenUp { attempts: attempt } => About { abort_attempt: Some(attempt), ..none },
        What::ProcessBegan { attempt } => About { attempt: Some(attempt), ..none },
        What::ChildHeard { phase } | What::ChildFailureSeen { phase } => About { to: Some(phase), ..none },
        What::TimerSet { kind, due } => About { timer: Some(kind), due: Some(due), ..none },
        What::TimerFired { kind } => About { timer: Some(kind), ..none },
        What::LookedInVain { kind, next, .. } => About { timer: Some(kind), due: next, ..none },
        What::Restarted { service, .. } => About { service: Some(service), ..none },
        What::UpdateSkipped
        | What::AbortRequested { .. }
        | What::AbortRequestCleared
        | What::ResourceCreated
        | What::FinalizerAdded
        | What::HistoryRestored { .. }
        | What::StatusUnchanged
        | What::SystemFailureCounted { .. }
        | What::PluginFinalized
        | What::LabelsStamped
        | What::SignalStored { .. }
        | What::SignalRepeated
        | What::DeletionRequested
        | What::ResourceDeleted
        | What::AbortQueued
        | What::AbortDeduplicated
        | What::AbortDropped
        | What::AbortSucceeded { .. }
        | What::TimeAdvanced { .. }
        | What::FaultArmed { .. }
        | What::CallFailed { .. }
        | What::NewsDropped { .. }
        | What::NewsDuplicated { .. }
        | What::CacheAsked
        | What::CacheWritten
        | What::ReservationReleased => none,
    }
}

fn detail(world: &World, what: &What) -> String {
    let texts = world.texts();
    match *what {
        What::AbortRequested { reason } => texts.get(reason).to_owned(),
        What::AbortAttemptCounted { count } => format!("attempt {count} of {}", world.config().abort.attempts_max),
        What::StatusWritten { plugin, condition, error, .. } => {
            let mut parts = vec![format!("{}={} {}", condition.kind, condition.status, condition.reason)];
            if let Some(plugin) = plugin {
                parts.insert(0, format!("plugin {plugin}"));
            }
            let words = message(texts, condition.message);
            if !words.is_empty() {
                parts.push(words);
            }
            if let Some(error) = error {
                parts.push(format!("{} {}", error.kind, error_code(texts, error.code)));
            }
            parts.join(" · ")
        }
        What::HistoryRestored { entry: (phase, words), occurred_at } => {
            format!("{phase} at {occurred_at} {}", message(texts, words)).trim_end().to_owned()
        }
        What::SystemFailureCounted { count, tolerated, cause } => {
            let what = cause.map(|cause| format!(" · {}", cause_text(texts, cause))).unwrap_or_default();
            format!("{count} in a row, {tolerated} tolerated{what}")
        }
        What::SignalStored { signal } => {
            signal.value.map_or_else(String::new, |value| super::snapshot::ValueView::of(texts, value).to_string())
        }
        What::EventRecorded { version, error, .. } => match error {
            Some(error) => format!("version {version} · {}", message(texts, error.message)),
            None => format!("version {version}"),
        },
        What::StatusPut { cache_status, .. } => {
            CacheStatus::ALL.get(usize::from(cache_status)).map_or_else(String::new, |status| status.name().to_owned())
        }
        What::EventDropped { version, .. } => format!("version {version}"),
        What::AbortCalled { attempt } => format!("attempt {attempt} of {}", world.config().abort.attempts_max),
        What::AbortSucceeded { reply } => reply.name().to_owned(),
        What::AbortRetryScheduled { attempt, delay_ms, ceiling_ms } => {
            let attempts_max = world.config().abort.attempts_max;
            format!(
                "attempt {attempt} of {attempts_max} failed; {} drawn from up to {}",
                span(delay_ms),
                span(ceiling_ms)
            )
        }
        What::AbortGivenUp { attempts } => format!("after {attempts} attempts"),
        What::TimeAdvanced { ms } => span(ms),
        What::TimerSet { kind, due } => format!("{kind} at {due}"),
        What::TimerFired { kind } => kind.name().to_owned(),
        What::LookedInVain { kind, looks: 1, .. } => format!("{kind} once"),
        What::LookedInVain { kind, looks, .. } => format!("{kind} {looks} times"),
        What::FaultArmed { call, reply } | What::CallFailed { call, reply } => format!("{call} · {reply}"),
        What::Restarted { service, down_ms: 0 } => service.name().to_owned(),
        What::Restarted { service, down_ms } => format!("{service} after {}", span(down_ms)),
        What::NewsDropped { work } | What::NewsDuplicated { work } => work.name().to_owned(),
        What::ProcessBegan { .. }
        | What::ChildHeard { .. }
        | What::ChildFailureSeen { .. }
        | What::RowCreated { .. }
        | What::PhaseRecorded { .. }
        | What::RowRewritten { .. }
        | What::UpdateRefused { .. }
        | What::UpdateSkipped
        | What::AbortRequestCleared
        | What::ResourceCreated
        | What::FinalizerAdded
        | What::StatusUnchanged
        | What::PluginAborted { .. }
        | What::PluginFinalized
        | What::LabelsStamped
        | What::SignalRepeated
        | What::DeletionRequested
        | What::ResourceDeleted
        | What::AbortQueued
        | What::AbortDeduplicated
        | What::AbortDropped
        | What::CacheAsked
        | What::CacheWritten
        | What::ReservationReleased => String::new(),
    }
}
