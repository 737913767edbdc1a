//! Any input to a world, imperative. People write actions and texts as words (`Command`, the default); a world works
//! with their numbers (`Command<ActionId, TextId>`). Both are one enum, so neither can drift from the other.

use super::argument::{ConditionCommand, FailureCommand, ResultCommand, TaskCommand, TraceCommand, ValueCommand};
use super::import::ImportedResource;
use super::read::{Fields, Read, Unreadable, wrong};
use super::{ActionPhase, CacheStatus, Call, FaultReply, Service, words::words};
use serde::Serialize;
use serde_json::Value;

words! {
    /// What the actions service answers to an Abort call.
    pub enum AbortReply {
        /// The call got through: the resource is deleted, or the service says that there is none.
        Ok = 0 "ok",
        /// Connect code NotFound: counts as done.
        NotFound = 1 "notFound",
        /// Connect code Internal with "not found" in its message: counts as done.
        InternalNotFound = 2 "internalNotFound",
        /// Connect code Internal.
        Internal = 3 "internal",
        /// Connect code Unavailable.
        Unavailable = 4 "unavailable",
        /// Connect code DeadlineExceeded.
        DeadlineExceeded = 5 "deadlineExceeded",
        /// Connect code Unknown or any other, whatever its message says, or an error that is no connect error, among
        /// them a connect error wrapped in another.
        Unknown = 6 "unknown",
    }
}

