//! What a simulation is set up with. Together with its commands it is the whole run.

use super::{Rules, Time, words::words};

words! {
    /// Who does the work that is due now.
    pub enum Delivery {
        /// After each command all of it is done, in order.
        Immediate = 0 "immediate",
        /// Each piece waits for a `deliver` command.
        Manual = 1 "manual",
    }
}

words! {
    /// Who answers the calls of the abort reconciler.
    pub enum AbortAnswers {
        /// The actions service: at once, and well unless a fault was armed.
        Ok = 0 "ok",
        /// Whoever drives the simulation, by `abortReply`.
        Ask = 1 "ask",
    }
}

words! {
    /// Who says what the process in a parent's pod does.
    pub enum Parents {
        /// Whoever drives the simulation, by `enqueue` and by the plugin's reports.
        Commanded = 0 "commanded",
        /// The SDK: it waits for the children, raises what became of them and asks again.
        Sdk = 1 "sdk",
    }
}

words! {
    /// Whether a plugin says again what it said in a reconcile that failed.
    pub enum Plugins {
        /// No: whoever drives the simulation does, by another report.
        Once = 0 "once",
        /// Yes: the executor asks it again, and it says the same.
        Repeat = 1 "repeat",
    }
}

/// The abort reconciler's limits (runs/service/abort_reconciler.go, `AbortReconcilerConfig`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbortConfig {
    /// Calls in flight at the same time.
    pub workers: u32,
    /// Calls for one abort before it is given up.
    pub attempts_max: u32,
    /// The first back-off ceiling, in milliseconds; it doubles with each attempt.
    pub initial_delay_ms: u64,
    /// The highest ceiling, in milliseconds.
    pub delay_max_ms: u64,
    /// Places in the queue.
    pub queue_size: u32,
    /// Who answers its calls.
    pub reply: AbortAnswers,
}

impl Default for AbortConfig {
    fn default() -> Self {
        AbortConfig {
            workers: 5,
            attempts_max: 10,
            initial_delay_ms: 1_000,
            delay_max_ms: 300_000,
            queue_size: 1_000,
            reply: AbortAnswers::Ask,
        }
    }
}

impl AbortConfig {
    /// With the default in place of each zero (`NewAbortReconciler`; upstream does the same with what is negative,
    /// which these types cannot hold).
    #[must_use]
    pub fn or_default(self) -> AbortConfig {
        let default = AbortConfig::default();
        let or = |value: u32, default: u32| if value == 0 { default } else { value };
        let or_ms = |value: u64, default: u64| if value == 0 { default } else { value };
        AbortConfig {
            workers: or(self.workers, default.workers),
            attempts_max: or(self.attempts_max, default.attempts_max),
            initial_delay_ms: or_ms(self.initial_delay_ms, default.initial_delay_ms),
            delay_max_ms: or_ms(self.delay_max_ms, default.delay_max_ms),
            queue_size: or(self.queue_size, default.queue_size),
            reply: self.reply,
        }
    }
}

/// The garbage collector's settings (executor/pkg/config/config.go, `GCConfig`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GcConfig {
    /// Time between two sweeps, in milliseconds; 0 is no sweep at all. Upstream's default is 30 minutes.
    pub interval_ms: u64,
    /// How long an ended resource stays, in milliseconds; 0 is until the next sweep. Upstream's default is an hour.
    pub ttl_ms: u64,
}

/// Everything about a world that no command changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// The rule set, policy by policy.
    pub rules: Rules,
    /// Where the virtual clock starts.
    pub start: Time,
    /// Seeds the draws of commands that leave them out.
    pub seed: u64,
    /// The executor's requeue interval, in milliseconds (`TaskActionDefaultRequeueDuration`).
    pub requeue_ms: u64,
    /// System failures tolerated; one more ends the action (`maxSystemFailures`).
    pub system_failures_max: u32,
    /// The abort reconciler's limits.
    pub abort: AbortConfig,
    /// Who does the work that is due.
    pub delivery: Delivery,
    /// The garbage collector; off unless asked for, so that a run ends with its last timer.
    pub gc: GcConfig,
    /// Who says what the process in a parent's pod does.
    pub parents: Parents,
    /// Whether plugins say again what was lost with a call that failed.
    pub plugins: Plugins,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            rules: Rules::documented(),
            start: Time::DEFAULT_START,
            seed: 0,
            requeue_ms: 10_000,
            system_failures_max: 3,
            abort: AbortConfig::default(),
            delivery: Delivery::Immediate,
            gc: GcConfig::default(),
            parents: Parents::Commanded,
            plugins: Plugins::Once,
        }
    }
}

/// A whole number from 0 to `ceiling`, the same for the same seed and place (SplitMix64, whose values are fixed).
pub fn drawn((seed, index): (u64, usize), ceiling: u64) -> u64 {
    let mut z = seed.wrapping_add((index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^= z >> 31;
    z % ceiling.saturating_add(1).max(1)
}
