//! A command that cannot be carried out: what was asked, why not, what would work.

use super::shown::harmless;
use super::{Rule, words::words};

words! {
    /// The codes upstream's RPCs answer with.
    pub enum Code {
        /// The command itself is wrong.
        InvalidArgument = 0 "INVALID_ARGUMENT",
        /// There is no such action, run, timer or piece of work.
        NotFound = 1 "NOT_FOUND",
        /// There is one of that name.
        AlreadyExists = 2 "ALREADY_EXISTS",
        /// Not in the state the world is in.
        FailedPrecondition = 3 "FAILED_PRECONDITION",
        /// A limit is reached.
        ResourceExhausted = 4 "RESOURCE_EXHAUSTED",
        /// Outside what can be represented.
        OutOfRange = 5 "OUT_OF_RANGE",
        /// Upstream answers with an internal error here.
        Internal = 6 "INTERNAL",
    }
}

/// Why a command was not carried out. The world is as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// What kind of refusal, for programs.
    pub code: Code,
    /// The rule that refused.
    pub rule: Rule,
    /// What was asked, why not, and what would work.
    pub message: String,
}

impl Rejection {
    /// A refusal by `rule`.
    pub fn new(code: Code, rule: Rule, message: impl Into<String>) -> Rejection {
        Rejection { code, rule, message: harmless(message.into()) }
    }
}

impl core::fmt::Display for Rejection {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl core::error::Error for Rejection {}