/// Writes each command once: as a variant with its fields, as what is read by their names, and with what becomes of a
/// field when actions and texts get other words (`=>`).
macro_rules! commands {
    (($action:ident, $text:ident)
        $($(#[doc = $doc:literal])+ $variant:ident $word:literal {
            $($(#[doc = $about:literal])+ $field:ident $name:literal $([$optional:ident])?: $type:ty => $mapped:expr),* $(,)?
        })+
    ) => {
        /// Any input to a world.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "type")]
        pub enum Command<A = String, T = String> {
            $($(#[doc = $doc])+ #[serde(rename = $word)] $variant {
                $(
                    $(#[doc = $about])+
                    #[serde(rename = $name)]
                    $(#[serde(skip_serializing_if = "Option::is_none")] #[cfg_attr(any(), $optional)])?
                    $field: $type,
                )*
            },)+
        }

        impl Command {
            /// What each command is called.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl<A, T> Command<A, T> {
            /// What it is called.
            pub const fn word(&self) -> &'static str {
                match self {
                    $(Command::$variant { .. } => $word,)+
                }
            }

            /// The same command with other words for actions and texts; the first action that has none ends it.
            pub fn map<B, U, E>(
                self,
                mut $action: impl FnMut(A) -> Result<B, E>,
                mut $text: impl FnMut(T) -> U,
            ) -> Result<Command<B, U>, E> {
                let $text = &mut $text;
                Ok(match self {
                    $(Command::$variant { $($field),* } => Command::$variant { $($field: $mapped),* },)+
                })
            }
        }

        impl Read for Command {
            fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
                let mut fields = Fields::of(value, place, &[])?;
                let kind: String = fields.take("type")?;
                let read = match kind.as_str() {
                    $($word => {
                        fields.has(&["type", $($name),*]);
                        Command::$variant { $($field: fields.take($name)?),* }
                    })+
                    _ => {
                        let known = concat!("one of " $(, $word, ", ")+).trim_end_matches(", ");
                        return wrong(&fields.place_of("type"), &Value::from(kind), known);
                    }
                };
                fields.done().map(|()| read)
            }
        }
    };
}

commands! {
    (action_of, text)
    /// A run is created: its root action `a0` is a task.
    CreateRun "createRun" {
        /// The run's name.
        run "run": T => text(run),
        /// Its project.
        project "project" [optional]: Option<T> => project.map(&mut *text),
        /// Its domain.
        domain "domain" [optional]: Option<T> => domain.map(&mut *text),
        /// The root action's task.
        task "task" [optional]: Option<TaskCommand<T>> => task.map(|task| task.map(&mut *text)),
        /// The run that it recovers.
        recover "recover" [optional]: Option<T> => recover.map(text),
    }
    /// A child action is enqueued: exactly one of task, condition, trace.
    Enqueue "enqueue" {
        /// The new action, as `<run>/<action>`.
        action "action": T => text(action),
        /// Its parent.
        parent "parent": A => action_of(parent)?,
        /// A task.
        task "task" [optional]: Option<TaskCommand<T>> => task.map(|task| task.map(text)),
        /// A condition.
        condition "condition" [optional]: Option<ConditionCommand<T>> => condition.map(|condition| condition.map(text)),
        /// A trace.
        trace "trace" [optional]: Option<TraceCommand> => trace,
    }
    /// An action is recorded directly as RECOVERED.
    Recover "recover" {
        /// The new action, as `<run>/<action>`.
        action "action": T => text(action),
        /// Its parent; absent for a root.
        parent "parent" [optional]: Option<A> => parent.map(action_of).transpose()?,
    }
    /// A resource is read from outside; the simulation continues from it.
    Import "import" {
        /// The action, as `<run>/<action>`.
        action "action": T => text(action),
        /// Its parent, if it is here.
        parent "parent" [optional]: Option<A> => parent.map(action_of).transpose()?,
        /// The resource as it stood.
        resource "resource": Box<ImportedResource> => resource,
    }
    /// The executor reconciles and the plugin answers: exactly one of result, failure.
    Plugin "plugin" {
        /// The action.
        action "action": A => action_of(action)?,
        /// A phase.
        result "result" [optional]: Option<ResultCommand<T>> => result.map(|result| result.map(text)),
        /// A Go error.
        failure "failure" [optional]: Option<FailureCommand<T>> => failure.map(|failure| failure.map(text)),
    }
    /// The task's pod ends with this exit code, and says no more about it.
    Exit "exit" {
        /// The action.
        action "action": A => action_of(action)?,
        /// The exit code of its container.
        code "code": u8 => code,
    }
    /// A condition is signalled.
    Signal "signal" {
        /// The condition.
        action "action": A => action_of(action)?,
        /// With what.
        value "value": ValueCommand<T> => value.map(text),
        /// By whom.
        by "by" [optional]: Option<T> => by.map(text),
    }
    /// One action is to be aborted.
    AbortAction "abortAction" {
        /// The action.
        action "action": A => action_of(action)?,
        /// Why.
        reason "reason" [optional]: Option<T> => reason.map(text),
    }
    /// A run is to be aborted.
    AbortRun "abortRun" {
        /// The run's name.
        run "run": T => text(run),
        /// Why.
        reason "reason" [optional]: Option<T> => reason.map(text),
    }
    /// The actions service answers the abort call in flight.
    AbortReply "abortReply" {
        /// The action.
        action "action": A => action_of(action)?,
        /// The answer.
        reply "reply": AbortReply => reply,
        /// The delay drawn, if the call is tried again, in milliseconds.
        draw_ms "drawMs" [optional]: Option<u64> => draw_ms,
    }
    /// A status update from outside reaches the run service: late, stale or wrong.
    UpdatePhase "updatePhase" {
        /// The action.
        action "action": A => action_of(action)?,
        /// The phase told.
        phase "phase": ActionPhase => phase,
        /// The attempt told; the recorded one if absent.
        attempts "attempts" [optional]: Option<u32> => attempts,
    }
    /// Somebody writes attempts and cache status into the resource (`ActionsService.Update`).
    PutStatus "putStatus" {
        /// The action.
        action "action": A => action_of(action)?,
        /// The attempt written.
        attempts "attempts": u32 => attempts,
        /// The cache status written; the one that is there if absent.
        cache_status "cacheStatus" [optional]: Option<CacheStatus> => cache_status,
    }
    /// Time passes; timers that come due fire one by one, each at its own time.
    Advance "advance" {
        /// So many milliseconds.
        ms "ms": u64 => ms,
    }
    /// Time moves to a timer, which fires; those due before it fire first.
    Fire "fire" {
        /// The timer; the next one due if absent.
        timer "timer" [optional]: Option<u32> => timer,
    }
    /// A piece of work that is due is done (manual delivery).
    Deliver "deliver" {
        /// Which; the first if absent.
        item "item" [optional]: Option<u32> => item,
    }
    /// A piece of news is lost on its way (manual delivery).
    Drop "drop" {
        /// Which; the first if absent.
        item "item" [optional]: Option<u32> => item,
    }
    /// A piece of news comes twice (manual delivery).
    Duplicate "duplicate" {
        /// Which; the first if absent.
        item "item" [optional]: Option<u32> => item,
    }
    /// The next call of that kind goes wrong, once.
    Fault "fault" {
        /// Which call.
        call "call": Call => call,
        /// How; an error if absent, for a read a stale one.
        reply "reply" [optional]: Option<FaultReply> => reply,
        /// About which action; about any if absent.
        action "action" [optional]: Option<A> => action.map(action_of).transpose()?,
    }
    /// A process stops and starts again.
    Restart "restart" {
        /// Which.
        service "service": Service => service,
        /// For how long it is down, in milliseconds; 0 if absent.
        down_ms "downMs" [optional]: Option<u64> => down_ms,
    }
}
